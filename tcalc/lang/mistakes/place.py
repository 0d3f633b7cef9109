"""Where a parse got stuck, what stands around, and whether a mended statement would be one."""

from __future__ import annotations

from tcalc.lang import lexer
from tcalc.lang.lalr import Stuck
from tcalc.lang.lexer import DEDENT, END, INDENT, MISFIT, NEWLINE
from tcalc.lang.refusal import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcalc.diagnostic import Source
    from tcalc.lang.lalr import Machine

    Bounds = tuple[int, int]

_EDGES = frozenset({NEWLINE, INDENT, DEDENT, MISFIT})  # kinds that come before a line's first token
CLOSERS = {"(": ")", "[": "]", "{": "}"}
HEADERS = ("if", "while", "for", "with", "def")  # words that begin a statement with a block
STATEMENTS = frozenset(
    {"assert", "break", "continue", "def", "del", "from", "global", "import", "nonlocal", "pass"}
    | {"return", "while", "with"}
)  # words that stand in no expression
_MOST_TRIES = 20  # lines that are looked at for the next statement
_ACTS = ("=", "(", "[", ".")  # what follows the name that a statement begins with
_LONGEST_OFFER = 72
_LONGEST_QUOTE = 30


class Answer:
    """What to say; `span` if not the offending token, `labels` are further places with remarks."""

    def __init__(
        self,
        headline: str,
        help_: str = "",
        *,
        span: Bounds | None = None,
        labels: tuple[tuple[Bounds, str], ...] = (),
    ) -> None:
        """Say `headline`, and in `help_` what to type."""
        self.headline = headline
        self.help = help_
        self.span = span
        self.labels = labels


