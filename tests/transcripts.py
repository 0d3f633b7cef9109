"""What a program shows, as the comments in which programs of the tests say what to expect.

`#=> text` after a statement is a line that it writes, `#! headline` the error that it fails with;
the program goes on after errors.
"""

from __future__ import annotations

from pathlib import Path

from tcalc.errors import TcalcError
from tcalc.lang.session import Session
from tcalc.render.text import text_of

SHOWN, FAILED = "#=>", "#!"


def shown(text: str) -> list[str]:
    """Output as expectation comments."""
    return [f"{SHOWN} {line}".rstrip() for line in text.splitlines()]


def transcript(program: Path) -> list[str]:
    """What a program shows in a session."""
    lines: list[str] = []
    printed: list[str] = []

    def flush() -> None:
        lines.extend(shown("".join(printed)))
        printed.clear()

    def fail(error: TcalcError) -> None:
        flush()
        lines.append(f"{FAILED} {error.headline}")

    session = Session(write=printed.append)
    source = program.read_text(encoding="utf-8")
    for result in session.run(source, name=program.name, on_error=fail):
        flush()
        lines.extend(shown(session.call(text_of, result.value)))
    flush()
    return lines
