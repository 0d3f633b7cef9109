"""What the last backward has left at the nodes of a graph: cotangents that went along its edges.

Nodes keep it where a session shows graphs (`modes.keep_flows`), and only what is small.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from tcalc.core.backward import fit
from tcalc.core.dtypes import Array
from tcalc.core.graph import Node, Pick, spread


class Flows(NamedTuple):
    """What `came` to each value, all in all; `parts` says what came by which node.

    `sent` says what went from a node along each of its edges, in their order, None for what is not
    known.
    """

    came: dict[Any, Array]
    parts: dict[Any, list[tuple[Any, Array]]]
    sent: dict[Any, list[Array | None]]


def flows(root: Any, edges: Iterable[Any]) -> Flows:
    """The flows of the backward that went last through `root`; of others nothing is told."""
    found = Flows({}, {}, {})
    top = root.node if isinstance(root, Pick) else root
    if not isinstance(top, Node) or top.flow is None:
        return found
    walk = top.flow[0]
    for edge in edges:
        node = edge.node if isinstance(edge, Pick) else edge
        if not isinstance(node, Node) or node.flow is None or node.flow[0] != walk:
            continue
        if edge is node:
            _note(found, node, *node.flow[1:])
        elif node.flow[1][edge.index] is not None:
            found.came[edge] = node.flow[1][edge.index]
            found.sent[edge] = [found.came[edge]]
    return found


def _note(found: Flows, node: Node, g: Any, made: Sequence[Any]) -> None:
    """What came to a node, and what went along its edges."""
    if g is not None and not isinstance(g, list):
        found.came[node] = g
    sent = found.sent[node] = []
    for edge, part in zip(spread(node.edges), made, strict=True):
        if edge is not None:
            fitted = None if part is None else fit(part, edge.shape, edge.dtype)
            sent.append(fitted)
            if fitted is not None:
                found.parts.setdefault(edge, []).append((node, fitted))
