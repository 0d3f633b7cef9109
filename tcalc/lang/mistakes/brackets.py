"""What is wrong with brackets, and with the commas inside of them."""

from __future__ import annotations

from tcalc.lang import lexer
from tcalc.lang.lexer import DEDENT, END, KIND, NAME, NEWLINE, NUMBER, STRING
from tcalc.lang.mistakes.place import CLOSERS, HEADERS, STATEMENTS, Answer, Place, named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_COMMAS = 40


def closing(place: Place) -> Answer | None:
    """A closing bracket that closes nothing, or another one than the innermost."""
    if place.kind not in lexer.CLOSING:
        return None
    span = (place.start, place.end)
    if not place.brackets:
        if place.found == "}" and place.line()[0] == place.start:
            return Answer("unmatched '}'", "delete it: a block ends where its indentation does")
        return Answer(f"unmatched '{place.found}'", place.offer(place.replaced(span, "")))
    bracket, opened = place.brackets[-1]
    closer = CLOSERS[bracket]
    if closer == place.found:
        return None
    headline = f"'{place.found}' does not close '{bracket}' at {place.at(opened, here=place.start)}"
    mended = (place.replaced(span, closer), place.replaced(span, closer + place.found))
    label = ((opened, opened + 1), f"{bracket!r} opened here")
    return Answer(headline, place.offer(*mended) or f"write '{closer}'", labels=(label,))


def opened(place: Place) -> Answer | None:
    """A bracket that is not closed, or something in it that needs a comma before it."""
    if not place.brackets:
        return None
    bracket, start = place.brackets[-1]
    closer = CLOSERS[bracket]
    if not place.accepts(KIND[closer]):
        return _colon(place)
    if place.joined() and place.before_kind == NUMBER and place.kind == NAME:
        return None  # a factor, as in 2x
    lines = place.text[place.tokens.ends[place.index - 1] : place.start]
    first = place.tokens.texts[place.line_start()]
    header = place.found == ":" and first in {*HEADERS, "elif"}
    at_end = place.kind in {NEWLINE, END, DEDENT} or header
    if at_end or ("\n" in lines and place.cut) or not place.accepts(KIND[","]):
        return _unclosed(place, bracket, start)
    return _comma(place, bracket, closer)


def _unclosed(place: Place, bracket: str, start: int) -> Answer:
    span = place.label()
    if place.cut:
        span = place.tokens.starts[place.cut], place.tokens.ends[place.cut]
    at = place.at(start, here=span[0])
    headline = f"expected '{CLOSERS[bracket]}' to close '{bracket}' at {at}"
    label = ((start, start + 1), f"{bracket!r} opened here")
    return Answer(headline, place.offer(*_closed(place)), span=span, labels=(label,))


def left_open(place: Place) -> Answer | None:
    """A bracket that is open where a statement begins."""
    begun = place.found in STATEMENTS or 0 < place.cut <= place.index
    return _unclosed(place, *place.brackets[-1]) if place.brackets and begun else None


def _colon(place: Place) -> Answer | None:
    """A key without a value in a dict."""
    if place.brackets[-1][0] != "{" or not place.accepts(KIND[":"]):
        return None
    left, right = place.parts((place.start, place.start))
    help_ = place.offer(f"{left.rstrip()}: {right}")
    return Answer(f"expected ':' after {named(place.before)}", help_)


def _closed(place: Place) -> Iterator[str]:
    """The statement with the missing brackets where it stops, before a colon or behind all."""
    text = place.text[slice(*place.statement)]
    depth: list[str] = []
    for kind, piece, _ in lexer.scan(text):
        if kind in lexer.OPENING:
            depth.append(CLOSERS[piece])
        elif kind in lexer.CLOSING and depth:
            depth.pop()
    closers = "".join(reversed(depth))
    at = max(0, place.start - place.statement[0])
    yield text[:at].rstrip() + closers + text[at:]
    colon = text.rfind(":", 0, max(at, 1) if text[:at].strip() else None)
    for end in {colon, len(text) - 1}:
        if text[end : end + 1] == ":":
            yield text[:end] + closers + text[end:]
    yield text + closers


# Commas -------------------------------------------------------------------------------------------


def _comma(place: Place, bracket: str, closer: str) -> Answer:
    wanted = f"',' or '{closer}'"
    help_ = place.offer(*_matrix(place)) if bracket == "[" else ""
    if bracket == "{" and place.accepts(KIND[":"]) and place.before_kind == STRING:
        left, right = place.parts((place.start, place.start))
        help_ = place.offer(f"{left.rstrip()}: {right}")
        wanted = f"':', {wanted}"
    if not help_ and place.found != ":":
        help_ = place.offer(*_separated(place))
    return Answer(f"expected {wanted} after {named(place.before)}", help_)


def _separated(place: Place) -> Iterator[str]:
    """The statement with a comma wherever the parser would take one and nothing else."""
    import re

    text = place.text[slice(*place.statement)]
    at = place.start - place.statement[0]
    for _ in range(_MOST_COMMAS):
        if text[at : at + 1] == ";":
            text = f"{text[:at]},{text[at + 1 :]}"
        else:
            left = text[:at].rstrip()
            text = f"{left},{text[len(left) : at] or ' '}{text[at:]}"
        before, at = at, place.stuck_at(text)
        if at < 0:
            yield re.sub(r"\]\s+\[", "], [", text)
        if at <= before:
            return


def _matrix(place: Place) -> Iterator[str]:
    """The brackets around the place as a tensor's, where `;` or a line's end ends a row in them."""
    import re

    start = place.brackets[-1][1]
    inside = re.match(r"\[([^][]*)\]", place.text[start:])
    if inside is None:
        return
    rows = [re.split(r"[,\s]+", row.strip(", \t")) for row in re.split("[;\n]", inside[1].strip())]
    if len(rows) == 1 or not all(
        re.fullmatch(r"[-+]?[\w.]+", item) for row in rows for item in row
    ):
        return
    text = ", ".join(f"[{', '.join(row)}]" for row in rows)
    span = (start, start + inside.end())
    takes_rows = place.text[:start].rstrip().endswith(("tensor(", "array("))
    yield place.replaced(span, f"[{text}]" if takes_rows else f"tensor([{text}])")
