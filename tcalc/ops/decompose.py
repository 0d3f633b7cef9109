"""Eigenvalues and singular values; all work on batches (..., n, m).

Source of the rules: M. Giles, "Collected matrix derivative results for forward and reverse mode
algorithmic differentiation" (2008).
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
from tcalc.ops import choice, diagonals, layout
from tcalc.ops.create import room
from tcalc.ops.matrix import adjoint, check_matrix, check_square, times
from tcalc.ops.solve import linalg_solve

_L = "torch.linalg."


def _gaps(values, power: int = 1):
    """v_j - v_i (of the values to `power`) off the diagonal, 1 on it."""
    v = values**power
    apart = layout.unsqueeze(v, -2) - layout.unsqueeze(v, -1)
    return choice.where(_eye(values), 1, apart)


def _eye(values):
    return np.eye(values.shape[-1], dtype=np.bool_)


def _with_diagonal(x, v):
    """x with v on its diagonal."""
    return choice.where(_eye(v), layout.unsqueeze(v, -2), x)


@op(
    linear_algebra,
    bare=False,
    method=False,
    paths=(_L + "eigh",),
    outputs=("eigenvalues", "eigenvectors"),
    cases=("P(3)", "P(3), 'U'"),
)
def linalg_eigh(x: Array, UPLO: Text = "L"):
    """Eigenvalues in ascending order, and eigenvectors as columns, of a symmetric matrix.

    Only the lower triangle is looked at, or the upper one if UPLO is 'U'.

    >>> torch.linalg.eigh([[2., 0.], [0., 1.]]).eigenvalues
    tensor([1., 2.])
    """
    check_square(x, "linalg.eigh")
    if UPLO not in ("L", "U", "l", "u"):
        raise ArgumentFault(
            f"Expected UPLO argument to be 'L' or 'U', but got {UPLO}", blame={"UPLO": ""}
        )
    if not np.isfinite(x).all():
        raise RuntimeFault(
            "linalg.eigh: The algorithm failed to converge because the input matrix is "
            "ill-conditioned or has too many repeated eigenvalues (error code: "
            f"{x.shape[-1] - 1}).",
            blame={"x": describe(x)},
        )
    return tuple(np.linalg.eigh(x, "U" if UPLO in ("U", "u") else "L"))


def _eigh_rule(g_eigenvalues, g_eigenvectors, eigenvalues, eigenvectors):
    v = eigenvectors
    turn = times(adjoint(v), g_eigenvectors)
    inner = (turn - adjoint(turn)) * 0.5 / _gaps(eigenvalues)
    return times(v, _with_diagonal(inner, g_eigenvalues), adjoint(v))


linalg_eigh.vjp(x=_eigh_rule)


@op(matrices, bare=False, method=False, paths=(_L + "eigvalsh",), cases=("P(3)", "P(3), 'U'"))
def linalg_eigvalsh(x: Array, UPLO: Text = "L"):
    """The eigenvalues of a symmetric matrix in ascending order.

    >>> torch.linalg.eigvalsh([[2., 0.], [0., 1.]])
    tensor([1., 2.])
    """
    return linalg_eigh(x, UPLO)[0]


@op(
    linear_algebra,
    name="_eig",
    bare=False,
    method=False,
    outputs=("eigenvalues", "eigenvectors"),
    node="LinalgEigBackward0",
)
def eig(x: Array):
    """The results of linalg_eig."""
    check_square(x, "linalg.eig")
    try:
        values, vectors = np.linalg.eig(x)
    except np.linalg.LinAlgError:
        raise RuntimeFault(
            "torch.linalg.eig: input tensor should not contain infs or NaNs.",
            blame={"x": describe(x)},
        ) from None
    wide = np.result_type(x.dtype, np.complex64)
    return values.astype(wide), vectors.astype(wide)


def _eig_rule(g_eigenvalues, g_eigenvectors, eigenvalues, eigenvectors):
    """An eigenvector has length 1: what of its cotangent is along it does not count."""
    v = eigenvectors
    slope = times(adjoint(v), g_eigenvectors)
    along = diagonals.diagonal(slope, 0, -2, -1)
    _check_phase(along)
    along = (along + along.conjugate()) * 0.5
    inner = slope - times(adjoint(v), v) * layout.unsqueeze(along, -2)
    inner = _with_diagonal(inner / _gaps(eigenvalues).conjugate(), g_eigenvalues)
    return linalg_solve(adjoint(v), times(inner, adjoint(v)))


def _check_phase(along) -> None:
    """Raise AutogradError if vectors turned in the complex plane would have another loss."""
    along = getattr(along, "array", along)
    if (np.abs(along.imag) > 1e-2).any():
        raise AutogradError(
            "linalg_eig_backward: The eigenvectors in the complex case are specified up to "
            "multiplication by e^{i phi}. The specified loss function depends on this quantity, "
            "so it is ill-defined.",
        )


eig.vjp(x=_eig_rule)


@op(matrices, bare=False, method=False, paths=(_L + "eig",), cases=("A(3, 3)", "A(2, 3, 3)"))
def linalg_eig(x: Array):
    """Complex eigenvalues, in no order, and eigenvectors of length 1 as columns.

    >>> torch.linalg.eig([[0., 1.], [-1., 0.]]).eigenvalues
    tensor([0.+1.j, 0.-1.j])
    """
    return ReturnType("linalg_eig", ("eigenvalues", "eigenvectors"), eig(x))


@op(matrices, bare=False, method=False, paths=(_L + "eigvals",), cases=("A(3, 3)",))
def linalg_eigvals(x: Array):
    """The complex eigenvalues of a square matrix, in no order.

    >>> torch.linalg.eigvals([[0., 1.], [-1., 0.]])
    tensor([0.+1.j, 0.-1.j])
    """
    return eig(x)[0]


@op(
    linear_algebra,
    bare=False,
    method=False,
    paths=(_L + "svd",),
    outputs=("U", "S", "Vh"),
    cases=("A(4, 3), False", "A(3, 3)", "A(3, 4), False", "A(2, 3, 4), full_matrices=False"),
)
def linalg_svd(x: Array, full_matrices: Flag = True, *, driver: Text | None = None):
    """Singular values S in descending order, with U @ diag(S) @ Vh = x.

    >>> torch.linalg.svd([[3., 0.], [0., 4.]]).S
    tensor([4., 3.])
    """
    check_matrix(x, "linalg.svd")
    if driver is not None:
        raise ArgumentFault(
            "torch.linalg.svd: keyword argument `driver=` is only supported on CUDA inputs with "
            "cuSOLVER backend.",
            blame={"driver": ""},
        )
    if full_matrices:
        room((*x.shape[:-2], max(x.shape[-2:]), max(x.shape[-2:])), dtypes.of(x))
    try:
        return tuple(np.linalg.svd(x, full_matrices=full_matrices))
    except np.linalg.LinAlgError:
        raise RuntimeFault(
            "linalg.svd: The algorithm failed to converge because the input matrix contained "
            "non-finite values.",
            blame={"x": describe(x)},
        ) from None


def _svd_rule(g_U, g_S, g_Vh, U, S, Vh):
    """Vectors of a full U or Vh that have no singular value count as constants."""
    k = S.shape[-1]
    u, g_u = layout.narrow(U, -1, 0, k), layout.narrow(g_U, -1, 0, k)
    v, g_v = adjoint(layout.narrow(Vh, -2, 0, k)), adjoint(layout.narrow(g_Vh, -2, 0, k))
    gaps, s = _gaps(S, 2), layout.unsqueeze(S, -2)
    turn_u, turn_v = times(adjoint(u), g_u), times(adjoint(v), g_v)
    inner = _skew(turn_u) / gaps * s + layout.unsqueeze(S, -1) * (_skew(turn_v) / gaps)
    phases = diagonals.diagonal(_skew(turn_u), 0, -2, -1) / (2 * S)
    total = times(u, _with_diagonal(inner, g_S + phases), adjoint(v))
    if U.shape[-2] > k:
        total = total + times((g_u - times(u, turn_u)) / s, adjoint(v))
    if Vh.shape[-1] > k:
        total = total + times(u / s, adjoint(g_v - times(v, turn_v)))
    return total


def _skew(x):
    return x - adjoint(x)


linalg_svd.vjp(x=_svd_rule)


@op(matrices, bare=False, method=False, paths=(_L + "svdvals",), cases=("A(4, 3)", "A(2, 3, 4)"))
def linalg_svdvals(x: Array, *, driver: Text | None = None):
    """The singular values in descending order.

    >>> torch.linalg.svdvals([[3., 0.], [0., 4.]])
    tensor([4., 3.])
    """
    return linalg_svd(x, False, driver=driver)[1]


@op(matrices, cases=("A(4, 3)", "A(3, 4)"))
def svd(x: Array, some: Flag = True, compute_uv: Flag = True):
    """Singular values S in descending order, with U @ diag(S) @ V.mH = x.

    torch.linalg.svd gives V.mH instead of V.

    >>> svd([[3., 0.], [0., 4.]]).S
    tensor([4., 3.])
    """
    U, S, Vh = linalg_svd(x, not some)
    if not compute_uv:
        U, Vh = (Tensor(np.zeros((n, n), x.array.dtype)) for n in x.shape[-2:])
    return ReturnType("svd", ("U", "S", "V"), (U, S, layout.transpose(Vh, -1, -2).conj()))
