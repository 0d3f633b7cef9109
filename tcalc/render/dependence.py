"""Which elements of its operands an element of a result depends on, asked of the op itself.

A step is run again on stand-ins that require grad. A cotangent that is one at one element of the
result, and zero elsewhere, comes out at the elements that it was made of, with what each counts. A
zero there can be an accident of the values, so this is done where they are and a little beside it.
What has no gradient, such as an index, is changed element by element to see what follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from tcalc.core import apply, dtypes, modes, nested, random, steps
from tcalc.core.backward import grad
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.core.witness import Seen

Element = tuple[int, ...]
MOST_CHANGES = 512  # runs of a step, to see what changes
MOST_VALUES = 6  # about a whole number, that it gets instead
MOST_WHOLE = 3  # operands of whole numbers, each of which is data or not
ROUNDING = 1e-12  # of a result
STIR = 1e-3  # of the spread of the values
TURN = 1 + 0.618j  # a cotangent by which neither part of a complex number goes unseen


class Row(NamedTuple):
    """What one element of the result depends on: masks over the operands, None if not known.

    `weights` are its derivatives there, where it has any. `chosen` says that it is one of the
    elements, but that their values decide which; `driven`, that an operand of indices does.
    """

    masks: list[Array | None]
    weights: list[Array] | None
    chosen: bool = False
    driven: bool = False

    @property
    def lone(self) -> bool:
        """Whether it is one element as it is."""
        return self.weights is not None and _is_lone(self.weights)


class Dependence:
    """A step that can be run again; `which` is the place of the result among several."""

    def __init__(self, seen: Seen, which: int = 0) -> None:
        """Find out which operands have derivatives. Nothing is known of a step with an effect."""
        self._seen = seen
        self._which = which
        self._rng = np.random.default_rng(0)
        self._draws = False
        self._part: dict[tuple[int, ...], _Graph | None] = {}
        self._shuffles: list[_Graph | None] = []  # one, once it is needed
        self.arrays = [x.array for x in nested.leaves(seen.args) if isinstance(x, Tensor)]
        self._near = [self._stirred(array) for array in self.arrays]
        self._slots, self._beside = self._with_derivatives()
        if self._beside is None:
            return
        finite = all(np.isfinite(self.arrays[slot]).all() for slot in self._slots)
        self._here = self._graph(self.arrays, self._slots) if finite else None
        driving = [i for i in range(len(self.arrays)) if i not in self._slots]
        turned = [np.roll(x, 1) if i in driving else x for i, x in enumerate(self.arrays)]
        self._turned = self._graph(turned, self._slots, turned) if driving else None

    def _with_derivatives(self) -> tuple[tuple[int, ...], _Graph | None]:
        """The operands that count as data do, whole numbers among them, and the graph on those."""
        floats = [i for i, array in enumerate(self.arrays) if _is_float(array)]
        whole = [i for i, array in enumerate(self.arrays) if array.dtype.kind in "iu"]
        most = len(whole) if len(whole) <= MOST_WHOLE else 0
        for size in range(most, -1, -1):
            for some in combinations(whole, size):
                slots = tuple(sorted([*floats, *some]))
                graph = self._graph(self._near, slots)
                if graph is not None and graph.reaches([slots.index(i) for i in some]):
                    return slots, graph
        return (), None

    def _graph(
        self,
        arrays: Sequence[Array],
        slots: tuple[int, ...],
        others: Sequence[Array] | None = None,
    ) -> _Graph | None:
        """The step on leaves at `slots`, elsewhere on `others`, the operands themselves if None.

        None if it does not run so, or has no gradient.
        """
        if not slots or self._seen.step.run is steps.act:
            return None
        operands = [Tensor(array.copy()) for array in others or self.arrays]
        for slot in slots:
            operands[slot] = _leaf(arrays[slot])
        out = self._run(operands)
        if out is None or out.node is None:
            return None
        return _Graph(out, [operands[slot] for slot in slots])

    def _run(self, operands: Sequence[Tensor]) -> Tensor | None:
        """The result for other operands, None if there is none."""
        waiting = iter(operands)
        step, state = self._seen.step, random.get_rng_state()
        args = nested.changed(
            list(self._seen.args), lambda leaf: next(waiting) if isinstance(leaf, Tensor) else leaf
        )
        run = apply.call if step.run in (apply.write, apply.turn) else step.run
        try:
            with modes.enable_grad(), np.errstate(all="ignore"):
                result = modes.unseen(run, step.target, args)
        except Exception:  # stand-ins need not be what the step can take, whatever it makes of them
            return None
        finally:
            if not np.array_equal(state.array, random.get_rng_state().array):
                random.set_rng_state(state)
                self._draws = True
        leaves = [leaf for leaf in nested.leaves(result) if isinstance(leaf, Tensor)]
        return leaves[self._which] if self._which < len(leaves) else None

    @property
    def known(self) -> bool:
        """Whether rows can be found."""
        if self._draws or self._seen.step.run is steps.act or not self.arrays:
            return False  # what is drawn follows no rule
        return self._beside is not None or self.can_change

    @property
    def can_change(self) -> bool:
        """Whether so few elements are there that each can be changed to see what follows."""
        return self._affordable(self.arrays)

    def row(self, element: Element) -> Row:
        """What the element depends on."""
        masks: list[Array | None] = [None] * len(self.arrays)
        weights, chosen, driven = None, False, False
        if self._beside is not None:
            beside = self._beside.weights(element)
            here = self._here.weights(element) if self._here is not None else beside
            chosen = _is_lone(beside) and _is_lone(here)
            for slot, near, at in zip(self._slots, beside, here, strict=True):
                masks[slot] = (at != 0) if chosen else (near != 0) | (at != 0)
            weights = [np.zeros(array.shape) for array in self.arrays]
            for slot, at in zip(self._slots, here, strict=True):
                weights[slot] = at
            chosen = chosen and _moved(here, self._elsewhere(), element)
            driven = _moved(here, self._turned, element)
        nothing = not any(mask is not None and mask.any() for mask in masks)
        for slot, array in enumerate(self.arrays):
            if (masks[slot] is None or nothing) and self._affordable([array]):
                masks[slot] = self._changing(slot, element)
        return Row(masks, weights, chosen, driven)

    def _elsewhere(self) -> _Graph | None:
        """The graph on the same values in other places."""
        if not self._shuffles:
            shuffled = list(map(self._shuffled, self.arrays))
            self._shuffles.append(self._graph(shuffled, self._slots))
        return self._shuffles[0]

    def linear(self, element: Element, row: Row) -> tuple[int, ...]:
        """Operands of which the element is a weighted sum, if the others stay as they are."""
        weights = row.weights
        if weights is None or self._here is None or self._here.out.array.dtype.kind == "c":
            return ()
        value = self._here.out.array[element]
        parts = {slot: (self.arrays[slot] * weights[slot]).sum() for slot in self._slots}
        first = self._slots[0]
        for some in dict.fromkeys([(first,), (first, self._slots[-1]), self._slots]):
            if np.isclose(sum(parts[slot] for slot in some), value, rtol=1e-9, atol=1e-12):
                if some not in self._part:
                    mixed = zip(self.arrays, self._near, strict=True)
                    stirred = [near if i in some else at for i, (at, near) in enumerate(mixed)]
                    self._part[some] = self._graph(stirred, self._slots)
                graph = self._part[some]
                moved = None if graph is None else graph.weights(element)
                if moved is not None and all(
                    np.allclose(moved[self._slots.index(slot)], weights[slot]) for slot in some
                ):
                    return some
        return ()

    def reach(self, row: Row, element: Element) -> Row:
        """The row of an element that is chosen, with all among which it was."""
        masks: list[Array | None] = [
            self._changing(slot, element) if self._affordable([array]) else None
            for slot, array in enumerate(self.arrays)
        ]
        return row._replace(masks=masks)

    def _affordable(self, arrays: Sequence[Array]) -> bool:
        return sum(_COUNT[array.dtype.kind] * array.size for array in arrays) <= MOST_CHANGES

    def _changing(self, slot: int, element: Element) -> Array:
        """The elements of an operand of which another value changes the result's element."""
        found = np.zeros(self.arrays[slot].shape, bool)
        operands = [Tensor(array.copy()) for array in self.arrays]
        before = self._run(operands)
        for index in np.ndindex(found.shape):
            for value in _others(self.arrays[slot], index):
                changed = self.arrays[slot].copy()
                changed[index] = value
                operands = [Tensor(array.copy()) for array in self.arrays]
                operands[slot] = Tensor(changed)
                if _differ(before, self._run(operands), element):
                    found[index] = True
                    break
        return found

    def _stirred(self, array: Array) -> Array:
        """Values near those of an array, so that none is where it is by accident."""
        if not (_is_float(array) or array.dtype.kind in "iu") or not array.size:
            return array
        values = array.astype(np.result_type(dtypes.widen(array), np.float64))
        finite = np.isfinite(values)
        spread = float(np.std(values[finite])) if finite.any() else 0.0
        values = np.where(finite, values, self._rng.normal(size=values.shape))
        return np.asarray(values + STIR * (spread or 1.0) * self._rng.uniform(-1, 1, values.shape))

    def _shuffled(self, array: Array) -> Array:
        """The same values in another order, each its own."""
        if array.dtype.kind not in "fcViu":
            return array
        stirred = self._stirred(array)
        return self._rng.permutation(stirred.reshape(-1)).reshape(stirred.shape)


