"""The words for an op of any kind: what its elements are made of, as its derivatives tell.

The rule is read off some elements; where they follow none, a few of them stand as examples.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tcalc.core.dtypes import Array, widen
from tcalc.core.listing import brief
from tcalc.core.witness import Seen
from tcalc.render.dependence import Dependence, Row
from tcalc.render.index_maps import TOO_MANY, Element, Operand, Told, at, examples
from tcalc.render.index_rules import LETTERS, Box, box_of, box_text, rule, spread

LARGEST = 1 << 22  # elements of operands and result
_WORK = 1 << 22  # elements that are computed for samples, in all
_MOST_SAMPLES, _FEWEST_SAMPLES = 32, 6
_SMALL = 1 << 16  # elements beside whose rule examples may stand
_MOST_TERMS = 8
_MOST_MARKED = 10_000
_HALF = _MOST_MARKED // 2
_CLOSE = 1e-6
# Remarks on a rule that does not hold for all elements, so that some are shown beside it.
_FEWER, _CONSTANT = " (fewer at the edges)", " or a constant"


def made_of(
    seen: Seen, operands: Sequence[Operand], out: Array, which: int, element: Element | None
) -> Told | None:
    """The rule, and for a chosen element what it was made of; None if nothing can be found."""
    if not out.size:
        return Told(["the result has no elements"])
    total = out.size + sum(each.array.size for each in operands)
    if operands and total > LARGEST:
        return Told([TOO_MANY])
    dependence = Dependence(seen, which)
    if not dependence.known:
        return None
    if element is not None:
        return _one(dependence, operands, out, element)
    return _all(dependence, operands, out, total)


def _all(
    dependence: Dependence, operands: Sequence[Operand], out: Array, total: int
) -> Told | None:
    """The rule, or examples; None if nothing is known of what the elements are made of."""
    most = max(_FEWEST_SAMPLES + out.ndim, min(_MOST_SAMPLES, _WORK // total))
    sampled = [(index, dependence.row(index)) for index in spread(out.shape, most)]
    line = _ruled(dependence, sampled, operands, out.ndim)
    if line and (total > _SMALL or not any(remark in line for remark in (_FEWER, _CONSTANT))):
        return Told([line])
    if all(row.weights is None and not _sized(row) for _, row in sampled):
        return None
    shown = [_one(dependence, operands, out, index, example=True) for index in examples(out.shape)]
    return Told([*filter(None, [line]), *(line for told in shown for line in told.sums)])


def _ruled(
    dependence: Dependence,
    sampled: Sequence[tuple[Element, Row]],
    operands: Sequence[Operand],
    ndim: int,
) -> str:
    """The rule that holds for all samples, "" without one."""
    chosen = any(row.chosen for _, row in sampled)
    if chosen:
        if not dependence.can_change:
            return ""
        sampled = [(index, dependence.reach(row, index)) for index, row in sampled]
    letters = LETTERS[:ndim]
    result = at("out", letters)
    texts = [_rule(sampled, slot, each, letters) for slot, each in enumerate(operands)]
    if None in texts or any(row.driven for _, row in sampled):
        return ""
    if any(texts):
        verb = _verb(dependence, sampled, chosen)
        return f"{result} {verb} {', '.join(text for text in texts if text)}"
    derived = any(row.weights is not None for _, row in sampled)
    return f"{result} is a constant" if derived else ""


def _rule(
    sampled: Sequence[tuple[Element, Row]], slot: int, operand: Operand, letters: str
) -> str | None:
    """The elements of one operand by the result's indices, "" for none, None if no rule fits."""
    masks = [(index, row.masks[slot]) for index, row in sampled]
    if all(mask is None or not mask.any() for _, mask in masks):
        return ""
    if not operand.array.ndim:
        return operand.name
    boxes = [(i, box_of(mask)) for i, mask in masks if mask is not None and mask.any()]
    known = [(index, box) for index, box in boxes if box is not None]
    found = rule(known, operand.array.shape, letters) if len(known) == len(boxes) else None
    if found is None:
        return None
    remark = _FEWER if found.fewer else _CONSTANT if len(known) < len(masks) else ""
    return at(operand.name, found.texts) + remark


