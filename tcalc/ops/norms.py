"""Norms of vectors and matrices."""

from __future__ import annotations

import math

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import matrices, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Axes, Data, DTypeLike, Flag, Int, Ints, Scalar, normalise_axis
from tcalc.core.tensor import count, describe
from tcalc.errors import ArgumentFault, DTypeError, IndexFault, RuntimeFault, ShapeError
from tcalc.ops import arithmetic, choice, compare, decompose, layout, reduce
from tcalc.ops.floating import summing

_L = "torch.linalg."


def _power_mean(x: Array, p: float, dim: tuple[int, ...], keepdim: bool) -> Array:
    size = np.abs(x)
    if p == math.inf:
        return np.max(size, axis=dim, keepdims=keepdim, initial=0)
    if p == -math.inf:
        return np.min(size, axis=dim, keepdims=keepdim)
    if p == 0:
        return np.sum(size != 0, axis=dim, keepdims=keepdim, dtype=size.dtype)
    if p == 1:
        return np.sum(size, axis=dim, keepdims=keepdim)
    if p == 2:
        return np.sqrt(np.sum(size * size, axis=dim, keepdims=keepdim))
    return np.sum(size**p, axis=dim, keepdims=keepdim) ** (1 / p)


@op(
    reduction,
    bare=False,
    method=False,
    paths=(_L + "vector_norm",),
    cases=("A(3, 4)", "A(3, 4), 3, (0, 1), True", "A(3, 4), 1, 1", "A(5), inf"),
)
def linalg_vector_norm(
    x: Array, ord: Scalar = 2, dim: Axes = None, keepdim: Flag = False, *, dtype: DTypeLike = None
):
    """(sum |x|^ord)^(1/ord): the length for 2, the sum of sizes for 1, the largest for inf.

    >>> torch.linalg.vector_norm([3., -4.], 1)
    tensor(7.)
    """
    _check_floating(x, "vector_norm")
    if dtype is not None:
        if dtype.category < dtypes.FLOAT:
            raise DTypeError(
                "linalg.vector_norm: dtype should be floating point or complex, but got "
                f"{dtype.label}",
                blame={"dtype": ""},
            )
        x = dtypes.cast(x, dtype)
    if count(tuple(x.shape[i] for i in dim)) == 0 and (ord < 0 or ord == math.inf):
        _refuse_empty(x, ord, dim)
    return _power_mean(x.astype(summing(x.dtype), copy=False), ord, dim, keepdim).astype(
        x.real.dtype, copy=False
    )


def _check_floating(x: Array, name: str) -> None:
    if x.dtype.kind in "biu":
        raise DTypeError(
            f"linalg.{name}: Expected a floating point or complex tensor as input. Got "
            f"{dtypes.of(x).label}",
            blame={"x": describe(x)},
        )


def _refuse_empty(x: Array, ord: float, dim: tuple[int, ...]) -> None:
    """Raise IndexFault unless x is empty only along dimensions that stay."""
    if count(x.shape) == 0 and len(dim) == x.ndim:
        where = "an empty tensor because"
    else:
        empty = next(i for i in dim if x.shape[i] == 0)
        where = f"the dimension {empty}because this dimension is empty and"
    raise IndexFault(
        f"linalg.vector_norm cannot compute the {ord:g} norm on {where} the operation does not "
        "have an identity",
        blame={"x": describe(x)},
    )


def _vector_norm_rule(g, x, ord, dim, out):
    g, out = reduce.spread(g, x.shape, dim), reduce.spread(out, x.shape, dim)
    if ord in (math.inf, -math.inf):
        ties = compare.eq(arithmetic.abs(x), out)
        return choice.where(ties, g * arithmetic.sgn(x) / reduce.sum(ties, dim, True), 0)
    if ord == 0:
        return choice.stopped(g)
    if ord == 1:
        return g * arithmetic.sgn(x)
    zero = compare.eq(out, 0)
    safe = choice.where(zero, 1, out)
    if ord == 2:
        return choice.where(zero, 0, g * x / safe)
    if ord < 2:  # the power of |x| below has no value or slope at 0
        zero = compare.eq(x, 0)
        x = choice.where(zero, 1, x)
    ratio = (arithmetic.abs(x) / safe) ** (ord - 1)
    return choice.where(zero, 0, g * arithmetic.sgn(x) * ratio)


linalg_vector_norm.vjp(x=_vector_norm_rule)


