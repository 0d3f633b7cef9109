"""The table of options, the config file and the help that follow from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tcalc import config, help
from tcalc.options import OPTIONS, Settings, UsageError, assign, parse
from tcalc.render.formats import FORMATS


def settings(*words: str) -> Settings:
    result = Settings()
    given, _ = parse(words)
    assign(result, given)
    return result


@pytest.mark.parametrize(
    "words",
    [
        ("-e", "1", "-e", "2", "-k"),
        ("--eval=1", "--eval", "2", "--keep-going"),
        ("-e1", "-ke2"),
    ],
)
def test_an_option_has_several_spellings(words: tuple[str, ...]) -> None:
    result = settings(*words)
    assert result.eval == ["1", "2"]
    assert result.keep_going


def test_options_end_at_the_script_so_that_its_own_are_left_alone() -> None:
    given, words = parse(["-q", "script.tc", "-e", "--seed"])
    assert [option.name for option, _ in given] == ["quiet"]
    assert words == ["script.tc", "-e", "--seed"]


def test_two_dashes_end_the_options() -> None:
    assert parse(["--", "-odd-name.tc"])[1] == ["-odd-name.tc"]


def test_a_dash_alone_is_a_file() -> None:
    assert parse(["-"])[1] == ["-"]


@pytest.mark.parametrize(
    ("text", "size"), [("512M", 512 << 20), ("2G", 2 << 30), ("1.5kb", 1536), ("3GiB", 3 << 30)]
)
def test_sizes_have_units(text: str, size: int) -> None:
    assert settings("--max-memory", text).max_memory == size


def test_a_switch_can_be_refused() -> None:
    assert settings("--no-sci").sci is False
    assert settings("--sci").sci is True
    assert settings().sci is None


@pytest.mark.parametrize(
    ("words", "headline"),
    [
        (("--presision", "3"), "no option is called --presision"),
        (("-e",), "-e needs a value: -e CODE"),
        (("--quiet=yes",), "--quiet takes no value"),
        (("--precision", "few"), "--precision takes a whole number, not 'few'"),
        (("--max-memory", "much"), "--max-memory takes a size such as 512M or 2G, not 'much'"),
        (("--timeout", "0"), "--timeout takes a number of seconds above 0, not '0'"),
        (("--seed", "1.5"), "--seed takes a whole number of up to 64 bits, not '1.5'"),
        (
            ("--seed", str(1 << 64)),
            f"--seed takes a whole number of up to 64 bits, not '{1 << 64}'",
        ),
        (("--threshold", "all"), "--threshold takes a whole number or inf, not 'all'"),
        (("-d", "for=x.csv"), "-d takes a NAME that programs can use, not 'for=x.csv'"),
        (("-d", "__x=x.csv"), "-d takes a NAME that programs can use, not '__x=x.csv'"),
        (("-d", "x"), "-d takes NAME=PATH or NAME=FORMAT:PATH, not 'x'"),
        (("--color", "blue"), "--color takes one of auto, always, never, not 'blue'"),
    ],
)
def test_wrong_usage_says_what_was_expected(words: tuple[str, ...], headline: str) -> None:
    with pytest.raises(UsageError) as caught:
        settings(*words)
    assert caught.value.headline == headline


def test_a_misspelled_option_gets_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        settings("--presision", "3")
    assert caught.value.helps == ("did you mean --precision?",)


def test_an_unknown_letter_is_not_compared_with_the_others() -> None:
    with pytest.raises(UsageError) as caught:
        settings("-V")
    assert caught.value.helps == ("tcalc --help lists the options",)


def test_a_threshold_without_end_shows_everything() -> None:
    assert (settings("--threshold", "inf").threshold or 0) > 10**15


def test_phases_of_code_are_marked_by_what_stood_before() -> None:
    result = settings("-e", "1", "--each", "-e", "2", "-e", "3", "--end", "-e", "4")
    assert (result.eval, result.each, result.end) == (["1", "2", "3", "4"], 1, 3)


def test_help_names_every_option_within_80_columns() -> None:
    text = "\n".join(help.lines())
    assert all(f"--{option.name}" in text for option in OPTIONS)
    assert max(map(len, text.splitlines())) <= 80
    assert FORMATS.keys() <= set(text.split())


def test_every_option_has_a_default() -> None:
    assert all(hasattr(Settings, option.key) for option in OPTIONS)


def configured(folder: Path, text: str) -> tuple[Settings, list[str]]:
    path = folder / "config.toml"
    path.write_text(text)
    given, warnings = config.read(str(path))
    result = Settings()
    assign(result, given)
    return result, warnings


def test_the_config_file_sets_options_by_their_long_names(tmp_path: Path) -> None:
    result, warnings = configured(
        tmp_path, 'precision = 6\nsci = false\nmax-memory = "1G"\ntimeout = 2.5\nquiet = true\n'
    )
    assert (result.precision, result.sci, result.max_memory) == (6, False, 1 << 30)
    assert (result.timeout, result.quiet) == (2.5, True)
    assert warnings == []


def test_an_unknown_setting_is_only_a_warning(tmp_path: Path) -> None:
    _, warnings = configured(tmp_path, "presision = 6\n")
    assert warnings == [
        f"{tmp_path}/config.toml: no setting is called presision; did you mean precision?"
    ]


@pytest.mark.parametrize("text", ["precision = 'few'\n", "quiet = 1\n", "precision\n", "eval = 1"])
def test_a_wrong_setting_names_the_file(tmp_path: Path, text: str) -> None:
    if text.startswith("eval"):
        assert configured(tmp_path, text)[1]
        return
    with pytest.raises(UsageError, match=r"config\.toml"):
        configured(tmp_path, text)


def test_a_config_file_that_was_asked_for_must_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        config.read(str(tmp_path / "none.toml"))


def test_the_default_config_file_follows_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    platformdirs = pytest.importorskip("platformdirs")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/etc/somewhere")
    assert config.default_path() == (
        platformdirs.user_config_dir("tcalc", appauthor=False) + "/config.toml"
    )
