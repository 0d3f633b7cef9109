"""Scattering: writing or reducing into the places along a dimension that an index names.

The index has an entry for each element of the source; its shape may be smaller than both.
"""

from __future__ import annotations

import builtins

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import indexing
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, Flag, Text
from tcalc.core.tensor import describe
from tcalc.errors import ArgumentFault, DTypeError, ShapeError
from tcalc.ops import choice, compare, gather
from tcalc.ops import index as brackets

_SUM, _PROD, _MEAN, _MAX, _MIN = "sum", "prod", "mean", "amax", "amin"
UFUNCS = {_SUM: np.add, _PROD: np.multiply, _MEAN: np.add, _MAX: np.maximum, _MIN: np.minimum}
_OLD_NAMES = {"add": _SUM, "multiply": _PROD}
_ZERO = np.zeros((), np.float32)


def _check(x: Array, dim: int, index: Array, src: Array) -> None:
    """Raise an error unless `index` fits x and a source that has dimensions."""
    if src.dtype.kind == "c" and x.dtype.kind != "c" and not src.ndim:
        raise ArgumentFault(
            f"value cannot be converted to type {dtypes.of(x).c_name} without overflow",
            blame={"src": f"{src[()]} is no {dtypes.of(x).name}"},
        )
    if not index.size:
        return
    blame = {"x": describe(x), "index": describe(index)}
    same = "Index tensor must have the same number of dimensions as"
    if builtins.max(index.ndim, 1) != builtins.max(x.ndim, 1):
        raise ShapeError(f"{same} self tensor", blame=blame)
    if src.ndim and src.ndim != builtins.max(index.ndim, 1):
        blame = {"src": describe(src), "index": describe(index)}
        raise ShapeError(f"{same} src tensor", blame=blame)
    beyond = any(n > m for i, (n, m) in enumerate(_pairs(index, x)) if i != dim)
    short = src.ndim and any(n > m for n, m in _pairs(index, src))
    if beyond or short:
        more = f" and to be no larger size than src {list(src.shape)}" if src.ndim else ""
        raise ShapeError(
            f"Expected index {list(index.shape)} to be no larger than self {list(x.shape)} apart "
            f"from dimension {dim}{more}",
            blame=blame,
        )
    if src.ndim and src.dtype != x.dtype:
        raise DTypeError(
            "scatter(): Expected self.dtype to be equal to src.dtype",
            blame={"x": describe(x), "src": describe(src)},
        )
    gather.check_index(index, x.shape[dim] if x.ndim else 1, dim, "scatter")


def _pairs(index: Array, other: Array):
    return zip(index.shape, other.shape, strict=False)


def _corner(src: Array, index: Array) -> Array:
    """The part of the source that the index covers; a 0-d source stays as it is."""
    return src[tuple(map(slice, np.atleast_1d(index).shape))] if src.ndim else src


@op(
    indexing,
    in_place=True,
    cases=(
        "A(3, 4), 1, I(3, 2, low=0, high=2), 7.0",
        "A(3, 4), 0, I(1, 4, low=0, high=2), A(2, 4)",
        "A(), 0, I(low=0, high=0), 7.0",
    ),
)
def scatter(x: Array, dim: Axis, index: Array, src: Array):
    """x with x[i][index[i][j]] = src[i][j] for dim=1; `src` may be a number.

    >>> scatter([[1, 2], [3, 4]], 1, [[0], [1]], 9)
    tensor([[9, 2],
            [3, 9]])
    """
    _check(x, dim, index, src)
    out = x.copy()
    if index.size:
        np.atleast_1d(out)[gather.places(index, dim)] = _corner(src, index)
    return out


scatter.vjp(
    x=lambda g, dim, index: scatter(g, dim, index, _ZERO),
    src=lambda g, dim, index, src_shape: _from_source(gather.gather(g, dim, index), src_shape),
)


