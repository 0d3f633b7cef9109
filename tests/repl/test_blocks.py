import pytest

from tcalc.diagnostic import Source
from tcalc.lang import parser
from tcalc.repl.blocks import fault_in, next_indent, wants_more


def parse(text):
    return parser.parse(Source(text))


@pytest.mark.parametrize(
    "text",
    [
        "1 + 1",
        "x = (1,\n     2)",
        "for i in x: print(i)",
        "def f(x):\n    return x\n",
        "if a:\n    b\nelse:\n    c\n",
        "",
        ">>> x = 1\n>>> x\n1",
    ],
)
def test_a_complete_program_runs_at_enter(text):
    assert not wants_more(text, parse)


@pytest.mark.parametrize(
    "text",
    [
        "x = (1,",
        "def f(x):",
        "def f(x):\n    return x",
        "if a:\n    b\nelse:",
        'text = """one',
        "a = 1 + \\",
    ],
)
def test_what_could_go_on_wants_another_line(text):
    assert wants_more(text, parse)


def test_a_mistake_that_no_more_text_can_mend_is_a_fault_at_once():
    assert not wants_more("1 + )", parse)
    fault = fault_in("1 + )", parse)
    assert fault is not None
    assert fault.diagnostic is not None
    assert fault.diagnostic.span.start == 4


@pytest.mark.parametrize(
    ("before", "indent"),
    [
        ("x = 1", ""),
        ("def f(x):", "    "),
        ("def f(x):  # why", "    "),
        ("def f(x):\n    if x:", "        "),
        ("def f(x):\n    y = 2", "    "),
        ("def f(x):\n    return x", ""),
        ("while 1:\n    if x:\n        break", "    "),
    ],
)
def test_the_next_line_is_indented_as_python_programmers_expect(before, indent):
    assert next_indent(before) == indent
