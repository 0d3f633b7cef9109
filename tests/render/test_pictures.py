"""Heat maps, statistics and images, compared whole at fixed widths."""

from __future__ import annotations

import numpy as np
import pytest
from rich.segment import Segment

from tcalc import Session, TcalcError
from tcalc.core.tensor import Tensor
from tcalc.render import view
from tcalc.render.canvas import pixels
from tcalc.render.drawing import color_depth, recorder
from tcalc.render.formats import FORMATS, Page
from tcalc.render.palette import interpolated
from tcalc.render.scale import cells_of

SPECIAL = np.array([[0.0, 1.0, -2.0], [np.nan, np.inf, -np.inf]], np.float32)


@pytest.fixture(autouse=True)
def many_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("COLORFGBG", raising=False)


def shown(value: object, look: str, name: str | None = None, **page: object) -> str:
    value = Tensor(value) if isinstance(value, np.ndarray) else value
    return view.shown(value, Page(**page).headed(name), look)


# Heat maps ------------------------------------------------------------------------------------


def test_without_colour_a_heat_map_has_shades_and_signs() -> None:
    assert shown(SPECIAL, "heat", "x") == (
        "x · [2, 3] · float32 · 24 bytes · 1 nan · 2 inf\n"
        "   0 1 2\n"
        " 0  ·▒▒-█\n"
        " 1  × ∞-∞\n"
        "-2 -█-▓-▒-░ ·░░▒▒▓▓██ 2\n"
        "× 1 nan (first at [1, 0]) · ∞ 2 inf (first at [1, 1])"
    )


def test_in_ascii_the_marks_are_letters() -> None:
    assert shown(SPECIAL, "heat", encoding="ascii") == (
        "[2, 3] . float32 . 24 bytes . 1 nan . 2 inf\n"
        "   0 1 2\n"
        " 0  .**-@\n"
        " 1  x i-i\n"
        "-2 -@-#-*-: .::**##@@ 2\n"
        "x 1 nan (first at [1, 0]) . i 2 inf (first at [1, 1])"
    )


def test_outliers_are_clipped_marked_and_counted() -> None:
    values = np.ones(20)
    values[7], values[9] = 100, -100
    assert shown(values, "heat") == (
        "[20] · float64 · 160 bytes\n"
        "   0   2   4   6   8   10  12  14  16  18\n"
        " 0 ░░░░░░░░░░░░░░++░░--░░░░░░░░░░░░░░░░░░░░\n"
        "-97.37 -█-▓-▒-░ ·░░▒▒▓▓██ 97.37\n"
        "clipped at 3 sigma: 2 beyond"
    )


def test_a_large_matrix_is_reduced_to_means() -> None:
    values = np.repeat(np.arange(8.0), 50)[None].repeat(100, axis=0)
    lines = shown(values, "heat", width=40).split("\n")
    assert lines[0] == "[100, 400] · float64 · 320.0 kB"
    assert lines[-1] == "cells are means of 4x23"
    assert max(map(len, lines)) <= 40
    assert len(lines) == 1 + 1 + 25 + 1 + 1


def test_panels_of_a_stack_stand_side_by_side_under_their_indices() -> None:
    values = np.arange(2 * 3 * 2 * 2).reshape(2, 3, 2, 2)
    assert shown(values, "heat") == (
        "[2, 3, 2, 2] · int64 · 192 bytes\n"
        "[0, 0]  [0, 1]  [0, 2]  [1, 0]  [1, 1]  [1, 2]\n"
        " ·░░    ░░░░    ▒▒▒▒    ▓▓▓▓    ▓▓▓▓    ████\n"
        "░░░░    ▒▒▒▒    ▒▒▒▒    ▓▓▓▓    ████    ████\n"
        "0  ·░░░░▒▒▒▒▓▓▓▓████ 23"
    )


def test_of_many_panels_those_are_shown_that_fit() -> None:
    text = shown(np.ones((40, 5, 5)), "heat", width=40, height=20)
    assert len(text.split("\n")) <= 20
    assert text.endswith("6 of 40 panels")


