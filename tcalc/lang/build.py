"""Builds the syntax tree: what a finished grammar rule makes of its parts.

A rule called `x_y` is built by the function `x_y` in here or, where there is none, by the class
`XY` of `syntax.py` from the parts as they are. A builder gets the place and the list of parts: the
text of a token, the node of a rule, None for an option that is missing.
"""

from __future__ import annotations

from tcalc.lang import literals, syntax
from tcalc.lang.refusal import Refusal
from tcalc.lang.syntax import (
    Alias,
    Assign,
    Attribute,
    AugAssign,
    Binary,
    Bulk,
    Call,
    Clause,
    Compare,
    Comprehension,
    Constant,
    Delete,
    Dict,
    Expr,
    Expression,
    For,
    FString,
    FunctionDef,
    Global,
    If,
    ImportFrom,
    Keyword,
    Lambda,
    Module,
    Name,
    Node,
    Nonlocal,
    Param,
    Pass,
    Starred,
    Stmt,
    Subscript,
    Tuple,
    While,
    Yield,
)

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Callable
    from typing import Any

    Parts = list[Any]  # what the grammar puts there, which mypy cannot know
    Builder = Callable[[int, int, Parts], object]


def builder(name: str) -> Builder:
    """What builds the rule or alternative `name`."""
    function = globals().get(name)
    if function is not None:
        return function  # type: ignore[no-any-return]
    node_class = getattr(syntax, name.title().replace("_", ""))
    return lambda start, end, parts: node_class(start, end, *parts)


# Statements ------------------------------------------------------------------------------------


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
    for statement, following in zip(parts, parts[1:], strict=False):
        if following == ";" and type(statement) is Expression:
            statement.silent = True
    return [part for part in parts if part != ";"]


def expression(start: int, end: int, parts: Parts) -> Expression:
    """An expression statement."""
    return Expression(start, end, parts[0], False)


def assign(start: int, end: int, parts: Parts) -> Assign:
    """`target = … = value`."""
    *targets, value = parts
    for target in targets:
        check_target(target, "assign to")
    return Assign(start, end, targets, value)


def annotated(start: int, end: int, parts: Parts) -> Stmt:
    """`target: annotation = value`; without a value nothing happens."""
    target, _, value = parts
    if isinstance(target, Tuple):
        raise Refusal("only one target can have an annotation", target)
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
    targets = parts[0].items if isinstance(parts[0], Tuple) else parts
    for target in targets:
        check_target(target, "delete")
    return Delete(start, end, targets)


def global_(start: int, end: int, parts: Parts) -> Global:
    """`global a, b`."""
    return Global(start, end, parts)


def nonlocal_(start: int, end: int, parts: Parts) -> Nonlocal:
    """`nonlocal a, b`."""
    return Nonlocal(start, end, parts)


def import_(start: int, end: int, parts: Parts) -> syntax.Import:
    """`import a.b as c, d`."""
    return syntax.Import(start, end, parts)


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
    *branches, orelse = parts
    while len(branches) > 2:
        body = branches.pop()
        test = branches.pop()
        orelse = [If(test.start, end, test, body, orelse or [])]
    return If(start, end, *branches, orelse or [])


def while_(start: int, end: int, parts: Parts) -> While:
    """`while test: … else: …`."""
    test, body, orelse = parts
    return While(start, end, test, body, orelse or [])


def for_(start: int, end: int, parts: Parts) -> For:
    """`for target in iterable: … else: …`."""
    target, iterable, body, orelse = parts
    check_target(target, "assign to")
    return For(start, end, target, iterable, body, orelse or [])


def with_(start: int, end: int, parts: Parts) -> syntax.With:
    """`with a as b, c: …`."""
    *items, body = parts
    return syntax.With(start, end, items, body)


def with_item(start: int, end: int, parts: Parts) -> syntax.WithItem:
    """`context as target`."""
    context, target = parts
    if target is not None:
        check_target(target, "assign to")
    return syntax.WithItem(start, end, context, target)


def function_def(start: int, end: int, parts: Parts) -> FunctionDef:
    """`def name(params) -> annotation: body`."""
    name_, params_, _, body = parts
    return FunctionDef(start, end, name_, params_, body)


def magic(start: int, end: int, parts: Parts) -> syntax.Magic:
    """A notebook's command."""
    return syntax.Magic(start, end, parts[0])


# Parameters ------------------------------------------------------------------------------------


def param(start: int, end: int, parts: Parts) -> Param:
    """`name: annotation = default`; a lambda's has no annotation."""
    return Param(start, end, parts[0], "plain", parts[-1])


def args_param(start: int, end: int, parts: Parts) -> Param:
    """`*name`."""
    return Param(start, end, parts[0], "args", None)


