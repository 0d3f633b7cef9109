"""Whether what is typed is finished, and how far the next line is indented.

Pure functions of the text: the editor asks them at Enter, the plain reader after every line.
"""

from __future__ import annotations

from collections.abc import Callable

from tcalc.errors import SyntaxFault
from tcalc.lang import syntax

# Gives the program that a text is, None for what is no program but can be run all the same, and
# raises SyntaxFault for anything else.
Parse = Callable[[str], syntax.Module | None]

INDENT = "    "
_LEAVES_BLOCK = ("return", "break", "continue", "pass")


def fault_in(text: str, parse: Parse) -> SyntaxFault | None:
    """What is wrong with `text` as a program, None if nothing is."""
    try:
        parse(text)
    except SyntaxFault as fault:
        return fault
    return None


def is_open_block(text: str, parse: Parse) -> bool:
    """Whether `text`, itself a program, ends within an indented block that may go on.

    A blank line ends a block.
    """
    program = parse(text)
    if program is None or not program.body or not text.rpartition("\n")[2].strip():
        return False
    last = program.body[-1]
    return "body" in type(last).__slots__ and "\n" in text[last.start :]


def wants_more(text: str, parse: Parse) -> bool:
    """Whether Enter after `text` starts another line instead of running it."""
    fault = fault_in(text, parse)
    if fault is not None:
        return fault.incomplete
    return is_open_block(text, parse)


def next_indent(before: str) -> str:
    """Spaces that a new line after the text `before` starts with."""
    line = before.rsplit("\n", maxsplit=1)[-1]
    body = line.lstrip()
    indent = line[: len(line) - len(body)]
    code = body.split("#")[0].rstrip()
    if code.endswith(":"):
        return indent + INDENT
    if code.split(" ")[0] in _LEAVES_BLOCK:
        return indent[: -len(INDENT)]
    return indent
