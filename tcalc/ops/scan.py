"""Scans: every element is replaced by a reduction of those up to it."""

from __future__ import annotations

import builtins

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import composite, scan
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, DTypeLike, Int, Scalar, normalise_axis
from tcalc.core.tensor import describe
from tcalc.errors import ArgumentFault, IndexFault, ShapeError
from tcalc.ops import (
    choice,
    compare,
    exponential,
    flips,
    floating,
    join,
    layout,
    order,
    reduce,
)
from tcalc.ops.floating import summing

_CASES = ("A(5), 0", "A(3, 4), 1", "A(3, 4), 0")


@op(scan, in_place=True, cases=(*_CASES, "A(), 0"))
def cumsum(x: Array, dim: Axis, *, dtype: DTypeLike = None):
    """Sums of the elements up to each, along `dim`; bools and ints add up as int64.

    >>> cumsum([1, 2, 3], dim=0)
    tensor([1, 3, 6])
    """
    x = reduce.accumulated(x, dtype)
    if not x.ndim:
        return x.copy()
    return np.cumsum(x, axis=dim, dtype=summing(x.dtype)).astype(x.dtype, copy=False)


def _reversed_cumsum(g, dim):
    return flips.flip(cumsum(flips.flip(g, dim), dim), dim) if g.ndim else g


cumsum.vjp(x=_reversed_cumsum)


@op(scan, in_place=True, cases=_CASES)
def cumprod(x: Array, dim: Axis, *, dtype: DTypeLike = None):
    """Products of the elements up to each, along `dim`.

    >>> cumprod([1, 2, 3], dim=0)
    tensor([1, 2, 6])
    """
    x = reduce.accumulated(x, dtype)
    if not x.ndim:
        return x.copy()
    return np.cumprod(x, axis=dim, dtype=summing(x.dtype)).astype(x.dtype, copy=False)


def _cumprod_rule(g, x, out, dim):
    """Sum over k >= i of g_k out_k / x_i; with the quotient written out where a zero forbids it."""
    if not g.ndim:
        return g
    if not compare.eq(x, 0).any():
        return _reversed_cumsum(g * out.conjugate(), dim) / x.conjugate()
    n = x.shape[dim]
    parts = []
    for i in range(n):
        before = layout.narrow(x, dim, 0, i)
        after = layout.narrow(x, dim, i + 1, n - i - 1)
        lead = reduce.prod(before, dim, True)
        tail = cumprod(join.cat([lead, after], dim), dim)
        parts.append(reduce.sum(layout.narrow(g, dim, i, n - i) * tail.conjugate(), dim, True))
    return join.cat(parts, dim)


cumprod.vjp(x=_cumprod_rule)


def _running(x: Array, dim: int, accumulate):
    if x.ndim == 0:
        return x.copy(), np.zeros((), np.int64)
    values = accumulate(x, axis=dim)
    shape = [1] * x.ndim
    shape[dim] = x.shape[dim]
    places = np.broadcast_to(np.arange(x.shape[dim]).reshape(shape), x.shape)
    is_new = (x == values) | (np.isnan(x) if x.dtype.kind == "f" else False)
    return values, np.maximum.accumulate(np.where(is_new, places, 0), axis=dim)


@op(scan, outputs=("values", "indices"), cases=_CASES)
def cummax(x: Array, dim: Axis):
    """The largest element up to each along `dim`, and its place.

    >>> cummax([1, 3, 2], 0).values
    tensor([1, 3, 3])
    """
    return _running(x, dim, np.maximum.accumulate)


@op(scan, outputs=("values", "indices"), cases=_CASES)
def cummin(x: Array, dim: Axis):
    """The smallest element up to each along `dim`, and its place.

    >>> cummin([3, 1, 2], 0).values
    tensor([3, 1, 1])
    """
    return _running(x, dim, np.minimum.accumulate)


def _running_rule(g, x_shape, dim, indices):
    return order.spread_one(g, x_shape, dim, indices, True)


cummax.vjp(x=_running_rule)
cummin.vjp(x=_running_rule)


