"""Reverse accumulation: cotangents flow from results to leaves, once through every node.

Un-broadcasting and the cast to each input's dtype happen here and nowhere else, so a rule may give
a cotangent of the broadcast shape, or of a wider dtype.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import Any

import numpy as np

from tcalc import interrupts
from tcalc.core import dtypes, modes, views, wider
from tcalc.core.families import mismatch
from tcalc.core.graph import FREED, Leaf, Node, Pick, next_number
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import AutogradError

# A cotangent is an array in a first-order backward, a Tensor when the backward is itself recorded.
Cotangent = Any

SMALL = 1024  # elements; what is no larger a node may keep after backward


def backward(
    outputs: Sequence[Tensor],
    cotangents: Sequence[Tensor | None],
    *,
    retain_graph: bool = False,
    create_graph: bool = False,
    inputs: Sequence[Tensor] | None = None,
) -> dict[Any, Cotangent]:
    """Send `cotangents` (None means one, for a single element) from `outputs` down the graph.

    Without `inputs` every leaf accumulates into its `grad`. With them nothing accumulates; the
    answer maps each input's node that was reached to its cotangent. Raises AutogradError where
    there is no graph, a cotangent does not fit, or something saved was freed or overwritten.
    """
    # Inside of forward accumulation the rules are recorded ops in any case: tangents flow in them.
    recorded = create_graph or modes.depth() > 0
    walk = Walk(recorded, retain_graph or create_graph, inputs)
    for i, output in enumerate(outputs):
        _check_connected(output, i)
    if inputs is not None:
        walk.prune(outputs)
    for i, (output, g) in enumerate(zip(outputs, cotangents, strict=True)):
        first = seed(output, g, i)
        walk.add(output.node, first if recorded else first.array)
    with modes.enable_grad() if create_graph else modes.no_grad() if recorded else modes.raw():
        walk.run()
    return walk.captured


def _check_connected(output: Tensor, i: int) -> None:
    if output.node is None:
        raise AutogradError(
            f"element {i} of tensors does not require grad and does not have a grad_fn",
            blame={"x": describe(output)},
            notes=["nothing it was computed from requires grad, or it was made in no_grad()"],
            helps=["call requires_grad_() on the inputs before computing with them"],
        )


def seed(output: Tensor, g: Tensor | None, i: int) -> Tensor:
    """The first cotangent of an output: what was given, if it fits, or 1."""
    if g is None:
        if output.array.size != 1:
            raise AutogradError(
                "grad can be implicitly created only for scalar outputs",
                blame={"x": describe(output)},
                notes=[
                    "a gradient is that of a single number; for several, each needs a weight: "
                    "the cotangent"
                ],
                helps=[
                    "{x}.sum().backward()",
                    "the same by weights: {x}.backward(torch.ones_like({x}))",
                ],
            )
        if output.array.dtype.kind == "c":
            raise AutogradError(
                "grad can be implicitly created only for real scalar outputs but got "
                f"{output.dtype}",
                blame={"x": describe(output)},
                helps=["{x}.abs().backward()", "{x}.real.backward()"],
            )
        return Tensor(np.ones(output.array.shape, output.array.dtype))
    if g.array.shape != output.array.shape:
        raise AutogradError(
            f"Mismatch in shape: grad_output[{i}] has a shape of {g.shape} and "
            f"output[{i}] has a shape of {output.shape}.",
            blame={"gradient": describe(g), "x": describe(output)},
            notes=["the cotangent has one weight for each element of the output"],
            helps=["torch.ones_like({x}) has its shape"],
        )
    return g


class Walk:
    """One walk down the graph."""

    def __init__(self, recorded: bool, retain: bool, inputs: Sequence[Tensor] | None) -> None:
        """`retain` keeps what was saved; with `inputs` it is they that are reached, not leaves."""
        self.recorded = recorded
        self.retain = retain
        self.pending: dict[Any, Any] = {}
        self.heap: list[tuple[int, Any]] = []
        self.captured: dict[Any, Cotangent] = {}
        self.targets = None if inputs is None else {t.node for t in inputs}
        self.needed: set[Any] | None = None
        self.checked = modes.detects_anomaly()
        self.keeps = modes.keeps_flows()
        self.number = next_number()  # by which what it leaves at nodes is told from another's
        self.passed: list[Any] = []

    def prune(self, outputs: Sequence[Tensor]) -> None:
        """Keep to the nodes through which an output depends on one of the inputs."""
        assert self.targets is not None
        met: dict[Any, Sequence[Any]] = {}
        waiting: list[Any] = [output.node for output in outputs]
        while waiting:
            edge = waiting.pop()
            if edge not in met:
                met[edge] = edge.inputs
                waiting += met[edge]
        self.needed = set(self.targets)
        for edge in sorted(met, key=lambda edge: edge.sequence):  # what is below has lower numbers
            if any(below in self.needed for below in met[edge]):
                self.needed.add(edge)

    def add(self, edge: Any, g: Cotangent) -> None:
        """Add a fitted cotangent to what has arrived at `edge`."""
        before = self.pending.get(edge)
        if before is None:
            self.pending[edge] = g
            heappush(self.heap, (-edge.sequence, edge))
        else:
            self.pending[edge] = before + g

    def run(self) -> None:
        """Visit nodes from the newest to the oldest; leaves come last."""
        heap, pending = self.heap, self.pending
        while heap:
            edge = heappop(heap)[1]
            g = pending.pop(edge)
            for hook in edge.hooks:
                g = self._hooked(hook, g)
            if self.targets is not None and edge in self.targets:
                self.captured[edge] = g
            if type(edge) is Node:
                self.visit(edge, g)
                if self.keeps:
                    edge.flow, self.passed = (self.number, _small(g), self.passed), []
            elif type(edge) is Pick:
                self.unpick(edge, g)
            elif self.targets is None:
                accumulate(edge, g)

    def _hooked(self, hook: Any, g: Cotangent) -> Cotangent:
        if self.recorded:
            changed = hook(g)
        else:
            with modes.no_grad():
                changed = hook(Tensor(g))
        if changed is None:
            return g
        _check_hooked(hook, changed, g if self.recorded else Tensor(g))
        return changed if self.recorded else changed.array

    def unpick(self, edge: Pick, g: Cotangent) -> None:
        """Hand the cotangent of one of several results to their node."""
        node = edge.node
        waiting = self.pending.get(node)
        if waiting is None:
            waiting = self.pending[node] = [None] * len(node.outputs)
            heappush(self.heap, (-node.sequence, node))
        before = waiting[edge.index]
        waiting[edge.index] = g if before is None else before + g

    def visit(self, node: Node, g: Any) -> None:
        """Run a node's rules and pass the results on."""
        if node.guards or node.saved is FREED:
            node.check()
        plan = node.plan
        saved = plan.lift(node) if self.recorded else node.saved
        if dtypes.WIDER and not self.recorded:
            g, saved = wider.widened(g), wider.widened(saved)
        if plan.direct is not None:
            made = plan.direct(g, *saved)
            if self.checked:
                _check_numbers(node, 0, made)
            self.deliver(node.edges[0], made)
        else:
            arguments = [*self._each(node, g), *saved] if plan.cotangents else [g, *saved]
            for n, ((_, rule, picks), edge) in enumerate(
                zip(plan.targets, node.edges, strict=True)
            ):
                made = rule(*[arguments[i] for i in picks])
                if self.checked:
                    _check_numbers(node, n, made)
                self.deliver(edge, made)
        if not self.retain and (node.guards or node.saved_number or _holds_arrays(node.saved)):
            node.saved = FREED

    def _each(self, node: Node, g: list[Any]) -> list[Any]:
        zero = [
            np.zeros(shape, dtype) if part is None else part
            for part, (shape, dtype) in zip(g, node.outputs, strict=True)
        ]
        if not self.recorded:
            return zero
        return [part if isinstance(part, Tensor) else Tensor(part) for part in zero]

    def deliver(self, edge: Any, g: Cotangent) -> None:
        """Fit a cotangent to the value that `edge` stands for, and add it; None is a constant."""
        if type(edge) is tuple:
            for part, cotangent in zip(edge, g, strict=True):
                self.deliver(part, cotangent)
            return
        if self.keeps:
            self.passed.append(_small(g))
        if edge is None or (self.needed is not None and edge not in self.needed):
            return
        if self.recorded:
            self.add(edge, fit_tensor(g, edge))
        elif type(g) is np.ndarray and g.shape == edge.shape and g.dtype is edge.dtype:
            self.add(edge, g)
        else:
            self.add(edge, fit(g, edge.shape, edge.dtype))


