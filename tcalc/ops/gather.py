"""Picking elements: one for each index along a dimension, by number, by a mask, or repeated."""

from __future__ import annotations

import builtins

import numpy as np

from tcalc import limits
from tcalc.core import dtypes
from tcalc.core.families import broadcast_shape, check_size, check_stretched, composite, indexing
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, Data, Int, normalise_axis
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, DTypeError, IndexFault, ShapeError
from tcalc.ops import index as brackets
from tcalc.ops import layout


def check_index(index: Array, n: int, dim: int, name: str, ints: str = "int32/int64") -> None:
    """Raise DTypeError or IndexFault unless `index` holds places along a dimension of size n."""
    if index.dtype not in (np.int64, np.int32) and index.size:
        raise DTypeError(
            f"{name}(): Expected dtype {ints} for index",
            blame={"index": describe(index)},
        )
    if index.size and (index.min() < 0 or index.max() >= n):
        worst = int(index.max() if index.max() >= n else index.min())
        where = f"index {worst} is out of bounds for dimension {dim} with size {n}"
        vague = name in ("index_select", "index_reduce")  # that is how PyTorch puts it there
        raise IndexFault(
            "index out of range in self" if vague else where,
            blame={"index": describe(index)},
            notes=[where] if vague else (),
        )


def places(index: Array, dim: int) -> tuple[Array, ...]:
    """NumPy's index of the elements that gather reads: the grid, with `index` along `dim`.

    A 0-d index counts as a vector of one.
    """
    index = np.atleast_1d(index)
    grid = list(np.indices(index.shape, sparse=True))
    grid[dim] = index
    return tuple(grid)


def _check_gather(x: Array, dim: int, index: Array) -> None:
    if index.size and builtins.max(index.ndim, 1) != builtins.max(x.ndim, 1):
        raise ShapeError(
            "Index tensor must have the same number of dimensions as input tensor",
            blame={"x": describe(x), "index": describe(index)},
        )
    for axis, (n, m) in enumerate(zip(index.shape, x.shape, strict=False)):
        if axis != dim and n > m:
            raise ShapeError(
                f"Size does not match at dimension {axis} expected index {list(index.shape)} to be "
                f"no larger than self {list(x.shape)} apart from dimension {dim}",
                blame={"x": describe(x), "index": describe(index)},
            )
    check_index(index, x.shape[dim] if x.ndim else 1, dim, "gather")


@op(
    indexing,
    cases=(
        "A(3, 4), 1, I(3, 2, low=0, high=3)",
        "A(3, 4), 0, I(2, 4, low=0, high=2)",
        "A(), 0, I(2, low=0, high=0)",
        "A(3), 0, I(low=0, high=2)",
    ),
)
def gather(x: Array, dim: Axis, index: Array):
    """out[i][j] = x[i][index[i][j]] for dim=1: elements of x named by an index of out's shape.

    >>> gather([[1, 2], [3, 4]], 1, [[0, 0], [1, 0]])
    tensor([[1, 1],
            [4, 3]])
    """
    _check_gather(x, dim, index)
    if index.size == 0:
        return np.empty(index.shape, x.dtype)
    return np.atleast_1d(x)[places(index, dim)].reshape(index.shape)


@op(indexing, name="_ungather", bare=False, method=False)
def _ungather(x: Array, dim: Int, index: Array, shape: Data):
    """Zeros of `shape` with x added at the places that gather reads."""
    out = np.zeros(shape, x.dtype)
    if index.size:
        np.add.at(np.atleast_1d(out), places(index, dim), np.atleast_1d(x))
    return out


gather.vjp(x=lambda g, dim, index, x_shape: _ungather(g, dim, index, x_shape))
_ungather.vjp(x=lambda g, dim, index: gather(g, dim, index))


@op(
    composite,
    cases=(
        "A(3, 4), I(3, 2, low=-4, high=3), 1",
        "A(3, 4), I(1, 2, low=0, high=3), 1",
        "A(4), I(3, low=0, high=3)",
    ),
)
def take_along_dim(x: Array, indices: Array, dim: Axis | None = None):
    """Like gather with x and `indices` broadcast against each other: what argsort gives, applied.

    >>> x = tensor([[3, 1, 2], [7, 9, 8]])
    >>> take_along_dim(x, x.argsort(1), 1)
    tensor([[1, 2, 3],
            [7, 8, 9]])
    """
    if indices.array.dtype != np.int64:
        raise DTypeError(
            "torch.take_along_dim(): dtype of indices should be Long but got "
            f"{indices.dtype.label}",
            blame={"indices": describe(indices)},
        )
    if dim is None:
        x, indices, dim = layout.reshape(x, -1), layout.reshape(indices, -1), 0
    if x.ndim != indices.ndim:
        raise ShapeError(
            "torch.take_along_dim(): input and indices should have the same number of dimensions, "
            f"but got {x.ndim} dimensions for input, and {indices.ndim} dimensions for indices",
            blame={"x": describe(x), "indices": describe(indices)},
        )
    dim = normalise_axis(dim, x.ndim)
    check_stretched(indices.array, "an index")
    line, over = (
        np.broadcast_to(np.zeros((), t.array.dtype), (*t.shape[:dim], 1, *t.shape[dim + 1 :]))
        for t in (x, indices)
    )
    wide = broadcast_shape([line, over], take_along_dim, (0, 1))
    x = layout.expand(x, (*wide[:dim], x.shape[dim], *wide[dim + 1 :]))
    counted = indices.array % builtins.max(x.shape[dim], 1)
    return gather(
        x, dim, np.broadcast_to(counted, (*wide[:dim], indices.shape[dim], *wide[dim + 1 :]))
    )


