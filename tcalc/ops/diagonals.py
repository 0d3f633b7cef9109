"""Diagonals and triangles of matrices."""

from __future__ import annotations

import builtins

import numpy as np

from tcalc.core.families import composite, indexing, shape, view
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, Data, Int
from tcalc.core.tensor import describe
from tcalc.errors import ShapeError


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
