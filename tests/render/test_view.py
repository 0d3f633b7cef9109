"""Pictures of values, compared whole, at a fixed width and without colour."""

from contextvars import copy_context

import numpy as np
import pytest
from rich.console import Console

from tcalc import Session
from tcalc.core import dtypes
from tcalc.core.results import ReturnType
from tcalc.core.tensor import Tensor
from tcalc.render import view
from tcalc.render.formats import Page
from tcalc.render.tensor_text import set_printoptions
from tcalc.render.text import text_of
from tcalc.render.theme import rich_theme


def shown(value, name=None, look="grid", **page):
    return view.shown(value, Page(**page).headed(name), look)


def tensor(values, dtype=np.float32):
    return Tensor(np.asarray(values, dtype=dtype))


def styles(value):
    """Text and style of every piece that has one."""
    console = Console(width=80, theme=rich_theme())
    lines = console.render_lines(view.picture(value), pad=False)
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
        "min 0 █              ▁ max 2 · mean 0.01 · std 0.1411 · 1 nan (first at [3, 7])\n"
        "19,899 zeros (first at [0, 1])\n"
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
    assert "(statistics of 1,003,520 of 10,000,000,000 elements)" in shown(huge)


def test_a_large_stack_shows_its_first_and_its_last_matrix():
    values = np.arange(9 * 8 * 40 * 40).reshape(9, 8, 40, 40) % 7
    assert shown(tensor(values, np.int64)) == (
        "[9, 8, 40, 40] · int64 · 921.6 kB\n"
        "min 0 ███████ max 6 · mean 3 · std 2 · 16,458 zeros (first at [0, 0, 0, 0])\n"
        "[0, 0, :, :]                          [8, 7, :, :]\n"
        "    ┌  0   1   2     37  38  39 ┐         ┌  0   1   2     37  38  39 ┐\n"
        "  0 │  0   1   2  ⋯   2   3   4 │       0 │  4   5   6  ⋯   6   0   1 │\n"
        "  1 │  5   6   0  ⋯   0   1   2 │       1 │  2   3   4  ⋯   4   5   6 │\n"
        "  2 │  3   4   5  ⋯   5   6   0 │       2 │  0   1   2  ⋯   2   3   4 │\n"
        "  ⋮ │  ⋮   ⋮   ⋮  ⋮   ⋮   ⋮   ⋮ │  ⋯    ⋮ │  ⋮   ⋮   ⋮  ⋮   ⋮   ⋮   ⋮ │\n"
        " 37 │  3   4   5  ⋯   5   6   0 │      37 │  0   1   2  ⋯   2   3   4 │\n"
        " 38 │  1   2   3  ⋯   3   4   5 │      38 │  5   6   0  ⋯   0   1   2 │\n"
        " 39 │  6   0   1  ⋯   1   2   3 │      39 │  3   4   5  ⋯   5   6   0 │\n"
        "    └                           ┘         └                           ┘"
    )


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


def test_what_is_higher_than_the_screen_shows_its_edges_and_how_to_see_the_rest():
    values = tensor(np.arange(300).reshape(100, 3), np.int64)
    assert shown(values, name="t", height=14) == (
        "t · [100, 3] · int64 · 2.4 kB\n"
        "    ┌   0    1    2 ┐\n"
        "  0 │   0    1    2 │\n"
        "  1 │   3    4    5 │\n"
        "  2 │   6    7    8 │\n"
        "  ⋮ │   ⋮    ⋮    ⋮ │\n"
        " 97 │ 291  292  293 │\n"
        " 98 │ 294  295  296 │\n"
        " 99 │ 297  298  299 │\n"
        "    └               ┘\n"
        "all 300 elements: show(t, full=True)"
    )
    assert len(shown(values, height=200).split("\n")) == 103
    assert len(shown(values).split("\n")) == 103


def test_what_is_wider_and_higher_than_the_screen_is_cut_both_ways():
    assert shown(tensor(np.zeros((20, 40)), np.int64), width=40, height=12) == (
        "[20, 40] · int64 · 6.4 kB\n"
        "    ┌  0   1   2     37  38  39 ┐\n"
        "  0 │  0   0   0  ⋯   0   0   0 │\n"
        "  1 │  0   0   0  ⋯   0   0   0 │\n"
        "  ⋮ │  ⋮   ⋮   ⋮  ⋮   ⋮   ⋮   ⋮ │\n"
        " 18 │  0   0   0  ⋯   0   0   0 │\n"
        " 19 │  0   0   0  ⋯   0   0   0 │\n"
        "    └                           ┘\n"
        "all 800 elements: show(_, full=True)"
    )


