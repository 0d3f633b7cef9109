"""Forward accumulation: tangents travel with values, in one sweep, op by op.

A tensor carries one tangent for each level of nesting; an op works on the innermost level of its
arguments and leaves the others to the ops that its rules are made of, so forward over forward,
forward over reverse and reverse over forward all hold, and perturbations are never confused.

No op needs a rule of its own for this. An elementwise op's tangent is its vjp rule applied to the
tangent, for its Jacobian is diagonal; of any other op the vjp rule is linear in the cotangent, and
its transpose, which reverse accumulation gives, is the tangent's rule.

A view has no tangents of its own: it sees those of its base through its chain, so that a write into
either is seen by both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tcalc.core import backward, modes, views
from tcalc.core.dtypes import FLOAT
from tcalc.core.graph import Node, Pick
from tcalc.core.plan import ARGUMENT, SHAPE, Plan, shape_of
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor

if TYPE_CHECKING:
    from tcalc.core.op import Op
    from tcalc.core.views import ViewChain


def dual(x: Tensor, tangent: Tensor, number: int) -> Tensor:
    """The value of x with a tangent at level `number`."""
    result = without(x, number)
    result.tangents = {**(result.tangents or {}), number: tangent}
    return result


def without(x: Tensor, number: int) -> Tensor:
    """The value of x, its place in the graph and its other tangents."""
    result = Tensor(x.array)
    result._node = x.node
    result._storage = x.storage
    rest = {n: t for n, t in (tangents_of(x) or {}).items() if n != number}
    result.tangents = rest or None
    return result


def tangents_of(x: Tensor) -> dict[int, Tensor] | None:
    """The tangents of x by level, None if it has none."""
    chain = x.chain
    if chain is None:
        return x.tangents
    whole = chain.base.tangents
    if whole is None:
        return None
    with modes.enable_grad():
        route = views.Route(chain)
        return {number: route.inside(tangent) for number, tangent in whole.items()}


def tangent_of(x: Any, number: int) -> Tensor | None:
    """The tangent of x at a level, None if it has none there."""
    found = tangents_of(x) if isinstance(x, Tensor) else None
    return found.get(number) if found else None


def has_tangents(x: Tensor) -> bool:
    """Whether x, or the base that it is a view of, has tangents."""
    return x.tangents is not None or (x.chain is not None and x.chain.base.tangents is not None)


def carries(values: Sequence[Any]) -> bool:
    """Whether any of an op's arguments has a tangent."""
    for value in values:
        if isinstance(value, Tensor):
            if has_tangents(value):
                return True
        elif isinstance(value, list) and carries(value):
            return True
    return False


def call(op: Op, values: list[Any]) -> Any:
    """Run `op` on values some of which have tangents; the results have theirs."""
    number = max(n for t in _tensors(values) for n in tangents_of(t) or ())
    primals = [_each(value, lambda t: without(t, number)) for value in values]
    tangents = [_each(value, lambda t: tangent_of(t, number)) for value in values]
    out = op.apply(list(primals))
    results = list(out) if isinstance(out, list | tuple) else [out]
    tensors = [result for result in results if isinstance(result, Tensor)]
    if tensors and tensors[0].chain is not None:
        views.attach(op, [values[0], *tensors[0].chain.values], tensors[0])
        return out
    for result, tangent in zip(tensors, _push(op, primals, tangents, tensors), strict=True):
        if tangent is not None:
            result.tangents = {**(result.tangents or {}), number: tangent}
    if tensors and not any(tensors[0] is primal for primal in primals):
        _annotate(values, tensors)
    return out


def write(op: Op, values: list[Any]) -> Tensor:
    """Run `op` and put value and tangents into its first argument; a view's base has them too."""
    x: Tensor = values[0]
    views.check_writable(x)
    old = without(x, 0)
    old.array, old._storage = x.array.copy(), None  # a rule may need it as it was
    made: Tensor = call(op, [old, *values[1:]])
    np.copyto(x.array, made.array, casting="unsafe")
    x.storage.touch()
    if x.chain is None:
        x.tangents = made.tangents
    else:
        _write_base(x, x.chain, made.tangents or {})
    if made.node is not None:
        views.rewrite_history(x, made.node)
    return x


def _write_base(x: Tensor, chain: ViewChain, made: dict[int, Tensor]) -> None:
    """Put the tangents of a view where they belong in its base's; 0 where it has none now."""
    base, route = chain.base, views.Route(chain)
    old = base.tangents or {}
    whole = {}
    for number in {*old, *made}:
        before = old.get(number, Tensor(np.zeros_like(base.array)))
        whole[number] = route.laid(before)
        REGISTRY["copy_"](route.follow(whole[number]), made.get(number, 0))
    base.tangents = whole or None


