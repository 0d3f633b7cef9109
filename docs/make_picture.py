"""Draws the picture of the README from a real session: `python docs/make_picture.py`."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

from tcalc import Session, TcalcError
from tcalc.lang.parser import tokens
from tcalc.render.theme import rich_theme
from tcalc.render.view import view

WIDTH = 80
PICTURE = Path(__file__).with_name("terminal.svg")
PROGRAMS = (
    "x = arange(12.0, requires_grad=True)",
    "y = x.reshape(3, 4) |> sigmoid; y",
    "y.sum().backward(); x.grad.max()",
    "w = ones(2, 3); w @ y",
    "w @ y.T",
)


def main() -> None:
    """Keep the picture."""
    PICTURE.write_text(picture(), encoding="utf-8")


def picture() -> str:
    """The terminal's content after PROGRAMS, as an SVG."""
    session = Session(seed=0)
    console = Console(
        record=True,
        width=WIDTH,
        file=StringIO(),
        force_terminal=True,
        color_system="truecolor",
        theme=rich_theme(),
        highlight=False,
    )
    for program in PROGRAMS:
        console.print(prompt(program))
        try:
            for result in session.run(program):
                console.print(session.call(view, result.value))
        except TcalcError as error:
            assert error.diagnostic is not None
            console.print(Text.from_ansi(error.diagnostic.render(WIDTH, color=True)))
    svg = console.export_svg(title="tcalc", theme=SVG_EXPORT_THEME, unique_id="terminal")
    return "\n".join(line.rstrip() for line in svg.rstrip().splitlines()) + "\n"


def prompt(program: str) -> Text:
    """The line as the interactive session shows it."""
    line = Text(f"> {program}")
    line.stylize("prompt", 0, 1)
    for kind, start, end in tokens(program):
        line.stylize(kind, start + 2, end + 2)
    return line


if __name__ == "__main__":
    main()
