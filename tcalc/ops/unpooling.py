"""What is made of pooling: maxima put back, pooling by powers, norms of channels around."""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core.families import network
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Flag, Int, Ints, Scalar
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, DTypeError, ShapeError
from tcalc.ops import arithmetic, layout, mean_pooling, rectifier, scatter
from tcalc.ops.create import room
from tcalc.ops.padding import constant_pad
from tcalc.ops.patches import sizes, window, with_batch, without_batch

_F = "torch.nn.functional."


def _unpooled(x: Tensor, indices: Tensor, size, stride, padding, output_size, ndim: int):
    name = f"max_unpool{ndim}d"
    if indices.array.dtype != np.int64:
        raise DTypeError(
            f"elements in indices should be type int64 but got: {indices.dtype.label}",
            blame={"indices": describe(indices)},
        )
    if x.shape != indices.shape:
        raise ShapeError(
            f"Expected shape of indices to be same as that of the input tensor ({list(x.shape)}) "
            f"but got indices tensor with shape: {list(indices.shape)}",
            blame={"x": describe(x), "indices": describe(indices)},
        )
    x, lone = with_batch(x, ndim, name)
    w = window(size, stride, padding, 1, ndim, name)
    parts = zip(x.shape[2:], w.stride, w.size, w.padding, strict=True)
    spatial = tuple((n - 1) * s + k - 2 * p for n, s, k, p in parts)
    if output_size is not None:
        spatial = sizes(tuple(output_size)[-ndim:], ndim, "output_size", name)
    made = room((*x.shape[:2], *spatial), x.dtype)
    places = indices.array.reshape(*x.shape[:2], count(x.shape[2:]))
    outside = places[(places < 0) | (places >= count(spatial))]
    if outside.size:
        volume = "x".join(map(str, spatial if ndim > 1 else (*spatial, 1)))
        raise ShapeError(
            f"Found an invalid max index: {int(outside[0])} (output volumes are of size {volume})",
            blame={"indices": describe(indices)},
        )
    flat = layout.reshape(x, places.shape)
    empty = Tensor(np.zeros((*x.shape[:2], count(spatial)), x.array.dtype))
    spread = scatter.scatter(empty, 2, Tensor(places), flat)
    return without_batch(layout.reshape(spread, made), lone)


def _roots(x: Tensor, p: float, size: Any, stride: Any, ceil_mode: bool, ndim: int):
    """The p-th root of the sum of p-th powers in every window."""
    mean = (mean_pooling.avg_pool1d, mean_pooling.avg_pool2d, mean_pooling.avg_pool3d)[ndim - 1]
    means = mean(arithmetic.pow(x, p), size, stride, 0, ceil_mode)
    elements = count(sizes(size, ndim, "kernel_size", f"lp_pool{ndim}d"))
    # As in PyTorch, sums below zero, of odd powers, give 0.
    positive = arithmetic.sign(means) * rectifier.relu(arithmetic.abs(means))
    return arithmetic.pow(positive * elements, 1.0 / p)


@op(
    network,
    paths=(_F + "lp_pool1d",),
    method=False,
    bare=False,
    cases=("A(2, 3, 6), 2, 3", "A(3, 6), 4, 2, 1, True"),
)
def lp_pool1d(
    x: Array, norm_type: Scalar, kernel_size: Ints, stride: Ints = None, ceil_mode: Flag = False
):
    """The norms of order `norm_type` of all windows of (n, channels, length).

    >>> F.lp_pool1d(tensor([[3., 4., 6., 8.]]), 2, 2)
    tensor([[ 5., 10.]])
    """
    return _roots(x, norm_type, kernel_size, stride, ceil_mode, 1)


@op(
    network,
    paths=(_F + "lp_pool2d",),
    method=False,
    bare=False,
    cases=("A(1, 2, 4, 5), 2, 2", "A(2, 4, 5), 2, (2, 3), 1"),
)
def lp_pool2d(
    x: Array, norm_type: Scalar, kernel_size: Ints, stride: Ints = None, ceil_mode: Flag = False
):
    """The norms of order `norm_type` of all windows of (n, channels, h, w).

    >>> F.lp_pool2d(tensor([[[2., 2.], [2., 2.]]]), 2, 2)
    tensor([[[4.]]])
    """
    return _roots(x, norm_type, kernel_size, stride, ceil_mode, 2)


