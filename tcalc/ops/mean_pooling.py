"""Mean pooling: the mean of every window."""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core.families import network, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Flag, Int, Ints
from tcalc.errors import RuntimeFault
from tcalc.ops.floating import require
from tcalc.ops.patches import (
    Sizes,
    Window,
    inside,
    pad_spatial,
    strided,
    window,
    with_batch,
    without_batch,
)
from tcalc.ops.pooling import adapted, fitted, node_name, overhang, spans

_F = "torch.nn.functional."
_KERNEL = "adaptive_avg_pool"
_CASE_WINDOW = "((2, 3), (2, 1), (1, 1), (1, 1))"


def _divisors(x_shape: Sizes, w: Window, places: Sizes, include: bool, divisor: Any) -> Array:
    """What the sum of each window is divided by: its elements inside x, or inside the padding."""
    if divisor is not None:
        return np.asarray(divisor)
    total = np.ones((), np.int64)
    for n, p, s, k, m in zip(x_shape[2:], w.padding, w.stride, w.size, places, strict=True):
        begin = np.arange(m) * s - p
        end = np.minimum(begin + k, n + p)
        inside = end - begin if include else np.minimum(end, n) - np.maximum(begin, 0)
        total = total[..., None] * inside
    return total


@op(
    reduction,
    name="_mean_pool",
    method=False,
    bare=False,
    node=node_name("AvgPool"),
    cases=(f"A(2, 2, 4, 5), {_CASE_WINDOW}, (2, 5), True, None",),
)
def mean_pool(x: Array, w: Data, places: Data, include: Flag, divisor: Data):
    """The sum of every window divided by its number of elements, or by `divisor`."""
    w = Window(*w)
    padded = pad_spatial(x, w.padding, 0, overhang(x, w, places))
    total = np.zeros((*x.shape[:2], *places), x.dtype)
    for offset in w.offsets():
        total += padded[strided(offset, places, w.stride)]
    divisors = _divisors(x.shape, w, places, include, divisor)
    if x.dtype.kind in "iu":
        return (total / divisors).astype(x.dtype)
    return total / divisors.astype(x.dtype)


@op(
    reduction,
    name="_mean_unpool",
    method=False,
    bare=False,
    node=node_name("AvgPool"),
    cases=(f"A(2, 2, 2, 5), (2, 2, 4, 5), {_CASE_WINDOW}, False, None",),
)
def mean_unpool(x: Array, shape: Data, w: Data, include: Flag, divisor: Data):
    """Each element of x divided and added to all of its window in zeros of `shape`."""
    w, places = Window(*w), x.shape[2:]
    shares = x / _divisors(shape, w, places, include, divisor).astype(x.dtype)
    zeros = np.zeros(shape, x.dtype)
    out = pad_spatial(zeros, w.padding, 0, overhang(zeros, w, places))
    for offset in w.offsets():
        out[strided(offset, places, w.stride)] += shares
    return np.ascontiguousarray(out[inside(shape[2:], w.padding)])


mean_pool.vjp(
    x=lambda g, x_shape, w, include, divisor: mean_unpool(g, x_shape, w, include, divisor)
)
mean_unpool.vjp(
    x=lambda g, w, x_shape, include, divisor: mean_pool(g, w, x_shape[2:], include, divisor)
)


def _shares(size: int, places: int, dtype: np.dtype) -> Array:
    """The matrix (places, size) that takes the means."""
    shares = np.zeros((places, size), dtype)
    for i, (begin, end) in enumerate(spans(size, places)):
        shares[i, begin:end] = 1 / (end - begin)
    return shares


@op(
    reduction,
    name="_adaptive_mean",
    method=False,
    bare=False,
    node=node_name("AdaptiveAvgPool"),
    cases=("A(2, 2, 4, 5), (2, 3)",),
)
def adaptive_mean(x: Array, places: Data):
    """The means of `places` windows that cover each spatial dimension evenly."""
    for axis, wanted in enumerate(places, 2):
        cuts = spans(x.shape[axis], wanted)
        # reduceat sums from each index to the next; every other sum is a window's.
        ends = [end for cut in cuts for end in cut][:-1]
        if ends:
            sums = np.add.reduceat(x, ends, axis)[(slice(None),) * axis + (slice(None, None, 2),)]
        else:
            sums = np.zeros((*x.shape[:axis], 0, *x.shape[axis + 1 :]), x.dtype)
        lengths = np.array([end - begin for begin, end in cuts], x.dtype)
        x = sums / lengths.reshape(-1, *(1,) * (x.ndim - axis - 1))
    return x


@op(
    reduction,
    name="_adaptive_spread",
    method=False,
    bare=False,
    node=node_name("AdaptiveAvgPool"),
    cases=("A(2, 2, 2, 3), (4, 5)",),
)
def adaptive_spread(x: Array, spatial: Data):
    """Each element of x shared evenly among those of its window, in `spatial` sizes."""
    for axis, size in enumerate(spatial, 2):
        shares = _shares(size, x.shape[axis], x.dtype)
        x = np.moveaxis(np.moveaxis(x, axis, -1) @ shares, -1, axis)
    return np.ascontiguousarray(x)


adaptive_mean.vjp(x=lambda g, x_shape: adaptive_spread(g, x_shape[2:]))
adaptive_spread.vjp(x=lambda g, x_shape: adaptive_mean(g, x_shape[2:]))


def _mean_pooled(x, size, stride, pad, ceil_mode, include, divisor, ndim: int):
    name = f"avg_pool{ndim}d"
    if divisor == 0:
        raise RuntimeFault("divisor must be not zero", blame={"divisor_override": ""})
    x, lone = with_batch(x, ndim, name)
    require(x.array, "avg_pool3d_out_frame" if ndim == 3 else "avg_pool2d", "iuf")
    w = window(size, stride, pad, 1, ndim, name)
    return without_batch(mean_pool(x, w, fitted(x, w, ceil_mode), include, divisor), lone)


