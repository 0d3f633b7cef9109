"""Matrices that need not be regular: pseudoinverse, least squares, rank, condition.

Source of the rule: G. Golub and V. Pereyra, "The differentiation of pseudo-inverses and nonlinear
least squares problems whose variables separate" (1973).
"""

from __future__ import annotations

import math

import numpy as np

from tcalc.core.families import linear_algebra, matrices
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Flag, Scalar, Text
from tcalc.core.results import ReturnType
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError, RuntimeFault, ShapeError
from tcalc.ops import arithmetic, choice, compare, join, layout, linalg, norms, reduce
from tcalc.ops.decompose import linalg_svdvals
from tcalc.ops.matrix import adjoint, check_square, times
from tcalc.ops.solve import inv

_L = "torch.linalg."


def _bound(tolerance: Data) -> Array:
    """A tolerance, a number or one for each matrix, that compares with singular values."""
    return np.asarray(getattr(tolerance, "array", tolerance))[..., None]


def _limits(x: Array, s: Array, atol: Data, rtol: Data) -> Array:
    """Below which of x's singular values s count as zero."""
    if rtol is None:
        rtol = 0.0 if atol is not None else max(x.shape[-2:]) * float(np.finfo(x.dtype).eps)
    largest = s.max(axis=-1, keepdims=True, initial=0)
    return np.maximum(_bound(0.0 if atol is None else atol), _bound(rtol) * largest)


@op(linear_algebra, name="_pinv", bare=False, method=False, node="LinalgPinvBackward0")
def pseudoinverse(x: Array, atol: Data, rtol: Data):
    """The pseudoinverse; singular values below the bounds count as zero."""
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    large = s > _limits(x, s, atol, rtol)
    inverse = np.where(large, 1 / np.where(large, s, 1), 0).astype(s.dtype)
    return (np.conj(vh).swapaxes(-1, -2) * inverse[..., None, :]) @ np.conj(u).swapaxes(-1, -2)


def _pinv_rule(g, x, out):
    p_h, g_h = adjoint(out), adjoint(g)
    left = times(g_h, out, p_h)
    right = times(p_h, out, g_h)
    return (left - times(x, out, left)) + (right - times(right, out, x)) - times(p_h, g, p_h)


pseudoinverse.vjp(x=_pinv_rule)


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "pinv",),
    cases=(
        "A(4, 3)",
        "A(3, 4)",
        "A(3, 3), atol=1e-3, rtol=1e-3",
        "A(2, 3, 4)",
        "P(3), hermitian=True",
    ),
)
def linalg_pinv(
    x: Array, rcond: Data = None, *, atol: Data = None, rtol: Data = None, hermitian: Flag = False
):
    """The pseudoinverse by Moore and Penrose; small singular values count as zero.

    Small is below `atol`, or below `rtol` (also called rcond) times the largest one.

    >>> torch.linalg.pinv([[2., 0.], [0., 0.]])
    tensor([[0.5000, 0.0000],
            [0.0000, 0.0000]])
    """
    if x.ndim < 2 or x.array.dtype.char not in "fdFD":
        raise DTypeError(
            f"linalg.pinv({x.dtype.label}{{{list(x.shape)}}}): expected a tensor with 2 or more "
            "dimensions of float, double, cfloat or cdouble types",
            blame={"x": describe(x)},
        )
    if hermitian:
        check_square(x.array, "linalg.pinv")
    return pseudoinverse(x, atol, rcond if rtol is None else rtol)


@op(matrices, cases=("A(4, 3)", "A(3, 4), 0.001"))
def pinverse(x: Array, rcond: Scalar = 1e-15):
    """The pseudoinverse; singular values below rcond times the largest one count as zero.

    >>> pinverse([[2., 0.], [0., 0.]])
    tensor([[0.5000, 0.0000],
            [0.0000, 0.0000]])
    """
    return linalg_pinv(x, rcond)


_DRIVERS = ("gels", "gelsy", "gelsd", "gelss")


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "lstsq",),
    cases=("A(4, 3), A(4, 2)", "A(2, 3, 4), A(2, 3)"),
)
def linalg_lstsq(x: Array, y: Array, rcond: Scalar = None, *, driver: Text | None = None):
    """The z that makes the norm of x @ z - y least: the shortest, if there are several.

    As in PyTorch, the residuals stay empty unless a `driver` other than 'gelsy' is asked for.

    >>> torch.linalg.lstsq([[1.], [1.]], [[1.], [3.]]).solution
    tensor([[2.0000]])
    """
    driver = driver or "gelsy"
    _check_system(x, y, driver)
    vectors = y.ndim == 1 or (y.ndim == x.ndim - 1 and y.shape == x.shape[:-1])
    right = layout.unsqueeze(y, -1) if vectors else y
    if x.shape[-2] != right.shape[-2]:
        raise ShapeError(
            "torch.linalg.lstsq: input.size(-2) should match other.size(-2)",
            blame={"x": describe(x), "y": describe(y)},
        )
    n, m = x.shape[-2:]
    solution = linalg.matmul(pseudoinverse(x, None, rcond), right)
    values = np.linalg.svd(x.array, compute_uv=False)
    rank = (values > _limits(x.array, values, None, rcond)).sum(-1)
    residuals = Tensor(np.zeros(0, values.dtype))
    if driver != "gelsy" and n > m and (rank == m).all():
        off = linalg.matmul(x, solution) - right
        residuals = reduce.sum(arithmetic.square(arithmetic.abs(off)), -2)
    results = (
        layout.squeeze(solution, -1) if vectors else solution,
        residuals,
        Tensor(np.asarray(rank, np.int64) if driver != "gels" else np.zeros(0, np.int64)),
        Tensor(values if driver in ("gelsd", "gelss") else np.zeros(0, values.dtype)),
    )
    return ReturnType("linalg_lstsq", ("solution", "residuals", "rank", "singular_values"), results)


