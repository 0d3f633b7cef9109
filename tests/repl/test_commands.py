import re
from html import unescape

import pytest

from tcalc.errors import ArgumentFault, NameFault, RuntimeFault
from tcalc.lang.session import Session
from tcalc.limits import Limits
from tcalc.render.formats import Page
from tcalc.repl import commands
from tcalc.repl.guide import section
from tcalc.repl.overview import TOPICS, overview
from tcalc.repl.shell import Shell, help_topic
from tcalc.repl.shortened import shortened


@pytest.fixture
def shell(plain):
    return Shell(Session(), plain())


def test_every_command_is_in_the_overview():
    text = overview()
    assert all(command.usage in text for command in commands.COMMANDS.values())


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_overview_fits_the_screen(width):
    assert max(map(len, overview(width).split("\n"))) <= width


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


def test_save_writes_what_worked_and_load_runs_it(shell, plain, tmp_path, capsys):
    for text in ("a = 1", "1 / 0", "b = a + 1"):
        shell.handle(text)
    path = tmp_path / "work.tc"
    shell.handle(f":save {path}")
    assert path.read_text() == "a = 1\nb = a + 1\n"
    assert f"2 programs in {path}" in capsys.readouterr().out
    other = Shell(Session(), plain())
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


@pytest.mark.parametrize(
    ("which", "shown"),
    [
        ("", "1  a = 1\n2  def f():\n       return a\n3  b = 2\n"),
        ("2", "2  def f():\n       return a\n"),
        ("-1", "3  b = 2\n"),
        ("-9", "1  a = 1\n2  def f():\n       return a\n3  b = 2\n"),
        ("2-3", "2  def f():\n       return a\n3  b = 2\n"),
        ("3-", "3  b = 2\n"),
        ("b =", "3  b = 2\n"),
    ],
)
def test_history_numbers_what_worked(shell, capsys, which, shown):
    for text in ("a = 1", "1 / 0", "def f():\n    return a\n", "b = 2"):
        shell.handle(text)
    capsys.readouterr()
    shell.handle(f":history {which}")
    assert capsys.readouterr().out == shown


def test_history_of_what_is_not_there_says_so(shell, capsys):
    shell.handle(":history")
    assert "nothing has run yet" in capsys.readouterr().err
    shell.handle("a = 1")
    for which in ("7", "5-9", "nowhere", "1-x"):
        shell.handle(f":history {which}")
        assert f"no program is {which}" in capsys.readouterr().err


def test_quit_leaves(shell):
    with pytest.raises(EOFError):
        shell.handle(":quit")


