"""Bessel functions, elementwise: J and Y, and the modified I and K.

Values come from scipy, which is imported when one of them is first used.
"""

from __future__ import annotations

from tcalc.core.families import FLOAT, elementwise
from tcalc.core.op import op
from tcalc.core.params import Array
from tcalc.ops import arithmetic, choice, compare

_S = "torch.special."
_POSITIVE = (0.3, 4.0)


@op(elementwise, result=FLOAT, paths=(_S + "i0", _S + "modified_bessel_i0"))
def i0(x: Array):
    """Modified Bessel function of the first kind, order 0.

    >>> i0([0., 1.])
    tensor([1.0000, 1.2661])
    """
    from scipy import special

    return special.i0(x)


i0.vjp(x=lambda g, x: g * i1(x))


@op(
    elementwise,
    result=FLOAT,
    paths=(_S + "i1", _S + "modified_bessel_i1"),
    bare=False,
    method=False,
)
def i1(x: Array):
    """Modified Bessel function of the first kind, order 1.

    >>> torch.special.i1(tensor([0., 1.]))
    tensor([0.0000, 0.5652])
    """
    from scipy import special

    return special.i1(x)


def _i1_slope(g, x, out):
    """I0 - I1 / x, and 1/2 at 0."""
    zero = compare.eq(x, 0)
    return g * choice.where(zero, 0.5, i0(x) - out / choice.where(zero, 1, x))


i1.vjp(x=_i1_slope)


@op(elementwise, result=FLOAT, paths=(_S + "i0e",), bare=False, method=False)
def i0e(x: Array):
    """exp(-|x|) * i0(x), without overflow.

    >>> torch.special.i0e([0., 1.])
    tensor([1.0000, 0.4658])
    """
    from scipy import special

    return special.i0e(x)


i0e.vjp(x=lambda g, x, out: g * (i1e(x) - arithmetic.sgn(x) * out))


@op(elementwise, result=FLOAT, paths=(_S + "i1e",), bare=False, method=False)
def i1e(x: Array):
    """exp(-|x|) * i1(x), without overflow.

    >>> torch.special.i1e([0., 1.])
    tensor([0.0000, 0.2079])
    """
    from scipy import special

    return special.i1e(x)


def _i1e_slope(g, x, out):
    zero = compare.eq(x, 0)
    slope = i0e(x) - out * (arithmetic.sgn(x) + 1 / choice.where(zero, 1, x))
    return g * choice.where(zero, 0.5, slope)


i1e.vjp(x=_i1e_slope)


@op(
    elementwise,
    result=FLOAT,
    name="bessel_j0",
    paths=(_S + "bessel_j0",),
    bare=False,
    method=False,
)
def j0(x: Array):
    """Bessel function of the first kind, order 0.

    >>> torch.special.bessel_j0([0., 1.])
    tensor([1.0000, 0.7652])
    """
    from scipy import special

    return special.j0(x)


j0.vjp(x=lambda g, x: g * -j1(x))


@op(
    elementwise,
    result=FLOAT,
    name="bessel_j1",
    paths=(_S + "bessel_j1",),
    bare=False,
    method=False,
)
def j1(x: Array):
    """Bessel function of the first kind, order 1.

    >>> torch.special.bessel_j1([0., 1.])
    tensor([0.0000, 0.4401])
    """
    from scipy import special

    return special.j1(x)


def _j1_slope(g, x, out):
    """J0 - J1 / x, and 1/2 at 0."""
    zero = compare.eq(x, 0)
    return g * choice.where(zero, 0.5, j0(x) - out / choice.where(zero, 1, x))


j1.vjp(x=_j1_slope)


@op(
    elementwise,
    result=FLOAT,
    name="bessel_y0",
    paths=(_S + "bessel_y0",),
    bare=False,
    method=False,
    domain=_POSITIVE,
)
def y0(x: Array):
    """Bessel function of the second kind, order 0.

    >>> torch.special.bessel_y0([1., 2.])
    tensor([0.0883, 0.5104])
    """
    from scipy import special

    return special.y0(x)


y0.vjp(x=lambda g, x: g * -y1(x))


@op(
    elementwise,
    result=FLOAT,
    name="bessel_y1",
    paths=(_S + "bessel_y1",),
    bare=False,
    method=False,
    domain=_POSITIVE,
)
def y1(x: Array):
    """Bessel function of the second kind, order 1.

    >>> torch.special.bessel_y1([1., 2.])
    tensor([-0.7812, -0.1070])
    """
    from scipy import special

    return special.y1(x)


y1.vjp(x=lambda g, x, out: g * (y0(x) - out / x))


@op(
    elementwise,
    result=FLOAT,
    name="modified_bessel_k0",
    paths=(_S + "modified_bessel_k0",),
    bare=False,
    method=False,
    domain=_POSITIVE,
)
def k0(x: Array):
    """Modified Bessel function of the second kind, order 0.

    >>> torch.special.modified_bessel_k0([1., 2.])
    tensor([0.4210, 0.1139])
    """
    from scipy import special

    return special.k0(x)


k0.vjp(x=lambda g, x: g * -k1(x))


@op(
    elementwise,
    result=FLOAT,
    name="modified_bessel_k1",
    paths=(_S + "modified_bessel_k1",),
    bare=False,
    method=False,
    domain=_POSITIVE,
)
def k1(x: Array):
    """Modified Bessel function of the second kind, order 1.

    >>> torch.special.modified_bessel_k1([1., 2.])
    tensor([0.6019, 0.1399])
    """
    from scipy import special

    return special.k1(x)


k1.vjp(x=lambda g, x, out: g * -(k0(x) + out / x))
