"""Finds the words for a syntax error: what was expected, where, and what to type.

First come the mistakes that `grammar/mistakes.toml` knows; what it does not know is worked out from
what the parser could have accepted instead. A statement that help tells to write has been parsed.
"""

from __future__ import annotations

from tcalc.diagnostic import Diagnostic, Label, Span
from tcalc.errors import SyntaxFault
from tcalc.lang import lexer
from tcalc.lang.lalr import Stuck, TooDeep
from tcalc.lang.lexer import DEDENT, END, ERROR, INDENT, KIND, KINDS, MISFIT, NEWLINE
from tcalc.lang.mistakes import brackets, examples, words
from tcalc.lang.mistakes.place import HEADERS, Answer, Place, named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcalc.diagnostic import Source
    from tcalc.lang.lalr import Machine

_SUBJECTS = {
    "if": "the condition of if",
    "elif": "the condition of elif",
    "while": "the condition of while",
    "for": "the iterable of for",
    "with": "the context of with",
    "def": "the parameters of def",
    "else": "'else'",
}
INDENTED, NO_BLOCK = "unexpected indent", "expected an indented block"
_LINES = "put brackets around an expression of several lines"


def explain(
    source: Source, text: str, tokens: lexer.Tokens, stuck: Stuck, machine: Machine
) -> SyntaxFault:
    """The fault for a parse of `text`, the program in `source`, that got stuck."""
    plain = text.replace(lexer.MARK, " ")
    place = Place(source, plain, stuck.field or tokens, stuck, machine)
    answer = next(filter(None, (rule(place) for rule in _RULES)))
    start, end = answer.span or place.label()
    span = Span(source, start, end)
    labels = [Label(span), *(Label(Span(source, *at), text) for at, text in answer.labels)]
    helps = (answer.help,) if answer.help else ()
    diagnostic = Diagnostic(answer.headline, span=span, labels=labels, helps=helps)
    incomplete = not stuck.field and _incomplete(place)
    wrong = place.block() if place.kind in {INDENT, MISFIT} else place.statement
    if stuck.field:
        wrong = tokens.line_of(place.start)
    return SyntaxFault(diagnostic, incomplete=incomplete, statement=wrong)


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


def _too_deep(place: Place) -> Answer | None:
    if isinstance(place.stuck, TooDeep):
        return Answer("nested too deeply", "give the inner parts names of their own")
    return None


def _indentation(place: Place) -> Answer | None:
    if place.kind == MISFIT:
        span = place.indentation(place.start)
        if "\t" in place.text[slice(*span)] or "\t" in place.text[slice(*place.indentation())]:
            headline = "the indentation mixes tabs and spaces, so that its depth is unclear"
            return Answer(headline, "indent each line with spaces only", span=span)
        return Answer("unindent does not match any outer level", "align it with a line above")
    if place.kind == INDENT:
        return _unexpected_indent(place)
    if not place.accepts(INDENT):
        return None
    first = place.line_start()
    word = place.tokens.texts[first]
    line, _ = place.source.locate(place.tokens.starts[first])
    headline = f"{NO_BLOCK} after '{word}' in line {line}"
    below = place.text[place.start :].split(None, 1)
    if not below or below[0].startswith("#"):
        return Answer(headline, "write 'pass' there for a block that does nothing")
    start = place.text.index(below[0], place.start)
    return Answer(headline, "begin the line with four spaces", span=(start, start + len(below[0])))


def _unexpected_indent(place: Place) -> Answer:
    span = place.indentation(place.start)
    if not _continues(place.tokens.kinds[place.index + 1]):
        return Answer(INDENTED, "start the line where the one above starts", span=span)
    first, last = place.statement
    line = place.text[slice(*place.line())]
    joint = "" if line.startswith(".") else " "
    offer = place.offer(f"{place.text[first:last]}{joint}{line}")
    return Answer(INDENTED, offer or _LINES, span=span)


def _continues(kind: int) -> bool:
    """Whether a token of this kind goes on with an expression that has begun before."""
    word = KINDS[kind]
    return word in lexer.TABLES.WORDS and not word.isalpha() and word not in {"(", "[", "{", "..."}


def _expression(place: Place) -> Answer | None:
    if not place.accepts(lexer.NUMBER):
        return None
    if place.before_kind in {NEWLINE, INDENT, DEDENT} or not place.before:
        return _statement(place)
    after = f"after '{place.before}'"
    if place.found in HEADERS and (place.before == ";" or _after_header(place)):
        return Answer(f"'{place.found}' begins a line of its own", "write it in the next line")
    if place.found.isidentifier():
        return Answer(f"expected an expression {after}, not the keyword '{place.found}'")
    return _joined(place) or Answer(f"expected an expression {after}", _operand_help(place))


