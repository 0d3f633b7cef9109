"""What an op saved for backward is freed by it, and what an op made is nobody's when dropped."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from samples import Array, Case, called, mapped, tensors_in
from test_gradients import DIFFERENTIABLE

from tcalc.core.graph import Node
from tcalc.core.tensor import Tensor


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def one_each() -> list[Case]:
    """The first case of each form of an op."""
    forms: dict[Any, Case] = {}
    for case in DIFFERENTIABLE:
        forms.setdefault(case.form, case)
    return list(forms.values())


def results(case: Case, leaves: list[Tensor]) -> list[Tensor]:
    """What a case gives for arguments that were themselves computed, from `leaves`."""

    def argument(array: Array) -> Tensor:
        x = Tensor(array)
        if array.dtype.kind not in "fc":
            return x
        x.requires_grad = True
        leaves.append(x)
        return x * 1

    args, kwargs = mapped(case.arguments(), argument)
    return [out for out in tensors_in(called(case, args, kwargs)) if out.requires_grad]


def nodes_of(tensor: Tensor) -> Iterator[Node]:
    """The nodes that a tensor came from."""
    waiting, met = [tensor.node], set()
    while waiting:
        edge = waiting.pop()
        if edge not in met:
            met.add(edge)
            waiting += edge.inputs
            if isinstance(edge, Node):
                yield edge


def arrays_in(value: Any) -> Iterator[Array]:
    """The arrays in what a node saved, at any depth."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from arrays_in(item)


@pytest.mark.parametrize("case", one_each(), ids=lambda case: case.id)
def test_backward_frees_all_that_was_saved(case: Case) -> None:
    leaves: list[Tensor] = []
    total: Any = Tensor(np.zeros(()))
    for out in results(case, leaves):
        total = total + (out.abs() if out.dtype.is_complex else out).sum()
    held = {id(leaf.array) for leaf in leaves}
    references = [
        (node.name(), weakref.ref(array))
        for node in nodes_of(total)
        for array in arrays_in(node.saved)
        if array.base is None and id(array) not in held
    ]
    del out
    total.backward()
    assert [name for name, reference in references if reference() is not None] == []


@pytest.mark.parametrize("case", one_each(), ids=lambda case: case.id)
def test_results_that_are_dropped_are_gone_with_their_graph(case: Case) -> None:
    outs = results(case, [])
    references = [weakref.ref(out) for out in outs]
    references += [weakref.ref(node) for out in outs for node in nodes_of(out)]
    del outs
    assert [reference() for reference in references if reference() is not None] == []
