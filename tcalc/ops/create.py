"""Making tensors: from data, filled, counted, or like another tensor."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tcalc import limits
from tcalc.core import dtypes
from tcalc.core.dtypes import DType
from tcalc.core.families import creation
from tcalc.core.op import op
from tcalc.core.params import Array, Data, DTypeLike, Flag, Int, Scalar, array_of
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


def _filling(value: Any, dtype: DType | None) -> DType:
    return dtype or dtypes.of_number(value)


@op(creation, method=False)
def full(size: Data, fill_value: Scalar, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """`fill_value` in every place.

    >>> full((2, 2), 7)
    tensor([[7, 7],
            [7, 7]])
    """
    shape = tuple(map(int, size)) if isinstance(size, list | tuple) else (int(size),)
    dtype = _filling(fill_value, dtype)
    return made(np.full(room(shape, dtype), fill_value, dtype.numpy), requires_grad)


@op(creation, method=False)
def zeros_like(x: Array, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Zeros with the shape and dtype of x.

    >>> zeros_like([1, 2])
    tensor([0, 0])
    """
    return made(np.zeros(x.shape, (dtype or x.dtype).numpy), requires_grad)


@op(creation, method=False)
def ones_like(x: Array, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Ones with the shape and dtype of x.

    >>> ones_like([1, 2])
    tensor([1, 1])
    """
    return made(np.ones(x.shape, (dtype or x.dtype).numpy), requires_grad)


@op(creation, method=False)
def empty_like(x: Array, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """A tensor with the shape and dtype of x, to be overwritten; here its elements are zeros.

    >>> empty_like([1, 2]).shape
    torch.Size([2])
    """
    return made(np.zeros(x.shape, (dtype or x.dtype).numpy), requires_grad)


@op(creation, method=False)
def full_like(
    x: Array, fill_value: Scalar, *, dtype: DTypeLike = None, requires_grad: Flag = False
):
    """`fill_value` with the shape and dtype of x.

    >>> full_like([1, 2], 7)
    tensor([7, 7])
    """
    return made(np.full(x.shape, fill_value, (dtype or x.dtype).numpy), requires_grad)


@op(creation, bare=False)
def new_zeros(x: Array, *size: Int, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Zeros of the given sizes with the dtype of x.

    >>> tensor([1, 2]).new_zeros(3)
    tensor([0, 0, 0])
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
    size: Data,
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


def _range(start: Any, end: Any, step: Any) -> int:
    """Number of values from `start` in steps of `step` before `end`."""
    if step == 0:
        raise ArgumentFault("step must be nonzero", blame={"step": ""})
    if (end - start) * step < 0:
        raise ArgumentFault(
            "upper bound and lower bound inconsistent with step sign",
            blame={"start": "", "end": "", "step": ""},
        )
    if not all(map(math.isfinite, (start, end, step))):
        raise ArgumentFault(f"unsupported range: {start} -> {end}", blame={"start": "", "end": ""})
    length: int = math.ceil((end - start) / step)
    return length


@op(creation)
def arange(
    start: Scalar,
    end: Scalar = None,
    step: Scalar = 1,
    *,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """Numbers from `start` (0 if only the end is given) in steps of `step` before `end`.

    >>> arange(1, 10, 3)
    tensor([1, 4, 7])
    """
    if end is None:
        start, end = 0, start
    if dtype is None:
        whole = not any(isinstance(v, float) for v in (start, end, step))
        dtype = dtypes.int64 if whole else dtypes.default_float()
    n = _range(start, end, step)
    room((n,), dtype)
    if dtype.category >= dtypes.FLOAT:
        values = (start + step * np.arange(n, dtype=np.float64)).astype(dtype.numpy)
    else:
        values = (int(start) + int(step) * np.arange(n, dtype=np.int64)).astype(dtype.numpy)
    return made(values, requires_grad)


@op(creation)
def linspace(
    start: Scalar,
    end: Scalar,
    steps: Int,
    *,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """`steps` numbers from `start` to `end`, both included, equally far apart.

    >>> linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    dtype = dtype or dtypes.default_float()
    if steps < 0:
        raise ArgumentFault("number of steps must be non-negative", blame={"steps": ""})
    room((steps,), dtype)
    return made(_line(start, end, steps, dtype), requires_grad)


def _line(start: Any, end: Any, steps: int, dtype: DType) -> Any:
    """Both halves counted from their own end, in the dtype itself, as PyTorch does."""
    kind = dtype.numpy.type
    if dtype.category < dtypes.FLOAT:
        return np.linspace(start, end, steps).astype(dtype.numpy)
    if steps < 2:
        return np.full(steps, start, dtype.numpy)
    step = (kind(end) - kind(start)) / kind(steps - 1)
    i = np.arange(steps)
    low = kind(start) + step * i.astype(dtype.numpy)
    high = kind(end) - step * (steps - 1 - i).astype(dtype.numpy)
    return np.where(i < steps // 2, low, high).astype(dtype.numpy)


@op(creation)
def logspace(
    start: Scalar,
    end: Scalar,
    steps: Int,
    base: Scalar = 10.0,
    *,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """`base` to the powers that linspace gives.

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    dtype = dtype or dtypes.default_float()
    powers = _line(start, end, steps, dtypes.float64)
    return made((float(base) ** powers).astype(dtype.numpy), requires_grad)


@op(creation)
def eye(n: Int, m: Int | None = None, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """The identity matrix, n by n or n by m.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    dtype = dtype or dtypes.default_float()
    shape = room((n, n if m is None else m), dtype)
    return made(np.eye(*shape, dtype=dtype.numpy), requires_grad)
