"""Special functions, elementwise: error functions, gamma functions, Bessel functions and kin.

Values come from scipy, which is imported when one of them is first used.
"""

from __future__ import annotations

import math

import numpy as np

from tcalc.core.families import FLOAT, composite, elementwise
from tcalc.core.op import op
from tcalc.core.params import Array, Int, Scalar
from tcalc.errors import ArgumentFault
from tcalc.ops import activation, arithmetic, choice, compare, exponential

_S = "torch.special."
_TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)
_POSITIVE = (0.3, 4.0)


@op(elementwise, result=FLOAT, paths=(_S + "erf",))
def erf(x: Array):
    """Error function: the normal distribution's weight within sqrt(2) x of the mean.

    >>> erf([0., 1.])
    tensor([0.0000, 0.8427])
    """
    from scipy import special

    return special.erf(x)


erf.vjp(x=lambda g, x: g * (_TWO_OVER_ROOT_PI * exponential.exp(-x * x)))


@op(elementwise, result=FLOAT, paths=(_S + "erfc",))
def erfc(x: Array):
    """1 - erf(x), without losing digits where that is small.

    >>> erfc([0., 1.])
    tensor([1.0000, 0.1573])
    """
    from scipy import special

    return special.erfc(x)


erfc.vjp(x=lambda g, x: g * (-_TWO_OVER_ROOT_PI * exponential.exp(-x * x)))


@op(elementwise, result=FLOAT, paths=(_S + "erfinv",), domain=(-0.9, 0.9))
def erfinv(x: Array):
    """The inverse of erf, on (-1, 1).

    >>> erfinv([0., 0.5])
    tensor([0.0000, 0.4769])
    """
    from scipy import special

    return special.erfinv(x)


erfinv.vjp(x=lambda g, out: g * (exponential.exp(out * out) / _TWO_OVER_ROOT_PI))


@op(elementwise, result=FLOAT, paths=(_S + "gammaln",), domain=_POSITIVE)
def lgamma(x: Array):
    """log of the gamma function's size.

    >>> lgamma([1., 5.])
    tensor([0.0000, 3.1781])
    """
    from scipy import special

    return special.gammaln(x)


lgamma.vjp(x=lambda g, x: g * digamma(x))


@op(elementwise, result=FLOAT, paths=(_S + "digamma", _S + "psi"), domain=_POSITIVE)
def digamma(x: Array):
    """The derivative of lgamma.

    >>> digamma([1., 2.])
    tensor([-0.5772,  0.4228])
    """
    from scipy import special

    return special.digamma(x)


digamma.vjp(x=lambda g, x: g * _polygamma(x, 1))


@op(elementwise, result=FLOAT, name="_polygamma", bare=False, method=False, cases=())
def _polygamma(x: Array, n: Int):
    from scipy import special

    return special.polygamma(n, x)


_polygamma.vjp(x=lambda g, x, n: g * _polygamma(x, n + 1))


@op(composite, paths=(_S + "polygamma",), method=False, cases=("1, A(3, low=0.5, high=3)",))
def polygamma(n: Int, x: Array):
    """The n-th derivative of digamma.

    >>> polygamma(1, [1., 2.])
    tensor([1.6449, 0.6449])
    """
    if n < 0:
        raise ArgumentFault("polygamma(n, x) does not support negative n.", blame={"n": ""})
    return _polygamma(x, n)


@op(elementwise, result=FLOAT, paths=(_S + "i0",))
def i0(x: Array):
    """Modified Bessel function of the first kind, order 0.

    >>> i0([0., 1.])
    tensor([1.0000, 1.2661])
    """
    from scipy import special

    return special.i0(x)


i0.vjp(x=lambda g, x: g * i1(x))


@op(elementwise, result=FLOAT, paths=(_S + "i1",), bare=False, method=False)
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


@op(elementwise, result=FLOAT, paths=(_S + "sinc",))
def sinc(x: Array):
    """sin(pi x) / (pi x), and 1 at 0.

    >>> sinc([0., 0.5])
    tensor([1.0000, 0.6366])
    """
    return np.sinc(x)


def _sinc_slope(g, x, out):
    from tcalc.ops.trigonometric import cos

    zero = compare.eq(x, 0)
    safe = choice.where(zero, 1, x)
    return g * choice.where(zero, 0, (cos(math.pi * x) - out) / safe)


sinc.vjp(x=_sinc_slope)


@op(elementwise, result=FLOAT, paths=(_S + "logit",), domain=(0.1, 0.9))
def logit(x: Array, eps: Scalar = None):
    """log(x / (1 - x)): the inverse of sigmoid; with eps, x is held within [eps, 1 - eps].

    >>> logit([0.5, 0.8808])
    tensor([0.0000, 2.0001])
    """
    if eps is not None:
        x = np.clip(x, eps, 1 - eps)
    return np.log(x / (1 - x))


def _logit_slope(g, x, eps):
    slope = 1 / (x * (1 - x))
    if eps is None:
        return g * slope
    inside = compare.logical_and(compare.ge(x, eps), compare.le(x, 1 - eps))
    return g * choice.where(inside, slope, 0)


logit.vjp(x=_logit_slope)


