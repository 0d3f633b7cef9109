"""Statements of the language as Python code objects.

`compile_statement` makes a `Unit` of one top-level statement: its code, and what its line numbers
stand for. Expressions are in `expressions.py`. To add a statement form: a method, and its line in
`STATEMENTS`.
"""

from __future__ import annotations

import _ast
from _weakref import ref

from tcalc.diagnostic import Span
from tcalc.errors import LimitError
from tcalc.lang import syntax
from tcalc.lang.emitter import DELETE, LOAD, STORE
from tcalc.lang.expressions import OPERATORS, Expressions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

    from tcalc.diagnostic import Source

# Arithmetic that can write its result straight into part of a tensor.
STORED = {
    "+": "add", "-": "sub", "*": "mul", "/": "div", "//": "floor_divide", "%": "remainder",
    "**": "pow", "@": "matmul",
}  # fmt: skip

_units = 0


class Unit:
    """A compiled top-level statement.

    Line n of its code stands for `nodes[n - 1]`. `globals` are the session's names that it uses,
    `late` those among them that it surely binds itself before it reads them, `bulk` its long
    literals by the names that the code reads them under, `doubts` remarks on what it may not mean.
    """

    __slots__ = (
        "_watched",
        "bulk",
        "code",
        "doubts",
        "filename",
        "globals",
        "late",
        "nodes",
        "source",
    )

    def __init__(self, node: syntax.Stmt, source: Source, *, strict: bool) -> None:
        """Compile `node`. Raises SyntaxFault where it has no meaning, or is nested too deeply."""
        global _units  # noqa: PLW0603 -- numbers never repeat, so that frames tell units apart
        _units += 1
        self.filename = f"<tcalc {_units}>"
        self.source = source
        emit = Statements(source, strict=strict)
        self.nodes = emit.nodes
        try:
            tree = emit.program(node)
            self.code = emit.build(tree, self.filename)
        except (RecursionError, LimitError):
            headline, help_ = "this is nested too deeply", "give parts of it names by assignments"
            raise emit.fault(node, headline, help_) from None
        self.bulk = emit.bulk
        self.doubts = emit.doubts
        self.globals = _global_names(self.code)
        self.late = emit.bound - emit.early

    def retire(self, forget: Callable[[], object]) -> None:
        """Let go of the code, and call `forget` once nothing holds a part of it any more.

        A function may still run its part, and a node of the graph may say that it was made there.
        """
        codes = [self.code, *_inner_codes(self.code)]
        del self.code
        left = len(codes)

        def gone(_: object) -> None:
            nonlocal left
            left -= 1
            if not left:
                forget()

        self._watched = [ref(code, gone) for code in codes]

    @property
    def reentrant(self) -> bool:
        """Whether a part of the code can run again once the statement is done."""
        return bool(_inner_codes(self.code))

    def span(self, line: int) -> Span:
        """Where the node of line number `line` stands in the source."""
        node = self.nodes[line - 1]
        return Span(self.source, node.start, node.end)


def _inner_codes(code: CodeType) -> list[CodeType]:
    """The code of all functions, comprehensions and generators inside of `code`."""
    found = []
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            found += [constant, *_inner_codes(constant)]
    return found


def _global_names(code: CodeType) -> set[str]:
    """Every name of the session that `code` may use; attributes are no names of Python's here."""
    return {name for each in (code, *_inner_codes(code)) for name in each.co_names}


