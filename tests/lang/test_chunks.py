from __future__ import annotations

from pathlib import Path

import pytest

from tcalc.diagnostic import Source
from tcalc.errors import SyntaxFault
from tcalc.lang.chunks import chunks
from tcalc.lang.parser import parse

PROGRAMS = sorted(Path(__file__).with_name("programs").glob("*.tc"))


def split(text):
    return list(chunks(text.splitlines(keepends=True)))


def test_simple_statements_come_line_by_line_with_their_line_numbers():
    assert split("x = 1\n\n# comment\ny; z\n") == [("x = 1\n", 1), ("y; z\n", 4)]


def test_open_brackets_hold_a_statement_together():
    assert split("f(1,\n\n% 2 # (\n)\nx\n") == [("f(1,\n\n% 2 # (\n)\n", 1), ("x\n", 5)]


def test_open_strings_hold_a_statement_together():
    assert split("x = '''(\n# [\n''' + y\nz\n") == [("x = '''(\n# [\n''' + y\n", 1), ("z\n", 4)]
    assert split("x = 'a\\\nb'\nz\n") == [("x = 'a\\\nb'\n", 1), ("z\n", 3)]


def test_a_backslash_holds_a_statement_together():
    assert split("x = 1 + \\\n2\ny\n") == [("x = 1 + \\\n2\n", 1), ("y\n", 3)]


def test_a_line_may_be_nothing_but_a_backslash():
    assert split("\\\n1 + 1\nx\n") == [("\\\n1 + 1\n", 1), ("x\n", 3)]


def test_a_blank_line_does_not_end_a_block():
    text = "def f():\n    x\n\n    y\n"
    assert split(text + "z\n") == [(text, 1), ("z\n", 5)]


def test_else_and_elif_belong_to_the_block_before():
    text = "if a: b\nelif c:\n    d\n\nelse:\n    e\n"
    assert split(text + "f\n") == [(text, 1), ("f\n", 7)]


def test_a_magic_line_opens_nothing():
    assert split("%time f(\nx\n") == [("%time f(\n", 1), ("x\n", 2)]


def test_the_end_of_the_lines_ends_the_last_chunk():
    assert split("x\nif a:\n    b") == [("x\n", 1), ("if a:\n    b", 2)]
    assert split("f(1,\n2") == [("f(1,\n2", 1)]
    assert split("") == split("\n\n") == []


def test_indented_programs_are_split_at_their_own_margin():
    assert split("  if a:\n    b\n  c\n") == [("  if a:\n    b\n", 1), ("  c\n", 3)]


def test_a_statement_that_starts_elsewhere_than_the_program_comes_after_a_line_that_does_not():
    assert split("x\n  y\nz\n") == [("x\n", 1), ("pass\n  y\n", 1), ("z\n", 3)]
    assert split("  x\ny\n") == [("  x\n", 1), ("  pass\ny\n", 1)]
    with pytest.raises(SyntaxFault, match="unexpected indent"):
        parse(Source("pass\n  y\n"))


def test_a_pasted_session_is_split_at_its_prompts():
    text = ">>> x\n1\n>>> if y:\n...     z\n... \n>>> w\n"
    assert [first for _, first in split(text)] == [1, 3, 6]


def test_a_statement_is_handed_on_before_the_next_line_is_read():
    def lines():
        yield "x\n"
        pytest.fail("asked for more than it needed")

    assert next(chunks(lines())) == ("x\n", 1)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
def test_chunks_of_a_program_are_its_statements(path):
    text = path.read_text()
    whole = parse(Source(text)).body
    assert [s for part, _ in split(text) for s in parse(Source(part)).body] == whole
