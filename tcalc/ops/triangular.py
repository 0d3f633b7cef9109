"""Triangular matrices: solving with them, and what uses a factor of Cholesky's or of LU."""

from __future__ import annotations

import numpy as np

from tcalc.core.families import linear_algebra, matrices
from tcalc.core.op import op
from tcalc.core.params import Array, Flag
from tcalc.core.results import ReturnType
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ShapeError
from tcalc.ops import diagonals, layout, linalg
from tcalc.ops.matrix import adjoint, check_square, times
from tcalc.ops.solve import check_equation

_L = "torch.linalg."


@op(linear_algebra, name="_substitute", bare=False, method=False)
def substitute(x: Array, y: Array, upper: Flag, unitriangular: Flag):
    """The z with x @ z = y, row by row; only the triangle of x that `upper` names is looked at."""
    n = x.shape[-1]
    batch = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    z = np.empty((*batch, *y.shape[-2:]), y.dtype)
    with np.errstate(all="ignore"):
        for i in reversed(range(n)) if upper else range(n):
            known = slice(i + 1, n) if upper else slice(0, i)
            row = y[..., i, :] - (x[..., i, None, known] @ z[..., known, :])[..., 0, :]
            z[..., i, :] = row if unitriangular else row / x[..., i, i, None]
    return z


def _substitute_left(g, x, out, upper, unitriangular):
    slope = -times(substitute(adjoint(x), g, not upper, unitriangular), adjoint(out))
    edge = int(unitriangular)
    return diagonals.triu(slope, edge) if upper else diagonals.tril(slope, -edge)


substitute.vjp(
    x=_substitute_left,
    y=lambda g, x, upper, unitriangular: substitute(adjoint(x), g, not upper, unitriangular),
)


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "solve_triangular",),
    cases=(
        "A(3, 3, low=0.5, high=2), A(3, 2), upper=True",
        "A(2, 3, 3, low=0.5, high=2), A(3, 2), upper=False",
        "A(3, 3, low=0.5, high=2), A(2, 3), upper=True, left=False, unitriangular=True",
    ),
)
def linalg_solve_triangular(
    x: Array, y: Array, *, upper: Flag, left: Flag = True, unitriangular: Flag = False
):
    """The z with x @ z = y (or z @ x = y); x counts as an upper or a lower triangle.

    >>> torch.linalg.solve_triangular([[2., 9.], [0., 4.]], [[11.], [4.]], upper=True)
    tensor([[1.],
            [1.]])
    """
    check_square(x.array, "linalg.solve_triangular")
    check_equation(x, y, "solve_triangular", left)
    linalg._same_dtype(
        x.array, y.array, "expected m1 and m2 to have the same dtype, but got: {0} != {1}"
    )
    if left:
        return substitute(x, y, upper, unitriangular)
    z = substitute(
        layout.transpose(x, -1, -2), layout.transpose(y, -1, -2), not upper, unitriangular
    )
    return layout.transpose(z, -1, -2)


@op(matrices, cases=("A(3, 2), A(3, 3, low=0.5, high=2)", "A(3, 2), A(3, 3), False, True, True"))
def triangular_solve(
    b: Array, A: Array, upper: Flag = True, transpose: Flag = False, unitriangular: Flag = False
):
    """The solution z of A @ z = b for a triangle A, and A itself.

    >>> triangular_solve([[11.], [4.]], [[2., 9.], [0., 4.]]).solution
    tensor([[1.],
            [1.]])
    """
    if b.ndim < 2:
        raise ShapeError(
            "torch.triangular_solve: Expected b to have at least 2 dimensions, but it has "
            f"{b.ndim} dimensions instead",
            blame={"b": describe(b)},
        )
    matrix = layout.transpose(A, -1, -2) if transpose else A
    solution = linalg_solve_triangular(
        matrix, b, upper=upper != transpose, unitriangular=unitriangular
    )
    fields = ("solution", "cloned_coefficient")
    return ReturnType("triangular_solve", fields, (solution, A.clone()))


@op(matrices, cases=("A(3, 2), A(3, 3, low=0.5, high=2)", "A(3, 2), A(3, 3, low=1, high=2), True"))
def cholesky_solve(y: Array, L: Array, upper: Flag = False):
    """The z with L @ L.mH @ z = y, for a lower triangle L (or U.mH @ U @ z = y for an upper one).

    >>> cholesky_solve([[4.], [9.]], [[2., 0.], [0., 3.]])
    tensor([[1.],
            [1.]])
    """
    if y.ndim < 2:
        raise ShapeError(
            f"b should have at least 2 dimensions, but has {y.ndim} dimensions instead",
            blame={"y": describe(y)},
        )
    check_square(L.array, "cholesky_solve")
    lower = adjoint(L) if upper else L
    return substitute(adjoint(lower), substitute(lower, y, False, False), True, False)


@op(matrices, cases=("A(3, 3, low=0.5, high=2)", "A(3, 3, low=1, high=2), True"))
def cholesky_inverse(L: Array, upper: Flag = False):
    """The inverse of L @ L.mH, for a lower triangle L (or of U.mH @ U for an upper one).

    >>> cholesky_inverse([[2., 0.], [0., 1.]])
    tensor([[0.2500, 0.0000],
            [0.0000, 1.0000]])
    """
    check_square(L.array, "cholesky_inverse")
    return cholesky_solve(Tensor(np.eye(L.shape[-1], dtype=L.array.dtype)), L, upper)
