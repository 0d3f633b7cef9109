"""Graphs, programs and backward passes as pictures: each value once, with rails to what uses it.

```
○     %1 = x           float32 [2]  leaf
├─●   %2 = Sin(%1)     float32 [2]  saves x
●─╯   %3 = Mul(%2, %1) float32 [2]  saves y, x
●     %4 = Sum(%3)     float32 []
```
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from tcalc.core.listing import MOST_LINES, Entry, Listing
from tcalc.core.rails import Row, rows
from tcalc.render.drawing import UNLIMITED, Picture
from tcalc.render.tensor_view import PROMPT_LINES
from tcalc.theme import SERIES

FEWEST_LINES = 8  # however small the screen
# Marks of an op and of a source; straight on, across, and the meetings of the two.
UNICODE = {char: char for char in "●○│─├┤┼┴╯⋮"}
ASCII = dict(zip("●○│─├┤┼┴╯⋮", "*o|-++++':", strict=True))


@dataclass(frozen=True, slots=True, repr=False)
class GraphView(Picture):
    """A listing with its rails; one higher than the screen shows its two ends."""

    listing: Listing

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """A line for each entry, cut at the width."""
        glyphs = ASCII if options.ascii_only else UNICODE
        laid = rows(self.listing.entries)
        room = MOST_LINES
        if options.size.height < UNLIMITED:
            room = max(options.size.height - PROMPT_LINES, FEWEST_LINES)
        head, tail = laid, laid[:0]
        if len(laid) > room:
            half = (room - 1) // 2
            head, tail = laid[: room - 1 - half], laid[-half:]
        shown = [*head, *tail]
        width = max((row.width for row in shown), default=1)
        texts = max((len(row.entry.text) for row in shown if row.entry.value), default=0)
        values = max((len(row.entry.value) for row in shown), default=0)
        for part in (head, tail):
            for row in part:
                line = _rails(row, width, glyphs).append("  ")
                line.append_text(_text(row.entry, texts, values))
                line.truncate(options.max_width, overflow="ellipsis")
                yield line
            if part is head and tail:
                yield _gap(head[-1], len(laid) - len(shown), width, glyphs)

    def __repr__(self) -> str:
        """The listing."""
        return self.listing.text()


def _rails(row: Row, width: int, glyphs: dict[str, str]) -> Text:
    """The columns of a row: what goes on, what ends here, and what the entry is joined to."""
    line = Text(no_wrap=True)
    low, high = min([row.column, *row.joined]), max([row.column, *row.joined])
    for column in range(width):
        across = low <= column < high
        char = _glyph(row, column, low, high)
        own = column in row.joined or column in row.passing
        line.append(glyphs.get(char, char), _style(column if own else row.column))
        line.append(glyphs["─"] if across else " ", _style(row.column))
    line.right_crop(1)
    return line


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


def _text(entry: Entry, width: int, values: int) -> Text:
    """The entry's own words, as in the listing."""
    line = Text(no_wrap=True)
    number, _, rest = entry.text.partition(" ")
    if number.startswith("%"):
        line.append(f"{number} ", "mark")
    else:
        rest = entry.text
    line.append(rest, "title" if entry.source else "")
    if entry.value or entry.remark:
        line.append(" " * (width - len(entry.text) + 1))
        line.append(f"{entry.value.ljust(values)}  ", "quiet")
        gradient = entry.remark.startswith(("leaf, grad ", "gives "))
        line.append(entry.remark, "number" if gradient else "quiet")
    line.highlight_regex(r"(?<=.)%\d+|leaf, grad|gives", "mark")
    line.rstrip()
    return line


def _gap(above: Row, left: int, width: int, glyphs: dict[str, str]) -> Text:
    line = Text(no_wrap=True)
    passing = {*above.passing, above.column}
    for column in range(width):
        line.append(f"{glyphs['⋮'] if column in passing else ' '} ", _style(column))
    return line.append(f" {left:,} more: .text(), .svg()", "quiet")
