"""Colours while typing, from the parser's forgiving token stream."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer

from tcalc.repl.incremental import Token, Tokens

COMMAND_MARK = ":"


def fragments(text: str, found: list[Token], start: int, end: int) -> StyleAndTextTuples:
    """`text[start:end]` cut into (style class, piece), nothing lost; `found` are all tokens."""
    pieces: StyleAndTextTuples = []
    done = start
    first = bisect_right(found, start, key=lambda token: token[2])
    for kind, token_start, token_end in found[first:]:
        if token_start >= end:
            break
        if token_start > done:
            pieces.append(("", text[done:token_start]))
        until = min(token_end, end)
        pieces.append((f"class:{kind}", text[max(token_start, done) : until]))
        done = until
    pieces.append(("", text[done:end]))
    return pieces


class TokenLexer(Lexer):
    """prompt_toolkit's view of `fragments`: it asks for those lines that are on the screen."""

    def __init__(self, tokens: Tokens, known: Callable[[str], bool] = lambda name: True) -> None:
        """Ask `tokens` at every change of the text; a name that is not `known` is marked."""
        self._tokens = tokens
        self._known = known

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """The styled text of a line, by its number."""
        text, lines = document.text, document.lines
        if text.startswith(COMMAND_MARK):
            return lambda number: _command(lines[number])
        found = marked(text, self._tokens(text), self._known)
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)
        return lambda number: fragments(text, found, starts[number], starts[number + 1] - 1)


def marked(text: str, found: list[Token], known: Callable[[str], bool]) -> list[Token]:
    """The tokens, those of kind "unknown" that name nothing known and nothing bound in `text`.

    The name at the very end may still be one half typed.
    """
    strange = [
        at
        for at, (kind, start, end) in enumerate(found)
        if kind == "name" and end < len(text) and not known(text[start:end])
    ]
    if not strange:
        return found
    bound = _bound(text, found)
    result = list(found)
    for at in strange:
        _, start, end = found[at]
        before = text[found[at - 1][1] : found[at - 1][2]] if at else ""
        if before != "." and text[start:end] not in bound:
            result[at] = ("unknown", start, end)
    return result


def _bound(text: str, found: list[Token]) -> set[str]:
    """Names that the text itself may bind: those before a `=` in their line, keywords' names among
    them, and all that stand between a binding word and the colon or the line's end after it.
    """
    bound: set[str] = set()
    line: set[str] = set()
    binding = False
    last = 0
    for kind, start, end in found:
        word = text[start:end]
        if "\n" in text[last:start]:
            line, binding = set(), False
        last = end
        if word in ("for", "def", "lambda", "import", "as", "global", "nonlocal"):
            binding = True
        elif word in (":", "in"):
            binding = False
        elif kind == "name":
            line.add(word)
            if binding:
                bound.add(word)
        elif word.endswith("=") and word not in ("==", "!=", "<=", ">="):
            bound |= line
    return bound


def _command(line: str) -> StyleAndTextTuples:
    name, space, argument = line.partition(" ")
    return [("class:option", name), ("", space + argument)]
