"""What stands in for a session's values while an input is rehearsed: copies, and ghosts.

A rehearsal never gets hold of a tensor or container of the session. Small ones are copied when they
are first mentioned, large tensors become ghosts, of which only shape and dtype are known; so what a
rehearsed op writes to is gone with the rehearsal. Ops come here because the stand-ins watch: an op
on small copies is computed, any other is asked for the shape of its result.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

from tcalc import limits
from tcalc.core import apply, families, modes, nested, random, remarks, views
from tcalc.core.data import array_of
from tcalc.core.device import Device
from tcalc.core.dtypes import DType
from tcalc.core.indexing import parse
from tcalc.core.registry import REGISTRY
from tcalc.core.results import ReturnType
from tcalc.core.shapes import Ghost, UnknownShape, ghost_of, outcome
from tcalc.core.tensor import Size, Tensor
from tcalc.errors import LimitError, RuntimeFault
from tcalc.lang import kinds
from tcalc.lang.rehearsal.ops import KNOWN, blank, enlarges, has_many_cells, is_small
from tcalc.lang.rehearsal.unloaded import NothingLoaded, Unloaded
from tcalc.ops import index

ITEMS = 1000  # in the containers of the session that one rehearsal copies
MOST_PICKED = 1 << 18  # elements, times index places, where index arrays are looked up
MEMORY = 8 << 20  # bytes that one result may take
PLAIN = (bool, int, float, complex, str, type(None), type(...), range, slice)
ATOMS = (*PLAIN, DType, Device, Size, kinds.Kind)

_UNFINISHED = object()
# What does something to the graph. The others of the family only compute.
_GENTLE = ("detach", "requires_grad_")
# What a copy answers in another way than the tensor itself.
_ABOUT_MEMORY = ("data_ptr", "stride", "storage_offset", "is_contiguous", "share_memory_")
# What a ghost knows of itself besides its shape and dtype.
_ABOUT_SHAPE = (
    "numel", "size", "dim", "element_size", "is_floating_point", "is_complex", "is_signed",
    "is_tensor",
)  # fmt: skip
# What is read off a tensor without looking at its values.
_OUTWARD = ("shape", "dtype", "ndim", "len")


class Unknowable(Exception):
    """What an input gives cannot be told without running it."""


class Untold(Unknowable):
    """An op works, but the shape of what it gives hangs on values that are not known."""


class StandIns:
    """The values of one rehearsal, and the watcher under which it runs.

    `tick` is called for every op, those that ops are made of among them, to stop a rehearsal that
    takes too long. Without `copies` every tensor becomes a ghost, so that nothing is ever written.
    """

    def __init__(self, tick: Callable[[], None], *, copies: bool = True) -> None:
        """Nothing has been mentioned."""
        self.passing: Any = None
        self.busy = False
        self.written = False  # from then on no value can be trusted, for tensors share memory
        self.tick = tick
        self._copies = copies
        self._vague = False  # the values of the op that runs are not those that it will have
        self._items = 0
        self._known: dict[int, tuple[Any, Any]] = {}  # the original is kept, so that ids last

    # Copies -----------------------------------------------------------------------------------

    def of(self, value: Any) -> Any:
        """What stands in for a value of the session. Raises Unknowable where nothing can."""
        if type(value) in ATOMS:
            return value
        found = self._known.get(id(value))
        if found is None:
            self._known[id(value)] = value, _UNFINISHED
            found = self._known[id(value)] = value, self._copied(value)
        if found[1] is _UNFINISHED:
            raise Unknowable  # a list that is in itself
        return found[1]

    def _copied(self, value: Any) -> Any:
        if isinstance(value, Tensor):
            return self._tensor(value)
        kind = type(value)
        if kind not in (list, tuple, dict, set, ReturnType):
            raise Unknowable
        self._items += len(value)
        if self._items > ITEMS:
            raise Unknowable
        if kind is dict:
            return {self.of(key): self.of(item) for key, item in value.items()}
        items = [self.of(item) for item in value]
        if kind is ReturnType:
            return ReturnType(value._name, value._fields, items)
        return kind(items)

    def _tensor(self, x: Tensor) -> Tensor:
        array = x.array
        if array.size > KNOWN or self.written or not self._copies:
            copy: Tensor = Ghost(array.shape, x.dtype)
        else:
            copy = Tensor(array.copy(order="K"))
        if x.requires_grad:
            copy.requires_grad = True
            if not x.is_leaf and not isinstance(copy, Ghost):
                grown: Tensor = self._quietly(REGISTRY["clone"], copy)  # no leaf either
                return grown
        return copy

    def _quietly(self, function: Callable[..., Any], *args: Any) -> Any:
        """`function(*args)`, whose ops are computed as they are."""
        before, self.busy = self.busy, True
        try:
            return function(*args)
        finally:
            self.busy = before

    # What a watcher does ----------------------------------------------------------------------

    def call(self, run: Callable[[Any, list[Any]], Any], op: Any, values: list[Any]) -> Any:
        """An op's result, or a ghost of it."""
        self.tick()
        if self.busy:
            return self._run(run, op, values)
        gentle = op.family is not families.autograd or op.name in _GENTLE
        if not gentle or op.name in _ABOUT_MEMORY or any(map(_is_strange, nested.leaves(values))):
            raise Unknowable
        self._vague = False
        if run is not apply.call:
            return self._quietly(self._write, run, op, values)
        found = self._quietly(self._result, op, values)
        return _faded(found) if self._vague else found

    def _result(self, op: Any, values: list[Any]) -> Any:
        if op.name in _ABOUT_SHAPE:
            return self._run(apply.call, op, values)
        if is_small(op, values):
            try:
                return self._run(apply.call, op, values)
            except LimitError:
                pass
        return self._ghost(op, values)

    def _run(self, run: Callable[[Any, list[Any]], Any], op: Any, values: list[Any]) -> Any:
        """`run(op, values)`; where a library would have to be loaded for it, no values, if any."""
        if has_many_cells(op, values):
            raise Unknowable
        self.passing = values
        try:
            return run(op, values)
        except Unloaded:
            found = blank(op, values) if run is apply.call else None
        if found is None:
            raise Unknowable
        self._vague = True
        return found

    def _ghost(self, op: Any, values: list[Any]) -> Any:
        """The result's shape. Raises Untold where that, or a plain result, needs values."""
        if enlarges(op, values, float):
            raise Unknowable
        try:
            found = _unlimited(outcome, op, values) if op.family.views else outcome(op, values)
        except UnknownShape:
            raise Untold from None
        except (LimitError, RuntimeFault):  # the last for strides, of which it has none
            raise Unknowable from None
        leaves = nested.leaves(found)
        if not all(isinstance(leaf, Tensor | type(None)) for leaf in leaves):
            raise Untold
        return found

    def _write(self, run: Callable[[Any, list[Any]], Any], op: Any, values: list[Any]) -> Tensor:
        x: Tensor = values[0]
        if run is apply.turn and not self._copies:
            raise Unknowable
        self.written = self._copies
        if run is apply.turn or is_small(op, values):
            found: Tensor = self._run(run, op, values)
            return found
        if not isinstance(x, Ghost):
            views.check_writable(x)
        views.check_leaf(x)
        apply.check_fits(self._ghost(op, values).array, x.array)
        return x

    def step(self, function: Callable[..., Any], args: tuple[Any, ...], effect: bool) -> Any:
        """Something that is no op: only `x[index]` and `x[index] = value` can be told."""
        if function not in (index.get_item, index.set_item) or is_ghostly(args[1]):
            raise Unknowable
        x, places, *values = args
        basic, advanced = parse(places, x.array.shape)
        part = apply.call(index.take_view, [x, basic])
        if function is index.get_item:
            return part if advanced is None else self._picked(part, advanced)
        if advanced is not None:
            raise Unknowable
        value = values[0] if isinstance(values[0], Tensor) else Tensor(array_of(values[0]))
        return index.write_over(part, value)

    def _picked(self, x: Tensor, places: Any) -> Tensor:
        """The elements of x at index arrays."""
        picked = max(np.size(each) for each in places)
        if max(picked, 1) * x.array.size > MOST_PICKED:
            raise Unknowable
        found: Tensor = self._quietly(apply.call, index.take_elements, [x, places])
        return _faded(found) if isinstance(x, Ghost) else found

    def shows(self, value: Any) -> bool:
        """Whether the text of `value` is known: of an iterator, a set or a ghost it is not."""
        return all(
            type(leaf) in ATOMS or (type(leaf) is Tensor and not self.written)
            for leaf in nested.leaves(value)
        )

    def knows(self, tensor: Any) -> bool:
        """No flag is set but on stand-ins."""
        return False

    def made(self, result: Any, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """A tensor that a function has made is a stand-in already."""

    def read(self, what: str, args: tuple[Any, ...], found: Any) -> None:
        """Refuse to look at values that are not known."""
        if what not in _OUTWARD and (self.written or isinstance(args[0], Ghost)):
            raise Unknowable

    def drew(self) -> None:
        """Note that the op's values are random."""
        self._vague = True


def rehearsing(stand_ins: StandIns, function: Callable[..., Any], *args: Any) -> Any:
    """`function(*args)` while the stand-ins watch; to be called in a context of its own."""
    random.forget()
    remarks.listen(None)
    limits.use(limits.Limits(memory=MEMORY, strict=True))
    with NothingLoaded(), modes.Watch(stand_ins):
        return function(*args)


def deadline(seconds: float) -> Callable[[], None]:
    """A function that raises Unknowable once so much time has gone by."""
    end = perf_counter() + seconds

    def check() -> None:
        if perf_counter() > end:
            raise Unknowable

    return check


def is_ghostly(value: Any) -> bool:
    """Whether there is a ghost in `value`."""
    return any(isinstance(leaf, Ghost) for leaf in nested.leaves(value))


def _is_strange(value: Any) -> bool:
    """Whether an op may not get this: functions, generators, and other things that act."""
    return not isinstance(value, Tensor) and type(value) not in ATOMS


def _unlimited(function: Callable[..., Any], *args: Any) -> Any:
    """`function(*args)`, which makes views of ghosts: they take no memory, whatever it seems."""
    before = limits.current()
    limits.use(limits.Limits(memory=sys.maxsize, strict=True))
    try:
        return function(*args)
    finally:
        limits.use(before)


def _faded(found: Any) -> Any:
    """A result without its values."""

    def fade(leaf: Any) -> Any:
        return ghost_of(leaf, leaf.array.shape) if isinstance(leaf, Tensor) else leaf

    return nested.changed(found, fade)
