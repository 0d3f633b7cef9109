"""Trigonometric and hyperbolic functions and their inverses, elementwise; angles in radians."""

from __future__ import annotations

import numpy as np

from tcalc.core.families import FLOAT, elementwise
from tcalc.core.op import op
from tcalc.core.params import Array
from tcalc.ops import choice, compare
from tcalc.ops.exponential import sqrt

_INSIDE = (-0.9, 0.9)


@op(elementwise, kernel=np.sin, result=FLOAT)
def sin(x: Array):
    """Sine of an angle in radians.

    >>> sin([0., pi / 2])
    tensor([0., 1.])
    """
    return np.sin(x)


sin.vjp(x=lambda g, x: g * cos(x).conjugate())


@op(elementwise, kernel=np.cos, result=FLOAT)
def cos(x: Array):
    """Cosine of an angle in radians.

    >>> cos([0., pi])
    tensor([ 1., -1.])
    """
    return np.cos(x)


cos.vjp(x=lambda g, x: -g * sin(x).conjugate())


@op(elementwise, kernel=np.tan, result=FLOAT, domain=(-1.2, 1.2))
def tan(x: Array):
    """Tangent of an angle in radians.

    >>> tan([0., pi / 4])
    tensor([0., 1.])
    """
    return np.tan(x)


tan.vjp(x=lambda g, out: g * (1 + out * out).conjugate())


@op(elementwise, kernel=np.arcsin, result=FLOAT, aliases=("arcsin",), domain=_INSIDE)
def asin(x: Array):
    """Inverse sine, between -pi/2 and pi/2; nan outside [-1, 1].

    >>> asin([0., 1.])
    tensor([0.0000, 1.5708])
    """
    return np.arcsin(x)


asin.vjp(x=lambda g, x: g / sqrt(1 - x * x).conjugate())


@op(elementwise, kernel=np.arccos, result=FLOAT, aliases=("arccos",), domain=_INSIDE)
def acos(x: Array):
    """Inverse cosine, between 0 and pi; nan outside [-1, 1].

    >>> acos([1., 0.])
    tensor([0.0000, 1.5708])
    """
    return np.arccos(x)


acos.vjp(x=lambda g, x: -g / sqrt(1 - x * x).conjugate())


@op(elementwise, kernel=np.arctan, result=FLOAT, aliases=("arctan",))
def atan(x: Array):
    """Inverse tangent, between -pi/2 and pi/2.

    >>> atan([0., 1.])
    tensor([0.0000, 0.7854])
    """
    return np.arctan(x)


atan.vjp(x=lambda g, x: g / (1 + x * x).conjugate())


@op(
    elementwise,
    kernel=np.arctan2,
    result=FLOAT,
    aliases=("arctan2",),
    cases=("A(3, 4, low=0.5, high=2), A(3, 4, low=0.5, high=2)",),
)
def atan2(x: Array, y: Array):
    """Angle of the point with ordinate x and abscissa y, between -pi and pi.

    >>> atan2([1., 0.], [0., -1.])
    tensor([1.5708, 3.1416])
    """
    return np.arctan2(x, y)


def _inverse_square(x, y):
    """1 / (x² + y²), and 0 at the origin, where the angle has no slope."""
    square = x * x + y * y
    return choice.where(compare.eq(square, 0), 0, 1 / square)


atan2.vjp(
    x=lambda g, x, y: g * y * _inverse_square(x, y),
    y=lambda g, x, y: -g * x * _inverse_square(x, y),
)


@op(elementwise, kernel=np.sinh, result=FLOAT)
def sinh(x: Array):
    """Hyperbolic sine.

    >>> sinh([0., 1.])
    tensor([0.0000, 1.1752])
    """
    return np.sinh(x)


sinh.vjp(x=lambda g, x: g * cosh(x).conjugate())


@op(elementwise, kernel=np.cosh, result=FLOAT)
def cosh(x: Array):
    """Hyperbolic cosine.

    >>> cosh([0., 1.])
    tensor([1.0000, 1.5431])
    """
    return np.cosh(x)


cosh.vjp(x=lambda g, x: g * sinh(x).conjugate())


@op(elementwise, kernel=np.tanh, result=FLOAT, paths=("torch.nn.functional.tanh",))
def tanh(x: Array):
    """Hyperbolic tangent.

    >>> tanh([0., 1.])
    tensor([0.0000, 0.7616])
    """
    return np.tanh(x)


tanh.vjp(x=lambda g, out: g * (1 - out * out).conjugate())


@op(elementwise, kernel=np.arcsinh, result=FLOAT, aliases=("arcsinh",))
def asinh(x: Array):
    """Inverse hyperbolic sine.

    >>> asinh([0., 1.])
    tensor([0.0000, 0.8814])
    """
    return np.arcsinh(x)


asinh.vjp(x=lambda g, x: g / sqrt(x * x + 1).conjugate())


@op(elementwise, kernel=np.arccosh, result=FLOAT, aliases=("arccosh",), domain=(1.2, 3))
def acosh(x: Array):
    """Inverse hyperbolic cosine; nan below 1.

    >>> acosh([1., 2.])
    tensor([0.0000, 1.3170])
    """
    return np.arccosh(x)


acosh.vjp(x=lambda g, x: g / sqrt(x * x - 1).conjugate())


@op(elementwise, kernel=np.arctanh, result=FLOAT, aliases=("arctanh",), domain=_INSIDE)
def atanh(x: Array):
    """Inverse hyperbolic tangent; infinite at -1 and 1.

    >>> atanh([0., 0.5])
    tensor([0.0000, 0.5493])
    """
    return np.arctanh(x)


atanh.vjp(x=lambda g, x: g / (1 - x * x).conjugate())