_COUNT = {"b": 1, "f": 3, "c": 3, "V": 3, "i": 4, "u": 4}  # values that an element gets instead


class _Graph(NamedTuple):
    """A result and the leaves that it was computed from."""

    out: Tensor
    leaves: list[Tensor]

    def weights(self, element: Element) -> list[Array]:
        """The derivatives of one element."""
        one = np.zeros(self.out.array.shape, self.out.array.dtype)
        one[element] = TURN if one.dtype.kind == "c" else 1
        found = self._backward(one)
        value = self.out.array[element]
        return [
            np.zeros(leaf.array.shape) if g is None else _rounded(g.array, leaf.array, value)
            for g, leaf in zip(found, self.leaves, strict=True)
        ]

    def reaches(self, places: Sequence[int]) -> bool:
        """Whether each of those leaves has a gradient; an index has none."""
        if not places:
            return True
        weights = self._backward(np.ones(self.out.array.shape, self.out.array.dtype))
        return all(weights[i] is not None for i in places)

    def _backward(self, cotangent: Array) -> Sequence[Tensor | None]:
        with np.errstate(all="ignore"):
            return grad(
                [self.out], self.leaves, [Tensor(cotangent)], retain_graph=True, allow_unused=True
            )


def _leaf(array: Array) -> Tensor:
    tensor = Tensor(array.astype(np.result_type(dtypes.widen(array), np.float64)))
    tensor.requires_grad = True
    return tensor


