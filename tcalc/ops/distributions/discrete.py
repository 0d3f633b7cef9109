"""Distributions over counts, choices and yes or no."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from tcalc.core import modes
from tcalc.core.data import array_of
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, ShapeError
from tcalc.ops import compare, create, draw, sequence
from tcalc.ops.distributions.base import (
    BOOLEAN,
    COUNT,
    NOT_NEGATIVE,
    REAL,
    REAL_VECTOR,
    SIMPLEX,
    UNIT_INTERVAL,
    Constraint,
    Distribution,
    tensors,
)
from tcalc.ops.layout import expand


class Poisson(Distribution):
    """Poisson(rate): how many events come in a unit of time, `rate` of them on average."""

    readable = Distribution.readable | {"rate"}
    constraints: ClassVar = {"rate": NOT_NEGATIVE}
    support = COUNT

    def __init__(self, rate: Any) -> None:
        """Take a number or a tensor. Raises ArgumentFault for a negative rate."""
        (self.rate,) = tensors(rate=rate)
        super().__init__(self.rate.shape)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Counts."""
        with modes.no_grad():
            return draw.poisson(expand(self.rate, self.shape_of(sample_shape)))

    def log_prob(self, value: Any) -> Tensor:
        """Logarithm of the probability."""
        value = self.checked(value)
        return value.xlogy(self.rate) - self.rate - (value + 1).lgamma()

    @property
    def mean(self) -> Tensor:
        """`rate`."""
        return self.rate

    @property
    def mode(self) -> Tensor:
        """The whole part of `rate`."""
        return self.rate.floor()

    @property
    def variance(self) -> Tensor:
        """`rate`."""
        return self.rate


def _one_of(probs: Any, logits: Any) -> bool:
    """Whether it is `probs` that was given. Raises ArgumentFault unless exactly one was."""
    if (probs is None) == (logits is None):
        raise ArgumentFault(
            "Either `probs` or `logits` must be specified, but not both.",
            notes=["probs are probabilities, logits their logarithms up to a constant"],
        )
    return probs is not None


def _clamped(probs: Tensor) -> Tensor:
    """Probabilities with a finite logarithm."""
    eps = float(np.finfo(probs.array.dtype).eps)
    return probs.clamp(eps, 1 - eps)


class Bernoulli(Distribution):
    """Bernoulli(probs), Bernoulli(logits=): 1 with that probability, else 0."""

    readable = Distribution.readable | {"logits", "probs"}
    constraints: ClassVar = {"probs": UNIT_INTERVAL, "logits": REAL}
    support = BOOLEAN

    def __init__(self, probs: Any = None, logits: Any = None) -> None:
        """Take a number or a tensor. Raises ArgumentFault for what is no probability."""
        name = "probs" if _one_of(probs, logits) else "logits"
        (value,) = tensors(value=probs if logits is None else logits)
        vars(self)[name] = value
        super().__init__(value.shape)

    def __getattr__(self, name: str) -> Tensor:
        """That of `probs` and `logits` which was not given."""
        if name == "probs":
            result: Tensor = self.logits.sigmoid()
        elif name == "logits":
            clamped = _clamped(self.probs)
            result = clamped.log() - (-clamped).log1p()
        else:
            raise AttributeError(name)
        return result

    def expand(self, batch_shape: Any) -> Bernoulli:
        """The same distribution for another batch shape."""
        shape = tuple(map(int, batch_shape))
        given = {name: vars(self)[name] for name in self.constraints if name in vars(self)}
        return Bernoulli(**{name: expand(value, shape) for name, value in given.items()})

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Ones and zeros."""
        with modes.no_grad():
            return draw.bernoulli(expand(self.probs, self.shape_of(sample_shape)))

    def _cross_entropy(self, target: Tensor) -> Tensor:
        shape = np.broadcast_shapes(self.logits.shape, target.shape)
        loss = REGISTRY["binary_cross_entropy_with_logits"]
        operands = expand(self.logits, shape), expand(target.to(self.logits.dtype), shape)
        return loss(*operands, reduction="none")

    def log_prob(self, value: Any) -> Tensor:
        """Logarithm of the probability."""
        return -self._cross_entropy(self.checked(value))

    def entropy(self) -> Tensor:
        """The expected value of -log_prob."""
        return self._cross_entropy(self.probs)

    @property
    def mean(self) -> Tensor:
        """`probs`."""
        return self.probs

    @property
    def mode(self) -> Tensor:
        """1 or 0, nan if both are as probable."""
        likely = compare.ge(self.probs, 0.5).to(self.probs)
        return likely.masked_fill(compare.eq(self.probs, 0.5), float("nan"))

    @property
    def variance(self) -> Tensor:
        """p (1 - p)."""
        return self.probs * (1 - self.probs)


class Categorical(Distribution):
    """Categorical(probs), Categorical(logits=): the index of one choice of several.

    Weights need not sum to one.
    """

    readable = Distribution.readable | {"enumerate_support", "logits", "probs"}
    constraints: ClassVar = {"probs": SIMPLEX, "logits": REAL_VECTOR}

    def __init__(self, probs: Any = None, logits: Any = None) -> None:
        """Take the weights (..., n), or logarithms of them."""
        name = "probs" if _one_of(probs, logits) else "logits"
        (value,) = tensors(value=probs if logits is None else logits)
        if value.ndim < 1:
            raise ShapeError(
                f"`{name}` parameter must be at least one-dimensional.", blame={name: ""}
            )
        total = value.sum(-1, True) if logits is None else value.logsumexp(-1, True)
        vars(self)[name] = value = value / total if logits is None else value - total
        n = self.choices = value.shape[-1]
        self.support = Constraint(
            f"IntegerInterval(lower_bound=0, upper_bound={n - 1})",
            lambda x: (x % 1 == 0) & (x >= 0) & (x < n),
        )
        super().__init__(value.shape[:-1])

    def __getattr__(self, name: str) -> Tensor:
        """That of `probs` and `logits` which was not given."""
        if name == "probs":
            result: Tensor = REGISTRY["softmax"](self.logits, -1)
        elif name == "logits":
            result = _clamped(self.probs).log()
        else:
            raise AttributeError(name)
        return result

    def expand(self, batch_shape: Any) -> Categorical:
        """The same distribution for another batch shape."""
        return Categorical(expand(self.probs, (*map(int, batch_shape), self.choices)))

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Indices, int64."""
        shape = self.shape_of(sample_shape)
        count = int(np.prod(shape[: len(shape) - len(self.batch_shape)], dtype=int))
        with modes.no_grad():
            rows = self.probs.reshape(-1, self.choices)
            return draw.multinomial(rows, count, True).T.reshape(shape)

    def log_prob(self, value: Any) -> Tensor:
        """Logarithm of the probability."""
        index = self.checked(value).long().unsqueeze(-1)
        shape = np.broadcast_shapes(index.shape, self.logits.shape)
        index = expand(index, (*shape[:-1], 1))
        return expand(self.logits, shape).gather(-1, index).squeeze(-1)

    def entropy(self) -> Tensor:
        """The expected value of -log_prob."""
        least = float(np.finfo(self.logits.array.dtype).min)
        return -(self.logits.clamp(min=least) * self.probs).sum(-1)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """All choices, in a first dimension."""
        values = sequence.arange(self.choices).reshape(-1, *[1] * len(self.batch_shape))
        return values.expand(self.choices, *self.batch_shape) if expand else values

    @property
    def mean(self) -> Tensor:
        """nan: choices have no mean."""
        return create.full(tuple(self.batch_shape), float("nan"), dtype=self.probs.dtype)

    @property
    def mode(self) -> Tensor:
        """The most probable choice."""
        return self.probs.argmax(-1)

    @property
    def variance(self) -> Tensor:
        """nan: choices have no variance."""
        return self.mean


