"""What a tensor too large to read looks like: range, mean, spread, and where it went wrong.

At most `SAMPLE` elements are read, so that a tensor of any size is summarised at once; a summary
that read fewer than all of them says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tcalc.core.dtypes import Array

SAMPLE = 1_000_000


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
