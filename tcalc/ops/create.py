"""Making tensors: from data, filled, counted, or like another tensor."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tcalc import limits
from tcalc.core import dtypes, memory
from tcalc.core.data import array_of
from tcalc.core.dtypes import DType
from tcalc.core.families import creation
from tcalc.core.op import op
from tcalc.core.params import Array, Data, DTypeLike, Flag, Int, Ints, Scalar
from tcalc.core.tensor import Tensor, count
from tcalc.errors import ArgumentFault


def made(array: Any, requires_grad: bool = False) -> Tensor:
    """Wrap a new array, as a leaf if gradients shall accumulate for it."""
    tensor = Tensor(array)
    if requires_grad:
        tensor.requires_grad = True
    return tensor


def room(shape: tuple[int, ...], dtype: DType) -> tuple[int, ...]:
    """`shape`, if a tensor of it fits in memory. Raises LimitError or ArgumentFault."""
    for n in shape:
        if n < 0:
            raise ArgumentFault(
                f"Trying to create tensor with negative dimension {n}: {list(shape)}",
                blame={"size": ""},
            )
    limits.check_bytes(count(shape) * dtype.itemsize, f"a tensor of shape {list(shape)}")
    return shape


@op(creation, name="tensor", aliases=("array",), method=False)
def tensor(data: Data, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """A tensor from numbers, nested lists, arrays or tensors; always a copy.

    >>> tensor([[1, 2], [3, 4]])
    tensor([[1, 2],
            [3, 4]])
    """
    return made(array_of(data, dtype), requires_grad)


@op(creation, aliases=("asarray",), method=False)
def as_tensor(data: Data, *, dtype: DTypeLike = None):
    """A tensor that shares memory with an array or tensor where it can, else a copy.

    >>> as_tensor([1, 2])
    tensor([1, 2])
    """
    if isinstance(data, Tensor) and dtype in (None, data.dtype):
        return data
    if isinstance(data, np.ndarray) and (dtype is None or dtypes.of(data) is dtype):
        return Tensor(data)
    return Tensor(array_of(data, dtype))


@op(creation, method=False)
def from_numpy(ndarray: Data):
    """A tensor in the memory of a NumPy array: what is written to one shows in the other.

    >>> from_numpy(tensor([1, 2]).numpy())
    tensor([1, 2])
    """
    if not isinstance(ndarray, np.ndarray):
        raise ArgumentFault(
            f"expected np.ndarray (got {type(ndarray).__name__})",
            blame={"ndarray": ""},
            helps=["tensor({ndarray})"],
        )
    dtypes.of(ndarray)
    if any(step < 0 for step in ndarray.strides):
        raise ArgumentFault(
            "At least one stride in the given numpy array is negative, and tensors with negative "
            "strides are not currently supported. (You can probably work around this by making a "
            "copy of your array  with array.copy().) ",
            blame={"ndarray": ""},
            helps=["{ndarray}.copy() counts forwards"],
        )
    return Tensor(ndarray)


@op(creation)
def zeros(*size: Int, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Zeros of the given sizes.

    >>> zeros(2, 3)
    tensor([[0., 0., 0.],
            [0., 0., 0.]])
    """
    dtype = dtype or dtypes.default_float()
    return made(np.zeros(room(size, dtype), dtype.numpy), requires_grad)


