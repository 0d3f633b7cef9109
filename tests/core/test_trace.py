"""A traced function is a program: it reads well, runs on other inputs, and never goes astray."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np
import pytest

from tcalc import Session, TcalcError, Tensor
from tcalc.core import modes
from tcalc.core.random import default_generator
from tcalc.core.trace import record
from tcalc.errors import ArgumentFault, RuntimeFault, ShapeError

LOOP = """
def f(a):
    b = a * 2
    while b.norm() < 5:
        b = b * 2
    return b if b.sum() > 0 else 100 * b
"""


@pytest.fixture
def session() -> Session:
    return Session(seed=0)


def shown(session: Session, text: str) -> str:
    """The listing that the last expression of `text` prints."""
    return repr(session.eval(text))


def same(session: Session, function: str, *inputs: str) -> None:
    """Hold a program against its function: traced with the first inputs, called with the others."""
    session.eval(f"g = trace({function}, {inputs[0]})")
    for each in inputs[1:]:
        wanted = session.eval(f"torch.manual_seed(1); {function}({each})")
        found = session.eval(f"torch.manual_seed(1); g({each})")
        assert repr(found) == repr(wanted)


# Reading --------------------------------------------------------------------------------------


def test_a_program_lists_inputs_ops_what_was_looked_at_and_the_result(session: Session) -> None:
    assert shown(session, LOOP + "trace(f, tensor(1.5))") == (
        "%1 = a        float32 []  input\n"
        "%2 = %1 * 2   float32 []\n"
        "%3 = norm(%2) float32 []\n"
        "%4 = %3 < 5   bool []\n"
        "bool(%4)      is True     line 4: b.norm() < 5\n"
        "%5 = %2 * 2   float32 []\n"
        "%6 = norm(%5) float32 []\n"
        "%7 = %6 < 5   bool []\n"
        "bool(%7)      is False    line 4: b.norm() < 5\n"
        "%8 = sum(%5)  float32 []\n"
        "%9 = %8 > 0   bool []\n"
        "bool(%9)      is True     line 6: b.sum() > 0\n"
        "return %5"
    )


def test_arguments_are_written_as_they_would_be_typed(session: Session) -> None:
    text = shown(
        session,
        """
W = ones(3, 2)
def f(x, p):
    y = (x @ W)[:, 0:1] + torch.zeros(2, 1, dtype=float64)
    z = y.sum(dim=1, keepdim=True).T
    u, s, v = torch.linalg.svd(z)
    return {'a': (s, p['k'][0], -x), 'n': 3}, cat([z, z], 1), x.to(int64)
trace(f, ones(2, 3), p={'k': [ones(1)]})
""",
    )
    assert text == (
        "%1 = x                            float32 [2, 3]                               input\n"
        "%2 = p['k'][0]                    float32 [1]                                  input\n"
        "%3 = W                            float32 [3, 2]                               captured\n"
        "%4 = %1 @ %3                      float32 [2, 2]\n"
        "%5 = %4[:, 0:1]                   float32 [2, 1]\n"
        "%6 = zeros(2, 1, dtype=float64)   float64 [2, 1]\n"
        "%7 = %5 + %6                      float64 [2, 1]\n"
        "%8 = sum(%7, dim=1, keepdim=True) float64 [2, 1]\n"
        "%9 = %8.T                         float64 [1, 2]\n"
        "%10, %11, %12 = linalg_svd(%9)    float64 [1, 1], float64 [1], float64 [2, 2]\n"
        "%13 = -%1                         float32 [2, 3]\n"
        "%14 = cat([%9, %9], dim=1)        float64 [1, 4]\n"
        "%15 = to(%1, int64)               int64 [2, 3]\n"
        "return ({'a': (%11, %2, %13), 'n': 3}, %14, %15)"
    )


def test_tensors_from_outside_have_their_names_and_small_constants_their_elements(
    session: Session,
) -> None:
    text = shown(
        session,
        """
def maker():
    inner = ones(3)
    return lambda x: x * inner + outer + tensor([1., 2., 3.]) * [1, 2, 3]
