"""Elements of an array as cells: the text format's digits, a style that tells them apart."""

from __future__ import annotations

from cmath import isinf, isnan
from collections.abc import Iterable

from tcalc.core.dtypes import Array
from tcalc.render.grid import Cell
from tcalc.render.tensor_text import element_formatter


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
    """Cells of `array`'s elements, made when asked for; all have the same `width`."""

    def __init__(self, array: Array) -> None:
        """Decide the format as the text format does."""
        self.array = array
        self._text = element_formatter(array)
        self.width = self._text.width

    def at(self, index: tuple[int, ...]) -> Cell:
        """The cell of one element, not padded."""
        value = self.array[index].item()
        return Cell(self._text(value).strip(), style_of(value))

    def row(self, lead: tuple[int, ...], indices: Iterable[int]) -> list[Cell]:
        """Cells of the elements `array[(*lead, i)]`."""
        return [self.at((*lead, i)) for i in indices]
