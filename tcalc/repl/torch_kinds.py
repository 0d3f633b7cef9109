"""What the values of expressions are, as far as a program's text tells: tensors, numbers, lists.

Where the text does not tell, `kind` is ""; a translation then takes what the words say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tcalc.core.families import FLOAT
from tcalc.lang import syntax
from tcalc.lang.builtins import BUILTINS
from tcalc.lang.namespaces import ALIASES, CONSTANTS, PYTHON, ops

if TYPE_CHECKING:
    from tcalc.core.op import Op

TENSOR, LIST, ARRAY, TEXT = "tensor", "list", "array", "text"
MAKES_LISTS = "generator function"
GENERATOR = 0x20  # a flag of a code object
NUMBERS = ("bool", "int", "float", "complex")  # each can hold those before it
NUMPY = ("np", "numpy")
_NUMBERS = {"len": "int", "int": "int", "ord": "int", "id": "int"} | {
    name: name for name in ("bool", "float", "complex")
}
_LISTS = frozenset(("list", "range", "sorted", "zip", "map", "filter", "enumerate", "reversed"))
_TEXTS = frozenset(("str", "repr", "chr", "bin", "hex", "oct"))
_UNTOLD = frozenset(("tolist", "size", "stride", "backward", "split", "chunk", "unbind"))
_ITEMS = {"item": "float", "numel": "int", "nelement": "int", "dim": "int", "equal": "bool",
          "allclose": "bool", "is_tensor": "bool"}  # fmt: skip
_PARTS = frozenset(("T", "grad", "data", "real", "imag", "mT", "H"))


def of_value(value: Any) -> str:
    """The kind of a value itself."""
    name = type(value).__name__
    if name == "function" and value.__code__.co_flags & GENERATOR:
        return MAKES_LISTS
    if name == "Tensor":
        return TENSOR
    if name == "ndarray":
        return ARRAY
    if isinstance(value, int | float | complex):
        return name
    if isinstance(value, str):
        return TEXT
    return LIST if isinstance(value, list | tuple | range) else ""


def kind(node: syntax.Node, known: Mapping[str, str]) -> str:  # noqa: C901, PLR0911 -- a table
    """The kind of an expression; `known` are those of names."""
    match node:
        case syntax.Constant():
            return of_value(node.value)
        case syntax.FString():
            return TEXT
        case syntax.List() | syntax.Bulk() | syntax.Tuple() | syntax.Comprehension():
            return LIST
        case syntax.Name():
            return known.get(node.id, "float" if node.id in CONSTANTS else "")
        case syntax.Unary():
            return kind(node.operand, known)
        case syntax.Binary():
            found = _joined(kind(node.left, known), kind(node.right, known))
            return "float" if node.op == "/" and found in NUMBERS[:2] else found
        case syntax.Compare():
            found = _joined(*(kind(child, known) for child in node.children()))
            return "bool" if found in NUMBERS else found
        case syntax.Attribute():
            return TENSOR if node.name in _PARTS and kind(node.value, known) == TENSOR else ""
        case syntax.Subscript():
            value = kind(node.value, known)
            return value if value in (TENSOR, ARRAY) else ""
        case syntax.Call():
            return _of_call(node.func, node.args, known)
        case syntax.Pipe():
            call = node.target
            if isinstance(call, syntax.Call):
                return _of_call(call.func, [node.value, *call.args], known)
            return _of_call(call, [node.value], known)
    return ""


def _joined(*kinds: str) -> str:
    """The kind of a result of an operator."""
    for each in (TENSOR, ARRAY):
        if each in kinds:
            return each
    if all(each in NUMBERS for each in kinds):
        return max(kinds, key=NUMBERS.index)
    return kinds[0] if len(set(kinds)) == 1 else ""


def _of_call(func: syntax.Node, args: list[syntax.Expr], known: Mapping[str, str]) -> str:
    name = func.name if isinstance(func, syntax.Attribute) else getattr(func, "id", "")
    first = kind(args[0], known) if args else ""
    if isinstance(func, syntax.Attribute):
        if root(func) in NUMPY:
            return TENSOR if any(kind(arg, known) == TENSOR for arg in args) else ARRAY
        if root(func) in PYTHON:
            return "float"
        first = "" if is_module(func.value) else kind(func.value, known)
        if first and first != TENSOR:
            return first if first == ARRAY else ""
    elif name in known:
        return LIST if known[name] == MAKES_LISTS else ""
    elif name in BUILTINS and first != TENSOR:
        return _of_builtin(name, first)
    return _of_op(name, [kind(arg, known) for arg in args])


def _of_builtin(name: str, first: str) -> str:
    if name in _NUMBERS:
        return _NUMBERS[name]
    for names, found in ((_LISTS, LIST), (_TEXTS, TEXT)):
        if name in names:
            return found
    return first if first in NUMBERS else ""


def _of_op(name: str, given: list[str]) -> str:
    if name in _ITEMS:
        return _ITEMS[name]
    op = ops().get(name.removesuffix("_"))
    if op is None or name in _UNTOLD:
        return ""
    return number_of(op, given) or TENSOR


def number_of(op: Op, given: list[str]) -> str:
    """The kind of number that an op gives of numbers alone, "" if it gives a tensor."""
    if not op.family.keeps_numbers or not given or not all(each in NUMBERS for each in given):
        return ""
    least = "float" if op.result == FLOAT else "bool"
    return max(*given, least, key=NUMBERS.index)


def is_module(node: syntax.Node) -> bool:
    """Whether an expression is a path of names that begins with a module's."""
    return root(node) in (*NUMPY, "torch", "nn", "F", "linalg", "math", "random", "time", *ALIASES)


def root(node: syntax.Node) -> str:
    """The name that a path `a.b.c` begins with, "" for another expression."""
    while isinstance(node, syntax.Attribute):
        node = node.value
    return node.id if isinstance(node, syntax.Name) else ""
