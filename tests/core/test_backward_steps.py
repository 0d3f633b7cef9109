"""The backward pass can be looked at step by step, without being done."""

import pytest

from tcalc import Session
from tcalc.errors import AutogradError

PROGRAM = "x = tensor([1., 2.], requires_grad=True); y = (x.sin() * x).sum()\n"


def test_each_step_says_what_came_in_and_what_went_where():
    assert Session().eval(PROGRAM + "graph(y).backward_steps()").text() == (
        "%4 Sum 1               gives %3 [1, 1]\n"
        "%3 Mul [1, 1]          gives %2 [1, 2], %1 [0.8415, 0.9093]\n"
        "%2 Sin [1, 2]          gives %1 [0.5403, -0.8323]\n"
        "%1 x   [1.382, 0.077]  is added to x.grad"
    )


def test_steps_leave_gradients_and_saved_values_alone():
    session = Session()
    session.eval(PROGRAM + "graph(y).backward_steps(); y.backward()")
    before = session["x"].grad.tolist()
    session.eval("z = (x * x).sum(); z.backward(retain_graph=True); graph(z).backward_steps()")
    assert session.eval("x.grad.tolist()") == pytest.approx([before[0] + 2, before[1] + 4])


def test_parts_of_a_step_are_tensors_to_compute_with():
    steps = "s = graph(y).backward_steps()\n"
    assert Session().eval(PROGRAM + steps + "s[1].rule, s[1].gradient.tolist(), len(s)") == (
        "MulBackward0",
        [1.0, 1.0],
        4,
    )
    assert Session().eval(PROGRAM + steps + "s[1].passed[0][1].tolist()") == [1.0, 2.0]


def test_a_result_of_several_elements_needs_a_cotangent():
    program = "x = tensor([1., 2.], requires_grad=True); y = x * 3\n"
    with pytest.raises(AutogradError, match="only for scalar outputs"):
        Session().eval(program + "graph(y).backward_steps()")
    steps = Session().eval(program + "graph(y).backward_steps(tensor([1., 10.]))")
    assert "[3, 30]" in steps.text()


def test_of_a_graph_that_is_freed_the_steps_are_those_of_the_last_backward():
    steps = "graph(y).backward_steps()"
    fresh = Session().eval(PROGRAM + steps)
    kept = Session().eval(PROGRAM + "y.backward(); " + steps)
    assert kept.text() == fresh.text()
    assert [step.rule for step in kept] == [step.rule for step in fresh]


def test_the_cotangent_of_the_last_backward_is_remembered():
    program = "x = tensor([1., 2.], requires_grad=True); y = x * 3; y.backward(tensor([1., 10.]))\n"
    assert Session().eval(program + "graph(y).backward_steps()").text() == (
        "%2 Mul [1, 10]  gives %1 [3, 30]\n%1 x   [3, 30]  is added to x.grad"
    )


def test_a_graph_that_is_freed_before_anyone_looks_says_how_to_keep_it():
    session = Session()
    session.eval(PROGRAM + "y.backward()")
    with pytest.raises(AutogradError, match="a second time"):
        session.eval("graph(y).backward_steps()")


def test_results_of_one_op_pass_their_gradients_to_it_together():
    text = (
        Session()
        .eval("w = eye(2).requires_grad_(); graph(torch.linalg.svd(w).S.sum()).backward_steps()")
        .text()
    )
    assert "%3 Result1" in text
    assert "is added to w.grad" in text
