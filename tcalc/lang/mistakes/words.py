"""What is wrong with words: characters, strings, numbers, keywords, and two that stand together."""

from __future__ import annotations

from tcalc.errors import closest
from tcalc.lang import lexer
from tcalc.lang.lexer import ERROR, KIND, NAME, NUMBER, RESERVED, STRING
from tcalc.lang.mistakes.place import CLOSERS, Answer, Place, named, quoted, short
from tcalc.lang.mistakes.respell import respelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_TRIPLE = ('"""', "'''")
_OPERANDS = frozenset({NAME, NUMBER, STRING, *(KIND[word] for word in ("None", "True", "False"))})
_RADIXES = {"x": "0 to 9 and a to f", "o": "0 to 7", "b": "0 and 1"}
_LISTS = ("del", "global", "nonlocal", "import", "from")  # statements that list names
_ROW = 3  # words in a row that make a sentence, numbers that make a list


# Strings ------------------------------------------------------------------------------------------


def transpose(place: Place) -> Answer | None:
    """A `'` behind a matrix."""
    touches = place.joined() and place.found[:1] == "'" and place.kind in {ERROR, STRING}
    matrix = place.before_kind == NAME or place.before_kind in lexer.CLOSING or place.before == "."
    if not touches or not matrix:
        return None
    import re

    mended = re.sub(r"(?<=[\w)\]])\.?'(?!\w)", ".T", place.text[slice(*place.statement)])
    help_ = place.offer(mended)
    span = (place.start, place.start + 1)
    return Answer("a quote does not transpose", help_, span=span) if help_ else None


def string(place: Place) -> Answer | None:
    """A string that is not closed."""
    found = place.found
    if place.kind != ERROR or found[0] not in "\"'":
        return None
    if found.startswith(_TRIPLE):
        span = (place.start, place.start + 3)
        return Answer("unterminated triple-quoted string", f"close it with {found[:3]}", span=span)
    whole = place.text[slice(*place.statement)]
    closed = [respelled(whole)] if _quote_at_end(found) else _closed(place)
    help_ = place.offer(*closed) or f"close it with {found[0]}"
    return Answer("unterminated string", help_)


def _quote_at_end(found: str) -> bool:
    """Whether a quote of another kind seems to close the string."""
    signs = lexer.TABLES.MISTAKES["characters"]
    return any(signs.get(char) == found[0] for char in found)


def _closed(place: Place) -> Iterator[str]:
    """The statement with the missing quote before the brackets at its end, or behind all."""
    left, right = place.parts((place.start, place.end))
    closers = "".join(CLOSERS[bracket] for bracket, _ in reversed(place.brackets))
    body = place.found.rstrip()
    bare = body.rstrip(")]}:;, ")
    if place.joined() and place.before.lower() in {"f", "rf", "fr"}:
        yield f"{left}{body}}}{body[0]}{right}"
    for end in (len(bare), len(body)):
        yield f"{left}{body[:end]}{body[0]}{body[end:]}{right}"
        yield f"{left}{body[:end]}{body[0]}{closers}"


def apostrophe(place: Place) -> Answer | None:
    """A quote inside of a string that ends it: `'don't'`."""
    if place.before_kind != STRING or place.kind != NAME or not place.joined():
        return None
    quote = place.before[-1]
    other = {"'": '"', '"': "'"}[quote]
    start = place.tokens.starts[place.index - 1]
    end = place.text.rfind(quote, place.start, max(place.statement[1], place.start)) + 1
    inside = place.text[start:end][1:-1]
    if not end or other in inside or place.before.startswith((quote * 3, other)):
        return None
    help_ = place.offer(place.replaced((start, end), f"{other}{inside}{other}"))
    span = (place.start - 1, place.start)
    return Answer("the string ends at this quote", help_, span=span) if help_ else None


# Characters, words and numbers --------------------------------------------------------------------


def character(place: Place) -> Answer | None:
    """A character that is in no word of the language."""
    if place.kind != ERROR:
        return None
    found, at = place.found, 0
    if len(found) > 1:  # a name that holds a character which no name may have
        at = next((i for i in range(len(found)) if not ("a" + found[i]).isidentifier()), 0)
    found, span = found[at], (place.start + at, place.start + at + 1)
    meant = lexer.TABLES.MISTAKES["characters"].get(found)
    offer = place.offer(respelled(place.text[slice(*place.statement)]))
    if meant:
        return Answer(f"'{found}' is not '{meant}'", offer or f"write '{meant}'", span=span)
    if found == "\\":
        return Answer("nothing can follow '\\' in its line", "end the line after the '\\'")
    if not found.isprintable() or found.isspace():
        code = f"U+{ord(found):04X}"
        offer = place.offer(place.replaced(span, ""), place.replaced(span, " "))
        return Answer(f"this character cannot be seen ({code})", offer or "delete it", span=span)
    code = "" if found.isascii() else f" (U+{ord(found):04X})"
    return Answer(f"'{found}'{code} is not in the language", offer, span=span)


def reserved(place: Place) -> Answer | None:
    """A word of Python that is not in the language, or as a name."""
    if place.kind != RESERVED:
        return None
    names_only = place.accepts(NAME) and not place.accepts(NUMBER)
    if names_only or place.after == "=":
        return _keyword(place, place.index)
    help_ = lexer.TABLES.MISTAKES["words"].get(place.found, "")
    return Answer(f"'{place.found}' is not in the language", help_)


