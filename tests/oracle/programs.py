"""The programs of `programs/<topic>/*.tc`: valid in Python with torch, and in the language.

What PyTorch shows for a statement stands in comments after it: `#=> text` for each line, `#! text`
for the first line of an error; the program goes on after errors. To add a program: write it without
these comments, and run record_programs.py.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).with_name("programs")
PROGRAMS = sorted(FOLDER.glob("*/*.tc"))
SHOWN, FAILED = "#=>", "#!"


def lines_of(program: Path) -> list[str]:
    """A program's lines."""
    return program.read_text(encoding="utf-8").splitlines()


def is_expectation(line: str) -> bool:
    """Whether a line is a comment about what is shown."""
    return line.startswith((SHOWN, FAILED))


def shown(text: str) -> list[str]:
    """Output as comments."""
    return [f"{SHOWN} {line}".rstrip() for line in text.splitlines()]
