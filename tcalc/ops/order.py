"""Order: extrema with their places, sorting, searching, unique values."""

from __future__ import annotations

import builtins

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import check_stretched, composite, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, Flag, Int, normalise_axis
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError, IndexFault
from tcalc.ops import choice, compare, floating, gather, layout, reduce

_CASES = ("A(3, 4), 1", "A(3, 4), 0, True", "A(5)", "A(3, 4)")
_DIM_CASES = ("A(3, 4), 1", "A(3, 4), 0, True", "A(5), 0")


def _check_extremum(x: Array, name: str, dim: int | None = None) -> None:
    """Raise DTypeError or IndexFault if x has no `name`, such as a max: complex, or no element."""
    compare.refuse_complex(x, name)
    if x.size == 0 and (dim is None or x.shape[dim] == 0):
        more = " Specify the reduction dim with the 'dim' argument." if name[:3] != "arg" else ""
        raise IndexFault(
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0.{more}"
            if dim is None
            else f"{name}(): Expected reduction dim {dim} to have non-zero size.",
            blame={"x": describe(x)},
            notes=[f"no elements have no {name}"],
        )


def _place(x: Array, dim: int | None, keepdim: bool, find) -> Array:
    if x.dtype == np.bool_:
        raise DTypeError(
            f"{find.__name__}(): does not support bool input",
            blame={"x": describe(x)},
            helps=["{x}.int() has a 1 for each True"],
        )
    _check_extremum(x, find.__name__, dim)
    if dim is None:
        flat = np.asarray(find(x.reshape(-1)))
        return flat.reshape((1,) * x.ndim) if keepdim else flat
    if x.ndim == 0:
        return np.zeros((), np.int64)
    return find(x, axis=dim, keepdims=keepdim)


@op(reduction, cases=_CASES)
def argmax(x: Array, dim: Axis | None = None, keepdim: Flag = False):
    """The place of the first largest element: along `dim`, or counted over all in row order.

    >>> argmax([[1, 5], [3, 2]], axis=1)
    tensor([1, 0])
    """
    return _place(x, dim, keepdim, np.argmax)


@op(reduction, cases=_CASES)
def argmin(x: Array, dim: Axis | None = None, keepdim: Flag = False):
    """The place of the first smallest element: along `dim`, or counted over all in row order.

    >>> argmin([[1, 5], [3, 2]], axis=1)
    tensor([0, 1])
    """
    return _place(x, dim, keepdim, np.argmin)


def spread_one(g, x_shape, dim, indices, keepdim=False):
    """Zeros of `x_shape` with the cotangent g of picked elements at `indices` along `dim`."""
    if not x_shape:
        return g
    if not keepdim:
        g, indices = layout.unsqueeze(g, dim), layout.unsqueeze(indices, dim)
    return gather._ungather(g, dim, indices, x_shape)


def _with_place(x: Array, dim: int, keepdim: bool, find):
    if x.ndim == 0:
        return x.copy(), np.zeros((), np.int64)
    _check_extremum(x, find.__name__.removeprefix("arg"), dim)
    at = find(x, axis=dim, keepdims=True)
    values = np.take_along_axis(x, at, dim)
    return (values, at) if keepdim else (values.squeeze(dim), at.squeeze(dim))


@op(reduction, node="MaxBackward1", cases=("A(3, 4)",))
def max(x: Array):
    """The largest element; with `dim` also its place, as (values, indices); of two tensors the
    larger, elementwise.

    >>> max([[1, 5], [3, 2]], axis=1).values
    tensor([5, 3])
    """
    _check_extremum(x, "max")
    return np.max(x)


@op(reduction, node="MinBackward1", cases=("A(3, 4)",))
def min(x: Array):
    """The smallest element; with `dim` also its place, as (values, indices); of two tensors the
    smaller, elementwise.

    >>> min([[1, 5], [3, 2]], axis=1).values
    tensor([1, 2])
    """
    _check_extremum(x, "min")
    return np.min(x)


def _all(g, x, out):
    return reduce._evenly(g, x, out, tuple(range(x.ndim)))


max.vjp(x=_all)
min.vjp(x=_all)


@max.overload(reduction, outputs=("values", "indices"), node="MaxBackward0", cases=_DIM_CASES)
def max_along(x: Array, dim: Axis, keepdim: Flag = False):
    """The largest elements along `dim`, and their places."""
    return _with_place(x, dim, keepdim, np.argmax)


@min.overload(reduction, outputs=("values", "indices"), node="MinBackward0", cases=_DIM_CASES)
def min_along(x: Array, dim: Axis, keepdim: Flag = False):
    """The smallest elements along `dim`, and their places."""
    return _with_place(x, dim, keepdim, np.argmin)


def _picked(g, x_shape, dim, keepdim, indices):
    return spread_one(g, x_shape, dim, indices, keepdim)


max_along.vjp(x=_picked)
min_along.vjp(x=_picked)


@max.overload(composite, cases=("A(3, 4), A(4)",))
def max_of_two(x: Array, y: Array):
    """The larger of two, elementwise."""
    return choice.maximum(x, y)


@min.overload(composite, cases=("A(3, 4), A(4)",))
def min_of_two(x: Array, y: Array):
    """The smaller of two, elementwise."""
    return choice.minimum(x, y)


