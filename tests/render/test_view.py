"""Pictures of values, compared whole, at a fixed width and without colour."""

from io import StringIO

import numpy as np
import pytest
from rich.console import Console

from tcalc.core.results import ReturnType
from tcalc.core.tensor import Tensor
from tcalc.render.theme import rich_theme
from tcalc.render.view import view


def shown(value, name=None, width=80, encoding="utf-8"):
    class Stream(StringIO):
        @property
        def encoding(self):
            return encoding

    console = Console(file=Stream(), width=width, theme=rich_theme(), highlight=False)
    console.print(view(value, name))
    return "\n".join(line.rstrip() for line in console.file.getvalue().rstrip("\n").split("\n"))


def tensor(values, dtype=np.float32):
    return Tensor(np.asarray(values, dtype=dtype))


def styles(value):
    """Text and style of every piece that has one."""
    console = Console(width=80, theme=rich_theme())
    lines = console.render_lines(view(value), pad=False)
    return {segment.text: str(segment.style) for line in lines for segment in line if segment.style}


def test_a_matrix_stands_in_brackets_with_marked_rows_and_columns():
    assert shown(tensor(np.arange(12).reshape(3, 4), np.int64), name="x") == (
        "x · [3, 4] · int64 · 96 bytes\n"
        "   ┌  0   1   2   3 ┐\n"
        " 0 │  0   1   2   3 │\n"
        " 1 │  4   5   6   7 │\n"
        " 2 │  8   9  10  11 │\n"
        "   └                ┘"
    )


def test_short_vectors_and_scalars_take_one_line():
    assert shown(tensor([1.0, -2.5, 3.0])) == "[1.0000, -2.5000, 3.0000]   [3] float32"
    assert shown(tensor(2.5)) == "2.5000   [] float32"
    assert shown(tensor([1, 2], np.int64), name="n") == "n = [1, 2]   [2] int64"


def test_a_long_vector_continues_on_lines_marked_with_their_first_index():
    assert shown(tensor(np.arange(12), np.int64), width=30) == (
        "[12] · int64 · 96 bytes\n"
        "   ┌  0   1   2   3   4   5 ┐\n"
        " 0 │  0   1   2   3   4   5 │\n"
        " 6 │  6   7   8   9  10  11 │\n"
        "   └                        ┘"
    )


def test_slices_of_higher_rank_are_labelled_and_stand_side_by_side():
    assert shown(tensor(np.arange(8).reshape(2, 2, 2), np.int64)) == (
        "[2, 2, 2] · int64 · 64 bytes\n"
        "[0, :, :]    [1, :, :]\n"
        "   ┌ 0  1 ┐     ┌ 0  1 ┐\n"
        " 0 │ 0  1 │   0 │ 4  5 │\n"
        " 1 │ 2  3 │   1 │ 6  7 │\n"
        "   └      ┘     └      ┘"
    )


def test_what_is_wider_than_the_terminal_continues_below():
    lines = shown(tensor(np.arange(24).reshape(2, 12), np.int64), width=40).split("\n")
    assert max(map(len, lines)) <= 40
    assert lines[1].split() == ["┌", *map(str, range(8)), "┐"]
    assert lines[5].split() == ["┌", "8", "9", "10", "11", "┐"]


def test_nan_inf_zero_and_sign_differ_in_text_and_in_style():
    value = tensor([[np.nan, np.inf], [0.0, -1.5]])
    text = shown(value)
    assert text.split("\n")[0] == "[2, 2] · float32 · 16 bytes · 1 nan · 1 inf"
    assert " nan " in text and " inf " in text and " 0.0000 " in text and "-1.5000" in text
    looks = styles(value)
    assert len({looks["nan"], looks["inf"], looks["0.0000"], looks["-1.5000"]}) == 4


def test_a_large_tensor_shows_its_edges_and_its_statistics():
    values = np.zeros((100, 200), np.float32)
    values[3, 7] = np.nan
    values[:, 0] = 2
    assert shown(tensor(values)) == (
        "[100, 200] · float32 · 80.0 kB\n"
        "min 0 · max 2 · mean 0.01 · std 0.1411 · 1 nan (first at [3, 7]) · 19,899 zeros\n"
        "    ┌   0    1    2     197  198  199 ┐\n"
        "  0 │  2.   0.   0.  ⋯   0.   0.   0. │\n"
        "  1 │  2.   0.   0.  ⋯   0.   0.   0. │\n"
        "  2 │  2.   0.   0.  ⋯   0.   0.   0. │\n"
        "  ⋮ │   ⋮    ⋮    ⋮  ⋮    ⋮    ⋮    ⋮ │\n"
        " 97 │  2.   0.   0.  ⋯   0.   0.   0. │\n"
        " 98 │  2.   0.   0.  ⋯   0.   0.   0. │\n"
        " 99 │  2.   0.   0.  ⋯   0.   0.   0. │\n"
        "    └                                 ┘"
    )


def test_statistics_of_a_huge_tensor_say_that_they_are_a_sample():
    huge = Tensor(np.broadcast_to(np.float32(1), (100_000, 100_000)))
    assert "(statistics of 1,000,000 of 10,000,000,000 elements)" in shown(huge)


def test_a_large_stack_shows_its_first_and_its_last_matrix():
    text = shown(tensor(np.zeros((9, 8, 100, 100)), np.int64))
    labels = [line for line in text.split("\n") if line.startswith(("[", "⋯"))][1:]
    assert labels == ["[0, 0, :, :]", "⋯", "[0, 7, :, :]", "⋯", "[8, 0, :, :]", "⋯", "[8, 7, :, :]"]


def test_a_stream_that_is_not_utf8_gets_ascii():
    assert shown(tensor([[1, 2]], np.int64), encoding="ascii") == (
        "[1, 2] . int64 . 16 bytes\n   + 0  1 +\n 0 | 1  2 |\n   +      +"
    )


def test_an_empty_tensor_is_its_header():
    assert shown(tensor(np.zeros((0, 3)))) == "[0, 3] · float32 · 0 bytes"


def test_a_place_in_the_graph_is_named():
    x = tensor([1.0])
    x.requires_grad = True
    assert shown(x) == "[1.]   [1] float32 requires_grad"


def test_complex_elements_are_written_as_in_the_text_format():
    assert shown(Tensor(np.array([1 + 2j, 3.5 - 4j], np.complex64))) == (
        "[1.0000+2.j, 3.5000-4.j]   [2] complex64"
    )


def test_tuples_of_tensors_show_item_by_item():
    pair = (tensor([1, 2], np.int64), tensor(3, np.int64))
    assert shown(pair) == "[0] = [1, 2]   [2] int64\n[1] = 3   [] int64"


def test_named_results_show_the_names():
    result = ReturnType("max", ("values", "indices"), (tensor([2.0]), tensor([0], np.int64)))
    assert shown(result) == "values = [2.]   [1] float32\nindices = [0]   [1] int64"


@pytest.mark.parametrize("value", [1.5, "text", [1, 2], {"a": 1}, (1, "two"), True])
def test_plain_values_are_as_in_the_text_format(value):
    assert shown(value) == repr(value)


def test_arrays_of_numpy_say_so():
    assert shown(np.array([1, 2])) == "[1, 2]   [2] int64 numpy"
