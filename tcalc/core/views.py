"""Views and writes through them.

A view remembers its base and the steps that lead to it. A write into any of them is a write into
the base: the memory changes once, the base's history gains a `CopySlices` node, and every other
view of that base finds its own place in the graph again, by repeating its steps, when next asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tcalc.core import modes
from tcalc.core.plan import Plan
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import AutogradError, RuntimeFault

if TYPE_CHECKING:
    from tcalc.core.op import Op


class ViewChain:
    """How a view comes from its base: the chain of the tensor it was taken from, and one step.

    `generation` is the base's when the view last knew its node.
    """

    __slots__ = ("_base", "generation", "op", "parent", "values")

    def __init__(self, source: Tensor, op: Op, values: Sequence[Any]) -> None:
        """The view is `op` of `source`; `values` are the op's arguments, source first."""
        self.parent = source.chain
        self._base: Tensor = source if source.chain is None else source.chain.base
        self.op = op
        self.values = tuple(values[1:])
        self.generation = self._base.generation

    @property
    def base(self) -> Tensor:
        """The tensor that a write into the view is a write into; it is no view itself.

        One that was turned in place since (`t_()`) has become a view of what it was before.
        """
        base = self._base
        if base.chain is not None:
            base = self._base = base.chain.base
        return base

    def steps(self) -> list[tuple[Op, tuple[Any, ...]]]:
        """The ops from the base to the view, with their arguments."""
        steps = []
        link: ViewChain | None = self
        while link is not None:
            steps.append((link.op, link.values))
            link = link.parent
        return steps[::-1]

    def replay(self, view: Tensor) -> None:
        """Find the node of `view`, now that its base's history has changed."""
        self.generation = self.base.generation
        if self.base.node is None:
            view.move_to(None)
            return
        with modes.enable_grad():
            view.move_to(Route(self).follow(self.base)._node)


class Route:
    """The way from a base to a view: its steps, and how the base lies in memory.

    A step that is a view of what lies so may be a copy of anything else. The base itself is not
    held, for nodes keep routes.
    """

    __slots__ = ("_axes", "_shape", "_steps")

    def __init__(self, chain: ViewChain) -> None:
        """Take down the way that `chain` goes."""
        base = chain.base.array
        self._steps = chain.steps()
        self._shape = base.shape
        self._axes = sorted(range(base.ndim), key=lambda axis: -abs(base.strides[axis]))

    def follow(self, x: Any) -> Any:
        """The view of `x`, a tensor or (in backward's raw mode) an array that lies as the base."""
        for op, values in self._steps:
            x = op.apply([x, *values])
        return x

    def laid(self, x: Any) -> Any:
        """A copy of `x`, of the base's shape, that lies as the base does."""
        if isinstance(x, Tensor):
            copy: Tensor = REGISTRY["clone"](x)
            copy.array = self.laid(x.array)
            return copy
        memory = np.empty([self._shape[axis] for axis in self._axes], x.dtype)
        laid = memory.transpose(np.argsort(self._axes))
        laid[...] = x
        return laid

    def inside(self, g: Any) -> Any:
        """The part of `g`, of the base's shape, where the view is."""
        return self.follow(self.laid(g))

    def outside(self, g: Any) -> Any:
        """`g`, of the base's shape, with zeros where the view is."""
        whole = self.laid(g)
        if isinstance(g, Tensor):
            self.follow(whole).zero_()
        else:
            self.follow(whole)[...] = 0
        return whole


def attach(op: Op, values: Sequence[Any], result: Tensor) -> None:
    """Make `result` a view of its first argument, in whose memory it lies."""
    source: Tensor = values[0]
    result._storage = source.storage
    result.chain = ViewChain(source, op, values)


def check_writable(x: Tensor) -> None:
    """Raise an error if x must not be written in place: a leaf, an expanded or read-only tensor."""
    check_leaf(x)
    check_memory(x)


def check_memory(x: Tensor) -> None:
    """Raise RuntimeFault if the memory of x is read-only, or elements share a place in it."""
    array = x.array
    if (
        0 in array.strides
        and array.size
        and any(
            stride == 0 and size > 1
            for stride, size in zip(array.strides, array.shape, strict=True)
        )
    ):
        raise RuntimeFault(
            "unsupported operation: more than one element of the written-to tensor refers to a "
            "single memory location. Please clone() the tensor before performing the operation.",
            blame={"x": describe(x)},
            helps=["{x}.clone() has memory of its own"],
        )
    if not array.flags.writeable:
        raise RuntimeFault(
            "this tensor's memory cannot be written",
            blame={"x": describe(x)},
            notes=["it lies in a file that was opened for reading, or in a constant array"],
            helps=["{x}.clone() has memory of its own"],
        )


def check_leaf(x: Tensor) -> None:
    """Raise AutogradError if gradients flow and x is a leaf, or a view of one."""
    if modes.current() != modes.GRAD or x.node is None:
        return
    helps = ["update it inside `with no_grad():`, or make a new tensor: y = x + 1"]
    if x.is_leaf:
        raise AutogradError(
            "a leaf Variable that requires grad is being used in an in-place operation.",
            blame={"x": describe(x)},
            helps=helps,
        )
    if x.chain is not None and x.chain.base.is_leaf and x.chain.base.node is not None:
        raise AutogradError(
            "a view of a leaf Variable that requires grad is being used in an in-place operation.",
            blame={"x": describe(x)},
            helps=helps,
        )


def rewrite_history(x: Tensor, node: Any) -> None:
    """Let `node` be what made x, after x was written; if x is a view, its base changes with it."""
    chain = x.chain
    if chain is None:
        x.move_to(node)
        x.generation += 1
        return
    base = chain.base
    piece = Tensor(x.array)
    piece._node = node
    before = Tensor(base.array)
    before._node = base.node
    mask = 0b10 if before._node is None else 0b11
    whole = Tensor(base.array)
    route = Route(chain)
    _copy_slices(mask).record([before, piece, route], [before.array, piece.array, route], [whole])
    base.move_to(whole._node)
    base.generation += 1
    if x.retained is not None:
        chain.replay(x)


_RULES = {
    0: lambda g, route: route.outside(g),
    1: lambda g, route: route.inside(g),
}
_PLANS = {
    mask: Plan("CopySlices", _RULES, ("base", "value", "route"), mask) for mask in (0b10, 0b11)
}


def _copy_slices(mask: int) -> Plan:
    return _PLANS[mask]
