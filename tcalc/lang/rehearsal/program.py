"""A program's result without running the program: its tree is walked over stand-ins for values.

This is the one place that walks the tree instead of compiling it, for here every step must be
looked at before it is done. What is not known to be free of effects (`pure.py`), and to take next
to no time, raises Unknowable; the user's own functions are walked in turn. To let another statement
be walked: a method, and its line in `STATEMENTS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tcalc.errors import NameFault
from tcalc.lang import namespaces, syntax
from tcalc.lang.builtins import BUILTINS
from tcalc.lang.rehearsal.calls import Function, Names, Return
from tcalc.lang.rehearsal.expressions import Expressions
from tcalc.lang.rehearsal.pure import PURE, weighed
from tcalc.lang.rehearsal.stand_ins import StandIns, Unknowable

if TYPE_CHECKING:
    from tcalc.lang.session import Session


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


class Rehearsal(Expressions):
    """One walk over a program in `session`."""

    def __init__(self, session: Session, stand_ins: StandIns, given: Names) -> None:
        """Begin; `given` are names that hide those of the session."""
        super().__init__(stand_ins, dict(given))
        self._session = session
        self._own = set(session.names())

    def result(self, program: syntax.Module) -> Any:
        """The value that the last statement shows or assigns; Unknowable if it does neither."""
        if not program.body:
            raise Unknowable
        self.block(program.body[:-1])
        last = program.body[-1]
        self.count()
        if isinstance(last, syntax.Expression):
            return self.expr(last.value)
        if isinstance(last, syntax.Assign):
            value, targets = self.assign(last), last.targets
        elif isinstance(last, syntax.AugAssign):
            value, targets = self.aug_assign(last), [last.target]
        else:
            raise Unknowable
        if any(isinstance(target, syntax.Subscript) for target in targets):
            raise Unknowable  # it fits, which is no news
        return value

    # Names ------------------------------------------------------------------------------------

    def named(self, node: syntax.Name) -> Any:
        """What a name means in the session, or else in the language."""
        name = node.id
        if name in self._own or (name == "_" and name in self._session):
            return weighed(self.stand_in(self._session[name]))
        if name in self._session:
            raise Unknowable  # data that wait to be read
        if name in BUILTINS:
            if name not in PURE:
                raise Unknowable
            return BUILTINS[name]
        try:
            return namespaces.bare(name)
        except KeyError:
            raise NameFault(f"name '{name}' is not defined") from None

    def function_of(self, value: Any) -> Function:
        """A function of the session, to be walked. Raises Unknowable for any other."""
        code = value.__code__
        node = self._session.node_of(code)
        if not isinstance(node, syntax.FunctionDef | syntax.Lambda):
            raise Unknowable
        plain = [p.name for p in node.params if p.kind not in ("args", "kwargs", "keyword")]
        given = value.__defaults__ or ()
        defaults = dict(zip(plain[len(plain) - len(given) :], given, strict=True))
        defaults |= value.__kwdefaults__ or {}
        cells = zip(code.co_freevars, value.__closure__ or (), strict=True)
        held = {name: self.stand_in(cell.cell_contents) for name, cell in cells}
        copies = {name: self.stand_in(default) for name, default in defaults.items()}
        return Function(self, node, copies, [self.scopes[0], held])

    # Statements -------------------------------------------------------------------------------

    def block(self, body: list[syntax.Stmt]) -> None:
        """Walk statements."""
        for node in body:
            self.count()
            form = STATEMENTS.get(type(node))
            if form is None:
                raise Unknowable
            form(self, node)

    def _expression(self, node: syntax.Expression) -> None:
        self.expr(node.value)

    def _return(self, node: syntax.Return) -> None:
        raise Return(None if node.value is None else self.expr(node.value))

    def _pass(self, node: syntax.Pass) -> None:
        pass

    def _break(self, node: syntax.Break) -> None:
        raise _Break

    def _continue(self, node: syntax.Continue) -> None:
        raise _Continue

    def _assert(self, node: syntax.Assert) -> None:
        if not self.truth(node.test):
            raise Unknowable

    def _import(self, node: syntax.Import) -> None:
        for item in node.names:
            module = namespaces.module(item.name)
            first = item.name.partition(".")[0]
            whole = module if item.alias else namespaces.module(first)
            self.scopes[-1][item.alias or first] = whole

    def _import_from(self, node: syntax.ImportFrom) -> None:
        for item in node.names:
            member = namespaces.module(node.module).member(item.name)
            self.scopes[-1][item.alias or item.name] = self.stand_in(member)

    def _if(self, node: syntax.If) -> None:
        self.block(node.body if self.truth(node.test) else node.orelse)

    def _while(self, node: syntax.While) -> None:
        while self.truth(node.test):
            if not self._turn(node.body):
                return
        self.block(node.orelse)

    def _for(self, node: syntax.For) -> None:
        for value in self.each(self.expr(node.iterable)):
            self.bind(node.target, value)
            if not self._turn(node.body):
                return
        self.block(node.orelse)

    def _turn(self, body: list[syntax.Stmt]) -> bool:
        """Walk a loop's body once; whether the loop goes on."""
        self.count()
        try:
            self.block(body)
        except _Break:
            return False
        except _Continue:
            pass
        return True

    def _define(self, node: syntax.FunctionDef) -> None:
        self.scopes[-1][node.name] = self.made(node)


STATEMENTS: dict[type[syntax.Node], Callable[[Rehearsal, Any], Any]] = {
    syntax.Expression: Rehearsal._expression,
    syntax.Assign: Rehearsal.assign,
    syntax.AugAssign: Rehearsal.aug_assign,
    syntax.Assert: Rehearsal._assert,
    syntax.Pass: Rehearsal._pass,
    syntax.Break: Rehearsal._break,
    syntax.Continue: Rehearsal._continue,
    syntax.Return: Rehearsal._return,
    syntax.Import: Rehearsal._import,
    syntax.ImportFrom: Rehearsal._import_from,
    syntax.If: Rehearsal._if,
    syntax.While: Rehearsal._while,
    syntax.For: Rehearsal._for,
    syntax.FunctionDef: Rehearsal._define,
}
