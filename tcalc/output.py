"""The two streams a run writes: results on standard output, diagnostics on standard error."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from time import monotonic

from tcalc.diagnostic import Diagnostic
from tcalc.errors import SyntaxFault
from tcalc.render.formats import FORMATS, Page

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from typing import TextIO

    from tcalc.errors import TcalcError
    from tcalc.render.formats import Rendered


MOMENT = 0.02  # seconds that a result may wait for those after it
MOST_MORE = 9  # of the mistakes in a program, after the first


class OutputClosed(BaseException):
    """Standard output cannot be written; no handler of the program's own errors may take it."""

    def __init__(self, error: OSError | None = None) -> None:
        """Say why; without an error of the system there never was an open stream."""
        self.reason = "it is closed" if error is None else error.strerror or str(error)
        self.broken_pipe = isinstance(error, BrokenPipeError)
        super().__init__(self.reason)


class Output:
    """Standard output in one format.

    What the program prints and the results it shows go through here in order, and every result is
    flushed, so that a reader at the other end of a pipe never waits.
    """

    def __init__(self, format: str, color: str, *, records: bool = False) -> None:
        """Write in `format` (`auto`: by the stream's kind); `color`: always, never, auto.

        With `records` each result belongs to one of many records: a vector is a row of a table, and
        results are flushed together if they follow each other within a moment. Whoever writes them
        flushes before waiting for more.
        """
        stream = sys.stdout
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a poor encoding is no failure
        terminal = is_terminal(stream)
        self.format = ("rich" if terminal else "text") if format == "auto" else format
        self.render = FORMATS[self.format].render
        self._patient = records
        self._flushed = 0.0
        encoding = stream.encoding if stream is not None else None
        colored = wants_color(stream, color)
        self.page = Page(columns(stream), colored, encoding or "utf-8", records, lines(stream))

    def write(self, text: str) -> None:
        """Write what the program prints. Raises OutputClosed."""
        try:
            _open().write(text)
        except OSError as error:
            raise OutputClosed(error) from None

    def show(self, rendered: Rendered) -> None:
        """Write one result, and the newline that ends a text, and flush. Raises OutputClosed."""
        if isinstance(rendered, bytes):
            self.flush()
            try:
                _open().buffer.write(rendered)
            except OSError as error:
                raise OutputClosed(error) from None
        elif isinstance(rendered, str):
            if rendered:
                self.write(rendered + "\n")
        else:
            for piece in rendered:
                self.write(piece)
            self.write("\n")
        if not self._patient or monotonic() - self._flushed > MOMENT:
            self.flush()

    def flush(self) -> None:
        """Hand everything over to the system. Raises OutputClosed."""
        self._flushed = monotonic()
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
        except OSError as error:
            raise OutputClosed(error) from None


def _open() -> TextIO:
    if sys.stdout is None:
        raise OutputClosed
    return sys.stdout


class Complaints:
    """Standard error: diagnostics, after the results that came before them."""

    def __init__(self, color: str, format: str = "text") -> None:
        """`color` is always, never or auto, `format` text or json."""
        self.format = format
        self.width = columns(sys.stderr)
        self.color = wants_color(sys.stderr, color)

    def report(self, error: TcalcError) -> None:
        """Write the diagnostic of `error`, or one without a place in a program if it has none."""
        if error.diagnostic is None:
            from tcalc.lang.faults.blame import outside

            error.diagnostic = outside(error)
        self.write(error.diagnostic)
        more = error.more if isinstance(error, SyntaxFault) else ()
        for other in more[:MOST_MORE]:
            self.report(other)
        if len(more) > MOST_MORE:
            from tcalc.lang.mistakes.recover import MOST_FAULTS

            least = "at least " if len(more) + 1 >= MOST_FAULTS else ""
            left = f"there are {least}{len(more) - MOST_MORE} more mistakes"
            self.write(Diagnostic(left, kind="note"))

    def write(self, diagnostic: Diagnostic) -> None:
        """Write one diagnostic; where that cannot be, the exit status has to speak alone."""
        if sys.stderr is None:
            return
        try:
            sys.stderr.write(self._rendered(diagnostic) + "\n")
            sys.stderr.flush()
        except OSError:
            pass

    def _rendered(self, diagnostic: Diagnostic) -> str:
        if self.format == "text":
            screen = is_terminal(sys.stderr)
            return diagnostic.render(self.width, self.color, screen=screen)
        from tcalc.diagnostic_json import dumps

        return dumps(diagnostic)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sits at the other end of `stream`."""
    return stream is not None and not stream.closed and stream.isatty()


def wants_color(stream: TextIO | None, color: str) -> bool:
    """Whether `stream` gets colours: the option first, then the environment, then what it is."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def columns(stream: TextIO | None) -> int:
    """Width of the terminal behind `stream`; 80 where there is none."""
    if os.environ.get("COLUMNS", "").isdecimal():
        return max(20, int(os.environ["COLUMNS"]))
    if stream is not None and is_terminal(stream):
        try:
            return os.get_terminal_size(stream.fileno()).columns or 80
        except OSError:
            pass
    return 80


def lines(stream: TextIO | None) -> int | None:
    """Height of the terminal behind `stream`; None where there is none."""
    if stream is None or not is_terminal(stream):
        return None
    try:
        return os.get_terminal_size(stream.fileno()).lines or None
    except OSError:
        return None
