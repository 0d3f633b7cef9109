"""Finds the words for a syntax error: what was expected, where, and what to type.

First come the characters, words and mistakes that `grammar/mistakes.toml` knows; what it does not
know is worked out from what the parser could have accepted instead.
"""

from __future__ import annotations

from tcalc.diagnostic import Diagnostic, Label, Span
from tcalc.errors import SyntaxFault
from tcalc.lang import lexer
from tcalc.lang.lalr import Stuck, TooDeep
from tcalc.lang.lexer import DEDENT, END, ERROR, INDENT, KIND, KINDS, MISFIT, NEWLINE
from tcalc.lang.place import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tcalc.diagnostic import Source
    from tcalc.lang.lalr import Machine

_CLOSER = {"(": ")", "[": "]", "{": "}"}
_SUBJECTS = {
    "if": "the condition of if",
    "elif": "the condition of elif",
    "while": "the condition of while",
    "for": "the iterable of for",
    "with": "the context of with",
    "def": "the parameters of def",
    "else": "'else'",
}
_NO_NUMBERS = ("0x", "0X", "0o", "0O", "0b", "0B")
_LONGEST_QUOTE = 30


class _Answer:
    """What to say; `span` if not the offending token, `opening` a bracket to point at."""

    def __init__(
        self,
        headline: str,
        help_: str = "",
        *,
        span: tuple[int, int] | None = None,
        opening: tuple[str, int] | None = None,
    ) -> None:
        self.headline = headline
        self.help = help_
        self.span = span
        self.opening = opening


def explain(source: Source, tokens: lexer.Tokens, stuck: Stuck, machine: Machine) -> SyntaxFault:
    """The fault for a parse that got stuck."""
    place = Place(source, tokens, stuck, machine)
    answer = next(filter(None, (rule(place) for rule in _RULES)))
    start, end = answer.span or (place.start, place.start + len(place.found.rstrip()))
    if place.kind == NEWLINE and not answer.span:
        end = start
    span = Span(source, start, end)
    labels = [Label(span)]
    if answer.opening:
        bracket, opened = answer.opening
        labels.append(Label(Span(source, opened, opened + 1), f"{bracket!r} opened here"))
    helps = (answer.help,) if answer.help else ()
    diagnostic = Diagnostic(answer.headline, span=span, labels=labels, helps=helps)
    return SyntaxFault(diagnostic, incomplete=_incomplete(place))


def _incomplete(place: Place) -> bool:
    """Whether the text only stops too early."""
    at_end = not place.text[place.start + len(place.found) :].strip()
    if place.kind == ERROR and place.found.startswith(('"""', "'''")):
        return True
    if place.text.rstrip().endswith("\\") and at_end:
        return True  # the last line asks for another one
    rest = set(place.tokens.kinds[place.index :])
    if rest <= {DEDENT, END}:
        return True
    return at_end and rest <= {NEWLINE, DEDENT, END} and bool(place.brackets)


# Rules: each looks at the place, and has an answer or passes it on --------------------------------


def _too_deep(place: Place) -> _Answer | None:
    if isinstance(place.stuck, TooDeep):
        return _Answer("nested too deeply", "give the inner parts names of their own")
    return None


def _string(place: Place) -> _Answer | None:
    if place.kind != ERROR or place.found[0] not in "\"'":
        return None
    if place.found.startswith(('"""', "'''")):
        quotes = place.found[:3]
        span = (place.start, place.start + 3)
        return _Answer("unterminated triple-quoted string", f"close it with {quotes}", span=span)
    return _Answer("unterminated string", f"close it with {place.found[0]}")


