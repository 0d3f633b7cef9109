"""`?name`: what it tells of everything that has a name, and its examples, which run when asked."""

import pytest

from tcalc import reference
from tcalc.core.tensor import ATTRIBUTES as TENSOR_ATTRIBUTES
from tcalc.errors import NameFault
from tcalc.lang.lexer import TABLES
from tcalc.lang.session import Session
from tcalc.limits import Limits
from tcalc.render.formats import Page
from tcalc.repl.about import about
from tcalc.repl.command import COMMANDS
from tcalc.repl.live import example
from tcalc.repl.shell import Shell
from tcalc.repl.words import ATTRIBUTES, EXAMPLES, WORDS

FILES = {"load", "save"}


@pytest.fixture
def shell(plain):
    return Shell(Session(), plain())


def told(shell, topic, **page):
    return about(topic, shell, Page(**page))


def test_an_example_runs_at_the_moment_and_is_shown_as_the_session_shows_results(shell):
    text = told(shell, "softmax")
    assert "  >>> softmax([1., 2., 3.], dim=0)\n  tensor([0.0900, 0.2447, 0.6652])\n" in text
    shell.handle(":display json")
    assert "\n  [0.0900305" in told(shell, "softmax")
    shell.handle(":display text")
    shell.handle(":config precision 2")
    assert "tensor([0.09, 0.24, 0.67])" in told(shell, "softmax")


def test_an_example_leaves_the_session_alone_and_sees_nothing_of_it(shell):
    shell.handle("torch.manual_seed(3); a = rand(1); torch.manual_seed(3); x = 5")
    before = shell.session.values()
    assert told(shell, "randn") == told(shell, "randn")
    assert told(shell, ":help").count("5") == 0
    assert shell.session.values() == before
    assert shell.session.eval("equal(rand(1), a)")


def test_an_example_that_changes_a_setting_changes_none_of_the_session(shell, capsys):
    shell.handle("?:config")
    assert "tensor([0.33, 0.67])" in capsys.readouterr().out
    shell.handle("?:display")
    assert "[1, 2]" in capsys.readouterr().out
    shell.handle("tensor([1., 2.]) / 3")
    assert capsys.readouterr().out == "tensor([0.3333, 0.6667])\n"
    assert shell.settings.precision is None


@pytest.mark.parametrize("word", WORDS)
def test_the_example_of_every_word_runs(shell, word):
    text = told(shell, word)
    assert text.split("\n")[0] == WORDS[word][0]
    shown = [
        line
        for line in text.split("\n")
        if line.startswith("  ") and line.strip()[:3] not in (">>>", "...")
    ]
    assert len(shown) > 1, "a sentence, and what the example shows"


def test_every_keyword_has_a_page():
    assert {word for word in TABLES.WORDS if word.isalpha()} - set(WORDS) == {
        "class", "try", "except", "finally", "raise", "async", "await"
    }  # fmt: skip


def test_a_word_that_the_language_refuses_says_what_to_do_instead(shell):
    assert told(shell, "class").startswith("'class' is not in the language\n\nkeep state in names")


@pytest.mark.parametrize("name", sorted(EXAMPLES.keys() - FILES))
def test_the_example_of_every_function_runs(name):
    session = Session(limits=Limits(strict=True), write=lambda text: None)
    assert all(isinstance(result.text, str) for result in session.run(EXAMPLES[name]))


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_the_example_of_every_attribute_runs(shell, name):
    shell.handle("x = ones(2)")
    assert not told(shell, f"x.{name}").endswith(example(ATTRIBUTES[name][1]))


def test_every_attribute_of_a_tensor_has_help(shell, monkeypatch):
    monkeypatch.setattr("tcalc.repl.about.refreshed", lambda body, *_: body)  # for speed
    shell.handle("x = ones(2)")
    public = [name for name in TENSOR_ATTRIBUTES if not name.startswith("_")]
    assert all(told(shell, f"x.{name}") for name in public)


def test_every_function_has_an_example():
    lacking = {t for t in reference.topics() if ">>>" not in reference.page(t).body}
    assert lacking - set(EXAMPLES) == {"torch.autograd.backward"}


def test_an_example_that_cannot_run_here_is_shown_as_it_is_written(shell):
    assert "  >>> x = load('table.csv')\n\n" in told(shell, "load")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_and_without_its_colon(shell, name):
    text = told(shell, f":{name}")
    assert text.startswith(COMMANDS[name].usage)
    bare = told(shell, name)
    assert bare == text or bare.endswith(f"also a command: {COMMANDS[name].usage}")


