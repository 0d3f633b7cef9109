"""Data as programs write it, numbers and lists of lists of them, as new arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tcalc import limits
from tcalc.core import dtypes
from tcalc.core.dtypes import DType, Number
from tcalc.core.families import check_stretched
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault


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
        return list(data) if flat(data) else _plain_items(data)
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


def flat(data: Sequence[Any]) -> bool:
    """Whether all items are plain numbers."""
    return _FLAT.issuperset(map(type, data))


def _nested_shape(data: Any) -> tuple[int, ...]:
    """Sizes of nested lists. Raises ArgumentFault where they are ragged."""
    if not isinstance(data, list):
        return ()
    if not data:
        return (0,)
    if flat(data):
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
