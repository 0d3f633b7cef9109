"""A heat map as an image file: a pixel, or a square of them, for each element."""

from __future__ import annotations

from math import ceil, prod, sqrt

import numpy as np

from tcalc import files
from tcalc.core.dtypes import Array
from tcalc.errors import ArgumentFault
from tcalc.render.brush import ColorBrush
from tcalc.render.scale import Scale, cells_of, scale_of

MOST = 2048  # cells along a side; a larger matrix is reduced to means
SIDE = 512  # pixels that a smaller one is enlarged to, about
MOST_PANELS = 64
GAP = 1  # cells between panels, in the colour of the background
BACKGROUND = 255


def save(array: Array, path: str) -> None:
    """Write the colours of `array`'s elements to a PNG file, the matrices of a stack as panels.

    Raises ArgumentFault if there are no elements, RuntimeFault without Pillow or where the file
    cannot be written.
    """
    if not array.size:
        raise ArgumentFault(
            f"a heat map of shape {list(array.shape)} has no cells", blame={"x": ""}
        )
    files.save(_enlarged(_panels(array)), path, format="png")


def _panels(array: Array) -> Array:
    """The cells of one matrix, or of several in rows and columns: (height, width, 3)."""
    rows, columns = (1, 1, *array.shape)[-2:]
    number = min(prod(array.shape[:-2]), MOST_PANELS)
    matrices = [array]
    if number > 1:
        matrices = [array[np.unravel_index(i, array.shape[:-2])] for i in range(number)]
    values = [cells_of(m.reshape(rows, columns), MOST, MOST).values for m in matrices]
    scale = Scale(0, 1) if array.dtype.kind == "b" else scale_of(np.stack(values))
    brush = ColorBrush(scale, ascii_only=False)
    across = ceil(sqrt(number))
    painted = [brush.colors(each) for each in values]
    painted += [np.full_like(painted[0], BACKGROUND)] * (-number % across)
    shelves = [_beside(painted[i : i + across], 1) for i in range(0, len(painted), across)]
    return _beside(shelves, 0)


def _beside(parts: list[Array], axis: int) -> Array:
    """Parts along an axis, with gaps between them."""
    shape = list(parts[0].shape)
    shape[axis] = GAP
    gap = np.full(shape, BACKGROUND, np.uint8)
    joined = [piece for part in parts for piece in (gap, part)]
    return np.concatenate(joined[1:], axis=axis)


def _enlarged(colors: Array) -> Array:
    times = max(1, SIDE // max(colors.shape[:2]))
    return colors.repeat(times, axis=0).repeat(times, axis=1)
