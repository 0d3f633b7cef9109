"""A graph lives as long as somebody can reach it, and not a moment longer.

The collector is off: what goes away here does so by counting references, so nothing that programs
do with gradients may be part of a cycle.
"""

from __future__ import annotations

import gc
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import tcalc
from tcalc import Tensor
from tcalc.core import backward
from tcalc.core.graph import Leaf, Node, Pick
from tcalc.errors import AutogradError
from tcalc.ops.jacobians import hessian, jacfwd, jacrev
from tcalc.ops.optim import SGD, Adam
from tcalc.ops.transforms import grad, jvp, vjp

LONG = 100_000
Made = list[Any]


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def leaf(values: Any) -> Tensor:
    made = Tensor(np.array(values, np.float64))
    made.requires_grad = True
    return made


# Each makes something, and gives what must be gone when nobody holds it.


def forward_only() -> Made:
    x = leaf([1, 2])
    y = (x * x).exp()
    return [x, y, y.node, y.array]


def walked_back() -> Made:
    x = leaf([1, 2])
    y = (x * x).exp()
    y.sum().backward()
    return [x, y, y.node, x.grad, x.grad.array]


def walked_back_twice() -> Made:
    x = leaf([1, 2])
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward(retain_graph=True)
    return [x, y, y.node]


def views() -> Made:
    base = leaf(np.ones((2, 3))) * 1
    view = base.T[0].unsqueeze(0).diagonal()
    return [base, view, view.node]


def a_write() -> Made:
    y = leaf([1, 2, 3]) * 1
    y.mul_(2).exp_()
    y.sum().backward()
    return [y, y.node, y.array]


def a_write_through_views() -> Made:
    base = leaf([1, 2, 3]) * 1
    view = base[1:]
    view.mul_(2)
    return [base, view, base.node, view.node, base.array]


def an_assignment() -> Made:
    x, z = leaf([1, 2, 3]), Tensor(np.zeros(3))
    z[1:] = x[1:] * 2
    z.sum().backward()
    return [x, z, z.node]


def a_turn() -> Made:
    y = leaf(np.ones((2, 3))) * 1
    y.t_()
    y.unsqueeze_(0)
    return [y, y.node]


def detached() -> Made:
    y = leaf([1, 2]) * 1
    other = y.detach()
    other[0] = 3
    node = y.node
    y.detach_()
    return [y, other, node]


def several_results() -> Made:
    x = leaf([[1, 3], [4, 2]])
    values, places = x.sort()
    (values * x).sum().backward()
    return [x, values, places, values.node]


def hooks() -> Made:
    y = leaf([1, 2]) * 2
    y.register_hook(lambda g: g * 2)
    (y * 3).sum().backward()
    return [y, y.node]


def a_hook_after_accumulation() -> Made:
    x = leaf([1, 2])
    x.register_post_accumulate_grad_hook(lambda x: None)
    (x * x).sum().backward()
    return [x, x.grad]


def a_kept_gradient() -> Made:
    y = leaf([1, 2]) * 2
    y.retain_grad()
    (y * 3).sum().backward()
    return [y, y.node, y.grad]


def a_gradient_of_a_gradient() -> Made:
    x = leaf([1, 2])
    (g,) = backward.grad([(x**3).sum()], [x], create_graph=True)
    (h,) = backward.grad([g.sum()], [x])
    return [x, g, g.node, h]


def a_refused_backward() -> Made:
    x = leaf([1, 2])
    y = x * 1
    with pytest.raises(AutogradError):
        (y * 2).backward()
    return [x, y, y.node]


def a_step() -> Made:
    x, y = leaf([1, 2]), leaf([3, 4])
    optimizers = [SGD([x], lr=0.1, momentum=0.9), Adam([y])]
    (x * y).sum().backward()
    for optimizer in optimizers:
        optimizer.step()
    return [x, y, *optimizers]


def through(transform: Callable[..., Any]) -> Callable[[], Made]:
    """A function of functions, and what its function meets inside."""

    def transformed() -> Made:
        made: Made = [leaf([1, 2])]

        def function(x: Tensor) -> Tensor:
            y = x * x
            y[:1] *= 2
            made.extend([y, y.array])
            return (y * x).sum()

        transform(function, made[0])
        return made

    return transformed


