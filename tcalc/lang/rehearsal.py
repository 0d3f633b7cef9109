"""A program's result without running the program: its tree is walked over stand-ins for values.

This is the one place that walks the tree instead of compiling it, for here every step must be
looked at before it is done. What is not known to be free of effects, and to take next to no time,
raises Unknowable: functions are called only if they stand in `PURE`, are ops, or are the user's
own, whose bodies are walked in turn. To allow a builtin: its name in `PURE`; a statement or
expression form: a method, and its line in `STATEMENTS` or `EXPRESSIONS`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tcalc.core.op import InPlace, Op
from tcalc.core.results import ReturnType
from tcalc.core.tensor import Tensor
from tcalc.errors import NameFault
from tcalc.lang import namespaces, runtime, syntax
from tcalc.lang.attributes import READABLE, attribute
from tcalc.lang.builtins import BUILTINS
from tcalc.lang.stand_ins import ATOMS, StandIns, Unknowable, is_ghostly

if TYPE_CHECKING:
    from tcalc.lang.session import Session

STEPS = 5000  # nodes that are walked
DEPTH = 20  # calls of the user's functions inside of one another
BITS = 4096  # of a whole number
LENGTH = 2000  # items of a container, characters of a text

PURE = frozenset((
    "len", "range", "int", "float", "complex", "bool", "str", "list", "tuple", "dict", "set",
    "sorted", "reversed", "enumerate", "zip", "map", "filter", "callable", "slice", "chr", "ord",
    "bin", "oct", "hex", "sum", "min", "max", "any", "all", "abs", "round", "pow", "divmod",
    "repr", "type", "isinstance", "hasattr",
))  # fmt: skip
# Methods that change nothing, by type.
METHODS: dict[type, str] = {
    list: "copy count index",
    tuple: "count index",
    dict: "copy get items keys values",
    set: "copy difference intersection isdisjoint issubset issuperset symmetric_difference union",
}
# Functions of `math` whose work grows with the number itself.
COUNTING = ("comb", "factorial", "perm")
BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "//": operator.floordiv, "%": operator.mod, "**": operator.pow, "@": operator.matmul,
    "&": operator.and_, "|": operator.or_, "^": operator.xor, "<<": operator.lshift,
    ">>": operator.rshift,
}  # fmt: skip
IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.iadd, "-": operator.isub, "*": operator.imul, "/": operator.itruediv,
    "//": operator.ifloordiv, "%": operator.imod, "**": operator.ipow, "@": operator.matmul,
    "&": operator.iand, "|": operator.ior, "^": operator.ixor, "<<": operator.ilshift,
    ">>": operator.irshift,
}  # fmt: skip
UNARY: dict[str, Callable[[Any], Any]] = {
    "-": operator.neg, "+": operator.pos, "~": operator.invert,
}  # fmt: skip
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge, "is": operator.is_, "is not": operator.is_not,
    "in": lambda x, y: operator.contains(y, x),
    "not in": lambda x, y: not operator.contains(y, x),
}  # fmt: skip

Names = dict[str, Any]


class _Return(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


class Function:
    """A function of the user's: calling it walks its body."""

    def __init__(
        self,
        walker: Rehearsal,
        node: syntax.FunctionDef | syntax.Lambda,
        defaults: Mapping[str, Any],
        scopes: list[Names],
    ) -> None:
        """Take what the parameters have for defaults, and the names around the function."""
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


