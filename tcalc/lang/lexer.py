"""Cuts program text into tokens: words by the grammar's terminals, lines and blocks by hand.

`scan` finds the words, `lex` adds what the parser needs (ends of lines, indentation, the end).
Neither fails: what is no word is a token of kind ERROR, on which the parser stops.
"""

from __future__ import annotations

from tcalc.lang import tables

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Iterator

TABLES = tables.load()
KINDS = TABLES.KINDS
KIND = {name: number for number, name in enumerate(KINDS)}
_scanner = TABLES.pattern().scanner

NAME, NUMBER, STRING = KIND["NAME"], KIND["NUMBER"], KIND["STRING"]
NEWLINE, INDENT, DEDENT = KIND["_NEWLINE"], KIND["_INDENT"], KIND["_DEDENT"]
BULK, MAGIC, RESERVED = KIND["BULK"], KIND["MAGIC"], KIND["RESERVED"]
END, ERROR, GAP = KIND[tables.END], KIND[tables.ERROR], KIND[tables.GAP]
OPERATOR = KIND[tables.OPERATOR]
MISFIT = KIND[tables.MISFIT]
OPENING = frozenset(KIND[bracket] for bracket in "([{")
CLOSING = frozenset(KIND[bracket] for bracket in ")]}")
_SUBSCRIPTABLE = frozenset({NAME, NUMBER, STRING, BULK}) | CLOSING
_EDGES = frozenset({NEWLINE, INDENT, DEDENT, MISFIT})  # kinds that stand before a line's first word
_MAGIC_SIGNS = ("%", "!")
_QUOTES = ("'", '"')
MARK = "\ufeff"  # a byte order mark, a blank that takes no room
BLANKS = " \t\f\u00a0\u202f\u3000" + "".join(map(chr, range(0x2000, 0x200B))) + MARK
_TAB = 8


class Tokens:
    """Tokens as parallel lists; the last one is of kind END.

    The `end` of a token that has no text of its own (line ends, indentation) is the end of the one
    before it, so that a node never covers the blank space after it.
    """

    __slots__ = ("ends", "kinds", "starts", "texts")

    def __init__(self) -> None:
        """Start with none."""
        self.kinds: list[int] = []
        self.texts: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []

    def __iter__(self) -> Iterator[tuple[int, str, int, int]]:
        """Kind, text, start and end of each."""
        return zip(self.kinds, self.texts, self.starts, self.ends, strict=True)

    def shifted(self, shift: int) -> Tokens:
        """The same tokens, further behind in the text."""
        moved = Tokens()
        moved.kinds, moved.texts = self.kinds, self.texts
        moved.starts = [start + shift for start in self.starts]
        moved.ends = [end + shift for end in self.ends]
        return moved

    def line_of(self, position: int) -> tuple[int, int]:
        """Start and end of the logical line around `position`."""
        from bisect import bisect_right

        index = max(0, bisect_right(self.starts, position) - 1)
        first = last = index
        while first and self.kinds[first - 1] not in _EDGES:
            first -= 1
        while self.kinds[last] not in {NEWLINE, END}:
            last += 1
        return self.starts[first], max(self.starts[first], self.ends[max(first, last - 1)])

    def add(self, kind: int, text: str, start: int, end: int) -> None:
        """Append one token."""
        self.kinds.append(kind)
        self.texts.append(text)
        self.starts.append(start)
        self.ends.append(end)


def scan(  # noqa: C901, PLR0912  (one hot loop, where a call would cost)
    text: str, depth: int = 0, *, fresh: bool = False, start: int = 0, level: int = 0
) -> Iterator[tuple[int, str, int]]:
    """Kind, text and start of every token in `text`; inside brackets a line's end is a GAP.

    It begins at `start`, inside `depth` brackets and the fields of `level` f-strings; if it is
    `fresh`, a statement may start there.
    """
    groups, words = TABLES.GROUPS, TABLES.WORDS
    position, before = start, NEWLINE if fresh else GAP
    if fresh:
        position = _first(text)
    while True:
        if before == NEWLINE and text.startswith(_MAGIC_SIGNS, position):
            piece = text[position : _line_end(text, position)]
            yield MAGIC, piece, position
            before, position = MAGIC, position + len(piece)
        for match in iter(_scanner(text, position).match, None):
            group = match.lastindex or 0
            piece = match[group]
            kind = groups[group]
            start = match.start(group)
            if kind == NAME:
                kind = words.get(piece, NAME)
            elif kind == OPERATOR:
                kind = words[piece]
                if kind in OPENING:
                    depth += 1
                elif kind in CLOSING and depth:
                    depth -= 1
            elif kind == NEWLINE and depth:
                kind = GAP
            elif kind == BULK and before in _SUBSCRIPTABLE:
                kind, piece = KIND["["], "["  # an index, not a literal
                depth += 1
            elif kind == STRING and piece[0] in "fFrR" and "{" in piece:
                kind, piece = _fstring(text, start, piece, level)
            elif kind == ERROR and piece in _QUOTES:
                piece = _open_string(text, start)
            yield kind, piece, start
            before, position = kind, start + len(piece)
            if position != match.end() or (
                kind == NEWLINE and text.startswith(_MAGIC_SIGNS, position)
            ):
                break  # go on from there
        else:
            return


