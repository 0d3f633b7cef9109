"""Special functions, elementwise: error functions, the normal distribution, logarithms.

Values come from scipy, which is imported when one of them is first used.
"""

from __future__ import annotations

import math

import numpy as np

from tcalc.core.families import FLOAT, elementwise
from tcalc.core.op import op
from tcalc.core.params import Array, Scalar
from tcalc.ops import choice, compare, exponential
from tcalc.ops.floating import require, summing

_S = "torch.special."
_TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)
_BELL = 1 / math.sqrt(2 * math.pi)  # the height of the normal distribution
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


@op(elementwise, result=FLOAT, paths=(_S + "sinc",))
def sinc(x: Array):
    """sin(pi x) / (pi x), and 1 at 0.

    >>> sinc([0., 0.5])
    tensor([1.0000, 0.6366])
    """
    return np.sinc(x.astype(summing(x.dtype), copy=False))


def _sinc_slope(g, x, out):
    from tcalc.ops.trigonometric import cos

    zero = compare.eq(x, 0)
    safe = choice.where(zero, 1, x)
    return g * choice.where(zero, 0, (cos(math.pi * x) - out) / safe).conjugate()


sinc.vjp(x=_sinc_slope)


@op(elementwise, result=FLOAT, paths=(_S + "logit",), domain=(0.1, 0.9))
def logit(x: Array, eps: Scalar = None):
    """log(x / (1 - x)): the inverse of sigmoid; with eps, x is held within [eps, 1 - eps].

    >>> logit([0.5, 0.8808])
    tensor([0.0000, 2.0000])
    """
    if eps is not None:
        x = np.clip(x, eps, 1 - eps)
    return np.log(x / (1 - x))


def _logit_slope(g, x, eps):
    slope = 1 / (x * (1 - x))
    if eps is None:
        inside = compare.logical_and(compare.ge(x, 0), compare.le(x, 1))
        return g * choice.where(inside, slope, math.nan)
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
    if x.dtype.kind == "c":
        top = np.maximum(x.real, y.real)
        return np.log(np.exp(x - top) + np.exp(y - top)) + top
    return np.logaddexp(x, y)


@op(elementwise, cases=("A(3, 4), A(3, 4)",))
def logaddexp2(x: Array, y: Array):
    """log2(2^x + 2^y), without overflow.

    >>> logaddexp2([3.], [3.])
    tensor([4.])
    """
    require(x, "logaddexp2_cpu")
    return np.logaddexp2(x, y)


logaddexp2.vjp(
    x=lambda g, x, y: g / (1 + exponential.exp2(y - x)),
    y=lambda g, x, y: g / (1 + exponential.exp2(x - y)),
)

logaddexp.vjp(
    x=lambda g, x, out: g * exponential.exp(x - out).conjugate(),
    y=lambda g, y, out: g * exponential.exp(y - out).conjugate(),
)


@op(
    elementwise,
    result=FLOAT,
    paths=(_S + "xlog1py",),
    bare=False,
    method=False,
    cases=("A(3, 4), A(3, 4, low=-0.7, high=3)",),
)
def xlog1py(x: Array, y: Array):
    """x * log(1 + y), and 0 where x is 0.

    >>> torch.special.xlog1py([0., 2.], [-1., 1.718281828])
    tensor([0., 2.])
    """
    quiet = (x == 0) & ~np.isnan(y)
    return np.where(quiet, 0, x * np.log1p(np.where(quiet, 1, y)))


xlog1py.vjp(
    x=lambda g, x, y: choice.where(
        compare.logical_and(compare.eq(x, 0), compare.le(y, -1)), 0, g * exponential.log1p(y)
    ),
    y=lambda g, x, y: g * x / (y + 1),
)


@op(elementwise, result=FLOAT, paths=(_S + "entr",), bare=False, method=False, domain=_POSITIVE)
def entr(x: Array):
    """-x * log(x): 0 at 0, -inf below.

    >>> torch.special.entr([0., 0.5])
    tensor([0.0000, 0.3466])
    """
    from scipy import special

    return special.entr(x)


entr.vjp(x=lambda g, x: g * (-exponential.log(x) - 1))


@op(elementwise, result=FLOAT, paths=(_S + "ndtr",), bare=False, method=False)
def ndtr(x: Array):
    """The normal distribution's weight below x.

    >>> torch.special.ndtr([0., 1.])
    tensor([0.5000, 0.8413])
    """
    from scipy import special

    return special.ndtr(x)


ndtr.vjp(x=lambda g, x: g * (exponential.exp(x * x * -0.5) * _BELL))


@op(elementwise, result=FLOAT, paths=(_S + "ndtri",), bare=False, method=False, domain=(0.1, 0.9))
def ndtri(x: Array):
    """The inverse of ndtr, on (0, 1).

    >>> torch.special.ndtri([0.5, 0.8413])
    tensor([0.0000, 0.9998])
    """
    from scipy import special

    return special.ndtri(x)


ndtri.vjp(x=lambda g, out: g * (exponential.exp(out * out * 0.5) / _BELL))


@op(elementwise, result=FLOAT, paths=(_S + "log_ndtr",), bare=False, method=False)
def log_ndtr(x: Array):
    """log of ndtr, without losing digits where that is small.

    >>> torch.special.log_ndtr([0., -10.])
    tensor([ -0.6931, -53.2313])
    """
    from scipy import special

    return special.log_ndtr(x)


log_ndtr.vjp(x=lambda g, x, out: g * (exponential.exp(x * x * -0.5 - out) * _BELL))


@op(elementwise, result=FLOAT, paths=(_S + "erfcx",), bare=False, method=False)
def erfcx(x: Array):
    """exp(x^2) * erfc(x), without overflow.

    >>> torch.special.erfcx([0., 100.])
    tensor([1.0000, 0.0056])
    """
    from scipy import special

    return special.erfcx(x)


erfcx.vjp(x=lambda g, x, out: g * (2 * x * out - _TWO_OVER_ROOT_PI))
