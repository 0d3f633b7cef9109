"""The statistics of an array: quartiles, mean and spread beside a histogram, and special values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from tcalc.render.drawing import Picture
from tcalc.render.heading import ALARMS, LEVELS, Subject
from tcalc.render.statistics import Summary, summarise

SHARES = {"25%": 0.25, "median": 0.5, "75%": 0.75}
HEIGHT = 6  # lines of the histogram, above that of its ends
WIDEST, NARROWEST = 48, 12  # columns of the histogram
WORD = len("median")
SPACE = 3  # columns between the figures and the histogram


@dataclass(frozen=True, slots=True, repr=False)
class StatsView(Picture):
    """How the elements of an array are distributed, under its header."""

    subject: Subject

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """The header alone if there are no elements."""
        yield self.subject.header(options)
        summary = summarise(self.subject.array)
        figures = _figures(summary)
        left = max((line.cell_len for line in figures), default=0) + SPACE
        columns = min(options.max_width - left, WIDEST)
        bars = _bars(summary, columns, options.ascii_only) if columns >= NARROWEST else []
        for number, line in enumerate(figures):
            if number < len(bars):
                line.append(" " * (left - line.cell_len)).append_text(bars[number])
            yield line
        width = max([WORD, *(len(name) for name, _ in summary.figures)])
        for kind, count in summary.counts.items():
            amount = Text(f" {count.number:,}", kind if kind in ALARMS else "none")
            place = Text(f"   first at {list(count.first)}", "quiet")
            yield Text.assemble((f" {kind:>{width}}  ", "quiet"), amount, place)
        if summary.read < summary.total:
            note = f"(statistics of {summary.read:,} of {summary.total:,} elements)"
            yield Text(note, "quiet")


def _figures(summary: Summary) -> list[Text]:
    """A line for each figure, in the order of size; then mean and spread."""
    if not summary.figures:
        return []
    low, high, *others = summary.figures
    quantiles = zip(SHARES, summary.quantiles(*SHARES.values()), strict=True)
    rows = [low, *quantiles, high, *others]
    width = max([WORD, *(len(name) for name, _ in rows)])
    return [
        Text.assemble((f" {name:>{width}}  ", "quiet"), f"{value: .4g}") for name, value in rows
    ]


def _bars(summary: Summary, columns: int, ascii_only: bool) -> list[Text]:
    """The lines of a histogram, the highest first, and that of its two ends."""
    bins = min(columns, summary.bins)
    each = columns // bins
    counts = [count for count in summary.bars(bins) for _ in range(each)]
    if not counts:
        return []
    lines = [Text(line.rstrip(), "histogram") for line in columns_of(counts, HEIGHT, ascii_only)]
    low, high = (f"{value:.4g}" for _, value in summary.figures[:2])
    return [*lines, Text(low + high.rjust(len(counts) - len(low)), "quiet")]


def columns_of(counts: Sequence[int], height: int, ascii_only: bool) -> Iterator[str]:
    """Bars that stand on a line, in eighths of a character; however low, not nothing."""
    steps = 1 if ascii_only else len(LEVELS) - 1
    top = max(counts)
    heights = [-(-count * height * steps // top) for count in counts]
    for line in reversed(range(height)):
        levels = [min(max(each - line * steps, 0), steps) for each in heights]
        yield "".join(" #"[level] if ascii_only else LEVELS[level] for level in levels)
