"""Products of matrices and sums of products in general: which elements meet in each."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product as combinations
from typing import Any

from tcalc.core.listing import brief
from tcalc.core.witness import Seen
from tcalc.render.index_maps import Element, Operand, Told, at
from tcalc.render.index_rules import LETTERS

PRODUCTS = ("mm", "matmul", "bmm", "mv", "dot", "outer", "einsum")
_MOST_TERMS = 8


def product(
    seen: Seen, operands: Sequence[Operand], out: Any, element: Element | None
) -> Told | None:
    """A sum of products over the indices that the result does not have."""
    found = _equation(seen, operands)
    if found is None:
        return None
    terms, result = found
    sizes: dict[str, int] = {}
    for term, each in zip(terms, operands, strict=True):
        for c, n in zip(term, each.array.shape, strict=True):
            sizes[c] = max(sizes.get(c, n), n) if n else 0
    # An axis of size 1 that is stretched has but one index, whatever the result's is.
    terms = [
        ["0" if n < sizes[c] else c for c, n in zip(term, each.array.shape, strict=True)]
        for term, each in zip(terms, operands, strict=True)
    ]
    summed = [c for c in sizes if c not in result]
    factors = " * ".join(at(each.name, term) for each, term in zip(operands, terms, strict=True))
    over = f"sum over {', '.join(summed)} of " if summed else ""
    lines = [f"{at('out', result)} = {over}{factors}"]
    lines.append(", ".join(f"{c} < {n}" for c, n in sizes.items()))
    if element is None:
        return Told(lines)
    known = dict(zip(result, element, strict=True)) | {"0": 0}
    ways = [
        dict(zip(summed, way, strict=True)) | known
        for way in _first(combinations(*(range(sizes[c]) for c in summed)))
    ]
    marked, pieces = [], []
    for term in terms:
        spans = [(known[c],) if c in known else range(sizes[c]) for c in term]
        marked.append(frozenset(combinations(*spans)))
    for way in ways[:_MOST_TERMS]:
        values = [
            brief(each.array[tuple(way[c] for c in term)])
            for term, each in zip(terms, operands, strict=True)
        ]
        pieces.append("*".join(f"({v})" if v.startswith("-") else v for v in values))
    dots = " + ..." if len(ways) > _MOST_TERMS else ""
    line = f"{at('out', element)} = {' + '.join(pieces) or '0'}{dots} = {brief(out[element])}"
    return Told(lines, marked, [line])


def _first(ways: Any) -> list[Any]:
    """So many of the ways that there can be seen to be more."""
    return [way for way, _ in zip(ways, range(_MOST_TERMS + 1), strict=False)]


def _equation(seen: Seen, operands: Sequence[Operand]) -> tuple[list[Any], str] | None:
    """The letters of each operand's axes, and of the result's; None if they are not that plain."""
    shapes = [each.array.shape for each in operands]
    if seen.step.name == "einsum":
        text = next((arg for arg in seen.args if isinstance(arg, str)), "").replace(" ", "")
        return _spelled_out(text, [len(shape) for shape in shapes]) if text else None
    a, b = shapes[:2]
    if seen.step.name == "outer":
        return ["i", "j"], "ij"
    deepest = max(len(a), len(b)) - 2
    lead = LETTERS[3 : 3 + deepest]
    rows, columns = "i" if len(a) > 1 else "", "j" if len(b) > 1 else ""
    terms = [_last(lead, len(a) - 2) + rows + "k", _last(lead, len(b) - 2) + "k" + columns]
    return terms, lead + rows + columns


def _spelled_out(text: str, ranks: Sequence[int]) -> tuple[list[Any], str] | None:
    """An equation of einsum with letters in the place of its dots, and with its result."""
    left, arrow, result = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks) or any(len(set(t)) < len(t) for t in _plain(terms)):
        return None
    if not arrow:
        letters = left.replace(".", "")
        once = sorted(c for c in set(letters) if c.isalpha() and letters.count(c) == 1)
        result = ("..." if "..." in left else "") + "".join(once)
    hidden = [n - len(t) + 3 if "..." in t else 0 for t, n in zip(terms, ranks, strict=True)]
    free = "".join(c for c in f"{LETTERS}abcdefgh" if c not in text)[: max(hidden)]
    spelled = [t.replace("...", _last(free, n)) for t, n in zip(terms, hidden, strict=True)]
    return [*spelled], result.replace("...", free)


def _plain(terms: Sequence[str]) -> list[str]:
    return [term.replace("...", "") for term in terms]


def _last(letters: str, count: int) -> str:
    return letters[len(letters) - count :] if count > 0 else ""
