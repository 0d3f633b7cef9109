"""How the numbers of one tensor are written: the notation and width they share.

`number_format(array, precision, sci_mode)` decides from all values, as PyTorch does. A format has a
`width` that texts are padded to, the `text` of one number, which is not padded, and the `cells` of
many, which are not either. Zeros, nan and infinities do not count in the width, as in PyTorch, so
their texts may be longer. To add a format: a class with these three and its case in
`number_format`.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from tcalc.core.dtypes import Array
from tcalc.render import digits

_FEW = 200  # below this a matrix of digits takes longer than one text after the other


class IntFormat(NamedTuple):
    """Ints and bools as Python writes them."""

    width: int

    def text(self, value: Any) -> str:
        """One number, not padded."""
        return str(value)

    def cells(self, values: Array) -> Array:
        """The cell matrix of 1-D `values`."""
        if values.dtype.kind == "b":
            return digits.from_texts(["False", "True"], len("False"))[values.astype(np.intp)]
        return digits.by_rows(values, self.width, digits.write_integers)


class FloatFormat(NamedTuple):
    """Floats with `precision` digits after the dot, or whole ones with a bare dot."""

    width: int
    precision: int
    scientific: bool = False
    whole: bool = False

    def text(self, value: Any) -> str:
        """One number, not padded."""
        if self.whole:
            return f"{value:.0f}" + ("." if np.isfinite(value) else "")
        return format(value, f".{self.precision}{'e' if self.scientific else 'f'}")

    def cells(self, values: Array) -> Array:
        """The cell matrix of 1-D `values`."""
        values = values.astype(np.float64, copy=False)
        extremes = _extremes(values)
        # A zero too, for rows of nan and infinities hold one until they are written over.
        width = max(len(self.text(value)) for value in [0.0, *extremes])
        if values.size < _FEW or not self._fits(extremes):
            return digits.from_texts([self.text(value) for value in values.tolist()], width)
        if self.scientific:
            write = partial(digits.write_scientific, precision=self.precision)
        else:
            precision = 0 if self.whole else self.precision
            write = partial(digits.write_fixed, precision=precision, dot=self.whole)
        return digits.by_rows(values, width, write)

    def _fits(self, extremes: list[float]) -> bool:
        """Whether the vectorised digits can write values between `extremes`."""
        if self.precision > digits.MAX_PRECISION:
            return False
        ordinary = [abs(value) for value in extremes if value and np.isfinite(value)]
        if self.scientific:
            low, high = 10.0**-digits.MAX_EXPONENT, 10.0**digits.MAX_EXPONENT
            return all(low <= value < high for value in ordinary)
        scale = 1.0 if self.whole else 10.0**self.precision
        return all(value * scale < digits.MAX_SCALED for value in ordinary)


NumberFormat = IntFormat | FloatFormat


def _extremes(values: Array) -> list[float]:
    """The values among which the longest texts are.

    Of zeros, nan and infinities each kind that occurs (only -0 if both zeros do), of positive and
    of negative numbers the least and the greatest.
    """
    found: list[float] = []
    finite = np.isfinite(values)
    if not finite.all():
        kinds = (np.isnan(values), values == np.inf, values == -np.inf)
        found += [v for v, rows in zip((np.nan, np.inf, -np.inf), kinds, strict=True) if rows.any()]
        values = values[finite]
    ordinary = values[values != 0]
    if ordinary.size < values.size:
        zeros = values[values == 0]
        found += [-0.0] if np.signbit(zeros).any() else [0.0]
    for part in (ordinary[ordinary > 0], ordinary[ordinary < 0]):
        if part.size:
            found += [float(part.min()), float(part.max())]
    return found


def number_format(array: Array, precision: int = 4, sci_mode: bool | None = None) -> NumberFormat:
    """The format that all values of `array` share; `sci_mode` None lets the values decide.

    Complex numbers have one for `array.real` and one for `array.imag`.
    """
    if array.dtype.kind == "b":
        return IntFormat(max((len(str(v)) for v in (True, False) if (array == v).any()), default=1))
    if array.dtype.kind != "f":
        ends = (array.min(), array.max()) if array.size else (0,)
        return IntFormat(max(len(str(end)) for end in ends))
    values = array.reshape(-1).astype(np.float64, copy=False)
    return _float_format(values, precision, sci_mode)


def _float_format(values: Array, precision: int, sci_mode: bool | None) -> FloatFormat:
    """The format of 1-D doubles, decided by those that are finite and not zero."""
    ordinary = [v for v in _extremes(values) if v and np.isfinite(v)]
    if not ordinary:
        return FloatFormat(1, precision, whole=True)
    low, high = min(map(abs, ordinary)), max(map(abs, ordinary))
    if sci_mode is None:
        sci_mode = bool(high / low > 1e3 or high > 1e8 or low < 1e-4)  # noqa: PLR2004 -- PyTorch's
    with np.errstate(invalid="ignore"):
        whole = not sci_mode and bool(((values == np.ceil(values)) | ~np.isfinite(values)).all())
    chosen = FloatFormat(0, precision, scientific=sci_mode, whole=whole)
    return FloatFormat(max(len(chosen.text(v)) for v in ordinary), precision, sci_mode, whole)