class Statements(Expressions):
    """Turns statements into `_ast` nodes."""

    def program(self, node: syntax.Stmt) -> _ast.Module | _ast.Expression:
        """A whole top-level statement: an expression's code gives its value."""
        if isinstance(node, syntax.Expression):
            self.ask(node, shown=True)
            return _ast.Expression(self.expr(node.value))
        return _ast.Module(self.stmt(node), [])

    def build(self, tree: _ast.Module | _ast.Expression, filename: str) -> CodeType:
        """The code of `tree`; Python's own objections become our syntax errors."""
        mode = "eval" if isinstance(tree, _ast.Expression) else "exec"
        try:
            if not self.odd:
                return _code(tree, filename, mode)
            import warnings

            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return _code(tree, filename, mode)
        except SyntaxError as error:
            node = self.nodes[(error.lineno or 1) - 1]
            raise self.fault(node, error.msg, *_helps(error.msg)) from None

    def stmt(self, node: syntax.Stmt) -> list[_ast.stmt]:
        """`node` as Python statements, mostly one."""
        self.ask(node, shown=False)
        result = STATEMENTS[type(node)](self, node)
        return result if isinstance(result, list) else [result]

    def ask(self, node: syntax.Stmt, *, shown: bool) -> None:
        """Note what is doubtful about the statement."""
        expression = isinstance(node, syntax.Expression) and node.value
        tuple_ = isinstance(node, syntax.Assert) and isinstance(node.test, syntax.Tuple)
        if tuple_ or isinstance(expression, syntax.Unary | syntax.Compare):
            from tcalc.lang.mistakes.doubts import doubt

            asked = doubt(node, shown=shown)
            if asked is not None:
                self.doubt(*asked)

    def block(self, nodes: list[syntax.Stmt]) -> list[_ast.stmt]:
        """The statements of a block."""
        return [made for node in nodes for made in self.stmt(node)]

    # Simple statements ------------------------------------------------------------------------

    def _expression(self, node: syntax.Expression) -> _ast.stmt:
        return _ast.Expr(self.expr(node.value), **self.place(node))

    def _assign(self, node: syntax.Assign) -> _ast.stmt:
        value, (target, *more) = node.value, node.targets
        if (
            isinstance(value, syntax.Binary)
            and value.op in STORED
            and isinstance(target, syntax.Subscript)
            and _is_part(target.index)
            and not more
        ):
            return self._store(node, target, value)
        computed = self.expr(value)
        targets = [self.target(target) for target in node.targets]
        return _ast.Assign(targets, computed, **self.place(node))

    def _store(
        self, node: syntax.Assign, target: syntax.Subscript, value: syntax.Binary
    ) -> _ast.stmt:
        """`x[a:b] = y + z`, which needs no temporary where x is a tensor."""
        x, y = self.expr(value.left), self.expr(value.right)
        owner, index = self.expr(target.value), self._as_value(target.index)
        at = self.place(node)
        name = _ast.Constant(STORED[value.op], **at)
        return _ast.Expr(self.call("@store", at, name, x, y, owner, index), **at)

    def _as_value(self, index: syntax.Expr) -> _ast.expr:
        """An index outside of a subscript: slices are made by a call."""
        if isinstance(index, syntax.Tuple):
            items = [self._as_value(item) for item in index.items]
            return _ast.Tuple(items, LOAD, **self.place(index))
        if not isinstance(index, syntax.Slice):
            return self.expr(index)
        at = self.place(index)
        parts = (index.lower, index.upper, index.step)
        made = [self.maybe(part) or _ast.Constant(None, **at) for part in parts]
        return self.call("@slice", at, *made)

    def _aug_assign(self, node: syntax.AugAssign) -> _ast.stmt:
        guard = self.guarded(node.op, None, node.value)
        temporary = guard and not isinstance(node.target, syntax.Name)
        if isinstance(node.target, syntax.Name):
            self.reads(node.target.id)
        target: Any = self._once(node.target) if temporary else self.target(node.target)
        value, at = self.expr(node.value), self.place(node)
        if guard:
            now = self._again(node.target)
            value = self.call("@check", at, _ast.Constant(node.op, **at), now, value)
        return _ast.AugAssign(target, OPERATORS[node.op], value, **at)

    def _once(self, node: syntax.Expr) -> _ast.expr:
        """A target whose parts are kept, so that `_again` can read it without evaluating twice."""
        if isinstance(node, syntax.Subscript):
            at = self.place(node)
            index = _ast.NamedExpr(
                _ast.Name("@index", STORE, **at), self._as_value(node.index), **at
            )
            return _ast.Subscript(self._keep(node.value), index, STORE, **at)
        if isinstance(node, syntax.Attribute):
            at = self.place(node)
            proxy = self.call("@target", at, self._keep(node.value))
            return _ast.Attribute(proxy, self.name(node.name, node), STORE, **at)
        return self.target(node)

    def _keep(self, node: syntax.Expr) -> _ast.expr:
        at = self.place(node)
        return _ast.NamedExpr(_ast.Name("@owner", STORE, **at), self.expr(node), **at)

    def _again(self, node: syntax.Expr) -> _ast.expr:
        at = self.place(node)
        if isinstance(node, syntax.Name):
            return _ast.Name(node.id, LOAD, **at)
        owner = _ast.Name("@owner", LOAD, **at)
        if isinstance(node, syntax.Attribute):
            return self.call("@attribute", at, owner, _ast.Constant(node.name, **at))
        return _ast.Subscript(owner, _ast.Name("@index", LOAD, **at), LOAD, **at)

    def _delete(self, node: syntax.Delete) -> _ast.stmt:
        targets = [self.target(target, DELETE) for target in node.targets]
        return _ast.Delete(targets, **self.place(node))

    def _assert(self, node: syntax.Assert) -> _ast.stmt:
        self.odd |= isinstance(node.test, syntax.Tuple)
        return _ast.Assert(self.expr(node.test), self.maybe(node.message), **self.place(node))

    def _scope(self, node: syntax.Global | syntax.Nonlocal) -> _ast.stmt:
        names = [self.name(name, node) for name in node.names]
        form = _ast.Global if isinstance(node, syntax.Global) else _ast.Nonlocal
        return form(names, **self.place(node))

    def _jump(self, node: syntax.Pass | syntax.Break | syntax.Continue | syntax.Magic) -> _ast.stmt:
        form: Any = {syntax.Break: _ast.Break, syntax.Continue: _ast.Continue}
        made: _ast.stmt = form.get(type(node), _ast.Pass)(**self.place(node))
        return made

    def _return(self, node: syntax.Return) -> _ast.stmt:
        return _ast.Return(self.maybe(node.value), **self.place(node))

    def _import(self, node: syntax.Import) -> list[_ast.stmt]:
        made: list[_ast.stmt] = []
        for item in node.names:
            at = self.place(item)
            first = item.name.partition(".")[0]
            # `import a.b` binds a, but a.b must exist as well.
            name = syntax.Name(item.start, item.end, item.alias or first)
            bound = _ast.Constant(item.name if item.alias else first, **at)
            module = self.call("@import", at, _ast.Constant(item.name, **at), bound)
            made.append(_ast.Assign([self.target(name)], module, **at))
        return made

    def _import_from(self, node: syntax.ImportFrom) -> list[_ast.stmt]:
        made: list[_ast.stmt] = []
        for item in node.names:
            at = self.place(item)
            module, member = _ast.Constant(node.module, **at), _ast.Constant(item.name, **at)
            if item.name == "*":
                if self.depth:
                    raise self.fault(item, "'*' cannot be imported inside of a function")
                made.append(_ast.Expr(self.call("@import_all", at, module), **at))
                continue
            name = syntax.Name(item.start, item.end, item.alias or item.name)
            value = self.call("@import_from", at, module, member)
            made.append(_ast.Assign([self.target(name)], value, **at))
        return made

    # Compound statements ----------------------------------------------------------------------

    def _if(self, node: syntax.If) -> _ast.stmt:
        test = self.expr(node.test)
        before = self.sure.copy()
        body, after = self.block(node.body), self.sure
        self.sure = before
        orelse = self.block(node.orelse)
        self.sure &= after
        return _ast.If(test, body, orelse, **self.place(node))

    def _while(self, node: syntax.While) -> _ast.stmt:
        test = self.expr(node.test)
        body, orelse = self._perhaps(node.body), self._perhaps(node.orelse)
        return _ast.While(test, body, orelse, **self.place(node))

    def _for(self, node: syntax.For) -> _ast.stmt:
        iterable = self.expr(node.iterable)
        before = self.sure.copy()
        target, body = self.target(node.target), self.block(node.body)
        self.sure = before
        orelse = self._perhaps(node.orelse)
        return _ast.For(target, iterable, body, orelse, **self.place(node))

    def _perhaps(self, nodes: list[syntax.Stmt]) -> list[_ast.stmt]:
        """The statements of a block that may not run, after which nothing more is surely bound."""
        before = self.sure.copy()
        made = self.block(nodes)
        self.sure = before
        return made

    def _with(self, node: syntax.With) -> _ast.stmt:
        items = []
        for item in node.items:
            context = self.expr(item.context)
            target = None if item.target is None else self.target(item.target)
            items.append(_ast.withitem(context, target))
        return _ast.With(items, self.block(node.body), **self.place(node))

    def _function(self, node: syntax.FunctionDef) -> _ast.stmt:
        parameters = self.parameters(node.params)
        self.binds(node.name)
        self.depth += 1
        body = self.block(node.body)
        self.depth -= 1
        name = self.name(node.name, node)
        return _ast.FunctionDef(name, parameters, body, [], **self.place(node))


