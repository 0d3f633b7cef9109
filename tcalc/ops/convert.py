"""Conversions: another dtype, a copy, plain Python values, NumPy arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core import dtypes
from tcalc.core.device import is_cpu
from tcalc.core.families import check_stretched, composite, conversion, inquiry, view
from tcalc.core.op import op
from tcalc.core.params import Array, Data, DTypeLike, Flag
from tcalc.core.tensor import Tensor, describe, number, to_numpy
from tcalc.errors import ArgumentFault, RuntimeFault
from tcalc.ops.layout import view_as_shape


@op(
    conversion,
    node="ToCopyBackward0",
    aliases=("type_as",),
    cases=("A(3, 4), 'float32'", "A(3, 4), 'cpu', 'float64'"),
)
def to(
    x: Array,
    *target: Data,
    dtype: Data = None,
    other: Data = None,
    copy: Flag = False,
    non_blocking: Flag = False,
    memory_format: Data = None,
):
    """x with elements of a dtype, or of a tensor's dtype; x itself if it has it.

    A device may stand before the dtype, or alone; there is only the CPU.

    >>> to([1.7, -1.7], int64)
    tensor([ 1, -1])
    """
    wanted = _wanted(dtype) or _wanted(other)
    flags = []
    for value in target:
        if isinstance(value, bool) or value is None:
            flags.append(value)
        else:
            wanted = _wanted(value) or wanted
    copy = copy or flags[1:2] == [True]  # the first one is non_blocking
    if wanted is None or x.dtype == wanted.numpy:
        return x.copy(order="K") if copy else x
    return dtypes.cast(x, wanted)


def _wanted(target: Any) -> dtypes.DType | None:
    """The dtype that a dtype, tensor or array means; None for a device."""
    if isinstance(target, dtypes.DType):
        return target
    if isinstance(target, Tensor):
        return target.dtype
    if isinstance(target, np.ndarray):
        return dtypes.of(target)
    if target is None or is_cpu(target):
        return None
    return dtypes.like(target)


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
    ("bfloat16", dtypes.bfloat16, "[1.5000, 0.0000], dtype=torch.bfloat16"),
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
def clone(x: Array, *, memory_format: Data = None):
    """A copy with memory of its own; gradients flow through it.

    >>> clone([1., 2.])
    tensor([1., 2.])
    """
    return x.copy(order="K")


clone.vjp(x=lambda g: g)


@op(conversion, node="CloneBackward0")
def contiguous(x: Array, memory_format: Data = None):
    """x laid out row by row in memory; x itself if it already is.

    >>> contiguous([1., 2.])
    tensor([1., 2.])
    """
    return x if x.flags.c_contiguous else np.ascontiguousarray(x)


contiguous.vjp(x=lambda g: g)


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
    check_stretched(x, "the list of an expanded tensor")
    return x.tolist()


@op(composite, bare=False)
def numpy(x: Array, *, force: Flag = False):
    """The tensor's own memory as a NumPy array; with `force` also where gradients would be lost.

    >>> tensor([1, 2]).numpy()
    array([1, 2])
    """
    return to_numpy(Tensor(x.array) if force else x)


@op(composite, bare=False)
def type(x: Array, dtype: Data = None, non_blocking: Flag = False):
    """PyTorch's name of the tensor's type, or the tensor cast to a dtype or to such a type.

    >>> zeros(3).type()
    'torch.FloatTensor'
    """
    if dtype is None:
        return f"torch.{x.dtype.label}Tensor"
    name = dtype if isinstance(dtype, str) else getattr(dtype, "__name__", "")
    label = name.removeprefix("torch.").removesuffix("Tensor")
    for each in dtypes.ALL:
        if each.label == label and name.endswith("Tensor"):
            return to(x, each)
    if isinstance(dtype, str) and label not in dtypes.NAMED:
        raise ArgumentFault(f"invalid type: '{dtype}'", blame={"dtype": ""})
    return to(x, dtypes.like(dtype))


@op(conversion, bare=False)
def cpu(x: Array, *, memory_format: Data = None):
    """x itself: there is only the CPU.

    >>> zeros(2).cpu()
    tensor([0., 0.])
    """
    return x


def _sizes_match(x: Array, dtype: dtypes.DType) -> None:
    """Raise RuntimeFault unless the last dimension can be read as elements of another size."""
    old, new = x.itemsize, dtype.itemsize
    why = f"to view {dtypes.of(x).label} as {dtype.label} (different element sizes)"
    if x.ndim == 0:
        raise RuntimeFault(f"self.dim() cannot be 0 {why}", blame={"x": describe(x)})
    if x.strides[-1] != old and x.shape[-1] != 1:
        raise RuntimeFault(
            f"self.stride(-1) must be 1 {why}, but got {x.strides[-1] // old}",
            blame={"x": describe(x)},
            helps=["{x}.contiguous() first"],
        )
    if new > old and x.shape[-1] * old % new:
        raise RuntimeFault(
            f"self.size(-1) must be divisible by {new // old} {why}, but got {x.shape[-1]}",
            blame={"x": describe(x)},
        )


@view_as_shape.overload(view, cases=("A(3, 4), dtype='int64'",))
def view_as_dtype(x: Array, dtype: DTypeLike):
    """The same bytes read as elements of another dtype; sizes differ in the last dimension."""
    if dtype.itemsize != x.itemsize:
        _sizes_match(x, dtype)
    return x.view(dtype.numpy)
