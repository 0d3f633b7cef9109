"""What a tensor too large to read looks like: range, mean, spread, and where it went wrong.

A `Summary` reads at most `SAMPLE` elements, so that a tensor of any size is summarised at once; one
that read fewer than all of them says so. `Figures` are exact: they read all elements, a block at a
time, and those of several tensors add up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from tcalc.core.dtypes import Array, widen

SAMPLE = 1 << 20
RUN = 1 << 9  # neighbours that are read together from a long axis, for the cache's sake
BLOCK = 1 << 18  # elements that are worked on at a time, so that they stay in the cache
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
        found = figures(values)
    std = float("nan") if found.std is None else found.std
    return (
        ("min", values.min().item()),
        ("max", values.max().item()),
        ("mean", found.mean),
        ("std", std),
    )


def _blocks(values: Array) -> list[Array]:
    flat = values.reshape(-1)
    return [flat[start : start + BLOCK] for start in range(0, flat.size, BLOCK)]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of `count` finite elements the range, the mean and the sum of squares about it.

    `nan` and `inf` count the others. Of complex numbers it is the size that counts.
    """

    count: int = 0
    low: float | None = None
    high: float | None = None
    mean: float = 0.0
    squares: float = 0.0
    nan: int = 0
    inf: int = 0

    @property
    def std(self) -> float | None:
        """The standard deviation of a sample; None for fewer than two elements."""
        return (self.squares / (self.count - 1)) ** 0.5 if self.count > 1 else None

    def __add__(self, other: Figures) -> Figures:
        """The figures of all elements of both.

        Source: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing
        sample variances", 1979.
        """
        count = self.count + other.count
        apart = other.mean - self.mean
        share = other.count / count if count else 0.0
        bounds = [figures for figures in (self, other) if figures.count]
        return Figures(
            count,
            min((f.low for f in bounds if f.low is not None), default=None),
            max((f.high for f in bounds if f.high is not None), default=None),
            self.mean + apart * share,
            self.squares + other.squares + apart * apart * self.count * share,
            self.nan + other.nan,
            self.inf + other.inf,
        )


def figures(array: Array) -> Figures:
    """The figures of all elements of `array`, read in the order in which they lie in memory."""
    along = array.flags.f_contiguous and not array.flags.c_contiguous
    flat = (array.T if along else array).reshape(-1)
    total = Figures()
    with np.errstate(all="ignore"):
        for start in range(0, flat.size, BLOCK):
            total += _of_block(flat[start : start + BLOCK])
    return total


def _of_block(block: Array) -> Figures:
    if block.dtype.kind == "c":
        block = np.abs(block)  # nan and inf as soon as one of the parts is
    elif block.dtype.kind == "b":
        block = block.view(np.uint8)
    elif block.dtype.itemsize == 2 and block.dtype.kind not in "iu":  # noqa: PLR2004
        block = block.astype(np.float32)  # halves are slow to compare
    low, high = block.min(), block.max()
    nan = inf = 0
    if not (np.isfinite(low) and np.isfinite(high)):
        nan, inf = int(np.isnan(block).sum()), int(np.isinf(block).sum())
        block = block[np.isfinite(block)]
        if not block.size:
            return Figures(nan=nan, inf=inf)
        low, high = block.min(), block.max()
    exact = block.astype(np.float64)
    mean = float(exact.mean())
    exact -= mean
    return Figures(block.size, low.item(), high.item(), mean, float(exact @ exact), nan, inf)