class Rehearsal:
    """One walk over a program in `session`; `given` are names that hide those of the session."""

    def __init__(self, session: Session, step: Callable[[], None], given: Names) -> None:
        """Begin; `step` is called now and then, to raise Unknowable when time is up."""
        self.stand_ins = StandIns(step)
        self._session = session
        self._own = set(session.names())
        self._tick = step
        self._steps = self._depth = 0
        self._scopes: list[Names] = [dict(given)]

    def result(self, program: syntax.Module) -> Any:
        """The value that the last statement shows or assigns; Unknowable if it does neither."""
        if not program.body:
            raise Unknowable
        for node in program.body[:-1]:
            self._stmt(node)
        last = program.body[-1]
        if isinstance(last, syntax.Expression | syntax.Assign):
            return self._expr(last.value)
        if isinstance(last, syntax.AugAssign) and isinstance(last.target, syntax.Name):
            return self._aug_assign(last)
        raise Unknowable

    # Functions --------------------------------------------------------------------------------

    def walk(self, body: list[syntax.Stmt] | syntax.Expr, scopes: list[Names]) -> Any:
        """The result of a function's body, with `scopes` around it."""
        if self._depth >= DEPTH:
            raise Unknowable
        before, self._scopes = self._scopes, scopes
        self._depth += 1
        try:
            if not isinstance(body, list):
                return self._expr(body)
            self._block(body)
        except _Return as left:
            return left.value
        finally:
            self._scopes = before
            self._depth -= 1
        return None

    def _made(self, node: syntax.FunctionDef | syntax.Lambda) -> Function:
        if any(isinstance(each, syntax.Yield) for each in _inside(node)):
            raise Unknowable
        defaults = {p.name: self._expr(p.default) for p in node.params if p.default is not None}
        return Function(self, node, defaults, self._scopes)

    def _function(self, value: Any) -> Function:
        """A function of the session, to be walked. Raises Unknowable for any other."""
        code: Any = getattr(value, "__code__", None)
        node = self._session.node_of(code) if code is not None else None
        if not isinstance(node, syntax.FunctionDef | syntax.Lambda):
            raise Unknowable
        if any(isinstance(each, syntax.Yield) for each in _inside(node)):
            raise Unknowable
        plain = [p.name for p in node.params if p.kind not in ("args", "kwargs", "keyword")]
        given = value.__defaults__ or ()
        defaults = dict(zip(plain[len(plain) - len(given) :], given, strict=True))
        defaults |= value.__kwdefaults__ or {}
        cells = zip(code.co_freevars, value.__closure__ or (), strict=True)
        held = {name: self._stand_in(cell.cell_contents) for name, cell in cells}
        copies = {name: self._stand_in(default) for name, default in defaults.items()}
        return Function(self, node, copies, [self._scopes[0], held])

    def _stand_in(self, value: Any) -> Any:
        if isinstance(value, Op | InPlace | namespaces.Namespace | Function):
            return value
        if any(value is BUILTINS[name] for name in PURE):
            return value
        return self._function(value) if hasattr(value, "__code__") else self.stand_ins.of(value)

    def _call(self, function: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """A call, if it is one that may be made."""
        bound = getattr(function, "__self__", None)
        if isinstance(bound, Tensor):  # a method of a tensor is an op
            function = getattr(function, "__func__", function)
            args = [bound, *args]
        if isinstance(function, Function | Op | InPlace):
            return function(*args, **kwargs)
        self._check_call(function, bound, [*args, *kwargs.values()])
        return self._eager(function(*args, **kwargs))

    def _check_call(self, function: Any, owner: Any, args: list[Any]) -> None:
        name = getattr(function, "__name__", "")
        if owner is not None and type(owner) in METHODS:
            allowed = name in METHODS[type(owner)].split()
        elif type(owner) is str:
            allowed = len(owner) <= LENGTH and all(
                not isinstance(arg, int) or abs(arg) <= BITS for arg in args
            )
            allowed = allowed and all(len(arg) <= LENGTH for arg in args if isinstance(arg, str))
            allowed = allowed and name in READABLE[str]
        elif name in PURE and BUILTINS[name] is function:
            allowed = name not in ("str", "repr") or not is_ghostly(args)
            allowed = allowed and (name != "pow" or bool(args[2:]) or self._is_modest("**", *args))
        else:
            allowed = self._is_math(function, name) and not (
                name in COUNTING and any(isinstance(arg, int) and arg > BITS >> 2 for arg in args)
            )
        if not allowed or (name != "len" and any(map(_is_long, args))):
            raise Unknowable

    def _is_math(self, function: Any, name: str) -> bool:
        members = namespaces.PYTHON["math"].split()
        return name in members and namespaces.module("math").member(name) is function

    def _eager(self, value: Any) -> Any:
        """A result, with the items of what would give them one by one."""
        if isinstance(value, zip | map | filter | enumerate | reversed) or _is_dict_view(value):
            value = list(self._each(value))
        if type(value) in ATOMS or isinstance(value, Tensor | Function | Op | InPlace):
            return value
        if type(value) in (list, tuple, dict, set, ReturnType, type):
            return _weighed(value)
        if type(value).__name__ == "list_reverseiterator":
            return list(value)
        raise Unknowable

    # Statements -------------------------------------------------------------------------------

    def _count(self) -> None:
        self._steps += 1
        if self._steps > STEPS:
            raise Unknowable
        if not self._steps % 64:
            self._tick()

    def _block(self, body: list[syntax.Stmt]) -> None:
        for node in body:
            self._stmt(node)

    def _stmt(self, node: syntax.Stmt) -> None:
        self._count()
        found = STATEMENTS.get(type(node))
        if found is None:
            raise Unknowable
        found(self, node)

    def _expression(self, node: syntax.Expression) -> None:
        self._expr(node.value)

    def _assign(self, node: syntax.Assign) -> None:
        value = self._expr(node.value)
        for target in node.targets:
            self._bind(target, value)

    def _bind(self, target: syntax.Expr, value: Any) -> None:
        if isinstance(target, syntax.Name):
            self._scopes[-1][target.id] = value
            return
        if not isinstance(target, syntax.Tuple | syntax.List):
            raise Unknowable
        values = list(self._each(value))
        if any(isinstance(item, syntax.Starred) for item in target.items):
            raise Unknowable
        for item, part in zip(target.items, values, strict=True):
            self._bind(item, part)

    def _aug_assign(self, node: syntax.AugAssign) -> Any:
        if not isinstance(node.target, syntax.Name):
            raise Unknowable
        before, value = self._expr(node.target), self._expr(node.value)
        if isinstance(before, list | dict | set):  # which may be known by other names, too
            raise Unknowable
        self._check_size(node.op, before, value)
        after = IN_PLACE[node.op](before, value)
        self._bind(node.target, after)
        return after

    def _return(self, node: syntax.Return) -> None:
        raise _Return(None if node.value is None else self._expr(node.value))

    def _pass(self, node: syntax.Stmt) -> None:
        pass

    def _break(self, node: syntax.Break) -> None:
        raise _Break

    def _continue(self, node: syntax.Continue) -> None:
        raise _Continue

    def _assert(self, node: syntax.Assert) -> None:
        if not self._truth(node.test):
            raise Unknowable

    def _import(self, node: syntax.Import) -> None:
        for item in node.names:
            module = namespaces.module(item.name)
            first = item.name.partition(".")[0]
            whole = module if item.alias else namespaces.module(first)
            self._scopes[-1][item.alias or first] = whole

    def _import_from(self, node: syntax.ImportFrom) -> None:
        for item in node.names:
            member = namespaces.module(node.module).member(item.name)
            self._scopes[-1][item.alias or item.name] = self._stand_in(member)

    def _if(self, node: syntax.If) -> None:
        self._block(node.body if self._truth(node.test) else node.orelse)

    def _while(self, node: syntax.While) -> None:
        while self._truth(node.test):
            if not self._turn(node.body):
                return
        self._block(node.orelse)

    def _for(self, node: syntax.For) -> None:
        for value in self._each(self._expr(node.iterable)):
            self._bind(node.target, value)
            if not self._turn(node.body):
                return
        self._block(node.orelse)

    def _turn(self, body: list[syntax.Stmt]) -> bool:
        """Walk a loop's body once; whether the loop goes on."""
        self._count()
        try:
            self._block(body)
        except _Break:
            return False
        except _Continue:
            pass
        return True

    def _define(self, node: syntax.FunctionDef) -> None:
        self._scopes[-1][node.name] = self._made(node)

    def _each(self, items: Any) -> Iterable[Any]:
        """The items of something, each of which counts as a step."""
        for item in items:
            self._count()
            yield item

    def _truth(self, node: syntax.Expr) -> bool:
        return bool(self._expr(node))

    # Expressions ------------------------------------------------------------------------------

    def _expr(self, node: syntax.Expr) -> Any:
        self._count()
        found = EXPRESSIONS.get(type(node))
        if found is None:
            raise Unknowable
        return found(self, node)

    def _constant(self, node: syntax.Constant) -> Any:
        return node.value

    def _bulk(self, node: syntax.Bulk) -> Any:
        if len(node.value) > LENGTH:
            raise Unknowable
        return runtime.fresh(node.value)

    def _name(self, node: syntax.Name) -> Any:
        name = node.id
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        if name in self._own or (name == "_" and name in self._session):
            return _weighed(self._stand_in(self._session[name]))
        if name in self._session:
            raise Unknowable  # data that wait to be read
        if name in BUILTINS:
            return BUILTINS[name] if name in PURE else self._fail()
        try:
            return namespaces.bare(name)
        except KeyError:
            raise NameFault(f"name '{name}' is not defined") from None

    def _fail(self) -> Any:
        raise Unknowable

    def _fstring(self, node: syntax.FString) -> str:
        return "".join(str(self._expr(part)) for part in node.parts)

    def _field(self, node: syntax.Field) -> str:
        value = self._expr(node.value)
        spec = "" if node.spec is None else self._expr(node.spec)
        if is_ghostly(value) or self.stand_ins.written:
            raise Unknowable
        return runtime.formatted(value, node.conversion, spec)

    def _items(self, nodes: list[syntax.Expr]) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, syntax.Starred):
                found += self._each(self._expr(node.value))
            else:
                found.append(self._expr(node))
        return found

    def _tuple(self, node: syntax.Tuple) -> Any:
        return _weighed(tuple(self._items(node.items)))

    def _list(self, node: syntax.List) -> Any:
        return _weighed(self._items(node.items))

    def _set(self, node: syntax.Set) -> Any:
        return set(self._items(node.items))

    def _dict(self, node: syntax.Dict) -> Any:
        made: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            found = self._expr(value)
            made |= found if key is None else {self._expr(key): found}
        return _weighed(made)

    def _unary(self, node: syntax.Unary) -> Any:
        value = self._expr(node.operand)
        return (not value) if node.op == "not" else UNARY[node.op](value)

    def _binary(self, node: syntax.Binary) -> Any:
        left = self._expr(node.left)
        if node.op == "and":
            return self._expr(node.right) if left else left
        if node.op == "or":
            return left or self._expr(node.right)
        right = self._expr(node.right)
        self._check_size(node.op, left, right)
        return _weighed(BINARY[node.op](left, right))

    def _check_size(self, op: str, x: Any, y: Any) -> None:
        if not self._is_modest(op, x, y):
            raise Unknowable

    def _is_modest(self, op: str, x: Any, y: Any) -> bool:
        """Whether `x op y` makes no long number, text or list."""
        if isinstance(x, int) and isinstance(y, int):
            if op == "<<":
                return x.bit_length() + y <= BITS
            if op == "**":
                return x.bit_length() * y <= BITS
            return x.bit_length() + y.bit_length() <= BITS
        sizes = [len(v) if isinstance(v, str | list | tuple) else None for v in (x, y)]
        if op == "%" and isinstance(x, str):
            return False
        if op == "*":
            times = next((v for v in (x, y) if isinstance(v, int)), 0)
            return all(size is None or size * max(times, 0) <= LENGTH for size in sizes)
        return sum(size or 0 for size in sizes) <= LENGTH

    def _compare(self, node: syntax.Compare) -> Any:
        left = self._expr(node.operands[0])
        found: Any = True
        for op, operand in zip(node.ops, node.operands[1:], strict=True):
            right = self._expr(operand)
            if op in ("in", "not in") and is_ghostly([left, right]):
                raise Unknowable
            found = COMPARE[op](left, right)
            if len(node.ops) > 1 and not found:
                break
            left = right
        return found

    def _conditional(self, node: syntax.Conditional) -> Any:
        return self._expr(node.body if self._truth(node.test) else node.orelse)

    def _walrus(self, node: syntax.Walrus) -> Any:
        value = self._expr(node.value)
        self._bind(node.target, value)
        return value

    def _attribute(self, node: syntax.Attribute) -> Any:
        value = self._expr(node.value)
        if isinstance(value, namespaces.Namespace):
            member = value.member(node.name)
            return member if self._is_math(member, node.name) else self._stand_in_member(member)
        if isinstance(value, Tensor) and node.name in NOT_OF_COPIES:
            raise Unknowable
        return attribute(value, node.name)

    def _stand_in_member(self, member: Any) -> Any:
        """A member of a module: an op, a module, a dtype; no function of another kind."""
        if hasattr(member, "__code__"):
            raise Unknowable
        return self._stand_in(member)

    def _subscript(self, node: syntax.Subscript) -> Any:
        return self._expr(node.value)[self._expr(node.index)]

    def _slice(self, node: syntax.Slice) -> Any:
        parts = (node.lower, node.upper, node.step)
        return slice(*[None if part is None else self._expr(part) for part in parts])

    def _calling(self, node: syntax.Call) -> Any:
        return self._called(node.func, node.args, node.keywords)

    def _pipe(self, node: syntax.Pipe) -> Any:
        call = node.target
        if isinstance(call, syntax.Call):
            return self._called(call.func, [node.value, *call.args], call.keywords)
        return self._called(call, [node.value], [])

    def _called(
        self, func: syntax.Expr, args: list[syntax.Expr], keywords: list[syntax.Keyword]
    ) -> Any:
        function, values = self._expr(func), self._items(args)
        named: dict[str, Any] = {}
        for keyword in keywords:
            value = self._expr(keyword.value)
            named |= value if keyword.name is None else {keyword.name: value}
        return self._call(function, values, named)

    def _comprehension(self, node: syntax.Comprehension) -> Any:
        if node.kind not in ("list", "set", "generator") and node.value is None:
            raise Unknowable
        self._scopes = [*self._scopes, {}]
        try:
            found: list[Any] = []
            self._clauses(node, node.clauses, found)
        finally:
            self._scopes = self._scopes[:-1]
        _weighed(found)
        if node.value is not None:
            return dict(found)
        return set(found) if node.kind == "set" else found

    def _clauses(
        self, node: syntax.Comprehension, clauses: list[syntax.Clause], found: list[Any]
    ) -> None:
        if not clauses:
            element = self._expr(node.element)
            found.append(element if node.value is None else (element, self._expr(node.value)))
            return
        clause, *rest = clauses
        for value in self._each(self._expr(clause.iterable)):
            self._bind(clause.target, value)
            if all(self._truth(test) for test in clause.tests):
                self._clauses(node, rest, found)


