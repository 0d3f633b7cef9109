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
        "%2 = Sin(%1)     float32 [2]  saves x\n"
        "%3 = Mul(%2, %1) float32 [2]  saves y, x\n"
        "%4 = Sum(%3)     float32 []"
    )


def test_backward_frees_what_was_saved():
    program = "x = tensor(1., requires_grad=True); y = x.exp(); y.backward(); graph(y)"
    assert "saved values are freed" in shown(program)


def test_results_of_one_op_stand_apart():
    text = shown("w = eye(2).requires_grad_(); graph(torch.linalg.svd(w).S.sum())")
    assert "%3 = Result1(%2)" in text


def test_texts_for_graphviz_and_mermaid_have_every_edge():
    graph = Session().eval("x = tensor(1., requires_grad=True); graph(x.exp() * x)")
    assert "  n1 -> n2;" in graph.dot()
    assert graph.dot().count("->") == 3
    assert "  n1 --> n2" in graph.mermaid()
    assert graph.mermaid().count("-->") == 3


def test_a_long_chain_is_listed_by_its_ends():
    lines = shown(
        "x = tensor(1., requires_grad=True)\ny = x\nfor i in range(5000): y = y + 1\ngraph(y)"
    ).split("\n")
    assert len(lines) == 201
    assert lines[100] == "... 4801 more ..."


def test_a_constant_has_no_graph():
    with pytest.raises(AutogradError, match="this tensor has no graph"):
        Graph(Tensor(np.ones(2)))
