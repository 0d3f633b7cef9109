"""Plots: what is drawn in a terminal, what is refused, and what is saved."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from tcalc import Session, TcalcError
from tcalc.limits import Limits
from tcalc.render.formats import FORMATS, Page

TANGENT = """
def f(x):
    return 3 * x ** 2 - 4 * x
x = torch.arange(0, 3, 0.1)
plot(x, [f(x), 2 * x - 3], 'x', 'f(x)', legend=['f(x)', 'Tangent line (x=1)'])
"""


def drawn(program: str, format: str = "rich", **page: object) -> str:
    session = Session(seed=0)
    (result,) = session.run(program)
    text = session.call(FORMATS[format].render, result.value, Page(**page))
    assert isinstance(text, str)
    return text


def refusal(program: str) -> TcalcError:
    with pytest.raises(TcalcError) as caught:
        Session().eval(program)
    return caught.value


def test_the_books_plot_of_a_function_and_its_tangent() -> None:
    assert drawn(TANGENT, width=60, height=18) == (
        "f(x)\n"
        "┌────────────────────────────────────────────────────┐\n"
        "│                                                  ••│\n"
        "│                                               •••  │\n"
        "│                                             •••    │ 10\n"
        "│                                          •••       │\n"
        "│                                      ••••          │\n"
        "│                                  ••••              │\n"
        "│                              ••••       ×××××××××××│\n"
        "│••                     ••××××××××××××××××           │\n"
        "│──•••••••××××××××××××××××───────────────────────────│ 0\n"
        "│×××××××××                                           │\n"
        "└────────────────────────────────────────────────────┘\n"
        " 0                1                 2\n"
        "                          x\n"
        "            • f(x)   × Tangent line (x=1)"
    )


def test_a_function_is_drawn_between_two_numbers() -> None:
    program = "plot(sin, (-3, 3), title='A wave', ylabel='sin x')"
    assert drawn(program, width=50, height=16) == (
        "                   A wave\n"
        "sin x\n"
        "┌──────────────────────────────────────────┐\n"
        "│                           ⣠⠴⠒⠋⠉⠉⠑⠲⢤⡀     │ 1\n"
        "│                        ⢀⡴⠊⠁        ⠈⠳⣄   │\n"
        "│                      ⢀⡴⠋             ⠈⠳⣄ │\n"
        "│▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁⡴⠋▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁⠈⠓│ 0\n"
        "│⢤⡀                 ⣠⠞                     │\n"
        "│ ⠙⢦⡀             ⣠⠞⠁                      │\n"
        "│   ⠙⢦⡀        ⢀⡠⠞⠁                        │\n"
        "│     ⠈⠓⠦⢄⣀⣀⣠⠤⠖⠋                           │ -1\n"
        "└──────────────────────────────────────────┘\n"
        "       -2             0            2"
    )


def test_a_histogram_has_bars_of_its_counts() -> None:
    assert drawn("hist(arange(20) % 7, 7)", width=40, height=14) == (
        "┌────────────────────────────────┐\n"
        "│███████████████████████████▌    │\n"
        "│███████████████████████████▌    │ 2\n"
        "│████████████████████████████████│\n"
        "│████████████████████████████████│\n"
        "│████████████████████████████████│\n"
        "│████████████████████████████████│ 0\n"
        "└────────────────────────────────┘\n"
        " 0                         5"
    )


def test_without_colour_lines_differ_by_their_marks_and_with_it_by_colour() -> None:
    plain, colored = drawn(TANGENT), drawn(TANGENT, color=True)
    assert "• f(x)   × Tangent line (x=1)" in plain
    assert "\x1b[34m⣿⣿\x1b[0m f(x)   \x1b[35m⣿⣿\x1b[0m Tangent line (x=1)" in colored


def test_in_a_pipe_and_in_print_a_plot_is_text_without_colour() -> None:
    printed: list[str] = []
    session = Session(write=printed.append)
    session.eval("p = plot([1, 2, 3]); print(p)")
    text = FORMATS["text"].render(session["p"], Page(color=True))
    assert "".join(printed) == f"{text}\n"
    assert "\x1b" not in text


def test_in_ascii_a_plot_has_ascii_alone() -> None:
    text = drawn(TANGENT, encoding="ascii")
    assert text.isascii()
    assert "* f(x)   x Tangent line (x=1)" in text
    assert drawn("hist(randn(50))", encoding="ascii").isascii()
    assert drawn("plot(sin, (-3, 3), legend='é')", "text", encoding="ascii").count("é") == 1


@pytest.mark.parametrize("width", [24, 40, 80, 200])
@pytest.mark.parametrize("height", [12, 24, None])
@pytest.mark.parametrize(
    "program", [TANGENT, "hist(randn(99))", "plot([1e6, -1e9], title='a' * 9)"]
)
def test_a_plot_fits_the_screen(program: str, width: int, height: int | None) -> None:
    lines = drawn(program, width=width, height=height).split("\n")
    assert max(map(len, lines)) <= max(width, 40)
    assert height is None or len(lines) <= height


@pytest.mark.parametrize(
    "calls",
    [
        ("plot([5, 7, 6])", "plot([0, 1, 2], [5, 7, 6])", "plot(tensor([5., 7., 6.]))"),
        (
            "plot(arange(3), arange(6).reshape(2, 3))",
            "plot([arange(3)] * 2, [[0, 1, 2], [3, 4, 5]])",
        ),
        ("plot(arange(3), arange(6).reshape(2, 3).T)", "plot(arange(3), [[0, 1, 2], [3, 4, 5]])"),
        ("plot(lambda x: x * 2, (0, 1))", "plot(lambda x: float(x) * 2, (0, 1))"),
        ("plot([sin, cos], (0, 1))", "x = linspace(0, 1, 500); plot(x, [x.sin(), x.cos()])"),
        ("plot(lambda x: 3, (0, 1))", "plot([0, 1], [3, 3])"),
        ("scatter([0, 1], [5, 6])", "plot([0, 1], [5, 6], fmts='o')"),
        ("hist([1, 2, 2.5, 4], 3)", "hist(tensor([[1, 2], [2.5, 4]]), bins=3)"),
    ],
)
def test_calls_that_mean_the_same_plot(calls: tuple[str, ...]) -> None:
    assert len({drawn(call) for call in calls}) == 1


def test_scatter_is_still_the_op() -> None:
    expected = [[1.0, 0.0], [0.0, 1.0]]
    for call in (
        "scatter(zeros(2, 2), 1, tensor([[0], [1]]), ones(2, 1))",
        "scatter(input=zeros(2, 2), dim=1, index=tensor([[0], [1]]), src=ones(2, 1))",
        "torch.scatter(zeros(2, 2), 1, tensor([[0], [1]]), 1.0)",
    ):
        assert Session().eval(call).tolist() == expected


def test_points_that_are_not_finite_leave_gaps_and_are_counted() -> None:
    text = drawn("plot([1, 2, nan, inf, 5, 6])", width=40, height=14)
    assert text.split("\n")[-1] == "2 points are not finite"
    assert drawn("plot([nan, 1])").endswith("1 point is not finite")
    assert drawn("plot([0.0, 1, 10], yscale='log')").endswith("not finite or not above 0")


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("plot([])", "(no points to draw)"),
        ("plot([nan], title='t')", "t\n(no points to draw)\n1 point is not finite"),
        ("hist([nan, nan])", "(no points to draw)\n2 points are not finite"),
        ("hist(zeros(0))", "(no points to draw)"),
    ],
)
def test_nothing_to_draw_is_said(program: str, text: str) -> None:
    assert [line.strip() for line in drawn(program).split("\n")] == text.split("\n")


@pytest.mark.parametrize(
    "program",
    [
        "plot([2, 2, 2])", "plot([5])", "hist([3, 3])", "plot([1e300, -1e300])",
        "plot([1.7e308, -1.7e308])", "plot([1e-310, 2e-310])", "plot([1e-5, 1e10], yscale='log')",
        "plot([1e-300, 1e300], xscale='log', yscale='log')", "plot([-1, 1], ylim=(0, 0.5))",
        "plot([1, 2], xlim=(1, 0))", "plot([True, False])", "scatter(randn(400), randn(400))",
        "plot([1e9, 1e9 + 1])", "hist([[1, 2], [3, 400]], legend='a')", "hist([1e300, -1e300])",
    ],
)  # fmt: skip
def test_extreme_data_are_drawn(program: str) -> None:
    assert "┌" in drawn(program)


def test_ticks_share_a_power_of_ten_where_they_would_be_long() -> None:
    text = drawn("plot(tensor([1e12, 3e12]), ylabel='bytes')")
    assert text.startswith("bytes (1e12)\n")
    assert "│ 3" in text


def test_a_million_points_are_drawn_with_their_extremes() -> None:
    program = "y = zeros(1000000); y[500000] = 9; y[700000] = -9; plot(y)"
    text = drawn(program)
    assert "│ 5" in text and "│ -5" in text


def test_a_function_leaves_gaps_where_it_has_no_value() -> None:
    assert "not finite" in drawn("plot(lambda x: math.sqrt(x), (-1, 1))")
    assert refusal("plot(lambda x: 1 / 0, (-1, 1))").headline == "division by zero"


@pytest.mark.parametrize(
    ("program", "headline"),
    [
        ("plot(ones(5), ones(4))", "x has 5 points but y has 4"),
        ("plot([[1], [2]], [[1], [2], [3]])", "x has 2 vectors but y has 3"),
        ("plot(ones(2, 2, 2))", "plot() takes vectors, but x has 3 dimensions"),
        ("plot(tensor(1.))", "plot() takes vectors, but x has 0 dimensions"),
        ("plot(ones(2), yscale='lg')", "yscale is 'linear' or 'log', not 'lg'"),
        ("plot(ones(2), xlim=3)", "xlim takes two different numbers, the ends of the axis"),
        (
            "plot(ones(2), ylim=(-1, 1), yscale='log')",
            "ylim takes two different numbers, the ends of the axis, above 0 for a log scale",
        ),
        ("plot(sin)", "plot() of a function takes the interval (a, b)"),
        ("plot(sin, (1, 1))", "plot() of a function takes the interval (a, b)"),
        ("plot('abc')", "a str is not an array of numbers"),
        ("plot(tensor([1j]))", "complex numbers in x have no place on an axis"),
        ("hist(ones(3), 10**9)", "bins must be an integer from 1 to 100,000, but got 1000000000"),
        ("plot([1], figsize=(1, 1e6))", "figsize takes two numbers of inches, up to 100"),
        ("plot([1], axes=3)", "plot() draws on axes of its own"),
        ("hist(ones(3), bins=0)", "bins must be an integer from 1 to 100,000, but got 0"),
        (
            "plot([1]).save('p.gif')",
            "p.gif: a picture of this kind is saved as .png, .svg or .pdf",
        ),
        (
            "plot([1]).save('/no/such/place/p.svg')",
            "cannot write /no/such/place/p.svg: No such file or directory",
        ),
    ],
)
def test_what_makes_no_plot_is_refused_in_words(program: str, headline: str) -> None:
    assert refusal(program).headline == headline


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_plot_is_saved_the_same_every_time(tmp_path, suffix: str) -> None:
    session = Session()
    session["path"] = str(tmp_path / f"p.{suffix}")
    session.eval("p = plot(sin, (0, 3), 'angle', title='A title', legend='sin'); p.save(path)")
    first = (tmp_path / f"p.{suffix}").read_bytes()
    session.eval("save(p, path)")
    assert (tmp_path / f"p.{suffix}").read_bytes() == first
    assert first.startswith({"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix])
    if suffix == "svg":
        assert b"A title" in first and b"angle" in first


def test_every_kind_of_plot_can_be_saved(tmp_path) -> None:
    session = Session(seed=0)
    session["path"] = str(tmp_path / "p.png")
    session.eval("hist([randn(9), randn(5)], legend=['a', 'b']).save(path)")
    session.eval("scatter([1, 2], [1, nan], figsize=(2, 2)).save(path)")
    session.eval("plot([1, 10, 100], yscale='log', ylim=(1, 50)).save(path)")
    assert (tmp_path / "p.png").stat().st_size > 1000


def test_without_matplotlib_saving_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    error = refusal("plot([1, 2]).save('p.svg')")
    assert error.headline == "a plot is saved by matplotlib, which is not installed"
    assert error.helps == ("pip install 'tcalc[plots]'",)


@pytest.mark.parametrize("call", ["p.save('p.svg')", "save(p, 'p.svg')", "heat([1]).save('p.svg')"])
def test_a_session_without_files_saves_no_picture(call: str) -> None:
    session = Session(limits=Limits(strict=True))
    with pytest.raises(TcalcError, match="this session has no access to files"):
        session.eval(f"p = plot([1, 2])\n{call}")


def test_a_plot_keeps_the_data_that_it_was_made_of() -> None:
    session = Session()
    before, after = session.eval("x = ones(3)\np = plot(x)\na = repr(p)\nx[1] = 5\n(a, repr(p))")
    assert before == after
    assert np.isfinite(session["x"].numpy()).all()
