"""Parameter kinds: what an argument may be, which keywords name it, how it is made ready.

The Python signature of an op's forward function is the language's signature; each annotation names
a kind of `KINDS`. A kind converts one argument and says in words what it wanted. To add a kind: a
converter and its line in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from tcalc import limits
from tcalc.core import dtypes
from tcalc.core.device import is_cpu
from tcalc.core.dtypes import DType, Number
from tcalc.core.families import check_stretched
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, IndexFault, closest

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


# Keywords of PyTorch that may stand at any op, as long as they ask for nothing.
_IGNORED = frozenset({"device", "layout", "out", "pin_memory"})


class Signature:
    """An op's parameters, and the binding of a call's arguments to them."""

    __slots__ = (
        "by_keyword", "defaults", "mapping", "name", "params", "positional", "required", "variadic",
    )  # fmt: skip

    def __init__(self, name: str, params: Sequence[Param]) -> None:
        """Index the parameters by position and by every keyword that names them."""
        self.name = name
        self.params = tuple(params)
        self.positional = sum(not p.keyword_only and not p.variadic for p in params)
        self.required = sum(p.default is MISSING and not p.variadic for p in params)
        self.variadic = next((i for i, p in enumerate(params) if p.variadic), None)
        self.mapping = next((i for i, p in enumerate(params) if p.mapping), None)
        self.defaults = [() if p.variadic else p.default for p in params]
        self.by_keyword: dict[str, int] = {}
        for i, param in enumerate(params):
            for alias in param.aliases:
                self.by_keyword.setdefault(alias, i)
        self.by_keyword |= {param.name: i for i, param in enumerate(params) if not param.mapping}

    @classmethod
    def of(cls, name: str, function: Callable[..., Any]) -> Signature:
        """Read the signature of `function` from its code, without importing inspect."""
        code = function.__code__
        kinds = {key: str(text).split(" | ")[0] for key, text in function.__annotations__.items()}
        n, k = code.co_argcount, code.co_kwonlyargcount
        names = code.co_varnames
        positional_defaults = function.__defaults__ or ()
        keyword_defaults = function.__kwdefaults__ or {}
        params = []
        for i, param in enumerate(names[:n]):
            at = i - (n - len(positional_defaults))
            default = positional_defaults[at] if at >= 0 else MISSING
            params.append(Param(param, kinds[param], default, keyword_only=False, variadic=False))
        if code.co_flags & 0x04:  # *args
            star = names[n + k]
            params.append(Param(star, kinds[star], (), keyword_only=False, variadic=True))
        for param in names[n : n + k]:
            default = keyword_defaults.get(param, MISSING)
            params.append(Param(param, kinds[param], default, keyword_only=True, variadic=False))
        if code.co_flags & 0x08:  # **kwargs
            rest = names[n + k + bool(code.co_flags & 0x04)]
            params.append(Param(rest, kinds[rest], {}, keyword_only=True, variadic=True))
        return cls(name, params)

    def __str__(self) -> str:
        """`sum(x, dim=None, keepdim=False, *, dtype=None)`."""
        parts: list[str] = []
        starred = False
        for param in self.params:
            starred |= param.variadic
            if param.keyword_only and not starred and not param.mapping:
                parts.append("*")
                starred = True
            parts.append(str(param))
        return f"{self.name}({', '.join(parts)})"

    def takes(self, given: int, kwargs: Mapping[str, Any]) -> bool:
        """Whether so many positional arguments and these keywords have a parameter each."""
        if given > self.positional and self.variadic is None:
            return False
        return self.mapping is not None or all(
            keyword in self.by_keyword or keyword in _IGNORED for keyword in kwargs
        )

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
        """Arguments in parameter order, converted. Raises ArgumentFault if they do not fit."""
        given = len(args)
        values: list[Any]
        if self.variadic is None and not kwargs and self.required <= given <= self.positional:
            values = [
                value if value is param.default else param.convert(value, param, self.name)
                for value, param in zip(args, self.params, strict=False)
            ]
            values += self.defaults[given:]
            return values
        values = self.place(args, kwargs)
        for i, param in enumerate(self.params):
            value = values[i]
            if value is not param.default:
                values[i] = self._converted(value, param)
            elif value is MISSING:
                self._fail(f'{self.name}() missing required argument: "{param.name}"')
        return values

    def _converted(self, value: Any, param: Param) -> Any:
        if param.mapping:
            return {key: param.convert(item, param, self.name) for key, item in value.items()}
        return param.convert(value, param, self.name)

    def place(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
        """Arguments in parameter order, not converted; MISSING where one was not given."""
        given = len(args)
        if given <= self.positional:
            values = [*args, *self.defaults[given:]]
        elif self.variadic is None:
            many = "s" if self.positional != 1 else ""
            raise ArgumentFault(
                f"{self.name}() takes {self.positional} positional argument{many} but {given} were "
                "given",
                blame={f"positional[{i}]": "" for i in range(self.positional, given)},
                notes=[f"the signature is {self}"],
                helps=self._gathered(args[self.positional - 1 :]),
            )
        else:
            rest = args[self.variadic :]
            values = [*args[: self.variadic], rest, *self.defaults[self.variadic + 1 :]]
        for keyword, value in kwargs.items():
            if keyword in _IGNORED and self._is_idle(keyword, value):
                continue
            slot = self.by_keyword.get(keyword)
            if self.mapping is not None and self._is_free(keyword, slot, given):
                values[self.mapping] = {**values[self.mapping], keyword: value}
                continue
            if slot is None:
                self._unknown(keyword)
            if slot < given and not self.params[slot].keyword_only:
                self._fail(f"{self.name}() got multiple values for argument '{keyword}'")
            values[slot] = value
        return values

    def _is_idle(self, keyword: str, value: Any) -> bool:
        """Whether a keyword of PyTorch's asks for nothing here: there is only the CPU."""
        return value is None or is_cpu(value) if keyword == "device" else not value

    def _gathered(self, rest: tuple[Any, ...]) -> list[str]:
        """How to write sizes that were given one by one where they belong together."""
        last = self.params[self.positional - 1]
        if last.kind != "Ints" or any(type(item) is not int for item in rest):
            return []
        return [f"{last.name}={rest} in one tuple"]

    def _is_free(self, keyword: str, slot: int | None, given: int) -> bool:
        """Whether a keyword is for the mapping: nobody's, or an alias of what is given already."""
        return slot is None or (slot < given and keyword != self.params[slot].name)

    def _unknown(self, keyword: str) -> NoReturn:
        near = closest(keyword, self.by_keyword)
        raise ArgumentFault(
            f"{self.name}() got an unexpected keyword argument '{keyword}'",
            blame={keyword: ""},
            notes=[f"the signature is {self}"],
            helps=[f"did you mean {near[0]}=?"] if near else (),
        )

    def _fail(self, headline: str) -> NoReturn:
        raise ArgumentFault(headline, notes=[f"the signature is {self}"])


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
    if _flat(value):  # one array for all: a list may have millions of numbers
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


