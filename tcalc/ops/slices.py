"""Writing whole slices: those along a dimension that a vector of indices names.

Reading them is `index_select`, in gather.py.
"""

from __future__ import annotations

import builtins

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import indexing
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, Data, Flag, Scalar, Text
from tcalc.core.tensor import describe
from tcalc.errors import ArgumentFault, DTypeError, IndexFault, ShapeError
from tcalc.ops import gather, layout, scatter
from tcalc.ops import reduce as reductions


def _along(dim: int, index: Array):
    """NumPy's index of slices along `dim`."""
    return (*(slice(None),) * dim, np.atleast_1d(index))


@op(indexing, name="_pick_slices", bare=False, method=False)
def _pick(x: Array, dim: Axis, index: Data):
    """The slices along `dim` that an array of indices names."""
    return np.atleast_1d(x)[_along(dim, index)]


@op(indexing, name="_spread_slices", bare=False, method=False)
def _spread(x: Array, dim: Axis, index: Data, shape: Data):
    """Zeros of `shape` with the slices of x added to those that an array of indices names."""
    out = np.zeros(shape, x.dtype)
    np.add.at(np.atleast_1d(out), _along(dim, index), x)
    return out


_pick.vjp(x=lambda g, dim, index, x_shape: _spread(g, dim, index, x_shape))
_spread.vjp(x=lambda g, dim, index: _pick(g, dim, index))


def _read(g, dim, index, shape):
    """The slices of g that `index` names, as a tensor of `shape`."""
    return layout.reshape(_pick(g, dim, scatter.array_in(index)), shape)


def _check(x: Array, dim: int, index: Array, source: Array, name: str) -> None:
    """Raise an error unless `source` has a slice of x's shape for each index."""
    if index.ndim > 1:
        raise IndexFault(
            f"{name}_(): Index is supposed to be a vector, but got dim: {index.ndim} with type: "
            f"{dtypes.of(index).label} and size: {list(index.shape)}",
            blame={"index": describe(index)},
        )
    if index.dtype not in (np.int64, np.int32):
        raise DTypeError(
            f"{name}_(): Expected dtype int32/int64 for index but got: {dtypes.of(index).label}",
            blame={"index": describe(index)},
        )
    if source.dtype != x.dtype:
        raise DTypeError(
            f"{name}_(): self ({dtypes.of(x).label}) and source ({dtypes.of(source).label}) must "
            "have the same scalar type",
            blame={"x": describe(x), "source": describe(source)},
        )
    n = source.shape[dim] if dim < source.ndim else 1
    if index.size != n:
        raise ShapeError(
            f"{name}_(): Number of indices ({index.size}) should be equal to source.size(dim): "
            f"({n}), for dim: {dim}",
            blame={"index": describe(index), "source": describe(source)},
        )
    if x.ndim != source.ndim or _others(x.shape, dim) != _others(source.shape, dim):
        raise ShapeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. "
            f"Got self.shape = {list(x.shape)} source.shape = {list(source.shape)}",
            blame={"x": describe(x), "source": describe(source)},
        )
    gather.check_index(index, x.shape[dim] if x.ndim else 1, dim, name)


def _others(shape, dim: int):
    return (*shape[:dim], *shape[dim + 1 :])


@op(
    indexing,
    in_place=True,
    cases=(
        "A(3, 4), 0, I(2, low=0, high=2), A(2, 4)",
        "A(3, 4), 1, I(2, low=0, high=3), A(3, 2), alpha=2",
        "A(), 0, I(low=0, high=0), A()",
    ),
)
def index_add(x: Array, dim: Axis, index: Array, source: Array, *, alpha: Scalar = 1):
    """x with the slices of `source` added to those along `dim` that `index` names.

    >>> index_add([0, 0, 0], 0, [0, 0, 2], [1, 2, 3])
    tensor([3, 0, 3])
    """
    _check(x, dim, index, source, "index_add")
    out = x.copy()
    added = source if alpha == 1 else source * source.dtype.type(alpha)
    np.add.at(np.atleast_1d(out), _along(dim, index), np.atleast_1d(added))
    return out


index_add.vjp(
    x=lambda g: g,
    source=lambda g, dim, index, alpha, source_shape: _read(g, dim, index, source_shape) * alpha,
)


def _check_copy(x: Array, dim: int, index: Array, source: Array) -> None:
    """Raise an error, in the words of index_copy, unless the source fits."""
    blame = {"x": describe(x), "source": describe(source)}
    if index.ndim > 1:
        raise IndexFault(
            f"index_copy_(): Index should have dimension 1 or 0 (got {index.ndim})",
            blame={"index": describe(index)},
        )
    if source.ndim == 0 and index.size != 1:
        raise IndexFault(
            "index_copy_(): When source is scalar, index should have one element (got "
            f"{index.size})",
            blame={"index": describe(index)},
        )
    if source.ndim and x.ndim and source.ndim != x.ndim:
        raise ShapeError(
            "index_copy_(): When source and destination are not scalars, their dimensionality must "
            f"match. Source dimensionality ({source.ndim}), destination dimensionality ({x.ndim})",
            blame=blame,
        )
    if index.dtype != np.int64:
        raise DTypeError(
            f"index_copy_(): Expected a long tensor for index, but got {dtypes.of(index).label}",
            blame={"index": describe(index)},
        )
    if source.dtype != x.dtype:
        raise DTypeError(
            "index_copy_(): self and source expected to have the same dtype, but got (self) "
            f"{dtypes.of(x).label} and (source) {dtypes.of(source).label}",
            blame=blame,
        )
    target, given = _others(x.shape, dim), _others(source.shape, dim)
    if target != given:
        raise ShapeError(
            "index_copy_(): Source/destination tensor must have same slice shapes. Destination "
            f"slice shape: {' '.join(map(str, target))} at dimension {dim} and source slice shape: "
            f"{' '.join(map(str, given))} at dimension 0.",
            blame=blame,
        )
    if source.ndim and index.size != source.shape[dim]:
        raise ShapeError(
            f"index_copy_(): Number of indices ({index.size}) should be equal to source.size(dim) "
            f"({source.shape[dim]})",
            blame={"index": describe(index), "source": describe(source)},
        )
    n = x.shape[dim] if x.ndim else 1
    outside = index[(index < 0) | (index >= n)]
    if outside.size:
        raise IndexFault(
            f"index_copy_(): index {outside.reshape(-1)[0]} is out of bounds for dimension {dim} "
            f"with size {n}",
            blame={"index": describe(index)},
        )


