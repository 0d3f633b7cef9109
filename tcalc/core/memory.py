"""Where an array lies: the array that owns its memory, and its place there."""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core.dtypes import Array


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
    return np.ndarray(shape, array.dtype, memory, start * size, tuple(n * size for n in steps))