@op(composite, cases=("A(5)", "A(3, 4), 1, 0", "A(6), 2", "A(3), prepend=A(1), append=A(2)"))
def diff(
    x: Array,
    n: Int = 1,
    dim: Axis = -1,
    prepend: Array | None = None,
    append: Array | None = None,
):
    """Differences of neighbours along `dim`, taken n times; of what is put before and after x, too.

    >>> diff([1, 3, 6])
    tensor([2, 3])
    """
    if not x.ndim:
        raise ShapeError(
            "diff expects input to be at least one-dimensional",
            blame={"x": describe(x)},
            notes=["a single number has no neighbours"],
        )
    if n < 0:
        raise ArgumentFault(f"order must be non-negative but got {n}", blame={"n": ""})
    dim = normalise_axis(dim, x.ndim)
    ends = [part for part in (prepend, x, append) if part is not None]
    if len(ends) > 1:
        x = join.cat(ends, dim)
    for _ in range(builtins.min(n, x.shape[dim])):
        m = x.shape[dim]
        right, left = layout.narrow(x, dim, 1, m - 1), layout.narrow(x, dim, 0, m - 1)
        x = compare.ne(right, left) if x.dtype is dtypes.bool_ else right - left
    return x


@op(scan, cases=_CASES)
def logcumsumexp(x: Array, dim: Axis):
    """log of the sums of exp of the elements up to each, without overflow.

    >>> logcumsumexp([0., 0., 0.], 0)
    tensor([0.0000, 0.6931, 1.0986])
    """
    floating.require(x, "logcumsumexp_out_cpu", "fc")
    if x.ndim == 0:
        return x.copy()
    if x.dtype.kind == "f":
        return np.logaddexp.accumulate(x, axis=dim)
    top = np.max(x.real, axis=dim, keepdims=True, initial=-np.inf)
    return np.log(np.cumsum(np.exp(x - top), axis=dim)) + top


def _logcumsumexp_rule(g, x, out, dim):
    """Sum over k >= i of g_k exp(x_i - out_k), no factor of which overflows."""
    if not g.ndim:
        return g
    x, out, g = (layout.movedim(part, dim, -1) for part in (x, out, g))
    apart = layout.unsqueeze(x, -1) - layout.unsqueeze(out, -2)
    later = np.triu(np.ones((x.shape[-1],) * 2, np.bool_))
    weights = exponential.exp(choice.where(later, apart, -np.inf)).conjugate()
    total = reduce.sum(weights * layout.unsqueeze(g, -2), -1)
    return layout.movedim(total, -1, dim)


logcumsumexp.vjp(x=_logcumsumexp_rule)


def _areas(y, x, dx, dim: int, name: str):
    """The areas under y between neighbours: their mean times the width."""
    if not y.ndim:
        raise IndexFault(
            f"Dimension specified as {dim} but tensor has no dimensions", blame={"y": describe(y)}
        )
    dim = normalise_axis(dim, y.ndim)
    n = y.shape[dim]
    if n == 0:
        return y, dim
    pairs = layout.narrow(y, dim, 1, n - 1) + layout.narrow(y, dim, 0, n - 1)
    if x is None:
        return pairs * (dx / 2), dim
    if x.shape[-1 if x.ndim == 1 else dim] != n:
        raise ShapeError(
            f"{name}: There must be one `x` value for each sample point",
            blame={"x": describe(x), "y": describe(y)},
        )
    if x.ndim == 1:
        x = layout.reshape(x, tuple(n if i == dim else 1 for i in range(y.ndim)))
    return pairs * diff(x, 1, dim) / 2, dim


_AREA_CASES = ("A(3, 4)", "A(3, 4), dx=0.5, dim=0", "A(3, 4), A(4)", "A(3, 4), A(3), dim=0")


@op(composite, aliases=("trapz",), method=False, cases=_AREA_CASES)
def trapezoid(y: Array, x: Array | None = None, *, dx: Scalar = 1, dim: Int = -1):
    """The area under y along `dim`, by trapezoids whose width is dx or the differences of x.

    >>> trapezoid([1., 2., 3.])
    tensor(4.)
    """
    areas, dim = _areas(y, x, dx, dim, "trapezoid")
    return reduce.sum(areas, dim)


@op(composite, method=False, cases=_AREA_CASES)
def cumulative_trapezoid(y: Array, x: Array | None = None, *, dx: Scalar = 1, dim: Int = -1):
    """The areas under y up to each element but the first.

    >>> cumulative_trapezoid([1., 2., 3.])
    tensor([1.5000, 4.0000])
    """
    areas, dim = _areas(y, x, dx, dim, "cumulative_trapezoid")
    return cumsum(areas, dim)
