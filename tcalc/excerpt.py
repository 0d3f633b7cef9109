"""Lines of a source with marks under them: the middle part of a diagnostic.

`excerpt` draws any number of marks on one source. Marks on one line share one row of underlines;
their texts stand beside the last underline and, stacked, below the others. One span over several
lines is drawn as a bracket at the left. Only failures load this room.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Iterable, Iterator, Sequence

    from tcalc.diagnostic import Source, Span

    Piece = tuple[str, str]  # a meaning of the theme ("" for none) and the text

TAB = 4
CUT = "..."
BRACKET_WIDTH = 2
MARGIN = 8  # columns that are shown on either side of a mark in a cut line
LONGEST_BRACKET = 6  # lines of a bracketed span that are shown in full


class Mark:
    """One underline: its place in lines and characters (columns from 0), its sign and its text."""

    __slots__ = ("end", "first", "last", "sign", "start", "text")

    def __init__(self, span: Span, text: str, *, primary: bool) -> None:
        """Underline `span` with `^` if it is the failure's own place, else with `-`."""
        self.first, column = span.source.locate(span.start)
        self.start = column - 1
        inside = span.text.rstrip() or span.text.rstrip("\r\n")
        self.last, column = span.source.locate(span.start + len(inside))
        self.end = max(column - 1, self.start + 1) if self.last == self.first else column - 1
        self.text = " ".join(text.split("\n"))
        self.sign = "^" if primary else "-"

    @property
    def style(self) -> str:
        """The meaning that colours this mark."""
        return "primary" if self.sign == "^" else "secondary"

    def clip(self, line: str) -> None:
        """Keep only the part on the first line."""
        self.last, self.end = self.first, max(len(line), self.start + 1)


class Row:
    """A line of marks, written at display columns; later text covers earlier text."""

    __slots__ = ("cells",)

    def __init__(self) -> None:
        """Start empty."""
        self.cells: list[Piece] = []

    def put(self, column: int, text: str, style: str) -> None:
        """Write `text` from `column` on."""
        cells = self.cells
        cells.extend([("", " ")] * (column + len(text) - len(cells)))
        cells[column : column + len(text)] = [(style, char) for char in text]

    def pieces(self) -> list[Piece]:
        """The line as runs of one style."""
        runs: list[Piece] = []
        for style, char in self.cells:
            if runs and runs[-1][0] == style:
                runs[-1] = (style, runs[-1][1] + char)
            else:
                runs.append((style, char))
        return runs


def excerpt(
    source: Source, marks: Sequence[Mark], gutter: int, width: int
) -> Iterator[list[Piece]]:
    """The lines that `marks` touch, each with a `gutter` wide line number, as styled pieces."""
    bracket = _bracket(source, marks)
    room = max(20, width - gutter - 3 - (BRACKET_WIDTH if bracket else 0))
    before = None
    for number in _shown(marks, bracket):
        inside = bracket is not None and bracket.first < number <= bracket.last
        if before is not None and number > before + 1:
            yield [("gutter", f"{CUT:<{gutter + 3}}"), *_margin("|" if inside else "", bracket)]
        before = number
        here = [mark for mark in marks if mark.first == number and mark is not bracket]
        opens = bracket is not None and number == bracket.first
        text = source.line(number)
        plain = opens and not text[: bracket.start if bracket else 0].strip()
        line = Line(text, here, room)
        edge = "/" if plain else "|" if inside else ""
        yield [("gutter", f"{number:>{gutter}} | "), *_margin(edge, bracket), ("", line.text)]
        left = "|" if inside or plain else ""
        for row in _rows(here, line, room):
            yield [("gutter", f"{'':>{gutter}} | "), *_margin(left, bracket), *row.pieces()]
        if bracket is not None and (number == bracket.last or (opens and not plain)):
            yield [("gutter", f"{'':>{gutter}} | "), *_corner(bracket, line, closes=not opens)]


def _bracket(source: Source, marks: Iterable[Mark]) -> Mark | None:
    """The mark to draw as a bracket; all others that span lines are clipped to their first."""
    many = [mark for mark in marks if mark.last > mark.first]
    for mark in many[1:]:
        mark.clip(source.line(mark.first))
    return many[0] if many else None


def _shown(marks: Iterable[Mark], bracket: Mark | None) -> list[int]:
    """Numbers of the lines to show: marked ones, and a single line between two of them."""
    numbers = {mark.first for mark in marks}
    if bracket is not None:
        inner = range(bracket.first, bracket.last + 1)
        keep = list(inner) if len(inner) <= LONGEST_BRACKET else [*inner[:3], *inner[-2:]]
        numbers.update(keep)
    numbers.update([number + 1 for number in numbers if number + 2 in numbers])
    return sorted(numbers)


def _margin(edge: str, bracket: Mark | None) -> list[Piece]:
    return [] if bracket is None else [(bracket.style, f"{edge:<{BRACKET_WIDTH}}")]