@op(creation)
def ones(*size: Int, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Ones of the given sizes.

    >>> ones(2, dtype=int64)
    tensor([1, 1])
    """
    dtype = dtype or dtypes.default_float()
    return made(np.ones(room(size, dtype), dtype.numpy), requires_grad)


@op(creation)
def empty(*size: Int, dtype: DTypeLike = None, requires_grad: Flag = False):
    """A tensor of the given sizes whose elements are to be overwritten; here they are zeros.

    >>> empty(0).shape
    torch.Size([0])
    """
    dtype = dtype or dtypes.default_float()
    return made(np.zeros(room(size, dtype), dtype.numpy), requires_grad)


def filled(shape: tuple[int, ...], value: Any, dtype: DType) -> Any:
    """An array with `value` in every place. Raises ArgumentFault where the dtype cannot hold it."""
    return np.full(room(shape, dtype), held(value, dtype, "fill_value"), dtype.numpy)


def held(value: Any, dtype: DType, name: str) -> Any:
    """A plain number as one of `dtype`: floats are cut off, negative ints wrap to unsigned.

    Raises ArgumentFault, blaming the argument `name`, where that would change it altogether.
    """
    fits = dtype.category == dtypes.COMPLEX or not isinstance(value, complex) or value.imag == 0
    if fits and dtype.category < dtypes.COMPLEX and isinstance(value, complex):
        value = value.real
    if fits and dtype.category == dtypes.INT:
        bounds = np.iinfo(dtype.numpy)
        low = bounds.min or -bounds.max
        fits = math.isfinite(value) and low <= value <= bounds.max
    if not fits:
        raise ArgumentFault(
            f"value cannot be converted to type {dtype.c_name} without overflow",
            blame={name: f"{value} is no {dtype.name}"},
        )
    return np.asarray(int(value)).astype(dtype.numpy) if dtype.category == dtypes.INT else value


def _like(x: Array, dtype: DType | None, make: Any) -> Any:
    """An array of x's shape, laid out as x is."""
    dtype = dtype or x.dtype
    room(x.shape, dtype)
    return make(x.array, dtype.numpy)


@op(creation, method=False)
def full(size: Ints, fill_value: Scalar, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """`fill_value` in every place.

    >>> full((2, 2), 7)
    tensor([[7, 7],
            [7, 7]])
    """
    shape = size if isinstance(size, tuple) else (size,)
    return made(filled(shape, fill_value, dtype or dtypes.of_number(fill_value)), requires_grad)


@op(creation, method=False)
def zeros_like(x: Array, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Zeros with the shape and dtype of x.

    >>> zeros_like([1, 2])
    tensor([0, 0])
    """
    return made(_like(x, dtype, np.zeros_like), requires_grad)


@op(creation, method=False)
def ones_like(x: Array, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Ones with the shape and dtype of x.

    >>> ones_like([1, 2])
    tensor([1, 1])
    """
    return made(_like(x, dtype, np.ones_like), requires_grad)


@op(creation, method=False)
def empty_like(x: Array, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """A tensor with the shape and dtype of x, to be overwritten; here its elements are zeros.

    >>> empty_like([1, 2]).shape
    torch.Size([2])
    """
    return made(_like(x, dtype, np.zeros_like), requires_grad)


@op(creation, method=False)
def full_like(
    x: Array, fill_value: Scalar, *, dtype: DTypeLike = None, requires_grad: Flag = False
):
    """`fill_value` with the shape and dtype of x.

    >>> full_like([1, 2], 7)
    tensor([7, 7])
    """
    dtype = dtype or x.dtype
    return made(
        np.full_like(x.array, held(fill_value, dtype, "fill_value"), dtype.numpy), requires_grad
    )


@op(creation, bare=False)
def new_zeros(x: Array, *size: Int, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Zeros of the given sizes with the dtype of x.

    >>> tensor([1, 2]).new_zeros(3)
    tensor([0, 0, 0])
    """
    return zeros(*size, dtype=dtype or x.dtype, requires_grad=requires_grad)


@op(creation, bare=False)
def new_empty(x: Array, *size: Int, dtype: DTypeLike = None, requires_grad: Flag = False):
    """A tensor of the given sizes with the dtype of x, to be overwritten; here it holds zeros.

    >>> tensor([1, 2]).new_empty(3).dtype
    torch.int64
    """
    return zeros(*size, dtype=dtype or x.dtype, requires_grad=requires_grad)


@op(creation, bare=False)
def new_ones(x: Array, *size: Int, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Ones of the given sizes with the dtype of x.

    >>> tensor([1, 2]).new_ones(3)
    tensor([1, 1, 1])
    """
    return ones(*size, dtype=dtype or x.dtype, requires_grad=requires_grad)


@op(creation, bare=False)
def new_full(
    x: Array,
    size: Ints,
    fill_value: Scalar,
    *,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """`fill_value` in every place of `size`, with the dtype of x.

    >>> tensor([1, 2]).new_full((3,), 7)
    tensor([7, 7, 7])
    """
    return full(size, fill_value, dtype=dtype or x.dtype, requires_grad=requires_grad)


@op(creation, bare=False)
def new_tensor(x: Array, data: Data, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """A tensor from data with the dtype of x.

    >>> tensor([1., 2.]).new_tensor([3, 4])
    tensor([3., 4.])
    """
    return made(array_of(data, dtype or x.dtype), requires_grad)


@op(creation, method=False)
def scalar_tensor(s: Scalar, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """A 0-d tensor of the default float dtype, or of `dtype`.

    >>> scalar_tensor(3)
    tensor(3.)
    """
    return made(filled((), s, dtype or dtypes.default_float()), requires_grad)


@op(creation, method=False)
def empty_strided(
    size: Ints, stride: Ints, *, dtype: DTypeLike = None, requires_grad: Flag = False
):
    """A tensor whose elements are so many places apart in memory; here they are zeros.

    >>> empty_strided((2, 3), (1, 2)).stride()
    (1, 2)
    """
    dtype = dtype or dtypes.default_float()
    shape, steps = (v if isinstance(v, tuple) else (v,) for v in (size, stride))
    n = 1 + sum((n - 1) * step for n, step in zip(shape, steps, strict=True))
    line = np.zeros(room((max(n, 1),), dtype), dtype.numpy)
    return made(memory.strided(line, shape, steps, 0), requires_grad)


@op(creation)
def eye(n: Int, m: Int | None = None, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """The identity matrix, n by n or n by m.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    for name, sizes in (("n", n), ("m", m)):
        if sizes is not None and sizes < 0:
            raise ArgumentFault(
                f"{name} must be greater or equal to 0, got {sizes}", blame={name: ""}
            )
    dtype = dtype or dtypes.default_float()
    shape = room((n, n if m is None else m), dtype)
    return made(np.eye(*shape, dtype=dtype.numpy), requires_grad)
