"""Expressions of the language as Python's own syntax nodes.

To add a form: a method, and its line in `EXPRESSIONS`.
"""

from __future__ import annotations

import _ast

from tcalc.lang import syntax
from tcalc.lang.emitter import DELETE, GUARDS, LOAD, STORE, Emitter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

OPERATORS: dict[str, _ast.operator] = {
    "+": _ast.Add(),
    "-": _ast.Sub(),
    "*": _ast.Mult(),
    "/": _ast.Div(),
    "//": _ast.FloorDiv(),
    "%": _ast.Mod(),
    "**": _ast.Pow(),
    "@": _ast.MatMult(),
    "&": _ast.BitAnd(),
    "|": _ast.BitOr(),
    "^": _ast.BitXor(),
    "<<": _ast.LShift(),
    ">>": _ast.RShift(),
}
UNARY: dict[str, _ast.unaryop] = {
    "-": _ast.USub(),
    "+": _ast.UAdd(),
    "~": _ast.Invert(),
    "not": _ast.Not(),
}
BOOLEAN: dict[str, _ast.boolop] = {"and": _ast.And(), "or": _ast.Or()}
COMPARE: dict[str, _ast.cmpop] = {
    "==": _ast.Eq(),
    "!=": _ast.NotEq(),
    "<": _ast.Lt(),
    "<=": _ast.LtE(),
    ">": _ast.Gt(),
    ">=": _ast.GtE(),
    "in": _ast.In(),
    "not in": _ast.NotIn(),
    "is": _ast.Is(),
    "is not": _ast.IsNot(),
}


