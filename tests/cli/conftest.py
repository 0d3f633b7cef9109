"""Runs the command, in a process of its own or, where nothing speaks against it, in this one."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import pytest
from installed import COMMAND, INSTALLED, ROOT

from tcalc import cli

Talk = Callable[..., AbstractContextManager[tuple[IO[bytes], IO[bytes]]]]


class Outcome(NamedTuple):
    """What a run left behind."""

    status: int
    out: str
    err: str


@pytest.fixture
def environment() -> dict[str, str]:
    """An environment in which no setting of the user's own counts."""
    changing = ("NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "TCALC_DEBUG", "PYTHONUNBUFFERED")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in changing and not name.startswith("LC_")
    }
    return kept | {
        "PYTHONPATH": str(ROOT),
        "XDG_CONFIG_HOME": "/nonexistent",
        "TERM": "xterm",
        "PATH": f"{Path(COMMAND[0]).parent}{os.pathsep}{kept['PATH']}",
    }


@pytest.fixture
def tcalc(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    """Run the command in this process: `tcalc("-e", "1+1", stdin="")`."""

    def run(*words: str, stdin: str | bytes = "") -> Outcome:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        monkeypatch.setenv("XDG_CONFIG_HOME", "/nonexistent")
        for name in ("NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"):
            monkeypatch.delenv(name, raising=False)
        status = cli.main(words)
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return run


@pytest.fixture
def process(environment: dict[str, str]) -> Callable[..., Outcome]:
    """Run the command as a process of its own."""

    def run(*words: str, stdin: str | bytes = b"", env: dict[str, str] | None = None) -> Outcome:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [*COMMAND, *words],
            input=data,
            capture_output=True,
            env=environment | (env or {}),
            check=False,
            timeout=60,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def talk(environment: dict[str, str]) -> Talk:
    """Run the command while the test writes to it and reads what it answers.

    `with talk("-0") as (stdin, stdout): ...`; what is written is not buffered. It has to end well.
    """

    @contextmanager
    def run(*words: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
        with subprocess.Popen(
            [*COMMAND, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            bufsize=0,
        ) as running:
            assert running.stdin is not None
            assert running.stdout is not None
            yield running.stdin, running.stdout
            running.stdin.close()
            assert running.wait() == 0

    return run


@pytest.fixture
def shell(environment: dict[str, str], tmp_path: Path) -> Callable[..., Outcome]:
    """Run a line of bash in an empty folder, where `tcalc` is the installed command."""
    if not INSTALLED.exists():
        pytest.skip("needs the installed command")

    def run(line: str, env: dict[str, str] | None = None) -> Outcome:
        done = subprocess.run(
            ["bash", "-c", line],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment | (env or {}),
            cwd=tmp_path,
            check=False,
            timeout=60,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run
