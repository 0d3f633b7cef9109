"""The picture of one array: a quiet line of facts, and the elements where they stand.

The digits are those of the text format. Zero, sign, NaN and Inf can be told apart by the text
alone; colour only helps. A tensor too large to read shows its edges and its statistics, one that
does not fit the screen its edges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from tcalc.render.cells import ElementCells
from tcalc.render.drawing import UNLIMITED, Picture
from tcalc.render.fit import Plan, Room, kept, plan, without_gaps
from tcalc.render.grid import EDGE_LINES, Cell, Grid, columns_within
from tcalc.render.heading import Subject, summary_line
from tcalc.render.shelf import Shelf
from tcalc.render.statistics import summarise
from tcalc.render.tensor_text import print_options

PROMPT_LINES = 2  # what the screen shows besides: the input, and the next prompt


@dataclass(frozen=True, slots=True, repr=False)
class TensorView(Picture):
    """The elements of an array under its header; a `full` view leaves none out."""

    subject: Subject
    full: bool = False

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """One line if the elements fit in it, else the header and the grids below it."""
        array, settings = self.subject.array, print_options()
        large = array.size > settings.threshold and not self.full
        edges = settings.edgeitems if large else None
        elements = ElementCells(array, edges, settings)
        if array.ndim in (0, 1) and not large and array.size:
            line = self._one_line(elements)
            if line.cell_len <= options.max_width:
                yield line
                return
        head = [self.subject.header(options)]
        if large:
            head += summary_line(summarise(array), options)
        yield from head
        if not array.size:
            return
        room = self._room(options, head)
        if array.ndim == 1:
            grid, whole = _wrapped(elements, edges, room)
            yield grid
        else:
            cell_width = max(elements.width, len(str(array.shape[-1] - 1)))
            chosen = plan(array.shape, edges, cell_width, room)
            yield _slices(elements, chosen)
            whole = chosen.whole
        if not (whole or large):
            name = self.subject.name or "_"  # the last value
            yield Text(f"all {array.size:,} elements: show({name}, full=True)", "quiet")

    def _room(self, options: ConsoleOptions, head: list[Text]) -> Room:
        if self.full or options.size.height >= UNLIMITED:
            return Room(options.max_width)
        # A line more, for the remark that something is left out.
        taken = PROMPT_LINES + 1 + sum(len(line.split()) for line in head)
        return Room(options.max_width, options.size.height - taken)

    def _one_line(self, elements: ElementCells) -> Text:
        subject, line = self.subject, Text(no_wrap=True)
        array = subject.array
        if subject.name:
            line.append(subject.name, "title").append(" = ", "quiet")
        cells = elements.row((), range(array.size)) if array.ndim else [elements.at(())]
        line.append("[" if array.ndim else "", "quiet")
        for i, cell in enumerate(cells):
            line.append(", " if i else "", "quiet").append(cell.text, cell.style)
        line.append("]" if array.ndim else "", "quiet")
        facts = [str(list(array.shape)), subject.dtype, *subject.facts]
        return line.append("   " + " ".join(facts), "quiet")


def _wrapped(elements: ElementCells, edges: int | None, room: Room) -> tuple[Grid, bool]:
    """A 1-D array as lines of equal length, each marked with the index that it starts at; and
    whether that is all of it."""
    size = elements.array.size
    mark_width = len(str(size))
    per_line = columns_within(room.width, mark_width, elements.width)
    if edges is not None and size > 2 * edges:
        columns = kept(size, max(1, min(edges, (per_line - 1) // 2)))
        return Grid([elements.row((), without_gaps(columns))], [0], columns), False
    starts: list[int | None] = list(range(0, size, per_line))
    if room.height is not None:
        fitting = max(1, (room.height - EDGE_LINES - 1) // 2)
        if len(starts) + EDGE_LINES > room.height:
            starts = [None if i is None else i * per_line for i in kept(len(starts), fitting)]
    cells: list[list[Cell]] = []
    for start in without_gaps(starts):
        row = elements.row((), range(start, min(start + per_line, size)))
        cells.append([*row, *[Cell("")] * (per_line - len(row))])
    return Grid(cells, starts, list(range(per_line))), None not in starts


def _slices(elements: ElementCells, chosen: Plan) -> Shelf:
    """The matrices along the leading axes, side by side as far as they fit."""
    leads = elements.array.shape[:-2]
    grids: list[Grid | None] = []
    for panel in chosen.panels:
        if panel is None:
            grids.append(None)
            continue
        at = tuple(map(int, np.unravel_index(panel, leads))) if leads else ()
        columns = without_gaps(chosen.columns)
        cells = [elements.row((*at, i), columns) for i in without_gaps(chosen.rows)]
        title = f"[{', '.join(map(str, at))}, :, :]" if at else ""
        grids.append(Grid(cells, chosen.rows, chosen.columns, title))
    return Shelf(tuple(grids))
