"""Reads a program with mistakes in it statement by statement, to find them all in one go.

A line with a mistake is taken out and the statement around it read again, so that each mistake is
told once and none that only follows from another one. What has none is given as syntax trees.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from tcalc.errors import SyntaxFault
from tcalc.lang import lexer, parser
from tcalc.lang.chunks import chunks
from tcalc.lang.lexer import ERROR, INDENT, KIND, NUMBER
from tcalc.lang.mistakes.explain import INDENTED, NO_BLOCK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcalc.diagnostic import Source
    from tcalc.lang.syntax import Module, Stmt

MOST_FAULTS = 100
_MARKS = range(0xE000, 0xF900)  # characters without a meaning
_WHOLE = frozenset({"class", "async", "match", "switch"})  # whose blocks would only be noise
_HANDLERS = frozenset({"except", "finally", "else"})  # which go with `try`
_BRANCHES = frozenset({"else", "elif"})


def statements(source: Source, fault: SyntaxFault) -> list[Stmt | SyntaxFault]:
    """The statements of `source`, and in the place of those with mistakes what to say of these.

    After MOST_FAULTS mistakes the rest is left aside. `fault` is what was wrong with the program as
    a whole; it is all there is if none of the statements shows a mistake by itself.
    """
    found = _Reader(source).read()
    return found if any(isinstance(each, SyntaxFault) for each in found) else [fault]


class _Reader:
    """Walks down the lines of a program; `lines` are what is left of it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = re.sub(r"\r(?!\n)", "\n", parser.program(source.text))
        self.mark = next((mark for mark in map(chr, _MARKS) if mark not in self.text), "\0")
        *lines, last = self.text.split("\n")
        self.lines = [*(f"{line}\n" for line in lines), last]
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        self.margin: tuple[int, int] | None = None  # the outermost indentation
        self.found: list[Stmt | SyntaxFault] = []
        self.faults = 0
        self.braces = False  # whether blocks seem to stand in braces

    def read(self) -> list[Stmt | SyntaxFault]:
        """All of the program, or what comes before too many mistakes."""
        first = 0
        while first < len(self.lines) and self.faults < MOST_FAULTS:
            first, after = self._statement(first)
            try:
                module = self._parse(first, after)
            except SyntaxFault as fault:
                self._note(fault)
                self._take_out(fault, first, after)
            else:
                if not any(self.mark in line for line in self.lines[first:after]):
                    self.found += module.body
                first = after
        return self.found

    def _statement(self, first: int) -> tuple[int, int]:
        """The lines of the next statement: the first one, and the one after the last.

        Lines that are not aligned with it belong to it, whether they should or not.
        """
        rest = (self.lines[number] for number in range(first, len(self.lines)))
        text, number = next(chunks(rest), ("", len(self.lines) - first + 1))
        first += number - 1
        after = min(first + max(1, len(text.split("\n")) - text.endswith("\n")), len(self.lines))
        if self.margin is None:
            self.margin = lexer.widths(lexer.indentation(text))
        is_gone = text.lstrip(lexer.BLANKS).startswith(self.mark)
        for number in range(after, len(self.lines)):
            line = self.lines[number]
            if lexer.is_blank(line):
                continue
            aligned = lexer.widths(lexer.indentation(line)) == self.margin
            if aligned and not (is_gone and _word(line) in _BRANCHES):
                break
            after = number + 1
        return first, after

    def _parse(self, first: int, after: int) -> Module:
        words = lexer.lex("".join(self.lines[first:after])).shifted(self.starts[first])
        return parser.parse_words(self.source, self.text, _without_marks(words, self.mark))

    def _note(self, fault: SyntaxFault) -> None:
        """Keep the fault, unless it only follows from one before."""
        statement = self.text[slice(*fault.statement)].strip()
        last = self.found[-1] if self.found else None
        block_is_below = isinstance(last, SyntaxFault) and last.headline.startswith(NO_BLOCK)
        if block_is_below and fault.headline == INDENTED:
            return
        if self.braces and statement.startswith("}"):
            return
        self.braces |= statement.endswith("{")
        self.faults += 1
        self.found.append(fault)

    def _take_out(self, fault: SyntaxFault, first: int, after: int) -> None:
        """Blank what is wrong, and what is of no use without it."""
        start, end = fault.statement
        number = min(max(first, bisect_right(self.starts, start) - 1), after - 1)
        margin, word = _margin(self.lines[number]), _word(self.lines[number])
        if word in _WHOLE:
            while number + 1 < after and self._is_inside(number + 1, margin):
                number += 1
            end = max(end, self.starts[number] + len(self.lines[number].rstrip()))
        if not self._blank(start, end):
            self._blank(self.starts[first], self.starts[after])
        if word == "try":
            for other in range(number + 1, after):
                line = self.lines[other]
                if _margin(line) == margin and _word(line) in _HANDLERS:
                    self._blank(self.starts[other], self.starts[other + 1])

    def _is_inside(self, number: int, margin: int) -> bool:
        line = self.lines[number]
        return not line.strip() or _margin(line) > margin

    def _blank(self, start: int, end: int) -> bool:
        """Put blanks in place of what stands there, and a mark first; whether anything did.

        Where the place begins with blanks, nothing can stand, and there is no mark.
        """
        mark, done = " " if self.text[start : start + 1].isspace() else self.mark, False
        for number in range(bisect_right(self.starts, start) - 1, len(self.lines)):
            begin, line = self.starts[number], self.lines[number]
            head, body = line[: max(0, start - begin)], line[max(0, start - begin) : end - begin]
            if begin >= end:
                break
            if body.strip() in {"", self.mark}:
                continue
            indent = len(body) - len(body.lstrip())
            gone = len(body.rstrip()) - indent - 1
            tail = line[len(head) + len(body.rstrip()) :]
            self.lines[number] = f"{head}{body[:indent]}{mark}{' ' * gone}{tail}"
            mark, done = " ", True
        return done


def _without_marks(words: lexer.Tokens, mark: str) -> lexer.Tokens:
    """The tokens with a statement in the place of each mark: one with a block if one follows."""
    kept = lexer.Tokens()
    for index, (kind, text, start, end) in enumerate(words):
        if kind != ERROR or text != mark:
            kept.add(kind, text, start, end)
            continue
        stand_in = ["0"]
        if words.kinds[index + 2 : index + 3] == [INDENT]:
            stand_in = ["if", "0", ":"]
        elif _BRANCHES.intersection(words.texts[index + 2 : index + 3]):
            stand_in = ["if", "0", ":", "0"]
        for word in stand_in:
            kept.add(KIND.get(word, NUMBER), word, start, end)
    return kept


def _margin(line: str) -> int:
    return lexer.width(lexer.indentation(line))


def _word(line: str) -> str:
    """The word that a line begins with, "" if there is none."""
    return re.split(r"\W", line.lstrip(lexer.BLANKS), maxsplit=1)[0]
