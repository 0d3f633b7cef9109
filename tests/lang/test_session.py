"""A session runs statements as transactions and gives what they show."""

from __future__ import annotations

import gc
import subprocess
import sys

import numpy as np
import pytest

from tcalc.core.dtypes import default_float as default
from tcalc.core.tensor import Tensor
from tcalc.diagnostic import Diagnostic
from tcalc.errors import LimitError, NameFault, SyntaxFault, TcalcError
from tcalc.lang.rehearsal.preview import preview
from tcalc.lang.session import Session


def shown(text: str, session: Session | None = None) -> list[object]:
    return [result.value for result in (session or Session()).run(text)]


def test_every_expression_statement_is_shown_unless_none_or_silent() -> None:
    assert shown("1 + 1\nx = 5\nx;\nNone\n(x, 2)") == [2, (5, 2)]


def test_results_arrive_as_soon_as_their_statement_has_run() -> None:
    session = Session()
    results = session.run("a = 1\na\nb = 2\nb")
    assert next(results).value == 1
    assert "b" not in session
    assert next(results).value == 2


def test_a_result_knows_its_place() -> None:
    (result,) = Session().run("x = 3\nx * 2  # twice")
    assert result.span.text == "x * 2"


def test_a_result_knows_the_name_that_was_asked_for() -> None:
    results = Session().run("x = 3\nx\nx + 1\n_\n(x)\nTrue")
    assert [result.name for result in results] == ["x", None, None, None, "True"]


def test_eval_gives_the_last_statements_value_even_if_it_is_silent() -> None:
    session = Session()
    assert session.eval("x = 4\nx + 1") == 5
    assert session.eval("x;") == 4
    assert session.eval("x = 1") is None


def test_underscore_is_the_last_value_shown() -> None:
    session = Session()
    assert shown("40 + 2\n7;\n_", session) == [42, 42]
    assert session.names() == []


def test_a_failing_statement_leaves_the_names_as_they_were() -> None:
    session = Session()
    session.eval("x = 1")
    with pytest.raises(TcalcError):
        session.eval("for x in [5, 6, 0]: y = 1 // x")
    assert session["x"] == 1
    assert "y" not in session


def test_functions_still_see_the_names_after_a_failure() -> None:
    session = Session()
    session.eval("k = 1\ndef f(): return k")
    with pytest.raises(TcalcError):
        session.eval("1 / 0")
    session.eval("k = 2")
    assert session.eval("f()") == 2


def test_statements_before_a_failure_keep_their_effect() -> None:
    session = Session()
    with pytest.raises(TcalcError):
        session.eval("a = 1\nb = 1 / 0\nc = 3")
    assert session.names() == ["a"]


def test_on_error_goes_on_with_the_next_statement() -> None:
    failures: list[TcalcError] = []
    results = Session().run("1\n1 / 0\n3", on_error=failures.append)
    assert [result.value for result in results] == [1, 3]
    assert [failure.headline for failure in failures] == ["division by zero"]


def test_on_error_gets_syntax_errors_as_well() -> None:
    failures: list[TcalcError] = []
    assert list(Session().run("1 +", on_error=failures.append)) == []
    assert isinstance(failures[0], SyntaxFault)


def test_data_is_loaded_when_first_mentioned() -> None:
    loaded: list[str] = []

    def load() -> int:
        loaded.append("stdin")
        return 7

    session = Session(data={"stdin": load})
    assert "stdin" in session
    session.eval("1 + 1")
    assert loaded == []
    assert session.eval("def f(): return stdin\nf() + stdin") == 14
    assert loaded == ["stdin"]


def test_data_that_cannot_be_loaded_is_the_statements_failure() -> None:
    def load() -> int:
        raise LimitError("too large")

    with pytest.raises(LimitError) as caught:
        Session(data={"stdin": load}).eval("1 + stdin")
    assert caught.value.diagnostic is not None


def test_loaded_data_outlive_the_failure_of_the_statement_that_asked_for_them() -> None:
    session = Session(data={"x": lambda: 7})
    with pytest.raises(NameFault):
        session.eval("x + nonsense")
    assert session.eval("x") == 7


def test_data_are_read_with_the_sessions_dtype() -> None:
    session = Session(dtype="float64", data={"x": lambda: Tensor(np.ones(2, default().numpy))})
    assert repr(session.eval("x.dtype")) == "torch.float64"


