"""From numbers to places on a colour ramp: the range that a heat map shows, and its cells.

Data with negative numbers have a range that is symmetric about zero. A range ends at three times
the spread, so that a few outliers do not turn all else grey; what lies beyond is counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tcalc.core.dtypes import Array, widen
from tcalc.render.statistics import summarise

SIGMAS = 3
MOST_READ = 1 << 20  # elements of a matrix; of a larger one every so many-th is read


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers at both ends of the ramp; `beyond` finite ones of those shown lie outside."""

    low: float
    high: float
    beyond: int = 0

    @property
    def signed(self) -> bool:
        """Whether zero is in the middle."""
        return self.low < 0

    def places(self, values: Array) -> Array:
        """Where values stand between the ends, as 0 to 1; nan stays nan."""
        width = self.high / 2 - self.low / 2  # the whole may be more than there are numbers
        if not width:
            return np.where(np.isnan(values), np.nan, 0.0)
        with np.errstate(all="ignore"):
            return np.clip((values / 2 - self.low / 2) / width, 0, 1)


def scale_of(values: Array) -> Scale:
    """The scale for real numbers."""
    summary = summarise(values)
    if not summary.figures:
        return Scale(0, 0)
    low, high, mean, std = (float(value) for _, value in summary.figures)
    spread = 0.0 if np.isnan(std) else std
    if low < 0:
        end = min(max(-low, high), SIGMAS * (mean * mean + spread * spread) ** 0.5)
        low, high = -end, end
    elif low == high:
        low = 0.0
    else:
        low, high = max(low, mean - SIGMAS * spread), min(high, mean + SIGMAS * spread)
    return Scale(low, high, summary.beyond(low, high))


@dataclass(frozen=True, slots=True)
class Cells:
    """A matrix reduced to means of `block` elements each; nan and infinities win over others."""

    values: Array
    block: tuple[int, int]


def cells_of(matrix: Array, rows: int, columns: int) -> Cells:
    """`matrix` as at most that many rows and columns of real numbers."""
    block = (-(-matrix.shape[0] // rows), -(-matrix.shape[1] // columns))
    starts = [np.arange(0, size, step) for size, step in zip(matrix.shape, block, strict=True)]
    if matrix.size > MOST_READ:
        matrix, starts = _thinned(matrix, block)
    matrix = widen(matrix)
    if matrix.dtype.kind == "c":
        matrix = np.abs(matrix)
    values = matrix.astype(np.float64)
    if block == (1, 1):
        return Cells(values, block)
    finite = np.isfinite(values)
    with np.errstate(all="ignore"):
        means = _sums(np.where(finite, values, 0), starts) / _sums(finite, starts)
        if not finite.all():
            odd = np.where(finite, 0, values)
            total = _sums(odd, starts)  # inf - inf is nan, and no worse a mark
            means = np.where(total == 0, means, total)
    return Cells(means, block)


def _thinned(matrix: Array, block: tuple[int, int]) -> tuple[Array, list[Array]]:
    """Of each block a regular part, and where each block starts in that."""
    left = matrix.size / MOST_READ
    step = min(block[0], int(left) + 1)
    across = min(block[1], int(left / step) + 1)
    parts = [
        np.concatenate(
            [np.arange(start, min(start + size, end), by) for start in range(0, end, size)]
        )
        for end, size, by in zip(matrix.shape, block, (step, across), strict=True)
    ]
    counts = [-(-size // by) for size, by in zip(block, (step, across), strict=True)]
    starts = [np.arange(0, part.size, count) for part, count in zip(parts, counts, strict=True)]
    return matrix[np.ix_(*parts)], starts


def _sums(values: Array, starts: list[Array]) -> Array:
    """The sum of each block."""
    down = np.add.reduceat(values, starts[0], axis=0, dtype=np.float64)
    total: Array = np.add.reduceat(down, starts[1], axis=1)
    return total
