"""Finds where f-strings and the fields in them end, and cuts fields into tokens.

A field may hold strings in the quotes of the f-string around it, and f-strings again, so that no
regular expression finds the end. The lexer asks here for each f-string that has fields.
"""

from __future__ import annotations

from tcalc.lang.lexer import CLOSING, END, ERROR, GAP, OPENING, Tokens, normalise, scan

MAX_LEVEL = 50  # f-strings inside of each other
_TRIPLE = ('"""', "'''")
_STOPS = ("=", "!", ":", ":=", "}")


def literal_end(text: str, start: int, level: int) -> int:
    """Where the f-string at `start`, inside of `level` others, ends; 0 if it is not closed."""
    if level > MAX_LEVEL:
        return 0
    first = min(at for at in (text.find("'", start), text.find('"', start)) if at >= 0)
    quotes = text[first : first + 3] if text.startswith(_TRIPLE, first) else text[first]
    reader = _Ends(text, quotes, "r" in text[start:first].lower(), level)
    return reader.run(first + len(quotes))


class _Ends:
    """Walks over one f-string; each step gives where it ends, 0 if the f-string is not closed."""

    def __init__(self, text: str, quotes: str, raw: bool, level: int) -> None:
        self.text = text
        self.quotes = quotes
        self.raw = raw
        self.level = level
        self.lines = len(quotes) > 1  # whether it may go over several lines

    def run(self, position: int, *, spec: bool = False) -> int:
        """The literal text from `position` on, or a format spec, with the fields in it."""
        text = self.text
        while position < len(text):
            sign = text[position]
            if text.startswith(self.quotes, position):
                return 0 if spec else position + len(self.quotes)
            if sign == "}" and spec:
                return position + 1
            if sign in "\r\n" and not self.lines:
                return 0
            if sign == "{" and (spec or not text.startswith("{{", position)):
                position = self.field(position + 1)
                if not position:
                    return 0
            else:
                position += self.step(position)
        return 0

    def step(self, position: int) -> int:
        """Length of the character, escape or doubled brace at `position`."""
        text = self.text
        if text.startswith("{{", position):
            return 2
        if text[position] != "\\":
            return 1
        if text.startswith("\\N{", position) and not self.raw:
            return max(2, text.find("}", position) + 1 - position)
        if text.startswith("\\\r\n", position):
            return 3
        return 1 if text[position + 1 : position + 2] in ("{", "}") else 2

    def field(self, position: int) -> int:
        """A field, from behind its `{`."""
        depth = 0
        for kind, piece, start in scan(self.text, 1, start=position, level=self.level + 1):
            if kind == GAP and not self.lines:
                return 0
            if kind == ERROR and (len(piece) > 1 or piece in "\"'"):
                return 0  # a string that is not closed
            if depth == 0 and piece == "}":
                return start + 1
            if depth == 0 and piece[0] == ":":
                return self.run(start + 1, spec=True)
            depth += (kind in OPENING) - (kind in CLOSING)
            if depth < 0:
                return 0
        return 0


def lex_field(text: str, start: int, end: int) -> tuple[Tokens, int]:
    """Tokens of the expression at `text[start:end]` in an f-string, and where it stops.

    It stops at `=`, `!`, `:` or `}` outside brackets.
    """
    tokens = Tokens()
    depth, stop = 0, end
    for kind, piece, at in scan(text, 1, start=start, level=1):
        if at >= end:
            break
        if depth == 0 and piece in _STOPS:
            stop = at
            break
        depth += (kind in OPENING) - (kind in CLOSING)
        if kind != GAP:
            tokens.add(kind, piece, at, at + len(piece))
    normalise(tokens, text)
    tokens.add(END, "", stop, tokens.ends[-1] if tokens.ends else stop)
    return tokens, stop
