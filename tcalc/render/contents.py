"""What is in a data file: a table of names, shapes, dtypes, bytes and statistics.

The same table is plain aligned text, a rich picture, JSON and csv.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from tcalc import limits
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.errors import TcalcError
from tcalc.files.listing import Row, aligned, condensed, rows
from tcalc.files.namespace import DataNamespace, Unread
from tcalc.render.statistics import Figures, figures

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.text import Text

LARGEST = 1 << 30  # bytes of data whose statistics are worked out unasked
TABLES = ("csv", "tsv")  # formats whose columns are listed one by one
CHECKPOINTS = ("npz", "safetensors")  # formats whose elements are called parameters
TITLES = ("name", "dtype", "shape", "bytes", "min", "max", "mean", "std", "")
RIGHT = frozenset(range(3, 8))
LONGEST = 100  # characters of a remark
FACTS = 4  # columns before the statistics


class Origin(NamedTuple):
    """Where a value came from: its name, the program for it, its file's format and header."""

    name: str = ""
    program: str = ""
    format: str = ""
    header: Sequence[str] = ()


NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Contents:
    """The members of a value, in order, and what is known of all of them.

    `figures` has each member's statistics, None where there are none; `metadata` is what the file
    says about itself.
    """

    origin: Origin
    members: tuple[Row, ...]
    figures: tuple[Figures | None, ...]
    metadata: Mapping[str, str]
    left_out: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes of all tensors."""
        return sum(row.nbytes for row in self.members)

    @property
    def facts(self) -> list[str]:
        """How much there is."""
        tensors = sum(row.shape is not None for row in self.members)
        elements = sum(row.elements for row in self.members)
        if not tensors:
            return [_count(len(self.members), "value")]
        return [
            _count(tensors, "column" if self.origin.format in TABLES else "tensor"),
            _count(elements, "parameter" if self.origin.format in CHECKPOINTS else "element"),
            limits.size(self.nbytes),
        ]

    @property
    def remarks(self) -> list[str]:
        """What the file says of itself, and what has been left out."""
        said = [_brief(f"{key}: {word}") for key, word in self.metadata.items()]
        if self.left_out:
            said.append(
                f"statistics of more than {limits.size(LARGEST)} are left out; "
                f"stats({self.origin.name}) works them out"
            )
        return said

    def cells(self) -> list[list[str]]:
        """The table: its titles, then a row for each member, or for several that are alike."""
        table = [list(TITLES)]
        for row in condensed(self.members):
            table.append([] if row is None else _cells(row, self._figures_of(row)))
        if self.left_out or not any(self.figures):
            table = [line[:FACTS] for line in table]
        return table

    def _figures_of(self, row: Row) -> Figures | None:
        known = [f for f in (self.figures[number] for number in row.numbers) if f is not None]
        return sum(known[1:], known[0]) if known else None

    def plain(self) -> dict[str, Any]:
        """The same as data, every member by itself."""
        shown = zip(self.members, self.figures, strict=True)
        return {
            "name": self.origin.name,
            "format": self.origin.format,
            "elements": sum(row.elements for row in self.members),
            "bytes": self.nbytes,
            "metadata": dict(self.metadata),
            "members": [_plain(row, known) for row, known in shown],
        }

    def columns(self) -> dict[str, list[Any]]:
        """The same as a table, every member by itself."""
        members = self.plain()["members"]
        names = dict.fromkeys(key for member in members for key in member)
        table = {name: [member.get(name) for member in members] for name in names}
        if "shape" in table:
            table["shape"] = [
                None if shape is None else "x".join(map(str, shape)) for shape in table["shape"]
            ]
        return table

    def __repr__(self) -> str:
        """Aligned text."""
        title = f"{self.origin.name} = {self.origin.program}: " if self.origin.name else ""
        title += ", ".join(self.facts)
        return "\n".join([title, *self.remarks, *aligned(self.cells(), RIGHT)])

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table; where it is too wide, each member's statistics below it."""
        from rich.text import Text

        dot = " . " if options.ascii_only else " · "
        origin = f" = {self.origin.program}{dot}" if self.origin.name else ""
        yield Text.assemble((self.origin.name, "title"), (origin + dot.join(self.facts), "quiet"))
        for remark in self.remarks:
            yield Text(remark, "quiet")
        cells = self.cells()
        lines = aligned(cells, RIGHT)
        if max(map(len, lines)) <= options.max_width:
            yield from _table(cells, lines)
        else:
            yield from _stacked(cells, dot)


