"""Write into each program of `programs/` what PyTorch shows for its statements.

Run it after adding programs, with an interpreter that has torch and numpy:

    python tests/oracle/record_programs.py [WORD_IN_ITS_NAME ...]
"""

from __future__ import annotations

import ast
import contextlib
import io
import sys
import warnings
from pathlib import Path
from typing import Any

import torch

sys.path.append(str(Path(__file__).parent))

from programs import FAILED, PROGRAMS, is_expectation, lines_of, shown  # found beside this

WIDTH = 79
BRACKETS = {list: "[]", tuple: "()", dict: "{}"}


def text_of(value: Any, indent: int = 0) -> str:
    """A value as IPython shows it: a container that needs it has its items on lines of their own.

    Tensors within it are indented by the brackets around them.
    """
    plain = repr(value)
    if type(value) not in BRACKETS or ("\n" not in plain and indent + len(plain) <= WIDTH):
        return plain.replace("\n", "\n" + " " * indent)
    opening, closing = BRACKETS[type(value)]
    if isinstance(value, dict):
        items = [f"{key!r}: {text_of(item, indent + 1)}" for key, item in value.items()]
    else:
        items = [text_of(item, indent + 1) for item in value]
    comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
    return opening + (",\n" + " " * (indent + 1)).join(items) + comma + closing


def outcome(statement: ast.stmt, silent: bool, names: dict[str, Any]) -> list[str]:
    """What a statement shows, as comments."""
    written = io.StringIO()
    failure = []
    with contextlib.redirect_stdout(written):
        try:
            if isinstance(statement, ast.Expr):
                value = eval(compile(ast.Expression(statement.value), "<program>", "eval"), names)
                if value is not None and not silent:
                    print(text_of(value))
            else:
                exec(compile(ast.Module([statement], []), "<program>", "exec"), names)
        except Exception as error:
            failure = [f"{FAILED} {(str(error).strip().splitlines() or [''])[0]}"]
    return shown(written.getvalue()) + failure


def record(program: Path) -> None:
    """Run a program, and write it again with what it showed."""
    lines = [line for line in lines_of(program) if not is_expectation(line)]
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)
    after: dict[int, list[str]] = {}
    names: dict[str, Any] = {}
    for statement in ast.parse("\n".join(lines)).body:
        end = statement.end_lineno or 0
        rest = lines[end - 1].encode()[statement.end_col_offset or 0 :]
        after.setdefault(end, []).extend(outcome(statement, rest.startswith(b";"), names))
    written = [part for i, line in enumerate(lines, 1) for part in (line, *after.get(i, ()))]
    program.write_text("\n".join(written) + "\n", encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    words = sys.argv[1:]
    for path in PROGRAMS:
        if not words or any(word in str(path) for word in words):
            record(path)
