"""Expressions worked out on ghosts: tensors of a shape and dtype that take no memory.

A repair of a failed expression is tried on them before it is offered. Only what has no effects is
run, and nothing large is ever made: a view of a ghost is a ghost, and other ops see ghosts with
their sizes shrunk. To let another form be worked out: its method, and its line in `FORMS`.
"""

from __future__ import annotations

from tcalc.core.dtypes import DType
from tcalc.core.op import InPlace, Op
from tcalc.core.registry import REGISTRY
from tcalc.core.results import ReturnType
from tcalc.core.shapes import Ghost, UnknownShape, outcome
from tcalc.core.tensor import Size, Tensor
from tcalc.lang import syntax
from tcalc.lang.frame import MISSING, Place, is_module
from tcalc.lang.operands import parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

EFFECTS = frozenset(("autograd", "random"))
# What these give hangs on the elements, which a ghost does not have: only that they work is told.
BY_VALUE = frozenset((
    "argwhere", "bincount", "isin", "masked_select", "nonzero", "one_hot", "repeat_interleave",
    "unique", "unique_consecutive",
))  # fmt: skip
OF_SHAPES = frozenset(("dim", "numel", "size"))  # ops that a ghost answers as the tensor itself
READABLE = frozenset(("device", "dtype", "itemsize", "ndim", "shape"))
BINARY = {
    "+": "add", "-": "sub", "*": "mul", "/": "div", "//": "floor_divide", "%": "remainder",
    "**": "pow", "@": "matmul", "&": "bitwise_and", "|": "bitwise_or", "^": "bitwise_xor",
    "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
}  # fmt: skip
UNARY = {"-": "neg", "+": "positive", "~": "bitwise_not"}
MOST_ITEMS = 64  # of a list, at any depth, of which ghosts are made


UNTOLD: Any = object()  # what an op gives that works, but whose shape cannot be told


class Unknown(Exception):
    """What an expression gives cannot be told without running it."""


class Method:
    """A method that was read off a ghost and is not called yet."""

    __slots__ = ("op", "receiver")

    def __init__(self, op: Op | InPlace, receiver: Tensor) -> None:
        """`receiver.op`."""
        self.op = op
        self.receiver = receiver


def ghosted(value: Any) -> Any:
    """`value` with ghosts in place of tensors. Raises Unknown for what may have effects."""
    if isinstance(value, Tensor):
        return Ghost(value.array.shape, value.dtype)
    if isinstance(value, list | tuple) and not isinstance(value, Size):
        _check_extent(value)
        return _alike(value, [ghosted(item) for item in value])
    known = bool | int | float | complex | str | slice | Size | DType | Op | InPlace
    if value is None or value is Ellipsis or isinstance(value, known) or is_module(value):
        return value
    raise Unknown


def _check_extent(value: list[Any] | tuple[Any, ...]) -> None:
    """Raise Unknown for more items than are worth a look, those of lists inside counted as well."""
    waiting: list[Any] = [value]
    left = MOST_ITEMS
    while waiting:
        item = waiting.pop()
        if isinstance(item, list | tuple):
            left -= len(item)
            if left < 0:
                raise Unknown
            waiting += item


def _alike(value: Any, items: list[Any]) -> Any:
    """`items` with the names that those of `value` have, if it is a result with fields."""
    return ReturnType(value._name, value._fields, items) if isinstance(value, ReturnType) else items


