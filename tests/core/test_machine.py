"""Views, writes and gradients at random agree with a model that has neither views nor a graph."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from model import WIDTH, Array, Memory, Model, computed, is_strided, leaf, stretched
from moves import (
    BINARY,
    INDICES,
    UNARY,
    VIEWS,
    Fits,
    assigned,
    combined,
    common,
    factors,
    long,
    small,
)

import tcalc.ops  # noqa: F401 -- it gives Tensor its methods
from tcalc.core import backward, forward, modes
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor
from tcalc.errors import AutogradError, RuntimeFault

MOST = 14  # tensors at a time
SHAPES = [(), (1,), (3,), (2, 2), (2, 3), (3, 1), (1, 2, 2)]
PLACES = st.integers(0, len(VIEWS) - 1)
NUMBERS = st.sampled_from([-1.5, -0.5, 0.5, 1.0, 2.0])
QUIET = st.sampled_from([False, False, False, True])


class Machine(RuleBasedStateMachine):
    """Tensors, each with its model."""

    number: int | None = None  # the level of tangents

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[Tensor, Model]] = []
        self.leaves: list[tuple[Tensor, Model]] = []
        self.sums: list[Array] = []  # what each leaf's grad must be
        self.buffers: list[Tensor | None] = []

    def add(self, x: Tensor, model: Model) -> None:
        """Go on with one more; one of the oldest is dropped if there are too many."""
        assert x.array.shape == model.values.shape
        self.pairs.append((x, model))
        if len(self.pairs) > MOST:
            del self.pairs[1]

    def pick(self, data: st.DataObject, fits: Fits = lambda model: True) -> tuple[Tensor, Model]:
        """One whose model fits; the first tensor, a leaf of two dimensions, if none does."""
        fitting = [pair for pair in self.pairs if fits(pair[1])] or self.pairs[:1]
        return fitting[data.draw(st.integers(0, len(fitting) - 1))]

    # Making tensors -----------------------------------------------------------------------------

    @initialize(data=st.data(), views=st.lists(PLACES, min_size=2, max_size=4))
    def start(self, data: st.DataObject, views: list[int]) -> None:
        self.make_leaf((2, 3), 1)
        self.make_constant((2, 3), 2)
        self.scale(data, 1.0)
        for place in views:
            self.view(data, place)

    def variable(self, values: Array, column: int) -> Tensor:
        """What will be a leaf, with elements number `column` and following."""
        return Tensor(values.copy())

    @rule(shape=st.sampled_from(SHAPES), seed=st.integers(0, 9))
    def make_leaf(self, shape: tuple[int, ...], seed: int) -> None:
        values = np.random.default_rng(seed).uniform(-2, 2, shape)
        column = sum(x.array.size for x, _ in self.leaves)
        if column + values.size <= WIDTH:
            x = self.variable(values, column)
            x.requires_grad = True
            self.add(x, leaf(values, column))
            self.leaves.append(self.pairs[-1])
            self.sums.append(np.zeros(shape))
            self.buffers.append(None)

    @rule(shape=st.sampled_from(SHAPES), seed=st.integers(0, 9))
    def make_constant(self, shape: tuple[int, ...], seed: int) -> None:
        values = np.random.default_rng(seed).uniform(-2, 2, shape)
        self.add(Tensor(values.copy()), computed(values, None, values))

    @rule(data=st.data(), place=PLACES)
    def view(self, data: st.DataObject, place: int) -> None:
        fits, take, *others = VIEWS[place]
        x, model = self.pick(data, lambda model: fits(model.places))
        if not fits(model.places):
            return
        places = (others[0] if others else take)(model.places)
        taken = take(x)
        if is_strided(places):
            assert not places.size or np.shares_memory(taken.array, x.array)
            self.add(taken, model.view(places))
        else:
            assert not np.shares_memory(taken.array, x.array)
            values, slopes = model.memory.values[places], model.history.slopes[places]
            self.add(taken, computed(values, slopes, taken.array, [model]))

    @rule(data=st.data())
    def detach(self, data: st.DataObject) -> None:
        x, model = self.pick(data)
        self.add(x.detach(), model.detached())

    # Pure ops -----------------------------------------------------------------------------------

    @rule(data=st.data(), name=st.sampled_from([*UNARY]))
    def unary(self, data: st.DataObject, name: str) -> None:
        x, model = self.pick(data)
        value, slope, saves = UNARY[name]
        before, after = model.values, value(model.values)
        slopes = slope(before, after)[..., None] * model.slopes
        if small(after, slopes):
            y = REGISTRY[name](x)
            saved = {"x": [model.memory], "y": [None], "": None}[saves]
            self.add(y, computed(after, slopes, y.array, [model], saved))

    @rule(data=st.data(), name=st.sampled_from([*BINARY]))
    def binary(self, data: st.DataObject, name: str) -> None:
        a, left = self.pick(data)
        b, right = self.pick(data, lambda model: common(left, model) is not None)
        values, slopes = combined(name, left, right)
        if small(values, slopes):
            y = REGISTRY[name](a, b)
            self.add(
                y, computed(values, slopes, y.array, [left, right], factors(name, left, right))
            )

    @rule(data=st.data(), c=NUMBERS)
    def scale(self, data: st.DataObject, c: float) -> None:
        x, model = self.pick(data)
        y = x * c
        self.add(y, computed(model.values * c, model.slopes * c, y.array, [model], []))

    @rule(data=st.data(), dim=st.sampled_from([None, 0, -1]))
    def total(self, data: st.DataObject, dim: int | None) -> None:
        x, model = self.pick(data, lambda model: dim is None or model.places.ndim > 0)
        axes = tuple(range(model.places.ndim)) if dim is None else dim % model.places.ndim
        y = x.sum(dim)
        values = np.asarray(model.values.sum(axes))
        self.add(y, computed(values, model.slopes.sum(axes), y.array, [model]))

    @rule(data=st.data())
    def product(self, data: st.DataObject) -> None:
        a, left = self.pick(data, lambda model: model.places.ndim == 2)
        inner = left.places.shape[1]
        b, right = self.pick(data, lambda m: m.places.ndim == 2 and len(m.places) == inner)
        if len(right.places) != inner:
            return
        y = a @ b
        slopes = np.einsum("ikw,kj->ijw", left.slopes, right.values)
        slopes += np.einsum("ik,kjw->ijw", left.values, right.slopes)
        saved = factors("mul", left, right)
        self.add(y, computed(left.values @ right.values, slopes, y.array, [left, right], saved))

    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        a, left = self.pick(data)
        b, right = self.pick(data, lambda model: model.places.shape == left.places.shape)
        y = REGISTRY["stack"]([a, b])
        values, slopes = (
            np.stack([left.values, right.values]),
            np.stack([left.slopes, right.slopes]),
        )
        if values.ndim < 4:
            self.add(y, computed(values, slopes, y.array, [left, right]))

    @rule(data=st.data())
    def gather(self, data: st.DataObject) -> None:
        x, model = self.pick(data, lambda model: long(model.places))
        y = x[[1, 0, 1]]
        self.add(
            y, computed(model.values[[1, 0, 1]], model.slopes[[1, 0, 1]], y.array, [model], [])
        )

    # Writes -------------------------------------------------------------------------------------

    def target(self, data: st.DataObject, fits: Fits = lambda model: True) -> tuple[Tensor, Model]:
        """One to write to: mostly no leaf, for those refuse it."""
        leafs = data.draw(st.integers(0, 9)) == 9
        return self.pick(
            data,
            lambda m: fits(m) and (leafs or not (m.requires_grad and m.history.is_leaf)),
        )

    def write(
        self, x: Tensor, model: Model, quiet: bool, act: Callable[[], Any], *parts: Any, **how: Any
    ) -> None:
        """Write into x and its model, in no_grad() if `quiet`; or see that it is refused."""
        refusal: Any = nullcontext()
        if model.requires_grad and model.history.is_leaf and not quiet:
            refusal = pytest.raises(AutogradError, match="leaf Variable that requires grad")
        elif model.overlaps:
            refusal = pytest.raises(RuntimeFault, match="refers to a single memory location")
        with refusal, modes.no_grad() if quiet else nullcontext():
            act()
        if isinstance(refusal, nullcontext):
            model.write(*parts, recorded=not quiet, **how)

    @rule(data=st.data(), name=st.sampled_from([*UNARY]), quiet=QUIET)
    def write_unary(self, data: st.DataObject, name: str, quiet: bool) -> None:
        x, model = self.target(data)
        value, slope, saves = UNARY[name]
        before, after = model.values, value(model.values)
        slopes = slope(before, after)[..., None] * model.slopes
        if small(after, slopes):
            saved = {"x": [Memory(before)], "y": [model.memory], "": None}[saves]
            act = getattr(x, f"{name}_")
            self.write(x, model, quiet, act, after, slopes, [], saved)

    @rule(data=st.data(), name=st.sampled_from([*BINARY]), quiet=QUIET)
    def write_binary(self, data: st.DataObject, name: str, quiet: bool) -> None:
        x, left = self.target(data)
        y, right = self.pick(data, lambda model: common(left, model) == left.places.shape)
        if common(left, right) != left.places.shape:
            return
        values, slopes = combined(name, left, right)
        if small(values, slopes):
            saved = factors(
                name, Model(Memory(left.values), left.history, left.places, True), right
            )
            act = partial(getattr(x, f"{name}_"), y)
            self.write(x, left, quiet, act, values, slopes, [right], saved)

    @rule(data=st.data(), c=NUMBERS, quiet=QUIET)
    def write_number(self, data: st.DataObject, c: float, quiet: bool) -> None:
        x, model = self.target(data)
        act = partial(x.mul_, c)
        self.write(x, model, quiet, act, model.values * c, model.slopes * c, [], [])

    @rule(data=st.data(), c=NUMBERS, quiet=QUIET)
    def fill(self, data: st.DataObject, c: float, quiet: bool) -> None:
        x, model = self.target(data)
        act = x.zero_ if c == 1 else lambda: x.fill_(c)
        self.write(x, model, quiet, act, 0 if c == 1 else c)

    @rule(data=st.data(), quiet=QUIET)
    def copy(self, data: st.DataObject, quiet: bool) -> None:
        x, left = self.target(data)
        y, right = self.pick(data, lambda model: common(left, model) == left.places.shape)
        if common(left, right) == left.places.shape:
            slopes = stretched(right.slopes, left.places.shape)
            values = right.values.copy()
            self.write(x, left, quiet, lambda: x.copy_(y), values, slopes, [right])

    @rule(data=st.data(), place=st.integers(0, len(INDICES) - 1), c=NUMBERS, quiet=QUIET)
    def assign(self, data: st.DataObject, place: int, c: float, quiet: bool) -> None:
        fits, index = INDICES[place]
        x, model = self.target(data, lambda model: fits(model.places))
        if fits(model.places):
            y, right = self.pick(data, lambda m: assigned(model.places[index].shape, m))
            target = model.view(model.places[index])
            if assigned(target.places.shape, right):
                act = partial(x.__setitem__, index, y)
                slopes = stretched(right.slopes, target.places.shape)
                values = right.values.copy()
                self.write(x, target, quiet, act, values, slopes, [right])
            else:
                self.write(x, target, quiet, lambda: x.__setitem__(index, c), c)

    @rule(data=st.data(), c=NUMBERS, above=NUMBERS, quiet=QUIET)
    def masked(self, data: st.DataObject, c: float, above: float, quiet: bool) -> None:
        x, model = self.target(data)
        mask = model.values > above
        values = np.where(mask, c, model.values)
        slopes = np.where(mask[..., None], 0, model.slopes)
        saved = [Memory(values)]
        act = partial(x.masked_fill_, Tensor(mask), c)
        self.write(x, model, quiet, act, values, slopes, [], saved)

    @rule(data=st.data(), quiet=QUIET)
    def scatter(self, data: st.DataObject, quiet: bool) -> None:
        x, left = self.target(data, lambda model: long(model.places))
        y, right = self.pick(data, lambda m: m.places.shape == left.places[:2].shape)
        if right.places.shape == left.places[:2].shape:
            rows = np.array([1, 1])
            values, slopes = left.values.copy(), left.slopes.copy()
            np.add.at(values, rows, right.values)
            np.add.at(slopes, rows, right.slopes)
            act = partial(x.index_add_, 0, Tensor(rows), y)
            self.write(x, left, quiet, act, values, slopes, [right], [])

    # What must hold -----------------------------------------------------------------------------

    @rule(data=st.data(), how=st.sampled_from(["backward", "grad", "recorded"]), keep=st.booleans())
    def differentiate(self, data: st.DataObject, how: str, keep: bool) -> None:
        self.pull(*self.pick(data, lambda model: model.requires_grad), how, keep)

    def pull(self, x: Tensor, model: Model, how: str, keep: bool) -> None:
        """Send random weights back from a tensor, and compare with the model's derivatives."""
        weights = np.random.default_rng(len(self.pairs)).uniform(-1, 1, model.places.shape)
        must, may = model.refusals()
        keep = keep or may
        loss = (x * Tensor(weights)).sum()
        found: Any = None
        try:
            if how == "backward":
                loss.backward(retain_graph=keep)
            else:
                recorded = how == "recorded"
                found = backward.grad(
                    [loss],
                    [x for x, _ in self.leaves],
                    retain_graph=keep or recorded,
                    create_graph=recorded,
                    allow_unused=True,
                )
        except AutogradError as failure:
            assert may, failure.headline
            return
        assert not must
        if not keep and how != "recorded":
            model.free()
        self.compare(how, found, np.tensordot(weights, model.slopes, model.places.ndim))

    def teardown(self) -> None:
        """Differentiate everything in the end."""
        for i, (x, model) in enumerate(self.pairs):
            if model.requires_grad:
                self.pull(x, model, ["backward", "grad", "recorded"][i % 3], keep=True)

    def compare(self, how: str, found: Any, expected: Array) -> None:
        """Compare gradients with what is expected, element by element of all leaves."""
        column = 0
        for i, (x, _) in enumerate(self.leaves):
            part = expected[column : column + x.array.size].reshape(x.shape)
            column += x.array.size
            if how != "backward":
                g = found[i]
                close(np.zeros(x.shape) if g is None else g.array, part)
                continue
            self.sums[i] += part
            if x.grad is None:
                assert not part.any()
                continue
            close(x.grad.array, self.sums[i])
            if self.number is None:  # what is recorded accumulates out of place
                assert self.buffers[i] is None or self.buffers[i] is x.grad
            self.buffers[i] = x.grad

    @invariant()
    def agree(self) -> None:
        for x, model in self.pairs:
            close(x.array, model.values)
            assert x.requires_grad == model.requires_grad
            assert x.is_leaf == model.is_leaf
            assert x._version == model.memory.version