def _from_source(g, src_shape):
    """The cotangent of a source of which only the index's corner was used."""
    if src_shape in ((), g.shape):
        return g
    return brackets.put_view(g, tuple(map(slice, g.shape)), src_shape)


@op(
    indexing,
    in_place=True,
    cases=("A(3, 4), 1, I(3, 2, low=0, high=3), A(3, 2)", "A(3), 0, I(2, low=0, high=2), A(4)"),
)
def scatter_add(x: Array, dim: Axis, index: Array, src: Array):
    """x with src[i][j] added to x[i][index[i][j]] for dim=1, repeated places adding up.

    >>> scatter_add([[1, 2]], 1, [[0, 0]], [[10, 20]])
    tensor([[31,  2]])
    """
    return scatter_reduce.forward(x, dim, index, src, _SUM)


scatter_add.vjp(
    x=lambda g: g,
    src=lambda g, dim, index, src_shape: _from_source(gather.gather(g, dim, index), src_shape),
)


@op(
    indexing,
    in_place=True,
    cases=(
        "A(3, 4), 1, I(3, 3, low=0, high=3), A(3, 3), 'sum'",
        "A(3, 4), 1, I(3, 3, low=0, high=3), A(3, 4), 'prod'",
        "A(3), 0, I(4, low=0, high=1), A(4), 'mean'",
        "A(3), 0, I(4, low=0, high=1), A(4), 'amax'",
        "A(3), 0, I(4, low=0, high=1), A(4), 'amin', include_self=False",
        "A(3), 0, I(4, low=0, high=1), A(4), 'mean', include_self=False",
        "A(3), 0, I(4, low=0, high=1), A(4), 'prod', include_self=False",
    ),
)
def scatter_reduce(
    x: Array, dim: Axis, index: Array, src: Array, reduce: Text, *, include_self: Flag = True
):
    """x with each place reduced with what `src` sends there: by sum, prod, mean, amax or amin.

    >>> scatter_reduce([1., 2.], 0, [0, 0, 1], [10., 20., 30.], "amax")
    tensor([20., 30.])
    """
    if reduce not in UFUNCS:
        raise ArgumentFault(
            f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}",
            blame={"reduce": ""},
        )
    _check(x, dim, index, src)
    out = x.copy()
    if index.size:
        where = gather.places(index, dim)
        reduce_into(np.atleast_1d(out), where, _corner(src, index), reduce, include_self)
    return out


def reduce_into(out: Array, where, src: Array, reduce: str, include_self: bool) -> None:
    """Reduce `src` into the places `where` of an array, in place."""
    if not include_self:
        out[where] = _identity(reduce, out.dtype)
    UFUNCS[reduce].at(out, where, src)
    if reduce == _MEAN:
        n = _counted(out.shape, where, np.shape(src), include_self)
        if out.dtype.kind in "fc":
            out /= n.astype(out.dtype)
        else:
            out //= n.astype(out.dtype)


def _identity(reduce: str, dtype):
    """What changes nothing when reduced with something else."""
    if reduce in (_MAX, _MIN):
        return _ends(dtype)[reduce == _MIN]
    return 1 if reduce == _PROD else 0


def _ends(dtype):
    """The least and the greatest value."""
    if dtype.kind == "f":
        return -np.inf, np.inf
    return (False, True) if dtype.kind == "b" else (np.iinfo(dtype).min, np.iinfo(dtype).max)


def _counted(shape, where, src_shape, include_self: bool) -> Array:
    """How many values were reduced at each place, at least 1."""
    n = np.ones(shape)
    if not include_self:
        n[where] = 0
    np.add.at(n, where, np.ones(src_shape))
    return np.maximum(n, 1)


def array_in(x) -> Array:
    """The array of what a rule gets: arrays in the first order of differentiation, else tensors."""
    return np.asarray(getattr(x, "array", x))