def _verb(dependence: Dependence, sampled: Sequence[tuple[Element, Row]], chosen: bool) -> str:
    """How the elements make the result: as they are, summed, averaged, or in some other way."""
    if chosen:
        return "is one of"
    weights = [
        np.concatenate([w[w != 0].reshape(-1) for w in row.weights]) if row.weights else np.empty(0)
        for _, row in sampled
    ]
    weights = [w for w in weights if w.size] or weights
    if all(row.lone or not _sized(row) for _, row in sampled):
        return "is"
    if any(not w.size or np.ptp(w.real) > _CLOSE for w in weights) or not _are_sums(
        dependence, sampled
    ):
        return "is made of"
    if all((w == 1).all() for w in weights):
        return "is the sum of"
    return "is the mean of" if all(abs(w.sum() - 1) < _CLOSE for w in weights) else "is made of"


def _are_sums(dependence: Dependence, sampled: Sequence[tuple[Element, Row]]) -> bool:
    """Whether each is the weighted sum of all that it is made of."""
    return all(
        slot in linear or mask is None or not mask.any()
        for row, linear in ((row, dependence.linear(index, row)) for index, row in sampled)
        for slot, mask in enumerate(row.masks)
    )


def _sized(row: Row) -> bool:
    """Whether an element is made of any."""
    return any(mask is not None and mask.any() for mask in row.masks)


def _one(
    dependence: Dependence,
    operands: Sequence[Operand],
    out: Array,
    element: Element,
    *,
    example: bool = False,
) -> Told:
    """The elements that one element is made of, and its value as their sum where it is one."""
    row = dependence.row(element)
    result = at("out", element)
    value = brief(widen(out)[element])
    marked = [_marked(mask) for mask in row.masks]
    if row.lone or row.chosen:
        assert row.weights is not None
        slot = next(i for i, weight in enumerate(row.weights) if (weight != 0).any())
        source = tuple(int(i) for i in np.argwhere(row.weights[slot] != 0)[0])
        line = f"{result} is {at(operands[slot].name, source)} = {value}"
        if row.driven:
            others = [None if i == slot else mask for i, mask in enumerate(row.masks)]
            line += f", by {_sources(others, operands)}"
        elif row.chosen and not example and dependence.can_change:
            among = _sources(dependence.reach(row, element).masks, operands)
            line += f", chosen from {among}" if among else ""
        return Told([], marked, [line])
    sources = _sources(row.masks, operands)
    if not sources:  # where there are no derivatives another change might have shown more
        none = "" if row.weights is None else " is made of no element"
        return Told([], marked, [f"{result} = {value}{none}"])
    terms = "" if example else _terms(row, dependence.linear(element, row), operands, out[element])
    return Told([], marked, [f"{result} = {terms or value}, made of {sources}"])


def _marked(mask: Array | None) -> frozenset[Element]:
    """The marked elements, or so many of them that the edges and some between are among them."""
    if mask is None:
        return frozenset()
    places = np.argwhere(mask)
    few = places if len(places) <= _MOST_MARKED else np.r_[places[:_HALF], places[-_HALF:]]
    return frozenset(map(tuple, few.tolist()))


def _sources(masks: Sequence[Array | None], operands: Sequence[Operand]) -> str:
    """`A[0, :], b[1]`; of elements that fill no box their number."""
    texts = []
    for mask, operand in zip(masks, operands, strict=True):
        if mask is None or not mask.any():
            continue
        box: Box | None = box_of(mask)
        if box is not None:
            texts.append(at(operand.name, box_text(box, mask.shape)))
            continue
        places = np.argwhere(mask).tolist()
        shown = [at(operand.name, place) for place in places[:_MOST_TERMS]]
        more = f" and {len(places) - _MOST_TERMS} more" if len(places) > _MOST_TERMS else ""
        texts.append(", ".join(shown) + more)
    return ", ".join(texts)


def _terms(row: Row, linear: Sequence[int], operands: Sequence[Operand], value: Any) -> str:
    """`2*0.5 + 3*0.5 = 2.5` where that is what the derivatives say, else ""."""
    if row.weights is None or not linear:
        return ""
    pairs = [
        (operands[slot].array[place], row.weights[slot][place])
        for slot in linear
        for place in map(tuple, np.argwhere(row.weights[slot] != 0).tolist())
    ]
    total = sum(x * w for x, w in pairs)
    if not np.isclose(total, value, rtol=1e-3, atol=1e-6):
        return ""
    terms = [_term(brief(np.asarray(x)), w) for x, w in pairs[:_MOST_TERMS]]
    dots = " + ..." if len(pairs) > _MOST_TERMS else ""
    return f"{' + '.join(terms)}{dots} = {brief(np.asarray(value))}"


def _term(value: str, weight: Any) -> str:
    value = f"({value})" if value.startswith("-") else value
    by = brief(np.asarray(weight))
    if weight == 1:
        return value
    return f"{value}*({by})" if by.startswith("-") else f"{value}*{by}"
