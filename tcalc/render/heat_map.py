"""A heat map: a colour for each element, or for each block of them, on one scale for all.

Stacks of matrices are panels beside each other, those of a stack of stacks in rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import NamedTuple

import numpy as np
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment, Segments
from rich.style import Style
from rich.text import Text

from tcalc.core.dtypes import Array
from tcalc.render.brush import ColorBrush, ShadeBrush, Step, brush_class
from tcalc.render.canvas import SPACE, Line, shelves
from tcalc.render.drawing import UNLIMITED, Picture, check_files
from tcalc.render.heading import Subject, counted, packed
from tcalc.render.scale import Cells, Scale, cells_of, scale_of
from tcalc.render.statistics import summarise
from tcalc.theme import STYLES

HIGHEST = 32  # lines of a picture on a page without an end
TAKEN = 6  # lines of the screen for all that is not the picture
PANEL_SIDE = 4  # columns of a cell in a panel, at most
STRIDES = (1, 2, 5)
FEW_ROWS = 12  # lines; of a higher picture only some rows are marked
SPARSE = 4  # lines from one mark to the next


@dataclass(frozen=True, slots=True, repr=False)
class HeatMap(Picture):
    """The elements of an array as colours, under its header and above the scale."""

    subject: Subject

    def save(self, path: str) -> None:
        """Write the picture as SVG, or its colours alone as PNG.

        Raises as `Picture.save` does, and DataFault without the library that images need.
        """
        check_files(path, (".svg", ".png"))
        if path.lower().endswith(".svg"):
            Picture.save(self, path)
            return
        from tcalc.render.heat_file import save

        save(self.subject.array, path)

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """The header alone if there are no elements."""
        yield self.subject.header(options)
        array = self.subject.array
        if not array.size:
            return
        ascii_only = options.ascii_only
        many = console.color_system in ("256", "truecolor", "windows")
        kind = brush_class(many_colors=many, ascii_only=ascii_only)
        height = options.size.height
        height = HIGHEST if height >= UNLIMITED else max(height - TAKEN, 1)
        layout = _layout(array, kind.steps, options.max_width, height)
        values = [panel.values for panel in layout.panels]
        scale = Scale(0, 1) if array.dtype.kind == "b" else scale_of(np.stack(values))
        brush = kind(scale, ascii_only=ascii_only)
        for line in _painted(layout, brush, array.shape[:-2], options.max_width):
            yield Segments([*line, Segment.line()])
        yield from _legend(array, layout, brush, options)


class Layout(NamedTuple):
    """The cells to paint: of one matrix, or of some of a stack's, `per_shelf` beside each other."""

    panels: list[Cells]
    step: Step
    total: int = 1
    per_shelf: int = 1


def _layout(array: Array, steps: Sequence[Step], width: int, height: int) -> Layout:
    """The largest cells at which all that is to be seen has room."""
    rows, columns = (1, 1, *array.shape)[-2:]
    lead = array.shape[:-2]
    if prod(lead) > 1:
        return _panels(array, lead, steps, width, height)
    width -= _margin(rows)
    fitting = (s for s in steps if columns * s.columns <= width and _lines(rows, s) <= height)
    step = next(fitting, None) or _oblong(steps, rows, columns, width, height)
    return Layout([cells_of(array.reshape(rows, columns), *_most(step, width, height))], step)


