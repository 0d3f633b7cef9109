"""Distributions over the real numbers."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from tcalc.core.tensor import Tensor
from tcalc.ops import choice, compare, create, draw
from tcalc.ops.distributions.base import POSITIVE, REAL, Constraint, Distribution, tensors
from tcalc.ops.layout import expand

_ROOT_OF_TAU = math.sqrt(2 * math.pi)


class Normal(Distribution):
    """Normal(loc, scale): mean `loc`, standard deviation `scale`."""

    readable = Distribution.readable | {"loc", "scale"}
    has_rsample = True
    constraints: ClassVar = {"loc": REAL, "scale": POSITIVE}

    def __init__(self, loc: Any, scale: Any) -> None:
        """Take numbers or tensors. Raises ArgumentFault unless `scale` is positive."""
        self.loc, self.scale = tensors(loc=loc, scale=scale)
        super().__init__(self.loc.shape)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Standard normals, stretched and moved."""
        shape = self.shape_of(sample_shape)
        noise = draw.randn(*shape, dtype=self.loc.dtype)
        return self.loc + noise * self.scale

    def log_prob(self, value: Any) -> Tensor:
        """Logarithm of the density."""
        value = self.checked(value)
        distance = (value - self.loc) ** 2 / (2 * self.scale**2)
        return -distance - self.scale.log() - math.log(_ROOT_OF_TAU)

    def cdf(self, value: Any) -> Tensor:
        """The probability of at most `value`."""
        z = (self.checked(value) - self.loc) / (self.scale * math.sqrt(2))
        return 0.5 * (1 + z.erf())

    def icdf(self, value: Any) -> Tensor:
        """Where the cdf is `value`."""
        return self.loc + self.scale * (2 * self.checked(value) - 1).erfinv() * math.sqrt(2)

    def entropy(self) -> Tensor:
        """0.5 + log(sqrt(2 pi) scale)."""
        return 0.5 + math.log(_ROOT_OF_TAU) + self.scale.log()

    @property
    def mean(self) -> Tensor:
        """`loc`."""
        return self.loc

    @property
    def mode(self) -> Tensor:
        """`loc`."""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """The square of `scale`."""
        return self.scale**2


class Laplace(Distribution):
    """Laplace(loc, scale): the density falls by e with each `scale` of distance from `loc`."""

    readable = Distribution.readable | {"loc", "scale"}
    has_rsample = True
    constraints: ClassVar = {"loc": REAL, "scale": POSITIVE}

    def __init__(self, loc: Any, scale: Any) -> None:
        """Take numbers or tensors. Raises ArgumentFault unless `scale` is positive."""
        self.loc, self.scale = tensors(loc=loc, scale=scale)
        super().__init__(self.loc.shape)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """The inverse of the cdf at uniform numbers."""
        u = create.zeros(*self.shape_of(sample_shape), dtype=self.loc.dtype)
        u.uniform_(float(np.finfo(u.array.dtype).eps) - 1, 1)
        return self.loc - self.scale * u.sign() * (-u.abs()).log1p()

    def log_prob(self, value: Any) -> Tensor:
        """Logarithm of the density."""
        return -(2 * self.scale).log() - (self.checked(value) - self.loc).abs() / self.scale

    def cdf(self, value: Any) -> Tensor:
        """The probability of at most `value`."""
        away = self.checked(value) - self.loc
        return 0.5 - 0.5 * away.sign() * (-away.abs() / self.scale).expm1()

    def entropy(self) -> Tensor:
        """1 + log(2 scale)."""
        return 1 + (2 * self.scale).log()

    @property
    def mean(self) -> Tensor:
        """`loc`."""
        return self.loc

    @property
    def mode(self) -> Tensor:
        """`loc`."""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """Twice the square of `scale`."""
        return 2 * self.scale**2


class Uniform(Distribution):
    """Uniform(low, high): every number from `low` to `high` is as probable."""

    readable = Distribution.readable | {"high", "low"}
    has_rsample = True
    constraints: ClassVar = {"low": REAL, "high": REAL}

    def __init__(self, low: Any, high: Any) -> None:
        """Take numbers or tensors. Raises ArgumentFault unless `low` is less than `high`."""
        self.low, self.high = tensors(low=low, high=high)
        start, end = self.low.array, self.high.array
        least, most = (v.item() if v.size == 1 else Tensor(v) for v in (start, end))
        self.support = Constraint(
            f"Interval(lower_bound={least}, upper_bound={most})",
            lambda x: (x >= start) & (x <= end),
        )
        super().__init__(self.low.shape)
        if not (start < end).all():
            self._refuse("low", self.low, f"LessThan(upper_bound={most})")

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Numbers from [0, 1), stretched and moved."""
        u = draw.rand(*self.shape_of(sample_shape), dtype=self.low.dtype)
        return self.low + u * (self.high - self.low)

    def log_prob(self, value: Any) -> Tensor:
        """Logarithm of the density; -inf at `high`, which is never drawn."""
        value = self.checked(value)
        inside = compare.logical_and(compare.le(self.low, value), compare.gt(self.high, value))
        return choice.where(inside, 0.0, -math.inf) - (self.high - self.low).log()

    def cdf(self, value: Any) -> Tensor:
        """The probability of at most `value`."""
        return ((self.checked(value) - self.low) / (self.high - self.low)).clamp(0, 1)

    def icdf(self, value: Any) -> Tensor:
        """Where the cdf is `value`."""
        return value * (self.high - self.low) + self.low

    def entropy(self) -> Tensor:
        """Logarithm of the length of the interval."""
        return (self.high - self.low).log()

    @property
    def mean(self) -> Tensor:
        """The middle."""
        return (self.high + self.low) / 2

    @property
    def variance(self) -> Tensor:
        """A twelfth of the square of the length."""
        return (self.high - self.low) ** 2 / 12


class Exponential(Distribution):
    """Exponential(rate): the time to the next event, of which `rate` come in a unit of time."""

    readable = Distribution.readable | {"rate"}
    has_rsample = True
    constraints: ClassVar = {"rate": POSITIVE}
    support = Constraint("GreaterThanEq(lower_bound=0.0)", lambda x: x >= 0)

    def __init__(self, rate: Any) -> None:
        """Take a number or a tensor. Raises ArgumentFault unless `rate` is positive."""
        (self.rate,) = tensors(rate=rate)
        super().__init__(self.rate.shape)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Exponentials of rate 1, divided by the rate."""
        unit = create.zeros(*self.shape_of(sample_shape), dtype=self.rate.dtype).exponential_()
        return unit / self.rate

    def log_prob(self, value: Any) -> Tensor:
        """Logarithm of the density."""
        return self.rate.log() - self.rate * self.checked(value)

    def cdf(self, value: Any) -> Tensor:
        """The probability of at most `value`."""
        return 1 - (-self.rate * self.checked(value)).exp()

    def icdf(self, value: Any) -> Tensor:
        """Where the cdf is `value`."""
        return -(-tensors(value=value)[0]).log1p() / self.rate

    def entropy(self) -> Tensor:
        """1 - log(rate)."""
        return 1 - self.rate.log()

    @property
    def mean(self) -> Tensor:
        """1 / rate."""
        return 1 / self.rate

    @property
    def mode(self) -> Tensor:
        """0."""
        return expand(create.zeros((), dtype=self.rate.dtype), tuple(self.rate.shape))

    @property
    def variance(self) -> Tensor:
        """The square of the mean."""
        return self.rate**-2
