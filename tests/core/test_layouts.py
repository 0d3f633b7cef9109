"""A write through a view has its gradient however base, cotangent and tangent lie in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import permutations, product
from typing import Any

import numpy as np
import pytest

from tcalc import Tensor
from tcalc.core import backward
from tcalc.errors import TcalcError
from tcalc.ops.transforms import jvp

SHAPE = (2, 3, 4)
ORDERS = list(permutations(range(3)))
CHAINS: dict[str, Callable[[Any], Any]] = {
    "x.reshape(-1)": lambda x: x.reshape(-1),
    "x.reshape(-1)[3:]": lambda x: x.reshape(-1)[3:],
    "x.T.reshape(-1)[::2]": lambda x: x.T.reshape(-1)[::2],
    "x.T.flatten(0, 1)[1:]": lambda x: x.T.flatten(0, 1)[1:],
    "x.mT.reshape(2, 12)[0]": lambda x: x.mT.reshape(2, 12)[0],
    "x.flatten(1).T": lambda x: x.flatten(1).T,
    "x[0].reshape(-1)[1:]": lambda x: x[0].reshape(-1)[1:],
    "x.permute(1, 0, 2).reshape(-1)": lambda x: x.permute(1, 0, 2).reshape(-1),
}
WRITES: dict[str, Callable[[Tensor], Any]] = {
    "mul_(5)": lambda view: view.mul_(5),
    "zero_()": lambda view: view.zero_(),
}


def laid_out(values: Any, order: tuple[int, ...]) -> Any:
    """An array of the same values whose axes lie in memory in another order."""
    array = np.empty([values.shape[axis] for axis in order]).transpose(np.argsort(order))
    array[...] = values
    return array


def situations() -> Iterator[tuple[str, tuple[int, ...], tuple[int, ...], Any, Any, Any]]:
    """Chains that are views of a base in some order, with writes, and what those multiply by."""
    for order, other, chain, write in product(ORDERS, ORDERS, CHAINS, WRITES):
        base = laid_out(np.ones(SHAPE), order)
        view = CHAINS[chain](Tensor(base))
        if np.shares_memory(view.array, base):
            WRITES[write](view)
            name = f"{chain}.{write} of {order}, {other}"
            yield name, order, other, CHAINS[chain], WRITES[write], base


def written(x: Any, order: tuple[int, ...], take: Any, write: Any) -> Any:
    """A base computed from x, of the same layout, that was written through a view."""
    base = x * 1
    assert np.argsort(base.array.strides)[::-1].tolist() == list(order)
    write(take(base))
    return base


VALUES = np.arange(24.0).reshape(SHAPE)


@pytest.mark.parametrize("create_graph", [False, True])
def test_a_gradient_is_the_same_whatever_the_layouts(create_graph: bool) -> None:
    failures = []
    for name, order, other, take, write, factors in situations():
        x = Tensor(laid_out(VALUES, order))
        x.requires_grad = True
        base = written(x, order, take, write)
        cotangent = Tensor(laid_out(VALUES, other))
        try:
            (g,) = backward.grad([base], [x], [cotangent], create_graph=create_graph)
        except TcalcError as failure:
            failures.append((name, failure.headline))
        else:
            if g is None or not np.array_equal(g.array, VALUES * factors):
                failures.append((name, repr(g)))
    assert failures == []


def test_a_tangent_is_the_same_whatever_the_layouts() -> None:
    failures = []
    for name, order, other, take, write, factors in situations():
        along = Tensor(laid_out(VALUES, other))
        function = partial(written, order=order, take=take, write=write)
        value, tangent = jvp(function, (Tensor(laid_out(VALUES, order)),), (along,))
        assert np.array_equal(value.array, VALUES * factors)
        if not np.array_equal(tangent.array, VALUES * factors):
            failures.append((name, repr(tangent)))
    assert failures == []
