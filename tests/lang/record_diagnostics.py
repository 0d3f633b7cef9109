"""Runs the programs in diagnostics/*.txt and writes in what they show.

Run it as `python tests/lang/record_diagnostics.py`. A case is a line `=== title`, a program, a line
`---`, and all that a session shows of it at a width of 80 columns, the diagnostic of its first
failure last. To add a test: a title and a program, then run this; look at what it wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tcalc.errors import TcalcError
from tcalc.lang.session import Session
from tcalc.render.text import text_of

FOLDER = Path(__file__).parent / "diagnostics"
TITLE, SHOWS = "=== ", "---"


class Case(NamedTuple):
    """A program and what a session shows of it."""

    title: str
    program: str
    shown: str


def cases(text: str) -> Iterator[Case]:
    """The cases of one file."""
    for case in ("\n" + text).split(f"\n{TITLE}")[1:]:
        title, _, rest = case.partition("\n")
        program, _, shown = rest.partition(f"\n{SHOWS}\n")
        yield Case(title, program, shown.strip("\n"))


def shown(program: str) -> str:
    """Values, what is printed and remarks, until the first failure, and its diagnostic."""
    pieces: list[str] = []
    session = Session(
        seed=0, write=pieces.append, notice=lambda remark: pieces.append(remark.render() + "\n")
    )
    try:
        for result in session.run(program, name="cell"):
            pieces.append(session.call(text_of, result.value) + "\n")
    except TcalcError as error:
        assert error.diagnostic is not None
        pieces.append(error.diagnostic.render())
    return "".join(pieces).strip("\n")


def recorded(text: str) -> str:
    """The text of a file with what its programs show now."""
    return (
        "\n\n".join(
            f"{TITLE}{case.title}\n{case.program.strip()}\n{SHOWS}\n{shown(case.program.strip())}"
            for case in cases(text)
        )
        + "\n"
    )


if __name__ == "__main__":
    for path in sorted(FOLDER.glob("*.txt")):
        path.write_text(recorded(path.read_text(encoding="utf-8")), encoding="utf-8")