def test_a_prepared_program_runs_as_often_as_it_is_called() -> None:
    session = Session()
    session["total"] = 0
    run = session.prepare("total += x\nx * 10\ntotal")
    for x, value in ((1, [10, 1]), (2, [20, 3])):
        session["x"] = x
        assert [result.value for result in run()] == value
    assert session["_"] == 3


def test_a_prepared_program_fails_at_its_place_and_runs_again() -> None:
    session = Session()
    run = session.prepare("y = 1\n1 / x")
    session["x"] = 0
    with pytest.raises(TcalcError) as caught:
        list(run())
    assert caught.value.diagnostic is not None
    assert caught.value.diagnostic.span is not None
    assert caught.value.diagnostic.span.text == "1 / x"
    session["x"] = 2
    assert [result.text for result in run()] == ["0.5"]


def test_a_notebook_command_in_a_prepared_program_is_remarked_once() -> None:
    remarks: list[Diagnostic] = []
    run = Session(notice=remarks.append).prepare("%time\n1")
    assert [result.value for _ in range(3) for result in run()] == [1, 1, 1]
    assert len(remarks) == 1


def test_a_program_that_does_not_parse_is_not_prepared() -> None:
    with pytest.raises(SyntaxFault):
        Session().prepare("1 +")


def test_arguments_are_the_list_argv() -> None:
    assert Session(argv=("a", "b")).eval("argv") == ["a", "b"]


def test_print_goes_where_the_session_writes() -> None:
    out: list[str] = []
    Session(write=out.append).eval("print('a', 1, sep='-', end='!')\nprint(len)")
    assert "".join(out) == "a-1!<built-in function len>\n"


def test_functions_print_without_addresses() -> None:
    out: list[str] = []
    Session(write=out.append).eval("def f(): pass\nprint(f, repr(f), f'{f} {f!r}')")
    assert "".join(out) == "<function f> <function f> <function f> <function f>\n"


def test_seeded_sessions_draw_the_same_numbers() -> None:
    code = "import random\n[random.random(), random.randint(1, 9)]"
    assert Session(seed=3).eval(code) == Session(seed=3).eval(code)
    assert Session(seed=3).eval(code) != Session(seed=4).eval(code)


def test_names_can_be_read_set_and_deleted_from_python() -> None:
    session = Session()
    session["x"] = 5
    assert session.eval("x + 1") == 6
    del session["x"]
    assert "x" not in session
    with pytest.raises(KeyError):
        session["x"]


def test_a_name_of_the_language_can_be_taken_and_given_back() -> None:
    session = Session()
    session.eval("max = 3")
    assert session.eval("max + 1") == 4
    session.eval("del max")
    assert session.eval("max(1, 2)") == 2


def test_a_notebook_command_is_ignored_with_a_note() -> None:
    notes: list[Diagnostic] = []
    assert shown("%matplotlib inline\n1", Session(notice=notes.append)) == [1]
    assert [note.kind for note in notes] == ["note"]


def test_programs_are_kept_only_as_long_as_their_functions() -> None:
    session = Session()
    session.eval("def f():\n    def g(): return 1 / 0\n    return g\ng = f()\n[i for i in [1]]")
    session.eval("del f")
    with pytest.raises(TcalcError) as caught:
        session.eval("g()")
    assert caught.value.diagnostic is not None
    assert caught.value.diagnostic.span is not None
    assert caught.value.diagnostic.span.text == "1 / 0"
    del caught
    session.eval("del g")
    gc.collect()
    assert not session._units


def test_an_interrupt_passes_through_and_undoes_the_statement() -> None:
    session = Session()

    def interrupt() -> None:
        raise KeyboardInterrupt

    session["stop"] = interrupt
    with pytest.raises(KeyboardInterrupt):
        session.eval("for i in range(3): stop()")
    assert "i" not in session


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("import math\nmath.sqrt(16)", 4.0),
        ("from math import sqrt as root\nroot(9)", 3.0),
        ("import math as m\nm.gcd(12, 18)", 6),
        ("math.floor(pi)", 3),
    ],
)
def test_imports_bind_the_languages_own_modules(code: str, value: object) -> None:
    assert Session().eval(code) == value


def test_an_unknown_module_lists_those_that_exist() -> None:
    with pytest.raises(NameFault, match="No module named 'pandas'") as caught:
        Session().eval("import pandas as pd")
    assert "math" in caught.value.notes[0]


