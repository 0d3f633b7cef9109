"""Limits refuse what would not fit before the work is done, in words and numbers."""

from __future__ import annotations

from contextvars import copy_context

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcalc import limits
from tcalc.errors import LimitError


def test_small_results_are_never_refused() -> None:
    limits.check_bytes(limits.SMALL, "a tensor")


def test_a_result_beyond_the_free_memory_is_refused_with_both_amounts() -> None:
    with pytest.raises(LimitError, match=r"a tensor would take 1 EB, but .* is free"):
        limits.check_bytes(10**18, "a tensor")


def test_a_limit_of_ones_own_holds_in_its_context_only() -> None:
    def strict() -> None:
        limits.use(limits.Limits(memory=1000))
        limits.check_bytes(1000, "a tensor")
        with pytest.raises(LimitError, match=r"a tensor would take 1\.0 kB, more than the limit"):
            limits.check_bytes(1001, "a tensor")

    copy_context().run(strict)
    assert limits.current().memory is None


def test_integers_may_have_millions_of_digits_but_not_billions() -> None:
    limits.check_integer(1_000_000, "2 ** 1000000")
    with pytest.raises(LimitError, match="about 301,030,000 digits"):
        limits.check_integer(10**9, "2 ** 1000000000")


@pytest.mark.parametrize(
    ("nbytes", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (4e12, "4.0 TB"), (3e21, "3,000 EB")],
)
def test_amounts_are_told_in_decimal_units(nbytes: float, text: str) -> None:
    assert limits.size(nbytes) == text


@pytest.mark.parametrize("nbytes", [10**27, 10**400])
def test_amounts_beyond_all_words_are_not_written_in_digits(nbytes: int) -> None:
    assert limits.size(nbytes) == "inconceivably much"
    with pytest.raises(LimitError, match="would have inconceivably many digits"):
        limits.check_integer(nbytes, "2 ** x")


@given(st.integers(-30, 30), st.integers(-30, 30), st.integers(-9, 9).filter(bool))
def test_the_length_of_a_range_is_known_without_len(start: int, stop: int, step: int) -> None:
    numbers = range(start, stop, step)
    assert limits.length(numbers) == len(numbers)


def test_the_length_of_a_range_may_be_more_than_an_index_can_be() -> None:
    assert limits.length(range(10**30)) == 10**30


def count(value: object) -> int:
    """Items within nested containers, counted one by one."""
    if isinstance(value, dict):
        return len(value) + sum(map(count, value)) + sum(map(count, value.values()))
    if isinstance(value, list | tuple | set):
        return len(value) + sum(map(count, value))
    return 0


nested = st.recursive(
    st.integers(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner)
)


@given(nested)
def test_items_are_counted_wherever_they_stand(value: object) -> None:
    value = [value, [value, value]]
    assert limits._spread(value) == count(value)


def test_a_container_within_itself_counts_for_nothing() -> None:
    loop: list[object] = [1, 2]
    loop.append(loop)
    limits.check_spread(loop, 8, "it")
    assert limits._spread(loop) == 3


def test_few_objects_that_stand_in_many_places_are_refused() -> None:
    value: object = [1]
    for _ in range(100_000):
        value = [value, value]
    with pytest.raises(LimitError, match="the text would take 8,000,000 EB"):
        limits.check_spread(value, 8, "the text")


def test_a_flat_container_is_as_long_as_its_memory_and_is_not_counted() -> None:
    limits.check_spread([0] * 1000, 10**15, "it")
