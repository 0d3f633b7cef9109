"""The operators of Tensor: a short way for the common case, the op itself for all others.

The short way is for operands of one dtype (or a float tensor and a plain number) whose shapes are
small or equal: no binding, no promotion, straight into the kernel and, if gradients flow, one node.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tcalc import interrupts
from tcalc.core import forward, modes
from tcalc.core.families import BOOL, FLOAT, stretched
from tcalc.core.indexing import parse
from tcalc.core.op import InPlace, Op
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor

_NUMBERS = (float, int)
_PLAIN = 2**53  # plain numbers below never overflow when NumPy casts them
_REFLECTED = {
    "add": "add", "mul": "mul", "bitwise_and": "bitwise_and", "bitwise_or": "bitwise_or",
    "bitwise_xor": "bitwise_xor", "sub": "rsub",
}  # fmt: skip
_BINARY = {
    "add": "add", "sub": "sub", "mul": "mul", "div": "truediv", "floor_divide": "floordiv",
    "remainder": "mod", "pow": "pow", "matmul": "matmul", "bitwise_and": "and",
    "bitwise_or": "or", "bitwise_xor": "xor", "bitwise_left_shift": "lshift",
    "bitwise_right_shift": "rshift",
}  # fmt: skip
_UNARY = {"neg": "neg", "positive": "pos", "abs": "abs", "bitwise_not": "invert"}
_COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
SMALL = 1 << 10  # elements; what two such operands stretch to is still worth no check
_current = modes.current
_depth = modes.depth
_watchers = modes.watchers
_blank = object.__new__
_ndarray = np.ndarray


def install(get_item: Callable[..., Any], set_item: Callable[..., Any]) -> None:
    """Give Tensor its operators, once all ops are registered, and its brackets."""
    for name, python in _BINARY.items():
        op = REGISTRY[name]
        setattr(Tensor, f"__{python}__", _binary(op))
        setattr(Tensor, f"__r{python}__", _reflected(op, REGISTRY.get(_REFLECTED.get(name, ""))))
        if name != "matmul":
            setattr(Tensor, f"__i{python}__", _in_place(op))
    for name in _COMPARISONS:
        setattr(Tensor, f"__{name}__", _comparison(REGISTRY[name]))
    for name, python in _UNARY.items():
        setattr(Tensor, f"__{python}__", _unary(REGISTRY[name]))
    Tensor.__getitem__ = get_item  # type: ignore[method-assign]
    Tensor.__setitem__ = set_item  # type: ignore[method-assign]


def _operand(value: Any) -> bool:
    return isinstance(value, Tensor | int | float | complex | np.ndarray | np.generic | list)


def _binary(op: Op) -> Callable[[Any, Any], Any]:  # noqa: C901 -- one path, with its ways out
    kernel = op.kernel
    call = _slow(op)
    if kernel is None:
        return call
    extras = tuple(default for _, default in op.extras)
    plans = op.plans

    def method(self: Tensor, other: Any) -> Any:  # noqa: PLR0911 -- each is a way out
        if _depth() and _watched((self, other)):
            return call(self, other)
        a = self.array
        dtype = a.dtype
        edge = None
        if type(other) is Tensor:
            b = other.array
            if b.dtype is not dtype:
                return call(self, other)
            if (a.size > SMALL or b.size > SMALL) and (a.shape != b.shape or stretched(a)):
                return call(self, other)
            edge = other._node if other.chain is None else other.node
        elif type(other) in _NUMBERS and dtype.kind == "f" and -_PLAIN < other < _PLAIN:
            if a.size > SMALL and stretched(a):
                return call(self, other)
            b = other
        else:
            return call(self, other)
        try:
            out = kernel(a, b)
        except (TypeError, ValueError):  # the op says in words what is wrong
            return call(self, other)
        if out.dtype is not dtype:  # a quotient of integers: the op knows the default float
            return call(self, other)
        result = _blank(Tensor)
        result.array = out if type(out) is _ndarray else np.asarray(out)
        node = self._node if self.chain is None else self.node
        if (node is None and edge is None) or _current() != modes.GRAD:
            return result
        mask = (node is not None) | (edge is not None) << 1
        edges = (node, edge) if mask == 3 else (node or edge,)
        plan = plans.get(mask) or op.plan(mask)
        plan.record((self, other) + extras, (a, b) + extras, (result,), edges)  # noqa: RUF005
        return result

    return method


def _kinds(op: Op) -> str:
    """NumPy's kinds of dtypes for which the kernel alone is right: what needs no cast, no check."""
    return "fc" if op.result == FLOAT else "iufc"


def _slow(op: Op) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        return op(self, other) if _operand(other) else NotImplemented

    return method


