"""What a statement reads, binds and changes in place, as far as its text tells.

Where the text cannot tell, more is assumed: a slice of a program may keep a line too many, but
must not lose one. `dependencies` follows a whole program from its beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tcalc.lang import syntax
from tcalc.lang.namespaces import ops

# Methods of containers and of what else keeps a state.
CHANGING = frozenset((
    "add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove",
    "reverse", "setdefault", "sort", "update", "send", "set_state", "manual_seed", "seed",
    "shuffle",
))  # fmt: skip
# Methods that change whatever their receiver was computed from.
DEEP = frozenset(("backward", "step", "zero_grad"))
EVERYTHING = "@everything"
RANDOM = "@random"  # the stream of random numbers, as if it were a name
_SEEDING = frozenset(("manual_seed", "seed", "set_rng_state"))
_DRAWING = frozenset((
    "choice", "choices", "gauss", "randint", "random", "randrange", "sample", "shuffle",
    "uniform", "gradcheck",
))  # fmt: skip
_MODULES = frozenset(("torch", "nn", "F", "np", "numpy", "random"))
_FRESH = frozenset(("elementwise", "reduction", "scan", "creation", "random", "linear algebra"))


@dataclass(slots=True)
class Effects:
    """Names by what happens to them; `deep` are changed with all that they depend on."""

    reads: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    deep: set[str] = field(default_factory=set)
    shares: set[str] = field(default_factory=set)  # names whose memory the bound names may share
    acts: bool = False  # whether a function that is defined changes what is outside of it
    defines: bool = False  # whether all it does is to define functions
    certain: bool = False  # whether the names are bound whatever happens


def effects(statement: syntax.Stmt) -> Effects:
    """The effects of one top-level statement."""
    found = Effects()
    _walk(statement, found, frozenset())
    found.certain = isinstance(
        statement, syntax.Assign | syntax.FunctionDef | syntax.Import | syntax.ImportFrom
    )
    found.defines = isinstance(statement, syntax.FunctionDef)
    if isinstance(statement, syntax.Assign):
        found.shares = set(_shared(statement.value))
        found.defines = isinstance(statement.value, syntax.Lambda)
    elif not found.certain:
        found.shares = set(found.reads)
    return found


def _walk(node: syntax.Node, found: Effects, local: frozenset[str]) -> None:  # noqa: C901, PLR0912
    """Note what `node` does; `local` are the names of the functions around it."""
    match node:
        case syntax.Name():
            if node.id not in local:
                found.reads.add(node.id)
            return
        case syntax.FunctionDef() | syntax.Lambda():
            _function(node, found, local)
            return
        case syntax.Comprehension():
            local |= {name for clause in node.clauses for name in _bound(clause.target)}
        case syntax.Assign():
            for target in node.targets:
                _target(target, found, local)
            _walk(node.value, found, local)
            return
        case syntax.AugAssign():
            _target(node.target, found, local)
            found.changes |= _roots(node.target) - local
            _walk(node.target, found, local)
            _walk(node.value, found, local)
            return
        case syntax.Delete():
            for target in node.targets:
                _target(target, found, local)
            return
        case syntax.For():
            _target(node.target, found, local)
        case syntax.WithItem() if node.target is not None:
            _target(node.target, found, local)
        case syntax.Walrus():
            _target(node.target, found, local)
        case syntax.Import() | syntax.ImportFrom():
            found.binds |= {(a.alias or a.name).partition(".")[0] for a in node.names} - {"*"}
            return
        case syntax.Attribute():
            _attribute(node, found, local)
        case syntax.Call():
            _call(node.func, node, found, local)
        case syntax.Pipe() if not isinstance(node.target, syntax.Call):
            _call(node.target, node, found, local)
    for child in node.children():
        _walk(child, found, local)


def _function(
    node: syntax.FunctionDef | syntax.Lambda, found: Effects, local: frozenset[str]
) -> None:
    """A definition binds its name and reads what its body reads; the body runs when called."""
    if isinstance(node, syntax.FunctionDef) and node.name not in local:
        found.binds.add(node.name)
    for param in node.params:
        if param.default is not None:
            _walk(param.default, found, local)
    whole, inner = Effects(), Effects()
    body = node.body if isinstance(node.body, list) else [node.body]
    for statement in body:
        _walk(statement, whole, frozenset())
    outer = {name for statement in body for each in _globals(statement) for name in each.names}
    inside = ({param.name for param in node.params} | whole.binds) - outer
    for statement in body:
        _walk(statement, inner, local | inside)
    found.reads |= inner.reads | outer - local
    if whole.changes or whole.deep or whole.acts or whole.binds & outer:
        found.acts = True


def _globals(node: syntax.Node) -> Iterator[syntax.Global | syntax.Nonlocal]:
    if isinstance(node, syntax.Global | syntax.Nonlocal):
        yield node
    for child in node.children():
        yield from _globals(child)


def _target(target: syntax.Node, found: Effects, local: frozenset[str]) -> None:
    """An assignment's left side: a name is bound, a part of something changes it."""
    if isinstance(target, syntax.Name):
        if target.id not in local:
            found.binds.add(target.id)
    elif isinstance(target, syntax.Subscript | syntax.Attribute):
        found.changes |= _roots(target) - local
        _walk(target, found, local)
    else:
        for child in target.children():
            _target(child, found, local)


