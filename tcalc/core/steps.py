"""What a program is made of: steps, each of which makes values of values.

A step is a call that can be made again: an op in one of its forms, a function that is a step as a
whole, or the reading of a plain value. Its arguments are as they were, with a `Value` in the place
of every tensor.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tcalc.core import modes, nested
from tcalc.core.dtypes import DType
from tcalc.core.origin import Origin
from tcalc.core.tensor import Tensor, describe

if TYPE_CHECKING:
    from tcalc.core.program import Program

Run = Callable[[Any, list[Any]], Any]

# What programs read off a tensor without calling an op, each by what reads it again.
READERS: dict[str, Callable[..., Any]] = {
    "bool": bool,
    "int": int,
    "float": float,
    "complex": complex,
    "index": operator.index,
    "contains": operator.contains,
    "len": len,
    "array": np.asarray,
    "shape": operator.attrgetter("shape"),
    "ndim": operator.attrgetter("ndim"),
    "dtype": operator.attrgetter("dtype"),
}
PLAIN = (bool, int, float, complex, str, bytes, type(None), type(Ellipsis), range, DType)


class Value:
    """A tensor of a program: an input, one that was captured, or the result of a step.

    `memory` is the same object for values that lie in the same memory. `root` is the step of the
    program during which it was made, `origin` says where it is from if no step gives it. `tensor`
    is the tensor that was captured, `place` where the value stands in a running program, None if
    nothing needs it.
    """

    __slots__ = ("memory", "name", "origin", "place", "root", "tensor", "text")

    def __init__(self, tensor: Tensor, memory: object, name: str = "") -> None:
        """Describe `tensor`, without keeping it."""
        self.text = describe(tensor)
        self.memory = memory
        self.name = name
        self.origin = ""
        self.root: Step | None = None
        self.tensor: Tensor | None = None
        self.place: int | None = None

    def show(self, tensor: Tensor) -> None:
        """Let the elements of a constant without a name stand for it, if they are few."""
        if tensor.array.size <= _FEW:
            self.name = str(tensor.array.tolist())


_FEW = 4


class Step:
    """One call: `run(target, arguments)`.

    `results` is what came back, with values for tensors; `needs` and `makes` are the values among
    arguments and results, `writes` those of the arguments that changed.
    `effect` says that something else did, or that a random number was drawn (`draws`). `grad` is
    the mode if the program sets it. `body` holds the steps that it was made of, for the eye.
    """

    __slots__ = (
        "args", "body", "draws", "effect", "grad", "makes", "needs", "origin", "results", "run",
        "target", "writes",
    )  # fmt: skip

    def __init__(self, run: Run, target: Any, args: list[Any], origin: Origin | None) -> None:
        """The call; what it did is noted when it has been made."""
        self.run = run
        self.target = target
        self.args = args
        self.needs = values_in(args)
        self.origin = origin
        self.results: Any = None
        self.makes: list[Value] = []
        self.writes: list[Value] = []
        self.effect = False
        self.draws = False
        self.grad: int | None = None
        self.body: list[Step] = []

    @property
    def name(self) -> str:
        """The op's, function's or reading's name."""
        if isinstance(self.target, str):
            return self.target
        name: str = getattr(self.target, "name", None) or self.target.__name__
        return name.lstrip("_")

    @property
    def title(self) -> str:
        """What the step is called where something is said to be in it."""
        return {"get_item": "indexing", "set_item": "indexing"}.get(self.name, self.name)

    def give(self, results: Any) -> None:
        """Note what came back."""
        self.results = results
        self.makes = values_in(results)

    @property
    def reads(self) -> bool:
        """Whether plain values came back, on which the program may have acted."""
        plain = any(not isinstance(leaf, Value) for leaf in nested.leaves(self.results))
        return plain and not self.effect and not self.writes


class Closed:
    """A program as an argument of a step: the program, and values for what it captures."""

    __slots__ = ("captures", "program")

    def __init__(self, program: Program, captures: list[Value]) -> None:
        """Let `captures` take the place of the tensors that the program captured."""
        self.program = program
        self.captures = captures

    def opened(self, places: Sequence[Any]) -> Program:
        """The program with the tensors that stand in `places`."""
        return self.program.capturing([places[value.place or 0] for value in self.captures])


class Trace(NamedTuple):
    """What came of tracing: the inputs, of which the first are positional, the steps, the result.

    Inputs and result have values in the place of tensors; `place_of` puts an origin into words.
    """

    name: str
    inputs: dict[str, Any]
    positional: int
    captured: Sequence[Value]
    steps: Sequence[Step]
    result: Any
    place_of: Callable[[Origin], str]


def values_in(tree: Any) -> list[Value]:
    """The values in a tree of arguments or results, with those that programs in it capture."""
    found: list[Value] = []
    for leaf in nested.leaves(tree):
        if isinstance(leaf, Value):
            found.append(leaf)
        elif isinstance(leaf, Closed):
            found += leaf.captures
    return found


def perform(function: Callable[..., Any], args: list[Any]) -> Any:
    """Call a function that is one step as a whole."""
    return modes.step(function, *args)


def act(function: Callable[..., Any], args: list[Any]) -> Any:
    """Call a function that is one step as a whole, for its effect."""
    return modes.step(function, *args, effect=True)


def look(what: str, args: list[Any]) -> Any:
    """Read a plain value off a tensor."""
    return READERS[what](*args)


def same(was: Any, now: Any) -> bool:
    """Whether two plain outcomes are the same; a nan is the same as another, by type as well."""
    if type(was) is not type(now):
        return False
    if isinstance(was, np.ndarray):
        kind = was.dtype.kind in "fc"
        return was.dtype == now.dtype and np.array_equal(was, now, equal_nan=kind)
    mine, others = nested.items_of(was), nested.items_of(now)
    if mine is not None and others is not None:
        return len(mine) == len(others) and all(
            key == other and same(a, b) for (key, a), (other, b) in zip(mine, others, strict=True)
        )
    if isinstance(was, PLAIN):
        return bool(was == now) or (was != was and now != now)  # noqa: PLR0124 -- nan
    return not isinstance(was, tuple) or was == now
