"""The picture of one array: a quiet line of facts, and the elements where they stand.

The digits are those of the text format. Zero, sign, NaN and Inf can be told apart by the text
alone; colour only helps. A tensor too large to read shows its corners and its statistics.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from tcalc import limits
from tcalc.core.dtypes import Array
from tcalc.render.cells import ElementCells, kept, without_gaps
from tcalc.render.grid import GAP, Cell, Grid, columns_within
from tcalc.render.shelf import Shelf
from tcalc.render.statistics import Summary, summarise
from tcalc.render.tensor_text import print_options

ALARMS = ("nan", "inf")  # worth a word in the header
COUNTED = 1000  # elements; a larger tensor's header leaves the counts to its summary


@dataclass(frozen=True, slots=True)
class TensorView:
    """`array` under a header of its name, shape, dtype and `facts` such as `requires_grad`."""

    array: Array
    dtype: str
    name: str | None = None
    facts: tuple[str, ...] = ()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """One line if the elements fit in it, else the header and the grids below it."""
        array, settings = self.array, print_options()
        large = array.size > settings.threshold
        edges = settings.edgeitems if large else None
        elements = ElementCells(array, edges, settings)
        if array.ndim in (0, 1) and not large and array.size:
            line = self._one_line(elements)
            if line.cell_len <= options.max_width:
                yield line
                return
        dot = " . " if options.ascii_only else " · "
        yield self._header([limits.size(array.nbytes)], dot)
        if not array.size:
            return
        if large:
            yield from _summary_lines(summarise(array), dot)
        if array.ndim == 1:
            yield _wrapped(elements, edges, options.max_width)
        else:
            yield from _slices(elements, edges, options)

    def _header(self, more: Sequence[str], dot: str) -> Text:
        header = Text()
        if self.name:
            header.append(self.name, "title").append(dot, "quiet")
        parts = [str(list(self.array.shape)), self.dtype, *self.facts, *more]
        header.append(dot.join(parts), "quiet")
        if self.array.size <= COUNTED:
            for kind, count in summarise(self.array).counts.items():
                if kind in ALARMS:
                    header.append(dot, "quiet").append(f"{count.number} {kind}", kind)
        return header

    def _one_line(self, elements: ElementCells) -> Text:
        line = Text(no_wrap=True)
        if self.name:
            line.append(self.name, "title").append(" = ", "quiet")
        cells = elements.row((), range(self.array.size)) if self.array.ndim else [elements.at(())]
        if self.array.ndim:
            line.append("[", "quiet")
        for i, cell in enumerate(cells):
            line.append(", " if i else "", "quiet").append(cell.text, cell.style)
        if self.array.ndim:
            line.append("]", "quiet")
        facts = [str(list(self.array.shape)), self.dtype, *self.facts]
        return line.append("   " + " ".join(facts), "quiet")


def _wrapped(elements: ElementCells, edges: int | None, width: int) -> Grid:
    """A 1-D array as lines of equal length, each marked with the index that it starts at."""
    size = elements.array.size
    if edges is not None and size > 2 * edges:
        columns = kept(size, edges)
        return Grid([elements.row((), without_gaps(columns))], [0], columns)
    per_line = columns_within(width, len(str(size)), elements.width)
    starts = list(range(0, size, per_line))
    cells: list[list[Cell]] = []
    for start in starts:
        row = elements.row((), range(start, min(start + per_line, size)))
        cells.append([*row, *[Cell("")] * (per_line - len(row))])
    return Grid(cells, starts, list(range(per_line)))


def _slices(
    elements: ElementCells, edges: int | None, options: ConsoleOptions
) -> Iterator[Shelf | Text]:
    """The matrices along the leading axes, side by side as far as they fit."""
    shape = elements.array.shape
    # A stack of many matrices shows only the first and the last: more would scroll away.
    leads = [kept(size, None if edges is None else 1) for size in shape[:-2]]
    rows, columns = kept(shape[-2], edges), kept(shape[-1], edges)
    run: list[Grid] = []
    for lead in product(*leads):
        at = [i for i in lead if i is not GAP]
        if len(at) < len(lead):
            if run:
                yield Shelf(tuple(run))
                yield Text("..." if options.ascii_only else "⋯", "quiet")
            run = []
            continue
        cells = [elements.row((*at, i), without_gaps(columns)) for i in without_gaps(rows)]
        title = f"[{', '.join(map(str, at))}, :, :]" if at else ""
        run.append(Grid(cells, rows, columns, title))
    yield Shelf(tuple(run))


def _summary_lines(summary: Summary, dot: str) -> Iterator[Text]:
    figures = Text(dot.join(f"{name} {value:.4g}" for name, value in summary.figures))
    for kind, count in summary.counts.items():
        figures.append(dot if figures else "")
        at = ", ".join(map(str, count.first))
        plural = "s" if kind == "zero" and count.number != 1 else ""
        figures.append(f"{count.number:,} {kind}{plural}", kind if kind in ALARMS else "")
        if kind in ALARMS:
            figures.append(f" (first at [{at}])", "quiet")
    if figures:
        yield figures
    if summary.read < summary.total:
        yield Text(f"(statistics of {summary.read:,} of {summary.total:,} elements)", "quiet")
