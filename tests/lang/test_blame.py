"""A failure names its place, labels the guilty operands and shows the calls that led there."""

from __future__ import annotations

import pytest

from tcalc.diagnostic import Diagnostic
from tcalc.errors import (
    IndexFault,
    LimitError,
    NameFault,
    RuntimeFault,
    ShapeError,
    TcalcError,
)
from tcalc.lang.faults import exceptions
from tcalc.lang.faults.blame import fill
from tcalc.lang.session import Session


def failure(code: str) -> TcalcError:
    with pytest.raises(TcalcError) as caught:
        Session().eval(code, name="x.tc")
    return caught.value


def diagnostic(code: str) -> Diagnostic:
    found = failure(code).diagnostic
    assert found is not None
    return found


def labels(code: str) -> list[tuple[str, str]]:
    return [(label.span.text, label.text) for label in diagnostic(code).labels]


def place(code: str) -> str:
    span = diagnostic(code).span
    assert span is not None
    return span.text


@pytest.mark.parametrize(
    ("code", "where", "headline"),
    [
        ("1 + 3 / 0", "3 / 0", "division by zero"),
        ("x = 5\ny = x % 0", "x % 0", "integer modulo by zero"),
        ("[1, 2][5]", "[1, 2][5]", "list index out of range"),
        ("d = {'key': 1}\nd['kez']", "d['kez']", "key 'kez' is not in the dict"),
        ("print(missing)", "missing", "name 'missing' is not defined"),
        ("1 + 'a'", "1 + 'a'", "unsupported operand type(s) for +: 'int' and 'str'"),
        ("a, b = 1, 2, 3", "a, b", "too many values to unpack (expected 2)"),
        ("for i in 5: pass", "for i in 5: pass", "'int' object is not iterable"),
        ("x = 3\nx()", "x()", "'int' object is not callable"),
        ("int('one')", "int('one')", "invalid literal for int() with base 10: 'one'"),
        ("next(iter([]))", "next(iter([]))", "the iterator has no more items"),
        ("assert 1 > 2, 'too small'", "1 > 2", "assertion failed: too small"),
        ("'a'.upper.x", "'a'.upper.x", "'function' object has no attribute 'x'"),
        ("def f(a): pass\nf()", "f()", "f() missing 1 required positional argument: 'a'"),
        ("import  maths", "maths", "No module named 'maths'"),
        ("2.5 ** 5000", "2.5 ** 5000", "the result is too large for a float"),
        ("[1,2] |> len |> sum()", "[1,2] |> len |> sum()", "'int' object is not iterable"),
    ],
)
def test_pythons_failures_get_a_place_and_a_clean_headline(
    code: str, where: str, headline: str
) -> None:
    assert (place(code), diagnostic(code).headline) == (where, headline)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("1 / 0", RuntimeFault),
        ("missing", NameFault),
        ("def f(n): return f(n + 1)\nf(0)", LimitError),
        ("ones(2) + ones(3)", ShapeError),
        ("ones(2)[5]", IndexFault),
    ],
)
def test_failures_keep_to_the_error_tree(code: str, kind: type[TcalcError]) -> None:
    assert isinstance(failure(code), kind)


def test_no_exception_of_python_shows_through() -> None:
    error = failure("def outer():\n    def inner(a): pass\n    inner()\nouter()")
    assert error.headline == "inner() missing 1 required positional argument: 'a'"
    assert error.__traceback__ is None or error.__suppress_context__


def test_names_are_labelled_with_their_values() -> None:
    assert labels("n = 0\nprint(7 // n)") == [("n", "n: 0")]


def test_calls_that_led_there_are_listed_outermost_first() -> None:
    found = diagnostic("def f(n): return 1 / n\ndef g(n):\n    return f(n - 1)\ng(1)")
    assert [(name, span.text) for name, span in found.calls] == [("g", "g(1)"), ("f", "f(n - 1)")]
    assert found.span is not None
    assert found.span.text == "1 / n"


def test_a_failure_in_a_function_of_an_earlier_program_shows_its_text() -> None:
    session = Session()
    session.eval("def f(n): return 1 / n", name="first")
    with pytest.raises(TcalcError) as caught:
        session.eval("f(0)", name="second")
    found = caught.value.diagnostic
    assert found is not None
    assert found.span is not None
    assert (found.span.source.name, found.calls[0][1].source.name) == ("first", "second")


def test_runaway_recursion_shows_a_few_calls_only() -> None:
    found = diagnostic("def f(n): return f(n + 1)\nf(0)")
    assert found.headline.startswith("maximum recursion depth exceeded")
    assert len(found.calls) > 900
    text = found.render()
    assert text.count(" ::: ") == 2
    assert f"calls f, {len(found.calls) - 1} times" in text


def test_functions_that_call_each_other_without_end_show_both_ends() -> None:
    found = diagnostic("def f(n): return g(n)\ndef g(n): return f(n)\nf(0)").render()
    assert found.count(" ::: ") == 7
    assert " more calls ..." in found


