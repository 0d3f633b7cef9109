"""Which pieces of source are the operands of what failed: a call's arguments, an operator's sides.

To name the operands of another form: its line in `SINGLE`, or a function and its line in `FORMS`,
by the parameter names that errors blame.
"""

from __future__ import annotations

from tcalc.lang import syntax
from tcalc.lang.attributes import is_module
from tcalc.lang.faults.frame import MISSING, Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tcalc.errors import TcalcError

    Operands = dict[str, syntax.Node]


def operands_of(place: Place, fault: TcalcError) -> Operands:
    """The syntax nodes of the failing operation's operands, by parameter name.

    Items of a list that stands in the source have names of their own, such as `tensors[1]`.
    """
    node = place.node
    form = FORMS.get(type(node))
    found = form(node, place, fault) if form else _fields(node)
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


def _fields(node: syntax.Node) -> Operands:
    """The one operand of a form that has no more, or the form itself."""
    field = SINGLE.get(type(node))
    return {"x": getattr(node, field) if field else node}


SINGLE: dict[type[syntax.Node], str] = {
    syntax.Unary: "operand",
    syntax.Attribute: "value",
    syntax.Field: "value",
    syntax.For: "iterable",
    syntax.If: "test",
    syntax.While: "test",
    syntax.Conditional: "test",
    syntax.Assert: "test",
    syntax.Starred: "value",
}


def _stored(node: syntax.Assign, place: Place, fault: TcalcError) -> Operands:
    """Operands of `x[index] = value`, or of the operator in `x[a:b] = p + q` if that failed."""
    target, value = node.targets[0], node.value
    if isinstance(value, syntax.Binary) and "y" in fault.blame:
        return {"x": value.left, "y": value.right}
    if isinstance(target, syntax.Subscript):
        return {"x": target.value, "value": value, "data": value, **_indices(target)}
    if isinstance(target, syntax.Attribute):
        return {"x": target.value, "value": value}
    return {"x": target, "value": value}


def _indices(node: syntax.Subscript) -> Operands:
    """What stands between the brackets, and its items if there are several."""
    items = node.index.items if isinstance(node.index, syntax.Tuple) else []
    return {"index": node.index, **{f"index[{i}]": item for i, item in enumerate(items)}}


def _taken(node: syntax.Subscript, place: Place, fault: TcalcError) -> Operands:
    return {"x": node.value, **_indices(node)}


def _added(node: syntax.AugAssign, place: Place, fault: TcalcError) -> Operands:
    return {"x": node.target, "y": node.value, "value": node.value}


def _entered(node: syntax.With, place: Place, fault: TcalcError) -> Operands:
    return {"x": node.items[0].context}


def _keyed(node: syntax.Dict | syntax.Set, place: Place, fault: TcalcError) -> Operands:
    keys = node.keys if isinstance(node, syntax.Dict) else node.items
    return {f"item[{i}]": key for i, key in enumerate(keys) if key is not None}


def _looped(node: syntax.Comprehension, place: Place, fault: TcalcError) -> Operands:
    return {"x": node.clauses[0].iterable}


def _unpacked(node: syntax.Tuple | syntax.List, place: Place, fault: TcalcError) -> Operands:
    return {"x": place.unpacked(node) or node, "target": node}


def _operated(node: syntax.Binary, place: Place, fault: TcalcError) -> Operands:
    return _sides(node.left, node.right, place, fault, node.op in MIRRORED)


def _compared(node: syntax.Compare, place: Place, fault: TcalcError) -> Operands:
    sides: Operands = {f"side[{i}]": side for i, side in enumerate(node.operands)}
    if len(node.ops) > 1 or "is ambiguous" in fault.headline:  # it is of a result, not of a side
        return {"x": node, **sides}
    return sides | _sides(node.operands[0], node.operands[1], place, fault, True)


def _sides(
    left: syntax.Node, right: syntax.Node, place: Place, fault: TcalcError, mirrored: bool
) -> Operands:
    """Operands of an operator; the op may have them swapped where the left one is no tensor."""
    x = fault.operands.get("x", MISSING)
    if x is not MISSING and x is place.value(right) and x is not place.value(left):
        return {"x": right, "y": left}
    if mirrored and fault.op is not None and (fault.op.name == "rsub" or _is_list(place, left)):
        return {"x": right, "y": left}
    return {"x": left, "y": right}


def _is_list(place: Place, node: syntax.Node) -> bool:
    return isinstance(node, LISTS) or isinstance(place.value(node), list)


