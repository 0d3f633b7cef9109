"""Where a parse got stuck, and what stands around: what `explain` looks at."""

from __future__ import annotations

from tcalc.lang import lexer
from tcalc.lang.lexer import DEDENT, INDENT, NEWLINE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcalc.diagnostic import Source
    from tcalc.lang.lalr import Machine, Stuck


class Place:
    """Where the parser is stuck, and what stands around."""

    def __init__(
        self, source: Source, tokens: lexer.Tokens, stuck: Stuck, machine: Machine
    ) -> None:
        """Look around the token that `stuck` names."""
        self.source = source
        self.text = source.text
        self.tokens = tokens
        self.index = stuck.index
        self.stuck = stuck
        self.machine = machine
        self.kind = tokens.kinds[self.index]
        self.found = tokens.texts[self.index]
        self.start = tokens.starts[self.index]
        self.brackets = _open_brackets(tokens, self.index)
        self.before = tokens.texts[self.index - 1] if self.index else ""
        self.before_kind = tokens.kinds[self.index - 1] if self.index else NEWLINE

    def accepts(self, kind: int) -> bool:
        """Whether the parser could go on with a token of this kind."""
        return self.machine.accepts(self.stuck.states, kind)

    def follows(self, text: str) -> bool:
        """Whether `text`, which may be more than one token, stands before this place."""
        line = self.text[: self.start].rstrip(" \t")
        return line.endswith(text) and (self.before == text or not self.before.isidentifier())

    def line_start(self) -> int:
        """Index of the first token of the logical line that the parser is in."""
        index = self.index - (self.before_kind == NEWLINE)
        while index > 0 and self.tokens.kinds[index - 1] not in {NEWLINE, INDENT, DEDENT}:
            index -= 1
        return index

    def indentation(self, position: int | None = None) -> tuple[int, int]:
        """Where the blanks before the line at `position`, or before the line above, stand."""
        if position is None:
            position = self.tokens.starts[self.line_start()]
        first = max(self.text.rfind("\n", 0, position), self.text.rfind("\r", 0, position)) + 1
        line = self.text[first:position]
        return first, first + len(line) - len(line.lstrip())

    def at(self, position: int) -> str:
        """`column 3`, or with the line where it is another one."""
        line, column = self.source.locate(position)
        here, _ = self.source.locate(self.start)
        return f"column {column}" if line == here else f"line {line}, column {column}"


def _open_brackets(tokens: lexer.Tokens, index: int) -> list[tuple[str, int]]:
    stack: list[tuple[str, int]] = []
    for kind, text, start in zip(tokens.kinds[:index], tokens.texts, tokens.starts, strict=False):
        if kind in lexer.OPENING:
            stack.append((text, start))
        elif kind in lexer.CLOSING and stack:
            stack.pop()
    return stack
