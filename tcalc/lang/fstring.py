"""Reads f-strings: literal pieces, fields in braces, and format specs that hold fields again."""

from __future__ import annotations

from tcalc.lang import parser
from tcalc.lang.fields import lex_field
from tcalc.lang.refusal import Refusal
from tcalc.lang.syntax import Constant, Field, FString

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcalc.lang.literals import StringLiteral

_MAX_NESTING = 2  # a field in the spec of a field, as in Python


def read(literal: StringLiteral) -> FString:
    """The pieces of one f-string."""
    parts, _ = _Reader(literal).pieces(literal.body_start, 0)
    return FString(literal.start, literal.start + len(literal.text), parts)


class _Reader:
    """Walks over one f-string; its offsets count from the literal, a node's from the source."""

    def __init__(self, literal: StringLiteral) -> None:
        self.literal = literal
        self.text = literal.text
        self.end = literal.body_end
        self.shift = literal.start

    def pieces(self, position: int, nesting: int) -> tuple[list[Constant | Field], int]:
        """Pieces from `position` on, to the end or, in a format spec, to its `}`."""
        parts: list[Constant | Field] = []
        first = position
        while position < self.end:
            sign = self.text[position]
            if sign == "{" and self.text.startswith("{{", position) and not nesting:
                self.literal_piece(parts, first, position + 1)
                position = first = position + 2
            elif sign == "{":
                self.literal_piece(parts, first, position)
                position = first = self.field(parts, position, nesting)
            elif sign == "}" and nesting:
                break
            elif sign == "}" and self.text.startswith("}}", position):
                self.literal_piece(parts, first, position + 1)
                position = first = position + 2
            elif sign == "}":
                raise self.refusal("a single '}' in an f-string", position, "write }} for a brace")
            elif self.text.startswith("\\N{", position) and not self.literal.raw:
                position = self.text.find("}", position) + 1 or self.end
            else:
                position += 2 if sign == "\\" and self.text[position + 1] not in "{}" else 1
        self.literal_piece(parts, first, position)
        return parts, position

    def literal_piece(self, parts: list[Constant | Field], first: int, last: int) -> None:
        """Add the text between two fields, if any, joined to text that stands before it."""
        if last <= first:
            return
        value = self.literal.decode(first, last)
        if parts and isinstance(before := parts[-1], Constant):
            before.value = str(before.value) + value
            before.end = self.shift + last
        else:
            parts.append(Constant(self.shift + first, self.shift + last, value))

    def field(self, parts: list[Constant | Field], opening: int, nesting: int) -> int:
        """Add the field whose `{` is at `opening`; return where the text goes on."""
        if nesting == _MAX_NESTING:
            raise self.refusal("a format spec is nested too deeply", opening)
        tokens, stop = lex_field(self.text, opening + 1, self.end)
        if len(tokens.kinds) == 1:
            raise self.refusal("an f-string needs an expression between its braces", opening)
        if stop == self.end:
            help_ = "use the other kind of quotes inside the braces" if nesting == 0 else ""
            raise self.refusal("expected '}' to close '{' in an f-string", opening, help_)
        value = parser.parse_field(tokens, self.shift)
        conversion, spec, position = "", None, stop
        if shown := self.text[position] == "=":
            position = self.skip_blanks(position + 1)
            self.literal_piece_as_is(parts, opening + 1, position)
        if self.text[position] == "!":
            conversion = self.text[position + 1]
            if conversion not in "rsa":
                raise self.refusal("expected 'r', 's' or 'a' after '!' in an f-string", position)
            position = self.skip_blanks(position + 2)
        if self.text[position] == ":":
            spec_parts, end = self.pieces(position + 1, nesting + 1)
            spec = FString(self.shift + position + 1, self.shift + end, spec_parts)
            position = end
        if position >= self.end or self.text[position] != "}":
            raise self.refusal("expected '}' to close '{' in an f-string", opening)
        if shown and not conversion and spec is None:
            conversion = "r"
        start, end = self.shift + opening, self.shift + position + 1
        parts.append(Field(start, end, value, conversion, spec))
        return position + 1

    def literal_piece_as_is(self, parts: list[Constant | Field], first: int, last: int) -> None:
        """Add the text of an expression that is shown before its value."""
        value = self.text[first:last]
        if parts and isinstance(before := parts[-1], Constant):
            before.value = str(before.value) + value
        else:
            parts.append(Constant(self.shift + first, self.shift + last, value))

    def skip_blanks(self, position: int) -> int:
        """The next position that holds no blank."""
        while position < self.end and self.text[position].isspace():
            position += 1
        return position

    def refusal(self, headline: str, position: int, help_: str = "") -> Refusal:
        """A refusal of the character at `position`."""
        at = self.shift + position
        return Refusal(headline, (at, at + 1), help_)