def _comparison(op: Op) -> Callable[[Any, Any], Any]:
    kernel = op.kernel
    call = _slow(op)
    assert kernel is not None and op.result == BOOL

    def method(self: Tensor, other: Any) -> Any:
        if _watchers:
            return call(self, other)
        a = self.array
        if type(other) is Tensor:
            b = other.array
            if a.dtype is b.dtype and a.shape == b.shape and a.dtype.kind in "iuf":
                return Tensor(np.asarray(kernel(a, b)))
        elif type(other) in _NUMBERS and a.dtype.kind == "f" and -_PLAIN < other < _PLAIN:
            if not stretched(a):
                return Tensor(np.asarray(kernel(a, other)))
        elif not _operand(other):
            return NotImplemented
        return op(self, other)

    return method


def _reflected(op: Op, mirror: Op | None) -> Callable[[Any, Any], Any]:
    """`other op self` for an `other` that is no tensor."""
    if mirror is not None:
        return _binary(mirror)
    if op.name == "div":
        reciprocal, mul = REGISTRY["reciprocal"], REGISTRY["mul"]
        return lambda self, other: (
            mul(reciprocal(self), other) if _operand(other) else NotImplemented
        )
    return lambda self, other: op(other, self) if _operand(other) else NotImplemented


def _unary(op: Op) -> Callable[[Any], Any]:
    def method(self: Tensor) -> Any:
        return op(self)

    return method


def _in_place(op: Op) -> Callable[[Any, Any], Any]:
    write = InPlace(op)
    kernel = op.kernel

    def method(self: Tensor, other: Any) -> Any:
        if not _operand(other):
            return NotImplemented
        a = self.array
        if type(other) is Tensor:
            b = other.array
            plain = b.dtype is a.dtype and b.shape == a.shape
        else:
            b = other
            plain = a.dtype.kind == "f" and type(b) in _NUMBERS and -_PLAIN < b < _PLAIN
        if not plain or kernel is None or _followed(self, other) or not _one_place_each(a):
            return write(self, other)
        try:
            kernel(a, b, out=a)
        except TypeError:  # the op says in words what is wrong
            return write(self, other)
        self.storage.touch()
        return self

    return interrupts.whole(method)


def _watched(operands: tuple[Any, Any]) -> bool:
    """Whether somebody watches, or an operand has tangents: a level of accumulation is open."""
    return bool(_watchers) or forward.carries(operands)


def _followed(x: Tensor, y: Any) -> bool:
    """Whether derivatives of x or y are followed here, in either direction, or all is watched."""
    if _depth() and _watched((x, y)):
        return True
    if _current() != modes.GRAD:
        return False
    return x.node is not None or (type(y) is Tensor and y.node is not None)


def _one_place_each(array: Any) -> bool:
    """Whether every element can be written, and has memory of its own."""
    return array.flags.writeable and 0 not in array.strides


@interrupts.whole
def store(name: str, x: Any, y: Any, target: Any, index: Any) -> None:
    """`target[index] = x <op> y`, computed right into the target's memory where that is the same.

    `name` is the op's. Where gradients flow, dtypes differ or the op has no kernel, the result is
    made first and then copied.
    """
    op = REGISTRY[name]
    if _watchers or op.kernel is None or op.result == BOOL:
        target[index] = METHODS[name](x, y)
        return
    if isinstance(target, Tensor):
        place = _plain_place(op, x, y, target, index)
        if place is not None:
            op.kernel(_array(x), _array(y), out=place)
            target.storage.touch()
            return
    target[index] = METHODS[name](x, y)


def _array(value: Any) -> Any:
    return value.array if isinstance(value, Tensor) else value


def _plain_place(op: Op, x: Any, y: Any, target: Tensor, index: Any) -> Any:
    """The memory to compute into, or None if more than the kernel is called for."""
    kinds = _kinds(op)
    operands = [v for v in (x, y) if isinstance(v, Tensor)]
    if not operands or target.array.dtype.kind not in kinds or not target.array.flags.writeable:
        return None
    for value in (x, y):
        if isinstance(value, Tensor):
            if value.array.dtype != target.array.dtype or value.ndim == 0:
                return None
        elif type(value) not in _NUMBERS or target.array.dtype.kind != "f":
            return None
    if any(v.node is not None or forward.has_tangents(v) for v in (target, *operands)):
        return None
    basic, advanced = parse(index, target.array.shape)
    if advanced is not None:
        return None
    place = target.array[basic]
    fits = all(v.array.shape == place.shape for v in operands)
    return place if fits and _one_place_each(place) else None


METHODS: dict[str, Callable[[Any, Any], Any]] = {
    name: getattr(operator, f"__{python}__")
    for name, python in (*_BINARY.items(), *zip(_COMPARISONS, _COMPARISONS, strict=True))
}
