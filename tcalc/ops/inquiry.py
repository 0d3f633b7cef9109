"""Looking at a tensor: its sizes, its memory, what kind of numbers it holds."""

from __future__ import annotations

from tcalc.core import dtypes, memory
from tcalc.core.families import composite, inquiry
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Int, normalise_axis
from tcalc.core.tensor import Size, Tensor, describe
from tcalc.errors import RuntimeFault


@op(inquiry, aliases=("nelement",))
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
def stride(x: Array, dim: Int | None = None):
    """Elements to step over in memory to reach the next along each dimension, or along one.

    >>> zeros(3, 4).stride()
    (4, 1)
    """
    steps = memory.strides(x)
    return steps if dim is None else steps[normalise_axis(dim, x.ndim)]


@op(inquiry, bare=False)
def storage_offset(x: Array):
    """Elements in memory before the first of this tensor.

    >>> arange(6)[2:].storage_offset()
    2
    """
    return memory.offset(x)


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
    return dtypes.of(x).is_floating_point


@op(inquiry)
def is_complex(x: Array):
    """Whether the elements are complex numbers.

    >>> is_complex(zeros(3))
    False
    """
    return x.dtype.kind == "c"


@op(inquiry)
def is_signed(x: Array):
    """Whether the dtype has negative numbers.

    >>> tensor([1], dtype=uint8).is_signed()
    False
    """
    return dtypes.of(x).is_signed


@op(composite, method=False)
def is_tensor(x: Data):
    """Whether x is a tensor.

    >>> is_tensor([1, 2])
    False
    """
    return isinstance(x, Tensor)


@op(inquiry)
def is_nonzero(x: Array):
    """Whether the only element is not zero.

    >>> is_nonzero(tensor([0.]))
    False
    """
    if x.size != 1:
        what = "more than one value" if x.size else "no values"
        raise RuntimeFault(
            f"Boolean value of Tensor with {what} is ambiguous",
            blame={"x": describe(x)},
            helps=["count_nonzero({x}), {x}.any() or {x}.all()"],
        )
    return bool(x.reshape(()).item())


@op(inquiry)
def is_same_size(x: Array, y: Array):
    """Whether two tensors have the same shape.

    >>> is_same_size(zeros(2), zeros(2, 1))
    False
    """
    return x.shape == y.shape


@op(inquiry, bare=False)
def is_set_to(x: Array, tensor: Array):
    """Whether two tensors are the same elements at the same place in memory.

    >>> x = zeros(3)
    >>> x.is_set_to(x.view(3)), x.is_set_to(x.clone())
    (True, False)
    """
    mine, other = x.__array_interface__, tensor.__array_interface__
    same = mine["data"] == other["data"] and x.strides == tensor.strides
    return same and x.shape == tensor.shape and x.dtype == tensor.dtype


@op(inquiry)
def get_device(x: Array):
    """The number of the device, -1 for the CPU.

    >>> zeros(2).get_device()
    -1
    """
    return -1
