"""Diagonals and triangles of matrices."""

from __future__ import annotations

import builtins

import numpy as np

from tcalc import limits
from tcalc.core import apply
from tcalc.core.families import composite, indexing, shape, view
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, Data, Flag, Int, Scalar, normalise_axis
from tcalc.core.tensor import count, describe
from tcalc.errors import ShapeError
from tcalc.ops import layout


@op(view, cases=("A(3, 4)", "A(3, 4), 1", "A(2, 3, 4), -1, 0, 2"))
def diagonal(x: Array, offset: Int = 0, dim1: Axis = 0, dim2: Axis = 1):
    """The diagonal of two dimensions, a view; `offset` above (positive) or below the main one.

    >>> diagonal([[1, 2], [3, 4]])
    tensor([1, 4])
    """
    if x.ndim < 2:
        raise ShapeError("diagonal needs at least two dimensions", blame={"x": describe(x)})
    _check_different(dim1, dim2)
    return _diagonal(x, offset, dim1, dim2)


def _check_different(dim1: int, dim2: int) -> None:
    if dim1 == dim2:
        raise ShapeError(
            f"diagonal dimensions cannot be identical {dim1}, {dim2}",
            blame={"dim1": "", "dim2": ""},
        )


def _diagonal(x: Array, offset: int, dim1: int, dim2: int) -> Array:
    """Like NumPy's diagonal, but a view that can be written."""
    matrices = np.moveaxis(x, (dim1, dim2), (-2, -1))
    corner = matrices[..., builtins.max(-offset, 0) :, builtins.max(offset, 0) :]
    n = builtins.min(corner.shape[-2:])
    return np.einsum("...ii->...i", corner[..., :n, :n])


@op(indexing, name="_undiagonal", bare=False, method=False, node="DiagEmbedBackward0")
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
        return diag_embed(x, diagonal)
    if x.ndim != 2:
        raise ShapeError(
            f"diag(): Supports 1D or 2D tensors. Got {x.ndim}D", blame={"x": describe(x)}
        )
    return x.diagonal(diagonal).clone()


@op(composite, cases=("A(3)", "A(2, 3), 1", "A(2, 3), -1, 0, 2"))
def diag_embed(x: Array, offset: Int = 0, dim1: Int = -2, dim2: Int = -1):
    """Matrices with the vectors along the last dimension of x on a diagonal, zeros elsewhere.

    >>> diag_embed([[1, 2], [3, 4]])
    tensor([[[1, 0],
             [0, 2]],

            [[3, 0],
             [0, 4]]])
    """
    ndim = x.ndim + 1
    dim1, dim2 = normalise_axis(dim1, ndim), normalise_axis(dim2, ndim)
    _check_different(dim1, dim2)
    n = x.shape[-1] + abs(offset)
    sizes = list(x.shape[:-1])
    for dim in sorted((dim1, dim2)):
        sizes.insert(dim, n)
    limits.check_bytes(count(tuple(sizes)) * x.itemsize, "the result of diag_embed")
    return _undiagonal(x, tuple(sizes), offset, dim1, dim2)


@op(composite, cases=("A(3)", "A(2, 2), 1", "A()"))
def diagflat(x: Array, offset: Int = 0):
    """A matrix with all elements of x, in row order, on a diagonal.

    >>> diagflat([[1], [2]])
    tensor([[1, 0],
            [0, 2]])
    """
    return diag_embed(layout.reshape(x, -1), offset)


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


def _fill_diagonal(x: Array, fill_value, wrap: bool = False) -> None:
    """Write a number on the main diagonal of an array."""
    np.fill_diagonal(x, fill_value, wrap=wrap)


@op(indexing, name="_fill_diagonal", bare=False, method=False, write=_fill_diagonal)
def _diagonal_filled(x: Array, fill_value: Scalar, wrap: Flag = False):
    """x with a number on the main diagonal."""
    out = x.copy()
    _fill_diagonal(out, fill_value, wrap)
    return out


_diagonal_filled.vjp(x=lambda g, wrap: _diagonal_filled(g, 0, wrap))


@op(composite, bare=False)
def fill_diagonal_(x: Array, fill_value: Scalar, wrap: Flag = False):
    """Write a number on the main diagonal of a matrix; `wrap` goes on below a tall one.

    >>> zeros(2, 2).fill_diagonal_(5)
    tensor([[5., 0.],
            [0., 5.]])
    """
    if x.ndim < 2:
        raise ShapeError("dimensions must larger than 1", blame={"x": describe(x)})
    if x.ndim > 2 and len(set(x.shape)) > 1:
        raise ShapeError(
            "all dimensions of input must be of equal length", blame={"x": describe(x)}
        )
    return apply.write(_diagonal_filled, [x, fill_value, wrap])