def lex(text: str) -> Tokens:
    """All tokens of a program; its first line sets the outermost indentation."""
    tokens = Tokens()
    kinds, texts, starts, ends = tokens.kinds, tokens.texts, tokens.starts, tokens.ends
    levels = [widths(text[: _first(text)])]
    end, kind = 0, NEWLINE
    for kind, piece, start in scan(text, fresh=True):
        if kind == GAP:
            continue
        if kind == NEWLINE:
            tokens.add(kind, piece, start, end)
            after = start + len(piece)
            if after < len(text):
                _indent(tokens, levels, piece, after, end)
            continue
        end = start + len(piece)
        kinds.append(kind)
        texts.append(piece)
        starts.append(start)
        ends.append(end)
    normalise(tokens, text)
    if kind not in {NEWLINE, GAP} and not text.endswith(("\n", "\r")):
        tokens.add(NEWLINE, "", len(text), end)
    for _ in levels[1:]:
        tokens.add(DEDENT, "", len(text), end)
    tokens.add(END, "", len(text), end)
    return tokens


def normalise(tokens: Tokens, text: str) -> None:
    """Write names in their normal form, as Python does; what is no name after all is an ERROR."""
    if text.isascii():
        return
    from unicodedata import normalize

    for index, kind in enumerate(tokens.kinds):
        name = tokens.texts[index]
        if kind == NAME and not name.isascii():
            if name.isidentifier():
                tokens.texts[index] = normalize("NFKC", name)
            else:
                tokens.kinds[index] = ERROR


def _indent(tokens: Tokens, levels: list[tuple[int, int]], gap: str, after: int, end: int) -> None:
    """Add the tokens for the indentation of a line that starts `after` `gap`."""
    columns, characters = widths(gap[max(gap.rfind("\n"), gap.rfind("\r")) + 1 :])
    if all(kind == NEWLINE for kind in tokens.kinds):
        levels[0] = columns, characters
    elif columns > levels[-1][0] and characters > levels[-1][1]:
        levels.append((columns, characters))
        tokens.add(INDENT, "", after, end)
    else:
        while len(levels) > 1 and columns < levels[-1][0]:
            levels.pop()
            tokens.add(DEDENT, "", after, end)
        if (columns, characters) != levels[-1]:
            tokens.add(MISFIT, "", after, end)


def is_blank(line: str) -> bool:
    """Whether there is nothing in the line but a comment."""
    bare = line.lstrip(BLANKS + "\r\n")
    return not bare or bare.startswith("#")


def indentation(line: str) -> str:
    """The blanks that `line` begins with."""
    return line[: _first(line)]


def width(blanks: str) -> int:
    """Columns that an indentation takes; a tab goes to the next multiple of 8."""
    return widths(blanks)[0]


def widths(blanks: str) -> tuple[int, int]:
    """Columns that an indentation takes, and what they would be if a tab took only one.

    Two lines that compare alike by both do so whatever a reader's editor makes of a tab.
    """
    blanks = blanks.rpartition("\f")[2].replace(MARK, "")
    return len(blanks.expandtabs(_TAB)) if "\t" in blanks else len(blanks), len(blanks)


def _first(text: str) -> int:
    """Where the text starts, a byte order mark and blanks aside."""
    return len(text) - len(text.lstrip(BLANKS))


def _line_end(text: str, position: int) -> int:
    ends = [e for e in (text.find("\n", position), text.find("\r", position)) if e >= 0]
    return min(ends, default=len(text))


def _fstring(text: str, start: int, piece: str, level: int) -> tuple[int, str]:
    """An f-string with fields, which do not end where the first quote stands, as in `piece`.

    One that is not closed that way is what it seems to be, or inside of another one an ERROR.
    """
    if "f" not in piece[:2].lower():
        return STRING, piece
    from tcalc.lang.fields import literal_end

    end = literal_end(text, start, level)
    if end:
        return STRING, text[start:end]
    return (ERROR if level else STRING), piece


def _open_string(text: str, start: int) -> str:
    """What a string without its closing quote takes: the line, or with three quotes everything."""
    if text.startswith(('"""', "'''"), start):
        return text[start:]
    return text[start : _line_end(text, start)]


def classify(text: str) -> Iterator[tuple[str, int, int]]:
    """What each word is to a reader: its class, start and end; blanks are left out."""
    for kind, piece, start in scan(text, fresh=True):
        if kind in {NEWLINE, GAP}:
            yield from _comments(piece, start)
        else:
            yield _class(kind, piece), start, start + len(piece)


def _class(kind: int, piece: str) -> str:
    if kind in _CLASSES:
        return _CLASSES[kind]
    if kind == ERROR:
        return "string" if len(piece) > 1 or piece in _QUOTES else "error"
    if kind in OPENING or kind in CLOSING:
        return "bracket"
    return "keyword" if piece[0].isalpha() else "operator"


_CLASSES = {
    NAME: "name",
    NUMBER: "number",
    BULK: "number",
    STRING: "string",
    MAGIC: "comment",
    RESERVED: "error",
}


def _comments(gap: str, start: int) -> Iterator[tuple[str, int, int]]:
    """The comments among blank lines."""
    position = gap.find("#")
    while position >= 0:
        end = _line_end(gap, position)
        yield "comment", start + position, start + end
        position = gap.find("#", end)
