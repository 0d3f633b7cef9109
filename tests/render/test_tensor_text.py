"""Tensors print exactly as PyTorch prints them."""

import json
from base64 import b64decode
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zlib import decompress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcalc.core import dtypes
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault, LimitError
from tcalc.render import digits
from tcalc.render.number_format import FloatFormat, number_format
from tcalc.render.tensor_text import PrintOptions, print_options, set_printoptions, tensor_text

CASES = json.loads(Path(__file__).with_name("recorded_text.json").read_text())


class Leaf(Tensor):
    requires_grad = True
    grad_fn = None


class Made(Tensor):
    requires_grad = True
    grad_fn = SimpleNamespace(label="CloneBackward0")


KINDS = {None: Tensor, "leaf": Leaf, "CloneBackward0": Made}


def text(values: Any, dtype: str | None = None, **options: Any) -> str:
    """The text under these options, which do not outlive the call."""

    def show() -> str:
        set_printoptions(**options)
        return tensor_text(Tensor(np.asarray(values, dtype)))

    return copy_context().run(show)


def replay(case: dict[str, Any]) -> str:
    raw = decompress(b64decode(case["data"]))
    array = np.frombuffer(raw, case["dtype"]).reshape(case["shape"])
    dtypes.set_default_float(dtypes.named(case["default"]))
    set_printoptions(**case["options"])
    return tensor_text(KINDS[case["grad"]](array))


def test_recorded_tensors_print_as_pytorch_printed_them() -> None:
    wrong = [case for case in CASES if copy_context().run(replay, case) != case["text"]]
    assert wrong == []


@pytest.mark.parametrize(
    "values, dtype, shown",
    [
        ([1.0, -2.5, 3.0], "f4", "tensor([ 1.0000, -2.5000,  3.0000])"),
        ([1.0, np.nan, np.inf, -np.inf], "f4", "tensor([1., nan, inf, -inf])"),
        ([1.5, np.nan, np.inf], "f4", "tensor([1.5000,    nan,    inf])"),
        ([1.0, 1001.0], "f4", "tensor([1.0000e+00, 1.0010e+03])"),
        ([1.0, 1000.0], "f4", "tensor([   1., 1000.])"),
        ([-0.0, 1.5], "f4", "tensor([-0.0000, 1.5000])"),
        (np.empty((0, 3)), "f4", "tensor([], size=(0, 3))"),
        ([], "i8", "tensor([], dtype=torch.int64)"),
        ([1 + 2j, 3.5 - 4j], "c8", "tensor([1.0000+2.j, 3.5000-4.j])"),
        (range(1001), "i8", "tensor([   0,    1,    2,  ...,  998,  999, 1000])"),
        (123456789.0, "f4", "tensor(1.2346e+08)"),
        (1e8, "f4", "tensor(100000000.)"),
        (1e-4, "f4", "tensor(1.0000e-04)"),
        (1e-4, "f8", "tensor(0.0001, dtype=torch.float64)"),
    ],
)
def test_notation_follows_the_values(values: Any, dtype: str, shown: str) -> None:
    assert text(values, dtype) == shown


def test_suffix_that_does_not_fit_starts_a_line() -> None:
    shown = tensor_text(Made(np.arange(13.0)))
    assert shown == (
        "tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12.],\n"
        "       dtype=torch.float64, grad_fn=<CloneBackward0>)"
    )


def test_long_dimensions_keep_their_edges() -> None:
    assert text(np.arange(1600).reshape(40, 40), edgeitems=1) == (
        "tensor([[   0,  ...,   39],\n        ...,\n        [1560,  ..., 1599]])"
    )


def test_format_of_a_summarised_tensor_is_decided_by_what_is_shown() -> None:
    values = np.zeros(2000)
    values[1000] = 12345.678
    assert text(values, "f4") == "tensor([0., 0., 0.,  ..., 0., 0., 0.])"


def test_a_view_of_one_element_prints_without_its_memory_being_made() -> None:
    ghost = np.broadcast_to(np.float32(1), (100_000, 100_000, 100_000))
    assert text(ghost, edgeitems=1).count("1.") == 8


def test_options_stay_until_changed_but_sci_mode_returns_to_automatic() -> None:
    def change() -> PrintOptions:
        set_printoptions(precision=2, sci_mode=True)
        set_printoptions(linewidth=100)
        return print_options()

    assert copy_context().run(change) == PrintOptions(precision=2, linewidth=100)
    assert print_options() == PrintOptions()


@pytest.mark.parametrize(
    "options, complaint",
    [
        ({"profile": "ful"}, "no print profile is called 'ful'"),
        ({"precision": -1}, "precision must be an integer that is not negative, but got -1"),
        ({"linewidth": 80.5}, "linewidth must be an integer"),
        ({"threshold": "all"}, "threshold must be a number"),
        ({"precision": 10**9}, "precision can be 1100 at most"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ArgumentFault, match=complaint):
        set_printoptions(**options)


def test_a_text_that_would_fill_the_memory_is_refused() -> None:
    ghost = np.broadcast_to(np.float32(1), (10**6, 10**6))
    with pytest.raises(LimitError, match="the text of the tensor would take"):
        text(ghost, profile="full")


# The vectorised digits against Python's own -----------------------------------------------------


def lines(cells: np.ndarray) -> list[str]:
    return [row.tobytes().decode().strip("\0") for row in cells]


def near_ties() -> Iterator[float]:
    """Doubles at, just below and just above values whose fifth decimal or digit is a tie."""
    for tie in (0.03125, 1.00005, 100005.0, 2.5e-5, 1e23, 8.5e22, 999.99995, 0.00015, 5e-324):
        for value in (tie, np.nextafter(tie, 0), np.nextafter(tie, np.inf)):
            yield from (float(value), -float(value))


@given(st.lists(st.floats() | st.sampled_from(list(near_ties())), min_size=1), st.integers(0, 16))
def test_every_digit_is_the_one_python_gives(values: list[float], precision: int) -> None:
    array = np.array(values * 200)  # enough for the vectorised way
    for scientific in (False, True):
        form = FloatFormat(0, precision, scientific)
        spec = f".{precision}{'e' if scientific else 'f'}"
        assert lines(form.cells(array))[: len(values)] == [format(v, spec) for v in values]


@given(st.lists(st.integers(-(10**8), 10**8), min_size=1), st.integers(0, 8))
def test_ties_round_half_to_even(numerators: list[int], shift: int) -> None:
    array = np.array(numerators * 200) / 2.0**shift
    shown = lines(FloatFormat(0, 3).cells(array))
    assert shown[: len(numerators)] == [f"{n / 2.0**shift:.3f}" for n in numerators]


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_integers_of_any_length_are_written_whole(values: list[int]) -> None:
    array = np.array(values, np.int64)
    assert lines(number_format(array).cells(array)) == [str(v) for v in values]


def test_a_matrix_of_digits_may_be_longer_than_a_stretch_of_rows() -> None:
    values = np.arange(40_000) - 20_000
    assert lines(digits.by_rows(values, 6, digits.write_integers)) == [str(v) for v in values]
