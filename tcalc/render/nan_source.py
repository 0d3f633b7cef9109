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
from tcalc.render.bad_numbers import first_bad, found, is_bad
from tcalc.render.drawing import Picture
from tcalc.render.explaining import Explanation
from tcalc.render.index_maps import Operand, at
from tcalc.render.looks import name_of
from tcalc.render.nan_gradient import in_gradient

_LONGEST = 60  # characters of an expression that is offered
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
        if watch.first.step.name == "get_grad":
            return NanSource(in_gradient(watch.first.args[0]))
        return NanSource(watch.lines(), _explanation(watch.first))
    tensors = [leaf for leaf in nested.leaves(value) if isinstance(leaf, Tensor)]
    if watch.given and any(is_bad(tensor.array) for tensor in tensors):
        return NanSource(watch.written())
    if watch.steps or not any(is_bad(tensor.array) for tensor in tensors):
        if not tensors and not watch.steps:
            raise ArgumentFault(
                "why_nan() takes a tensor or an expression",
                blame={"expression": type_name(value)},
                helps=[_COMPUTE],
            )
        return NanSource([f"nothing is nan or inf{_among(watch.steps)}"])
    return NanSource(_in_graph(next(t for t in tensors if is_bad(t.array))))


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
    """Looks at each step's results until one is bad; of later steps it counts what passes it on.

    `given` are the steps that only wrote what they were told to, such as a mask of -inf.
    """

    def __init__(self) -> None:
        self.steps = 0
        self.first: Seen | None = None
        self.given: list[Seen] = []
        self._brought: list[tuple[str, Array]] = []
        self._made_nan: Seen | None = None
        self._passed = 0

    def saw(self, seen: Seen) -> None:
        """Take note of one step."""
        self.steps += 1
        if not any(map(is_bad, _arrays(seen.result))):
            return
        operands = [leaf for leaf in nested.leaves(seen.args) if isinstance(leaf, Tensor)]
        if not operands:
            self.given.append(seen)
        elif self.first is None:
            self.first = seen
            self._brought = [(self._name(x), x.array) for x in operands if is_bad(x.array)]
        elif self._made_nan is None and _makes_nan(seen) and not _has_nan(self.first.result):
            self._made_nan = seen
        else:
            self._passed += 1

    def _name(self, operand: Tensor) -> str:
        """What an operand is called: its name, or what wrote it."""
        for seen in self.given:
            if any(leaf is operand for leaf in nested.leaves(seen.result)):
                return f"what {seen.step.title}() was given"
        return name_of(operand) or "an operand"

    def lines(self) -> list[str]:
        """The verdict, the place, and how far it went."""
        assert self.first is not None
        title = self.first.step.title
        made = found(_bad_of(self.first))
        if not self._brought:
            lines = [f"{title} made {made}, of operands that have none"]
        elif _makes_nan(self.first):
            name, array = self._brought[0]
            lines = [f"{title} made {made}; {name} has {found(array)}"]
        else:
            name, array = self._brought[0]
            lines = [f"{name} has {found(array)} already, before {title}"]
        lines += _places("in ", self.first)
        if self._made_nan is not None:
            lines.append(f"{self._made_nan.step.title} made {found(_bad_of(self._made_nan))} of it")
            lines += _places("in ", self._made_nan)
        if self._passed:
            s = "" if self._passed == 1 else "s"
            lines.append(f"{self._passed} later step{s} passed it on")
        return lines

    def written(self) -> list[str]:
        """What the first of the steps without operands was told to write."""
        seen = self.given[0]
        return [f"{seen.step.title}() was given {found(_bad_of(seen))}", *_places("in ", seen)]


def _bad_of(seen: Seen) -> Array:
    """The first bad array that a step gave."""
    return next(array for array in _arrays(seen.result) if is_bad(array))


def _has_nan(tree: Any) -> bool:
    return any(a.dtype.kind in "fcV" and bool(np.isnan(a).any()) for a in _arrays(tree))


def _makes_nan(seen: Seen) -> bool:
    """Whether a step gives nan of operands that are infinite at most."""
    return _has_nan(seen.result) and not _has_nan(seen.args)


def _places(before: str, seen: Seen) -> list[str]:
    place = words.placing(runtime.session())(seen.step.origin) if seen.step.origin else ""
    return [before + place] if place else []


def _explanation(seen: Seen) -> Explanation:
    """The bad element of the step, with what it was made of."""
    tensors = [leaf for leaf in nested.leaves(seen.args) if isinstance(leaf, Tensor)]
    names = iter("abcdefgh")
    operands = tuple(Operand(name_of(each) or next(names, "_"), each.array) for each in tensors)
    which, array = next((i, x) for i, x in enumerate(_arrays(seen.result)) if is_bad(x))
    return Explanation(seen, operands, first_bad(array), which)


def _arrays(tree: Any) -> list[Array]:
    return [leaf.array for leaf in nested.leaves(tree) if isinstance(leaf, Tensor)]


def _among(steps: int) -> str:
    return f" in {steps} step{'' if steps == 1 else 's'}" if steps else ""


# Graphs ---------------------------------------------------------------------------------------


def _in_graph(y: Tensor) -> list[str]:
    """What the graph of y knows of where it went wrong."""
    said = f"{name_of(y) or 'it'} has {found(y.array)}"
    if y.node is None or isinstance(y.node, Leaf):
        return [f"{said}; no graph says how it was computed", _again(y)]
    session = runtime.session()
    graph = Graph(y, words.leaves(session))
    known = _known(graph, {session[name].node: session[name].array for name in _leaves(session)})
    known[y.node] = y.array
    for edge in graph.numbers:  # inputs come first
        array = known.get(edge)
        if array is None or not is_bad(array):
            continue
        if isinstance(edge, Leaf):
            return [f"{graph.name_of(edge)} has {found(array)} already: it is no op's result"]
        verdict, is_sure = _verdict(graph, edge, array, known)
        return [said, *verdict, *([] if is_sure else [_again(y)])]
    raise AssertionError("y itself is known")


def _again(y: Tensor) -> str:
    """What to type to see y computed again."""
    text = runtime.session().expression_of(name_of(y) or "")
    if not text or "\n" in text or len(text) > _LONGEST:
        return _COMPUTE
    return f"why_nan({text}) computes it again and looks at every step"


def _verdict(
    graph: Graph, edge: Any, array: Array, known: dict[Any, Array]
) -> tuple[list[str], bool]:
    """What is known of the first edge whose value is known to be bad, and whether that is all."""
    name = f"%{graph.numbers[edge]} {graph.name_of(edge)}"
    node = edge.node if isinstance(edge, Pick) else edge
    unknown = [below for below in edge.inputs if below not in known]
    lines = [f"{name} has {found(array)}"]
    index = first_bad(array) or ()
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
    else:
        lines.append(f"{name} is the first: what it was made of that has a gradient is finite")
    return lines, not unknown


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
