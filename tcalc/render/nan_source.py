"""`why_nan(expression)`: the first op that made a nan or an infinity, and of what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from tcalc.core import nested
from tcalc.core.dtypes import Array
from tcalc.core.graph import FREED, Leaf, Pick
from tcalc.core.listing import Graph, brief
from tcalc.core.plan import ARGUMENT, OUTPUT
from tcalc.core.tensor import Tensor
from tcalc.core.witness import Seen, witnessed
from tcalc.errors import ArgumentFault
from tcalc.lang import runtime, words
from tcalc.lang.attributes import type_name
from tcalc.render.drawing import Picture
from tcalc.render.explaining import Explanation
from tcalc.render.index_maps import Operand, at
from tcalc.render.looks import name_of

_COMPUTE = "why_nan(lambda: ...) computes the expression again and looks at every step"


def why_nan(expression: Any) -> Picture:
    """why_nan(y), why_nan(log(x) * 0): the first op that gave nan or inf, where, and of what.

    An expression is looked at step by step; a name by what its graph has saved.
    """
    compute = expression.value if isinstance(expression, runtime.Expression) else expression
    watch = _NanWatch()
    value = witnessed(compute, watch.saw) if callable(compute) else compute
    if not watch.steps and callable(value) and not isinstance(value, Tensor):
        value = witnessed(value, watch.saw)
    if watch.first is not None:
        return NanSource(watch.lines(), _explanation(watch.first))
    tensors = [leaf for leaf in nested.leaves(value) if isinstance(leaf, Tensor)]
    if watch.steps or not any(_is_bad(tensor.array) for tensor in tensors):
        if not tensors and not watch.steps:
            raise ArgumentFault(
                "why_nan() takes a tensor or an expression",
                blame={"expression": type_name(value)},
                helps=[_COMPUTE],
            )
        return NanSource([f"nothing is nan or inf{_among(watch.steps)}"])
    return NanSource(_in_graph(next(t for t in tensors if _is_bad(t.array))))


why_nan.looks_at_expressions = True  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, repr=False)
class NanSource(Picture):
    """What was found in words, and the guilty step explained."""

    lines: list[str]
    explanation: Explanation | None = None

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """The words first."""
        for number, line in enumerate(self.lines):
            yield Text(line, "" if number else "title")
        if self.explanation is not None:
            yield self.explanation


class _NanWatch:
    """Looks at each step's results until one is bad; of later steps it counts what passes it on."""

    def __init__(self) -> None:
        self.steps = 0
        self.first: Seen | None = None
        self._brought: list[str] = []
        self._passed = 0

    def saw(self, seen: Seen) -> None:
        """Take note of one step."""
        self.steps += 1
        if self.first is not None:
            self._passed += any(map(_is_bad, _arrays(seen.result)))
        elif any(map(_is_bad, _arrays(seen.result))):
            self.first = seen
            operands = [leaf for leaf in nested.leaves(seen.args) if isinstance(leaf, Tensor)]
            self._brought = [
                f"{name_of(each) or 'an operand'} has {_found(each.array)}"
                for each in operands
                if _is_bad(each.array)
            ]

    def lines(self) -> list[str]:
        """The verdict, the place, and how far it went."""
        assert self.first is not None
        step = self.first.step
        array = next(array for array in _arrays(self.first.result) if _is_bad(array))
        if self._brought:
            lines = [f"{self._brought[0]} already, before {step.title}"]
        else:
            lines = [f"{step.title} made {_found(array)}, of operands that have none"]
        place = words.placing(runtime.session())(step.origin) if step.origin else ""
        if place:
            lines.append(f"in {place}")
        if self._passed:
            s = "" if self._passed == 1 else "s"
            lines.append(f"{self._passed} later step{s} passed it on")
        return lines


def _explanation(seen: Seen) -> Explanation:
    """The bad element of the step, with what it was made of."""
    tensors = [leaf for leaf in nested.leaves(seen.args) if isinstance(leaf, Tensor)]
    names = iter("abcdefgh")
    operands = tuple(Operand(name_of(each) or next(names, "_"), each.array) for each in tensors)
    results = [leaf for leaf in nested.leaves(seen.result) if isinstance(leaf, Tensor)]
    return Explanation(seen, operands, _first_bad(results[0].array) if results else None)


