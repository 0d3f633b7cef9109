"""Which pieces of source are the operands of what failed: a call's arguments, an operator's sides.

To name the operands of another form: its line in `OPERANDS`, by the parameter names that errors
blame.
"""

from __future__ import annotations

from tcalc.diagnostic import Span
from tcalc.lang import syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType
    from typing import Any

    from tcalc.errors import TcalcError
    from tcalc.lang.compile import Unit

MISSING: Any = object()


class Place:
    """A frame of compiled code, and the syntax node that it was at."""

    __slots__ = ("frame", "node", "unit")

    def __init__(self, frame: FrameType, unit: Unit, line: int) -> None:
        """Look up what `line` stands for."""
        self.frame = frame
        self.unit = unit
        self.node = unit.nodes[line - 1]

    def span(self, node: syntax.Node) -> Span:
        """Where `node` stands in this frame's source."""
        return Span(self.unit.source, node.start, node.end)

    def value(self, node: syntax.Node) -> Any:
        """The value of a name, a constant or a dotted module name; MISSING for anything else."""
        if isinstance(node, syntax.Constant):
            return node.value
        if isinstance(node, syntax.Name):
            frame = self.frame
            for names in (frame.f_locals, frame.f_globals, frame.f_builtins):
                if node.id in names:
                    return names[node.id]
        if isinstance(node, syntax.Attribute):
            owner = self.value(node.value)
            if _is_module(owner) and node.name in owner.member_names():
                return owner.member(node.name)
        return MISSING


def operands_of(place: Place, fault: TcalcError) -> dict[str, syntax.Node]:
    """The syntax nodes of the failing operation's operands, by parameter name."""
    node = place.node
    if isinstance(node, syntax.Assign):
        found = _stored(node, fault)
    elif isinstance(node, syntax.Call | syntax.Pipe):
        found = _called(node, place, fault)
    elif isinstance(node, syntax.With):
        found = {"x": node.items[0].context}
    elif isinstance(node, syntax.Compare) and len(node.operands) == 2:  # noqa: PLR2004
        found = dict(zip("xy", node.operands, strict=True))
    elif type(node) in OPERANDS:
        fields = OPERANDS[type(node)]
        found = {name: getattr(node, field) for name, field in fields.items()}
    else:
        found = {"x": node}
    for name, text in fault.blame.items():
        if name in found and not _fits(text, place.value(found[name]), fault):
            # Not the operand itself is guilty but what came of it on the way.
            if isinstance(node, syntax.Call | syntax.Pipe):
                del found[name]
            else:
                found[name] = node.targets[0] if isinstance(node, syntax.Assign) else node
    return found


def _fits(text: str, value: object, fault: TcalcError) -> bool:
    """Whether a label's text can be about `value`; an op may have promoted its dtype."""
    from tcalc.lang.runtime import is_array

    if not text.endswith("]") or not is_array(value):
        return True
    from tcalc.core.tensor import describe

    known = describe(value)
    return text == known or (fault.op is not None and text.split(" ")[1:] == known.split(" ")[1:])


OPERANDS: dict[type[syntax.Node], dict[str, str]] = {
    syntax.Binary: {"x": "left", "y": "right"},
    syntax.Unary: {"x": "operand"},
    syntax.AugAssign: {"x": "target", "y": "value", "value": "value"},
    syntax.Subscript: {"x": "value", "index": "index"},
    syntax.Attribute: {"x": "value"},
    syntax.Field: {"x": "value"},
    syntax.For: {"x": "iterable"},
    syntax.If: {"x": "test"},
    syntax.While: {"x": "test"},
    syntax.Conditional: {"x": "test"},
    syntax.Assert: {"x": "test"},
    syntax.Starred: {"x": "value"},
}


def _stored(node: syntax.Assign, fault: TcalcError) -> dict[str, syntax.Node]:
    """Operands of `x[index] = value`, or of the operator in `x[a:b] = p + q` if that failed."""
    target, value = node.targets[0], node.value
    if isinstance(value, syntax.Binary) and "y" in fault.blame:
        return {"x": value.left, "y": value.right}
    if isinstance(target, syntax.Subscript):
        return {"x": target.value, "index": target.index, "value": value}
    return {"x": target, "value": value}


def _called(
    node: syntax.Call | syntax.Pipe, place: Place, fault: TcalcError
) -> dict[str, syntax.Node]:
    """Arguments of a call by the op's parameter names, a method's receiver first."""
    func, args, keywords = _parts(node)
    if isinstance(func, syntax.Attribute) and not _is_module(place.value(func.value)):
        args = [func.value, *args]
    found: dict[str, syntax.Node] = {}
    for signature in _signatures(fault, place.value(func)):
        names = [param.name for param in signature.params]
        for name, arg in zip(names, args, strict=False):
            if isinstance(arg, syntax.Starred):
                break
            found.setdefault(name, arg)
        for keyword in keywords:
            if keyword.name in signature.by_keyword:
                found.setdefault(names[signature.by_keyword[keyword.name]], keyword.value)
    for keyword in keywords:
        if keyword.name is not None:
            found.setdefault(keyword.name, keyword.value)
    if args and not found:
        found["x"] = args[0]
    return found


def _parts(
    node: syntax.Call | syntax.Pipe,
) -> tuple[syntax.Expr, list[syntax.Expr], list[syntax.Keyword]]:
    """Function, positional arguments and keywords of a call, or of a pipe into a call."""
    if isinstance(node, syntax.Call):
        return node.func, node.args, node.keywords
    if isinstance(node.target, syntax.Call):
        return node.target.func, [node.value, *node.target.args], node.target.keywords
    return node.target, [node.value], []


def _signatures(fault: TcalcError, function: Any) -> Iterable[Any]:
    for op in (fault.op, function):
        signatures = getattr(op, "signatures", None)
        if signatures is not None:
            return (*signatures,)
        if hasattr(op, "signature"):
            return (op.signature,)
    return ()


def _is_module(value: object) -> bool:
    return type(value).__name__ == "Namespace" and type(value).__module__.startswith("tcalc.")
