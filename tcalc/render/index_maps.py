"""Which elements of its operands an element of a result is made of, by kind of op.

Each function tells the rule in lines, and for a chosen element which elements to mark in each
operand and how its value comes of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product as combinations
from typing import Any

import numpy as np
from rich.cells import cell_len, set_cell_size

from tcalc.core import families
from tcalc.core.dtypes import Array
from tcalc.core.listing import brief
from tcalc.core.tensor import Tensor
from tcalc.core.witness import Seen
from tcalc.errors import TcalcError
from tcalc.render.index_rules import LETTERS, Span, rule, spread

Element = tuple[int, ...]
_MOVING = (
    "index_select",
    "repeat",
    "tile",
    "take_along_dim",
    "get_item",
    "take_view",
    "repeat_interleave",
)
_SAMPLES = 64
TOO_MANY = "too many elements to follow each; take a smaller tensor of the same kind"
_LARGEST = 1 << 20  # elements whose ways are looked up


@dataclass(frozen=True, slots=True)
class Operand:
    """What a step was given: what to call it, and its elements."""

    name: str
    array: Array


@dataclass(frozen=True, slots=True)
class Told:
    """Lines of the rule, marked elements by operand, and lines of how one value comes about."""

    lines: list[str]
    marked: list[frozenset[Element]] = field(default_factory=list)
    sums: list[str] = field(default_factory=list)


def at(name: str, index: Sequence[object]) -> str:
    """`a[1, 2]`, or the name alone for a single number."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def broadcast(
    seen: Seen, operands: Sequence[Operand], out: Any, element: Element | None
) -> Told | None:
    """Sizes right-aligned, with those that are stretched; None if that is not how they meet."""
    known = [each.array.shape for each in operands]
    if not known or _joined(known) != out.shape:
        return None
    named = [(each.name, each.array.shape) for each in operands] + [("out", out.shape)]
    wide = max(cell_len(name) for name, _ in named)
    width = max([len(str(size)) for _, shape in named for size in shape] or [1]) + 1
    lines = []
    for name, shape in named:
        sizes = [""] * (out.ndim - len(shape)) + list(map(str, shape))
        row = " ".join(size.rjust(width) for size in sizes)
        axes = range(out.ndim - len(shape), out.ndim)
        grown = [str(i) for i, size in zip(axes, shape, strict=True) if size != out.shape[i]]
        added = [str(i) for i in range(out.ndim - len(shape))]
        notes = [f"stretched along {', '.join(grown)}"] if grown else []
        notes += [f"repeated along new {', '.join(added)}"] if added else []
        lines.append(f"{set_cell_size(name, wide)} {row}   {'; '.join(notes)}".rstrip())
    shapes = [each.array.shape for each in operands]
    if len(shapes) == 1 or not out.ndim:
        lines = ["each element by itself"] if out.ndim else []
    lines += [
        f"careful: {list(one)} with {list(other)} makes all pairs; "
        f"for those of equal index squeeze(1) the first"
        for one, other in combinations(shapes, shapes)
        if len(one) == 2 and len(other) == 1 and one[1] == 1 and one[0] == other[0] > 1  # noqa: PLR2004
    ]
    if not out.ndim:
        element = ()
    if element is None:
        return Told(lines)
    places = [_broadcast_index(each.array.shape, element) for each in operands]
    sources = [
        f"{at(each.name, place)} = {brief(each.array[place])}"
        for each, place in zip(operands, places, strict=True)
    ]
    total = f"{at('out', element)} = {seen.step.title} of {', '.join(sources)} is "
    return Told(lines, [frozenset([place]) for place in places], [total + brief(out[element])])


def _joined(shapes: Sequence[tuple[int, ...]]) -> tuple[int, ...] | None:
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        return None


def _broadcast_index(shape: tuple[int, ...], element: Element) -> Element:
    lead = len(element) - len(shape)
    return tuple(0 if size == 1 else i for size, i in zip(shape, element[lead:], strict=True))


def reduces(seen: Seen, operands: Sequence[Operand], out: Any) -> bool:
    """Whether the step makes one number of each line along some axes of its one operand."""
    if len(operands) != 1 or moves(seen) or type(seen.result) is tuple:
        return False
    if "dim" not in _given(seen):
        return False
    if not operands[0].array.ndim and seen.step.target.family is not families.reduction:
        return False
    shape, gone = operands[0].array.shape, _gone(seen, operands[0])
    keeps = bool(_given(seen).get("keepdim"))
    left = [1 if i in gone else n for i, n in enumerate(shape) if keeps or i not in gone]
    return bool(left == list(out.shape)) and gone <= set(range(len(shape)))


def _given(seen: Seen) -> dict[str, Any]:
    """The arguments of an op by the names of its parameters."""
    params = seen.step.target.signature.params
    return dict(zip((param.name for param in params), seen.args, strict=False))


