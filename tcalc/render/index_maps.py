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

from tcalc.core import families
from tcalc.core.dtypes import Array
from tcalc.core.listing import brief
from tcalc.core.tensor import Tensor
from tcalc.core.witness import Seen

Element = tuple[int, ...]
LETTERS = "ijklmnpqrstuvw"
PRODUCTS = ("mm", "matmul", "bmm", "mv", "dot", "outer", "einsum")
_MOVING = (
    "index_select",
    "repeat",
    "tile",
    "take_along_dim",
    "get_item",
    "take_view",
    "repeat_interleave",
)
_MOST_TERMS = 8
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


def broadcast(seen: Seen, operands: Sequence[Operand], out: Any, element: Element | None) -> Told:
    """Sizes right-aligned, with those that are stretched."""
    named = [(each.name, each.array.shape) for each in operands] + [("out", out.shape)]
    wide = max(len(name) for name, _ in named)
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
        lines.append(f"{name.ljust(wide)} {row}   {'; '.join(notes)}".rstrip())
    shapes = [each.array.shape for each in operands]
    if len(shapes) == 1 or not out.ndim:
        lines = ["each element by itself"] if out.ndim else []
    lines += [
        f"careful: {list(one)} with {list(other)} makes all pairs; "
        f"for those of equal index squeeze(1) the first"
        for one, other in combinations(shapes, shapes)
        if len(one) == 2 and len(other) == 1 and one[1] == 1 and one[0] == other[0] > 1  # noqa: PLR2004
    ]
    if element is None:
        return Told(lines)
    places = [_broadcast_index(each.array.shape, element) for each in operands]
    sources = [
        f"{at(each.name, place)} = {brief(each.array[place])}"
        for each, place in zip(operands, places, strict=True)
    ]
    total = f"{at('out', element)} = {seen.step.title} of {', '.join(sources)} is "
    return Told(lines, [frozenset([place]) for place in places], [total + brief(out[element])])


def _broadcast_index(shape: tuple[int, ...], element: Element) -> Element:
    lead = len(element) - len(shape)
    return tuple(0 if size == 1 else i for size, i in zip(shape, element[lead:], strict=True))


def reduction(seen: Seen, operands: Sequence[Operand], out: Any, element: Element | None) -> Told:
    """Which axes go, and what stays."""
    x = operands[0]
    given = dict(zip((p.name for p in seen.step.target.signature.params), seen.args, strict=True))
    dim = given.get("dim")
    axes: Sequence[int] = (dim,) if isinstance(dim, int) else dim or range(x.array.ndim)
    gone = {i % max(x.array.ndim, 1) for i in axes}
    letters = [LETTERS[i] for i in range(x.array.ndim)]
    stays = [letters[i] for i in range(x.array.ndim) if i not in gone]
    keeps = bool(given.get("keepdim"))
    if out.ndim == x.array.ndim and not keeps and gone:  # softmax, say
        along = ", ".join(f"{i} ({x.array.shape[i]})" for i in sorted(gone))
        return Told([f"along axis {along}, which stays: each element is made of all of its line"])
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


def product(
    seen: Seen, operands: Sequence[Operand], out: Any, element: Element | None
) -> Told | None:
    """A sum of products over the indices that the result does not have."""
    terms, result = _equation(seen, operands)
    if terms is None:
        return None
    sizes = {
        c: n
        for term, each in zip(terms, operands, strict=True)
        for c, n in zip(term, each.array.shape, strict=True)
    }
    summed = [c for c in sizes if c not in result]
    factors = " * ".join(at(each.name, term) for each, term in zip(operands, terms, strict=True))
    over = f"sum over {', '.join(summed)} of " if summed else ""
    lines = [f"{at('out', result)} = {over}{factors}"]
    lines.append(", ".join(f"{c} < {n}" for c, n in sizes.items()))
    if element is None:
        return Told(lines)
    known = dict(zip(result, element, strict=True))
    ways = [
        dict(zip(summed, way, strict=True)) | known
        for way in _first(combinations(*(range(sizes[c]) for c in summed)))
    ]
    marked, pieces = [], []
    for term in terms:
        spans = [(known[c],) if c in known else range(sizes[c]) for c in term]
        marked.append(frozenset(combinations(*spans)))
    for way in ways[:_MOST_TERMS]:
        values = [
            brief(each.array[tuple(way[c] for c in term)])
            for term, each in zip(terms, operands, strict=True)
        ]
        pieces.append("*".join(f"({v})" if v.startswith("-") else v for v in values))
    dots = " + ..." if len(ways) > _MOST_TERMS else ""
    line = f"{at('out', element)} = {' + '.join(pieces) or '0'}{dots} = {brief(out[element])}"
    return Told(lines, marked, [line])


