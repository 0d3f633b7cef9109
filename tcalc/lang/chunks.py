"""Feeds a program to the session statement by statement, as its lines arrive.

A line is looked at once, so that a long program or array costs no more than its length.
"""

from __future__ import annotations

from tcalc.lang import lexer, transcript
from tcalc.lang.lexer import CLOSING, ERROR, GAP, KIND, NEWLINE, OPENING, RESERVED

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Iterable, Iterator

_COMPOUND = frozenset(
    {RESERVED, *(KIND[text] for text in ("if", "while", "for", "with", "def", "@"))}
)
_BRANCH = frozenset({RESERVED, KIND["else"], KIND["elif"]})


def chunks(lines: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Text and first line number of each top-level statement, as soon as it is complete.

    A simple statement is complete when its brackets and strings are closed, a compound one when a
    line starts where it started and is no `else` or `elif`. Blank lines end nothing. In a pasted
    session a chunk is what stands between two prompts.
    """
    first = chunk = _Chunk()
    for number, line in enumerate(lines, 1):
        if chunk.ends_before(line):
            yield chunk.after(first)
            chunk = _Chunk()
        chunk.add(line, number)
        if chunk.complete:
            yield chunk.after(first)
            chunk = _Chunk()
    if chunk.lines:
        yield chunk.after(first)


class _Chunk:
    """Lines of one statement, and what is still open at the end of the last one."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.first_line = 0
        self.complete = False
        self._pasted = False
        self._compound = False
        self._indent = 0
        self._depth = 0
        self._quote = ""  # of a string that goes on in the next line
        self._continued = False

    def after(self, first: _Chunk) -> tuple[str, int]:
        """Text and first line number of the statement, in a program that starts with `first`.

        One that does not start where the program does comes with a line before it that does, for
        the parser to see what is wrong.
        """
        text = "".join(self.lines)
        if self._pasted or first._pasted or self._indent == first._indent:
            return text, self.first_line
        margin = lexer.indentation(first.lines[0])
        return f"{margin}pass\n{text}", self.first_line - 1

    def ends_before(self, line: str) -> bool:
        """Whether the statement was complete, now that one sees what follows."""
        if not self.lines:
            return False
        if self._pasted:
            return transcript.is_transcript(line)
        if self._open() or not self._compound or lexer.is_blank(line):
            return False
        if lexer.width(lexer.indentation(line)) > self._indent:
            return False
        return _first_kind(line) not in _BRANCH

    def add(self, line: str, number: int) -> None:
        """Take a line in."""
        if not self.lines:
            if lexer.is_blank(line):
                return
            self.first_line = number
            self._pasted = transcript.is_transcript(line)
            self._indent = lexer.width(lexer.indentation(line))
            self._compound = _first_kind(line) in _COMPOUND
        self.lines.append(line)
        if not self._pasted:
            self._read(line)
            self.complete = not self._open() and not self._compound

    def _open(self) -> bool:
        return bool(self._depth or self._quote or self._continued)

    def _read(self, line: str) -> None:
        """Follow brackets and strings through the line; an open string starts it anew."""
        fresh = not self._open()
        text = self._quote + line
        self._quote = ""
        kind = ERROR  # of the last word; a line may have none
        for kind, piece, _ in lexer.scan(text, self._depth, fresh=fresh):
            if kind in OPENING:
                self._depth += 1
            elif kind in CLOSING and self._depth:
                self._depth -= 1
            elif kind == ERROR and piece.startswith(('"""', "'''")):
                self._quote = piece[:3]
            elif kind == ERROR and piece[0] in "\"'" and piece.endswith("\\"):
                self._quote = piece[0]
        ended = kind in {NEWLINE, GAP}
        self._continued = not ended and not self._quote and line.rstrip("\r\n").endswith("\\")


def _first_kind(line: str) -> int:
    kind, _, _ = next(lexer.scan(line, fresh=True), (NEWLINE, "", 0))
    return kind
