"""Graphs with their rails, compared whole."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tcalc import Session, TcalcError
from tcalc.limits import Limits
from tcalc.render import view
from tcalc.render.formats import Page

NETWORK = """
x = ones(5, 3); b = zeros(4, requires_grad=True); w = ones(3, 4, requires_grad=True)
loss = ((x @ w + b).relu() ** 2).mean() + (w ** 2).sum()
"""


def drawn(program: str, **page: object) -> str:
    return view.shown(Session().eval(program), Page(**page))


def test_a_shared_value_has_a_rail_to_each_of_its_uses() -> None:
    assert drawn("x = tensor([1., 2.], requires_grad=True); graph((x.sin() * x).sum())") == (
        "○    %1 = x           float32 [2]  leaf\n"
        "├─●  %2 = Sin(%1)     float32 [2]  saves %1 [1, 2]\n"
        "●─╯  %3 = Mul(%2, %1) float32 [2]  saves %1 [1, 2], %2 [0.8415, 0.9093]\n"
        "●    %4 = Sum(%3)     float32 []"
    )


def test_after_backward_the_gradients_stand_at_the_values() -> None:
    assert drawn(NETWORK + "loss.backward(); graph(loss)") == (
        "○      %1 = w            float32 [3, 4]\n"
        "│        leaf, grad [3, 4] all 3.5 = %2 [3, 4] all 1.5 + %8 [3, 4] all 2\n"
        "├─●    %2 = Mm(%1)       float32 [5, 4]  grad [5, 4] all 0.3\n"
        "│ │ ○  %3 = b            float32 [4]     leaf, grad [1.5, 1.5, 1.5, 1.5]\n"
        "│ ●─╯  %4 = Add(%2, %3)  float32 [5, 4]  grad [5, 4] all 0.3\n"
        "│ ●    %5 = Relu(%4)     float32 [5, 4]  grad [5, 4] all 0.3\n"
        "│ ●    %6 = Pow(%5)      float32 [5, 4]  grad [5, 4] all 0.05\n"
        "│ ●    %7 = Mean(%6)     float32 []      grad 1\n"
        "● │    %8 = Pow(%1)      float32 [3, 4]  grad [3, 4] all 1\n"
        "● │    %9 = Sum(%8)      float32 []      grad 1\n"
        "●─╯    %10 = Add(%7, %9) float32 []      grad 1"
    )


def test_what_is_longer_than_the_screen_is_wide_goes_on_below_beside_the_rails() -> None:
    program = "x = tensor([1., 2.], requires_grad=True); y = (x.sin() * x).sum()\n"
    assert drawn(program + "graph(y).backward_steps()", width=40) == (
        "●    %4 Sum 1\n"
        "│      gives %3 [1, 1]\n"
        "●    %3 Mul [1, 1]\n"
        "│      gives %2 [1, 2], %1 [0.8415,\n"
        "│      0.9093]\n"
        "├─●  %2 Sin [1, 2]\n"
        "│ │    gives %1 [0.5403, -0.8323]\n"
        "○─╯  %1 x   [1.382, 0.077]\n"
        "       is added to x.grad"
    )


def test_a_backward_pass_flows_down_to_the_leaves() -> None:
    assert drawn(NETWORK + "graph(loss).backward_steps()", width=72) == (
        "●      %10 Add 1                     gives %7 1, %9 1\n"
        "├─●    %9 Sum  1                     gives %8 [3, 4] all 1\n"
        "│ ●    %8 Pow  [3, 4] all 1          gives %1 [3, 4] all 2\n"
        "● │    %7 Mean 1                     gives %6 [5, 4] all 0.05\n"
        "● │    %6 Pow  [5, 4] all 0.05       gives %5 [5, 4] all 0.3\n"
        "● │    %5 Relu [5, 4] all 0.3        gives %4 [5, 4] all 0.3\n"
        "● │    %4 Add  [5, 4] all 0.3\n"
        "│ │      gives %2 [5, 4] all 0.3, %3 [1.5, 1.5, 1.5, 1.5]\n"
        "├─│─●  %2 Mm   [5, 4] all 0.3        gives %1 [3, 4] all 1.5\n"
        "○ │ │  %3 b    [1.5, 1.5, 1.5, 1.5]  is added to b.grad\n"
        "  ○─╯  %1 w    [3, 4] all 3.5        is added to w.grad"
    )


def test_a_program_is_drawn_with_inputs_where_they_are_used() -> None:
    program = "def f(x, y):\n    z = x @ y\n    z += y.sum()\n    return z\n"
    assert drawn(program + "trace(f, ones(2, 2), eye(2))") == (
        "○    %1 = x       float32 [2, 2]  input\n"
        "│ ○  %2 = y       float32 [2, 2]  input\n"
        "●─┤  %3 = %1 @ %2 float32 [2, 2]\n"
        "│ ●  %4 = sum(%2) float32 []\n"
        "●─╯  %3 += %4     float32 [2, 2]  in place\n"
        "●    return %3"
    )


def test_ascii_and_colour_draw_the_same_rails() -> None:
    program = "x = tensor(1., requires_grad=True); graph(x.sin() * x)"
    assert drawn(program, encoding="ascii").split("\n")[1:] == [
        "+-*  %2 = Sin(%1)     float32 []  saves %1 1",
        "*-'  %3 = Mul(%2, %1) float32 []  saves %1 1, %2 0.8415",
    ]
    coloured = drawn(program, color=True).split("\n")
    assert coloured[1].startswith("\x1b[34m├\x1b[0m\x1b[35m─\x1b[0m\x1b[35m●\x1b[0m")


def test_a_graph_higher_than_the_screen_shows_its_ends() -> None:
    chain = "x = y = tensor(1., requires_grad=True)\nfor i in range(5000): y = y * x\ngraph(y)"
    lines = drawn(chain, height=20).split("\n")
    assert len(lines) == 18
    assert lines[9] == "⋮ ⋮  4,984 more: .text(), .svg()"
    assert lines[-1].startswith("●─╯  %5001 = Mul(%5000, %1)")


def test_wide_letters_of_a_name_take_two_columns() -> None:
    assert drawn("数 = tensor(1., requires_grad=True); graph(数.sin())") == (
        "○  %1 = 数      float32 []  leaf\n●  %2 = Sin(%1) float32 []  saves %1 1"
    )
    text = drawn("数, b = eye(2), eye(2); explain((数 @ b)[0, 0])").split("\n")
    assert text[3].index("b") + 1 == text[4].rindex("┌") - 3


def test_more_values_than_rails_are_found_by_number() -> None:
    many = "xs = [tensor(1., requires_grad=True) for i in range(40)]; graph(torch.stack(xs))"
    lines = drawn(many).split("\n")
    assert len(lines) == 41
    assert max(line.index("%") for line in lines) < 30


@pytest.mark.parametrize("what", ["graph(loss)", "graph(loss).backward_steps()"])
def test_svg_text_has_every_entry_and_edge(what: str) -> None:
    graph = Session().eval(NETWORK + what)
    root = ElementTree.fromstring(graph.svg())
    tags = [element.tag.rpartition("}")[2] for element in root]
    assert tags.count("circle") == 10
    assert tags.count("path") == graph.dot().count("->")


@pytest.mark.parametrize(
    ("name", "start"),
    [("g.svg", "<svg "), ("g.dot", "digraph {"), ("g.GV", "digraph {"), ("g.mmd", "graph TD"),
     ("g.txt", "%1 = w")],
)  # fmt: skip
def test_a_graph_is_saved_in_the_language_of_its_ending(tmp_path, name: str, start: str) -> None:
    session = Session()
    session["path"] = str(tmp_path / name)
    session.eval(NETWORK + "save(graph(loss), path)")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_a_graph_that_cannot_be_saved_says_why(tmp_path) -> None:
    session = Session()
    session["folder"] = str(tmp_path)
    with pytest.raises(TcalcError, match=r"saved as \.svg, \.dot, \.gv, \.mmd or \.txt"):
        session.eval(NETWORK + "save(graph(loss), folder + '/g.png')")
    with pytest.raises(TcalcError, match="No such file"):
        session.eval("save(graph(loss), folder + '/none/g.svg')")
    with pytest.raises(TcalcError, match="no access to files"):
        Session(limits=Limits(strict=True)).eval(NETWORK + "save(graph(loss), 'g.svg')")
