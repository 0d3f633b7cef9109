"""Ctrl-C and SIGTERM end the command at once, quietly, whatever it is doing."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

Started = subprocess.Popen[bytes]


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Callable[..., Started]]:
    """Start the command, and wait until its program has shown that it runs."""
    started: list[Started] = []

    def run(*words: str, stdin: bytes = b"") -> Started:
        child = subprocess.Popen(
            [sys.executable, "-m", "tcalc", "--no-config", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        started.append(child)
        assert child.stdin is not None
        assert child.stdout is not None
        if stdin:
            child.stdin.write(stdin)
            child.stdin.flush()
        assert child.stdout.readline() == b"'runs'\n"
        return child

    yield run
    for child in started:
        child.kill()
        child.communicate()


def stopped(child: Started, number: int = signal.SIGINT) -> tuple[int, bytes]:
    """The exit status after a signal, and what stood on standard error."""
    child.send_signal(number)
    _, errors = child.communicate(timeout=30)
    return child.returncode, errors


BUSY = [
    "while True: pass",
    "sum(range(10**15))",
    "list(i for i in range(10**15) if i < 0)",
    "1.5 in range(10**18)",
    "all(map(bool, range(1, 10**15)))",
    "sum(iter(int, 1))",
    "time.sleep(1000)",
    "x = ones(3)\nwith no_grad():\n    for i in range(10**15): x = x + 1",
    "x = randn(600, 600); [x := x @ x for i in range(10**15)]",
    "def g():\n    while True: yield 1\nfor i in g(): pass",
    "while True: print('a' * 1000)",
    "def f(n): return f(n - 1) if n else [i for i in range(10**15) if i < 0]\nf(100)",
]


@pytest.mark.parametrize("code", BUSY)
def test_ctrl_c_stops_a_program(start: Callable[..., Started], code: str) -> None:
    assert stopped(start("-e", "'runs'", "-e", code)) == (130, b"")


@pytest.mark.parametrize("words", [("-k",), ("--sandbox",), ("--timeout", "100")])
def test_ctrl_c_stops_it_under_every_option(
    start: Callable[..., Started], words: tuple[str, ...]
) -> None:
    assert stopped(start(*words, "-e", "'runs'\nwhile True: pass\n'never'")) == (130, b"")


def test_ctrl_c_leaves_a_session_that_stays_interactive_whole(
    start: Callable[..., Started],
) -> None:
    child = start("-i", "-e", "x = 7; 'runs'\nfor x in range(10**15): pass")
    child.send_signal(signal.SIGINT)
    assert child.stderr is not None
    assert child.stderr.readline() == b"note: interrupted\n"
    out, _ = child.communicate(b"x * 6\n", timeout=30)
    assert (child.returncode, out) == (0, b"42\n")


def test_ctrl_c_stops_a_script(start: Callable[..., Started], tmp_path: object) -> None:
    path = f"{tmp_path}/busy.tc"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write("'runs'\nx = ones(3)\nwhile True:\n    x = x + 1\n")
    assert stopped(start(path)) == (130, b"")


@pytest.mark.parametrize("program", [b"'runs'\nwhile True: pass\n\n'next'\n", b"'runs'\n"])
def test_ctrl_c_stops_statements_that_come_by_a_pipe(
    start: Callable[..., Started], program: bytes
) -> None:
    assert stopped(start(stdin=program)) == (130, b"")


@pytest.mark.parametrize(
    ("words", "status"), [((), -signal.SIGTERM), (("--sandbox",), 128 + signal.SIGTERM)]
)
def test_sigterm_ends_it_quietly(
    start: Callable[..., Started], words: tuple[str, ...], status: int
) -> None:
    child = start(*words, "-e", "'runs'\nwhile True: pass")
    assert stopped(child, signal.SIGTERM) == (status, b"")


INTERRUPTED_IMPORT = """
import os, signal, sys
left = int(sys.argv.pop(1))

def count(event, args):
    global left
    if event == "import":
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGINT)

from tcalc.__main__ import entry
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.addaudithook(count)
entry()
"""


@pytest.mark.parametrize("number", [1, 2, 4, 8, 12, 16, 20, 24, 28, 35, 50, 80, 110, 140])
def test_ctrl_c_during_the_start_shows_no_traceback(
    environment: dict[str, str], number: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_IMPORT, str(number), "-e", "ones(3) @ ones(3)"],
        capture_output=True,
        env=environment,
        check=False,
        timeout=60,
    )
    assert done.returncode in (130, -signal.SIGINT)
    assert done.stderr == b""
