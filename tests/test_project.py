"""What is written in two places agrees: tables in the code, and pages, examples and colours."""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tcalc.ops  # noqa: F401 -- fills the registry
from tcalc import files, reference
from tcalc.core.registry import REGISTRY, complete
from tcalc.lang.builtins import BUILTINS, DOCS
from tcalc.lang.parser import tokens
from tcalc.lang.tables import load
from tcalc.options import OPTIONS
from tcalc.render.formats import FORMATS
from tcalc.repl.commands import COMMANDS
from tcalc.theme import STYLES

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.tc"))


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_keyword_of_the_grammar_is_coloured() -> None:
    words = {word for word in load().WORDS if word.isidentifier()}
    assert words <= set(keyword.kwlist)
    reserved = words & load().MISTAKES["words"].keys()
    kinds = {word: kind for word in words for kind, _, _ in tokens(word)}
    assert kinds == dict.fromkeys(words, "keyword") | dict.fromkeys(reserved, "error")


def test_every_kind_of_token_has_a_colour() -> None:
    text = "for x in f(1, 'a') + ?: # all kinds"
    assert {kind for kind, _, _ in tokens(text)} <= STYLES.keys()


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_option_is_on_the_page_of_the_command(option) -> None:
    written = [f"--{option.name} {option.metavar}".rstrip()]
    if option.short:
        written.append(f"-{option.short}")
    if option.no:
        written.append(f"--no-{option.name}")
    text = re.sub(r"`([^`\n]*)`", lambda code: f"`{code[1]}` ", page("docs/command.md"))
    assert [spelling for spelling in written if f"`{spelling}`" not in text] == []


def test_every_format_is_on_the_page_of_the_command() -> None:
    text = page("docs/command.md")
    assert [name for name in [*FORMATS, *files.FORMATS] if f"`{name}`" not in text] == []


def test_every_command_of_the_session_is_on_the_page() -> None:
    text = page("docs/repl.md").replace("\\|", "|")
    rows = [f"| `{command.usage}` | {command.help} |" for command in COMMANDS.values()]
    assert [row for row in rows if row not in text] == []


def test_every_builtin_is_on_the_page_of_the_language_and_has_help() -> None:
    words = set(re.findall(r"\w+", page("docs/language.md")))
    assert BUILTINS.keys() - words == set()
    assert BUILTINS.keys() - DOCS.keys() == set()


def test_every_op_has_a_page_by_each_of_its_names() -> None:
    complete()
    names = [name for name in REGISTRY if not name.startswith("_")]
    assert [name for name in names if not reference.page(name).summary] == []


def test_paths_named_by_the_contributors_page_exist() -> None:
    paths = re.findall(
        r"`((?:tcalc|grammar|docs|tests|benchmarks|\.ci)/[\w./]*)`", page("CONTRIBUTING.md")
    )
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.stem)
def test_examples_run(example: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tcalc", "--no-config", str(example)],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
