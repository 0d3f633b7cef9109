"""Picking and placing elements along dimensions: gather, scatter, diagonals, triangles, flips."""

from __future__ import annotations

import builtins

import numpy as np

from tcalc.core.families import composite, indexing, shape, view
from tcalc.core.op import op
from tcalc.core.params import Array, Axes, Axis, Data, Int, Scalar, normalise_axis
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError, IndexFault, ShapeError
from tcalc.ops import index as brackets
from tcalc.ops import layout


def _check_index(index: Array, n: int, dim: int) -> None:
    if index.dtype.kind not in "iu":
        raise DTypeError(
            f"gather(): Expected dtype int64 for index, but got {describe(index).split()[0]}",
            blame={"index": describe(index)},
            helps=["{index}.long()"],
        )
    if index.size and (index.min() < 0 or index.max() >= n):
        worst = int(index.max() if index.max() >= n else index.min())
        raise IndexFault(
            f"index {worst} is out of bounds for dimension {dim} with size {n}",
            blame={"index": describe(index)},
        )


def _places(index: Array, dim: int) -> tuple[Array, ...]:
    """NumPy's index of the elements that gather reads: the grid, with `index` along `dim`."""
    grid = list(np.indices(index.shape, sparse=True))
    if index.ndim:
        grid[dim] = index
    return tuple(grid)


@op(indexing, cases=("A(3, 4), 1, I(3, 2, low=0, high=3)", "A(3, 4), 0, I(2, 4, low=0, high=2)"))
def gather(x: Array, dim: Axis, index: Array):
    """out[i][j] = x[i][index[i][j]] for dim=1: elements of x named by an index of out's shape.

    >>> gather([[1, 2], [3, 4]], 1, [[0, 0], [1, 0]])
    tensor([[1, 1],
            [4, 3]])
    """
    if index.ndim != x.ndim:
        raise ShapeError(
            "Index tensor must have the same number of dimensions as input tensor",
            blame={"x": describe(x), "index": describe(index)},
        )
    for axis, (n, m) in enumerate(zip(index.shape, x.shape, strict=True)):
        if axis != dim and n > m:
            raise ShapeError(
                f"Size does not match at dimension {axis} expected index {list(index.shape)} to be "
                f"no larger than self {list(x.shape)} apart from dimension {dim}",
                blame={"x": describe(x), "index": describe(index)},
            )
    _check_index(index, x.shape[dim] if x.ndim else 1, dim)
    return x[_places(index, dim)]


@op(indexing, name="_scatter_zeros", bare=False, method=False)
def _ungather(x: Array, dim: Int, index: Array, shape: Data):
    """Zeros of `shape` with x added at the places that gather reads."""
    out = np.zeros(shape, x.dtype)
    np.add.at(out, _places(index, dim), x)
    return out


gather.vjp(x=lambda g, dim, index, x_shape: _ungather(g, dim, index, x_shape))
_ungather.vjp(x=lambda g, dim, index: gather(g, dim, index))


@op(
    indexing,
    in_place=True,
    cases=("A(3, 4), 1, I(3, 2, low=0, high=2), 7.0",),
)
def scatter(x: Array, dim: Axis, index: Array, src: Array):
    """x with x[i][index[i][j]] = src[i][j] for dim=1; `src` may be a number.

    >>> scatter([[1, 2], [3, 4]], 1, [[0], [1]], 9)
    tensor([[9, 2],
            [3, 9]])
    """
    _check_index(index, x.shape[dim] if x.ndim else 1, dim)
    out = x.copy()
    out[_places(index, dim)] = src[tuple(map(slice, index.shape))] if src.ndim else src
    return out


scatter.vjp(
    x=lambda g, dim, index: scatter(g, dim, index, np.zeros((), np.float32)),
    src=lambda g, dim, index, src_shape: _from_source(gather(g, dim, index), src_shape),
)


def _from_source(g, src_shape):
    """The cotangent of a source of which only the index's corner was used."""
    if src_shape in ((), g.shape):
        return g
    return brackets.put_view(g, tuple(map(slice, g.shape)), src_shape)