def _corner(bracket: Mark, line: Line, *, closes: bool) -> list[Piece]:
    """The row that leads from the bracket's edge to where its span starts or ends."""
    column = line.column(max(bracket.end - 1, 0) if closes else bracket.start)
    lead = "|" if closes else " "
    row = Row()
    row.put(0, lead + "_" * (column + BRACKET_WIDTH - 1) + bracket.sign, bracket.style)
    if closes and bracket.text:
        row.put(len(row.cells) + 1, bracket.text, bracket.style)
    return row.pieces()


def _rows(marks: Sequence[Mark], line: Line, room: int) -> Iterator[Row]:
    """The underlines of one line, then the texts that did not fit beside them."""
    if not marks:
        return
    places = [(line.column(mark.start), line.column(mark.end), mark) for mark in marks]
    places.sort(key=lambda place: place[0] - place[1])  # the longest first, inner ones cover it
    row = Row()
    for start, end, mark in places:
        row.put(start, mark.sign * max(1, end - start), mark.style)
    waiting = sorted(((start, mark) for start, _, mark in places if mark.text), key=lambda p: p[0])
    if waiting:
        start, last = waiting[-1]
        fits = len(row.cells) + 1 + cells(last.text) <= room or len(places) == 1
        if line.column(last.end) >= max(end for _, end, _ in places) and fits:
            row.put(len(row.cells) + 1, last.text, last.style)
            waiting.pop()
    yield row
    if waiting:
        yield _connectors(waiting)
    while waiting:
        start, mark = waiting.pop()
        row = _connectors(waiting)
        row.put(start, mark.text, mark.style)
        yield row


def _connectors(waiting: Iterable[tuple[int, Mark]]) -> Row:
    row = Row()
    for start, mark in waiting:
        row.put(start, "|", mark.style)
    return row


class Line:
    """A source line as displayed: tabs expanded, control characters replaced, cut to the room.

    `pieces` are the characters that are shown, as ranges of columns of the whole line and where
    each begins in the text.
    """

    __slots__ = ("columns", "pieces", "text")

    def __init__(self, text: str, marks: Sequence[Mark], room: int) -> None:
        """Lay out `text`; of a line wider than `room` what stands around its marks is kept."""
        shown: list[str] = []
        columns = [0]
        for char in text:
            piece = _displayed(char, columns[-1])
            shown.append(piece)
            columns.append(columns[-1] + cells(piece))
        self.columns = columns
        windows = [(0, columns[-1])]
        if columns[-1] > room:
            windows = _windows(columns, marks, room)
        self.text = ""
        self.pieces: list[tuple[int, int, int]] = []
        for low, high in windows:
            first = next((i for i, column in enumerate(columns) if column >= low), len(shown))
            stop = first
            while stop < len(shown) and columns[stop + 1] <= high:
                stop += 1
            self.text += CUT if first else ""
            self.pieces.append((columns[first], columns[stop], cells(self.text)))
            self.text += "".join(shown[first:stop])
        self.text += CUT if stop < len(shown) else ""

    def column(self, index: int) -> int:
        """Display column of the character at `index`; one past the end is allowed."""
        columns = self.columns
        column = columns[min(index, len(columns) - 1)] + max(0, index - len(columns) + 1)
        shown = 0
        for low, high, at in self.pieces:
            if column < low:
                break
            shown = at + min(column, high) - low
            if column <= high:
                return shown
        return min(shown + (column > self.pieces[-1][1]), cells(self.text) + 1)


def _windows(columns: Sequence[int], marks: Sequence[Mark], room: int) -> list[tuple[int, int]]:
    """The ranges of columns to show of a line that is wider than `room`."""
    last = len(columns) - 1
    places = [(columns[min(m.start, last)], columns[min(m.end, last)]) for m in marks] or [(0, 0)]
    start, end = min(start for start, _ in places), max(end for _, end in places)
    if end - start <= room - 2 * len(CUT):
        low = max(0, min(start - room // 3, end + room // 3 - room, columns[-1] - room))
        low = max(0, min(low, start - len(CUT) - 1))
        return [(low, low + room - len(CUT) * (1 + (low > 0)))]
    # Too far apart for one window: one around each, which share the room.
    spare = room - sum(end - start for start, end in places) - len(CUT) * (len(places) + 1)
    margin = max(MARGIN, spare // (2 * len(places)))
    windows: list[tuple[int, int]] = []
    for start, end in sorted(places):
        low = start - margin if start - margin > 2 * len(CUT) else 0
        high = min(end, start + room // 2) + margin
        if windows and low <= windows[-1][1] + len(CUT):
            windows[-1] = (windows[-1][0], max(high, windows[-1][1]))
        else:
            windows.append((low, high))
    return windows


def _displayed(char: str, column: int) -> str:
    if char == "\t":
        return " " * (TAB - column % TAB)
    return char if char.isprintable() or cells(char) == 0 else "\ufffd"


def cells(text: str) -> int:
    """Columns of a terminal that `text` takes: 2 for a wide character, 0 for a combining one."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    total = 0
    for char in text:
        if category(char) not in ("Mn", "Me", "Cf"):
            total += 2 if east_asian_width(char) in "WF" else 1
    return total
