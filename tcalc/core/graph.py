"""The graph: nodes that remember how a value was made, leaves that gradients accumulate in.

A node holds edges to the nodes of its inputs and snapshots of what its rules need, never live
tensors. Nodes are numbered as they are made, so the order of backward is the order of numbers: a
heap walks the graph, nothing recurses, and a chain of 100,000 ops is an ordinary graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count as counter
from typing import TYPE_CHECKING, Any, Protocol

from tcalc.core.dtypes import Array
from tcalc.errors import AutogradError

if TYPE_CHECKING:
    from tcalc.core.plan import Plan
    from tcalc.core.tensor import Tensor

Hook = Callable[["Tensor"], "Tensor | None"]

_numbers = counter(1)
FREED: Any = object()


class Storage:
    """What all views of one memory share: the version, which every in-place write moves on."""

    version = 0


class Edge(Protocol):
    """What stands for a value in the graph: a Node, a Leaf, or a Pick."""

    sequence: int
    hooks: tuple[Hook, ...]
    shape: tuple[int, ...]
    dtype: Any

    @property
    def name(self) -> str:
        """PyTorch's name for it."""

    @property
    def inputs(self) -> Sequence[Any]:
        """The edges that a cotangent is passed on to."""

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """What it was computed from."""


class Leaf:
    """Where gradients of one tensor accumulate, in one buffer that is never re-allocated."""

    __slots__ = ("dtype", "grad", "hooks", "sequence", "shape")
    readable = frozenset({"name", "next_functions"})
    name = "AccumulateGrad"
    inputs: Sequence[Any] = ()
    next_functions: tuple[tuple[Any, int], ...] = ()

    def __init__(self, array: Array) -> None:
        """Describe the tensor. A leaf's number puts it after all nodes in backward."""
        self.sequence = -next(_numbers)
        self.grad: Tensor | None = None
        self.hooks: tuple[Hook, ...] = ()
        self.describe(array)

    def describe(self, array: Array) -> None:
        """Take shape and dtype from `array`, the tensor's value."""
        self.shape = array.shape
        self.dtype = array.dtype

    def __repr__(self) -> str:
        """As PyTorch names it, without the address."""
        return "<AccumulateGrad>"


class Node:
    """One recorded op: edges to its inputs' nodes, snapshots, and the output's shape and dtype.

    `saved` is what the plan's rules need, in its order; `guards` are (storage, version) of the
    tensors among it, checked before use. A node of an op with several results has their shapes and
    dtypes in `outputs`, and a Pick stands for each.
    """

    readable = frozenset({"name", "next_functions"})
    hooks: tuple[Hook, ...] = ()
    outputs: Sequence[tuple[tuple[int, ...], Any]] = ()
    shape: tuple[int, ...] = ()
    dtype: Any = None
    tangents: list[Any] | None = None  # of what was saved, inside of forward accumulation
    _name: str | None = None

    def __init__(
        self,
        plan: Plan,
        edges: Sequence[Any],
        saved: Any,
        guards: Sequence[tuple[Storage, int]],
    ) -> None:
        """Take the next number; whoever records it adds what the output is like."""
        self.sequence = next(_numbers)
        self.plan = plan
        self.edges = edges
        self.saved = saved
        self.guards = guards

    @property
    def name(self) -> str:
        """PyTorch's name for it, such as `MulBackward0`."""
        return self._name or str(self.plan.label)

    def _flat(self) -> list[Any]:
        """The edges with lists of them spread out, None for a constant."""
        flat: list[Any] = []
        for edge in self.edges:
            flat.extend(edge if isinstance(edge, tuple) else (edge,))
        return flat

    @property
    def inputs(self) -> Sequence[Any]:
        """The inputs' edges, without constants."""
        return [edge for edge in self._flat() if edge is not None]

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """The inputs' nodes, None for a constant, each with its output's number."""
        return tuple(
            (edge.node, edge.index) if isinstance(edge, Pick) else (edge, 0)
            for edge in self._flat()
        )

    def check(self) -> None:
        """Raise AutogradError if what was saved is gone or was changed in place."""
        if self.saved is FREED:
            raise AutogradError(
                "Trying to backward through the graph a second time (or directly access saved "
                "tensors after they have already been freed). Saved intermediate values of the "
                "graph are freed when you call .backward() or autograd.grad(). Specify "
                "retain_graph=True if you need to backward through the graph a second time or if "
                "you need to access saved tensors after calling backward.",
                notes=[f"the freed values belong to {self.name}"],
                helps=["backward(retain_graph=True) in the first call keeps them"],
            )
        for storage, version in self.guards:
            if storage.version != version:
                fault = AutogradError(
                    "one of the variables needed for gradient computation has been modified by an "
                    f"inplace operation: it is at version {storage.version}; expected version "
                    f"{version} instead.",
                    notes=[f"{self.name} saved the value and needs it to differentiate"],
                    helps=["write y = y + 1 instead of y += 1, or clone() before changing it"],
                )
                fault.storage = storage
                raise fault

    def __repr__(self) -> str:
        """As PyTorch shows it, without the address."""
        return f"<{self.name}>"


class Pick:
    """One result of a node that has several; stands for it in edges."""

    __slots__ = ("dtype", "hooks", "index", "node", "sequence", "shape")
    readable = frozenset({"name", "next_functions"})

    def __init__(self, node: Node, index: int) -> None:
        """Result number `index` of `node`."""
        self.sequence = next(_numbers)
        self.node = node
        self.index = index
        self.hooks: tuple[Hook, ...] = ()
        self.shape, self.dtype = node.outputs[index]

    @property
    def name(self) -> str:
        """The node's name."""
        return self.node.name

    @property
    def inputs(self) -> Sequence[Any]:
        """The node."""
        return (self.node,)

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """The node's inputs."""
        return self.node.next_functions

    def __repr__(self) -> str:
        """Like the node."""
        return repr(self.node)
