"""Brackets: reading `x[index]` and writing `x[index] = value`, and writing a whole tensor."""

from __future__ import annotations

import builtins

import numpy as np

from tcalc.core import apply, dtypes, modes
from tcalc.core.data import array_of
from tcalc.core.families import check_size, check_stretched, composite, indexing, view
from tcalc.core.indexing import FULL, parse
from tcalc.core.op import op
from tcalc.core.params import Array, Data
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, ShapeError
from tcalc.ops import choice


def _view_name(index):
    """PyTorch takes a view one index at a time; the last one that does anything gives the name."""
    if index == (FULL, Ellipsis):
        return "SliceBackward0"
    for item in reversed(index):
        if item is None:
            return "UnsqueezeBackward0"
        if isinstance(item, int):
            return "SelectBackward0"
        if isinstance(item, builtins.slice) and item != FULL:
            return "SliceBackward0"
    return "AliasBackward0"


@op(view, name="_take_view", bare=False, method=False, node=_view_name)
def take_view(x: Array, index: Data):
    """The view that a basic index gives."""
    return x[index]


@op(indexing, name="_put_view", bare=False, method=False)
def put_view(x: Array, index: Data, shape: Data):
    """Zeros of `shape` with x at a basic index: the cotangent of taking a view."""
    out = np.zeros(shape, x.dtype)
    out[index] = x
    return out


take_view.vjp(x=lambda g, index, x_shape: put_view(g, index, x_shape))
put_view.vjp(x=lambda g, index: take_view(g, index))


@op(indexing, name="_take", bare=False, method=False, node="IndexBackward0")
def take_elements(x: Array, index: Data):
    """The copy that index arrays give."""
    _check_room(x, index)
    return x[index]


def _check_room(x: Array, index) -> None:
    """Raise LimitError if there is none for the elements that index arrays name."""
    arrays = [part for part in index if isinstance(part, np.ndarray)]
    for part in arrays:
        check_stretched(part, "an index")
    named = count(np.broadcast_shapes(*(part.shape for part in arrays)))
    each = [n for n, part in zip(x.shape, index, strict=False) if not isinstance(part, np.ndarray)]
    check_size(named * count((*each, *x.shape[len(index) :])), x.itemsize, "the elements")


@op(indexing, name="_spread_elements", bare=False, method=False)
def put_elements(x: Array, index: Data, shape: Data):
    """Zeros of `shape` with x added at index arrays, repeated places adding up."""
    out = np.zeros(shape, x.dtype)
    np.add.at(out, index, x)
    return out


take_elements.vjp(x=lambda g, index, x_shape: put_elements(g, index, x_shape))
put_elements.vjp(x=lambda g, index: take_elements(g, index))


def _assign(target, index, value):
    target[index] = value


@op(
    indexing,
    name="_index_put",
    bare=False,
    method=False,
    in_place=False,
    node="IndexPutBackward0",
    write=_assign,
)
def assign_elements(x: Array, index: Data, value: Array):
    """x with `value` at index arrays."""
    out = x.copy()
    out[index] = value
    return out


assign_elements.vjp(
    x=lambda g, index: assign_elements(g, index, np.zeros((), np.float32)),
    value=lambda g, index: take_elements(g, index),
)


@op(
    indexing,
    name="_copy",
    bare=False,
    method=False,
    node="CopyBackwards",
    write=lambda x, y: _store(x, y),
)
def overwrite(x: Array, y: Array):
    """x with every element replaced by those of y, broadcast and cast."""
    out = np.empty_like(x)
    _store(out, y)
    return out


def _store(target, value):
    if value.dtype.kind == "c" and target.dtype.kind != "c":
        value = value.real
    np.copyto(target, value, casting="unsafe")


overwrite.vjp(x=choice.stopped, y=lambda g: g)


def get_item(x: Tensor, index):
    """`x[index]`: a view for ints, slices, None and `...`; a copy for index arrays and masks."""
    if modes.watchers and modes.watching():
        return modes.step(get_item, x, index)
    basic, advanced = parse(index, x.array.shape)
    if advanced is None:
        return apply.call(take_view, [x, basic])
    return apply.call(take_elements, [part_of(x, basic), advanced])


def part_of(x: Tensor, basic) -> Tensor:
    """The view that the basic half of an index gives; x itself if that is all of it."""
    if builtins.all(i is Ellipsis or i == FULL for i in basic):
        return x
    part: Tensor = apply.call(take_view, [x, basic])
    return part


