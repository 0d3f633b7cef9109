from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tcalc.lang import tablemaker, tables
from tcalc.lang.lexer import TABLES


@pytest.fixture(scope="module")
def content():
    return tablemaker.make(Path(tables.grammar_folder()))


def test_tables_are_the_same_whenever_they_are_made(content):
    assert {name: getattr(TABLES, name) for name in content} == content


def test_written_tables_are_plain_literals(content, tmp_path):
    path = tmp_path / "_tables.py"
    tablemaker.write(content, path)
    tree = ast.parse(path.read_text("utf-8"))
    values = {a.targets[0].id: ast.literal_eval(a.value) for a in tree.body[1:]}
    assert values == content
    assert [p.name for p in tmp_path.iterdir()] == ["_tables.py"]


def test_hash_changes_with_the_grammar(tmp_path):
    folder = tables.grammar_folder()
    for name in ("tcalc.lark", "lexical.lark", "mistakes.toml"):
        (tmp_path / name).write_bytes(Path(folder + name).read_bytes())
    assert tables.grammar_hash(f"{tmp_path}/") == tables.grammar_hash(folder)
    with (tmp_path / "lexical.lark").open("a") as file:
        file.write("// another comment\n")
    assert tables.grammar_hash(f"{tmp_path}/") != tables.grammar_hash(folder)


def test_tables_of_another_python_still_find_words(content):
    foreign = tables.Tables({**content, "MAGIC": -1, "CODE": b""})
    assert foreign.pattern().match("  name").end() == len("  name")


def test_terminals_have_no_groups_of_their_own(content):
    assert re.compile(content["PATTERN"]).groups == len(content["GROUPS"]) - 1


def test_parsing_imports_nothing_heavy():
    code = (
        "import sys; before = set(sys.modules)\n"
        "from tcalc.lang.parser import parse\n"
        "from tcalc.diagnostic import Source\n"
        "parse(Source('x = [1, 2.5]\\ndef f(a): return a + 1'))\n"
        "print(*sorted(m for m in set(sys.modules) - before if not m.startswith('tcalc')))\n"
    )
    out = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{code}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(out.stdout.split()) <= {"__future__", "_sre", "gc"}
