"""Colours while typing, from the parser's forgiving token stream."""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer

Tokens = Callable[[str], list[tuple[str, int, int]]]
COMMAND_MARK = ":"


def fragments(text: str, tokens: Tokens) -> list[tuple[str, str]]:
    """`text` cut into (style class, piece), nothing lost; the pieces make up the text again."""
    if text.startswith(COMMAND_MARK):
        command, space, rest = text.partition(" ")
        return [("class:option", command), ("", space + rest)]
    pieces: list[tuple[str, str]] = []
    done = 0
    for kind, start, end in tokens(text):
        if start > done:
            pieces.append(("", text[done:start]))
        pieces.append((f"class:{kind}", text[start:end]))
        done = end
    pieces.append(("", text[done:]))
    return pieces


def lines_of(pieces: list[tuple[str, str]]) -> list[StyleAndTextTuples]:
    """The pieces line by line, without the newlines."""
    lines: list[StyleAndTextTuples] = [[]]
    for style, piece in pieces:
        first, *others = piece.split("\n")
        lines[-1].append((style, first))
        lines.extend([(style, other)] for other in others)
    return lines


class TokenLexer(Lexer):
    """prompt_toolkit's view of `fragments`."""

    def __init__(self, tokens: Tokens) -> None:
        """Ask `tokens` at every change of the text."""
        self._tokens = tokens

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """The styled text of each line."""
        lines = lines_of(fragments(document.text, self._tokens))
        return lambda number: lines[number] if number < len(lines) else []
