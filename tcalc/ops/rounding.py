"""Rounding, elementwise. Gradients are zero, but for `frac`."""

from __future__ import annotations

import numpy as np

from tcalc.core.families import elementwise
from tcalc.core.op import op
from tcalc.core.params import Array, Int
from tcalc.ops import choice, compare
from tcalc.ops.floating import require


@op(elementwise)
def floor(x: Array):
    """The largest integer not above x; integers stay as they are.

    >>> floor([-1.5, 1.5])
    tensor([-2.,  1.])
    """
    compare.refuse_complex(x, "floor")
    require(x, "floor_vml_cpu", "iuf")
    return np.floor(x)


floor.vjp(x=choice.stopped)


@op(elementwise)
def ceil(x: Array):
    """The smallest integer not below x; integers stay as they are.

    >>> ceil([-1.5, 1.5])
    tensor([-1.,  2.])
    """
    compare.refuse_complex(x, "ceil")
    require(x, "ceil_vml_cpu", "iuf")
    return np.ceil(x)


ceil.vjp(x=choice.stopped)


@op(
    elementwise,
    paths=("torch.special.round",),
    node=lambda decimals: f"RoundBackward{int(decimals != 0)}",
    cases=("A(3, 4)", "A(3, 4), decimals=1"),
)
def round(x: Array, *, decimals: Int = 0):
    """x to the nearest integer, or to `decimals` places; halves go to the even neighbour.

    >>> round([0.5, 1.5, 2.4])
    tensor([0., 2., 2.])
    """
    compare.refuse_complex(x, "round")
    require(x, "round_vml_cpu", "iuf")
    return np.round(x, decimals)


round.vjp(x=choice.stopped)


@op(elementwise, aliases=("fix",))
def trunc(x: Array):
    """x without its fraction: rounded towards zero.

    >>> trunc([-1.5, 1.5])
    tensor([-1.,  1.])
    """
    compare.refuse_complex(x, "trunc")
    require(x, "trunc_vml_cpu", "iuf")
    return np.trunc(x)


trunc.vjp(x=choice.stopped)


@op(elementwise)
def frac(x: Array):
    """The fraction of x, with its sign: x - trunc(x).

    >>> frac([-1.5, 1.25])
    tensor([-0.5000,  0.2500])
    """
    require(x, "frac_cpu")
    return x - np.trunc(x)


frac.vjp(x=lambda g: g)
