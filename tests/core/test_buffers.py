"""A leaf's gradient is one tensor in one memory, whoever made it and however it is added to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tcalc import Session, Tensor
from tcalc.core import modes
from tcalc.core.dtypes import named
from tcalc.core.registry import REGISTRY
from tcalc.errors import AutogradError
from tcalc.ops.optim import SGD


def leaf(values: Any, dtype: str = "float64") -> Tensor:
    made = Tensor(np.array(values, dtype))
    made.requires_grad = True
    return made


def quietly(total: Tensor) -> None:
    with modes.no_grad():
        total.backward()


# Each adds 1 to every element of x.grad.
ADDITIONS: dict[str, Callable[[Tensor], Any]] = {
    "of a sum": lambda x: x.sum().backward(),
    "of a cotangent": lambda x: x.backward(Tensor(np.ones(3))),
    "of an alias": lambda x: x[...].backward(Tensor(np.ones(3))),
    "of what was broadcast": lambda x: (x * Tensor(np.full((4, 3), 0.25))).sum().backward(),
    "of one element after another": lambda x: [x[i].backward() for i in range(3)],
    "of many paths": lambda x: (x * 0.5 + x * 0.25 + x / 4).sum().backward(),
    "of chosen inputs": lambda x: (x * 1).sum().backward(inputs=[x]),
    "of several tensors": lambda x: REGISTRY["_autograd_backward"]([x[0], x[1:].sum()]),
    "of a graph that is kept": lambda x: (x * 1).sum().backward(retain_graph=True),
    "of float32": lambda x: x.float().sum().backward(),
    "of a write": lambda x: (x * 0.5).mul_(2).sum().backward(),
    "in no_grad()": lambda x: quietly(x.sum()),
}


@pytest.mark.parametrize("add", ADDITIONS.values(), ids=ADDITIONS.keys())
def test_every_backward_adds_into_the_memory_of_the_first(add: Callable[[Tensor], Any]) -> None:
    x = leaf([1, 2, 3])
    add(x)
    grad = x.grad
    assert grad is not None
    address, version = grad.data_ptr(), grad._version
    for _ in range(20):
        add(x)
    assert x.grad is grad
    assert grad.data_ptr() == address
    assert grad._version > version
    assert grad.tolist() == [21, 21, 21]
    assert not grad.requires_grad


@pytest.mark.parametrize("add", ADDITIONS.values(), ids=ADDITIONS.keys())
def test_a_buffer_of_the_users_may_be_a_part_of_something(add: Callable[[Tensor], Any]) -> None:
    x, whole = leaf([1, 2, 3]), Tensor(np.zeros((3, 2)))
    x.grad = buffer = whole.T[1]
    add(x)
    assert x.grad is buffer
    assert whole.tolist() == [[0, 1], [0, 1], [0, 1]]


@pytest.mark.parametrize("add", ADDITIONS.values(), ids=ADDITIONS.keys())
def test_the_first_gradient_has_memory_of_its_own(add: Callable[[Tensor], Any]) -> None:
    x, y = leaf([1, 2, 3]), leaf([1, 2, 3])
    add(x)
    add(y)
    assert x.grad is not None and y.grad is not None
    assert x.grad.array.flags.owndata and x.grad.array.flags.writeable
    x.grad.fill_(7)
    assert x.tolist() == [1, 2, 3]
    assert y.grad.tolist() == [1, 1, 1]


def test_zeroing_keeps_the_memory_in_each_of_its_spellings() -> None:
    x = leaf([1, 2, 3])
    x.sum().backward()
    grad = x.grad
    assert grad is not None
    for zero in (
        grad.zero_,
        lambda: grad.fill_(0),
        lambda: grad.mul_(0),
        lambda: grad.__setitem__(..., 0),
        lambda: SGD([x], lr=1).zero_grad(set_to_none=False),
    ):
        zero()
        assert grad.tolist() == [0, 0, 0]
        x.sum().backward()
        assert x.grad is grad
        assert grad.tolist() == [1, 1, 1]


def test_one_buffer_may_serve_two_leaves() -> None:
    x, y, buffer = leaf([1, 2]), leaf([3, 4]), Tensor(np.zeros(2))
    x.grad = y.grad = buffer
    (x * 2 + y * 10).sum().backward()
    assert buffer.tolist() == [12, 12]


@pytest.mark.parametrize("create_graph", [False, True])
def test_the_gradient_of_create_graph_replaces_what_was_there(create_graph: bool) -> None:
    x = leaf([1, 2])
    x.grad = before = Tensor(np.array([10.0, 20.0]))
    (x * x).sum().backward(create_graph=True)
    between = x.grad
    assert between is not None and between is not before
    assert between.tolist() == [12, 24]
    assert between.requires_grad
    (x * x).sum().backward(create_graph=create_graph)
    assert x.grad is not None
    assert x.grad.tolist() == [14, 28]
    assert before.tolist() == [10, 20]


def test_the_gradients_of_create_graph_are_apart() -> None:
    x, y, cotangent = leaf([1, 2]), leaf([3, 4]), Tensor(np.ones(2))
    (x + y).backward(cotangent, create_graph=True)
    assert x.grad is not None and y.grad is not None
    with modes.no_grad():
        x.grad += 5
    assert y.grad.tolist() == [1, 1]
    assert cotangent.tolist() == [1, 1]


def test_a_graph_that_used_a_gradient_notices_that_it_was_added_to() -> None:
    session = Session()
    session.eval(
        "x = ones(2, requires_grad=True); w = ones(2, requires_grad=True)\n"
        "x.sum().backward(); z = (w * x.grad).sum(); x.sum().backward()"
    )
    with pytest.raises(AutogradError, match="modified by an inplace operation"):
        session.eval("z.backward()")


DTYPES = ["float16", "bfloat16", "float32", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("name", DTYPES)
@pytest.mark.parametrize("other", DTYPES)
def test_a_gradient_has_the_dtype_of_its_leaf(name: str, other: str) -> None:
    x = REGISTRY["to"](Tensor(np.array([1.0, 2.0])), named(name)).detach()
    x.requires_grad = True
    y = REGISTRY["to"](Tensor(np.array([3.0, 4.0])), named(other))
    for _ in range(2):
        total = (x * y).sum()
        (total.real if total.dtype.is_complex else total).backward()
        assert x.grad is not None
        assert x.grad.dtype is x.dtype
    assert x.grad is not None
    assert REGISTRY["to"](x.grad, named("complex128")).tolist() == [6, 8]


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (1, 1)])
def test_a_gradient_has_the_shape_of_its_leaf(shape: tuple[int, ...]) -> None:
    x = leaf(np.ones(shape))
    (x.reshape(-1) * 3).sum().backward()
    assert x.grad is not None
    assert x.grad.shape == shape
    assert (x.grad.array == 3).all()
