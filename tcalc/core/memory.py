"""Where an array lies: the array that owns its memory, and its place there.

Views by strides are made here and nowhere else, for NumPy lets some of them reach outside of the
memory: `as_strided` does not look, and what `ndarray` itself checks can overflow.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from tcalc.core.dtypes import Array

OUTSIDE = "the view would reach outside of its memory"


def parent(array: Array) -> Array | None:
    """The array whose memory this one shares, None for the owner.

    What NumPy's stride tricks make has a go-between as its base.
    """
    base = array.base
    if base is not None and not isinstance(base, np.ndarray):
        base = getattr(base, "base", None)
    return base if isinstance(base, np.ndarray) else None


def owner(array: Array) -> Array:
    """The array that owns the memory."""
    base = parent(array)
    while base is not None:
        array, base = base, parent(base)
    return array


def offset(array: Array) -> int:
    """Elements in memory before the first one."""
    if not array.size:
        return 0
    return (address(array) - address(owner(array))) // array.itemsize


def address(array: Array) -> int:
    """The address of the first element."""
    place: int = array.__array_interface__["data"][0]
    return place


def strides(array: Array) -> tuple[int, ...]:
    """Elements to step over to reach the next along each dimension.

    NumPy has 0 for a new dimension of size 1 and where there are no elements; here it is what would
    reach over the rest.
    """
    steps: list[int] = []
    reach = 1
    for n, step in zip(array.shape[::-1], array.strides[::-1], strict=True):
        made_up = not array.size or (n == 1 and step == 0)
        steps.append(reach if made_up else step // array.itemsize)
        reach = steps[-1] * max(n, 1)
    return tuple(steps[::-1])


def strided(
    array: Array, shape: tuple[int, ...], steps: tuple[int, ...], start: int
) -> np.ndarray[Any, Any]:
    """A view of all the memory that `array` lies in; numbers count elements.

    Raises ValueError where that would reach outside.
    """
    size = array.itemsize
    memory = owner(array).ravel(order="K")
    low, high = _span(shape, steps)
    if 0 not in shape and not 0 <= start + low <= start + high < memory.size:
        raise ValueError(OUTSIDE)
    return np.ndarray(shape, array.dtype, memory, start * size, tuple(n * size for n in steps))


def spread(
    array: Array, shape: tuple[int, ...], steps: tuple[int, ...], *, writeable: bool = True
) -> np.ndarray[Any, Any]:
    """A view of `array` from its first element on; `steps` count bytes, as NumPy's strides do.

    Raises ValueError where that would reach outside of what lies between its elements.
    """
    if 0 not in shape:
        low, high = _span(shape, steps)
        least, most = _span(array.shape, array.strides)
        if 0 in array.shape or low < least or high > most:
            raise ValueError(OUTSIDE)
    return np.lib.stride_tricks.as_strided(array, shape, steps, writeable=writeable)


def _span(shape: tuple[int, ...], steps: tuple[int, ...]) -> tuple[int, int]:
    """How far the elements lie before and after the first one, in Python's unbounded integers."""
    ends = [(n - 1) * step for n, step in zip(shape, steps, strict=True)]
    return sum(end for end in ends if end < 0), sum(end for end in ends if end > 0)


def reserve_buffers() -> None:
    """Have the linear algebra take its buffers, one a core, while there is memory.

    Where it finds none later, it ends the process.
    """
    # Small products need no buffers, and only large ones are shared among the cores.
    size = max(128, int(((os.cpu_count() or 1) << 18) ** (1 / 3)) + 2)
    x = np.ones((size, size), np.float32)
    np.matmul(x, x)