def test_a_long_vector_and_a_tall_stack_are_cut_at_the_screen_too():
    vector = shown(tensor(np.arange(900), np.int64), width=40, height=12)
    assert [line[:7] for line in vector.split("\n")] == [
        "[900] ·", "     ┌ ", "   0 │ ", "   6 │ ", "   ⋮ │ ", " 888 │ ", " 894 │ ", "     └ ",
        "all 900",
    ]  # fmt: skip
    stack = shown(tensor(np.zeros((30, 3, 3)), np.int64), width=40, height=20)
    assert stack == (
        "[30, 3, 3] · int64 · 2.2 kB\n"
        "[0, :, :]          [29, :, :]\n"
        "   ┌ 0  1  2 ┐        ┌ 0  1  2 ┐\n"
        " 0 │ 0  0  0 │      0 │ 0  0  0 │\n"
        " 1 │ 0  0  0 │  ⋯   1 │ 0  0  0 │\n"
        " 2 │ 0  0  0 │      2 │ 0  0  0 │\n"
        "   └         ┘        └         ┘\n"
        "all 270 elements: show(_, full=True)"
    )


@pytest.mark.parametrize("shape", [(300, 3), (30, 30), (4, 6, 40), (990,), (3, 2, 4, 5, 8)])
@pytest.mark.parametrize("height", [16, 24, 50])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_picture_of_a_small_tensor_is_larger_than_the_screen(shape, width, height):
    lines = shown(tensor(np.ones(shape)), width=width, height=height).split("\n")
    assert max(map(len, lines)) <= width
    assert len(lines) <= height


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_summary_is_never_split_into_blocks_of_columns(width):
    text = shown(tensor(np.ones((2000, 3000)) / 3), width=width)
    assert text.count("┌") == 1
    assert max(map(len, text.split("\n"))) <= width


def test_long_texts_are_passed_on_as_they_are():
    words = ["word " * 50] * 3
    assert shown(words, width=40) == text_of(words)
    full = [[0.5] * 200] * 60
    with_all = copy_context()
    with_all.run(set_printoptions, threshold=np.inf)
    text = with_all.run(shown, tensor(full), width=40)
    assert text.startswith("tensor([[0.5000, 0.5000")
    assert text.count("0.5000") == 12_000


def test_texts_have_colours_only_where_colours_show():
    assert view.shown(["a", None], Page(color=True)) == (
        "[\x1b[32m'a'\x1b[0m, \x1b[35mNone\x1b[0m]"
    )
    assert "\x1b" not in view.shown(["a" * 30] * 900, Page(color=True))


def test_bfloat16_has_the_digits_of_the_text_format():
    value = Tensor(dtypes.cast(np.float32([1.5, -0.25]), dtypes.named("bfloat16")))
    assert shown(value) == "[1.5000, -0.2500]   [2] bfloat16"


def test_a_grid_in_colours():
    value = tensor([[1.5, -2.0], [0.0, np.nan]])
    assert view.shown(value, Page(width=40, color=True).headed("x")) == (
        "\x1b[1mx\x1b[0m\x1b[2m · \x1b[0m\x1b[2m[2, 2] · float32 · 16 bytes\x1b[0m"
        "\x1b[2m · \x1b[0m\x1b[1;35m1 nan\x1b[0m\n"
        "\x1b[2m   ┌ \x1b[0m      \x1b[2m0\x1b[0m        \x1b[2m1\x1b[0m\x1b[2m ┐\x1b[0m\n"
        "\x1b[2m 0 │ \x1b[0m 1.5000  \x1b[31m-2.0000\x1b[0m\x1b[2m │\x1b[0m\n"
        "\x1b[2m 1 │ \x1b[0m \x1b[2m0.0000\x1b[0m      \x1b[1;35mnan\x1b[0m\x1b[2m │\x1b[0m\n"
        "\x1b[2m   └ \x1b[0m                \x1b[2m ┘\x1b[0m"
    )


def test_arrays_of_numpy_say_so():
    assert shown(np.array([1, 2])) == "[1, 2]   [2] int64 numpy"


def test_nan_in_a_computed_value_says_how_to_find_its_source() -> None:
    y = Session().eval("x = tensor([[0., 1.]], requires_grad=True); x.log()")
    assert view.shown(y, Page().headed("y")).split("\n")[0].endswith("1 inf · why_nan(y)")
    assert "why_nan" not in view.shown(y.detach(), Page().headed("y"))


def test_a_number_is_one_line_however_narrow_the_screen_is():
    assert shown(tensor(3.5), width=10).startswith("3.5000")
