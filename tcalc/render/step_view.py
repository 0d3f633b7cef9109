"""One step of a backward pass: the rule, what came in and from where, and what went to each input.

```
2 of 4  %3 Mul  MulBackward0, in line 1: x.sin() * x
  came in  [1, 1]
  to %2 Sin  [1, 2]
  to %1 x    [0.8415, 0.9093]
```
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from tcalc.core.backward_steps import BackwardSteps
from tcalc.core.graph import Leaf, Pick
from tcalc.core.listing import brief
from tcalc.lang import runtime, words
from tcalc.render.drawing import Picture

_INDENT = 2


@dataclass(frozen=True, slots=True, repr=False)
class StepView(Picture):
    """Step `number`, from 0, of a backward pass."""

    steps: BackwardSteps
    number: int

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """A line for the rule, one for each cotangent that came, one for each that went."""
        graph, step = self.steps.graph, self.steps[self.number]
        called = {number: f"%{number} {graph.name_of(edge)}" for edge, number in graph.edges}
        edge = next(edge for edge, number in graph.edges if number == step.number)
        head = Text(f"{self.number + 1} of {len(self.steps)}  ", "quiet")
        head.append(called[step.number], "title")
        yield head.append(f"  {_rule(edge)}", "quiet")
        senders = self.steps.senders(step.number)
        came = _brief(step.gradient)
        rows = [("came in", came, "number")]
        if len(senders) > 1:
            rows = [(f"from {called[number]}", brief(g.array), "number") for number, g in senders]
            rows.append(("in all", came, "number"))
        rows += [(f"to {called[to]}", brief(part.array), "number") for to, part in step.passed]
        if isinstance(edge, Leaf):
            rows.append(("is added to", f"{graph.name_of(edge)}.grad", ""))
        width = max(len(word) for word, _, _ in rows)
        for word, text, style in rows:
            line = Text(" " * _INDENT).append(f"{word:<{width}}  ", "quiet").append(text, style)
            line.truncate(options.max_width, overflow="ellipsis")
            yield line


def _rule(edge: Any) -> str:
    """The rule's name, and what was differentiated where that is known."""
    if isinstance(edge, Leaf):
        return "a leaf"
    node = edge.node if isinstance(edge, Pick) else edge
    place = words.placing(runtime.session())(node.origin) if node.origin is not None else ""
    return f"{edge.label}, in {place}" if place else str(edge.label)


def _brief(g: Any) -> str:
    if isinstance(g, tuple):
        return ", ".join("-" if part is None else brief(part.array) for part in g)
    return brief(g.array)
