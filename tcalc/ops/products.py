"""Products beyond `@`: of tensors, of vectors, of chains of matrices, and those that add up."""

from __future__ import annotations

import string
from itertools import pairwise

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import composite, matrices
from tcalc.core.op import op
from tcalc.core.params import Array, Arrays, Data, Int, Scalar, normalise_axis
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError, ShapeError
from tcalc.ops import flips, join, layout, linalg, norms, reduce
from tcalc.ops.create import room
from tcalc.ops.einsum import einsum

_L = "torch.linalg."


@op(matrices, cases=("A(2, 3, 4), A(3, 4, 5), 2", "A(2, 3), A(3, 2), ([0, 1], [1, 0])"))
def tensordot(x: Array, y: Array, dims: Data = 2):
    """Sums of products over `dims`: the last of x with the first of y, or two lists of pairs.

    >>> tensordot([[1., 2.]], [[3.], [4.]], 1)
    tensor([[11.]])
    """
    left, right = _paired(x, y, dims)
    letters = iter(string.ascii_letters)
    a = [next(letters) for _ in range(x.ndim)]
    b = [next(letters) for _ in range(y.ndim)]
    for i, j in zip(left, right, strict=True):
        n, m = x.shape[i], y.shape[j]
        if n != m and 1 not in (n, m):
            raise ShapeError(
                "contracted dimensions need to match, but first has size "
                f"{n} in dim {i - x.ndim if isinstance(dims, int) else i} and second has size {m} "
                f"in dim {j}",
                blame={"x": describe(x), "y": describe(y)},
            )
        b[j] = a[i]
    kept = [c for i, c in enumerate(a) if i not in left]
    kept += [c for j, c in enumerate(b) if j not in right]
    return einsum(f"{''.join(a)},{''.join(b)}->{''.join(kept)}", x, y)


def _paired(x, y, dims) -> tuple[list[int], list[int]]:
    """The dimensions of x and of y that are summed over together."""
    if isinstance(dims, Tensor):
        dims = dims.array.tolist()
    if isinstance(dims, int):
        if dims < 0 or dims > min(x.ndim, y.ndim):
            bound = "dims >= 0" if dims < 0 else "dims < ndim_a or ndim_b"
            raise ArgumentFault(
                f"tensordot expects {bound}, but got dims={dims}", blame={"dims": ""}
            )
        return list(range(x.ndim - dims, x.ndim)), list(range(dims))
    left, right = ([d] if isinstance(d, int) else list(d) for d in dims)
    if len(left) != len(right):
        raise ArgumentFault("both dimension lists should have same length", blame={"dims": ""})
    return [normalise_axis(d, x.ndim) for d in left], [normalise_axis(d, y.ndim) for d in right]


@op(composite, cases=("A(2, 3), A(4, 5)", "A(3), A(4)", "A(2, 3), A(4)"))
def kron(x: Array, y: Array):
    """Kronecker product: y times every element of x, laid out as blocks.

    >>> kron([[1, 2]], [[1, 0], [0, 1]])
    tensor([[1, 0, 2, 0],
            [0, 1, 0, 2]])
    """
    n = max(x.ndim, y.ndim)
    a = (1,) * (n - x.ndim) + tuple(x.shape)
    b = (1,) * (n - y.ndim) + tuple(y.shape)
    rows = tuple(m for size in a for m in (size, 1))
    columns = tuple(m for size in b for m in (1, size))
    product = layout.reshape(x, rows) * layout.reshape(y, columns)
    return layout.reshape(product, tuple(p * q for p, q in zip(a, b, strict=True)))


def _crossed(x, y, axis: int):
    return flips.roll(x, -1, axis) * flips.roll(y, -2, axis) - flips.roll(x, -2, axis) * flips.roll(
        y, -1, axis
    )


@op(matrices, cases=("A(3), A(3)", "A(3, 4), A(3, 4)", "A(4, 3), A(4, 3), dim=1"))
def cross(x: Array, y: Array, dim: Int | None = None):
    """Vector product of vectors of three elements along `dim`: by itself the first that has three.

    >>> cross([1., 0., 0.], [0., 1., 0.])
    tensor([0., 0., 1.])
    """
    if dim is None:
        threes = [i for i, n in enumerate(x.shape) if n == 3]
        if not threes:
            raise ShapeError("no dimension of size 3 in input", blame={"x": describe(x)})
        dim = threes[0]
    return linalg_cross(x, y, dim=dim)


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "cross",),
    cases=("A(3), A(3)", "A(3, 4), A(3, 1), dim=0", "A(4, 3), A(4, 3)"),
)
def linalg_cross(x: Array, y: Array, *, dim: Int = -1):
    """Vector product of vectors of three elements along `dim`.

    >>> torch.linalg.cross([1., 0., 0.], [0., 1., 0.])
    tensor([0., 0., 1.])
    """
    if x.ndim != y.ndim:
        raise ShapeError(
            "linalg.cross: inputs must have the same number of dimensions.",
            blame={"x": describe(x), "y": describe(y)},
        )
    axis = normalise_axis(dim, x.ndim)
    if x.shape[axis] != 3 or y.shape[axis] != 3:
        raise ShapeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {x.shape[axis]} and "
            f"{y.shape[axis]}",
            blame={"x": describe(x), "y": describe(y)},
        )
    linalg._same_dtype(x.array, y.array, "expected scalar type {0.label} but found {1.label}")
    return _crossed(x, y, axis)


