"""What a limited program may use of the machine, and what becomes of one that uses more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

Run = Callable[..., tuple[int, str, str]]
linux = pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")

HUNGRY = [
    "x = 'a'\nwhile True: x += x",
    "x = [0]\nwhile True: x[:0] = x",
    "x = {i: str(i) for i in range(10**9)}",
    # So many small things that there is no room for one more, in a frame that handles errors.
    "with no_grad():\n    x = []\n    for i in range(10**9): x = [x, i]",
    "x = ones(1000, 1000, requires_grad=True)\nfor i in range(10**9): x = x.exp()",
]


@linux
@pytest.mark.parametrize("code", HUNGRY)
def test_a_program_that_takes_too_much_memory_is_told_so(process: Run, code: str) -> None:
    status, out, err = process("--max-memory", "20M", "--timeout", "50", "-e", code)
    assert (status, out) == (1, "")
    assert "memory" in err or "21.0 MB" in err
    assert err.startswith("error: ")
    assert "Traceback" not in err


SLOW = [
    "while True: pass",
    "for i in range(10**15): pass",
    "sum(range(10**15))",
    "time.sleep(1000)",
    "x = randn(600, 600)\nwhile True: x = x @ x",
    "x = 3 ** 10**6\nfor i in range(10**9): y = x * x",
    "random.choices([1], k=10**12)",
]


@pytest.mark.parametrize("code", SLOW)
def test_a_program_that_takes_too_much_time_is_told_so_at_its_place(
    process: Run, code: str
) -> None:
    status, out, err = process("--timeout", "0.3", "-k", "-e", f"{code}\n'never'")
    assert (status, out) == (1, "")
    assert err.startswith("error: the program took longer than its 0.3 seconds\n --> -e:")


def test_a_call_that_python_cannot_interrupt_is_ended_with_status_1(process: Run) -> None:
    code = "x = (1,)\nfor i in range(99): x = (x, x)\n1\n{x}"
    assert process("--timeout", "0.3", "-e", code) == (
        1, "1\n", "error: the program took longer than its 0.3 seconds; it was stopped\n"
    )  # fmt: skip


BREAK = """
import os, sys
from tcalc import process
process.GRACE = 0.1
supervised = process.supervise({seconds}, lambda text: sys.stderr.write(text + "\\n"))
{code}
"""


def supervised(code: str, seconds: float | None = None) -> tuple[int, str]:
    """Exit status and standard error of a process whose child runs `code`."""
    done = subprocess.run(
        [sys.executable, "-c", BREAK.format(seconds=seconds, code=code)],
        capture_output=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize("status", [0, 1, 2, 70, 130])
def test_the_exit_status_is_the_childs(status: int) -> None:
    assert supervised(f"os._exit({status})") == (status, "")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("SIGSEGV", "segmentation fault"),
        ("SIGABRT", "aborted"),
        ("SIGKILL", "killed, perhaps for want of memory"),
    ],
)
def test_a_program_that_breaks_its_process_is_answered_all_the_same(name: str, reason: str) -> None:
    number = int(signal.Signals[name])
    status, err = supervised(f"os.kill(os.getpid(), {number})")
    assert status == 1
    assert err == f"the program broke the process that it ran in ({reason})\n"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_to_the_command_ends_the_child_and_no_word_is_said(name: str) -> None:
    number = int(signal.Signals[name])
    code = (
        "import signal, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_DFL)\n"
        f"os.kill(os.getppid(), {number})\n"
        "time.sleep(60)"
    )
    assert supervised(code) == (128 + number, "")


def test_what_follows_the_programs_has_all_the_time_it_wants() -> None:
    code = "import time\nsupervised.done()\ntime.sleep(0.5)\nos._exit(7)"
    assert supervised(code, 0.1) == (7, "")


def test_a_child_that_does_not_stop_is_ended() -> None:
    status, err = supervised("import time\ntime.sleep(60)", 0.1)
    assert (status, err) == (1, "the program took longer than its 0.1 seconds; it was stopped\n")


@linux
def test_chains_of_iterators_are_as_deep_as_they_are_long(process: Run) -> None:
    code = """
x = [1]
for i in range(150_000): x = map(int, x)
next(x)
y = [1]
for i in range(60_000): y = (v for v in y)
next(y)
z = ()
for i in range(300_000): z = (z,)
len({z})
"""
    status, out, err = process("-k", "-e", code)
    assert (status, out) == (1, "1\n1\n")
    assert err.startswith("error: maximum recursion depth exceeded")


def test_a_sandbox_is_limited_by_itself(process: Run) -> None:
    status, _, err = process("--sandbox", "-e", "list(range(10**8))")
    assert status == 1
    assert "would take 4.0 GB, more than the limit of 1.1 GB" in err
    assert process("--sandbox", "-e", "sum(range(10**6))") == (0, "499999500000\n", "")


def test_integers_of_many_thousand_digits_can_be_read_and_written(process: Run) -> None:
    assert process("-e", "len(str(10**99_999)), int('9' * 50_000) == 10**50_000 - 1") == (
        0, "(100000, True)\n", ""
    )  # fmt: skip
    status, _, err = process("-e", "10**100_000")
    assert status == 1
    assert err.startswith("error: an integer of more than 100,000 digits cannot be turned into")


def test_nothing_is_left_running(process: Run) -> None:
    _, out, _ = process("--sandbox", "-e", "1")
    assert out == "1\n"
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_command_with_interrupts_ignored_is_limited_all_the_same(process: Run) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell's background jobs have it
    try:
        status, _, err = process("--timeout", "0.3", "-e", "while True: pass")
    finally:
        signal.signal(signal.SIGINT, before)
    assert status == 1
    assert err.startswith("error: the program took longer than its 0.3 seconds\n")


def test_a_run_inside_of_a_host_leaves_the_limits_of_its_process_alone(tcalc: Run) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_DATA), signal.getsignal(signal.SIGPROF)
    assert tcalc("--sandbox", "-e", "1 + 1") == (0, "2\n", "")
    assert (resource.getrlimit(resource.RLIMIT_DATA), signal.getsignal(signal.SIGPROF)) == before
