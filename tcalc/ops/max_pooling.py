"""Max pooling: the maximum of every window, and where it lies."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tcalc.core.families import network, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Flag, Ints
from tcalc.core.tensor import count
from tcalc.ops import gather, layout
from tcalc.ops.floating import require
from tcalc.ops.patches import Window, pad_spatial, strided, window, with_batch, without_batch
from tcalc.ops.pooling import adapted, fitted, node_name, overhang, spans

_F = "torch.nn.functional."
_KERNEL = "adaptive_max_pool"
_CASE_WINDOW = "((2, 3), (2, 1), (1, 1), (1, 1))"


def _lowest(dtype: np.dtype) -> Any:
    return -math.inf if dtype.kind == "f" else np.iinfo(dtype).min


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
    padded = pad_spatial(x, w.padding, _lowest(x.dtype), overhang(x, w, places))
    numbers = np.arange(count(x.shape[2:])).reshape(1, 1, *x.shape[2:])
    numbers = pad_spatial(numbers, w.padding, -1, overhang(x, w, places))
    best = np.full((*x.shape[:2], *places), _lowest(x.dtype), x.dtype)
    indices = np.full(best.shape, -1)
    for offset in w.offsets():
        at = strided(offset, places, w.stride)
        value, number = padded[at], numbers[at]
        wins = (value > best) | np.isnan(value)
        wins |= (indices < 0) & (number >= 0)
        np.copyto(best, value, where=wins)
        np.copyto(indices, np.broadcast_to(number, value.shape), where=wins)
    return best, indices


def _max_pool_rule(g, indices, x_shape):
    n, channels = x_shape[:2]
    flat = layout.reshape(g, (n, channels, count(g.shape[2:])))
    places = np.asarray(getattr(indices, "array", indices)).reshape(flat.shape)
    spread = gather._ungather(flat, 2, places, (n, channels, count(x_shape[2:])))
    return layout.reshape(spread, x_shape)


max_pool.vjp(x=_max_pool_rule)


def _last_nan(values: Array) -> Array:
    """Where the maximum is along the last axis: the first one, but of several nan the last."""
    missing = np.isnan(values)
    last = values.shape[-1] - 1 - np.argmax(missing[..., ::-1], -1)
    return np.where(missing.any(-1), last, np.argmax(values, -1))


@op(
    reduction,
    name="_adaptive_max",
    method=False,
    bare=False,
    outputs=("out", "indices"),
    node=node_name("AdaptiveMaxPool"),
    cases=("A(2, 2, 4, 5), (2, 3)",),
)
def adaptive_max(x: Array, places: Data):
    """The maxima of `places` windows that cover each spatial dimension evenly, and where."""
    cuts = [spans(n, m) for n, m in zip(x.shape[2:], places, strict=True)]
    out = np.empty((*x.shape[:2], *places), x.dtype)
    indices = np.empty(out.shape, np.int64)
    numbers = np.arange(count(x.shape[2:])).reshape(x.shape[2:])
    for cell in np.ndindex(*places):
        at = tuple(slice(*cuts[d][i]) for d, i in enumerate(cell))
        values = x[(..., *at)].reshape(*x.shape[:2], -1)
        best = _last_nan(values) if x.dtype.kind == "f" else np.argmax(values, -1)
        out[(..., *cell)] = np.take_along_axis(values, best[..., None], -1)[..., 0]
        indices[(..., *cell)] = numbers[at].reshape(-1)[best]
    return out, indices


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