def test_the_example_of_a_command_runs(shell):
    text = told(shell, ":undo")
    assert "  >>> x += 1; x\n  tensor([1., 1.])\n  >>> :undo\n  undone: x += 1; x\n" in text
    assert text.endswith("  >>> x\n  tensor([0., 0.])")


def test_a_tensor_tells_its_shape_memory_gradient_and_origin(shell):
    shell.handle("x = arange(6.).reshape(2, 3).requires_grad_()")
    shell.handle("v = x.detach()[0]")
    assert told(shell, "x") == (
        "x: tensor float32 [2, 3] · 24 bytes · cpu · requires_grad, a leaf\n"
        "  tensor([[0., 1., 2.],\n"
        "          [3., 4., 5.]], requires_grad=True)\n"
        "gradient: none yet\n"
        "shares memory with v\n"
        "from program 1: x = arange(6.).reshape(2, 3).requires_grad_()"
    )
    shell.handle("y = (x * 2).sum()")
    assert "requires_grad, by SumBackward0" in told(shell, "y")


def test_a_long_value_is_cut_unless_all_of_it_is_asked_for(shell):
    shell.handle("x = arange(900).reshape(300, 3)")
    assert told(shell, "x").count("\n") < 20
    assert "... :show x has all of it" in told(shell, "x")
    assert "[897, 898, 899]" in told(shell, "x?")


def test_a_function_tells_its_signature_docstring_and_text(shell):
    shell.handle('def area(r, scale=1):\n    "Area of a disc."\n    return pi * r**2 * scale\n')
    text = told(shell, "area")
    assert text.startswith("area(r, scale=1)\n\nArea of a disc.\n\n  def area(r, scale=1):\n")
    assert text.endswith("\nfrom program 1: def area(r, scale=1): ...")


def test_a_function_from_a_file_tells_where_it_is(shell, tmp_path):
    path = tmp_path / "mine.tc"
    path.write_text("a = 1\ndef f(x): return x\n")
    shell.handle(f":load {path}")
    assert f"defined in {path}, line 2" in told(shell, "f")


@pytest.mark.parametrize(
    ("topic", "beginning"),
    [
        ("x.sum", "sum(x, dim=None"),
        ("x.add_", "add(x, y"),
        ("x.shape", "x.shape\n\n  The sizes"),
        ("x.grad", "x.grad\n\n  What backward has added up"),
        ("word.upper", "str.upper\n\nReturn a copy of the string converted to uppercase."),
        ("np.arange", "np.arange: NumPy's function"),
        ("torch.linalg", "module torch.linalg:"),
        ("torch.linalg.norm", "linalg_norm("),
        ("pi", "3.14159"),
        ("torch.float32", "torch.float32: torch.dtype"),
        ("pipelines", "Pipelines\n"),
        ("guide", "The guide to the language\n"),
        ("|>", "x |> f(args)"),
        ("count", "count: int"),
    ],
)
def test_whatever_has_a_name_has_help(shell, topic, beginning):
    shell.handle("x = ones(2); count = 3; word = 'a'")
    assert told(shell, topic).startswith(beginning)


@pytest.mark.parametrize(
    ("topic", "near"),
    [
        ("softmx", "softmax"),
        ("pipelins", "pipelines"),
        ("undoo", "undo"),
        ("fro", "for"),
        ("averages", "averaged"),
        (":hlep", ":help"),
    ],
)
def test_an_unknown_topic_is_told_what_is_near(shell, topic, near):
    shell.handle("averaged = 1")
    with pytest.raises(NameFault) as caught:
        told(shell, topic)
    assert near in caught.value.helps[0]


def test_an_example_of_several_lines_has_prompts_for_all():
    assert example("for i in range(2):\n    i") == ">>> for i in range(2):\n...     i"


def test_no_page_is_wider_than_the_screen(shell):
    for topic in ("for", ":save", "guide"):
        lines = told(shell, topic, width=60).split("\n")
        assert max(map(len, lines)) <= 60, topic


def test_a_pattern_lists_the_names_that_fit_with_a_few_words(shell):
    shell.handle("my_norm = 3.")
    lines = told(shell, "*norm*").split("\n")
    assert [line.split()[:2] for line in lines if line.startswith("my_norm")] == [
        ["my_norm", "float"]
    ]
    assert any(line.startswith("layer_norm ") for line in lines)
    assert max(map(len, lines)) <= 80
    with pytest.raises(NameFault) as caught:
        told(shell, "qqqzzz")
    assert caught.value.helps == ("?*qqqzzz* searches all names",)
