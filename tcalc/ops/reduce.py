"""Reductions: many elements become one, over all dimensions or those named by `dim`."""

from __future__ import annotations

import builtins
import math

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Axes, Axis, DTypeLike, Flag
from tcalc.core.tensor import count, describe
from tcalc.errors import DTypeError, IndexFault
from tcalc.ops import choice, compare, exponential, join, layout
from tcalc.ops.floating import summing

FEW = 1 << 12  # elements that are copied sooner than a view of them is made
_CASES = ("A(3, 4)", "A(3, 4), 1", "A(2, 3, 4), (0, 2), keepdim=True", "A(3, 4), -1, True", "A()")
_ONE_AXIS = ("A(3, 4), 1", "A(3, 4), 0, keepdim=True", "A(5), -1")


def accumulated(x: Array, dtype: dtypes.DType | None) -> Array:
    """x in the dtype that sums and products of it have: int64 for bools and ints."""
    if dtype is not None:
        return dtypes.cast(x, dtype)
    return dtypes.cast(x, dtypes.int64) if x.dtype.kind in "biu" else x


def _kept(shape: tuple[int, ...], dim: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(1 if i in dim else n for i, n in enumerate(shape))


def _numbered(dim):
    """0 where all dimensions go and 1 where `dim` names some, as grad_fn's names count."""
    return int(dim is not None)


def spread(g, x_shape, dim):
    """Stretch the cotangent of a reduction back over the shape of what was reduced."""
    kept = _kept(x_shape, dim)
    if type(g) is np.ndarray and count(x_shape) <= FEW:
        stretched = np.empty(x_shape, g.dtype)
        stretched[...] = g.reshape(kept)
        return stretched
    return layout.expand(layout.reshape(g, kept), x_shape)


@op(
    reduction,
    node=lambda dim: f"SumBackward{_numbered(dim)}",
    cases=_CASES,
)
def sum(x: Array, dim: Axes = None, keepdim: Flag = False, *, dtype: DTypeLike = None):
    """Sum of the elements; 0 of none. Bools and ints add up as int64.

    >>> sum([[1, 2], [3, 4]], axis=0)
    tensor([4, 6])
    """
    x = accumulated(x, dtype)
    if x.dtype != np.float16:
        return x.sum(axis=dim, keepdims=keepdim)
    return x.sum(axis=dim, keepdims=keepdim, dtype=np.float32).astype(x.dtype)


sum.vjp(x=lambda g, x_shape, dim: spread(g, x_shape, dim))


@op(
    reduction,
    node=lambda dim: f"MeanBackward{_numbered(dim)}",
    cases=_CASES,
)
def mean(x: Array, dim: Axes = None, keepdim: Flag = False, *, dtype: DTypeLike = None):
    """Arithmetic mean, of floats only; nan of no elements.

    >>> mean([[1., 2.], [3., 4.]], axis=0)
    tensor([2., 3.])
    """
    x = x if dtype is None else dtypes.cast(x, dtype)
    if x.dtype.kind in "biu":
        raise DTypeError(
            "mean(): could not infer output dtype. Input dtype must be either a floating point or "
            f"complex dtype. Got: {dtypes.of(x).label}",
            blame={"x": ""},
        )
    wide = summing(x.dtype)
    average = x.sum(axis=dim, keepdims=keepdim, dtype=wide) / wide.type(_size(x.shape, dim))
    return average if wide is x.dtype else average.astype(x.dtype)


def _size(shape: tuple[int, ...], dim: tuple[int, ...]) -> int:
    return count(tuple(shape[i] for i in dim))


mean.vjp(x=lambda g, x_shape, dim: spread(g, x_shape, dim) / (_size(x_shape, dim) or math.nan))


@op(
    reduction,
    node=lambda dim: f"ProdBackward{_numbered(dim)}",
    cases=("A(5)", "A(2, 3)", *_ONE_AXIS),
)
def prod(x: Array, dim: Axis | None = None, keepdim: Flag = False, *, dtype: DTypeLike = None):
    """Product of the elements; 1 of none.

    >>> prod([[1, 2], [3, 4]], axis=0)
    tensor([3, 8])
    """
    x = accumulated(x, dtype)
    return np.prod(x, axis=dim, keepdims=keepdim, dtype=x.dtype)


def _others(x, dim):
    """Product of all other elements along `dim`, elementwise; right where some are zero."""
    n = x.shape[dim]
    parts = []
    for i in range(n):
        rest = [layout.narrow(x, dim, 0, i), layout.narrow(x, dim, i + 1, n - i - 1)]
        parts.append(prod(join.cat(rest, dim), dim, True))
    return join.cat(parts, dim) if parts else x


def _prod_rule(g, x, dim, x_shape, out):
    if dim is None:
        flat = layout.reshape(x, (-1,))
        return layout.reshape(g * _prod_slopes(flat, 0, out), x_shape)
    kept = _kept(x_shape, (dim,))
    return layout.reshape(g, kept) * _prod_slopes(x, dim, layout.reshape(out, kept))


def _prod_slopes(x, dim, out):
    """d out / d x: the quotient, unless a zero forbids it."""
    if x.shape and compare.eq(x, 0).any():
        return _others(x, dim).conjugate()
    return (out / x).conjugate()


prod.vjp(x=_prod_rule)


def _refuse_empty(x: Array, dim: tuple[int, ...], name: str) -> None:
    if builtins.any(x.shape[i] == 0 for i in dim):
        raise IndexFault(
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the "
            "reduction dim with the 'dim' argument.",
            blame={"x": ""},
            notes=[f"no elements have no {name}"],
        )


def _evenly(g, x, out, dim):
    """Share the cotangent of an extremum evenly among the elements that attain it."""
    each = spread(out, x.shape, dim)
    ties = compare.logical_or(
        compare.eq(x, each), compare.logical_and(compare.isnan(x), compare.isnan(each))
    )
    return choice.where(ties, spread(g, x.shape, dim) / sum(ties, dim, True), 0)


@op(reduction, cases=_CASES)
def amax(x: Array, dim: Axes = None, keepdim: Flag = False):
    """The largest element; nan if there is one. Equal largest ones share the gradient.

    >>> amax([[1, 5], [3, 2]], axis=1)
    tensor([5, 3])
    """
    compare.refuse_complex(x, "amax")
    _refuse_empty(x, dim, "amax")
    return np.max(x, axis=dim, keepdims=keepdim)


@op(reduction, cases=_CASES)
def amin(x: Array, dim: Axes = None, keepdim: Flag = False):
    """The smallest element; nan if there is one. Equal smallest ones share the gradient.

    >>> amin([[1, 5], [3, 2]], axis=1)
    tensor([1, 2])
    """
    compare.refuse_complex(x, "amin")
    _refuse_empty(x, dim, "amin")
    return np.min(x, axis=dim, keepdims=keepdim)


amax.vjp(x=_evenly)
amin.vjp(x=_evenly)


def _logsumexp(x: Array, dim: tuple[int, ...], keepdim: bool) -> Array:
    """Shifted by the largest element, so that nothing overflows."""
    top = np.max(x.real, axis=dim, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0).astype(x.dtype)
    shares = np.sum(np.exp(x - top), axis=dim, keepdims=True, dtype=summing(x.dtype))
    total = np.log(shares.astype(x.dtype, copy=False)) + top
    return total if keepdim else total.reshape([n for i, n in enumerate(x.shape) if i not in dim])


@op(reduction, paths=("torch.special.logsumexp",), cases=("A(3, 4), 1", "A(2, 3, 4), (0, 2), True"))
def logsumexp(x: Array, dim: Axes, keepdim: Flag = False):
    """log of the sum of exp, without overflow.

    >>> logsumexp([1000., 1000.], 0)
    tensor(1000.6932)
    """
    return _logsumexp(dtypes.cast(x, dtypes.to_float(dtypes.of(x))), dim, keepdim)


logsumexp.vjp(
    x=lambda g, x, out, x_shape, dim: (
        spread(g, x_shape, dim) * exponential.exp(x - spread(out, x_shape, dim)).conjugate()
    )
)


def _as_asked(truth: Array, x: Array) -> Array:
    """An answer as bools; as uint8 where x has it, which was PyTorch's first type for truth."""
    return np.asarray(truth, np.uint8 if x.dtype == np.uint8 else np.bool_)


@op(reduction, cases=("B(3, 4)", "B(3, 4), 1"))
def all(x: Array, dim: Axes = None, keepdim: Flag = False):
    """Whether every element is nonzero; True of none.

    >>> all([[True, False], [True, True]], axis=1)
    tensor([False,  True])
    """
    return _as_asked(np.all(x, axis=dim, keepdims=keepdim), x)


@op(reduction, cases=("B(3, 4)", "B(3, 4), 1"))
def any(x: Array, dim: Axes = None, keepdim: Flag = False):
    """Whether an element is nonzero; False of none.

    >>> any([[True, False], [False, False]], axis=1)
    tensor([ True, False])
    """
    return _as_asked(np.any(x, axis=dim, keepdims=keepdim), x)


@op(reduction, cases=("I(3, 4)", "I(3, 4), 1"))
def count_nonzero(x: Array, dim: Axes = None):
    """Number of nonzero elements.

    >>> count_nonzero([0, 1, 2])
    tensor(2)
    """
    return np.count_nonzero(x, axis=dim)


@op(reduction, cases=("A(3, 4)", "A(3, 4), 1", "A(2, 3, 4), (0, 2)"))
def nansum(x: Array, dim: Axes = None, keepdim: Flag = False, *, dtype: DTypeLike = None):
    """Sum of the elements that are not nan.

    >>> nansum([1., nan, 2.])
    tensor(3.)
    """
    if x.dtype.kind == "c":
        raise DTypeError("nansum on CPU does not support complex inputs", blame={"x": describe(x)})
    x = accumulated(x, dtype)
    total = np.nansum(x, axis=dim, keepdims=keepdim, dtype=summing(x.dtype))
    return total.astype(x.dtype, copy=False)


nansum.vjp(x=lambda g, x, dim: choice.where(compare.isnan(x), 0, spread(g, x.shape, dim)))
