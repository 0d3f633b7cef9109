"""Graphs, programs and backward passes as pictures: each value once, with rails to what uses it.

```
○    %1 = x           float32 [2]  leaf
├─●  %2 = Sin(%1)     float32 [2]  saves %1 [1, 2]
●─╯  %3 = Mul(%2, %1) float32 [2]  saves %1 [1, 2], %2 [0.8415, 0.9093]
●    %4 = Sum(%3)     float32 []
```
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from tcalc.core.listing import MOST_LINES, Entry, Listing
from tcalc.core.rails import Row, rows
from tcalc.render.drawing import UNLIMITED, Picture, check_files, write
from tcalc.render.tensor_view import PROMPT_LINES
from tcalc.theme import SERIES

FEWEST_LINES = 8  # however small the screen
_GRADIENTS = re.compile(r"(.*?)(?:\b(grad |gives )(.*))?$", re.DOTALL)
_NARROWEST = 12  # columns for words, however small the screen
# Marks of an op and of a source; straight on, across, and the meetings of the two.
UNICODE = {char: char for char in "●○│─├┤┼┴╯⋮"}
ASCII = dict(zip("●○│─├┤┼┴╯⋮", "*o|-++++':", strict=True))


LANGUAGES: dict[str, Callable[[Listing], str]] = {
    ".svg": Listing.svg,
    ".dot": Listing.dot,
    ".gv": Listing.dot,
    ".mmd": Listing.mermaid,
    ".txt": Listing.text,
}


@dataclass(frozen=True, slots=True, repr=False)
class GraphView(Picture):
    """A listing with its rails; one higher than the screen shows its two ends."""

    listing: Listing

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """A line for each entry, more where it is longer than the screen is wide."""
        laid = rows(self.listing.ends(MOST_LINES))
        room = MOST_LINES
        if options.size.height < UNLIMITED:
            room = max(options.size.height - PROMPT_LINES, FEWEST_LINES)
        shown = laid if len(laid) <= room else [*laid[:room], *laid[-room:]]
        sheet = _Sheet.of(shown, console, options)
        blocks = [sheet.lines(row) for row in shown]
        head, tail = len(blocks), 0
        if len(laid) > room or sum(map(len, blocks)) > room:
            tail = _fitting(blocks[::-1], (room - 1) // 2)
            head = _fitting(blocks, room - 1 - sum(map(len, blocks[len(blocks) - tail :])))
        for block in blocks[:head]:
            yield from block
        if head < len(blocks):
            yield sheet.gap(shown[head - 1], len(laid) - head - tail)
        for block in blocks[len(blocks) - tail :]:
            yield from block

    def __repr__(self) -> str:
        """The listing."""
        return self.listing.text()


def _fitting(blocks: Sequence[Sequence[Text]], room: int) -> int:
    """How many of the first blocks fit in `room` lines, and at least one."""
    taken = 0
    for number, block in enumerate(blocks):
        taken += len(block)
        if taken > room:
            return max(number, 1)
    return len(blocks)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The columns that entries share: of rails, of their texts, and of what they are."""

    width: int
    rails: int
    texts: int
    values: int
    glyphs: dict[str, str]
    console: Console

    @classmethod
    def of(cls, shown: Sequence[Row], console: Console, options: ConsoleOptions) -> _Sheet:
        """Measure the rows; a text much longer than others has no column."""
        width = options.max_width
        entries = [row.entry for row in shown]
        lengths = (cell_len(e.text) for e in entries if e.value or e.remark)
        texts = [length for length in lengths if length < width // 2]
        return cls(
            width,
            max((row.width for row in shown), default=1),
            max(texts, default=0),
            max((len(entry.value) for entry in entries), default=0),
            ASCII if options.ascii_only else UNICODE,
            console,
        )

    def lines(self, row: Row) -> list[Text]:
        """The line of an entry, or that and others below for what it has no room for."""
        rails = self._rails(row).append("  ")
        line = rails.copy().append_text(self._text(row.entry))
        if line.cell_len <= self.width:
            return [line]
        alone = row.entry._replace(remark="")
        first = rails.copy().append_text(self._text(alone))
        if first.cell_len > self.width:
            first = rails.append_text(_head(alone)).append(f" {alone.value}", "quiet")
        first.truncate(self.width, overflow="ellipsis")
        return [first, *self._below(row)]

    def gap(self, above: Row, left: int) -> Text:
        """What stands for `left` entries."""
        line = Text(no_wrap=True)
        for column in range(self.rails):
            goes_on = column in above.passing or column == above.column
            line.append(f"{self.glyphs['⋮'] if goes_on else ' '} ", _style(column))
        return line.append(f" {left:,} more: .text(), .svg()", "quiet")

    def _rails(self, row: Row) -> Text:
        """The columns of a row: what goes on, what ends, and what the entry is joined to."""
        line = Text(no_wrap=True)
        low, high = min([row.column, *row.joined]), max([row.column, *row.joined])
        for column in range(self.rails):
            across = low <= column < high
            char = _glyph(row, column, low, high)
            own = column in row.joined or column in row.passing
            line.append(self.glyphs.get(char, char), _style(column if own else row.column))
            line.append(self.glyphs["─"] if across else " ", _style(row.column))
        line.right_crop(1)
        return line

    def _text(self, entry: Entry) -> Text:
        """The entry's own words, as in the listing."""
        line = _head(entry)
        if entry.value or entry.remark:
            line.append(" " * max(self.texts - cell_len(entry.text) + 1, 1))
            line.append(f"{entry.value.ljust(self.values)}  ", "quiet")
            line.append_text(_remark(entry))
        line.rstrip()
        return line

    def _below(self, row: Row) -> Iterator[Text]:
        """The remark of an entry beside the rails that go on."""
        beside = Text(no_wrap=True)
        for column in range(self.rails):
            goes_on = column in row.passing or (row.starts and column == row.column)
            beside.append(f"{self.glyphs['│'] if goes_on else ' '} ", _style(column))
        beside.append("   ")
        room = max(self.width - beside.cell_len, _NARROWEST)
        for words in _remark(row.entry).wrap(self.console, room):
            line = beside.copy().append_text(words)
            line.rstrip()
            yield line


def _glyph(row: Row, column: int, low: int, high: int) -> str:
    """What stands in a column: a rail that only passes by breaks the line across."""
    if column == row.column:
        return "○" if row.entry.source else "●"
    ends = row.joined.get(column)
    if ends is None:
        return "│" if column in row.passing else "─" if low < column < high else " "
    if ends:
        return "╯" if column == high else "┴"
    return {low: "├", high: "┤"}.get(column, "┼")


def _style(column: int) -> str:
    return SERIES[column % len(SERIES)]


def _head(entry: Entry) -> Text:
    """The number and what it stands for."""
    line = Text(no_wrap=True)
    number, _, rest = entry.text.partition(" ")
    if number.startswith("%"):
        line.append(f"{number} ", "mark")
    else:
        rest = entry.text
    line.append(rest, "title" if entry.source else "")
    line.highlight_regex(r"(?<=.)%\d+", "mark")
    return line


def _remark(entry: Entry) -> Text:
    """What an entry saves, quietly, and which gradients are at it."""
    before, word, gradients = _GRADIENTS.match(entry.remark).groups("")  # type: ignore[union-attr]
    line = Text().append(before, "quiet").append(word, "mark")
    for part in re.split(r"(%\d+)", gradients):
        line.append(part, "mark" if part.startswith("%") else "number")
    return line


def save(graph: Listing, path: str) -> None:
    """Write a graph to a file in the language of its ending.

    Raises ArgumentFault for another ending, RuntimeFault if the file cannot be written, LimitError
    in a session without files.
    """
    check_files(path, tuple(LANGUAGES))
    write(path, (LANGUAGES[Path(path).suffix.lower()](graph) + "\n").encode())