def _rounded(weight: Array, values: Array, value: Any) -> Array:
    """Derivatives without those that are only what rounding has left of zero."""
    with np.errstate(all="ignore"):
        most = np.abs(values).max(initial=0.0) * np.abs(weight)
        return np.where(most < ROUNDING * np.abs(value), 0, weight)


def _is_float(array: Array) -> bool:
    return array.dtype.kind in "fcV"


def _is_lone(weights: Sequence[Array]) -> bool:
    """Whether all derivatives are zero but one, which is one."""
    marked = [weight[weight != 0] for weight in weights]
    return sum(part.size for part in marked) == 1 and all((part == 1).all() for part in marked)


def _moved(weights: Sequence[Array], graph: _Graph | None, element: Element) -> bool:
    """Whether an element of another graph is made of other elements."""
    if graph is None or graph.out.array.ndim != len(element):
        return False
    try:
        others = graph.weights(element)
    except IndexError:  # of a result with fewer elements
        return True
    return any(((a != 0) != (b != 0)).any() for a, b in zip(weights, others, strict=True))


def _others(array: Array, index: Element) -> list[Any]:
    """Values that an element could have instead."""
    value = array[index]
    if array.dtype.kind == "b":
        return [not value]
    if array.dtype.kind in "iu":
        low, high = int(array.min()), int(array.max())
        span = range(
            max(low - 1, int(value) - MOST_VALUES), min(high + 2, int(value) + MOST_VALUES)
        )
        return [other for other in span if other != value]
    finite = array[np.isfinite(array)]
    top = float(np.abs(finite).max()) if finite.size else 0.0
    return [other for other in (2 * top + 1, -2 * top - 1, 0.0) if other != value]


def _differ(before: Tensor | None, after: Tensor | None, element: Element) -> bool:
    """Whether an element is another, or is gone, by more than rounding."""
    if before is None or after is None:
        return False
    if any(i >= n for i, n in zip(element, after.array.shape, strict=True)):
        return True
    was, now = before.array[element], after.array[element]
    return not np.isclose(was, now, rtol=ROUNDING, atol=0, equal_nan=True)
