"""What stands under the operands of a failed operation: their shapes, dtypes and values."""

from __future__ import annotations

from tcalc.diagnostic import Label, Span
from tcalc.errors import (
    ArgumentFault,
    AutogradError,
    DTypeError,
    IndexFault,
    ShapeError,
    TcalcError,
)
from tcalc.lang import syntax
from tcalc.lang.faults.frame import MISSING, Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tcalc.lang.faults.failure import Failure

    Texts = dict[tuple[int, int], list[str]]

LONGEST = 30  # characters of a value that a label shows
WRITTEN = (syntax.Constant, syntax.List, syntax.Tuple, syntax.Unary)  # a label would repeat them


def labels_of(
    fault: TcalcError,
    place: Place,
    operands: Mapping[str, syntax.Node],
    failure: Failure | None,
) -> list[Label]:
    """One label under each guilty operand.

    Where no tensor is blamed, or an op that the called one is made of blames its own, all tensors
    have one.
    """
    known = {id(node): ghost for node, ghost in failure.tensors} if failure else {}
    texts: Texts = {}
    for name, text in fault.blame.items():
        node, shown = operands.get(name), text
        value = fault.operands.get(name, MISSING)
        if node is None:
            node, shown = _whole(name, text, place, operands)
        if node is not None:
            looked = place.value(node)
            value = known.get(id(node), value if _is_array(value) else MISSING)
            _add(texts, node, shown or _described(node, value if looked is MISSING else looked))
    labelled = any(text.endswith("]") for each in texts.values() for text in each)
    if failure and (failure.is_composite or not labelled) and _is_about_values(fault):
        for node, ghost in failure.tensors:
            if (node.start, node.end) not in texts or not labelled:
                _add(texts, node, _described(node, ghost))
    tensors = [node for node, _ in failure.tensors] if failure else []
    every = [*operands.values(), *tensors]
    names = {(node.start, node.end): node.id for node in every if isinstance(node, syntax.Name)}
    return [
        Label(Span(place.unit.source, *at), _titled(names.get(at, ""), each))
        for at, each in texts.items()
    ]


def _whole(
    name: str, text: str, place: Place, operands: Mapping[str, syntax.Node]
) -> tuple[syntax.Node | None, str]:
    """The list that a guilty item is in, where the item itself has no place in the source."""
    base, _, item = name.partition("[")
    node = operands.get(base) if item else None
    if node is None or not isinstance(place.value(node), list | tuple):
        return None, ""
    return node, f"item {item[:-1]}: {text}" if text else ""


def _add(texts: Texts, node: syntax.Node, text: str) -> None:
    texts.setdefault((node.start, node.end), []).append(text)


def _titled(name: str, texts: list[str]) -> str:
    """The text of a label, with the name that the operand goes by."""
    text = ", ".join(dict.fromkeys(filter(None, texts)))
    return f"{name}: {text}" if text and 0 < len(name) <= LONGEST else text


def _is_array(value: Any) -> bool:
    from tcalc.lang.runtime import is_array

    return is_array(value)


def _is_about_values(fault: TcalcError) -> bool:
    """Whether it is the operands that do not do, and not how the call is written."""
    if isinstance(fault, ArgumentFault):
        return bool(fault.blame) and "()" not in fault.headline.partition(" ")[0]
    return isinstance(fault, ShapeError | DTypeError | IndexFault | AutogradError)


def _described(node: syntax.Node, value: object) -> str:
    """The usual text of a label: a tensor's dtype and shape, a plain value's text or type."""
    from tcalc.lang.faults.mistypes import is_short, shown

    if value is MISSING or isinstance(node, WRITTEN):
        return ""
    if isinstance(value, bool | int | float | complex | str):
        text = repr(value) if is_short(value) else ""
        return text if 0 < len(text) <= LONGEST else type(value).__name__
    return shown(value)
