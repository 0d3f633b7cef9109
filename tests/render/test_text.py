"""Values print as IPython prints them, tensors within them as PyTorch does."""

import copy
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from tcalc.core import dtypes
from tcalc.core.results import ReturnType
from tcalc.core.tensor import Size, Tensor
from tcalc.render.text import text_of

MATRIX = Tensor(np.arange(4, dtype=np.float32).reshape(2, 2))
VECTOR = Tensor(np.arange(3))


def countdown() -> Iterator[int]:
    yield 1


@pytest.mark.parametrize(
    "value, shown",
    [
        (1.5, "1.5"),
        ("it's", '"it\'s"'),
        (None, "None"),
        (True, "True"),
        (2 - 1j, "(2-1j)"),
        ([], "[]"),
        ((), "()"),
        ({}, "{}"),
        (set(), "set()"),
        ((1,), "(1,)"),
        ([1, [2, (3, "x")]], "[1, [2, (3, 'x')]]"),
        ({"b": 1, "a": (2,)}, "{'b': 1, 'a': (2,)}"),
        ({3, 1, 2}, "{1, 2, 3}"),
        (frozenset([1]), "frozenset({1})"),
        (range(3), "range(0, 3)"),
        (Size((3, 4)), "torch.Size([3, 4])"),
        ((Size((2,)), dtypes.float32), "(torch.Size([2]), torch.float32)"),
        (VECTOR, "tensor([0, 1, 2])"),
        ((VECTOR, 1), "(tensor([0, 1, 2]), 1)"),
        (np.float64(2), "np.float64(2.0)"),
        (np.array([1.0, 2.0]), "array([1., 2.])"),
    ],
)
def test_short_values_stay_on_one_line(value: object, shown: str) -> None:
    assert text_of(value) == shown


def test_items_that_span_lines_stand_one_below_the_other() -> None:
    assert text_of((MATRIX, 1)) == "(tensor([[0., 1.],\n         [2., 3.]]),\n 1)"
    assert (
        text_of({"w": MATRIX, "n": 3}) == "{'w': tensor([[0., 1.],\n         [2., 3.]]),\n 'n': 3}"
    )
    assert text_of([2, [1, MATRIX]]) == "[2,\n [1,\n  tensor([[0., 1.],\n          [2., 3.]])]]"


def test_a_container_breaks_when_it_would_pass_column_79() -> None:
    fits = ["a" * 35, "b" * 34]
    assert text_of(fits) == repr(fits)
    assert len(text_of(fits)) == 77
    wide = ["a" * 35, "b" * 37]
    assert text_of(wide) == f"['{'a' * 35}',\n '{'b' * 37}']"


def test_only_the_containers_that_do_not_fit_break() -> None:
    row = [1.5] * 10
    assert text_of([row] * 3) == f"[{row},\n {row},\n {row}]"


def test_long_containers_show_their_first_thousand_items() -> None:
    shown = text_of(list(range(5000)))
    assert shown.endswith("\n 998,\n 999,\n ...]")


def test_a_container_within_itself_is_dots() -> None:
    items: list[object] = [1]
    items.append(items)
    table: dict[str, object] = {}
    table["self"] = table
    assert text_of(items) == "[1, [...]]"
    assert text_of(table) == "{'self': {...}}"
    assert text_of([row := [1], row]) == "[[1], [1]]"


def test_containers_far_too_deep_end_in_dots() -> None:
    nest: list[object] = []
    for _ in range(100_000):
        nest = [nest]
    assert "[...]" in text_of(nest)


@pytest.mark.parametrize(
    "value, shown",
    [
        (countdown, "<function countdown>"),
        (lambda: 0, "<function <lambda>>"),
        (len, "<function len>"),
        ([].append, "<function append>"),
        (countdown(), "<generator object countdown>"),
        (map(str, []), "<map>"),
        (object(), "<object>"),
        ([countdown], "[<function countdown>]"),
    ],
)
def test_no_memory_address_is_shown(value: object, shown: str) -> None:
    assert text_of(value) == shown


def test_types_have_the_names_that_pytorch_users_know() -> None:
    assert text_of((type(np.zeros(1)), type(VECTOR), int)) == "(numpy.ndarray, torch.Tensor, int)"


def test_named_results_show_each_field_on_a_line() -> None:
    result = ReturnType("max", ("values", "indices"), (Tensor(np.float32([2, 3])), VECTOR))
    shown = "torch.return_types.max(\nvalues=tensor([2., 3.]),\nindices=tensor([0, 1, 2]))"
    assert text_of(result) == shown
    assert text_of((result, 1)) == "(" + shown.replace("\n", "\n ") + ",\n 1)"


def test_named_results_are_tuples_with_attributes() -> None:
    result = ReturnType("max", ("values", "indices"), (5, 1))
    values, indices = result
    assert (values, indices) == (result.values, result.indices) == (5, 1)
    assert copy.copy(result).indices == 1
    with pytest.raises(AttributeError, match=r"torch\.return_types\.max has no field 'size'"):
        _ = result.size


def test_the_text_of_a_number_needs_no_numpy() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "from tcalc.render.text import text_of\n"
        "text_of([1, 'a', {2: 3.5}])\n"
        "heavy = {'numpy', 're', 'typing', 'enum', 'collections'}\n"
        "sys.exit(bool(heavy & (set(sys.modules) - before)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_million_plain_numbers_in_lists_are_laid_out_as_few_are() -> None:
    text = text_of([[0, None, "a", True, 0.5] * 200] * 1000)
    lines = text.split("\n")
    assert lines[0] == "[[0,"
    assert lines[1] == "  None,"
    assert lines[1000] == " [0,"
    assert text.endswith("0.5]]")
    assert text_of([[1, 2], (3,), []]) == "[[1, 2], (3,), []]"
    assert text_of([7] * 1001).endswith(" 7,\n ...]")