class Multinomial(Distribution):
    """Multinomial(total_count, probs): how often each choice comes in that many draws."""

    readable = Distribution.readable | {"logits", "probs", "total_count"}

    def __init__(self, total_count: Any = 1, probs: Any = None, logits: Any = None) -> None:
        """Take the number of draws and the weights (..., n), or logarithms of them."""
        if not isinstance(total_count, int):
            raise ArgumentFault(
                "inhomogeneous total_count is not supported",
                blame={"total_count": describe(total_count)},
                notes=["it is a plain int"],
            )
        n = self.total_count = total_count
        self.choice = Categorical(probs, logits)
        self.support = Constraint(
            "Multinomial()", lambda x: (x >= 0).all(-1) & (x.sum(-1) <= n) & (x % 1 == 0).all(-1)
        )
        super().__init__(self.choice.batch_shape, (self.choice.choices,))

    @property
    def probs(self) -> Tensor:
        """The probability of each choice."""
        return self.choice.probs

    @property
    def logits(self) -> Tensor:
        """The logarithms of the probabilities."""
        return self.choice.logits

    def expand(self, batch_shape: Any) -> Multinomial:
        """The same distribution for another batch shape."""
        return Multinomial(self.total_count, self.choice.expand(batch_shape).probs)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Counts, as floats."""
        shape = self.shape_of(sample_shape)
        choices = self.choice.sample((self.total_count, *shape[: len(shape) - self._own_ndim()]))
        return modes.step(counts, choices, shape, self.probs.array.dtype)

    def _own_ndim(self) -> int:
        """Dimensions of a single sample."""
        return len(self.batch_shape) + len(self.event_shape)

    def log_prob(self, value: Any) -> Tensor:
        """Logarithm of the probability."""
        value = self.checked(value).to(self.logits.dtype)
        ways = (value.sum(-1) + 1).lgamma() - (value + 1).lgamma().sum(-1)
        return ways + (self.logits * value).sum(-1)

    def entropy(self) -> Tensor:
        """The expected value of -log_prob, by the binomial distribution of each count."""
        dtype = self.probs.dtype
        n = Tensor(array_of(self.total_count, dtype))
        first = n * self.choice.entropy() - (n + 1).lgamma()
        ones = [1] * (len(self.batch_shape) + 1)
        k = sequence.arange(1, self.total_count + 1, dtype=dtype).reshape(-1, *ones)
        ways = (n + 1).lgamma() - (k + 1).lgamma() - (n - k + 1).lgamma()
        p = _clamped(self.probs)
        chances = (ways + k * p.log() + (n - k) * (-p).log1p()).exp()
        return first + (chances * (k + 1).lgamma()).sum([0, -1])

    @property
    def mean(self) -> Tensor:
        """How often each choice comes on average."""
        return self.probs * self.total_count

    @property
    def variance(self) -> Tensor:
        """n p (1 - p)."""
        return self.total_count * self.probs * (1 - self.probs)


def counts(choices: Tensor, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Tensor:
    """How often each of the last size of `shape` is among choices (draws, ...)."""
    flat = np.moveaxis(choices.array, 0, -1).reshape(-1, choices.array.shape[0])
    cells = flat + np.arange(len(flat))[:, None] * shape[-1]
    found = np.bincount(cells.reshape(-1), minlength=len(flat) * shape[-1])
    return Tensor(found.reshape(shape).astype(dtype))
