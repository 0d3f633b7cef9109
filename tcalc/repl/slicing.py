"""Programs that ran, as statements of one text; and those of them that one name depends on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tcalc.diagnostic import Source
from tcalc.errors import SyntaxFault
from tcalc.lang import parser, syntax, transcript
from tcalc.lang.lexer import MARK
from tcalc.repl.effects import Program, effects


def statements(programs: Iterable[str]) -> Iterator[tuple[str, syntax.Stmt]]:
    """Each top-level statement of the programs, with its own text."""
    for program in programs:
        text = without_prompts(program)
        for node in parser.parse(Source(text)).body:
            if not isinstance(node, syntax.Magic):
                yield _text(node, text), node


def without_prompts(text: str) -> str:
    """The program in a pasted session; any other text, and one with mistakes, as it is."""
    if not transcript.is_transcript(text):
        return text
    program = transcript.strip(text)
    try:
        nodes = parser.parse(Source(program)).body
    except SyntaxFault:
        return text
    return "\n".join(_text(node, program).replace(MARK, "") for node in nodes)


def _text(node: syntax.Stmt, text: str) -> str:
    silent = isinstance(node, syntax.Expression) and node.silent
    return text[node.start : node.end] + (";" if silent else "")


def slice_for(name: str, programs: Iterable[str]) -> list[str]:
    """The texts of the statements that the present value of `name` depends on, in order.

    Where the text does not tell, a statement is kept. Random numbers after a seed depend on every
    draw since.
    """
    found = list(statements(programs))
    program = Program(node for _, node in found)
    return [found[index][0] for index in program.slice(name)]


def maker(name: str, programs: list[str]) -> tuple[int, str] | None:
    """The last statement that bound `name`, and the number of its program; None if none did."""
    for number in range(len(programs), 0, -1):
        if name in programs[number - 1]:
            found = [
                text
                for text, node in statements([programs[number - 1]])
                if name in effects(node).binds
            ]
            if found:
                return number, found[-1]
    return None
