"""Explanations of expressions, of gradients and of nan, compared whole."""

from __future__ import annotations

import random

import numpy as np
import pytest

from tcalc import Session, TcalcError
from tcalc.core import paths
from tcalc.render import view
from tcalc.render.formats import Page

MATRICES = "A = arange(6.).reshape(2, 3); B = arange(12.).reshape(3, 4)\n"
LOSS = "x = tensor([2., 3.], requires_grad=True); loss = (x * x.sin() + x).sum()\n"


def drawn(program: str, **page: object) -> str:
    return view.shown(Session().eval(program), Page(**page))


def failure(program: str) -> TcalcError:
    with pytest.raises(TcalcError) as caught:
        Session().eval(program)
    return caught.value


# Shapes and indices ---------------------------------------------------------------------------


def test_a_broadcast_has_its_sizes_right_aligned_and_says_what_is_stretched() -> None:
    assert drawn("a = ones(2, 1, 4); b = ones(3, 1); explain(a + b)") == (
        "add  a [2, 1, 4], b [3, 1] → [2, 3, 4]\n"
        "a    2  1  4   stretched along 1\n"
        "b       3  1   stretched along 2; repeated along new 0\n"
        "out  2  3  4"
    )


def test_a_column_that_meets_a_vector_is_warned_about() -> None:
    text = drawn("y = ones(3, 1); t = ones(3); explain(y - t)")
    assert "careful: [3, 1] with [3] makes all pairs" in text
    assert "careful" not in drawn("y = ones(3, 1); t = ones(4); explain(y - t)")


def test_an_element_of_a_product_shows_its_row_its_column_and_the_sum() -> None:
    assert drawn(MATRICES + "explain(mm(A, B)[1, 2])") == (
        "mm  A [2, 3], B [3, 4] → [2, 4]\n"
        "out[i, j] = sum over k of A[i, k] * B[k, j]\n"
        "i < 2, k < 3, j < 4\n"
        "A                        B\n"
        "   ┌    0     1     2 ┐     ┌     0      1      2      3 ┐\n"
        " 0 │  0.    1.    2.  │   0 │   0.     1.    <2.>    3.  │\n"
        " 1 │ <3.>  <4.>  <5.> │   1 │   4.     5.    <6.>    7.  │\n"
        "   └                  ┘   2 │   8.     9.   <10.>   11.  │\n"
        "                            └                            ┘\n"
        "out[1, 2] = 3*2 + 4*6 + 5*10 = 80"
    )