def test_large_panels_are_reduced_so_that_four_are_seen() -> None:
    text = shown(np.ones((9, 500, 300)), "heat", width=80, height=26)
    assert len(text.split("\n")) <= 26
    assert text.endswith("cells are means of 56x16 · 4 of 9 panels")


def colors_of(text: str) -> list[tuple[str, ...]]:
    """The foreground and background codes of the cells of a line."""
    return [tuple(part.split("m")[0].split(";")) for part in text.split("\x1b[")[1:]]


def test_in_colours_an_element_is_a_square_on_one_scale() -> None:
    text = shown(np.array([[-1.0, 1.0]]), "heat", color=True)
    low, high = (
        "\x1b[38;2;166;220;255;48;2;166;220;255m▀▀▀▀▀▀\x1b[0m",
        "\x1b[38;2;255;193;156;48;2;255;193;156m▀▀▀▀▀▀\x1b[0m",
    )
    assert text.split("\n")[2:5] == [
        "\x1b[2m   \x1b[0m" + low + high,
        "\x1b[2m 0 \x1b[0m" + low + high,
        "\x1b[2m   \x1b[0m" + low + high,
    ]


def test_what_a_colour_does_not_say_is_written_on_it() -> None:
    rows = shown(SPECIAL, "heat", color=True).split("\n")[2:8]
    assert [sum(mark in row for row in rows) for mark in "×∞"] == [1, 1]
    assert sum(row.count("∞") for row in rows) == 2


