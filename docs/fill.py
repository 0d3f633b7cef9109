"""Runs the examples of the pages and writes in what they print: `python docs/fill.py [PAGE ...]`.

Three kinds of fenced block are examples; those of a page share one folder, session or namespace:

    console   commands of bash after `$ `; `tcalc` is this checkout's
    tcalc     programs of the language after `>>> `, continued by `... `
    pycon     Python's own, with the same prompts

The tests check that filling a page changes nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tcalc import Session, TcalcError
from tcalc.render.text import text_of

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "examples").glob("*.md")),
)
FENCE = "```"
PROMPTS = {"console": ("$ ", "> "), "tcalc": (">>> ", "... "), "pycon": (">>> ", "... ")}
_CHANGES_OUTPUT = ("NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "TCALC_DEBUG", "PYTHONUNBUFFERED")

Runner = Callable[[str], str]


def filled(page: str) -> str:
    """The text of a page with what its examples print now."""
    lines: list[str] = []
    with TemporaryDirectory() as folder:
        runners = {"console": shell(Path(folder)), "tcalc": language(), "pycon": python()}
        kind = ""
        block: list[str] = []
        for line in page.splitlines():
            if kind and line == FENCE:
                lines += _rerun(block, PROMPTS[kind], runners[kind])
                kind = ""
            if kind:
                block.append(line)
                continue
            lines.append(line)
            if line.removeprefix(FENCE) in PROMPTS and line.startswith(FENCE):
                kind, block = line.removeprefix(FENCE), []
    return "\n".join(lines) + "\n"


def _rerun(block: list[str], prompts: tuple[str, str], run: Runner) -> Iterator[str]:
    """The block's inputs, each followed by its output of today."""
    first, more = prompts
    inputs: list[list[str]] = []
    for line in block:
        if line.startswith(first):
            inputs.append([line])
        elif inputs and (line + " ").startswith(more):
            inputs[-1].append(line)
    for typed in inputs:
        yield from typed
        yield from run("\n".join(line[len(first) :] for line in typed)).splitlines()


def shell(folder: Path) -> Runner:
    """Runs commands in `folder`, which holds the examples, and merges their two streams."""
    (folder / "examples").symlink_to(ROOT / "examples")
    command = folder / ".bin" / "tcalc"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m tcalc --no-config "$@"\n')
    command.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name not in _CHANGES_OUTPUT}
    path = {"PATH": f"{command.parent}{os.pathsep}{kept['PATH']}", "PYTHONPATH": str(ROOT)}

    def run(text: str) -> str:
        done = subprocess.run(
            ["bash", "-c", text],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            env=kept | path,
            cwd=folder,
            check=False,
            timeout=60,
        )
        return done.stdout

    return run


def language() -> Runner:
    """Runs programs of the language in one session, as the text format shows them."""
    parts: list[str] = []
    session = Session(
        seed=0,
        write=parts.append,
        notice=lambda remark: parts.append(remark.render() + "\n"),
    )

    def run(text: str) -> str:
        parts.clear()
        try:
            for result in session.run(text):
                parts.append(session.call(text_of, result.value) + "\n")
        except TcalcError as error:
            assert error.diagnostic is not None
            parts.append(error.diagnostic.render() + "\n")
        return "".join(parts)

    return run


def python() -> Runner:
    """Runs Python's own statements in one namespace."""
    names: dict[str, Any] = {"__name__": "__main__"}

    def run(text: str) -> str:
        with redirect_stdout(StringIO()) as printed:
            exec(compile(text + "\n", "<page>", "single"), names)
        return printed.getvalue()

    return run


def main() -> None:
    """Fill the pages named on the command line, or all."""
    for page in [Path(word) for word in sys.argv[1:]] or PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
