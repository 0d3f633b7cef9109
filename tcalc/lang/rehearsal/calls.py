"""Calls in a rehearsal: the user's functions are walked, pure ones and ops are called."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from types import MethodType
from typing import Any

from tcalc.core.op import InPlace, Op
from tcalc.core.results import ReturnType
from tcalc.core.tensor import Tensor
from tcalc.lang import syntax
from tcalc.lang.builtins import BUILTINS
from tcalc.lang.namespaces import Namespace
from tcalc.lang.rehearsal.pure import check_call, is_pure, weighed
from tcalc.lang.rehearsal.stand_ins import ATOMS, StandIns, Unknowable

STEPS = 5000  # nodes that are walked
DEPTH = 20  # calls of the user's functions inside of one another

Names = dict[str, Any]


class Return(Exception):
    """The end of a function's body."""

    def __init__(self, value: Any) -> None:
        """`value` is what the function gives."""
        self.value = value


class Function:
    """A function of the user's: calling it walks its body."""

    def __init__(
        self,
        walker: Calls,
        node: syntax.FunctionDef | syntax.Lambda,
        defaults: Mapping[str, Any],
        scopes: list[Names],
    ) -> None:
        """Take what the parameters have for defaults, and the names around the function.

        Raises Unknowable for a generator.
        """
        if any(isinstance(each, syntax.Yield) for each in _inside(node)):
            raise Unknowable
        self._walker, self._node, self._defaults, self._scopes = walker, node, defaults, scopes

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """The result of the body."""
        return self._walker.walk(self._node.body, [*self._scopes, self._bound(args, kwargs)])

    def _bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Names:
        """The arguments by parameter. Raises TypeError where they do not fit."""
        names: Names = {}
        rest = list(args)
        for param in self._node.params:
            if param.kind == "args":
                names[param.name], rest = tuple(rest), []
            elif param.kind == "kwargs":
                names[param.name], kwargs = kwargs, {}
            elif param.kind != "keyword" and rest:
                names[param.name] = rest.pop(0)
            elif param.name in kwargs:
                names[param.name] = kwargs.pop(param.name)
            elif param.name in self._defaults:
                names[param.name] = self._defaults[param.name]
            else:
                raise TypeError(param.name)
        if rest or kwargs:
            raise TypeError("arguments are left")
        return names


def _inside(node: syntax.Node) -> Iterable[syntax.Node]:
    """All nodes below `node`."""
    waiting = list(node.children())
    while waiting:
        each = waiting.pop()
        yield each
        waiting += each.children()


class Calls:
    """The part of a walk that counts its steps, keeps its names, and calls functions."""

    def __init__(self, stand_ins: StandIns, given: Names) -> None:
        """`given` are names that hide those that were there before."""
        self.stand_ins = stand_ins
        self.scopes: list[Names] = [given]
        self._steps = self._depth = 0

    def expr(self, node: syntax.Expr) -> Any:
        """What an expression gives."""
        raise NotImplementedError

    def block(self, body: list[syntax.Stmt]) -> None:
        """Walk statements; only what rehearses whole programs does."""
        raise Unknowable

    def count(self) -> None:
        """Take a step. Raises Unknowable where the walk takes too long."""
        self._steps += 1
        if self._steps > STEPS:
            raise Unknowable
        if not self._steps % 64:
            self.stand_ins.tick()

    def each(self, items: Any) -> Iterable[Any]:
        """The items of something, each of which counts as a step."""
        for item in items:
            self.count()
            yield item

    def walk(self, body: list[syntax.Stmt] | syntax.Expr, scopes: list[Names]) -> Any:
        """The result of a function's body, with `scopes` around it."""
        if self._depth >= DEPTH:
            raise Unknowable
        before, self.scopes = self.scopes, scopes
        self._depth += 1
        try:
            if not isinstance(body, list):
                return self.expr(body)
            self.block(body)
        except Return as left:
            return left.value
        finally:
            self.scopes = before
            self._depth -= 1
        return None

    def made(self, node: syntax.FunctionDef | syntax.Lambda) -> Function:
        """The function that a definition makes."""
        defaults = {p.name: self.expr(p.default) for p in node.params if p.default is not None}
        return Function(self, node, defaults, self.scopes)

    def stand_in(self, value: Any) -> Any:
        """What stands in for a value that was there before, functions among them."""
        if isinstance(value, Op | InPlace | Namespace | Function) or is_pure(value):
            return value
        return self.function_of(value) if hasattr(value, "__code__") else self.stand_ins.of(value)

    def function_of(self, value: Any) -> Function:
        """A function that was there before, to be walked. Raises Unknowable for what cannot be."""
        raise Unknowable

    def call(self, function: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """A call, if it is one that may be made."""
        owner = getattr(function, "__self__", None)
        if isinstance(function, MethodType) and isinstance(owner, Tensor):  # a method is an op
            function, args = function.__func__, [owner, *args]
        if isinstance(function, Function | Op | InPlace):
            return function(*args, **kwargs)
        check_call(function, owner, [*args, *kwargs.values()])
        if function in (BUILTINS["str"], BUILTINS["repr"]) and not self.stand_ins.shows(args):
            raise Unknowable
        return self._eager(function(*args, **kwargs))

    def _eager(self, value: Any) -> Any:
        """A result; an iterator only once all its items are known."""
        if type(value) in ATOMS or isinstance(value, Tensor | Function | Op | InPlace):
            return value
        if type(value) in (list, tuple, dict, set, ReturnType, type):
            return weighed(value)
        if isinstance(value, KeysView | ValuesView | ItemsView):
            return value
        if isinstance(value, Iterator):
            return iter(weighed(list(self.each(value))))
        raise Unknowable
