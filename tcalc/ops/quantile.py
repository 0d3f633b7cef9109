"""Order statistics: quantiles, the k-th value, the most frequent one."""

from __future__ import annotations

import numpy as np

from tcalc.core.families import check_stretched, composite, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, Flag, Int, Text, normalise_axis
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError, IndexFault
from tcalc.ops import choice, compare, gather, layout, order
from tcalc.ops.floating import require

_DIM_CASES = ("A(3, 4), 1", "A(3, 4), 0, True", "A(5), 0")
_INTERPOLATIONS = ("linear", "lower", "higher", "midpoint", "nearest")


def _check(x, q, interpolation: str, name: str) -> None:
    if x.dtype.name not in ("float32", "float64"):
        raise DTypeError(
            f"{name}() input tensor must be either float or double dtype",
            blame={"x": describe(x)},
        )
    if x.array.size == 0:
        raise IndexFault(f"{name}() input tensor must be non-empty", blame={"x": describe(x)})
    if interpolation not in _INTERPOLATIONS:
        raise ArgumentFault(
            f"{name}() interpolation must be one of linear, lower, higher, midpoint or nearest, "
            f"but got {interpolation}",
            blame={"interpolation": ""},
        )
    if q.ndim > 1:
        raise ArgumentFault(f"{name}() q must be a scalar or 1D tensor", blame={"q": describe(q)})
    if q.dtype is not x.dtype:
        raise DTypeError(
            f"{name}() q tensor must be same dtype as the input tensor",
            blame={"x": describe(x), "q": describe(q)},
        )
    check_stretched(q.array, "an operand of quantile")
    outside = q.array[(q.array < 0) | (q.array > 1)]
    if outside.size:
        raise ArgumentFault(
            f"{name}() q must be in the range [0, 1] but got {outside.flat[0]:g}"
            if q.ndim == 0
            else f"{name}() q values must be in the range [0, 1]",
            blame={"q": ""},
        )


def _quantile(x, q, dim, keepdim: bool, interpolation: str, name: str):
    if not isinstance(q, Tensor):
        q = Tensor(np.asarray(q, x.array.dtype))
    _check(x, q, interpolation, name)
    rows = layout.reshape(x, (-1,)) if dim is None else layout.movedim(x, dim, -1)
    rows = layout.reshape(rows, (1,)) if rows.ndim == 0 else rows
    rows = order.sort(rows, -1)[0]
    between = _between(rows, layout.reshape(q, (-1,)), interpolation, name == "nanquantile")
    if keepdim:
        places = range(x.ndim) if dim is None else (normalise_axis(dim, x.ndim),)
        for place in places if x.ndim else ():
            between = layout.unsqueeze(between, place)
    return layout.squeeze(between, -1) if q.ndim == 0 else layout.movedim(between, -1, 0)


def _between(rows, q, interpolation: str, skip: bool):
    """The elements of sorted rows at the shares q of their way; nan, which comes last, skipped."""
    n = rows.shape[-1]
    missing = np.isnan(rows.array).sum(-1)[..., None]
    last = np.maximum(n - 1 - missing, 0) if skip else n - 1
    ranks = q * Tensor(np.asarray(last, rows.array.dtype))
    if not skip:
        ranks = choice.where(Tensor(missing > 0), n - 1, ranks)
    ranks = layout.expand(ranks, (*rows.shape[:-1], q.shape[0]))
    at = ranks.array
    if interpolation == "nearest":
        return gather.gather(rows, -1, Tensor(np.round(at).astype(np.int64)))
    low, high = Tensor(np.floor(at).astype(np.int64)), Tensor(np.ceil(at).astype(np.int64))
    if interpolation in ("lower", "higher"):
        return gather.gather(rows, -1, low if interpolation == "lower" else high)
    weight = 0.5 if interpolation == "midpoint" else ranks - low
    return choice.lerp(gather.gather(rows, -1, low), gather.gather(rows, -1, high), weight)


_CASES = ("A(3, 4), 0.3", "A(3, 4), 0.5, 1, True", "A(5), A(2, low=0.1, high=0.9), 0")


@op(composite, cases=(*_CASES, "A(3, 4), 0.6, 0, interpolation='midpoint'"))
def quantile(
    x: Array,
    q: Array,
    dim: Axis | None = None,
    keepdim: Flag = False,
    *,
    interpolation: Text = "linear",
):
    """The number below which a share q of the elements lies; of several q as many results first.

    Between two elements the `interpolation` decides: linear, lower, higher, midpoint or nearest.

    >>> quantile([0., 1., 2., 3.], 0.25)
    tensor(0.7500)
    """
    return _quantile(x, q, dim, keepdim, interpolation, "quantile")