def _bound(target: syntax.Node) -> set[str]:
    found = Effects()
    _target(target, found, frozenset())
    return found.binds


def _call(func: syntax.Expr, call: syntax.Node, found: Effects, local: frozenset[str]) -> None:
    """What a call does besides what reading its parts does."""
    name = called(func)
    if name in _SEEDING:
        found.changes.add(RANDOM)
    op = ops().get(name)
    if name in _DRAWING or (op is not None and op.family.name == "random"):
        found.reads.add(RANDOM)
    if _changes(name) and not (_roots(func) - {name} - _MODULES):
        found.changes |= _roots(call) - local - _MODULES - {name}  # torch.nn.init.zeros_(x)


def _attribute(node: syntax.Attribute, found: Effects, local: frozenset[str]) -> None:
    """A method that changes its owner counts as called wherever it is named."""
    if node.name in DEEP:
        found.deep |= _roots(node.value) - local or {EVERYTHING}
    elif _changes(node.name):
        found.changes |= _roots(node.value) - local - _MODULES


def _changes(name: str) -> bool:
    return name in CHANGING or (name.endswith("_") and not name.startswith("_"))


def called(func: syntax.Expr) -> str:
    """The last name of what is called, "" if it has none."""
    if isinstance(func, syntax.Name):
        return func.id
    return func.name if isinstance(func, syntax.Attribute) else ""


def _roots(node: syntax.Node) -> set[str]:
    """The names that an expression such as `a.b[0].c()` begins with."""
    match node:
        case syntax.Name():
            return {node.id}
        case syntax.Attribute() | syntax.Subscript():
            return _roots(node.value)
        case syntax.Call():
            return _roots(node.func).union(*map(_roots, node.args))
    return set().union(*map(_roots, node.children()))


def _shared(node: syntax.Node) -> Iterator[str]:
    """Names in whose memory the value of an expression may lie."""
    match node:
        case syntax.Name():
            yield node.id
        case syntax.Binary() if node.op not in ("and", "or"):
            return
        case syntax.Compare() | syntax.Constant() | syntax.FString() | syntax.Unary():
            return
        case syntax.Call() if _is_fresh(called(node.func)):
            return
        case syntax.Lambda():
            return
        case _:
            for child in node.children():
                yield from _shared(child)


def _is_fresh(name: str) -> bool:
    op = ops().get(name)
    return op is not None and op.family.name in _FRESH and not name.endswith("_")


class Program:
    """Statements in the order in which they ran, and who depends on whom."""

    def __init__(self, statements: Iterable[syntax.Stmt]) -> None:
        """Follow the statements from the first one."""
        self._effects: list[Effects] = []
        self._touched: list[set[str]] = []  # names that each statement may have changed
        self._sources: dict[str, set[str]] = {}  # what each name was computed from
        self._aliases: dict[str, set[str]] = {}  # names in one memory
        self._inside: dict[str, set[str]] = {}  # what each function reads when it is called
        self._acting: set[str] = set()  # functions that may change things
        self._seeded = False
        for statement in statements:
            self._follow(effects(statement))

    def slice(self, name: str) -> list[int]:
        """Numbers of the statements that the present value of `name` depends on."""
        needed = {name}
        kept = []
        for index in range(len(self._effects) - 1, -1, -1):
            if self._touched[index] & needed:
                kept.append(index)
                found = self._effects[index]
                if found.certain:
                    needed -= found.binds
                needed |= found.reads
        return kept[::-1]

    def _follow(self, found: Effects) -> None:
        found.reads |= set[str]().union(*(self._inside.get(name, ()) for name in found.reads))
        if found.defines:
            self._inside |= dict.fromkeys(found.binds, found.reads)
            if found.acts or found.reads & self._acting:
                self._acting |= found.binds
        elif found.reads & self._acting:
            found.deep |= found.reads
            self._acting |= found.binds
        touched = found.binds | found.changes
        for name in found.changes:
            touched |= self._aliases.get(name, set())
        for name in set[str]().union(*map(self._reach, found.deep)):
            touched |= self._aliases.get(name, set()) | {name}
        self._touched.append(touched | self._draw(found))
        self._effects.append(found)
        self._bind(found)

    def _draw(self, found: Effects) -> set[str]:
        """The stream of random numbers, if what is drawn later depends on this statement."""
        self._seeded = self._seeded or RANDOM in found.changes
        if RANDOM in found.reads and not self._seeded:
            found.reads.discard(RANDOM)
        return found.reads & {RANDOM}

    def _reach(self, name: str) -> set[str]:
        """`name` and all that it was computed from."""
        if name == EVERYTHING:
            return set(self._sources)
        return self._sources.get(name, set()) | {name}

    def _bind(self, found: Effects) -> None:
        sources = set[str]().union(*map(self._reach, found.reads))
        sharing = set[str]().union(*(self._aliases.get(name, {name}) for name in found.shares))
        for name in found.binds:
            self._sources[name] = sources
            if found.certain:
                self._forget(name)
        group = sharing | found.binds
        if sharing and found.binds:
            for name in group:
                self._aliases[name] = self._aliases.get(name, set()) | group

    def _forget(self, name: str) -> None:
        """The name stands for another value from now on."""
        for others in self._aliases.pop(name, set()):
            if others in self._aliases:
                self._aliases[others] = self._aliases[others] - {name}
