import pytest

from tcalc.errors import ArgumentFault, NameFault, RuntimeFault
from tcalc.lang.session import Session
from tcalc.repl import commands
from tcalc.repl.shell import Shell, help_topic, overview


@pytest.fixture
def shell():
    return Shell(Session(), format="text", color="never")


def test_every_command_is_in_the_overview():
    text = overview(color=False)
    assert all(command.usage in text for command in commands.COMMANDS.values())


def test_an_unknown_command_is_told_what_was_meant(shell):
    with pytest.raises(NameFault) as caught:
        commands.execute(":hlep", shell)
    assert caught.value.helps == ("did you mean :help?",)


def test_an_unambiguous_beginning_is_enough():
    assert commands.find("disp").name == "display"
    with pytest.raises(NameFault) as caught:
        commands.find("h")
    assert caught.value.helps == ("did you mean :help or :history?",)


def test_a_missing_or_needless_argument_is_refused(shell):
    with pytest.raises(ArgumentFault, match=":save needs FILE"):
        commands.execute(":save", shell)
    with pytest.raises(ArgumentFault, match=":quit takes no argument"):
        commands.execute(":quit now", shell)


def test_save_writes_what_worked_and_load_runs_it(shell, tmp_path, capsys):
    for text in ("a = 1", "1 / 0", "b = a + 1"):
        shell.handle(text)
    path = tmp_path / "work.tc"
    shell.handle(f":save {path}")
    assert path.read_text() == "a = 1\nb = a + 1\n"
    assert f"2 programs in {path}" in capsys.readouterr().out
    other = Shell(Session(), format="text", color="never")
    other.handle(f":load {path}")
    assert other.session["b"] == 2


def test_load_of_a_missing_file_says_so(shell):
    with pytest.raises(RuntimeFault, match=r"cannot read nowhere.tc: No such file"):
        commands.execute(":load nowhere.tc", shell)


def test_vars_lists_shape_dtype_and_size(shell, capsys):
    shell.handle("x = zeros(2, 3); x.requires_grad_(); n = 3; text = 'abc' * 30")
    shell.handle(":vars")
    lines = capsys.readouterr().out.strip().split("\n")[-3:]
    assert lines[0].split() == ["n", "int", "3"]
    assert lines[1].startswith("text  str")
    assert lines[1].endswith("...")
    assert lines[2].split() == ["x", "float32", "[2,", "3]", "24", "bytes", "requires_grad"]


def test_clear_forgets_names(shell):
    shell.handle("a = 1; b = 2")
    shell.handle(":clear a")
    assert shell.session.names() == ["b"]
    shell.handle(":clear")
    assert shell.session.names() == []


def test_clear_of_an_unknown_name_forgets_nothing(shell):
    shell.handle("a = 1")
    with pytest.raises(NameFault, match="name 'b' is not defined"):
        commands.execute(":clear a b", shell)
    assert shell.session.names() == ["a"]


def test_seed_makes_the_random_numbers_repeat(shell):
    shell.handle(":seed 7")
    shell.handle("a = rand(3)")
    shell.handle(":seed 7")
    shell.handle("b = rand(3)")
    assert shell.session.eval("equal(a, b)")
    with pytest.raises(ArgumentFault, match="a seed is a whole number"):
        commands.execute(":seed seven", shell)


def test_display_changes_how_results_are_written(shell, capsys):
    shell.handle(":display json")
    shell.handle("tensor([1, 2])")
    assert capsys.readouterr().out == "[1, 2]\n"
    shell.handle(":display jsn")
    assert "did you mean json" in capsys.readouterr().err


def test_time_tells_how_long_it_took(shell, capsys):
    shell.handle(":time 1 + 1")
    result, remark = capsys.readouterr().out.strip().split("\n")
    assert result == "2"
    assert remark.endswith((" ms", " s"))


def test_history_shows_what_worked(shell, capsys):
    for text in ("a = 1", "1 / 0", "b = 2"):
        shell.handle(text)
    capsys.readouterr()
    shell.handle(":history")
    assert capsys.readouterr().out == "a = 1\nb = 2\n"
    shell.handle(":history 1")
    assert capsys.readouterr().out == "b = 2\n"


def test_quit_leaves(shell):
    with pytest.raises(EOFError):
        shell.handle(":quit")


@pytest.mark.parametrize(
    ("line", "topic"),
    [("?sum", "sum"), ("sum?", "sum"), ("?", ""), ("torch.sum ?", "torch.sum")]
    + [(line, None) for line in ("x @ ?", "'why?'", "sum", "")],
)
def test_a_question_mark_asks_for_help(line, topic):
    assert help_topic(line) == topic


def test_help_shows_signature_doc_and_example(shell, capsys):
    shell.handle("exp?")
    text = capsys.readouterr().out
    assert text.startswith("exp(x)\nx.exp()\n")
    assert ">>> exp(" in text


def test_help_on_a_function_of_ones_own_shows_its_docstring(shell, capsys):
    shell.handle('def area(r):\n    "Area of a disc."\n    return pi * r**2\n')
    shell.handle("area?")
    assert "Area of a disc." in capsys.readouterr().out


def test_help_on_an_unknown_name_says_what_is_near(shell, capsys):
    shell.handle("?expp")
    assert "did you mean" in capsys.readouterr().err


def test_an_error_is_reported_and_the_session_goes_on(shell, capsys):
    shell.handle("1 / 0")
    shell.handle("2 + 2")
    captured = capsys.readouterr()
    assert captured.err.startswith("error: ")
    assert captured.out == "4\n"


def test_a_semicolon_hides_the_result(shell, capsys):
    shell.handle("1 + 1;")
    assert capsys.readouterr().out == ""


def test_a_printed_line_without_an_end_is_not_hidden_by_the_prompt(shell, capsys):
    shell.handle("print('so far', end='')")
    assert capsys.readouterr().out == "so far\n"
