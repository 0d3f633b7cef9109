"""Plots as values: series of points on axes, drawn in the terminal or saved as a picture's file.

`plot_text` draws them with characters, `plot_file` with matplotlib, where that is installed; `Plot`
holds what both need. `plotting` has the functions that programs call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from tcalc.core.dtypes import Array
from tcalc.render.drawing import UNLIMITED, Picture

_END = "\x1b[0m"
# A code, what it colours, and more that it colours again right after.
_REPEATED = re.compile(r"(\x1b\[[\d;]+m)([^\x1b]*(?:\x1b\[0m\1[^\x1b]*)+)")
FRAME = "[┌┐└┘─│]+"
TAKEN = 8  # lines of the screen for all that is not within the axes
LINE, POINTS, BARS = "line", "points", "bars"


@dataclass(frozen=True, slots=True)
class Series:
    """Points with finite x; a y that is nan leaves a gap. Bars stand between the edges `x`."""

    x: Array
    y: Array
    kind: str = LINE
    label: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """What is written along an axis, whether it is logarithmic, and its ends if they are set."""

    label: str = ""
    log: bool = False
    limits: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Plot(Picture):
    """Series on two axes. `left_out` points are nan or infinite, or have no place on a log axis."""

    series: tuple[Series, ...]
    x: Axis = Axis()
    y: Axis = Axis()
    title: str = ""
    left_out: int = 0
    figsize: tuple[float, float] | None = None

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """Title, axes with ticks, legend, and how many points are missing."""
        from tcalc.render.plot_text import plot_text

        height = options.size.height
        room = None if height >= UNLIMITED else max(height - TAKEN, 1)
        color = console.color_system is not None
        text = plot_text(self, options.max_width, room, color=color, ascii_only=options.ascii_only)
        drawn = Text.from_ansi(_merged(text), no_wrap=True)
        drawn.highlight_regex(FRAME, "mark")
        yield drawn
        if self.left_out:
            are = "point is" if self.left_out == 1 else "points are"
            why = "not finite" + (" or not above 0" if self.x.log or self.y.log else "")
            yield Text(f"{self.left_out:,} {are} {why}", "quiet")

    def save(self, path: str) -> None:
        """Write the plot to a file: png, svg or pdf, as the name ends."""
        from tcalc.render.plot_file import save

        save(self, path)


def _merged(text: str) -> str:
    """`text` with one code for neighbours of one colour; each character has come with its own."""
    return _REPEATED.sub(lambda m: m[1] + m[2].replace(_END + m[1], ""), text)