def _helps(message: str) -> list[str]:
    """What helps where Python's compiler objects with `message`."""
    from tcalc.lang.lexer import TABLES

    return [help_ for part, help_ in TABLES.MISTAKES["compiler"].items() if part in message]


def _code(tree: _ast.Module | _ast.Expression, filename: str, mode: str) -> CodeType:
    code: CodeType = compile(tree, filename, mode, flags=0, dont_inherit=True, optimize=0)
    return code


def _is_part(index: syntax.Expr) -> bool:
    """Whether the index says at sight that it picks a part: a slice or `...`."""
    if isinstance(index, syntax.Tuple):
        return any(_is_part(item) for item in index.items)
    if isinstance(index, syntax.Constant):
        value: object = index.value
        return value is ...
    return isinstance(index, syntax.Slice)


STATEMENTS: dict[type[syntax.Node], Callable[[Statements, Any], Any]] = {
    syntax.Expression: Statements._expression,
    syntax.Assign: Statements._assign,
    syntax.AugAssign: Statements._aug_assign,
    syntax.Delete: Statements._delete,
    syntax.Assert: Statements._assert,
    syntax.Global: Statements._scope,
    syntax.Nonlocal: Statements._scope,
    syntax.Pass: Statements._jump,
    syntax.Break: Statements._jump,
    syntax.Continue: Statements._jump,
    syntax.Magic: Statements._jump,
    syntax.Return: Statements._return,
    syntax.Import: Statements._import,
    syntax.ImportFrom: Statements._import_from,
    syntax.If: Statements._if,
    syntax.While: Statements._while,
    syntax.For: Statements._for,
    syntax.With: Statements._with,
    syntax.FunctionDef: Statements._function,
}
