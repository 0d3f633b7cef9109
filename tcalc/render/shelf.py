"""Grids side by side as far as the width goes, then on the next shelf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from tcalc.render.grid import ASCII, GAP, UNICODE, Glyphs, Grid

SPACE = 2  # columns between two grids


@dataclass(frozen=True, slots=True)
class Shelf:
    """Matrices of one stack, in order; GAP stands for those that are left out."""

    grids: tuple[Grid | None, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Line by line across the grids of a row."""
        glyphs = ASCII if options.ascii_only else UNICODE
        for row in self._rows(options.max_width):
            columns = [list(g.lines(options.max_width, glyphs)) if g else [] for g in row]
            height = max(map(len, columns)) or 1
            for number in range(height):
                joined = Text(no_wrap=True)
                for grid, lines in zip(row, columns, strict=True):
                    line = lines[number] if number < len(lines) else Text()
                    if grid is GAP and number == height // 2:
                        line = Text(glyphs.across, "mark")
                    joined.append(" " * SPACE if joined else "").append_text(line)
                    joined.append(" " * (_width(grid, glyphs) - line.cell_len))
                joined.rstrip()
                yield joined

    def _rows(self, width: int) -> Iterator[Sequence[Grid | None]]:
        row: list[Grid | None] = []
        taken = 0
        for grid in self.grids:
            each = _width(grid, UNICODE)
            if row and taken + SPACE + each > width:
                yield row
                row, taken = [], 0
            taken += each + (SPACE if row else 0)
            row.append(grid)
        if row:
            yield row


def _width(grid: Grid | None, glyphs: Glyphs) -> int:
    return len(glyphs.across) if grid is None else grid.width