def test_builtins_work_on_plain_values_as_in_python() -> None:
    code = "(sum([1, 2]), min(3, 1), max([1, 5]), abs(-2), round(2.567, 1), pow(2, 5), any([0]))"
    assert Session().eval(code) == (3, 1, 5, 2, 2.6, 32, False)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("type(1)", "<class 'int'>"),
        ("type(print)", "<class 'function'>"),
        ("type(i for i in [])", "<class 'generator'>"),
        ("type(math)", "<class 'module'>"),
        ("math", "<module 'math'>"),
    ],
)
def test_types_and_modules_print_as_in_python(code: str, text: str) -> None:
    assert repr(Session().eval(code)) == text


def test_isinstance_knows_plain_types_and_tuples_of_them() -> None:
    assert Session().eval("(isinstance(1, int), isinstance('a', (int, float)))") == (True, False)


def test_an_array_bound_from_python_becomes_a_tensor_that_shares_its_memory() -> None:
    session, array = Session(), np.zeros(3)
    session["x"] = array
    session.eval("x[1] = 5")
    assert array.tolist() == [0, 5, 0]
    assert isinstance(session["x"], Tensor)


def test_tensors_print_in_pytorchs_text_everywhere() -> None:
    out: list[str] = []
    session = Session(write=out.append)
    session.eval("x = ones(2)\nprint(x, [x], f'{x}')")
    assert "".join(out) == "tensor([1., 1.]) [tensor([1., 1.])] tensor([1., 1.])\n"
    (result,) = session.run("(x, 2)")
    assert result.text == "(tensor([1., 1.]), 2)"


def test_print_options_belong_to_the_session_that_set_them() -> None:
    first, second = Session(), Session()
    first.eval("set_printoptions(precision=2)")
    texts = [next(session.run("ones(1) / 3")).text for session in (first, second)]
    assert texts == ["tensor([0.33])", "tensor([0.3333])"]


def test_seed_and_dtype_hold_from_the_first_tensor() -> None:
    session = Session(seed=42, dtype="float64")
    first = session.eval("torch.rand(3)").tolist()
    assert session.eval("manual_seed(42)\nrand(3)").tolist() == first
    assert repr(session.eval("ones(2).dtype")) == "torch.float64"
    assert repr(Session().eval("ones(2).dtype")) == "torch.float32"


def test_modes_of_one_session_do_not_reach_another() -> None:
    first, second = Session(), Session()
    first.eval("set_grad_enabled(False)\nset_default_dtype(float64)")
    assert first.eval("is_grad_enabled()") is False
    assert second.eval("is_grad_enabled()") is True
    assert repr(second.eval("get_default_dtype()")) == "torch.float32"


def test_a_failure_inside_no_grad_leaves_the_mode_as_it_was() -> None:
    session = Session()
    with pytest.raises(TcalcError):
        session.eval("with no_grad():\n    1 / 0")
    assert session.eval("is_grad_enabled()") is True


@pytest.mark.parametrize(
    "code",
    [
        "torch.exp(x)",
        "import torch\ntorch.exp(x)",
        "import torch as t\nt.exp(x)",
        "from torch import exp as e2\ne2(x)",
        "from torch import *\nexp(x)",
        "x.exp()",
        "x |> exp",
        "torch.exp(input=x)",
    ],
)
def test_an_op_is_reached_by_every_spelling(code: str) -> None:
    assert Session().eval(f"x = zeros(2)\n{code}").tolist() == [1, 1]


@pytest.mark.parametrize(
    "code", ["sum(x)", "x.sum()", "sum(x, dim=0)", "sum([1., 2.], dim=0)", "max(x) + min(x)"]
)
def test_builtins_hand_tensors_to_the_op_of_their_name(code: str) -> None:
    result = Session().eval(f"x = tensor([1., 2.])\n{code}")
    assert isinstance(result, Tensor)
    assert result.item() == 3


def test_types_of_tensors_print_compare_and_are_instances() -> None:
    session = Session()
    session.eval("x = ones(2)")
    assert repr(session.eval("type(x)")) == "<class 'torch.Tensor'>"
    assert session.eval("(type(x) == Tensor, isinstance(x, torch.Tensor), type(x.shape))")[:2] == (
        True,
        True,
    )
    assert repr(session.eval("type(x.numpy())")) == "<class 'numpy.ndarray'>"


def test_numpy_names_keep_numpys_defaults() -> None:
    session = Session()
    session.eval("import numpy as np\nx = np.arange(0, 3, 0.5)")
    assert session.eval("x.dtype.name") == "float64"
    assert session.eval("np.mean([1, 2])") == 1.5
    assert isinstance(session.eval("np.exp(ones(2))"), Tensor)


