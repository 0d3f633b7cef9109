"""What a tensor too large to read looks like: range, mean, spread, and where it went wrong.

At most `SAMPLE` elements are read, so that a tensor of any size is summarised at once; a summary
that read fewer than all of them says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from tcalc.core.dtypes import Array, widen

SAMPLE = 1 << 20
RUN = 1 << 9  # neighbours that are read together from a long axis, for the cache's sake
BLOCK = 1 << 18  # elements that are converted at a time
FEWEST_BINS, FEW_NUMBERS = 5, 24


@dataclass(frozen=True, slots=True)
class Count:
    """How many elements are of a kind, and the index of the first."""

    number: int
    first: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Statistics of the finite elements, and the counts of the special ones that occur.

    `figures` are (name, value) in the order to show; `counts` maps "nan", "inf", "zero" (for bool
    "true") to a Count; `read` of `total` elements were looked at. Of complex numbers the sizes are
    described; of bools there are only counts.
    """

    figures: tuple[tuple[str, float], ...]
    counts: dict[str, Count]
    read: int
    total: int
    _finite: Array = field(repr=False, compare=False)

    def bars(self, bins: int) -> list[int]:
        """How many finite elements lie in each of `bins` equal parts of their range."""
        if not self.figures:
            return []
        low, high = (float(value) for _, value in self.figures[:2])
        # Halved first, for the range of doubles is twice as long as the largest of them.
        width = high / 2 - low / 2
        if not width:
            return []
        total = np.zeros(bins, np.int64)
        for block in _blocks(self._finite):
            place = (block.astype(np.float64) / 2 - low / 2) * (bins / width)
            total += np.bincount(np.minimum(place, bins - 1).astype(np.intp), minlength=bins)
        return [int(number) for number in total]

    @property
    def bins(self) -> int:
        """How many bars show the shape: one for each of few whole numbers, else by Rice's rule."""
        if self._finite.dtype.kind in "iu" and self.figures:
            apart = int(self.figures[1][1]) - int(self.figures[0][1]) + 1
            if apart <= FEW_NUMBERS:
                return apart
        return max(FEWEST_BINS, math.ceil(2 * math.cbrt(self._finite.size)))

    def beyond(self, low: float, high: float) -> int:
        """How many finite elements are below `low` or above `high`."""
        blocks = _blocks(self._finite)
        return sum(int(np.count_nonzero((block < low) | (block > high))) for block in blocks)

    def quantiles(self, *shares: float) -> list[float]:
        """The values below which those shares of the finite elements lie."""
        halves = self._finite.astype(np.float64) / 2  # whose differences are never too large
        return [2 * float(value) for value in np.quantile(halves, shares)]


def summarise(array: Array, limit: int = SAMPLE) -> Summary:
    """Summary of `array`, from a regular sample of at most about `limit` elements if larger."""
    places = _places(array.shape, limit)
    part = widen(array[np.ix_(*places)] if places else array)
    counts = {}
    for name, mask in _masks(part):
        number = int(np.count_nonzero(mask))
        if number:
            at = np.unravel_index(int(np.argmax(mask)), part.shape)
            first = tuple(map(int, at))
            if places:
                first = tuple(int(place[i]) for place, i in zip(places, first, strict=True))
            counts[name] = Count(number, first)
    finite = part[np.isfinite(part)] if "nan" in counts or "inf" in counts else part
    if finite.dtype.kind == "c":
        finite = np.abs(finite)
    figures = () if finite.dtype.kind == "b" or not finite.size else _figures(finite)
    if part.dtype.kind == "c":
        figures = tuple((f"{name} |x|", value) for name, value in figures)
    return Summary(figures, counts, part.size, array.size, finite)


def _places(shape: tuple[int, ...], limit: int) -> list[Array]:
    """Indices to read along each axis so that about `limit` elements are; [] for all.

    Leading axes are thinned out first, for then what is read lies in runs; so it does along an axis
    that is thinned out for its length.
    """
    left = 1
    for size in shape:
        left *= size
    if left <= limit:
        return []
    places = []
    for size in shape:
        step = max(1, min(size, -(-left // limit)))
        run = max(1, min(RUN, size // step))
        starts = np.arange(0, size - run + 1, step * run)
        places.append((starts[:, None] + np.arange(run)).ravel() if step > 1 else np.arange(size))
        left = left // size * places[-1].size
    return places


def _masks(part: Array) -> list[tuple[str, Array]]:
    kind = part.dtype.kind
    if kind == "b":
        return [("true", part)]
    masks = [("zero", part == 0)]
    # The extremes are nan as soon as one element is, and cost less than looking at each.
    extremes = [part.min(), part.max()] if kind == "f" and part.size else []
    if kind == "c" or not np.isfinite(extremes).all():
        masks = [("nan", np.isnan(part)), ("inf", np.isinf(part)), *masks]
    return masks


def _figures(values: Array) -> tuple[tuple[str, float], ...]:
    """Of real numbers, none of them nan or infinite, and at least one."""
    with np.errstate(all="ignore"):
        mean = sum(float(block.sum(dtype=np.float64)) for block in _blocks(values)) / values.size
        squares = 0.0
        for block in _blocks(values):
            off = block.astype(np.float64) - mean
            squares += float(off @ off)
    std = (squares / (values.size - 1)) ** 0.5 if values.size > 1 else float("nan")
    low, high = values.min().item(), values.max().item()
    return (("min", low), ("max", high), ("mean", mean), ("std", std))


def _blocks(values: Array) -> list[Array]:
    flat = values.reshape(-1)
    return [flat[start : start + BLOCK] for start in range(0, flat.size, BLOCK)]
