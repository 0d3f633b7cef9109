"""What ops on matrices have in common: checks of the operand, adjoints and products in rules."""

from __future__ import annotations

from tcalc.core import dtypes
from tcalc.core.params import Array
from tcalc.core.tensor import describe
from tcalc.errors import DTypeError, ShapeError
from tcalc.ops import layout, linalg


def check_matrix(x: Array, name: str) -> None:
    """Raise unless x is a batch of matrices of float32, float64 or complex numbers."""
    _check_rank(x, name)
    _check_dtype(x, name)


def check_square(x: Array, name: str, *, any_dtype: bool = False) -> None:
    """Raise unless x is a batch of square matrices, and, if not any dtype will do, of floats."""
    _check_rank(x, name)
    if x.shape[-1] != x.shape[-2]:
        raise ShapeError(
            f"{name}: A must be batches of square matrices, but they are {x.shape[-2]} by "
            f"{x.shape[-1]} matrices",
            blame={"x": describe(x)},
        )
    if not any_dtype:
        _check_dtype(x, name)


def _check_rank(x: Array, name: str) -> None:
    if x.ndim < 2:
        raise ShapeError(
            f"{name}: The input tensor A must have at least 2 dimensions.",
            blame={"x": describe(x)},
        )


def _check_dtype(x: Array, name: str) -> None:
    if x.dtype.char in "fdFD":
        return
    dtype = dtypes.of(x)
    raise DTypeError(
        f"{name}: Low precision dtypes not supported. Got {dtype.label}"
        if dtype.is_floating_point
        else f"{name}: Expected a floating point or complex tensor as input. Got {dtype.label}",
        blame={"x": describe(x)},
    )


def adjoint(x):
    """Each matrix transposed and conjugated."""
    return layout.transpose(x, -1, -2).conjugate()


def times(*factors):
    """The matrix product of several batches of matrices, from the left."""
    product = factors[0]
    for factor in factors[1:]:
        product = linalg.matmul(product, factor)
    return product
