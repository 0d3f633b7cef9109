"""The command: what it runs, what it writes where, and the status it ends with."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
Run = Callable[..., Any]


def test_code_runs_in_order_in_one_session(tcalc: Run) -> None:
    assert tcalc("-e", "x = 3", "-e", "x * 2", "-e", "x - 1") == (0, "6\n2\n", "")


def test_a_script_gets_its_arguments(tcalc: Run, tmp_path: Path) -> None:
    script = tmp_path / "script.tc"
    script.write_text("#!/usr/bin/env tcalc\nargv\nlen(argv)\n")
    assert tcalc(str(script), "-e", "b").out == "['-e', 'b']\n2\n"


@pytest.mark.parametrize("words", [(), ("-",)])
def test_standard_input_is_the_program(tcalc: Run, words: tuple[str, ...]) -> None:
    assert tcalc(*words, stdin="def f(x):\n    return x + 1\n\nf(1)\n3;\n4") == (0, "2\n4\n", "")


def test_the_program_stops_at_its_first_error(tcalc: Run) -> None:
    status, out, err = tcalc(stdin="1\n1 / 0\n2\n")
    assert (status, out) == (1, "1\n")
    assert err.startswith("error: division by zero\n --> <stdin>:2:1\n")


def test_keep_going_runs_what_follows_an_error_and_still_fails(tcalc: Run, tmp_path: Path) -> None:
    program = "1\n1 / 0\n2\n"
    script = tmp_path / "script.tc"
    script.write_text(program)
    for outcome in (tcalc("-k", stdin=program), tcalc("-k", str(script)), tcalc("-ke", program)):
        assert (outcome.status, outcome.out) == (1, "1\n2\n")
        assert outcome.err.count("error:") == 1


def test_what_a_program_prints_stays_in_order_with_its_results(tcalc: Run) -> None:
    assert tcalc("-e", "print('a')\n1\nprint('b', end='')\n2").out == "a\n1\nb2\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--nonsense",), "no option is called --nonsense"),
        (("none.tc",), "cannot read the script none.tc"),
        (("-e", "1", "script.tc"), "exclude each other"),
        (("-d", "x=-"), "standard input is the program"),
        (("-o", "jason", "-e", "1"), "-o takes one of"),
    ],
)
def test_wrong_usage_has_a_status_of_its_own(
    tcalc: Run, words: tuple[str, ...], message: str
) -> None:
    status, out, err = tcalc(*words)
    assert (status, out) == (2, "")
    assert message in err


def test_help_and_version_go_to_standard_output(tcalc: Run) -> None:
    assert tcalc("--help").out.startswith("tcalc: ")
    assert tcalc("--version").out.startswith("tcalc ")


def test_errors_are_coloured_only_on_demand(tcalc: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in tcalc("-e", "1/0").err
    assert "\x1b[" in tcalc("--color=always", "-e", "1/0").err


@pytest.mark.parametrize(
    ("env", "words", "coloured"),
    [
        ({}, (), False),
        ({"CLICOLOR_FORCE": "1"}, (), True),
        ({"CLICOLOR_FORCE": "0"}, (), False),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": "1"}, (), False),
        ({"CLICOLOR_FORCE": "1", "NO_COLOR": ""}, (), True),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"CLICOLOR_FORCE": "1"}, ("--color", "never"), False),
    ],
)
def test_an_option_wins_over_the_environment(
    process: Run, env: dict[str, str], words: tuple[str, ...], coloured: bool
) -> None:
    assert ("\x1b[" in process(*words, "-e", "1/0", env=env).err) == coloured


def test_a_mistake_of_our_own_is_one_message(tcalc: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr("tcalc.render.text.text_of", broken)
    status, _, err = tcalc("-e", "[1]")
    assert status == 70
    assert err.startswith("error: internal error: ZeroDivisionError: inside\n")
    assert "Traceback" not in err
    monkeypatch.setenv("TCALC_DEBUG", "1")
    assert "Traceback" in tcalc("-e", "[1]").err


def test_a_value_that_the_format_cannot_hold_is_the_statements_error(tcalc: Run) -> None:
    status, out, err = tcalc("-k", "-o", "csv", "-e", "'word'\n3")
    assert (status, out) == (1, "3\n")
    assert " --> -e:1:1" in err


def test_json_results_are_one_line_each(tcalc: Run) -> None:
    out = tcalc("-o", "json", "-e", "[1, 2.5, None]\n'é'\n{'a': (True, 1e400)}\n1j").out
    assert [json.loads(line) for line in out.splitlines()] == [
        [1, 2.5, None],
        "é",
        {"a": [True, "inf"]},
        "1j",
    ]


def test_verbose_tells_what_text_output_lost_and_nothing_of_the_others(tcalc: Run) -> None:
    status, out, err = tcalc("-v", "-e", "arange(3)", "-e", "arange(3) / 7")
    assert (status, out) == (0, "tensor([0, 1, 2])\ntensor([0.0000, 0.1429, 0.2857])\n")
    assert err.startswith("note: the text rounds 2 of 3 numbers, by up to 4.3e-05\n")
    assert err.count("note:") == 1
    assert tcalc("-v", "-o", "json", "-e", "arange(3) / 7").err == ""
    assert tcalc("-v", "-e", "1 / 7").err == ""


def test_no_output_but_errors(tcalc: Run) -> None:
    assert tcalc("-o", "none", "-e", "1").out == ""
    assert tcalc("-o", "none", "-e", "1/0").status == 1


def test_an_endless_program_ends_at_its_timeout(process: Run) -> None:
    status, _, err = process("-k", "--timeout", "0.3", "-e", "while True:\n    pass\n1")
    assert status == 1
    assert err.startswith("error: the program took longer than its 0.3 seconds\n --> -e:")


def test_a_closed_pipe_ends_quietly(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tcalc", "-e", "for i in range(10**6):\n    print(i)"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_is_an_error_and_no_traceback(environment: dict[str, str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tcalc", "-e", "1"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == b"error: cannot write to standard output: No space left on device\n"


def test_each_statement_answers_before_the_next_one_arrives(talk: Run) -> None:
    with talk() as (stdin, stdout):
        for number in range(3):
            stdin.write(f"{number} + 1\n".encode())
            assert stdout.readline() == f"{number + 1}\n".encode()


HEAVY = {
    "numpy", "lark", "rich", "prompt_toolkit", "asyncio", "argparse", "re", "typing", "collections",
    "dataclasses", "enum", "functools", "contextlib", "inspect", "json", "pathlib", "ast",
}  # fmt: skip


def test_plain_numbers_load_nothing_heavy(environment: dict[str, str]) -> None:
    code = (
        "import sys\nfrom tcalc.cli import main\nmain(['-e', '1+1'])\n"
        f"print(sorted(set(sys.modules) & {HEAVY!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, env=environment, check=True
    )
    assert done.stdout.decode() == "2\n[]\n"


def test_the_installed_script_runs_the_command(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "tcalc"), "-e", "1+1"],
        capture_output=True,
        env=environment,
        check=True,
    )
    assert done.stdout == b"2\n"


def test_an_interrupted_program_ends_quietly(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tcalc", "-e", "print('ready')\n1\nwhile True:\n    pass"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == b"ready\n"
        assert running.stdout.readline() == b"1\n"
        running.send_signal(signal.SIGINT)
        assert running.wait() == 130
        assert running.stderr.read() == b""


def test_a_call_that_cannot_be_interrupted_is_ended(process: Run) -> None:
    status, out, err = process("--timeout", "0.2", "-e", "sum(range(10**12))")
    assert status != 0
    assert out == ""
    assert "the program took longer than its 0.2 seconds" in err


def test_a_poor_encoding_is_no_failure(process: Run) -> None:
    outcome = process("-e", "print('乘')", env={"PYTHONIOENCODING": "ascii"})
    assert outcome == (0, "\\u4e58\n", "")


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
@pytest.mark.parametrize(
    "code",
    ["[i for i in range(10**9)]", "x = []\nwhile True:\n    x.append('a' * 1000)", "zeros(10**9)"],
)
def test_a_program_that_takes_too_much_memory_is_told_so(process: Run, code: str) -> None:
    status, out, err = process("--max-memory", "10M", "--timeout", "30", "-e", code)
    assert (status, out) == (1, "")
    assert "memory" in err or "10.5 MB" in err
    assert "Traceback" not in err
