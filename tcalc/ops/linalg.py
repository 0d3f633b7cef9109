"""Products of vectors and matrices. Operands must have one dtype: nothing is promoted."""

from __future__ import annotations

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import check_size, composite, join_shapes, linear_algebra, mismatch
from tcalc.core.op import op
from tcalc.core.params import Array, Scalar
from tcalc.core.tensor import count, describe
from tcalc.errors import DTypeError, ShapeError
from tcalc.ops import layout, reduce


def _same_dtype(x: Array, y: Array, headline: str) -> None:
    """Raise DTypeError unless both have one dtype; `{}` in `headline` stand for their names."""
    if x.dtype != y.dtype:
        a, b = dtypes.of(x), dtypes.of(y)
        raise DTypeError(
            headline.format(a, b),
            blame={"x": describe(x), "y": describe(y)},
            notes=["linear algebra does not convert between dtypes by itself"],
        )


_DOT = "dot : expected both vectors to have same dtype, but found {0.label} and {1.label}"
_PRODUCT = "expected m1 and m2 to have the same dtype, but got: {0.c_name} != {1.c_name}"


def _lengths(x: Array, y: Array) -> ShapeError:
    return ShapeError(
        f"inconsistent tensor size, expected tensor [{x.size}] and src [{y.size}] to have the same "
        f"number of elements, but got {x.size} and {y.size} elements respectively",
        blame={"x": describe(x), "y": describe(y)},
        notes=["every element of {x} is multiplied with one of {y}"],
    )


@op(linear_algebra, cases=("A(4), A(4)",))
def dot(x: Array, y: Array):
    """Sum of the products of two vectors' elements.

    >>> dot([1., 2.], [3., 4.])
    tensor(11.)
    """
    if x.ndim != 1 or y.ndim != 1:
        raise ShapeError(
            f"1D tensors expected, but got {x.ndim}D and {y.ndim}D tensors",
            blame={"x": describe(x), "y": describe(y)},
            notes=["dot takes two vectors; @ multiplies operands of any rank but numbers"],
        )
    _same_dtype(x, y, _DOT)
    if x.shape != y.shape:
        raise _lengths(x, y)
    return np.dot(x, y)


dot.vjp(x=lambda g, y: g * y.conjugate(), y=lambda g, x: g * x.conjugate())


@op(linear_algebra, cases=("A(3, 4), A(4)",))
def mv(x: Array, y: Array):
    """Product of a matrix (n, m) and a vector (m).

    >>> mv([[1., 2.], [3., 4.]], [1., 1.])
    tensor([3., 7.])
    """
    if x.ndim != 2 or y.ndim != 1:
        raise ShapeError(
            f"vector + matrix @ vector expected, got 1, {x.ndim}, {y.ndim}",
            blame={"x": describe(x), "y": describe(y)},
            notes=["mv takes a matrix and a vector"],
        )
    if x.shape[1] != y.shape[0]:
        raise ShapeError(
            f"size mismatch, got input ({x.shape[0]}), mat ({x.shape[0]}x{x.shape[1]}), vec "
            f"({y.shape[0]})",
            blame={"x": describe(x), "y": describe(y)},
            notes=[f"mv needs {{x}}'s last size ({x.shape[1]}) to equal {{y}}'s ({y.shape[0]})"],
        )
    _same_dtype(x, y, _PRODUCT)
    return np.matmul(x, y)


mv.vjp(
    x=lambda g, y: outer(g, y.conjugate()),
    y=lambda g, x: x.mT.conjugate() @ g,
)


def _clash(x: Array, y: Array, name: str) -> ShapeError:
    """The error for matrices whose inner sizes differ."""
    a, b = x.shape, y.shape
    return ShapeError(
        f"mat1 and mat2 shapes cannot be multiplied ({a[0]}x{a[1]} and {b[0]}x{b[1]})",
        blame={"x": describe(x), "y": describe(y)},
        notes=[f"{name} needs {{x}}'s last size ({a[1]}) to equal {{y}}'s first ({b[0]})"],
    )


def _check_product(rows: int, columns: int, dtype: np.dtype) -> None:
    check_size(rows * columns, dtype.itemsize, "the product")


@op(linear_algebra, cases=("A(2, 3), A(3, 4)", "A(2, 0), A(0, 3)"))
def mm(x: Array, y: Array):
    """Product of two matrices: (n, k) and (k, m) give (n, m).

    >>> mm([[1., 2.], [3., 4.]], [[1., 0.], [0., 1.]])
    tensor([[1., 2.],
            [3., 4.]])
    """
    for name, matrix in (("self", x), ("mat2", y)):
        if matrix.ndim != 2:
            raise ShapeError(
                f"{name} must be a matrix",
                blame={"x": describe(x), "y": describe(y)},
                notes=["mm takes two matrices; @ also multiplies vectors and batches"],
            )
    if x.shape[1] != y.shape[0]:
        raise _clash(x, y, "mm")
    _same_dtype(x, y, _PRODUCT)
    _check_product(x.shape[0], y.shape[1], x.dtype)
    return np.matmul(x, y)


