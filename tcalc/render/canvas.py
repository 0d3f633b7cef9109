"""Painting with characters: two pixels in each cell of the terminal, or shades where colours fail.

A canvas is a list of lines, each a list of rich's segments, all of the same width. `pixels` paints
colours as half blocks: the upper half in the foreground colour, the lower in the background's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from tcalc.core.dtypes import Array

Line = list[Segment]
Pixel = tuple[int, int, int]
Canvas = list[Line]
Marks = dict[tuple[int, int], str]  # characters written over a painting, by line and column

UPPER = "▀"
SPACE = 2  # columns between two canvases
_BRIGHTNESS = (0.299, 0.587, 0.114)  # of red, green and blue to the eye
_MIDDLE = 140


def pixels(colors: Array, marks: Marks | None = None) -> Canvas:
    """A painting of `colors` (height, width, 3), two rows a line; an odd last row stands alone."""
    rows = colors.tolist()
    marks = marks or {}
    styles = _Styles()
    canvas = []
    for number, top in enumerate(range(0, len(rows), 2)):
        upper = rows[top]
        lower: list[Any] = rows[top + 1] if top + 1 < len(rows) else [None] * len(upper)
        line = []
        for column, (above, below) in enumerate(zip(upper, lower, strict=True)):
            mark = marks.get((number, column))
            if mark is None:
                line.append(Segment(UPPER, styles[tuple(above), below and tuple(below)]))
            else:
                line.append(Segment(mark, styles[_contrast(above), tuple(above)]))
        canvas.append(_merged(line))
    return canvas


class _Styles(dict[tuple[Pixel, Pixel | None], Style]):
    """Styles by foreground and background; of one painting, for they keep a console's codes."""

    def __missing__(self, colors: tuple[Pixel, Pixel | None]) -> Style:
        front, back = colors
        style = Style(color=Color.from_rgb(*front), bgcolor=Color.from_rgb(*back) if back else None)
        self[colors] = style
        return style


def brightness(color: Sequence[int]) -> float:
    """How bright red, green and blue together are to the eye, up to 255."""
    return sum(part * share for part, share in zip(color, _BRIGHTNESS, strict=True))


def _contrast(color: Sequence[int]) -> Pixel:
    return (0, 0, 0) if brightness(color) > _MIDDLE else (255, 255, 255)


def _merged(line: Line) -> Line:
    """Neighbours of one style in one segment, for fewer codes."""
    merged: Line = []
    for segment in line:
        if merged and merged[-1].style == segment.style:
            merged[-1] = Segment(merged[-1].text + segment.text, segment.style)
        else:
            merged.append(segment)
    return merged


def width_of(canvas: Canvas) -> int:
    """Columns that the widest line takes."""
    return max((Segment.get_line_length(line) for line in canvas), default=0)


def shelves(canvases: Iterable[Canvas], width: int, per_shelf: int = 1 << 30) -> Iterator[Line]:
    """Canvases side by side, up to `per_shelf` of them that fit in `width`; the others below."""
    row: list[Canvas] = []
    taken = 0
    for canvas in canvases:
        each = width_of(canvas)
        if row and (taken + SPACE + each > width or len(row) == per_shelf):
            yield from _joined(row)
            row, taken = [], 0
        taken += each + (SPACE if row else 0)
        row.append(canvas)
    if row:
        yield from _joined(row)


def _joined(row: list[Canvas]) -> Iterator[Line]:
    widths = [width_of(canvas) for canvas in row]
    for number in range(max(map(len, row))):
        line: Line = []
        for canvas, width in zip(row, widths, strict=True):
            if line:
                line.append(Segment(" " * SPACE))
            own = canvas[number] if number < len(canvas) else []
            line += [*own, Segment(" " * (width - Segment.get_line_length(own)))]
        yield line
