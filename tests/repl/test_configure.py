import tomllib

import pytest

from tcalc import config
from tcalc.lang.parser import tokens
from tcalc.lang.session import Session
from tcalc.options import OPTIONS, Settings
from tcalc.repl.app import loop
from tcalc.repl.autosave import RECOVERED, Autosave
from tcalc.repl.highlight import marked
from tcalc.repl.shell import Shell
from tcalc.theme import LIGHT, STYLES, looks, use


@pytest.fixture
def shell(plain):
    return Shell(Session(), plain())


def test_the_printed_config_file_holds_every_setting_and_reads_back(tmp_path):
    text = config.template()
    assert tomllib.loads(text) == {}
    uncommented = "\n".join(
        line.removeprefix("# ") for line in text.split("\n") if " = " in line and line[0] == "#"
    )
    path = tmp_path / "config.toml"
    path.write_text(uncommented)
    given, warnings = config.read(str(path))
    assert warnings == []
    assert [option for option, _ in given] == [option for option in OPTIONS if not option.fixed]
    for option, value in given:
        default = getattr(Settings, option.key)
        assert default is None or value == default


def test_a_setting_is_shown_and_changed(shell, capsys):
    shell.handle(":config output json")
    shell.handle("tensor([1, 2])")
    shell.handle(":config output")
    out = capsys.readouterr().out
    assert out.startswith('[1, 2]\noutput = "json"')
    shell.handle(":config number-results = true")
    assert shell.settings.number_results is True


def test_print_options_hold_from_the_next_result_on(shell, capsys):
    shell.handle(":config precision 1")
    shell.handle("tensor([0.25, 1.])")
    assert capsys.readouterr().out == "tensor([0.2, 1.0])\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (":config presicion 3", "did you mean precision?"),
        (":config precision many", "precision takes a whole number, not 'many'"),
        (":config key-mode vim", "did you mean vi?"),
        (":config preview maybe", "preview takes true or false, not 'maybe'"),
        (":config sandbox true", "sandbox is settled when the session starts"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(shell, capsys, line, message):
    shell.handle(line)
    assert message in capsys.readouterr().err


def test_all_settings_are_listed_with_value_default_and_what_they_do(shell, capsys):
    shell.handle(":config precision 6")
    shell.handle(":config theme light")
    shell.handle(":config")
    rows = [line.split() for line in capsys.readouterr().out.split("\n")]
    assert [row[0] for row in rows[:-2]] == [o.name for o in OPTIONS if not o.fixed]
    assert ["precision", "6", "(-)", "digits", "after", "the", "point", "(4)"] in rows
    assert ["theme", '"light"', '("auto")', "colours"] in [row[:4] for row in rows]
    shell.handle(":config key-mode")
    assert capsys.readouterr().out == (
        'key-mode = "emacs"   (default: "emacs")\n'
        "  keys of the line editor: emacs or vi; takes emacs or vi\n"
    )
    shell.handle(":config linewidth")
    assert capsys.readouterr().out == ("linewidth is not set\n  columns of a line (80); takes N\n")


def test_a_theme_holds_from_the_next_line_on(plain, capsys):
    shell = Shell(Session(), plain(color="always"))
    try:
        shell.handle(":config theme dark")
        shell.handle("1 / 0")
        dark = capsys.readouterr().err
        shell.handle(":config theme light")
        shell.handle("1 / 0")
        assert capsys.readouterr().err != dark
        assert shell.session.call(looks) == STYLES | LIGHT
    finally:
        use("auto")


@pytest.fixture
def config_file(shell, tmp_path):
    path = tmp_path / "deep" / "config.toml"
    shell.settings.config = str(path)
    return path


def test_a_setting_is_kept_in_a_new_file_that_has_all_settings_as_comments(
    shell, config_file, capsys
):
    shell.handle(":config precision 6 --save")
    assert capsys.readouterr().out == f"precision = 6 in {config_file}\n"
    assert config_file.read_text() == config.template().replace(
        "# precision = 4\n", "precision = 6\n"
    ) + "\n" * (not config.template().endswith("\n"))
    shell.handle(":config theme light")
    shell.handle(":config theme --save")
    assert tomllib.loads(config_file.read_text()) == {"precision": 6, "theme": "light"}
    use("auto")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "precision = 6\n"),
        ("# mine\nprecision=3 # three\nsci=1", "# mine\nprecision = 6  # three\nsci=1\n"),
        ("#precision = 4\nprecision = 5\n", "#precision = 4\nprecision = 6\n"),
        ('"precision" = 4', "precision = 6\n"),
        ("sci=1\n[other]\nprecision=1", "sci=1\nprecision = 6\n[other]\nprecision=1\n"),
        ("# the precision = of numbers\n", "# the precision = of numbers\nprecision = 6\n"),
    ],
)  # fmt: skip
def test_keeping_a_setting_leaves_the_rest_of_the_file_alone(before, after):
    assert config.changed(before, "precision", "precision = 6") == after


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (":config --save", "--save needs the NAME of a setting"),
        (":config seed --save", "seed has no value"),
        (":config precision many --save", "precision takes a whole number, not 'many'"),
    ],
)
def test_what_cannot_be_kept_is_told(shell, config_file, capsys, line, message):
    shell.handle(line)
    assert message in capsys.readouterr().err
    assert not config_file.exists()