mm.vjp(
    x=lambda g, y: g @ y.mT.conjugate(),
    y=lambda g, x: x.mT.conjugate() @ g,
)


@op(linear_algebra, cases=("A(2, 3, 4), A(2, 4, 5)",))
def bmm(x: Array, y: Array):
    """Products of two batches of matrices: (b, n, k) and (b, k, m) give (b, n, m).

    >>> bmm(ones(2, 1, 3), ones(2, 3, 1)).shape
    torch.Size([2, 1, 1])
    """
    if x.ndim != 3 or y.ndim != 3:
        raise ShapeError(
            "batch1 must be a 3D tensor" if x.ndim != 3 else "batch2 must be a 3D tensor",
            blame={"x": describe(x), "y": describe(y)},
            notes=["bmm takes batches of matrices, (b, n, k) and (b, k, m); @ takes any"],
        )
    if x.shape[0] != y.shape[0] or x.shape[2] != y.shape[1]:
        raise ShapeError(
            "Expected size for first two dimensions of batch2 tensor to be: "
            f"[{x.shape[0]}, {x.shape[2]}] but got: [{y.shape[0]}, {y.shape[1]}].",
            blame={"x": describe(x), "y": describe(y)},
            notes=["bmm takes (b, n, k) and (b, k, m)"],
        )
    _same_dtype(x, y, _PRODUCT)
    _check_product(x.shape[0] * x.shape[1], y.shape[2], x.dtype)
    return np.matmul(x, y)


bmm.vjp(
    x=lambda g, y: g @ y.mT.conjugate(),
    y=lambda g, x: x.mT.conjugate() @ g,
)


def _product_name(x, y):
    """What PyTorch runs for operands of these ranks."""
    names = {(1, 1): "Dot", (2, 1): "Mv", (2, 2): "Mm", (1, 2): "Squeeze"}
    return names.get((x.ndim, y.ndim), "UnsafeView") + f"Backward{4 if x.ndim == 1 < y.ndim else 0}"


@op(
    linear_algebra,
    paths=("torch.linalg.matmul",),
    node=_product_name,
    cases=(
        "A(4), A(4)", "A(2, 3), A(3)", "A(3), A(3, 2)", "A(2, 3), A(3, 4)",
        "A(5, 2, 3), A(3, 4)", "A(2, 3), A(5, 3, 4)", "A(5, 1, 2, 3), A(4, 3, 2)",
        "A(5, 2, 3), A(3)",
    ),
)  # fmt: skip
def matmul(x: Array, y: Array):
    """Matrix product `x @ y`: of vectors, matrices, or batches of matrices that broadcast.

    >>> matmul([[1., 2.], [3., 4.]], [1., 1.])
    tensor([3., 7.])
    """
    if x.ndim == 0 or y.ndim == 0:
        raise ShapeError(
            "both arguments to matmul need to be at least 1D, but they are "
            f"{x.ndim}D and {y.ndim}D",
            blame={"x": describe(x), "y": describe(y)},
            helps=["{x} * {y}"],
        )
    inner = y.shape[-2] if y.ndim > 1 else y.shape[0]
    if x.shape[-1] != inner:
        if x.ndim == y.ndim == 2:
            raise _clash(x, y, "the product")
        raise _inner_clash(x, y)
    if x.ndim > 2 or y.ndim > 2:
        batch = join_shapes(x.shape[:-2], y.shape[:-2])
        if batch is None:
            blame = {"x": describe(x), "y": describe(y)}
            raise mismatch(x.shape[:-2], y.shape[:-2], blame)
        _check_product(count(batch) * count(x.shape[-2:-1]), count(y.shape[-1:]), x.dtype)
    elif x.ndim == y.ndim == 2:
        _check_product(len(x), y.shape[1], x.dtype)
    _same_dtype(x, y, _DOT if x.ndim == y.ndim == 1 else _PRODUCT)
    return np.matmul(x, y)


def _inner_clash(x: Array, y: Array) -> ShapeError:
    if x.ndim == y.ndim == 1:
        return _lengths(x, y)
    if x.ndim == 2 and y.ndim == 1:
        headline = (
            f"size mismatch, got input ({x.shape[0]}), mat ({x.shape[0]}x{x.shape[1]}), vec "
            f"({y.shape[0]})"
        )
    else:
        a = f"{count(x.shape[:-1])}x{x.shape[-1]}"
        b = f"{count(y.shape[:1])}x{count(y.shape[1:])}"
        headline = f"mat1 and mat2 shapes cannot be multiplied ({a} and {b})"
    return ShapeError(
        headline,
        blame={"x": describe(x), "y": describe(y)},
        notes=["the last size of the left operand must equal the last but one of the right"],
    )