@op(
    indexing,
    in_place=True,
    cases=("A(3, 4), 1, I(3, 2, low=0, high=3), A(3, 2)",),
)
def scatter_add(x: Array, dim: Axis, index: Array, src: Array):
    """x with src[i][j] added to x[i][index[i][j]] for dim=1, repeated places adding up.

    >>> scatter_add([[1, 2]], 1, [[0, 0]], [[10, 20]])
    tensor([[31,  2]])
    """
    _check_index(index, x.shape[dim] if x.ndim else 1, dim)
    out = x.copy()
    np.add.at(out, _places(index, dim), src[tuple(map(slice, index.shape))])
    return out


scatter_add.vjp(
    x=lambda g: g,
    src=lambda g, dim, index, src_shape: _from_source(gather(g, dim, index), src_shape),
)


@op(composite, cases=("A(3, 4), 1, I(2, low=0, high=3)",))
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
    return brackets.get_item(x, (*(slice(None),) * dim, layout.reshape(index, -1)))


@op(composite, cases=("A(3, 4), I(5, low=0, high=11)",))
def take(x: Array, index: Array):
    """Elements of x counted in row order, in the shape of `index`.

    >>> take([[1, 2], [3, 4]], [0, 3])
    tensor([1, 4])
    """
    return brackets.get_item(layout.reshape(x, -1), index)


@op(composite, cases=("A(3, 4), B(3, 4)",))
def masked_select(x: Array, mask: Array):
    """The elements where the mask holds, in row order; a vector.

    >>> masked_select([1, 2, 3], [True, False, True])
    tensor([1, 3])
    """
    return brackets.get_item(x, mask)


@op(
    indexing,
    in_place=True,
    cases=("A(3, 4), 0, I(2, low=0, high=2), A(2, 4)",),
)
def index_add(x: Array, dim: Axis, index: Array, source: Array, *, alpha: Scalar = 1):
    """x with the slices of `source` added to those along `dim` that `index` names.

    >>> index_add([0, 0, 0], 0, [0, 0, 2], [1, 2, 3])
    tensor([3, 0, 3])
    """
    _check_index(index, x.shape[dim] if x.ndim else 1, dim)
    out = x.copy()
    np.add.at(out, (*(slice(None),) * dim, index), source * source.dtype.type(alpha))
    return out


index_add.vjp(
    x=lambda g: g,
    source=lambda g, dim, index, alpha: _slices(g, dim, index) * alpha,
)


def _slices(g, dim, index):
    places = np.asarray(getattr(index, "array", index))
    return brackets.take_elements(g, (*(slice(None),) * dim, places))


@op(view, cases=("A(3, 4)", "A(3, 4), 1", "A(2, 3, 4), -1, 0, 2"))
def diagonal(x: Array, offset: Int = 0, dim1: Axis = 0, dim2: Axis = 1):
    """The diagonal of two dimensions, a view; `offset` above (positive) or below the main one.

    >>> diagonal([[1, 2], [3, 4]])
    tensor([1, 4])
    """
    if x.ndim < 2:
        raise ShapeError("diagonal needs at least two dimensions", blame={"x": describe(x)})
    return _diagonal(x, offset, dim1, dim2)


def _diagonal(x: Array, offset: int, dim1: int, dim2: int) -> Array:
    """Like NumPy's diagonal, but a view that can be written."""
    matrices = np.moveaxis(x, (dim1, dim2), (-2, -1))
    corner = matrices[..., builtins.max(-offset, 0) :, builtins.max(offset, 0) :]
    n = builtins.min(corner.shape[-2:])
    return np.einsum("...ii->...i", corner[..., :n, :n])


@op(indexing, name="_undiagonal", bare=False, method=False)
def _undiagonal(x: Array, shape: Data, offset: Int, dim1: Int, dim2: Int):
    """Zeros of `shape` with x on a diagonal."""
    out = np.zeros(shape, x.dtype)
    _diagonal(out, offset, dim1, dim2)[...] = x
    return out


diagonal.vjp(x=lambda g, x_shape, offset, dim1, dim2: _undiagonal(g, x_shape, offset, dim1, dim2))
_undiagonal.vjp(x=lambda g, offset, dim1, dim2: diagonal(g, offset, dim1, dim2))