def test_a_file_that_cannot_be_written_is_told(shell, tmp_path, capsys):
    shell.settings.config = str(tmp_path)
    shell.handle(":config precision 2 --save")
    assert f"cannot write {tmp_path}: Is a directory" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("theme", "terminal", "light"),
    [
        ("auto", "", False),
        ("auto", "0;15", True),
        ("auto", "15;0", False),
        ("light", "15;0", True),
        ("dark", "0;15", False),
    ],
)
def test_a_theme_changes_what_is_hard_to_read(theme, terminal, light):
    use(theme, terminal)
    try:
        assert looks() == (STYLES | LIGHT if light else STYLES)
    finally:
        use("auto")


def test_a_session_that_crashed_can_be_recovered(tmp_path):
    (tmp_path / "session-999999999.tc").write_text("a = 1\n")
    autosave = Autosave(tmp_path)
    lost = autosave.recover()
    assert lost == tmp_path / RECOVERED
    assert lost.read_text() == "a = 1\n"
    assert autosave.recover() is None


def test_the_autosave_holds_what_worked_until_the_session_ends(tmp_path, plain):
    autosave = Autosave(tmp_path)
    shell = Shell(Session(), plain(), autosave=autosave.keep)
    for text in ("a = 1", "1 / 0", "b = 2", ":undo", "c = 3"):
        shell.handle(text)
    (path,) = tmp_path.glob("session-*.tc")
    assert path.read_text() == "a = 1\nc = 3\n"
    autosave.close()
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_on_an_empty_line_says_how_to_leave(shell, capsys):
    inputs = iter([KeyboardInterrupt("half a"), KeyboardInterrupt(""), EOFError()])

    def read(text):
        raise next(inputs)

    loop(shell, read, lambda: None)
    assert capsys.readouterr().out == "Ctrl-D leaves\n"


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("x + nowhere + 1", ["nowhere"]),
        ("x + nowhere", []),  # perhaps it is still being typed
        ("new = 1\nnew + 1", []),
        ("a, b = x, oops \n", ["oops"]),
        ("for i in x: i + j ", ["j"]),
        ("[k for k in x] ", []),
        ("def f(u, v=x): return u + v + w ", ["w"]),
        ("lambda t: t + 1 ", []),
        ("x.anything(key=1) ", []),
        ("import other as o\no + 1", []),
    ],
)
def test_names_that_nothing_binds_are_marked(text, unknown):
    found = marked(text, tokens(text), {"x"}.__contains__)
    assert [text[a:b] for kind, a, b in found if kind == "unknown"] == unknown
