"""One statement on its way into PyTorch's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tcalc.lang import offers, syntax
from tcalc.lang.builtins import BUILTINS
from tcalc.lang.namespaces import ALIASES, CONSTANTS, PYTHON, ops
from tcalc.lang.session import is_hidden
from tcalc.lang.torch_names import MEMBERS, bare
from tcalc.repl import torch_kinds as kinds
from tcalc.repl.effects import effects
from tcalc.repl.splicing import Splicing
from tcalc.repl.torch_kinds import ARRAY, LIST, NUMBERS, NUMPY, TENSOR, TEXT, is_module, kind, root
from tcalc.repl.torch_ops import (
    ELSEWHERE,
    as_method,
    at_path,
    form,
    is_rewritten,
    items,
    may_be_tensor,
    paired,
    param,
    path_of,
)

if TYPE_CHECKING:
    from tcalc.core.op import Op

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
# What PyTorch has as a function alone, or under another name.
_FUNCTIONS = frozenset(("inv", "tensordot", "std_mean", "var_mean", "combinations"))
_RENAMED = {"copy": "clone", "conjugate": "conj", "expit": "sigmoid"}
_OWN = frozenset((
    "rearrange", "reduce", "trace", "graph", "load", "save", "time_it", "explain", "help", "dir",
))  # fmt: skip
# Ops whose further operands may be plain numbers.
_TAKE_NUMBERS = frozenset((
    "add", "sub", "mul", "div", "pow", "floor_divide", "remainder", "fmod", "where", "eq", "ne",
    "lt", "le", "gt", "ge", "clamp", "bitwise_and", "bitwise_or", "bitwise_xor", "xlogy",
    "float_power", "searchsorted", "scatter", "lerp", "masked_fill", "full", "full_like", "fill",
    "ldexp",
))  # fmt: skip
_OWN_KEYWORDS = frozenset((("kaiser_window", "beta"),))  # there it stands after another one
_BY_PLACE = {place: f"torch.{path}" for path, place in MEMBERS.items()}
_SAME = frozenset(("abs", "pow", "divmod", "len"))  # Python's own take tensors as well
_DTYPES = {"float": "torch.float64", "complex": "torch.complex128"}  # of plain numbers
_CONVERSIONS = frozenset(("to", "type"))
_WRAPPED = (syntax.Yield, syntax.Lambda, syntax.Conditional)
_SCOPES = (syntax.FunctionDef, syntax.Lambda, syntax.Comprehension)


class Translation(Splicing):
    """One statement; `needed` are the modules that it mentions, `own` what has no equal."""

    def __init__(self, text: str, start: int, bound: set[str], kinds: Mapping[str, str]) -> None:
        """Translate `text`, which stands at `start`; `bound` are the names bound before."""
        super().__init__(text, start)
        self._bound = bound
        self._kinds = dict(kinds)
        self.needed: set[str] = set()
        self.own: set[str] = set()

    def statement(self, node: syntax.Stmt) -> str:
        """The whole statement; what hides its result stays."""
        replaced = {}
        if isinstance(node, syntax.Assign):  # its value still means what the names meant before
            replaced = {id(node.value): self.code(node.value)}
        self._bound = self._bound | effects(node).binds
        code = self._spliced(node, replaced) if replaced else self.code(node)
        return code + self._text[node.end - self._start :]

    def code(self, node: syntax.Node) -> str:  # noqa: PLR0911 -- a table
        """The text of a node, translated."""
        match node:
            case syntax.Name():
                return self._name(node.id, node)
            case syntax.Attribute():
                return self._attribute(node)
            case syntax.Pipe():
                return self._pipe(node)
            case syntax.Call():
                return self._call(node)
            case syntax.FString():
                return self._fstring(node)
        if isinstance(node, _SCOPES):
            return self._scope(node)
        return self._spliced(node, {})

    def _scope(self, node: syntax.Node) -> str:
        """A function or a comprehension, whose own names hide those of the language."""
        before = self._bound, self._kinds
        inner = set(_inner_names(node))
        self._bound = self._bound | inner
        self._kinds = {name: each for name, each in self._kinds.items() if name not in inner}
        code = self._spliced(node, {})
        self._bound, self._kinds = before
        return code

    # Names ------------------------------------------------------------------------------------

    def _name(self, name: str, node: syntax.Node) -> str:  # noqa: PLR0911 -- a table
        if name in self._bound or (name in BUILTINS and name not in _OWN):
            return name
        if is_hidden(name):  # a result by its number
            self.own.add(name)
        if name in IMPORTS:
            self.needed.add(name)
            return name
        if name in ELSEWHERE:
            return self._path(ELSEWHERE[name])
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
            return self._path(path_of(op))
        return self._path(f"torch.{name}") if name in bare() else self._source(node)

    def _path(self, path: str) -> str:
        if path.startswith(FUNCTIONAL):
            path = f"F.{path.removeprefix(FUNCTIONAL)}"
        self.needed.add(path.partition(".")[0])
        return path

    def _attribute(self, node: syntax.Attribute) -> str:
        """A member; the dot, and a bracket that closes around the value, stay as they are."""
        value = self.code(node.value)
        between = self._between(node.value.end, node.end)
        if kind(node.value, self._kinds) == TENSOR or not is_module(node.value):
            new = _RENAMED.get(node.name, node.name)
            between = between.removesuffix(node.name) + new
        return value + between

    # Calls ------------------------------------------------------------------------------------

    def _pipe(self, node: syntax.Pipe) -> str:
        value = self.code(node.value)
        if isinstance(node.value, _WRAPPED) and not value.startswith("("):
            value = f"({value})"
        if not isinstance(node.target, syntax.Call):
            return self._applied(node.target, [node.value], [], value)
        call = node.target
        return self._applied(call.func, [node.value, *call.args], call.keywords, value)

    def _call(self, node: syntax.Call) -> str:
        func = node.func
        op = self._op(func, node.args, node.keywords)
        if op is None:
            return self._spliced(node, {})
        if isinstance(func, syntax.Name) and self._of_numbers(op, node.args):
            return self._applied(func, node.args, node.keywords)
        numpy = isinstance(func, syntax.Attribute) and root(func) in NUMPY
        method = isinstance(func, syntax.Attribute) and not is_module(func.value)
        named = isinstance(func, syntax.Name)
        if numpy or (method and op.name in _FUNCTIONS) or (named and is_rewritten(op, func)):
            receiver = [func.value] if method and isinstance(func, syntax.Attribute) else []
            return self._applied(func, [*receiver, *node.args], node.keywords)
        replaced = {id(a): t for a, t in self._arguments(op, node.args, node.keywords, method)}
        replaced |= {id(k): self._keyword(op, k) for k in node.keywords}
        return self._spliced(node, replaced)

    def _applied(
        self,
        func: syntax.Expr,
        args: list[syntax.Expr],
        keywords: list[syntax.Keyword],
        first: str | None = None,
    ) -> str:
        """A call written anew; `first` is the text of the first argument if it is known."""
        op = self._op(func, args, keywords)
        given = {id(a): t for a, t in self._arguments(op, args, keywords, False)} if op else {}
        texts = [given.get(id(arg)) or self.code(arg) for arg in args]
        if first is not None and id(args[0]) not in given:
            texts[0] = first
        texts += [self._keyword(op, k) if op else self.code(k) for k in keywords]
        if op is None:
            return f"{self._callee(func)}({', '.join(texts)})"
        if self._of_numbers(op, args):
            return self._number(op, args, texts)
        if as_method(op) and texts:
            whole = isinstance(args[0], _SIMPLE) or id(args[0]) in given
            receiver = texts[0] if whole else f"({texts[0]})"
            return f"{receiver}.{op.name}({', '.join(texts[1:])})"
        return f"{self._path(path_of(op))}({', '.join(texts)})"

    def _of_numbers(self, op: Op, args: list[syntax.Expr]) -> bool:
        """Whether an op is called with numbers alone, and so gives a number."""
        return bool(kinds.number_of(op, [kind(arg, self._kinds) for arg in args]))

    def _number(self, op: Op, args: list[syntax.Expr], texts: list[str]) -> str:
        """Such a call: PyTorch computes with tensors of the same precision."""
        found = kinds.number_of(op, [kind(arg, self._kinds) for arg in args])
        for at, arg in enumerate(args):
            dtype = _DTYPES.get(max(found, kind(arg, self._kinds), key=NUMBERS.index), "")
            more = f", dtype={self._path(dtype)}" if dtype else ""
            texts[at] = f"{self._path('torch.tensor')}({self.code(arg)}{more})"
        return f"{self._path(path_of(op))}({', '.join(texts)}).item()"

    def _callee(self, func: syntax.Expr) -> str:
        code = self.code(func)
        return f"({code})" if isinstance(func, _WRAPPED) and not code.startswith("(") else code

    def _op(
        self, func: syntax.Expr, args: list[syntax.Expr], keywords: list[syntax.Keyword]
    ) -> Op | None:
        """The op that is called; None for any other function, Python's and NumPy's among them."""
        if isinstance(func, syntax.Attribute):
            return self._member_op(func, args)
        name = func.id if isinstance(func, syntax.Name) else ""
        if not name or name in self._bound:
            return None
        if name in _OWN or name in offers.BUILTINS:
            if not self._is_shadowed_op(name, args):
                return None
        elif name in BUILTINS and not self._means_op(name, args, keywords):
            return None
        found: Op | None = ops().get(name)
        return found

    def _is_shadowed_op(self, name: str, args: list[syntax.Expr]) -> bool:
        """Whether a name of ours means the op of that name: trace of a matrix, scatter by index."""
        if name == "trace":
            return len(args) == 1 and kind(args[0], self._kinds) in (TENSOR, LIST)
        return name == "scatter" and len(args) > len(("x", "y"))

    def _member_op(self, func: syntax.Attribute, args: list[syntax.Expr]) -> Op | None:
        if root(func) in NUMPY:
            spread = [item for arg in args for item in items(arg)]
            tensors = any(kind(item, self._kinds) == TENSOR for item in spread)
            return ops().get(func.name) if tensors else None
        if root(func) in PYTHON:
            return None
        if is_module(func.value):
            return at_path(func)
        if kind(func.value, self._kinds) in (ARRAY, TEXT, LIST):
            return None
        return ops().get(func.name)

    def _means_op(self, name: str, args: list[syntax.Expr], keywords: list[syntax.Keyword]) -> bool:
        """Whether `sum`, `max` and the like mean the op, and not Python's own function."""
        op = ops().get(name)
        if op is None or not args:
            return False
        if any(keyword.name and param(op, keyword.name) for keyword in keywords):
            return True
        first = kind(args[0], self._kinds)
        if name in ("abs", "pow", "round") and first == LIST:
            return True  # of which Python's own knows nothing
        if name == "round":
            return first == TENSOR
        likely = not first and len(args) == 1 and may_be_tensor(args[0])
        return op.bare and name not in _SAME and (first == TENSOR or likely)

    def _arguments(
        self, op: Op, args: list[syntax.Expr], keywords: list[syntax.Keyword], method: bool
    ) -> Iterator[tuple[syntax.Expr, str]]:
        """The arguments that have another form in PyTorch: lists and numbers that stand for
        tensors, and names of dtypes.
        """
        for at, (arg, wanted) in enumerate(paired(form(op, args, keywords, method), args, method)):
            text = getattr(arg, "value", None)
            if op.name == "repeat" and isinstance(text, str):
                self.own.add("repeat with a pattern")
            if wanted.kind == "Arrays" and isinstance(arg, syntax.List | syntax.Tuple):
                yield arg, self._operands(arg, single=wanted.variadic)
            elif wanted.kind == "Array" and self._is_wrapped(op, arg, at + method):
                yield arg, self._tensor(arg)
            elif op.name == "tile" and kind(arg, self._kinds) == "int":
                yield arg, f"({self.code(arg)},)"
            elif isinstance(text, str) and (wanted.kind == "DTypeLike" or op.name in _CONVERSIONS):
                yield arg, self._dtype(text)

    def _operands(self, arg: syntax.List | syntax.Tuple, *, single: bool) -> str:
        """A list of operands, those among them that are lists as tensors.

        Where an op takes them one by one, as `single` says, a list of numbers is one itself.
        """
        lists = [item for item in arg.items if kind(item, self._kinds) == LIST]
        inner = [item for item in lists if not self._holds_tensors(item)]
        if single and not self._holds_tensors(arg):
            return self._tensor(arg)
        return self._spliced(arg, {id(item): self._tensor(item) for item in inner})

    def _tensor(self, arg: syntax.Expr) -> str:
        return f"{self._path('torch.tensor')}({self.code(arg)})"

    def _is_wrapped(self, op: Op, arg: syntax.Expr, at: int) -> bool:
        """Whether an argument is no tensor where PyTorch wants one."""
        found = kind(arg, self._kinds)
        if op.name in ("tensor", "as_tensor") or self._holds_tensors(arg):
            return False
        return found == LIST or (found in NUMBERS and (not at or op.name not in _TAKE_NUMBERS))

    def _holds_tensors(self, arg: syntax.Expr) -> bool:
        """Whether an argument is a list of tensors, which is one of several operands."""
        return any(
            kind(item, self._kinds) == TENSOR or self._holds_tensors(item)
            for item in items(arg)
            if item is not arg
        )

    def _dtype(self, name: str) -> str:
        return self._path(f"torch.{name}") if name != "cpu" else f"'{name}'"

    def _keyword(self, op: Op, keyword: syntax.Keyword) -> str:
        """`dim=0` for `axis=0`, and a dtype for its name in quotes."""
        value = self.code(keyword.value)
        name = keyword.name
        if name is None:
            return f"**{value}"
        if (op.name, name) in _OWN_KEYWORDS:
            self.own.add(f"{op.name} with {name}")
        found = param(op, name)
        quoted = getattr(keyword.value, "value", None)
        if found is not None and name == "dtype" and isinstance(quoted, str):
            value = self._dtype(quoted)
        if found is not None and found.kind == "Array" and kind(keyword.value, self._kinds) == LIST:
            value = self._path("torch.tensor") + f"({value})"
        spelled = found.name if found is not None and name in found.aliases else name
        return f"{'input' if spelled == 'x' else 'other' if spelled == 'y' else spelled}={value}"


_SIMPLE = (syntax.Name, syntax.Call, syntax.Attribute, syntax.Subscript, syntax.Pipe)


def _inner_names(node: syntax.Node) -> Iterator[str]:
    """The names that a function or a comprehension binds for itself."""
    for child in node.children():
        if isinstance(child, syntax.Param):
            yield child.name
        elif isinstance(child, syntax.Clause):
            yield from _targets(child.target)
        elif isinstance(child, syntax.Stmt):
            yield from effects(child).binds


def _targets(target: syntax.Node) -> Iterator[str]:
    if isinstance(target, syntax.Name):
        yield target.id
    for child in target.children():
        yield from _targets(child)