def _small(cotangent: Any) -> Any:
    """A cotangent, or several, as a node may keep them to be shown: arrays, None for large ones."""
    if isinstance(cotangent, list):
        return [_small(part) for part in cotangent]
    array = cotangent.array if isinstance(cotangent, Tensor) else cotangent
    return array if np.size(array) <= SMALL else None


def _holds_arrays(saved: Any) -> bool:
    """Whether memory is kept by what was saved: index arrays, say, that no tensor guards."""
    return any(
        isinstance(value, np.ndarray) or (isinstance(value, list | tuple) and _holds_arrays(value))
        for value in saved
    )


def _check_hooked(hook: Any, changed: object, g: Tensor) -> None:
    """Raise AutogradError unless what a hook gave can stand for the cotangent that it got."""
    name = getattr(hook, "__name__", "hook")
    if not isinstance(changed, Tensor):
        raise AutogradError(f"expected Variable, but hook returned '{type(changed).__name__}'")
    if changed.shape != g.shape:
        raise AutogradError(
            f"hook '{name}' has changed the size of value",
            notes=[f"the gradient is {describe(g)}, what the hook returned {describe(changed)}"],
        )
    if changed.dtype is not g.dtype:
        raise AutogradError(
            f"hook '{name}' has changed the type of value (was {g.dtype} got {changed.dtype})"
        )


