"""Where a gradient comes from: the contributions of the paths from a result to a leaf."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from tcalc.core.graph import Leaf
from tcalc.core.listing import brief, short_name
from tcalc.core.paths import Part, parts, reaches
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault, AutogradError
from tcalc.lang import runtime
from tcalc.lang.attributes import type_name
from tcalc.render.drawing import Picture
from tcalc.render.index_maps import at
from tcalc.render.looks import name_of

Index = tuple[int, ...]


def explained(y: Any, x: Any, index: Index | None) -> Picture:
    """The gradient of y at the leaf x, or of one of its elements."""
    leaf = _leaf_of(x)
    if not isinstance(y, Tensor) or not reaches(y, leaf):
        raise ArgumentFault(
            "explain(y, x) takes what was computed from x",
            blame={"expression": type_name(y) if not isinstance(y, Tensor) else "not from x"},
        )
    shape = x.array.shape
    if index is not None and not (
        len(index) == len(shape)
        and all(type(i) is int and -n <= i < n for i, n in zip(index, shape, strict=True))
    ):
        raise ArgumentFault(
            f"{list(index)} is no element of x, which has shape {list(shape)}", blame={"index": ""}
        )
    return GradientPaths(
        name_of(x) or "x", name_of(y) or "the expression", parts(y, leaf), index, None
    )


def explained_grad(x: Any, index: Index | None) -> Picture:
    """The gradient that x has now, by the result of the session that it came from."""
    leaf = _leaf_of(x)
    name = name_of(x) or "x"
    session = runtime.session()
    held = [(each, session[each]) for each in session.names()]
    found = [(n, y) for n, y in held if isinstance(y, Tensor) and y is not x and reaches(y, leaf)]
    results = [(n, y) for n, y in found if y.array.size == 1 and y.node is not None]
    if leaf.grad is None or not results:
        raise AutogradError(
            f"{name} has no gradient yet"
            if leaf.grad is None
            else f"nothing of the session remembers how {name}.grad was computed",
            helps=[f"explain(lambda: loss, {name}) with the expression of the loss"],
        )
    called, y = results[-1]
    try:
        made = parts(y, leaf)
    except AutogradError as failure:
        if "a second time" not in str(failure):
            raise
        raise AutogradError(
            f"the graph of {called} is gone: backward() freed what it had saved",
            helps=[
                f"explain(lambda: loss, {name}) with the expression of the loss",
                f"{called}.backward(retain_graph=True) keeps the graph",
            ],
        ) from None
    return GradientPaths(name, called, made, index, leaf.grad.array)


def _leaf_of(x: Any) -> Leaf:
    if not (isinstance(x, Tensor) and isinstance(x.node, Leaf)):
        raise ArgumentFault(
            "paths lead to a leaf that requires grad",
            blame={"x": type_name(x)},
            helps=["call requires_grad_() on it before computing with it"],
        )
    return x.node


@dataclass(frozen=True, slots=True, repr=False)
class GradientPaths(Picture):
    """A line for each path with the cotangents on it, and the sum; `held` is what x.grad is."""

    name: str
    result: str
    parts: list[Part]
    index: Index | None
    held: Any

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """The paths, then what they add up to."""
        arrow = "<-" if options.ascii_only else "←"
        subject = at(f"{self.name}.grad", self.index or ())
        values = [self._of(part.gradient) for part in self.parts]
        texts = [brief(value) for value in values]
        width = max(map(len, texts), default=0)
        count = len(self.parts)
        yield Text(f"{subject} by {count} path{'' if count == 1 else 's'} from {self.result}")
        for text, part in zip(texts, self.parts, strict=True):
            line = Text().append(f"  {text.rjust(width)}", "number")
            for edge, g in reversed(part.way):
                step = f" {arrow} {short_name(edge)} {_came(g)}"
                if line.cell_len + len(step) >= options.max_width and line.cell_len > width + 2:
                    yield line
                    line = Text(" " * (width + 2))
                line.append(" " * (line.cell_len == width + 2) + step, "quiet")
            yield line
        total = np.sum(values, axis=0)
        yield Text(f"{'= ' + brief(total):>{width + 2}}", "title")
        if self.held is not None and not np.allclose(total, self._of(self.held), equal_nan=True):
            rest = brief(self._of(self.held))
            yield Text(
                f"careful: {subject} is {rest}; the rest came from other calls of backward()",
                "warning",
            )

    def _of(self, gradient: Any) -> Any:
        return gradient if self.index is None else gradient[self.index]


def _came(g: Any) -> str:
    return "several" if isinstance(g, list) else brief(g)
