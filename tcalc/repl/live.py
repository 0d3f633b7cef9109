"""Examples of a page of help, run at the moment when it is shown.

They run in a session of their own, which is empty, has a fixed seed, no files and little memory,
and are shown as the user's session shows things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import TYPE_CHECKING

from tcalc.limits import Limits
from tcalc.render.formats import Page
from tcalc.repl.screen import Sheet

if TYPE_CHECKING:
    from tcalc.repl.command import Context

FIRST, MORE = ">>> ", "... "
INDENT = 4  # columns that an example on a page of help does not have
MEMORY = 64 << 20
SEED = 0


def refreshed(body: str, context: Context, page: Page) -> str:
    """`body` with what its examples print now; as it is if one of them fails, as those for files
    do.
    """
    lines: list[str] = []
    answer = _runner(context, page)
    for program, written in _examples(body):
        lines += _prompted(program) if program else []
        if not program:
            lines += written
            continue
        found = answer(program)
        if found is None:
            return body
        # A blank line would end the example.
        lines += [line or " " for line in found.rstrip("\n").split("\n")] if found else []
        lines += [""] if written[-1:] == [""] else []
    return "\n".join(lines)


def example(program: str) -> str:
    """The statements of `program` as an example without output yet."""
    from tcalc.repl.slicing import statements

    return "\n".join("\n".join(_prompted(text)) for text, _ in statements([program]))


def _prompted(program: str) -> list[str]:
    first, *more = program.split("\n")
    return [FIRST + first, *((MORE + line).rstrip() for line in more)]


def _examples(body: str) -> Iterator[tuple[str, list[str]]]:
    """The inputs of `body`, each with the lines below it; "" goes with lines of no input."""
    program = ""
    below: list[str] = []
    for line in body.split("\n"):
        if line.startswith(FIRST):
            yield program, below
            program, below = line.removeprefix(FIRST), []
        elif program and not below and line.startswith(MORE.rstrip()):
            program += "\n" + line[len(MORE) :]
        elif program and below[-1:] == [""]:
            yield program, below
            program, below = "", [line]
        else:
            below.append(line)
    yield program, below


def _runner(context: Context, page: Page) -> Callable[[str], str | None]:
    """What runs one input after another and gives what it shows, None if it fails."""
    from tcalc.lang.session import Session
    from tcalc.repl.shell import Shell

    limits = Limits(memory=MEMORY, strict=True)
    settings = copy(context.settings)  # an example may change them
    sheet = Sheet(settings, Page(page.width - INDENT, page.color, page.encoding))
    session = context.session.call(
        lambda: Session(seed=SEED, limits=limits, write=lambda text: None)
    )
    shell = Shell(session, settings, screen=sheet)

    def answer(program: str) -> str | None:
        shell.handle(program)
        return None if sheet.failed else sheet.text

    return answer