class Ghosts:
    """What the expressions at a place give; `known` are values by their nodes' ids."""

    def __init__(self, place: Place, known: Mapping[int, Any]) -> None:
        """Values of names are those of the frame."""
        self.place = place
        self.known = known

    def value(self, node: syntax.Node) -> Any:
        """What `node` gives. Raises Unknown, or the error that the node's op raises."""
        return self.known[id(node)] if id(node) in self.known else self.computed(node)

    def computed(self, node: syntax.Node) -> Any:
        """What the operation of `node` gives, even where its value is known."""
        form = FORMS.get(type(node))
        if form is None:
            raise Unknown
        return form(self, node)

    def _name(self, node: syntax.Name) -> Any:
        value = self.place.value(node)
        if value is MISSING:
            raise Unknown
        return _op_of(value) or ghosted(value)

    def _constant(self, node: syntax.Constant) -> Any:
        return node.value

    def _items(self, node: syntax.List | syntax.Tuple) -> list[Any] | tuple[Any, ...]:
        if len(node.items) > MOST_ITEMS:
            raise Unknown
        items = [self.value(item) for item in node.items]
        return tuple(items) if isinstance(node, syntax.Tuple) else items

    def _starred(self, node: syntax.Starred) -> Any:
        raise Unknown

    def _unary(self, node: syntax.Unary) -> Any:
        value = self.value(node.operand)
        if isinstance(value, int | float) and node.op == "-":
            return -value
        if node.op not in UNARY:
            raise Unknown
        return run(REGISTRY[UNARY[node.op]], _tensors(value))

    def _binary(self, node: syntax.Binary) -> Any:
        return self.operator(node.op, self.value(node.left), self.value(node.right))

    def operator(self, op: str, x: Any, y: Any) -> Any:
        """`x op y` where one of them is a tensor."""
        if op not in BINARY or not (isinstance(x, Tensor) or isinstance(y, Tensor)):
            raise Unknown
        return run(REGISTRY[BINARY[op]], [x, y])

    def _compare(self, node: syntax.Compare) -> Any:
        if len(node.ops) > 1:
            raise Unknown
        return self.operator(node.ops[0], *(self.value(item) for item in node.operands))

    def _attribute(self, node: syntax.Attribute) -> Any:
        owner = self.value(node.value)
        if is_module(owner):
            return ghosted(owner.member(node.name))
        if isinstance(owner, ReturnType) and node.name in owner._fields:
            return getattr(owner, node.name)
        if not isinstance(owner, Tensor):
            raise Unknown
        if node.name in READABLE:
            return getattr(owner, node.name)
        op = vars(Tensor).get(node.name)
        if isinstance(op, Op) and op.is_attribute:
            return run(op, [owner])
        if isinstance(op, Op | InPlace):
            return Method(op, owner)
        raise Unknown

    def _subscript(self, node: syntax.Subscript) -> Any:
        owner, index = self.value(node.value), self.value(node.index)
        if isinstance(owner, Size | list) and isinstance(index, int):
            return owner[index]
        if not isinstance(owner, Tensor) or not _is_plain(index):
            raise Unknown
        return owner[index]

    def _slice(self, node: syntax.Slice) -> slice:
        parts_ = (node.lower, node.upper, node.step)
        return slice(*(None if part is None else self.value(part) for part in parts_))

    def _call(self, node: syntax.Call | syntax.Pipe) -> Any:
        func, args, keywords = parts(node)
        if any(keyword.name is None for keyword in keywords):
            raise Unknown
        function = self.value(func)
        positional = [self.value(arg) for arg in args]
        named = {str(keyword.name): self.value(keyword.value) for keyword in keywords}
        if isinstance(function, Method):
            positional.insert(0, function.receiver)
            function = function.op
        if isinstance(function, InPlace):
            return _over(positional[0], run(function.op, positional, named))
        if not isinstance(function, Op):
            raise Unknown
        return run(function, positional, named)

    def _aug_assign(self, node: syntax.AugAssign) -> None:
        target = self.value(node.target)
        _over(target, self.operator(node.op, target, self.value(node.value)))

    def _assign(self, node: syntax.Assign) -> None:
        target = node.targets[0]
        if len(node.targets) > 1 or not isinstance(target, syntax.Subscript):
            raise Unknown
        part, value = self._subscript(target), self.value(node.value)
        if not isinstance(part, Tensor) or not isinstance(value, Tensor):
            raise Unknown
        _over(part, run(REGISTRY["expand"], [value, *part.shape]))


FORMS: dict[type[syntax.Node], Callable[[Ghosts, Any], Any]] = {
    syntax.Name: Ghosts._name,
    syntax.Constant: Ghosts._constant,
    syntax.Tuple: Ghosts._items,
    syntax.List: Ghosts._items,
    syntax.Starred: Ghosts._starred,
    syntax.Unary: Ghosts._unary,
    syntax.Binary: Ghosts._binary,
    syntax.Compare: Ghosts._compare,
    syntax.Attribute: Ghosts._attribute,
    syntax.Subscript: Ghosts._subscript,
    syntax.Slice: Ghosts._slice,
    syntax.Call: Ghosts._call,
    syntax.Pipe: Ghosts._call,
    syntax.AugAssign: Ghosts._aug_assign,
    syntax.Assign: Ghosts._assign,
}


def _op_of(value: object) -> Op | None:
    """The op behind a builtin function that has one of its name, such as `sum`."""
    from tcalc.lang.builtins import BUILTINS

    name = getattr(value, "__name__", "")
    return REGISTRY.get(name) if callable(value) and BUILTINS.get(name) is value else None


def _tensors(*values: Any) -> list[Any]:
    if not all(isinstance(value, Tensor) for value in values):
        raise Unknown
    return list(values)


def _is_plain(index: Any) -> bool:
    """Whether an index makes a view, whose shape does not hang on the elements of a tensor."""
    items = index if isinstance(index, tuple) else (index,)
    plain = int | slice | type(None) | type(Ellipsis)
    return all(isinstance(item, plain) and not isinstance(item, bool) for item in items)


def _over(target: Any, result: Any) -> Any:
    """`result` written over `target`. Raises ShapeError or DTypeError unless it fits."""
    from tcalc.core.apply import check_fits

    check_fits(*(x.array for x in _tensors(result, target)))
    return target


# Ops ------------------------------------------------------------------------------------------


def run(op: Op, args: list[Any], named: Mapping[str, Any] | None = None) -> Any:
    """What `op` gives for ghosts, as ghosts or UNTOLD. Raises what the op raises, or Unknown."""
    named = named or {}
    values = [*args, *named.values()]
    if op.family.name in EFFECTS or op.name.endswith("_") or any(x is UNTOLD for x in values):
        raise Unknown
    if op.name in OF_SHAPES:
        return op(*args, **named)
    op, values = op.choose(tuple(args), dict(named))
    try:
        found = outcome(op, values)
    except UnknownShape:
        return UNTOLD
    results = found if isinstance(found, list | tuple) else (found,)
    told = op.name not in BY_VALUE and all(isinstance(each, Tensor) for each in results)
    return found if told else UNTOLD
