"""Summaries of arrays: exact as long as all is read, in bounds and honest where only a part is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tcalc.render.statistics import Count, summarise

FLOATS = arrays.arrays(
    np.float64,
    arrays.array_shapes(max_dims=3, max_side=6),
    elements=st.floats(-1e6, 1e6) | st.sampled_from([0.0, np.nan, np.inf, -np.inf]),
)


@given(FLOATS)
def test_figures_and_counts_are_those_of_numpy(array: np.ndarray) -> None:
    summary = summarise(array)
    finite = array[np.isfinite(array)]
    figures = dict(summary.figures)
    if finite.size:
        assert (figures["min"], figures["max"]) == (finite.min(), finite.max())
        np.testing.assert_allclose(figures["mean"], finite.mean(), rtol=1e-12, atol=1e-9)
        if finite.size > 1:
            np.testing.assert_allclose(figures["std"], finite.std(ddof=1), rtol=1e-9, atol=1e-9)
        assert sum(summary.bars(7)) in (finite.size, 0)
    kinds = {"nan": np.isnan(array), "inf": np.isinf(array), "zero": array == 0}
    for kind, mask in kinds.items():
        found = summary.counts.get(kind)
        if not mask.any():
            assert found is None
        else:
            assert found == Count(int(mask.sum()), tuple(map(int, np.argwhere(mask)[0])))


@given(st.lists(st.integers(1, 60), min_size=1, max_size=4), st.integers(1, 500))
def test_a_sample_is_small_regular_and_names_true_places(shape: list[int], limit: int) -> None:
    array = np.zeros(shape)
    array[tuple(size // 2 for size in shape)] = np.nan
    summary = summarise(array, limit)
    assert summary.total == array.size
    assert summary.read <= max(2 * limit, 1) or array.size <= limit
    found = summary.counts.get("nan")
    assert found is None or np.isnan(array[found.first])
    zero = summary.counts.get("zero")
    assert zero is None or array[zero.first] == 0


@pytest.mark.parametrize("shape", [(10**8,), (10**4, 10**4), (2, 5 * 10**7), (10**7, 10)])
def test_a_huge_array_is_read_in_part(shape: tuple[int, ...]) -> None:
    summary = summarise(np.broadcast_to(np.float32(2.5), shape))
    assert 500_000 < summary.read < 2_000_000
    assert summary.total == 10**8
    assert summary.figures[2] == ("mean", 2.5)


@pytest.mark.parametrize(
    ("values", "figures"),
    [
        (np.array([1, 2, 3], np.int8), (("min", 1), ("max", 3), ("mean", 2.0), ("std", 1.0))),
        (np.array([True, False]), ()),
        (np.array([], np.float32), ()),
        (np.array([np.nan]), ()),
        (
            np.array([1e308, -1e308]),
            (("min", -1e308), ("max", 1e308), ("mean", 0.0), ("std", np.inf)),
        ),
        (
            np.array([3 + 4j, 0], np.complex64),
            (("min |x|", 0.0), ("max |x|", 5.0), ("mean |x|", 2.5), ("std |x|", 12.5**0.5)),
        ),
    ],
)
def test_figures_of_each_kind_of_number(values: np.ndarray, figures: tuple[object, ...]) -> None:
    assert summarise(values).figures == figures


def test_the_widest_range_of_doubles_has_a_histogram() -> None:
    assert summarise(np.array([-1.7e308, 0.0, 1.7e308])).bars(3) == [1, 1, 1]
    assert summarise(np.ones(5)).bars(3) == []
