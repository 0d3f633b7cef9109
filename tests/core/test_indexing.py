"""Brackets select, write and differentiate what NumPy's do, but for PyTorch's differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tcalc.ops  # noqa: F401 -- it gives Tensor its brackets
from tcalc.core.indexing import parse
from tcalc.core.tensor import Tensor
from tcalc.errors import IndexFault, ShapeError

Index = tuple[Any, ...]
shapes = st.lists(st.integers(0, 4), min_size=1, max_size=4).map(tuple)


@st.composite
def slices(draw: st.DrawFn, n: int) -> slice:
    bound = st.none() | st.integers(-n - 1, n + 1)
    return slice(draw(bound), draw(bound), draw(st.none() | st.integers(1, 3)))


@st.composite
def indexed(draw: st.DrawFn) -> tuple[tuple[int, ...], Index]:
    """A shape, and an index that fits it."""
    shape = draw(shapes)
    width = draw(st.integers(1, 3))
    items: list[Any] = []
    axis = 0
    while axis < len(shape) and draw(st.integers(0, 5)):
        n = shape[axis]
        kind = draw(st.sampled_from("sssnimml"))
        if kind == "n":
            items.append(None)
            continue
        if kind == "i" and n:
            items.append(draw(st.integers(-n, n - 1)))
        elif kind == "l" and n:
            places = st.lists(st.integers(-n, n - 1), min_size=width, max_size=width)
            items.append(np.array(draw(places)))
        elif kind == "m" and n and not any(isinstance(item, np.ndarray) for item in items):
            truths = draw(st.lists(st.booleans(), min_size=n, max_size=n))
            places = np.array(truths)
            items.append(places)
            width = max(int(places.sum()), 1)
            if places.sum() == 0:
                break
        else:
            items.append(draw(slices(n)))
        axis += 1
    if draw(st.booleans()):
        items.append(Ellipsis)
    return shape, tuple(items)


def selected(x: Any, index: Index) -> tuple[Any, Index]:
    """An int is a select, taken before all else: `x` without those dimensions, and the rest."""
    axis = 0
    for item in index:
        if isinstance(item, int):
            x = x[(*(slice(None),) * axis, item, ...)]
        elif item is not None and item is not Ellipsis:
            axis += 1
    return x, tuple(item for item in index if not isinstance(item, int))


def model(x: Any, index: Index) -> Any:
    """`x[index]` by NumPy, ints first."""
    part, rest = selected(x, index)
    return part[rest]


@given(indexed())
@settings(max_examples=150)
def test_an_index_selects_what_numpy_selects(case: tuple[tuple[int, ...], Index]) -> None:
    shape, index = case
    array = np.arange(float(np.prod(shape))).reshape(shape)
    np.testing.assert_array_equal(Tensor(array)[index].array, model(array, index))


@given(indexed())
def test_a_view_is_taken_where_numpy_takes_one(case: tuple[tuple[int, ...], Index]) -> None:
    shape, index = case
    array = np.arange(float(np.prod(shape))).reshape(shape)
    shared = np.shares_memory(Tensor(array)[index].array, array)
    assert shared == np.shares_memory(model(array, index), array)


@given(indexed())
@settings(max_examples=100)
def test_an_assignment_writes_where_numpy_writes(case: tuple[tuple[int, ...], Index]) -> None:
    shape, index = case
    array = np.arange(float(np.prod(shape))).reshape(shape)
    x = Tensor(array.copy())
    x[index] = -1.0
    part, rest = selected(array, index)
    part[rest] = -1.0
    np.testing.assert_array_equal(x.array, array)


@given(indexed())
@settings(max_examples=100)
def test_the_gradient_of_a_selection_adds_up_where_it_came_from(
    case: tuple[tuple[int, ...], Index],
) -> None:
    shape, index = case
    size = int(np.prod(shape))
    places = model(np.arange(size).reshape(shape), index)
    weights = np.arange(1.0, places.size + 1).reshape(places.shape)
    x = Tensor(np.zeros(shape))
    x.requires_grad = True
    (x[index] * Tensor(weights)).sum().backward()
    expected = np.bincount(places.ravel(), weights.ravel(), minlength=size).reshape(shape)
    np.testing.assert_array_equal(x.grad.array, expected)


@given(indexed())
@settings(max_examples=100)
def test_the_gradient_of_an_assignment_reaches_the_value_and_skips_what_it_replaced(
    case: tuple[tuple[int, ...], Index],
) -> None:
    shape, index = case
    x, value = Tensor(np.zeros(shape)), Tensor(np.ones(()))
    x.requires_grad = value.requires_grad = True
    y = x * 1
    y[index] = value
    y.sum().backward()
    kept = np.ones(shape)
    part, rest = selected(kept, index)
    part[rest] = 0
    np.testing.assert_array_equal(x.grad.array, kept)
    written = 0.0 if value.grad is None else value.grad.item()
    if not any(isinstance(item, np.ndarray) for item in index):  # no place is written twice
        assert written == kept.size - kept.sum()


def test_an_int_beside_an_index_array_is_a_select() -> None:
    x = Tensor(np.zeros((3, 4, 5)))
    assert x[0, :, [1, 2]].shape == (4, 2)
    assert x[[0, 1], :, [1, 2]].shape == (2, 4)


def test_a_list_of_bools_is_a_mask_and_a_bool_a_dimension() -> None:
    x = Tensor(np.arange(3))
    assert x[[True, False, True]].tolist() == [0, 2]
    assert x[True].shape == (1, 3)
    assert x[Tensor(np.array(False))].shape == (0, 3)


def test_parse_splits_a_view_from_a_gather() -> None:
    basic, advanced = parse((0, slice(1, 3), [0, 1]), (3, 4, 5))
    assert basic == (0, slice(1, 3), slice(None), ...)
    assert advanced is not None
    assert advanced[0] == slice(None)
    assert advanced[1].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("index", "headline"),
    [
        (3, "index 3 is out of bounds for dimension 0 with size 3"),
        ((0, 0, 0), "too many indices for tensor of dimension 2"),
        (slice(None, None, -1), "step must be greater than zero"),
        (1.5, "only integers, slices"),
        ([True, False], r"The shape of the mask \[2\] at index 0"),
        (([0, 1], [0, 1, 2]), "shape mismatch: indexing tensors could not be broadcast"),
    ],
)
def test_an_index_that_does_not_fit_is_refused_in_pytorchs_words(index: Any, headline: str) -> None:
    with pytest.raises(IndexFault, match=headline):
        Tensor(np.zeros((3, 4)))[index]


def test_a_value_that_does_not_fit_is_refused_and_nothing_is_written() -> None:
    x = Tensor(np.zeros((2, 3)))
    for index in (0, [0, 1], (slice(None), [0, 2])):
        with pytest.raises(ShapeError):
            x[index] = Tensor(np.ones(4))
    assert not x.array.any()
