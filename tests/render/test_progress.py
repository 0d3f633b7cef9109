"""A progress bar is for a terminal alone, and leaves nothing behind."""

from __future__ import annotations

from contextlib import redirect_stderr
from io import StringIO

import pytest

from tcalc import Session, TcalcError
from tcalc.render import progress
from tcalc.render.progress import Bar, clock


class Terminal(StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal on which every step of a loop is drawn."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "FIRST", 0.0)
    monkeypatch.setattr(progress, "EVERY", 0.0)
    return Terminal()


def run(program: str, terminal: Terminal, session: Session | None = None) -> object:
    with redirect_stderr(terminal):
        return (session or Session()).eval(program)


def test_items_pass_through(terminal: Terminal) -> None:
    assert run("[i for i in progress(range(4))]", terminal) == [0, 1, 2, 3]
    assert run("sum(progress((i for i in range(4)), total=4))", terminal) == 6
    assert "3/4" in terminal.getvalue()


def test_without_a_terminal_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert Session().eval("n = 0\nfor i in progress(range(5)): n += i\nn") == 10
    assert capsys.readouterr().err == ""


def test_a_line_has_share_counts_rate_and_time_left() -> None:
    bar = Bar(Terminal(), 1000)
    assert bar.line(250, 10.0, 80) == (
        " 25% ━━━━━━━─────────────────────── 250/1,000 · 25/s · 0:30 left"
    )
    assert bar.line(0, 0.0, 80).startswith("  0% ──")
    assert Bar(Terminal(), None).line(40, 8.0, 80) == "40 · 5/s · 0:08"
    assert clock(3723.4) == "1:02:03"


def test_an_error_leaves_no_bar_on_the_line(terminal: Terminal) -> None:
    session = Session()
    with pytest.raises(TcalcError):
        run("for i in progress(range(4)):\n    1 / (2 - i)", terminal, session)
    assert terminal.getvalue().endswith("\r\x1b[K")
    assert session.bars == []


def test_an_inner_loop_has_the_line_below(terminal: Terminal) -> None:
    run("for i in progress(range(2)):\n    for j in progress(range(2)): pass", terminal)
    text = terminal.getvalue()
    assert text.count("\n") == 3  # an inner bar's line twice, and the end of the last line
    assert text.count("\x1b[A") == 2
    assert text.endswith("/s\n")


def test_print_wipes_the_bar_first(terminal: Terminal) -> None:
    written: list[str] = []
    session = Session(write=lambda text: written.append(terminal.getvalue()[-4:] + text))
    run("for i in progress(range(1)): print(i)", terminal, session)
    assert written == ["\r\x1b[K0\n"]
    assert "1 in 0:00" in terminal.getvalue()


@pytest.mark.parametrize("call", ["progress(3)", "progress(range(3), total='x')"])
def test_what_cannot_be_looped_over_is_refused(call: str) -> None:
    with pytest.raises(TcalcError, match=r"progress\(\)|total"):
        Session().eval(call)
