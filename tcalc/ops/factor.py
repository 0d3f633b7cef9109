"""Matrices as products of triangles and orthonormal ones: Cholesky, QR, LU.

Sources of the rules: for Cholesky, I. Murray, "Differentiation of the Cholesky decomposition"
(2016); for QR of any shape, S. Walter and L. Lehmann (2010).
"""

from __future__ import annotations

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import linear_algebra, matrices
from tcalc.core.op import op
from tcalc.core.params import Array, Flag, Text
from tcalc.core.results import ReturnType
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, AutogradError, RuntimeFault
from tcalc.ops import diagonals, join, layout
from tcalc.ops.create import room
from tcalc.ops.matrix import adjoint, check_matrix, check_square, times
from tcalc.ops.solve import inv, linalg_solve
from tcalc.ops.triangular import substitute

_L = "torch.linalg."


@op(
    linear_algebra,
    paths=(_L + "cholesky",),
    node="LinalgCholeskyExBackward0",
    cases=("P(3)", "P(3), upper=True"),
)
def cholesky(x: Array, upper: Flag = False):
    """The lower triangle L of a positive definite matrix, with L @ L.mH = x; or L.mH for `upper`.

    >>> cholesky([[4., 0.], [0., 9.]])
    tensor([[2., 0.],
            [0., 3.]])
    """
    check_square(x, "linalg.cholesky")
    try:
        return np.linalg.cholesky(x, upper=upper)
    except np.linalg.LinAlgError:
        raise _indefinite(x) from None


def _indefinite(x: Array) -> RuntimeFault:
    """The error of a matrix that is not positive definite, with its first minor that is not."""
    n = x.shape[-1]
    stack = x.reshape(-1, n, n)
    minors = (np.linalg.eigvalsh(stack[:, : i + 1, : i + 1])[:, 0] <= 0 for i in range(n))
    batch, order = min((int(bad.argmax()), i + 1) for i, bad in enumerate(minors) if bad.any())
    which = f"(Batch element {batch}): " if x.ndim > 2 else ""
    return RuntimeFault(
        f"linalg.cholesky: {which}The factorization could not be completed because the input is "
        f"not positive-definite (the leading minor of order {order} is not positive-definite).",
        blame={"x": describe(x)},
    )


def _cholesky_rule(g, out, upper):
    if upper:
        g, out = adjoint(g), adjoint(out)
    inner = times(adjoint(out), g)
    inner = (diagonals.tril(inner) + adjoint(diagonals.tril(inner, -1))) * 0.5
    back = inv(out)
    return times(adjoint(back), inner, back)


cholesky.vjp(x=_cholesky_rule)


@op(
    linear_algebra,
    bare=False,
    method=False,
    paths=(_L + "qr",),
    outputs=("Q", "R"),
    cases=("A(4, 3)", "A(3, 3)", "A(3, 4)", "A(2, 4, 3)", "A(3, 4), 'complete'"),
)
def linalg_qr(x: Array, mode: Text = "reduced"):
    """An orthonormal Q and an upper triangle R with Q @ R = x; mode 'r' leaves Q out.

    >>> torch.linalg.qr([[2., 0.], [0., 3.]]).R.abs()
    tensor([[2., 0.],
            [0., 3.]])
    """
    check_matrix(x, "linalg.qr")
    if mode not in ("reduced", "complete", "r"):
        raise ArgumentFault(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), "
            "'r', or 'complete'",
            blame={"mode": ""},
        )
    if mode == "r":
        return np.empty(0, x.dtype), np.linalg.qr(x, mode="r")
    if mode == "complete":
        room((*x.shape[:-1], x.shape[-2]), dtypes.of(x))
    return tuple(np.linalg.qr(x, mode="complete" if mode == "complete" else "reduced"))


