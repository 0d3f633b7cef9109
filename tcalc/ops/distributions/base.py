"""What all distributions have in common: parameters, their constraints, shapes, the text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NoReturn

import numpy as np

from tcalc.core import dtypes, modes
from tcalc.core.data import array_of
from tcalc.core.dtypes import Array
from tcalc.core.families import join_shapes, mismatch
from tcalc.core.tensor import Size, Tensor, describe
from tcalc.errors import ArgumentFault, RuntimeFault
from tcalc.ops.layout import expand


class Constraint:
    """Which values a parameter or a sample may have, and PyTorch's name for that."""

    def __init__(self, name: str, holds: Callable[[Array], Any]) -> None:
        """`holds` tells of an array which of its values, or of its rows, are right."""
        self.name = name
        self.holds = holds


REAL = Constraint("Real()", lambda x: x == x)  # noqa: PLR0124 -- nan is no real number
POSITIVE = Constraint("GreaterThan(lower_bound=0.0)", lambda x: x > 0)
NOT_NEGATIVE = Constraint("GreaterThanEq(lower_bound=0.0)", lambda x: x >= 0)
COUNT = Constraint("IntegerGreaterThan(lower_bound=0)", lambda x: (x % 1 == 0) & (x >= 0))
BOOLEAN = Constraint("Boolean()", lambda x: (x == 0) | (x == 1))
UNIT_INTERVAL = Constraint(
    "Interval(lower_bound=0.0, upper_bound=1.0)", lambda x: (x >= 0) & (x <= 1)
)
SIMPLEX = Constraint(
    "Simplex()", lambda x: (x >= 0).all(-1) & (np.abs(x.sum(-1) - 1) < 1e-6 * max(1, x.shape[-1]))
)
REAL_VECTOR = Constraint("IndependentConstraint(Real(), 1)", lambda x: (x == x).all(-1))  # noqa: PLR0124


def tensors(**values: Any) -> list[Tensor]:
    """Parameters as tensors of one shape; plain numbers take the dtype of the tensors, if any.

    Raises ShapeError where their shapes do not broadcast.
    """
    known = [value for value in values.values() if isinstance(value, Tensor)]
    dtype = known[0].dtype if known else dtypes.default_float()
    made = [v if isinstance(v, Tensor) else Tensor(array_of(v, dtype)) for v in values.values()]
    shape: tuple[int, ...] = ()
    for t in made:
        joined = join_shapes(shape, t.shape)
        if joined is None:
            blame = {name: describe(t) for name, t in zip(values, made, strict=True)}
            raise mismatch(shape, t.shape, blame)
        shape = joined
    return [t if t.shape == shape else expand(t, shape) for t in made]


class Distribution:
    """A distribution over tensors."""

    readable: ClassVar[frozenset[str]] = frozenset((
        "batch_shape", "cdf", "entropy", "event_shape", "expand", "has_rsample", "icdf", "log_prob",
        "mean", "mode", "perplexity", "rsample", "sample", "stddev", "variance",
    ))  # fmt: skip
    has_rsample = False
    # The parameters, in the order of the text, each with what it must satisfy.
    constraints: ClassVar[dict[str, Constraint]] = {}
    support = REAL

    def __init__(self, batch_shape: tuple[int, ...], event_shape: tuple[int, ...] = ()) -> None:
        """Check the parameters, which are attributes by now."""
        self.batch_shape = Size(batch_shape)
        self.event_shape = Size(event_shape)
        for name, constraint in self.constraints.items():
            value = vars(self).get(name)
            if value is not None and not np.all(constraint.holds(value.array)):
                self._refuse(name, value, constraint.name)

    def _refuse(self, name: str, value: Tensor, constraint: str) -> NoReturn:
        raise ArgumentFault(
            f"Expected parameter {name} (Tensor of shape {_tuple(value)}) of distribution "
            f"{self!r} to satisfy the constraint {constraint}, but found invalid values:",
            blame={name: ""},
            notes=[f"{name} is {value.detach()!r}"],
        )

    def __repr__(self) -> str:
        """PyTorch's text: single numbers themselves, of larger parameters the shape."""
        shown = [
            f"{name}: {value.item() if value.numel() == 1 else value.shape}"
            for name in self.constraints
            if (value := vars(self).get(name)) is not None
        ]
        return f"{type(self).__name__}({', '.join(shown)})"

    def shape_of(self, sample_shape: Any) -> tuple[int, ...]:
        """The shape of a sample."""
        if isinstance(sample_shape, int):
            sample_shape = (sample_shape,)
        return (*map(int, sample_shape), *self.batch_shape, *self.event_shape)

    def checked(self, value: Any) -> Tensor:
        """A value whose probability is asked for, as a tensor. Raises ArgumentFault outside."""
        value = value if isinstance(value, Tensor) else Tensor(array_of(value))
        if not np.all(self.support.holds(value.array)):
            raise ArgumentFault(
                f"Expected value argument (Tensor of shape {_tuple(value)}) to be within the "
                f"support ({self.support.name}) of the distribution {self!r}, but found invalid "
                "values:",
                blame={"value": ""},
                notes=[f"the value is {value.detach()!r}"],
            )
        return value

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Values drawn; no gradient flows through them."""
        with modes.no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Values drawn through which gradients flow to the parameters."""
        self._missing("rsample")

    def log_prob(self, value: Any) -> Tensor:
        """The logarithm of the probability, or of its density, at `value`."""
        self._missing("log_prob")

    def cdf(self, value: Any) -> Tensor:
        """The probability of at most `value`."""
        self._missing("cdf")

    def icdf(self, value: Any) -> Tensor:
        """Where the cdf is `value`."""
        self._missing("icdf")

    def entropy(self) -> Tensor:
        """The expected value of -log_prob."""
        self._missing("entropy")

    def perplexity(self) -> Tensor:
        """e to the power of the entropy."""
        return self.entropy().exp()

    def _missing(self, name: str) -> NoReturn:
        raise RuntimeFault(f"{type(self).__name__} has no {name}()")

    @property
    def mean(self) -> Tensor:
        """The expected value."""
        return self._missing("mean")

    @property
    def mode(self) -> Tensor:
        """The most probable value."""
        return self._missing("mode")

    @property
    def variance(self) -> Tensor:
        """The expected square of the distance to the mean."""
        return self._missing("variance")

    @property
    def stddev(self) -> Tensor:
        """The square root of the variance."""
        return self.variance.sqrt()

    def expand(self, batch_shape: Any) -> Distribution:
        """The same distribution with its parameters stretched to another batch shape."""
        shape = (*map(int, batch_shape), *self.event_shape)
        return type(self)(*[expand(vars(self)[name], shape) for name in self.constraints])


def _tuple(value: Tensor) -> tuple[int, ...]:
    return tuple(value.shape)
