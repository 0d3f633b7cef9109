"""The streams of a process: closed, full, slow, interrupted, in any locale, with odd file names."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest
from installed import COMMAND

Run = Callable[..., Any]
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")


@pytest.mark.parametrize(
    ("line", "status", "out", "err"),
    [
        ("tcalc -e 1 >&-", 1, "", "error: cannot write to standard output: it is closed\n"),
        ("tcalc --help >&-", 1, "", "error: cannot write to standard output: it is closed\n"),
        ("tcalc -o none -e 1 >&-", 0, "", ""),
        ("tcalc -e 'x = 1' >&-", 0, "", ""),
        ("tcalc -e 1 2>&-", 0, "1\n", ""),
        ("tcalc -ke '1 / 0' -e 2 2>&-", 1, "2\n", ""),
        ("tcalc --nonsense 2>&-", 2, "", ""),
        ("tcalc <&-", 0, "", ""),
        ("tcalc -e 1 <&-", 0, "1\n", ""),
        ("tcalc --each -e x <&-", 0, "", ""),
        ("tcalc -0 <&-", 0, "", ""),
        ("tcalc -i -e 1 <&-", 0, "1\n", ""),
    ],
)
def test_a_stream_may_be_closed(shell: Run, line: str, status: int, out: str, err: str) -> None:
    assert shell(line) == (status, out, err)


def test_no_data_on_a_closed_stream_is_an_error_that_says_so(shell: Run) -> None:
    outcome = shell("tcalc -e stdin <&-")
    assert outcome.status == 1
    assert outcome.err.startswith("error: there are no data on standard input: it is closed\n")


@full
@pytest.mark.parametrize("code", ["-e 1", "-o npy -e 'eye(3)'", "-o json -e 'zeros(10**6)'"])
def test_a_full_disk_is_an_error_whatever_is_written(shell: Run, code: str) -> None:
    message = "error: cannot write to standard output: No space left on device\n"
    assert shell(f"tcalc {code} > /dev/full") == (1, "", message)


@full
def test_errors_that_cannot_be_written_stop_nothing(shell: Run) -> None:
    assert shell("tcalc -k -e '1 / 0' -e 2 2> /dev/full") == (1, "2\n", "")
    assert shell("tcalc --nonsense 2> /dev/full").status == 2


@pytest.mark.parametrize(
    "line",
    [
        "tcalc -e 'for i in range(10**6): print(i)'",
        "tcalc -o json -e 'zeros(10**6)'",
        "seq 1000000 | tcalc --each -e x",
        "yes 1+1 | tcalc",
    ],
)
def test_a_reader_that_has_enough_ends_the_program_quietly(shell: Run, line: str) -> None:
    outcome = shell(f"{line} | head -c 1 > /dev/null; echo ${{PIPESTATUS[@]}}")
    assert outcome.out.split()[-2] == "141"
    assert outcome.err == ""


def test_an_interrupt_ends_the_program_and_keeps_what_it_printed(
    environment: dict[str, str],
) -> None:
    with started("-e", "1\nprint('kept')\nwhile True: pass", environment) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"1\n"
        time.sleep(0.05)  # the loop may not have begun, which makes no difference
        running.send_signal(signal.SIGINT)
        assert running.communicate() == (b"kept\n", b"")
        assert running.returncode == 130


def test_an_interrupt_while_it_waits_for_input_is_quiet_too(environment: dict[str, str]) -> None:
    for words in ((), ("-0",), ("--each", "-e", "x"), ("-e", "1\nstdin")):
        with started(*words, environment, stdin=subprocess.PIPE) as running:
            assert running.stdin is not None
            assert running.stdout is not None
            if "-e" not in words or "--each" in words:
                running.stdin.write(b"1\n\0")
                running.stdin.flush()
            running.stdout.readline()
            running.send_signal(signal.SIGINT)
            assert running.communicate()[1] == b""
            assert running.returncode == 130


def test_a_polite_kill_is_the_systems_own(environment: dict[str, str]) -> None:
    with started("-e", "1\nwhile True: pass", environment) as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.terminate()
        assert running.communicate() == (b"", b"")
        assert running.returncode == -signal.SIGTERM


def started(*words: Any, **streams: Any) -> subprocess.Popen[bytes]:
    """The command with `words`, of which the last is the environment, as a running process."""
    *words, environment = words
    streams = {"stdin": subprocess.DEVNULL} | streams
    return subprocess.Popen(
        [*COMMAND, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        bufsize=0,
        **streams,
    )


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_source_is_utf8_in_every_locale(shell: Run, tmp_path: Path, locale: str) -> None:
    (tmp_path / "é.tc").write_text("x = '乘é'\nlen(x)\n", encoding="utf-8")
    env = {"LC_ALL": locale}
    assert shell("tcalc é.tc", env) == (0, "2\n", "")
    assert shell("tcalc < é.tc", env) == (0, "2\n", "")
    assert shell("tcalc -e \"len('乘é')\"", env) == (0, "2\n", "")


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_output_and_errors_are_text_in_every_locale(shell: Run, locale: str) -> None:
    env = {"LC_ALL": locale}
    assert shell("tcalc -e \"'é'\"", env).out == "'é'\n"
    assert "é = 1 / 0" in shell("tcalc -e 'é = 1 / 0'", env).err


@pytest.mark.parametrize("name", ["with space.tc", "乘é.tc", "a'b\"c.tc", "-dash.tc"])
def test_a_script_may_have_any_name(process: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("argv")
    path = str(tmp_path / name)
    assert process(path, "-x").out == "['-x']\n"
    assert process("--", path, "-x").out == "['-x']\n"


def test_two_dashes_come_before_a_name_that_looks_like_an_option(shell: Run) -> None:
    assert shell("echo 42 > -dash.tc; tcalc -- -dash.tc; tcalc ./-dash.tc").out == "42\n42\n"


def test_data_may_have_any_name(shell: Run) -> None:
    line = "echo 1,2 > 'a b:é=.csv'; tcalc -d 'x=a b:é=.csv' -e x; tcalc -d 'x=csv:a b:é=.csv' -e x"
    assert shell(line).out == "tensor([1, 2])\n" * 2


def test_a_script_with_a_first_line_for_the_system_runs_by_its_name(shell: Run) -> None:
    script = "#!/usr/bin/env tcalc\nargv\n"
    outcome = shell(f"printf '{script}' > 'my script'; chmod +x 'my script'; './my script' -k 1")
    assert outcome == (0, "['-k', '1']\n", "")


def test_a_script_may_come_through_a_pipe_with_a_name(shell: Run) -> None:
    assert shell("tcalc <(echo 1+1); mkfifo p; echo 2+2 > p & tcalc p").out == "2\n4\n"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        ("true", "cannot read the script x.tc: No such file or directory"),
        ("mkdir x.tc", "cannot read the script x.tc: Is a directory"),
        ("printf '1\\n\\377' > x.tc", "the script x.tc is not UTF-8 text (byte 3)"),
    ],
)
def test_a_script_that_cannot_be_read_is_wrong_usage(shell: Run, make: str, message: str) -> None:
    assert shell(f"{make}; tcalc x.tc") == (2, "", f"error: {message}\n")


def test_line_ends_and_a_byte_order_mark_make_no_difference(shell: Run) -> None:
    program = r"\357\273\277x = [1,\r\n 2]\r\nx\r\n"
    assert shell(f"printf '{program}' > x.tc; tcalc x.tc; tcalc < x.tc").out == "[1, 2]\n[1, 2]\n"


@pytest.fixture
def terminal(environment: dict[str, str]) -> Iterator[Callable[[str], pexpect.spawn]]:
    """Starts a line of bash in a terminal."""
    children: list[pexpect.spawn] = []

    def start(line: str) -> pexpect.spawn:
        env = environment | {"XDG_DATA_HOME": "/nonexistent", "PROMPT_TOOLKIT_NO_CPR": "1"}
        child = pexpect.spawn("bash", ["-c", line], encoding="utf-8", timeout=20, env=env)
        children.append(child)
        return child

    yield start
    for child in children:
        child.terminate(force=True)


@pytest.mark.parametrize(
    "line",
    ["echo 1 2 3 | tcalc -iq -e 'x = stdin'", "echo 'x = tensor([1, 2, 3])' | tcalc -iq"],
)
def test_after_piped_data_or_a_piped_program_the_session_reads_the_terminal(
    terminal: Callable[[str], pexpect.spawn], line: str
) -> None:
    child = terminal(line)
    child.expect(">")
    child.send("x.sum()\r")
    child.expect(r"6")
    child.send("\x04")
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 0


def test_colours_come_by_themselves_on_a_terminal_that_has_them(
    terminal: Callable[[str], pexpect.spawn],
) -> None:
    for line, coloured in (
        ("tcalc -e 1/0", True),
        ("TERM=dumb tcalc -e 1/0", False),
        ("NO_COLOR= tcalc -e 1/0", True),
        ("NO_COLOR=1 tcalc -e 1/0", False),
        ("NO_COLOR=1 tcalc --color=always -e 1/0", True),
        ("TERM=dumb tcalc --color=always -e 1/0", True),
        ("tcalc --color=never -e 1/0", False),
    ):
        child = terminal(line)
        child.expect(pexpect.EOF)
        assert ("\x1b[" in child.before) == coloured, line


def test_the_time_limit_holds_while_it_waits_for_input(environment: dict[str, str]) -> None:
    with started("--timeout", "0.2", environment, stdin=subprocess.PIPE) as running:
        running.wait(timeout=20)
        assert running.returncode == 1
        assert running.stderr is not None
        assert b"the program took longer than its 0.2 seconds" in running.stderr.read()


def test_nothing_is_left_running_when_a_limited_program_is_killed(shell: Run) -> None:
    line = "timeout -s KILL 0.3 tcalc --timeout 50 -e 'while True: pass' | cat"
    assert shell(line).status == 0  # which ends when every process that could write has