def _annotate(values: list[Any], results: list[Tensor]) -> None:
    """Note on the node the tangents of what it saved, for a backward inside of a level."""
    node = results[0]._node
    if isinstance(node, Pick):
        node = node.node
    if isinstance(node, Node):
        node.tangents = [
            None
            if source == SHAPE
            else _tangents_in(values[slot] if source == ARGUMENT else results[slot])
            for source, slot in node.plan.needs
        ]


def _tangents_in(value: Any) -> Any:
    """The tangents of a tensor, or of each in a list of tensors; None for anything else."""
    if isinstance(value, Tensor):
        return tangents_of(value)
    if isinstance(value, list) and any(isinstance(item, Tensor) for item in value):
        return [_tangents_in(item) for item in value]
    return None


def _tensors(values: Sequence[Any]) -> Iterator[Tensor]:
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, list):
            yield from _tensors(value)


def _each(value: Any, function: Any) -> Any:
    """`function` of a tensor, or of each in a list of tensors; other values are themselves."""
    if isinstance(value, Tensor):
        return function(value)
    if isinstance(value, list) and any(isinstance(item, Tensor) for item in value):
        return [_each(item, function) for item in value]
    return value


def _push(
    op: Op, primals: list[Any], tangents: list[Any], results: list[Tensor]
) -> list[Tensor | None]:
    """The tangents of the results, from those of the arguments."""
    mask = sum(1 << slot for slot in op.array_slots if slot in op.rules and _any(tangents[slot]))
    plan = op.plan(mask)
    saved = _saved(op, plan, primals, results)
    if op.family.diagonal:
        return [_diagonal(plan, tangents, saved, results[0])]
    return _transposed(plan, primals, tangents, saved, results)


def _any(tangents: Any) -> bool:
    """Whether there is a tangent, or one in a list."""
    return isinstance(tangents, Tensor) or (
        isinstance(tangents, list) and any(isinstance(t, Tensor) for t in tangents)
    )


def _saved(op: Op, plan: Plan, primals: list[Any], results: list[Tensor]) -> list[Any]:
    """What the plan's rules need, as tensors that can be differentiated further."""
    arrays = [_each(value, lambda t: t.array) for value in primals]
    op.count_axes(arrays)
    saved = []
    for source, slot in plan.needs:
        if source == SHAPE:
            saved.append(shape_of(arrays[slot]))
        elif source == ARGUMENT:
            saved.append(primals[slot] if slot in op.array_slots else arrays[slot])
        else:
            saved.append(results[slot])
    return saved


def _diagonal(plan: Plan, tangents: list[Any], saved: list[Any], out: Tensor) -> Tensor | None:
    """Sum of the rules applied to the tangents; conjugates turn a complex rule's meaning round."""
    total = None
    for slot, rule, picks in plan.targets:
        arguments = [_shaped(tangents[slot], out).conj(), *saved]
        part = rule(*[arguments[i] for i in picks]).conj()
        total = part if total is None else total + part
    return _like(total, out)


def _like(tangent: Tensor | None, out: Tensor) -> Tensor | None:
    """A tangent with the dtype and shape of the value it belongs to."""
    if tangent is None:
        return None
    if tangent.array.dtype != out.array.dtype:
        tangent = REGISTRY["to"](tangent, out.dtype)
    return _shaped(tangent, out)


def _shaped(tangent: Any, out: Tensor) -> Tensor:
    same = tangent.array.shape == out.array.shape
    shaped: Tensor = tangent if same else REGISTRY["expand"](tangent, out.array.shape)
    return shaped


def _transposed(
    plan: Plan, primals: list[Any], tangents: list[Any], saved: list[Any], results: list[Tensor]
) -> list[Tensor | None]:
    """Differentiate the rules, which are linear in the cotangents, with respect to those."""
    cotangents = [Tensor(np.zeros_like(result.array)) for result in results[: plan.cotangents or 1]]
    for cotangent in cotangents:
        cotangent.requires_grad = cotangent.dtype.category >= FLOAT
    arguments = [*cotangents, *saved]
    outputs, weights = [], []
    with modes.enable_grad():
        for slot, rule, picks in plan.targets:
            made = rule(*[arguments[i] for i in picks])
            several = isinstance(tangents[slot], list)
            for g, primal, tangent in zip(
                made if several else [made],
                primals[slot] if several else [primals[slot]],
                tangents[slot] if several else [tangents[slot]],
                strict=True,
            ):
                if isinstance(tangent, Tensor) and isinstance(g, Tensor) and g.node is not None:
                    outputs.append(backward.fit_tensor(g, primal.array))
                    weights.append(tangent)
        leaves = [cotangent for cotangent in cotangents if cotangent.node is not None]
        if not outputs or not leaves:
            return [None] * len(results)
        found = iter(backward.grad(outputs, leaves, weights, create_graph=True, allow_unused=True))
    made_tangents = [None if c.node is None else next(found) for c in cotangents]
    made_tangents += [None] * (len(results) - len(made_tangents))
    return [_like(t, result) for t, result in zip(made_tangents, results, strict=True)]
