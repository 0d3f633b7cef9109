"""Functions of matrices: powers, the exponential; and matrices made of powers."""

from __future__ import annotations

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import linear_algebra, matrices
from tcalc.core.op import op
from tcalc.core.params import Array, Int
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault
from tcalc.ops import diagonals, join, layout, linalg, scan
from tcalc.ops.matrix import adjoint, check_square
from tcalc.ops.solve import inv

_L = "torch.linalg."


@op(
    linear_algebra,
    paths=(_L + "matrix_exp",),
    node="LinalgMatrixExpBackward0",
    cases=("A(3, 3)", "A(2, 3, 3)"),
)
def matrix_exp(x: Array):
    """The matrix exponential: the sum of x^k / k!.

    >>> matrix_exp(zeros(2, 2))
    tensor([[1., 0.],
            [0., 1.]])
    """
    from scipy.linalg import expm

    check_square(x, "linalg.matrix_exp")
    return expm(x).astype(x.dtype, copy=False)


def _matrix_exp_rule(g, x):
    """The upper right block of exp [[x^H, g], [0, x^H]]."""
    n = x.shape[-1]
    x = adjoint(x)
    upper = join.cat([x, g], -1)
    lower = join.cat([x * 0, x], -1)
    block = matrix_exp(join.cat([upper, lower], -2))
    return layout.narrow(layout.narrow(block, -2, 0, n), -1, n, n)


matrix_exp.vjp(x=_matrix_exp_rule)


@op(
    matrices,
    paths=(_L + "matrix_power",),
    cases=("A(3, 3), 3", "A(2, 2), 0", "P(3), -2"),
)
def matrix_power(x: Array, n: Int):
    """A square matrix multiplied by itself n times; of a negative n the inverse is taken.

    >>> matrix_power([[1., 1.], [0., 1.]], 5)
    tensor([[1., 5.],
            [0., 1.]])
    """
    check_square(x.array, "linalg.matrix_power", any_dtype=True)
    if n < 0:
        x, n = inv(x), -n
    if n == 0:
        one = np.eye(x.shape[-1], dtype=x.array.dtype)
        return Tensor(np.broadcast_to(one, x.shape).copy())
    while not n & 1:
        x, n = linalg.matmul(x, x), n >> 1
    result, n = x.clone(), n >> 1
    while n:
        x = linalg.matmul(x, x)
        result = linalg.matmul(result, x) if n & 1 else result
        n >>= 1
    return result


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "vander",),
    cases=("A(3)", "A(2, 3), N=4"),
)
def linalg_vander(x: Array, *, N: Int | None = None):
    """For each element of a vector the row of its powers, from 0 to N - 1.

    >>> torch.linalg.vander([1, 2, 3])
    tensor([[1, 1, 1],
            [1, 2, 4],
            [1, 3, 9]])
    """
    columns = (x.shape[-1] if x.ndim else 1) if N is None else N
    if columns <= 1:
        raise ArgumentFault(
            "N must be greater than 1.", blame={"x": describe(x)} if N is None else {"N": ""}
        )
    if x.dtype.category == dtypes.BOOL:
        x = x.long()
    each = layout.expand(layout.unsqueeze(x, -1), (*x.shape, columns - 1))
    ones = Tensor(np.ones((*x.shape, 1), x.array.dtype))
    return join.cat([ones, scan.cumprod(each, -1)], -1)


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "diagonal",),
    cases=("A(2, 3, 4)", "A(2, 3, 4), offset=1, dim1=0, dim2=1"),
)
def linalg_diagonal(x: Array, *, offset: Int = 0, dim1: Int = -2, dim2: Int = -1):
    """The diagonal of each matrix, a view.

    >>> torch.linalg.diagonal([[1, 2], [3, 4]])
    tensor([1, 4])
    """
    return diagonals.diagonal(x, offset, dim1, dim2)