@pytest.mark.parametrize(
    ("expression", "line"),
    [
        ("A @ B", "out[i, j] = sum over k of A[i, k] * B[k, j]"),
        ("B @ ones(4)", "out[i] = sum over k of B[i, k] * ones(...)[k]"),
        ("einsum('ij,jk->k', A, B)", "out[k] = sum over i, j of A[i, j] * B[j, k]"),
        ("A.sum(0)", "out[j] = sum over i of A[i, j]"),
        ("A.mean(1, keepdim=True)", "axes that go: 1 (3) (as size 1)   axes that stay: 0 (2)"),
        ("A.T", "out[2, 1] is A[1, 2] = 5"),
        ("A.permute(1, 0)", "out[0, 1] is A[1, 0] = 3"),
        ("B.reshape(2, 6)", "out[1, 0] is B[1, 2] = 6"),
        ("stack([A, A * 2])[1, 1, 1]", "out[1, 1, 1] is mul(...)[1, 1] = 8"),
        ("B[1:, [0, 2]]", "out[1, 1] is B[2, 2] = 10"),
        ("(A + 1).T[2, 0]", "out[2, 0] is add(...)[0, 2] = 3"),
        ("(A + 1)[0, 1]", "out[0, 1] = add of A[0, 1] = 1 is 2"),
        ("A.cumsum(0)", "out[i, j] is the sum of A[:i+1, j]"),
        ("A.cumsum(1)[1, 2]", "out[1, 2] = 3 + 4 + 5 = 12, made of A[1, :]"),
        ("B.cumprod(1)[1, 1]", "out[1, 1] = 20, made of B[1, :2]"),
        ("softmax(A, 1)", "out[i, j] is made of A[i, :]"),
        ("A.flip(0)", "out[i, j] is A[1-i, j]"),
        ("A.roll(1, 1)", "out[i, j] is A[i, (j-1) % 3]"),
        ("A.repeat(2, 1)", "out[i, j] is A[i % 2, j]"),
        ("A.repeat_interleave(2, 0)", "out[i, j] is A[i // 2, j]"),
        ("A.split(2, 1)[1][0, 0]", "out[0, 0] is A[0, 2] = 2"),
        ("A.diff()", "out[i, j] is made of A[i, j:j+2]"),
        ("A.tril()", "out[i, j] is A[i, j] or a constant"),
        ("A.tril()[0, 2]", "out[0, 2] = 0 is made of no element"),
        ("A.norm()", "out = norm over i, j of A[i, j]"),
        ("A.to(torch.float64)[1, 1]", "out[1, 1] = to of A[1, 1] = 4 is 4"),
        ("A.argmax(1)", "out[i] = argmax over j of A[i, j]"),
        ("where(A > 2, A, zeros(3))", "zeros(...)     3   repeated along new 0"),
        ("-A.sort(1, descending=True)[0]", "each element by itself"),
        ("A.sort(1, descending=True)", "out[i, j] is one of A[i, :]"),
        (
            "A.sort(1, descending=True)[0][1, 0]",
            "out[1, 0] is A[1, 2] = 5, chosen from A[1, :]",
        ),
        (
            "trace(A[:, :2])[()]",
            "out = 0 + 4 = 4, made of indexing(...)[0, 0], indexing(...)[1, 1]",
        ),
        ("nn.functional.one_hot(tensor([1, 0, 2]), 3)", "out[i, j] is made of tensor(...)[i]"),
        (
            "nn.functional.embedding(tensor([1, 0]), A)",
            "out[0, 1] is A[1, 1] = 4, by tensor(...)[0]",
        ),
        (
            "nn.functional.conv1d(A[None], B.reshape(2, 2, 3))",
            "out[i, j, k] is made of indexing(...)[0, :, :], reshape(...)[j, :, :]",
        ),
        (
            "nn.functional.avg_pool2d(ones(1, 6, 8), 2)",
            "out[i, j, k] is the mean of ones(...)[0, 2*j:2*j+2, 2*k:2*k+2]",
        ),
        (
            "nn.functional.conv2d(ones(1, 2, 8, 9), ones(3, 2, 3, 3), padding=1)",
            "out[i, j, k, l] is made of ones(...)[0, :, k-1:k+2, l-1:l+2], "
            "ones(...)[j, :, :, :] (fewer at the edges)",
        ),
        (
            "einsum('...ij,jk->...ik', ones(5, 2, 3), B)",
            "out[l, i, k] = sum over j of ones(...)[l, i, j] * B[j, k]",
        ),
        (
            "ones(5, 1, 2, 3) @ ones(4, 3, 6)",
            "out[l, m, i, j] = sum over k of ones(...)[l, 0, i, k] * ones(...)[m, k, j]",
        ),
        (
            "nn.functional.conv2d(ones(2, 3, 32, 32), ones(4, 3, 3, 3), padding=1)",
            "out[i, j, k, l] is made of ones(...)[i, :, k-1:k+2, l-1:l+2], "
            "ones(...)[j, :, :, :] (fewer at the edges)",
        ),
        (
            "nn.functional.max_pool2d(arange(4096.).reshape(1, 64, 64), 2)",
            "out[0, 31, 31] is reshape(...)[0, 63, 63] = 4095",
        ),
        (
            "arange(4e5).reshape(4, 10, 10000).cumsum(1)",
            "out[i, j, k] is the sum of reshape(...)[i, :j+1, k]",
        ),
        ("rand(3)", "rand() computes its result as a whole"),
        ("dropout(A, 0.5)[0, 0]", "dropout() computes its result as a whole"),
        ("A.tolist()", "tolist() gives no tensor"),
        ("A[:, tensor([0, 1])]", "out[1, 1] is A[1, 1] = 4"),
        (
            "grad(lambda t: (t * t).sum())(A)",
            "a walk down the graph: explain(y, x) shows the paths from y to x",
        ),
        ("zeros(0, 3).sum(0)[1]", "out[1] = sum of [] is 0"),
        ("zeros(0, 3).T", "the result has no elements"),
    ],
)
def test_each_kind_of_op_says_where_elements_come_from(expression: str, line: str) -> None:
    assert line in drawn(MATRICES + f"explain({expression})", width=120).split("\n")