def _left(g, x_shape, y):
    y = y.conjugate()
    if y.ndim == 1:
        return layout.unsqueeze(g, -1) * y if len(x_shape) > 1 else g * y
    if len(x_shape) == 1 and y.ndim > 2:
        row = matmul(layout.unsqueeze(g, -2), layout.transpose(y, -1, -2))
        return layout.squeeze(row, -2)
    return g @ y.mT


def _right(g, x, y_shape):
    x = x.conjugate()
    if x.ndim == 1:
        return layout.unsqueeze(x, -1) * layout.unsqueeze(g, -2) if len(y_shape) > 1 else g * x
    if len(y_shape) == 1 and x.ndim > 2:
        column = matmul(layout.transpose(x, -1, -2), layout.unsqueeze(g, -1))
        return layout.squeeze(column, -1)
    return x.mT @ g


matmul.vjp(x=_left, y=_right)


@op(linear_algebra, aliases=("ger",), node="MulBackward0", cases=("A(3), A(4)",))
def outer(x: Array, y: Array):
    """Products of every element of vector x (n) with every one of y (m): (n, m).

    >>> outer([1, 2], [3, 4])
    tensor([[3, 4],
            [6, 8]])
    """
    if x.ndim != 1 or y.ndim != 1:
        raise ShapeError(
            f"outer: Expected 1-D argument self, but got {x.ndim if x.ndim != 1 else y.ndim}-D",
            blame={"x": describe(x), "y": describe(y)},
        )
    _check_product(x.size, y.size, x.dtype)
    dtype = dtypes.result_type(x, y)
    return np.multiply.outer(dtypes.cast(x, dtype), dtypes.cast(y, dtype))


outer.vjp(
    x=lambda g, y: mv(g, y.conjugate()),
    y=lambda g, x: mv(layout.transpose(g, 0, 1), x.conjugate()),
)


@op(composite, cases=("A(3), A(3)", "A(2, 3), A(4, 3)"))
def inner(x: Array, y: Array):
    """Sums of products over the last dimensions.

    >>> inner([1., 2.], [3., 4.])
    tensor(11.)
    """
    if x.ndim == 0 or y.ndim == 0:
        return x * y
    if x.shape[-1] != y.shape[-1]:
        raise ShapeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{list(x.shape)} and {list(y.shape)}",
            blame={"x": describe(x), "y": describe(y)},
        )
    rows, columns = layout.reshape(x, (-1, x.shape[-1])), layout.reshape(y, (-1, y.shape[-1]))
    return layout.reshape(mm(rows, layout.t(columns)), (*x.shape[:-1], *y.shape[:-1]))


@op(composite, cases=("A(3, 3)",))
def trace(x: Array):
    """Sum of a matrix's diagonal.

    >>> trace([[1, 2], [3, 4]])
    tensor(5)
    """
    if x.ndim != 2:
        raise ShapeError(
            f"trace: expected a matrix, but got tensor with dim {x.ndim}",
            blame={"x": describe(x)},
        )
    return reduce.sum(x.diagonal())


@op(
    linear_algebra,
    cases=("A(4, 5), A(4, 3), A(3, 5)", "A(5), A(4, 3), A(3, 5), beta=3, alpha=2"),
)
def addmm(x: Array, mat1: Array, mat2: Array, *, beta: Scalar = 1, alpha: Scalar = 1):
    """beta * x + alpha * (mat1 @ mat2).

    >>> addmm([1., 1.], [[1., 2.]], [[1., 0.], [0., 1.]])
    tensor([[2., 3.]])
    """
    if mat1.ndim != 2 or mat2.ndim != 2 or mat1.shape[1] != mat2.shape[0]:
        raise ShapeError(
            f"mat1 and mat2 shapes cannot be multiplied ({_times(mat1)} and {_times(mat2)})",
            blame={"mat1": describe(mat1), "mat2": describe(mat2)},
            notes=["addmm multiplies two matrices, (n, k) and (k, m)"],
        )
    _same_dtype(mat1, mat2, _PRODUCT)
    _check_product(len(mat1), mat2.shape[1], mat1.dtype)
    product = np.matmul(mat1, mat2)
    layout.expanded_shape(x, product.shape)
    return (x if beta == 1 else x * beta) + (product if alpha == 1 else product * alpha)


def _times(x: Array) -> str:
    return "x".join(map(str, x.shape))


def _scaled(g, factor):
    return g if factor == 1 else g * factor


addmm.vjp(
    x=lambda g, beta: _scaled(g, beta),
    mat1=lambda g, mat2, alpha: _scaled(mm(g, layout.t(mat2).conjugate()), alpha),
    mat2=lambda g, mat1, alpha: _scaled(mm(layout.t(mat1).conjugate(), g), alpha),
)
