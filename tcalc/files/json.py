"""JSON: plain values; numbers that JSON cannot write are the strings "nan", "inf", "-inf", "1+2j".

Lists of numbers are tensors and objects are namespaces. `dumps_described` writes one object a value
(`shape`, `dtype`, `data`), which reads back exactly.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from tcalc import limits
from tcalc.core import dtypes
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault
from tcalc.files import data_format
from tcalc.files.arrays import digits
from tcalc.files.namespace import DataNamespace
from tcalc.files.source import BOM, DataFault, Input

if TYPE_CHECKING:
    from json import JSONDecodeError

SPELLED = frozenset(("nan", "inf", "-inf"))
DESCRIBED = {"shape", "dtype", "data"}
LONG = 2.0**63  # the first integer that int64 does not have

_START = re.compile(rb"\s*(\[|\{\s*([\"}]|$))")
# What the text format of lists and dicts has, and JSON has not.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?')
_FOREIGN = re.compile(rb"\b(?!(?:true|false|null|NaN|Infinity|[eE]\d*)\b)[^\W\d]\w*|['(]|\dj")


def _looks(head: bytes) -> bool:
    start = head.removeprefix(BOM)
    return bool(_START.match(start)) and not _FOREIGN.search(_STRING.sub(b"", start))


@data_format("json", (".json", ".jsonl", ".ndjson"), _looks)
def json(source: Input) -> object:
    """The value; regular lists of numbers become tensors. Several values become a tuple."""
    import json as library

    text = source.text()
    decoder = library.JSONDecoder()
    values: list[object] = []
    at = _skip(text, 0)
    while at < len(text) or not values:
        start = at
        try:
            value, at = decoder.raw_decode(text, at)
            values.append(_value(value))
        except library.JSONDecodeError as error:
            raise _fault(source, text, error) from None
        except ValueError:
            raise DataFault(f"{source.name}: an integer has too many digits to be read") from None
        except RecursionError:
            raise DataFault(f"{source.name}: JSON nested too deeply") from None
        except _Misfit as misfit:
            line = text.count("\n", 0, start) + 1
            raise source.fault(str(misfit), line, line=text[start:at].partition("\n")[0]) from None
        at = _skip(text, at)
    return values[0] if len(values) == 1 else tuple(values)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _fault(source: Input, text: str, error: JSONDecodeError) -> DataFault:
    start = text.rfind("\n", 0, error.pos) + 1
    line = text[start:].partition("\n")[0]
    return source.fault(f"not JSON: {error.msg.lower()}", error.lineno, error.colno - 1, line=line)


class _Misfit(Exception):
    """An object that describes a tensor, and contradicts itself."""


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() >= DESCRIBED:
            return _described(value)
        return DataNamespace({name: _value(item) for name, item in value.items()})
    if isinstance(value, list):
        array = _array(value)
        return [_value(item) for item in value] if array is None else Tensor(array)
    return value


def _array(value: Any, dtype: dtypes.DType | None = None) -> Array | None:
    """Nested lists as an array of the dtype that a literal would have; None if they make none."""
    first = value
    while isinstance(first, list) and first:
        first = first[0]
    if not _is_number(first) and first != []:
        return None  # an array of long strings would take a lot of memory
    try:
        array = np.array(value)
        if array.dtype.kind == "U":  # numbers that JSON had to write as strings
            array = _from_words(np.array(value, dtype=object))
        elif array.dtype.kind == "f" and (array >= LONG).any():
            array = _exact(np.array(value, dtype=object), array)
        if array.dtype.kind not in "bifuc":
            return None
        natural = dtypes.of(array)
        if dtype is not None and dtype.category == dtypes.INT:
            whole = array.dtype.kind in "biu" or not array.size
            return np.array(value, dtype.numpy) if whole else None
    except (ValueError, TypeError, OverflowError, MemoryError):
        return None
    if dtype is None and natural.category >= dtypes.FLOAT:
        is_complex = natural.category == dtypes.COMPLEX
        dtype = dtypes.default_complex() if is_complex else dtypes.default_float()
    return dtypes.cast(array, dtype or natural)


def _exact(items: Array, rounded: Array) -> Array:
    """Integers of which some need 64 bits without a sign, which NumPy would round to floats.

    Raises OverflowError if some need more, or a sign as well.
    """
    return items.astype(np.uint64) if all(type(item) is int for item in items.flat) else rounded


def _is_number(value: object) -> bool:
    if isinstance(value, str):
        return value in SPELLED or value.endswith("j")
    return isinstance(value, bool | int | float)


def _from_words(items: Array) -> Array:
    """An array of numbers and spelled numbers. Raises ValueError for any other word."""
    if not all(_is_number(item) for item in items.flat):
        raise ValueError
    words = [item for item in items.flat if isinstance(item, str)]
    read = complex if any("j" in word for word in words) else float
    return np.array([read(item) for item in items.flat]).reshape(items.shape)


# Described values -----------------------------------------------------------------------------

_CONTAINERS: dict[str, type] = {"list": list, "tuple": tuple}
_PLAIN: dict[str, type] = {"int": int, "float": float, "complex": complex}


def _described(value: dict[str, Any]) -> Any:
    """What an object of `dumps_described` stands for. Raises _Misfit where it fits nothing."""
    shape, name, data = value["shape"], value["dtype"], value["data"]
    if shape is None:
        if name in _CONTAINERS and isinstance(data, list):
            return _CONTAINERS[name](_value(item) for item in data)
        if name in _PLAIN and _is_number(data):
            return _PLAIN[name](data)
        return _value(data)
    sizes = isinstance(shape, list) and all(type(size) is int and size >= 0 for size in shape)
    if not sizes or name not in dtypes.NAMED:
        raise _Misfit(f"no tensor has the shape {shape!r} and the dtype {name!r}")
    array = _array(data, dtypes.NAMED[name])
    if array is None or array.size != math.prod(shape):
        raise _Misfit(f"the data of an object do not fit its shape {shape} and dtype {name}")
    return Tensor(array.reshape(shape))


def dumps_described(value: object) -> str:
    """One line of JSON with `shape`, `dtype` and `data`.

    What is no tensor has no shape, its type for a dtype, and described items.
    """
    limits.check_spread(value, limits.LISTED, "its JSON")
    return _written(_describe(value))


def _describe(value: Any) -> Any:
    if hasattr(type(value), "plain"):
        value = value.plain()
    array = value.array if isinstance(value, Tensor) else value
    if isinstance(array, np.ndarray):
        dtype = dtypes.of(array).name
        return {"shape": list(array.shape), "dtype": dtype, "data": _numbers(array)}
    return {"shape": None, "dtype": type_name(value), "data": _items(value)}


def _items(value: Any) -> Any:
    """The data of what is no tensor; tensors anywhere in it are described."""
    if isinstance(value, Tensor | np.ndarray):
        return _describe(value)
    if isinstance(value, Mapping):
        return {str(name): _items(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_items(item) for item in value]
    return _plain(value)


def type_name(value: object) -> str:
    """What a description calls the type of a plain value."""
    return "namespace" if isinstance(value, DataNamespace) else type(value).__name__


# Plain values ---------------------------------------------------------------------------------


def dumps(value: object) -> str:
    """`value` as one line of JSON. Raises ArgumentFault for what has no plain form.

    Raises LimitError for ranges and nested lists that would be more than fits in memory.
    """
    limits.check_spread(value, limits.LISTED, "its JSON")
    return _written(_plain(value))


def _written(value: Any) -> str:
    import json as library

    return library.dumps(value, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:  # noqa: C901, PLR0911 -- a table of kinds
    """`value` from what JSON has; one that has a method `plain` says so itself."""
    if isinstance(value, Tensor):
        return _numbers(value.array)
    if isinstance(value, np.ndarray | np.generic):
        return _numbers(np.asarray(value))
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, complex):
        return str(value).strip("()")
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, range):
        limits.check_listed(value)
    if isinstance(value, list | tuple | set | frozenset | range):
        return [_plain(item) for item in value]
    if isinstance(value, dtypes.DType):
        return repr(value)
    if hasattr(type(value), "plain"):
        return _plain(value.plain())
    raise ArgumentFault(
        f"JSON has no form for a {type(value).__name__}", helps=["-o text shows any value"]
    )


def _numbers(array: Array) -> Any:
    exact = digits(array)
    if exact.dtype.kind == "f" and not np.isfinite(exact).all():
        strange = ~np.isfinite(exact)
        items = exact.astype(object)
        items[strange] = [str(item) for item in exact[strange].tolist()]
        return items.tolist()
    return exact.tolist()


@json.saver
def _save(value: object, file: BinaryIO) -> None:
    file.write(dumps(value).encode() + b"\n")
