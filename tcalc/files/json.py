"""JSON: plain values; numbers that JSON cannot write are the strings "nan", "inf", "-inf", "1+2j".

`dumps_described` writes one object a value (`shape`, `dtype`, `data`), which reads back exactly.
"""

from __future__ import annotations

import json as library
import math
from typing import Any, BinaryIO

import numpy as np

from tcalc.core import dtypes
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault
from tcalc.files import DataFault, Input, data_format
from tcalc.files.arrays import digits

SPELLED = frozenset(("nan", "inf", "-inf"))
DESCRIBED = {"shape", "dtype", "data"}


def _looks(head: bytes) -> bool:
    return head.lstrip()[:1] in (b"[", b"{")


@data_format("json", (".json", ".jsonl", ".ndjson"), _looks)
def json(source: Input) -> object:
    """The value; regular lists of numbers become tensors. Several values become a tuple."""
    text = source.text()
    decoder = library.JSONDecoder()
    values: list[object] = []
    at = _skip(text, 0)
    while at < len(text) or not values:
        try:
            value, at = decoder.raw_decode(text, at)
        except library.JSONDecodeError as error:
            raise DataFault(
                f"{source.name}:{error.lineno}:{error.colno}: not JSON: {error.msg.lower()}"
            ) from None
        except RecursionError:
            raise DataFault(f"{source.name}: JSON nested too deeply") from None
        values.append(_value(value))
        at = _skip(text, at)
    return values[0] if len(values) == 1 else tuple(values)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == DESCRIBED:
            return _described(value)
        return {name: _value(item) for name, item in value.items()}
    if isinstance(value, list):
        array = _array(value)
        return [_value(item) for item in value] if array is None else Tensor(array)
    return value


def _array(value: Any, dtype: dtypes.DType | None = None) -> Array | None:
    """Nested lists as an array of the dtype that a literal would have; None if they make none."""
    try:
        array = np.array(value)
        if array.dtype.kind == "U":  # numbers that JSON had to write as strings
            array = _from_words(np.array(value, dtype=object))
        if array.dtype.kind not in "bifc":
            return None
    except (ValueError, TypeError, OverflowError):
        return None
    natural = dtypes.of(array)
    if dtype is None and natural.category >= dtypes.FLOAT:
        is_complex = natural.category == dtypes.COMPLEX
        dtype = dtypes.default_complex() if is_complex else dtypes.default_float()
    return dtypes.cast(array, dtype or natural)


def _from_words(items: Array) -> Array:
    """An array of numbers and spelled numbers. Raises ValueError for any other word."""
    words = [item for item in items.flat if isinstance(item, str)]
    if not all(word in SPELLED or word.endswith("j") for word in words):
        raise ValueError
    read = complex if any("j" in word for word in words) else float
    return np.array([read(item) for item in items.flat]).reshape(items.shape)


def _described(value: dict[str, Any]) -> Any:
    data, name = value["data"], value["dtype"]
    if name not in dtypes.NAMED:
        return _value(data)
    array = _array(data, dtypes.NAMED[name])
    if array is None or array.size != math.prod(value["shape"]):
        raise DataFault("a JSON object's data do not fit its shape")
    return Tensor(array.reshape(value["shape"]))


def dumps(value: object) -> str:
    """`value` as one line of JSON. Raises ArgumentFault for what has no plain form."""
    return library.dumps(_plain(value), ensure_ascii=False, allow_nan=False)


def dumps_described(value: object) -> str:
    """One line of JSON with `shape`, `dtype` and `data`; plain values have no shape."""
    array = value.array if isinstance(value, Tensor) else value
    if isinstance(array, np.ndarray):
        shape, dtype = list(array.shape), dtypes.of(array).name
    else:
        shape, dtype = None, type(value).__name__
    described = {"shape": shape, "dtype": dtype, "data": _plain(value)}
    return library.dumps(described, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:  # noqa: PLR0911 -- a table of kinds
    """`value` from what JSON has."""
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
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset | range):
        return [_plain(item) for item in value]
    if isinstance(value, dtypes.DType):
        return repr(value)
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
