"""Graphs as values to look at: a line for each entry, inputs before what is made of them.

A listing has entries, and from them its texts. The one here is the graph above a tensor:

>>> x = tensor([1., 2.], requires_grad=True)
>>> graph((x.sin() * x).sum())
%1 = x           float32 [2]  leaf
%2 = Sin(%1)     float32 [2]  saves x
%3 = Mul(%2, %1) float32 [2]  saves y, x
%4 = Sum(%3)     float32 []
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from tcalc.core import dtypes
from tcalc.core.graph import FREED, Leaf, Node, Pick
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import AutogradError

MOST_LINES = 200  # a longer listing shows its two ends


class Entry(NamedTuple):
    """One line of a listing: what made a value, from which others (by number), and what it is.

    `text` is the line itself, `name` what stands for it in a drawing. An entry with a `source` was
    not made by an op.
    """

    number: int
    text: str
    name: str
    inputs: tuple[int, ...]
    value: str
    remark: str = ""
    source: bool = False


class Listing:
    """Something with entries; prints as a listing, and as text for Graphviz and Mermaid."""

    readable = frozenset({"dot", "entries", "mermaid", "text"})
    entries: Sequence[Entry]

    def text(self) -> str:
        """The listing, its middle left out where it is long."""
        entries = list(self.entries)
        left = len(entries) - MOST_LINES
        if left > 0:
            half = MOST_LINES // 2
            del entries[half:-half]
        width = max((len(entry.text) for entry in entries if entry.value), default=0)
        values = max((len(entry.value) for entry in entries), default=0)
        lines = [
            f"{entry.text.ljust(width)} {entry.value.ljust(values)}  {entry.remark}".rstrip()
            for entry in entries
        ]
        if left > 0:
            lines.insert(MOST_LINES // 2, f"... {left} more ...")
        return "\n".join(lines)

    def dot(self) -> str:
        """The graph in Graphviz's language; sources are ellipses, ops boxes."""
        lines = ["digraph {", "  rankdir=BT;"]
        for entry in self.entries:
            shape = "ellipse" if entry.source else "box"
            label = r"\n".join(_quoted(part) for part in (entry.name, entry.value) if part)
            lines.append(f'  n{entry.number} [shape={shape}, label="{label}"];')
            lines += [f"  n{source} -> n{entry.number};" for source in entry.inputs]
        return "\n".join([*lines, "}"])

    def mermaid(self) -> str:
        """The graph in Mermaid's language, as pages in Markdown draw it."""
        lines = ["graph TD"]
        for entry in self.entries:
            label = "<br>".join(_escaped(part) for part in (entry.name, entry.value) if part)
            lines.append(f'  n{entry.number}["{label}"]')
            lines += [f"  n{source} --> n{entry.number}" for source in entry.inputs]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """The listing."""
        return self.text()


def _quoted(text: str) -> str:
    """`text` between the quotes of Graphviz."""
    return text.replace("\\", "\\\\").replace('"', r"\"")


def _escaped(text: str) -> str:
    """`text` between the quotes of Mermaid, which reads HTML there."""
    escapes = {"&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;"}
    return "".join(escapes.get(char, char) for char in text)


class Graph(Listing):
    """The graph above a tensor."""

    def __init__(self, y: Tensor, names: Mapping[Any, str] | None = None) -> None:
        """Walk the graph of y; `names` are those of leaves, by Leaf.

        Raises AutogradError where y has no graph.
        """
        if y.node is None:
            raise AutogradError(
                "this tensor has no graph: nothing it was computed from requires grad",
                blame={"y": describe(y)},
                helps=["call requires_grad_() on the inputs before computing with them"],
            )
        self.entries = _entries(y.node, names or {})


def _entries(root: Any, names: Mapping[Any, str]) -> list[Entry]:
    """Every edge once, in the order in which they were made; leaves where they are first used."""
    order = _in_order(root)
    numbers = {edge: i for i, edge in enumerate(order, 1)}
    return [_entry(edge, numbers, names) for edge in order]


def _in_order(root: Any) -> list[Any]:
    """Edges so that inputs come first; without recursion, for graphs are long."""
    order: list[Any] = []
    met: set[Any] = set()
    waiting: list[tuple[Any, bool]] = [(root, False)]
    while waiting:
        edge, done = waiting.pop()
        if done:
            order.append(edge)
        elif edge not in met:
            met.add(edge)
            waiting.append((edge, True))
            waiting += [(part, False) for part in reversed(edge.inputs) if part not in met]
    return order


def _entry(edge: Any, numbers: Mapping[Any, int], names: Mapping[Any, str]) -> Entry:
    number = numbers[edge]
    inputs = tuple(numbers[part] for part in edge.inputs)
    value = f"{dtypes.of_numpy(edge.dtype).name} {list(edge.shape)}" if edge.dtype else ""
    if isinstance(edge, Leaf):
        name = names.get(edge, "_")
        return Entry(number, f"%{number} = {name}", name, (), value, "leaf", source=True)
    name = f"Result{edge.index}" if isinstance(edge, Pick) else _short(edge)
    remark = "" if isinstance(edge, Pick) else _saves(edge)
    arguments = ", ".join(f"%{source}" for source in inputs)
    return Entry(number, f"%{number} = {name}({arguments})", name, inputs, value, remark)


def _short(node: Node) -> str:
    """`Mul` for MulBackward0."""
    return re.sub(r"Backwards?\d*$", "", node.label)


def _saves(node: Node) -> str:
    if node.saved is FREED:
        return "saved values are freed"
    values = zip(node.plan.names, node.saved, strict=True)
    names = [name for name, value in values if isinstance(value, np.ndarray)]
    return f"saves {', '.join(names)}" if names else ""
