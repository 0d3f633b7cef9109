"""Writes into scripts what PyTorch gives for them: `python tests/scripts/record.py FILE ...`.

Run it with an interpreter that has torch and numpy. The value of every expression is shown as
IPython shows it, a failed statement by its message, and the program goes on.
"""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

SHOWN, FAILED = "#=>", "#!"
WIDTH = 79
STUBS = (
    "d2l", "d2l.torch", "matplotlib_inline", "matplotlib_inline.backend_inline", "IPython",
    "IPython.display",
)  # fmt: skip


def shown(value: object) -> str:
    """The text of a value: a tuple on one line if it fits, else one line for each item."""
    if not isinstance(value, tuple) or type(value) is not tuple:
        return repr(value)
    items = [shown(item) for item in value]
    line = f"({', '.join(items)}{',' * (len(items) == 1)})"
    if "\n" not in line and len(line) <= WIDTH:
        return line
    return "(" + ",\n ".join(item.replace("\n", "\n ") for item in items) + ")"


def run(code: str, names: dict[str, object]) -> Iterator[str]:
    """The expectation comments of one statement."""
    out = StringIO()
    error = ""
    (statement,) = ast.parse(code).body
    with redirect_stdout(out):
        try:
            if isinstance(statement, ast.Expr) and not code.rstrip().endswith(";"):
                value = eval(compile(code, "<script>", "eval"), names)
                if value is not None:
                    print(shown(value))
            else:
                exec(compile(code, "<script>", "exec"), names)
        except Exception as failure:
            error = str(failure).split("\n")[0]
    yield from (f"{SHOWN} {line}".rstrip() for line in out.getvalue().splitlines())
    if error:
        yield f"{FAILED} {error}"


def recorded(text: str) -> str:
    """The text of a script with what its statements give now."""
    lines = [line for line in text.splitlines() if not line.startswith((SHOWN, FAILED))]
    plain = "\n".join("" if line.startswith("%") else line for line in lines)
    names: dict[str, object] = {}
    result: list[str] = []
    done = 0
    for statement in ast.parse(plain).body:
        end = statement.end_lineno or 0
        result += lines[done:end]
        code = "\n".join(plain.splitlines()[statement.lineno - 1 : end])
        result += run(code, names)
        done = end
    return "\n".join([*result, *lines[done:]]) + "\n"


if __name__ == "__main__":
    for name in STUBS:
        sys.modules[name] = types.ModuleType(name)
        owner, _, inner = name.rpartition(".")
        if owner:
            setattr(sys.modules[owner], inner, sys.modules[name])
    for path in map(Path, sys.argv[1:]):
        path.write_text(recorded(path.read_text(encoding="utf-8")), encoding="utf-8")
