"""The functions by which a program plots: `plot`, `hist` and `scatter`.

`plot` takes its arguments in the order of the book's `plot` (Dive into Deep Learning), so that its
calls run as they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tcalc.core import dtypes
from tcalc.core.dtypes import Array
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault, ShapeError, TcalcError
from tcalc.files.arrays import array_of
from tcalc.render.plot import BARS, LINE, POINTS, Axis, Plot, Series

SAMPLES = 500  # points at which a function is computed
FEWEST_BINS, MOST_BINS = 5, 60  # that are chosen
LARGEST_BINS = 100_000  # that can be asked for
LARGEST_SIDE = 100  # inches
OF_OP = frozenset({"dim", "axis", "index", "src", "input"})  # what only the op called scatter takes
Limits = Sequence[float] | None
Labels = Sequence[str] | str | None


def plot(  # noqa: PLR0913, PLR0917 -- the book's signature
    x: Any,
    y: Any = None,
    xlabel: str = "",
    ylabel: str = "",
    legend: Labels = None,
    xlim: Limits = None,
    ylim: Limits = None,
    xscale: str = "linear",
    yscale: str = "linear",
    fmts: str | Sequence[str] = (),
    figsize: tuple[float, float] | None = None,
    axes: None = None,
    *,
    title: str = "",
) -> Plot:
    """plot(y), plot(x, y), plot(x, [y1, y2], legend=[...]), plot(f, (a, b)): lines through points.

    x and y are vectors of equal length; without x the points are numbered from 0. y can be several
    vectors, or a matrix of them, for several lines; a function, or a list of them, is drawn between
    a and b. xscale and yscale are "linear" or "log"; a format in fmts without a "-" draws points.
    The plot is a value: p.save("p.svg") or save(p, "p.png") writes it to a file.
    """
    if axes is not None:
        raise ArgumentFault("plot() draws on axes of its own", blame={"axes": ""})
    if _functions(x):
        pairs = _computed(x, y)
    else:
        ys = _vectors(x if y is None else y, "x" if y is None else "y")
        pairs = _paired(None if y is None else x, ys)
    if figsize is not None and not _is_size(figsize):
        raise ArgumentFault(
            f"figsize takes two numbers of inches, up to {LARGEST_SIDE}", blame={"figsize": ""}
        )
    kinds = [_kind(fmts, number) for number in range(len(pairs))]
    axis = _axis(xlabel, xscale, xlim, "x"), _axis(ylabel, yscale, ylim, "y")
    return _plot(pairs, kinds, legend, axis, title, figsize)


def scatter(*args: Any, **kwargs: Any) -> Any:
    """scatter(x, y), scatter(x, y, xlabel, ylabel, legend, ...): points. See also torch.scatter.

    x and y are as in plot(). scatter(x, dim, index, src) is PyTorch's op.
    """
    op_called = len(args) > 1 and isinstance(args[1], int)
    if op_called or not OF_OP.isdisjoint(kwargs):
        return REGISTRY["scatter"](*args, **kwargs)
    kwargs.setdefault("fmts", ".")
    return plot(*args, **kwargs)


def hist(  # noqa: PLR0913, PLR0917 -- as of plot
    x: Any,
    bins: int | None = None,
    xlabel: str = "",
    ylabel: str = "",
    legend: Labels = None,
    xlim: Limits = None,
    yscale: str = "linear",
    *,
    title: str = "",
) -> Plot:
    """hist(x, bins=None): how many elements of x lie in each of equal intervals.

    x is a tensor of any shape, or a list of tensors to compare. Without bins their number depends
    on how many elements there are.
    """
    several = isinstance(x, list | tuple) and any(isinstance(v, Tensor | np.ndarray) for v in x)
    groups = [_numbers(each, "x").ravel() for each in (x if several else [x])]
    finite = [group[np.isfinite(group)] for group in groups]
    every = np.concatenate(finite)
    count = _bins(bins, max(map(len, finite)))
    if not every.size:
        return Plot(
            (), _axis(xlabel, "linear", xlim, "x"), Axis(ylabel), title, sum(map(len, groups))
        )
    low, high = float(every.min()), float(every.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, count + 1)
    labels = _labels(legend, len(groups))
    series = tuple(
        Series(edges, np.histogram(group, edges)[0].astype(float), BARS, label)
        for group, label in zip(finite, labels, strict=True)
    )
    lost = sum(map(len, groups)) - every.size
    return Plot(
        series, _axis(xlabel, "linear", xlim, "x"), _axis(ylabel, yscale, None, "y"), title, lost
    )


def _bins(bins: int | None, size: int) -> int:
    if bins is None:
        return int(np.clip(np.ceil(2 * size ** (1 / 3)), FEWEST_BINS, MOST_BINS))
    if not isinstance(bins, int) or not 1 <= bins <= LARGEST_BINS:
        raise ArgumentFault(
            f"bins must be an integer from 1 to {LARGEST_BINS:,}, but got {bins!r}",
            blame={"bins": ""},
        )
    return bins


# Data -----------------------------------------------------------------------------------------


def _vectors(values: Any, name: str) -> list[Array]:
    """One vector or several: the items of a list, or the rows of a matrix."""
    if isinstance(values, list | tuple) and any(_is_vector(item) for item in values):
        return [_vector(item, name) for item in values]
    array = _numbers(values, name)
    if array.ndim == 1:
        return [array]
    if array.ndim == 2 and array.shape[0]:  # noqa: PLR2004 -- rows and columns
        return list(array)
    raise ShapeError(
        f"plot() takes vectors, but {name} has {array.ndim} dimensions", blame={name: ""}
    )


def _is_vector(value: Any) -> bool:
    return isinstance(value, list | tuple) or getattr(value, "ndim", 0) > 0


def _vector(value: Any, name: str) -> Array:
    array = _numbers(value, name)
    if array.ndim != 1:
        raise ShapeError(
            f"plot() takes vectors, but one in {name} has {array.ndim} dimensions", blame={name: ""}
        )
    return array


def _numbers(value: Any, name: str) -> Array:
    """Real numbers as doubles."""
    try:
        array = array_of(value)
    except ArgumentFault as fault:
        raise ArgumentFault(fault.headline, notes=fault.notes, blame={name: ""}) from None
    array = dtypes.widen(array)
    if array.dtype.kind == "c":
        raise ArgumentFault(
            f"complex numbers in {name} have no place on an axis",
            blame={name: ""},
            helps=[f"plot their parts: {{{name}}}.real, {{{name}}}.imag"],
        )
    return array.astype(np.float64)


def _paired(x: Any, ys: list[Array]) -> list[tuple[Array, Array]]:
    """Each y with its x: the one x of all, one of as many, or the numbers from 0."""
    if x is None:
        return [(np.arange(y.size, dtype=np.float64), y) for y in ys]
    xs = _vectors(x, "x")
    if len(ys) > 1 and len(xs) == 1 and all(y.size == len(ys[0]) for y in ys):
        # A matrix can also have its lines as columns, as of several quantities over time.
        columns = list(np.stack(ys).T)
        if ys[0].size != xs[0].size == len(ys):
            ys = columns
    xs = xs * len(ys) if len(xs) == 1 else xs
    ys = ys * len(xs) if len(ys) == 1 else ys
    if len(xs) != len(ys):
        raise ShapeError(f"x has {len(xs)} vectors but y has {len(ys)}", blame={"x": "", "y": ""})
    for one, other in zip(xs, ys, strict=True):
        if one.size != other.size:
            raise ShapeError(
                f"x has {one.size} points but y has {other.size}", blame={"x": "", "y": ""}
            )
    return list(zip(xs, ys, strict=True))


# Functions ------------------------------------------------------------------------------------


def _functions(x: Any) -> bool:
    if isinstance(x, list | tuple):
        return bool(x) and all(map(_functions, x))
    return callable(x) and not isinstance(x, Tensor)


def _computed(functions: Any, interval: Any) -> list[tuple[Array, Array]]:
    """Functions at regular points of the interval (a, b)."""
    try:
        low, high = (float(end) for end in interval)
    except (TypeError, ValueError, TcalcError):
        low = high = np.nan
    if not (np.isfinite([low, high]).all() and low != high):
        raise ArgumentFault(
            "plot() of a function takes the interval (a, b)",
            blame={"y": ""},
            helps=["plot({x}, (-3, 3))"],
        )
    x = np.linspace(low, high, SAMPLES)
    listed = functions if isinstance(functions, list | tuple) else [functions]
    return [(x, _values(function, x)) for function in listed]


def _values(function: Callable[[Any], Any], x: Array) -> Array:
    """All values at once if the function takes a tensor, else one after the other."""
    try:
        found = _numbers(function(Tensor(x.astype(dtypes.default_float().numpy))), "x")
        if found.shape in ((), x.shape):
            return np.broadcast_to(found, x.shape)
    except (TcalcError, TypeError, ValueError, ArithmeticError):
        pass  # it may still take plain numbers
    values = np.full(x.size, np.nan)
    failure: Exception | None = None
    for i, point in enumerate(x.tolist()):
        try:
            values[i] = _numbers(function(point), "x").item()
        except (ValueError, ArithmeticError) as error:  # a gap, as that of 1 / x at 0
            failure = error
    if failure is not None and np.isnan(values).all():
        raise failure
    return values


# Axes -----------------------------------------------------------------------------------------


def _plot(  # noqa: PLR0913, PLR0917 -- the parts of a plot
    pairs: list[tuple[Array, Array]],
    kinds: list[str],
    legend: Labels,
    axes: tuple[Axis, Axis],
    title: str,
    figsize: tuple[float, float] | None,
) -> Plot:
    """The plot of pairs of vectors, without the points that have no place on it."""
    series, lost = [], 0
    for (x, y), kind, label in zip(pairs, kinds, _labels(legend, len(pairs)), strict=True):
        there = np.isfinite(x) & (x > 0 if axes[0].log else True)
        valid = np.isfinite(y) & (y > 0 if axes[1].log else True)
        lost += int(np.count_nonzero(~(there & valid)))
        series.append(Series(x[there], np.where(valid, y, np.nan)[there], kind, label))
    return Plot(tuple(series), *axes, str(title), lost, figsize)


def _is_size(figsize: Any) -> bool:
    numbers = isinstance(figsize, list | tuple) and all(isinstance(n, int | float) for n in figsize)
    return numbers and len(figsize) == 2 and all(0 < n <= LARGEST_SIDE for n in figsize)  # noqa: PLR2004


def _kind(fmts: str | Sequence[str], number: int) -> str:
    """Points for a format such as "o"; a line for "-", "m--", and for want of one."""
    fmts = [fmts] if isinstance(fmts, str) else list(fmts)
    form = fmts[number % len(fmts)] if fmts else "-"
    return POINTS if set(form) & set("o.x*+sd^v") and not set(form) & set("-:") else LINE


def _labels(legend: Labels, count: int) -> list[str]:
    """A label for each series; those that are not given are empty."""
    given = [legend] if isinstance(legend, str) else [str(label) for label in legend or ()]
    return [*given, *[""] * count][:count]


def _axis(label: Any, scale: str, limits: Limits, name: str) -> Axis:
    if scale not in ("linear", "log"):
        raise ArgumentFault(
            f"{name}scale is 'linear' or 'log', not {scale!r}", blame={f"{name}scale": ""}
        )
    if limits is None:
        return Axis(str(label or ""), scale == "log")
    try:
        low, high = sorted(float(end) for end in limits)
    except (TypeError, ValueError):
        low = high = np.nan
    if not low < high or (scale == "log" and low <= 0):
        raise ArgumentFault(
            f"{name}lim takes two different numbers, the ends of the axis"
            + (", above 0 for a log scale" if scale == "log" else ""),
            blame={f"{name}lim": ""},
        )
    return Axis(str(label or ""), scale == "log", (low, high))
