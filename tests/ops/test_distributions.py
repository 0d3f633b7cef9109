"""Distributions draw, after a seed, what PyTorch draws, and give its probabilities."""

from __future__ import annotations

import pytest

from tcalc.errors import ArgumentFault, NameFault
from tcalc.lang.session import Session

# A program after `from torch.distributions import ...`, and what PyTorch prints for it.
PRINTED = {
    "Normal(tensor([0., 1.]), tensor([1., 2.])).sample()": "tensor([1.5410, 0.4131])",
    "Normal(0., 1.).rsample((3,))": "tensor([ 1.5410, -0.2934, -2.1788])",
    "Normal(0., 1.).log_prob(tensor(0.5))": "tensor(-1.0439)",
    "Normal(0., 2.).cdf(tensor(0.5))": "tensor(0.5987)",
    "Normal(0., 2.).entropy()": "tensor(2.1121)",
    "Normal(tensor([0., 1.]), 1.)": "Normal(loc: torch.Size([2]), scale: torch.Size([2]))",
    "Laplace(0., 1.).sample((3,))": "tensor([-0.0075,  0.7688, -1.7319])",
    "Uniform(0., 2.).rsample((2,))": "tensor([0.9925, 1.5364])",
    "Uniform(0., 2.).stddev": "tensor(0.5774)",
    "Exponential(tensor([1., 2.])).sample()": "tensor([3.5083, 0.6152])",
    "Exponential(2.).log_prob(tensor([0.5, 1.5]))": "tensor([-0.3069, -2.3069])",
    "Poisson(tensor([1., 20.])).sample()": "tensor([ 2., 28.])",
    "Poisson(4.).log_prob(tensor([0., 3.]))": "tensor([-4.0000, -1.6329])",
    "Bernoulli(tensor([0.3, 0.6])).sample()": "tensor([0., 0.])",
    "Bernoulli(0.3).logits": "tensor(-0.8473)",
    "Bernoulli(logits=tensor([0.5, -1.])).log_prob(tensor([1., 0.]))": "tensor([-0.4741, -0.3133])",
    "Bernoulli(0.3).entropy()": "tensor(0.6109)",
    "Categorical(tensor([0.2, 0.3, 0.5])).sample((5,))": "tensor([2, 2, 1, 2, 2])",
    "Categorical(tensor([1., 1., 2.])).probs": "tensor([0.2500, 0.2500, 0.5000])",
    "Categorical(tensor([0.2, 0.3, 0.5])).log_prob(tensor([0, 2]))": "tensor([-1.6094, -0.6931])",
    "Multinomial(100, ones(6) / 6).sample()": "tensor([13., 19., 21., 18., 18., 11.])",
    "Multinomial(10, tensor([0.2, 0.3, 0.5])).log_prob(tensor([2., 3., 5.]))": "tensor(-2.4645)",
    "Multinomial(10, tensor([0.2, 0.3, 0.5])).entropy()": "tensor(3.3412)",
}


@pytest.mark.parametrize("program", PRINTED)
def test_a_distribution_gives_what_pytorch_gives_after_the_same_seed(program: str) -> None:
    session = Session(seed=0)
    value = session.eval(f"torch.distributions.{program}")
    assert session.call(repr, value) == PRINTED[program]


def test_gradients_flow_through_rsample_but_not_through_sample() -> None:
    session = Session(seed=0)
    session.eval("m = tensor(1., requires_grad=True); s = tensor(2., requires_grad=True)")
    session.eval("normal = torch.distributions.Normal(m, s)")
    assert not session.eval("normal.sample((3,)).requires_grad")
    session.eval("torch.manual_seed(0); normal.rsample((3,)).sum().backward()")
    assert session.eval("m.grad.item()") == 3
    assert session.eval("s.grad.item()") == pytest.approx(-0.9312, abs=1e-4)


def test_the_module_of_a_distribution_has_it_too() -> None:
    session = Session(seed=0)
    session.eval("from torch.distributions.multinomial import Multinomial")
    assert session.eval("isinstance(Multinomial(1, ones(6) / 6), torch.distributions.Multinomial)")
    assert session.eval("Multinomial(5, ones(6) / 6).sample((4,)).sum(1).tolist()") == [5.0] * 4


@pytest.mark.parametrize(
    ("program", "headline"),
    [
        ("Normal(0., -1.)", "Expected parameter scale .* GreaterThan"),
        ("Uniform(2., 1.)", "Expected parameter low .* LessThan"),
        ("Bernoulli(1.5)", "Expected parameter probs"),
        ("Bernoulli()", "Either `probs` or `logits` must be specified, but not both"),
        ("Poisson(4.).log_prob(tensor([0.5]))", "Expected value argument .*IntegerGreaterThan"),
    ],
)
def test_impossible_parameters_and_values_are_refused(program: str, headline: str) -> None:
    with pytest.raises(ArgumentFault, match=headline):
        Session().eval(f"torch.distributions.{program}")


def test_only_what_is_listed_can_be_read_on_a_distribution() -> None:
    with pytest.raises(NameFault):
        Session().eval("torch.distributions.Normal(0., 1.).checked")
