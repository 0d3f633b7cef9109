"""The Kullback-Leibler divergence of two distributions of one kind.

To add a kind: a function of both in `_DIVERGENCES`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault
from tcalc.ops.distributions.base import Distribution
from tcalc.ops.distributions.continuous import Exponential, Normal
from tcalc.ops.distributions.discrete import Bernoulli, Categorical, Poisson


def _normal(p: Normal, q: Normal) -> Any:
    ratio = (p.scale / q.scale) ** 2
    return 0.5 * (ratio + ((p.loc - q.loc) / q.scale) ** 2 - 1 - ratio.log())


def _exponential(p: Exponential, q: Exponential) -> Any:
    ratio = q.rate / p.rate
    return ratio - ratio.log() - 1


def _poisson(p: Poisson, q: Poisson) -> Any:
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


def _bernoulli(p: Bernoulli, q: Bernoulli) -> Any:
    return q._cross_entropy(p.probs) - p.entropy()


def _categorical(p: Categorical, q: Categorical) -> Any:
    return (p.probs * (p.logits - q.logits)).sum(-1)


_DIVERGENCES: dict[type[Distribution], Callable[[Any, Any], Any]] = {
    Normal: _normal,
    Exponential: _exponential,
    Poisson: _poisson,
    Bernoulli: _bernoulli,
    Categorical: _categorical,
}


def kl_divergence(p: Distribution, q: Distribution) -> Tensor:
    """The expected value, under p, of how much more probable p finds what comes than q does."""
    formula = _DIVERGENCES.get(type(p))
    if formula is None or type(q) is not type(p):
        raise ArgumentFault(
            f"No KL(p || q) is implemented for p type {type(p).__name__} and q type "
            f"{type(q).__name__}",
            blame={"p": "", "q": ""},
        )
    return formula(p, q)