def test_an_op_is_run_again_without_a_trace_in_the_session() -> None:
    explained, plain = Session(seed=1), Session(seed=1)
    explained.eval("x = ones(3); a = repr(explain(x.fill_(2))); b = repr(explain(dropout(x, 0.5)))")
    plain.eval("x = ones(3); x.fill_(2); dropout(x, 0.5)")
    assert explained.eval("x.tolist()") == [2.0, 2.0, 2.0]
    assert explained.eval("rand(3).tolist()") == plain.eval("rand(3).tolist()")


def test_of_a_large_operand_the_edges_and_what_matters_are_shown() -> None:
    text = drawn("a = ones(100, 100); explain((a @ a)[50, 60])", width=200)
    assert "<1.>" in text
    assert " 50 │" in text
    assert "+ ... = 100" in text
    assert len(text.split("\n")) < 40


# The language ---------------------------------------------------------------------------------


def test_a_name_given_to_something_else_is_an_ordinary_function() -> None:
    assert Session().eval("def explain(x): return x + 1\nexplain(2 * 3)") == 7
    assert Session().eval("why_nan = float\nwhy_nan('2') + (explain := 1)") == 3.0


def test_an_expression_sees_the_variables_around_it() -> None:
    program = "def f(u):\n    v = u * 2\n    return explain(v + u)\nf(ones(2))"
    assert drawn(program).startswith("add  v [2], u [2] → [2]\n")


def test_an_error_in_the_expression_is_shown_where_it_is() -> None:
    error = failure("explain(ones(2) + ones(3))")
    assert error.diagnostic.span.text == "ones(2) + ones(3)"


def test_without_an_op_there_is_nothing_to_explain() -> None:
    error = failure("x = ones(3); y = x + 1; explain(y)")
    assert "explain() takes an expression" in str(error)


# Gradients ------------------------------------------------------------------------------------


def test_the_paths_of_a_gradient_add_up() -> None:
    assert drawn(LOSS + "loss.backward(retain_graph=True); explain(x.grad[0])") == (
        "x.grad[0] by 3 paths from loss\n"
        "   0.9093  ← Mul [1, 1] ← Add [1, 1] ← Sum 1\n"
        "  -0.8323  ← Sin [2, 3] ← Mul [1, 1] ← Add [1, 1] ← Sum 1\n"
        "        1  ← Add [1, 1] ← Sum 1\n"
        "  = 1.077"
    )


