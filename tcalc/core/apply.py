"""The choke point: every call of every op on tensors passes here.

`call` computes on arrays, wraps the result, and records it if gradients flow. `write` does the same
over the memory of the first argument.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from tcalc import interrupts
from tcalc.core import dtypes, forward, memory, modes, views
from tcalc.core.families import WORTH_CHECKING, check_stretched, stretched
from tcalc.core.registry import REGISTRY
from tcalc.core.results import ReturnType
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import DTypeError, ShapeError

if TYPE_CHECKING:
    from tcalc.core.op import Op
    from tcalc.core.plan import Plan


def call(op: Op, values: list[Any]) -> Any:
    """Run `op` on bound arguments. An elementwise op of plain numbers only gives a plain number."""
    if modes.depth():
        found = _deeper(call, op, values)
        if found is not _NO_DEEPER:
            return found
    if op.family.on_tensors:
        return op.run(op.family.prepare(op, values))
    arrays, mask, plain = _unwrap(op, values)
    out = op.evaluate(arrays)
    if type(out) is not np.ndarray:
        return _several(op, out, mask, values, arrays)
    if plain and op.family.keeps_numbers:
        return out.item()
    if op.family.may_return_argument and out is arrays[0]:
        return values[0]
    result = Tensor(out)
    if mask and out.dtype.kind not in "iub":
        op.plan(mask).record(values, arrays, (result,))
    if op.family.views and isinstance(values[0], Tensor) and _shares(out, arrays[0]):
        views.attach(op, [values[0], *arrays[1:]], result)
    return result


_NO_DEEPER: Any = object()


def _deeper(run: Callable[[Op, list[Any]], Any], op: Op, values: list[Any]) -> Any:
    """What whoever watches, or else the tangents of `values`, make of `run(op, values)`."""
    watcher = modes.watcher()
    if watcher is not None and watcher.passing is not values:
        return watcher.call(run, op, values)
    if run is turn or (run is call and op.family.on_tensors) or not forward.carries(values):
        return _NO_DEEPER
    return forward.call(op, values) if run is call else forward.write(op, values)


def quick(op: Op, x: Tensor) -> Tensor | None:
    """Run the kernel of an op of one operand on floats; None if there is more to it."""
    array = x.array
    if array.dtype.kind != "f" or stretched(array):
        return None
    if modes.depth() and (modes.watchers or forward.has_tangents(x)):
        return None
    assert op.kernel is not None  # only for an op that is `simple`
    result = Tensor(np.asarray(op.kernel(array)))
    node = x.node
    if node is not None and 0 in op.rules and modes.current() == modes.GRAD:
        op.plan(1).record((x,), (array,), (result,), (node,))
    return result


def _unwrap(op: Op, values: list[Any]) -> tuple[list[Any], int, bool]:
    """Arrays in place of tensors; which slots carry gradients; whether there was no tensor."""
    arrays = values[:]
    recording = modes.current() == modes.GRAD
    mask, plain = 0, True
    for slot in op.array_slots:
        value = values[slot]
        if isinstance(value, Tensor):
            plain = False
            arrays[slot] = array = value.array
            if array.size > WORTH_CHECKING and not op.family.looks:
                check_stretched(array, f"an operand of {op.name}")
            if recording and slot in op.rules:
                node = value._node if value.chain is None else value.node
                if node is not None:
                    mask |= 1 << slot
        elif isinstance(value, list):
            plain = False
            arrays[slot] = [tensor.array for tensor in value]
            if recording and slot in op.rules and any(t.node is not None for t in value):
                mask |= 1 << slot
    return arrays, mask, plain


def _several(op: Op, out: Any, mask: int, values: list[Any], arrays: list[Any]) -> Any:
    """Wrap what an op with several results gave; a plain answer stays as it is."""
    if not isinstance(out, tuple | list) or not any(type(part) is np.ndarray for part in out):
        return out
    results = [Tensor(part) if type(part) is np.ndarray else part for part in out]
    if mask:
        op.plan(mask).record(values, arrays, results)
    if op.outputs:
        return ReturnType(op.name, op.outputs, results)
    return tuple(results)


def _shares(out: Any, x: Any) -> bool:
    """Whether `out`, just made from x, is a view of x; NumPy collapses chains of bases."""
    base = out.base
    if base is None:
        return False
    return base is x or base is x.base or memory.parent(out) is x


@interrupts.whole
def write(op: Op, values: list[Any]) -> Tensor:
    """Run `op` and put the result into the memory of its first argument, which is returned.

    Raises AutogradError for a leaf that requires grad, ShapeError or DTypeError if the result does
    not fit, RuntimeFault for memory that cannot be written.
    """
    if modes.depth():
        found: Any = _deeper(write, op, values)
        if found is not _NO_DEEPER:
            return found  # type: ignore[no-any-return]
    x: Tensor = values[0]
    views.check_writable(x)
    if op.family.on_tensors:
        return _write_made(op, values)
    arrays, mask, _ = _unwrap(op, values)
    plan = op.plan(mask) if mask else None
    target = arrays[0]
    if plan is not None and plan.needs:
        _keep_old(op, plan, values, arrays, target)
    tracked = modes.current() == modes.GRAD and x.node is not None
    if op.write is not None:
        op.write(target, *arrays[1:])
    else:
        write_result(op, arrays, target)
    x.storage.touch()
    if mask or tracked:
        result = Tensor(target)
        result._storage = x.storage
        op.plan(mask).record(values, arrays, (result,))
        views.rewrite_history(x, result._node)
    return x


def _write_made(op: Op, values: list[Any]) -> Tensor:
    """Copy what an op made of other ops gives over its first argument."""
    x: Tensor = values[0]
    out: Tensor = op.run(op.family.prepare(op, values))
    check_fits(out.array, x.array)
    REGISTRY["copy_"](x, out)
    return x


def turn(op: Op, values: list[Any]) -> Tensor:
    """Let the first argument become the view of itself that `op` takes; no element is written.

    Raises AutogradError for a leaf that requires grad.
    """
    if modes.depth():
        found: Any = _deeper(turn, op, values)
        if found is not _NO_DEEPER:
            return found  # type: ignore[no-any-return]
    x: Tensor = values[0]
    views.check_leaf(x)
    before = Tensor(x.array)
    before._node, before._storage, before.chain = x.node, x.storage, x.chain
    before.generation, before.tangents = x.generation, x.tangents
    with modes.enable_grad():  # a tensor with a history keeps it in no_grad(), too
        result: Tensor = call(op, [before, *values[1:]])
    x.array = result.array
    if x.is_leaf and x._leaf is not None:  # in no_grad() a leaf stays one
        x._leaf.describe(x.array)
    else:
        x._node, x.chain = result._node, result.chain
        x.tangents = None
    return x


def _keep_old(op: Op, plan: Plan, values: list[Any], arrays: list[Any], target: Any) -> None:
    """Replace what backward needs and the write would spoil by a copy with the same node."""
    for slot in op.array_slots:
        value = values[slot]
        if not plan.saves_argument(slot) or not isinstance(value, Tensor):
            continue
        if arrays[slot] is target or np.may_share_memory(arrays[slot], target):
            arrays[slot] = target.copy() if arrays[slot] is target else arrays[slot].copy()
            values[slot] = Tensor(arrays[slot])
            values[slot]._node = value.node


def write_result(op: Op, arrays: list[Any], target: Any) -> None:
    """Compute into `target` itself if a kernel can, else copy the result there."""
    kernel = None if target.dtype in dtypes.WIDER else op.kernel
    if kernel is not None and op.in_kernel(arrays):
        operands = op.family.prepare(op, arrays[:])
        used = [operands[slot] for slot in op.array_slots]
        fits = all(np.ndim(a) == 0 or a.shape == target.shape for a in used)
        if fits and operands[0] is arrays[0]:
            with suppress(TypeError):  # where the kernel does not do, the op itself does
                kernel(*used, out=target)
                return
    out = op.evaluate(arrays[:])
    check_fits(out, target)
    np.copyto(target, out, casting="unsafe")


def check_fits(out: Any, target: Any) -> None:
    """Raise ShapeError or DTypeError unless `target` can hold `out` as it is."""
    if out.shape == target.shape and out.dtype is target.dtype:
        return
    if out.shape != target.shape:
        raise ShapeError(
            f"output with shape {list(target.shape)} doesn't match the broadcast shape "
            f"{list(out.shape)}",
            blame={"x": describe(target)},
            notes=["an in-place operation never changes the shape of what it writes to"],
        )
    source, held = dtypes.of(out), dtypes.of(target)
    if not dtypes.can_cast(source, held):
        raise DTypeError(
            f"result type {source.label} can't be cast to the desired output type {held.label}",
            blame={"x": describe(target)},
            notes=["an in-place operation never changes the dtype of what it writes to"],
        )
