"""What the emitters of expressions and statements share: positions, names, calls, guards.

Each `_ast` node carries, as its line number, the number of the syntax node it stands for, so that a
traceback names the place exactly and a program that succeeds pays nothing. What Python's meaning
would let escape or explode goes through functions of `runtime.py`, under names that start with `@`
and so cannot be typed.
"""

from __future__ import annotations

import _ast

from tcalc.diagnostic import Diagnostic, Label, Span
from tcalc.errors import SyntaxFault
from tcalc.lang import syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tcalc.diagnostic import Source

LOAD, STORE, DELETE = _ast.Load(), _ast.Store(), _ast.Del()
GUARDS = {"**": "@power", "<<": "@shift", "*": "@times", "+": "@plus", "%": "@remainder"}
# A constant exponent or shift up to this cannot make a number of dangerous length by itself.
HARMLESS = {"**": 64, "<<": 1024}
SEQUENCES = (syntax.List, syntax.Tuple, syntax.FString, syntax.Comprehension)


class Emitter:
    """Numbers the syntax nodes that it meets and keeps account of a statement's names.

    `nodes[n - 1]` is the node of line number n; `bound` are the names that the statement binds in
    the session itself, `sure` those that are bound where emitting has come to, `early` those that
    may be read before they are; `bulk` are its long literals. `odd` tells that Python's compiler
    may have a warning to say about a form that fails or surprises when run; `doubts` are what we
    have to say ourselves.
    """

    def __init__(self, source: Source, *, strict: bool = False) -> None:
        """Compile text of `source`; `strict` guards every operator that can make things grow."""
        self.source = source
        self.strict = strict
        self.nodes: list[syntax.Node] = []
        self.bound: set[str] = set()
        self.sure: set[str] = set()
        self.early: set[str] = set()
        self.bulk: dict[str, object] = {}
        self.odd = False
        self.doubts: list[Diagnostic] = []
        self.depth = 0

    def place(self, node: syntax.Node) -> dict[str, Any]:
        """The position attributes that stand for `node`."""
        self.nodes.append(node)
        number = len(self.nodes)
        return {"lineno": number, "end_lineno": number, "col_offset": 0, "end_col_offset": 0}

    def fault(self, node: syntax.Node, headline: str, *helps: str) -> SyntaxFault:
        """A syntax error at `node`."""
        span = Span(self.source, node.start, node.end)
        return SyntaxFault(Diagnostic(headline, span=span, labels=[Label(span)], helps=helps))

    def doubt(self, node: syntax.Node, headline: str, help_: str) -> None:
        """Remark that `node` may not mean what was meant."""
        span = Span(self.source, node.start, node.end)
        labels, helps = [Label(span)], (help_,)
        warning = Diagnostic(headline, span=span, labels=labels, helps=helps, kind="warning")
        self.doubts.append(warning)

    def reads(self, name: str) -> None:
        """Note that `name` is read here."""
        if name not in self.sure:
            self.early.add(name)

    def binds(self, name: str) -> None:
        """Note that `name` is bound here, if that is in the session itself."""
        if not self.depth:
            self.bound.add(name)
            self.sure.add(name)

    def name(self, name: str, node: syntax.Node) -> str:
        """`name` itself. Raises SyntaxFault if it has a double underscore."""
        if "__" in name:
            raise self.fault(node, f"'{name}' is not in the language: it has a double underscore")
        return name

    def call(
        self,
        function: str,
        at: dict[str, Any],
        *args: _ast.expr,
        keywords: list[_ast.keyword] | None = None,
    ) -> _ast.expr:
        """A call of one of the runtime's functions."""
        return _ast.Call(_ast.Name(function, LOAD, **at), list(args), keywords or [], **at)

    def guarded(self, op: str, left: syntax.Expr | None, right: syntax.Expr) -> bool:
        """Whether `left op right` must ask the limits first."""
        if op not in GUARDS:
            return False
        if self.strict:
            return True
        if op not in HARMLESS:
            return _is_long(op, left, right)
        if isinstance(right, syntax.Unary):
            right = right.operand
        if not isinstance(right, syntax.Constant):
            return True
        return isinstance(right.value, int) and right.value > HARMLESS[op]


def _is_long(op: str, left: syntax.Expr | None, right: syntax.Expr) -> bool:
    """Whether `left op right` is, as one sees, not about numbers, and long for short operands."""
    if op == "*":
        return isinstance(left, SEQUENCES) or isinstance(right, SEQUENCES) or _is_text(left, right)
    return op == "%" and (isinstance(left, syntax.FString) or _is_text(left))


def _is_text(*operands: syntax.Expr | None) -> bool:
    return any(isinstance(x, syntax.Constant) and isinstance(x.value, str) for x in operands)
