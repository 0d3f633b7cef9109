"""Element types and the rules that combine them.

PyTorch's rules, not NumPy's: categories bool < int < float < complex and three priority levels
(tensor with dimensions, 0-d tensor, plain number). A lower level changes the result only if its
category is higher. To add a dtype: one line in the table.

NumPy has no bfloat16. A package has one, which is imported when the first is met; what computes
does so in float32 and rounds (see `WIDER`).
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import numpy as np

from tcalc.errors import ArgumentFault, DTypeError, closest

Array = np.ndarray[Any, np.dtype[Any]]
Number = bool | int | float | complex

BOOL, INT, FLOAT, COMPLEX = range(4)


class DType:
    """An element type: PyTorch's name for it, NumPy's dtype, and its promotion category.

    `label` is what PyTorch's error messages call it ("Long", "Float").
    """

    __slots__ = (
        "category",
        "is_complex",
        "is_floating_point",
        "is_signed",
        "itemsize",
        "label",
        "name",
        "numpy",
    )
    numpy: np.dtype[Any]

    def __init__(self, name: str, label: str, category: int, numpy: type[np.generic]) -> None:
        """Describe one element type; `numpy` void is a type that is looked up when it is met."""
        self.name = name
        self.label = label
        self.category = category
        self.itemsize = 2
        if numpy is not np.void:
            self.numpy = np.dtype(numpy)
            self.itemsize = self.numpy.itemsize
        self.is_floating_point = category == FLOAT
        self.is_complex = category == COMPLEX
        self.is_signed = category >= FLOAT or (category == INT and self.numpy.kind == "i")

    def __getattr__(self, name: str) -> Any:
        """`numpy` of bfloat16, found when a program first needs it."""
        if name != "numpy":
            raise AttributeError(name)
        from ml_dtypes import bfloat16 as brain

        self.numpy = np.dtype(brain)
        _OF_NUMPY[self.numpy] = self
        WIDER[self.numpy] = float32.numpy
        return self.numpy

    @property
    def c_name(self) -> str:
        """C++'s name of the type, which some of PyTorch's messages use."""
        spelled = {
            "Long": "int64_t", "Byte": "unsigned char", "Char": "signed char",
            "UInt16": "uint16_t", "UInt32": "uint32_t", "UInt64": "uint64_t",
            "Half": "c10::Half", "BFloat16": "c10::BFloat16",
            "ComplexFloat": "c10::complex<float>", "ComplexDouble": "c10::complex<double>",
        }  # fmt: skip
        return spelled.get(self.label) or self.label.lower()

    def __repr__(self) -> str:
        """PyTorch's spelling, `torch.float32`."""
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        """Copies and pickles are the constant itself."""
        return self.name


bool_ = DType("bool", "Bool", BOOL, np.bool_)
uint8 = DType("uint8", "Byte", INT, np.uint8)
uint16 = DType("uint16", "UInt16", INT, np.uint16)
uint32 = DType("uint32", "UInt32", INT, np.uint32)
uint64 = DType("uint64", "UInt64", INT, np.uint64)
int8 = DType("int8", "Char", INT, np.int8)
int16 = DType("int16", "Short", INT, np.int16)
int32 = DType("int32", "Int", INT, np.int32)
int64 = DType("int64", "Long", INT, np.int64)
float16 = DType("float16", "Half", FLOAT, np.float16)
bfloat16 = DType("bfloat16", "BFloat16", FLOAT, np.void)
float32 = DType("float32", "Float", FLOAT, np.float32)
float64 = DType("float64", "Double", FLOAT, np.float64)
complex64 = DType("complex64", "ComplexFloat", COMPLEX, np.complex64)
complex128 = DType("complex128", "ComplexDouble", COMPLEX, np.complex128)

ALL = (
    bool_, uint8, uint16, uint32, uint64, int8, int16, int32, int64, float16, bfloat16, float32,
    float64, complex64, complex128,
)  # fmt: skip
NAMED: dict[str, DType] = {dtype.name: dtype for dtype in ALL} | {
    "half": float16,
    "float": float32,
    "double": float64,
    "cfloat": complex64,
    "cdouble": complex128,
    "short": int16,
    "int": int32,
    "long": int64,
}
_OF_NUMPY: dict[np.dtype[Any], DType] = {
    dtype.numpy: dtype for dtype in ALL if dtype is not bfloat16
}
_COMPLEX_OF = {float16: complex64, bfloat16: complex64, float32: complex64, float64: complex128}
_LONE = frozenset((uint16, uint32, uint64))  # which PyTorch promotes with floats only
# Dtypes that are computed in another: bfloat16, once a program has met it.
WIDER: dict[np.dtype[Any], np.dtype[Any]] = {}

_default: ContextVar[DType] = ContextVar("default dtype", default=float32)


def default_float() -> DType:
    """The dtype of a new tensor of floats; float32 unless the program set another."""
    return _default.get()


def set_default_float(dtype: DType) -> None:
    """Make `dtype`, a floating-point one, the default. Raises DTypeError for any other."""
    if not isinstance(dtype, DType) or not dtype.is_floating_point:
        raise DTypeError(
            f"only floating-point types are supported as the default type, but got {dtype}"
        )
    _default.set(dtype)


