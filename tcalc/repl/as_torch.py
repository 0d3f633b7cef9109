"""Programs of the language as PyTorch has them: paths written out, pipelines as calls.

What is changed is changed in the text itself, so that all else stays as it was written. What has no
equal in PyTorch becomes a comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tcalc.lang import offers, syntax
from tcalc.lang.builtins import BUILTINS
from tcalc.lang.namespaces import ALIASES, CONSTANTS, PYTHON, ops
from tcalc.lang.torch_names import MEMBERS, bare
from tcalc.repl.effects import effects
from tcalc.repl.slicing import statements

if TYPE_CHECKING:
    from tcalc.core.op import Op
    from tcalc.core.params import Param

FUNCTIONAL = "torch.nn.functional."
# The lines that make a name known, in the order in which they stand.
IMPORTS = {
    "math": "import math",
    "random": "import random",
    "time": "import time",
    "np": "import numpy as np",
    "numpy": "import numpy",
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "from torch.nn import functional as F",
}
# What PyTorch has as a method alone, or elsewhere than the name says.
_METHODS = frozenset(("expand", "to", "contiguous", "repeat"))
_ELSEWHERE = {"inv": "torch.linalg.inv"}
_OWN = frozenset(("rearrange", "reduce", "trace", "graph", "load", "save", "time_it", "explain"))
_BY_PLACE = {place: f"torch.{path}" for path, place in MEMBERS.items()}
_PLAIN_FIRST = (syntax.List, syntax.Tuple, syntax.Comprehension, syntax.Constant)
_WRAPPED = (syntax.Tuple, syntax.Walrus, syntax.Yield)


def as_torch(programs: Iterable[str]) -> str:
    """The text of the programs in PyTorch's words, with the imports that it needs."""
    lines: list[str] = []
    needed: set[str] = set()
    bound: set[str] = set()
    for text, statement in statements(programs):
        if isinstance(statement, syntax.Import | syntax.ImportFrom):
            lines.append(text)
            bound |= effects(statement).binds
            continue
        bound |= _binds(statement)
        translation = _Translation(text, statement.start, bound)
        code = translation.statement(statement)
        if translation.own:
            lines += [f"# {line}" for line in text.split("\n")]
            lines[-1] += f"  # {', '.join(sorted(translation.own))}: tcalc's own"
        else:
            lines.append(code)
            needed |= translation.needed
    imports = [line for name, line in IMPORTS.items() if name in needed and line not in lines]
    return "\n".join([*imports, *([""] if imports and lines else []), *lines])


def _binds(node: syntax.Node) -> set[str]:
    """Every name that a statement binds anywhere, parameters and locals among them."""
    found = effects(node).binds if isinstance(node, syntax.Stmt) else set()
    if isinstance(node, syntax.Param):
        found = {node.name}
    elif isinstance(node, syntax.Clause):
        found = set(_names(node.target))
    return found.union(*map(_binds, node.children()))


def _names(target: syntax.Node) -> Iterator[str]:
    if isinstance(target, syntax.Name):
        yield target.id
    for child in target.children():
        yield from _names(child)


