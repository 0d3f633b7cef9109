"""The backward pass as a value to look at: node by node, what came in and what went where.

>>> x = tensor([1., 2.], requires_grad=True)
>>> graph((x.sin() * x).sum()).backward_steps()
%4 Sum 1               gives %3 [1, 1]
%3 Mul [1, 1]          gives %2 [1, 2], %1 [0.8415, 0.9093]
%2 Sin [1, 2]          gives %1 [0.5403, -0.8323]
%1 x   [1.382, 0.077]  is added to x.grad
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop
from typing import Any, NamedTuple

from tcalc.core import modes
from tcalc.core.backward import Walk, seed
from tcalc.core.dtypes import Array
from tcalc.core.flows import flows
from tcalc.core.graph import Leaf, Node, Pick
from tcalc.core.listing import Entry, Graph, Listing, brief
from tcalc.core.tensor import Tensor
from tcalc.errors import AutogradError


class BackwardStep(NamedTuple):
    """One node's part: its rule's name, what came in, and what goes to which numbers.

    `gradient` is a tuple, with None where nothing came, for a node of several results.
    """

    number: int
    rule: str
    gradient: Any
    passed: tuple[tuple[int, Tensor], ...]


class BackwardSteps(Listing):
    """The steps of one backward pass, in order. Hooks are not called."""

    def __init__(self, graph: Graph, gradient: Tensor | None = None) -> None:
        """Walk the graph; where that cannot be, tell what nodes have kept of the last backward.

        Raises AutogradError where backward would, and nothing was kept.
        """
        self.graph = graph
        walk = _Observed(graph)
        try:
            walk.add(graph.y.node, seed(graph.y, gradient, 0).array)
            with modes.raw():
                walk.run()
        except AutogradError:
            kept = _kept(graph) if gradient is None else None
            if kept is None:
                raise
            walk.steps = kept
        self._steps = walk.steps

    def __len__(self) -> int:
        """How many steps there are."""
        return len(self._steps)

    def __getitem__(self, number: int) -> BackwardStep:
        """One step, counted from the result."""
        return self._steps[number]

    def __iter__(self) -> Iterator[BackwardStep]:
        """The steps, from the result to the leaves."""
        return iter(self._steps)

    def senders(self, number: int) -> list[tuple[int, Tensor]]:
        """What came to a value, a part for each use, by the number of the step that sent it."""
        return [
            (step.number, part) for step in self._steps for to, part in step.passed if to == number
        ]

    @property
    def entries(self) -> list[Entry]:  # type: ignore[override]
        """A line for each step; its inputs are the steps that passed something to it."""
        senders: dict[int, dict[int, list[str]]] = {}
        for step in self._steps:
            for number, part in step.passed:
                sent = senders.setdefault(number, {}).setdefault(step.number, [])
                sent.append(brief(part.array))
        edges = {number: edge for edge, number in self.graph.numbers.items()}
        return [self._entry(step, edges[step.number], senders) for step in self._steps]

    def _entry(
        self, step: BackwardStep, edge: Any, senders: dict[int, dict[int, list[str]]]
    ) -> Entry:
        number, leaf = step.number, isinstance(edge, Leaf)
        name = self.graph.name_of(edge)
        parts = step.gradient if isinstance(step.gradient, tuple) else (step.gradient,)
        came = ", ".join("-" if part is None else brief(part.array) for part in parts)
        gives = ", ".join(f"%{to} {brief(part.array)}" for to, part in step.passed)
        remark = f"is added to {name}.grad" if leaf else f"gives {gives}"
        sent = senders.get(number, {})
        passed = tuple(" + ".join(parts) for parts in sent.values())
        text = f"%{number} {name}"
        return Entry(number, text, text, tuple(sent), came, remark, source=leaf, passed=passed)


class _Observed(Walk):
    """A walk that keeps what it sees, and leaves leaves alone."""

    def __init__(self, graph: Graph) -> None:
        super().__init__(recorded=False, retain=True, inputs=None)
        self.steps: list[BackwardStep] = []
        self._numbers = graph.numbers
        self._passed: list[tuple[int, Tensor]] = []

    def add(self, edge: Any, g: Array) -> None:
        self._passed.append((self._numbers[edge], Tensor(g)))
        super().add(edge, g)

    def run(self) -> None:
        while self.heap:
            edge = heappop(self.heap)[1]
            g = self.pending.pop(edge)
            self._passed = []
            if type(edge) is Node:
                self.visit(edge, g)
            elif type(edge) is Pick:
                self.unpick(edge, g)
                self._passed.append((self._numbers[edge.node], Tensor(g)))
            self.steps.append(
                BackwardStep(self._numbers[edge], edge.label, _opened(g), tuple(self._passed))
            )


def _kept(graph: Graph) -> list[BackwardStep] | None:
    """The steps of the last backward from the flows that it left; None if some are not known."""
    went = flows(graph.y.node, graph.numbers)
    steps = []
    for edge in sorted(graph.numbers, key=lambda edge: -edge.sequence):
        sent = went.sent.get(edge, [None] * len(edge.inputs))
        passed = [(graph.numbers[to], g) for to, g in zip(edge.inputs, sent, strict=True)]
        parts = [g for _, g in went.parts.get(edge, ())]
        g = sum(parts[1:], parts[0]) if isinstance(edge, Leaf) and parts else went.came.get(edge)
        if isinstance(edge, Node) and edge.outputs and edge.flow is not None:
            g = edge.flow[1]
        if g is None or any(part is None for _, part in passed):
            return None
        each = tuple((number, Tensor(part)) for number, part in passed if part is not None)
        steps.append(BackwardStep(graph.numbers[edge], edge.label, _opened(g), each))
    return steps or None


def _opened(g: Any) -> Any:
    if isinstance(g, list):
        return tuple(None if part is None else Tensor(part) for part in g)
    return Tensor(g)