def _called(node: syntax.Call | syntax.Pipe, place: Place, fault: TcalcError) -> Operands:
    """Arguments of a call by the op's parameter names, a method's receiver first."""
    func, given, keywords = syntax.parts(node)
    args = given
    if isinstance(func, syntax.Attribute) and not is_module(place.value(func.value)):
        args = [func.value, *given]
    called = called_op(func, place, fault)
    found: Operands = {}
    if fault.op is not None and not _is(called, fault.op):
        # An op that the called one is made of: only what was handed on as it is has a place here.
        for name, value in fault.operands.items():
            same = (arg for arg in args if place.value(arg) is value)
            node_ = next(same, None) if hasattr(value, "array") else None
            if node_ is not None:
                found[name] = node_
    for signature in _signatures(called):
        _bound(signature, args, keywords, found)
    for keyword in keywords:
        if keyword.name is not None:
            found.setdefault(keyword.name, keyword.value)
    if called is None:
        found |= {f"args[{i}]": arg for i, arg in enumerate(given)}
        found |= dict(zip(_parameters(place, func), given, strict=False))
        if args and fault.op is None:
            found.setdefault("x", args[0])
    found |= {f"positional[{i}]": arg for i, arg in enumerate(args)}
    found["func"] = func
    return found


def _parameters(place: Place, func: syntax.Expr) -> tuple[str, ...]:
    """The positional parameters of a function that is no op, or of what makes a type's values."""
    function = place.value(func)
    made = getattr(function, "make", function)
    made = getattr(made, "__init__", None) if isinstance(made, type) else made
    code = getattr(made, "__code__", None)
    if code is None and isinstance(func, syntax.Attribute):
        code = place.called(func.name)
    if code is None:
        return ()
    names: tuple[str, ...] = code.co_varnames[: code.co_argcount]
    return names[1:] if names[:1] == ("self",) else names


def _bound(
    signature: Any,
    args: list[syntax.Expr],
    keywords: list[syntax.Keyword],
    found: Operands,
) -> None:
    """Add to `found` what the arguments are for a signature."""
    if any(isinstance(arg, syntax.Starred) for arg in args):
        args = args[: next(i for i, arg in enumerate(args) if isinstance(arg, syntax.Starred))]
    names = [param.name for param in signature.params]
    for i, (param, arg) in enumerate(zip(signature.params, args, strict=False)):
        found.setdefault(param.name, arg)
        items = args[i:] if param.variadic else [arg]
        if len(items) == 1 and isinstance(items[0], syntax.List | syntax.Tuple):
            items = items[0].items
        elif not param.variadic:
            continue
        for number, item in enumerate(items):
            found.setdefault(f"{param.name}[{number}]", item)
    for keyword in keywords:
        if keyword.name in signature.by_keyword:
            found.setdefault(names[signature.by_keyword[keyword.name]], keyword.value)


def called_op(func: syntax.Expr, place: Place, fault: TcalcError) -> Any:
    """The op that a call names, by itself or as a method; None if that is something else."""
    value = place.value(func)
    if value is MISSING and isinstance(func, syntax.Attribute) and fault.op is not None:
        from tcalc.core.tensor import Tensor

        value = vars(Tensor).get(func.name)
    op = getattr(value, "op", value)  # of the form in place
    return op if hasattr(op, "signature") else None


def _is(called: Any, op: Any) -> bool:
    """Whether `op` is the one that was called, or an overload of it."""
    return op is None or op is called or (called is not None and op in called.overloads)


def _signatures(op: Any) -> tuple[Any, ...]:
    return () if op is None else (*op.signatures,)


# Operators that are asked of the right side where the left one is no tensor, comparisons besides.
MIRRORED = frozenset("+-*/&|^")
LISTS = (syntax.List, syntax.Bulk, syntax.Comprehension)

FORMS: dict[type[syntax.Node], Callable[[Any, Place, TcalcError], Operands]] = {
    syntax.Assign: _stored,
    syntax.AugAssign: _added,
    syntax.Binary: _operated,
    syntax.Call: _called,
    syntax.Compare: _compared,
    syntax.Comprehension: _looped,
    syntax.Dict: _keyed,
    syntax.List: _unpacked,
    syntax.Pipe: _called,
    syntax.Set: _keyed,
    syntax.Subscript: _taken,
    syntax.Tuple: _unpacked,
    syntax.With: _entered,
}