def test_the_light_palette_fades_to_white(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORFGBG", "0;15")
    text = shown(np.array([[-1.0, 0.0, 1.0]]), "heat", color=True)
    assert "48;2;247;247;247" in text


def test_sixteen_colours_are_left_to_the_terminals_palette(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setenv("TERM", "xterm")
    text = shown(np.array([[-1.0, 0.5]]), "heat", color=True)
    assert "\x1b[34m-█\x1b[0m\x1b[31m▒▒\x1b[0m" in text
    assert "38;2" not in text
    monkeypatch.setenv("TERM", "xterm-256color")
    text = shown(np.array([[-1.0, 0.5]]), "heat", color=True)
    assert "38;5;153" in text and "38;2" not in text


@pytest.mark.parametrize(
    ("environment", "depth"),
    [
        ({"COLORTERM": "truecolor", "TERM": "xterm"}, "truecolor"),
        ({"TERM": "xterm-256color"}, "256"),
        ({"TERM": "xterm-direct"}, "truecolor"),
        ({"TERM": "dumb"}, "standard"),
        ({}, "standard"),
    ],
)
def test_the_environment_tells_how_many_colours_there_are(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], depth: str
) -> None:
    for name in ("COLORTERM", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert color_depth() == depth


@pytest.mark.parametrize(
    "value",
    [
        np.float32(3), np.zeros((0, 3)), np.array(True), np.full((2, 2), np.nan), np.arange(5000),
        np.zeros((3, 3)), np.ones((2, 1), np.complex64), np.ones((2,) * 5), np.full(3, np.inf),
        np.ones((1, 3, 0, 2)), np.array([2**62, -(2**62)]), np.array([1e308, -1e308]),
    ],
    ids=lambda value: f"{value.dtype}{list(value.shape)}",
)  # fmt: skip
@pytest.mark.parametrize("look", ["heat", "stats", "grid"])
@pytest.mark.parametrize("color", [False, True])
def test_every_tensor_has_every_look(value: np.ndarray, look: str, color: bool) -> None:
    for width in (40, 200):
        text = shown(np.asarray(value), look, width=width, color=color, height=24)
        assert "nan" in text or value.dtype.name in text
        assert color or max(map(len, text.split("\n"))) <= width


def test_blocks_are_means_of_finite_elements_where_there_are_only_such() -> None:
    values = np.arange(24.0).reshape(4, 6)
    assert cells_of(values, 2, 3).values.tolist() == [[3.5, 5.5, 7.5], [15.5, 17.5, 19.5]]
    values[0, 0], values[3, 5] = np.nan, -np.inf
    assert np.isnan(cells_of(values, 2, 3).values[0, 0])
    assert cells_of(values, 2, 3).values[1, 2] == -np.inf
    huge = np.broadcast_to(np.float32(2), (50_000, 3_000))
    assert (cells_of(huge, 20, 40).values == 2).all()


def test_a_ramp_is_exact_at_its_colours_and_even_between() -> None:
    ramp = np.array([[0, 0, 0], [100, 200, 50]], float)
    assert interpolated(ramp, np.array([0, 0.5, 1, 7])).tolist() == [
        [0, 0, 0], [50, 100, 25], [100, 200, 50], [100, 200, 50],
    ]  # fmt: skip


def test_two_rows_of_pixels_make_a_line() -> None:
    red, blue = [255, 0, 0], [0, 0, 255]
    (line, last) = pixels(np.array([[red, red], [blue, blue], [red, blue]], np.uint8))
    assert [segment.text for segment in line] == ["▀▀"]
    assert str(line[0].style) == "#ff0000 on #0000ff"
    assert [str(segment.style) for segment in last] == ["#ff0000", "#0000ff"]
    assert isinstance(line[0], Segment)


# Statistics -----------------------------------------------------------------------------------


def test_statistics_stand_beside_a_histogram() -> None:
    values = np.array([0, 1, 1, 2, 2, 2, 3, 3, 4], np.int64)
    assert shown(values, "stats", "n") == (
        "n · [9] · int64 · 72 bytes\n"
        "    min   0                         █████████\n"
        "    25%   1                         █████████\n"
        " median   2                ███████████████████████████\n"
        "    75%   3                ███████████████████████████\n"
        "    max   4       █████████████████████████████████████████████\n"
        "   mean   2       █████████████████████████████████████████████\n"
        "    std   1.225   0                                           4\n"
        "   zero   1   first at [0]"
    )


def test_statistics_without_room_for_a_histogram_have_none() -> None:
    assert shown(np.array([1.0, 2.0]), "stats", width=24) == (
        "[2] · float64 · 16 bytes\n"
        "    min   1\n"
        "    25%   1.25\n"
        " median   1.5\n"
        "    75%   1.75\n"
        "    max   2\n"
        "   mean   1.5\n"
        "    std   0.7071"
    )


def test_special_values_are_counted_with_the_first_place() -> None:
    assert shown(np.array([[True, False], [False, True]]), "stats") == (
        "[2, 2] · bool · 4 bytes\n   true   2   first at [0, 0]"
    )
    assert shown(np.array([np.nan, np.nan]), "stats").split("\n")[1:] == [
        "    nan   2   first at [0]"
    ]


# Images ---------------------------------------------------------------------------------------


def session_text(program: str, **page: object) -> str:
    session = Session(seed=0)
    (result,) = session.run(program)
    return session.call(FORMATS["rich"].render, result.value, Page(**page))


def test_an_image_is_painted_pixel_by_pixel() -> None:
    program = "image(tensor([[[255, 0, 0], [0, 255, 0]]] * 2, dtype=uint8))"
    text = session_text(program, color=True, width=20)
    red, green = "38;2;255;0;0;48;2;255;0;0", "38;2;0;255;0;48;2;0;255;0"
    half = "▀" * 10
    assert text.split("\n")[2] == f"\x1b[{red}m{half}\x1b[0m\x1b[{green}m{half}\x1b[0m"


def test_channels_may_come_first_or_last_and_floats_count_to_one() -> None:
    first = session_text("image(ones(3, 4, 4) * 0.5)")
    last = session_text("image(ones(4, 4, 3) * 0.5)")
    assert first.split("\n")[1:] == last.split("\n")[1:]
    assert set("".join(first.split("\n")[1:])) == {"▒"}


def test_images_of_a_batch_have_their_numbers_and_values_outside_are_counted() -> None:
    text = session_text("image(arange(8).reshape(2, 1, 2, 2) / 4)")
    assert text.split("\n")[1].split() == ["[0]", "[1]"]
    assert text.split("\n")[-1] == "3 values outside 0 to 1"


def test_of_many_images_those_are_shown_that_fit() -> None:
    text = session_text("image(rand(500, 3, 28, 28))", color=True, width=80, height=24)
    assert len(text.split("\n")) <= 24
    assert "2 of 500 images" in text


def test_what_is_no_picture_is_refused_with_what_is() -> None:
    with pytest.raises(TcalcError) as caught:
        Session().eval("image(ones(2, 5))\nimage(ones(2, 5, 7))")
    assert caught.value.headline == "a picture cannot have the shape [2, 5, 7] and dtype float32"
    assert caught.value.diagnostic is not None
    assert "heat(ones(2, 5, 7)) shows any tensor as colours" in caught.value.diagnostic.helps


# Functions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", ["show", "stats", "heat", "image"])
def test_a_picture_has_the_name_of_what_it_shows_and_prints_as_drawn(function: str) -> None:
    printed: list[str] = []
    session = Session(write=printed.append)
    (result,) = session.run(f"x = ones(2, 2)\nprint({function}(x))\n{function}(x)")
    assert "".join(printed) == f"{result.text}\n"
    assert result.text.startswith("x · [2, 2] · float32 · 16 bytes\n")


def test_a_tuple_of_pictures_shows_them_one_below_the_other() -> None:
    text = session_text("show(ones(1)), 2, stats(ones(0))")
    assert text == "[1.]   [1] float32\n[1] = 2\n[0] · float32 · 0 bytes"


def test_pictures_take_lists_and_refuse_what_is_no_number() -> None:
    assert Session().eval("repr(show([[1, 2]]))").startswith("[1, 2] · int64")
    with pytest.raises(TcalcError, match="a str is not an array of numbers"):
        Session().eval("heat('word')")


def test_a_full_show_leaves_nothing_out() -> None:
    text = Session().eval("repr(show(arange(2000), full=True))")
    assert " 1999 " in text and "⋯" not in text


def test_a_picture_is_saved_as_svg_the_same_every_time(tmp_path) -> None:
    session = Session(seed=0)
    session["path"] = str(tmp_path / "x.svg")
    session.eval("h = heat(randn(3, 3)); h.save(path)")
    first = (tmp_path / "x.svg").read_bytes()
    session.eval("save(h, path)")
    assert (tmp_path / "x.svg").read_bytes() == first
    assert first.startswith(b"<svg") and b"float32" in first
    with pytest.raises(TcalcError, match=r"a picture of this kind is saved as \.svg or \.png"):
        session.eval("h.save('h.gif')")
    with pytest.raises(TcalcError, match=r"a picture of this kind is saved as \.svg$"):
        session.eval("save(stats(ones(3)), 's.png')")


def test_a_heat_map_is_saved_as_an_image_of_its_colours(tmp_path) -> None:
    pytest.importorskip("PIL.Image")
    session = Session()
    session["path"] = str(tmp_path / "h.png")
    session.eval("save(heat(tensor([[-1., 0.], [1., nan]])), path); pixels = load(path)")
    assert session.eval("list(pixels.shape)") == [512, 512, 3]
    corners = session.eval("pixels[[0, 0, -1, -1], [0, -1, 0, -1]].tolist()")
    assert corners == [[166, 220, 255], [30, 32, 37], [255, 193, 156], [208, 92, 214]]
    session.eval("save(heat(zeros(3, 2, 2)), path); panels = load(path)")
    assert session.eval("list(panels.shape)") == [510, 510, 3]
    with pytest.raises(TcalcError, match="has no cells"):
        session.eval("save(heat(zeros(0, 3)), path)")


def test_a_recorder_has_all_colours() -> None:
    assert recorder().color_system == "truecolor"


def test_pictures_keep_to_ascii_in_the_text_format_too() -> None:
    session = Session()
    value = session.eval("heat(ones(2, 2))")
    text = FORMATS["text"].render(value, Page(color=True, encoding="ascii"))
    assert isinstance(text, str) and text.isascii() and "\x1b" not in text
