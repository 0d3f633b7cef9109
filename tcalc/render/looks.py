"""The functions by which a program asks for a picture: `show`, `stats`, `heat` and `image`.

They give a value, which is shown where the statement ends, printed by `print`, and so on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tcalc.core.tensor import Tensor
from tcalc.files.arrays import array_of
from tcalc.files.namespace import DataNamespace
from tcalc.lang import runtime
from tcalc.render.contents import Contents, contents
from tcalc.render.drawing import Picture
from tcalc.render.heading import Subject


def show(x: Any, full: bool = False) -> Picture:
    """show(x, full=False): x as a grid; full=True leaves no element out.

    x is a tensor, an array of NumPy's, a number or nested lists of numbers. The picture is what a
    terminal shows of a tensor anyway; it is the same in a pipe or under another output format.
    """
    from tcalc.render.tensor_view import TensorView

    return TensorView(_subject(x), full=bool(full))


def stats(x: Any) -> Picture | Contents:
    """stats(x): quartiles, mean, spread, counts and histogram of x; of several tensors a table.

    Of complex numbers the sizes are described. Of a very large tensor a part is read; the picture
    says so. A file's or a dict's members have a line each: shape, bytes, range, mean and spread.
    """
    if isinstance(x, Mapping | DataNamespace) or (
        isinstance(x, list | tuple) and any(isinstance(item, Tensor) for item in x)
    ):
        return contents(x)
    from tcalc.render.stats_view import StatsView

    return StatsView(_subject(x))


def heat(x: Any) -> Picture:
    """heat(x): x as a heat map, a colour for each element.

    Numbers of both signs have a scale that is symmetric about zero. It ends at three standard
    deviations; what is beyond is marked and counted. Stacks of matrices are panels.
    """
    from tcalc.render.heat_map import HeatMap

    return HeatMap(_subject(x))


def image(x: Any) -> Picture:
    """image(x): x as a picture, [H, W], [3, H, W] or [H, W, 3], or a batch of those.

    Integers count from 0 to 255, floats from 0 to 1. One channel is grey, a fourth is opacity.
    Raises ShapeError for what is no picture.
    """
    from tcalc.render.image_view import ImageView

    return ImageView.of(_subject(x))


def _subject(x: Any) -> Subject:
    """What to draw; with the name that the session has for it, if it has one."""
    if isinstance(x, Tensor | np.ndarray):
        return Subject.of(x, _name(x))
    return Subject.of(Tensor(array_of(x)))


def _name(x: object) -> str | None:
    try:
        session = runtime.session()
    except LookupError:  # called from Python
        return None
    return next((name for name in session.names() if session[name] is x), None)