@op(elementwise, result=FLOAT, paths=(_S + "xlogy",), cases=("A(3, 4), A(3, 4, low=0.3, high=3)",))
def xlogy(x: Array, y: Array):
    """x * log(y), and 0 where x is 0.

    >>> xlogy([0., 2.], [0., 2.718281828])
    tensor([0., 2.])
    """
    quiet = (x == 0) & ~np.isnan(y)
    return np.where(quiet, 0, x * np.log(np.where(quiet, 1, y)))


xlogy.vjp(
    x=lambda g, x, y: choice.where(
        compare.logical_and(compare.eq(x, 0), compare.le(y, 0)), 0, g * exponential.log(y)
    ),
    y=lambda g, x, y: g * x / y,
)


@op(elementwise, result=FLOAT, cases=("A(3, 4), A(3, 4)",), paths=(_S + "logaddexp",))
def logaddexp(x: Array, y: Array):
    """log(exp(x) + exp(y)), without overflow.

    >>> logaddexp([0.], [0.])
    tensor([0.6931])
    """
    return np.logaddexp(x, y)


logaddexp.vjp(
    x=lambda g, x, y: g * activation.sigmoid(x - y),
    y=lambda g, x, y: g * activation.sigmoid(y - x),
)


@op(elementwise, result=FLOAT, cases=("A(3, 4), A(3, 4)",))
def hypot(x: Array, y: Array):
    """sqrt(x^2 + y^2), without overflow.

    >>> hypot([3.], [4.])
    tensor([5.])
    """
    return np.hypot(x, y)


hypot.vjp(x=lambda g, x, out: g * (x / out), y=lambda g, y, out: g * (y / out))


@op(elementwise, result=FLOAT, cases=("A(3, 4), A(3, 4)",))
def copysign(x: Array, y: Array):
    """The size of x with the sign of y.

    >>> copysign([1., 2.], [-1., 1.])
    tensor([-1.,  2.])
    """
    return np.copysign(x, y)


copysign.vjp(x=lambda g, x, out: g * arithmetic.sgn(x) * arithmetic.sgn(out), y=lambda g: g * 0)


@op(elementwise, result=FLOAT)
def deg2rad(x: Array):
    """Degrees as radians.

    >>> deg2rad([180.])
    tensor([3.1416])
    """
    return x * (math.pi / 180)


deg2rad.vjp(x=lambda g: g * (math.pi / 180))


@op(elementwise, result=FLOAT)
def rad2deg(x: Array):
    """Radians as degrees.

    >>> rad2deg([pi])
    tensor([180.])
    """
    return x * (180 / math.pi)


rad2deg.vjp(x=lambda g: g * (180 / math.pi))


@op(elementwise, in_place=False, cases=("A(3, 4), A(3, 4)",))
def heaviside(x: Array, values: Array):
    """0 below zero, 1 above, and `values` at zero.

    >>> heaviside([-1., 0., 2.], 0.5)
    tensor([0.0000, 0.5000, 1.0000])
    """
    return np.where(x == 0, values, (x > 0).astype(x.dtype))


@op(elementwise, cases=("I(3, 4), I(3, 4)",))
def gcd(x: Array, y: Array):
    """The greatest common divisor of integers.

    >>> gcd([12, 18], 8)
    tensor([4, 2])
    """
    return np.gcd(x, y)


@op(elementwise, cases=("I(3, 4), I(3, 4)",))
def lcm(x: Array, y: Array):
    """The least common multiple of integers.

    >>> lcm([4, 6], 10)
    tensor([20, 30])
    """
    return np.lcm(x, y)


@op(elementwise, cases=("A(3, 4), A(3, 4)",))
def nextafter(x: Array, y: Array):
    """The next float after x on the way to y.

    >>> nextafter([1.], [2.]) > 1
    tensor([True])
    """
    return np.nextafter(x, y)


@op(composite, cases=("A(3, 4), I(3, 4)",))
def ldexp(x: Array, other: Array):
    """x times 2 to the power `other`.

    >>> ldexp([1., 3.], [1, 2])
    tensor([ 2., 12.])
    """
    return x * exponential.exp2(other.float() if hasattr(other, "float") else float(other))


@op(composite, cases=("A(3, low=0.3, high=2), 2",))
def float_power(x: Array, exponent: Array):
    """x to the power `exponent`, computed in double precision.

    >>> float_power([2, 3], 2)
    tensor([4., 9.], dtype=torch.float64)
    """
    return x.double() ** exponent


@op(composite, cases=("A(3, 4), A(3, 4), A(3, 4), value=0.5",))
def addcmul(x: Array, tensor1: Array, tensor2: Array, *, value: Scalar = 1):
    """x + value * tensor1 * tensor2.

    >>> addcmul([1.], [2.], [3.])
    tensor([7.])
    """
    return x + (tensor1 * tensor2) * value


@op(composite, cases=("A(3, 4), A(3, 4), A(3, 4, low=0.5, high=2), value=0.5",))
def addcdiv(x: Array, tensor1: Array, tensor2: Array, *, value: Scalar = 1):
    """x + value * tensor1 / tensor2.

    >>> addcdiv([1.], [6.], [3.])
    tensor([3.])
    """
    return x + (tensor1 / tensor2) * value