def keyword(place: Place) -> Answer | None:
    """A keyword where a name should be: `lambda = 1`, `x.if`, `def in():`."""
    if place.found == "=" and place.before.isidentifier() and place.before_kind != NAME:
        return _keyword(place, place.index - 1)
    if not place.found.isidentifier() or place.kind == NAME or place.found in {"import", "as"}:
        return None
    names_only = place.accepts(NAME) and not place.accepts(NUMBER)
    return _keyword(place, place.index) if names_only or place.after == "=" else None


def _keyword(place: Place, index: int) -> Answer:
    word, start = place.tokens.texts[index], place.tokens.starts[index]
    span = (start, start + len(word))
    help_ = "" if place.brackets else place.offer(place.replaced(span, f"{word}_"))
    return Answer(f"'{word}' is a keyword and cannot be a name", help_, span=span)


def number(place: Place) -> Answer | None:
    """A word that begins like a number and is none."""
    word, start = _number_word(place)
    if not word:
        return None
    span = (start, start + len(word))
    headline, low = f"'{short(word)}' is not a number", word.lower()
    if low[0] == "0" and low[1:2] in _RADIXES:
        digits = f"the digits after '{word[:2]}' are {_RADIXES[low[1]]}"
        return Answer(headline, digits, span=span)
    if "_" in low and low.replace("_", "").isdigit():
        single = "_".join(filter(None, low.split("_")))
        return Answer(headline, place.offer(place.replaced(span, single)), span=span)
    if low.count(".") > 1 and low.replace(".", "").isdigit():
        return Answer(headline, "write one point", span=span)
    mantissa, e, exponent = low.partition("e")
    if e and mantissa.replace(".", "").isdigit() and not exponent.strip("+-"):
        return Answer(headline, f"write digits after '{word}'", span=span)
    return None


def _number_word(place: Place) -> tuple[str, int]:
    """The letters, digits, points and underscores around two tokens that touch, and their start."""
    if NUMBER not in (place.before_kind, place.kind) or not place.joined():
        return "", 0
    start = place.tokens.starts[place.index - 1]
    end = place.start
    while end < len(place.text) and (place.text[end].isalnum() or place.text[end] in "._"):
        end += 1
    end += place.text[end - 1] in "eE" and place.text[end : end + 1] in {"+", "-"}
    word = place.text[start:end]
    return (word, start) if word[:1].isdigit() or word[:1] == "." else ("", 0)


# Two values side by side --------------------------------------------------------------------------


def misspelled(place: Place) -> Answer | None:
    """A statement that begins with what is almost a keyword: `whlie x:`."""
    first = place.line_start()
    if place.index - first != 1 or place.before_kind != NAME or place.kind not in _OPERANDS:
        return None
    span = (place.tokens.starts[first], place.tokens.ends[first])
    for word in closest(place.before, filter(str.isalpha, lexer.TABLES.WORDS)):
        help_ = place.offer(place.replaced(span, word))
        if help_:
            headline = f"'{place.before}' is not a keyword"
            return Answer(headline, f"did you mean '{word}'?", span=span)
    return None


def side_by_side(place: Place) -> Answer | None:
    """Two operands without an operator between them."""
    goes_on = place.accepts(KIND["*"]) or place.accepts(KIND[","])
    if place.kind not in _OPERANDS or not goes_on or not place.before:
        return None
    if place.joined() and place.found.startswith(".") and place.before_kind != NUMBER:
        item = place.offer(place.replaced((place.start, place.end), f"[{place.found[1:]}]"))
        return Answer(f"expected a name after '{place.before}.'", item)
    if place.tokens.texts[place.line_start()] in _LISTS and place.kind == NAME:
        left, right = place.parts((place.start, place.start))
        help_ = place.offer(f"{left.rstrip()}, {right}")
        return Answer(f"expected ',' after {named(place.before)}", help_)
    before, found = short(place.before), short(place.found)
    headline = f"expected an operator between {named(before)} and {named(found)}"
    return Answer(headline, _between(place, before, found))


def _between(place: Place, before: str, found: str) -> str:
    """What to write instead: whatever makes a statement of the line."""
    span = (place.tokens.starts[place.index - 1], place.end)
    if place.before_kind == place.kind == NUMBER and len(place.found) == len("000"):
        whole = place.offer(place.replaced(span, place.before + place.found))
        if whole:
            return whole
    left, right = place.parts((place.start, place.start))
    two = place.offer(f"{left.rstrip()}; {right}")
    if two and "=" in right and place.index - place.line_start() > 1:
        return f"{two} for two statements"
    if _in_a_row(place, NAME):
        return "a comment starts with '#', a text stands in quotes"
    if _in_a_row(place, NUMBER):
        start = span[0] - place.statement[0]
        statement = left + right
        items = ", ".join(statement[start:].split())
        return place.offer(f"{statement[:start]}[{items}]")
    if place.before_kind in lexer.CLOSING:
        return place.offer(f"{left.rstrip()} * {right}")
    ways = []
    if place.before_kind == NAME and place.offer(place.replaced(span, f"{before}({found})")):
        ways.append(f"{quoted(f'{before}({found})')} to call")
    texts = STRING in (place.kind, place.before_kind)
    if not texts and place.offer(place.replaced(span, f"{before} * {found}")):
        ways.append(f"{quoted(f'{before} * {found}')} to multiply")
    return f"write {', or '.join(ways)}" if ways else ""


def _in_a_row(place: Place, kind: int) -> bool:
    """Whether words stand in a row as in a sentence, or numbers as in a table."""
    first = place.index - 1
    return place.tokens.kinds[first : first + _ROW] == [kind] * _ROW