def _panels(
    array: Array, lead: tuple[int, ...], steps: Sequence[Step], width: int, height: int
) -> Layout:
    """All panels if they fit; else small ones, as many as do."""
    *_, rows, columns = array.shape
    total = prod(lead)
    for step in steps:
        across, lines = _across(columns * step.columns, lead, width), 1 + _lines(rows, step)
        small = step.columns <= PANEL_SIDE and columns * step.columns <= width
        if small and -(-total // across) * lines <= height:
            break
    else:
        # At least two beside and two below each other.
        most = _most(step, (width - SPACE) // 2, max(height // 2 - 1, 1))
        rows, columns = (
            -(-size // -(-size // count)) for size, count in zip((rows, columns), most, strict=True)
        )
        across, lines = _across(columns * step.columns, lead, width), 1 + _lines(rows, step)
    shown = min(total, max(1, height // lines) * across)
    matrices = (array[np.unravel_index(number, lead)] for number in range(shown))
    return Layout([cells_of(m, rows, columns) for m in matrices], step, total, across)


def _across(columns: int, lead: tuple[int, ...], width: int) -> int:
    """How many panels stand side by side; of a stack of stacks whole ones, if one fits."""
    title = len(str([size - 1 for size in lead]))
    across = max(1, (width + SPACE) // (max(columns, title) + SPACE))
    return across // lead[-1] * lead[-1] or across if len(lead) > 1 else across


def _oblong(steps: Sequence[Step], rows: int, columns: int, width: int, height: int) -> Step:
    """The smallest cells, but along an axis that would fit as it is the largest that do."""
    smallest = steps[-1]
    fitting_across = (s.columns for s in steps if columns * s.columns <= width)
    fitting_down = (s.lines for s in steps if _lines(rows, s) <= height)
    return Step(next(fitting_across, smallest.columns), next(fitting_down, smallest.lines))


def _painted(
    layout: Layout, brush: ColorBrush | ShadeBrush, lead: tuple[int, ...], width: int
) -> Iterator[Line]:
    """One matrix between marks of its rows and columns, or panels under their indices."""
    canvases = [brush.paint(panel.values, layout.step) for panel in layout.panels]
    if layout.total > 1:
        places = (list(map(int, np.unravel_index(i, lead))) for i in range(len(canvases)))
        titled = [[[_quiet(str(p))], *c] for p, c in zip(places, canvases, strict=True)]
        yield from shelves(titled, width, per_shelf=layout.per_shelf)
        return
    (cells,), (canvas,) = layout.panels, canvases
    (rows, columns), (down, across) = cells.values.shape, cells.block
    margin = _margin(rows * down)
    yield [_quiet(" " * margin + _column_marks(columns, across, layout.step).rstrip())]
    for mark, line in zip(_row_marks(rows, down, layout.step, len(canvas)), canvas, strict=True):
        yield [_quiet(f"{mark:>{margin - 1}} "), *line]


def _margin(rows: int) -> int:
    return len(str(rows - 1)) + 2


def _lines(rows: int, step: Step) -> int:
    return int(-(-rows * step.lines // 1))


def _most(step: Step, width: int, height: int) -> tuple[int, int]:
    """Rows and columns of cells that fit."""
    return max(1, int(height / step.lines)), max(1, width // step.columns)


def _row_marks(rows: int, block: int, step: Step, lines: int) -> list[str]:
    """The index beside each element, or each so many-th, in the middle of its lines."""
    each = step.lines if rows > 1 else Fraction(lines)
    apart = SPARSE if lines > FEW_ROWS and each < 2 else 1  # noqa: PLR2004 -- lines
    stride = next(s for s in _strides() if s * each >= apart and (s * each).denominator == 1)
    marks = [""] * lines
    for row in range(0, rows, stride):
        middle = int(each - 1) // 2 if each > 1 else 0
        marks[int(row * each) + middle] = str(row * block)
    return marks


def _column_marks(columns: int, block: int, step: Step) -> str:
    """The line of indices above the elements, or above each so many-th."""
    longest = len(str((columns - 1) * block))
    stride = next(s for s in _strides() if s * step.columns > longest)
    indent = (step.columns - 1) // 2 if stride == 1 else 0
    line = ""
    for column in range(0, columns, stride):
        mark = " " * (column * step.columns + indent - len(line)) + str(column * block)
        if len(line) + len(mark) <= columns * step.columns or not line:
            line += mark
    return line


def _strides() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50, ..."""
    power = 1
    while True:
        yield from (stride * power for stride in STRIDES)
        power *= 10


def _legend(
    array: Array, layout: Layout, brush: ColorBrush | ShadeBrush, options: ConsoleOptions
) -> Iterator[RenderableType]:
    """The scale with its ends, and below it what the picture does not show."""
    scale, block = brush.scale, layout.panels[0].block
    if scale.low != scale.high:
        low, high = Segment(f"{scale.low:.4g} "), Segment(f" {scale.high:.4g}")
        yield Segments([low, *brush.bar(), high, Segment.line()])
    remarks = []
    if scale.beyond:
        remarks.append(f"clipped at 3 sigma: {scale.beyond:,} beyond")
    if block != (1, 1):
        remarks.append(f"cells are means of {block[0]}x{block[1]}")
    if array.dtype.kind == "c":
        remarks.append("sizes of complex numbers")
    if len(layout.panels) < layout.total:
        remarks.append(f"{len(layout.panels):,} of {layout.total:,} panels")
    parts = [Text(remark, "quiet") for remark in remarks]
    counts = summarise(array).counts
    for kind, mark in (("nan", brush.nan), ("inf", brush.inf)):
        if kind in counts:
            parts.append(Text().append(f"{mark} ", kind).append_text(counted(kind, counts[kind])))
    yield from packed(parts, options)


def _quiet(text: str) -> Segment:
    return Segment(text, Style.parse(STYLES["quiet"]))
