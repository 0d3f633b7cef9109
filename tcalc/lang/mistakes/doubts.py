"""What means something, but hardly what was meant: remarks on a program that runs.

To doubt another form: a case in `doubt`, and its sign in `Statements.ask`.
"""

from __future__ import annotations

from tcalc.lang import syntax
from tcalc.lang.mistakes.place import quoted
from tcalc.lang.unparse import unparse

TYPE_CHECKING = False
if TYPE_CHECKING:
    Doubt = tuple[syntax.Node, str, str]  # the place, a headline, and what to type

_TWO = 2  # items of `assert (condition, message)`


def doubt(node: syntax.Stmt, *, shown: bool) -> Doubt | None:
    """What to ask about a statement; `shown` says that its value, if it has one, is."""
    if isinstance(node, syntax.Assert) and isinstance(node.test, syntax.Tuple):
        return _always_true(node.test)
    value = node.value if isinstance(node, syntax.Expression) else None
    if isinstance(value, syntax.Unary) and isinstance(value.operand, syntax.Unary):
        return _increment(value, value.operand)
    if isinstance(value, syntax.Compare) and value.ops == ["=="] and not shown:
        return _comparison(value)
    return None


def identity(node: syntax.Compare) -> Doubt:
    """`x is 1`: equal values may or may not be the same object."""
    equal = {"is": "==", "is not": "!="}
    ops = [equal.get(op, op) for op in node.ops]
    meant = syntax.Compare(node.start, node.end, node.operands, ops)
    return node, "'is' does not compare values", f"write {quoted(unparse(meant))}"


def _increment(outer: syntax.Unary, inner: syntax.Unary) -> Doubt | None:
    """`++x`, which other languages count up with."""
    op, name = outer.op, inner.operand
    twice = op == inner.op in ("+", "-") and inner.start == outer.start + 1
    if not twice or not isinstance(name, syntax.Name):
        return None
    return outer, f"'{op}{op}{name.id}' does not change {name.id}", f"write '{name.id} {op}= 1'"


def _comparison(value: syntax.Compare) -> Doubt | None:
    """`x == 1` as a statement of a block."""
    target = value.operands[0]
    if not isinstance(target, syntax.Name | syntax.Attribute | syntax.Subscript):
        return None
    meant = quoted(f"{unparse(target)} = {unparse(value.operands[1])}")
    return value, "the result of this comparison is not used", f"write {meant} to assign"


def _always_true(test: syntax.Tuple) -> Doubt | None:
    """`assert (condition, message)`, with brackets around both."""
    if not test.items:
        return None
    meant = quoted(f"assert {', '.join(unparse(item) for item in test.items[:_TWO])}")
    return (
        test,
        "this always holds, for a tuple with something in it counts as true",
        f"write {meant}",
    )
