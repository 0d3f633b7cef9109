"""Tensors overwritten with random numbers: `x.normal_()` and its like.

To add a distribution: a method of `core.random.Generator`, and an op here that hands it on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tcalc.core import dtypes, random
from tcalc.core.dtypes import DType
from tcalc.core.families import random as drawing
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Int, Scalar
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError
from tcalc.ops.draw import check_bounds, floating, stream
from tcalc.ops.index import write_over


def _over(x: Tensor, draw: Callable[[tuple[int, ...]], Any]) -> Tensor:
    """x with what `draw` gives for a shape; numbers follow one another as x lies in memory.

    An integer keeps the whole part.
    """
    array = x.array
    order = sorted(range(array.ndim), key=lambda i: -array.strides[i])
    values = draw(tuple(array.shape[i] for i in order)).astype(array.dtype, copy=False)
    return write_over(x, Tensor(values.transpose([order.index(i) for i in range(array.ndim)])))


def _positive(value: float, op: str, name: str) -> None:
    if not value > 0:
        raise ArgumentFault(
            f"{op} expects {name} > 0.0, but found {name}={value:g}", blame={name: ""}
        )


def _continuous(x: Tensor, name: str) -> None:
    if not x.dtype.is_floating_point:
        raise DTypeError(
            f"{name} distribution is a continuous probability distribution. dtype must be a "
            f"floating point but you specified {x.dtype.label}",
            blame={"x": describe(x)},
        )


@op(drawing, bare=False)
def uniform_(x: Array, low: Scalar = 0.0, high: Scalar = 1.0, *, generator: Data = None):
    """Overwrite x with uniform numbers from [low, high); x itself.

    >>> zeros(2).uniform_(1, 1)
    tensor([1., 1.])
    """
    kind = floating(x.dtype, "check_uniform_bounds").numpy
    if low > high:
        raise ArgumentFault(
            f"uniform_ expects to return a [from, to) range, but found from={low:g} > to={high:g}",
            blame={"low": "", "high": ""},
        )
    return _over(x, lambda shape: stream(generator).uniform(shape, kind, float(low), float(high)))


@op(drawing, bare=False)
def normal_(x: Array, mean: Scalar = 0.0, std: Scalar = 1.0, *, generator: Data = None):
    """Overwrite x with normal numbers; x itself.

    >>> zeros(2).normal_(5, 0)
    tensor([5., 5.])
    """
    kind = floating(x.dtype, "normal_kernel_cpu").numpy
    if std < 0:
        raise ArgumentFault(f"normal expects std >= 0.0, but found std {std:g}", blame={"std": ""})
    return _over(x, lambda shape: stream(generator).normal(shape, kind, float(mean), float(std)))


@op(drawing, bare=False)
def bernoulli_(x: Array, p: Data = 0.5, *, generator: Data = None):
    """Overwrite x with 1 with probability p, a number or a tensor, and else 0; x itself.

    >>> zeros(2).bernoulli_(1)
    tensor([1., 1.])
    """
    shape = x.array.shape
    if isinstance(p, Tensor):
        chances = np.broadcast_to(p.array, shape)
    elif 0 <= p <= 1:
        chances = np.full(shape, p, np.float64)
    else:
        raise ArgumentFault(
            f"bernoulli_ expects p to be in [0, 1], but got p={p:g}", blame={"p": ""}
        )
    came = stream(generator).bernoulli(chances)
    return write_over(x, Tensor(came.astype(x.array.dtype)))


def _end(dtype: DType) -> int:
    """The end of the range of whole numbers that `random_` draws from by itself."""
    if dtype.category == dtypes.INT:
        return int(np.iinfo(dtype.numpy).max) + 1
    return 2 if dtype is dtypes.bool_ else (1 << random.MANTISSA[dtype.name]) + 1


@op(drawing, bare=False)
def random_(x: Array, *, generator: Data = None):
    """Overwrite x with whole numbers: all that its dtype has from 0, or below `to`, or between two.

    >>> zeros(2).random_(7, 8)
    tensor([7., 7.])
    """
    if x.dtype.is_complex:
        raise DTypeError(f"\"random_kernel_cpu\" not implemented for '{x.dtype.label}'")
    return _over(x, lambda shape: stream(generator).whole(shape, x.dtype.numpy))


@random_.overload(drawing)
def random_below(x: Array, to: Int, *, generator: Data = None):
    """Whole numbers from 0 to `to`, which is not included."""
    check_bounds(0, to, x.dtype)
    return _over(x, lambda shape: stream(generator).integers(0, to, shape))


@random_.overload(drawing)
def random_between(x: Array, low: Int, to: Data, *, generator: Data = None):
    """Whole numbers from `low` to `to`, which is not included; None is the end of the dtype."""
    to = _end(x.dtype) if to is None else int(to)
    check_bounds(low, to, x.dtype)
    return _over(x, lambda shape: stream(generator).integers(low, to, shape))


@op(drawing, bare=False)
def exponential_(x: Array, lambd: Scalar = 1.0, *, generator: Data = None):
    """Overwrite x with exponentially distributed numbers of rate `lambd`; x itself.

    >>> s = torch.manual_seed(0)
    >>> zeros(3).exponential_()
    tensor([3.5083, 1.2304, 0.6150])
    """
    _continuous(x, "Exponential")
    _positive(lambd, "exponential_", "lambda")
    return _over(x, lambda shape: stream(generator).exponential(shape, x.dtype.numpy, lambd))


@op(drawing, bare=False)
def geometric_(x: Array, p: Scalar, *, generator: Data = None):
    """Overwrite x with the number of trials up to the first success of probability p; x itself.

    >>> s = torch.manual_seed(0)
    >>> zeros(3).geometric_(0.3)
    tensor([1., 1., 3.])
    """
    if not 0 < p < 1:
        raise ArgumentFault(
            f"geometric_ expects p to be in (0, 1), but got p={p:g}", blame={"p": ""}
        )
    return _over(x, lambda shape: stream(generator).geometric(shape, p))


@op(drawing, bare=False)
def cauchy_(x: Array, median: Scalar = 0.0, sigma: Scalar = 1.0, *, generator: Data = None):
    """Overwrite x with Cauchy distributed numbers; x itself.

    >>> s = torch.manual_seed(0)
    >>> zeros(3).cauchy_()
    tensor([10.5977,  0.7648, -0.1283])
    """
    _continuous(x, "Cauchy")
    _positive(sigma, "cauchy_", "sigma")
    return _over(x, lambda shape: stream(generator).cauchy(shape, median, sigma))


@op(drawing, bare=False)
def log_normal_(x: Array, mean: Scalar = 1.0, std: Scalar = 2.0, *, generator: Data = None):
    """Overwrite x with numbers whose logarithms are normally distributed; x itself.

    >>> s = torch.manual_seed(0)
    >>> zeros(3).log_normal_()
    tensor([5.9263e+01, 1.5116e+00, 3.4819e-02])
    """
    floating(x.dtype, "log_normal_cpu")
    _positive(std, "log_normal_", "std")
    return _over(x, lambda shape: stream(generator).log_normal(shape, mean, std))
