"""A matrix of short texts between brackets, its rows and columns marked with their indices.

```
   ┌ 0  1   2   3 ┐
 0 │ 0  1   2   3 │
 ⋮ │ ⋮  ⋮   ⋮   ⋮ │
 9 │ 8  9  10  11 │
   └              ┘
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

SPACE = 2  # columns between two cells
FRAME = 6  # columns that the brackets and the blanks around them and the row's mark take
EDGE_LINES = 2  # those of the column marks and of the bracket's end
GAP = None  # stands in `rows` and `columns` for indices that are left out

Indices = list[int | None]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a frame: corners in reading order, the upright, and the ellipses."""

    corners: str
    upright: str
    across: str
    down: str


UNICODE = Glyphs("┌┐└┘", "│", "⋯", "⋮")
ASCII = Glyphs("++++", "|", "~", ":")


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands for one element, and its style."""

    text: str
    style: str = ""


class Grid:
    """Cells with the row and column indices that they have; GAP marks what is left out.

    `cells` has a row for each index in `rows` that is no gap, and in it a cell for each of
    `columns` that is none. `title` stands above. A grid wider than the terminal continues below,
    column block by column block; `width` is what it takes if it need not be split.
    """

    def __init__(
        self,
        cells: Sequence[Sequence[Cell]],
        rows: Sequence[int | None],
        columns: Sequence[int | None],
        title: str = "",
    ) -> None:
        """Measure the cells: all are as wide as the longest text or column mark."""
        self.cells = cells
        self.rows = rows
        self.columns = columns
        self.title = title
        texts = [len(cell.text) for row in cells for cell in row]
        self.cell_width = max([*texts, *_lengths(columns), 1])
        self.mark_width = max([*_lengths(rows), 1])
        self.width = max(grid_width(self.mark_width, self.cell_width, columns), cell_len(title))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """All lines, at the terminal's width."""
        yield from self.lines(options.max_width, ASCII if options.ascii_only else UNICODE)

    def lines(self, width: int, glyphs: Glyphs) -> Iterator[Text]:
        """The title, then block after block of as many columns as fit in `width`."""
        if self.title:
            yield Text(self.title, "quiet")
        count = max(len(self.columns), 1)
        per_block = columns_within(width, self.mark_width, self.cell_width)
        if self.width <= width:  # a gap is narrower than other columns
            per_block = count
        for start in range(0, count, per_block):
            yield from self._block(start, start + per_block, glyphs)

    def _block(self, start: int, stop: int, glyphs: Glyphs) -> Iterator[Text]:
        """Lines of the columns `start:stop`."""
        columns = self.columns[start:stop]
        widths = [len(glyphs.across) if c is GAP else self.cell_width for c in columns]
        before = sum(index is not GAP for index in self.columns[:start])
        top, bottom, side = glyphs.corners[:2], glyphs.corners[2:], glyphs.upright * 2
        marks = [Cell("" if index is GAP else str(index), "mark") for index in columns]
        yield self._line("", top, marks, widths)
        shown = iter(self.cells)
        for index in self.rows:
            if index is GAP:
                cells = [Cell(glyphs.down, "mark")] * len(columns)
                yield self._line(glyphs.down, side, cells, widths)
                continue
            values = iter(next(shown)[before:])
            cells = [Cell(glyphs.across, "mark") if c is GAP else next(values) for c in columns]
            yield self._line(str(index), side, cells, widths)
        yield self._line("", bottom, [Cell("")] * len(columns), widths)

    def _line(self, mark: str, frame: str, cells: Sequence[Cell], widths: Sequence[int]) -> Text:
        """One line: the row's mark, and the cells between the two characters of `frame`."""
        line = Text(no_wrap=True)
        line.append(f" {mark:>{self.mark_width}} {frame[0]} ", "mark")
        for i, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            line.append(" " * SPACE if i else "").append(" " * (width - len(cell.text)))
            line.append(cell.text, cell.style)
        return line.append(f" {frame[1]}", "mark")


def columns_within(width: int, mark_width: int, cell_width: int) -> int:
    """How many columns fit in `width`, and at least one."""
    return max(1, (width - mark_width - FRAME + SPACE) // (cell_width + SPACE))


def grid_width(mark_width: int, cell_width: int, columns: Sequence[int | None]) -> int:
    """Columns of the terminal that a grid takes if it is not split."""
    inner = sum(len(UNICODE.across) if c is GAP else cell_width for c in columns)
    return mark_width + FRAME + inner + SPACE * (len(columns) - 1)


def _lengths(indices: Sequence[int | None]) -> list[int]:
    return [len(str(index)) for index in indices if index is not GAP]
