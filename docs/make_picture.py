"""Draws the picture of the README from a real session: `python docs/make_picture.py`."""

from __future__ import annotations

from contextvars import copy_context
from pathlib import Path

from rich.text import Text

from tcalc import Session, TcalcError, theme
from tcalc.render import view
from tcalc.render.drawing import recorder, svg
from tcalc.repl.export import typed

WIDTH = 80
PICTURE = Path(__file__).with_name("terminal.svg")
PROGRAMS = (
    "x = linspace(-2, 2, 10).reshape(2, 5); x",
    "x + ones(2)",
    "w = tensor([1., 2.], requires_grad=True)",
    "loss = (w.sin() * w).sum(); loss.backward(); graph(loss)",
    "a, b = arange(6).reshape(2, 3), arange(12).reshape(3, 4)",
    "explain((a @ b)[1, 2])",
    "u = linspace(-4, 4, 72); v = linspace(-3, 3, 24)[:, None]",
    "heat(sin(u * v) * exp(-(u ** 2 + v ** 2) / 12))",
)


def main() -> None:
    """Keep the picture."""
    PICTURE.write_text(picture(), encoding="utf-8")


def picture() -> str:
    """The content of a dark terminal after PROGRAMS, as an SVG."""
    return copy_context().run(_picture)


def _picture() -> str:
    theme.use("dark")
    session = Session(seed=0)
    console = recorder(WIDTH)
    for number, program in enumerate(PROGRAMS):
        console.print(typed(program))
        shown = False
        try:
            for result in session.run(program):
                console.print(session.call(view.picture, result.value, result.name))
                shown = True
        except TcalcError as error:
            assert error.diagnostic is not None
            console.print(Text.from_ansi(error.diagnostic.render(WIDTH, color=True)))
            shown = True
        if shown and number + 1 < len(PROGRAMS):
            console.print()
    return svg(console, title="tcalc")


if __name__ == "__main__":
    main()
