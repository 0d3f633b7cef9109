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

from tcalc.core.dtypes import Array
from tcalc.render.cells import ElementCells
from tcalc.render.grid import GAP, Cell, Grid
from tcalc.render.quantity import byte_text
from tcalc.render.shelf import Shelf
from tcalc.render.statistics import Summary, summarise
from tcalc.render.tensor_text import print_options

ALARMS = ("nan", "inf")  # counted in the header, with the index of the first


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
        elements = ElementCells(array)
        if array.ndim in (0, 1) and not large and array.size:
            line = self._one_line(elements)
            if line.cell_len <= options.max_width:
                yield line
                return
        dot = " . " if options.ascii_only else " · "
        yield self._header([byte_text(array.nbytes)], dot)
        if not array.size:
            return
        if large:
            yield from _summary_lines(summarise(array), dot)
        edges = settings.edgeitems if large else None
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
        if self.array.size <= _COUNTED:
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


_COUNTED = 1000  # a larger tensor's header leaves the counts to its summary


def kept(size: int, edges: int | None) -> list[int | None]:
    """Indices to show along an axis: all of them, or `edges` from each end around a GAP."""
    if edges is None or size <= 2 * edges:
        return list(range(size))
    return [*range(edges), GAP, *range(size - edges, size)]


def _wrapped(elements: ElementCells, edges: int | None, width: int) -> Grid:
    """A 1-D array as lines of equal length, each marked with the index that it starts at."""
    size = elements.array.size
    if edges is not None and size > 2 * edges:
        columns = kept(size, edges)
        shown = [i for i in columns if i is not GAP]
        return Grid([elements.row((), shown)], [0], columns)
    per_line = max(1, (width - len(str(size)) - 6 + 2) // (elements.width + 2))
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
    shown_rows = [i for i in rows if i is not GAP]
    shown_columns = [i for i in columns if i is not GAP]
    run: list[Grid] = []
    for lead in product(*leads):
        if GAP in lead:
            yield Shelf(tuple(run))
            yield Text("..." if options.ascii_only else "⋯", "quiet")
            run = []
            continue
        cells = [elements.row((*lead, i), shown_columns) for i in shown_rows]
        title = f"[{', '.join(map(str, lead))}, :, :]" if lead else ""
        run.append(Grid(cells, rows, columns, title))
    yield Shelf(tuple(run))


def _summary_lines(summary: Summary, dot: str) -> Iterator[Text]:
    figures = Text(dot.join(f"{name} {value:.4g}" for name, value in summary.figures))
    for kind, count in summary.counts.items():
        figures.append(dot if figures else "")
        at = ", ".join(map(str, count.first))
        figures.append(f"{count.number:,} {kind}", kind if kind in ALARMS else "")
        if kind in ALARMS:
            figures.append(f" (first at [{at}])", "quiet")
    if figures:
        yield figures
    if summary.read < summary.total:
        yield Text(f"(statistics of {summary.read:,} of {summary.total:,} elements)", "quiet")
