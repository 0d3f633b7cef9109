"""Lark, on the same grammar, is the reference: it must derive what our driver derives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from lark import Token, Tree, logger
from programs_strategy import programs

from tcalc.lang import build, lexer, tablemaker, tables
from tcalc.lang.lalr import Machine
from tcalc.lang.unparse import unparse

PROGRAMS = Path(__file__).with_name("programs")
SNIPPETS = [
    "",
    "\n\n# only a comment\n",
    "x",
    "x; y; z",
    "x; y;\n",
    "x = y = z, *w = 1, 2",
    "x: int = 3\ny: str\n",
    "x += 1; y **= 2; z //= 3; w |= a @ b",
    "del x, y[0]",
    "if a: b\nelif c: d\nelse: e\n",
    "while a:\n  if b:\n    break\n\n  # comment\n  continue\nelse:\n  pass\nx\n",
    "for i, (j, *k) in enumerate(x), y:\n\tprint(i)\n",
    "with no_grad(), open(x) as f, g as (h, i): pass\n",
    "def f(a, /, b: int = 2, *args: t, c, d=3, **kw) -> int:\n    'doc'\n    return a, *b\n",
    "def f(): yield\ndef g(*, a,): x = yield from f()\n",
    "lambda: 0\nlambda a, *b, c=1, **d: a |> f\nlambda *, a: (yield)",
    "a |> f |> g(1) |> lambda x: x + 1 |> h",
    "x if y else z if a else lambda: b",
    "not a or b and not c in d",
    "a < b <= c != d is not e not in f is g",
    "a | b ^ c & d << 1 >> 2 + 3 - 4 * 5 / 6 // 7 % 8 @ 9",
    "-a ** -b ** ~c",
    "f()(a, *b, c=1, **d)[1:2, ::3, ..., None, :].e.f[g := 1,]",
    "f(x for x in y if z if w for a, b in c)",
    "(), (a,), (a, b), (a), (a := 1, *b), (yield x), (yield)",
    "[], [a], [*a, b,], [a for b in c], [a := 1]",
    "{}, {a}, {a, *b}, {a: b, **c,}, {a for b in c}, {a: b for c in d}",
    "'a' \"b\" f'{c}' r'\\d' '''e\n(f'''",
    "0 1_000 0xff 0o17 0b1 1.5 .5 1. 1e3 1.e-3 2j 1_0.0_1e1_0J".replace(" ", ", "),
    "None, True, False, ...",
    "import a.b as c, d\nfrom a.b import c as d, e\nfrom a import (b, c,)\nfrom a import *\n",
    "global a, b\nnonlocal c\nassert a, b\nassert c\nreturn\nreturn a\npass\n",
    "%time x\n!ls (\nif a:\n    %magic 'unclosed\n    b % c\n",
    "(a\n % b\n# comment\n\n + c)\n[\n]",
    "a = \\\n  1 + \\\r\n  2\r\nb\r\n",
    "if a:\n\tx\n\ty = (\n1)\nz",
    "with (a as b, c, d as (e, f),): pass\nwith (a, b): pass\nwith (a).b as c, (d): pass\n",
    "del x, (y, z)\ndel (x)\ndel x,\n",
    "def f(*a: *b): pass\nx[*a]\nx[*a, b]\nfor x, *y in z, *w: pass\n",
    "\n\n  # indented comment\nx\n\n\n   # another\ny",
    f"x = [{', '.join(['1', '-2.5', '3e4'] * 60)}]",
    f"x[{', '.join(['1'] * 150)}]",
    f"f([[{','.join(['1.'] * 120)}],\n [{','.join(['0'] * 3)}],])",
    "классы = 变量",
]


class Layout:
    """Indentation and brackets for Lark, written on its own."""

    always_accept = ("_NEWLINE", "RESERVED")

    def process(self, stream):
        depth, levels, token = 0, [0], None
        for token in stream:
            depth += token.type in {"LPAR", "LSQB", "LBRACE"}
            depth -= token.type in {"RPAR", "RSQB", "RBRACE"}
            if token.type != "_NEWLINE":
                yield token
            elif depth == 0:
                yield token
                column = len(token.replace("\r", "\n").rpartition("\n")[2].expandtabs(8))
                if column > levels[-1]:
                    levels.append(column)
                    yield Token("_INDENT", "")
                while column < levels[-1]:
                    levels.pop()
                    yield Token("_DEDENT", "")
        if token and token.type != "_NEWLINE":
            yield Token("_NEWLINE", "")
        for _ in levels[1:]:
            yield Token("_DEDENT", "")


@pytest.fixture(scope="module")
def reference():
    return tablemaker.read_grammar(Path(tables.grammar_folder()), Layout())


def derivation_of(tree):
    if isinstance(tree, Tree):
        return (str(tree.data), [derivation_of(child) for child in tree.children])
    return None if tree is None else str(tree)


def named(name):
    return lambda start, end, parts: (name, list(parts))


def check(reference, machine, text):
    ours = machine.run(lexer.lex(text), "module")
    assert ours == derivation_of(reference.parse(text, start="module"))


@pytest.mark.parametrize("text", [*SNIPPETS, *map(Path.read_text, sorted(PROGRAMS.glob("*.tc")))])
def test_driver_derives_what_lark_derives(reference, text):
    machine = Machine(lexer.TABLES, named)
    for _ in range(2):  # the second run goes over remembered moves
        check(reference, machine, text)


@settings(max_examples=150)
@given(programs())
def test_driver_derives_what_lark_derives_for_any_program(reference, module):
    text = unparse(module)
    words = lexer.lex(text)
    string = re.compile(reference.get_terminal("STRING").pattern.to_regexp())
    quoted = [word for kind, word, *_ in words if kind == lexer.STRING]
    # An f-string that holds its own quotes is no matter for a regular expression.
    assume(all(map(string.fullmatch, quoted)))
    check(reference, Machine(lexer.TABLES, named), text)


def test_grammar_has_no_conflicts(caplog):
    with caplog.at_level("DEBUG", logger.name):
        tablemaker.read_grammar(Path(tables.grammar_folder()), debug=True)
    conflicts = [r.getMessage() for r in caplog.records if "conflict" in r.getMessage()]
    assert conflicts == []


def test_every_rule_can_be_built():
    for _, _, name, _, alone in lexer.TABLES.RULES:
        if name and not alone:
            assert callable(build.builder(name)), name
