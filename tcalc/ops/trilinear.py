"""Sums of products with windows, in any number of dimensions, by products of matrices.

Three ops are each other's derivatives, for the sum of all products of a cotangent, an input and a
weight that belong together is linear in each: `_convolution` sums over inputs and weights,
`_convolution_input` over cotangents and weights, `_convolution_weight` over cotangents and inputs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Int
from tcalc.core.tensor import count
from tcalc.ops import reduce
from tcalc.ops.create import room
from tcalc.ops.patches import Window, columns, overlaid

_COLUMN_BYTES = 1 << 21  # windows of so many items are spread out at a time, to stay in the cache
_CASE_WINDOW = "((2, 2), (1, 2), (1, 0), (2, 1))"


def _chunks(n: int, bytes_each: int) -> Iterator[slice]:
    """Slices of a batch, each with windows of a size that the cache can hold."""
    step = max(1, _COLUMN_BYTES // max(bytes_each, 1))
    return (slice(i, i + step) for i in range(0, n, step))


def _matrices(weight: Array, groups: int) -> Array:
    """The weight as (groups, out / groups, in / groups * elements)."""
    return weight.reshape(groups, weight.shape[0] // groups, -1)


@op(
    reduction,
    name="_convolution",
    method=False,
    bare=False,
    node="ConvolutionBackward0",
    cases=(f"A(2, 4, 4, 5), A(6, 2, 2, 2), {_CASE_WINDOW}, 2, A(6)",),
)
def convolution(x: Array, weight: Array, w: Data, groups: Int, bias: Array | None = None):
    """Products of weight (out, in / groups, *size) with every window of x (n, in, *spatial)."""
    w = Window(*w)
    n, places = x.shape[0], w.places(x.shape[2:])
    shape = (n, groups, weight.shape[0] // groups, count(places))
    out = np.empty(room(shape, dtypes.of(x)), x.dtype)
    matrices = _matrices(weight, groups)
    for part in _chunks(n, x.shape[1] * count(w.size) * count(places) * x.itemsize):
        cols = columns(x[part], w)
        np.matmul(matrices, cols.reshape(len(cols), groups, -1, cols.shape[2]), out=out[part])
    out = out.reshape(n, weight.shape[0], *places)
    if bias is not None:
        out += bias.reshape(-1, *(1,) * len(places))
    return out


@op(
    reduction,
    name="_convolution_input",
    method=False,
    bare=False,
    node="ConvolutionBackward0",
    cases=(f"A(2, 6, 4, 2), A(6, 2, 2, 2), {_CASE_WINDOW}, 2, (4, 5), A(4)",),
)
def convolution_input(
    y: Array, weight: Array, w: Data, groups: Int, spatial: Data, bias: Array | None = None
):
    """Each element of y (n, out, *places) spread over its window, weighted: (n, in, *spatial)."""
    w = Window(*w)
    n, channels = y.shape[0], weight.shape[1] * groups
    matrices = _matrices(weight, groups).transpose(0, 2, 1)
    out = np.empty(room((n, channels, *spatial), dtypes.of(y)), y.dtype)
    room((groups, channels // groups * count(w.size), count(y.shape[2:])), dtypes.of(y))
    for part in _chunks(n, channels * count(w.size) * count(y.shape[2:]) * y.itemsize):
        rows = y[part].reshape(-1, groups, weight.shape[0] // groups, count(y.shape[2:]))
        cols = np.matmul(matrices, rows)
        out[part] = overlaid(cols.reshape(len(rows), -1, cols.shape[3]), w, spatial)
    if bias is not None:
        out += bias.reshape(-1, *(1,) * len(spatial))
    return out


@op(
    reduction,
    name="_convolution_weight",
    method=False,
    bare=False,
    node="ConvolutionBackward0",
    cases=(f"A(2, 6, 4, 2), A(2, 4, 4, 5), {_CASE_WINDOW}, 2",),
)
def convolution_weight(y: Array, x: Array, w: Data, groups: Int):
    """Products of y (n, out, *places) with x's windows, summed: (out, in / groups, *size)."""
    w = Window(*w)
    n, out_channels = y.shape[:2]
    total = np.zeros(
        (groups, out_channels // groups, x.shape[1] // groups * count(w.size)), y.dtype
    )
    for part in _chunks(n, x.shape[1] * count(w.size) * count(y.shape[2:]) * x.itemsize):
        cols = columns(x[part], w)
        cols = cols.reshape(len(cols), groups, -1, cols.shape[2])
        rows = y[part].reshape(len(cols), groups, out_channels // groups, -1)
        total += np.matmul(rows, cols.transpose(0, 1, 3, 2)).sum(0)
    return total.reshape(out_channels, x.shape[1] // groups, *w.size)


def _over_channels(g):
    """The cotangent of a bias: one number a channel."""
    return reduce.sum(g, (0, *range(2, len(g.shape))))


convolution.vjp(
    x=lambda g, weight, w, groups, x_shape: convolution_input(
        g, weight.conjugate(), w, groups, x_shape[2:]
    ),
    weight=lambda g, x, w, groups: convolution_weight(g, x.conjugate(), w, groups),
    bias=_over_channels,
)
convolution_input.vjp(
    y=lambda g, weight, w, groups: convolution(g, weight.conjugate(), w, groups),
    weight=lambda g, y, w, groups: convolution_weight(y.conjugate(), g, w, groups),
    bias=_over_channels,
)
convolution_weight.vjp(
    y=lambda g, x, w, groups: convolution(x.conjugate(), g, w, groups),
    x=lambda g, y, w, groups, x_shape: convolution_input(y.conjugate(), g, w, groups, x_shape[2:]),
)
