"""The order of elements reversed, rotated or rolled along dimensions; all copy."""

from __future__ import annotations

import numpy as np

from tcalc.core.families import shape
from tcalc.core.op import op
from tcalc.core.params import Array, Axes, Data, Int, normalise_axis


@op(shape, cases=("A(3, 4), 0", "A(2, 3, 4), (0, 2)", "A(2, 3, 4), 0, 1"))
def flip(x: Array, *dims: Int):
    """The order of elements reversed along `dims`; a copy.

    >>> flip([1, 2, 3], 0)
    tensor([3, 2, 1])
    """
    axes = tuple(normalise_axis(d, x.ndim) for d in dims)
    return np.flip(x, axes).copy()


flip.vjp(x=lambda g, dims: flip(g, dims))


@op(shape, cases=("A(5), 2", "A(3, 4), 1, 0", "A(3, 4), (1, 2), (0, 1)"))
def roll(x: Array, shifts: Data, dims: Axes = None):
    """Elements moved by `shifts` places along `dims`, those that fall off coming in again.

    >>> roll([1, 2, 3, 4], 1)
    tensor([4, 1, 2, 3])
    """
    return _rolled(x, shifts, dims)


def _rolled(x: Array, shifts, dims) -> Array:
    if isinstance(shifts, int) and len(dims) != 1:
        return np.roll(x, shifts)
    return np.roll(x, shifts if isinstance(shifts, int) else tuple(shifts), dims)


def _unroll(g, shifts, dims):
    back = -shifts if isinstance(shifts, int) else tuple(-s for s in shifts)
    return roll(g, back, dims)


roll.vjp(x=_unroll)
