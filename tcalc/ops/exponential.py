"""Exponentials, logarithms and roots, elementwise."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from tcalc.core.families import FLOAT, elementwise
from tcalc.core.op import op
from tcalc.core.params import Array

_LN2 = math.log(2)
_LN10 = math.log(10)
_POSITIVE = (0.2, 4.0)
_SMALL = 8192  # elements for which a copy in double is cheaper than going through a buffer


def _in_double(kernel: np.ufunc) -> Callable[..., Array]:
    """`kernel` with the last digit right in float32 too, where NumPy's own may miss it."""

    def through_double(x: Array, out: Array = None) -> Array:
        if x.dtype != np.float32:
            return kernel(x, out=out)
        if out is None and x.size < _SMALL:
            return kernel(x.astype(np.float64)).astype(np.float32)
        out = np.empty_like(x) if out is None else out
        return kernel(x, dtype=np.float64, out=out, casting="same_kind")

    return through_double


_exp = _in_double(np.exp)
_log10 = _in_double(np.log10)


@op(elementwise, kernel=_exp, result=FLOAT)
def exp(x: Array):
    """e to the power x, elementwise.

    >>> exp([0., 1.])
    tensor([1.0000, 2.7183])
    """
    return _exp(x)


exp.vjp(x=lambda g, out: g * out.conjugate())


@op(elementwise, kernel=np.exp2, result=FLOAT, paths=("torch.special.exp2",))
def exp2(x: Array):
    """2 to the power x, elementwise.

    >>> exp2([0., 3.])
    tensor([1., 8.])
    """
    return np.exp2(x)


exp2.vjp(x=lambda g, out: g * (out * _LN2).conjugate())


@op(elementwise, kernel=np.expm1, result=FLOAT, paths=("torch.special.expm1",))
def expm1(x: Array):
    """exp(x) - 1 without losing digits near 0.

    >>> expm1([0., 1.])
    tensor([0.0000, 1.7183])
    """
    return np.expm1(x)


expm1.vjp(x=lambda g, out: g * (out + 1).conjugate())


@op(elementwise, kernel=np.log, result=FLOAT, domain=_POSITIVE)
def log(x: Array):
    """Natural logarithm; -inf at 0, nan below.

    >>> log([1., 2.7182818])
    tensor([0., 1.])
    """
    return np.log(x)


log.vjp(x=lambda g, x: g / x.conjugate())


@op(elementwise, kernel=np.log2, result=FLOAT, domain=_POSITIVE)
def log2(x: Array):
    """Logarithm to base 2.

    >>> log2([1., 8.])
    tensor([0., 3.])
    """
    return np.log2(x)


log2.vjp(x=lambda g, x: g / (x * _LN2).conjugate())


@op(elementwise, kernel=_log10, result=FLOAT, domain=_POSITIVE)
def log10(x: Array):
    """Logarithm to base 10.

    >>> log10([1., 1000.])
    tensor([0., 3.])
    """
    return _log10(x)


log10.vjp(x=lambda g, x: g / (x * _LN10).conjugate())


@op(
    elementwise,
    kernel=np.log1p,
    result=FLOAT,
    domain=(-0.5, 3),
    paths=("torch.special.log1p",),
)
def log1p(x: Array):
    """log(1 + x) without losing digits near 0.

    >>> log1p([0., 1.])
    tensor([0.0000, 0.6931])
    """
    return np.log1p(x)


log1p.vjp(x=lambda g, x: g / (x + 1).conjugate())


@op(elementwise, kernel=np.sqrt, result=FLOAT, domain=_POSITIVE)
def sqrt(x: Array):
    """Square root; nan below 0. Its gradient at 0 is inf.

    >>> sqrt([0., 4., 9.])
    tensor([0., 2., 3.])
    """
    return np.sqrt(x)


sqrt.vjp(x=lambda g, out: g / (2 * out.conjugate()))


@op(elementwise, result=FLOAT, domain=_POSITIVE)
def rsqrt(x: Array):
    """1 / sqrt(x), elementwise.

    >>> rsqrt([1., 4.])
    tensor([1.0000, 0.5000])
    """
    return 1 / np.sqrt(x)


rsqrt.vjp(x=lambda g, out: g * (-0.5 * out * out * out).conjugate())
