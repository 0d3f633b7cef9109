"""Plots saved as files, by matplotlib: the one file that knows it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from tcalc.errors import RuntimeFault
from tcalc.render.drawing import check_files, write
from tcalc.render.plot import BARS, LINE, Axis, Plot

SUFFIXES = (".png", ".svg", ".pdf")
SIZE = (5.0, 3.5)  # inches
DOTS = 150  # an inch


def save(plot: Plot, path: str) -> None:
    """Write `plot` to the file at `path`.

    Raises ArgumentFault for a name that ends in no known suffix, RuntimeFault where matplotlib is
    not installed or the file cannot be written, LimitError in a session without files.
    """
    check_files(path, SUFFIXES)
    write(path, _content(plot, Path(path).suffix.lower().removeprefix(".")))


def _content(plot: Plot, format: str) -> bytes:
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        raise RuntimeFault(
            "a plot is saved by matplotlib, which is not installed",
            helps=["pip install 'tcalc[plots]'"],
        ) from None
    # Without dates and random names, equal plots make equal files.
    with matplotlib.rc_context({"svg.hashsalt": "tcalc", "svg.fonttype": "none"}):
        figure = Figure(figsize=plot.figsize or SIZE, dpi=DOTS, layout="constrained")
        _draw(plot, figure.subplots())
        file = BytesIO()
        dated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
        figure.savefig(file, format=format, metadata=dated.get(format))
    return file.getvalue()


def _draw(plot: Plot, axes: Any) -> None:
    alone = len(plot.series) == 1
    for each in plot.series:
        label = each.label or None
        if each.kind == BARS:
            axes.stairs(each.y, each.x, fill=alone, label=label)
        elif each.kind == LINE:
            axes.plot(each.x, each.y, label=label)
        else:
            axes.scatter(each.x, each.y, s=12, label=label)
    axes.grid(alpha=0.3)
    axes.set_title(plot.title)
    for name, axis in (("x", plot.x), ("y", plot.y)):
        _set(axes, name, axis)
    if any(each.label for each in plot.series):
        axes.legend()


def _set(axes: Any, name: str, axis: Axis) -> None:
    getattr(axes, f"set_{name}label")(axis.label)
    getattr(axes, f"set_{name}scale")("log" if axis.log else "linear")
    if axis.limits and np.isfinite(axis.limits).all():
        getattr(axes, f"set_{name}lim")(axis.limits)
