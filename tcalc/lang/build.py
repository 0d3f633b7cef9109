"""Builds the syntax tree: what a finished grammar rule makes of its parts.

A rule called `x_y` is built by the function `x_y` of the modules below or, where there is none, by
the class `XY` of `syntax.py` from the parts as they are; an underscore at the end, which keeps a
name clear of Python's own, does not count. A builder gets the place and the list of parts: the text
of a token, the node of a rule, None for an option that is missing.
"""

from __future__ import annotations

from tcalc.lang import build_expressions, build_parameters, build_statements, syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcalc.lang.lalr import Builder


def builder(name: str) -> Builder:
    """What builds the rule or alternative `name`."""
    for room in (build_expressions, build_statements, build_parameters):
        function: Builder | None = getattr(room, name, None)
        if function is not None:
            return function
    node_class = getattr(syntax, name.title().replace("_", ""))
    return lambda start, end, parts: node_class(start, end, *parts)
