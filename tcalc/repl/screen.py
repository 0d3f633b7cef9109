"""What the session writes on the terminal, and what of it is remembered to be drawn.

Everything goes through a `Screen`: results, what programs print, remarks and errors. A `Sheet` is a
screen that nobody sees, on which the examples of the help run.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tcalc.output import Complaints, Output
from tcalc.repl import pager

if TYPE_CHECKING:
    from tcalc.diagnostic import Diagnostic
    from tcalc.errors import TcalcError
    from tcalc.options import Settings
    from tcalc.render.formats import Page, Rendered

MOST_ENTRIES = 1000
MOST_TEXT = 100_000  # characters that are remembered of what one input showed
MOST_TOGETHER = 100 * MOST_TEXT


class Entry:
    """An input, and in `shown` the pieces that stood under it, with the codes of their colours."""

    def __init__(self, text: str) -> None:
        """Nothing has been shown yet."""
        self.text = text
        self.shown: list[str] = []
        self.size = 0

    def add(self, text: str) -> None:
        """Remember a piece, as far as there is room."""
        room = MOST_TEXT - self.size
        if room > 0:
            self.shown.append(text if len(text) <= room else f"{text[:room]} ...\n")
            self.size += len(self.shown[-1])


class Screen:
    """The terminal, as `settings` want it used; they are looked at before everything written."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is written yet."""
        self.settings = settings
        self.entries: deque[Entry] = deque(maxlen=MOST_ENTRIES)

    def begin(self, text: str) -> None:
        """What is written from now on answers the input `text`; the oldest are forgotten."""
        while sum(entry.size for entry in self.entries) > MOST_TOGETHER:
            self.entries.popleft()
        self.entries.append(Entry(text.rstrip()))

    def note(self, text: str) -> None:
        """Remember what someone else has written."""
        if self.entries:
            self.entries[-1].add(text)

    def output(self) -> Output:
        """The stream of results as it is now: its format, its width, its colours."""
        return Output(self.settings.output, self.settings.color)

    def show(self, rendered: Rendered, output: Output) -> None:
        """Write a result on `output`."""
        if isinstance(rendered, bytes):
            self.note(f"{len(rendered)} bytes\n")
        elif isinstance(rendered, str):
            self.note(rendered + "\n" if rendered else "")
        else:
            rendered = self._noted(rendered)
        output.show(rendered)

    def _noted(self, pieces: Iterator[str]) -> Iterator[str]:
        for piece in pieces:
            self.note(piece)
            yield piece
        self.note("\n")

    def say(self, text: str) -> None:
        """Write a remark."""
        self.note(text + "\n")
        self.output().write(text + "\n")

    def browse(self, text: str) -> None:
        """Write a text to be read: what is longer than the screen, page by page."""
        output = self.output()
        if self.settings.sandbox or not pager.show(text, output.page):
            self.say(text)
        else:
            self.note(text + "\n")

    def report(self, error: TcalcError) -> None:
        """Write what went wrong."""
        _Remembered(self).report(error)

    def notice(self, remark: Diagnostic) -> None:
        """Write a diagnostic that is no error."""
        _Remembered(self).write(remark)


class _Remembered(Complaints):
    """Standard error, what goes there being noted on a screen."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen.settings.color)
        self._screen = screen

    def write(self, diagnostic: Diagnostic) -> None:
        """Write one diagnostic."""
        self._screen.note(self._rendered(diagnostic) + "\n")
        super().write(diagnostic)


class Sheet(Screen):
    """A page of paper: what is written is in `text`, and whether an error was in `failed`."""

    def __init__(self, settings: Settings, page: Page) -> None:
        """Lay things out for `page`."""
        super().__init__(settings)
        self._page = page
        self.failed = False
        self.begin("")

    def begin(self, text: str) -> None:
        """Take a new page."""
        self.entries.clear()
        super().begin(text)

    @property
    def text(self) -> str:
        """All that has been written on this page."""
        return "".join(self.entries[-1].shown)

    def output(self) -> Output:
        """A stream that leads nowhere."""
        return _Nowhere(self.settings, self._page)

    def browse(self, text: str) -> None:
        """Write it."""
        self.say(text)

    def report(self, error: TcalcError) -> None:
        """Remember that something went wrong."""
        self.failed = True

    def notice(self, remark: Diagnostic) -> None:
        """Nothing: an example is sound."""


class _Nowhere(Output):
    def __init__(self, settings: Settings, page: Page) -> None:
        super().__init__(settings.output, settings.color)
        self.page = page

    def write(self, text: str) -> None:
        """Nothing."""

    def show(self, rendered: Rendered) -> None:
        """Make what is made piece by piece, and write nothing."""
        if not isinstance(rendered, str | bytes):
            for _ in rendered:
                pass

    def flush(self) -> None:
        """Nothing."""
