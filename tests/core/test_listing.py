"""A graph lists every op once, inputs first, and says what is saved."""

import numpy as np
import pytest

from tcalc import Session, Tensor
from tcalc.core.listing import Graph
from tcalc.errors import AutogradError


def shown(program: str) -> str:
    return Session().eval(program).text()


def test_shared_inputs_stand_once_and_leaves_have_their_names():
    assert shown("x = tensor([1., 2.], requires_grad=True); graph((x.sin() * x).sum())") == (
        "%1 = x           float32 [2]  leaf\n"
        "%2 = Sin(%1)     float32 [2]  saves %1 [1, 2]\n"
        "%3 = Mul(%2, %1) float32 [2]  saves %1 [1, 2], %2 [0.8415, 0.9093]\n"
        "%4 = Sum(%3)     float32 []"
    )


def test_after_backward_every_value_has_the_gradient_that_came_to_it():
    program = "x = tensor([1., 2.], requires_grad=True); y = (x.sin() * x).sum(); y.backward()\n"
    assert shown(program + "graph(y)") == (
        "%1 = x           float32 [2]  leaf, grad [1.382, 0.077] = %2 [0.5403, -0.8323]"
        " + %3 [0.8415, 0.9093]\n"
        "%2 = Sin(%1)     float32 [2]  grad [1, 2]\n"
        "%3 = Mul(%2, %1) float32 [2]  grad [1, 1]\n"
        "%4 = Sum(%3)     float32 []   grad 1"
    )


def test_with_retain_graph_what_was_saved_stands_beside_the_gradient():
    program = "x = tensor(2., requires_grad=True); y = x * x; y.backward(retain_graph=True)\n"
    text = shown(program + "graph(y)")
    assert "%1 = x           float32 []  leaf, grad 4" in text
    assert "%2 = Mul(%1, %1) float32 []  saves %1 2, %1 2, grad 1" in text


def test_what_is_changed_since_it_was_saved_says_so():
    program = "x = ones(2, requires_grad=True); w = ones(2); y = x * w; w += 1; graph(y)"
    assert "saves y (changed since)" in shown(program)


def test_of_two_backward_passes_the_last_one_is_shown():
    program = (
        "x = tensor(2., requires_grad=True); h = x * 3; a = h * 5; b = h * 7\n"
        "a.backward(retain_graph=True); b.backward(retain_graph=True)\n"
    )
    assert "%3 = Mul(%2) float32 []  grad 1" in shown(program + "graph(b)")
    assert "%2 = Mul(%1) float32 []  grad 7" in shown(program + "graph(b)")
    assert "%2 = Mul(%1) float32 []" in shown(program + "graph(a)").split("\n")


def test_without_a_graph_to_show_backward_keeps_nothing():
    session = Session()
    session.eval("x = tensor(1., requires_grad=True); y = x.exp(); y.backward()")
    assert session["y"].node.flow is None
    assert "saved values are freed" in session.eval("graph(y)").text()


def test_what_is_large_is_not_kept_for_the_graph():
    program = "x = ones(2000, requires_grad=True); y = x.exp().sum(); y.backward(); graph(y)"
    lines = shown(program).split("\n")
    assert lines[1] == "%2 = Exp(%1) float32 [2000]  saved values are freed"
    assert lines[2] == "%3 = Sum(%2) float32 []      grad 1"


def test_gradients_reach_each_result_of_an_op_of_several():
    program = (
        "x = tensor([3., 1., 2.], requires_grad=True); y = x.split(2)[0].sum() + x.max()\n"
        "y.backward(); graph(y)"
    )
    text = shown(program)
    assert "leaf, grad [2, 1, 0]" in text


def test_results_of_one_op_stand_apart():
    text = shown("w = eye(2).requires_grad_(); graph(torch.linalg.svd(w).S.sum())")
    assert "%3 = Result1(%2)" in text


def test_texts_for_graphviz_and_mermaid_have_every_edge():
    graph = Session().eval("x = tensor(1., requires_grad=True); graph(x.exp() * x)")
    assert "  n1 -> n2;" in graph.dot()
    assert graph.dot().count("->") == 3
    assert "  n1 --> n2" in graph.mermaid()
    assert graph.mermaid().count("-->") == 3


def test_drawings_in_other_languages_have_the_gradients_at_their_edges():
    program = "x = tensor([1., 2.], requires_grad=True); y = (x * x).sum(); y.backward(); graph(y)"
    graph = Session().eval(program)
    assert '  n1 -> n2 [label="[1, 2]"];' in graph.dot()
    assert 'label="%1 x\\nfloat32 [2]\\nleaf, grad [2, 4]"' in graph.dot()
    assert '  n2 -->|"[1, 1]"| n3' in graph.mermaid()
    assert "<title>[1, 1]</title>" in graph.svg()


def test_a_long_chain_is_listed_by_its_ends():
    lines = shown(
        "x = tensor(1., requires_grad=True)\ny = x\nfor i in range(5000): y = y + 1\ngraph(y)"
    ).split("\n")
    assert len(lines) == 201
    assert lines[100] == "... 4801 more ..."


def test_a_very_long_chain_is_listed_by_its_ends_as_well():
    program = "x = tensor(1., requires_grad=True)\ny = x\nfor i in range(11000): y = y * x\n"
    lines = shown(program + "y.backward(); graph(y)").split("\n")
    assert len(lines) == 201
    assert lines[0] == "%1 = x                   float32 []  leaf, grad 1.1e+04"
    assert lines[100] == "... 10801 more ..."
    assert lines[200] == "%11001 = Mul(%11000, %1) float32 []  grad 1"


def test_a_constant_has_no_graph():
    with pytest.raises(AutogradError, match="this tensor has no graph"):
        Graph(Tensor(np.ones(2)))
