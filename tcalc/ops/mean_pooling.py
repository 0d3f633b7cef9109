"""Mean pooling: the mean of every window."""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core import dtypes, memory
from tcalc.core.families import network, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Flag, Int, Ints
from tcalc.core.tensor import count
from tcalc.errors import RuntimeFault
from tcalc.ops.create import room
from tcalc.ops.floating import require, summing
from tcalc.ops.patches import (
    Sizes,
    Window,
    pad_one,
    pad_spatial,
    strided,
    window,
    with_batch,
    without_batch,
)
from tcalc.ops.pooling import adapted, evenly, fitted, node_name, overhang

_F = "torch.nn.functional."
_KERNEL = "adaptive_avg_pool"
_SMALL = 256  # elements of windows that are added one by one
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


def _summed(x: Array, w: Window, places: Sizes) -> Array:
    """The sums of windows; of small ones in the order of their elements, as PyTorch adds them."""
    more = overhang(x, w, places)
    if count(w.size) <= _SMALL:
        padded = pad_spatial(x, w.padding, 0, more)
        total = np.zeros((*x.shape[:2], *places), x.dtype)
        for offset in w.offsets():
            total += padded[strided(offset, places, w.stride)]
        return total
    for d, size in enumerate(w.size):
        padded = np.moveaxis(pad_one(x, d + 2, w.padding[d], 0, more[d]), d + 2, -1)
        step = padded.strides[-1]
        steps = (*padded.strides[:-1], w.stride[d] * step, step)
        view = memory.spread(padded, (*padded.shape[:-1], places[d], size), steps)
        x = np.moveaxis(view.sum(-1, dtype=x.dtype), -1, d + 2)
    return x


def _laid_over(x: Array, axis: int, n: int, size: int, stride: int, padding: int) -> Array:
    """Each element of x added to all of its window along `axis`, of which n elements are left."""
    places = x.shape[axis]
    long = max(n + 2 * padding, (places - 1) * stride + size)
    out = np.zeros(room((*x.shape[:axis], long, *x.shape[axis + 1 :]), dtypes.of(x)), x.dtype)
    lead = (slice(None),) * axis
    if places < size:
        for i in range(places):
            out[(*lead, slice(i * stride, i * stride + size))] += x[(*lead, slice(i, i + 1))]
    else:
        for i in range(size):
            out[(*lead, slice(i, i + (places - 1) * stride + 1, stride))] += x
    return out[(*lead, slice(padding, padding + n))]


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
    total = _summed(x.astype(summing(x.dtype), copy=False), w, places)
    divisors = _divisors(x.shape, w, places, include, divisor)
    if x.dtype.kind in "iu":
        return (total / divisors).astype(x.dtype)
    return (total / divisors.astype(total.dtype)).astype(x.dtype, copy=False)


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
    for d, n in enumerate(shape[2:]):
        shares = _laid_over(shares, d + 2, n, w.size[d], w.stride[d], w.padding[d])
    return np.ascontiguousarray(shares)


mean_pool.vjp(
    x=lambda g, x_shape, w, include, divisor: mean_unpool(g, x_shape, w, include, divisor)
)
mean_unpool.vjp(
    x=lambda g, w, x_shape, include, divisor: mean_pool(g, w, x_shape[2:], include, divisor)
)


def _even_sums(x: Array, axis: int, places: int) -> Array:
    """The sums of `places` windows that cover the dimension `axis` of x evenly."""
    begins, ends = evenly(x.shape[axis], places)
    if not places or not x.shape[axis]:
        return np.zeros((*x.shape[:axis], places, *x.shape[axis + 1 :]), x.dtype)
    if places > x.shape[axis]:  # several windows end with x, where no further sum can begin
        x = np.concatenate([x, np.zeros_like(x.take([0], axis))], axis)
    # reduceat sums from each index to the next; every other sum is a window's.
    cuts = np.stack([begins, ends], 1).reshape(-1)
    cuts = cuts[:-1] if cuts[-1] == x.shape[axis] else cuts
    room((*x.shape[:axis], len(cuts), *x.shape[axis + 1 :]), dtypes.of(x))
    return np.add.reduceat(x, cuts, axis)[(*(slice(None),) * axis, slice(None, None, 2))]


def _even_lengths(size: int, places: int, x: Array, axis: int) -> Array:
    """How many elements each of those windows has, to be divided by along `axis`."""
    begins, ends = evenly(size, places)
    return (ends - begins).astype(x.dtype).reshape(-1, *(1,) * (x.ndim - axis - 1))


@op(
    reduction,
    name="_adaptive_mean",
    method=False,
    bare=False,
    node=node_name("AdaptiveAvgPool"),
    cases=("A(2, 2, 4, 5), (2, 3)", "A(1, 2, 3, 2), (5, 4)"),
)
def adaptive_mean(x: Array, places: Data):
    """The means of `places` windows that cover each spatial dimension evenly."""
    out = x.astype(summing(x.dtype), copy=False)
    for axis, wanted in enumerate(places, 2):
        sums = _even_sums(out, axis, wanted)
        out = sums / _even_lengths(out.shape[axis], wanted, out, axis)
    return out.astype(x.dtype, copy=False)


@op(
    reduction,
    name="_adaptive_spread",
    method=False,
    bare=False,
    node=node_name("AdaptiveAvgPool"),
    cases=("A(2, 2, 2, 3), (4, 5)", "A(1, 2, 5, 4), (3, 2)"),
)
def adaptive_spread(x: Array, spatial: Data):
    """Each element of x shared evenly among those of its window, in `spatial` sizes.

    The windows in which an element lies cover theirs as evenly.
    """
    for axis, size in enumerate(spatial, 2):
        x = _even_sums(x / _even_lengths(size, x.shape[axis], x, axis), axis, size)
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