@op(matrices, cases=("A(3), A(3)",))
def vdot(x: Array, y: Array):
    """Sum of the products of x's conjugate and y, both vectors.

    >>> vdot([1., 2.], [3., 4.])
    tensor(11.)
    """
    return linalg.dot(x.conj(), y)


@op(
    matrices,
    bare=False,
    method=False,
    paths=(_L + "vecdot",),
    cases=("A(2, 3), A(2, 3)", "A(2, 3), A(2, 1), dim=0"),
)
def linalg_vecdot(x: Array, y: Array, *, dim: Int = -1):
    """Sums of the products of x's conjugate and y along `dim`.

    >>> torch.linalg.vecdot(tensor([[1., 2.]]), tensor([[3., 4.]]))
    tensor([11.])
    """
    if x.dtype is not y.dtype:
        raise DTypeError(
            "linalg.vecdot: Expected x and y to have the same dtype, but found x of type "
            f"{x.dtype.label} and y of type {y.dtype.label} instead",
            blame={"x": describe(x), "y": describe(y)},
        )
    return reduce.sum(x.conj() * y, dim)


@op(
    matrices,
    paths=(_L + "multi_dot",),
    bare=False,
    method=False,
    cases=("[A(2, 3), A(3, 4), A(4, 2)]", "[A(3), A(3, 4), A(4)]", "[A(3), A(3, 4)]"),
)
def linalg_multi_dot(tensors: Arrays):
    """Product of two or more matrices, multiplied in the order that costs least.

    The first may be a vector, which is a row, and the last one, which is a column.

    >>> torch.linalg.multi_dot([[[1., 2.]], [[3.], [4.]]])
    tensor([[11.]])
    """
    if len(tensors) < 2:
        raise _bad_chain(f"expected at least 2 tensors but got {len(tensors)}")
    for i, x in enumerate(tensors):
        inside = 0 < i < len(tensors) - 1
        if x.ndim != 2 and (inside or x.ndim != 1):
            which = f"tensor {i}" if inside else "the first tensor" if i == 0 else "the last tensor"
            raise _bad_chain(f"{which} must be {'' if inside else '1D or '}2D but got {x.ndim}D")
    for i, (x, y) in enumerate(pairwise(tensors)):
        if x.shape[-1] != y.shape[0]:
            raise _bad_chain(
                f"tensors {i} and {i + 1} with shapes {list(x.shape)} and {list(y.shape)} cannot "
                "be multiplied"
            )
    letters, n = string.ascii_letters, len(tensors)
    terms = [letters[i : i + 2] for i in range(n)]
    result = letters[0] + letters[n]
    if tensors[0].ndim == 1:
        terms[0], result = terms[0][1], result[1:]
    if tensors[-1].ndim == 1:
        terms[-1], result = terms[-1][0], result[:-1]
    return einsum(f"{','.join(terms)}->{result}", *tensors)


def _bad_chain(headline: str) -> ShapeError:
    return ShapeError(f"multi_dot(): {headline}", blame={"tensors": ""})


@op(matrices, method=False, cases=("A(2, 3), A(3, 4), A(4, 2)", "A(2, 3)"))
def chain_matmul(*matrices: Arrays):
    """Product of matrices, multiplied in the order that costs least.

    >>> chain_matmul([[1., 2.]], [[3.], [4.]])
    tensor([[11.]])
    """
    return matrices[0] if len(matrices) == 1 else linalg_multi_dot(list(matrices))


def _scaled_sum(x, product, beta, alpha):
    """beta * x + alpha * product, in the product's shape and dtype."""
    if product.dtype.category < dtypes.FLOAT:
        for name, factor in (("beta", beta), ("alpha", alpha)):
            if isinstance(factor, float):
                raise ArgumentFault(
                    f"For integral input tensors, argument {name} must not be a floating point "
                    "number.",
                    blame={name: ""},
                )
    x = layout.expand(x, product.shape)
    return (x if beta == 1 else x * beta) + (product if alpha == 1 else product * alpha)


@op(
    matrices,
    in_place=True,
    cases=("A(2, 3, 5), A(2, 3, 4), A(2, 4, 5)", "A(5), A(2, 3, 4), A(2, 4, 5), beta=2, alpha=3"),
)
def baddbmm(x: Array, batch1: Array, batch2: Array, *, beta: Scalar = 1, alpha: Scalar = 1):
    """beta * x + alpha * the products of two batches of matrices.

    >>> baddbmm(ones(1, 1, 1), ones(1, 1, 2), ones(1, 2, 1))
    tensor([[[3.]]])
    """
    return _scaled_sum(x, linalg.bmm(batch1, batch2), beta, alpha)