@pytest.mark.parametrize(
    ("line", "topic"),
    [("?sum", "sum"), ("sum?", "sum"), ("?", ""), ("??", ""), ("torch.sum ?", "torch.sum")]
    + [("f??", "f?")]
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


def test_save_for_a_name_keeps_only_what_it_depends_on(shell, tmp_path, capsys):
    for text in ("a = 1", "noise = 7", "b = a + 1", "print(noise)"):
        shell.handle(text)
    path = tmp_path / "b.tc"
    shell.handle(f":save {path} --for b")
    assert path.read_text() == "a = 1\nb = a + 1\n"
    shell.handle(f":save {path} --for nowhere")
    assert "name 'nowhere' is not defined" in capsys.readouterr().err


def test_seed_and_time_are_among_the_programs_that_ran(shell):
    shell.handle(":seed 3")
    shell.handle(":time x = rand(2)")
    assert shell.programs == ["torch.manual_seed(3);", "x = rand(2)"]


def test_mem_tells_who_shares_memory(shell, capsys):
    shell.handle("x = zeros(4); v = x[:2]; y = ones(1); n = 3")
    shell.handle(":mem")
    assert capsys.readouterr().out == (
        "16 bytes  v (8 bytes of it), x\n 4 bytes  y\n20 bytes altogether\n"
    )


def test_graph_shows_what_a_tensor_was_computed_from(shell, capsys):
    shell.handle("w = ones(2, requires_grad=True); y = (w * 2).sum()")
    shell.handle(":graph y")
    assert "%3 = Sum(%2) float32 []" in capsys.readouterr().out
    shell.handle(":graph nowhere")
    assert "name 'nowhere' is not defined" in capsys.readouterr().err


def test_step_without_a_terminal_shows_the_whole_backward_pass(shell, capsys):
    shell.handle("x = tensor([1., 2.], requires_grad=True); y = (x.sin() * x).sum()")
    shell.handle(":step y")
    assert capsys.readouterr().out == (
        "1 of 4  %4 Sum  SumBackward0\n"
        "  came in    1\n"
        "  to %3 Mul  [1, 1]\n"
        "2 of 4  %3 Mul  MulBackward0, in line 1: (x.sin() * x)\n"
        "  came in    [1, 1]\n"
        "  to %2 Sin  [1, 2]\n"
        "  to %1 x    [0.8415, 0.9093]\n"
        "3 of 4  %2 Sin  SinBackward0, in line 1: x.sin()\n"
        "  came in  [1, 2]\n"
        "  to %1 x  [0.5403, -0.8323]\n"
        "4 of 4  %1 x  a leaf\n"
        "  from %3 Mul  [0.8415, 0.9093]\n"
        "  from %2 Sin  [0.5403, -0.8323]\n"
        "  in all       [1.382, 0.077]\n"
        "  is added to  x.grad\n"
    )
    shell.handle("y.backward()")
    shell.handle(":step y")  # of what backward has freed, too
    assert capsys.readouterr().out.startswith("1 of 4  %4 Sum  SumBackward0\n  came in    1\n")


def test_step_takes_the_last_result_or_the_name_of_a_tensor_with_a_graph(shell, capsys):
    shell.handle(":step")
    assert "no name has a graph yet" in capsys.readouterr().err
    shell.handle("tensor(3., requires_grad=True) * 2")
    capsys.readouterr()
    shell.handle(":step")
    assert "to %1 _  2" in capsys.readouterr().out


def test_step_and_graph_take_what_was_defined_last_where_nothing_was_shown(shell, capsys):
    shell.handle("w = ones(2, requires_grad=True); y = (w * 2).sum(); n = 3; y.backward()")
    shell.handle(":step")
    assert capsys.readouterr().out.startswith("1 of 3  %3 Sum  SumBackward0\n")
    shell.handle(":graph")
    assert "%3 = Sum(%2)" in capsys.readouterr().out
    shell.handle("n = 3; c = ones(2)")
    for name, reason in [("n", "'n' is no tensor"), ("c", "has no graph"), ("z", "not defined")]:
        shell.handle(f":step {name}")
        assert reason in capsys.readouterr().err


def test_as_torch_prints_what_ran(shell, capsys):
    shell.handle("y = ones(2) |> sum(axis=0)")
    shell.handle(":as torch")
    assert capsys.readouterr().out == "import torch\n\ny = torch.sum(torch.ones(2), dim=0)\n"


def test_as_torch_begins_with_what_the_settings_have_done(plain, capsys):
    shell = Shell(Session(seed=3, dtype="float64"), plain(seed=3, dtype="float64", precision=2))
    shell.handle("rand(2);")
    shell.handle(":config dtype float32")
    shell.handle(":as torch")
    assert capsys.readouterr().out == (
        "import torch\n\n"
        "torch.set_default_dtype(torch.float64);\n"
        "torch.manual_seed(3);\n"
        "torch.set_printoptions(precision=2);\n"
        "torch.rand(2);\n"
        "torch.set_default_dtype(torch.float32);\n"
    )


def test_edit_opens_the_program_that_made_a_name(shell, tmp_path, monkeypatch):
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i s/1/5/ "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    shell.handle("a = 1")
    shell.handle("b = 2")
    shell.handle(":edit a")
    assert shell.next_text == "a = 5"
    shell.handle(":edit 2")
    assert shell.next_text == "b = 2"


def test_edit_without_an_editor_says_so(shell, monkeypatch, capsys):
    monkeypatch.setenv("VISUAL", "/nowhere/editor")
    shell.handle(":edit")
    assert "cannot start the editor /nowhere/editor" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", ["svg", "html"])
def test_export_draws_all_that_the_screen_shows(shell, tmp_path, suffix):
    for text in (
        "6 * 7",
        "print('one'); print('two')",
        "1 / 0",
        ":seed x",
        "def f(n):\n    return n",
    ):
        shell.handle(text)
    path = tmp_path / f"session.{suffix}"
    shell.handle(f":export {path}")
    drawn = unescape(re.sub("<style>.*?</style>|<[^>]*>", "", path.read_text(), flags=re.DOTALL))
    shown = "".join(drawn.split())  # an SVG leaves out what is only a place between colours
    assert ">6*742>print('one');print('two')onetwo>1/0error:divisionbyzero" in shown
    assert ">:seedxerror:aseedisawholenumber,not'x'>deff(n):.returnn" in shown
    assert ":export" not in shown


def test_a_drawing_leaves_room_for_wide_characters(shell, tmp_path):
    shell.handle("'文字'")
    path = tmp_path / "wide.svg"
    shell.handle(f":export {path}")
    lengths = re.findall(r'textLength="([\d.]+)"[^>]*>&#x27;文字', path.read_text())
    assert set(lengths) == {"73.2"}


def test_a_session_without_files_has_no_commands_for_files(plain, capsys):
    shell = Shell(Session(limits=Limits(strict=True)), plain())
    for line in (":save a.tc", ":load a.tc", ":edit", ":export a.svg"):
        shell.handle(line)
    assert capsys.readouterr().err.count("this session has no access to files") == 4


def test_a_long_text_is_shortened_with_a_hint():
    text = "\n".join(map(str, range(1000)))
    short = shortened(text, Page(80, height=20), ":show _3").split("\n")
    assert len(short) == 17
    assert short[8] == "... 984 lines are left out; :show _3 shows all of it ..."
    assert shortened(text, Page(80), ":show _3") == text
    assert shortened("1\n2", Page(80, height=20), ":show _3") == "1\n2"


def test_a_line_without_an_end_is_shortened_as_well():
    short = shortened("ab" * 10**6, Page(80, height=20), ":show _").split("\n")
    assert len(short) == 17
    assert short[8] == "... 1998720 characters are left out; :show _ shows all of it ..."


def test_show_leaves_nothing_out(shell, capsys):
    shell.handle("x = arange(2000); text = 'ab' * 5000; items = list(range(1500))")
    shell.handle(":show x")
    assert "1000" in capsys.readouterr().out
    shell.handle(":show text")
    assert capsys.readouterr().out == "ab" * 5000 + "\n"
    shell.handle(":show items")
    assert capsys.readouterr().out.endswith(" 1498,\n 1499]\n")
    shell.handle("huge = zeros(1).expand(10 ** 8)")
    shell.handle(":show huge")
    assert "100,000,000 elements are too many to read" in capsys.readouterr().err


def test_help_on_a_topic_shows_that_part_of_the_guide(shell, capsys):
    shell.handle(":help pipelines")
    out = capsys.readouterr().out
    assert out.startswith("Pipelines\n\nOne form is more than Python's")
    assert ">>> arange(12) |> reshape(3, 4) |> sum(axis=0)" in out
    assert "```" not in out
    shell.handle(":help sum")
    assert capsys.readouterr().out.startswith("sum(")


def test_every_topic_that_help_names_is_in_the_guide():
    assert all(section(topic) for topic in TOPICS)


def test_of_a_pasted_session_the_program_is_kept(shell, tmp_path, capsys):
    shell.handle(
        "In [12]: x = 1\nIn [13]: for i in range(2):\n    ...:     print(i)\n    ...:\n0\n1\n\n"
        "In [14]: x + 1\nOut[14]: 2"
    )
    assert capsys.readouterr().out == "0\n1\n2\n"
    assert shell.programs == ["x = 1\nfor i in range(2):\n    print(i)\nx + 1"]
    shell.handle(":as torch")
    assert capsys.readouterr().out == "x = 1\nfor i in range(2):\n    print(i)\nprint(x + 1)\n"