@op(
    indexing,
    in_place=True,
    cases=(
        "A(3, 4), 0, I(1, low=0, high=2), A(1, 4)",
        "A(3, 4), 1, I(1, low=0, high=3), A(3, 1)",
        "A(3), 0, I(low=0, high=2), A()",
    ),
)
def index_copy(x: Array, dim: Axis, index: Array, source: Array):
    """x with the slices along `dim` that `index` names replaced by those of `source`.

    >>> index_copy([0, 0, 0], 0, [2, 0], [1, 2])
    tensor([2, 0, 1])
    """
    _check_copy(x, dim, index, source)
    out = x.copy()
    np.atleast_1d(out)[_along(dim, index)] = np.atleast_1d(source)
    return out


index_copy.vjp(
    x=lambda g, dim, index: index_fill(g, dim, index, 0),
    source=lambda g, dim, index, source_shape: _read(g, dim, index, source_shape),
)


@op(
    indexing,
    in_place=True,
    cases=("A(3, 4), 0, I(2, low=-3, high=2), 7.0", "A(3, 4), 1, I(2, low=0, high=3), A()"),
)
def index_fill(x: Array, dim: Axis, index: Array, value: Array):
    """x with the slices along `dim` that `index` names filled with one value.

    >>> index_fill([1, 2, 3], 0, [0, -1], 9)
    tensor([9, 2, 9])
    """
    if index.dtype != np.int64:
        raise DTypeError(
            "index_fill_(): Expected dtype int64 for index.",
            blame={"index": describe(index)},
        )
    if index.ndim > 1:
        raise ShapeError("Index has to be a vector/scalar", blame={"index": describe(index)})
    if value.ndim:
        raise ShapeError(
            "index_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value.ndim} dimension(s).",
            blame={"value": describe(value)},
        )
    if value.dtype.kind == "c" and x.dtype.kind != "c":
        raise ArgumentFault(
            "index_fill_(): Converting complex Scalar to non-complex type is not supported",
            blame={"x": describe(x), "value": ""},
        )
    n = x.shape[dim] if x.ndim else 1
    gather.check_index(np.where(index < 0, index + n, index), n, dim, "index_fill")
    out = x.copy()
    np.atleast_1d(out)[_along(dim, index)] = value
    return out


index_fill.vjp(
    x=lambda g, dim, index: index_fill(g, dim, index, 0),
    value=lambda g, dim, index: reductions.sum(_pick(g, dim, _places(index, g.shape, dim))),
)


def _places(index, shape, dim) -> Array:
    """The slices that `index` names, each once, counted from 0."""
    n = shape[dim] if shape else 1
    return np.unique(scatter.array_in(index) % builtins.max(n, 1))


@op(
    indexing,
    in_place=True,
    cases=(
        "A(3, 4), 0, I(2, low=0, high=2), A(2, 4), 'prod'",
        "A(3, 4), 1, I(3, low=0, high=1), A(3, 3), 'mean'",
        "A(3, 4), 1, I(3, low=0, high=1), A(3, 3), 'amax', include_self=False",
        "A(3), 0, I(4, low=0, high=1), A(4), 'amin'",
    ),
)
def index_reduce(
    x: Array, dim: Axis, index: Array, source: Array, reduce: Text, *, include_self: Flag = True
):
    """x with slices reduced with those that `source` sends there: by prod, mean, amax or amin.

    >>> index_reduce([1., 2.], 0, [0, 0], [10., 20.], "amax")
    tensor([20.,  2.])
    """
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise ArgumentFault(
            "index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got "
            f"{reduce}.",
            blame={"reduce": ""},
        )
    _check(x, dim, index, source, "index_reduce")
    places = _everywhere(index, dim, source.shape)
    return scatter.scatter_reduce.forward(x, dim, places, source, reduce, include_self=include_self)


def _everywhere(index, dim, shape) -> Array:
    """The vector `index` as scatter's index: one for each element of a source of `shape`."""
    index = scatter.array_in(index)
    ones = tuple(-1 if i == dim else 1 for i in range(len(shape)))
    return np.broadcast_to(index.reshape(ones), shape)


index_reduce.vjp(
    x=lambda g, x, dim, index, source, out, reduce, include_self, source_shape: scatter.reduce_x(
        g, x, dim, _everywhere(index, dim, source_shape), source, out, reduce, include_self
    ),
    source=lambda g, x, dim, index, source, out, reduce, include_self, source_shape: (
        scatter.reduce_source(
            g, x, dim, _everywhere(index, dim, source_shape), source, out, reduce, include_self,
            source_shape,
        )
    ),
)  # fmt: skip