OPS = [
    "{a} * {b}", "{a} + 2 * {b}", "{a}.sin() * {b}", "{a}.exp() / ({b} ** 2 + 1)", "{a}[[2, 0, 0]]",
    "{a}.flip(0) - {b}", "{a}.cumsum(0)", "where({a} > 0, {a}, {b})", "cat([{a}, {b}])[1:4]",
    "({a} * {b}).sum() + {a}", "relu({a}) @ {b} * {b}", "stack([{a}, {b}]).max(0)[0]",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_the_parts_of_the_gradient_of_any_graph_add_up(seed: int) -> None:
    draw = random.Random(seed)
    names = ["x"]
    session = Session(seed=seed)
    session.eval("x = torch.randn(3, dtype=torch.float64, requires_grad=True)")
    for number in range(draw.randrange(2, 9)):
        a, b = draw.choices(names, k=2)
        session.eval(f"v{number} = {draw.choice(OPS).format(a=a, b=b)}")
        names.append(f"v{number}")
    session.eval(f"loss = ({names[-1]} * {names[-2]}).sum(); loss.backward(retain_graph=True)")
    found = session.call(paths.parts, session["loss"], session["x"].node)
    total = np.sum([part.gradient for part in found], axis=0)
    np.testing.assert_allclose(total, session["x"].grad.array, rtol=1e-9, atol=1e-12)
    assert "careful" not in view.shown(session.eval("explain(x.grad[1])"), Page())


def test_an_expression_of_the_loss_needs_no_graph_that_was_kept() -> None:
    text = drawn(LOSS + "loss.backward(); explain(lambda: (x ** 2).sum(), x, 1)")
    assert text == "x.grad[1] by 1 path from the expression\n  6  ← Pow [1, 1] ← Sum 1\n= 6"


def test_a_gradient_of_several_backward_calls_is_told_apart() -> None:
    text = drawn(
        LOSS + "(3 * x).sum().backward(); loss.backward(retain_graph=True); explain(x.grad[0])"
    )
    assert text.endswith(
        "careful: x.grad[0] is 4.077; the rest came from other calls of backward()"
    )


def test_a_graph_that_is_gone_says_what_to_do() -> None:
    error = failure(LOSS + "loss.backward(); explain(x.grad[0])")
    assert "the graph of loss is gone" in str(error)
    assert "loss.backward(retain_graph=True) keeps the graph" in error.helps


def test_more_paths_than_can_be_read_are_those_of_the_last_ops() -> None:
    program = "x = y = tensor(1., requires_grad=True)\nfor i in range(20): y = y * x + y\n"
    text = drawn(program + "explain(y, x)")
    lines = text.split("\n")
    assert len(lines) < 30
    assert lines[-1].strip().startswith("= ")


def test_an_element_that_is_none_is_refused() -> None:
    assert "is no element of x" in str(failure(LOSS + "explain(lambda: x.sum(), x, 7)"))


# nan ------------------------------------------------------------------------------------------

BAD = "x = tensor([1., 0., 2.], requires_grad=True)\n"


def test_the_producer_of_nan_is_told_from_what_passes_it_on() -> None:
    assert drawn(BAD + "why_nan(log(x) * 0 + 1)") == (
        "log made -inf at [1], of operands that have none\n"
        "in line 2: log(x)\n"
        "mul made nan at [1] of it\n"
        "in line 2: log(x) * 0\n"
        "1 later step passed it on\n"
        "log  x [3] → [3]\n"
        "each element by itself\n"
        "x\n"
        "   ┌    0     1     2 ┐\n"
        " 0 │  1.   <0.>   2.  │\n"
        "   └                  ┘\n"
        "out[1] = log of x[1] = 0 is -inf"
    )


WAYS = [
    ("log(-x)", "log made nan at [0] (the first of 2), of operands that have none"),
    ("zeros(2) / zeros(2)", "div made nan at [0] (the first of 2), of operands that have none"),
    ("arange(3) / 0", "div made nan at [0], of operands that have none"),
    ("m - m", "sub made nan at [1]; m has inf at [1]"),
    ("sqrt(x - 2).sum()", "sqrt made nan at [0] (the first of 2), of operands that have none"),
    ("zeros(3) * exp(x * 1000)",
     "exp made inf at [0] (the first of 2), of operands that have none"),
    ("(-x) ** 0.5", "pow made nan at [0] (the first of 2), of operands that have none"),
    ("acos(x + 0.5).mean()", "acos made nan at [0] (the first of 2), of operands that have none"),
    ("zeros(0).mean()", "mean made nan, of operands that have none"),
    ("x[:1].std()", "std made nan, of operands that have none"),
    ("softmax(full((2, 3), -inf), 1)",
     "softmax made nan at [0, 0] (the first of 6); what full() was given has -inf at [0, 0] "
     "(the first of 6)"),
    ("z / z.norm(dim=1, keepdim=True)",
     "div made nan at [1, 0] (the first of 3), of operands that have none"),
    ("(d * 2).sum()", "d has nan at [1, 0] already, before mul"),
    ("log(z.T[1:])", "log made -inf at [0, 1] (the first of 2), of operands that have none"),
    ("[log(tensor([float(k)]) - 1) for k in range(3)]",
     "log made nan at [0], of operands that have none"),
    ("halving(x)", "div made nan at [1], of operands that have none"),
    ("h + h", "add made inf at [0], of operands that have none"),
    ("x.half() * 40000", "mul made inf at [2], of operands that have none"),
    ("x * 2e38 - x * 2e38", "mul made inf at [2], of operands that have none"),
    ("nn.functional.cross_entropy(m[None], tensor([0]))",
     "m has inf at [1] already, before indexing"),
    ("tensor(nan)", "tensor() was given nan"),
    ("w.grad", "w.grad has inf at [0]"),
    ("w.grad * 2", "w.grad has inf at [0]"),
]  # fmt: skip
WORLD = """
x = tensor([1., 0., 2.]); m = tensor([1., inf]); d = tensor([[1., 2.], [nan, 3.]])
z = zeros(2, 3); z[0] = 1; h = tensor([60000., 1.], dtype=torch.float16)
w = tensor([0., 4.], requires_grad=True); loss = sqrt(w).sum(); loss.backward(retain_graph=True)
def halving(t):
    for i in range(3): t = t / (t if i == 2 else 2)
    return t
"""


@pytest.mark.parametrize(("expression", "verdict"), WAYS, ids=[way for way, _ in WAYS])
def test_every_way_to_nan_names_the_op_and_the_place(expression: str, verdict: str) -> None:
    lines = drawn(f"{WORLD}why_nan({expression})", width=120).split("\n")
    assert lines[0] == verdict
    assert lines[1].startswith(("in line ", "the rule of "))


def test_nan_in_a_gradient_is_traced_to_the_rule_that_made_it() -> None:
    program = (
        "w = tensor([0., 4.], requires_grad=True)\n"
        "y = where(w > 0, log(w), zeros(2)).sum(); y.backward()  # graph() has the gradients\n"
        "why_nan(w.grad)"
    )
    assert drawn(program) == (
        "w.grad has nan at [0]\n"
        "the rule of %2 Log made nan at [0] of [0, 1]\n"
        "in line 2: log(w)\n"
        "it went to %1 w"
    )


def test_nan_that_came_in_is_no_ops_fault() -> None:
    assert drawn("x = tensor([1., nan]); why_nan(x * 2)").startswith("x has nan at [1] already")


def test_a_name_is_looked_up_in_its_graph() -> None:
    text = drawn(BAD + "z = x.exp() / 0\nwhy_nan(z)")
    assert "%3 Div has inf at [0] (the first of 3)\n  made of %2 Exp[0] = 2.718" in text
    assert "%3 Div is the first" in text


def test_a_graph_that_did_not_save_enough_says_so() -> None:
    text = drawn(BAD + "z = (x.log() * tensor([1., 0., 1.])).sum()\nwhy_nan(z)")
    assert "was not saved, so it may have come from there" in text
    assert "why_nan((x.log() * tensor([1., 0., 1.])).sum()) computes it again" in text


def test_finite_results_are_called_so() -> None:
    assert drawn(BAD + "why_nan(x * 2)") == "nothing is nan or inf in 1 step"
    assert drawn(BAD + "why_nan(x)") == "nothing is nan or inf"
    assert drawn("x = tensor(nan); why_nan(x)").startswith("x has nan; no graph")


def test_a_name_without_a_graph_is_offered_the_expression_that_gave_it():
    session = Session()
    session.eval("x = tensor([1., -1.])\ny = x.log()\nz = y")
    assert "why_nan(x.log()) computes it again" in repr(session.eval("why_nan(y)"))
    session["y"] = session.eval("x.sqrt()")
    assert "why_nan(lambda: ...) computes" in repr(session.eval("why_nan(y)"))
