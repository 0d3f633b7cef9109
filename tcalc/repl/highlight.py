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

    def __init__(self, tokens: Tokens) -> None:
        """Ask `tokens` at every change of the text."""
        self._tokens = tokens

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """The styled text of a line, by its number."""
        text, lines = document.text, document.lines
        if text.startswith(COMMAND_MARK):
            return lambda number: _command(lines[number])
        found = self._tokens(text)
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)
        return lambda number: fragments(text, found, starts[number], starts[number + 1] - 1)


def _command(line: str) -> StyleAndTextTuples:
    name, space, argument = line.partition(" ")
    return [("class:option", name), ("", space + argument)]