@op(
    network,
    paths=(_F + "lp_pool3d",),
    method=False,
    bare=False,
    cases=("A(1, 2, 2, 4, 3), 2, 2",),
)
def lp_pool3d(
    x: Array, norm_type: Scalar, kernel_size: Ints, stride: Ints = None, ceil_mode: Flag = False
):
    """The norms of order `norm_type` of all windows of (n, channels, d, h, w).

    >>> F.lp_pool3d(ones(1, 2, 2, 2), 1, 2)
    tensor([[[[8.]]]])
    """
    return _roots(x, norm_type, kernel_size, stride, ceil_mode, 3)


@op(
    network,
    paths=(_F + "max_unpool1d",),
    method=False,
    bare=False,
    cases=("A(1, 1, 3), I(1, 1, 3, low=0, high=0) + [0, 2, 5], 2",),
)
def max_unpool1d(
    x: Array,
    indices: Array,
    kernel_size: Ints,
    stride: Ints = None,
    padding: Ints = 0,
    output_size: Data = None,
):
    """Zeros with the maxima x at their places: what max_pool1d with `return_indices` gave.

    >>> F.max_unpool1d(tensor([[5., 3.]]), tensor([[1, 3]]), 2)
    tensor([[0., 5., 0., 3.]])
    """
    return _unpooled(x, indices, kernel_size, stride, padding, output_size, 1)


@op(
    network,
    paths=(_F + "max_unpool2d",),
    method=False,
    bare=False,
    cases=("A(1, 1, 2), I(1, 1, 2, low=0, high=0) + [1, 6], 2, output_size=(2, 5)",),
)
def max_unpool2d(
    x: Array,
    indices: Array,
    kernel_size: Ints,
    stride: Ints = None,
    padding: Ints = 0,
    output_size: Data = None,
):
    """Zeros with the maxima x at their places: what max_pool2d with `return_indices` gave.

    >>> F.max_unpool2d(tensor([[[3.]]]), tensor([[[2]]]), 2)
    tensor([[[0., 0.],
             [3., 0.]]])
    """
    return _unpooled(x, indices, kernel_size, stride, padding, output_size, 2)


@op(
    network,
    paths=(_F + "max_unpool3d",),
    method=False,
    bare=False,
    cases=("A(1, 1, 1, 2), I(1, 1, 1, 2, low=0, high=0) + [0, 14], 2",),
)
def max_unpool3d(
    x: Array,
    indices: Array,
    kernel_size: Ints,
    stride: Ints = None,
    padding: Ints = 0,
    output_size: Data = None,
):
    """Zeros with the maxima x at their places: what max_pool3d with `return_indices` gave.

    >>> F.max_unpool3d(ones(1, 1, 1, 1), tensor([[[[7]]]]), 2).flatten()
    tensor([0., 0., 0., 0., 0., 0., 0., 1.])
    """
    return _unpooled(x, indices, kernel_size, stride, padding, output_size, 3)


@op(
    network,
    paths=(_F + "local_response_norm",),
    method=False,
    bare=False,
    cases=("A(2, 4, 3), 2", "A(1, 5, 2, 2), 3, 0.1, 0.5, 2.0"),
)
def local_response_norm(
    x: Array, size: Int, alpha: Scalar = 1e-4, beta: Scalar = 0.75, k: Scalar = 1.0
):
    """(n, channels, ...) over (k + alpha * the mean square of `size` channels around) ** beta.

    >>> F.local_response_norm(tensor([[[2.], [4.]]]), 1, 1., 0.5, 0.)
    tensor([[[1.],
             [1.]]])
    """
    if x.ndim < 3:
        raise ArgumentFault(
            f"Expected 3D or higher dimensionality input (got {x.ndim} dimensions)",
            blame={"x": describe(x)},
        )
    if not x.array.size:
        return x
    n, channels, *rest = x.shape
    squares = layout.reshape(x * x, (n, 1, channels, count(tuple(rest))))
    padded = constant_pad(squares, (0, 0, size // 2, (size - 1) // 2), 0)
    means = layout.reshape(mean_pooling.avg_pool2d(padded, (size, 1), 1), x.shape)
    return x / arithmetic.pow(means * alpha + k, beta)