def _gone(seen: Seen, x: Operand) -> set[int]:
    """The axes that a reduction takes away."""
    dim = _given(seen)["dim"]
    axes = (dim,) if isinstance(dim, int) else dim or range(x.array.ndim)
    return {i % max(x.array.ndim, 1) for i in axes} if x.array.ndim else set()


def reduction(seen: Seen, operands: Sequence[Operand], out: Any, element: Element | None) -> Told:
    """Which axes go, and what stays."""
    x = operands[0]
    gone, keeps = _gone(seen, x), bool(_given(seen).get("keepdim"))
    letters = [LETTERS[i] for i in range(x.array.ndim)]
    stays = [letters[i] for i in range(x.array.ndim) if i not in gone]
    result = [("0" if i in gone else c) for i, c in enumerate(letters)] if keeps else stays
    what = ", ".join(f"{i} ({x.array.shape[i]})" for i in sorted(gone)) or "none"
    left = ", ".join(f"{i} ({size})" for i, size in enumerate(x.array.shape) if i not in gone)
    kept = " (as size 1)" if keeps else ""
    over = ", ".join(letters[i] for i in sorted(gone))
    lines = [
        f"axes that go: {what}{kept}   axes that stay: {left or 'none'}",
        f"{at('out', result)} = {seen.step.title} over {over or 'nothing'} "
        f"of {at(x.name, letters)}",
    ]
    if element is None:
        return Told(lines)
    left_over = iter(element)
    index: list[Any] = []
    for i in range(x.array.ndim):
        here = next(left_over) if keeps or i not in gone else None
        index.append(slice(None) if i in gone else here)
    values = x.array[tuple(index)]
    spans = [
        range(n) if isinstance(i, slice) else (i,)
        for i, n in zip(index, x.array.shape, strict=True)
    ]
    marked = frozenset(combinations(*spans)) if values.size <= _LARGEST else frozenset()
    total = f"{at('out', element)} = {seen.step.title} of {brief(values)} is {brief(out[element])}"
    return Told(lines, [marked], [total])


def moves(seen: Seen) -> bool:
    """Whether the step only gives elements other places."""
    family = getattr(seen.step.target, "family", None)
    moving = (families.view, families.join, families.shape)
    return family in moving or seen.step.name in (*_MOVING, "gather")


def movement(
    seen: Seen, operands: Sequence[Operand], out: Any, element: Element | None
) -> Told | None:
    """Where elements come from, found by sending the places themselves through the op.

    None if the op does not take them.
    """
    joined = getattr(seen.step.target, "family", None) is families.join
    count = len(operands) if joined else 1
    moved = operands[:count]
    starts = np.cumsum([0, *(each.array.size for each in moved)])
    if starts[-1] > _LARGEST:
        return Told([TOO_MANY])
    if not out.size:
        return Told(["the result has no elements"])
    ids = [
        Tensor(np.arange(start + 1, start + 1 + each.array.size).reshape(each.array.shape))
        for each, start in zip(moved, starts, strict=False)
    ]
    args = [ids if joined else ids[0], *seen.args[1:]]
    try:
        result = seen.step.run(seen.step.target, args)
    except TcalcError:  # of what is not for whole numbers
        return None
    places = result.array - 1 if isinstance(result, Tensor) else np.empty(0)
    if places.shape != out.shape or places.min() < 0 or places.max() >= starts[-1]:
        return None  # zeros came in, or something was computed

    def source(index: Element) -> tuple[int, Element]:
        place = int(places[index])
        which = int(np.searchsorted(starts, place, side="right")) - 1
        inside = np.unravel_index(place - int(starts[which]), moved[which].array.shape)
        return which, tuple(map(int, inside))

    def line(index: Element) -> str:
        which, inside = source(index)
        value = brief(out[index])
        return f"{at('out', index)} is {at(moved[which].name, inside)} = {value}"

    if element is not None:
        which, inside = source(element)
        marked = [frozenset([inside] if i == which else []) for i in range(count)]
        return Told([], marked, [line(element)])
    shown = [line(index) for index in examples(out.shape)]
    # Where an operand of indices says what goes where, there is no rule to read off.
    rules = _followed(places, moved[0]) if count == len(operands) == 1 else []
    return Told([*rules, *shown])


def _followed(places: Array, moved: Operand) -> list[str]:
    """The rule by which elements of an operand move, if it is one of indices."""
    shape, letters = moved.array.shape, LETTERS[: places.ndim]
    samples = [
        (index, [Span(int(i), int(i) + 1) for i in np.unravel_index(int(places[index]), shape)])
        for index in spread(places.shape, _SAMPLES)
    ]
    found = rule(samples, shape, letters)
    if found is None or not letters:
        return []
    return [f"{at('out', letters)} is {at(moved.name, found.texts)}"]


def examples(shape: tuple[int, ...]) -> list[Element]:
    """The first element, its neighbour along each axis, and the last one."""
    zero = (0,) * len(shape)
    steps = [(*zero[:i], 1, *zero[i + 1 :]) for i, size in enumerate(shape) if size > 1]
    return list(dict.fromkeys([zero, *reversed(steps), tuple(size - 1 for size in shape)]))
