"""Whole processes as work: the command tcalc, Python, and other programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks import THREADS
from benchmarks.measure import PeerMissingError, Work

ROOT = Path(__file__).parents[1]
_UNWANTED = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONNODEBUGRANGES", *THREADS}


def environment() -> dict[str, str]:
    """The variables of processes, where byte code is kept as for any user."""
    return {name: value for name, value in os.environ.items() if name not in _UNWANTED}


def command(*words: str) -> list[str]:
    """The installed command of this environment; the checkout's where none is installed."""
    installed = Path(sys.executable).with_name("tcalc")
    start = [str(installed)] if installed.exists() else [sys.executable, "-m", "tcalc"]
    return [*start, *words]


def tcalc(*words: str) -> Work:
    """The command tcalc."""
    return process(*command(*words))


def python(*words: str) -> Work:
    """The Python that runs the benchmarks."""
    return process(sys.executable, *words)


def program(name: str, *words: str) -> Work:
    """Any other program. Raises PeerMissingError."""
    path = shutil.which(name)
    if path is None:
        raise PeerMissingError(f"{name} is not installed")
    return process(path, *words)


def process(*words: str) -> Work:
    """Running `words` from start to exit."""
    variables = environment()

    def run() -> None:
        subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=variables,
            cwd=ROOT,
            check=True,
        )

    return run
