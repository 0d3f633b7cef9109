"""What may be computed while nothing may happen: functions without effects, and work of no size.

A rehearsal calls nothing else, and gives up where more would have to be done. To allow a builtin:
its name in `PURE`; a method of a plain value: its name in its type's line of `METHODS`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from tcalc.core.results import ReturnType
from tcalc.core.tensor import Tensor
from tcalc.lang import namespaces
from tcalc.lang.attributes import READABLE
from tcalc.lang.builtins import BUILTINS
from tcalc.lang.rehearsal.stand_ins import Unknowable

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
    "-": operator.neg, "+": operator.pos, "~": operator.invert, "not": operator.not_,
}  # fmt: skip


def _compared(name: str) -> Callable[[Any, Any], Any]:
    """A comparison that always asks the left one of two tensors.

    Python would ask the right one where its class is derived from the left one's, as a ghost's is.
    """
    plain = getattr(operator, name)
    ours = getattr(Tensor, f"__{name}__")

    def compare(x: Any, y: Any) -> Any:
        return (ours if isinstance(x, Tensor) and isinstance(y, Tensor) else plain)(x, y)

    return compare


COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": _compared("eq"), "!=": _compared("ne"), "<": _compared("lt"), "<=": _compared("le"),
    ">": _compared("gt"), ">=": _compared("ge"), "is": operator.is_, "is not": operator.is_not,
    "in": lambda x, y: operator.contains(y, x),
    "not in": lambda x, y: not operator.contains(y, x),
}  # fmt: skip


def is_pure(function: Any) -> bool:
    """Whether this is one of the builtin functions in `PURE`."""
    name = getattr(function, "__name__", "")
    return name in PURE and BUILTINS[name] is function


def is_math(function: Any) -> bool:
    """Whether this is a function or constant of `math`."""
    name = getattr(function, "__name__", "")
    known = name in namespaces.PYTHON["math"].split()
    return known and namespaces.module("math").member(name) is function


def check_call(function: Any, owner: Any, args: list[Any]) -> None:
    """Raise Unknowable if a call has effects, or takes long; `owner` is that of a method."""
    name = getattr(function, "__name__", "")
    if owner is not None and type(owner) in METHODS:
        allowed = name in METHODS[type(owner)].split()
    elif type(owner) is str:
        allowed = name in READABLE[str] and all(map(_is_brief, [owner, *args]))
    elif is_pure(function):
        allowed = name != "pow" or bool(args[2:]) or is_modest("**", *args)
    else:
        counts = name in COUNTING and any(isinstance(n, int) and n > BITS >> 2 for n in args)
        allowed = is_math(function) and not counts
    if not allowed or (name != "len" and any(map(is_long, args))):
        raise Unknowable


def _is_brief(value: Any) -> bool:
    """Whether a text is short, or a number no long one's width."""
    if isinstance(value, str):
        return len(value) <= LENGTH
    return not isinstance(value, int) or abs(value) <= BITS


def is_long(value: Any) -> bool:
    """Whether going through the items of `value` takes long."""
    return isinstance(value, range | str | list | tuple | dict | set) and len(value) > LENGTH


def check_size(op: str, x: Any, y: Any) -> None:
    """Raise Unknowable if `x op y` makes a long number, text or list."""
    if not is_modest(op, x, y):
        raise Unknowable


def is_modest(op: str, x: Any, y: Any) -> bool:
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


def weighed(value: Any) -> Any:
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