# What a copy without its history does not know.
NOT_OF_COPIES = ("grad", "grad_fn", "data", "is_leaf", "_version")


def _is_long(value: Any) -> bool:
    """Whether going through the items of `value` takes long."""
    return isinstance(value, range | str | list | tuple | dict | set) and len(value) > LENGTH


def _weighed(value: Any) -> Any:
    """The value itself. Raises Unknowable if there is too much in it, at all depths together.

    A list that is in another twice counts twice, for so it does where it is compared or shown.
    """
    waiting, count = [value], 0
    while waiting:
        each = waiting.pop()
        if type(each) in (list, tuple, set, ReturnType):
            count += len(each)
            waiting += each if count <= LENGTH else ()
        elif type(each) is dict:
            count += len(each)
            waiting += [*each.values(), *each] if count <= LENGTH else ()
        if count > LENGTH:
            raise Unknowable
    return value


def _is_dict_view(value: Any) -> bool:
    return type(value).__name__ in ("dict_keys", "dict_values", "dict_items")


def _inside(node: syntax.Node) -> Iterable[syntax.Node]:
    """All nodes below `node`."""
    waiting = list(node.children())
    while waiting:
        each = waiting.pop()
        yield each
        waiting += each.children()


STATEMENTS: dict[type[syntax.Node], Callable[[Rehearsal, Any], Any]] = {
    syntax.Expression: Rehearsal._expression,
    syntax.Assign: Rehearsal._assign,
    syntax.AugAssign: Rehearsal._aug_assign,
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
EXPRESSIONS: dict[type[syntax.Node], Callable[[Rehearsal, Any], Any]] = {
    syntax.Constant: Rehearsal._constant,
    syntax.Bulk: Rehearsal._bulk,
    syntax.FString: Rehearsal._fstring,
    syntax.Field: Rehearsal._field,
    syntax.Name: Rehearsal._name,
    syntax.Tuple: Rehearsal._tuple,
    syntax.List: Rehearsal._list,
    syntax.Set: Rehearsal._set,
    syntax.Dict: Rehearsal._dict,
    syntax.Unary: Rehearsal._unary,
    syntax.Binary: Rehearsal._binary,
    syntax.Compare: Rehearsal._compare,
    syntax.Conditional: Rehearsal._conditional,
    syntax.Walrus: Rehearsal._walrus,
    syntax.Attribute: Rehearsal._attribute,
    syntax.Subscript: Rehearsal._subscript,
    syntax.Slice: Rehearsal._slice,
    syntax.Call: Rehearsal._calling,
    syntax.Pipe: Rehearsal._pipe,
    syntax.Comprehension: Rehearsal._comprehension,
    syntax.Lambda: Rehearsal._made,
}