def _character(place: Place) -> _Answer | None:
    if place.kind != ERROR:
        return None
    found = place.found
    if len(found) > 1:  # a name that holds a character which no name may have
        at = next(i for i in range(len(found)) if not ("a" + found[i]).isidentifier())
        span = (place.start + at, place.start + at + 1)
        found = found[at]
    else:
        span = (place.start, place.start + 1)
    meant = lexer.TABLES.MISTAKES.get("characters", {}).get(found)
    if meant:
        return _Answer(f"'{found}' is not '{meant}'", f"write '{meant}'", span=span)
    if found == "!":
        return _Answer("there is no operator '!'", "write 'not', or '~' for tensors of bool")
    if found == "\\":
        return _Answer("nothing can follow '\\' in its line", "end the line after the '\\'")
    shown = f"'{found}'" if found.isprintable() else "this character"
    code = "" if found.isascii() and found.isprintable() else f" (U+{ord(found):04X})"
    return _Answer(f"{shown}{code} is not in the language", span=span)


def _word(place: Place) -> _Answer | None:
    if place.kind != lexer.RESERVED:
        return None
    help_ = lexer.TABLES.MISTAKES.get("words", {}).get(place.found, "")
    return _Answer(f"'{place.found}' is not in the language", help_)


def _mistake(place: Place) -> _Answer | None:
    """A mistake that an example in `mistakes.toml` shows."""
    for entry in _known_mistakes(place.machine).get((place.stuck.states[-1], place.kind), ()):
        if "before" in entry and not any(map(place.follows, entry["before"])):
            continue
        if "text" in entry and place.found not in entry["text"]:
            continue
        words = (entry["message"], entry.get("help", ""))
        message, help_ = (
            w.replace("{found}", place.found).replace("{before}", place.before) for w in words
        )
        return _Answer(message, help_)
    return None


def _known_mistakes(machine: Machine) -> dict[tuple[int, int], list[dict[str, Any]]]:
    """The mistakes by the parser's state and the kind of token that it is stuck at."""
    known: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for entry in lexer.TABLES.MISTAKES.get("mistake", ()):
        for example in entry["examples"]:
            tokens = lexer.lex(example)
            try:
                machine.run(tokens, "module")
            except Stuck as stuck:
                entries = known.setdefault((stuck.states[-1], tokens.kinds[stuck.index]), [])
                if entry not in entries:
                    entries.append(entry)
    return known


def _indentation(place: Place) -> _Answer | None:
    if place.kind == MISFIT:
        span = place.indentation(place.start)
        if "\t" in place.text[slice(*span)] or "\t" in place.text[slice(*place.indentation())]:
            headline = "the indentation mixes tabs and spaces, so that its depth is unclear"
            return _Answer(headline, "indent each line with spaces only", span=span)
        return _Answer("unindent does not match any outer level", "align it with a line above")
    if place.kind == INDENT:
        return _Answer("unexpected indent", "start the line where the one above starts")
    if not place.accepts(INDENT):
        return None
    first = place.line_start()
    keyword = place.tokens.texts[first]
    line, _ = place.source.locate(place.tokens.starts[first])
    return _Answer(f"expected an indented block after '{keyword}' in line {line}")


def _closing_bracket(place: Place) -> _Answer | None:
    if place.kind not in lexer.CLOSING:
        return None
    if not place.brackets:
        return _Answer(f"unmatched '{place.found}'")
    bracket, opened = place.brackets[-1]
    if _CLOSER[bracket] == place.found:
        return None
    headline = f"'{place.found}' does not close '{bracket}' at {place.at(opened)}"
    return _Answer(headline, f"write '{_CLOSER[bracket]}'", opening=(bracket, opened))


def _expression(place: Place) -> _Answer | None:
    if not place.accepts(lexer.NUMBER):
        return None
    if place.before_kind in {NEWLINE, INDENT, DEDENT} or not place.before:
        if place.kind in {NEWLINE, END}:
            return _Answer("expected a statement")
        return _Answer(f"a statement cannot start with {_quoted(place)}")
    after = f"after '{place.before}'"
    if place.found.isidentifier():
        return _Answer(f"expected an expression {after}, not the keyword '{place.found}'")
    return _Answer(f"expected an expression {after}")


