"""Plots drawn with characters, by uniplot: the one file that knows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tcalc.core.dtypes import Array
from tcalc.render.plot import BARS, LINE, POINTS, Axis, Plot, Series
from tcalc.theme import SERIES, STYLES, paint

HEIGHT, LOWEST = 16, 4  # lines within the axes
WIDTH, NARROWEST = 72, 12  # columns within the axes
TICKS = 8  # columns beside them, at least, that ticks take
MOST_POINTS = 20_000  # of a line; of a longer one the extremes of each stretch are drawn
STRETCHES = 2_000
FEW_POINTS = 300  # that are drawn as a whole character each
GRID = (128, 128, 128)
# Marks of several series where no colours tell them apart.
SYMBOLS, ASCII_SYMBOLS = "•×+○#%", "*x+o#%"
SWATCHES = {"braille": "⣿⣿", "block": "██"}
_PLAIN = str.maketrans("┌┐└┘─│▁▔", "++++-|--")
LARGE, SMALL = 1e7, 1e-3  # ticks beyond share a power of ten


def plot_text(plot: Plot, width: int, height: int | None, *, color: bool, ascii_only: bool) -> str:
    """The lines of a plot up to `width` wide, with terminal codes if `color`."""
    drawable = [_drawable(each, len(plot.series)) for each in plot.series]
    xs, x_power = _scaled([each.x for each in drawable], plot.x)
    ys, y_power = _scaled([each.y for each in drawable], plot.y)
    symbols = _symbols(plot, color=color, ascii_only=ascii_only)
    if not any(np.isfinite(y).any() for y in ys):
        body = ["(no points to draw)"]
    else:
        options = _options(plot, symbols, color=color)
        options |= _ends("x", xs, plot.x, x_power) | _ends("y", ys, plot.y, y_power)
        if not color or plot.series[0].kind == BARS:
            options["x_gridlines"] = []  # as bright as what is drawn, it would be in the way
        options["lines"] = [each.kind == LINE for each in drawable]
        lines = max(min(HEIGHT, height or HEIGHT), LOWEST)
        body = _drawn(xs, ys, options, width, lines)
    across = len(body[0])
    titles = [plot.title.center(across).rstrip(), _labelled(plot.y, y_power)]
    below = [_labelled(plot.x, x_power).center(across).rstrip()]
    legend = _legend([each.label for each in plot.series], symbols, across, color=color)
    text = "\n".join([*filter(None, titles), *body, *filter(None, below), *legend])
    return text.translate(_PLAIN) if ascii_only else text


def _drawn(xs: list[Array], ys: list[Array], options: Any, width: int, lines: int) -> list[str]:
    """The frame with what is in it, and the ticks."""
    from uniplot import plot_to_string

    inner = max(min(WIDTH, width - TICKS), NARROWEST)
    drawn: str = plot_to_string(
        xs=xs, ys=ys, width=inner, height=lines, line_length_hard_cap=max(width, 2 * NARROWEST),
        **options,
    )  # fmt: skip
    return drawn.split("\n")


def _options(plot: Plot, symbols: list[str], *, color: bool) -> dict[str, Any]:
    """Characters and colours."""
    swatch = symbols[0]
    sets = {text: name for name, text in SWATCHES.items()}
    options: dict[str, Any] = {
        "character_set": sets.get(swatch, "ascii"),
        "force_ascii_characters": symbols,
        "color": [STYLES[name] for name in SERIES] if color else False,
        "x_as_log": plot.x.log,
        "y_as_log": plot.y.log,
    }
    if color:
        options |= {"x_gridlines_color": [GRID], "y_gridlines_color": [GRID]}
    return options


def _symbols(plot: Plot, *, color: bool, ascii_only: bool) -> list[str]:
    """What stands for each series in the legend, and for its points if that is one character."""
    count = len(plot.series)
    few = all(each.kind == POINTS and each.y.size <= FEW_POINTS for each in plot.series)
    if ascii_only or few or (count > 1 and not color):
        marks = ASCII_SYMBOLS if ascii_only else SYMBOLS
        return [marks[number % len(marks) if not color else 0] for number in range(count)]
    filled = count == 1 and plot.series[0].kind == BARS
    return [SWATCHES["block" if filled else "braille"]] * count


def _ends(name: str, values: list[Array], axis: Axis, power: int) -> dict[str, Any]:
    """Where an axis begins and ends, and the line at zero if that is between."""
    every = np.concatenate(values)
    every = every[np.isfinite(every)]
    if axis.limits:
        low, high = (_divided(end, power) for end in axis.limits)
        options: dict[str, Any] = {f"{name}_min": low, f"{name}_max": high}
    else:
        low, high = float(every.min(initial=0)), float(every.max(initial=0))
        options = {}
    return options | {f"{name}_gridlines": [0.0] if low < 0 < high and not axis.log else []}


def _legend(labels: list[str], symbols: list[str], width: int, *, color: bool) -> Iterator[str]:
    """Labels behind their series' symbols, as many on a line as fit, in the middle."""
    line, taken = "", 0
    for number, (label, symbol) in enumerate(zip(labels, symbols, strict=True)):
        if not label:
            continue
        mark = paint(SERIES[number % len(SERIES)], symbol) if color else symbol
        length = len(symbol) + 1 + len(label)
        if taken and taken + 3 + length > width:
            yield " " * ((width - taken) // 2) + line
            line, taken = "", 0
        line += ("   " if taken else "") + f"{mark} {label}"
        taken += length + (3 if taken else 0)
    if line:
        yield " " * ((width - taken) // 2) + line


def _labelled(axis: Axis, power: int) -> str:
    return f"{axis.label} (1e{power})".lstrip() if power else axis.label


def _scaled(values: list[Array], axis: Axis) -> tuple[list[Array], int]:
    """Values divided by a power of ten, and that power, 0 if ticks are short as it is."""
    largest = max((float(np.abs(v[np.isfinite(v)]).max(initial=0)) for v in values), default=0.0)
    if axis.log or not largest or SMALL <= largest < LARGE:
        return values, 0
    power = int(np.floor(np.log10(largest)))
    return [_divided(v, power) for v in values], power


def _divided(values: Any, power: int) -> Any:
    """Values over a power of ten, which need not itself be a number that there is."""
    half = power // 2
    return values / 10.0**half / 10.0 ** (power - half)


def _drawable(series: Series, count: int) -> Series:
    """The points to draw: few enough of a long line, and bars as a line around or through them."""
    x, y = series.x, series.y
    if series.kind == BARS:
        x, y = _filled(x, y) if count == 1 else (np.repeat(x, 2), np.pad(np.repeat(y, 2), 1))
        return Series(x, y)
    if series.kind == LINE and y.size > MOST_POINTS:
        keep = _extremes(y)
        x, y = x[keep], y[keep]
    return Series(x, y, series.kind)


def _filled(edges: Array, counts: Array) -> tuple[Array, Array]:
    """A line up and down in every column of pixels below the bars."""
    columns = np.linspace(edges[0], edges[-1], 4 * WIDTH)
    bins = np.clip(np.searchsorted(edges, columns, side="right") - 1, 0, counts.size - 1)
    high = counts[bins]
    up = np.arange(columns.size) % 2 == 0
    y = np.stack([np.where(up, 0, high), np.where(up, high, 0)], axis=1)
    return columns.repeat(2), y.ravel()


def _extremes(y: Array) -> Array:
    """Indices of the first, last, lowest and highest point of each of many stretches."""
    edges = np.linspace(0, y.size, STRETCHES + 1).astype(np.intp)
    found = []
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = y[start:end]
        lowest = np.where(np.isnan(part), np.inf, part).argmin()
        highest = np.where(np.isnan(part), -np.inf, part).argmax()
        found += [start, start + int(lowest), start + int(highest), end - 1]
    return np.unique(found)
