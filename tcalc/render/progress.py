"""`progress(items)`: how far a loop has come, on a terminal's standard error.

A bar is drawn by the loop itself, a few times a second; a loop within another has its own bar on
the line below. The session wipes what an error or an interrupt leaves open, and what would stand
in the way of `print`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from time import monotonic
from typing import Any, TextIO

from tcalc.errors import ArgumentFault
from tcalc.lang import runtime
from tcalc.lang.attributes import type_name

FIRST, EVERY = 0.3, 0.1  # seconds before the first drawing, and between two
WIDEST = 30  # columns of the bar itself
_CLEAR = "\r\x1b[K"


def progress(items: Any, total: int | None = None) -> Iterable[Any]:
    """progress(range(n)), progress(items, total=None): the items, with a bar on the terminal.

    The bar has the rate and the time left, if `total` or the length of items is known. Where
    standard error is no terminal nothing is shown.
    """
    if not hasattr(items, "__iter__") and not hasattr(items, "__getitem__"):
        raise ArgumentFault(
            "progress() takes something to loop over",
            blame={"items": type_name(items)},
            helps=["progress(range(n))"],
        )
    if total is not None and (type(total) is not int or total < 0):
        raise ArgumentFault("total is a number of items", blame={"total": type_name(total)})
    stream = sys.stderr
    if stream is None or stream.closed or not stream.isatty() or os.environ.get("TERM") == "dumb":
        return items  # type: ignore[no-any-return]
    if total is None and hasattr(items, "__len__"):
        total = len(items)
    return _watched(iter(items), Bar(stream, total))


def _watched(items: Iterator[Any], bar: Bar) -> Iterator[Any]:
    bars = runtime.session().bars
    bars.append(bar)
    due = bar.start + FIRST
    done = 0
    try:
        for item in items:
            if monotonic() >= due:
                if bars[-1] is bar:
                    bar.draw(done, any(outer.drawn for outer in bars[:-1]))
                due = monotonic() + EVERY
            yield item
            done += 1
        if bar.seen and bars == [bar]:
            bar.finish(done)
    finally:
        if bar in bars:  # else the session has closed it
            bars.remove(bar)
            bar.wipe()


class Bar:
    """One line of a terminal. The cursor rests at its start, so that what follows writes over."""

    def __init__(self, stream: TextIO, total: int | None) -> None:
        """Nothing is drawn yet."""
        self.start = monotonic()
        self.drawn = self.seen = False  # now, and at any time
        self._stream = stream
        self._total = total
        self._below = False

    def draw(self, done: int, below: bool) -> None:
        """Show how many are done; the first time on a line `below` that of another bar."""
        if not self.drawn:
            self.drawn, self.seen, self._below = True, True, below
            self._write("\n" if below else "")
        columns = _columns(self._stream)
        line = self.line(done, monotonic() - self.start, columns)
        self._write(f"{_CLEAR}{line[: columns - 1]}\r")

    def wipe(self) -> None:
        """Take the line away again."""
        if self.drawn:
            self._write(_CLEAR + ("\x1b[A" if self._below else ""))
            self.drawn = False

    def finish(self, done: int) -> None:
        """Leave a last line of what was done."""
        spent = monotonic() - self.start
        self._write(f"{_CLEAR}{done:,} in {clock(spent)}{self._rate(done, spent)}\n")
        self.drawn = False

    def line(self, done: int, spent: float, columns: int) -> str:
        """Share, bar, counts, rate and the time left."""
        if not self._total:
            return f"{done:,}{self._rate(done, spent)} {self._dot} {clock(spent)}"
        share = min(done / self._total, 1.0)
        facts = f" {done:,}/{self._total:,}{self._rate(done, spent)}"
        if done:
            facts += f" {self._dot} {clock(spent / done * max(self._total - done, 0))} left"
        width = min(WIDEST, columns - len(facts) - 6)
        full, empty = ("#", ".") if self._ascii else ("━", "─")
        filled = int(share * width)
        bar = full * filled + empty * (width - filled)
        return f"{share:4.0%} {bar}{facts}"

    def _rate(self, done: int, spent: float) -> str:
        rate = done / spent if spent else 0.0
        return f" {self._dot} {rate:,.0f}/s" if rate >= 10 else f" {self._dot} {rate:.2g}/s"  # noqa: PLR2004

    @property
    def _ascii(self) -> bool:
        return "utf" not in (self._stream.encoding or "").lower()

    @property
    def _dot(self) -> str:
        return "." if self._ascii else "·"

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # a terminal that has gone must not end the loop
            self._stream.write(text)
            self._stream.flush()


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def clock(seconds: float) -> str:
    """`0:07`, `1:02:03`."""
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