def set_item(x: Tensor, index, value) -> None:
    """`x[index] = value`, in place; the value is broadcast and cast to x's dtype."""
    if modes.watchers and modes.watching():
        modes.step(set_item, x, index, value)
        return
    basic, advanced = parse(index, x.array.shape)
    part = part_of(x, basic)
    if not isinstance(value, Tensor):
        plain = isinstance(value, dtypes.Number)
        value = Tensor(array_of(value, x.dtype if plain else None))
    if advanced is None:
        write_over(part, value)
        return
    value = _dropped(value, part.array[advanced].ndim)
    check_fits(value, part, advanced)
    if value.node is None:
        value = Tensor(dtypes.cast(value.array, x.dtype))
    apply.write(assign_elements, [part, advanced, value])


def check_fits(value: Tensor, x: Tensor, places) -> None:
    """Raise ShapeError unless `value` broadcasts to the elements of x at index arrays."""
    wanted = x.array[places].shape
    if not _fits(value.array.shape, wanted):
        raise ShapeError(
            f"shape mismatch: value tensor of shape {list(value.array.shape)} cannot be broadcast "
            f"to indexing result of shape {list(wanted)}",
            blame={"value": describe(value), "x": f"{x.dtype.name} {list(wanted)}"},
            notes=["a mask or index lists pick elements, which the value has to match in number"],
        )


def write_over(x: Tensor, value: Tensor) -> Tensor:
    """Overwrite all of x with `value`, broadcast; leading sizes of 1 that x lacks are dropped."""
    value = _dropped(value, x.array.ndim)
    target, given = x.array.shape, value.array.shape
    if len(given) > len(target):
        raise ShapeError(
            f"expand(torch.{value.dtype.label}Tensor{{{list(given)}}}, size={list(target)}): the "
            f"number of sizes provided ({len(target)}) must be greater or equal to the number of "
            f"dimensions in the tensor ({len(given)})",
            blame={"value": describe(value), "x": describe(x)},
        )
    if not _fits(given, target):
        lead = len(target) - len(given)
        clash = next(i for i, n in enumerate(given) if n not in (1, target[i + lead]))
        raise ShapeError(
            f"The expanded size of the tensor ({target[clash + lead]}) must match the "
            f"existing size ({given[clash]}) at non-singleton dimension "
            f"{clash + lead}.  Target sizes: {list(target)}.  Tensor sizes: {list(given)}",
            blame={"value": describe(value), "x": describe(x)},
            notes=["the value is broadcast to the place it is written to, never the other way"],
        )
    return apply.write(overwrite, [x, value])


def _fits(given: tuple[int, ...], target: tuple[int, ...]) -> bool:
    lead = len(target) - len(given)
    return lead >= 0 and builtins.all(
        n in (1, m) for n, m in zip(given, target[lead:], strict=True)
    )


def _dropped(value: Tensor, ndim: int) -> Tensor:
    """`value` without leading dimensions of size 1 beyond `ndim`."""
    extra = value.array.ndim - ndim
    if extra > 0 and value.array.shape[:extra] == (1,) * extra:
        dropped: Tensor = value.reshape(value.array.shape[extra:])
        return dropped
    return value


@op(composite, bare=False)
def copy_(x: Array, src: Array):
    """Overwrite x with `src`, broadcast and cast; x itself.

    >>> zeros(2).copy_(tensor([1, 2]))
    tensor([1., 2.])
    """
    return write_over(x, src if isinstance(src, Tensor) else Tensor(np.asarray(src)))


@op(composite, bare=False)
def fill_(x: Array, value: Data):
    """Overwrite every element of x with a number or a 0-d tensor; x itself.

    >>> zeros(2).fill_(7)
    tensor([7., 7.])
    """
    if not isinstance(value, Tensor | dtypes.Number):
        raise ArgumentFault(
            f"fill_(): argument 'value' must be Number, not {describe(value)}",
            blame={"value": describe(value)},
        )
    if not isinstance(value, Tensor):
        return write_over(x, Tensor(array_of(value, x.dtype)))
    if value.ndim:
        raise ShapeError(
            "fill_ only supports 0-dimension value tensor but got tensor with "
            f"{value.ndim} dimensions.",
            blame={"value": describe(value)},
            helps=["{x}.copy_({value})"],
        )
    return write_over(x, value)


@op(composite, bare=False)
def zero_(x: Array):
    """Overwrite every element of x with 0, in the memory it has; x itself.

    >>> ones(2).zero_()
    tensor([0., 0.])
    """
    return apply.write(overwrite, [x, Tensor(np.zeros((), x.array.dtype))])