@op(composite, cases=("A(3)", "A(3), 1", "A(3, 4)"))
def diag(x: Array, diagonal: Int = 0):
    """A matrix with the vector x on its diagonal, or the diagonal of a matrix as a copy.

    >>> diag([1, 2])
    tensor([[1, 0],
            [0, 2]])
    """
    if x.ndim == 1:
        n = x.shape[0] + abs(diagonal)
        return _undiagonal(x, (n, n), diagonal, 0, 1)
    if x.ndim != 2:
        raise ShapeError(
            f"diag(): Supports 1D or 2D tensors. Got {x.ndim}D", blame={"x": describe(x)}
        )
    return x.diagonal(diagonal).clone()


@op(shape, in_place=True, cases=("A(3, 4)", "A(3, 3), 1", "A(2, 3, 3), -1"))
def tril(x: Array, diagonal: Int = 0):
    """The lower triangle of each matrix, zeros above `diagonal`.

    >>> tril([[1, 2], [3, 4]])
    tensor([[1, 0],
            [3, 4]])
    """
    _matrix(x, "tril")
    return np.tril(x, diagonal)


@op(shape, in_place=True, cases=("A(3, 4)", "A(3, 3), 1", "A(2, 3, 3), -1"))
def triu(x: Array, diagonal: Int = 0):
    """The upper triangle of each matrix, zeros below `diagonal`.

    >>> triu([[1, 2], [3, 4]])
    tensor([[1, 2],
            [0, 4]])
    """
    _matrix(x, "triu")
    return np.triu(x, diagonal)


def _matrix(x: Array, name: str) -> None:
    if x.ndim < 2:
        raise ShapeError(
            f"{name}: input tensor must have at least 2 dimensions", blame={"x": describe(x)}
        )


tril.vjp(x=lambda g, diagonal: tril(g, diagonal))
triu.vjp(x=lambda g, diagonal: triu(g, diagonal))


@op(shape, cases=("A(3, 4), 0", "A(2, 3, 4), (0, 2)", "A(2, 3, 4), 0, 1"))
def flip(x: Array, *dims: Int):
    """The order of elements reversed along `dims`; a copy.

    >>> flip([1, 2, 3], 0)
    tensor([3, 2, 1])
    """
    axes = tuple(normalise_axis(d, x.ndim) for d in dims)
    return np.flip(x, axes).copy()


flip.vjp(x=lambda g, dims: flip(g, dims))


@op(shape, cases=("A(5), 2", "A(3, 4), 1, 0", "A(3, 4), (1, 2), (0, 1)"))
def roll(x: Array, shifts: Data, dims: Axes = None):
    """Elements moved by `shifts` places along `dims`, those that fall off coming in again.

    >>> roll([1, 2, 3, 4], 1)
    tensor([4, 1, 2, 3])
    """
    return _rolled(x, shifts, dims)


def _rolled(x: Array, shifts, dims) -> Array:
    if isinstance(shifts, int) and len(dims) != 1:
        return np.roll(x, shifts)
    return np.roll(x, shifts if isinstance(shifts, int) else tuple(shifts), dims)


def _unroll(g, shifts, dims):
    back = -shifts if isinstance(shifts, int) else tuple(-s for s in shifts)
    return roll(g, back, dims)


roll.vjp(x=_unroll)


@op(composite, cases=("A(3), 2", "A(2, 3), 2, 1", "A(3), I(3, low=1, high=3)"))
def repeat_interleave(x: Array, repeats: Data, dim: Axis | None = None):
    """Every element repeated in place, a number of times or each as `repeats` says.

    >>> repeat_interleave([1, 2], 2)
    tensor([1, 1, 2, 2])
    """
    if dim is None:
        x, dim = layout.reshape(x, -1), 0
    counts = repeats.array if isinstance(repeats, Tensor) else np.asarray(repeats)
    n = x.shape[normalise_axis(dim, x.ndim)]
    if counts.ndim and counts.size not in (1, n):
        raise ArgumentFault(
            "repeats must have the same size as input along dim", blame={"repeats": ""}
        )
    return index_select(x, dim, Tensor(np.repeat(np.arange(n), counts)))
