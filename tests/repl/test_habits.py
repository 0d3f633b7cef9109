"""What is typed out of habit from other prompts is told its name here."""

import pytest

from tcalc.lang.session import Session
from tcalc.repl.app import parse
from tcalc.repl.commands import COMMANDS
from tcalc.repl.habits import MAGICS, WORDS
from tcalc.repl.shell import Shell


@pytest.fixture
def shell(plain):
    return Shell(Session(), plain())


@pytest.mark.parametrize("line", ["exit", "quit", "exit()", "quit()", " exit "])
def test_the_words_that_leave_elsewhere_leave(shell, line):
    with pytest.raises(EOFError):
        shell.handle(line)


def test_a_name_of_the_session_is_no_habit(shell, capsys):
    shell.handle("exit = 3; ls = 4; help = 5")
    for name in ("exit", "ls", "help"):
        shell.handle(name)
    assert capsys.readouterr().out == "3\n4\n5\n"


def test_help_alone_is_the_overview(shell, capsys):
    for line in ("help", "help()"):
        shell.handle(line)
        assert ":undo [N]" in capsys.readouterr().out
    shell.handle("help(relu)")
    assert capsys.readouterr().out.startswith("relu(x)")


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("%timeit sum(x)", "type time_it(lambda: sum(x))"),
        ("%%time x @ x", "type :time x @ x"),
        ("Out[3]", "_3 is result 3"),
        ("%hist", "type :history"),
        ("%who", "type :vars"),
        ("%psource f", "type f??"),
        ("%nonsense", ":help lists the commands"),
        ("!ls", "this session runs no other program"),
        ("ls", "this session runs no other program"),
        ("ls -la", "this session runs no other program"),
        ("cd ..", "this session runs no other program"),
        ("pip install numpy", "this session runs no other program"),
        ("clear", "Ctrl-L clears the screen"),
        ("who", "`:vars` lists the names"),
        ("whos", "`:vars` lists the names"),
        ("globals()", "`:vars` lists the names"),
    ],
)
def test_a_command_of_another_prompt_is_told_what_does_that_here(shell, capsys, line, instead):
    parse(line)  # so that Enter runs it
    shell.handle(line)
    assert instead in capsys.readouterr().err


def test_what_sets_up_a_notebook_is_ignored_as_in_a_script(shell, capsys):
    shell.handle("%matplotlib inline")
    assert "a notebook command is ignored" in capsys.readouterr().err


def test_a_cell_that_begins_with_a_magic_runs(shell, capsys):
    shell.handle("%%time\n1 + 1")
    assert capsys.readouterr().out == "2\n"


@pytest.mark.parametrize(
    "line", ["ls * 2", "ls - 2", "cat / 2", "cat(x)", "git.x", "cd[0]", "cat-2"]
)
def test_a_program_that_begins_with_such_a_word_is_a_program(line):
    assert parse(line) is not None


def test_every_command_that_is_named_exists():
    words = [*MAGICS.values(), *WORDS.values()]
    named = {text.partition(":")[2].split(" ")[0].split("`")[0] for text in words if ":" in text}
    assert named - {"", "text"} <= set(COMMANDS)