def _arrays(tree: Any) -> list[Array]:
    return [leaf.array for leaf in nested.leaves(tree) if isinstance(leaf, Tensor)]


def _is_bad(array: Array) -> bool:
    return _first_bad(array) is not None


def _first_bad(array: Array) -> tuple[int, ...] | None:
    """The index of the first element that is nan or infinite; None if all are finite."""
    if array.dtype.kind not in "fcV" or not array.size:
        return None
    bad = ~np.isfinite(array)
    if not bad.any():
        return None
    return tuple(map(int, np.unravel_index(int(np.argmax(bad)), array.shape)))


def _found(array: Array) -> str:
    """`-inf at [0, 2]`."""
    index = _first_bad(array)
    assert index is not None
    place = f" at {list(index)}" if index else ""
    count = int(np.count_nonzero(~np.isfinite(array)))
    return f"{brief(array[index])}{place}" + (f" (the first of {count})" if count > 1 else "")


def _among(steps: int) -> str:
    return f" in {steps} step{'' if steps == 1 else 's'}" if steps else ""


# Graphs ---------------------------------------------------------------------------------------


def _in_graph(y: Tensor) -> list[str]:
    """What the graph of y knows of where it went wrong."""
    said = f"{name_of(y) or 'it'} has {_found(y.array)}"
    if y.node is None or isinstance(y.node, Leaf):
        return [f"{said}; no graph says how it was computed", _COMPUTE]
    session = runtime.session()
    graph = Graph(y, words.leaves(session))
    known = _known(graph, {session[name].node: session[name].array for name in _leaves(session)})
    known[y.node] = y.array
    for edge in graph.numbers:  # inputs come first
        array = known.get(edge)
        if array is None or not _is_bad(array):
            continue
        if isinstance(edge, Leaf):
            return [f"{graph.name_of(edge)} has {_found(array)} already: it is no op's result"]
        return [said, *_verdict(graph, edge, array, known)]
    raise AssertionError("y itself is known")


def _verdict(graph: Graph, edge: Any, array: Array, known: dict[Any, Array]) -> list[str]:
    """What is known of the first edge whose value is known to be bad."""
    name = f"%{graph.numbers[edge]} {graph.name_of(edge)}"
    node = edge.node if isinstance(edge, Pick) else edge
    unknown = [below for below in edge.inputs if below not in known]
    lines = [f"{name} has {_found(array)}"]
    index = _first_bad(array) or ()
    for below in edge.inputs:
        value = known.get(below)
        if value is not None:
            same = value.shape == array.shape
            shown = brief(value[index]) if same else brief(value)
            called = f"%{graph.numbers[below]} {graph.name_of(below)}"
            lines.append(f"  made of {at(called, index if same else ())} = {shown}")
    if node.origin is not None:
        place = words.placing(runtime.session())(node.origin)
        lines += [f"in {place}"] if place else []
    if unknown:
        names = ", ".join(f"%{graph.numbers[each]} {graph.name_of(each)}" for each in unknown)
        lines.append(f"what {names} gave was not saved, so it may have come from there")
        lines.append(_COMPUTE)
    else:
        lines.append(f"{name} is the first: what it was made of that has a gradient is finite")
    return lines


def _known(graph: Graph, leaves: dict[Any, Array]) -> dict[Any, Array]:
    """The values of edges: those of leaves, and what nodes have saved of each other."""
    known = dict(leaves)
    for node in graph.numbers:
        if isinstance(node, Leaf | Pick) or node.saved is FREED:
            continue
        edges = dict(zip(node.plan.slots, node.edges, strict=True))
        for (source, slot), value in zip(node.plan.needs, node.saved, strict=True):
            edge = edges.get(slot) if source == ARGUMENT else node
            if not isinstance(value, np.ndarray) or edge is None or node.plan.cotangents:
                continue
            if source in (ARGUMENT, OUTPUT) and edge in graph.numbers:
                known[edge] = value
    return known


def _leaves(session: Any) -> list[str]:
    return list(words.leaves(session).values())