def default_complex() -> DType:
    """The complex dtype whose parts have the default float dtype."""
    return _COMPLEX_OF[_default.get()]


def of(array: Array) -> DType:
    """The DType of a NumPy array. Raises DTypeError for one that no tensor can have."""
    return _OF_NUMPY.get(array.dtype) or of_numpy(array.dtype)


def of_numpy(dtype: np.dtype[Any]) -> DType:
    """The DType for a NumPy dtype. Raises DTypeError for one that no tensor can have."""
    found = _OF_NUMPY.get(dtype) or _OF_NUMPY.get(dtype.newbyteorder("="))
    if found is not None:
        return found
    if dtype.name == bfloat16.name:
        return _OF_NUMPY[bfloat16.numpy]
    raise DTypeError(
        f"can't convert np.ndarray of type numpy.{dtype.type.__name__}. The only supported types "
        "are: float64, float32, float16, complex64, complex128, int64, int32, int16, int8, uint64, "
        "uint32, uint16, uint8, and bool."
    )


def named(name: str) -> DType:
    """The dtype called `name`, with or without `torch.` before it."""
    short = name.removeprefix("torch.")
    if short in NAMED:
        return NAMED[short]
    near = closest(short, NAMED)
    raise ArgumentFault(
        f"no dtype is called {name!r}", helps=[f"did you mean {near[0]}?"] if near else ()
    )


def like(value: object) -> DType:
    """The dtype that `value` names: a string, a NumPy type, or one of `bool int float complex`.

    Raises ArgumentFault if it names none.
    """
    if isinstance(value, DType):
        return value
    if isinstance(value, str):
        return named(value)
    plain = {"bool": bool_, "int": int64, "float": float64, "complex": complex128}
    name = getattr(value, "__name__", "")
    if name in plain:
        return plain[name]
    if isinstance(value, np.dtype):
        return of_numpy(value)
    if isinstance(value, type) and issubclass(value, np.generic):
        return of_numpy(np.dtype(value))
    raise ArgumentFault(f"a dtype is wanted, such as float32, not {type(value).__name__}")


def of_number(value: Number) -> DType:
    """The default dtype of a plain number's category."""
    if isinstance(value, bool | np.bool_):
        return bool_
    if isinstance(value, int | np.integer):
        return int64
    if isinstance(value, float | np.floating):
        return default_float()
    return default_complex()


def promote(a: DType, b: DType) -> DType:
    """The smallest dtype that holds both at one priority level."""
    if a is b:
        return a
    if (a in _LONE or b in _LONE) and FLOAT not in (a.category, b.category):
        raise DTypeError(
            "Promotion for uint16, uint32, uint64 types is not supported, attempted to promote "
            f"{a.label} and {b.label}",
            helps=["convert one of them first: {x}.long()"],
        )
    if a.category < b.category:
        a, b = b, a
    if a.category == COMPLEX and b.category == FLOAT:
        return promote(a, _COMPLEX_OF[b])
    if a.category != b.category:
        return a
    if bfloat16 in (a, b):
        other = b if a is bfloat16 else a
        return float32 if other is float16 else other
    return _OF_NUMPY[np.promote_types(a.numpy, b.numpy)]


def _combine(higher: DType | None, lower: DType | None) -> DType | None:
    """Result of a higher and a lower priority level: only a higher category moves the higher."""
    if higher is None or lower is None:
        return higher or lower
    if higher.category >= lower.category:
        return higher
    if higher.category == FLOAT:
        return _COMPLEX_OF[higher]
    return lower if higher.category == INT else promote(higher, lower)


def result_type(*operands: Array | Number) -> DType:
    """The dtype of an elementwise result: arrays, 0-d arrays and plain numbers in three levels."""
    levels: list[DType | None] = [None, None, None]
    for operand in operands:
        if isinstance(operand, np.ndarray):
            level, dtype = (0 if operand.ndim else 1), of(operand)
        else:
            level, dtype = 2, of_number(operand)
        seen = levels[level]
        levels[level] = dtype if seen is None else promote(seen, dtype)
    result = _combine(_combine(levels[0], levels[1]), levels[2])
    assert result is not None
    return result


def to_float(dtype: DType) -> DType:
    """`dtype` itself if floating or complex, else the default float dtype."""
    return dtype if dtype.category >= FLOAT else default_float()


def widen(array: Array) -> Array:
    """`array` in the dtype that it is computed in."""
    wider = WIDER.get(array.dtype)
    return array if wider is None else array.astype(wider)


def can_cast(source: DType, target: DType) -> bool:
    """Whether an in-place op may write `source` values into a `target` tensor."""
    if source.category > target.category:
        return target.category == source.category
    return not (target is bool_ and source is not bool_)


def cast(value: Array, dtype: DType) -> Array:
    """`value` as `dtype`; the same array when nothing changes. Floats become ints by truncation."""
    if value.dtype == dtype.numpy:
        return value
    if value.dtype.kind == "c" and not dtype.is_complex and dtype is not bool_:
        value = value.real
    with np.errstate(all="ignore"):
        return value.astype(dtype.numpy)
