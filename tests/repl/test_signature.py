import numpy as np
import pytest

from tcalc.lang.parser import tokens
from tcalc.lang.session import Session
from tcalc.repl.scope import SessionScope
from tcalc.repl.signature import CURRENT, signature


@pytest.fixture
def line():
    session = Session()
    session["x"] = np.zeros((3, 4))
    session.eval("def scale(a, by=2, *rest, flag=True, **more):\n    return a")

    def shown(text):
        found = signature(text, len(text), SessionScope(session), tokens)
        return "".join(f"<{piece}>" if style == CURRENT else piece for style, piece in found)

    return shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("softmax(", "softmax(<x: tensor>, dim: axis, *, dtype: dtype = None)"),
        ("softmax(x, ", "softmax(x: tensor, <dim: axis>, *, dtype: dtype = None)"),
        ("F.softmax(x, dtype=", "softmax(x: tensor, dim: axis, *, <dtype: dtype = None>)"),
        ("x.sum(", "sum(<dim: axes = None>, keepdim: bool = False, *, dtype: dtype = None)"),
        ("x.sum(axis=", "sum(<dim: axes = None>, keepdim: bool = False, *, dtype: dtype = None)"),
        ("x.reshape(2, ", "reshape(<*shape: int>)"),
        ("x.add_(", "add_(<y: tensor>, *, alpha: scalar = 1)"),
        ("scale(", "scale(<a>, by = 2, *rest, flag = True, **more)"),
        ("exp(scale(1, ", "scale(a, <by = 2>, *rest, flag = True, **more)"),
        ("scale(1, flag=", "scale(a, by = 2, *rest, <flag = True>, **more)"),
        ("len(", "len(x)"),
    ],
)
def test_the_call_under_the_cursor_shows_what_it_takes_next(line, text, shown):
    assert line(text) == shown


@pytest.mark.parametrize("text", ["", "x", "softmax(x, 1)", "nowhere(", "(1, ", "x[", "x.shape("])
def test_there_is_nothing_to_show_outside_of_known_calls(line, text):
    assert line(text) == ""
