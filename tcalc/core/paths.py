"""A gradient taken apart: what came to a leaf along each path of the graph.

Rules are linear in the cotangent, so the parts add up to the gradient.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tcalc.core import modes
from tcalc.core.backward import Walk, seed
from tcalc.core.dtypes import Array
from tcalc.core.graph import Node, Pick
from tcalc.core.tensor import Tensor

MOST_PATHS = 12  # with more, the parts are those of the leaf's uses


class Part(NamedTuple):
    """What came to the leaf, and the edges on its way with the cotangent of each.

    The way is that of one path from the result, or only the last edge before the leaf.
    """

    way: tuple[tuple[Any, Array], ...]
    gradient: Array


def reaches(y: Tensor, leaf: Any) -> bool:
    """Whether y was computed from the leaf."""
    return _paths_to(leaf, y.node)[y.node] > 0 if y.node is not None else False


def parts(y: Tensor, leaf: Any) -> list[Part]:
    """The parts of the gradient of y at `leaf`.

    Raises AutogradError where y.backward() would: for saved values that are freed, say.
    """
    first = seed(y, None, 0).array
    counts = _paths_to(leaf, y.node)
    with modes.raw():
        if counts[y.node] > MOST_PATHS:
            uses = _Uses(leaf)
            uses.add(y.node, first)
            uses.run()
            return uses.parts
        return _along_paths(y.node, first, leaf, counts)


def _paths_to(leaf: Any, root: Any) -> dict[Any, int]:
    """How many paths lead from each edge below `root` to the leaf."""
    met: set[Any] = set()
    waiting = [root]
    while waiting:
        edge = waiting.pop()
        if edge not in met:
            met.add(edge)
            waiting += edge.inputs
    counts: dict[Any, int] = {}
    for edge in sorted(met, key=lambda edge: edge.sequence):  # what is below has lower numbers
        counts[edge] = 1 if edge is leaf else sum(counts[below] for below in edge.inputs)
    return counts


def _along_paths(root: Any, first: Array, leaf: Any, counts: dict[Any, int]) -> list[Part]:
    step = _OneStep()
    found: list[Part] = []
    waiting: list[tuple[Any, Array, tuple[tuple[Any, Array], ...]]] = [(root, first, ())]
    while waiting:
        edge, g, way = waiting.pop()
        if edge is leaf:
            found.append(Part(way, g))
            continue
        passed = step.from_(edge, g)
        way = (*way, (edge, g))
        waiting += [(to, part, way) for to, part in reversed(passed) if counts[to]]
    return found


class _OneStep(Walk):
    """Runs the rules of one node at a time."""

    def __init__(self) -> None:
        super().__init__(recorded=False, retain=True, inputs=None)
        self._passed: list[tuple[Any, Array]] = []

    def from_(self, edge: Any, g: Array) -> list[tuple[Any, Array]]:
        """What `edge` passes on of a cotangent that arrives alone."""
        self._passed = []
        if type(edge) is Pick:
            alone: list[Any] = [None] * len(edge.node.outputs)
            alone[edge.index] = g
            self.visit(edge.node, alone)
        elif type(edge) is Node:
            self.visit(edge, g)
        return self._passed

    def add(self, edge: Any, g: Array) -> None:
        self._passed.append((edge, g))


class _Uses(Walk):
    """Keeps apart what comes to a leaf from each node that used it."""

    def __init__(self, leaf: Any) -> None:
        super().__init__(recorded=False, retain=True, inputs=None)
        self.parts: list[Part] = []
        self._leaf = leaf
        self._at: tuple[Any, Any] | None = None

    def visit(self, node: Node, g: Any) -> None:
        self._at = (node, g)
        super().visit(node, g)

    def add(self, edge: Any, g: Array) -> None:
        if edge is self._leaf:
            self.parts.append(Part((self._at,) if self._at else (), g))
        elif edge.inputs or self._at is None:
            super().add(edge, g)
