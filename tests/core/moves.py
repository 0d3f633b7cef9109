"""What the machine does: views, functions and places to write to, for tensors and for the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from model import Array, Memory, Model, stretched

LARGEST = 1e3  # a step beyond which is not taken: rounding would hide errors

Fits = Callable[[Any], bool]
Take = Callable[[Any], Any]


def long(x: Any) -> bool:
    return x.ndim > 0 and x.shape[0] > 1


def wide(x: Any) -> bool:
    return x.ndim > 1


# What a view is of a tensor, and of an array of places; one text does for both where there is one.
VIEWS: list[tuple[Fits, Take] | tuple[Fits, Take, Take]] = [
    (long, lambda x: x[1:]),
    (long, lambda x: x[::2]),
    (long, lambda x: x[:-1]),
    (long, lambda x: x[0]),
    (wide, lambda x: x[..., -1]),
    (wide, lambda x: x[:, :1]),
    (wide, lambda x: x[..., 0, :]),
    (wide, lambda x: x.T),
    (lambda x: x.ndim < 3, lambda x: x[None]),
    (lambda x: x.ndim < 3, lambda x: x[..., None]),
    (lambda x: True, lambda x: x.reshape(-1)),
    (lambda x: True, lambda x: x.reshape(1, -1)),
    (lambda x: x.shape and x.size % 2 == 0, lambda x: x.reshape(-1, 2)),
    (lambda x: True, lambda x: x.squeeze()),
    (wide, lambda x: x.transpose(0, -1), lambda a: a.swapaxes(0, -1)),
    (wide, lambda x: x.movedim(0, -1), lambda a: np.moveaxis(a, 0, -1)),
    (lambda x: x.ndim == 3, lambda x: x.permute(2, 0, 1), lambda a: a.transpose(2, 0, 1)),
    (wide, lambda x: x.diagonal(), lambda a: a.diagonal()),
    (wide, lambda x: x.diagonal(1, 0, -1), lambda a: a.diagonal(1, 0, -1)),
    (lambda x: x.ndim < 3, lambda x: x.unsqueeze(-1), lambda a: a[..., None]),
    (wide, lambda x: x.select(-1, 0), lambda a: a[..., 0]),
    (long, lambda x: x.narrow(0, 1, 1), lambda a: a[1:2]),
    (long, lambda x: x.split(1)[1], lambda a: a[1:2]),
    (long, lambda x: x.unbind()[-1], lambda a: a[-1]),
    (wide, lambda x: x.flatten(), lambda a: a.reshape(-1)),
    (
        lambda x: x.ndim < 3 and x.size < 7,
        lambda x: x.expand(2, *x.shape),
        lambda a: np.broadcast_to(a, (2, *a.shape)),
    ),
]
# Functions of one operand: the value, the derivative by x and the value y, and which of x and y an
# op saves for that, as PyTorch's do.
UNARY: dict[str, tuple[Take, Callable[[Array, Array], Any], str]] = {
    "sin": (np.sin, lambda x, y: np.cos(x), "x"),
    "tanh": (np.tanh, lambda x, y: 1 - y * y, "y"),
    "exp": (np.exp, lambda x, y: y, "y"),
    "neg": (np.negative, lambda x, y: np.full_like(x, -1), ""),
    "abs": (np.abs, lambda x, y: np.sign(x), "x"),
    "relu": (lambda x: np.maximum(x, 0), lambda x, y: (y > 0) * 1.0, "y"),
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), lambda x, y: y * (1 - y), "y"),
    "square": (np.square, lambda x, y: 2 * x, "x"),
}
BINARY: dict[str, Callable[[Array, Array], Array]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
}
# Places that are written to by assignment.
INDICES: list[tuple[Fits, Any]] = [
    (long, 0),
    (long, slice(1, None)),
    (long, (slice(None, None, 2),)),
    (wide, (..., -1)),
    (wide, (slice(None), 0)),
    (wide, (0, slice(1))),
    (long, ([1, 0],)),
    (wide, (..., [0])),
]


def small(values: Array, slopes: Array) -> bool:
    """Whether a step's numbers can be held against others without regard to rounding."""
    return all(np.abs(part).max(initial=0) < LARGEST for part in (values, slopes))


def common(a: Model, b: Model) -> tuple[int, ...] | None:
    """The shape that two models broadcast to, None if they do not."""
    try:
        return np.broadcast_shapes(a.places.shape, b.places.shape)
    except ValueError:
        return None


def assigned(shape: tuple[int, ...], model: Model) -> bool:
    """Whether a value broadcasts to a shape."""
    try:
        return np.broadcast_shapes(shape, model.places.shape) == shape
    except ValueError:
        return False


def combined(name: str, a: Model, b: Model) -> tuple[Array, Array]:
    """Value and derivatives of a binary op."""
    values = BINARY[name](a.values, b.values)
    left, right = stretched(a.slopes, values.shape), stretched(b.slopes, values.shape)
    if name == "mul":
        return values, left * b.values[..., None] + right * a.values[..., None]
    return values, left + right if name == "add" else left - right


def factors(name: str, a: Model, b: Model) -> list[Memory] | None:
    """What a binary op saves: of a product, each factor that the other's gradient needs."""
    if name != "mul":
        return None
    return [b.memory] * a.requires_grad + [a.memory] * b.requires_grad
