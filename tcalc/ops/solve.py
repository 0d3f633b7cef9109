"""Inverses, determinants and linear equations; all work on batches (..., n, n).

Source of the rules: M. Giles, "Collected matrix derivative results for forward and reverse mode
algorithmic differentiation" (2008).
"""

from __future__ import annotations

import numpy as np

from tcalc.core.families import linear_algebra, matrices
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Flag, Ints
from tcalc.core.results import ReturnType
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import RuntimeFault, ShapeError
from tcalc.ops import choice, compare, exponential, gather, join, layout, linalg
from tcalc.ops.matrix import adjoint, check_square, times

_L = "torch.linalg."


@op(
    linear_algebra,
    aliases=("inverse",),
    paths=(_L + "inv",),
    node="LinalgInvExBackward0",
    cases=("A(3, 3)", "A(2, 3, 3)", "A(0, 0)"),
)
def inv(x: Array):
    """The inverse of a square matrix.

    >>> inv([[2., 0.], [0., 4.]])
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    check_square(x, "linalg.inv")
    try:
        return np.linalg.inv(x)
    except np.linalg.LinAlgError:
        raise _singular(x) from None


def _singular(x: Array) -> RuntimeFault:
    """The error of a matrix without an inverse, with the place of the first zero pivot."""
    from scipy.linalg import lu

    pivots = np.diagonal(lu(x)[2], axis1=-2, axis2=-1).reshape(-1, x.shape[-1])
    batch, place = np.argwhere(pivots == 0)[0]
    which = f"(Batch element {batch}): " if x.ndim > 2 else ""
    return RuntimeFault(
        f"linalg.inv: {which}The diagonal element {place + 1} is zero, the inversion could not be "
        "completed because the input matrix is singular.",
        blame={"x": describe(x)},
        helps=["torch.linalg.pinv({x}) and torch.linalg.lstsq take singular matrices"],
    )


inv.vjp(x=lambda g, out: -times(adjoint(out), g, adjoint(out)))


@op(linear_algebra, paths=(_L + "det",), node="LinalgDetBackward0", cases=("A(3, 3)", "A(2, 3, 3)"))
def det(x: Array):
    """The determinant of a square matrix.

    >>> det([[1., 2.], [3., 4.]])
    tensor(-2.)
    """
    check_square(x, "linalg.det")
    return np.linalg.det(x)


def _det_rule(g, x, out):
    """det times the inverse; the matrix of cofactors where that does not exist."""
    g = layout.reshape(g, (*x.shape[:-2], 1, 1))
    if compare.eq(out, 0).any():
        return g * (_cofactors if isinstance(x, Tensor) else cofactors)(x).conjugate()
    return g * layout.reshape(out, g.shape).conjugate() * adjoint(inv(x))


det.vjp(x=_det_rule)


def cofactors(x: Array) -> Array:
    """The determinants, with signs, of what is left of x without a row and a column."""
    u, s, vh = np.linalg.svd(x)
    others = [np.prod(np.delete(s, i, axis=-1), axis=-1) for i in range(s.shape[-1])]
    sign = (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]
    return sign * (u.conj() * np.stack(others, axis=-1)[..., None, :]) @ vh.conj()


def _cofactors(x):
    """The same, of tensors and differentiable."""
    n = x.shape[-1]
    keep = [Tensor(np.delete(np.arange(n), i)) for i in range(n)]
    rows = []
    for i in range(n):
        rest = gather.index_select(x, -2, keep[i])
        minors = [det(gather.index_select(rest, -1, keep[j])) * (-1) ** (i + j) for j in range(n)]
        rows.append(join.stack(minors, -1))
    return join.stack(rows, -2)


@op(
    linear_algebra,
    outputs=("sign", "logabsdet"),
    paths=(_L + "slogdet",),
    node="LinalgSlogdetBackward0",
    cases=("A(3, 3)", "A(2, 3, 3)"),
)
def slogdet(x: Array):
    """Sign and log of the size of the determinant.

    >>> slogdet([[1., 0.], [0., -1.]]).sign
    tensor(-1.)
    """
    check_square(x, "linalg.slogdet")
    return tuple(np.linalg.slogdet(x))


def _slogdet_rule(g_sign, g_logabsdet, x, sign):
    """Of a complex determinant the sign has a slope, too: sideways."""
    sideways = g_sign.conjugate() * sign
    total = g_logabsdet - (sideways - sideways.conjugate()) * 0.5
    return layout.reshape(total, (*x.shape[:-2], 1, 1)) * adjoint(inv(x))


slogdet.vjp(x=_slogdet_rule)


@op(matrices, cases=("P(3)",))
def logdet(x: Array):
    """log of the determinant; nan if that is negative.

    >>> logdet([[1., 0.], [0., 2.]])
    tensor(0.6931)
    """
    check_square(x.array, "logdet")
    sign, size = slogdet(x)
    if x.dtype.is_complex:
        return exponential.log(sign) + size
    return choice.where(compare.eq(sign, -1), np.nan, size)


@op(
    linear_algebra,
    bare=False,
    method=False,
    paths=(_L + "solve",),
    node="LinalgSolveExBackward0",
    cases=(
        "A(3, 3), A(3, 2)", "A(3, 3), A(3)", "A(2, 3, 3), A(2, 3, 4)", "A(2, 3, 3), A(3)",
        "A(3, 3), A(2, 3), left=False", "A(2, 3, 3), A(2, 3)", "A(2, 3, 3), A(3, 2)",
    ),
)  # fmt: skip
def linalg_solve(x: Array, y: Array, *, left: Flag = True):
    """The z with x @ z = y (or z @ x = y), for a square matrix x and a vector or matrix y.

    >>> torch.linalg.solve(tensor([[2., 0.], [0., 4.]]), tensor([2., 4.]))
    tensor([1., 1.])
    """
    check_square(x, "linalg.solve")
    linalg._same_dtype(
        x,
        y,
        "linalg.solve: Expected A and B to have the same dtype, but found A of type {0.label} and "
        "B of type {1.label} instead",
    )
    vectors = _is_vectors(x.shape, y.shape)
    given = describe(y)
    if vectors:
        y = y[..., None]
    check_equation(x, y, "solve", left, given)
    if vectors and not left:
        raise ShapeError(
            "linalg.solve: Vector broadcasting of the left hand side is not supported for "
            "left=False. In this case linalg.solve is equivalent to B / A.squeeze(-1)",
            blame={"y": describe(y)},
        )
    try:
        z = np.linalg.solve(x, y) if left else _turned(np.linalg.solve(_turned(x), _turned(y)))
    except np.linalg.LinAlgError:
        raise RuntimeFault(
            "torch.linalg.solve: The solver failed because the input matrix is singular.",
            blame={"x": describe(x)},
            helps=["torch.linalg.lstsq also takes singular matrices"],
        ) from None
    return z[..., 0] if vectors else z


def _turned(x: Array) -> Array:
    return x.swapaxes(-1, -2)


def _is_vectors(x_shape, y_shape) -> bool:
    """Whether y is one vector, or a batch with one for each matrix."""
    return len(y_shape) == 1 or (len(y_shape) == len(x_shape) - 1 and y_shape == x_shape[:-1])


def check_equation(x: Array, y: Array, name: str, left: bool, given: str = "") -> None:
    """Raise ShapeError unless matrices x and y can stand in x @ z = y, or z @ x = y.

    `given` describes y as it was given, if that is not as it is.
    """
    if y.ndim < 2:
        raise ShapeError(
            f"linalg.{name}: The input tensor B must have at least 2 dimensions.",
            blame={"y": describe(y)},
        )
    if x.shape[-1] != y.shape[-2 if left else -1]:
        sizes = [f"{z.shape[-2]}x{z.shape[-1]}" for z in (x, y)]
        raise ShapeError(
            f"linalg.{name}: Incompatible shapes of A and B for the equation "
            f"{'AX = B' if left else 'XA = B'} ({sizes[0]} and {sizes[1]})",
            blame={"x": describe(x), "y": given or describe(y)},
            notes=["the right side has as many rows as {x}"] if left else (),
        )


def _solve_left(g, x, y_shape, out, left):
    if _is_vectors(x.shape, y_shape):
        g, out = layout.unsqueeze(g, -1), layout.unsqueeze(out, -1)
    back = linalg_solve(adjoint(x), g, left=left)
    return -times(back, adjoint(out)) if left else -times(adjoint(out), back)


def _solve_right(g, x, y_shape, left):
    if not _is_vectors(x.shape, y_shape):
        return linalg_solve(adjoint(x), g, left=left)
    return layout.squeeze(linalg_solve(adjoint(x), layout.unsqueeze(g, -1)), -1)


linalg_solve.vjp(x=_solve_left, y=_solve_right)


@op(matrices, bare=False, method=False, paths=(_L + "inv_ex",), cases=("A(3, 3)",))
def linalg_inv_ex(x: Array, *, check_errors: Flag = False):
    """The inverse and a number that is 0 if there is one; of a singular matrix nans and 1.

    >>> torch.linalg.inv_ex([[2., 0.], [0., 4.]]).info
    tensor(0, dtype=torch.int32)
    """
    try:
        found, info = inv(x), np.zeros(x.shape[:-2], np.int32)
    except RuntimeFault:
        if check_errors:
            raise
        found, info = Tensor(np.full_like(x.array, np.nan)), np.ones(x.shape[:-2], np.int32)
    return ReturnType("linalg_inv_ex", ("inverse", "info"), (found, Tensor(info)))


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "tensorsolve",),
    cases=("A(2, 3, 6), A(2, 3)", "A(6, 2, 3), A(2, 3), dims=(0,)"),
)
def linalg_tensorsolve(x: Array, y: Array, dims: Ints = None):
    """The z with tensordot(x, z, z.ndim) = y; first `dims` of x are moved to the end.

    >>> torch.linalg.tensorsolve(eye(4).reshape(2, 2, 2, 2), ones(2, 2))
    tensor([[1., 1.],
            [1., 1.]])
    """
    if dims is not None:
        dims = (dims,) if isinstance(dims, int) else tuple(dims)
        x = layout.movedim(x, dims, tuple(range(x.ndim - len(dims), x.ndim)))
    shape = x.shape[y.ndim :]
    rows, columns = y.array.size, int(np.prod(shape))
    total = int(np.prod(x.shape[: y.ndim]))
    if rows != columns or rows != total:
        raise ShapeError(
            "Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == "
            f"prod(self.shape[:other.ndim]), but got {columns} != {rows}",
            blame={"x": describe(x), "y": describe(y)},
        )
    flat = linalg_solve(layout.reshape(x, (rows, columns)), layout.reshape(y, (rows,)))
    return layout.reshape(flat, shape)


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "tensorinv",),
    cases=("A(4, 2, 2), ind=1", "A(2, 2, 4)"),
)
def linalg_tensorinv(x: Array, ind: Data = 2):
    """The inverse of x as a map from its dimensions from `ind` on to those before.

    >>> torch.linalg.tensorinv(eye(4).reshape(4, 2, 2), ind=1).shape
    torch.Size([2, 2, 4])
    """
    if ind <= 0:
        raise ShapeError(
            f"Expected a strictly positive integer for 'ind', but got {ind}", blame={"ind": ""}
        )
    first, last = tuple(x.shape[:ind]), tuple(x.shape[ind:])
    n, m = int(np.prod(first)), int(np.prod(last))
    if n != m:
        raise ShapeError(
            "Expected self to satisfy the requirement prod(self.shape[ind:]) == "
            f"prod(self.shape[:ind]), but got {m} != {n}",
            blame={"x": describe(x)},
        )
    return layout.reshape(inv(layout.reshape(x, (n, m))), (*last, *first))