def _qr_rule(g_Q, g_R, x, mode, Q, R):
    n, m = x.shape[-2:]
    if mode == "r":
        raise AutogradError(
            "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. "
            "Please use linalg.qr(A, mode='reduced') if you are going to require gradients."
        )
    if mode == "complete" and n > m:
        raise AutogradError(
            "The QR decomposition is not differentiable when mode='complete' and nrows > ncols"
        )
    if n >= m:
        return _tall_qr(g_Q, g_R, Q, R)
    left, right = layout.narrow(R, -1, 0, n), layout.narrow(g_R, -1, n, m - n)
    rest = layout.narrow(x, -1, n, m - n)
    first = _tall_qr(g_Q + times(rest, adjoint(right)), layout.narrow(g_R, -1, 0, n), Q, left)
    return join.cat([first, times(Q, right)], -1)


def _tall_qr(g_q, g_r, q, r):
    m = times(r, adjoint(g_r)) - times(adjoint(g_q), q)
    half = (diagonals.tril(m) + diagonals.tril(m, -1)) * 0.5
    m = half + adjoint(half)
    return adjoint(linalg_solve(r, adjoint(g_q + times(q, m))))


linalg_qr.vjp(x=_qr_rule)


@op(matrices, cases=("A(4, 3)", "A(3, 4), some=True"))
def qr(x: Array, some: Flag = True):
    """An orthonormal Q and an upper triangle R with Q @ R = x; Q is square unless `some`.

    >>> qr([[2., 0.], [0., 3.]]).R.abs()
    tensor([[2., 0.],
            [0., 3.]])
    """
    return ReturnType("qr", ("Q", "R"), linalg_qr(x, "reduced" if some else "complete"))


@op(
    linear_algebra,
    name="_lu",
    bare=False,
    method=False,
    outputs=("P", "L", "U"),
    node="LinalgLuBackward0",
)
def lower_upper(x: Array):
    """P, L and U of linalg_lu."""
    from scipy.linalg import lu

    return tuple(np.ascontiguousarray(part, x.dtype) for part in lu(x))


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "lu",),
    cases=("A(3, 3)", "A(4, 3)", "A(3, 4)", "A(2, 3, 3)"),
)
def linalg_lu(x: Array, *, pivot: Flag = True):
    """A permutation P, a lower triangle L with ones, an upper triangle U, with P @ L @ U = x.

    >>> torch.linalg.lu([[0., 2.], [4., 0.]]).U
    tensor([[4., 0.],
            [0., 2.]])
    """
    check_matrix(x.array, "linalg.lu")
    if not pivot:
        raise RuntimeFault(
            "linalg.lu_factor: LU without pivoting is not implemented on the CPU",
            blame={"pivot": ""},
        )
    P, L, U = lower_upper(x)
    return ReturnType("linalg_lu", ("P", "L", "U"), (P.detach(), L, U))


def _lower_upper_rule(g_L, g_U, P, L, U):
    """Solve for the leading square block; what is left of it or below is linear in it."""
    n, m = L.shape[-2], U.shape[-1]
    k = min(n, m)
    lower, upper = layout.narrow(L, -2, 0, k), layout.narrow(U, -1, 0, k)
    low, up = adjoint(lower), adjoint(upper)
    square_L, square_U = layout.narrow(g_L, -2, 0, k), layout.narrow(g_U, -1, 0, k)
    if n > m:
        below = layout.narrow(L, -2, k, n - k)
        rest = adjoint(substitute(upper, adjoint(layout.narrow(g_L, -2, k, n - k)), True, False))
        square_U = square_U - times(adjoint(below), rest)
    if m > n:
        right = layout.narrow(U, -1, k, m - k)
        rest = substitute(low, layout.narrow(g_U, -1, k, m - k), True, True)
        square_L = square_L - times(rest, adjoint(right))
    inner = diagonals.tril(times(low, square_L), -1) + diagonals.triu(times(square_U, up))
    total = substitute(low, adjoint(substitute(upper, adjoint(inner), True, False)), True, True)
    if n != m:
        total = join.cat([total, rest], -2 if n > m else -1)
    return times(P, total)


lower_upper.vjp(x=_lower_upper_rule)


