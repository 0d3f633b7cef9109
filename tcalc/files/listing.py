"""What a namespace holds, a line for each member: name, dtype and shape, bytes.

Of many members those are put in one line whose names differ in numbers only, as the layers of a
network do: `layers.{0-31}.weight`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tcalc import limits
from tcalc.core.tensor import Tensor
from tcalc.excerpt import cells as width_of
from tcalc.files.namespace import DataNamespace, Unread

MANY = 40  # members above which those alike share a line
MOST = 100  # lines; of more, only the first and the last are shown
LONGEST_TEXT = 40
FEW = 4  # numbers in a name that are written one by one
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Row:
    """One member, or several alike: their name, what each is, and the bytes of all.

    `dtype` and `shape` are a tensor's; for any other value `dtype` is its type and `text` what it
    is. `numbers` are the places of the members among all.
    """

    name: str
    dtype: str
    shape: tuple[int, ...] | None
    nbytes: int
    text: str = ""
    numbers: tuple[int, ...] = ()

    @property
    def kind(self) -> str:
        """The shape, and how many there are of it; for a plain value, what it is."""
        if self.shape is None:
            return self.text
        times = f"{len(self.numbers)} x " if len(self.numbers) > 1 else ""
        return times + str(list(self.shape))

    @property
    def elements(self) -> int:
        """The number of elements of all."""
        return 0 if self.shape is None else math.prod(self.shape) * max(1, len(self.numbers))


def rows(members: Iterable[tuple[str, object]]) -> list[Row]:
    """A row for each name and value."""
    return [_row(name, value, number) for number, (name, value) in enumerate(members)]


def _row(name: str, value: object, number: int) -> Row:
    name = name if name.isprintable() else ascii(name)  # a terminal may obey other characters
    if isinstance(value, Unread):
        return Row(name, value.dtype, value.shape, value.nbytes, numbers=(number,))
    if isinstance(value, Tensor):
        return Row(name, value.dtype.name, value.array.shape, value.array.nbytes, "", (number,))
    return Row(name, _type(value), None, 0, _text(value), (number,))


def _type(value: object) -> str:
    return "namespace" if isinstance(value, DataNamespace) else type(value).__name__


def _text(value: object) -> str:
    if isinstance(value, DataNamespace | list | tuple | dict):
        return f"{len(value)} {'item' if len(value) == 1 else 'items'}"
    text = repr(value)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 3] + "..."


def condensed(single: Sequence[Row]) -> list[Row | None]:
    """The rows to show: all, or of many the like ones together; None where some are left out."""
    shown: list[Row | None] = list(single)
    if len(single) > MANY:
        shown = list(_together(single))
    if len(shown) > MOST:
        shown[MOST * 3 // 4 : -MOST // 4] = [None]
    return shown


def _together(single: Iterable[Row]) -> Iterator[Row]:
    alike: dict[object, list[Row]] = {}
    for row in single:
        alike.setdefault((_NUMBER.sub("#", row.name), row.dtype, row.kind), []).append(row)
    for members in alike.values():
        first = members[0]
        numbers = tuple(number for row in members for number in row.numbers)
        nbytes = sum(row.nbytes for row in members)
        name = _pattern([row.name for row in members])
        yield Row(name, first.dtype, first.shape, nbytes, first.text, numbers)


def _pattern(names: Sequence[str]) -> str:
    """One name for all that differ in numbers only: `a.{0-3}.b`."""
    places = zip(*(_NUMBER.findall(name) for name in names), strict=True)
    ranges = iter([_range(sorted(set(numbers), key=int)) for numbers in places])
    return _NUMBER.sub(lambda _: next(ranges), names[0])


def _range(numbers: Sequence[str]) -> str:
    if len(numbers) == 1:
        return numbers[0]
    if all(int(after) == int(before) + 1 for before, after in pairwise(numbers)):
        return f"{{{numbers[0]}-{numbers[-1]}}}"
    return "{" + ",".join(numbers[:FEW]) + (",...}" if len(numbers) > FEW else "}")


def aligned(cells: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> list[str]:
    """Lines in which the cells of a column stand below each other; those of `right` end together.

    An empty row is a line of dots.
    """
    taken = [[width_of(text) for text in row] for row in cells]
    widths = [max(column) for column in zip(*filter(None, taken), strict=True)]
    lines = []
    for row, lengths in zip(cells, taken, strict=True):
        line = []
        for column, text in enumerate(row):
            space = " " * (widths[column] - lengths[column])
            line.append(space + text if column in right else text + space)
        lines.append("  ".join(line).rstrip() or "...")
    return lines


def listing(namespace: DataNamespace) -> str:
    """The text of a namespace: how many members it has, and a line for each."""
    single = rows(namespace.outlines())
    cells = [[] if row is None else _cells(row) for row in condensed(single)]
    count = f"namespace of {len(single):,} {'member' if len(single) == 1 else 'members'}"
    total = sum(row.nbytes for row in single)
    title = f"{count}, {limits.size(total)}" if total else count
    return "\n".join([title, *("  " + line for line in aligned(cells))])


def _cells(row: Row) -> list[str]:
    return [row.name, row.dtype, row.kind, limits.size(row.nbytes) if row.shape is not None else ""]