def _check_numbers(node: Node, n: int, made: Any) -> None:
    """Raise AutogradError if a rule gave nan."""
    for part in made if isinstance(made, list | tuple) else (made,):
        array = np.asarray(part.array if isinstance(part, Tensor) else part)
        if array.dtype.kind in "fc" and np.isnan(array).any():
            raise AutogradError(
                f"Function '{node.label}' returned nan values in its {n}th output.",
                notes=["set_detect_anomaly looks for the first nan that backward makes"],
                places=[(node.origin, "this op, going forward")],
            )


@interrupts.whole
def accumulate(leaf: Leaf, g: Cotangent) -> None:
    """Add a cotangent to a leaf's gradient: arrays in place, recorded ones out of place.

    The first one is copied, so that the gradient never shares memory with anything.
    """
    if isinstance(g, Tensor):
        empty = Tensor(np.empty_like(g.array))
        leaf.grad = REGISTRY["_copy"](empty, g) if leaf.grad is None else leaf.grad + g
    elif leaf.grad is None:
        leaf.grad = Tensor(np.array(g, dtype=leaf.dtype, order="C"))
    else:
        _check_buffer(leaf.grad, g)
        np.add(leaf.grad.array, g, out=leaf.grad.array, casting="unsafe")
        leaf.grad.storage.touch()
    if leaf.after:
        with modes.enable_grad() if isinstance(g, Tensor) else modes.no_grad():
            for hook in leaf.after:
                hook()


def _check_buffer(grad: Tensor, g: Any) -> None:
    """Raise ShapeError or RuntimeFault if `g` cannot be added into `grad`, which a user set."""
    views.check_memory(grad)
    if grad.array.shape != g.shape:
        raise mismatch(grad.array.shape, g.shape, {"grad": describe(grad), "x": ""})


def fit(g: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """Sum array `g` over the axes that broadcasting stretched, and cast it to `dtype`."""
    if type(g) is not np.ndarray:
        g = np.asarray(g)
    if g.shape != shape:
        g = sum_to(g, shape)
    if g.dtype == dtype:
        return g
    return (g.real if g.dtype.kind == "c" != dtype.kind else g).astype(dtype)


def sum_to(g: Any, shape: tuple[int, ...]) -> Any:
    """Sum array `g` down to `shape`, from which it was or could have been broadcast."""
    lead = g.ndim - len(shape)
    if lead < 0 or any(s not in (1, n) for s, n in zip(shape, g.shape[lead:], strict=True)):
        return np.broadcast_to(g, shape)
    stretched = tuple(
        i for i, n in enumerate(g.shape) if i < lead or (shape[i - lead] == 1 and n != 1)
    )
    return g.sum(axis=stretched, keepdims=True, dtype=g.dtype).reshape(shape)


def fit_tensor(g: Any, edge: Any) -> Tensor:
    """Like `fit`, in recorded ops; `edge` has the shape and dtype that are wanted."""
    tensor: Tensor = g if isinstance(g, Tensor) else Tensor(np.asarray(g))
    if tensor.array.shape != edge.shape:
        tensor = REGISTRY["sum_to_size"](tensor, edge.shape)
    if tensor.array.dtype != edge.dtype:
        tensor = REGISTRY["to"](tensor, dtypes.of_numpy(edge.dtype))
    return tensor


def grad(
    outputs: Sequence[Tensor],
    inputs: Sequence[Tensor],
    grad_outputs: Sequence[Tensor | None] | None = None,
    *,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """Gradients of the sum of `outputs` with respect to each of `inputs`; leaves are not touched.

    Raises AutogradError if an input requires no grad, or was not used and `allow_unused` is False.
    """
    for i, output in enumerate(outputs):
        _check_connected(output, i)
    for i, x in enumerate(inputs):
        if x.node is None:
            raise AutogradError(
                "One of the differentiated Tensors does not require grad",
                notes=[f"it is number {i} of the inputs: {describe(x)}"],
                helps=["call requires_grad_() on it before computing with it"],
            )
    reached = backward(
        outputs,
        grad_outputs or [None] * len(outputs),
        retain_graph=create_graph if retain_graph is None else retain_graph,
        create_graph=create_graph,
        inputs=inputs,
    )
    results: list[Tensor | None] = []
    for i, x in enumerate(inputs):
        g = reached.get(x.node)
        if g is not None:
            results.append(g if isinstance(g, Tensor) else Tensor(np.array(g)))
        elif materialize_grads:
            results.append(Tensor(np.zeros_like(x.array)))
        elif allow_unused:
            results.append(None)
        else:
            raise AutogradError(
                f"The differentiated Tensor at index {i} appears to not have been used in the "
                "graph. Set allow_unused=True if this is the desired behavior.",
                helps=["allow_unused=True gives None for it, materialize_grads=True gives zeros"],
            )
    return tuple(results)
