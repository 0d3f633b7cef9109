"""The gamma function's logarithm and derivatives, its incomplete forms, and zeta; elementwise.

Values come from scipy, which is imported when one of them is first used.
"""

from __future__ import annotations

import math

import numpy as np

from tcalc import limits
from tcalc.core.families import FLOAT, composite, elementwise
from tcalc.core.op import op
from tcalc.core.params import Array, Int
from tcalc.errors import ArgumentFault
from tcalc.ops import exponential, floating

_S = "torch.special."
_POSITIVE = (0.3, 4.0)


@op(elementwise, result=FLOAT, paths=(_S + "gammaln",), domain=_POSITIVE)
def lgamma(x: Array):
    """log of the gamma function's size.

    >>> lgamma([1., 5.])
    tensor([0.0000, 3.1781])
    """
    from scipy import special

    return np.where(np.isneginf(x), np.inf, special.gammaln(x))


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
    """The n-th derivative of digamma."""
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


@op(
    composite,
    paths=(_S + "multigammaln",),
    cases=("A(3, low=2, high=4), 2",),
)
def mvlgamma(x: Array, p: Int):
    """log of the multivariate gamma function of p dimensions.

    >>> mvlgamma([3., 4.], 2)
    tensor([1.5502, 3.5651])
    """
    if p < 1:
        raise ArgumentFault("p has to be greater than or equal to 1", blame={"p": ""})
    limits.check_bytes(p * (x.array.nbytes + 500), f"the {p} terms of mvlgamma")
    parts = [lgamma(x - i / 2) for i in range(p)]
    total = p * (p - 1) / 4 * math.log(math.pi)
    for part in parts:
        total = part + total
    return total


@op(
    elementwise,
    paths=(_S + "gammainc",),
    in_place=False,
    cases=("I(3, 4, low=1, high=3), A(3, 4, low=0.5, high=3)",),
)
def igamma(x: Array, y: Array):
    """The lower incomplete gamma function of order x at y, as a share of the whole.

    >>> torch.special.gammainc([1.], [2.])
    tensor([0.8647])
    """
    from scipy import special

    floating.require(x, "igamma_cpu")
    return special.gammainc(x, y)


@op(
    elementwise,
    paths=(_S + "gammaincc",),
    in_place=False,
    cases=("I(3, 4, low=1, high=3), A(3, 4, low=0.5, high=3)",),
)
def igammac(x: Array, y: Array):
    """The upper incomplete gamma function of order x at y, as a share of the whole.

    >>> torch.special.gammaincc([1.], [2.])
    tensor([0.1353])
    """
    from scipy import special

    floating.require(x, "igammac_cpu")
    return special.gammaincc(x, y)


def _density(x, y):
    """The slope in y; the one in x has no formula."""
    return exponential.exp(exponential.log(y) * (x - 1) - y - lgamma(x))


igamma.vjp(y=lambda g, x, y: g * _density(x, y))
igammac.vjp(y=lambda g, x, y: g * -_density(x, y))


@op(
    elementwise,
    result=FLOAT,
    paths=(_S + "zeta",),
    bare=False,
    method=False,
    cases=("I(3, 4, low=2, high=4), A(3, 4, low=1, high=3)",),
)
def zeta(x: Array, y: Array):
    """Hurwitz's zeta function: the sum of 1 / (k + y)^x over all k from 0 on.

    >>> torch.special.zeta([2.], [1.])
    tensor([1.6449])
    """
    from scipy import special

    return special.zeta(x, y)


zeta.vjp(y=lambda g, x, y: g * -x * zeta(x + 1, y))