def _first(ways: Any) -> list[Any]:
    """So many of the ways that there can be seen to be more."""
    return [way for way, _ in zip(ways, range(_MOST_TERMS + 1), strict=False)]


def _equation(seen: Seen, operands: Sequence[Operand]) -> tuple[Any, str]:
    """The letters of each operand's axes, and of the result's; None if they are not that plain."""
    if seen.step.name == "einsum":
        text = next((arg for arg in seen.args if isinstance(arg, str)), "").replace(" ", "")
        if not text or "." in text:
            return None, ""
        left, arrow, result = text.partition("->")
        if not arrow:
            result = "".join(sorted(c for c in set(left) if c.isalpha() and left.count(c) == 1))
        return left.split(","), result
    (x, y) = operands[:2]
    a, b = x.array.shape, y.array.shape
    if seen.step.name == "outer":
        return ["i", "j"], "ij"
    lead = LETTERS[3 : 3 + max(len(a), len(b)) - 2]
    if min(len(a), len(b)) > 2 and a[:-2] != b[:-2]:  # noqa: PLR2004 -- stretched batches
        return None, ""
    rows, columns = "i" if len(a) > 1 else "", "j" if len(b) > 1 else ""
    terms = [lead * (len(a) > 2) + rows + "k", lead * (len(b) > 2) + "k" + columns]  # noqa: PLR2004
    return terms, lead + rows + columns


def moves(seen: Seen) -> bool:
    """Whether the step only gives elements other places."""
    family = getattr(seen.step.target, "family", None)
    moving = (families.view, families.join, families.shape)
    return family in moving or seen.step.name in (*_MOVING, "gather")


def movement(seen: Seen, operands: Sequence[Operand], out: Any, element: Element | None) -> Told:
    """Where elements come from, found by sending the places themselves through the op."""
    joined = getattr(seen.step.target, "family", None) is families.join
    count = len(operands) if joined else 1
    moved = operands[:count]
    starts = np.cumsum([0, *(each.array.size for each in moved)])
    if starts[-1] > _LARGEST:
        return Told(["too many elements to follow each; take a smaller tensor of the same kind"])
    ids = [
        Tensor(np.arange(start, start + each.array.size).reshape(each.array.shape))
        for each, start in zip(moved, starts, strict=False)
    ]
    args = [ids if joined else ids[0], *seen.args[1:]]
    result = seen.step.run(seen.step.target, args)
    places = result.array if isinstance(result, Tensor) else np.zeros(0, np.int64)
    if places.shape != out.shape or not places.size:
        return Told(
            ["the result has no elements"] if not out.size else ["elements move as they are"]
        )

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
    return Told([line(index) for index in _examples(out.shape)])


def _examples(shape: tuple[int, ...]) -> list[Element]:
    """The first element, its neighbour along each axis, and the last one."""
    zero = (0,) * len(shape)
    steps = [(*zero[:i], 1, *zero[i + 1 :]) for i, size in enumerate(shape) if size > 1]
    return list(dict.fromkeys([zero, *reversed(steps), tuple(size - 1 for size in shape)]))
