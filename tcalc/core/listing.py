"""Graphs as values to look at: a line for each entry, inputs before what is made of them.

A listing has entries, and from them its texts. The one here is the graph above a tensor:

>>> x = tensor([1., 2.], requires_grad=True)
>>> graph((x.sin() * x).sum())
%1 = x           float32 [2]  leaf
%2 = Sin(%1)     float32 [2]  saves %1 [1, 2]
%3 = Mul(%2, %1) float32 [2]  saves %1 [1, 2], %2 [0.8415, 0.9093]
%4 = Sum(%3)     float32 []

After a backward it shows the gradients, too, as far as they are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tcalc.core import dtypes
from tcalc.core.dtypes import Array
from tcalc.core.flows import Flows, flows
from tcalc.core.graph import FREED, Leaf, Node, Pick
from tcalc.core.plan import ARGUMENT, OUTPUT
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, AutogradError

if TYPE_CHECKING:
    from tcalc.core.backward_steps import BackwardSteps

MOST_LINES = 200  # a longer listing shows its two ends
_FEW = 6  # elements that are written out
_LONG = 10_000  # entries, of which those in the middle are not worked out to be left out
_MOST_PARTS = 4  # of a gradient that are shown


class Entry(NamedTuple):
    """One line of a listing: what made a value, from which others (by number), and what it is.

    `text` is the line itself, `name` what stands for it in a drawing. An entry with a `source` was
    not made by an op. `passed` says what went along the edge to each input, "" if that is unknown.
    """

    number: int
    text: str
    name: str
    inputs: tuple[int, ...]
    value: str
    remark: str = ""
    source: bool = False
    passed: tuple[str, ...] = ()

    @property
    def label(self) -> list[str]:
        """The lines that stand for it where a drawing has a box for it, and texts at its edges."""
        return [part for part in (self.name, self.value, self.remark.partition(" = ")[0]) if part]

    @property
    def edges(self) -> list[tuple[int, str]]:
        """Each input with what went along the edge to it."""
        return list(zip(self.inputs, self.passed or ("",) * len(self.inputs), strict=True))


class Listing:
    """Something with entries; prints as a listing, and as text for Graphviz, Mermaid and SVG."""

    readable = frozenset({"dot", "entries", "mermaid", "svg", "text"})
    entries: Sequence[Entry]

    def ends(self, most: int) -> list[Entry]:
        """All entries, but of a long listing only the first and last `most` need have a text."""
        return list(self.entries)

    def text(self) -> str:
        """The listing, its middle left out where it is long."""
        entries = self.ends(MOST_LINES)
        left = len(entries) - MOST_LINES
        if left > 0:
            half = MOST_LINES // 2
            del entries[half:-half]
        width = max((len(e.text) for e in entries if e.value or e.remark), default=0)
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
        lines = ["digraph {", "  rankdir=BT;", "  edge [fontsize=10];"]
        for entry in self.entries:
            shape = "ellipse" if entry.source else "box"
            label = r"\n".join(_quoted(part) for part in entry.label)
            lines.append(f'  n{entry.number} [shape={shape}, label="{label}"];')
            for source, g in entry.edges:
                label = f' [label="{_quoted(g)}"]' if g else ""
                lines.append(f"  n{source} -> n{entry.number}{label};")
        return "\n".join([*lines, "}"])

    def mermaid(self) -> str:
        """The graph in Mermaid's language, as pages in Markdown draw it."""
        lines = ["graph TD"]
        for entry in self.entries:
            label = "<br>".join(escaped(part) for part in entry.label)
            lines.append(f'  n{entry.number}["{label}"]')
            for source, g in entry.edges:
                label = f'|"{escaped(g)}"|' if g else ""
                lines.append(f"  n{source} -->{label} n{entry.number}")
        return "\n".join(lines)

    def svg(self) -> str:
        """The graph as a picture, in the language of pages."""
        from tcalc.core.graph_svg import svg

        return svg(self)

    def __repr__(self) -> str:
        """The listing."""
        return self.text()


def _quoted(text: str) -> str:
    """`text` between the quotes of Graphviz."""
    return text.replace("\\", "\\\\").replace('"', r"\"")


def escaped(text: str) -> str:
    """`text` between quotes or tags of HTML, which Mermaid reads, too."""
    escapes = {"&": "&amp;", '"': "&quot;", "<": "&lt;", ">": "&gt;"}
    return "".join(escapes.get(char, char) for char in text)