def _table(cells: Sequence[Sequence[str]], lines: Sequence[str]) -> Iterator[Text]:
    from rich.text import Text

    for number, (row, line) in enumerate(zip(cells, lines, strict=True)):
        text = Text(line, "" if number and row else "quiet", no_wrap=True, overflow="ellipsis")
        if number and row:
            text.stylize("title", 0, len(row[0]))
            text.stylize("nan", len(line) - len(row[-1]) if len(row) > FACTS else len(line))
        yield text


def _stacked(cells: Sequence[Sequence[str]], dot: str) -> Iterator[Text]:
    """The name of a member on a line of its own, and below it what is known of it."""
    from rich.text import Text

    titles, *members = cells
    for row in members:
        yield Text(row[0] if row else "...", "title", overflow="fold")
        facts = [cell for cell in row[1:FACTS] if cell]
        named = zip(titles[FACTS:], row[FACTS:], strict=True)
        known = [f"{title} {cell}".strip() for title, cell in named if cell]
        for line in filter(None, (facts, known)):
            text = Text("  " + dot.join(line), "quiet")
            if line is known and row[-1]:
                text.stylize("nan", len(text) - len(row[-1]))
            yield text


def _cells(row: Row, known: Figures | None) -> list[str]:
    size = "" if row.shape is None else limits.size(row.nbytes)
    facts = [row.name, row.dtype, row.kind, size]
    if known is None:
        return [*facts, "", "", "", "", ""]
    numbers = (known.low, known.high, known.mean if known.count else None, known.std)
    counts = (("nan", known.nan), ("inf", known.inf))
    strange = ", ".join(f"{count:,} {what}" for what, count in counts if count)
    return [*facts, *map(_number, numbers), strange]


def _brief(remark: str) -> str:
    """One line of what a file says; a terminal may obey characters that do not print."""
    line = " ".join(remark.split())
    safe = line if line.isprintable() else ascii(line)[1:-1]
    return safe if len(safe) <= LONGEST else safe[: LONGEST - 3] + "..."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.4g}"


def _plain(row: Row, known: Figures | None) -> dict[str, Any]:
    plain: dict[str, Any] = {"name": row.name, "dtype": row.dtype}
    if row.shape is None:
        return plain | {"value": row.text}
    plain |= {"shape": list(row.shape), "bytes": row.nbytes}
    if known is None:
        return plain
    return plain | {
        "min": known.low,
        "max": known.high,
        "mean": known.mean if known.count else None,
        "std": known.std,
        "nan": known.nan,
        "inf": known.inf,
    }


def contents(value: object, origin: Origin = NOWHERE, largest: float = math.inf) -> Contents:
    """The contents of `value`; statistics are left out of more than `largest` bytes."""
    members = list(_members(value, origin))
    listed = rows(members)
    left_out = sum(row.nbytes for row in listed) > largest
    known = tuple(None if left_out else _figures(member) for _, member in members)
    metadata = value.metadata if isinstance(value, DataNamespace) else {}
    return Contents(origin, tuple(listed), known, metadata, left_out)


def _members(value: object, origin: Origin) -> Iterator[tuple[str, object]]:
    """What to list of a value: its members, its columns, or itself."""
    header = origin.header
    if isinstance(value, DataNamespace):
        yield from value.outlines()
    elif isinstance(value, Mapping):
        yield from ((str(key), item) for key, item in value.items())
    elif isinstance(value, tuple | list):
        yield from ((f"{origin.name}[{number}]", item) for number, item in enumerate(value))
    elif isinstance(value, Tensor) and origin.format in TABLES and value.array.ndim == 2:  # noqa: PLR2004
        columns: Array = value.array.T
        for number, column in enumerate(columns):
            yield header[number] if header else f"[:, {number}]", Tensor(column)
    else:
        yield header[0] if len(header) == 1 else origin.name, value


def _figures(member: object) -> Figures | None:
    if isinstance(member, Unread):
        try:
            member = member.read()
        except TcalcError:
            return None  # one member that cannot be read does not hide the others
    return figures(member.array) if isinstance(member, Tensor) else None
