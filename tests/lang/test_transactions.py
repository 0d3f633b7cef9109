"""A statement that fails, or is interrupted, leaves the session whole: its names and its modes."""

from __future__ import annotations

import gc
import signal
import sys
import traceback
from contextlib import suppress

import pytest

from tcalc.errors import TcalcError
from tcalc.lang.session import Session
from tcalc.limits import Limits

STATE = """(
    torch.is_grad_enabled(), str(torch.get_default_dtype()), str(tensor(1.23456)), dir(),
    x.tolist(), sum([i * i for i in range(4)]),
)"""
GENERATOR = "def walk():\n    with torch.no_grad():\n        yield 1\n        yield 2\n"


@pytest.fixture
def session() -> Session:
    made = Session(limits=Limits(strict=True, memory=10**7), write=lambda text: None)
    made.eval("import torch\nx = tensor([1., 2.], requires_grad=True)\n" + GENERATOR)
    made["stop"] = lambda: signal.raise_signal(signal.SIGINT)
    return made


SPOILED = [
    "    torch.set_grad_enabled(False)",
    "    torch.set_default_dtype(torch.float64)",
    "    torch.set_printoptions(precision=1)",
    "    global x, new; x = 3; new = 4",
    "    for i in walk(): {fail}",
    "    with torch.no_grad(): {fail}",
    "    with torch.set_grad_enabled(False): [1 for i in range(3) if {fail}]",
    "    torch.vmap(lambda v: {fail})(x)",
    "    torch.func.jvp(lambda v: {fail}, (x,), (x,))",
    "    sorted([1, 2], key=lambda v: {fail})",
    "    list({fail} for i in walk())",
]
FAILURES = ["1 // 0", "zeros(10**12)", "[0] * 10**12", "f()", "stop()"]


@pytest.mark.parametrize("fail", FAILURES)
@pytest.mark.parametrize("spoiled", SPOILED)
def test_names_and_modes_are_as_they_were(session: Session, spoiled: str, fail: str) -> None:
    before = session.eval(STATE)
    body = spoiled.replace("{fail}", fail) if fail != "f()" else spoiled.replace("{fail}", "1 // 0")
    code = f"def f():\n{body}\n    {fail}\nf()"
    with pytest.raises(KeyboardInterrupt if fail == "stop()" else TcalcError):
        session.eval(code)
    session.eval("del f")
    assert session.eval(STATE) == before
    gc.collect()
    assert session.eval(STATE) == before


def test_a_mode_that_was_set_before_outlives_a_failure(session: Session) -> None:
    session.eval("torch.set_grad_enabled(False)\ntorch.set_default_dtype(torch.float64)")
    before = session.eval(STATE)
    with pytest.raises(TcalcError):
        session.eval("1 // 0")
    assert session.eval(STATE) == before
    assert before[:2] == (False, "torch.float64")


@pytest.mark.parametrize(
    "code",
    [
        "it = walk(); next(it)\ndel it",
        "def f():\n    it = walk()\n    next(it)\n    1 // 0\nf()",
        "def f():\n    it = walk()\n    next(it)\n    stop()\nf()",
        "it = walk(); next(it)\nit = 3",
    ],
)
def test_a_generator_that_is_let_go_puts_its_mode_back_and_complains_of_nothing(
    session: Session, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ignored: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", ignored.append)
    with suppress(TcalcError, KeyboardInterrupt):
        session.eval(code)
    gc.collect()
    assert session.eval("torch.is_grad_enabled()") is True
    session.eval("it = walk(); next(it)")
    del session["it"]
    assert session.eval("torch.is_grad_enabled()") is True
    session.eval("it = walk(); next(it)")
    held = session["it"]
    session.eval("del it")
    del held  # outside of the session's context
    gc.collect()
    assert ignored == []


def test_values_of_a_failed_program_are_let_go(session: Session) -> None:
    session.eval("def f():\n    y = x * 2\n    return y / 'a'")
    with pytest.raises(TcalcError) as caught:
        session.eval("f()")
    cause = caught.value.__context__
    assert cause is not None
    frames = [frame for frame, _ in traceback.walk_tb(cause.__traceback__)]
    (inside,) = [frame for frame in frames if frame.f_code.co_name == "f"]
    assert inside.f_locals == {}


def test_a_context_of_set_grad_enabled_can_be_used_again(session: Session) -> None:
    session.eval("c = torch.set_grad_enabled(False)\nwith c: pass\nwith c: pass")
    assert session.eval("torch.is_grad_enabled()") is True
