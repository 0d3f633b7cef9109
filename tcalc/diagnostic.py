"""A failure as data: where, what, why, and what to type instead.

The data is the lowest room and imports nothing of tcalc; `layout` draws it, and is loaded when
something has failed.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Iterable


class Source:
    """A piece of program text, its name, and the number of its first line."""

    __slots__ = ("first_line", "name", "text")

    def __init__(self, text: str, name: str = "<input>", first_line: int = 1) -> None:
        """Keep `text` as it was typed; `name` is what diagnostics call it."""
        self.text = text
        self.name = name
        self.first_line = first_line

    def locate(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of the character at `offset`."""
        line = self.text.count("\n", 0, offset)
        return self.first_line + line, offset - (self.text.rfind("\n", 0, offset) + 1) + 1

    def line(self, number: int) -> str:
        """Text of line `number` (numbered as `locate` does), without its newline."""
        lines = self.text.split("\n")
        index = number - self.first_line
        return lines[index].rstrip("\r") if 0 <= index < len(lines) else ""


class Span:
    """The half-open range of characters `start:end` of a source."""

    __slots__ = ("end", "source", "start")

    def __init__(self, source: Source, start: int, end: int) -> None:
        """Offsets count characters from the start of `source.text`."""
        self.source = source
        self.start = start
        self.end = end

    @property
    def text(self) -> str:
        """The characters that the span covers."""
        return self.source.text[self.start : self.end]

    def __repr__(self) -> str:
        """`Span(3:7 'a, b')`, for our own eyes."""
        return f"Span({self.start}:{self.end} {self.text!r})"


class Label:
    """A remark under a span; the text may be empty (a bare underline)."""

    __slots__ = ("span", "text")

    def __init__(self, span: Span, text: str = "") -> None:
        """Put `text` under `span`."""
        self.span = span
        self.text = text


class Diagnostic:
    """One failure, complete and ready to be laid out.

    `span` is the place the `-->` line names; `labels` point at the guilty operands;
    `calls` are the calls that led there, outermost first, as (function name, span).
    """

    __slots__ = ("calls", "headline", "helps", "kind", "labels", "notes", "span")

    def __init__(  # noqa: PLR0913 -- the parts of a diagnostic, most of them optional
        self,
        headline: str,
        *,
        span: Span | None = None,
        labels: Iterable[Label] = (),
        notes: Iterable[str] = (),
        helps: Iterable[str] = (),
        calls: Iterable[tuple[str, Span]] = (),
        kind: str = "error",
    ) -> None:
        """Collect the parts; all texts are complete sentences or phrases for the user."""
        self.headline = headline
        self.span = span
        self.labels = tuple(labels)
        self.notes = tuple(notes)
        self.helps = tuple(helps)
        self.calls = tuple(calls)
        self.kind = kind

    def render(self, width: int = 80, color: bool = False, *, screen: bool = False) -> str:
        """The diagnostic as text of about `width` columns, without a newline at the end.

        A long headline stays one line, which can be searched for, but on a `screen`.
        """
        from tcalc.layout import lines  # most programs do not fail

        return "\n".join(lines(self, width, color, screen))
