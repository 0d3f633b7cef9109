"""Finding nan and infinities in arrays, and saying where they are."""

from __future__ import annotations

import numpy as np

from tcalc.core.dtypes import Array
from tcalc.core.listing import brief


def is_bad(array: Array) -> bool:
    """Whether an element is nan or infinite."""
    return first_bad(array) is not None


def first_bad(array: Array) -> tuple[int, ...] | None:
    """The index of the first nan, or of the first infinity if there is none; else None."""
    if array.dtype.kind not in "fcV" or not array.size:
        return None
    bad = _worst(array)
    if not bad.any():
        return None
    return tuple(map(int, np.unravel_index(int(np.argmax(bad)), array.shape)))


def found(array: Array) -> str:
    """`-inf at [0, 2] (the first of 3)`, of an array that has one."""
    index = first_bad(array)
    assert index is not None
    place = f" at {list(index)}" if index else ""
    count = int(np.count_nonzero(_worst(array)))
    return f"{brief(array[index])}{place}" + (f" (the first of {count})" if count > 1 else "")


def _worst(array: Array) -> Array:
    """Where nan is, or where infinities are if there is no nan."""
    bad: Array = np.isnan(array)
    return bad if bad.any() else np.isinf(array)