def test_numpys_late_imports_work_inside_programs() -> None:
    program = (
        "import numpy; from tcalc.lang.session import Session; import sys;"
        "sys.modules.pop('numpy._core._methods', None);"
        "print(Session().eval('x = tensor([1., 2.]).numpy()\\nx.sum() + x.mean() + x.max()'))"
    )
    out = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {program}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert out.stdout == "6.5\n", out.stderr


def test_arithmetic_into_a_slice_needs_no_temporary_and_keeps_the_tensor() -> None:
    session = Session()
    session.eval("x = arange(4.); y = ones(2)\nbefore = id(x)\nx[1:3] = y * 2\nx[...] = x + 1")
    assert session.eval("(x.tolist(), id(x) == before)") == ([1, 3, 3, 4], True)


def test_attributes_in_the_allow_list_can_be_set() -> None:
    session = Session()
    session.eval("x = ones(2, requires_grad=True)\nx.data -= 3\n(x * x).sum().backward()")
    assert session.eval("x.grad.tolist()") == [-4, -4]
    session.eval("x.grad = None")
    assert session.eval("x.grad") is None


def test_plain_programs_load_neither_numpy_nor_parsers() -> None:
    program = (
        "import sys; from tcalc.lang.session import Session;"
        "code = 't = 0\\nfor i in range(3): t += i\\ndef f(n): return n if n < 2 else f(n-1)\\n';"
        "assert Session().eval(code + 'f(5) + t, abs(-1), sum([pi])')[0] == 4;"
        "heavy = {'numpy', 'lark', 'rich', 're', 'typing', 'ast', 'dataclasses', 'enum'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    out = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}; {program}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert out.stdout == "[]\n", out.stderr


def test_sessions_share_no_random_numbers_with_a_host_that_has_drawn_some() -> None:
    from tcalc.core import random  # noqa: PLC0415

    random.default_generator()
    first, second = Session(seed=0), Session(seed=0)
    drawn = first.eval("rand(3).tolist()")
    assert second.eval("rand(3).tolist()") == drawn


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("if 0: ones = 3\nelse: y = ones(2).sum().item()\ny", 2.0),
        ("for i in []: ones = 3\nelse: y = ones(1).item()\ny", 1.0),
        ("while 0: ones = 3\ny = ones(1).item()\ny", 1.0),
        ("for ones in ones(2): y = ones.item()\ny", 1.0),
        ("def ones(n=ones): return n(2).sum().item()\nones()", 2.0),
        (
            "for i in range(2):\n    if i: ones = 4\n    else: y = ones(3).sum().item()\n(y, ones)",
            (3.0, 4),
        ),
        ("for i in range(2): ones = i\nones", 1),
    ],
)
def test_a_name_of_the_language_holds_until_a_program_binds_it(code: str, shown: object) -> None:
    assert Session().eval(code) == shown


def test_names_that_a_statement_binds_itself_are_not_looked_up() -> None:
    code = (
        "for i in range(3):\n    y = i * 2\n    if y > 1: z = y\n    else: z = 0\n    print(y, z)"
    )
    script = (
        "import sys\nfrom tcalc.lang.session import Session\n"
        f"Session().eval({code!r})\nprint('tcalc.ops' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "0 0\n2 2\n4 4\nFalse\n"


def test_what_an_op_remarks_is_told_once_for_each_place() -> None:
    told: list[Diagnostic] = []
    session = Session(notice=told.append)
    session.eval("x, y = ones(3, 1), ones(3)\nfor i in range(3): loss = F.mse_loss(x, y)")
    session.eval("F.mse_loss(x, y.reshape(x.shape))")
    (remark,) = told
    assert remark.kind == "warning"
    assert remark.headline.startswith(
        "Using a target size (torch.Size([3])) that is different to the input size"
    )
    assert remark.span is not None
    assert remark.span.text == "F.mse_loss(x, y)"
    session.eval("F.l1_loss(x, y)")
    assert [each.span.text for each in told if each.span] == ["F.mse_loss(x, y)", "F.l1_loss(x, y)"]


def test_a_preview_makes_no_remarks() -> None:
    told: list[Diagnostic] = []
    session = Session(notice=told.append)
    session.eval("x, y = ones(3, 1), ones(3)")
    assert preview("F.mse_loss(x, y)", session, 1.0).text
    assert told == []
