"""Limits refuse what would not fit before the work is done, in words and numbers."""

from __future__ import annotations

from contextvars import copy_context

import pytest

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
