"""Ctrl-C stops a program at once, but for what has to be whole, which comes to its end before."""

from __future__ import annotations

import importlib
import signal
import sys
import time
from collections.abc import Iterator
from types import CodeType, FrameType

import pytest

from tcalc import interrupts
from tcalc.core import apply, backward
from tcalc.lang.session import Session


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve interrupts as the command does."""
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGVTALRM)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    interrupts.listen()
    assert interrupts.listening()
    yield
    while interrupts.waiting():
        work()
    signal.signal(signal.SIGINT, before[0])
    signal.signal(signal.SIGVTALRM, before[1])


def stop() -> None:
    signal.raise_signal(signal.SIGINT)


def work() -> int:
    """Something that takes longer than the handler waits."""
    return sum(i * i for i in range(10**6))


done: list[str] = []


@interrupts.whole
def careful() -> None:
    stop()
    done.append("whole")


def test_an_interrupt_comes_at_once(handler: None) -> None:
    with pytest.raises(KeyboardInterrupt):
        stop()


def test_what_has_to_be_whole_ends_before_the_interrupt_comes(handler: None) -> None:
    done.clear()
    with pytest.raises(KeyboardInterrupt):
        careful()
        while work():
            pass
    assert done == ["whole"]


def test_an_interrupt_that_waits_wakes_a_program_that_sleeps(handler: None) -> None:
    with pytest.raises(KeyboardInterrupt):
        careful()
        time.sleep(60)


def test_a_program_that_what_is_whole_calls_can_be_stopped(handler: None) -> None:
    session = Session()
    session["stop"] = stop
    done.clear()

    @interrupts.whole
    def outer() -> None:
        session.eval("stop()")
        done.append("not reached")

    with pytest.raises(KeyboardInterrupt):
        outer()
    assert done == []


def test_a_module_is_loaded_to_its_end(
    handler: None, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    with open(f"{tmp_path}/half_made.py", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("import signal\nsignal.raise_signal(signal.SIGINT)\nend = True\n")
    with pytest.raises(KeyboardInterrupt):
        importlib.import_module("half_made")
        while work():
            pass
    assert sys.modules.pop("half_made").end


def test_an_interrupt_that_python_would_drop_comes_again(handler: None) -> None:
    class Finalized:
        def __del__(self) -> None:
            stop()

    with pytest.raises(KeyboardInterrupt):
        held = Finalized()
        del held
        while work():
            pass


def test_other_failures_where_nobody_can_catch_them_are_not_shown(
    handler: None, capsys: pytest.CaptureFixture[str]
) -> None:
    class Finalized:
        def __del__(self) -> None:
            raise ValueError("nobody wants to know")

    held = Finalized()
    del held
    assert capsys.readouterr().err == ""


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        interrupts.listen()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("function", ["write", "accumulate"])
def test_a_write_into_a_tensor_and_its_version_belong_together(function: str) -> None:
    code: CodeType = {"write": apply.write, "accumulate": backward.accumulate}[function].__code__
    assert code in interrupts._whole


def test_a_frame_tells_whether_it_may_be_left() -> None:
    frame: FrameType | None = sys._getframe()
    assert interrupts.may_stop(frame)

    @interrupts.whole
    def inside() -> bool:
        return interrupts.may_stop(sys._getframe())

    assert not inside()
