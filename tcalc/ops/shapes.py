"""More ways to shape: dimensions split, added where there are too few, broadcast, transposed."""

from __future__ import annotations

from tcalc.core import dtypes
from tcalc.core.families import composite, join_shapes, mismatch, view
from tcalc.core.op import op
from tcalc.core.params import Array, Arrays, Axis, Data, Ints
from tcalc.core.tensor import Size, count, describe
from tcalc.errors import ArgumentFault, ShapeError
from tcalc.ops import layout


@op(
    view,
    node="ViewBackward0",
    cases=("A(3, 4), 1, (2, 2)", "A(6), 0, (2, -1)", "A(2, 6, 2), -2, (3, 2)"),
)
def unflatten(x: Array, dim: Axis, sizes: Ints):
    """One dimension made several; one of the sizes may be -1, to be worked out.

    >>> unflatten(arange(6), 0, (2, -1))
    tensor([[0, 1, 2],
            [3, 4, 5]])
    """
    sizes = sizes if isinstance(sizes, tuple) else (sizes,)
    if not sizes:
        raise ArgumentFault("unflatten: sizes must be non-empty", blame={"sizes": ""})
    if sizes.count(-1) > 1:
        raise ShapeError("only one dimension can be inferred", blame={"sizes": ""})
    n = x.shape[dim] if x.ndim else 1
    known = count(tuple(size for size in sizes if size != -1))
    if known != n if -1 not in sizes else known == 0 or n % known:
        raise ShapeError(
            f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {dim} "
            f"({n}) in the input tensor",
            blame={"x": describe(x), "sizes": ""},
        )
    inner = tuple(n // known if size == -1 else size for size in sizes)
    return x.reshape((*x.shape[:dim], *inner, *x.shape[dim + 1 :]))


unflatten.vjp(x=lambda g, x_shape: layout.reshape(g, x_shape))


@op(composite, method=False, cases=("A()", "A(3)", "A(2, 3)"))
def atleast_1d(x: Array):
    """x with at least one dimension; of several tensors a tuple.

    >>> atleast_1d(tensor(5))
    tensor([5])
    """
    return x if x.ndim else layout.reshape(x, 1)


@op(composite, method=False, cases=("A()", "A(3)", "A(2, 3)"))
def atleast_2d(x: Array):
    """x with at least two dimensions, a vector becoming a row; of several tensors a tuple.

    >>> atleast_2d(tensor([1, 2]))
    tensor([[1, 2]])
    """
    return layout.unsqueeze(atleast_1d(x), 0) if x.ndim < 2 else x


@op(composite, method=False, cases=("A()", "A(3)", "A(2, 3)", "A(1, 2, 3)"))
def atleast_3d(x: Array):
    """x with at least three dimensions, a matrix getting a last one; of several tensors a tuple.

    >>> atleast_3d(tensor([1, 2])).shape
    torch.Size([1, 2, 1])
    """
    return layout.unsqueeze(atleast_2d(x), -1) if x.ndim < 3 else x


@atleast_1d.overload(composite, cases=("A(), A(3)",))
def several_1d(*tensors: Arrays):
    """A tuple of all tensors with at least one dimension."""
    return tuple(atleast_1d(x) for x in tensors)


@atleast_2d.overload(composite, cases=("A(), A(3)",))
def several_2d(*tensors: Arrays):
    """A tuple of all tensors with at least two dimensions."""
    return tuple(atleast_2d(x) for x in tensors)


@atleast_3d.overload(composite, cases=("A(), A(3)",))
def several_3d(*tensors: Arrays):
    """A tuple of all tensors with at least three dimensions."""
    return tuple(atleast_3d(x) for x in tensors)


@op(composite, method=False, cases=("A(3, 1), A(4)", "A(3), A(), A(2, 1)"))
def broadcast_tensors(*tensors: Arrays):
    """The tensors stretched to their common shape, without copying.

    >>> broadcast_tensors(tensor([[1], [2]]), tensor([3, 4]))
    (tensor([[1, 1],
             [2, 2]]),
     tensor([[3, 4],
             [3, 4]]))
    """
    wide: tuple[int, ...] = ()
    for x in tensors:
        joined = join_shapes(wide, x.shape)
        if joined is None:
            raise mismatch(wide, x.shape, {"tensors": "", f"tensor {describe(x)}": ""})
        wide = joined
    return tuple(layout.expand(x, wide) for x in tensors)


@op(composite, method=False)
def broadcast_shapes(*shapes: Data):
    """The shape that tensors of these shapes broadcast to.

    >>> broadcast_shapes((3, 1), (4,))
    torch.Size([3, 4])
    """
    wide: tuple[int, ...] = ()
    for i, shape in enumerate(shapes):
        sizes = tuple(map(int, shape)) if isinstance(shape, list | tuple) else (int(shape),)
        joined = join_shapes(wide, sizes)
        if joined is None or any(n < 0 for n in sizes):
            raise ShapeError(_clash(wide, sizes, i), blame={"shapes": ""})
        wide = joined
    return Size(wide)


def _clash(wide: tuple[int, ...], sizes: tuple[int, ...], i: int) -> str:
    """What is wrong with shape number i."""
    pairs = list(zip(wide[::-1], sizes[::-1], strict=False))
    at = next((k for k, (n, m) in enumerate(pairs) if m < 0 or (n != m and 1 not in (n, m))), 0)
    return (
        f"Attempting to broadcast a dimension of length {sizes[-1 - at]} at {-1 - at}! Mismatching "
        f"argument at index {i} had {sizes}; but expected shape should be broadcastable to "
        f"{list(wide)}"
    )


def _adjoint(x, name: str):
    """The last two dimensions exchanged, and complex numbers conjugated."""
    if x.ndim == 1:
        raise ShapeError(
            f"tensor.{name} is only supported on matrices or batches of matrices. Got 1-D tensor.",
            blame={"x": describe(x)},
        )
    turned = layout.transpose(x, -1, -2) if x.ndim else x
    return turned.conj() if x.dtype.category == dtypes.COMPLEX else turned


@op(composite, attribute=True, bare=False, cases=("A(3, 4)", "A(2, 3, 4)"))
def mH(x: Array):
    """The conjugate transpose of each matrix of a batch.

    >>> tensor([[1, 2j]]).mH
    tensor([[1.-0.j],
            [0.-2.j]])
    """
    return _adjoint(x, "mH")


@op(composite, cases=("A(3, 4)", "A(2, 3, 4)"))
def adjoint(x: Array):
    """The conjugate transpose of each matrix of a batch.

    >>> adjoint(tensor([[1, 2j]]))
    tensor([[1.-0.j],
            [0.-2.j]])
    """
    return _adjoint(x, "adjoint()")


@op(composite, attribute=True, bare=False, cases=("A(3, 4)",))
def H(x: Array):
    """The conjugate transpose of a matrix.

    >>> tensor([[1, 2j]]).H
    tensor([[1.-0.j],
            [0.-2.j]])
    """
    if x.ndim not in (0, 2):
        more = " For batches of matrices, consider using tensor.mH" if x.ndim > 2 else ""
        raise ShapeError(
            f"tensor.H is only supported on matrices (2-D tensors). Got {x.ndim}-D tensor.{more}",
            blame={"x": describe(x)},
            helps=["{x}.mH"] if x.ndim > 2 else (),
        )
    return _adjoint(x, "H")