def test_unknown_names_get_did_you_mean_from_the_session_and_the_language() -> None:
    assert diagnostic("weights = 1\nweihgts").helps == ("did you mean weights?",)
    assert diagnostic("lenn([1])").helps == ("did you mean len?",)
    assert diagnostic("import matth").helps == ("did you mean math?",)
    assert diagnostic("d = {'key': 1}\nd['kez']").helps == ("did you mean 'key'?",)


def test_a_local_name_read_too_early_says_why() -> None:
    found = diagnostic("n = 1\ndef f():\n    n += 1\nf()")
    assert found.headline == "'n' is read before it has a value"
    assert "global n" in found.helps[0]


# Tensors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("mm(a, b)", [("a", "a: float32 [2, 3]"), ("b", "b: float32 [2, 3]")]),
        ("a.mm(b)", [("a", "a: float32 [2, 3]"), ("b", "b: float32 [2, 3]")]),
        ("torch.mm(a, b)", [("a", "a: float32 [2, 3]"), ("b", "b: float32 [2, 3]")]),
        ("mm(y=b, x=a)", [("a", "a: float32 [2, 3]"), ("b", "b: float32 [2, 3]")]),
        ("b |> mm(a)", [("b", "b: float32 [2, 3]"), ("a", "a: float32 [2, 3]")]),
        ("a @ b", [("a", "a: float32 [2, 3]"), ("b", "b: float32 [2, 3]")]),
        ("a + ones(5)", [("a", "a: float32 [2, 3]"), ("ones(5)", "float32 [5]")]),
        ("a += ones(5)", [("a", "a: float32 [2, 3]"), ("ones(5)", "float32 [5]")]),
        ("a[:] = a + ones(5)", [("a", "a: float32 [2, 3]"), ("ones(5)", "float32 [5]")]),
        ("(a * 2).numpy() if a > 1 else 0", [("a > 1", "bool [2, 3]")]),
        ("a.foo", [("a", "a: float32 [2, 3]")]),
    ],
)
def test_guilty_operands_are_labelled_with_dtype_and_shape(
    code: str, expected: list[tuple[str, str]]
) -> None:
    assert labels(f"a = ones(2, 3)\nb = ones(2, 3)\n{code}") == expected


@pytest.mark.parametrize(
    ("code", "help_"),
    [
        ("a > 0 and b", "elementwise: (a > 0) & b"),
        ("a or b", "elementwise: a | b"),
        ("not a", "elementwise: logical_not(a)"),
        ("0 < a + 1 < 2", "elementwise: (0 < (a + 1)) & ((a + 1) < 2)"),
        ("1 if a else 2", "reduce it first: a.all() or a.any()"),
    ],
)
def test_truth_of_many_elements_offers_the_elementwise_form(code: str, help_: str) -> None:
    assert diagnostic(f"a = ones(2)\nb = ones(2)\n{code}").helps == (help_,)


def test_a_mistake_of_the_explanation_does_not_hide_the_failure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise LookupError("ours")

    monkeypatch.setattr(exceptions, "_taught", broken)
    error = failure("ones(2) + ones(3)")
    assert error.headline.startswith("The size of tensor a (2) must match")
    assert error.diagnostic is not None
    assert error.diagnostic.render().endswith("^^^^^^^^^^^^^^^^^")


def test_an_iterator_that_ends_in_a_generator_is_blamed_on_its_place() -> None:
    found = diagnostic("def f():\n    yield 1\n    next(iter([]))\nlist(f())")
    assert found.headline == "the iterator has no more items"
    assert found.span is not None
    assert found.span.text == "next(iter([]))"
    assert [name for name, _ in found.calls] == ["f"]


def test_comprehensions_are_no_calls() -> None:
    assert diagnostic("[1 / n for n in [0]]").calls == ()
    assert [name for name, _ in diagnostic("f = lambda n: 1 / n\nf(0)").calls] == ["lambda"]


def test_placeholders_in_helps_become_the_arguments_text() -> None:
    code = "x = ones(2, requires_grad=True)\n(x * 2).numpy()"
    assert diagnostic(code).helps == ("(x * 2).detach().numpy()",)
    code = "x = ones(2, requires_grad=True)\nx.exp().numpy()"
    assert diagnostic(code).helps == ("x.exp().detach().numpy()",)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{x}.T", "(a + b).T"),
        ("f({x})", "f(a + b)"),
        ("{y}[0]", "c[0]"),
        ("{{x[0]:.2f}}", "{x[0]:.2f}"),
        ("{unknown}.sum()", "unknown.sum()"),
        ("a { b", "a { b"),
    ],
)
def test_templates_put_parentheses_where_they_are_needed(template: str, text: str) -> None:
    assert fill(template, {"x": ("a + b", False), "y": ("c", True)}) == text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("x = [1]; [x := [x, x] for _ in range(50)]", "<list>"),
        ("x = 'a' * 1_000_000", "<str>"),
        ("x = [ones(2)] * 20_000", "<list>"),
        ("x = 'short'", "short"),
    ],
)
def test_a_message_has_no_value_in_it_whose_text_is_long(value: str, shown: str) -> None:
    assert diagnostic(f"{value}\nassert False, x").headline == f"assertion failed: {shown}"
