"""The programs of expressions.txt: valid in Python with torch, and in the language.

A line is a program, but lines of a paragraph in which some are indented are one; `#` starts a
heading. What a program's last statement gives, value or error, PyTorch and tcalc must agree on.
"""

from __future__ import annotations

from pathlib import Path


def read() -> list[str]:
    """The programs, each once."""
    text = Path(__file__).with_name("expressions.txt").read_text(encoding="utf-8")
    programs: list[str] = []
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if any(line[0] == " " for line in lines):  # a block with indented lines is one program
            programs.append("\n".join(lines))
        else:
            programs += lines
    return list(dict.fromkeys(programs))
