"""A model of tensors that has no graph, no views and no rules.

Memory is a flat array of numbers; beside it stands the derivative of each of them by every element
of all leaves, a dense matrix that is carried forward by the chain rule as values are computed. A
tensor is a set of places in memory. So a view is an index into places, a write changes rows, and
there is nothing to rewrite, to replay or to walk back.

What a backward has to refuse is modelled, too: an op that saved a value notes how often its memory
had been written by then, and whether a backward has freed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

WIDTH = 14  # elements that all leaves have together

Array = np.ndarray[Any, Any]


class Memory:
    """Numbers, and how often they were written."""

    def __init__(self, values: Array) -> None:
        self.values = values
        self.version = 0


class Record:
    """What one op saved: memories as they were after so many writes. None: plain numbers.

    A loose one was saved by a write, of the memory that it wrote to: a backward may refuse it as
    spoilt by that very write. Whether plain numbers are freed is left open as well.
    """

    def __init__(self, saved: Sequence[Memory], loose: bool = False) -> None:
        self.saved = [(memory, memory.version) for memory in saved]
        self.loose = loose
        self.freed = False

    @property
    def spoilt(self) -> bool:
        """Whether something that was saved has been written since."""
        return any(memory.version != version for memory, version in self.saved)

    @property
    def refused(self) -> bool:
        """Whether a backward that comes here must fail."""
        return (self.freed and bool(self.saved)) or (self.spoilt and not self.loose)


class History:
    """How the numbers of a memory came about: their derivatives, and what the ops saved.

    Views share it; a detached tensor has the same memory, but a history of its own.
    """

    def __init__(self, slopes: Array, requires_grad: bool = False) -> None:
        self.slopes = slopes
        self.requires_grad = requires_grad
        self.is_leaf = True
        self.records: dict[Record, None] = {}  # a set, in the order of making

    def become(self, others: Sequence[History], record: Record | None) -> None:
        """Depend on others and on what an op of theirs saved, and still on what was before."""
        for other in others:
            self.records |= other.records
        if record is not None:
            self.records[record] = None
        self.requires_grad |= any(other.requires_grad for other in others)
        self.is_leaf = False


class Model:
    """A tensor: places in a memory, and a history; a whole one is no view."""

    def __init__(self, memory: Memory, history: History, places: Array, whole: bool) -> None:
        self.memory = memory
        self.history = history
        self.places = places
        self.whole = whole

    @property
    def values(self) -> Array:
        """The numbers."""
        return np.asarray(self.memory.values[self.places])

    @property
    def slopes(self) -> Array:
        """Their derivatives, along one more axis."""
        return self.history.slopes[self.places]

    @property
    def requires_grad(self) -> bool:
        """Whether they depend on a leaf."""
        return self.history.requires_grad

    @property
    def is_leaf(self) -> bool:
        """Whether no op made them, as far as gradients know."""
        return not self.requires_grad or (self.history.is_leaf and self.whole)

    @property
    def overlaps(self) -> bool:
        """Whether a place occurs twice."""
        return len(np.unique(self.places)) < self.places.size

    def view(self, places: Array) -> Model:
        """Other places of the same memory."""
        return Model(self.memory, self.history, places, whole=False)

    def detached(self) -> Model:
        """The same memory without its history."""
        history = History(np.zeros_like(self.history.slopes))
        return Model(self.memory, history, self.places, whole=True)

    def write(
        self,
        values: Array,
        slopes: Array | None = None,
        operands: Sequence[Model] = (),
        saved: Sequence[Memory] | None = None,
        *,
        recorded: bool = True,
    ) -> None:
        """Put numbers and their derivatives (None for constants) in all places.

        `saved` are the memories that the op saved, None if it saved nothing. `recorded` is False in
        no_grad().
        """
        self.memory.values[self.places] = values
        self.memory.version += 1
        if not recorded or not (self.requires_grad or any(x.requires_grad for x in operands)):
            return
        self.history.slopes[self.places] = 0 if slopes is None else slopes
        record = None if saved is None else Record(saved, loose=self.memory in saved)
        self.history.become([x.history for x in operands], record)

    def refusals(self) -> tuple[bool, bool]:
        """Whether a backward from here must fail, and whether it may."""
        records = self.history.records
        return any(r.refused for r in records), any(r.freed or r.spoilt or r.loose for r in records)

    def free(self) -> None:
        """Note that a backward has freed what was saved on the way."""
        for record in self.history.records:
            record.freed = True


def leaf(values: Array, column: int) -> Model:
    """A leaf whose elements are number `column` and those after it."""
    history = History(np.zeros((values.size, WIDTH)), requires_grad=True)
    history.slopes[np.arange(values.size), column + np.arange(values.size)] = 1
    places = np.arange(values.size).reshape(values.shape)
    return Model(Memory(values.reshape(-1).copy()), history, places, whole=True)


def computed(
    values: Array,
    slopes: Array | None,
    like: Array,
    operands: Sequence[Model] = (),
    saved: Sequence[Memory | None] | None = None,
) -> Model:
    """What an op made, in new memory, laid out as the array `like` is.

    `saved` are the memories that the op saved, None if it saved nothing; a None among them stands
    for the result's own.
    """
    steps = [stride // like.itemsize for stride in like.strides]
    distance = np.zeros(values.shape, int)
    for axis, (step, size) in enumerate(zip(steps, values.shape, strict=True)):
        distance += step * np.arange(size).reshape(
            [-1 if i == axis else 1 for i in range(values.ndim)]
        )
    places = np.argsort(np.argsort(distance, axis=None)).reshape(values.shape)
    model = Model(
        Memory(np.zeros(values.size)), History(np.zeros((values.size, WIDTH))), places, True
    )
    model.memory.values[places] = values
    if any(x.requires_grad for x in operands):
        model.history.slopes[places] = 0 if slopes is None else slopes
        record = None if saved is None else Record([m or model.memory for m in saved])
        model.history.become([x.history for x in operands], record)
    return model


def is_strided(places: Array) -> bool:
    """Whether a step along an axis is the same distance in memory everywhere, as in any view."""
    for axis in range(places.ndim):
        steps = np.diff(places, axis=axis)
        if steps.size and (steps != steps.flat[0]).any():
            return False
    return True


def stretched(slopes: Array, shape: tuple[int, ...]) -> Array:
    """Derivatives of a value that is broadcast to `shape`."""
    lead = len(shape) + 1 - slopes.ndim
    return np.broadcast_to(slopes.reshape((1,) * lead + slopes.shape), (*shape, WIDTH))
