"""What the last backward has left at the nodes of a graph: cotangents that went along its edges.

Nodes keep it where a session shows graphs (`modes.keep_flows`), and only what is small.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from tcalc.core.backward import fit
from tcalc.core.dtypes import Array
from tcalc.core.graph import Node, Pick, spread


class Flows(NamedTuple):
    """`came` to each value, all in all; `passed` from a node to a value, a part for each use."""

    came: dict[Any, Array]
    passed: dict[tuple[Any, Any], list[Array]]

    def parts(self, edge: Any) -> list[tuple[Any, Array]]:
        """What came to a value, by the node that it came from."""
        return [(user, g) for (user, to), some in self.passed.items() if to is edge for g in some]

    def along(self, edge: Any) -> list[Array | None]:
        """What went from a node to each of its inputs, in their order; None if that is unknown."""
        if isinstance(edge, Pick):
            return [self.came.get(edge)]
        waiting = {to: iter(some) for (user, to), some in self.passed.items() if user is edge}
        return [next(waiting.get(to, iter(())), None) for to in edge.inputs]


def flows(root: Any, edges: Iterable[Any]) -> Flows:
    """The flows of the backward that went last through `root`; of others nothing is told."""
    found = Flows({}, {})
    top = root.node if isinstance(root, Pick) else root
    if not isinstance(top, Node) or top.flow is None:
        return found
    walk = top.flow[0]
    for node in edges:
        if isinstance(node, Node) and node.flow is not None and node.flow[0] == walk:
            _, g, made = node.flow
            if g is not None and not isinstance(g, list):
                found.came[node] = g
            for edge, part in zip(spread(node.edges), made, strict=True):
                if edge is not None and part is not None:
                    fitted = fit(part, edge.shape, edge.dtype)
                    found.passed.setdefault((node, edge), []).append(fitted)
            for pick, part in _picked(node, g, edges):
                found.came[pick] = part
    return found


def _picked(node: Node, g: Any, edges: Iterable[Any]) -> Iterator[tuple[Pick, Array]]:
    """The results of a node of several, each with what came to it."""
    if isinstance(g, list):
        for edge in edges:
            if isinstance(edge, Pick) and edge.node is node and g[edge.index] is not None:
                yield edge, g[edge.index]
