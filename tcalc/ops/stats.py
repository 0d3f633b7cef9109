"""Statistics: variance and standard deviation."""

from __future__ import annotations

import numpy as np

from tcalc.core.families import composite, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Axes, Flag, Scalar
from tcalc.core.tensor import count, describe
from tcalc.errors import DTypeError
from tcalc.ops import choice, compare, reduce

_CASES = ("A(3, 4)", "A(3, 4), 1", "A(2, 3, 4), (0, 2), keepdim=True", "A(5), 0, correction=0")


def _freedom(x_shape, dim, correction, unbiased) -> float:
    """What the sum of squares is divided by."""
    if unbiased is not None:
        correction = int(unbiased)
    n = count(tuple(x_shape[i] for i in dim))
    return n - correction if n > correction else 0.0


def _variance(x: Array, dim, correction, keepdim, unbiased, name: str) -> Array:
    if x.dtype.kind in "biu":
        raise DTypeError(
            "std and var only support floating point and complex dtypes",
            blame={"x": describe(x)},
            helps=[f"{{x}}.float().{name}()"],
        )
    n = count(tuple(x.shape[i] for i in dim))
    centred = x - np.sum(x, axis=dim, keepdims=True, dtype=x.dtype) / x.dtype.type(n or np.nan)
    squares = np.sum(np.square(np.abs(centred)), axis=dim, keepdims=keepdim)
    freedom = _freedom(x.shape, dim, correction, unbiased)
    return squares / squares.dtype.type(freedom)


@op(reduction, cases=_CASES)
def var(
    x: Array,
    dim: Axes = None,
    *,
    correction: Scalar = 1,
    keepdim: Flag = False,
    unbiased: Flag | None = None,
):
    """Variance: squared distances from the mean, summed and divided by n - correction.

    >>> var([1., 2., 3., 4.])
    tensor(1.6667)
    """
    return _variance(x, dim, correction, keepdim, unbiased, "var")


def _var_rule(g, x, dim, correction, unbiased):
    freedom = _freedom(x.shape, dim, correction, unbiased) or np.nan
    centred = x - reduce.spread(reduce.mean(x, dim), x.shape, dim)
    return reduce.spread(g, x.shape, dim) * centred * (2 / freedom)


var.vjp(x=_var_rule)


@op(reduction, cases=_CASES)
def std(
    x: Array,
    dim: Axes = None,
    *,
    correction: Scalar = 1,
    keepdim: Flag = False,
    unbiased: Flag | None = None,
):
    """Standard deviation: the square root of the variance. Its gradient is 0 where all are equal.

    >>> std([1., 2., 3., 4.])
    tensor(1.2910)
    """
    return np.sqrt(_variance(x, dim, correction, keepdim, unbiased, "std"))


def _std_rule(g, x, out, dim, correction, unbiased):
    still = compare.eq(out, 0)
    half = choice.where(still, 0, g / (2 * choice.where(still, 1, out)))
    return _var_rule(half, x, dim, correction, unbiased)


std.vjp(x=_std_rule)


@op(composite, cases=("A(3, 4), 1",))
def std_mean(x: Array, dim: Axes = None, *, correction: Scalar = 1, keepdim: Flag = False):
    """Standard deviation and mean.

    >>> std_mean([1., 2., 3.])
    (tensor(1.), tensor(2.))
    """
    return (
        std(x, dim, correction=correction, keepdim=keepdim),
        reduce.mean(x, dim, keepdim),
    )


@op(composite, cases=("A(3, 4), 1",))
def var_mean(x: Array, dim: Axes = None, *, correction: Scalar = 1, keepdim: Flag = False):
    """Variance and mean.

    >>> var_mean([1., 2., 3.])
    (tensor(1.), tensor(2.))
    """
    return (
        var(x, dim, correction=correction, keepdim=keepdim),
        reduce.mean(x, dim, keepdim),
    )
