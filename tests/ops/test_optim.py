"""Optimisers take the steps that PyTorch's take (values recorded from it)."""

import numpy as np
import pytest

import tcalc
from tcalc import Tensor
from tcalc.errors import ArgumentFault
from tcalc.ops.optim import SGD, Adam, Parameter


def weights():
    w = Tensor(np.array([1.0, -2.0, 3.0]))
    w.requires_grad = True
    return w


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda w: SGD([w], lr=0.1), [0.3463811299, 0.0245667229, 3.0191685177]),
        (
            lambda w: SGD([w], lr=0.1, momentum=0.9, weight_decay=0.01),
            [-0.6713750227, -2.1093725102, 384.6943980010],
        ),
        (
            lambda w: SGD([w], lr=0.1, momentum=0.9, nesterov=True),
            [-0.4050001423, 0.3659098118, 77.1926296796],
        ),
        (
            lambda w: SGD([w], lr=0.1, momentum=0.9, dampening=0.5),
            [-0.3084930169, 2.2872684175, 11.4956908198],
        ),
        (lambda w: Adam([w], lr=0.1), [0.5190043042, -1.5880067832, 2.6117923126]),
        (
            lambda w: Adam([w], lr=0.1, betas=(0.8, 0.9), weight_decay=0.1),
            [0.5197020793, -1.5851671535, 2.6089225679],
        ),
    ],
)
def test_five_steps(make, expected):
    w = weights()
    optimizer = make(w)
    for i in range(5):
        optimizer.zero_grad()
        (w * w * w * w if i % 2 else w * w).sum().backward()
        optimizer.step()
    np.testing.assert_allclose(w.array, expected, rtol=1e-8)


def test_a_step_writes_in_place_and_keeps_the_leaf():
    w = weights()
    memory = w.array
    (w * w).sum().backward()
    SGD([w], lr=0.5).step()
    assert w.array is memory
    assert w.is_leaf
    assert w.requires_grad


def test_zeroing_drops_the_gradient_or_keeps_its_memory():
    w = weights()
    (w * w).sum().backward()
    gradient = w.grad
    optimizer = SGD([w], lr=0.5)
    optimizer.zero_grad(set_to_none=False)
    assert w.grad is gradient
    assert not gradient.array.any()
    optimizer.zero_grad()
    assert w.grad is None


def test_a_parameter_prints_its_heading():
    w = Parameter(Tensor(np.ones(2, np.float32)))
    assert repr(w) == "Parameter containing:\ntensor([1., 1.], requires_grad=True)"


def test_what_cannot_be_optimised_is_refused():
    with pytest.raises(ArgumentFault, match="empty parameter list"):
        SGD([])
    with pytest.raises(ArgumentFault, match="non-leaf"):
        SGD([weights() * 2])


def test_the_language_trains():
    session = tcalc.Session(seed=0)
    session.eval(
        "w = torch.nn.Parameter(zeros(2))\n"
        "step = torch.optim.SGD([w], lr=0.1)\n"
        "for i in range(100):\n"
        "    step.zero_grad()\n"
        "    ((w - tensor([1., 2.])) ** 2).sum().backward()\n"
        "    step.step()\n"
    )
    assert session.eval("(w - tensor([1., 2.])).abs().max() < 1e-5")
