"""Expressions in a rehearsal, worked out over stand-ins for values.

To let another form be worked out: a method, and its line in `EXPRESSIONS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tcalc.core.tensor import Tensor
from tcalc.lang import runtime, syntax
from tcalc.lang.attributes import attribute
from tcalc.lang.namespaces import Namespace
from tcalc.lang.rehearsal.calls import Calls
from tcalc.lang.rehearsal.pure import (
    BINARY,
    COMPARE,
    IN_PLACE,
    LENGTH,
    UNARY,
    check_size,
    is_long,
    is_math,
    weighed,
)
from tcalc.lang.rehearsal.stand_ins import Unknowable, is_ghostly

# What a copy without its history does not know.
NOT_OF_COPIES = ("grad", "grad_fn", "data", "is_leaf", "_version")


class Expressions(Calls):
    """Works expressions out; which values the names have that were there before, is left open."""

    def named(self, node: syntax.Name) -> Any:
        """What a name means that nothing in the walk has bound."""
        raise NotImplementedError

    def expr(self, node: syntax.Expr) -> Any:
        """What `node` gives. Raises Unknowable, or what running it would raise."""
        self.count()
        form = EXPRESSIONS.get(type(node))
        if form is None:
            raise Unknowable
        return form(self, node)

    def assign(self, node: syntax.Assign) -> Any:
        """What the targets get."""
        value = self.expr(node.value)
        for target in node.targets:
            self.bind(target, value)
        return value

    def aug_assign(self, node: syntax.AugAssign) -> Any:
        """What the target then is."""
        before, value = self.expr(node.target), self.expr(node.value)
        if isinstance(before, list | dict | set):  # which may be known by other names, too
            raise Unknowable
        check_size(node.op, before, value)
        after = IN_PLACE[node.op](before, value)
        self.bind(node.target, after)
        return after

    def bind(self, target: syntax.Expr, value: Any) -> None:
        """Give `value` to a name or a part of a tensor, or its items to several."""
        if isinstance(target, syntax.Name):
            self.scopes[-1][target.id] = value
        elif isinstance(target, syntax.Subscript):
            owner = self.expr(target.value)
            if not isinstance(owner, Tensor):
                raise Unknowable
            owner[self.expr(target.index)] = value
        elif isinstance(target, syntax.Tuple | syntax.List):
            values = list(self.each(value))
            if any(isinstance(item, syntax.Starred) for item in target.items):
                raise Unknowable
            for item, part in zip(target.items, values, strict=True):
                self.bind(item, part)
        else:
            raise Unknowable

    def truth(self, node: syntax.Expr) -> bool:
        """Whether `node` is true."""
        return bool(self.expr(node))

    # Atoms ------------------------------------------------------------------------------------

    def _constant(self, node: syntax.Constant) -> Any:
        return node.value

    def _bulk(self, node: syntax.Bulk) -> Any:
        if len(node.value) > LENGTH:
            raise Unknowable
        return runtime.fresh(node.value)

    def _name(self, node: syntax.Name) -> Any:
        for scope in reversed(self.scopes):
            if node.id in scope:
                return scope[node.id]
        return self.named(node)

    def _fstring(self, node: syntax.FString) -> str:
        return "".join(str(self.expr(part)) for part in node.parts)

    def _field(self, node: syntax.Field) -> str:
        value = self.expr(node.value)
        spec = "" if node.spec is None else self.expr(node.spec)
        if not self.stand_ins.shows(value):
            raise Unknowable
        return runtime.formatted(value, node.conversion, spec)

    # Containers -------------------------------------------------------------------------------

    def _items(self, nodes: list[syntax.Expr]) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, syntax.Starred):
                found += self.each(self.expr(node.value))
            else:
                found.append(self.expr(node))
        return found

    def _tuple(self, node: syntax.Tuple) -> Any:
        return weighed(tuple(self._items(node.items)))

    def _list(self, node: syntax.List) -> Any:
        return weighed(self._items(node.items))

    def _set(self, node: syntax.Set) -> Any:
        return set(self._items(node.items))

    def _dict(self, node: syntax.Dict) -> Any:
        made: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            found = self.expr(value)
            made |= found if key is None else {self.expr(key): found}
        return weighed(made)

    def _comprehension(self, node: syntax.Comprehension) -> Any:
        if node.kind not in ("list", "set", "generator") and node.value is None:
            raise Unknowable
        self.scopes = [*self.scopes, {}]
        try:
            found: list[Any] = []
            self._clauses(node, node.clauses, found)
        finally:
            self.scopes = self.scopes[:-1]
        weighed(found)
        if node.value is not None:
            return dict(found)
        if node.kind == "set":
            return set(found)
        return iter(found) if node.kind == "generator" else found

    def _clauses(
        self, node: syntax.Comprehension, clauses: list[syntax.Clause], found: list[Any]
    ) -> None:
        if not clauses:
            element = self.expr(node.element)
            found.append(element if node.value is None else (element, self.expr(node.value)))
            return
        clause, *rest = clauses
        for value in self.each(self.expr(clause.iterable)):
            self.bind(clause.target, value)
            if all(self.truth(test) for test in clause.tests):
                self._clauses(node, rest, found)

    # Operators --------------------------------------------------------------------------------

    def _unary(self, node: syntax.Unary) -> Any:
        return UNARY[node.op](self.expr(node.operand))

    def _binary(self, node: syntax.Binary) -> Any:
        left = self.expr(node.left)
        if node.op == "and":
            return self.expr(node.right) if left else left
        if node.op == "or":
            return left or self.expr(node.right)
        right = self.expr(node.right)
        check_size(node.op, left, right)
        return weighed(BINARY[node.op](left, right))

    def _compare(self, node: syntax.Compare) -> Any:
        left = self.expr(node.operands[0])
        found: Any = True
        for op, operand in zip(node.ops, node.operands[1:], strict=True):
            right = self.expr(operand)
            if op in ("in", "not in") and (is_ghostly([left, right]) or is_long(right)):
                raise Unknowable
            found = COMPARE[op](left, right)
            if len(node.ops) > 1 and not found:
                break
            left = right
        return found

    def _conditional(self, node: syntax.Conditional) -> Any:
        return self.expr(node.body if self.truth(node.test) else node.orelse)

    def _walrus(self, node: syntax.Walrus) -> Any:
        value = self.expr(node.value)
        self.bind(node.target, value)
        return value

    # Parts and calls --------------------------------------------------------------------------

    def _attribute(self, node: syntax.Attribute) -> Any:
        value = self.expr(node.value)
        if isinstance(value, Namespace):
            return self._member(value.member(node.name))
        if isinstance(value, Tensor) and node.name in NOT_OF_COPIES:
            raise Unknowable
        return attribute(value, node.name)

    def _member(self, member: Any) -> Any:
        """A member of a module: an op, a module, a dtype; a function only if it is of `math`."""
        if is_math(member):
            return member
        if hasattr(member, "__code__"):
            raise Unknowable
        return self.stand_in(member)

    def _subscript(self, node: syntax.Subscript) -> Any:
        return self.expr(node.value)[self.expr(node.index)]

    def _slice(self, node: syntax.Slice) -> Any:
        bounds = (node.lower, node.upper, node.step)
        return slice(*[None if bound is None else self.expr(bound) for bound in bounds])

    def _call(self, node: syntax.Call | syntax.Pipe) -> Any:
        func, args, keywords = syntax.parts(node)
        function, values = self.expr(func), self._items(args)
        named: dict[str, Any] = {}
        for keyword in keywords:
            value = self.expr(keyword.value)
            named |= value if keyword.name is None else {keyword.name: value}
        return self.call(function, values, named)


EXPRESSIONS: dict[type[syntax.Node], Callable[[Expressions, Any], Any]] = {
    syntax.Constant: Expressions._constant,
    syntax.Bulk: Expressions._bulk,
    syntax.FString: Expressions._fstring,
    syntax.Field: Expressions._field,
    syntax.Name: Expressions._name,
    syntax.Tuple: Expressions._tuple,
    syntax.List: Expressions._list,
    syntax.Set: Expressions._set,
    syntax.Dict: Expressions._dict,
    syntax.Unary: Expressions._unary,
    syntax.Binary: Expressions._binary,
    syntax.Compare: Expressions._compare,
    syntax.Conditional: Expressions._conditional,
    syntax.Walrus: Expressions._walrus,
    syntax.Attribute: Expressions._attribute,
    syntax.Subscript: Expressions._subscript,
    syntax.Slice: Expressions._slice,
    syntax.Call: Expressions._call,
    syntax.Pipe: Expressions._call,
    syntax.Comprehension: Expressions._comprehension,
    syntax.Lambda: Expressions.made,
}
