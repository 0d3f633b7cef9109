"""Third derivatives through every differentiable op agree in reverse, forward and differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from samples import Array, Case
from test_forward import along_slope, pushed
from test_gradients import DIFFERENTIABLE, Loss, product

from tcalc.core import backward
from tcalc.core.tensor import Tensor

STEP = 1e-4


class Curved(Loss):
    """A loss that bends what an op gives, so that linear ones have third derivatives, too."""

    def seen(self, out: Tensor) -> Tensor:
        return out + out * out * out / 6


def one_each(cases: list[Case]) -> Iterator[Any]:
    """The first case of each form that has numbers at all, as a parameter of the test."""
    forms = set()
    for case in cases:
        loss = Loss(case)
        if case.form not in forms and all(loss.arrays[i].size for i in loss.floats):
            forms.add(case.form)
            yield pytest.param(case, id=case.id)


def directions(loss: Loss, seed: int) -> dict[int, Array]:
    """A random direction for each array; symmetric where the array is, for ops look at a half."""
    rng = np.random.default_rng(seed)
    found = {}
    for i in loss.floats:
        array = loss.arrays[i]
        along = rng.uniform(-1, 1, array.shape) * (1 + 0.5j if array.dtype.kind == "c" else 1)
        if array.ndim == 2 and array.shape[0] == array.shape[1] and np.allclose(array, array.T):
            along = (along + along.T) / 2
        found[i] = np.asarray(along, array.dtype)
    return found


def sloped(function: Any, along: dict[int, Array]) -> Any:
    """The derivative of a function of tensors in a direction, a function of them again."""

    def derivative(values: dict[int, Tensor]) -> Tensor:
        total = function(values)
        if total.node is None:
            return Tensor(np.zeros(()))
        found = backward.grad(
            [total], list(values.values()), create_graph=True, materialize_grads=True
        )
        parts = [product(g, along[i]) for i, g in zip(values, found, strict=True) if g is not None]
        return sum(parts, Tensor(np.zeros(())))

    return derivative


def followed(values: dict[int, Array]) -> dict[int, Tensor]:
    """Leaves of these values."""
    leaves = {i: Tensor(array.copy()) for i, array in values.items()}
    for leaf in leaves.values():
        leaf.requires_grad = True
    return leaves


def watched(function: Any) -> Any:
    """The function, of tensors that become leaves."""

    def on_leaves(values: dict[int, Tensor]) -> Any:
        for x in values.values():
            x.requires_grad = True
        return function(values)

    return on_leaves


@pytest.mark.parametrize("case", list(one_each(DIFFERENTIABLE)))
def test_third_derivatives_agree(case: Case) -> None:
    loss = Curved(case)
    values = {i: loss.arrays[i] for i in loss.floats}
    second = sloped(sloped(loss, directions(loss, 1)), directions(loss, 2))
    along = directions(loss, 3)

    leaves = followed(values)
    total = second(leaves)
    reverse = 0.0
    if total.node is not None:
        found = backward.grad([total], list(leaves.values()), materialize_grads=True)
        pairs = zip(leaves, found, strict=True)
        reverse = sum(along_slope(g, Tensor(along[i])) for i, g in pairs if g is not None)

    tangent = pushed(watched(second), values, {i: Tensor(d) for i, d in along.items()})
    sides = [
        second(followed({i: a + step * along[i] for i, a in values.items()})).item()
        for step in (STEP, -STEP)
    ]
    difference = (sides[0] - sides[1]) / (2 * STEP)
    assert float(tangent or 0) == pytest.approx(reverse, rel=1e-6, abs=1e-6)
    assert reverse == pytest.approx(difference, rel=1e-4, abs=1e-4)