class ForwardMachine(Machine):
    """The same, where leaves carry tangents as well, so that all else does."""

    def __init__(self) -> None:
        super().__init__()
        self.direction = np.random.default_rng(0).uniform(-1, 1, WIDTH)
        self.level = modes.Level()
        self.number = self.level.__enter__()

    def variable(self, values: Array, column: int) -> Tensor:
        along = self.direction[column : column + values.size].reshape(values.shape)
        return forward.dual(Tensor(values.copy()), Tensor(along), self.number)

    def write(self, x: Tensor, model: Model, quiet: bool, *rest: Any) -> None:
        """Like the other, but never in no_grad(), which does not stop tangents."""
        super().write(x, model, False, *rest)

    @invariant()
    def tangents_agree(self) -> None:
        for x, model in self.pairs:
            tangent = forward.tangent_of(x, self.number)
            found = np.zeros(x.shape) if tangent is None else tangent.array
            close(found, model.slopes @ self.direction)

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            self.level.__exit__()


def close(found: Array, expected: Array) -> None:
    assert found.shape == expected.shape
    gap = np.abs(found - expected).max(initial=0)
    assert gap <= 1e-9 * (1 + np.abs(expected).max(initial=0)), (found, expected)


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=200, stateful_step_count=30)
TestForwardMachine = ForwardMachine.TestCase
TestForwardMachine.settings = settings(max_examples=60, stateful_step_count=30)
