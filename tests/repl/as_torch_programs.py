"""Programs in `as_torch/*.tc`, each beside its text in PyTorch's words.

To add one: write it, run `python tests/repl/as_torch_programs.py`, which translates all of them,
and then record_as_torch.py, which writes in what PyTorch prints for the translations.
"""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from record_as_torch import FOLDER

from tcalc.lang.session import Session
from tcalc.options import Settings
from tcalc.repl.as_torch import as_torch
from tcalc.repl.shell import Shell

PROGRAMS = sorted(FOLDER.glob("*.tc"))


def inputs(program: Path) -> list[str]:
    """A program as it is typed: a line each, or a block up to the blank line."""
    text = program.read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^(?:for|while|if|def) .*:\n(?:.+\n)+)|^.+\n", text, re.MULTILINE)
    return [block.rstrip("\n") for block in blocks]


def translated(program: Path) -> tuple[str, str]:
    """The translation of a program, and what a session shows for it."""
    settings = Settings()
    settings.output, settings.color = "text", "never"
    session = Session()
    shell = Shell(session, settings)
    output = StringIO()
    with redirect_stdout(output):
        for text in inputs(program):
            shell.handle(text)
    return as_torch(shell.programs, shell.shown, session.values()), output.getvalue()


def main() -> None:
    """Write the translations, without what they print."""
    for program in PROGRAMS:
        program.with_suffix(".txt").write_text(translated(program)[0] + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