@op(
    reduction,
    outputs=("values", "indices"),
    cases=("A(5)", "A(3, 4), 0", "A(3, 4), -1, True"),
)
def sort(x: Array, dim: Axis = -1, descending: Flag = False, *, stable: Flag = False):
    """The elements in order along `dim`, and the places they came from; nan counts as largest.

    >>> sort([3, 1, 2]).values
    tensor([1, 2, 3])
    """
    at = _order(x, dim, descending)
    return np.take_along_axis(x, at, dim) if x.ndim else x.copy(), at


def _order(x: Array, dim: int, descending: bool) -> Array:
    compare.refuse_complex(x, "sort")
    if x.ndim == 0:
        return np.zeros((), np.int64)
    if not descending:
        return np.argsort(x, axis=dim, kind="stable")
    backwards = np.flip(x, dim)
    return x.shape[dim] - 1 - np.flip(np.argsort(backwards, axis=dim, kind="stable"), dim)


sort.vjp(x=lambda g, x_shape, dim, indices: spread_one(g, x_shape, dim, indices, True))


@op(reduction, cases=("A(5)", "A(3, 4), 0, True"))
def argsort(x: Array, dim: Axis = -1, descending: Flag = False, stable: Flag = False):
    """The places that put the elements in order along `dim`.

    >>> argsort([30, 10, 20])
    tensor([1, 2, 0])
    """
    return _order(x, dim, descending)


@op(
    reduction,
    outputs=("values", "indices"),
    cases=("A(5), 2", "A(3, 4), 2, 0", "A(5), 3, 0, False"),
)
def topk(x: Array, k: Int, dim: Axis = -1, largest: Flag = True, sorted: Flag = True):
    """The k largest (or smallest) elements along `dim` in order, and their places.

    >>> topk([1., 5., 3.], 2).values
    tensor([5., 3.])
    """
    if not 0 <= k <= (x.shape[dim] if x.ndim else 1):
        raise ArgumentFault(
            "selected index k out of range",
            blame={"k": ""},
            notes=[f"dimension {dim} has size {x.shape[dim] if x.ndim else 1}"],
        )
    if x.dtype == np.bool_:
        raise DTypeError("topk does not support bool dtypes on CPU", blame={"x": describe(x)})
    at = _order(x, dim, largest)
    if x.ndim == 0:
        return x.copy(), at
    at = at[(builtins.slice(None),) * dim + (builtins.slice(0, k),)]
    return np.take_along_axis(x, at, dim), at


topk.vjp(x=lambda g, x_shape, dim, indices: spread_one(g, x_shape, dim, indices, True))


def _middle(x: Array, dim: int, keepdim: bool):
    if x.ndim == 0:
        return x.copy(), np.zeros((), np.int64)
    _check_extremum(x, "median", dim)
    at = np.argsort(x, axis=dim, kind="stable")
    middle = np.take(at, [(x.shape[dim] - 1) // 2], axis=dim)
    if x.dtype.kind == "f":  # nan is the median of whatever holds one
        bad = np.isnan(x)
        middle = np.where(bad.any(dim, keepdims=True), bad.argmax(dim, keepdims=True), middle)
    values = np.take_along_axis(x, middle, dim)
    return (values, middle) if keepdim else (values.squeeze(dim), middle.squeeze(dim))


@op(reduction, node="MedianBackward0", cases=("A(5)", "A(3, 4)"))
def median(x: Array):
    """The lower middle element; with `dim` also its place, as (values, indices).

    >>> median([3., 1., 2., 4.])
    tensor(2.)
    """
    floating.require(x, "median_cpu", "iufc")
    if x.size == 0:
        return np.asarray(np.nan if x.dtype.kind in "fc" else np.iinfo(x.dtype).min, x.dtype)
    return _middle(x.reshape(-1), 0, False)[0]


median.vjp(x=_all)


@median.overload(reduction, outputs=("values", "indices"), node="MedianBackward1", cases=_DIM_CASES)
def median_along(x: Array, dim: Axis, keepdim: Flag = False):
    """The lower middle elements along `dim`, and their places."""
    floating.require(x, "median_out", "iufc")
    return _middle(x, dim, keepdim)


median_along.vjp(x=_picked)


@op(reduction, aliases=("argwhere",), cases=("I(6)", "I(3, 4)"))
def nonzero(x: Array, *, as_tuple: Flag = False):
    """The indices of the nonzero elements, one a row.

    >>> nonzero([0, 3, 0, 5])
    tensor([[1],
            [3]])
    """
    if as_tuple:
        return tuple(np.nonzero(np.atleast_1d(x)))
    return np.argwhere(x).astype(np.int64)


@op(composite, cases=("I(8, low=0, high=3)",))
def unique(
    x: Array,
    sorted: Flag = True,
    return_inverse: Flag = False,
    return_counts: Flag = False,
    dim: Axis | None = None,
):
    """The distinct elements in order; on request where each element went, and how often it occurs.

    >>> unique([3, 1, 3])
    tensor([1, 3])
    """
    axis = None if dim is None else normalise_axis(dim, x.ndim)
    check_stretched(x.array, "an operand of unique")
    values, inverse, counts = np.unique(
        dtypes.widen(x.array), return_inverse=True, return_counts=True, axis=axis, equal_nan=False
    )
    parts = [Tensor(values.astype(x.array.dtype, copy=False))]
    if return_inverse:
        parts.append(Tensor(inverse.reshape(x.shape if dim is None else -1)))
    if return_counts:
        parts.append(Tensor(counts))
    return parts[0] if len(parts) == 1 else tuple(parts)
