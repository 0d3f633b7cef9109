"""What a tensor too large to read looks like: range, mean, spread, and where it went wrong.

A `Summary` reads at most `SAMPLE` elements, so that a tensor of any size is summarised at once; one
that read fewer than all of them says so. `Figures` are exact: they read all elements, a block at a
time, and those of several tensors add up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tcalc.core.dtypes import Array

SAMPLE = 1_000_000
BLOCK = 1 << 18  # elements that are worked on at a time, so that they stay in the cache


@dataclass(frozen=True, slots=True)
class Count:
    """How many elements are of a kind, and the index of the first."""

    number: int
    first: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Statistics of the finite elements, and the counts of the special ones that occur.

    `figures` are (name, value) in the order to show; `counts` maps "nan", "inf", "zero" (for bool
    "true") to a Count; `read` of `total` elements were looked at.
    """

    figures: tuple[tuple[str, float], ...]
    counts: dict[str, Count]
    read: int
    total: int


def summarise(array: Array, limit: int = SAMPLE) -> Summary:
    """Summary of `array`, from a regular sample of at most `limit` elements if it is larger."""
    steps = _steps(array.shape, limit)
    part = array[tuple(slice(None, None, step) for step in steps)]
    kind = part.dtype.kind
    counts = {}
    for name, mask in _masks(part):
        number = int(np.count_nonzero(mask))
        if number:
            at = np.unravel_index(int(np.argmax(mask)), part.shape)
            first = tuple(int(i) * step for i, step in zip(at, steps, strict=True))
            counts[name] = Count(number, first)
    if kind in "fc" and ("nan" in counts or "inf" in counts):
        finite = part[np.isfinite(part)]
    else:
        finite = part
    figures = () if kind == "b" or not finite.size else _figures(finite)
    return Summary(figures, counts, part.size, array.size)


def _steps(shape: tuple[int, ...], limit: int) -> list[int]:
    """Step along each axis such that at most about `limit` elements are left; leading axes first,
    for then what is read lies in runs."""
    left = 1
    for size in shape:
        left *= size
    steps = []
    for size in shape:
        step = max(1, min(size, -(-left // limit)))
        steps.append(step)
        left = left // max(size, 1) * -(-size // step)
    return steps


def _masks(part: Array) -> list[tuple[str, Array]]:
    kind = part.dtype.kind
    if kind == "b":
        return [("true", part)]
    if kind not in "fc":
        return [("zero", part == 0)]
    return [("nan", np.isnan(part)), ("inf", np.isinf(part)), ("zero", part == 0)]


def _figures(values: Array) -> tuple[tuple[str, float], ...]:
    if values.dtype.kind == "c":
        size = np.abs(values).astype(np.float64)
        return (("min |x|", size.min()), ("max |x|", size.max()), ("mean |x|", size.mean()))
    exact = values.astype(np.float64)
    with np.errstate(all="ignore"):
        return (
            ("min", values.min().item()),
            ("max", values.max().item()),
            ("mean", float(exact.mean())),
            ("std", float(exact.std(ddof=1)) if exact.size > 1 else float("nan")),
        )


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
