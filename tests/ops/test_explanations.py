"""What `explain` says of every op, held against what happens when an operand's elements change."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from samples import Array, Case, all_cases, called, mapped

from tcalc import Session
from tcalc.core import nested
from tcalc.core.tensor import Tensor
from tcalc.core.witness import Seen, witnessed
from tcalc.errors import TcalcError
from tcalc.render import explaining
from tcalc.render.explaining import Explanation
from tcalc.render.index_maps import Told

NUDGE, ROUNDING = 1e-4, 1e-11
SESSION = Session()
# Their results are drawn, or are frequencies that no operand counts in.
WITHOUT_RULE = {"normal", "bernoulli", "multinomial", "poisson", "fft_fftfreq", "fft_rfftfreq"}


def first_cases() -> list[Case]:
    """A case of every public op that takes a tensor and gives one."""
    found: dict[str, Case] = {}
    for case in all_cases():
        several = "A(" in case.text and "A()" not in case.text and "A(0" not in case.text
        if several and not case.op.name.startswith("_"):
            found.setdefault(case.op.name, case)
    return list(found.values())


def explained(case: Case) -> tuple[Explanation, Array] | None:
    """The step that the call is, and its first result; None if it is not called like that."""
    args, kwargs = case.arguments()
    args, kwargs = mapped(args, Tensor), mapped(kwargs, Tensor)
    seen: list[Seen] = []
    try:
        witnessed(lambda: called(case, args, kwargs), seen.append)
    except TcalcError:  # an op of whole numbers, say
        return None
    leaves = [leaf for leaf in nested.leaves(seen[-1].result) if isinstance(leaf, Tensor)]
    if not leaves or not leaves[0].array.size:
        return None
    picture = explaining._of(seen, lambda _: "")
    assert isinstance(picture, Explanation)
    return picture, leaves[0].array


def said(picture: Explanation, out: Array, element: tuple[int, ...]) -> Told:
    one = Explanation(picture.seen, picture.operands, element)
    return explaining._words(one, out)


def value(picture: Explanation, arrays: list[Array], element: tuple[int, ...]) -> Any:
    """The element of the result for other operands, None where it has none."""
    waiting = iter([Tensor(array.copy()) for array in arrays])
    args = nested.changed(
        list(picture.seen.args), lambda leaf: next(waiting) if isinstance(leaf, Tensor) else leaf
    )
    try:
        with np.errstate(all="ignore"):
            result = picture.seen.step.run(picture.seen.step.target, args)
        leaves = [leaf for leaf in nested.leaves(result) if isinstance(leaf, Tensor)]
        return leaves[0].array[element]
    except (TcalcError, ArithmeticError, ValueError, LookupError):
        return None


def changes(
    picture: Explanation, arrays: list[Array], at: tuple[int, Any], by: float, element: Any
) -> bool:
    """Whether the result's element is another if the one of an operand is that is `at`."""
    slot, place = at
    moved = [array.copy() for array in arrays]
    moved[slot][place] += by
    was, now = value(picture, arrays, element), value(picture, moved, element)
    if was is None or now is None:
        return False
    return not np.allclose(was, now, rtol=ROUNDING, atol=ROUNDING, equal_nan=True)


@pytest.mark.parametrize("case", first_cases(), ids=lambda case: case.id)
def test_an_element_is_made_of_what_changes_it(case: Case) -> None:
    found = SESSION.call(explained, case)
    if found is None:
        return
    picture, out = found
    arrays = [each.array for each in picture.operands]
    for element in {(0,) * out.ndim, tuple(size - 1 for size in out.shape)}:
        told = SESSION.call(said, picture, out, element)
        assert told.marked or case.op.name in WITHOUT_RULE
        for slot, marked in enumerate(told.marked):
            if arrays[slot].dtype.kind != "f":
                continue
            for place in np.ndindex(arrays[slot].shape):
                counts = changes(picture, arrays, (slot, place), NUDGE, element)
                assert place in marked or not counts, f"{slot} {place} changes {element}"
                if place in marked and not counts and not elementwise(picture):
                    reason = f"{slot} {place} never changes {element}"
                    assert can_change(picture, arrays, (slot, place), element), reason


def elementwise(picture: Explanation) -> bool:
    family = getattr(picture.seen.step.target, "family", None)
    return bool(getattr(family, "diagonal", False))


def can_change(
    picture: Explanation, arrays: list[Array], at: tuple[int, Any], element: Any
) -> bool:
    """Whether an operand's element counts for other values: the largest of several does."""
    rng = np.random.default_rng(0)
    drawn = [
        [rng.uniform(0.1, 0.9, x.shape) if x.dtype.kind == "f" else x for x in arrays]
        for _ in range(4)
    ]
    return any(
        changes(picture, values, at, by, element)
        for values in (arrays, *drawn)
        for by in (NUDGE, 50.0, -50.0)
    )


SMALL = 40  # elements of operands and result, so that the test stays short
RULE = re.compile(
    r"out(?:\[([a-z, ]*)\])? is (?:made of |the sum of |the mean of |)(?!one of|a constant)(.*)"
)
PART = re.compile(r"(\w+)(\[[^\]]*\])?( \(fewer at the edges\)| or a constant)?")


@pytest.mark.parametrize("case", first_cases(), ids=lambda case: case.id)
def test_a_rule_of_indices_holds_for_every_element(case: Case) -> None:
    found = SESSION.call(explained, case)
    if found is None or elementwise(found[0]):
        return
    picture, out = found
    if out.size + sum(each.array.size for each in picture.operands) > SMALL:
        return
    (line, *_) = SESSION.call(said, picture, out, None).lines
    match = RULE.match(line)
    if match is None:  # a reduction, or examples
        return
    letters = (match[1] or "").split(", ")
    parts = {name: (text, bool(remark)) for name, text, remark in PART.findall(match[2])}
    for element in np.ndindex(out.shape):
        told = SESSION.call(said, picture, out, element)
        known = dict(zip(letters, element, strict=False))
        for each, marked in zip(picture.operands, told.marked, strict=False):
            if each.array.dtype.kind == "f":
                mask = np.zeros(each.array.shape, bool)
                text, partly = parts.get(each.name, (None, False))
                if text is not None:
                    mask[indices(text, known)] = True
                ruled = set(map(tuple, np.argwhere(mask).tolist()))
                assert marked == ruled or (partly and marked < ruled), f"{line}, but {element}"


def indices(text: str, known: dict[str, int]) -> tuple[slice, ...]:
    """`[i, :j+1]` for some i and j as NumPy takes it; what is outside of the operand is cut."""
    found = []
    for part in text.strip("[]").split(", ") if text else []:
        start, *others = [eval(end, dict(known)) if end else None for end in part.split(":")]
        stop, *step = others or [start + 1]
        while start is not None and start < 0:
            start += step[0] if step else 1
        found.append(slice(start, stop if stop is None else max(stop, 0), *step))
    return tuple(found)