@op(
    composite,
    cases=(
        "A(3, 4), 1, I(2, low=0, high=3)",
        "A(3), 0, I(low=0, high=2)",
        "A(), 0, I(1, low=0, high=0)",
    ),
)
def index_select(x: Array, dim: Axis, index: Array):
    """The slices along `dim` that a vector of indices names; a copy.

    >>> index_select([[1, 2, 3], [4, 5, 6]], 1, [2, 0])
    tensor([[3, 1],
            [6, 4]])
    """
    if index.ndim > 1:
        raise ShapeError(
            "index_select(): Index is supposed to be a vector", blame={"index": describe(index)}
        )
    dim = normalise_axis(dim, x.ndim)
    check_index(index.array, x.shape[dim] if x.ndim else 1, dim, "index_select", "int32 or int64")
    if x.ndim == 0:
        return x.clone()
    return brackets.take_elements(x, (*(slice(None),) * dim, np.atleast_1d(index.array)))


def flat_index(index: Array, n: int, name: str) -> Array:
    """`index` as places among n elements counted from 0. Raises DTypeError or IndexFault."""
    if index.dtype != np.int64:
        raise DTypeError(
            f"{name}(): Expected a long tensor for index, but got {dtypes.of(index).label}",
            blame={"index": describe(index)},
        )
    outside = index[(index < -n) | (index >= n)]
    if outside.size:
        raise IndexFault(
            f"out of range: tried to access index {outside[0]} on a tensor of {n} elements.",
            blame={"index": describe(index)},
        )
    return index % builtins.max(n, 1)


@op(
    indexing,
    cases=(
        "A(3, 4), I(5, low=0, high=11)",
        "A(3, 4), I(5, low=-12, high=-1)",
        "A(3, 4), I(2, 2, low=0, high=11)",
        "A(3), I(low=0, high=2)",
    ),
)
def take(x: Array, index: Array):
    """Elements of x counted in row order, in the shape of `index`; a copy.

    >>> take([[1, 2], [3, 4]], [0, 3])
    tensor([1, 4])
    """
    return x.reshape(-1)[flat_index(index, x.size, "take")]


@op(indexing, name="_untake", bare=False, method=False)
def _untake(x: Array, index: Array, shape: Data):
    """Zeros of `shape` with x added at elements counted in row order."""
    out = np.zeros(shape, x.dtype)
    np.add.at(out.reshape(-1), index, x)
    return out


take.vjp(x=lambda g, index, x_shape: _untake(g, index, x_shape))
_untake.vjp(x=lambda g, index: take(g, index))


@op(composite, cases=("A(3, 4), B(3, 4)", "A(3, 4), B(4)", "A(4), B(3, 4)"))
def masked_select(x: Array, mask: Array):
    """The elements where the mask holds, in row order; a vector. Both are broadcast.

    >>> masked_select([1, 2, 3], [True, False, True])
    tensor([1, 3])
    """
    if mask.array.dtype != np.bool_:
        raise DTypeError(
            "masked_select: expected BoolTensor for mask",
            blame={"mask": describe(mask)},
            helps=["{mask}.bool()", "{mask} != 0"],
        )
    wide = broadcast_shape([mask.array, x.array], masked_select, (1, 0))
    check_size(count(wide), 1, "the mask of masked_select")
    return brackets.get_item(layout.expand(x, wide), layout.expand(mask, wide))


@op(
    composite,
    cases=(
        "A(3), 2",
        "A(2, 3), 2, 1",
        "A(3), I(3, low=1, high=3)",
        "A(2, 3), I(1, low=2, high=2), 0",
    ),
)
def repeat_interleave(
    x: Array, repeats: Data, dim: Axis | None = None, *, output_size: Data = None
):
    """Every element repeated in place, a number of times or each as `repeats` says.

    >>> repeat_interleave([1, 2], 2)
    tensor([1, 1, 2, 2])
    """
    if dim is None:
        x, dim = layout.reshape(x, -1), 0
    dim = normalise_axis(dim, x.ndim)
    n = x.shape[dim] if x.ndim else 1
    counts = _counts(repeats, n)
    total = int(counts.sum()) if counts.size == n else n * int(counts.reshape(-1)[0])
    limits.check_bytes(x.nbytes // builtins.max(n, 1) * total, "the result of repeat_interleave")
    return index_select(x, dim, Tensor(np.repeat(np.arange(n), counts)))


def _counts(repeats: Data, n: int) -> Array:
    """How often each of n elements is repeated."""
    counts = repeats.array if isinstance(repeats, Tensor) else np.asarray(repeats)
    if counts.dtype.kind not in "iu":
        raise DTypeError("repeats has to be Long or Int tensor", blame={"repeats": ""})
    if counts.ndim and counts.size not in (1, n):
        raise ArgumentFault(
            "repeats must have the same size as input along dim, but got repeats.size(0) = "
            f"{counts.size} and input.size(0) = {n}",
            blame={"repeats": ""},
        )
    if counts.size and counts.min() < 0:
        plural = "repeats can not be negative" if counts.ndim else "Repeats must be non-negative"
        raise ArgumentFault(plural, blame={"repeats": ""})
    return counts.astype(np.int64)


@repeat_interleave.overload(composite, cases=("I(3, low=0, high=3)",))
def repeats_as_places(repeats: Array, *, output_size: Data = None):
    """Each place along `repeats`, as often as it says."""
    counts = _counts(repeats, repeats.array.size)
    limits.check_bytes(8 * int(counts.sum()), "the result of repeat_interleave")
    return Tensor(np.repeat(np.arange(counts.size), counts))
