"""What stands between brackets: parsed, checked, and split into a view and a gather.

PyTorch's order: ints, slices, None and `...` are taken first, as a view; then index arrays and
masks, as a copy. An int is a select, never an index array, which is where NumPy differs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core.dtypes import Array
from tcalc.core.params import array_of
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import IndexFault

FULL = slice(None)
_LONGEST = 32  # longer lists are arrays, as in PyTorch and the older NumPy that it follows
_KINDS = (
    "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid "
    "indices"
)


def parse(index: Any, shape: tuple[int, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...] | None]:
    """A basic NumPy index that gives a view, and an advanced one for that view, or None.

    Raises IndexFault, in PyTorch's words, for what does not fit `shape`.
    """
    if type(index) is int and shape:  # by far the most usual
        return (_in_range(index, 0, shape), ...), None
    items = list(index) if _is_tuple(index) else [index]
    items = [_item(item) for item in items]
    items = _without_ellipsis(items, len(shape))
    basic: list[Any] = []
    advanced: list[Any] = []
    axis = 0
    for item in items:
        if item is None:
            basic.append(None)
            advanced.append(FULL)
        elif isinstance(item, slice):
            basic.append(item)
            advanced.append(FULL)
            axis += 1
        elif isinstance(item, int):
            basic.append(_in_range(item, axis, shape))
            axis += 1
        elif isinstance(item, _Flag):
            basic.append(None)
            advanced.append(np.array([0] if item.value else [], np.int64))
        elif item.dtype == np.bool_:
            _check_mask(item, axis, shape)
            basic += [FULL] * item.ndim
            advanced += np.nonzero(item)
            axis += item.ndim
        else:
            _check_bounds(item, axis, shape)
            basic.append(FULL)
            advanced.append(item)
            axis += 1
    while advanced and isinstance(advanced[-1], slice):
        advanced.pop()
    if not advanced:
        return (*basic, ...), None
    _check_broadcast(advanced)
    return (*basic, ...), tuple(advanced)


def _is_tuple(index: Any) -> bool:
    """Whether an index has an item for each dimension: a tuple, or a list of more than numbers."""
    if isinstance(index, list):
        nested = Tensor | list | tuple | range | slice | type(None) | type(Ellipsis)
        return len(index) < _LONGEST and any(isinstance(item, nested) for item in index)
    return isinstance(index, tuple)


class _Flag:
    """A plain True or False as index: a new dimension of size 1 or 0."""

    def __init__(self, value: bool) -> None:
        self.value = value


def _item(item: Any) -> Any:
    """One index in a plain form: None, `...`, an int, a slice, a flag, or an index array."""
    if item is None or item is Ellipsis:
        return item
    if isinstance(item, slice):
        return slice(
            *(None if b is None else _bound(b) for b in (item.start, item.stop, item.step))
        )
    if isinstance(item, bool | np.bool_):
        return _Flag(bool(item))
    if isinstance(item, int | np.integer):
        return int(item)
    return _index_array(item)


def _index_array(item: Any) -> Any:
    """An array of int64 or bool from a tensor, an array or a list; an int if it is 0-d."""
    if isinstance(item, Tensor):
        item = item.array
        if item.dtype == np.uint8:  # what masks were before there were bools
            item = item != 0
    elif isinstance(item, list | tuple | range):
        item = array_of(item) if item else np.zeros(0, np.int64)
    if not isinstance(item, np.ndarray):
        raise IndexFault(f"{_KINDS} (got {type(item).__name__})", blame={"index": ""})
    if item.dtype.kind not in "iub":
        raise IndexFault(
            "tensors used as indices must be long, int, byte or bool tensors",
            blame={"index": describe(item)},
            helps=["{index}.long()"],
        )
    if item.ndim == 0:
        return int(item) if item.dtype.kind in "iu" else _Flag(bool(item))
    return item if item.dtype == np.bool_ else item.astype(np.int64, copy=False)


def _bound(bound: Any) -> int:
    if isinstance(bound, float | str) or not hasattr(bound, "__index__"):
        raise IndexFault(
            "slice indices must be integers or None",
            blame={"index": ""},
            notes=[f"this one is of type {type(bound).__name__}"],
        )
    return int(bound.__index__())


def _without_ellipsis(items: list[Any], ndim: int) -> list[Any]:
    """Put full slices in the place of `...`, and check that there are not too many indices."""
    used = sum(_consumed(item) for item in items)
    if used > ndim:
        if ndim == 0:
            raise IndexFault(
                "invalid index of a 0-dim tensor. Use `tensor.item()` to convert a 0-dim tensor to "
                "a number",
                blame={"x": "", "index": ""},
                helps=["{x}.item()"],
            )
        raise IndexFault(
            f"too many indices for tensor of dimension {ndim}", blame={"x": "", "index": ""}
        )
    at = [i for i, item in enumerate(items) if item is Ellipsis]
    if not at:
        return items
    if len(at) > 1:
        raise IndexFault("an index can only have a single ellipsis ('...')", blame={"index": ""})
    return [*items[: at[0]], *[FULL] * (ndim - used), *items[at[0] + 1 :]]


def _consumed(item: Any) -> int:
    if item is None or item is Ellipsis or isinstance(item, _Flag):
        return 0
    if isinstance(item, slice) and item.step is not None and item.step <= 0:
        raise IndexFault(
            "step must be greater than zero",
            blame={"index": ""},
            helps=["{x}.flip(0) reverses a dimension"],
        )
    return item.ndim if isinstance(item, np.ndarray) and item.dtype == np.bool_ else 1


def _in_range(i: int, axis: int, shape: tuple[int, ...]) -> int:
    if not -shape[axis] <= i < shape[axis]:
        raise IndexFault(
            f"index {i} is out of bounds for dimension {axis} with size {shape[axis]}",
            blame={"x": "", "index": ""},
        )
    return i


def _check_mask(mask: Array, axis: int, shape: tuple[int, ...]) -> None:
    for i, n in enumerate(mask.shape):
        if n != shape[axis + i]:
            raise IndexFault(
                f"The shape of the mask {list(mask.shape)} at index {i} does not match the shape "
                f"of the indexed tensor {list(shape)} at index {axis + i}",
                blame={"x": "", "index": describe(mask)},
            )


def _check_bounds(index: Array, axis: int, shape: tuple[int, ...]) -> None:
    n = shape[axis]
    if index.size and (index.min() < -n or index.max() >= n):
        worst = int(index.max() if index.max() >= n else index.min())
        raise IndexFault(
            f"index {worst} is out of bounds for dimension {axis} with size {n}",
            blame={"x": "", "index": describe(index)},
        )


def _check_broadcast(advanced: list[Any]) -> None:
    shapes = [item.shape for item in advanced if isinstance(item, np.ndarray)]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        raise IndexFault(
            "shape mismatch: indexing tensors could not be broadcast together with shapes "
            + ", ".join(str(list(shape)) for shape in shapes),
            blame={"index": ""},
        ) from None
