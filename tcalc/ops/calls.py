"""Calls of functions that are differentiated: their inputs, and what the caller sees of results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from tcalc.core import backward, forward, modes, nested
from tcalc.core.dtypes import FLOAT
from tcalc.core.graph import Leaf
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, AutogradError

Function = Callable[..., Any]
Argnums = int | tuple[int, ...]


class Input(Leaf):
    """The leaf that stands for a constant input; open until the function has run on it.

    What other calls find open belongs to a call around them; what is closed, to one that is over,
    and means nothing to anybody but its own pull.
    """

    __slots__ = ("open",)

    def __init__(self, array: Any) -> None:
        """A leaf for the value `array`."""
        super().__init__(array)
        self.open = True


class Call:
    """One call of a function on inputs that gradients reach."""

    def __init__(self, func: Function, args: Any, kwargs: Any, argnums: Argnums) -> None:
        """Run `func`; `inputs` are the tensors in the arguments `argnums`, `out` is the result."""
        self.chosen = chosen(args, argnums)
        with modes.enable_grad():
            self.inputs = [modes.step(followed, x) for x in nested.leaves(self.chosen)]
            given = replaced(args, argnums, filled(self.chosen, self.inputs))
            self.out = func(*given, **kwargs)

    def pull(self, outputs: Sequence[Tensor], cotangents: Sequence[Any]) -> list[Tensor]:
        """Cotangents of the inputs from those of `outputs`; zeros where nothing depends."""
        found: list[Tensor] = modes.step(pulled, list(outputs), list(cotangents), self.inputs)
        return found

    def outside(self, y: Any) -> Any:
        """A value as the caller sees it: a constant unless somebody differentiates it in turn."""
        return modes.step(outside, y, self.inputs)

    def shaped(self, found: Sequence[Tensor]) -> Any:
        """One answer for each input, in containers as the arguments came."""
        return filled(self.chosen, found)


def followed(x: Tensor) -> Tensor:
    """x as an input of its own, whose cotangent can be asked for."""
    if x.node is not None:
        alias: Tensor = REGISTRY["_take_view"](x, (Ellipsis,))
        return alias
    if x.dtype.category < FLOAT:
        raise AutogradError(
            "only Tensors of floating point dtype can require gradients",
            notes=[f"the function is differentiated by {describe(x)}"],
            helps=["x.float() has a gradient"],
        )
    result = Tensor(x.array)
    result._storage = x.storage
    result.tangents = forward.tangents_of(x)
    result._leaf = result._node = Input(x.array)
    return result


def pulled(
    outputs: Sequence[Tensor], cotangents: Sequence[Any], inputs: Sequence[Tensor]
) -> list[Tensor]:
    """Cotangents of `inputs`, on which the function has run, from those of `outputs`."""
    reached = [(y, g) for y, g in zip(outputs, cotangents, strict=True) if y.node is not None]
    if not reached:
        return [Tensor(np.zeros_like(x.array)) for x in inputs]
    found = backward.grad(
        [y for y, _ in reached],
        inputs,
        [g for _, g in reached],
        retain_graph=True,
        create_graph=_differentiated([x for pair in reached for x in pair], inputs),
        materialize_grads=True,
    )
    return [outside(g, inputs) for g in found]


pulled.__name__ = "backward"  # so it stands in programs


def outside(y: Any, inputs: Sequence[Tensor]) -> Any:
    """y as a constant, unless somebody outside of the call on `inputs` differentiates."""
    if not isinstance(y, Tensor) or y.node is None or _differentiated([y], inputs):
        return y
    result = Tensor(y.array)
    result.tangents = forward.tangents_of(y)
    return result


def _differentiated(values: Sequence[Any], inputs: Sequence[Tensor]) -> bool:
    """Whether values depend on a leaf that is not the function's own.

    It may be where an input came from, or what the function found around it.
    """
    for x in inputs:
        if isinstance(x.node, Input):
            x.node.open = False
    met: set[Any] = set()
    waiting = [x.node for x in values if isinstance(x, Tensor) and x.node is not None]
    while waiting and modes.is_grad_enabled():
        edge = waiting.pop()
        if edge not in met:
            met.add(edge)
            if isinstance(edge, Leaf) and (not isinstance(edge, Input) or edge.open):
                return True
            waiting += edge.inputs
    return False


def of(func: Function, made: Function) -> Function:
    """`made`, which takes the arguments of `func`."""
    made.__wrapped__ = func  # type: ignore[attr-defined]
    return made


def filled(tree: Any, parts: Iterable[Any]) -> Any:
    """`parts`, as many as there are leaves in `tree`, in containers as those of `tree`."""
    rest = iter(parts)
    return nested.changed(tree, lambda _: next(rest))


def chosen(args: Sequence[Any], argnums: Argnums) -> Any:
    """The argument number `argnums`, or a tuple of several; plain numbers in it become tensors.

    Raises ArgumentFault where there is no such argument.
    """
    if not isinstance(argnums, int | tuple):
        raise ArgumentFault(
            f"argnums must be int or Tuple[int, ...], got: {type(argnums)}", blame={"argnums": ""}
        )
    several = isinstance(argnums, tuple)
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)
    if not numbers or len(set(numbers)) != len(numbers):
        what = f"elements must be unique, got {argnums}" if numbers else "must be non-empty"
        raise ArgumentFault(f"argnums {what}", blame={"argnums": ""})
    for number in numbers:
        if not -len(args) <= number < len(args):
            raise ArgumentFault(f"Got argnum={number}, but only {len(args)} positional inputs")
    values = tuple(_tensors(args[number]) for number in numbers)
    return values if several else values[0]


def _tensors(value: Any) -> Any:
    """An argument with tensors in it; numbers, or a list of them, are one tensor."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, dict) or any(isinstance(item, Tensor) for item in nested.leaves(value)):
        return nested.changed(value, _tensors)
    return REGISTRY["tensor"](value)


def replaced(args: Sequence[Any], argnums: Argnums, values: Any) -> list[Any]:
    """The arguments, those at `argnums` replaced by `values`, which come as `chosen` gave them."""
    given = list(args)
    pairs = zip(argnums, values, strict=True) if isinstance(argnums, tuple) else [(argnums, values)]
    for number, value in pairs:
        given[number] = value
    return given


def with_aux(out: Any, has_aux: bool, where: str) -> tuple[Any, Any]:
    """What is differentiated of a function's result, and what only comes along."""
    if not has_aux:
        return out, None
    if not isinstance(out, tuple) or len(out) != 2:
        raise ArgumentFault(
            f"{where}: output of function f should be a tuple: (output, aux) if has_aux is True"
        )
    return out


def only_tensors(value: Any, headline: str) -> list[Tensor]:
    """The tensors in `value`. For anything else raises ArgumentFault; its type ends `headline`."""
    found = nested.leaves(value)
    for item in found:
        if not isinstance(item, Tensor):
            raise ArgumentFault(f"{headline} {type(item)}")
    return found