class Expressions(Emitter):
    """Turns expressions into `_ast` nodes."""

    def expr(self, node: syntax.Expr) -> _ast.expr:
        """`node` as a value."""
        return EXPRESSIONS[type(node)](self, node)

    def maybe(self, node: syntax.Expr | None) -> _ast.expr | None:
        """`node` as a value, or None where there is none."""
        return None if node is None else self.expr(node)

    def all(self, nodes: Iterable[syntax.Expr]) -> list[_ast.expr]:
        """Each of `nodes` as a value."""
        return [self.expr(node) for node in nodes]

    def target(self, node: syntax.Expr, ctx: _ast.expr_context = STORE) -> _ast.expr:
        """`node` as something to assign to, or to delete."""
        if isinstance(node, syntax.Name):
            if ctx is DELETE:
                self.reads(node.id)
                self.sure.discard(node.id)
            else:
                self.binds(node.id)
            return _ast.Name(self.name(node.id, node), ctx, **self.place(node))
        if isinstance(node, syntax.Tuple | syntax.List):
            form = _ast.Tuple if isinstance(node, syntax.Tuple) else _ast.List
            items = [self.target(item, ctx) for item in node.items]
            return form(items, ctx, **self.place(node))
        if isinstance(node, syntax.Starred) and ctx is STORE:
            return _ast.Starred(self.target(node.value), ctx, **self.place(node))
        if isinstance(node, syntax.Subscript):
            value, index = self.expr(node.value), self.expr(node.index)
            return _ast.Subscript(value, index, ctx, **self.place(node))
        if isinstance(node, syntax.Attribute):
            at = self.place(node)
            proxy = self.call("@target", at, self.expr(node.value))
            return _ast.Attribute(proxy, self.name(node.name, node), ctx, **at)
        raise self.fault(
            node, "this cannot be assigned to" if ctx is STORE else "cannot delete this"
        )

    # Atoms ------------------------------------------------------------------------------------

    def _constant(self, node: syntax.Constant) -> _ast.expr:
        return _ast.Constant(node.value, **self.place(node))

    def _bulk(self, node: syntax.Bulk) -> _ast.expr:
        at = self.place(node)
        name = f"@bulk{id(node)}"
        self.bulk[name] = node.value
        return self.call("@fresh", at, _ast.Name(name, LOAD, **at))

    def _fstring(self, node: syntax.FString) -> _ast.expr:
        parts, at = self.all(node.parts), self.place(node)
        if self.strict and len(parts) > 1:
            return self.call("@joined", at, *[_ast.JoinedStr([part], **at) for part in parts])
        return _ast.JoinedStr(parts, **at)

    def _field(self, node: syntax.Field) -> _ast.expr:
        value, at = self.expr(node.value), self.place(node)
        spec = self.maybe(node.spec) or _ast.Constant("", **at)
        text = self.call("@format", at, value, _ast.Constant(node.conversion, **at), spec)
        return _ast.FormattedValue(text, -1, None, **at)

    def _name(self, node: syntax.Name) -> _ast.expr:
        self.reads(node.id)
        return _ast.Name(self.name(node.id, node), LOAD, **self.place(node))

    def _tuple(self, node: syntax.Tuple) -> _ast.expr:
        return _ast.Tuple(self.all(node.items), LOAD, **self.place(node))

    def _list(self, node: syntax.List) -> _ast.expr:
        return _ast.List(self.all(node.items), LOAD, **self.place(node))

    def _set(self, node: syntax.Set) -> _ast.expr:
        return _ast.Set(self.all(node.items), **self.place(node))

    def _dict(self, node: syntax.Dict) -> _ast.expr:
        keys = [self.maybe(key) for key in node.keys]
        return _ast.Dict(keys, self.all(node.values), **self.place(node))

    def _starred(self, node: syntax.Starred) -> _ast.expr:
        items, at = self.expr(node.value), self.place(node)
        return _ast.Starred(self.call("@collected", at, items), LOAD, **at)

    # Operators --------------------------------------------------------------------------------

    def _unary(self, node: syntax.Unary) -> _ast.expr:
        return _ast.UnaryOp(UNARY[node.op], self.expr(node.operand), **self.place(node))

    def _binary(self, node: syntax.Binary) -> _ast.expr:
        # `a + b + c + ...` is deep on the left: walk down it without recursion.
        chain: list[syntax.Binary] = []
        left: syntax.Expr = node
        while isinstance(left, syntax.Binary):
            chain.append(left)
            left = left.left
        result = self.expr(left)
        for link in reversed(chain):
            right, at = self.expr(link.right), self.place(link)
            if link.op in BOOLEAN:
                result = _ast.BoolOp(BOOLEAN[link.op], [result, right], **at)
            elif self.guarded(link.op, link.left, link.right):
                result = self.call(GUARDS[link.op], at, result, right)
            else:
                result = _ast.BinOp(result, OPERATORS[link.op], right, **at)
        return result

    def _compare(self, node: syntax.Compare) -> _ast.expr:
        first, *rest = self.all(node.operands)
        for i, (op, operand) in enumerate(zip(node.ops, node.operands[1:], strict=True)):
            if op in SEARCHES and (self.strict or isinstance(operand, syntax.Call)):
                rest[i] = self.call("@within", self.place(operand), rest[i])
        if "is" in node.ops or "is not" in node.ops:
            self.odd = True
            operands = [getattr(operand, "value", None) for operand in node.operands]
            if any(type(value) in _VALUES for value in operands):
                from tcalc.lang.mistakes.doubts import identity

                self.doubt(*identity(node))
        ops = [COMPARE[op] for op in node.ops]
        return _ast.Compare(first, ops, rest, **self.place(node))

    def _conditional(self, node: syntax.Conditional) -> _ast.expr:
        test, body, orelse = self.all((node.test, node.body, node.orelse))
        return _ast.IfExp(test, body, orelse, **self.place(node))

    def _walrus(self, node: syntax.Walrus) -> _ast.expr:
        target: Any = self.target(node.target)
        return _ast.NamedExpr(target, self.expr(node.value), **self.place(node))

    # Access and calls -------------------------------------------------------------------------

    def _attribute(self, node: syntax.Attribute) -> _ast.expr:
        value, at = self.expr(node.value), self.place(node)
        name = _ast.Constant(self.name(node.name, node), **at)
        return self.call("@attribute", at, value, name)

    def _subscript(self, node: syntax.Subscript) -> _ast.expr:
        self.odd |= not isinstance(node.value, ACCESS)
        value, index = self.expr(node.value), self.expr(node.index)
        return _ast.Subscript(value, index, LOAD, **self.place(node))

    def _slice(self, node: syntax.Slice) -> _ast.expr:
        parts = [self.maybe(part) for part in (node.lower, node.upper, node.step)]
        return _ast.Slice(*parts, **self.place(node))

    def _call(self, node: syntax.Call) -> _ast.expr:
        return self._calling(node, node.func, node.args, node.keywords)

    def _pipe(self, node: syntax.Pipe) -> _ast.expr:
        call = node.target
        if isinstance(call, syntax.Call):
            return self._calling(node, call.func, [node.value, *call.args], call.keywords)
        return self._calling(node, call, [node.value], [])

    def _calling(
        self,
        node: syntax.Expr,
        func: syntax.Expr,
        args: list[syntax.Expr],
        keywords: list[syntax.Keyword],
    ) -> _ast.expr:
        self.odd |= not isinstance(func, ACCESS)
        if isinstance(func, syntax.Constant) and type(func.value) in (int, float, complex):
            from tcalc.lang.mistakes.meant import product

            raise self.fault(node, "a number cannot be called", *product(func, args))
        function, positional = self.expr(func), self.all(args)
        if isinstance(func, syntax.Name) and func.id in CHECKED and len(positional) == 1:
            positional = [self.call(CHECKED[func.id], self.place(args[0]), positional[0])]
        named = [
            _ast.keyword(
                None if keyword.name is None else self.name(keyword.name, keyword),
                self.expr(keyword.value),
                **self.place(keyword),
            )
            for keyword in keywords
        ]
        at = self.place(node)
        if isinstance(func, syntax.Name) and func.id in LOOKING and _may_wait(args):
            positional[0] = _ast.Lambda(self.parameters([]), positional[0], **at)
            return self.call("@looking", at, function, *positional, keywords=named)
        return _ast.Call(function, positional, named, **at)

    # Scopes -----------------------------------------------------------------------------------

    def _comprehension(self, node: syntax.Comprehension) -> _ast.expr:
        clauses = []
        self.depth += 1
        for clause in node.clauses:
            target, iterable = self.target(clause.target), self.expr(clause.iterable)
            clauses.append(_ast.comprehension(target, iterable, self.all(clause.tests), 0))
        element, value = self.expr(node.element), self.maybe(node.value)
        self.depth -= 1
        at = self.place(node)
        if value is not None:
            return _ast.DictComp(element, value, clauses, **at)
        made: _ast.expr = COMPREHENSIONS[node.kind](element, clauses, **at)
        return made

    def _lambda(self, node: syntax.Lambda) -> _ast.expr:
        parameters = self.parameters(node.params)
        self.depth += 1
        body = self.expr(node.body)
        self.depth -= 1
        return _ast.Lambda(parameters, body, **self.place(node))

    def parameters(self, params: list[syntax.Param]) -> _ast.arguments:
        """The parameters of a function; their defaults belong to the scope around it."""
        kinds: dict[str, list[_ast.arg]] = {
            kind: [] for kind in ("positional", "plain", "args", "keyword", "kwargs")
        }
        defaults: list[_ast.expr] = []
        keyword_defaults: list[_ast.expr | None] = []
        for param in params:
            default = self.maybe(param.default)
            if param.kind == "keyword":
                keyword_defaults.append(default)
            elif default is not None:
                defaults.append(default)
            kinds[param.kind].append(_ast.arg(self.name(param.name, param), **self.place(param)))
        return _ast.arguments(
            posonlyargs=kinds["positional"],
            args=kinds["plain"],
            vararg=kinds["args"][0] if kinds["args"] else None,
            kwonlyargs=kinds["keyword"],
            kw_defaults=keyword_defaults,
            kwarg=kinds["kwargs"][0] if kinds["kwargs"] else None,
            defaults=defaults,
        )

    def _yield(self, node: syntax.Yield) -> _ast.expr:
        value: Any = self.maybe(node.value)
        form = _ast.YieldFrom if node.delegate else _ast.Yield
        return form(value, **self.place(node))


