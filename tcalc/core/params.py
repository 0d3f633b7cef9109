"""Parameter kinds: what an argument may be, which keywords name it, how it is made ready.

Annotations of an op's forward function name kinds of `KINDS`; what becomes of its signature as a
whole is in `signature.py`. A kind converts one argument and says in words what it wanted. To add a
kind: a converter and its line in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from tcalc.core import dtypes
from tcalc.core.data import array_of, flat
from tcalc.core.dtypes import DType, Number
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, IndexFault

# What a forward function gets for each kind. They are `Any` because arrays, tensors and numbers
# pass through the same rule text: first-order backward runs it on arrays, higher order on tensors.
Array = Any
Arrays = Any
Axis = Any
Axes = Any
NewAxis = Any
Data = Any
Int = Any
Ints = Any
Scalar = Any
Flag = bool
DTypeLike = Any
Text = str

MISSING: Any = type("Missing", (), {"__repr__": lambda self: "<required>"})()

# Other keywords under which a parameter is known: PyTorch's, NumPy's and everyday ones.
ALIASES: dict[str, tuple[str, ...]] = {
    "x": ("input", "self", "a", "A"),
    "y": ("other", "b", "B"),
    "dim": ("axis", "axes", "dims"),
    "dims": ("dim", "axis", "axes"),
    "keepdim": ("keepdims",),
    "size": ("shape",),
    "shape": ("size",),
    "tensors": ("arrays", "xs"),
    "correction": ("ddof",),
    "fill_value": ("value",),
}


class Param:
    """One parameter of an op."""

    __slots__ = (
        "aliases", "convert", "default", "keyword_only", "kind", "mapping", "name", "variadic",
    )  # fmt: skip

    def __init__(
        self, name: str, kind: str, default: Any, *, keyword_only: bool, variadic: bool
    ) -> None:
        """Look the kind up; `default` is MISSING where the argument is required.

        A variadic parameter takes all positional arguments that are left; one that is keyword-only
        as well is a mapping, and takes all keywords that are left.
        """
        self.name = name
        self.kind = kind
        self.default = default
        self.keyword_only = keyword_only
        self.mapping = variadic and keyword_only
        self.variadic = variadic and not keyword_only
        self.aliases = ALIASES.get(name, ())
        self.convert = KINDS[kind]

    def __str__(self) -> str:
        """As in a Python signature, without annotations."""
        if self.mapping:
            return f"**{self.name}"
        text = f"*{self.name}" if self.variadic else self.name
        return text if self.default is MISSING or self.variadic else f"{text}={self.default!r}"


def _refuse(value: Any, param: Param, op: str, wanted: str, place: str = "") -> NoReturn:
    fraction = wanted in ("int", "tuple of ints") and isinstance(value, float)
    raise ArgumentFault(
        f"{op}(): argument '{param.name}' must be {wanted}, not {describe(value)}",
        blame={place or param.name: describe(value)},
        notes=["// divides into a whole number, int(...) cuts the fraction off"]
        if fraction
        else (),
    )


_OPERANDS = (Tensor, bool, int, float, complex)


def _tensor(value: Any, param: Param, op: str, place: str = "") -> Any:
    """Tensors and plain numbers as they are; arrays and lists as new tensors.

    `place` is what to blame where it is not the parameter itself: an item of a list.
    """
    if type(value) is Tensor or isinstance(value, _OPERANDS):
        return value
    if isinstance(value, np.ndarray):
        dtypes.of(value)
        return Tensor(value)
    if isinstance(value, list | tuple):
        return Tensor(array_of(value))
    if isinstance(value, np.generic):
        return Tensor(np.asarray(value))
    _refuse(value, param, op, "Tensor", place)


def _tensors(value: Any, param: Param, op: str) -> list[Tensor]:
    """A list of tensors; for `*tensors` given one by one or as one list."""
    if param.variadic and len(value) == 1 and isinstance(value[0], list | tuple):
        value = value[0]
    if isinstance(value, Tensor) and value.ndim:
        return list(value)
    if not isinstance(value, list | tuple):
        _refuse(value, param, op, "tuple of Tensors")
    if flat(value):  # one array for all: a list may have millions of numbers
        return [Tensor(number.reshape(())) for number in array_of(value).reshape(-1, 1)]
    items = [_tensor(item, param, op, f"{param.name}[{i}]") for i, item in enumerate(value)]
    return [item if isinstance(item, Tensor) else Tensor(array_of(item)) for item in items]


def _integer(value: Any) -> int | None:
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, Tensor) and value.array.size == 1 and value.array.dtype.kind in "iu":
        return int(value)
    return None


_INT = frozenset({int})


def _int(value: Any, param: Param, op: str) -> int | tuple[int, ...]:
    """An int; for `*size: Int` the tuple of all, given one by one or as one sequence."""
    if param.variadic:
        if _INT.issuperset(map(type, value)):
            return tuple(value)
        if len(value) == 1 and isinstance(value[0], list | tuple | range):
            value = value[0]
        if not isinstance(value, list | tuple | range):
            value = (value,)
        sizes = [_integer(item) for item in value]
        for i, (item, size) in enumerate(zip(value, sizes, strict=True)):
            if size is None:
                _refuse(item, param, op, "tuple of ints", f"{param.name}[{i}]")
        return tuple(size for size in sizes if size is not None)
    number = _integer(value)
    if number is None:
        _refuse(value, param, op, "int")
    return number


def _axes(value: Any, param: Param, op: str) -> int | tuple[int, ...] | None:
    """An int, None, or a tuple from a list of ints; range checks follow when ndim is known."""
    if value is None:
        return None
    if isinstance(value, list | tuple):
        return tuple(_axis(item, param, op) for item in value)
    return _axis(value, param, op)


def _ints(value: Any, param: Param, op: str) -> int | tuple[int, ...] | None:
    """An int, or a tuple from a list of ints; None where that is the default."""
    if value is None and param.default is None:
        return None
    given = value if isinstance(value, list | tuple) else (value,)
    found = []
    for i, item in enumerate(given):
        number = _integer(item)
        if number is None:
            place = f"{param.name}[{i}]" if given is value else ""
            _refuse(item, param, op, "tuple of ints", place)
        found.append(number)
    return tuple(found) if given is value else found[0]


def _axis(value: Any, param: Param, op: str) -> int:
    number = _integer(value)
    if number is None:
        _refuse(value, param, op, "int")
    return number


def _scalar(value: Any, param: Param, op: str) -> Number | None:
    """A plain number, also from a tensor of one element; None where that is the default."""
    if isinstance(value, Number) or (value is None and param.default is None):
        return value
    if isinstance(value, Tensor | np.generic) and np.size(getattr(value, "array", value)) == 1:
        return value.item()  # type: ignore[no-any-return]
    _refuse(value, param, op, "Number")


def _flag(value: Any, param: Param, op: str) -> bool:
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if param.name == "keepdim" and isinstance(value, int):
        raise ArgumentFault(
            f"{op}(): argument 'keepdim' must be bool, not int",
            blame={"keepdim": "int"},
            helps=["several dimensions stand in one tuple, such as dim=(0, 1)"],
        )
    _refuse(value, param, op, "bool")


def _dtype(value: Any, param: Param, op: str) -> DType | None:
    """A dtype constant, its name, or one of the types `bool int float complex`.

    None where that is the default.
    """
    if isinstance(value, DType) or (value is None and param.default is None):
        return value
    try:
        return dtypes.like(value)
    except ArgumentFault as fault:
        if isinstance(value, str):
            raise ArgumentFault(fault.headline, blame={param.name: ""}, helps=fault.helps) from None
    _refuse(value, param, op, "torch.dtype")


def _text(value: Any, param: Param, op: str) -> str:
    if isinstance(value, str):
        return value
    _refuse(value, param, op, "str")


def _anything(value: Any, param: Param, op: str) -> Any:
    return value


KINDS: dict[str, Callable[[Any, Param, str], Any]] = {
    "Array": _tensor,
    "Arrays": _tensors,
    "Axis": _axis,
    "Axes": _axes,
    "NewAxis": _axis,
    "Data": _anything,
    "Int": _int,
    "Ints": _ints,
    "Scalar": _scalar,
    "Flag": _flag,
    "bool": _flag,
    "DTypeLike": _dtype,
    "Text": _text,
    "str": _text,
}


def normalise_axis(axis: int, ndim: int) -> int:
    """`axis` counted from 0; a 0-d tensor accepts 0 and -1. Raises IndexFault out of range."""
    span = max(ndim, 1)
    if not -span <= axis < span:
        raise IndexFault(
            f"Dimension out of range (expected to be in range of [{-span}, {span - 1}], but got "
            f"{axis})",
            blame={"dim": ""},
            notes=["dimensions are counted from 0, or from the end, from -1"],
        )
    return axis % span


def normalise_axes(axes: int | tuple[int, ...] | None, ndim: int) -> tuple[int, ...]:
    """Sorted-as-given axes counted from 0; None and () mean all of them."""
    if axes is None or axes == ():
        return tuple(range(ndim))
    if isinstance(axes, int):
        return (normalise_axis(axes, ndim),) if ndim else _none(axes)
    result = tuple(normalise_axis(axis, ndim) for axis in axes)
    for axis in result:
        if result.count(axis) > 1:
            raise IndexFault(
                f"dim {axis} appears multiple times in the list of dims", blame={"dim": ""}
            )
    return result if ndim else ()


def _none(axis: int) -> tuple[int, ...]:
    normalise_axis(axis, 0)
    return ()