@op(
    matrices,
    cases=(
        "A(3, 4)", "A(3, 4), 1", "A(3, 4), 2, 1", "A(3, 4), 3, (0, 1), True", "A(3, 4), inf, 0",
        "A(3, 4), 'fro', 1", "A(3, 4), 'nuc'",
    ),
)  # fmt: skip
def norm(
    x: Array, p: Data = "fro", dim: Ints = None, keepdim: Flag = False, dtype: DTypeLike = None
):
    """(sum |x|^p)^(1/p): the length for p=2, the sum of sizes for p=1, the largest for p=inf.

    >>> norm([3., -4.])
    tensor(5.)
    """
    if p in ("fro", None):
        p = 2
    if isinstance(p, str):
        dim = tuple(range(x.ndim)) if dim is None else dim
        return linalg_matrix_norm(x, p, dim, keepdim, dtype=dtype)
    return linalg_vector_norm(x, p, dim, keepdim, dtype=dtype)


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "matrix_norm",),
    cases=(
        "A(3, 4)", "A(2, 3, 4), 'nuc', (0, 2), True", "A(3, 4), 1", "A(3, 4), -1", "A(3, 4), inf",
        "A(3, 4), -inf, keepdim=True", "A(3, 4), 2", "A(2, 3, 4), -2",
    ),
)  # fmt: skip
def linalg_matrix_norm(
    x: Array,
    ord: Data = "fro",
    dim: Ints = (-2, -1),
    keepdim: Flag = False,
    *,
    dtype: DTypeLike = None,
):
    """Norm of each matrix: 'fro', 'nuc' (sum of singular values), 1, 2, inf or one of -1, -2, -inf.

    >>> torch.linalg.matrix_norm([[3., 0.], [0., 4.]], 2)
    tensor(4.)
    """
    _check_floating(x.array, "matrix_norm")
    if x.ndim < 2:
        raise ShapeError(
            "linalg.matrix_norm: The input tensor A must have at least 2 dimensions.",
            blame={"x": describe(x)},
        )
    rows, columns = _two(dim, x.ndim)
    if ord not in ("fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf):
        spelled = f"{ord:g}" if isinstance(ord, int | float) else ord
        raise ArgumentFault(
            f"linalg.matrix_norm: Order {spelled} not supported.",
            blame={"ord": ""},
            helps=["'fro', 'nuc', 1, -1, 2, -2, inf and -inf are"],
        )
    if dtype is not None:
        x = x.to(dtype)
    if ord == "fro":
        return linalg_vector_norm(x, 2, (rows, columns), keepdim)
    if ord in (2, -2, "nuc"):
        return _of_singular_values(x, ord, rows, columns, keepdim)
    if ord in (math.inf, -math.inf):
        rows, columns = columns, rows
    sums = linalg_vector_norm(x, 1, rows, True)
    extreme = reduce.amax if ord > 0 else reduce.amin
    out = extreme(sums, columns, True)
    return out if keepdim else layout.squeeze(out, (rows, columns))


def _two(dim, ndim: int) -> tuple[int, int]:
    pair = (dim,) if isinstance(dim, int) else tuple(dim)
    if len(pair) != 2:
        raise ArgumentFault(
            f"linalg.matrix_norm: dim must be a 2-tuple. Got {' '.join(map(str, pair))}",
            blame={"dim": ""},
        )
    rows, columns = (normalise_axis(axis, ndim) for axis in pair)
    if rows == columns:
        raise ArgumentFault(
            f"linalg.matrix_norm: dims must be different. Got {pair}", blame={"dim": ""}
        )
    return rows, columns


def _of_singular_values(x, ord, rows: int, columns: int, keepdim: bool):
    s = decompose.linalg_svdvals(layout.movedim(x, (rows, columns), (-2, -1)))
    out = {"nuc": reduce.sum, 2: reduce.amax, -2: reduce.amin}[ord](s, -1)
    if keepdim:
        for axis in sorted((rows, columns)):
            out = layout.unsqueeze(out, axis)
    return out


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "norm",),
    cases=("A(3, 4)", "A(3, 4), 2", "A(2, 3, 4), 'fro', (0, 1)", "A(3), 3", "A(3, 4), 2, 1"),
)
def linalg_norm(
    x: Array, ord: Data = None, dim: Ints = None, keepdim: Flag = False, *, dtype: DTypeLike = None
):
    """A vector's or a matrix's norm, by the number of dimensions; without ord the length of all.

    >>> torch.linalg.norm([[3., 0.], [0., 4.]], 'nuc')
    tensor(7.)
    """
    axes = (dim,) if isinstance(dim, int) else dim
    if axes is not None and len(axes) not in (1, 2):
        raise ArgumentFault(
            f"linalg.norm: If dim is specified, it must be of length 1 or 2. Got {list(axes)}",
            blame={"dim": ""},
        )
    if axes is None and ord is not None and x.ndim not in (1, 2):
        raise ShapeError(
            "linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got "
            f"{x.ndim}D.",
            blame={"x": describe(x)},
            helps=["dim=(-2, -1) takes the norm of each matrix"],
        )
    n = x.ndim if axes is None else len(axes)
    if ord is not None and (n == 2 or isinstance(ord, str)):
        return linalg_matrix_norm(x, ord, (-2, -1) if axes is None else axes, keepdim, dtype=dtype)
    return linalg_vector_norm(x, 2 if ord is None else ord, axes, keepdim, dtype=dtype)


@op(matrices, cases=("A(3, 4), A(3, 4)", "A(3, 4), A(4), 1", "A(3), A(3), inf"))
def dist(x: Array, y: Array, p: Scalar = 2):
    """The norm of order p of x - y.

    >>> dist(tensor([1., 2.]), tensor([4., 6.]))
    tensor(5.)
    """
    return linalg_vector_norm(x - y, p)


@op(matrices, cases=("A(3, 4), 2, 0, 1.5", "A(2, 3, 4), 1, -1, 2"))
def renorm(x: Array, p: Scalar, dim: Int, maxnorm: Scalar):
    """x with each slice along `dim` whose norm of order p is above `maxnorm` scaled down to it.

    >>> renorm(tensor([[3., 4.], [0.3, 0.4]]), 2, 0, 1)
    tensor([[0.6000, 0.8000],
            [0.3000, 0.4000]])
    """
    for name, number in (("p", p), ("maxnorm", maxnorm)):
        if number < 0 or (name == "p" and number == 0):
            raise RuntimeFault(
                "renorm: non-positive-norm not supported"
                if name == "p"
                else f"renorm: expected maxnorm to be >= 0 but got {number}",
                blame={name: ""},
            )
    if x.ndim < 2:
        raise RuntimeFault(
            f"renorm: input needs at least 2 dimensions, got {x.ndim} dimensions",
            blame={"x": describe(x)},
        )
    axis = normalise_axis(dim, x.ndim)
    rest = tuple(i for i in range(x.ndim) if i != axis)
    lengths = linalg_vector_norm(x, p, rest, True)
    return x * choice.where(lengths > maxnorm, maxnorm / (lengths + 1e-7), 1.0)