SEARCHES = frozenset(("in", "not in"))
# Python's types by the name of what has to look at the argument, for their calls are its own.
CHECKED = {"list": "@collected", "set": "@collected", "tuple": "@collected", "str": "@printable"}
_VALUES = (int, float, complex, str)
# Functions that look at how their first argument is computed.
LOOKING = frozenset({"explain", "why_nan"})


def _may_wait(args: list[syntax.Expr]) -> bool:
    """Whether the first argument can be computed by the function that it is an argument of."""
    if not args or isinstance(args[0], syntax.Lambda | syntax.Starred):
        return False
    waiting: list[syntax.Node] = [args[0]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, syntax.Walrus | syntax.Yield):
            return False
        waiting += node.children()
    return True


ACCESS = (syntax.Name, syntax.Attribute, syntax.Call, syntax.Subscript)
COMPREHENSIONS: dict[str, Any] = {
    "list": _ast.ListComp,
    "set": _ast.SetComp,
    "generator": _ast.GeneratorExp,
}
EXPRESSIONS: dict[type[syntax.Node], Callable[[Expressions, Any], _ast.expr]] = {
    syntax.Constant: Expressions._constant,
    syntax.Bulk: Expressions._bulk,
    syntax.FString: Expressions._fstring,
    syntax.Field: Expressions._field,
    syntax.Name: Expressions._name,
    syntax.Tuple: Expressions._tuple,
    syntax.List: Expressions._list,
    syntax.Set: Expressions._set,
    syntax.Dict: Expressions._dict,
    syntax.Starred: Expressions._starred,
    syntax.Unary: Expressions._unary,
    syntax.Binary: Expressions._binary,
    syntax.Compare: Expressions._compare,
    syntax.Conditional: Expressions._conditional,
    syntax.Walrus: Expressions._walrus,
    syntax.Pipe: Expressions._pipe,
    syntax.Attribute: Expressions._attribute,
    syntax.Subscript: Expressions._subscript,
    syntax.Slice: Expressions._slice,
    syntax.Call: Expressions._call,
    syntax.Comprehension: Expressions._comprehension,
    syntax.Lambda: Expressions._lambda,
    syntax.Yield: Expressions._yield,
}