@op(composite, cases=_CASES)
def nanquantile(
    x: Array,
    q: Array,
    dim: Axis | None = None,
    keepdim: Flag = False,
    *,
    interpolation: Text = "linear",
):
    """As quantile, of the elements that are not nan.

    >>> nanquantile([0., nan, 2.], 0.25)
    tensor(0.5000)
    """
    return _quantile(x, q, dim, keepdim, interpolation, "nanquantile")


def _picked(x: Array, at: Array, dim: int, keepdim: bool):
    """The elements at the places `at`, one along `dim`, and these places."""
    values = np.take_along_axis(x, at, dim)
    return (values, at) if keepdim else (values.squeeze(dim), at.squeeze(dim))


def _slope(g, x_shape, dim, keepdim, indices):
    return order.spread_one(g, x_shape, dim, indices, keepdim)


@op(reduction, outputs=("values", "indices"), cases=("A(5), 2", "A(3, 4), 3, 0, True"))
def kthvalue(x: Array, k: Int, dim: Axis = -1, keepdim: Flag = False):
    """The k-th smallest element along `dim`, and its place; k counts from 1.

    >>> kthvalue([3., 1., 2.], 2).values
    tensor(2.)
    """
    compare.refuse_complex(x, "kthvalue")
    require(x, "kthvalue_cpu", "iuf")
    if not 1 <= k <= (x.shape[dim] if x.ndim else 1):
        raise ArgumentFault(
            f"kthvalue(): selected number k out of range for dimension {dim}", blame={"k": ""}
        )
    if x.ndim == 0:
        return x.copy(), np.zeros((), np.int64)
    at = np.take(np.argsort(x, axis=dim, kind="stable"), [k - 1], axis=dim)
    return _picked(x, at, dim, keepdim)


kthvalue.vjp(x=_slope)


@op(reduction, outputs=("values", "indices"), cases=("A(5)", "I(3, 8, low=0, high=2)", *_DIM_CASES))
def mode(x: Array, dim: Axis = -1, keepdim: Flag = False):
    """The most frequent element along `dim` (the smallest of several), and its last place.

    >>> mode([3, 1, 3, 2]).values
    tensor(3)
    """
    compare.refuse_complex(x, "mode")
    if x.ndim == 0:
        return x.copy(), np.zeros((), np.int64)
    if x.shape[dim] == 0:
        raise IndexFault(
            f"mode(): Expected reduction dim {dim} to have non-zero size.",
            blame={"x": describe(x)},
        )
    rows = np.moveaxis(x, dim, -1)
    places = np.argsort(rows, axis=-1, kind="stable")
    ordered = np.take_along_axis(rows, places, -1)
    counter = np.broadcast_to(np.arange(rows.shape[-1]), rows.shape)
    fresh = np.ones(rows.shape, np.bool_)
    fresh[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    run = counter - np.maximum.accumulate(np.where(fresh, counter, 0), axis=-1)
    at = np.take_along_axis(places, run.argmax(-1)[..., None], -1)
    return _picked(x, np.moveaxis(at, -1, dim), dim, keepdim)


mode.vjp(x=_slope)


def _nan_middle(x: Array, dim: int, keepdim: bool):
    """The lower middle of the elements that are not nan; nan and place 0 where all are."""
    compare.refuse_complex(x, "nanmedian")
    if x.ndim == 0:
        return x.copy(), np.zeros((), np.int64)
    at = np.argsort(x, axis=dim, kind="stable")
    known = np.sum(~np.isnan(x), axis=dim, keepdims=True)
    return _picked(x, np.take_along_axis(at, np.maximum(known - 1, 0) // 2, dim), dim, keepdim)


@op(reduction, node="NanmedianBackward0", cases=("A(5)", "A(3, 4)"))
def nanmedian(x: Array):
    """The lower middle of the elements that are not nan; with `dim` also its place.

    >>> nanmedian([3., nan, 1., 2., 4.])
    tensor(2.)
    """
    if x.size == 0:
        return np.asarray(np.nan, x.dtype)
    return _nan_middle(x.reshape(-1), 0, False)[0]


nanmedian.vjp(x=order._all)


@nanmedian.overload(
    reduction, outputs=("values", "indices"), node="NanmedianBackward1", cases=_DIM_CASES
)
def nanmedian_along(x: Array, dim: Axis, keepdim: Flag = False):
    """The lower middle elements along `dim`, and their places."""
    return _nan_middle(x, dim, keepdim)


nanmedian_along.vjp(x=_slope)


@op(composite, cases=("A(5)", "A(3, 4)"))
def msort(x: Array):
    """The elements in order along the first dimension.

    >>> msort([3, 1, 2])
    tensor([1, 2, 3])
    """
    return order.sort(x, 0)[0]
