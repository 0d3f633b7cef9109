"""The two streams a run writes: results on standard output, diagnostics on standard error."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper

from tcalc.diagnostic import Diagnostic
from tcalc.errors import SyntaxFault
from tcalc.render.formats import FORMATS, Page

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from typing import TextIO

    from tcalc.errors import TcalcError

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

    def __init__(self, format: str, color: str) -> None:
        """Write in `format` (`auto`: by the stream's kind); `color`: always, never, auto."""
        if sys.stdout is None:
            raise OutputClosed
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # a poor encoding is no failure
        terminal = _is_terminal(sys.stdout)
        name = ("rich" if terminal else "text") if format == "auto" else format
        self.render = FORMATS[name].render
        self.page = Page(
            columns(sys.stdout), wants_color(sys.stdout, color), sys.stdout.encoding or "utf-8"
        )

    def write(self, text: str) -> None:
        """Write what the program prints."""
        try:
            sys.stdout.write(text)
        except OSError as error:
            raise OutputClosed(error) from None

    def show(self, text: str | bytes) -> None:
        """Write one rendered result and flush it."""
        try:
            if isinstance(text, bytes):
                sys.stdout.flush()
                sys.stdout.buffer.write(text)
            elif text:
                sys.stdout.write(text + "\n")
        except OSError as error:
            raise OutputClosed(error) from None
        self.flush()

    def flush(self) -> None:
        """Hand everything over to the system."""
        try:
            sys.stdout.flush()
        except OSError as error:
            raise OutputClosed(error) from None


class Complaints:
    """Standard error: diagnostics, after the results that came before them."""

    def __init__(self, color: str) -> None:
        """`color` is always, never or auto."""
        self.width = columns(sys.stderr)
        self.color = wants_color(sys.stderr, color)

    def report(self, error: TcalcError) -> None:
        """Write the diagnostic of `error`, or one without a place if it has none."""
        self.write(
            error.diagnostic or Diagnostic(error.headline, notes=error.notes, helps=error.helps)
        )
        more = error.more if isinstance(error, SyntaxFault) else ()
        for other in more[:MOST_MORE]:
            self.report(other)
        if len(more) > MOST_MORE:
            from tcalc.lang.recover import MOST_FAULTS

            least = "at least " if len(more) + 1 >= MOST_FAULTS else ""
            sys.stderr.write(f"... and {least}{len(more) - MOST_MORE} more mistakes\n")

    def write(self, diagnostic: Diagnostic) -> None:
        """Write one diagnostic."""
        sys.stderr.write(diagnostic.render(self.width, self.color) + "\n")
        sys.stderr.flush()


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and not stream.closed and stream.isatty()


def wants_color(stream: TextIO | None, color: str) -> bool:
    """Whether `stream` gets colours: the option first, then the environment, then what it is."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in ("", "0"):
        return True
    return _is_terminal(stream) and os.environ.get("TERM") != "dumb"


def columns(stream: TextIO | None) -> int:
    """Width of the terminal behind `stream`; 80 where there is none."""
    if os.environ.get("COLUMNS", "").isdecimal():
        return max(20, int(os.environ["COLUMNS"]))
    if stream is not None and _is_terminal(stream):
        try:
            return os.get_terminal_size(stream.fileno()).columns or 80
        except OSError:
            pass
    return 80
