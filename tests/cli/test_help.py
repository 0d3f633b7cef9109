"""What is made from the command's tables: help, the manual page, completion in the shells."""

from __future__ import annotations

import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pytest
from installed import ROOT

from tcalc import completions, help, manual
from tcalc.options import OPTIONS
from tcalc.render.formats import FORMATS

Run = Callable[..., Any]


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {program}")


# Help and manual ------------------------------------------------------------------------------


@pytest.mark.parametrize("example", help.EXAMPLES)
def test_an_example_of_the_help_runs(shell: Run, tmp_path: Path, example: str) -> None:
    (tmp_path / "table.csv").write_text("a,b\n1,2\n3,4\n")
    status, out, err = shell(f"set -o pipefail; {example}")
    assert (status, err) == (0, "")
    assert out


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "tcalc.1"
    path.write_text(manual.page(), encoding="utf-8")
    return path


def test_the_manual_page_has_its_sections_and_every_option(page: Path) -> None:
    text = page.read_text()
    assert re.findall(r"^\.SH (.*)$", text, re.MULTILINE) == [
        "NAME",
        "SYNOPSIS",
        "DESCRIPTION",
        "OPTIONS",
        "OUTPUT FORMATS",
        "EXIT STATUS",
        "ENVIRONMENT",
        "FILES",
        "EXAMPLES",
    ]
    plain = text.replace("\\-", "-").replace("\\fB", "").replace("\\fR", "")
    assert [option.name for option in OPTIONS if f"--{option.name}" not in plain] == []
    macros = {line.split()[0] for line in text.splitlines() if line.startswith(".")}
    assert macros == {'.\\"', ".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi"}
    assert not [line for line in text.splitlines() if line.startswith("'") or line == ""]


@needs("groff")
def test_the_manual_page_has_no_warnings(page: Path) -> None:
    done = subprocess.run(
        ["groff", "-man", "-ww", "-z", str(page)], capture_output=True, check=True
    )
    assert done.stderr == b""


@needs("man")
def test_man_shows_what_the_page_says(page: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        ["man", "--warnings", "-l", str(page)],
        capture_output=True,
        encoding="utf-8",
        env=environment | {"MANWIDTH": "80", "LC_ALL": "C.UTF-8", "MANPAGER": "cat"},
        check=True,
    )
    assert done.stderr == ""
    text = re.sub(r".\x08", "", done.stdout)
    assert "tcalc - a tensor calculator" in text
    assert re.search(r"^ +-e, --eval CODE\n +code to run; repeatable$", text, re.MULTILINE)
    for example in help.EXAMPLES:
        assert f"       {example}\n" in text


# Installation ---------------------------------------------------------------------------------


def test_the_build_makes_what_man_and_the_shells_look_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    made = runpy.run_path(str(ROOT / "build_hook.py"))["make_share"](tmp_path)
    texts = {place: path.read_text(encoding="utf-8") for path, place in made.items()}
    assert texts == {
        "share/man/man1/tcalc.1": manual.page(),
        "share/bash-completion/completions/tcalc": completions.script("bash"),
        "share/zsh/site-functions/_tcalc": completions.script("zsh"),
        "share/fish/vendor_completions.d/tcalc.fish": completions.script("fish"),
    }


@pytest.mark.parametrize("shell", completions.SHELLS)
def test_a_script_for_completion_can_be_printed(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["tcalc.completions", shell])
    monkeypatch.delitem(sys.modules, "tcalc.completions")
    runpy.run_module("tcalc.completions", run_name="__main__")
    assert capsys.readouterr().out == completions.script(shell)


# Completion -----------------------------------------------------------------------------------

ALL = sorted(
    word
    for option in OPTIONS
    for word in (f"--{option.name}", *([f"--no-{option.name}"] if option.no else []))
)
FORMAT_WORDS = sorted(["auto", *FORMATS])

CASES = [
    ("tcalc --", ALL),
    ("tcalc --prec", ["--precision"]),
    ("tcalc -e 'x' --no-s", ["--no-sci"]),
    ("tcalc -o ", FORMAT_WORDS),
    ("tcalc --output js", ["json", "jsonl"]),
    ("tcalc --color al", ["always"]),
    ("tcalc --dtype float6", ["float64"]),
    ("tcalc --seed ", []),
    ("tcalc scr", ["script.tc"]),
    ("tcalc --config sc", ["script.tc"]),
    ("tcalc script.tc da", ["data set.csv"]),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files to complete, and below it the scripts where they are installed."""
    for name in ("script.tc", "data set.csv"):
        (tmp_path / name).touch()
    for shell, (_, place) in completions.SHELLS.items():
        path = tmp_path / ".share" / place
        path.parent.mkdir(parents=True)
        path.write_text(completions.script(shell), encoding="utf-8")
    return tmp_path


def completed(shell: str, text: str, folder: Path, environment: dict[str, str]) -> list[str]:
    done = subprocess.run(
        [shell, "-c", text],
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env=environment | {"XDG_DATA_DIRS": str(folder / ".share"), "LC_ALL": "C.UTF-8"},
        check=True,
    )
    assert done.stderr == ""
    return sorted(done.stdout.splitlines())


BASH = """
source .share/bash-completion/completions/tcalc
COMP_LINE=$1 COMP_POINT=${#1} COMPREPLY=()
_tcalc
((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        *CASES,
        ("tcalc --output=js", ["json", "jsonl"]),
        ("tcalc -d x", []),
        ("tcalc -d x=da", ["data set.csv"]),
        ("tcalc --data x=csv:da", ["data set.csv"]),
    ],
)
def test_bash_completes(
    folder: Path, environment: dict[str, str], line: str, expected: list[str]
) -> None:
    script = BASH.replace("$1", f"$'{line.replace(chr(39), chr(92) + chr(39))}'", 1).replace(
        "${#1}", str(len(line))
    )
    assert completed("bash", script, folder, environment) == expected


@needs("fish")
@pytest.mark.parametrize(
    ("line", "expected"),
    [*CASES, ("tcalc --output=js", ["--output=json", "--output=jsonl"])],
)
def test_fish_completes(
    folder: Path, environment: dict[str, str], line: str, expected: list[str]
) -> None:
    source = "source .share/fish/vendor_completions.d/tcalc.fish"
    quoted = line.replace("'", "\\'")
    found = completed("fish", f"{source}; complete -C '{quoted}'", folder, environment)
    words = [word.partition("\t")[0] for word in found]
    assert [word for word in words if not line.endswith("--") or word != "--"] == expected


@needs("zsh")
def test_zsh_completes(folder: Path, environment: dict[str, str]) -> None:
    child = pexpect.spawn(
        "zsh", ["-f", "-i"], encoding="utf-8", timeout=20, cwd=str(folder), env=environment
    )
    try:
        child.sendline("PS1='> '; fpath=($PWD/.share/zsh/site-functions $fpath)")
        child.sendline('autoload -Uz compinit && compinit -D -u; tcalc() { print -r -- "<$*>" }')
        for typed, words in (
            ("--prec\t6", "--precision=6"),
            ("-o jso\tl", "-o jsonl"),
            ("--output=np\t", "--output=npy"),
            ("--dtype float6\t", "--dtype float64"),
            ("-d x=da\t", "-d x=data set.csv"),
            ("-d x=csv:da\t", "-d x=csv:data set.csv"),
            ("scr\t", "script.tc"),
        ):
            child.sendline(f"tcalc {typed}")
            child.expect_exact(f"<{words}")
    finally:
        child.terminate(force=True)
