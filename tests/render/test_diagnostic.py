"""Whole diagnostics, as a user at a terminal of 80 columns sees them."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import dedent

import pytest

from tcalc.diagnostic import Diagnostic, Label, Source, Span
from tcalc.excerpt import cells
from tcalc.theme import STYLES, paint


def span(source: Source, part: str, occurrence: int = 0) -> Span:
    start = -1
    for _ in range(occurrence + 1):
        start = source.text.index(part, start + 1)
    return Span(source, start, start + len(part))


def diagnose(
    text: str,
    place: str,
    labels: Sequence[tuple[str, str]] = (),
    **more: Sequence[str],
) -> Diagnostic:
    source = Source(text, "script.tc")
    return Diagnostic(
        "it went wrong",
        span=span(source, place),
        labels=[Label(span(source, part), label) for part, label in labels],
        **more,
    )


def check(diagnostic: Diagnostic, expected: str, width: int = 80) -> None:
    assert diagnostic.render(width) == dedent(expected).strip("\n")


def test_labels_share_a_line_and_the_last_stands_beside_its_underline() -> None:
    source = Source("x = 1\nmm(a, b)\n", "script.tc")
    diagnostic = Diagnostic(
        "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
        span=span(source, "mm(a, b)"),
        labels=[
            Label(Span(source, 9, 10), "a: float32 [2, 3]"),
            Label(Span(source, 12, 13), "b: float32 [2, 3]"),
        ],
        notes=["mm needs a's last size (3) to equal b's first (2)"],
        helps=["mm(a, b.T) gives [2, 2]"],
    )
    check(
        diagnostic,
        """
        error: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)
         --> script.tc:2:1
          |
        2 | mm(a, b)
          |    -  - b: float32 [2, 3]
          |    |
          |    a: float32 [2, 3]
          |
          = note: mm needs a's last size (3) to equal b's first (2)
          = help: mm(a, b.T) gives [2, 2]
        """,
    )


def test_three_labels_are_stacked_from_the_right() -> None:
    check(
        diagnose("cat(aa, bb, cc)", "cat", [("aa", "one"), ("bb", "two"), ("cc", "three")]),
        """
        error: it went wrong
         --> script.tc:1:1
          |
        1 | cat(aa, bb, cc)
          |     --  --  -- three
          |     |   |
          |     |   two
          |     one
        """,
    )


def test_without_labels_the_place_itself_is_underlined() -> None:
    check(
        diagnose("1 + 1 / 0", "1 / 0"),
        """
        error: it went wrong
         --> script.tc:1:5
          |
        1 | 1 + 1 / 0
          |     ^^^^^
        """,
    )


def test_the_end_of_a_text_can_be_pointed_at() -> None:
    source = Source("y = (1 +", "script.tc")
    check(
        Diagnostic("expected an expression", span=Span(source, 8, 8)),
        """
        error: expected an expression
         --> script.tc:1:9
          |
        1 | y = (1 +
          |         ^
        """,
    )


def test_a_place_of_several_lines_is_bracketed() -> None:
    check(
        diagnose("f(a,\n  b,\n  c)\n", "f(a,\n  b,\n  c)", [("b", "a string")]),
        """
        error: it went wrong
         --> script.tc:1:1
          |
        2 |   b,
          |   - a string
        """,
    )
    check(
        diagnose("x = f(a,\n  b)\n", "f(a,\n  b)"),
        """
        error: it went wrong
         --> script.tc:1:5
          |
        1 |   x = f(a,
          |  _____^
        2 | |   b)
          | |____^
        """,
    )


def test_a_long_bracket_shows_its_ends() -> None:
    text = "[\n" + "".join(f"  {i},\n" for i in range(20)) + "]"
    check(
        diagnose(text, text),
        """
        error: it went wrong
          --> script.tc:1:1
           |
         1 | / [
         2 | |   0,
         3 | |   1,
        ...  |
        21 | |   19,
        22 | | ]
           | |_^
        """,
    )


def test_wide_characters_and_tabs_keep_underlines_in_place() -> None:
    check(
        diagnose("\t张量 = 'é' + 乘\n", "乘", [("乘", "here")]),
        """
        error: it went wrong
         --> script.tc:1:13
          |
        1 |     张量 = 'é' + 乘
          |                  ^^ here
        """,
    )


def test_a_combining_mark_takes_no_column() -> None:
    assert cells("e\u0301") == 1
    assert cells("乘") == 2


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "y = " + " + ".join(f"x{i:02}" for i in range(60))
    text = diagnose(line, "x30", [("x30", "int")]).render(60)
    shown = text.splitlines()[3]
    assert len(shown) <= 60
    assert shown.startswith("1 | ...")
    assert shown.endswith("...")
    assert text.splitlines()[4].index("^^^") == shown.index("x30")


def test_control_characters_of_a_source_never_reach_the_terminal() -> None:
    assert "\x1b" not in diagnose("x = '\x1b[31m' + y", "y").render()


def test_calls_are_shown_innermost_first() -> None:
    source = Source(
        "def f(x):\n    return 1 / x\n\ndef g(x):\n    return f(x)\n\ng(0)\n", "script.tc"
    )
    diagnostic = Diagnostic(
        "division by zero",
        span=span(source, "1 / x"),
        calls=[("g", span(source, "g(0)")), ("f", span(source, "f(x)", 1))],
        notes=["x is 0"],
    )
    check(
        diagnostic,
        """
        error: division by zero
         --> script.tc:2:12
          |
        2 |     return 1 / x
          |            ^^^^^
          |
         ::: script.tc:5:12
          |
        5 |     return f(x)
          |            ---- calls f
          |
         ::: script.tc:7:1
          |
        7 | g(0)
          | ---- calls g
          |
          = note: x is 0
        """,
    )


def test_a_deep_recursion_shows_both_ends() -> None:
    source = Source("f(1) + g(1)", "script.tc")
    calls = [("f", Span(source, 0, 4)), ("g", Span(source, 7, 11))] * 100
    text = Diagnostic("nested too deeply", span=Span(source, 0, 4), calls=calls).render()
    assert (text.count("calls f"), text.count("calls g")) == (3, 3)
    assert " ::: ... 194 more calls ..." in text


def test_calls_from_one_place_are_counted() -> None:
    source = Source("f(1)", "script.tc")
    calls = [("f", Span(source, 0, 4))] * 100
    text = Diagnostic("nested too deeply", span=Span(source, 0, 4), calls=calls).render()
    assert text.endswith("1 | f(1)\n  | ---- calls f, 100 times")


def test_labels_in_another_source_have_a_block_of_their_own() -> None:
    here, there = Source("f(2)", "<input 2>"), Source("x = 3", "<input 1>")
    check(
        Diagnostic(
            "it went wrong",
            span=Span(here, 0, 4),
            labels=[Label(Span(there, 0, 5), "bound here")],
        ),
        """
        error: it went wrong
         --> <input 2>:1:1
          |
        1 | f(2)
          | ^^^^
          |
         ::: <input 1>:1:1
          |
        1 | x = 3
          | ----- bound here
        """,
    )


def test_notes_keep_their_lines_and_long_ones_are_broken_between_words() -> None:
    diagnostic = Diagnostic("no", notes=["x:    2 3\ny:  4 1 3", "word " * 12 + "end"])
    check(
        diagnostic,
        """
        error: no
          = note: x:    2 3
                  y:  4 1 3
          = note: word word word word word
                  word word word word word
                  word word end
        """,
        width=35,
    )


def test_colour_only_adds_codes() -> None:
    diagnostic = diagnose("1 / 0", "1 / 0", notes=["why"])
    colored = diagnostic.render(color=True)
    for code in {paint(style, "\0").partition("\0")[0] for style in STYLES} | {"\x1b[0m"}:
        colored = colored.replace(code, "") if code else colored
    assert colored == diagnostic.render()


@pytest.mark.parametrize("width", [1, 10, 20, 40])
def test_a_narrow_terminal_is_no_failure(width: int) -> None:
    assert diagnose("a + b" * 30, "b", [("b", "why")], notes=["a b c" * 20]).render(width)


def test_marks_too_far_apart_for_one_window_have_one_each() -> None:
    text = f"cat((first, {'a, ' * 40}last), dim=0)"
    check(
        diagnose(text, "cat", [("first", "float32 [2]"), ("last", "float32 [3]")]),
        """
        error: it went wrong
         --> script.tc:1:1
          |
        1 | cat((first, a, a, a, a, ..., a, a, a, a, last), dim=0)
          |      -----                               ---- float32 [3]
          |      |
          |      float32 [2]
        """,
    )


def test_a_text_that_has_no_room_beside_its_mark_stands_below_it() -> None:
    long = "x" * 60
    check(
        diagnose(f"y @ {long}", "@", [("y", "float32 [2]"), (long, "float32 [3, 4], a long text")]),
        f"""
        error: it went wrong
         --> script.tc:1:3
          |
        1 | y @ {long}
          | -   {"-" * 60}
          | |   |
          | |   float32 [3, 4], a long text
          | float32 [2]
        """,
    )


def test_wide_characters_are_counted_in_windows_that_are_apart() -> None:
    text = f"求和({'重量, ' * 30}偏差)"
    shown = diagnose(text, "求和", [("求和", "first"), ("偏差", "last")]).render(60)
    line, marks = shown.split("\n")[3:5]
    assert cells(line[: line.index("偏差")]) == marks.index("----")
    assert cells(line) <= 60


def test_a_headline_is_one_line_but_on_a_screen() -> None:
    diagnostic = Diagnostic("The size of tensor a (4) must match the size of tensor b (3)")
    assert diagnostic.render(40) == f"error: {diagnostic.headline}"
    assert diagnostic.render(40, screen=True).split("\n") == [
        "error: The size of tensor a (4) must",
        "match the size of tensor b (3)",
    ]
    assert diagnostic.render(80, screen=True) == f"error: {diagnostic.headline}"


def test_a_headline_without_blanks_is_not_broken() -> None:
    diagnostic = Diagnostic("x" * 100)
    assert diagnostic.render(40, screen=True) == f"error: {diagnostic.headline}"
