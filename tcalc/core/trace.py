"""Tracing: a function runs once, and everything that it does with tensors becomes a program.

The recorder sees every op at the one point that all of them pass. What an op does inside is not
recorded as steps, for it will be called as a whole again; it is kept in the step's body, to be
looked at. So gradients, which a step computes by calling the rules of other ops, can be read as the
ops that they are made of, and still hold for other inputs.

Tensors are told apart as objects. The function gets twins of its inputs, so that an input and the
same tensor captured from outside are two values.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from tcalc.core import apply, families, memory, modes, nested, steps
from tcalc.core.device import Device
from tcalc.core.functions import called, closure, parameters
from tcalc.core.origin import Origin, here, line_of
from tcalc.core.program import Program
from tcalc.core.registry import REGISTRY
from tcalc.core.steps import Closed, Step, Trace, Value
from tcalc.core.tensor import Size, Tensor, describe
from tcalc.core.views import ViewChain
from tcalc.errors import ArgumentFault, DTypeError, RuntimeFault

# Ops of differentiation that only compute; all others of them do something to a tensor or leaf.
_COMPUTE = ("detach", "grad")
# What an op tells that says nothing about values, so that programs do not depend on it.
_TRIVIA = ("data_ptr",)
_RESULTS = (*steps.PLAIN, Size, Device, np.ndarray, np.generic)


def record(
    function: Callable[..., Any],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    name_of: Callable[[Tensor], str] | None = None,
    place_of: Callable[[Origin], str] | None = None,
) -> Program:
    """Call `function` once, and give all that it did as a program.

    `name_of` names tensors that were captured, `place_of` says where in the source an origin is.
    Raises ArgumentFault if the result is more than tensors, plain values, and containers of them.
    """
    recorder = _Recorder()
    names = parameters(function, len(args))
    inputs = {name: recorder.taken(arg, name) for name, arg in zip(names, args, strict=True)}
    keywords = {name: recorder.taken(arg, name) for name, arg in (kwargs or {}).items()}
    opened = [recorder.opened(tree) for tree in inputs.values()]
    named = {name: recorder.opened(tree) for name, tree in keywords.items()}
    with modes.Watch(recorder):
        out = function(*opened, **named)
        result = nested.changed(out, recorder.returned)
    for value in recorder.captured:
        assert value.tensor is not None
        known = name_of(value.tensor) if name_of is not None else ""
        if known:
            value.name, value.origin = known, "captured"
    return Program(
        Trace(
            name=called(function),
            inputs=inputs | keywords,
            positional=len(names),
            captured=recorder.captured,
            steps=recorder.steps,
            result=result,
            place_of=place_of or _line,
        )
    )


def _line(origin: Origin) -> str:
    """A place in a file of Python."""
    return f"{origin[0].co_filename.rpartition('/')[2]}:{line_of(origin)}"


def twin(x: Tensor) -> Tensor:
    """Another tensor with the memory of x and its place in the graph; a write is seen by both."""
    other = Tensor(x.array)
    other._node, other._leaf, other._storage = x.node, x._leaf, x.storage
    other.chain = ViewChain(x, REGISTRY["_take_view"], [x, (Ellipsis,)])
    return other


class _Recorder:
    """Watches a function run, and keeps its steps."""

    def __init__(self) -> None:
        self.passing: Any = None
        self.frame: Step | None = None
        self.steps: list[Step] = []
        self.captured: list[Value] = []
        self.root: Step | None = None
        self._twins: dict[Value, Tensor] = {}
        self._values: dict[int, tuple[Any, Value]] = {}
        self._arrays: dict[int, tuple[Any, Value]] = {}
        self._memories: dict[int, tuple[Any, object]] = {}
        self._sizes: set[tuple[str, Value]] = set()

    @property
    def busy(self) -> bool:
        """Whether a step is being made, so that what happens now is a part of it."""
        return self.frame is not None

    # Inputs and results -----------------------------------------------------------------------

    def taken(self, arg: Any, name: str) -> Any:
        """An argument with a value in the place of each tensor."""
        if isinstance(arg, Tensor):
            other = twin(arg)
            value = self._new(other, name)
            value.origin = "input"
            self._twins[value] = other
            return value
        items = nested.items_of(arg)
        if items is None:
            return arg
        made = [(key, self.taken(item, f"{name}[{key!r}]")) for key, item in items]
        return dict(made) if type(arg) is dict else type(arg)([item for _, item in made])

    def opened(self, tree: Any) -> Any:
        """What the function gets for `tree`: twins in the place of values."""
        return nested.changed(
            tree, lambda leaf: self._twins[leaf] if isinstance(leaf, Value) else leaf
        )

    def returned(self, leaf: Any) -> Any:
        """A piece of the function's result, as a value if it is a tensor."""
        if isinstance(leaf, Tensor):
            return self._value(leaf)
        if isinstance(leaf, _RESULTS):
            return leaf
        raise ArgumentFault(
            f"a traced function cannot return a {describe(leaf)}",
            notes=["results are tensors, plain values, and lists, tuples and dicts of them"],
        )

    # Values -----------------------------------------------------------------------------------

    def _new(self, tensor: Tensor, name: str = "") -> Value:
        """A value for a tensor that has none, or begins a new one."""
        value = Value(tensor, self._memory(tensor), name)
        self._keep(tensor, value)
        return value

    def _keep(self, tensor: Tensor, value: Value) -> None:
        _enter(self._values, tensor, value)
        _enter(self._arrays, tensor.array, value)

    def _memory(self, tensor: Tensor) -> object:
        owner = memory.owner(tensor.array)
        found = self._memories.get(id(owner))
        return found[1] if found is not None else _enter(self._memories, owner, object())

    def _value(self, tensor: Tensor) -> Value:
        """The value of a tensor; one that no step has made is captured."""
        found = self._values.get(id(tensor))
        if found is not None:
            return found[1]
        if self.busy:  # what rules are given is saved arrays, made into tensors again
            found = self._arrays.get(id(tensor.array))
            if found is not None:
                return found[1]
        value = self._new(tensor)
        value.root = self.root
        value.show(tensor)
        value.origin = "constant" if self.frame is None else f"made in {self.frame.title}"
        if not self.busy:
            value.tensor = tensor
            self.captured.append(value)
        return value

    def _encoded(self, leaf: Any) -> Any:
        if isinstance(leaf, Tensor):
            return self._value(leaf)
        if isinstance(leaf, Program):
            return Closed(leaf, [self._value(tensor) for tensor in leaf.tensors])
        if not self.busy and any(self._is_made(held) for held in closure(leaf).values()):
            raise RuntimeFault(
                f"{leaf.__name__}() uses values of the traced function: it cannot be recorded",
                notes=["a program would hand it on as it is, with the values of this one time"],
            )
        if isinstance(leaf, np.ndarray) and self.busy:
            with suppress(DTypeError):  # for one that is no tensor's
                return self._value(Tensor(leaf))
        return leaf

    def _is_made(self, held: Any) -> bool:
        """Whether something is a tensor of the program, and not one from outside."""
        found = self._values.get(id(held)) if isinstance(held, Tensor) else None
        return found is not None and found[1].tensor is None

    def knows(self, tensor: Tensor) -> bool:
        """Whether the tensor has been met."""
        return id(tensor) in self._values

    # What is seen -----------------------------------------------------------------------------

    def call(self, run: Callable[[Any, list[Any]], Any], op: Any, values: list[Any]) -> Any:
        """See an op called in one of its forms."""
        step = self._begun(run, op, values)
        step.effect = op.family is families.autograd and op.name not in _COMPUTE
        stays = step.effect or run is not apply.call or op.name.endswith("_")

        def passed() -> Any:
            self.passing = values
            return run(op, values)

        return self._seen(step, values, passed, stays)

    def step(self, function: Callable[..., Any], args: tuple[Any, ...], effect: bool) -> Any:
        """See a function that is one step as a whole."""
        step = self._begun(steps.act if effect else steps.perform, function, args)
        step.effect = effect
        return self._seen(step, args, lambda: function(*args), effect)

    def made(self, result: Any, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """See a tensor that was made by a function which is no op."""
        step = self._begun(steps.perform, function, args)
        step.give(self._new(result))
        self.steps.append(step)

    def read(self, what: str, args: tuple[Any, ...], found: Any) -> None:
        """See a plain value read off a tensor."""
        step = self._begun(steps.look, what, args)
        if what in ("shape", "ndim", "dtype", "len"):
            key = (what, step.needs[0])
            if key in self._sizes:
                return
            self._sizes.add(key)
        step.give(found)
        self.steps.append(step)

    def drew(self) -> None:
        """See random numbers drawn. Raises RuntimeFault unless a step draws them."""
        if self.root is None:
            raise RuntimeFault(
                "random numbers are drawn here by something that cannot be recorded",
                notes=["a program draws anew in each call, by the ops that draw"],
                helps=["draw with an op, such as torch.rand(3) or torch.normal(0., 1., (3,))"],
            )
        self.root.draws = self.root.effect = True

    def _begun(self, run: Any, target: Any, args: Sequence[Any]) -> Step:
        step = Step(run, target, [nested.changed(arg, self._encoded) for arg in args], here(2))
        mode = modes.current()
        step.grad = None if isinstance(mode, modes.Inherited) else mode
        return step

    def _seen(self, step: Step, args: Sequence[Any], run: Callable[[], Any], stays: bool) -> Any:
        """Let the step be made, and keep it. `stays`: a result that is an argument is itself."""
        parent, self.frame = self.frame, step
        tensors = [leaf for leaf in nested.leaves(list(args)) if isinstance(leaf, Tensor)]
        if parent is None:
            self.root = step
        versions = [tensor.storage.version for tensor in tensors]
        try:
            out = run()
        finally:
            self.frame = parent
            if parent is None:
                self.root = None
        self._note_writes(step, tensors, versions)
        if parent is None:
            out = nested.changed(out, lambda leaf: self._distinct(leaf, step, tensors, stays))
        stays = stays or parent is not None or bool(step.writes)
        taken: set[Value] = set()
        step.give(nested.changed(out, lambda leaf: self._result(leaf, step, stays, taken)))
        if (step.needs or step.makes or step.effect) and step.name not in _TRIVIA:
            (self.steps if parent is None else parent.body).append(step)
        return out

    def _note_writes(self, step: Step, tensors: list[Tensor], versions: list[int]) -> None:
        turned = step.run is apply.turn
        for i, (tensor, version) in enumerate(zip(tensors, versions, strict=True)):
            if tensor.storage.version != version or (turned and i == 0):
                value = self._value(tensor)
                if value not in step.writes:
                    step.writes.append(value)
                if turned:
                    self._sizes -= {("shape", value), ("ndim", value), ("len", value)}

    def _distinct(self, leaf: Any, step: Step, tensors: list[Tensor], stays: bool) -> Any:
        """A result as the function gets it: never an argument unless the step changed it."""
        if any(leaf is tensor for tensor in tensors) and not stays and not step.writes:
            return twin(leaf)
        if isinstance(leaf, np.ndarray):  # a write into the tensor's memory could not be seen
            leaf = leaf.copy()
            leaf.flags.writeable = False
        return leaf

    def _result(self, leaf: Any, step: Step, stays: bool, taken: set[Value]) -> Any:
        if not isinstance(leaf, Tensor):
            return leaf
        found = self._values.get(id(leaf))
        known = found is not None and found[1].memory is self._memory(leaf)
        if found is not None and known and (stays or found[1].root is step):
            return found[1]
        found = self._arrays.get(id(leaf.array))
        if found is not None and found[1].root is step and found[1] not in taken:
            value = _enter(self._values, leaf, found[1])
        else:
            value = self._new(leaf)
            value.root = self.root or step
        taken.add(value)
        return value


def _enter(table: dict[int, tuple[Any, Any]], key: Any, value: Any) -> Any:
    """Put `value` into `table` under the object `key`, for as long as that lives."""
    place = id(key)
    with suppress(TypeError):  # for NumPy's scalars, which nothing refers to
        table[place] = (weakref.ref(key, lambda _: table.pop(place, None)), value)
    return value
