"""All mistakes of a program are told in one go, each once, and what follows from none of them."""

from __future__ import annotations

import pytest

from tcalc.diagnostic import Source
from tcalc.errors import SyntaxFault, TcalcError
from tcalc.lang.mistakes.recover import MOST_FAULTS, statements
from tcalc.lang.parser import parse
from tcalc.lang.session import Session


def read(text):
    """The statements of a program that is none, and its mistakes."""
    source = Source(text)
    with pytest.raises(SyntaxFault) as caught:
        parse(source)
    return statements(source, caught.value)


def found(text):
    """Line and headline of each mistake, and the kind of each statement that has none."""
    return [
        (each.diagnostic.span.source.locate(each.diagnostic.span.start)[0], each.headline)
        if isinstance(each, SyntaxFault)
        else type(each).__name__
        for each in read(text)
    ]


def lines(text):
    return [each[0] for each in found(text) if isinstance(each, tuple)]


MISTAKEN = """\
import torch
x = torch.arange(12
y = x.reshape(3, 4)
def f(a b):
    c = a +
    return c
for i in range(3)
    print i
    if i = 2:
        z = 1
    else if i > 3:
        w = 2
    else:
        q q
print(“ok”)
good = 3
"""


def test_each_line_with_a_mistake_is_told_and_the_rest_is_read():
    assert found(MISTAKEN) == [
        "Import",
        (3, "expected ')' to close '(' at line 2, column 17"),
        "Assign",
        (4, "expected ',' or ')' after 'a'"),
        (5, "expected an expression after '+'"),
        (7, "expected ':' after the iterable of for"),
        (8, "print is a function"),
        (9, "'=' cannot stand here, for it assigns"),
        (11, "'else if' is one word here"),
        (14, "expected an operator between 'q' and 'q'"),
        (15, "'“' is not '\"'"),
        "Assign",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What goes with a word that the language does not have is no mistake of its own.
        ("try:\n    x = 1 1\nexcept E as e:\n    y\nfinally:\n    z\nw w", [1, 2, 7]),
        ("class A:\n    x x\n\n    def f(self):\n        y y\nw w", [1, 6]),
        ("async def f():\n    await x\nw w", [1, 3]),
        ("match x:\n    case 1:\n        y\nw w", [1, 4]),
        ("@f\ndef g(x):\n    y y\nw w", [1, 3, 4]),
        # Blocks in braces.
        ("if (x) {\n    y = 1;\n} else {\n    z = 2;\n}\nw w", [1, 6]),
        # Layout.
        ("x = 1\n  y = 2\n  z z\nw w", [2, 4]),
        ("if x:\n    y\n  z\n    v\n  u\nw w", [3, 6]),
        ("  x\ny\n  z\n  w w", [2, 4]),
        ("if x:\n        y\n\tz\nw w", [3, 4]),
        ("for i in x:\nprint(i)\nw w", [2, 3]),
        ("def f():\n\nx = 1\nw w", [3, 4]),
        ("arange(3)\n  |> sum\nw w", [2, 3]),
        ('def f():\n"""doc"""\n    return 1\nw w', [2, 4]),
        ("if x\uff1a\n    y y\nelse\uff1a\n    z\nw w", [1, 2, 3, 5]),
        # Branches stay with the statement that lost its head.
        ("if x: y z\nelse: w\nv v", [1, 3]),
        ("if x\n    y\nelif z\n    y\nelse\n    y\nw w", [1, 3, 5, 7]),
        ("else:\n    x\nw w", [1, 3]),
        # Brackets and strings that are not closed.
        ("def f():\n    x = g(1\n    return x\nw w", [3, 4]),
        ("def f(x:\n    return x\nw w", [2, 3]),
        ("x = [1,\n2\nprint(x)\nw w", [3, 4]),
        ("x = (1))\nw w", [1, 2]),
        ("x = {\n'a': 1\n'b': 2\n}\nw w", [3, 5]),
        ("x = 'a\ny = \"b\nw w", [1, 2, 3]),
        ("x = '''a\nw w\n", [1]),
        ("x = f'{a b}'\nw w", [1, 2]),
        # Statements that the grammar allows.
        ("1 = x\nf(a=1, 2)\n__x\nw w", [1, 2, 3, 4]),
        (">>> x x\n1\n>>> y = 1\n>>> w w\n", [1, 4]),
        ("x x\r\ny = 1\r\nif a\r\n  b b\r\n", [1, 3, 4]),
        ("x x", [1]),
        ("\n\n# c\nx x\n\n# d\n", [4]),
    ],
)
def test_nothing_that_follows_from_a_mistake_is_told(text, expected):
    assert lines(text) == expected


def test_a_program_of_nothing_but_mistakes_is_left_in_time():
    for line in ("x x\n", "x = (1\n", "if x = 1:\n    y y\n"):
        assert len(read(line * 2 * MOST_FAULTS)) == MOST_FAULTS


def test_nothing_of_a_program_runs_if_there_is_a_mistake_in_it():
    session = Session()
    with pytest.raises(SyntaxFault) as caught:
        session.eval("x = 1\ny = = 2\nz z\nreturn x")
    assert "x" not in session
    first = caught.value
    assert [fault.headline for fault in (first, *first.more)] == [
        "'==' is one word",
        "expected an operator between 'z' and 'z'",
        "'return' outside function",
    ]


def test_whoever_takes_errors_one_by_one_gets_the_rest_run():
    session, errors = Session(), []
    source = "x = 1\ny = = 2\nx + 1\nz z\nnothing\nx + 2"
    values = [result.value for result in session.run(source, on_error=errors.append)]
    assert values == [2, 3]
    assert [isinstance(error, SyntaxFault) for error in errors] == [True, True, False]
    assert all(isinstance(error, TcalcError) for error in errors)


def test_what_is_nested_too_deeply_to_compile_is_told_before_anything_runs():
    session = Session()
    deep = "(" * 150 + "x" + ", 1)" * 150
    with pytest.raises(SyntaxFault, match="nested too deeply"):
        session.eval(f"y = 1\n{'not ' * 900}x\n{deep}")
    assert "y" not in session
