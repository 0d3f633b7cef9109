"""What may stand on the left of `=`, and what to call that which may not."""

from __future__ import annotations

from tcalc.lang.refusal import Refusal
from tcalc.lang.syntax import (
    Attribute,
    Constant,
    List,
    Name,
    Node,
    Starred,
    Subscript,
    Tuple,
)

_DESCRIPTIONS = {
    "Binary": "an operation",
    "Bulk": "a literal",
    "Call": "a call",
    "Compare": "a comparison",
    "Comprehension": "a comprehension",
    "Conditional": "a conditional expression",
    "Constant": "a literal",
    "Dict": "a dict display",
    "FString": "an f-string",
    "Lambda": "a lambda",
    "List": "a list",
    "Pipe": "a pipeline",
    "Set": "a set display",
    "Starred": "a starred expression",
    "Tuple": "a tuple",
    "Unary": "an operation",
    "Walrus": "a ':=' expression",
    "Yield": "a yield expression",
}


def describe(node: Node) -> str:
    """What a user would call this form."""
    if isinstance(node, Constant) and node.value is None:
        return "'None'"
    if isinstance(node, Constant) and isinstance(node.value, bool):
        return f"'{node.value}'"
    return _DESCRIPTIONS.get(type(node).__name__, "this")


def check_target(target: Node, action: str) -> None:
    """Refuse a `target` that cannot be given a value."""
    if isinstance(target, Name | Attribute | Subscript):
        return
    if isinstance(target, Tuple | List):
        for item in target.items:
            inner = item.value if isinstance(item, Starred) and action != "delete" else item
            check_target(inner, action)
        return
    raise Refusal(f"cannot {action} {describe(target)}", target)