class Graph(Listing):
    """The graph above a tensor."""

    readable = Listing.readable | {"backward_steps"}

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
        self.y = y
        self.names = names or {}
        self.numbers = {edge: i for i, edge in enumerate(_in_order(y.node), 1)}

    @property
    def entries(self) -> list[Entry]:  # type: ignore[override]
        """Every edge once, inputs first, as it is now: backward adds gradients and frees values."""
        went = flows(self.y.node, self.numbers)
        return [self._entry(edge, went) for edge in self.numbers]

    def ends(self, most: int) -> list[Entry]:
        """Of a long graph only leaves and what is at its ends; nothing of what came to a leaf."""
        if len(self.numbers) <= _LONG:
            return self.entries
        edges = list(self.numbers)
        shown = {*edges[:most], *edges[-most:], *(e for e in edges if isinstance(e, Leaf))}
        went = flows(self.y.node, shown)._replace(parts={})
        return [self._entry(e, went) if e in shown else self._bare(e) for e in edges]

    def _bare(self, edge: Any) -> Entry:
        return Entry(
            self.numbers[edge], "", "", tuple(self.numbers[part] for part in edge.inputs), ""
        )

    def _entry(self, edge: Any, went: Flows) -> Entry:
        number, name = self.numbers[edge], self.name_of(edge)
        inputs = tuple(self.numbers[part] for part in edge.inputs)
        value = f"{dtypes.of_numpy(edge.dtype).name} {list(edge.shape)}" if edge.dtype else ""
        remark = ", ".join(part for part in self._remarks(edge, went.came.get(edge)) if part)
        users = went.parts.get(edge, ())
        if len({self.numbers[user] for user, _ in users}) > 1:
            some = [f"%{self.numbers[user]} {brief(g)}" for user, g in users[:_MOST_PARTS]]
            more = len(users) - len(some)
            remark += " = " + " + ".join([*some, f"{more} more"] if more else some)
        if isinstance(edge, Leaf):
            return Entry(
                number, f"%{number} = {name}", f"%{number} {name}", (), value, remark, source=True
            )
        arguments = ", ".join(f"%{source}" for source in inputs)
        text = f"%{number} = {name}({arguments})"
        passed = tuple("" if g is None else brief(g) for g in went.sent.get(edge, ()))
        return Entry(number, text, f"%{number} {name}", inputs, value, remark, passed=passed)

    def _remarks(self, edge: Any, came: Array | None) -> list[str]:
        """What an edge is or saves, and the gradient that came to it."""
        if isinstance(edge, Leaf):
            return ["leaf", "" if edge.grad is None else f"grad {brief(edge.grad.array)}"]
        saved = "" if isinstance(edge, Pick) else self._saves(edge, freed=came is None)
        return [saved, "" if came is None else f"grad {brief(came)}"]

    def _saves(self, node: Node, *, freed: bool) -> str:
        """What a node has saved, with the values of few elements; if asked, that it was freed."""
        if node.saved is FREED:
            return "saved values are freed" if freed else ""
        stale = {i for storage, version, i in node.guards if storage.version != version}
        edges = dict(zip(node.plan.slots, node.edges, strict=True))
        texts = []
        for i, (need, value) in enumerate(zip(node.plan.needs, node.saved, strict=True)):
            if isinstance(value, np.ndarray):
                text = self._saved(node, i, edges.get(need[1]) if need[0] == ARGUMENT else None)
                shown = f" {brief(value)}" if value.size <= _FEW else ""
                texts.append(text + (" (changed since)" if i in stale else shown))
        return f"saves {', '.join(texts)}" if texts else ""

    def _saved(self, node: Node, position: int, edge: Any) -> str:
        """A saved value by its number; by its name in the op if it has none."""
        if node.plan.needs[position][0] == OUTPUT and not node.outputs:
            return f"%{self.numbers[node]}"
        number = None if isinstance(edge, tuple) else self.numbers.get(edge)
        return node.plan.names[position] if number is None else f"%{number}"

    @property
    def edges(self) -> Iterable[tuple[Any, int]]:
        """What stands for each value, and its number."""
        return self.numbers.items()

    def name_of(self, edge: Any) -> str:
        """What an edge is called, without its number: `Mul`, or the name of a leaf."""
        return _named(edge, self.names)

    def backward_steps(self, gradient: Tensor | None = None) -> BackwardSteps:
        """What `y.backward(gradient)` does at every node, without doing it to any leaf.

        Raises AutogradError where y.backward() would: for saved values that are freed, say.
        """
        from tcalc.core.backward_steps import BackwardSteps

        if gradient is not None and not isinstance(gradient, Tensor):
            raise ArgumentFault(
                f"backward_steps(): argument 'gradient' must be Tensor, not {describe(gradient)}",
                helps=["a cotangent has one weight for each element of the result"],
            )
        return BackwardSteps(self, gradient)


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


def _named(edge: Any, names: Mapping[Any, str]) -> str:
    """`Mul` for MulBackward0; the name of a leaf."""
    if isinstance(edge, Leaf):
        return names.get(edge, "_")
    if isinstance(edge, Pick):
        return f"Result{edge.index}"
    return short_name(edge)


def short_name(edge: Any) -> str:
    """`Mul` for MulBackward0."""
    return re.sub(r"Backwards?\d*$", "", edge.label)


def brief(array: Array) -> str:
    """The elements if they are few, else the shape and between what they lie."""
    if array.size <= _FEW:
        return _nested(array.tolist())
    shape = str(list(array.shape))
    if array.dtype.kind not in "iuf":
        return shape
    low, high = f"{array.min():.4g}", f"{array.max():.4g}"
    if low == "nan":
        return f"{shape} with nan"
    return f"{shape} all {low}" if low == high else f"{shape} from {low} to {high}"


def _nested(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_nested, value))}]"
    return str(value) if isinstance(value, bool) else f"{value:.4g}"
