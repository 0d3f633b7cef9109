import pytest

from tcalc.lang.session import Session
from tcalc.repl.shell import Shell


@pytest.fixture
def shell(plain):
    return Shell(Session(seed=0), plain())


def undone(shell, setup, change, question):
    """The answer to `question` before `change`, and after the change was undone."""
    for text in setup:
        shell.handle(text)
    before = str(shell.session.eval(question))
    shell.handle(change)
    assert str(shell.session.eval(question)) != before
    shell.handle(":undo")
    return before, str(shell.session.eval(question))


@pytest.mark.parametrize(
    ("setup", "change", "question"),
    [
        (["x = 1"], "x = 2", "x"),
        (["x = 1"], "torch.set_default_dtype(float64)", "ones(1).dtype"),
        (["x = 1"], ":config dtype float64", "ones(1).dtype"),
        (["x = 1"], "del x", "'x' if False else dir()"),
        (["x = zeros(3)"], "x[1] = 5", "x"),
        (["x = zeros(3); v = x[:2]"], "v.add_(1);", "x"),
        (["x = zeros(3); v = x.view(3, 1)"], "v[0] = 4", "v"),
        (["x = zeros(3)"], "x += 1", "x"),
        (["xs = [1, [2]]; ys = xs"], "ys[1].append(3)", "xs"),
        (["d = {'a': 1}"], "d['b'] = 2", "d"),
        (["a = ones(2).numpy()"], "a[0] = 9", "a"),
        (["w = ones(2, requires_grad=True)"], "(w * w).sum().backward()", "w.grad"),
        (
            ["w = ones(2, requires_grad=True)", "w.sum().backward()"],
            "(w * 3).sum().backward()",
            "w.grad",
        ),
        (
            ["w = ones(1, requires_grad=True); opt = optim.SGD([w], lr=1.); w.sum().backward()"],
            "opt.step()",
            "w",
        ),
        (["x = zeros(2)", "def fill(t): t[0] = 7"], "fill(x)", "x"),
        (["n = 0", "def more():\n    global n\n    n += 1"], "more()", "n"),
        (["def counter():\n    n = 0\n    def f():\n        nonlocal n\n        n += 1\n"
          "        return n\n    return f", "c = counter(); c();"], "c(); m = c()", "dir()"),
        (["torch.manual_seed(1);"], "r = rand(2)", "torch.get_rng_state().sum().item(), dir()"),
        (["x = zeros(2)"], "x[0] = 1; y", "x"),
    ],
)  # fmt: skip
def test_undo_brings_names_and_values_back(shell, setup, change, question):
    before, after = undone(shell, setup, change, question)
    assert after == before


def test_a_tensor_stays_the_same_object_through_undo(shell):
    shell.handle("x = zeros(2); box = [x]")
    shell.handle("x[0] = 1")
    shell.handle(":undo")
    assert shell.session["box"][0] is shell.session["x"]


def test_backward_can_be_repeated_after_undo(shell, capsys):
    shell.handle("w = ones(2, requires_grad=True); loss = (w * w).sum()")
    shell.handle("loss.backward()")
    shell.handle(":undo")
    shell.handle("loss.backward()")
    assert capsys.readouterr().err == ""
    assert shell.session.eval("w.grad.tolist()") == [2.0, 2.0]


def test_each_undo_goes_one_input_further_back(shell, capsys):
    for text in ("x = zeros(2)", "x += 1", "y = 3", "x += 1"):
        shell.handle(text)
    shell.handle(":undo 2")
    assert capsys.readouterr().out == "undone: x += 1\nundone: y = 3\n"
    assert shell.session["x"].tolist() == [1.0, 1.0]
    shell.handle(":undo")
    assert shell.session["x"].tolist() == [0.0, 0.0]
    assert shell.programs == ["x = zeros(2)"]
    shell.handle(":undo")
    assert shell.session.names() == []
    shell.handle(":undo")
    assert "nothing is left to undo" in capsys.readouterr().err


def test_clear_and_load_can_be_undone(shell, tmp_path):
    (tmp_path / "a.tc").write_text("b = 2\n")
    shell.handle("a = 1")
    shell.handle(f":load {tmp_path / 'a.tc'}")
    shell.handle(":clear")
    shell.handle(":undo")
    assert shell.session.names() == ["a", "b"]
    shell.handle(":undo")
    assert shell.session.names() == ["a"]


def test_what_is_too_large_is_said(shell, capsys, monkeypatch):
    monkeypatch.setattr("tcalc.repl.snapshot.MOST_BYTES", 100)
    shell.handle("small = zeros(2); big = zeros(100)")
    shell.handle("small += 1; big += 1")
    shell.handle(":undo")
    assert "as it is now: big (too large)" in capsys.readouterr().out
    assert shell.session.eval("small.sum().item(), big.sum().item()") == (0.0, 100.0)


def test_what_was_not_changed_is_copied_once(shell):
    shell.handle("x = zeros(1000); y = zeros(10)")
    for _ in range(3):
        shell.handle("y += 1")
    steps = shell._undo._steps
    copies = {}
    for step in steps:
        copies |= step.snapshot.copies
    assert sorted(copies.values()) == [40, 40, 40, 4000]


def test_results_have_numbers(shell, capsys):
    for text in ("6 * 7", "a = 1", "_1 + 1", "_2, _"):
        shell.handle(text)
    assert capsys.readouterr().out == "42\n43\n(43, 43)\n"
    assert shell.session.names() == ["a"]


def test_the_last_error_has_a_name(shell, capsys):
    shell.handle("1 / 0")
    shell.handle("print(_error)")
    captured = capsys.readouterr()
    assert captured.out == captured.err
    assert captured.out.startswith("error: division by zero")


def test_numbers_of_results_can_be_shown(plain, capsys):
    shell = Shell(Session(), plain(number_results=True))
    shell.handle("6 * 7")
    shell.handle("zeros(2, 2)")
    assert capsys.readouterr().out == ("_1 = 42\n_2 =\ntensor([[0., 0.],\n        [0., 0.]])\n")


def test_old_results_are_forgotten(shell, monkeypatch, capsys):
    monkeypatch.setattr("tcalc.repl.results.MOST_BYTES", 100)
    for _ in range(3):
        shell.handle("zeros(10)")
    capsys.readouterr()
    shell.handle("_1")
    shell.handle("_3.sum().item()")
    captured = capsys.readouterr()
    assert "name '_1' is not defined" in captured.err
    assert captured.out == "0.0\n"


def test_the_seed_of_the_session_holds_after_the_first_input_is_undone(shell, capsys):
    for text in ("rand(1).item()", ":undo", "rand(1).item()"):
        shell.handle(text)
    first, _, second = capsys.readouterr().out.splitlines()
    assert first == second
