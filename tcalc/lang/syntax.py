"""The abstract syntax tree: one class a form, every node with its place in the source.

A node's fields are its `__slots__`, in source order. `start` and `end` are character offsets into
the text that was parsed. A grammar rule (or the alias of one alternative) names the class it
builds: `-> binary` makes a `Binary`. To add a form: a rule in `grammar/tcalc.lark`, a class here, a
case in `compile.py`.
"""

# ruff: noqa: RUF023  (slots stand in source order, which is the order of the fields)

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Iterator
    from typing import Any


class Node:
    """A piece of syntax that covers `text[start:end]`."""

    __slots__ = ("end", "start")
    start: int
    end: int

    def __init__(self, start: int, end: int, *values: object) -> None:
        """Set the place and then the fields, in the order of the class's `__slots__`."""
        self.start = start
        self.end = end
        for name, value in zip(self.__slots__, values, strict=True):
            setattr(self, name, value)

    def __eq__(self, other: object) -> bool:
        """Same form and same fields; places do not count."""
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """`Binary(Name('a'), '+', Name('b'))`."""
        return f"{type(self).__name__}({', '.join(repr(getattr(self, n)) for n in self.__slots__)})"

    def children(self) -> Iterator[Node]:
        """Nodes directly below this one, in source order."""
        for name in self.__slots__:
            yield from _nodes(getattr(self, name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _nodes(item)


class Expr(Node):
    """Anything that has a value."""

    __slots__ = ()


class Stmt(Node):
    """Anything that is run for its effect."""

    __slots__ = ()


# Expressions -----------------------------------------------------------------------------------


class Constant(Expr):
    """A number, a string, True, False, None or the ellipsis, already converted to its value."""

    __slots__ = ("value",)
    value: int | float | complex | str | bool | None


class Bulk(Expr):
    """A long array literal: nested lists of plain numbers, already converted."""

    __slots__ = ("value",)
    value: list[Any]


class FString(Expr):
    """An f-string: literal pieces and replacement fields in turn."""

    __slots__ = ("parts",)
    parts: list[Constant | Field]


class Field(Expr):
    """`{value!r:spec}` of an f-string; `conversion` is "r", "s", "a" or ""."""

    __slots__ = ("value", "conversion", "spec")
    value: Expr
    conversion: str
    spec: FString | None


class Name(Expr):
    """A variable, an op or a namespace."""

    __slots__ = ("id",)
    id: str


class Tuple(Expr):
    """`a, b` or `(a, b)` or `()`."""

    __slots__ = ("items",)
    items: list[Expr]


class List(Expr):
    """`[a, b]`."""

    __slots__ = ("items",)
    items: list[Expr]


class Set(Expr):
    """`{a, b}`."""

    __slots__ = ("items",)
    items: list[Expr]


class Dict(Expr):
    """`{k: v, **more}`; the key of a `**` entry is None."""

    __slots__ = ("keys", "values")
    keys: list[Expr | None]
    values: list[Expr]


class Starred(Expr):
    """`*value` in a call, a display or an assignment target."""

    __slots__ = ("value",)
    value: Expr


class Unary(Expr):
    """`-x`, `+x`, `~x` or `not x`; `op` is the operator's text."""

    __slots__ = ("op", "operand")
    op: str
    operand: Expr


class Binary(Expr):
    """`left op right`; `op` is the operator's text, `and` and `or` included."""

    __slots__ = ("left", "op", "right")
    left: Expr
    op: str
    right: Expr


class Compare(Expr):
    """`a < b <= c`: `ops[i]` stands between operands i and i + 1; `not in` is one op."""

    __slots__ = ("operands", "ops")
    operands: list[Expr]
    ops: list[str]


class Conditional(Expr):
    """`body if test else orelse`."""

    __slots__ = ("body", "test", "orelse")
    body: Expr
    test: Expr
    orelse: Expr


class Walrus(Expr):
    """`name := value`."""

    __slots__ = ("target", "value")
    target: Name
    value: Expr


class Pipe(Expr):
    """`value |> target`; a call as target gets `value` as its first argument."""

    __slots__ = ("value", "target")
    value: Expr
    target: Expr


class Attribute(Expr):
    """`value.name`."""

    __slots__ = ("value", "name")
    value: Expr
    name: str


class Subscript(Expr):
    """`value[index]`; several indices make a Tuple."""

    __slots__ = ("value", "index")
    value: Expr
    index: Expr


class Slice(Expr):
    """`lower:upper:step`, only inside a Subscript."""

    __slots__ = ("lower", "upper", "step")
    lower: Expr | None
    upper: Expr | None
    step: Expr | None


class Call(Expr):
    """`func(args, keywords)`."""

    __slots__ = ("func", "args", "keywords")
    func: Expr
    args: list[Expr]
    keywords: list[Keyword]


class Keyword(Node):
    """`name=value` in a call; the name of `**value` is None."""

    __slots__ = ("name", "value")
    name: str | None
    value: Expr


class Comprehension(Expr):
    """`kind` is "list", "set", "dict" or "generator"; `value` is the second half of `k: v`."""

    __slots__ = ("kind", "element", "value", "clauses")
    kind: str
    element: Expr
    value: Expr | None
    clauses: list[Clause]


class Clause(Node):
    """`for target in iterable if test if test`."""

    __slots__ = ("target", "iterable", "tests")
    target: Expr
    iterable: Expr
    tests: list[Expr]


class Lambda(Expr):
    """`lambda params: body`."""

    __slots__ = ("params", "body")
    params: list[Param]
    body: Expr


class Param(Node):
    """One parameter.

    `kind` is "plain", "keyword" (after a star), "args" (`*a`) or "kwargs" (`**k`).
    A bare `*` leaves no Param, it makes those that follow "keyword"; `/` is accepted and marks
    those before it "positional".
    """

    __slots__ = ("name", "kind", "default")
    name: str
    kind: str
    default: Expr | None


class Yield(Expr):
    """`yield value` or, with `delegate`, `yield from value`."""

    __slots__ = ("value", "delegate")
    value: Expr | None
    delegate: bool


# Statements ------------------------------------------------------------------------------------


class Module(Node):
    """A whole program."""

    __slots__ = ("body",)
    body: list[Stmt]


class Expression(Stmt):
    """An expression statement; `silent` where a `;` follows it, so that its value is not shown."""

    __slots__ = ("value", "silent")
    value: Expr
    silent: bool


class Assign(Stmt):
    """`target = target = value`; an annotation is dropped."""

    __slots__ = ("targets", "value")
    targets: list[Expr]
    value: Expr


class AugAssign(Stmt):
    """`target op= value`; `op` is the operator without the `=`."""

    __slots__ = ("target", "op", "value")
    target: Expr
    op: str
    value: Expr


class Delete(Stmt):
    """`del targets`."""

    __slots__ = ("targets",)
    targets: list[Expr]


class Return(Stmt):
    """`return value`."""

    __slots__ = ("value",)
    value: Expr | None


class Pass(Stmt):
    """`pass`."""

    __slots__ = ()


class Break(Stmt):
    """`break`."""

    __slots__ = ()


class Continue(Stmt):
    """`continue`."""

    __slots__ = ()


class Assert(Stmt):
    """`assert test, message`."""

    __slots__ = ("test", "message")
    test: Expr
    message: Expr | None


class Global(Stmt):
    """`global names`."""

    __slots__ = ("names",)
    names: list[str]


class Nonlocal(Stmt):
    """`nonlocal names`."""

    __slots__ = ("names",)
    names: list[str]


class Import(Stmt):
    """`import module as alias`; without alias `import a.b` binds `a`."""

    __slots__ = ("names",)
    names: list[Alias]


class ImportFrom(Stmt):
    """`from module import names`; a single Alias named `*` for all."""

    __slots__ = ("module", "names")
    module: str
    names: list[Alias]


class Alias(Node):
    """`name as alias` of an import; `name` may be dotted."""

    __slots__ = ("name", "alias")
    name: str
    alias: str | None


class If(Stmt):
    """`if test: body else: orelse`; an `elif` is an If alone in `orelse`."""

    __slots__ = ("test", "body", "orelse")
    test: Expr
    body: list[Stmt]
    orelse: list[Stmt]


class While(Stmt):
    """`while test: body else: orelse`."""

    __slots__ = ("test", "body", "orelse")
    test: Expr
    body: list[Stmt]
    orelse: list[Stmt]


class For(Stmt):
    """`for target in iterable: body else: orelse`."""

    __slots__ = ("target", "iterable", "body", "orelse")
    target: Expr
    iterable: Expr
    body: list[Stmt]
    orelse: list[Stmt]


class With(Stmt):
    """`with items: body`."""

    __slots__ = ("items", "body")
    items: list[WithItem]
    body: list[Stmt]


class WithItem(Node):
    """`context as target`."""

    __slots__ = ("context", "target")
    context: Expr
    target: Expr | None


class FunctionDef(Stmt):
    """`def name(params): body`; annotations are dropped."""

    __slots__ = ("name", "params", "body")
    name: str
    params: list[Param]
    body: list[Stmt]


class Magic(Stmt):
    """A notebook line that starts with `%` or `!`: accepted, ignored, with a note."""

    __slots__ = ("text",)
    text: str


def parts(node: Call | Pipe) -> tuple[Expr, list[Expr], list[Keyword]]:
    """Function, positional arguments and keywords of a call, or of a pipe into a call."""
    if isinstance(node, Call):
        return node.func, node.args, node.keywords
    if isinstance(node.target, Call):
        return node.target.func, [node.value, *node.target.args], node.target.keywords
    return node.target, [node.value], []
