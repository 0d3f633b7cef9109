"""The quiet lines above a picture: what a tensor is, and how its elements are distributed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import ConsoleOptions
from rich.text import Text

from tcalc import limits
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.render.statistics import Count, Summary, summarise

ALARMS = ("nan", "inf")  # worth a word in the header
COUNTED = 1000  # elements; a larger tensor's header leaves the counts to its summary
BARS = 16  # of the histogram in a line
LEVELS = " ▁▂▃▄▅▆▇█"
ASCII_LEVELS = " _.-:=+*#"


def dot(options: ConsoleOptions) -> str:
    """What stands between two facts."""
    return " . " if options.ascii_only else " · "


@dataclass(frozen=True, slots=True)
class Subject:
    """What a picture shows: an array, and what the line above says of it."""

    array: Array
    dtype: str
    name: str | None = None
    facts: tuple[str, ...] = ()

    @classmethod
    def of(cls, value: Any, name: str | None = None) -> Subject:
        """A tensor, or an array of NumPy's, called `name`."""
        if not isinstance(value, Tensor):
            return cls(value, str(value.dtype), name, ("numpy",))
        facts = [] if type(value) is Tensor else [type(value).__name__]
        grad_fn = value.grad_fn
        if grad_fn is not None:
            facts.append(f"grad_fn {grad_fn.label}")
        elif value.requires_grad:
            facts.append("requires_grad")
        return cls(value.array, value.dtype.name, name, tuple(facts))

    def header(self, options: ConsoleOptions) -> Text:
        """Name, shape, dtype, facts such as `requires_grad`, bytes, and how many nan and inf.

        It has several lines where the screen is too narrow for one.
        """
        array, between = self.array, dot(options)
        facts = [str(list(array.shape)), self.dtype, *self.facts, limits.size(array.nbytes)]
        parts = [Text().append(self.name, "title")] if self.name else []
        parts.append(Text().append(between.join(facts), "quiet"))
        if array.size <= COUNTED:
            alarms = {k: c for k, c in summarise(array).counts.items() if k in ALARMS}
            parts += [Text().append(f"{count.number} {k}", k) for k, count in alarms.items()]
            if alarms and self.name and any(fact.startswith("grad_fn") for fact in self.facts):
                parts.append(Text().append(f"why_nan({self.name})", "quiet"))
        line = Text().append(between, "quiet").join(parts)
        if line.cell_len <= options.max_width:
            return line
        parts[bool(self.name) : bool(self.name) + 1] = [Text().append(f, "quiet") for f in facts]
        return Text("\n").join(packed(parts, options))


def summary_line(summary: Summary, options: ConsoleOptions) -> list[Text]:
    """Range with a small histogram, mean, spread and counts; and what part of all was read."""
    parts = [Text(f"{name} {value:.4g}") for name, value in summary.figures]
    bars = histogram(summary.bars(min(BARS, summary.bins)), options.ascii_only)
    if bars:
        low, high, *rest = parts
        parts = [low.append(f" {bars} ", "histogram").append_text(high), *rest]
    parts += [counted(kind, count) for kind, count in summary.counts.items()]
    lines = packed(parts, options)
    if summary.read < summary.total:
        note = f"(statistics of {summary.read:,} of {summary.total:,} elements)"
        lines.append(Text(note, "quiet"))
    return lines


def packed(parts: Sequence[Text], options: ConsoleOptions) -> list[Text]:
    """Parts with dots between them, as many on a line as fit."""
    lines: list[Text] = []
    for part in parts:
        if lines and lines[-1].cell_len + len(dot(options)) + part.cell_len <= options.max_width:
            lines[-1].append(dot(options), "quiet").append_text(part)
        else:
            lines.append(part)
    return lines


def counted(kind: str, count: Count) -> Text:
    """`3 nan (first at [0, 7])`."""
    plural = "s" if kind == "zero" and count.number != 1 else ""
    text = Text().append(f"{count.number:,} {kind}{plural}", kind if kind in ALARMS else "")
    return text.append(f" (first at {list(count.first)})", "quiet")


def histogram(counts: Sequence[int], ascii_only: bool) -> str:
    """Counts as the heights of characters; however few of many, they are not nothing."""
    levels = ASCII_LEVELS if ascii_only else LEVELS
    top = max(counts, default=0)
    steps = len(levels) - 1
    return "".join(levels[-(-count * steps // top)] for count in counts)