class _Translation:
    """One statement on its way; `needed` are the modules that it mentions, `own` names of ours."""

    def __init__(self, text: str, start: int, bound: set[str]) -> None:
        self._text = text
        self._start = start
        self._bound = bound
        self.needed: set[str] = set()
        self.own: set[str] = set()

    def statement(self, node: syntax.Stmt) -> str:
        """The whole statement; what hides its result stays."""
        code = self.code(node)
        return code + self._text[node.end - self._start :]

    def code(self, node: syntax.Node) -> str:
        match node:
            case syntax.Name():
                return self._name(node.id, node)
            case syntax.Attribute():
                return f"{self.code(node.value)}{self._after_value(node)}"
            case syntax.Pipe():
                return self._pipe(node)
            case syntax.Call():
                return self._call(node)
            case syntax.FString():
                return self._source(node)
        return self._spliced(node, {})

    def _spliced(self, node: syntax.Node, replaced: dict[int, str]) -> str:
        """The node's text with its children translated, or `replaced` by their ids."""
        pieces, done = [], node.start
        for child in sorted(node.children(), key=lambda child: child.start):
            pieces += [self._between(done, child.start)]
            pieces += [replaced[id(child)] if id(child) in replaced else self.code(child)]
            done = child.end
        return "".join([*pieces, self._between(done, node.end)])

    def _between(self, start: int, end: int) -> str:
        return self._text[start - self._start : end - self._start]

    def _source(self, node: syntax.Node) -> str:
        return self._between(node.start, node.end)

    def _after_value(self, node: syntax.Attribute) -> str:
        """The dot and the name, and a bracket that closes around the value."""
        return self._between(node.value.end, node.end)

    def _name(self, name: str, node: syntax.Node) -> str:  # noqa: PLR0911 -- a table
        if name in self._bound or (name in BUILTINS and name not in _OWN):
            return name
        if name in IMPORTS:
            self.needed.add(name)
            return name
        if name in ALIASES or name in PYTHON:
            return name
        if name in _OWN or name in offers.BUILTINS:
            path = _BY_PLACE.get(offers.BUILTINS.get(name, ("", "")))
            if path is None:
                self.own.add(name)
            return self._path(path or name)
        if name in CONSTANTS:
            return self._path(f"math.{name}" if name == "e" else f"torch.{name}")
        op = ops().get(name)
        if op is not None and op.bare:
            return self._path(_path_of(op))
        return self._path(f"torch.{name}") if name in bare() else self._source(node)

    def _path(self, path: str) -> str:
        if path.startswith(FUNCTIONAL):
            path = f"F.{path.removeprefix(FUNCTIONAL)}"
        self.needed.add(path.partition(".")[0])
        return path

    def _pipe(self, node: syntax.Pipe) -> str:
        value = self.code(node.value)
        if isinstance(node.value, _WRAPPED):
            value = f"({value})"
        if not isinstance(node.target, syntax.Call):
            return self._applied(node.target, [node.value], [], [value])
        call = node.target
        return self._applied(call.func, [node.value, *call.args], call.keywords, [value])

    def _call(self, node: syntax.Call) -> str:
        op = self._op(node.func, node.args)
        if op is None:
            return self._spliced(node, {})
        if isinstance(node.func, syntax.Name) and (_as_method(op) or node.func.id in BUILTINS):
            return self._applied(node.func, node.args, node.keywords, [])
        replaced = {id(a): t for a, t in self._arguments(op, node.func, node.args)}
        replaced |= {id(k): self._keyword(op, k) for k in node.keywords}
        return self._spliced(node, replaced)

    def _applied(
        self,
        func: syntax.Expr,
        args: list[syntax.Expr],
        keywords: list[syntax.Keyword],
        known: list[str],
    ) -> str:
        """A call written anew; `known` are the texts of the first arguments."""
        op = self._op(func, args)
        given = dict(self._arguments_by_id(op, func, args)) if op else {}
        texts = [
            given.get(id(arg)) or (known[i] if i < len(known) else self.code(arg))
            for i, arg in enumerate(args)
        ]
        texts += [self._keyword(op, k) if op else self.code(k) for k in keywords]
        if op is not None and isinstance(func, syntax.Name):
            if _as_method(op) and texts:
                return f"{texts[0]}.{op.name}({', '.join(texts[1:])})"
            return f"{self._path(_path_of(op))}({', '.join(texts)})"
        return f"{self.code(func)}({', '.join(texts)})"

    def _op(self, func: syntax.Expr, args: list[syntax.Expr]) -> Op | None:
        """The op that is called; Python's own function of that name where that is meant."""
        name = func.id if isinstance(func, syntax.Name) else ""
        if isinstance(func, syntax.Attribute):
            return ops().get(func.name)
        if not name or name in self._bound or name in _OWN:
            return None
        if name in BUILTINS and (not args or isinstance(args[0], _PLAIN_FIRST) or len(args) > 1):
            return None
        if name in BUILTINS and not _is_tensor_like(args[0]):
            return None
        return ops().get(name)

    def _arguments_by_id(
        self, op: Op, func: syntax.Expr, args: list[syntax.Expr]
    ) -> Iterator[tuple[int, str]]:
        return ((id(arg), text) for arg, text in self._arguments(op, func, args))

    def _arguments(
        self, op: Op, func: syntax.Expr, args: list[syntax.Expr]
    ) -> Iterator[tuple[syntax.Expr, str]]:
        """Lists that stand for tensors, as tensors."""
        params = [p for p in op.signature.params if not p.keyword_only]
        if isinstance(func, syntax.Attribute) and not _is_module(func.value):
            params = params[1:]
        for arg, param in zip(args, params, strict=False):
            if param.kind == "Array" and isinstance(arg, syntax.List | syntax.Bulk):
                yield arg, self._path("torch.tensor") + f"({self.code(arg)})"

    def _keyword(self, op: Op, keyword: syntax.Keyword) -> str:
        """`dim=0` for `axis=0`, and a dtype for its name in quotes."""
        value = self.code(keyword.value)
        name = keyword.name
        if name is None:
            return f"**{value}"
        param = _param(op, name)
        quoted = getattr(keyword.value, "value", None)
        if param is not None and param.kind == "DTypeLike" and isinstance(quoted, str):
            value = self._path(f"torch.{quoted}")
        if param is not None and param.kind == "Array" and isinstance(keyword.value, syntax.List):
            value = self._path("torch.tensor") + f"({value})"
        spelled = param.name if param is not None and name in param.aliases else name
        return f"{'input' if spelled == 'x' else 'other' if spelled == 'y' else spelled}={value}"


def _param(op: Op, name: str) -> Param | None:
    for signature in op.signatures:
        for param in signature.params:
            if name == param.name or name in param.aliases:
                return param
    return None


def _path_of(op: Op) -> str:
    """The op's path in PyTorch."""
    if op.name in _ELSEWHERE:
        return _ELSEWHERE[op.name]
    return f"torch.{op.name}" if op.bare else next(iter(op.paths), f"torch.{op.name}")


def _as_method(op: Op) -> bool:
    """Whether PyTorch has the op as a method alone, or has sizes one by one only there."""
    sizes = op.is_method and op.signature.variadic is not None
    return op.name in _METHODS or (sizes and op.family.name in ("shape", "view"))


def _is_tensor_like(node: syntax.Expr) -> bool:
    """Whether `sum`, `max` and the like mean the op: of anything but a sequence in sight."""
    if isinstance(node, syntax.Call) and isinstance(node.func, syntax.Name):
        return node.func.id not in ("range", "list", "len", "map", "zip", "sorted", "float", "int")
    while isinstance(node, syntax.Unary):
        node = node.operand
    return not isinstance(node, syntax.Dict | syntax.Set | syntax.Constant)


def _is_module(node: syntax.Expr) -> bool:
    while isinstance(node, syntax.Attribute):
        node = node.value
    return isinstance(node, syntax.Name) and node.id in (*IMPORTS, *ALIASES)
