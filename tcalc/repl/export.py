"""The session as a picture of its terminal, in SVG or HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.text import Text

from tcalc.lang.parser import tokens
from tcalc.render.drawing import SCREEN, recorder, svg
from tcalc.repl.command_line import HELP_MARK, MARK
from tcalc.repl.pager import columns
from tcalc.theme import STYLES, looks

if TYPE_CHECKING:
    from tcalc.repl.screen import Entry

SUFFIXES = (".svg", ".html")
NARROWEST = 60  # columns of a picture
PROMPT, MORE = ">", "."


def drawing(entries: Sequence[Entry], suffix: str, width: int) -> str:
    """The text of a file of this kind that shows what `entries` show on a screen of that width."""
    shown = [(entry, "".join(entry.shown).removesuffix("\n")) for entry in entries]
    widest = max(map(columns, _lines(shown)), default=0)
    console = recorder(max(NARROWEST, min(widest, width)))
    for entry, text in shown:
        console.print(typed(entry.text))
        if text:
            console.print(Text.from_ansi(text))
    theme = SCREEN if looks() is STYLES else DEFAULT_TERMINAL_THEME
    if suffix == ".svg":
        return svg(console, "tcalc", theme)
    return console.export_html(inline_styles=True, theme=theme)


def typed(program: str) -> Text:
    """An input as the line editor shows it: its prompts, its tokens in their colours."""
    text = Text(program)
    if program.startswith(MARK):
        text.stylize("option", 0, len(program.partition(" ")[0]))
    else:
        for kind, start, end in tokens(program):
            text.stylize("operator" if program[start:end] == HELP_MARK else kind, start, end)
    first, *more = text.split("\n", allow_blank=True)
    lines = [Text.assemble((PROMPT, "prompt"), " ", first)]
    return Text("\n").join(lines + [Text.assemble((MORE, "quiet"), " ", line) for line in more])


def _lines(shown: Iterable[tuple[Entry, str]]) -> Iterable[str]:
    for entry, text in shown:
        yield from (f"{PROMPT} {line}" for line in entry.text.split("\n"))
        yield from text.split("\n")
