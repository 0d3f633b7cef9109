"""What `build` makes of statements and blocks."""

from __future__ import annotations

from tcalc.lang.refusal import Refusal
from tcalc.lang.syntax import (
    Alias,
    Assign,
    Attribute,
    AugAssign,
    Constant,
    Delete,
    Expr,
    Expression,
    For,
    FunctionDef,
    Global,
    If,
    Import,
    ImportFrom,
    List,
    Module,
    Name,
    Nonlocal,
    Pass,
    Starred,
    Stmt,
    Subscript,
    Tuple,
    Unary,
    Walrus,
    While,
    With,
    WithItem,
)
from tcalc.lang.targets import check_target, describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcalc.lang.lalr import Parts


def module(start: int, end: int, parts: Parts) -> Module:
    """A whole program; a line of several statements comes as a list."""
    return Module(start, end, _flat(parts))


def field(start: int, end: int, parts: Parts) -> Expr:
    """The expression in an f-string's braces."""
    return parts[0]  # type: ignore[no-any-return]


def block(start: int, end: int, parts: Parts) -> list[Stmt]:
    """The statements of a compound one."""
    return _flat(parts)


def _flat(parts: Parts) -> list[Stmt]:
    statements: list[Stmt] = []
    for part in parts:
        if type(part) is list:
            statements += part
        else:
            statements.append(part)
    return statements


def line(start: int, end: int, parts: Parts) -> list[Stmt]:
    """Statements and the semicolons between them; an expression before one is not shown."""
    statements: list[Stmt] = []
    for part in parts:
        if part != ";":
            statements.append(part)
        elif isinstance(statements[-1], Expression):
            statements[-1].silent = True
    return statements


def expression(start: int, end: int, parts: Parts) -> Expression:
    """An expression statement."""
    return Expression(start, end, parts[0], False)


def assign(start: int, end: int, parts: Parts) -> Assign:
    """`target = … = value`."""
    *targets, value = parts
    try:
        for target in targets:
            check_target(target, "assign to")
    except Refusal as refusal:
        from tcalc.lang.mistakes.meant import assignment

        refusal.help = assignment(targets, value)
        raise
    return Assign(start, end, targets, value)


def annotated(start: int, end: int, parts: Parts) -> Stmt:
    """`target: annotation = value`; without a value nothing happens."""
    target, annotation, value = parts
    if isinstance(target, Tuple | List):
        raise Refusal("only one target can have an annotation", target)
    if isinstance(target, Constant | Unary) and value is None:
        from tcalc.lang.mistakes.meant import arange

        help_ = arange(target, annotation)
        raise Refusal("a range is made by a function; ':' is for slices", (start, end), help_)
    check_target(target, "annotate")
    return Pass(start, end) if value is None else Assign(start, end, [target], value)


def aug_assign(start: int, end: int, parts: Parts) -> AugAssign:
    """`target op= value`."""
    target, op, value = parts
    if not isinstance(target, Name | Attribute | Subscript):
        raise Refusal(f"cannot use '{op}' on {describe(target)}", target)
    return AugAssign(start, end, target, op[:-1], value)


def delete(start: int, end: int, parts: Parts) -> Delete:
    """`del a, b`."""
    for target in parts:
        check_target(target, "delete")
    return Delete(start, end, parts)


def global_(start: int, end: int, parts: Parts) -> Global:
    """`global a, b`."""
    return Global(start, end, parts)


def nonlocal_(start: int, end: int, parts: Parts) -> Nonlocal:
    """`nonlocal a, b`."""
    return Nonlocal(start, end, parts)


def import_(start: int, end: int, parts: Parts) -> Import:
    """`import a.b as c, d`."""
    return Import(start, end, parts)


def import_from(start: int, end: int, parts: Parts) -> ImportFrom:
    """`from a.b import c as d, e`."""
    return ImportFrom(start, end, parts[0], parts[1:])


def everything(start: int, end: int, parts: Parts) -> Alias:
    """The `*` of `from a import *`."""
    return Alias(start, end, "*", None)


def dotted(start: int, end: int, parts: Parts) -> str:
    """A module's name."""
    return ".".join(parts)


def if_(start: int, end: int, parts: Parts) -> If:
    """`if`, any number of `elif`, `else`: parts are test, block, test, block, …, block or None."""
    orelse = parts[-1]
    for at in range(len(parts) - 3, 0, -2):
        test, body = parts[at : at + 2]
        orelse = [If(test.start, end, test, body, orelse or [])]
    test, body = parts[:2]
    return If(start, end, test, body, orelse or [])


def while_(start: int, end: int, parts: Parts) -> While:
    """`while test: … else: …`."""
    test, body, orelse = parts
    return While(start, end, test, body, orelse or [])


def for_(start: int, end: int, parts: Parts) -> For:
    """`for target in iterable: … else: …`."""
    target, iterable, body, orelse = parts
    check_target(target, "assign to")
    return For(start, end, target, iterable, body, orelse or [])


def with_(start: int, end: int, parts: Parts) -> With:
    """`with a as b, c: …`, the items in brackets or not."""
    *items, body = parts
    if len(items) == 1 and isinstance(shown := items[0].context, Tuple) and not items[0].target:
        items = shown.items or items  # `with (a, b):` reads as a tuple at first
    return With(start, end, [_as_item(item) for item in items], body)


def _as_item(item: WithItem | Expr) -> WithItem:
    if isinstance(item, WithItem):
        return item
    if isinstance(item, Starred | Walrus):
        raise Refusal(f"{describe(item)} cannot be an item of with", item)
    return WithItem(item.start, item.end, item, None)


def with_item(start: int, end: int, parts: Parts) -> WithItem:
    """`context as target`."""
    context, target = parts
    if target is not None:
        check_target(target, "assign to")
    return WithItem(start, end, context, target)


def function_def(start: int, end: int, parts: Parts) -> FunctionDef:
    """`def name(params) -> annotation: body`."""
    name_, params_, _, body = parts
    return FunctionDef(start, end, name_, params_, body)
