"""Max pooling: the maximum of every window, and where it lies."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import network, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Flag, Ints
from tcalc.core.tensor import count
from tcalc.ops import gather, layout
from tcalc.ops.create import room
from tcalc.ops.floating import require
from tcalc.ops.patches import Window, pad_one, window, with_batch, without_batch
from tcalc.ops.pooling import adapted, evenly, fitted, node_name, overhang

_F = "torch.nn.functional."
_KERNEL = "adaptive_max_pool"
_LARGE = 1 << 11  # elements, from which on slices are searched one by one
_CASE_WINDOW = "((2, 3), (2, 1), (1, 1), (1, 1))"


def _lowest(dtype: np.dtype) -> Any:
    return -math.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _winners(best: Array, at: Array, later: Array, later_at: Array) -> tuple[Array, Array]:
    """Maxima and their places of one window of elements and a later one, or one that overlaps.

    Of equal elements the first wins, of nan the last, and anything over padding, which is at -1.
    """
    wins = later > best
    if best.dtype.kind == "f":
        wins |= np.isnan(later)
    wins = wins | ((at < 0) & (later_at >= 0))
    return np.where(wins, later, best), np.where(wins, later_at, at)


def _along(axis: int, index: Any) -> tuple[Any, ...]:
    """An index of one dimension."""
    return (*(slice(None),) * axis, index)


def _slid(
    best: Array,
    at: Array,
    axis: int,
    size: int,
    step: int,
    firsts: Any,
    seconds: Callable[[int], Any],
) -> tuple[Array, Array]:
    """Maxima and their places of windows along `axis`: of `size` elements, `step` apart.

    Two windows that overlap make a longer one, so that the work grows with the logarithm of the
    size. `firsts` says where the windows begin, `seconds(reach)` where those of `reach`
    elements do that end with them.
    """
    reach = 1
    while 2 * reach < size:
        shift = reach * step
        early, late = _along(axis, slice(None, -shift)), _along(axis, slice(shift, None))
        best, at = _winners(best[early], at[early], best[late], at[late])
        reach *= 2
    early = _along(axis, firsts)
    if size == 1:
        return best[early], at[early]
    late = _along(axis, seconds(reach))
    return _winners(best[early], at[early], best[late], at[late])


def _steps(w: Window, d: int, places: int) -> tuple[Any, Callable[[int], Any]]:
    """Where windows begin along a dimension, and where their last elements, so many, do."""
    size, dilation, stride = w.size[d], w.dilation[d], w.stride[d]
    end = (places - 1) * stride + 1

    def begins(start: int) -> slice:
        return slice(start, start + end, stride)

    return begins(0), lambda reach: begins((size - reach) * dilation)


@op(
    reduction,
    name="_max_pool",
    method=False,
    bare=False,
    outputs=("out", "indices"),
    node=node_name("MaxPool", "WithIndices"),
    cases=(f"A(2, 2, 4, 5), {_CASE_WINDOW}, (2, 4)",),
)
def max_pool(x: Array, w: Data, places: Data):
    """The maximum of every window, and where it lies in x, counted over the spatial dimensions."""
    w = Window(*w)
    more = overhang(x, w, places)
    best, at = x, np.arange(count(x.shape[2:])).reshape(1, 1, *x.shape[2:])
    for d in reversed(range(len(places))):  # the last dimension first: ties go by the row order
        best = pad_one(best, d + 2, w.padding[d], _lowest(x.dtype), more[d])
        at = pad_one(at, d + 2, w.padding[d], -1, more[d])
        best, at = _slid(best, at, d + 2, w.size[d], w.dilation[d], *_steps(w, d, places[d]))
    return best, np.ascontiguousarray(np.broadcast_to(at, best.shape))


def _max_pool_rule(g, indices, x_shape):
    n, channels = x_shape[:2]
    flat = layout.reshape(g, (n, channels, count(g.shape[2:])))
    places = np.asarray(getattr(indices, "array", indices)).reshape(flat.shape)
    spread = gather._ungather(flat, 2, places, (n, channels, count(x_shape[2:])))
    return layout.reshape(spread, x_shape)


max_pool.vjp(x=_max_pool_rule)


def _each(best: Array, at: Array, axis: int, cuts: list[tuple[int, int]]) -> tuple[Array, Array]:
    """What `_slid` gives, window by window: for a few of many elements."""
    found = []
    for begin, end in cuts:
        part = best[_along(axis, slice(begin, end))]
        where = np.expand_dims(np.argmax(part, axis), axis)
        if part.dtype.kind == "f":  # the maximum is the first nan, if any; wanted is the last
            missing = np.flip(np.isnan(part), axis)
            last = end - begin - 1 - np.expand_dims(np.argmax(missing, axis), axis)
            where = np.where(missing.any(axis, keepdims=True), last, where)
        places = np.broadcast_to(at, best.shape)[_along(axis, slice(begin, end))]
        found.append([np.take_along_axis(values, where, axis) for values in (part, places)])
    bests, ats = zip(*found, strict=True)
    return np.concatenate(bests, axis), np.concatenate(ats, axis)


@op(
    reduction,
    name="_adaptive_max",
    method=False,
    bare=False,
    outputs=("out", "indices"),
    node=node_name("AdaptiveMaxPool"),
    cases=("A(2, 2, 4, 5), (2, 3)", "A(1, 1, 12, 1), (1, 3)"),
)
def adaptive_max(x: Array, places: Data):
    """The maxima of `places` windows that cover each spatial dimension evenly, and where."""
    best, at = x, np.arange(count(x.shape[2:])).reshape(1, 1, *x.shape[2:])
    for d in reversed(range(len(places))):
        n, m = best.shape[d + 2], places[d]
        if m < n and best.size > _LARGE * m > 0:
            best, at = _each(best, at, d + 2, list(zip(*evenly(n, m), strict=True)))
        else:
            begins, ends = evenly(n, m)
            room((*best.shape[: d + 2], m, *best.shape[d + 3 :]), dtypes.int64)
            size = int((ends - begins).max(initial=1))
            best, at = _slid(best, at, d + 2, size, 1, begins, partial(np.subtract, ends))
    return best, np.ascontiguousarray(np.broadcast_to(at, best.shape))


adaptive_max.vjp(x=_max_pool_rule)


def _max_pooled(x, size, stride, pad, dilation, ceil_mode, return_indices, ndim: int):
    name = f"max_pool{ndim}d"
    x, lone = with_batch(x, ndim, name)
    require(x.array, "max_pool3d" if ndim == 3 else "max_pool2d", "iuf")
    w = window(size, stride, pad, dilation, ndim, name)
    out, indices = max_pool(x, w, fitted(x, w, ceil_mode))
    if return_indices:
        return without_batch(out, lone), without_batch(indices, lone)
    return without_batch(out, lone)


@op(
    network,
    paths=(_F + "max_pool1d",),
    method=False,
    cases=(
        "A(2, 3, 6), 2",
        "A(2, 3, 6), 3, 2, 1, return_indices=True",
        "A(2, 3, 6), 2, 1, 0, 2, ceil_mode=True",
        "A(2, 5), 2, ceil_mode=True",
    ),
)
def max_pool1d(
    x: Array,
    kernel_size: Ints,
    stride: Ints = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: Flag = False,
    return_indices: Flag = False,
):
    """The maximum of every window of (n, channels, length).

    Windows adjoin unless `stride` says else. `ceil_mode` takes windows that end outside;
    `return_indices` also gives the maxima's places.

    >>> max_pool1d(tensor([[[1., 5., 2., 3.]]]), 2)
    tensor([[[5., 3.]]])
    """
    return _max_pooled(x, kernel_size, stride, padding, dilation, ceil_mode, return_indices, 1)


@op(
    network,
    paths=(_F + "max_pool2d",),
    method=False,
    cases=(
        "A(2, 2, 4, 5), 2",
        "A(2, 2, 4, 5), 3, 2, 1, return_indices=True",
        "A(2, 2, 4, 5), 2, 1, 0, 2, ceil_mode=True",
        "A(2, 4, 4), 2, ceil_mode=True",
    ),
)
def max_pool2d(
    x: Array,
    kernel_size: Ints,
    stride: Ints = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: Flag = False,
    return_indices: Flag = False,
):
    """The maximum of every window of (n, channels, h, w).

    Windows adjoin unless `stride` says else. `ceil_mode` takes windows that end outside;
    `return_indices` also gives the maxima's places.

    >>> max_pool2d(arange(4.).reshape(1, 1, 2, 2), 2)
    tensor([[[[3.]]]])
    """
    return _max_pooled(x, kernel_size, stride, padding, dilation, ceil_mode, return_indices, 2)


@op(
    network,
    paths=(_F + "max_pool3d",),
    method=False,
    cases=(
        "A(1, 2, 3, 3, 4), 2",
        "A(1, 2, 3, 3, 4), 3, 2, 1, return_indices=True",
        "A(1, 2, 3, 3, 4), 2, 1, 0, 2, ceil_mode=True",
        "A(2, 3, 3, 3), 2, ceil_mode=True",
    ),
)
def max_pool3d(
    x: Array,
    kernel_size: Ints,
    stride: Ints = None,
    padding: Ints = 0,
    dilation: Ints = 1,
    ceil_mode: Flag = False,
    return_indices: Flag = False,
):
    """The maximum of every window of (n, channels, d, h, w).

    Windows adjoin unless `stride` says else. `ceil_mode` takes windows that end outside;
    `return_indices` also gives the maxima's places.

    >>> max_pool3d(arange(8.).reshape(1, 1, 2, 2, 2), 2)
    tensor([[[[[7.]]]]])
    """
    return _max_pooled(x, kernel_size, stride, padding, dilation, ceil_mode, return_indices, 3)


def _adapted_maxima(x, output_size, return_indices: bool, ndim: int):
    x, lone, places = adapted(x, output_size, ndim, f"adaptive_max_pool{ndim}d")
    require(x.array, _KERNEL + ("3d_cpu" if len(places) == 3 else "2d"))
    out, indices = (without_batch(part, lone) for part in adaptive_max(x, places))
    return (out, indices) if return_indices else out


@op(
    network,
    paths=(_F + "adaptive_max_pool1d",),
    method=False,
    bare=False,
    cases=("A(2, 3, 6), 2", "A(2, 5), 3, return_indices=True"),
)
def adaptive_max_pool1d(x: Array, output_size: Data, return_indices: Flag = False):
    """Maxima of `output_size` windows that cover (n, channels, length) evenly.

    `return_indices` also gives their places.

    >>> F.adaptive_max_pool1d(tensor([[[1., 5., 2., 3.]]]), 1)
    tensor([[[5.]]])
    """
    return _adapted_maxima(x, output_size, return_indices, 1)


@op(
    network,
    paths=(_F + "adaptive_max_pool2d",),
    method=False,
    bare=False,
    cases=("A(2, 2, 4, 5), (2, 3)", "A(2, 4, 4), 3, return_indices=True"),
)
def adaptive_max_pool2d(x: Array, output_size: Data, return_indices: Flag = False):
    """Maxima of `output_size` windows that cover (n, channels, h, w) evenly.

    `return_indices` also gives their places.

    >>> F.adaptive_max_pool2d(arange(4.).reshape(1, 1, 2, 2), 1)
    tensor([[[[3.]]]])
    """
    return _adapted_maxima(x, output_size, return_indices, 2)


@op(
    network,
    paths=(_F + "adaptive_max_pool3d",),
    method=False,
    bare=False,
    cases=("A(1, 2, 3, 3, 4), (2, None, 2)", "A(2, 3, 3, 3), 3, return_indices=True"),
)
def adaptive_max_pool3d(x: Array, output_size: Data, return_indices: Flag = False):
    """Maxima of `output_size` windows that cover (n, channels, d, h, w) evenly.

    `return_indices` also gives their places.

    >>> F.adaptive_max_pool3d(arange(8.).reshape(1, 1, 2, 2, 2), 1)
    tensor([[[[[7.]]]]])
    """
    return _adapted_maxima(x, output_size, return_indices, 3)