class Place:
    """Where the parser is stuck, and what stands around.

    `text` is the program, which of a pasted session is only a part of the source. `statement` are
    the bounds of the logical line; of one that is never closed, of what surely belongs to it.
    """

    def __init__(
        self, source: Source, text: str, tokens: lexer.Tokens, stuck: Stuck, machine: Machine
    ) -> None:
        """Look around the token that `stuck` names."""
        self.source = source
        self.text = text
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
        self.cut = 0  # if not 0, the token with which another statement begins within brackets
        self.statement = self._bounds()

    @property
    def end(self) -> int:
        """Where the token ends."""
        last = self.start if self.kind == NEWLINE else self.tokens.ends[self.index]
        return self.start + len(self.text[self.start : last].rstrip())

    def label(self) -> Bounds:
        """Where to point: at the token, or behind the one before if it has no text and no place."""
        before = self.tokens.ends[self.index]
        at_end = self.kind in {NEWLINE, DEDENT, END}
        if at_end and "\n" in self.text[before : self.start]:
            return before, before
        return self.start, self.end

    @property
    def after(self) -> str:
        """The text of the next token."""
        return "" if self.kind == END else self.tokens.texts[self.index + 1]

    def accepts(self, kind: int) -> bool:
        """Whether the parser could go on with a token of this kind."""
        return self.machine.accepts(self.stuck.states, kind)

    def follows(self, text: str) -> bool:
        """Whether `text`, which may be more than one token, stands before this place."""
        line = self.text[: self.start].rstrip(" \t")
        return line.endswith(text) and (self.before == text or not self.before.isidentifier())

    def joined(self) -> bool:
        """Whether nothing stands between this token and the one before it."""
        return bool(self.index) and self.tokens.ends[self.index - 1] == self.start

    def line_start(self) -> int:
        """Index of the first token of the logical line that the parser is in."""
        index = self.index - (self.before_kind == NEWLINE)
        return self._first(index)

    def _first(self, index: int) -> int:
        while index > 0 and self.tokens.kinds[index - 1] not in _EDGES:
            index -= 1
        return index

    def _bounds(self) -> Bounds:
        kinds, starts, ends = self.tokens.kinds, self.tokens.starts, self.tokens.ends
        first = self.index
        above = self.before_kind == NEWLINE and self.accepts(INDENT)
        open_end = kinds[first] in {DEDENT, END} and self.before_kind not in _EDGES
        if above or open_end or kinds[first] == INDENT:
            first -= 1  # what is wrong may well be in the line above
        while kinds[first] in {DEDENT, MISFIT}:
            first += 1
        first = last = self._first(first)
        depth = 0
        while kinds[last] not in {NEWLINE, END}:
            depth += (kinds[last] in lexer.OPENING) - (kinds[last] in lexer.CLOSING)
            last += 1
        if depth > 0:
            self.cut = self._next_statement(first, last)
            end = max(starts[self.index], starts[first])
            while last > max(first, self.index) and "\n" in self.text[end : starts[last - 1]]:
                last -= 1
        last = min(last, self.cut or last)
        return starts[first], max(starts[first], ends[last - 1] if last else 0)

    def _next_statement(self, first: int, last: int) -> int:
        """Index of the first token in brackets, if any, that begins a line like a statement."""
        starts, ends, tries = self.tokens.starts, self.tokens.ends, 0
        margin = starts[first] - self.indentation(starts[first])[0]
        for index in range(first + 1, last):
            line = self.text.rfind("\n", ends[index - 1], starts[index]) + 1
            if not line or starts[index] - line > margin or not self.tokens.texts[index]:
                continue
            if self._begins_statement(index):
                return index
            tries += 1
            if tries == _MOST_TRIES:
                break
        return 0

    def _begins_statement(self, index: int) -> bool:
        word, following = self.tokens.texts[index : index + 2]
        if word in STATEMENTS or word in HEADERS:
            return True
        acts = self.tokens.kinds[index] == lexer.NAME and following.endswith(_ACTS)
        start, end = self.line(index)
        return (acts or index == self.index) and self.is_statement(self.text[start:end])

    def line(self, index: int | None = None) -> Bounds:
        """The line of text that this token or the one at `index` stands in, without its blanks."""
        start = self.start if index is None else self.tokens.starts[index]
        first = self.text.rfind("\n", 0, start) + 1
        last = self.text.find("\n", start)
        line = self.text[first : last if last >= 0 else len(self.text)]
        return first + len(line) - len(line.lstrip()), first + len(line.rstrip())

    def block(self) -> Bounds:
        """The line of text that the token stands in, and those that are indented as much.

        The bounds begin with blanks, for no other statement could stand there.
        """
        start, end = self.line()
        above = self.text.rfind("\n", 0, start)
        margin = start - above - 1
        outer = self.indentation(self.tokens.starts[0])
        outside = margin < outer[1] - outer[0]
        following = self.text.find("\n", end) + 1
        while following:
            behind = self.text.find("\n", following) + 1
            line = self.text[following : behind or len(self.text)]
            depth = len(line) - len(line.lstrip())
            if line.strip() and (depth < margin or (outside and depth > margin)):
                break
            end, following = following + len(line.rstrip()), behind
        return max(above, 0), end

    def indentation(self, position: int | None = None) -> Bounds:
        """Where the blanks before the line at `position`, or before the line above, stand."""
        if position is None:
            position = self.tokens.starts[self.line_start()]
        first = max(self.text.rfind("\n", 0, position), self.text.rfind("\r", 0, position)) + 1
        line = self.text[first:position]
        return first, first + len(line) - len(line.lstrip())

    def at(self, position: int, here: int) -> str:
        """`column 3`, or with the line where it is another one than that of `here`."""
        line, column = self.source.locate(position)
        here, _ = self.source.locate(here)
        return f"column {column}" if line == here else f"line {line}, column {column}"

    # Mending ----------------------------------------------------------------------------------

    def parts(self, span: Bounds) -> tuple[str, str]:
        """The statement before and behind `span`."""
        start, end = self.statement
        return self.text[start : span[0]], self.text[span[1] : max(end, span[1])]

    def replaced(self, span: Bounds, new: str) -> str:
        """The statement with other text at `span`."""
        left, right = self.parts(span)
        return f"{left}{new}{right}"

    def offer(self, *statements: str) -> str:
        """Help that tells to write the first of `statements` that is one, or "" if none is.

        Of one that has several lines, the line is shown that is to be changed.
        """
        inside = self.index and self.kind not in _EDGES
        last = self.tokens.ends[self.index - 1] if inside else self.start
        line = self.text.count("\n", self.statement[0], last)
        for statement in statements:
            lines = statement.strip().split("\n")
            shown = lines[min(line, len(lines) - 1)].strip()
            if 0 < len(shown) <= _LONGEST_OFFER and self.is_statement(statement):
                return f"write {quoted(shown)}"
        return ""

    def is_statement(self, text: str) -> bool:
        """Whether `text` is a statement, or begins one with a block."""
        text = text.strip()
        if text.startswith(("elif ", "else:")):
            text = f"if x: x\n{text}"
        return self.stuck_at(text) < 0

    def stuck_at(self, text: str) -> int:
        """Where the statement `text` cannot go on, -1 if it is one; a block is added after `:`."""
        words = lexer.lex(text)
        if text.endswith(":") and words.texts[0] in HEADERS:
            words = lexer.lex(f"{text} x")
        try:
            self.machine.run(words, "module")
        except Stuck as stuck:
            return (stuck.field or words).starts[stuck.index]
        except Refusal as refusal:
            return refusal.start
        return -1


def short(code: str) -> str:
    """The first line of program text, or what of it a message can hold."""
    line = code.partition("\n")[0]
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"


def named(token: str) -> str:
    """A token in quotes, unless it has some of its own."""
    return short(token) if token.endswith(("'", '"')) else f"'{short(token)}'"


def quoted(code: str) -> str:
    """Program text in quotes that it does not have itself."""
    quote = next((q for q in ("'", '"') if q not in code), "")
    return f"{quote}{code}{quote}"


def _open_brackets(tokens: lexer.Tokens, index: int) -> list[tuple[str, int]]:
    stack: list[tuple[str, int]] = []
    for kind, text, start in zip(tokens.kinds[:index], tokens.texts, tokens.starts, strict=False):
        if kind in lexer.OPENING:
            stack.append((text, start))
        elif kind in lexer.CLOSING and stack:
            stack.pop()
    return stack
