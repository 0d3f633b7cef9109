"""Where nan and infinities in a gradient come from: the rule of backward that made the first."""

from __future__ import annotations

from typing import Any

from tcalc.core.backward_steps import BackwardStep, BackwardSteps
from tcalc.core.graph import Pick
from tcalc.core.listing import Graph, brief
from tcalc.core.paths import reaches
from tcalc.core.tensor import Tensor
from tcalc.errors import AutogradError
from tcalc.lang import runtime, words
from tcalc.render.bad_numbers import found, is_bad
from tcalc.render.looks import name_of

_ANOMALY = "set_detect_anomaly(True) makes backward() stop at the rule that gives nan"


def in_gradient(x: Tensor) -> list[str]:
    """Which rule of a backward made the gradient of x bad, and of what."""
    name = name_of(x) or "x"
    assert x.grad is not None
    said = [f"{name}.grad has {found(x.grad.array)}"]
    session = runtime.session()
    held = [(each, session[each]) for each in session.names()]
    for called, y in reversed(held):
        if isinstance(y, Tensor) and y is not x and y.array.size == 1 and reaches(y, x.node):
            graph = Graph(y, words.leaves(session))
            try:
                lines = _guilty(graph, graph.backward_steps())
            except AutogradError:
                continue
            if is_bad(y.array):
                lines = [f"{called} has {found(y.array)} itself: why_nan({called})"]
            if lines:
                return [*said, *lines]
    return [*said, "nothing of the session remembers how it was computed", _ANOMALY]


def _guilty(graph: Graph, steps: BackwardSteps) -> list[str]:
    """What is known of the first rule of a backward that gave nan or inf, if one did."""
    edges = {number: edge for edge, number in graph.edges}
    for step in steps:
        for to, part in step.passed:
            if is_bad(part.array):
                return [
                    f"the rule of %{step.number} {graph.name_of(edges[step.number])} made "
                    f"{found(part.array)} of {_came(step)}",
                    *_place(edges[step.number]),
                    f"it went to %{to} {graph.name_of(edges[to])}",
                ]
    return []


def _came(step: BackwardStep) -> str:
    parts = step.gradient if isinstance(step.gradient, tuple) else (step.gradient,)
    return ", ".join(brief(part.array) for part in parts if part is not None)


def _place(edge: Any) -> list[str]:
    node = edge.node if isinstance(edge, Pick) else edge
    place = words.placing(runtime.session())(node.origin) if node.origin is not None else ""
    return [f"in {place}"] if place else []