def _joined(place: Place) -> Answer | None:
    """An operator that was written in two parts."""
    word = f"{place.before}{place.found}"
    if place.joined() or not place.found.strip() or word not in lexer.TABLES.WORDS:
        return None
    span = (place.tokens.starts[place.index - 1], place.end)
    help_ = place.offer(place.replaced(span, word))
    return Answer(f"'{word}' is one word", help_, span=span) if help_ else None


def _operand_help(place: Place) -> str:
    left, right = place.parts((place.start, place.end))
    if place.found == place.before == ";":
        return place.offer(left + right)
    if place.found == "," and place.before in {",", "(", "[", "{"}:
        return place.offer(left.rstrip() + (right if place.before == "," else right.lstrip()))
    return _next_line(place)


def _next_line(place: Place) -> str:
    """Help for an operator at the end of a line, where the next one goes on with the expression."""
    line = place.text[place.start :].strip().partition("\n")[0].rstrip()
    if place.kind != NEWLINE or not line or not _continues(place.tokens.kinds[place.index - 1]):
        return ""
    joined = f"{place.text[slice(*place.statement)].rstrip()} {line}"
    return place.offer(joined) or (_LINES if place.is_statement(joined) else "")


def _after_header(place: Place) -> bool:
    """Whether a block would begin here."""
    return place.before == ":" and not place.brackets and place.accepts(KIND["pass"])


def _statement(place: Place) -> Answer:
    if place.kind in {NEWLINE, END}:
        return Answer("expected a statement")
    help_ = _LINES if _continues(place.kind) and place.index else ""
    return Answer(f"a statement cannot start with {_quoted(place)}", help_)


def _colon(place: Place) -> Answer | None:
    if not place.accepts(KIND[":"]):
        return None
    first = place.line_start()
    word = place.tokens.texts[first]
    done = KIND[":"] in place.tokens.kinds[first : place.index]
    if word not in _SUBJECTS or place.brackets or done:
        return None
    left, right = place.parts((place.start, place.start))
    help_ = "" if right.endswith(":") else place.offer(f"{left.rstrip()}: {right}")
    return Answer(f"expected ':' after {_SUBJECTS[word]}", help_)


def _parameter(place: Place) -> Answer | None:
    """What is no name in the parameters of a function."""
    in_list = place.accepts(lexer.NAME) and place.accepts(KIND["*"]) and place.accepts(KIND["**"])
    value = place.kind in {lexer.NUMBER, lexer.STRING} or place.kind in lexer.OPENING
    if not in_list or not value or place.accepts(lexer.NUMBER):
        return None
    return Answer(f"a parameter is a name, and {_quoted(place)} is none")


def _name(place: Place) -> Answer | None:
    return Answer(f"expected a name after '{place.before}'") if place.accepts(lexer.NAME) else None


def _single(place: Place) -> Answer | None:
    """The only thing that could stand here."""
    expected = [kind for kind in range(len(KINDS)) if place.accepts(kind)]
    names = [KINDS[kind] for kind in expected if not KINDS[kind].startswith(("_", "$"))]
    if len(names) != 1 or KINDS[expected[0]].isupper():
        return None
    return Answer(f"expected '{names[0]}' after {named(place.before)}")


def _in(place: Place) -> Answer | None:
    line = place.tokens.texts[place.line_start() : place.index]
    loop = [text for text in line if text in {"for", "in"}]
    if loop[-1:] != ["for"] or not place.accepts(KIND["in"]):
        return None
    left, right = place.parts((place.start, place.start))
    help_ = place.offer(f"{left.rstrip()} in {right}") or "write 'for x in xs'"
    return Answer("expected 'in' after the target of for", help_)


def _anything(place: Place) -> Answer | None:
    if place.before and place.before_kind != NEWLINE:
        return Answer(f"unexpected {_quoted(place)} after {named(place.before)}")
    return Answer(f"unexpected {_quoted(place)}")


def _quoted(place: Place) -> str:
    if place.kind == NEWLINE:
        return "end of line"
    if place.kind in {END, DEDENT}:
        return "end"
    return named(place.found)


_RULES = (
    _too_deep,
    words.transpose,
    words.apostrophe,
    words.string,
    examples.answer,
    words.number,
    words.character,
    words.reserved,
    words.keyword,
    _indentation,
    brackets.left_open,
    brackets.closing,
    _parameter,
    _expression,
    brackets.opened,
    words.misspelled,
    _colon,
    _name,
    _in,
    _single,
    words.side_by_side,
    _anything,
)
