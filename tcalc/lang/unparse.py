"""From the syntax tree back to program text: `parse(unparse(tree))` is the same tree again.

Comments, annotations and layout are gone. A list of many plain numbers is one literal to the parser
if it is long as it stands in the expr, and so may come back as the other of `List` and `Bulk`.
Expressions are in `unparse_expressions.py`. To add a statement form: a function for its class, and
its line in `STATEMENTS`.
"""

from __future__ import annotations

from tcalc.errors import LimitError
from tcalc.lang import syntax
from tcalc.lang.unparse_expressions import element, expr, exprs, params, slice_, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    # Lines without their ends; a docstring is one, whatever its text holds.
    Lines = Iterator[str]

INDENT = "    "


def unparse(node: syntax.Module | syntax.Stmt | syntax.Expr) -> str:
    """The text of an expression, or of a statement or a module with its lines' ends.

    Raises LimitError for what is nested too deeply.
    """
    try:
        if isinstance(node, syntax.Module | syntax.Stmt):
            body = node.body if isinstance(node, syntax.Module) else [node]
            return "".join(f"{line}\n" for line in _block(body, ""))
        return slice_(node) if isinstance(node, syntax.Slice) else value(node)
    except RecursionError:
        raise LimitError("this is nested too deeply to be written out") from None


def _block(body: list[syntax.Stmt], indent: str = INDENT) -> Lines:
    for node in body:
        for line in STATEMENTS[type(node)](node):
            yield indent + line


def _orelse(body: list[syntax.Stmt]) -> Lines:
    if body:
        yield "else:"
        yield from _block(body)


# Simple statements --------------------------------------------------------------------------------


def _expression(node: syntax.Expression) -> Lines:
    yield value(node.value) + (";" if node.silent else "")


def _assign(node: syntax.Assign) -> Lines:
    yield " = ".join([*map(exprs, node.targets), value(node.value)])


def _aug_assign(node: syntax.AugAssign) -> Lines:
    yield f"{expr(node.target)} {node.op}= {value(node.value)}"


def _delete(node: syntax.Delete) -> Lines:
    yield f"del {', '.join(map(expr, node.targets))}"


def _return(node: syntax.Return) -> Lines:
    yield "return" if node.value is None else f"return {exprs(node.value)}"


def _assert(node: syntax.Assert) -> Lines:
    message = "" if node.message is None else f", {expr(node.message)}"
    yield f"assert {expr(node.test)}{message}"


def _scope(node: syntax.Global | syntax.Nonlocal) -> Lines:
    yield f"{_word(node)} {', '.join(node.names)}"


def _jump(node: syntax.Pass | syntax.Break | syntax.Continue) -> Lines:
    yield _word(node)


def _word(node: syntax.Stmt) -> str:
    return type(node).__name__.lower()


def _import(node: syntax.Import) -> Lines:
    yield f"import {_aliases(node.names)}"


def _import_from(node: syntax.ImportFrom) -> Lines:
    yield f"from {node.module} import {_aliases(node.names)}"


def _aliases(names: list[syntax.Alias]) -> str:
    return ", ".join(n.name if n.alias is None else f"{n.name} as {n.alias}" for n in names)


def _magic(node: syntax.Magic) -> Lines:
    yield node.text


# Compound statements ------------------------------------------------------------------------------


def _if(node: syntax.If, word: str = "if") -> Lines:
    yield f"{word} {element(node.test)}:"
    yield from _block(node.body)
    if len(node.orelse) == 1 and isinstance(branch := node.orelse[0], syntax.If):
        yield from _if(branch, "elif")
    else:
        yield from _orelse(node.orelse)


def _while(node: syntax.While) -> Lines:
    yield f"while {element(node.test)}:"
    yield from _block(node.body)
    yield from _orelse(node.orelse)


def _for(node: syntax.For) -> Lines:
    yield f"for {exprs(node.target)} in {exprs(node.iterable)}:"
    yield from _block(node.body)
    yield from _orelse(node.orelse)


def _with(node: syntax.With) -> Lines:
    items = [
        expr(item.context) + ("" if item.target is None else f" as {expr(item.target)}")
        for item in node.items
    ]
    yield f"with {', '.join(items)}:"
    yield from _block(node.body)


def _function(node: syntax.FunctionDef) -> Lines:
    yield f"def {node.name}({params(node.params)}):"
    doc = _docstring(node.body[0])
    if doc:
        yield INDENT + doc
    yield from _block(node.body[1:] if doc else node.body)


def _docstring(node: syntax.Stmt) -> str:
    """A docstring of several lines as one would type it; "" for all else."""
    if not isinstance(node, syntax.Expression) or not isinstance(node.value, syntax.Constant):
        return ""
    said = node.value.value
    if not isinstance(said, str) or "\n" not in said or node.silent:
        return ""
    plain = said.replace("\n", "").isprintable() and "\\" not in said and '"' not in said
    return f'"""{said}"""' if plain else ""


STATEMENTS: dict[type[syntax.Node], Callable[[Any], Lines]] = {
    syntax.Expression: _expression,
    syntax.Assign: _assign,
    syntax.AugAssign: _aug_assign,
    syntax.Delete: _delete,
    syntax.Assert: _assert,
    syntax.Global: _scope,
    syntax.Nonlocal: _scope,
    syntax.Pass: _jump,
    syntax.Break: _jump,
    syntax.Continue: _jump,
    syntax.Magic: _magic,
    syntax.Return: _return,
    syntax.Import: _import,
    syntax.ImportFrom: _import_from,
    syntax.If: _if,
    syntax.While: _while,
    syntax.For: _for,
    syntax.With: _with,
    syntax.FunctionDef: _function,
}