@op(
    network,
    paths=(_F + "avg_pool1d",),
    method=False,
    bare=True,
    cases=(
        "A(2, 3, 6), 2",
        "A(2, 3, 6), 3, 2, 1, count_include_pad=False",
        "A(2, 3, 6), 3, 2, 1, ceil_mode=True",
        "A(2, 5), 2, 1",
    ),
)
def avg_pool1d(
    x: Array,
    kernel_size: Ints,
    stride: Ints = None,
    padding: Ints = 0,
    ceil_mode: Flag = False,
    count_include_pad: Flag = True,
):
    """The mean of every window of (n, channels, length).

    Windows adjoin unless `stride` says else. `count_include_pad` says whether zeros of the
    padding count.

    >>> avg_pool1d(tensor([[[1., 5., 2., 3.]]]), 2)
    tensor([[[3.0000, 2.5000]]])
    """
    return _mean_pooled(x, kernel_size, stride, padding, ceil_mode, count_include_pad, None, 1)


@op(
    network,
    paths=(_F + "avg_pool2d",),
    method=False,
    bare=False,
    cases=(
        "A(2, 2, 4, 5), 2",
        "A(2, 2, 4, 5), 3, 2, 1, count_include_pad=False",
        "A(2, 2, 4, 5), 3, 2, 1, ceil_mode=True",
        "A(2, 2, 4, 5), 2, divisor_override=3",
        "A(2, 4, 4), 2, 1",
    ),
)
def avg_pool2d(
    x: Array,
    kernel_size: Ints,
    stride: Ints = None,
    padding: Ints = 0,
    ceil_mode: Flag = False,
    count_include_pad: Flag = True,
    divisor_override: Int | None = None,
):
    """The mean of every window of (n, channels, h, w).

    Windows adjoin unless `stride` says else. `count_include_pad` says whether zeros of the
    padding count; `divisor_override` divides all.

    >>> F.avg_pool2d(arange(4.).reshape(1, 1, 2, 2), 2)
    tensor([[[[1.5000]]]])
    """
    return _mean_pooled(
        x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override, 2
    )


@op(
    network,
    paths=(_F + "avg_pool3d",),
    method=False,
    bare=False,
    cases=(
        "A(1, 2, 3, 3, 4), 2",
        "A(1, 2, 3, 3, 4), 3, 2, 1, count_include_pad=False",
        "A(1, 2, 3, 3, 4), 3, 2, 1, ceil_mode=True",
        "A(1, 2, 3, 3, 4), 2, divisor_override=3",
        "A(2, 3, 3, 3), 2, 1",
    ),
)
def avg_pool3d(
    x: Array,
    kernel_size: Ints,
    stride: Ints = None,
    padding: Ints = 0,
    ceil_mode: Flag = False,
    count_include_pad: Flag = True,
    divisor_override: Int | None = None,
):
    """The mean of every window of (n, channels, d, h, w).

    Windows adjoin unless `stride` says else. `count_include_pad` says whether zeros of the
    padding count; `divisor_override` divides all.

    >>> F.avg_pool3d(arange(8.).reshape(1, 1, 2, 2, 2), 2)
    tensor([[[[[3.5000]]]]])
    """
    return _mean_pooled(
        x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override, 3
    )


def _adapted_means(x, output_size, ndim: int):
    x, lone, places = adapted(x, output_size, ndim, f"adaptive_avg_pool{ndim}d")
    require(x.array, _KERNEL + ("3d_cpu" if len(places) == 3 else "2d"), "fc")
    return without_batch(adaptive_mean(x, places), lone)


@op(
    network,
    paths=(_F + "adaptive_avg_pool1d",),
    method=False,
    bare=True,
    cases=("A(2, 3, 6), 2", "A(2, 5), 3", "A(2, 3, 6), 1"),
)
def adaptive_avg_pool1d(x: Array, output_size: Data):
    """The means of `output_size` windows that cover (n, channels, length) evenly.

    >>> adaptive_avg_pool1d(tensor([[[1., 5., 2., 3.]]]), 1)
    tensor([[[2.7500]]])
    """
    return _adapted_means(x, output_size, 1)


@op(
    network,
    paths=(_F + "adaptive_avg_pool2d",),
    method=False,
    bare=False,
    cases=("A(2, 2, 4, 5), (2, 3)", "A(2, 4, 4), 3", "A(2, 2, 4, 5), 1"),
)
def adaptive_avg_pool2d(x: Array, output_size: Data):
    """The means of `output_size` windows that cover (n, channels, h, w) evenly.

    >>> F.adaptive_avg_pool2d(arange(4.).reshape(1, 1, 2, 2), 1)
    tensor([[[[1.5000]]]])
    """
    return _adapted_means(x, output_size, 2)


@op(
    network,
    paths=(_F + "adaptive_avg_pool3d",),
    method=False,
    bare=False,
    cases=("A(1, 2, 3, 3, 4), (2, None, 2)", "A(2, 3, 3, 3), 3", "A(1, 2, 3, 3, 4), 1"),
)
def adaptive_avg_pool3d(x: Array, output_size: Data):
    """The means of `output_size` windows that cover (n, channels, d, h, w) evenly.

    >>> F.adaptive_avg_pool3d(arange(8.).reshape(1, 1, 2, 2, 2), 1)
    tensor([[[[[3.5000]]]]])
    """
    return _adapted_means(x, output_size, 3)
