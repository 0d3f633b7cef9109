"""Forms that are surely not meant as they stand run as in Python, and get a remark."""

from __future__ import annotations

import pytest

from tcalc.lang.session import Session

DOUBTFUL = [
    ("x = 1\n++x", "'++x' does not change x", "write 'x += 1'"),
    ("x = 1\nif x:\n    --x", "'--x' does not change x", "write 'x -= 1'"),
    (
        "x = [1]\nif x:\n    x[0] == 2",
        "the result of this comparison is not used",
        "write 'x[0] = 2' to assign",
    ),
    (
        "assert (1 > 2, 'no')",
        "this always holds, for a tuple with something in it counts as true",
        "write \"assert 1 > 2, 'no'\"",
    ),
    ("x = 1\ny = x is 1", "'is' does not compare values", "write 'x == 1'"),
    ("x = 1\ny = x is not 'a'", "'is' does not compare values", "write \"x != 'a'\""),
]


@pytest.mark.parametrize(("text", "headline", "help_"), DOUBTFUL)
def test_a_doubtful_form_runs_and_gets_a_remark(text, headline, help_):
    remarks = []
    Session(notice=remarks.append).eval(text)
    assert [(each.kind, each.headline, each.helps) for each in remarks] == [
        ("warning", headline, (help_,))
    ]
    assert remarks[0].render().startswith(f"warning: {headline}\n --> <input>:")


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\nx == 2\n- -x\n+-x\nnot not x",
        "x = None\ny = x is None, x is not ..., x is True",
        "x = 1\nassert x, 'one'\nassert x == 1",
        "def f(x):\n    x != 1\n    1 == x\n    return x == 1\nf(2)",
    ],
)
def test_ordinary_forms_get_none(text):
    Session(notice=lambda remark: pytest.fail(remark.headline)).eval(text)


def test_a_remark_is_made_once_for_a_statement_that_runs_often():
    remarks = []
    Session(notice=remarks.append).eval("x = 1\nfor i in range(5):\n    ++x")
    assert len(remarks) == 1


def test_a_remark_is_made_once_on_a_program_that_is_kept():
    remarks = []
    run = Session(notice=remarks.append).prepare("x = 3\n++x")
    assert [result.value for _ in range(3) for result in run()] == [3, 3, 3]
    assert len(remarks) == 1