TRANSFORMS = {
    "grad": lambda f, x: grad(f)(x),
    "grad of grad": lambda f, x: grad(lambda x: grad(f)(x).sum())(x),
    "vjp": lambda f, x: vjp(f, x)[1](Tensor(np.ones(()))),
    "jvp": lambda f, x: jvp(f, (x,), (x,)),
    "jacrev": lambda f, x: jacrev(f)(x),
    "jacfwd": lambda f, x: jacfwd(f)(x),
    "hessian": lambda f, x: hessian(f)(x),
}
MAKERS = [
    forward_only, walked_back, walked_back_twice, views, a_write, a_write_through_views,
    an_assignment, a_turn, detached, several_results, hooks, a_hook_after_accumulation,
    a_kept_gradient, a_gradient_of_a_gradient, a_refused_backward, a_step,
]  # fmt: skip
MADE = {maker.__name__: maker for maker in MAKERS} | {
    name: through(transform) for name, transform in TRANSFORMS.items()
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_what_nobody_holds_is_gone_without_a_collector(make: Callable[[], Made]) -> None:
    references = [weakref.ref(made) for made in make()]
    assert [reference() for reference in references if reference() is not None] == []


def test_a_chain_that_is_dropped_goes_at_once_and_without_recursion() -> None:
    x = leaf(1)
    y = x
    for _ in range(LONG):
        y = y * x
    nodes = weakref.ref(y.node), weakref.ref(y.node.next_functions[0][0])
    del y
    assert [node() for node in nodes] == [None, None]
    assert x.grad is None


def test_a_chain_takes_memory_in_proportion_to_its_length() -> None:
    def taken(length: int) -> int:
        tracemalloc.start()
        y = leaf(1)
        for _ in range(length):
            y = (y * 1.5).sin()
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return size

    short, long = taken(2_000), taken(8_000)
    assert long < 4.2 * short
    assert long / 16_000 < 1_000  # bytes for an op of a single number: node, edges, array


def test_backward_takes_no_memory_that_grows_with_a_chain() -> None:
    y = leaf(np.ones(1_000))
    for _ in range(300):
        y = y.sin()
    total = y.sum()
    del y
    tracemalloc.start()
    total.backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * 8_000  # a few arrays at a time, of three hundred


def test_backward_frees_what_was_saved_though_the_result_lives_on() -> None:
    x = leaf(np.ones(1_000))
    y = x
    arrays = []
    for _ in range(50):
        saved = y.exp()
        arrays.append(weakref.ref(saved.array))
        y = saved * 0.1
    total = y.sum()
    del y, saved
    assert all(array() is not None for array in arrays)
    total.backward(retain_graph=True)
    assert all(array() is not None for array in arrays)
    total.backward()
    assert all(array() is None for array in arrays)
    assert total.node is not None


def test_a_training_loop_leaves_nothing_behind() -> None:
    session = tcalc.Session(seed=0)
    session.eval(
        "W = torch.nn.Parameter(randn(4, 3))\n"
        "b = torch.zeros(3, requires_grad=True)\n"
        "optimizer = torch.optim.Adam([W, b], lr=0.01)\n"
        "X, y = randn(8, 4), randint(0, 3, (8,))\n"
        "handle = W.register_hook(lambda g: g * 1)\n"
        "def step():\n"
        "    optimizer.zero_grad()\n"
        "    loss = F.cross_entropy(torch.tanh(X @ W + b), y)\n"
        "    loss.backward()\n"
        "    optimizer.step()\n"
        "step()\n"
    )
    before = living()
    session.eval("for i in range(20): step()")
    assert living() == before


def living() -> dict[str, int]:
    """How many tensors and nodes there are."""
    kinds = [type(thing).__name__ for thing in gc.get_objects() if isinstance(thing, _GRAPH)]
    return {kind: kinds.count(kind) for kind in set(kinds)}


_GRAPH = (Tensor, Node, Leaf, Pick)


def test_a_removed_hook_is_forgotten() -> None:
    x = leaf([1, 2])

    class Held:
        def __call__(self, g: Tensor) -> None:
            pass

    hook = Held()
    reference = weakref.ref(hook)
    handle = x.register_hook(hook)
    del hook
    assert reference() is not None
    handle.remove()
    assert x.node.hooks == ()
    del handle
    assert reference() is None


def test_a_handle_does_not_keep_the_tensor() -> None:
    y = leaf([1, 2]) * 2
    handle = y.register_hook(lambda g: g)
    array = weakref.ref(y.array)
    tensor = weakref.ref(y)
    del y
    assert tensor() is None
    assert array() is None
    handle.remove()
