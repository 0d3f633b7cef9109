"""What stands between brackets: parsed, checked, and split into a view and a gather.

PyTorch's order: ints, slices, None and `...` are taken first, as a view; then index arrays and
masks, as a copy. An int is a select, never an index array, which is where NumPy differs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core.data import array_of
from tcalc.core.dtypes import Array
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

    Raises IndexFault, in PyTorch's words, for what does not fit `shape`. It blames `index`, or, in
    an index of several items, the guilty one by a name such as `index[1]`.
    """
    if type(index) is int and shape and -shape[0] <= index < shape[0]:  # by far the most usual
        return (index, ...), None
    several = _is_tuple(index)
    at = 0
    try:
        items = list(index) if several else [index]
        for item in items:
            items[at] = _item(item)
            at += 1
        spread = _spread(items, len(shape))
        basic: list[Any] = []
        advanced: list[Any] = []
        axis = at = 0
        for item in items:
            if isinstance(item, int):
                basic.append(_in_range(item, axis, shape))
                axis += 1
            elif isinstance(item, slice):
                basic.append(item)
                advanced.append(FULL)
                axis += 1
            elif item is Ellipsis:
                basic += [FULL] * spread
                advanced += [FULL] * spread
                axis += spread
            else:
                axis += _add_other(item, basic, advanced, axis, shape)
            at += 1
    except IndexFault as fault:
        _name_guilty(fault, f"index[{at}]" if several else "index")
        raise
    while advanced and isinstance(advanced[-1], slice):
        advanced.pop()
    if not advanced:
        return (*basic, ...), None
    _check_broadcast(advanced, items)
    return (*basic, ...), tuple(advanced)


def _add_other(
    item: Any, basic: list[Any], advanced: list[Any], axis: int, shape: tuple[int, ...]
) -> int:
    """Add None, a flag, a mask or an index array to both halves; for how many dimensions it is."""
    if item is None:
        basic.append(None)
        advanced.append(FULL)
        return 0
    if isinstance(item, _Flag):
        basic.append(None)
        advanced.append(np.array([0] if item.value else [], np.int64))
        return 0
    if item.dtype == np.bool_:
        _check_mask(item, axis, shape)
        basic += [FULL] * item.ndim
        advanced += np.nonzero(item)
        return item.ndim  # type: ignore[no-any-return]
    _check_bounds(item, axis, shape)
    basic.append(FULL)
    advanced.append(item)
    return 1


def _name_guilty(fault: IndexFault, name: str) -> None:
    """Put the name of the item that was looked at in the place of `item`."""
    fault.blame = {name if key == "item" else key: text for key, text in fault.blame.items()}
    fault.helps = tuple(text.replace("{item}", f"{{{name}}}") for text in fault.helps)


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
        fraction = isinstance(item, float)
        raise IndexFault(
            f"{_KINDS} (got {type(item).__name__})",
            blame={"item": type(item).__name__},
            notes=["an index counts elements, so it is a whole number"] if fraction else (),
            helps=["int({item})"] if fraction else (),
        )
    if item.dtype.kind not in "iub":
        raise IndexFault(
            "tensors used as indices must be long, int, byte or bool tensors",
            blame={"item": describe(item)},
            notes=["integers pick elements by place, bools say of each whether it is wanted"],
            helps=["{item}.long()"],
        )
    if item.ndim == 0:
        return int(item) if item.dtype.kind in "iu" else _Flag(bool(item))
    return item if item.dtype == np.bool_ else item.astype(np.int64, copy=False)


def _bound(bound: Any) -> int:
    if isinstance(bound, float | str) or not hasattr(bound, "__index__"):
        raise IndexFault(
            "slice indices must be integers or None",
            blame={"item": ""},
            notes=[f"a bound of this slice is of type {type(bound).__name__}"],
            helps=["// and int(...) give whole numbers"] if isinstance(bound, float) else (),
        )
    return int(bound.__index__())


def _spread(items: list[Any], ndim: int) -> int:
    """How many dimensions `...` stands for. Raises IndexFault if there are too many indices."""
    used = 0
    for item in items:
        if isinstance(item, slice) and item.step is not None and item.step <= 0:
            raise IndexFault(
                "step must be greater than zero",
                blame={"index": ""},
                helps=[f"{{x}}.flip({used}) reverses dimension {used}"],
            )
        used += _consumed(item)
    if used > ndim:
        if ndim == 0:
            raise IndexFault(
                "invalid index of a 0-dim tensor. Use `tensor.item()` to convert a 0-dim tensor to "
                "a number",
                blame={"x": "", "index": ""},
                notes=["a 0-d tensor is a single number: there is nothing to pick from"],
                helps=["{x}.item()"],
            )
        raise IndexFault(
            f"too many indices for tensor of dimension {ndim}",
            blame={"x": "", "index": f"for {used} dimensions"},
        )
    if sum(item is Ellipsis for item in items) > 1:
        raise IndexFault("an index can only have a single ellipsis ('...')", blame={"index": ""})
    return ndim - used


def _consumed(item: Any) -> int:
    """For how many dimensions an item of an index is."""
    if item is None or item is Ellipsis or isinstance(item, _Flag):
        return 0
    return item.ndim if isinstance(item, np.ndarray) and item.dtype == np.bool_ else 1


def _in_range(i: int, axis: int, shape: tuple[int, ...]) -> int:
    n = shape[axis]
    if not -n <= i < n:
        raise _beyond(i, axis, n, "")
    return i


def _beyond(i: int, axis: int, n: int, label: str) -> IndexFault:
    """The error for an index beyond the places that there are."""
    ends = f"run from 0 to {n - 1}, or from {-n} to -1"
    return IndexFault(
        f"index {i} is out of bounds for dimension {axis} with size {n}",
        blame={"x": "", "item": label},
        notes=[f"indices of dimension {axis} {ends}" if n else f"dimension {axis} is empty"],
    )


def _check_mask(mask: Array, axis: int, shape: tuple[int, ...]) -> None:
    for i, n in enumerate(mask.shape):
        if n != shape[axis + i]:
            raise IndexFault(
                f"The shape of the mask {list(mask.shape)} at index {i} does not match the shape "
                f"of the indexed tensor {list(shape)} at index {axis + i}",
                blame={"x": "", "item": describe(mask)},
                notes=["a mask says of each element, or of each row, whether it is wanted"],
            )


def _check_bounds(index: Array, axis: int, shape: tuple[int, ...]) -> None:
    n = shape[axis]
    if index.size and (index.min() < -n or index.max() >= n):
        worst = int(index.max() if index.max() >= n else index.min())
        raise _beyond(worst, axis, n, describe(index))


def _check_broadcast(advanced: list[Any], items: list[Any]) -> None:
    arrays = [item for item in advanced if isinstance(item, np.ndarray)]
    try:
        np.broadcast_shapes(*(array.shape for array in arrays))
    except ValueError:
        given = {i: item for i, item in enumerate(items) if isinstance(item, np.ndarray)}
        pairs = [*given] == [0, 1] and all(item.ndim == 1 for item in arrays)
        raise IndexFault(
            "shape mismatch: indexing tensors could not be broadcast together with shapes "
            + ", ".join(str(list(array.shape)) for array in arrays),
            blame={f"index[{i}]": describe(item) for i, item in given.items()},
            notes=["index lists pair up: the first of each picks one element, and so on"],
            helps=["all of these rows and columns: {x}[{index[0]}][:, {index[1]}]"]
            if pairs
            else (),
        ) from None
