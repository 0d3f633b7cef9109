"""Slopes of sampled functions by differences of neighbours.

Source of the formulas for uneven spacing: the parabola through three neighbouring points.
"""

from __future__ import annotations

from typing import Any

from tcalc.core import dtypes
from tcalc.core.families import composite
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Int, normalise_axis
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, ShapeError
from tcalc.ops import join, layout


def _weights(before: Any, after: Any, at: int) -> tuple[Any, Any, Any]:
    """What three points, so far apart, weigh in the slope of their parabola at one of them."""
    both = before + after
    if at == 0:
        return -(before + both) / (before * both), both / (before * after), -before / (after * both)
    if at == 1:
        return (
            -after / (before * both),
            (after - before) / (before * after),
            before / (after * both),
        )
    return after / (before * both), -both / (before * after), (after + both) / (after * both)


def _slope(x: Tensor, dim: int, spacing: Any, edge_order: int) -> Tensor:
    """The slope of x along a dimension; `spacing` is a number or the places of the elements."""
    n = x.shape[dim]

    def part(start: int, size: int) -> Tensor:
        piece: Tensor = layout.narrow(x, dim, start, size)
        return piece

    if isinstance(spacing, Tensor):
        steps = layout.reshape(spacing[1:] - spacing[:-1], (-1, *(1,) * (x.ndim - dim - 1)))
        first, last, a, b = steps[:1], steps[-1:], steps[:-1], steps[1:]
        weighed = zip(_weights(a, b, 1), (0, 1, 2), strict=True)
        middle = sum((part(i, n - 2) * w for w, i in weighed), start=0)
    else:
        first = last = spacing
        middle = (part(2, n - 2) - part(0, n - 2)) / (2 * spacing)
    if edge_order == 1:
        ends = [(part(1, 1) - part(0, 1)) / first, (part(n - 1, 1) - part(n - 2, 1)) / last]
    else:
        second, last_but_one = (
            (steps[1:2], steps[-2:-1]) if isinstance(spacing, Tensor) else (spacing,) * 2
        )
        left, right = _weights(first, second, 0), _weights(last_but_one, last, 2)
        ends = [
            sum((part(start + i, 1) * w for i, w in enumerate(weights)), start=0)
            for start, weights in ((0, left), (n - 3, right))
        ]
    result: Tensor = join.cat([ends[0], middle, ends[1]], dim)
    return result


def _spacings(x: Tensor, spacing: Any, dims: list[int]) -> list[Any]:
    """The spacing of each dimension: a number, or an array of places."""
    given = list(spacing) if isinstance(spacing, list | tuple) else [spacing] * len(dims)
    if len(given) != len(dims):
        raise ArgumentFault(
            f"torch.gradient expected spacing to be unspecified, a scalar, or a list of length "
            f"equal to 'self.dim() = {x.ndim}', but got a list of length {len(given)}",
            blame={"spacing": ""},
        )
    for dim, places in zip(dims, given, strict=True):
        if isinstance(places, Tensor) and places.ndim and places.shape != (x.shape[dim],):
            raise ShapeError(
                "torch.gradient expected each element in the coordinates list to have the size "
                f"of its dimension, {x.shape[dim]}, but got {list(places.shape)}",
                blame={"spacing": ""},
            )
    return [one.item() if isinstance(one, Tensor) and not one.ndim else one for one in given]


@op(
    composite,
    method=False,
    cases=(
        "A(5)",
        "A(3, 4), spacing=0.5",
        "A(3, 4), spacing=[0.5, 2.0], edge_order=2",
        "A(3, 4), dim=1",
    ),
)
def gradient(x: Array, *, spacing: Data = 1, dim: Data = None, edge_order: Int = 1):
    """Slopes along each dimension, or along those in `dim`, of values at points `spacing` apart.

    A number in `spacing` is the step, a tensor the places. Ends are taken from their two or, with
    `edge_order` 2, three nearest points.

    >>> torch.gradient(tensor([1., 4., 9., 16.]))
    (tensor([3., 4., 6., 7.]),)
    """
    given = range(x.ndim) if dim is None else dim if isinstance(dim, list | tuple) else (dim,)
    dims = [normalise_axis(axis, x.ndim) for axis in given]
    if edge_order not in (1, 2):
        raise ArgumentFault("torch.gradient only supports edge_order=1 and edge_order=2.")
    if any(x.shape[axis] < edge_order + 1 for axis in dims):
        raise ShapeError(
            "torch.gradient expected each dimension size to be at least edge_order+1",
            blame={"x": describe(x)},
        )
    steps = _spacings(x, spacing, dims)
    x = x if x.dtype.category >= dtypes.FLOAT else x.float()
    return tuple(_slope(x, axis, step, edge_order) for axis, step in zip(dims, steps, strict=True))
