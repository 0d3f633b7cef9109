"""Forward accumulation agrees with reverse accumulation, on every case of every op."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from samples import Case
from test_gradients import DIFFERENTIABLE, Loss

from tcalc.core import backward, forward, modes
from tcalc.core.tensor import Tensor

cases = pytest.mark.parametrize("case", DIFFERENTIABLE, ids=lambda case: case.id)


def along_slope(g: Tensor, direction: Tensor) -> float:
    """What a step in a direction adds, by the gradient; of complex numbers the real part counts."""
    return float((g.array.conj() * direction.array).sum().real)


def directions(loss: Loss) -> dict[int, Tensor]:
    rng = np.random.default_rng(7)
    return {
        i: Tensor(np.asarray(rng.uniform(-1, 1, loss.arrays[i].shape), loss.arrays[i].dtype))
        for i in loss.floats
    }


def pushed(function: Any, values: dict[int, Any], along: dict[int, Tensor]) -> Tensor | None:
    """The derivative of a number that `function` makes of tensors, in a direction."""
    with modes.Level() as level:
        duals = {i: forward.dual(Tensor(a.copy()), along[i], level) for i, a in values.items()}
        return forward.tangent_of(function(duals), level)


@cases
def test_a_tangent_is_the_gradient_times_the_direction(case: Case) -> None:
    loss = Loss(case)
    along = directions(loss)
    values = {i: loss.arrays[i] for i in loss.floats}
    slopes = loss.slopes(values)
    expected = sum(along_slope(g, along[i]) for i, g in slopes.items())
    tangent = pushed(loss, values, along)
    assert float(tangent or 0) == pytest.approx(expected, rel=1e-8, abs=1e-8)


@cases
def test_forward_over_reverse_is_reverse_over_reverse(case: Case) -> None:
    loss = Loss(case)
    along = directions(loss)
    values = {i: loss.arrays[i] for i in loss.floats}

    def slope(leaves: dict[int, Tensor]) -> Tensor:
        """The gradient times a fixed direction, a number."""
        found = backward.grad(
            [loss(leaves)], list(leaves.values()), create_graph=True, materialize_grads=True
        )
        parts = [(g.conj() * along[i]).sum() for i, g in zip(leaves, found, strict=True)]
        total = Tensor(np.zeros(()))
        for part in parts:
            total = total + (part.real if part.dtype.is_complex else part)
        return total

    leaves = {i: Tensor(array.copy()) for i, array in values.items()}
    for leaf in leaves.values():
        leaf.requires_grad = True
    total = slope(leaves)
    expected = 0.0
    if total.requires_grad:
        found = backward.grad([total], list(leaves.values()), materialize_grads=True)
        expected = sum(
            along_slope(g, along[i]) for i, g in zip(leaves, found, strict=True) if g is not None
        )

    def followed(duals: dict[int, Tensor]) -> Tensor:
        for dual in duals.values():
            dual.requires_grad = True
        return slope(duals)

    tangent = pushed(followed, values, along)
    assert float(tangent or 0) == pytest.approx(expected, rel=1e-6, abs=1e-6)
