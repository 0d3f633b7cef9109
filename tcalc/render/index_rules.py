"""Index rules read off samples: which indices of an operand go with those of a result.

Of some elements of a result it is known which elements of an operand they are made of. Where those
are boxes whose ends follow the indices of the result (`A[:i+1, j]`), the rule is written so; it is
kept only if it holds for every sample.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from tcalc.core.dtypes import Array

Element = tuple[int, ...]
LETTERS = "ijklmnpqrstuvw"
_MOST_FACTOR = 64  # of `i // n` and `i % n`
_FEWEST = 3  # samples that say something


class Span(NamedTuple):
    """Indices along an axis: `start`, `start + step`, ... before `stop`."""

    start: int
    stop: int
    step: int = 1

    @property
    def lone(self) -> bool:
        """Whether it is one index."""
        return self.stop == self.start + 1


Box = list[Span]


def box_of(mask: Array) -> Box | None:
    """The box that the marked elements fill; None if they do not fill one, or none is marked."""
    box = []
    for axis in range(mask.ndim):
        others = tuple(i for i in range(mask.ndim) if i != axis)
        found = np.flatnonzero(mask.any(axis=others))
        steps = set(np.diff(found).tolist())
        if not found.size or len(steps) > 1:
            return None
        box.append(Span(int(found[0]), int(found[-1]) + 1, steps.pop() if steps else 1))
    whole = tuple(slice(*span) for span in box)
    return box if mask.any() and mask[whole].all() and mask[whole].size == mask.sum() else None


def box_text(box: Box, shape: Sequence[int]) -> list[str]:
    """The indices as they would be typed."""
    return [_span_text(span, size) for span, size in zip(box, shape, strict=True)]


def _span_text(span: Span, size: int) -> str:
    if span.lone:
        return str(span.start)
    if span == Span(0, size):
        return ":"
    start = str(span.start) if span.start else ""
    stop = str(span.stop) if span.stop < size else ""
    return f"{start}:{stop}" + (f":{span.step}" if span.step > 1 else "")


class Rule(NamedTuple):
    """Indices as text by those of the result; `fewer` where some samples have not all of them."""

    texts: list[str]
    fewer: bool = False


def rule(
    samples: Sequence[tuple[Element, Box]], shape: Sequence[int], letters: Sequence[str]
) -> Rule | None:
    """The indices of an operand of that shape, by those of the result; None without such a rule.

    At the edges of a convolution, say, there are fewer of them than the rule of the others has.
    """
    found = _rule(samples, samples, shape, letters)
    if found is None:
        counts = [_count(box) for _, box in samples]
        fullest = [sample for sample, n in zip(samples, counts, strict=True) if n == max(counts)]
        if _FEWEST <= len(fullest) < len(samples):
            found = _rule(fullest, samples, shape, letters)
    return found


def _count(box: Box) -> int:
    return int(np.prod([len(range(*span)) for span in box]))


def _rule(
    known: Sequence[tuple[Element, Box]],
    samples: Sequence[tuple[Element, Box]],
    shape: Sequence[int],
    letters: Sequence[str],
) -> Rule | None:
    """The rule of the known ones, if the boxes of all samples lie in those that it gives."""
    inside, all_of = _rows(known), _rows(samples)
    texts, fewer = [], False
    for axis, size in enumerate(shape):
        axis_rule = _axis(inside, [box[axis] for _, box in known], size, letters)
        if axis_rule is None:
            return None
        text, predict = axis_rule
        for element, (_, box) in zip(all_of, samples, strict=True):
            told, is_ = range(*predict(element)), range(*box[axis])
            if not set(is_) <= set(told):
                return None
            fewer |= {i for i in told if 0 <= i < size} != set(is_)
        texts.append(text)
    return Rule(texts, fewer)


def _rows(samples: Sequence[tuple[Element, Box]]) -> Array:
    return np.array([element for element, _ in samples], np.int64).reshape(len(samples), -1)


Predict = Callable[[Array], Span]


def _axis(
    elements: Array, spans: list[Span], size: int, letters: Sequence[str]
) -> tuple[str, Predict] | None:
    if len(set(spans)) == 1:
        return _span_text(spans[0], size), lambda _: spans[0]
    starts = np.array([span.start for span in spans])
    stops = np.array([span.stop for span in spans])
    if (stops == starts + 1).all():
        found = _lone(elements, starts, size, letters)
        if found is not None:
            text, index = found
            return text, lambda element: Span(index(element), index(element) + 1)
    steps = {span.step for span in spans if not span.lone}
    first = _end(elements, starts, 0, letters)
    last = _end(elements, stops, size, letters)
    if first is None or last is None or len(steps) > 1:
        return None
    step = steps.pop() if steps else 1
    text = f"{first[0]}:{last[0]}" + (f":{step}" if step > 1 else "")
    return text, lambda element: Span(first[1](element), last[1](element), step)


Index = Callable[[Array], int]


def _end(
    elements: Array, values: Array, end: int, letters: Sequence[str]
) -> tuple[str, Index] | None:
    """One end of a span, which may be cut at that of the axis."""
    if (values == end).all():
        return "", lambda _: end
    return _affine(elements, values, letters, None) or _affine(elements, values, letters, end)


def _lone(
    elements: Array, starts: Array, size: int, letters: Sequence[str]
) -> tuple[str, Index] | None:
    """`i`, `2*i+1`, `i // 3`, `i % 3`, or `(i + 1) % 5`."""
    found = _affine(elements, starts, letters, None)
    if found is not None:
        return found
    for axis, letter in enumerate(letters):
        index = elements[:, axis]
        distinct = len(set(index.tolist()))
        for n in range(2, min(int(index.max(initial=0)) + 1, _MOST_FACTOR) + 1):
            if (index // n == starts).all():
                return f"{letter} // {n}", lambda element, i=axis, n=n: int(element[i]) // n
            if (index % n == starts).all():
                return f"{letter} % {n}", lambda element, i=axis, n=n: int(element[i]) % n
        shift = int(starts[0] - index[0]) % size
        if distinct >= _FEWEST and ((index + shift) % size == starts).all():
            back = shift - size if shift > size // 2 else shift
            return (
                f"({letter}{back:+d}) % {size}",
                lambda element, i=axis, by=shift: (int(element[i]) + by) % size,
            )
    return None


def _affine(
    elements: Array, values: Array, letters: Sequence[str], end: int | None
) -> tuple[str, Index] | None:
    """`values` as a sum of multiples of the indices; with an `end` those there may be beyond it."""
    free = np.ones(len(values), bool) if end is None else values != end
    if not free.any():
        return None
    for factors in (_simplest(elements[free], values[free]), _solved(elements[free], values[free])):
        if factors is None:
            continue

        def index(element: Array, factors: Array = factors) -> int:
            value = int(element @ factors[:-1] + factors[-1])
            return value if end is None else max(value, 0) if end == 0 else min(value, end)

        if all(index(element) == value for element, value in zip(elements, values, strict=True)):
            return _sum_text(factors.tolist(), letters), index
    return None


def _solved(elements: Array, values: Array) -> Array:
    """Factors of all indices."""
    known = np.column_stack([elements, np.ones(len(elements), np.int64)]).astype(float)
    solved: Array = np.linalg.lstsq(known, values.astype(float), rcond=None)[0]
    return np.asarray(np.rint(solved), np.int64)


def _simplest(elements: Array, values: Array) -> Array | None:
    """Factors of one index alone, where those do: few samples fit many sums."""
    for axis in range(elements.shape[1]):
        index = elements[:, axis]
        apart = index.max() - index.min()
        if not apart:
            continue
        low, high = int(index.argmin()), int(index.argmax())
        factor, rest = divmod(int(values[high] - values[low]), int(apart))
        if not rest and (factor * (index - index[low]) + values[low] == values).all():
            factors = np.zeros(elements.shape[1] + 1, np.int64)
            factors[axis], factors[-1] = factor, values[low] - factor * index[low]
            return factors
    return None


def _sum_text(factors: Sequence[int], letters: Sequence[str]) -> str:
    """`2*i-j+1`."""
    text = ""
    for factor, letter in zip(factors, letters, strict=False):
        if factor:
            times = "" if abs(factor) == 1 else f"{abs(factor)}*"
            text += ("-" if factor < 0 else "+" if text else "") + times + letter
    if text.startswith("-") and factors[-1] > 0:
        return f"{factors[-1]}{text}"
    return f"{text}{factors[-1]:+d}" if text and factors[-1] else text or str(factors[-1])


def spread(shape: Sequence[int], most: int) -> list[Element]:
    """Elements to ask: all of few, else such as differ along one axis each, and some between."""
    total = int(np.prod(shape))
    if total <= most:
        return list(np.ndindex(*shape))
    zero, last = (0,) * len(shape), tuple(size - 1 for size in shape)
    middle, third = tuple(size // 2 for size in shape), tuple(size // 3 for size in shape)
    first = tuple(min(1, size - 1) for size in shape)
    # Those in the middle first: at the edges there may be fewer than the rule says.
    inner, *outer = (
        [(*base[:i], there[i], *base[i + 1 :]) for i in range(len(shape))]
        for base, there in ((middle, third), (zero, third), (middle, last), (zero, first))
    )
    apart = [element for elements in outer for element in elements]
    rng = np.random.default_rng(0)
    random = (tuple(map(int, np.unravel_index(n, shape))) for n in rng.integers(0, total, most))
    return list(dict.fromkeys(islice([middle, *inner, zero, last, *apart, *random], most)))