def kwargs_param(start: int, end: int, parts: Parts) -> Param:
    """`**name`."""
    return Param(start, end, parts[0], "kwargs", None)


def star_mark(start: int, end: int, parts: Parts) -> Param:
    """A bare `*`, until `params` takes it out."""
    return Param(start, end, "*", "*", None)


def slash_mark(start: int, end: int, parts: Parts) -> Param:
    """A bare `/`, until `params` takes it out."""
    return Param(start, end, "/", "/", None)


def params(start: int, end: int, parts: Parts) -> list[Param]:
    """A whole parameter list, checked: what stands after `*` is keyword-only, and so on."""
    result: list[Param] = []
    starred: Param | None = None
    optional = False
    for item in parts:
        if result and result[-1].kind == "kwargs":
            raise Refusal(f"nothing can follow '**{result[-1].name}'", item)
        if item.kind == "/":
            if starred or not result or any(p.kind == "positional" for p in result):
                raise Refusal("'/' must stand once, after a parameter and before '*'", item)
            for before in result:
                before.kind = "positional"
            continue
        if item.kind in {"*", "args"}:
            if starred:
                raise Refusal("a parameter list can have only one '*'", item)
            starred = item
        elif item.kind == "plain" and starred:
            item.kind = "keyword"
        elif item.kind == "plain":
            if optional and item.default is None:
                raise Refusal(
                    f"'{item.name}' needs a default value, for the parameter before it has one",
                    item,
                )
            optional = item.default is not None
        if any(item.name == other.name for other in result):
            raise Refusal(f"two parameters are called '{item.name}'", item)
        if item.kind != "*":
            result.append(item)
    if starred and starred.kind == "*" and not any(p.kind == "keyword" for p in result):
        raise Refusal("a parameter must follow '*'", starred)
    return result


def lambda_(start: int, end: int, parts: Parts) -> Lambda:
    """`lambda params: body`."""
    return Lambda(start, end, *parts)


# Operators -------------------------------------------------------------------------------------


def binary(start: int, end: int, parts: Parts) -> Binary:
    """`left op right`."""
    return Binary(start, end, *parts)


def compare(start: int, end: int, parts: Parts) -> Compare:
    """Operands and operators in turn; `not in` and `is not` come as two words."""
    operands: list[Expr] = []
    ops: list[str] = []
    for part in parts:
        if not isinstance(part, str):
            operands.append(part)
        elif len(ops) == len(operands):
            ops[-1] += " " + part
        else:
            ops.append(part)
    return Compare(start, end, operands, ops)


def conditional(start: int, end: int, parts: Parts) -> syntax.Conditional:
    """`body if test else orelse`."""
    return syntax.Conditional(start, end, *parts)


def yield_(start: int, end: int, parts: Parts) -> Yield:
    """`yield value`."""
    return Yield(start, end, parts[0], False)


def yield_from(start: int, end: int, parts: Parts) -> Yield:
    """`yield from value`."""
    return Yield(start, end, parts[0], True)


# Operands --------------------------------------------------------------------------------------


def call(start: int, end: int, parts: Parts) -> Call:
    """`func(arguments)`."""
    func, *arguments = parts
    args: list[Expr] = []
    keywords: list[Keyword] = []
    for argument in arguments:
        if type(argument) is Keyword:
            keywords.append(argument)
        elif not keywords or (
            isinstance(argument, Starred) and all(k.name is not None for k in keywords)
        ):
            args.append(argument)
        else:
            raise Refusal("a positional argument must come before the keyword arguments", argument)
    if len(keywords) > 1:
        _check_unique(keywords)
    return Call(start, end, func, args, keywords)


def _check_unique(keywords: list[Keyword]) -> None:
    seen = set()
    for keyword_ in keywords:
        if keyword_.name in seen:
            raise Refusal(f"the keyword argument '{keyword_.name}' is given twice", keyword_)
        if keyword_.name is not None:
            seen.add(keyword_.name)


def keyword_unpacking(start: int, end: int, parts: Parts) -> Keyword:
    """`**value` in a call."""
    return Keyword(start, end, None, parts[0])


def keyword(start: int, end: int, parts: Parts) -> Keyword:
    """`name=value` in a call."""
    return Keyword(start, end, *parts)


def slice_(start: int, end: int, parts: Parts) -> syntax.Slice:
    """`lower:upper:step`."""
    return syntax.Slice(start, end, parts[0], parts[1], parts[2] if len(parts) > 2 else None)


def tuple_(start: int, end: int, parts: Parts) -> Tuple:
    """`a, b`, with or without brackets."""
    return Tuple(start, end, parts)


def list_(start: int, end: int, parts: Parts) -> syntax.List:
    """`[a, b]`."""
    return syntax.List(start, end, parts)


def set_(start: int, end: int, parts: Parts) -> syntax.Set:
    """`{a, b}`."""
    return syntax.Set(start, end, parts)