outer = zeros(3)
trace(maker(), ones(3))
""",
    )
    assert "%2 = inner" in text and "%3 = outer" in text
    assert "= tensor([1.0, 2.0, 3.0])" in text
    assert "%4 = [1, 2, 3]               int64 [3]    constant" in text


def test_unused_steps_are_left_out_but_not_random_ones(session: Session) -> None:
    text = shown(session, "trace(lambda x: [x.exp(), randn(2), x + 1][2], ones(2))")
    assert "exp" not in text
    assert "%2 = randn(2) float32 [2]  random" in text


def test_texts_for_graphviz_and_mermaid_escape_what_they_must(session: Session) -> None:
    program = session.eval("trace(lambda x: (x < 1) & (x > 0), ones(2))")
    assert 'label="%2 = %1 < 1\\nbool [2]"' in program.dot()
    assert 'n2["%2 = %1 &lt; 1<br>bool [2]"]' in program.mermaid()
    assert program.dot().count("->") == program.mermaid().count("-->") == 5


def test_a_drawing_follows_writes_in_place(session: Session) -> None:
    entries = session.eval("trace(lambda x: (x.add_(1), x * 2)[1], ones(2))").entries
    assert [entry.text for entry in entries] == [
        "%1 = x", "%1 += 1", "%2 = %1 * 2", "return %2",
    ]  # fmt: skip
    assert entries[2].inputs == (2,)


def test_a_long_program_is_listed_by_its_ends_and_runs_without_recursion(session: Session) -> None:
    session.eval("def f(x):\n    for i in range(10_000): x = x + 1\n    return x")
    program = session.eval("g = trace(f, zeros(2)); g")
    lines = repr(program).split("\n")
    assert len(lines) == 201
    assert lines[100] == "... 9802 more ..."
    assert repr(session.eval("g(ones(1))")) == "tensor([10001.])"


def test_the_names_of_values_in_a_file_of_python_are_those_of_its_parameters() -> None:
    def half(first: Tensor, *rest: Tensor) -> Any:
        return first / 2 if first.sum() > rest[0] else first

    one = Tensor(np.ones(2))
    text = repr(record(half, [one, Tensor(np.zeros(()))]))
    assert "%2 = rest[0]" in text
    assert "test_trace.py:" in text


# Calling --------------------------------------------------------------------------------------

FUNCTIONS = {
    "no tensor is made": ("lambda x: x", "ones(2)", "zeros(3)"),
    "a constant is returned": ("lambda x: (tensor(1.), 2, None)", "ones(2)", "zeros(3)"),
    "0-d and empty inputs": ("lambda x: (x * 2).sum(0) + x", "tensor(1.)", "tensor(2.)"),
    "another shape": ("lambda x: (x.T @ x).softmax(0)", "ones(2, 3)", "randn(4, 2)"),
    "nothing in it": ("lambda x: x.sum() + x.exp()", "zeros(0, 3)", "zeros(2, 3)", "zeros(0)"),
    "several results": ("lambda x: x.max(0)", "ones(2, 3)", "randn(4, 2)"),
    "parts in a list": ("lambda x: list(x.split(2))[::-1]", "ones(4)", "arange(4.)"),
    "a mask": ("lambda x: x[x > 0] * 2", "tensor([1., -1.])", "tensor([3., 1., -2.])"),
    "index tensors": ("lambda x, i: x[i, 0]", "eye(2), tensor([0])", "eye(3), tensor([2, 1])"),
    "an index from values": ("lambda x: x[x.argmax()]", "tensor([1., 2.])", "tensor([5., 9., 7.])"),
    "a tensor of tensors": ("lambda x: torch.tensor([x[0], 2.])", "ones(2)", "zeros(2)"),
    "random numbers": ("lambda x: x + rand_like(x) + F.dropout(x)", "ones(2)", "ones(5)"),
    "a distribution": (
        "lambda p: torch.distributions.Multinomial(9, p).sample()",
        "ones(3)", "tensor([1., 2., 9.])",
    ),
    "a seed of its own": ("lambda x: (torch.manual_seed(7), x + rand(2))[1]", "ones(2)", "ones(2)"),
    "a batch": ("torch.func.vmap(lambda x: x.sin().sum())", "ones(2, 3)", "randn(2, 3)"),
    "a conversion that does nothing": (
        "lambda x: x.float() + x.contiguous()", "ones(2, 2)", "ones(2, 2).T",
    ),
    "a conversion that does": ("lambda x: x.float() / x", "ones(2)", "arange(1, 3)"),
    "a loss": (
        "lambda x, y: F.cross_entropy(x, y)",
        "ones(2, 3), tensor([0, 1])", "randn(4, 3), tensor([2, 1, 0, 0])",
    ),
    "np": ("lambda x: np.exp(x)", "ones(2)", "randn(3)"),
}  # fmt: skip


@pytest.mark.parametrize("case", FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_a_program_gives_what_its_function_gives(session: Session, case: tuple[str, ...]) -> None:
    function, *inputs = case
    session.eval(f"f = {function}")
    same(session, "f", *inputs)


def test_no_short_way_of_an_operator_passes_a_trace_by() -> None:
    signs = "+ - * / // % ** @ & | ^ << >> == != < <= > >="
    forms = [f"x {sign} {y}" for sign in signs.split() for y in "xy"]
    forms += [f"{left} {sign} {right}" for sign in signs.split() for left, right in ("x2", "2x")]
    forms += ["-x", "+x", "~x", "abs(x)", "x.sin()", "x[0]", "x.T", "x.float()"]
    session = Session()
    for kind in ("float32", "int64", "bool"):
        session.eval(f"x, y = ones(2, 2).to({kind}), ones(2, 2).to({kind})")
        for form in forms:
            try:
                session.eval(form)
            except TcalcError:
                continue  # not an operation of this dtype
            program = session.eval(f"trace(lambda x, y: {form}, x, y)")
            assert (program.captured, len(program.steps)) == ([], 1 + (form == "2 / x")), form


def test_an_input_and_the_same_tensor_from_outside_are_two(session: Session) -> None:
    session.eval("x = tensor([1., 2.])\ng = trace(lambda a, b: a * x + b, x, x)")
    assert repr(session.eval("g(tensor([10., 10.]), zeros(2))")) == "tensor([10., 20.])"


def test_what_was_captured_has_the_values_that_it_has_now(session: Session) -> None:
    session.eval("w = nn.Parameter(ones(2))\ng = trace(lambda x: (x * w).sum(), ones(2))")
    session.eval("with no_grad(): w += 1")
    assert repr(session.eval("y = g(ones(2)); y")) == "tensor(4., grad_fn=<SumBackward0>)"
    assert repr(session.eval("y.backward(); w.grad")) == "tensor([1., 1.])"


def test_inputs_must_be_built_as_they_were(session: Session) -> None:
    session.eval("g = trace(lambda x, n=2, *, w: x * n + w[0], ones(2), 3, w=[ones(2)])")
    good = "tensor([4., 4.])"
    assert repr(session.eval("g(ones(2), 3, w=[ones(2)])")) == good
    assert repr(session.eval("g(x=ones(2), n=3, w=[ones(2)])")) == good
    bad = {
        "g(ones(2), 4, w=[ones(2)])": "input 'n' of <lambda>\\(\\) was 3 .* and is 4 now",
        "g(ones(2), 3)": "traced with 3 inputs \\(x, n, w\\), but is called with 2 inputs",
        "g(ones(2), 3, 4, 5)": "called with 4 inputs",
        "g(ones(2), 3, n=3, w=[ones(2)])": "multiple values for argument 'n'",
        "g(2., 3, w=[ones(2)])": "input 'x' .* was a tensor .* and is 2.0 now",
        "g(ones(2), 3, w=(ones(2),))": "input 'w' .* was a list of 1 .* and is a tuple of 1 now",
    }
    for call, message in bad.items():
        with pytest.raises(ArgumentFault, match=message):
            session.eval(call)


def test_a_step_that_fails_says_which_and_where(session: Session) -> None:
    with pytest.raises(ShapeError) as caught:
        session.eval(
            "g = trace(lambda x, w: x @ w, ones(2, 3), ones(3, 2))\ng(ones(2, 4), ones(3, 2))"
        )
    diagnostic = caught.value.diagnostic
    assert diagnostic is not None
    assert diagnostic.render() == (
        "error: mat1 and mat2 shapes cannot be multiplied (2x4 and 3x2)\n"
        " --> <input>:2:1\n"
        "  |\n"
        "1 | g = trace(lambda x, w: x @ w, ones(2, 3), ones(3, 2))\n"
        "  |                        ----- the step was recorded here\n"
        "2 | g(ones(2, 4), ones(3, 2))\n"
        "  |   ----------  ---------- float32 [3, 2]\n"
        "  |   |\n"
        "  |   float32 [2, 4]\n"
        "  |\n"
        "  = note: the product needs %1's last size (4) to equal %2's first (3)\n"
        "  = note: the step that failed is %3 = %1 @ %2\n"
        "  = note: %1 is float32 [2, 4]\n"
        "  = note: %2 is float32 [3, 2]\n"
        "  = help: trace the function again, with inputs like these"
    )


def test_only_data_is_returned(session: Session) -> None:
    with pytest.raises(ArgumentFault, match="a traced function cannot return a function"):
        session.eval("trace(lambda x: lambda: x, ones(2))")


def test_an_error_in_the_function_leaves_nothing_behind(session: Session) -> None:
    with pytest.raises(ShapeError):
        session.eval("trace(lambda x: trace(lambda y: y @ ones(9, 9), x), ones(2))")
    assert not modes.watchers
    assert session.call(modes.watcher) is None
    assert session.call(modes.depth) == 0
    assert session.call(modes.current) == modes.GRAD
    assert repr(session.eval("ones(2) + 1")) == "tensor([2., 2.])"


def test_trace_of_a_matrix_is_still_the_sum_of_its_diagonal(session: Session) -> None:
    assert session.eval("trace([[1., 2.], [3., 4.]]).item(), trace(x=eye(3)).item()") == (5.0, 3.0)
    assert session.eval("torch.trace(eye(2)).item()") == 2.0


# Looking at values ----------------------------------------------------------------------------

LOOKS = {
    "a condition": ("1 if x.sum() > 0 else 2", "-ones(2)"),
    "item": ("x[0].item()", "zeros(2)"),
    "float": ("float(x[0])", "zeros(2)"),
    "int": ("int(x[0])", "zeros(2)"),
    "complex": ("complex(x[0])", "zeros(2)"),
    "tolist": ("x.tolist()", "zeros(2)"),
    "numpy": ("x.numpy()[0] + 1", "zeros(2)"),
    "a range": ("len(list(range(x[0].long())))", "zeros(2)"),
    "an argument that is a number": ("x.narrow(0, 0, x[0].long())", "zeros(2)"),
    "membership": ("1. in x", "zeros(2)"),
    "equality": ("x.equal(ones(2))", "zeros(2)"),
    "sizes": ("x.shape", "ones(3)"),
    "a size": ("x.size(0)", "ones(3)"),
    "the number of elements": ("x.numel()", "ones(3)"),
    "length": ("[y for y in x]", "ones(3)"),
    "dimensions": ("x.ndim", "ones(2, 2)"),
    "type": ("x.dtype", "ones(2).double()"),
    "the number of parts": ("x.split(1)[0]", "ones(3)"),
    "whether there is a gradient": ("x.grad", "leaf"),
}


@pytest.mark.parametrize("case", LOOKS.values(), ids=LOOKS.keys())
def test_what_was_looked_at_must_be_the_same(session: Session, case: tuple[str, str]) -> None:
    expression, other = case
    session.eval("leaf = ones(2, requires_grad=True); leaf.sum().backward()")
    session.eval(f"g = trace(lambda x: {expression}, ones(2)); g(ones(2))")
    with pytest.raises(RuntimeFault, match="lead <lambda>\\(\\) another way"):
        session.eval(f"g({other})")


def test_another_way_is_explained_with_its_place(session: Session) -> None:
    session.eval(LOOP + "g = trace(f, tensor(1.))")
    with pytest.raises(RuntimeFault) as caught:
        session.eval("g(tensor(0.1))")
    diagnostic = caught.value.diagnostic
    assert diagnostic is not None
    assert diagnostic.render() == (
        "error: these inputs lead f() another way than those that it was traced with\n"
        " --> <input>:1:1\n"
        "  |\n"
        "1 | g(tensor(0.1))\n"
        "  | ^^^^^^^^^^^^^^\n"
        "  |\n"
        " ::: <input>:4:11\n"
        "  |\n"
        "4 |     while b.norm() < 5:\n"
        "  |           ------------ False when it was traced, True now\n"
        "  |\n"
        "  = note: bool(%10) was False and is True now\n"
        "  = note: in line 4: b.norm() < 5 (time 3 of 3)\n"
        "  = help: call the function itself, which knows all ways\n"
        "  = help: trace the function again, with inputs like these"
    )


def test_nan_is_the_same_as_nan(session: Session) -> None:
    same(session, "(lambda x: x * x.sum().item())", "tensor([nan])", "tensor([nan])")


def test_showing_a_value_is_not_looking_at_it(session: Session) -> None:
    session.write = lambda text: None
    session.eval("def f(x):\n    print(x, f'{x.sum():.2f} {x}')\n    return x + 1")
    same(session, "f", "ones(2)", "zeros(3)")


# Writing in place -----------------------------------------------------------------------------

WRITES = {
    "into an input": "x += 1; return x",
    "into an input that is not returned": "x[0] = 5; return None",
    "through a view": "v = x[1:]; v *= 3; return x.sum()",
    "through a chain of views": "x.reshape(-1)[1:].view(-1, 1)[0] = 7.; return x.T",
    "into memory of its own": "z = zeros(3); z[1:] = x[1:] * 2; z += 1; return z",
    "a product straight into a part": "z = zeros(3); z[1:] = x[1:] * x[:2]; return z",
    "into what was captured": "C.mul_(2); return C + x",
    "by operators": "D = C; D += 1; D *= 2; D -= x; D /= 4; D **= 2; D //= 1; return x",
    "by an index": "x[x > 1] = 0; x[tensor([0])] += 9; return x",
    "by random numbers": "x.normal_(); return x * 2",
    "what is turned": "y = x.reshape(1, 3).clone(); y.t_(); y.unsqueeze_(0); return y",
    "under no_grad": "with no_grad(): x.add_(1)\n    return x * C",
    "into data": "x.data.fill_(2); return x + 1",
    "into data that was replaced": "y = x * 2; x.data = y; x += 1; return y, x",
    "into a converted view": "y = x.float(); y += 1; return x, y",
    "statistics": "F.batch_norm(x.reshape(3, 1), C[:1], C[1:2], training=True); return C",
}


@pytest.mark.parametrize("body", WRITES.values(), ids=WRITES.keys())
def test_writes_are_made_as_the_function_makes_them(body: str) -> None:
    program = f"C = tensor([1., 2., 3.])\ndef f(x):\n    {body}\n"
    outcomes = []
    for called in ("f", "g"):
        session = Session(seed=3)
        session.eval(program)
        if called == "g":
            session.eval("g = trace(f, tensor([1., 2., 3.])); C.copy_(tensor([1., 2., 3.]))")
        session.eval("x = tensor([2., 0., 5.]); torch.manual_seed(0)")
        outcomes.append(repr(session.eval(f"{called}(x), x, C")))
    assert outcomes[0] == outcomes[1]


def test_a_leaf_that_requires_grad_is_refused_as_outside(session: Session) -> None:
    with pytest.raises(TcalcError, match="a leaf Variable that requires grad"):
        session.eval("trace(lambda x: x.add_(1), ones(2, requires_grad=True))")


def test_numpys_view_of_a_traced_tensor_cannot_be_written(session: Session) -> None:
    with pytest.raises(RuntimeFault, match="read-only"):
        session.eval("def f(x):\n    x.numpy()[0] = 1\ntrace(f, ones(2))")


# Differentiation ------------------------------------------------------------------------------


def test_a_program_is_differentiated_like_its_function(session: Session) -> None:
    session.eval(
        "f = lambda x: (x.sin() * x).sum()\ng = trace(f, ones(2))\nx = tensor([1., 2., 3.])"
    )
    for derivative in (
        "grad({})(x)",
        "torch.func.hessian({})(x)",
        "torch.func.jvp({}, (x,), (x,))",
    ):
        wanted, found = (session.eval(derivative.format(name)) for name in "fg")
        assert repr(found) == repr(wanted)
    session.eval("y = x.clone().requires_grad_(); g(y).backward()")
    assert repr(session.eval("y.grad")) == repr(session.eval("grad(f)(x)"))


def test_the_program_of_a_gradient_is_the_ops_of_backward(session: Session) -> None:
    assert shown(session, "trace(grad(lambda x: (x.sin() * x).sum()), tensor([1., 2.]))") == (
        "%1 = x              float32 [2]  input\n"
        "%2 = sin(%1)        float32 [2]\n"
        "%3 = %2 * %1        float32 [2]\n"
        "%4 = sum(%3)        float32 []\n"
        "%5 = 1.0            float32 []   made in backward\n"
        "%6 = reshape(%5, 1) float32 [1]  in backward\n"
        "%7 = expand(%6, 2)  float32 [2]  in backward\n"
        "%8 = %7 * %1        float32 [2]  in backward\n"
        "%9 = %7 * %2        float32 [2]  in backward\n"
        "%10 = cos(%1)       float32 [2]  in backward\n"
        "%11 = %8 * %10      float32 [2]  in backward\n"
        "%12 = %9 + %11      float32 [2]  in backward\n"
        "return %12"
    )


def test_the_inside_of_a_loss_is_shown_where_backward_needs_it(session: Session) -> None:
    text = shown(session, "trace(grad(F.cross_entropy), ones(2, 3), tensor([0, 1]))")
    assert "= log_softmax(%1, 1) " in text and "in cross_entropy" in text
    assert "made in nll_loss" in text
    assert " cross_entropy(%1" not in text
    assert " = cross_entropy(%1, %2)" in shown(
        session, "trace(F.cross_entropy, ones(2, 3), tensor([0, 1]))"
    )


DERIVATIVES = {
    "a gradient": "grad(h)",
    "by two arguments": "grad(h, (0, 1))",
    "with the value": "torch.func.grad_and_value(h)",
    "of a gradient": "grad(lambda x, y: grad(h)(x, y).sum())",
    "a Jacobian in reverse": "torch.func.jacrev(lambda x, y: x * y.sum())",
    "a Jacobian forward": "torch.func.jacfwd(lambda x, y: x * y.sum())",
    "a Hessian": "torch.func.hessian(h)",
    "a tangent": "lambda x, y: torch.func.jvp(lambda z: h(z, y * 2), (x,), (y,))",
    "a cotangent": "lambda x, y: torch.func.vjp(h, x, y)[1](tensor(2.))",
    "for each of a batch": "torch.func.vmap(grad(lambda x, y: (x * y).sin().sum()))",
    "of a loss with dropout": "grad(lambda x, y: (F.dropout(x * y) ** 2).sum())",
    "through a mask": "grad(lambda x, y: x[y > 0].exp().sum())",
    "by autograd.grad": (
        "lambda x, y: autograd.grad(((q := x.detach().requires_grad_()) * y).sum(), q)"
    ),
}


@pytest.mark.parametrize("function", DERIVATIVES.values(), ids=DERIVATIVES.keys())
def test_a_derivatives_program_gives_the_derivative(session: Session, function: str) -> None:
    session.eval("h = lambda x, y: (x * y.exp()).softmax(0).max(0).values.sum()")
    session.eval("x, y = randn(3, 2), randn(3, 2)\n")
    session.eval(f"d = {function}")
    same(session, "d", "x, y", "y + 1, x", "x.clone().requires_grad_(), y")


def test_a_gradients_program_takes_other_shapes_and_is_differentiated(session: Session) -> None:
    session.eval(
        "d = grad(lambda x, w: ((x @ w) ** 2).mean(), 1)\ng = trace(d, ones(3, 2), ones(2))"
    )
    session.eval("x, w = randn(5, 2), tensor([1., 2.], requires_grad=True)")
    assert repr(session.eval("g(x, w)")) == repr(session.eval("d(x, w)"))
    first = session.eval("autograd.grad(g(x, w).sum(), w)")
    assert repr(first) == repr(session.eval("autograd.grad(d(x, w).sum(), w)"))
    assert repr(session.eval("with no_grad(): z = g(x, w)\nz")) == repr(
        session.eval("d(x, w).detach()")
    )


def test_a_training_step_is_a_program(session: Session) -> None:
    session.eval(
        """
