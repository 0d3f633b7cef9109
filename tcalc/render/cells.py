"""Elements of an array as cells: the text format's digits, and a style that tells them apart."""

from __future__ import annotations

from cmath import isinf, isnan
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tcalc.core.dtypes import Array, widen
from tcalc.render.fit import kept, without_gaps
from tcalc.render.grid import Cell
from tcalc.render.number_format import number_format
from tcalc.render.tensor_text import PrintOptions


def style_of(value: complex) -> str:
    """The style of an element. It never says what the text does not: `-`, `nan`, `inf`, digits."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isnan(value):
        return "nan"
    if isinf(value):
        return "inf"
    if not value:
        return "zero"
    return "negative" if not isinstance(value, complex) and value < 0 else ""


class ElementCells:
    """Cells of `array`'s elements, made when asked for; no text is longer than `width`.

    The format is decided, as in the text format, by the `edges` items that each axis keeps.
    """

    def __init__(self, array: Array, edges: int | None, options: PrintOptions) -> None:
        """Decide the format."""
        self.array = array = widen(array)
        shown = array[np.ix_(*(without_gaps(kept(size, edges)) for size in array.shape))]
        self._text = _writer(shown, options)
        self.width = max(
            (len(self._text(value)) for value in shown.reshape(-1).tolist()), default=1
        )

    def at(self, index: tuple[int, ...]) -> Cell:
        """The cell of one element, not padded."""
        value = self.array[index].item()
        return Cell(self._text(value), style_of(value))

    def row(self, lead: tuple[int, ...], indices: Iterable[int]) -> list[Cell]:
        """Cells of the elements `array[(*lead, i)]`."""
        return [self.at((*lead, i)) for i in indices]


def _writer(shown: Array, options: PrintOptions) -> Callable[[Any], str]:
    """The text of one element in the format that `shown` shares."""
    if shown.dtype.kind != "c":
        return number_format(shown, options.precision, options.sci_mode).text
    real = number_format(shown.real, options.precision, options.sci_mode)
    imag = number_format(shown.imag, options.precision, options.sci_mode)

    def text(value: complex) -> str:
        imaginary = imag.text(value.imag)
        sign = "" if imaginary.startswith("-") else "+"
        return f"{real.text(value.real)}{sign}{imaginary}j"

    return text
