"""Common mistakes, as `grammar/mistakes.toml` describes them, by where the parser is stuck."""

from __future__ import annotations

from tcalc.lang import lexer
from tcalc.lang.lalr import Stuck
from tcalc.lang.mistakes.place import Answer
from tcalc.lang.mistakes.respell import respelled
from tcalc.lang.refusal import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tcalc.lang.lalr import Machine
    from tcalc.lang.mistakes.place import Bounds, Place

    Entry = dict[str, Any]

_known: dict[tuple[int, int], list[Entry]] = {}
_ANYWHERE = -1  # in place of a state
_LONGEST_LINE = 200


def answer(place: Place) -> Answer | None:
    """What the first entry says that an example of it shows to fit; None if there is none."""
    for entry in _entries(place):
        before = _before(entry, place)
        if before is None or not _fits(entry, place):
            continue
        span = _span(entry, place, before)
        names = {"found": place.found, "before": before or place.before}
        if "line" in entry:
            groups = _groups(entry["line"], place)
            if groups is None:
                continue
            names |= groups
        left, right = place.parts(span)
        names |= {"left": left.rstrip(), "right": right.lstrip()}
        fixes = [_filled(template, names) for template in _listed(entry.get("fix", []))]
        statement = place.text[slice(*place.statement)]
        signs = (respelled(text) for text in (*fixes, statement))
        offer = place.offer(*fixes, *(text for text in signs if text != statement))
        help_ = offer or _filled(entry.get("help", ""), names)
        return Answer(_filled(entry["message"], names), help_, span=span)
    return None


def _entries(place: Place) -> list[Entry]:
    """The entries whose examples get the parser stuck as it is here, in their order."""
    if not _known:
        _learn(place.machine)
    here = _known.get((place.stuck.states[-1], place.kind), [])
    found = here + _known.get((_ANYWHERE, place.kind), [])
    return sorted(found, key=lambda entry: entry["number"])


def _learn(machine: Machine) -> None:
    """Find out where the parser gets stuck in the examples."""
    for number, entry in enumerate(lexer.TABLES.MISTAKES["mistake"]):
        for example in entry["examples"]:
            tokens = lexer.lex(example)
            try:
                machine.run(tokens, "module")
            except Stuck as stuck:
                state = _ANYWHERE if entry.get("anywhere") else stuck.states[-1]
                entries = _known.setdefault((state, tokens.kinds[stuck.index]), [])
                if not entries or entries[-1]["number"] != number:
                    entries.append({**entry, "number": number})
            except Refusal:
                pass


def _before(entry: Entry, place: Place) -> str | None:
    """The item of `before` that stands before the token, "" if none is asked for, else None."""
    if "before" not in entry:
        return ""
    found = next(filter(place.follows, entry["before"]), None)
    # An operator of two signs has no blank between them.
    apart = found and entry.get("label") == "both" and not found[-1].isalpha()
    return None if apart and not place.joined() else found


def _fits(entry: Entry, place: Place) -> bool:
    if "text" in entry and place.found not in entry["text"]:
        return False
    innermost = place.brackets[-1][0] if place.brackets else ""
    return "bracket" not in entry or innermost in entry["bracket"]


def _groups(pattern: str, place: Place) -> dict[str, str] | None:
    """What the groups of `pattern` match in the statement; None if it does not fit.

    Long statements fit none, for a pattern may try its parts at each place in turn.
    """
    import re

    start, end = place.statement
    if end - start > _LONGEST_LINE:
        return None
    match = re.match(pattern, place.text[start:end].rstrip(";"), re.DOTALL)
    return match and {name: value or "" for name, value in match.groupdict().items()}


def _span(entry: Entry, place: Place, before: str) -> Bounds:
    """What to point at: the token, the text before it, or both."""
    label = entry.get("label", "found")
    if label == "found":
        return place.start, place.end
    stop = len(place.text[: place.start].rstrip(" \t"))
    return stop - len(before or place.before), place.end if label == "both" else stop


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _filled(template: str, names: dict[str, str]) -> str:
    """The template with the names in its braces replaced; other braces stay."""
    pieces = template.split("{")
    text = pieces[0]
    for piece in pieces[1:]:
        name, brace, rest = piece.partition("}")
        text += names[name] + rest if brace and name in names else "{" + piece
    return text
