"""Derivative rules agree with differences of values, to second order, on every case of every op."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from samples import Array, Case, all_cases, called, cotangent, mapped, public_ops, tensors_in

from tcalc.core import backward
from tcalc.core.tensor import Tensor
from tcalc.errors import TcalcError

STEP = 1e-5
# Eigenvectors have any phase, and a gradient of what depends on it is refused.
UNDEFINED = {"linalg_eig"}


class Loss:
    """A case as one number: its results weighted by fixed random cotangents, and summed."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.arguments = case.arguments()
        self.arrays: list[Array] = []
        mapped(self.arguments, self.arrays.append)
        self.floats = [i for i, array in enumerate(self.arrays) if array.dtype.kind in "fc"]

    def __call__(self, changed: dict[int, Any]) -> Tensor:
        """The number, with some of the arrays replaced by tensors."""
        tensors = iter([changed.get(i, Tensor(a)) for i, a in enumerate(self.arrays)])
        args, kwargs = mapped(self.arguments, lambda array: next(tensors))
        total = Tensor(np.zeros(()))
        for i, out in enumerate(tensors_in(called(self.case, args, kwargs))):
            if out.array.dtype.kind == "c":
                weight = cotangent(self.case, i, out.shape, "complex128")
                total = total + product(self.seen(out), weight)
            elif out.array.dtype.kind == "f":
                weight = cotangent(self.case, i, out.shape, "float64")
                total = total + product(self.seen(out.double()), weight)
        return total

    def seen(self, out: Tensor) -> Tensor:
        """What is weighted of a result."""
        return out

    def slopes(self, values: dict[int, Array], create_graph: bool = False) -> dict[int, Tensor]:
        """The gradient with respect to the arrays `values`, at those values."""
        leaves = {i: Tensor(array.copy()) for i, array in values.items()}
        for leaf in leaves.values():
            leaf.requires_grad = True
        total = self(leaves)
        found = backward.grad(
            [total], list(leaves.values()), create_graph=create_graph, allow_unused=True
        )
        if create_graph:
            self.leaves = leaves
        return {i: g for i, g in zip(values, found, strict=True) if g is not None}


def product(x: Tensor, weight: Array) -> Tensor:
    """The sum of x * weight; for complex numbers that of both parts, each with its own weight."""
    result: Tensor = (x * Tensor(weight.conj())).sum()
    return result.real if x.array.dtype.kind == "c" else result


def differences(function: Any, array: Array) -> Array:
    """The gradient of `function` at `array`, from central differences.

    That of a complex number is as PyTorch has it: the slope along the real axis, and i times the
    one along the imaginary axis.
    """
    result = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        for way in (1, 1j) if array.dtype.kind == "c" else (1,):
            sides = []
            for step in (STEP, -STEP):
                moved = array.copy()
                moved[place] += step * way
                sides.append(function(moved))
            result[place] += way * (sides[0] - sides[1]) / (2 * STEP)
    return result


def folded(slope: Array, at: Array) -> Array:
    """What a slope says of the symmetric matrix `at`: ops look at one triangle, or at both."""
    if at.ndim != 2 or at.shape[0] != at.shape[1] or not np.array_equal(at, at.T):
        return slope
    return (slope + slope.T) / 2


def differentiable(case: Case) -> bool:
    """Whether doubles give doubles, real or complex, that depend on them."""
    if case.op.name in UNDEFINED:
        return False
    try:
        args, kwargs = mapped(case.arguments(), Tensor)
        leaves = [x for x in tensors_in([args, kwargs]) if x.array.dtype.kind in "fc"]
        for x in leaves:
            x.requires_grad = True
        outs = [out for out in tensors_in(called(case, args, kwargs)) if out.requires_grad]
    except TcalcError:  # such as operations on bits, which want integers
        return False
    return bool(outs) and all(out.array.dtype in (np.float64, np.complex128) for out in outs)


DIFFERENTIABLE = [case for case in all_cases() if differentiable(case)]
cases = pytest.mark.parametrize("case", DIFFERENTIABLE, ids=lambda case: case.id)


def assert_close(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=2e-5)


@cases
def test_a_gradient_agrees_with_differences_of_values(case: Case) -> None:
    loss = Loss(case)
    for i, slope in loss.slopes({i: loss.arrays[i] for i in loss.floats}).items():
        assert slope.array.dtype == loss.arrays[i].dtype
        assert slope.array.shape == loss.arrays[i].shape
        at = loss.arrays[i]
        expected = differences(lambda x, i=i: loss({i: Tensor(x)}).item(), at)
        assert_close(folded(slope.array, at), folded(expected, at))


@cases
def test_an_argument_alone_has_the_gradient_that_it_has_among_others(case: Case) -> None:
    loss = Loss(case)
    for i, slope in loss.slopes({i: loss.arrays[i] for i in loss.floats}).items():
        assert_close(loss.slopes({i: loss.arrays[i]})[i].array, slope.array)


@cases
def test_the_gradient_of_a_gradient_agrees_with_differences_of_gradients(case: Case) -> None:
    loss = Loss(case)
    values = {i: loss.arrays[i] for i in loss.floats}
    rng = np.random.default_rng(7)
    weights = {
        i: rng.uniform(-1, 1, array.shape) * (1 + 0.5j if array.dtype.kind == "c" else 1)
        for i, array in values.items()
    }

    def weighted(i: int, array: Array) -> float:
        slopes = loss.slopes({**values, i: array})
        return sum(product(slopes[j], weights[j]).item() for j in slopes)

    slopes = loss.slopes(values, create_graph=True)
    parts = [product(slope, weights[i]) for i, slope in slopes.items()]
    total = sum(parts, Tensor(np.zeros(())))
    if not total.requires_grad:  # linear: the gradient is constant
        second: list[Any] = [None] * len(values)
    else:
        second = list(backward.grad([total], list(loss.leaves.values()), allow_unused=True))
    for i, found in zip(values, second, strict=True):
        at = values[i]
        expected = folded(differences(lambda x, i=i: weighted(i, x), at), at)
        assert_close(expected if found is None else folded(found.array, at), expected)
        if found is None:
            assert_close(expected, 0)


@cases
def test_a_gradient_of_float32_is_float32(case: Case) -> None:
    args, kwargs = mapped(case.arguments("float32"), Tensor)
    leaves = [x for x in tensors_in([args, kwargs]) if x.array.dtype.kind in "fc"]
    for x in leaves:
        x.requires_grad = True
    outs = [out for out in tensors_in(called(case, args, kwargs)) if out.requires_grad]
    weights = [Tensor(np.ones_like(out.array)) for out in outs]
    if outs:
        for g in backward.grad(outs, leaves, weights, allow_unused=True):
            assert g is None or g.array.dtype in (np.float32, np.complex64)


@pytest.mark.parametrize("op", public_ops(), ids=lambda op: op.name)
def test_every_op_with_rules_is_checked_on_a_case(op: Any) -> None:
    for form in (op, *op.overloads):
        if form.rules and form.family.name != "conversion" and op.name not in UNDEFINED:
            assert any(case.form is form for case in DIFFERENTIABLE)
