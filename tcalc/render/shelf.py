"""Grids side by side as far as the width goes, then on the next shelf."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from tcalc.render.grid import ASCII, UNICODE, Grid

SPACE = 2  # columns between two grids


@dataclass(frozen=True, slots=True)
class Shelf:
    """Matrices of one stack, in order."""

    grids: tuple[Grid, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Line by line across the grids of a row."""
        glyphs = ASCII if options.ascii_only else UNICODE
        for row in self._rows(options.max_width):
            columns = [list(grid.lines(options.max_width, glyphs)) for grid in row]
            for lines in zip_longest(*columns):
                joined = Text(no_wrap=True)
                for line, grid in zip(lines, row, strict=True):
                    gap = SPACE if joined else 0
                    joined.append(" " * gap).append_text(line or Text())
                    joined.append(" " * (grid.width - (line.cell_len if line else 0)))
                joined.rstrip()
                yield joined

    def _rows(self, width: int) -> Iterator[list[Grid]]:
        row: list[Grid] = []
        taken = 0
        for grid in self.grids:
            if row and taken + SPACE + grid.width > width:
                yield row
                row, taken = [], 0
            taken += grid.width + (SPACE if row else 0)
            row.append(grid)
        if row:
            yield row