def _open_bracket(place: Place) -> _Answer | None:
    if not place.brackets:
        return None
    bracket, opened = place.brackets[-1]
    closer = _CLOSER[bracket]
    if not place.accepts(KIND[closer]):
        return None
    lines = place.text[place.tokens.ends[place.index - 1] : place.start]
    if place.kind in {NEWLINE, END, DEDENT} or "\n" in lines or not place.accepts(KIND[","]):
        headline = f"expected '{closer}' to close '{bracket}' at {place.at(opened)}"
        return _Answer(headline, opening=(bracket, opened))
    if place.before_kind == lexer.NUMBER and _juxtaposed(place) and not lines:
        return _juxtaposition(place)
    return _Answer(f"expected ',' or '{closer}' after {_named(place.before)}")


def _colon(place: Place) -> _Answer | None:
    if not place.accepts(KIND[":"]):
        return None
    first = place.line_start()
    keyword = place.tokens.texts[first]
    done = KIND[":"] in place.tokens.kinds[first : place.index]
    if keyword not in _SUBJECTS or place.brackets or done:
        return None
    return _Answer(f"expected ':' after {_SUBJECTS[keyword]}")


def _name(place: Place) -> _Answer | None:
    if not place.accepts(lexer.NAME):
        return None
    if place.found.isidentifier():
        return _Answer(f"'{place.found}' is a keyword and cannot be a name")
    return _Answer(f"expected a name after '{place.before}'")


def _single(place: Place) -> _Answer | None:
    """The only thing that could stand here."""
    expected = [kind for kind in range(len(KINDS)) if place.accepts(kind)]
    names = [KINDS[kind] for kind in expected if not KINDS[kind].startswith(("_", "$"))]
    if len(names) != 1 or KINDS[expected[0]].isupper():
        return None
    return _Answer(f"expected '{names[0]}' after {_named(place.before)}")


def _in(place: Place) -> _Answer | None:
    line = place.tokens.texts[place.line_start() : place.index]
    loop = [text for text in line if text in {"for", "in"}]
    if loop[-1:] != ["for"] or not place.accepts(KIND["in"]):
        return None
    return _Answer("expected 'in' after the target of for", "write 'for x in xs'")


def _operator(place: Place) -> _Answer | None:
    if not _juxtaposed(place):
        return None
    return _juxtaposition(place)


def _juxtaposed(place: Place) -> bool:
    """Whether two operands meet: the parser takes an operator, and this token starts an operand."""
    starts = {lexer.NAME, lexer.NUMBER, lexer.STRING, KIND["None"], KIND["True"], KIND["False"]}
    return place.kind in starts and place.accepts(KIND["*"]) and bool(place.before)


def _juxtaposition(place: Place) -> _Answer:
    before, found = _short(place.before), _short(place.found)
    start = place.tokens.starts[place.index - 1]
    if place.text[start : place.start + 1] in _NO_NUMBERS and place.start == start + len(before):
        span = (start, place.start + len(found))
        return _Answer(f"'{before}{found}' is not a number", span=span)
    help_ = f"write '{before} * {found}' to multiply" if place.before_kind == lexer.NUMBER else ""
    return _Answer(f"expected an operator between {_named(before)} and {_named(found)}", help_)


def _anything(place: Place) -> _Answer | None:
    if place.before and place.before_kind != NEWLINE:
        return _Answer(f"unexpected {_quoted(place)} after {_named(place.before)}")
    return _Answer(f"unexpected {_quoted(place)}")


def _quoted(place: Place) -> str:
    if place.kind == NEWLINE:
        return "end of line"
    if place.kind in {END, DEDENT}:
        return "end"
    return _named(place.found)


def _named(text: str) -> str:
    """The text in quotes, unless it has some of its own."""
    return _short(text) if text.endswith(("'", '"')) else f"'{_short(text)}'"


def _short(text: str) -> str:
    line = text.partition("\n")[0]
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"


_RULES = (
    _too_deep,
    _string,
    _mistake,
    _character,
    _word,
    _indentation,
    _closing_bracket,
    _expression,
    _open_bracket,
    _colon,
    _name,
    _in,
    _single,
    _operator,
    _anything,
)