def made(w):
    optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.5)
    def step(x, y):
        optimizer.zero_grad()
        loss = ((x @ w - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        return loss
    return step
u, v = ones(2).requires_grad_(), ones(2).requires_grad_()
x, y = randn(4, 2), randn(4)
plain = made(u)
program = trace(made(v), x, y)
plain(x, y)
"""
    )
    for _ in range(3):
        losses = session.eval("plain(x, y), program(x, y)")
        assert repr(losses[0]) == repr(losses[1])
    assert repr(session.eval("u")) == repr(session.eval("v"))
    assert "SGD.step()" in shown(session, "program")


def test_a_parameter_made_inside_is_made_in_each_call(session: Session) -> None:
    session.eval(
        "def f(x):\n    w = nn.Parameter(x * 2)\n    return autograd.grad((w ** 2).sum(), w)"
    )
    same(session, "f", "ones(2)", "ones(3)")
    assert "%3 = Parameter(%2, True) float32 [3]\n" in shown(session, "trace(f, ones(3))")


def test_a_hook_is_set_in_each_call_unless_it_holds_traced_values(session: Session) -> None:
    hooked = "def f(x):\n    y = x * 2\n    y.register_hook(lambda g: g * {})\n    return y.sum()"
    session.eval("x = ones(2, requires_grad=True)")
    session.eval(hooked.format(10) + "\ng = trace(f, x)")
    assert repr(session.eval("autograd.grad(g(x), x)")) == "(tensor([20., 20.]),)"
    with pytest.raises(RuntimeFault, match="<lambda>\\(\\) uses values of the traced function"):
        session.eval(hooked.format("y") + "\ntrace(f, x)")


def test_an_optimizer_made_inside_is_refused(session: Session) -> None:
    with pytest.raises(RuntimeFault, match="an optimizer that is made anew in each call"):
        session.eval("trace(lambda w: torch.optim.SGD([w], lr=0.1), ones(2))")


# Programs in programs -------------------------------------------------------------------------


def test_a_program_of_a_program_has_its_steps(session: Session) -> None:
    session.eval(LOOP + "g = trace(f, tensor(1.5))\nh = trace(lambda a: g(a) + 1, tensor(1.5))")
    text = shown(session, "h")
    assert text.count("bool(%") == 3 and text.endswith("return %10")
    assert repr(session.eval("h(tensor(1.75))")) == "tensor(8.)"
    with pytest.raises(RuntimeFault, match="another way"):
        session.eval("h(tensor(0.1))")


def test_a_function_may_trace_what_uses_its_own_values(session: Session) -> None:
    session.eval("def f(x):\n    y = x * 2\n    return trace(lambda z: z + y, x)(x * 10)")
    same(session, "f", "ones(2)", "tensor([1., 2., 3.])")
    session.eval("d = lambda x: torch.func.jvp(lambda z: z * (x * 2), (x,), (x + 1,))")
    same(session, "d", "ones(2)", "tensor([1., 2., 3.])")


def test_ops_and_programs_are_traced_by_their_parameters_names(session: Session) -> None:
    assert shown(session, "trace(sin, ones(1))").startswith("%1 = x ")
    assert shown(session, "trace(trace(lambda weight: weight, ones(1)), ones(1))").startswith(
        "%1 = weight "
    )


def test_a_program_keeps_no_values_between_its_ends() -> None:
    kept: list[Any] = []

    def chain(x: Tensor) -> Any:
        middle = x * 2
        kept.append(weakref.ref(middle.array))
        return (middle + 1).sum()

    program = record(chain, [Tensor(np.ones(3))])
    assert kept[0]() is None
    assert len(program.steps) == 3


def test_random_numbers_that_no_op_draws_are_refused() -> None:
    def drawn(x: Tensor) -> Tensor:
        return x + Tensor(default_generator().uniform((2,), np.dtype(np.float32)))

    with pytest.raises(RuntimeFault, match="random numbers are drawn here by something"):
        record(drawn, [Tensor(np.ones(2, np.float32))])
