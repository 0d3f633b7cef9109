"""How the steps of a program are written: as expressions over numbered values.

To write another call otherwise than as a function's: its line in one of the tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tcalc.core import apply, nested, steps
from tcalc.core.dtypes import DType
from tcalc.core.params import MISSING
from tcalc.core.steps import Closed, Step, Value

if TYPE_CHECKING:
    from tcalc.core.op import Op

INFIX = {
    "add": "+", "sub": "-", "mul": "*", "div": "/", "floor_divide": "//", "pow": "**",
    "matmul": "@", "bitwise_and": "&", "bitwise_or": "|", "bitwise_xor": "^",
    "bitwise_left_shift": "<<", "bitwise_right_shift": ">>",
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
PREFIX = {"neg": "-", "bitwise_not": "~"}
# By name, with the arguments' places; `index` is the second one without its brackets.
FORMS = {
    "get_item": "{0}[{index}]",
    "take_view": "{0}[{index}]",
    "set_item": "{0}[{index}] = {2}",
    "copy": "{0}[...] = {1}",
    "copy_": "{0}[...] = {1}",
    "contains": "{1} in {0}",
    "get_grad": "{0}.grad",
    "set_grad": "{0}.grad = {1}",
    "get_data": "{0}.data",
    "set_data": "{0}.data = {1}",
    "set_requires_grad": "{0}.requires_grad = {1}",
    "shape": "{0}.shape",
    "ndim": "{0}.ndim",
    "dtype": "{0}.dtype",
}
_FEW = 4  # elements of an array that are written out
_MANY = 20  # items of a container that are


class Notation:
    """The numbers of a program's values, and texts in which they stand."""

    def __init__(self) -> None:
        """Begin with no numbers."""
        self.numbers: dict[Value, int] = {}

    def name(self, value: Value) -> str:
        """The name of a value."""
        return f"%{self.numbers.get(value, '_')}"

    def call(self, step: Step) -> str:
        """A step, without what it makes."""
        if step.name in FORMS:
            args = [self.argument(arg) for arg in step.args]
            index = self._index(step.args[1]) if len(step.args) > 1 else ""
            return FORMS[step.name].format(*args, index=index)
        if step.run in (apply.call, apply.write, apply.turn):
            return self._operation(step.target, step.args, step.run is not apply.call)
        return self._function(step)

    def _operation(self, op: Op, args: list[Any], written: bool) -> str:
        """A call of an op, in place if `written`."""
        given = self._given(op, args)
        if op.name in INFIX and len(given) == 2:
            return f"{given[0]} {INFIX[op.name]}{'=' if written else ''} {given[1]}"
        if op.name in PREFIX and not written:
            return f"{PREFIX[op.name]}{given[0]}"
        if op.is_attribute:
            return f"{given[0]}.{op.name}"
        return f"{op.name.lstrip('_')}{'_' if written else ''}({', '.join(given)})"

    def _function(self, step: Step) -> str:
        """A call of a function, or of a method of something that is no tensor."""
        args, owner = step.args, ""
        if "." in getattr(step.target, "__qualname__", "") and args:
            owner, args = f"{type(args[0]).__name__}.", args[1:]
        return f"{owner}{step.name}({', '.join(self.argument(arg) for arg in args)})"

    def _given(self, op: Op, args: list[Any]) -> list[str]:
        """Arguments as they would be typed, those at their defaults left out."""
        given: list[str] = []
        left_out = False
        for param, arg in zip(op.signature.params, args, strict=True):
            if param.variadic:
                given += [self.argument(item) for item in arg]
            elif param.mapping:
                given += [f"{key}={self.argument(item)}" for key, item in arg.items()]
            elif param.default is not MISSING and _is_default(arg, param.default):
                left_out = True
            elif left_out or param.keyword_only or param.default is not MISSING:
                given.append(f"{param.name}={self.argument(arg)}")
            else:
                given.append(self.argument(arg))
        return given

    def argument(self, arg: Any) -> str:
        """An argument, or a result, with the names of values."""
        if isinstance(arg, Value):
            return self.name(arg)
        items = nested.items_of(arg)
        if items is None:
            return plain(arg)
        inside = [self.argument(item) for _, item in items[:_MANY]]
        if len(items) > _MANY:
            inside[-1] = "..."
        if isinstance(arg, dict):
            pairs = zip(arg, inside, strict=False)
            return "{" + ", ".join(f"{key!r}: {item}" for key, item in pairs) + "}"
        if isinstance(arg, list):
            return f"[{', '.join(inside)}]"
        return f"({inside[0]},)" if len(inside) == 1 else f"({', '.join(inside)})"

    def _index(self, index: Any) -> str:
        items = index if isinstance(index, tuple) else (index,)
        if len(items) > 1 and items[-1] is Ellipsis:
            items = items[:-1]
        return ", ".join(self._place(item) for item in items) or "()"

    def _place(self, item: Any) -> str:
        """One index: a slice as between brackets, anything else as an argument."""
        if not isinstance(item, slice):
            return self.argument(item)
        parts = [item.start, item.stop] + ([] if item.step is None else [item.step])
        return ":".join("" if part is None else self.argument(part) for part in parts)


def _is_default(arg: Any, default: Any) -> bool:
    return arg is default or (isinstance(arg, steps.PLAIN) and steps.same(default, arg))


def plain(value: Any) -> str:
    """A value that is no tensor as it would be typed, or the kind of thing that it is."""
    text = None
    if isinstance(value, DType):
        text = value.name
    elif isinstance(value, np.ndarray):
        few = value.size <= _FEW
        text = str(value.tolist()) if few else f"<{value.dtype} {list(value.shape)}>"
    elif value is Ellipsis:
        text = "..."
    elif isinstance(value, tuple):  # a Size, for other tuples are containers
        text = str(list(value))
    elif isinstance(value, Closed):
        text = value.program.name
    elif callable(value):
        text = getattr(value, "__name__", None)
    elif "\n" not in repr(value):
        text = repr(value)
    return text or type(value).__name__
