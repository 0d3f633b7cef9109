"""The graph: nodes that remember how a value was made, leaves that gradients accumulate in.

A node holds edges to the nodes of its inputs and snapshots of what its rules need, never live
tensors. Nodes are numbered as they are made, so the order of backward is the order of numbers: a
heap walks the graph, nothing recurses, and a chain of 100,000 ops is an ordinary graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count as counter
from typing import TYPE_CHECKING, Any, Protocol

from tcalc.core import dtypes
from tcalc.core.dtypes import Array
from tcalc.core.origin import Origin, here
from tcalc.errors import AutogradError

if TYPE_CHECKING:
    from tcalc.core.plan import Plan
    from tcalc.core.tensor import Tensor

Hook = Callable[["Tensor"], "Tensor | None"]

next_number = counter(1).__next__
FREED: Any = object()


class Storage:
    """What all views of one memory share: its version, and where it was written last.

    Only of what a node has `saved` anybody will ask where that was.
    """

    version = 0
    saved = False
    written: Origin | None = None

    def touch(self) -> None:
        """Move the version on: the memory was written."""
        self.version += 1
        if self.saved:
            self.written = here(2)


Guard = tuple[Storage, int, int]
# The walk of a backward, the cotangent that came to a node, and those that went to its edges; None
# stands for what is too large to keep.
Flow = tuple[int, Any, Sequence[Any]]


class Edge(Protocol):
    """What stands for a value in the graph: a Node, a Leaf, or a Pick."""

    sequence: int
    hooks: tuple[Hook, ...]
    shape: tuple[int, ...]
    dtype: Any

    @property
    def label(self) -> str:
        """What prints as grad_fn, such as `MulBackward0`."""

    @property
    def inputs(self) -> Sequence[Any]:
        """The edges that a cotangent is passed on to."""

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """What it was computed from."""


class Leaf:
    """Where gradients of one tensor accumulate, in one buffer that is never re-allocated.

    `hooks` see the gradient before it is added, `after` are called once it has been.
    """

    __slots__ = ("after", "dtype", "grad", "hooks", "sequence", "shape")
    readable = frozenset({"name", "next_functions"})
    label = "AccumulateGrad"
    inputs: Sequence[Any] = ()
    next_functions: tuple[tuple[Any, int], ...] = ()

    def __init__(self, array: Array) -> None:
        """Describe the tensor. A leaf's number puts it after all nodes in backward."""
        self.sequence = -next_number()
        self.grad: Tensor | None = None
        self.hooks: tuple[Hook, ...] = ()
        self.after: tuple[Callable[[], object], ...] = ()
        self.describe(array)

    def name(self) -> str:
        """PyTorch's name for it."""
        return "torch::autograd::AccumulateGrad"

    def describe(self, array: Array) -> None:
        """Take shape and dtype from `array`, the tensor's value."""
        self.shape = array.shape
        self.dtype = array.dtype

    def __repr__(self) -> str:
        """As PyTorch names it, without the address."""
        return "<AccumulateGrad>"


class Node:
    """One recorded op: edges to its inputs' nodes, snapshots, and the output's shape and dtype.

    Plans make nodes, and set what differs from the defaults here.

    `saved` is what the plan's rules need, in its order; `guards` are (storage, version, place among
    the saved) of the tensors among it, checked before use, and `origin` says where the program did
    that. A node of an op with several results has their shapes and dtypes in `outputs`, and a Pick
    stands for each.
    """

    readable = frozenset({"name", "next_functions"})
    sequence: int
    plan: Plan
    edges: Sequence[Any]
    saved: Any = ()
    guards: Sequence[Guard] = ()
    saved_number = False  # of an operand; that is gone after backward as tensors are
    hooks: tuple[Hook, ...] = ()
    outputs: Sequence[tuple[tuple[int, ...], Any]] = ()
    shape: tuple[int, ...] = ()
    dtype: Any = None
    origin: Origin | None = None
    tangents: list[Any] | None = None  # of what was saved, inside of forward accumulation
    flow: Flow | None = None  # of the last backward, where graphs are shown
    _name: str | None = None

    @property
    def label(self) -> str:
        """What prints as grad_fn, such as `MulBackward0`."""
        return self._name or str(self.plan.label)

    def name(self) -> str:
        """PyTorch's name for it."""
        return "torch::autograd::CopySlices" if self.label == "CopySlices" else self.label

    @property
    def inputs(self) -> Sequence[Any]:
        """The inputs' edges, without constants."""
        return [edge for edge in spread(self.edges) if edge is not None]

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """The inputs' nodes, None for a constant, each with its output's number."""
        edges = self.plan.spread(self.edges)
        return tuple(
            (edge.node, edge.index) if isinstance(edge, Pick) else (edge, 0)
            for edge in spread(edges)
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
                notes=[f"the freed values belong to {self.label}"],
                helps=["backward(retain_graph=True) in the first call keeps them"],
                places=[(self.origin, f"{self.label} was recorded here")],
            )
        for storage, version, position in self.guards:
            if storage.version != version:
                raise self._overwritten(storage, version, position)

    def _overwritten(self, storage: Storage, version: int, position: int) -> AutogradError:
        """The error for a saved value whose memory was written since."""
        what, made = self.plan.saved_as(self, position)
        value = self.saved[position]
        described = ""
        if not isinstance(value, list):
            label = dtypes.of_numpy(value.dtype).label
            described = f"[torch.{label}Tensor {list(value.shape)}]"
        fault = AutogradError(
            "one of the variables needed for gradient computation has been modified by an inplace "
            f"operation: {described or 'it'}{made} is at version {storage.version}; expected "
            f"version {version} instead.",
            notes=[f"{self.label} saved {what} and needs it as it was to differentiate"],
            helps=["write y = y + 1 instead of y += 1, or clone() before changing it"],
            places=[
                (self.origin, f"{self.label} saved {what} here"),
                (storage.written, "changed in place here"),
            ],
        )
        fault.storage = storage
        return fault

    def __repr__(self) -> str:
        """As PyTorch shows it, without the address."""
        return f"<{self.label}>"


def spread(edges: Sequence[Any]) -> list[Any]:
    """The edges with lists of them spread out, None for a constant."""
    flat: list[Any] = []
    for edge in edges:
        flat.extend(edge if isinstance(edge, tuple) else (edge,))
    return flat


class Pick:
    """One result of a node that has several; stands for it in edges."""

    __slots__ = ("dtype", "hooks", "index", "node", "sequence", "shape")
    readable = frozenset({"name", "next_functions"})

    def __init__(self, node: Node, index: int) -> None:
        """Result number `index` of `node`."""
        self.sequence = next_number()
        self.node = node
        self.index = index
        self.hooks: tuple[Hook, ...] = ()
        self.shape, self.dtype = node.outputs[index]

    @property
    def label(self) -> str:
        """The node's."""
        return self.node.label

    def name(self) -> str:
        """The node's name."""
        return self.node.name()

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