def _met(x, dim, index, s, out, reduce, include_self):
    """What rules need to know about each place: a result, and how many values share it.

    These are the number of values for mean, the number of ties for amax and amin, the product of
    all values but zeros and the number of zeros for prod.
    """
    where = gather.places(array_in(index), dim)
    own, others, result = array_in(x), np.atleast_1d(array_in(s)), np.atleast_1d(array_in(out))
    if reduce == _SUM:
        return out, np.ones(())
    if reduce == _PROD:
        out = scatter_reduce(
            choice.where(compare.eq(x, 0), 1, x), dim, index,
            choice.where(compare.eq(s, 0), 1, s), _PROD, include_self=include_self,
        )  # fmt: skip
        own, others = own == 0, others == 0
    elif reduce == _MEAN:
        own, others = np.ones(own.shape), np.ones(others.shape)
    else:
        own, others = own == result.reshape(own.shape), others == result[where]
    tally = np.atleast_1d(own).astype(result.real.dtype)
    if not include_self:
        tally[where] = 0
    np.add.at(tally, where, others)
    return out, (tally if reduce == _PROD else np.maximum(tally, 1)).reshape(own.shape)


def _slope(v, out, tally, reduce):
    """The derivative of a place with respect to v, one of the values that meet there."""
    if reduce == _PROD:
        whole = out / choice.where(compare.eq(v, 0), 1, v)
        alone = compare.logical_and(compare.eq(v, 0), tally == 1)
        return choice.where(tally == 0, whole, choice.where(alone, out, 0)).conjugate()
    if reduce in (_MAX, _MIN):
        return choice.where(compare.eq(v, out), 1 / tally, 0)
    return 1 / tally


def reduce_x(g, x, dim, index, src, out, reduce, include_self):
    """The cotangent of what was reduced into."""
    if not array_in(index).size:
        return g
    s = _covered(src, index)
    met, tally = _met(x, dim, index, s, out, reduce, include_self)
    kept = g if include_self else scatter(g, dim, index, _ZERO)
    return kept * _slope(x, met, tally, reduce)


def reduce_source(g, x, dim, index, src, out, reduce, include_self, src_shape):
    """The cotangent of the source."""
    if not array_in(index).size:
        return src * 0
    s = _covered(src, index)
    met, tally = _met(x, dim, index, s, out, reduce, include_self)
    if reduce != _SUM:
        tally = np.atleast_1d(tally)[gather.places(array_in(index), dim)].reshape(s.shape)
    slope = _slope(s, gather.gather(met, dim, index), tally, reduce)
    return _from_source(gather.gather(g, dim, index) * slope, src_shape)


def _covered(src, index):
    """The corner of the source that the index covers."""
    shape = array_in(index).shape
    return src if shape == src.shape else brackets.take_view(src, tuple(map(slice, shape)))


scatter_reduce.vjp(x=reduce_x, src=reduce_source)


def _reduction(name: str) -> str:
    """The reduction that scatter's old keyword `reduce` means."""
    if name not in _OLD_NAMES:
        raise ArgumentFault("reduce argument must be either add or multiply.", blame={"reduce": ""})
    return _OLD_NAMES[name]


@scatter.overload(
    indexing,
    cases=(
        "A(3, 4), 1, I(3, 2, low=0, high=2), A(3, 2), reduce='add'",
        "A(3), 0, I(4, low=0, high=1), A(4), reduce='multiply'",
    ),
)
def scatter_with(x: Array, dim: Axis, index: Array, src: Array, *, reduce: Text):
    """scatter that adds to what is there, or multiplies it."""
    how = _reduction(reduce)
    if not src.ndim:
        _check(x, dim, index, src)
        src = np.full(index.shape, src, x.dtype)
    return scatter_reduce.forward(x, dim, index, src, how)


scatter_with.vjp(
    x=lambda g, x, dim, index, src, out, reduce: reduce_x(
        g, x, dim, index, src, out, _reduction(reduce), True
    ),
    src=lambda g, x, dim, index, src, out, reduce, src_shape: reduce_source(
        g, x, dim, index, src, out, _reduction(reduce), True, src_shape
    ),
)
