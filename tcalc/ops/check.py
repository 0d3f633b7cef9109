"""Derivatives held against differences, with a verdict in words where they disagree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tcalc.core import backward, modes
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault, AutogradError
from tcalc.ops.autodiff import listed

Function = Callable[..., Any]


class Worst(NamedTuple):
    """The element where derivative and difference are farthest apart."""

    output: int
    input: int
    row: int
    column: int
    analytic: float
    numeric: float
    left: float
    right: float


def gradcheck(
    func: Function,
    inputs: Any,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
) -> bool:
    """Whether the gradients of `func` at `inputs` agree with central differences of width 2 eps.

    Only inputs that require grad are checked. Where they disagree the error names the worst
    element and says what it looks like: a kink, too little precision, or a wrong rule.

    >>> gradcheck(sin, tensor([1., 2.], dtype=float64, requires_grad=True))
    True
    """
    given = list(inputs) if isinstance(inputs, tuple | list) else [inputs]
    checked = [i for i, x in enumerate(given) if isinstance(x, Tensor) and x.requires_grad]
    if not checked:
        raise ArgumentFault(
            "gradcheck expects at least one input tensor to require gradient, but none of them "
            "have requires_grad=True.",
            helps=["tensor([1., 2.], dtype=float64, requires_grad=True)"],
        )
    worst = _worst(func, given, checked, eps, atol, rtol)
    if worst is None:
        return True
    if raise_exception:
        raise _failure(worst, given[worst.input], eps)
    return False


def gradgradcheck(
    func: Function,
    inputs: Any,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
) -> bool:
    """Like gradcheck, of the gradient itself: second derivatives against differences of first ones.

    >>> gradgradcheck(sin, tensor([1., 2.], dtype=float64, requires_grad=True))
    True
    """
    given = list(inputs) if isinstance(inputs, tuple | list) else [inputs]
    rng = np.random.default_rng(0)
    weights: list[Tensor] = []

    def gradients(*values: Any) -> Any:
        followed = [x for x in values if isinstance(x, Tensor) and x.requires_grad]
        outputs = _tensors(func(*values))
        while len(weights) < len(outputs):
            y = outputs[len(weights)].array
            weights.append(Tensor(np.asarray(rng.uniform(0.5, 1.5, y.shape), y.dtype)))
        found = backward.grad(outputs, followed, weights, create_graph=True, materialize_grads=True)
        return tuple(g for g in found if g is not None)

    return gradcheck(gradients, given, eps, atol, rtol, raise_exception)


def _tensors(out: Any) -> list[Tensor]:
    return [y for y in listed(out) if isinstance(y, Tensor)]


def _worst(
    func: Function,
    given: list[Any],
    checked: Sequence[int],
    eps: float,
    atol: float,
    rtol: float,
) -> Worst | None:
    """The element that is farthest outside of the tolerance, None if there is none."""
    outputs = _tensors(func(*given))
    found: Worst | None = None
    excess = 0.0
    for i in checked:
        differences = _differences(func, given, i, eps)
        for k, y in enumerate(outputs):
            exact = _rows(y, given[i])
            middle, left, right = (block[k] for block in differences)
            over = np.abs(exact - middle) - (atol + rtol * np.abs(middle))
            over[np.isnan(over)] = np.inf
            if over.size and over.max() > excess:
                excess = float(over.max())
                row, column = np.unravel_index(int(over.argmax()), over.shape)
                at = (row, column)
                found = Worst(
                    k, i, int(row), int(column),
                    float(exact[at]), float(middle[at]), float(left[at]), float(right[at]),
                )  # fmt: skip
    return found


def _rows(y: Tensor, x: Tensor) -> Any:
    """The Jacobian of y by x, a row for every element of y."""
    rows = np.zeros((y.array.size, x.array.size))
    if y.node is None:
        return rows
    for n in range(y.array.size):
        unit = np.zeros(y.array.size, y.array.dtype)
        unit[n] = 1
        (g,) = backward.grad(
            [y], [x], [Tensor(unit.reshape(y.array.shape))],
            retain_graph=True, materialize_grads=True,
        )  # fmt: skip
        assert g is not None
        rows[n] = g.array.reshape(-1)
    return rows


def _differences(func: Function, given: list[Any], i: int, eps: float) -> tuple[Any, Any, Any]:
    """Jacobians by input i from central, left and right differences."""
    x: Tensor = given[i]
    flat = x.array.reshape(-1)
    here = _values(func, given)
    blocks: list[list[Any]] = [[np.zeros((y.size, flat.size)) for y in here] for _ in range(3)]
    for n in range(flat.size):
        sides = []
        for step in (-eps, eps):
            moved = x.array.copy()
            moved.reshape(-1)[n] += step
            sides.append(_values(func, [*given[:i], _leaf(moved), *given[i + 1 :]]))
        for k, (low, middle, high) in enumerate(zip(sides[0], here, sides[1], strict=True)):
            blocks[0][k][:, n] = (high - low) / (2 * eps)
            blocks[1][k][:, n] = (middle - low) / eps
            blocks[2][k][:, n] = (high - middle) / eps
    return blocks[0], blocks[1], blocks[2]


def _leaf(array: Any) -> Tensor:
    x = Tensor(array)
    x.requires_grad = True
    return x


def _values(func: Function, given: list[Any]) -> list[Any]:
    with modes.enable_grad():
        return [y.array.astype(np.float64).reshape(-1) for y in _tensors(func(*given))]


def _failure(worst: Worst, x: Tensor, eps: float) -> AutogradError:
    """The error that reports the worst element, with a verdict."""
    gap = abs(worst.left - worst.right)
    scale = max(abs(worst.left), abs(worst.right), 1e-12)
    if x.array.dtype != np.float64:
        verdict = f"too little precision: with {x.dtype.name} a step of {eps} is lost in rounding"
        helps = ["check with inputs of float64: x.double()"]
    elif gap > 1e-2 * scale and gap > 1e-4:
        verdict = (
            f"a kink: the slope is {worst.left:.6g} on the left and {worst.right:.6g} on the right"
        )
        helps = ["move the inputs away from the place where the function bends"]
    else:
        verdict = "a wrong rule: the slopes on both sides agree with each other, not with it"
        helps = []
    return AutogradError(
        f"Jacobian mismatch for output {worst.output} with respect to input {worst.input}",
        notes=[
            f"numerical {worst.numeric:.6g}, analytical {worst.analytic:.6g} for output element "
            f"{worst.row} by input element {worst.column}",
            f"this looks like {verdict}",
        ],
        helps=helps,
    )