def dict_(start: int, end: int, parts: Parts) -> Dict:
    """`{k: v, **more}`."""
    return Dict(start, end, [key for key, _ in parts], [value for _, value in parts])


def pair(start: int, end: int, parts: Parts) -> Parts:
    """`k: v`."""
    return parts


def pair_unpacking(start: int, end: int, parts: Parts) -> Parts:
    """`**more` in a dict."""
    return [None, parts[0]]


def group(start: int, end: int, parts: Parts) -> Expr:
    """`(a)`: the brackets belong to what they hold, so that its text stays whole when quoted."""
    node: Expr = parts[0]
    if not isinstance(node, Name):
        node.start, node.end = start, end
    return node


def clause(start: int, end: int, parts: Parts) -> Clause:
    """`for target in iterable if test`."""
    target, iterable, *tests = parts
    check_target(target, "assign to")
    return Clause(start, end, target, iterable, tests)


def generator(start: int, end: int, parts: Parts) -> Comprehension:
    """`(element for …)`."""
    return Comprehension(start, end, "generator", parts[0], None, parts[1:])


def list_comprehension(start: int, end: int, parts: Parts) -> Comprehension:
    """`[element for …]`."""
    return Comprehension(start, end, "list", parts[0], None, parts[1:])


def set_comprehension(start: int, end: int, parts: Parts) -> Comprehension:
    """`{element for …}`."""
    return Comprehension(start, end, "set", parts[0], None, parts[1:])


def dict_comprehension(start: int, end: int, parts: Parts) -> Comprehension:
    """`{key: value for …}`."""
    return Comprehension(start, end, "dict", parts[0], parts[1], parts[2:])


def none(start: int, end: int, parts: Parts) -> Constant:
    """`None`."""
    return Constant(start, end, None)


def true(start: int, end: int, parts: Parts) -> Constant:
    """`True`."""
    return Constant(start, end, True)


def false(start: int, end: int, parts: Parts) -> Constant:
    """`False`."""
    return Constant(start, end, False)


def ellipsis(start: int, end: int, parts: Parts) -> Constant:
    """`...`."""
    return Constant(start, end, ...)


def number(start: int, end: int, parts: Parts) -> Constant:
    """A number of any form."""
    return Constant(start, end, literals.number(parts[0], start))


def bulk(start: int, end: int, parts: Parts) -> Bulk:
    """A long array literal."""
    return Bulk(start, end, literals.array(parts[0]))


def piece(start: int, end: int, parts: Parts) -> Constant | FString:
    """One string literal."""
    literal = literals.StringLiteral(parts[0], start)
    if not literal.formatted:
        return Constant(start, end, literal.value())
    from tcalc.lang.fstring import read  # rarely needed, and it calls the parser in turn

    return read(literal)


def string(start: int, end: int, parts: Parts) -> Constant | FString:
    """String literals side by side are one."""
    if len(parts) == 1:
        return parts[0]  # type: ignore[no-any-return]
    if all(type(part) is Constant for part in parts):
        return Constant(start, end, "".join(part.value for part in parts))
    return FString(start, end, [p for part in parts for p in getattr(part, "parts", [part])])


def piece(start: int, end: int, parts: Parts) -> Constant | FString:
    """One string literal."""
    literal = literals.StringLiteral(parts[0], start)
    if not literal.formatted:
        return Constant(start, end, literal.value())
    from tcalc.lang.fstring import read  # rarely needed, and it calls the parser in turn

    return read(literal)


def string(start: int, end: int, parts: Parts) -> Constant | FString:
    """String literals side by side are one."""
    if len(parts) == 1:
        return parts[0]  # type: ignore[no-any-return]
    if all(type(part) is Constant for part in parts):
        return Constant(start, end, "".join(part.value for part in parts))
    return FString(start, end, [p for part in parts for p in getattr(part, "parts", [part])])


# Checks ----------------------------------------------------------------------------------------

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
    if isinstance(node, Constant) and (node.value is None or node.value is ...):
        return "'None'" if node.value is None else "'...'"
    if isinstance(node, Constant) and isinstance(node.value, bool):
        return f"'{node.value}'"
    return _DESCRIPTIONS.get(type(node).__name__, "this")


def check_target(target: Node, action: str) -> None:
    """Refuse a `target` that cannot be given a value."""
    if isinstance(target, Name | Attribute | Subscript):
        return
    if isinstance(target, Tuple | syntax.List):
        for item in target.items:
            check_target(item.value if isinstance(item, Starred) else item, action)
        return
    compared = action == "assign to" and isinstance(target, Binary | Call | Constant)
    help_ = "write '==' to compare" if compared else ""
    raise Refusal(f"cannot {action} {describe(target)}", target, help_)
