"""Element types as values: how two combine, what one can hold."""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core import dtypes
from tcalc.core.data import array_of
from tcalc.core.families import composite, inquiry
from tcalc.core.op import op
from tcalc.core.params import Data, DTypeLike
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault, DTypeError


@op(composite, method=False)
def result_type(x: Data, y: Data):
    """The dtype of an elementwise result of x and y, tensors or plain numbers.

    >>> result_type(tensor([1, 2]), 1.5)
    torch.float32
    """
    return dtypes.result_type(*map(_operand, (x, y)))


def _operand(value: Any) -> Any:
    if isinstance(value, dtypes.Number):
        return value
    return value.array if isinstance(value, Tensor) else array_of(value)


@op(composite, method=False)
def promote_types(type1: DTypeLike, type2: DTypeLike):
    """The smallest dtype that holds the values of both.

    >>> promote_types(uint8, int8)
    torch.int16
    """
    return dtypes.promote(type1, type2)


@op(composite, method=False)
def can_cast(from_: DTypeLike, to: DTypeLike):
    """Whether an in-place op may write results of one dtype into a tensor of the other.

    >>> can_cast(float32, int64)
    False
    """
    return dtypes.can_cast(from_, to)


class TypeInfo:
    """The limits of a dtype; `readable` are their names, in the order of the text."""

    readable: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()

    def __init__(self, dtype: dtypes.DType, **values: Any) -> None:
        """Keep `values` as attributes."""
        real = {"complex64": "float32", "complex128": "float64"}
        self.dtype = real.get(dtype.name, dtype.name)
        self.bits = 8 * dtype.itemsize
        self.__dict__.update(values)

    def __repr__(self) -> str:
        """PyTorch's text."""
        texts = (_short(name, self.__dict__[name]) for name in self.shown)
        return f"{type(self).__name__}({', '.join(texts)})"

    def __eq__(self, other: object) -> bool:
        """Equal if of the same dtype."""
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        """Consistent with equality."""
        return hash(self.dtype)


def _short(name: str, value: Any) -> str:
    return f"{name}={value:g}" if isinstance(value, float) else f"{name}={value}"


class FloatInfo(TypeInfo):
    """What `finfo` gives."""

    shown = ("resolution", "min", "max", "eps", "smallest_normal", "tiny", "dtype")
    readable = ("bits", *shown)


class IntInfo(TypeInfo):
    """What `iinfo` gives."""

    shown = ("min", "max", "dtype")
    readable = ("bits", *shown)


FloatInfo.__name__, IntInfo.__name__ = "finfo", "iinfo"


@op(inquiry, method=False)
def finfo(type: DTypeLike | None = None):
    """The limits of a float dtype: eps, max, min, tiny, smallest_normal, resolution, bits.

    >>> finfo(float32).eps
    1.1920928955078125e-07
    """
    dtype = type or dtypes.default_float()
    if dtype.category < dtypes.FLOAT:
        raise DTypeError(
            f"torch.finfo() requires a floating point input type. Use torch.iinfo to handle "
            f"'{dtype.name}'",
            blame={"type": ""},
            helps=[f"iinfo({dtype.name})"],
        )
    if dtype is dtypes.bfloat16:
        from ml_dtypes import finfo as brain

        info: Any = brain(dtype.numpy)
    else:
        info = np.finfo(dtype.numpy)
    tiny = float(info.tiny)
    return FloatInfo(
        dtype,
        resolution=10.0**-info.precision,
        min=float(info.min),
        max=float(info.max),
        eps=float(info.eps),
        smallest_normal=tiny,
        tiny=tiny,
    )


@op(inquiry, method=False)
def iinfo(type: DTypeLike):
    """The limits of an integer dtype: min, max, bits.

    >>> iinfo(int8)
    iinfo(min=-128, max=127, dtype=int8)
    """
    if type is None:
        raise ArgumentFault(
            "iinfo(): argument 'type' must be torch.dtype, not NoneType", blame={"type": ""}
        )
    if type.category != dtypes.INT:
        raise DTypeError(
            f"torch.iinfo() requires an integer input type. Use torch.finfo to handle "
            f"'{type.name}'",
            blame={"type": ""},
            helps=[f"finfo({type.name})"],
        )
    limits = np.iinfo(type.numpy)
    return IntInfo(type, min=int(limits.min), max=int(limits.max))