def _check_system(x, y, driver: str) -> None:
    if driver not in _DRIVERS:
        raise ArgumentFault(
            "torch.linalg.lstsq: parameter `driver` should be one of (gels, gelsy, gelsd, gelss)",
            blame={"driver": ""},
        )
    if x.dtype is not y.dtype:
        raise DTypeError(
            "torch.linalg.lstsq: Expected input and other to have the same dtype, but got input's "
            f"dtype {x.dtype.label} and other's dtype {y.dtype.label}",
            blame={"x": describe(x), "y": describe(y)},
        )
    if x.ndim < 2 or y.ndim < 1:
        name, least = ("input", 2) if x.ndim < 2 else ("other", 1)
        raise ShapeError(
            f"torch.linalg.lstsq: {name} must have at least {least} dimension{'s' * (least - 1)}.",
            blame={"x": describe(x), "y": describe(y)},
        )
    if x.array.dtype.char not in "fdFD":
        raise DTypeError(
            "linalg.lstsq: Expected a floating point or complex tensor as input. Got "
            f"{x.dtype.label}",
            blame={"x": describe(x)},
        )


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "matrix_rank",),
    cases=("A(3, 4)", "A(2, 3, 3), 1.5", "P(3), hermitian=True", "A(3, 3), atol=1.0, rtol=0.1"),
)
def linalg_matrix_rank(
    x: Array, tol: Data = None, hermitian: Flag = False, *, atol: Data = None, rtol: Data = None
):
    """Number of singular values that are not small: above `tol`, or atol and rtol * the largest.

    >>> torch.linalg.matrix_rank([[1., 2.], [2., 4.]])
    tensor(1)
    """
    if x.ndim < 2:
        raise ShapeError(
            "torch.linalg.matrix_rank: The input tensor input must have at least 2 dimensions.",
            blame={"x": describe(x)},
        )
    if x.array.dtype.char not in "fdFD":
        raise DTypeError(
            "This function doesn't handle types other than float and double",
            blame={"x": describe(x)},
        )
    if hermitian:
        s = np.abs(np.linalg.eigvalsh(x.array))
    else:
        s = np.linalg.svd(x.array, compute_uv=False)
    large = s > _limits(x.array, s, atol if tol is None else tol, rtol)
    return Tensor(np.asarray(large.sum(-1), np.int64))


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "cond",),
    cases=(
        "A(3, 3)",
        "A(4, 3), -2",
        "A(3, 3), 'fro'",
        "A(3, 3), 1",
        "A(2, 3, 3), inf",
        "P(3), 'nuc'",
    ),
)
def linalg_cond(x: Array, p: Data = None):
    """Condition number: how much more errors may grow in one direction than in another.

    That is norm(x) * norm(inv(x)) in the norm `p`; by itself the ratio of the singular values.

    >>> torch.linalg.cond([[4., 0.], [0., 2.]])
    tensor(2.)
    """
    if p not in (None, 2, -2, "fro", "nuc", 1, -1, math.inf, -math.inf):
        raise ArgumentFault(f"linalg.cond got an invalid norm type: {p}", blame={"p": ""})
    if p in (None, 2, -2):
        s = linalg_svdvals(x)
        first, last = s[..., 0], s[..., -1]
        return last / first if p == -2 else first / last
    spelled = f"linalg.cond(ord={p if isinstance(p, str) else format(p, 'g')})"
    check_square(x.array, spelled)
    inverse = _norm_of_inverse(x, p)
    return choice.where(compare.isinf(inverse), math.inf, norms.linalg_matrix_norm(x, p) * inverse)


def _norm_of_inverse(x, p):
    """Infinite where there is no inverse."""
    try:
        return norms.linalg_matrix_norm(inv(x), p)
    except RuntimeFault:
        if x.ndim == 2:
            return Tensor(np.asarray(np.inf, x.array.real.dtype))
        return join.stack([_norm_of_inverse(matrix, p) for matrix in x])
