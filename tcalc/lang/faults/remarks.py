"""Remarks on a value that is shown and is probably not what was wanted; none of them is an error.

To add one: a case in `remark`.
"""

from __future__ import annotations

from tcalc.diagnostic import Diagnostic, Label, Span
from tcalc.lang import syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tcalc.diagnostic import Source


def remark(
    node: syntax.Attribute, value: Any, names: Mapping[str, Any], source: Source
) -> Diagnostic | None:
    """What to say of an attribute alone in a statement, whose value is `value`."""
    text = source.text[node.start : node.end]
    if type(value).__name__ == "method":
        return _note(node, source, f"{text} is a function", f"{text}() calls it")
    if node.name == "grad" and value is None and isinstance(node.value, syntax.Name):
        x = names.get(node.value.id)
        if getattr(x, "is_leaf", True):
            return None
        return _note(
            node,
            source,
            "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed.",
            f"{node.value.id}.retain_grad() before backward() keeps the gradient",
        )
    return None


def _note(node: syntax.Node, source: Source, headline: str, help_: str) -> Diagnostic:
    span = Span(source, node.start, node.end)
    return Diagnostic(headline, span=span, labels=[Label(span)], helps=[help_], kind="note")