def array_of(data: Any, dtype: DType | None = None) -> np.ndarray[Any, Any]:
    """A new array from numbers, nested lists, tensors or arrays, with PyTorch's dtype inference.

    Raises ArgumentFault for ragged lists and things that are no numbers.
    """
    if isinstance(data, Tensor):
        data = data.array
    if isinstance(data, np.ndarray | np.generic):
        found = dtypes.of(np.asarray(data))
        check_stretched(np.asarray(data), "the copy of an expanded tensor")
        return np.array(dtypes.cast(np.asarray(data), dtype or found))
    limits.check_spread(data, 8, "a tensor of all that")
    data = _plain(data)
    if isinstance(data, Number):
        return _filled(np.asarray(data), dtype or dtypes.of_number(data), data)
    shape = _nested_shape(data)
    raw = np.array(data).reshape(shape) if 0 not in shape else np.zeros(shape, np.float32)
    inferred = dtypes.default_float() if raw.size == 0 else _inferred(raw)
    return _filled(raw, dtype or inferred, data)


def _plain(data: Any) -> Any:
    """Nested lists in which tensors and ranges have become lists."""
    if isinstance(data, Tensor):
        return data.array.tolist()
    if isinstance(data, range):
        limits.check_listed(data)
    if isinstance(data, list | tuple | range):
        return list(data) if _flat(data) else _plain_items(data)
    if isinstance(data, np.ndarray | np.generic):
        return data.tolist()
    if isinstance(data, Number):
        return data
    raise ArgumentFault(
        f"could not infer dtype of {type(data).__name__}",
        blame={"data": describe(data)},
        notes=["a tensor is made of numbers, of lists of numbers, or of other tensors"],
    )


def _plain_items(data: Sequence[Any]) -> list[Any]:
    items = []
    for i, item in enumerate(data):
        try:
            items.append(_plain(item))
        except ArgumentFault as fault:
            fault.blame = {f"data[{i}]": describe(item)}
            raise
    return items


_FLAT = frozenset({bool, int, float, complex})


def _flat(data: Sequence[Any]) -> bool:
    return _FLAT.issuperset(map(type, data))


def _nested_shape(data: Any) -> tuple[int, ...]:
    """Sizes of nested lists. Raises ArgumentFault where they are ragged."""
    if not isinstance(data, list):
        return ()
    if not data:
        return (0,)
    if _flat(data):
        return (len(data),)
    first = _nested_shape(data[0])
    for i, item in enumerate(data):
        other = _nested_shape(item)
        if other != first:
            if len(other) == len(first) == 0:
                continue
            raise ArgumentFault(
                f"expected sequence of length {first[0]} at dim 1 (got {other[0]})"
                if first and other
                else "expected every item to have the same number of dimensions",
                blame={"data[0]": f"shape {list(first)}", f"data[{i}]": f"shape {list(other)}"},
                notes=["the rows of a tensor have one length"],
            )
    return (len(data), *first)


def _inferred(raw: np.ndarray[Any, Any]) -> DType:
    kind = raw.dtype.kind
    if kind == "f":
        return dtypes.default_float()
    if kind == "c":
        return dtypes.default_complex()
    return dtypes.bool_ if kind == "b" else dtypes.int64


def _filled(raw: np.ndarray[Any, Any], dtype: DType, data: Any) -> np.ndarray[Any, Any]:
    """`raw` as a new array of `dtype`; a number that an integer dtype cannot hold is an error."""
    if dtype.category == dtypes.INT and raw.dtype.kind in "iufO" and raw.size:
        bounds = np.iinfo(dtype.numpy)
        least = bounds.min or -bounds.max  # PyTorch lets negative numbers wrap to unsigned
        low, high = raw.min(), raw.max()
        if not (low >= least and high <= bounds.max):  # nan is nowhere
            worst = low if low < least else high
            raise ArgumentFault(
                f"value cannot be converted to type {dtype.name} without overflow",
                blame={"data": ""},
                notes=[f"{worst} is outside {bounds.min}..{bounds.max}"],
            )
    return np.array(dtypes.cast(raw, dtype))


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
