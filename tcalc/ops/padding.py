"""Padding: elements added before and after those of the last dimensions.

The values are a constant, or those found by counting on beyond the ends in a mode's way.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import network, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Ints, Scalar, Text
from tcalc.core.tensor import describe
from tcalc.errors import ArgumentFault, RuntimeFault, ShapeError
from tcalc.ops import index
from tcalc.ops.create import room

_F = "torch.nn.functional."
_KINDS = {"reflect": "Reflection", "replicate": "Replication"}


def _ends(pad: tuple[int, ...], ndim: int) -> list[tuple[int, int]]:
    """What to add before and after, for each dimension; `pad` counts from the last one."""
    pairs = list(zip(pad[::2], pad[1::2], strict=True))[::-1]
    return [(0, 0)] * (ndim - len(pairs)) + pairs


def _overlap(ends: list[tuple[int, int]], shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Where x's elements stand in the result, and which of them do: negative padding crops."""
    inside, kept = [], []
    for (before, after), n in zip(ends, shape, strict=True):
        inside.append(slice(max(before, 0), max(before, 0) + n + min(before, 0) + min(after, 0)))
        kept.append(slice(max(-before, 0), n + min(after, 0)))
    return tuple(inside), tuple(kept)


@op(
    reduction,
    name="_constant_pad",
    method=False,
    bare=False,
    node="ConstantPadNdBackward0",
    cases=("A(3, 4), (1, 2), 7.0", "A(3, 4), (1, -2, -1, 2), 0"),
)
def constant_pad(x: Array, pad: Data, value: Scalar):
    """x with `value` before and after, (before, after) for the last dimension first."""
    ends = _ends(pad, x.ndim)
    shape = tuple(a + n + b for (a, b), n in zip(ends, x.shape, strict=True))
    if any(n < 0 for n in shape):
        raise RuntimeFault(
            f"The input size {list(x.shape)}, plus negative padding {list(pad)} resulted in a "
            f"negative output size, which is invalid.",
            blame={"x": describe(x), "pad": ""},
        )
    out = np.full(room(shape, dtypes.of(x)), x.dtype.type(value), x.dtype)
    inside, kept = _overlap(ends, x.shape)
    out[inside] = x[kept]
    return out


constant_pad.vjp(x=lambda g, pad: constant_pad(g, tuple(-n for n in pad), 0))


def _reflected(n: int, before: int, after: int) -> Array:
    places = np.abs(np.arange(-before, n + after))
    return (n - 1) - np.abs((n - 1) - places)


def _replicated(n: int, before: int, after: int) -> Array:
    return np.clip(np.arange(-before, n + after), 0, n - 1)


def _wrapped(n: int, before: int, after: int) -> Array:
    return np.arange(-before, n + after) % n


_MODES: dict[str, Callable[[int, int, int], Array]] = {
    "reflect": _reflected,
    "replicate": _replicated,
    "circular": _wrapped,
}


@op(
    reduction,
    name="_take_along",
    method=False,
    bare=False,
    node=lambda kind: f"{kind}Backward0",
    cases=("A(2, 3, 4), [[1, 1, 2], [0, 3, 3, 1]], 'ReflectionPad2D'",),
)
def take_along(x: Array, places: Data, kind: Data):
    """x[..., places[0], :][..., places[1]] and so on: indices for each of the last dimensions."""
    for axis, at in enumerate(places, x.ndim - len(places)):
        room((*x.shape[:axis], len(at), *x.shape[axis + 1 :]), dtypes.of(x))
        x = np.take(x, at, axis)
    return x


def _grid(places):
    """The same indices as one of NumPy's, for all dimensions at once."""
    return (Ellipsis, *np.ix_(*map(np.asarray, places)))


take_along.vjp(x=lambda g, places, x_shape: index.put_elements(g, _grid(places), x_shape))


def _check_pad(x, pad: tuple[int, ...]) -> None:
    if len(pad) % 2:
        raise ArgumentFault("Padding length must be divisible by 2", blame={"pad": ""})
    if len(pad) > 2 * x.ndim:
        raise ArgumentFault(
            "Padding length should be less than or equal to two times the input dimension but got "
            f"padding length {len(pad)} and input of dimension {x.ndim}",
            blame={"x": describe(x), "pad": ""},
        )


def _check_room(x, pad: tuple[int, ...], mode: str) -> None:
    """Raise an error where a mode has not enough elements, or too many dimensions."""
    if len(pad) not in (2 * x.ndim - 4, 2 * x.ndim - 2) or not 2 <= len(pad) <= 6:
        raise ShapeError(
            f"Padding size {len(pad)} is not supported for {x.ndim}D input tensor.",
            blame={"x": describe(x), "pad": ""},
            notes=[
                "2D or 3D input: padding size = 2 (pads last dimension)",
                "3D or 4D input: padding size = 4 (pads last 2 dimensions)",
                "4D or 5D input: padding size = 6 (pads last 3 dimensions)",
            ],
        )
    for axis, (before, after) in enumerate(_ends(pad, x.ndim)):
        longest, n = max(before, after), x.shape[axis]
        if mode == "reflect" and longest >= n:
            raise ShapeError(
                "Argument #4: Padding size should be less than the corresponding input dimension, "
                f"but got: padding ({before}, {after}) at dimension {axis} of input "
                f"{list(x.shape)}",
                blame={"x": describe(x), "pad": ""},
            )
        if mode == "circular" and longest > n:
            raise ShapeError(
                "Padding value causes wrapping around more than once.",
                blame={"x": describe(x), "pad": ""},
            )


@op(
    network,
    paths=(_F + "pad",),
    method=False,
    bare=False,
    cases=(
        "A(3, 4), (1, 2)",
        "A(2, 3, 4), (1, 0, -1, 2), value=2.5",
        "A(2, 3, 4), (1, 2), 'reflect'",
        "A(2, 3, 4), (3, 2, 1, -1), 'reflect'",
        "A(2, 3, 4), (5, 2), 'replicate'",
        "A(2, 3, 4), (1, 2, 3, 1), 'circular'",
    ),
)
def pad(x: Array, pad: Ints, mode: Text = "constant", value: Scalar | None = None):
    """x with elements added: `pad` is (before, after) for the last dimension, the one before, ...

    'constant' adds `value`, 'reflect' mirrors at the end elements, 'replicate' repeats them and
    'circular' goes round. Negative numbers crop.

    >>> F.pad(tensor([[1., 2., 3.]]), (2, 1), 'reflect')
    tensor([[3., 2., 1., 2., 3., 2.]])
    """
    pad = pad if isinstance(pad, tuple) else (pad,)
    _check_pad(x, pad)
    if mode == "constant":
        return constant_pad(x, pad, value or 0)
    if mode not in _MODES:
        raise ArgumentFault(
            f"Unrecognised padding mode {mode}",
            blame={"mode": ""},
            helps=["'constant', 'reflect', 'replicate' or 'circular'"],
        )
    if value:
        raise ArgumentFault(
            f'Padding mode "{mode}" doesn\'t take in value argument', blame={"value": ""}
        )
    _check_room(x, pad, mode)
    ends = _ends(pad, x.ndim)[x.ndim - len(pad) // 2 :]
    sizes = x.shape[x.ndim - len(ends) :]
    for n, (before, after) in zip(sizes, ends, strict=True):
        room((builtins.max(n + before + after, 0),), dtypes.int64)
    places = [_MODES[mode](n, *end) for n, end in zip(sizes, ends, strict=True)]
    kind = f"{_KINDS[mode]}Pad{len(ends)}D" if mode in _KINDS else "PadCircular"
    return take_along(x, places, kind)