@op(matrices, bare=False, method=False, paths=(_L + "lu_factor",), cases=("A(3, 3)", "A(4, 3)"))
def linalg_lu_factor(x: Array, *, pivot: Flag = True):
    """L and U in one matrix, and the rows that were swapped on the way, counted from 1.

    >>> torch.linalg.lu_factor([[0., 2.], [4., 0.]]).pivots
    tensor([2, 2], dtype=torch.int32)
    """
    P, L, U = linalg_lu(x, pivot=pivot)
    zeros = np.argwhere(np.diagonal(U.array, axis1=-2, axis2=-1) == 0)
    if len(zeros):
        place = zeros[0][-1] + 1
        raise RuntimeFault(
            f"torch.linalg.lu_factor: U[{place},{place}] is zero and using it on lu_solve would "
            "result in a division by zero. If you still want to perform the factorization, "
            "consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)",
            blame={"x": describe(x)},
        )
    lower, (n, m) = diagonals.tril(L, -1), x.shape[-2:]
    if m > n:
        lower = join.cat([lower, Tensor(np.zeros((*x.shape[:-1], m - n), x.array.dtype))], -1)
    if n > m:
        U = join.cat([U, Tensor(np.zeros((*x.shape[:-2], n - m, m), x.array.dtype))], -2)
    results = lower + U, Tensor(_swaps(P.array)[..., : min(n, m)])
    return ReturnType("linalg_lu_factor", ("LU", "pivots"), results)


def _swaps(P: Array) -> Array:
    """The swaps of rows, one after another, that a permutation matrix undoes; counted from 1."""
    wanted = P.argmax(-2).reshape(-1, P.shape[-1])
    swaps = np.empty_like(wanted, np.int32)
    for rows, out in zip(wanted, swaps, strict=True):
        order = list(range(len(rows)))
        for i, row in enumerate(rows):
            j = order.index(row)
            order[i], order[j] = order[j], order[i]
            out[i] = j + 1
    return swaps.reshape(P.shape[:-1])


def _permutation(pivots: Array, n: int, dtype: np.dtype) -> Array:
    """The matrix of swaps of rows: the other way round."""
    batch = pivots.reshape(-1, pivots.shape[-1])
    P = np.zeros((len(batch), n, n), dtype)
    for swaps, matrix in zip(batch, P, strict=True):
        order = list(range(n))
        for i, j in enumerate(swaps):
            order[i], order[j - 1] = order[j - 1], order[i]
        matrix[order, range(n)] = 1
    return P.reshape(*pivots.shape[:-1], n, n)


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "lu_solve",),
    cases=(
        "A(2, 2, low=1, high=3), [2, 2], A(2, 3)",
        "A(2, 2, low=1, high=3), [1, 2], A(2, 3), adjoint=True",
    ),
)
def linalg_lu_solve(
    LU: Array, pivots: Array, y: Array, *, left: Flag = True, adjoint: Flag = False
):
    """The z with x @ z = y (or z @ x = y), from x's `lu_factor`; of x.mH with `adjoint`.

    >>> x = tensor([[0., 2.], [4., 0.]])
    >>> torch.linalg.lu_solve(*torch.linalg.lu_factor(x), [[2.], [4.]])
    tensor([[1.],
            [1.]])
    """
    if pivots.dtype.name not in ("int32", "int64"):
        raise ArgumentFault(
            "linalg.lu_solve: pivots should be a Tensor of scalar type torch.int32",
            blame={"pivots": describe(pivots)},
        )
    check_square(LU.array, "linalg.lu_solve")
    if not left:
        turned = layout.transpose(y, -1, -2).conj()
        z = linalg_lu_solve(LU, pivots, turned, adjoint=not adjoint)
        return layout.transpose(z.conj(), -1, -2)
    P = Tensor(_permutation(pivots.array, LU.shape[-1], LU.array.dtype))
    if adjoint:
        mH = layout.transpose(LU, -1, -2).conj()
        return P @ substitute(mH, substitute(mH, y, False, False), True, True)
    return substitute(LU, substitute(LU, layout.transpose(P, -1, -2) @ y, False, True), True, False)
