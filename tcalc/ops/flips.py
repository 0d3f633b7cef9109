"""The order of elements reversed, rotated or rolled along dimensions; all copy."""

from __future__ import annotations

import numpy as np

from tcalc.core.families import composite, shape
from tcalc.core.op import op
from tcalc.core.params import Array, Int, Ints, normalise_axes, normalise_axis
from tcalc.core.tensor import describe
from tcalc.errors import ArgumentFault, ShapeError


@op(shape, cases=("A(3, 4), 0", "A(2, 3, 4), (0, 2)", "A(2, 3, 4), 0, 1"))
def flip(x: Array, *dims: Int):
    """The order of elements reversed along `dims`; a copy.

    >>> flip([1, 2, 3], 0)
    tensor([3, 2, 1])
    """
    axes = normalise_axes(dims, x.ndim) if dims else ()
    return np.flip(x, axes).copy()


flip.vjp(x=lambda g, dims: flip(g, dims))


@op(shape, cases=("A(5), 2", "A(3, 4), 1, 0", "A(3, 4), (1, 2), (0, 1)"))
def roll(x: Array, shifts: Ints, dims: Ints = None):
    """Elements moved by `shifts` places along `dims`, those that fall off coming in again.

    Without `dims` the elements move in row order.

    >>> roll([1, 2, 3, 4], 1)
    tensor([4, 1, 2, 3])
    """
    steps, axes = _several(shifts), () if dims is None else _several(dims)
    if not steps:
        raise ArgumentFault("`shifts` required", blame={"shifts": ""})
    if len(steps) != len(axes) and (axes or len(steps) > 1):
        raise ArgumentFault(
            f"shifts and dimensions must align. shifts: {len(steps)}, dims:{len(axes)}",
            blame={"shifts": "", "dims": ""},
        )
    if not axes:
        return np.roll(x, steps[0])
    return np.roll(x, steps, tuple(normalise_axis(axis, x.ndim) for axis in axes))


def _several(value) -> tuple[int, ...]:
    return tuple(map(int, value)) if isinstance(value, list | tuple) else (int(value),)


roll.vjp(x=lambda g, shifts, dims: roll(g, tuple(-n for n in _several(shifts)), dims))


@op(shape, cases=("A(3, 4)", "A(3, 4), 2", "A(2, 3, 4), -1, (2, 0)"))
def rot90(x: Array, k: Int = 1, dims: Ints = (0, 1)):
    """x turned k times by 90 degrees in the plane of two dimensions, from the first to the second.

    >>> rot90([[1, 2], [3, 4]])
    tensor([[2, 4],
            [1, 3]])
    """
    dims = dims if isinstance(dims, tuple) else (dims,)
    if len(dims) != 2:
        raise ArgumentFault(
            f"expected total rotation dims == 2, but got dims = {len(dims)}", blame={"dims": ""}
        )
    if x.ndim < 2:
        raise ShapeError(
            f"expected total dims >= 2, but got total dims = {x.ndim}", blame={"x": describe(x)}
        )
    first, second = (normalise_axis(dim, x.ndim) for dim in dims)
    if first == second:
        raise ArgumentFault(
            "expected rotation dims to be different, but got dim0 = "
            f"{dims[0]} and dim1 = {dims[1]}",
            blame={"dims": ""},
        )
    return np.rot90(x, k, (first, second)).copy()


rot90.vjp(x=lambda g, k, dims: rot90(g, -k, dims))


@op(composite, cases=("A(3, 4)",))
def fliplr(x: Array):
    """Columns in reverse order; a copy.

    >>> fliplr([[1, 2], [3, 4]])
    tensor([[2, 1],
            [4, 3]])
    """
    if x.ndim < 2:
        raise ShapeError("Input must be >= 2-d.", blame={"x": describe(x)})
    return flip(x, 1)


@op(composite, cases=("A(3, 4)", "A(3)"))
def flipud(x: Array):
    """Rows in reverse order; a copy.

    >>> flipud([[1, 2], [3, 4]])
    tensor([[3, 4],
            [1, 2]])
    """
    if x.ndim < 1:
        raise ShapeError("Input must be >= 1-d.", blame={"x": describe(x)})
    return flip(x, 0)
