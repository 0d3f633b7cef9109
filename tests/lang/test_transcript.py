"""A pasted session is the program in it: prompts and output count for nothing."""

from __future__ import annotations

import pytest

from tcalc.diagnostic import Source
from tcalc.errors import SyntaxFault
from tcalc.lang.chunks import chunks
from tcalc.lang.parser import parse
from tcalc.lang.session import Session
from tcalc.lang.transcript import program

PYTHON = """\
>>> import torch
>>> x = torch.arange(12.).reshape(3, 4)
>>> x
tensor([[ 0.,  1.,  2.,  3.],
        [ 4.,  5.,  6.,  7.],
        ...,
        [ 8.,  9., 10., 11.]])
>>> def f(y):
...     if y.sum() > 0:
...         return 1
...
...     return 2
...
>>> f(x)

1

>>> x @ x
Traceback (most recent call last):
  File "<stdin>", line 1, in <module>
RuntimeError: mat1 and mat2 shapes cannot be multiplied (3x4 and 3x4)
>>> (x +
... 1).sum()
<stdin>:1: UserWarning: something
tensor(78.)
"""

IPYTHON = """\
In [1]: import torch

In [2]: x = torch.arange(12.).reshape(3, 4)

In [3]: x
Out[3]:
tensor([[ 0.,  1.,  2.,  3.],
        [ 8.,  9., 10., 11.]])

In [4]: def f(y):
   ...:     if y.sum() > 0:
   ...:         return 1
   ...:
   ...:     return 2
   ...:

In [5]: f(x)
Out[5]: 1

In [6]: x @ x
---------------------------------------------------------------------------
RuntimeError                              Traceback (most recent call last)
Cell In[6], line 1
----> 1 x @ x

RuntimeError: mat1 and mat2 shapes cannot be multiplied

In [10]: (x +
    ...: 1).sum()
Out[10]: tensor(78.)
"""

NOTEBOOK = """\
In [1]:
import torch
x = torch.arange(12.).reshape(3, 4)
x
Out[1]:
tensor([[ 0.,  1.,  2.,  3.],
        [ 8.,  9., 10., 11.]])
In [ ]:

def f(y):
    if y.sum() > 0:
        return 1

    return 2

f(x)
Out[2]:
1
In [*]:
x @ x
(x +
1).sum()
"""

CODE = """\
import torch
x = torch.arange(12.).reshape(3, 4)
x
def f(y):
    if y.sum() > 0:
        return 1

    return 2
f(x)
x @ x
(x +
1).sum()
"""


def body(text):
    return parse(Source(text)).body


SESSIONS = {
    "Python's": PYTHON,
    "indented": "\n".join(f"    {line}".rstrip() for line in PYTHON.split("\n")),
    "with Windows' line ends": PYTHON.replace("\n", "\r\n"),
    "without blanks behind the prompts": PYTHON.replace(">>> ", ">>>").replace("\n... 1", "\n...1"),
    "pasted into another": PYTHON.replace(">>> ", ">>> >>> "),
    "after a comment": f"\n# from the manual\n\n{PYTHON}",
    "IPython's": IPYTHON,
    "an indented one of IPython": "\n".join(f"  {line}" for line in IPYTHON.split("\n")),
    "a notebook's": NOTEBOOK,
    "without labels' blanks": NOTEBOOK.replace("In [", "In["),
}


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_is_read_as_its_program(name):
    text = SESSIONS[name]
    assert body(text) == body(CODE)
    assert len(program(text)) == len(text)


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_that_comes_line_by_line_is_its_program(name):
    lines = SESSIONS[name].splitlines(keepends=True)
    parts = [body(part) for part, _ in chunks(lines)]
    assert [statement for part in parts for statement in part] == body(CODE)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (">>> 1 + 1", 2),
        (">>>1 + 1", 2),
        ("In [7]: 1 + 1", 2),
        (">>> x = 3\n>>> x * 2\n6\n", 6),
        (">>> 'a' \\\n... 'b'\n'ab'", "ab"),
        ('>>> x = """a\n... b"""\n>>> x', "a\nb"),
        (">>> [1,\n...  2]\n[1, 2]", [1, 2]),
        (">>> %matplotlib inline\n>>> 5", 5),
        (">>> x = 1  # one\n>>> # nothing\n>>> x", 1),
        (">>> for i in range(3): print(i)\n...\n0\n1\n2\n>>> i", 2),
        (">>> x = '\u2028'\n>>> len(x)", 1),
        (">>>\n>>> 4\n>>>", 4),
    ],
)
def test_short_sessions_have_their_value(text, value):
    assert Session(write=lambda text: None).eval(text) == value


@pytest.mark.parametrize(
    "text",
    ["x = 1\n'>>> 2'", "def f():\n    '''\n    >>> f()\n    '''", "In = [0]\nIn [0]", "x >> 1"],
)
def test_other_programs_are_left_as_they_are(text):
    assert program(text) == text


def test_a_prompt_in_the_middle_of_a_program_is_an_error_that_says_so():
    with pytest.raises(SyntaxFault) as caught:
        parse(Source("x = 1\n>>> x + 1\n"))
    assert caught.value.headline == "a prompt is no part of a program"
    assert caught.value.helps == ("write 'x + 1'",)


def test_output_without_a_prompt_above_it_is_recognised():
    with pytest.raises(SyntaxFault) as caught:
        parse(Source("y\ntensor(28., grad_fn=<MulBackward0>)"))
    assert caught.value.headline == "this is output, and not a program"


def test_places_in_a_session_are_places_in_its_text():
    text = PYTHON + ">>> y = (1 2)\n"
    with pytest.raises(SyntaxFault) as caught:
        parse(Source(text))
    span = caught.value.diagnostic.span
    assert text[: span.start].endswith(">>> y = (1 ")
    assert caught.value.helps == ("write 'y = (1, 2)'",)
