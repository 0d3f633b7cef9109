"""Digits of many numbers at once, in a matrix of bytes.

A *cell matrix* is a uint8 array with one row a number: its characters at the right, NUL at the
left. Every function here gives, digit for digit, what `format` gives for each number alone; a
number whose rounding plain float arithmetic cannot settle is rounded with exact fractions. To add a
notation: a `write_...` function that fills a cell matrix of NULs from values.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tcalc.core.dtypes import Array

# Beyond these a product with a power of ten leaves the integers that a double holds exactly.
MAX_PRECISION = 14
MAX_SCALED = 2.0**52
MAX_EXPONENT = 99

_CHUNK = 1 << 14  # rows; the temporaries of a chunk stay in the cache
_ZERO, _MINUS, _DOT = ord("0"), ord("-"), ord(".")
_POWERS = np.array([float(f"1e{k}") for k in range(MAX_PRECISION + MAX_EXPONENT + 2)])
_EXACT_POWER = 22  # the last power of ten that is a double
_QUAD = 4
# The four digits of each number below 10000.
_QUADS = np.indices((10,) * _QUAD, np.uint8).reshape(_QUAD, -1).T.copy() + np.uint8(_ZERO)


def by_rows(values: Array, width: int, write: Callable[[Array, Array], None]) -> Array:
    """The cell matrix of 1-D `values`; `write(values, cells)` fills a stretch of it."""
    cells = np.zeros((values.size, width), dtype=np.uint8)
    for start in range(0, values.size, _CHUNK):
        write(values[start : start + _CHUNK], cells[start : start + _CHUNK])
    return cells


def from_texts(texts: list[str], width: int) -> Array:
    """The cell matrix of ASCII texts, none of them longer than `width`."""
    joined = "".join([text.rjust(width, "\0") for text in texts])
    # A bytearray, for padding writes into the matrix.
    return np.frombuffer(bytearray(joined, "ascii"), dtype=np.uint8).reshape(len(texts), width)


def write_integers(values: Array, cells: Array) -> None:
    """Write `str(v)` of ints."""
    negative = values < 0
    # Conversion and negation both wrap, so that the least int64 too comes out right.
    magnitude = values.astype(np.uint64)
    np.negative(magnitude, out=magnitude, where=negative)
    _write_whole(magnitude, negative, cells)


def write_fixed(values: Array, cells: Array, precision: int, dot: bool) -> None:
    """Write `f"{v:.{precision}f}"` of doubles, and a final dot after finite ones if `dot`.

    Needs `precision` and the scaled values within the limits above.
    """
    finite = np.isfinite(values)
    magnitude = np.where(finite, np.abs(values), 0.0)
    number = _round_scaled(magnitude, np.array(precision)).astype(np.uint64)
    end = cells.shape[1]
    if dot or precision:
        cells[:, end - precision - 1] = _DOT
    if precision:
        number, fraction = _divided(number, 10**precision)
        _write_padded(fraction, cells[:, end - precision :])
        end -= precision
    negative = finite & np.signbit(values)
    _write_whole(number, negative, cells[:, : end - (dot or precision > 0)])
    _write_nonfinite(values, finite, cells)


def write_scientific(values: Array, cells: Array, precision: int) -> None:
    """Write `f"{v:.{precision}e}"` of doubles.

    Needs `precision` and the exponents within the limits above.
    """
    finite = np.isfinite(values)
    magnitude = np.where(finite, np.abs(values), 0.0)
    exponent = _exponent(magnitude)
    number = _round_scaled(magnitude, precision - exponent)
    carried = number >= 10.0 ** (precision + 1)
    number = np.where(carried, 10.0**precision, number).astype(np.uint64)
    exponent += carried
    end = cells.shape[1]
    _write_padded(np.abs(exponent), cells[:, end - 2 :])
    cells[:, end - 3] = np.where(exponent < 0, _MINUS, ord("+"))
    cells[:, end - 4] = ord("e")
    end -= 4
    first, fraction = _divided(number, 10**precision)
    if precision:
        _write_padded(fraction, cells[:, end - precision : end])
        end -= precision + 1
        cells[:, end] = _DOT
    _write_whole(first, finite & np.signbit(values), cells[:, :end])
    _write_nonfinite(values, finite, cells)


def _exponent(magnitude: Array) -> Array:
    """Decimal exponent of each value, 0 for 0."""
    with np.errstate(divide="ignore"):
        estimate = np.floor(np.log10(magnitude))
    estimate[magnitude == 0] = 0
    exponent = estimate.astype(np.int64)
    exponent -= magnitude < _power(exponent)
    exponent += magnitude >= _power(exponent + 1)
    exponent[magnitude == 0] = 0
    return exponent


def _power(exponent: Array) -> Array:
    """Ten to each exponent, negative ones too."""
    power: Array = _POWERS[np.maximum(exponent, 0)] / _POWERS[np.maximum(-exponent, 0)]
    return power


def _round_scaled(magnitude: Array, exponent: Array) -> Array:
    """`magnitude * 10**exponent` rounded half to even as if computed exactly, as floats.

    A product with, or a quotient by, an exact power of ten is rounded once, and is exact where the
    true value is a tie, so only values that land at or beside a half without being a tie are in
    doubt. No true tie exists beyond the exact powers: it would need more than 53 bits.
    """
    up, down = _POWERS[np.maximum(exponent, 0)], _POWERS[np.maximum(-exponent, 0)]
    scaled = magnitude * up / down
    rounded: Array = np.rint(scaled)
    # The distance to the nearest half is exact, for scaled is below 2**52.
    off = np.abs(np.abs(scaled - rounded) - 0.5)
    rows = np.flatnonzero(off <= scaled * 2.0**-50)
    if rows.size:
        exponents = np.broadcast_to(exponent, magnitude.shape)[rows]
        near = magnitude[rows]
        doubtful = (off[rows] != 0) | ~_is_tie(near, exponents)
        for row, value, power in zip(
            rows[doubtful].tolist(),
            near[doubtful].tolist(),
            exponents[doubtful].tolist(),
            strict=True,
        ):
            rounded[row] = _round_exactly(value, power)
    return rounded


def _is_tie(magnitude: Array, exponent: Array) -> Array:
    """Whether values that scale to a half do so exactly."""
    exact = np.abs(exponent) <= _EXACT_POWER
    halves = np.ldexp(magnitude, np.maximum(exponent, 0) + 1)
    down = _POWERS[np.maximum(-exponent, 0)]
    tie = np.where(exponent >= 0, halves == np.rint(halves), np.fmod(magnitude, down) * 2 == down)
    return np.asarray(exact & tie)


def _round_exactly(value: float, exponent: int) -> int:
    """`value * 10**exponent` rounded half to even, in whole numbers."""
    numerator, denominator = value.as_integer_ratio()
    if exponent >= 0:
        numerator *= 10**exponent
    else:
        denominator *= 10**-exponent
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    return quotient + (twice > denominator or (twice == denominator and quotient % 2 == 1))


def _divided(numbers: Array, divisor: int) -> tuple[Array, Array]:
    """Quotients and remainders, computed in 32 bits if all fits, which is several times faster."""
    if numbers.size and max(int(numbers.max()), divisor) < 1 << 32:
        numbers = numbers.astype(np.uint32)
    quotients = numbers // numbers.dtype.type(divisor)
    return quotients, numbers - quotients * numbers.dtype.type(divisor)


def _write_padded(numbers: Array, cells: Array) -> None:
    """Write the digits of whole numbers, zeros at the left."""
    end = cells.shape[1]
    while end > 0:
        size = min(_QUAD, end)
        group = numbers
        if end > size:
            numbers, group = _divided(numbers, 10**_QUAD)
        cells[:, end - size : end] = _QUADS[group, _QUAD - size :]
        end -= size


def _write_whole(numbers: Array, negative: Array, cells: Array) -> None:
    """Write whole numbers without leading zeros, and a minus before negative ones."""
    end = cells.shape[1]
    count = len(str(int(numbers.max()))) if numbers.size else 1
    _write_padded(numbers, cells[:, end - count :])
    digits = np.ones(numbers.size, dtype=np.intp)
    for place in range(1, count):
        reaches = numbers >= 10**place
        cells[:, end - place - 1] *= reaches
        digits += reaches
    rows = np.flatnonzero(negative)
    cells[rows, end - digits[rows] - 1] = _MINUS


def _write_nonfinite(values: Array, finite: Array, cells: Array) -> None:
    """Write over the rows that hold nan and infinities."""
    if finite.all():
        return
    kinds = {"nan": np.isnan(values), "inf": values == np.inf, "-inf": values == -np.inf}
    for text, rows in kinds.items():
        if rows.any():
            cells[rows] = from_texts([text], cells.shape[1])
