"""Brushes of a heat map: how the cells of a matrix become a canvas.

With many colours a cell is a square of pixels, with marks on it for what the colour cannot say;
with 16 or none it is a shade, and a sign if it is negative. `steps` are the sizes that a cell can
have, the largest first.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
from rich.segment import Segment
from rich.style import Style

from tcalc.core.dtypes import Array
from tcalc.render.canvas import Canvas, Line, Marks, pixels
from tcalc.render.palette import (
    ASCII_SHADES,
    ASCII_ZERO,
    NAN_COLOR,
    SHADES,
    ZERO,
    diverging,
    interpolated,
    sequential,
)
from tcalc.render.scale import Scale
from tcalc.theme import STYLES

MARKS = ("×", "∞")  # of nan and infinities
ASCII_MARKS = ("x", "i")
BAR = 24  # columns of the scale
THIN_BAR = 9  # cells of the scale where each takes two columns
ROUNDING = 1e-9  # a shade's own share is not the next shade for the last bit
SINGLE_ROW = 4  # pixels that the cells of a lone row are high


class Step(NamedTuple):
    """What one cell takes: columns, and lines of the terminal."""

    columns: int
    lines: Fraction

    @property
    def marked(self) -> bool:
        """Whether a mark has room on a cell without covering another."""
        return self.columns > 1 and self.lines >= 1


class ColorBrush:
    """Squares of pixels in the colours of a ramp."""

    steps = tuple(Step(side, Fraction(side, 2)) for side in (6, 4, 2, 1))

    def __init__(self, scale: Scale, *, ascii_only: bool) -> None:
        """Use the ramp that fits the scale, and the marks that the stream has."""
        self.scale = scale
        self.nan, self.inf = ASCII_MARKS if ascii_only else MARKS
        self.ramp = diverging() if scale.signed else sequential()

    def paint(self, values: Array, step: Step) -> Canvas:
        """Nan in a colour of its own, infinities in those of the ends, marked where marks fit."""
        colors = self.colors(values)
        high = int(2 * step.lines) if len(values) > 1 else max(int(2 * step.lines), SINGLE_ROW)
        marks = self._marks(values, step.columns, high // 2) if step.marked else {}
        return pixels(colors.repeat(high, axis=0).repeat(step.columns, axis=1), marks)

    def colors(self, values: Array) -> Array:
        """The colour of each value: (..., 3)."""
        places = self.scale.places(values)
        colors = interpolated(self.ramp, np.nan_to_num(places))
        colors[np.isnan(values)] = NAN_COLOR
        return colors

    def _marks(self, values: Array, across: int, down: int) -> Marks:
        marks = {}
        for row, column in zip(*map(np.ndarray.tolist, np.nonzero(self._odd(values))), strict=True):
            line, place = row * down + (down - 1) // 2, column * across + (across - 1) // 2
            marks[line, place] = _mark(values[row, column].item(), self)
        return marks

    def _odd(self, values: Array) -> Array:
        with np.errstate(invalid="ignore"):
            inside: Array = (values >= self.scale.low) & (values <= self.scale.high)
        return ~inside

    def bar(self) -> Line:
        """As many colours as there are columns."""
        colors = interpolated(self.ramp, np.linspace(0, 1, BAR))
        return pixels(np.stack([colors, colors]))[0]


def _mark(value: float, brush: ColorBrush) -> str:
    """What the colour of the cell does not say."""
    if np.isnan(value):
        return brush.nan
    if np.isinf(value):
        return brush.inf
    return "+" if value > brush.scale.high else "-"


class ShadeBrush:
    """A shade: two characters, which together are about square; the first can be a minus."""

    steps = (Step(2, Fraction(1)),)

    def __init__(self, scale: Scale, *, ascii_only: bool) -> None:
        """Use the shades and marks that the stream has."""
        self.scale = scale
        self.nan, self.inf = ASCII_MARKS if ascii_only else MARKS
        self.shades = ASCII_SHADES if ascii_only else SHADES
        self.zero = ASCII_ZERO if ascii_only else ZERO

    def paint(self, values: Array, step: Step) -> Canvas:
        """A line for each row."""
        return [
            [self._cell(value, place) for value, place in zip(*row, strict=True)]
            for row in zip(values.tolist(), self.scale.places(values).tolist(), strict=True)
        ]

    def _cell(self, value: float, place: float) -> Segment:
        scale = self.scale
        if np.isnan(value):
            return _segment(f" {self.nan}", "nan")
        if np.isinf(value):
            return _segment(("-" if value < 0 else " ") + self.inf, "inf")
        if scale.signed:
            place = 2 * place - 1
        if value > scale.high or value < scale.low:
            return _segment("--", "cold") if value < scale.low else _segment("++", "hot")
        level = int(np.ceil(abs(place) * (len(self.shades) - 1) - ROUNDING))
        shade = self.shades[level]
        if not level:
            return _segment(f" {self.zero}", "mark")
        return _segment(f"-{shade}", "cold") if place < 0 else _segment(2 * shade, "hot")

    def bar(self) -> Line:
        """Every shade of each sign."""
        halves = np.linspace(self.scale.low / 2, self.scale.high / 2, THIN_BAR)
        return self.paint(2 * halves[None], self.steps[0])[0]


def _segment(text: str, style: str) -> Segment:
    return Segment(text, Style.parse(STYLES[style]))


def brush_class(*, many_colors: bool, ascii_only: bool) -> type[ColorBrush | ShadeBrush]:
    """The kind of brush for a terminal."""
    return ColorBrush if many_colors and not ascii_only else ShadeBrush