@op(
    matrices,
    in_place=True,
    cases=("A(3, 5), A(2, 3, 4), A(2, 4, 5)", "A(5), A(2, 3, 4), A(2, 4, 5), beta=2, alpha=3"),
)
def addbmm(x: Array, batch1: Array, batch2: Array, *, beta: Scalar = 1, alpha: Scalar = 1):
    """beta * x + alpha * the sum of the products of two batches of matrices.

    >>> addbmm(ones(1, 1), ones(2, 1, 2), ones(2, 2, 1))
    tensor([[5.]])
    """
    return _scaled_sum(x, reduce.sum(linalg.bmm(batch1, batch2), 0), beta, alpha)


@op(matrices, in_place=True, cases=("A(3), A(3, 4), A(4)", "A(), A(3, 4), A(4), beta=2, alpha=3"))
def addmv(x: Array, mat: Array, vec: Array, *, beta: Scalar = 1, alpha: Scalar = 1):
    """beta * x + alpha * the product of a matrix and a vector.

    >>> addmv([1.], [[1., 2.]], [3., 4.])
    tensor([12.])
    """
    return _scaled_sum(x, linalg.mv(mat, vec), beta, alpha)


@op(matrices, in_place=True, cases=("A(3, 4), A(3), A(4)", "A(4), A(3), A(4), beta=2, alpha=3"))
def addr(x: Array, vec1: Array, vec2: Array, *, beta: Scalar = 1, alpha: Scalar = 1):
    """beta * x + alpha * the products of every element of one vector with every one of another.

    >>> addr(zeros(2, 2), [1., 2.], [3., 4.])
    tensor([[3., 4.],
            [6., 8.]])
    """
    for name, vec in (("vec1", vec1), ("vec2", vec2)):
        if vec.ndim != 1:
            raise ShapeError(
                f"addr: Expected 1-D argument {name}, but got {vec.ndim}-D",
                blame={name: describe(vec)},
            )
    return _scaled_sum(x, linalg.outer(vec1, vec2), beta, alpha)


@op(matrices, method=False, cases=("A(3, 4), A(5, 4)", "A(2, 3, 4), A(2, 4), 1.0"))
def cdist(x: Array, y: Array, p: Scalar = 2.0, compute_mode: Data = None):
    """Distances between every row of x (n, d) and every row of y (m, d): (n, m).

    >>> cdist([[0., 0.]], [[3., 4.]])
    tensor([[5.]])
    """
    for name, z in (("X1", x), ("X2", y)):
        if z.dtype.category < dtypes.FLOAT:
            raise DTypeError(
                f"cdist only supports floating-point dtypes, {name} got: {z.dtype.label}",
                blame={"x" if name == "X1" else "y": describe(z)},
            )
        if z.ndim < 2:
            raise ShapeError(
                f"cdist only supports at least 2D tensors, {name} got: {z.ndim}D",
                blame={"x" if name == "X1" else "y": describe(z)},
            )
    if x.shape[-1] != y.shape[-1]:
        raise ShapeError(
            f"X1 and X2 must have the same number of columns. X1: {x.shape[-1]} X2: {y.shape[-1]}",
            blame={"x": describe(x), "y": describe(y)},
        )
    if p < 0:
        raise ArgumentFault("cdist only supports non-negative p values", blame={"p": ""})
    return norms.norm(layout.unsqueeze(x, -2) - layout.unsqueeze(y, -3), p, -1)


@op(composite, method=False, cases=("A(2, 2), A(3, 1)", "A(), A(3)"))
def block_diag(*tensors: Arrays):
    """The matrices along the diagonal of a larger one, zeros elsewhere.

    >>> block_diag([[1, 2]], [[3]])
    tensor([[1, 2, 0],
            [0, 0, 3]])
    """
    for i, t in enumerate(tensors):
        if t.ndim > 2:
            raise ShapeError(
                "torch.block_diag: Input tensors must have 2 or fewer dimensions. Input "
                f"{i} has {t.ndim} dimensions",
                blame={"tensors": describe(t)},
            )
    blocks = [layout.reshape(t, (1, -1)) if t.ndim < 2 else t for t in tensors]
    if not blocks:
        return Tensor(np.zeros((1, 0), dtypes.default_float().numpy))
    width = sum(b.shape[1] for b in blocks)
    rows, start = [], 0
    room((sum(b.shape[0] for b in blocks), width), blocks[0].dtype)
    for block in blocks:
        h, w = block.shape
        before = Tensor(np.zeros((h, start), block.array.dtype))
        after = Tensor(np.zeros((h, width - start - w), block.array.dtype))
        rows.append(join.cat([before, block, after], 1))
        start += w
    return join.cat(rows, 0)
