"""What to write instead of a statement that the grammar allows and the language does not.

Only failures load this room, for it writes syntax trees out as text.
"""

from __future__ import annotations

from tcalc.lang.mistakes.place import quoted
from tcalc.lang.syntax import (
    Attribute,
    Binary,
    Call,
    Compare,
    Constant,
    Expr,
    Keyword,
    List,
    Name,
    Subscript,
    Tuple,
)
from tcalc.lang.unparse import unparse

_LONGEST = 72


def assignment(targets: list[Expr], value: Expr) -> str:
    """Help for `target = … = value` where a target cannot be one."""
    target, *more = targets
    if more:
        return _several(target, more, value)
    text = unparse(value)
    if isinstance(target, Call):
        return _write(*_call(target, text))
    name = _name(target)
    if name:
        return _write(f"{name} = {text}")
    if not isinstance(target, Binary | Constant | List):
        return ""
    if isinstance(value, Name | Attribute | Subscript):
        return _write(f"{text} = {unparse(target)}")
    return _write(unparse(Compare(0, 0, [target, value], ["=="])), " to compare")


def _name(target: Expr) -> str:
    """The name that `True`, `'x'` or `two-words` was to be."""
    if isinstance(target, Binary) and target.op == "-" and _are_names(target.left, target.right):
        return f"{unparse(target.left)}_{unparse(target.right)}"
    if not isinstance(target, Constant):
        return ""
    value: object = target.value
    if value is None or isinstance(value, bool):
        return f"{value}_"
    return value if isinstance(value, str) and value.isidentifier() else ""


def _several(target: Expr, more: list[Expr], value: Expr) -> str:
    """Help for `x = 1, y = 2`, which seems to be meant as two assignments."""
    [second, *others] = more
    if others or not isinstance(second, Tuple) or not _are_names(target, *second.items[1:]):
        return ""
    rest = ", ".join(map(unparse, second.items[1:]))
    statements = f"{unparse(target)} = {unparse(second.items[0])}; {rest} = {unparse(value)}"
    return _write(statements, " for two statements")


def _call(target: Call, value: str) -> tuple[str, str]:
    arguments = ", ".join(map(unparse, target.args))
    if target.keywords or not isinstance(target.func, Name | Attribute):
        return f"{unparse(target)} == {value}", " to compare"
    if isinstance(target.func, Name) and _are_names(*target.args) and target.args:
        return f"def {target.func.id}({arguments}): return {value}", " to define a function"
    if target.args:
        return f"{unparse(target.func)}[{arguments}] = {value}", " to set an item"
    return f"{unparse(target)} == {value}", " to compare"


def _are_names(*nodes: Expr) -> bool:
    return all(isinstance(node, Name) for node in nodes)


def arguments(func: Expr, given: list[Expr | Keyword]) -> str:
    """Help for a call with a positional argument behind the keywords."""
    args = [each for each in given if not isinstance(each, Keyword)]
    keywords = [each for each in given if isinstance(each, Keyword)]
    return _write(unparse(Call(0, 0, func, args, keywords)))


def product(factor: Expr, given: list[Expr]) -> list[str]:
    """Help for `2(x + 1)`, which reads as a call of 2."""
    if len(given) != 1:
        return []
    return [_write(unparse(Binary(0, 0, factor, "*", given[0])), " to multiply")]


def arange(first: Expr, last: Expr) -> str:
    """Help for `1:10`, which reads as an annotation of 1."""
    return _write(f"arange({unparse(first)}, {unparse(last)} + 1)", " for a range")


def _write(statement: str, purpose: str = "") -> str:
    return f"write {quoted(statement)}{purpose}" if len(statement) <= _LONGEST else ""
