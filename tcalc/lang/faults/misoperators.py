"""Operators between values that they are not for: what was probably meant.

To teach another pair: a function that is given both sides, and its place in `MEANT`.
"""

from __future__ import annotations

from tcalc.errors import RuntimeFault, TcalcError
from tcalc.lang import syntax
from tcalc.lang.faults.frame import MISSING, Place, escaped
from tcalc.lang.faults.mistypes import is_number, shown, why_none

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

PAIR = 2
BITWISE = frozenset(("&", "|", "^", "<<", ">>"))


class Side:
    """One operand: its node, its source, its type, and its value where that is known."""

    __slots__ = ("kind", "node", "text", "value")

    def __init__(self, place: Place, node: syntax.Node) -> None:
        """Look at an operand."""
        self.node = node
        self.text = escaped(place, node)
        self.value: Any = place.value(node)
        self.kind = "" if self.value is MISSING else type(self.value).__name__

    @property
    def label(self) -> str:
        """What to write under it."""
        return shown(self.value) or self.kind


def misoperated(text: str, place: Place) -> TcalcError:
    """The fault for Python's TypeError with this message, at an operator or comparison."""
    node = place.node
    if isinstance(node, syntax.Binary):
        nodes, op = (node.left, node.right), node.op
    elif isinstance(node, syntax.AugAssign):
        nodes, op = (node.target, node.value), node.op
    elif isinstance(node, syntax.Compare) and len(node.operands) == PAIR:
        nodes, op = (node.operands[0], node.operands[1]), node.ops[0]
    else:
        return RuntimeFault(text)
    left, right = (Side(place, each) for each in nodes)
    if "unsupported operand" in text:  # it names the types of what could not be looked at
        for side, kind in zip((left, right), text.split("'")[1::2], strict=False):
            side.kind = kind
            side.value = None if kind == "NoneType" else side.value
    missing = [side for side in (left, right) if side.value is None]
    notes = [note for side in missing for note in why_none(place, side.node)]
    found = (meant(left, op, right) for meant in MEANT)
    helps = [help_ for help_ in found if help_][:1] if not missing else []
    blame = {"x": left.label, "y": right.label}
    return RuntimeFault(text, blame=blame, notes=notes, helps=helps)


def _power(x: Side, op: str, y: Side) -> str:
    if op not in BITWISE or "float" not in (x.kind, y.kind):
        return ""
    return f"power is **: {x.text} ** {y.text}" if op == "^" else "bits are those of integers"


def _product(x: Side, op: str, y: Side) -> str:
    plain = op == "@" and is_number(x.value) and is_number(y.value)
    return f"numbers are multiplied by *: {x.text} * {y.text}" if plain else ""


def _function(x: Side, op: str, y: Side) -> str:
    functions = [s for s in (x, y) if callable(s.value) and not isinstance(s.value, type)]
    return f"{functions[0].text} is a function: call it with ()" if functions else ""


def _elementwise(x: Side, op: str, y: Side) -> str:
    lists = [isinstance(side.value, list) for side in (x, y)]
    if not any(lists) or not all(isinstance(s.value, list) or is_number(s.value) for s in (x, y)):
        return ""
    left = f"tensor({x.text})" if lists[0] else x.text
    right = f"tensor({y.text})" if lists[1] else y.text
    return f"item by item: {left} {op} {right}"


def _text_and_number(x: Side, op: str, y: Side) -> str:
    texts = [isinstance(side.value, str) for side in (x, y)]
    if sum(texts) != 1 or not (is_number(x.value) or is_number(y.value)):
        return ""
    written: str = x.value if texts[0] else y.value
    kind = next((kind for kind in (int, float) if _reads(kind, written)), None)
    if kind is None and op != "+":
        return ""
    call = "str" if kind is None else kind.__name__
    change = [text == (kind is not None) for text in texts]
    left = f"{call}({x.text})" if change[0] else x.text
    right = f"{call}({y.text})" if change[1] else y.text
    return f"as {'text' if kind is None else 'numbers'}: {left} {op} {right}"


def _reads(kind: Any, text: str) -> bool:
    """Whether a text is a number of this kind."""
    try:
        kind(text)
    except ValueError:
        return False
    return True


MEANT: tuple[Callable[[Side, str, Side], str], ...] = (
    _power,
    _product,
    _function,
    _elementwise,
    _text_and_number,
)
