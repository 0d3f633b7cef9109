"""Text made of a tree is read as the same tree, and is what one would have typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from programs_strategy import programs

from tcalc.diagnostic import Source
from tcalc.errors import LimitError
from tcalc.lang import syntax as s
from tcalc.lang.parser import parse
from tcalc.lang.unparse import unparse

SCRIPTS = sorted((Path(__file__).parents[1] / "scripts").glob("*/*.tc"))
PROGRAMS = [script for script in SCRIPTS if script.stem != "syntax"]


def plain(value):
    """The tree with its long literals taken apart, for whether one is long depends on its text."""
    if isinstance(value, s.Bulk):
        return numbers(value.value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, s.Node):
        return type(value)(0, 0, *(plain(getattr(value, name)) for name in value.__slots__))
    return value


def numbers(value):
    if isinstance(value, list):
        return s.List(0, 0, [numbers(item) for item in value])
    if str(value).startswith("-"):
        return s.Unary(0, 0, "-", s.Constant(0, 0, -value))
    return s.Constant(0, 0, value)


def walk(node):
    yield node
    for child in node.children():
        yield from walk(child)


@settings(max_examples=300)
@given(programs())
def test_the_text_of_a_tree_is_read_as_that_tree(module):
    assert plain(parse(Source(unparse(module)))) == plain(module)


def test_programs_at_random_have_every_form():
    met = set()

    @settings(max_examples=300)
    @given(programs())
    def meet(module):
        met.update(type(node) for node in walk(module))

    meet()
    abstract = {s.Node, s.Expr, s.Stmt}
    assert met == {each for each in vars(s).values() if isinstance(each, type)} - abstract


@pytest.mark.parametrize("script", PROGRAMS, ids=lambda script: script.stem)
def test_scripts_keep_their_meaning(script):
    module = parse(Source(script.read_text(encoding="utf-8")))
    assert plain(parse(Source(unparse(module)))) == plain(module)


# Brackets only where they are needed, each form as one types it.
TYPICAL = """\
a = b, *c = d[0] = (1, 2), [3, *e]
x, (y, z) = 1, (2, 3)
x.grad, x[0] = None, 1
x + 1;
x **= -2 ** -y
del x, y[1:2], (z, w)
-a ** -b + (c + d) * e - (f - g) - h
(-a) ** b ** c
(a ** b) ** c
not a in b and (c or d) and not (e and f)
a < (b < c) <= d is not e
(a if b else c) if d else e if f else g
a |> f |> g(1) |> (lambda x: x |> h) |> i
(lambda: a |> f) |> g
lambda x, /, y=1, *, z, **k: (x, y)
lambda *a, b=(lambda: 0): a
f(a, *b, c=1, **d)(x for x in y)((x for x in y), z)
f(y := 1, [y := 2, (z := 3) + 1], x[y := 4, 1:2], (yield))
[x for x, (y, *z) in a if c if (d if e else f)]
{a: b for a, b in c for d in (e if f else g)} | {**a, 'b': 1} | {*a, b} | {(yield)}
f"{a!r:>{w}.{p}} {{b}} {x['k']} { {1: 2}[1]} {(lambda: 1)} {a, b}\\n"
f'"{a}"'
(1).real + 1.5.real + x[()] + x[1,] + x[*a, b] + x[::2, ..., None, :3]
assert a, 'b'
import a.b as c, d
from a.b import c as d, e
from a import *
%matplotlib inline
with (a, b) as c, d as (e, f):
    pass
def f(a, b=1, /, c=2, *args, d, e=3, **k):
    \"""One line.

    And another.
    \"""
    global x, y
    if a:
        return
    elif b:
        return a, *b
    else:
        while line := next(c):
            break
        else:
            yield
    for i, in *a, b:
        x = yield from c
    else:
        nonlocal_ = lambda: (yield)
"""


def test_typical_programs_come_back_as_they_were_typed():
    assert unparse(parse(Source(TYPICAL))).splitlines() == TYPICAL.splitlines()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("((a)) + (b * c)", "a + b * c"),
        ("((x for x in y))", "(x for x in y)"),
        ("f(((x for x in y)))", "f(x for x in y)"),
        ("'a' \"b\" f'{c=}'", "f'abc={c!r}'"),
        ("'\\x41\\n\\u00e9'", "'A\\né'"),
        ("1e400, 0xff, 1_000, 2J", "1e999, 255, 1000, 2j"),
        ("x[(1, 2)], x[(a, b):c]", "x[1, 2], x[(a, b):c]"),
        ("f'{x:\\x7b}'", "f'{x:\\x7b}'"),
    ],
)
def test_expressions_are_written_in_one_way(text, written):
    [statement] = parse(Source(text)).body
    assert unparse(statement.value) == written


def test_parts_of_a_program_can_be_written_alone():
    [statement] = parse(Source("x[a:b] = f(y)")).body
    assert unparse(statement) == "x[a:b] = f(y)\n"
    assert unparse(statement.targets[0].index) == "a:b"
    assert unparse(statement.value) == "f(y)"


def test_long_chains_are_written_and_endless_nesting_is_refused():
    text = " + ".join(["x"] * 900)
    assert unparse(parse(Source(text))) == text + "\n"
    node = s.Name(0, 0, "x")
    for _ in range(5_000):
        node = s.Unary(0, 0, "-", node)
    with pytest.raises(LimitError, match="nested too deeply"):
        unparse(node)
