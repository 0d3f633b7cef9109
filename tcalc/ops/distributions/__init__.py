"""Probability distributions: `torch.distributions`.

A distribution holds its parameters as tensors; a sample has the shape asked for, then the batch
shape, then the event shape. To add one: a class in `continuous.py` or `discrete.py`, and its name
here.
"""

from tcalc.ops.distributions.base import Distribution
from tcalc.ops.distributions.continuous import Exponential, Laplace, Normal, Uniform
from tcalc.ops.distributions.discrete import Bernoulli, Categorical, Multinomial, Poisson
from tcalc.ops.distributions.divergence import kl_divergence

__all__ = [
    "Bernoulli",
    "Categorical",
    "Distribution",
    "Exponential",
    "Laplace",
    "Multinomial",
    "Normal",
    "Poisson",
    "Uniform",
    "kl_divergence",
]
