"""Conversions: another dtype, a copy, plain Python values, NumPy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import composite, conversion, inquiry
from tcalc.core.op import op
from tcalc.core.params import Array, Data, DTypeLike, Flag, Int, normalise_axis
from tcalc.core.tensor import Size, Tensor, number, to_numpy


@op(conversion, node="ToCopyBackward0", aliases=("type_as",), cases=("A(3, 4), 'float32'",))
def to(x: Array, dtype: Data = None, *, copy: Flag = False, non_blocking: Flag = False):
    """x with elements of `dtype`, which may also be a tensor that has it; x itself if it has it.

    >>> to([1.7, -1.7], int64)
    tensor([ 1, -1])
    """
    wanted = _wanted(dtype)
    if wanted is None or x.dtype == wanted.numpy:
        return x.copy() if copy else x
    return dtypes.cast(x, wanted)


def _wanted(dtype: Any) -> dtypes.DType | None:
    if isinstance(dtype, dtypes.DType):
        return dtype
    if isinstance(dtype, Tensor):
        return dtype.dtype
    if isinstance(dtype, np.ndarray):
        return dtypes.of(dtype)
    if dtype is None or getattr(dtype, "type", dtype) == "cpu":
        return None
    return dtypes.like(dtype)


to.vjp(x=lambda g: g)


def _cast(name: str, dtype: dtypes.DType, shown: str) -> None:
    """Declare the method that casts to `dtype`; `shown` is what it makes of [1.5, 0.]."""

    def forward(x: Array) -> Any:
        return dtypes.cast(x, dtype)

    forward.__doc__ = (
        f"x with elements of {dtype.name}; x itself if it has them.\n\n"
        f"    >>> tensor([1.5, 0.]).{name}()\n    tensor({shown})"
    )
    made = op(conversion, name=name, bare=False, node="ToCopyBackward0")(forward)
    if dtype.category >= dtypes.FLOAT:
        made.vjp(x=lambda g: g)


for _name, _dtype, _shown in (
    ("float", dtypes.float32, "[1.5000, 0.0000]"),
    ("double", dtypes.float64, "[1.5000, 0.0000], dtype=torch.float64"),
    ("half", dtypes.float16, "[1.5000, 0.0000], dtype=torch.float16"),
    ("int", dtypes.int32, "[1, 0], dtype=torch.int32"),
    ("long", dtypes.int64, "[1, 0]"),
    ("short", dtypes.int16, "[1, 0], dtype=torch.int16"),
    ("byte", dtypes.uint8, "[1, 0], dtype=torch.uint8"),
    ("char", dtypes.int8, "[1, 0], dtype=torch.int8"),
    ("bool", dtypes.bool_, "[ True, False]"),
    ("cfloat", dtypes.complex64, "[1.5000+0.j, 0.0000+0.j]"),
    ("cdouble", dtypes.complex128, "[1.5000+0.j, 0.0000+0.j], dtype=torch.complex128"),
):
    _cast(_name, _dtype, _shown)


@op(conversion, node="CloneBackward0", aliases=("copy",))
def clone(x: Array):
    """A copy with memory of its own; gradients flow through it.

    >>> clone([1., 2.])
    tensor([1., 2.])
    """
    return x.copy(order="K")


clone.vjp(x=lambda g: g)


@op(conversion, node="CloneBackward0")
def contiguous(x: Array):
    """x laid out row by row in memory; x itself if it already is.

    >>> contiguous([1., 2.])
    tensor([1., 2.])
    """
    return x if x.flags.c_contiguous else np.ascontiguousarray(x)


contiguous.vjp(x=lambda g: g)


# Looking at a tensor ----------------------------------------------------------------------------


@op(inquiry)
def numel(x: Array):
    """Number of elements, a plain int.

    >>> zeros(3, 4).numel()
    12
    """
    return x.size


@op(inquiry, bare=False)
def size(x: Array, dim: Int | None = None):
    """The shape, or the size of one dimension.

    >>> zeros(3, 4).size(1)
    4
    """
    return Size(x.shape) if dim is None else x.shape[normalise_axis(dim, x.ndim)]


@op(inquiry, bare=False, aliases=("ndimension",))
def dim(x: Array):
    """Number of dimensions, a plain int.

    >>> zeros(3, 4).dim()
    2
    """
    return x.ndim


@op(inquiry, bare=False)
def item(x: Array):
    """The only element as a plain number.

    >>> tensor([3.5]).item()
    3.5
    """
    return number(Tensor(x))


@op(inquiry, bare=False)
def tolist(x: Array):
    """The elements as plain numbers in nested lists.

    >>> tensor([[1, 2], [3, 4]]).tolist()
    [[1, 2], [3, 4]]
    """
    return x.tolist()


@op(composite, bare=False)
def numpy(x: Array, *, force: Flag = False):
    """The tensor's own memory as a NumPy array; with `force` also where gradients would be lost.

    >>> tensor([1, 2]).numpy()
    array([1, 2])
    """
    return x.array if force else to_numpy(x)


@op(inquiry, bare=False)
def stride(x: Array, dim: Int | None = None):
    """Elements to step over in memory to reach the next along each dimension, or along one.

    >>> zeros(3, 4).stride()
    (4, 1)
    """
    steps = tuple(step // x.itemsize for step in x.strides)
    return steps if dim is None else steps[normalise_axis(dim, x.ndim)]


@op(inquiry, bare=False)
def storage_offset(x: Array):
    """Elements in memory before the first of this tensor.

    >>> arange(6)[2:].storage_offset()
    2
    """
    base = x
    while isinstance(base.base, np.ndarray):
        base = base.base
    return (x.ctypes.data - base.ctypes.data) // x.itemsize if x.size else 0


@op(inquiry, bare=False)
def data_ptr(x: Array):
    """Address of the first element: equal for tensors that begin at the same memory.

    >>> x = zeros(3)
    >>> x.data_ptr() == x.view(3, 1).data_ptr()
    True
    """
    return x.ctypes.data


@op(inquiry, bare=False)
def is_contiguous(x: Array):
    """Whether the elements lie row by row in memory without gaps.

    >>> zeros(3, 4).T.is_contiguous()
    False
    """
    return x.flags.c_contiguous


@op(inquiry, bare=False)
def element_size(x: Array):
    """Bytes of one element.

    >>> zeros(3).element_size()
    4
    """
    return x.itemsize


@op(inquiry)
def is_floating_point(x: Array):
    """Whether the elements are real floats.

    >>> is_floating_point(zeros(3))
    True
    """
    return x.dtype.kind == "f"


@op(inquiry)
def is_complex(x: Array):
    """Whether the elements are complex numbers.

    >>> is_complex(zeros(3))
    False
    """
    return x.dtype.kind == "c"


@op(composite, bare=False)
def type(x: Array, dtype: DTypeLike = None):
    """PyTorch's name of the tensor's type, or the tensor cast to `dtype`.

    >>> zeros(3).type()
    'torch.FloatTensor'
    """
    return f"torch.{x.dtype.label}Tensor" if dtype is None else to(x, dtype)


@op(conversion, bare=False)
def cpu(x: Array):
    """x itself: there is only the CPU.

    >>> zeros(2).cpu()
    tensor([0., 0.])
    """
    return x
