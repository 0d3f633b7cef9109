"""From a picture to the characters that a page takes: rich's console, set up for that page.

What tcalc draws is a `Picture`: a renderable of rich's that is also a value of the language, so
that a program can name it, print it and hand it to `save`. To add one: a subclass in a file of its
own with `__rich_console__`, and the function in `looks` that makes it.
"""

from __future__ import annotations

import os
import re
import sys
from html import unescape
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from tcalc import limits
from tcalc.errors import ArgumentFault, RuntimeFault
from tcalc.excerpt import cells
from tcalc.files import replace
from tcalc.render.formats import Page
from tcalc.render.theme import rich_theme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import ConsoleOptions, RenderableType

    Depth = Literal["standard", "256", "truecolor"]

# The colours of a terminal in a picture of it. Its background is that in which heat maps have zero.
SCREEN = TerminalTheme(
    (30, 32, 37),
    (217, 220, 227),
    [(64, 68, 78), (240, 113, 120), (152, 204, 118), (236, 196, 100),
     (104, 170, 255), (204, 144, 240), (98, 206, 216), (217, 220, 227)],
    [(128, 134, 148), (255, 139, 146), (178, 224, 142), (255, 220, 130),
     (140, 192, 255), (222, 170, 255), (130, 226, 234), (255, 255, 255)],
)  # fmt: skip
UNLIMITED = 1 << 20  # lines of a page that does not scroll away


class Picture:
    """A value to look at. In a text it stands as it is drawn without colour, 80 columns wide."""

    readable = frozenset({"save"})

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """What to draw, for the colours and the room that `console` has."""
        raise NotImplementedError

    def save(self, path: str) -> None:
        """Write the picture, as a terminal shows it, to an SVG file.

        Raises ArgumentFault for another kind of file, RuntimeFault if it cannot be written,
        LimitError in a session without files.
        """
        check_files(path, (".svg",))
        console = recorder()
        console.print(self)
        write(path, svg(console).encode())

    def __repr__(self) -> str:
        """The picture without colour."""
        return drawn(self, Page())


def drawn(picture: RenderableType, page: Page) -> str:
    """The lines of `picture` on `page`, without the last newline."""

    class Sheet(StringIO):
        encoding = page.encoding  # rich draws with what the stream can show

    console = Console(
        file=Sheet(),
        width=page.width,
        height=page.height or UNLIMITED,
        force_terminal=page.color,
        no_color=not page.color,
        color_system=color_depth() if page.color else None,
        theme=rich_theme(),
        highlight=False,
    )
    with console.capture() as capture:
        console.print(picture)
    text = capture.get().rstrip("\n")
    return text if page.color else "\n".join(line.rstrip() for line in text.split("\n"))


def recorder(width: int = 80) -> Console:
    """A console that remembers what is printed on it, in all colours."""
    return Console(
        record=True,
        width=width,
        height=UNLIMITED,
        file=StringIO(),
        force_terminal=True,
        no_color=False,
        color_system="truecolor",
        theme=rich_theme(),
        highlight=False,
    )


def svg(console: Console, title: str = "", theme: TerminalTheme = SCREEN) -> str:
    """What was printed on a recorder, as a picture of a terminal; equal prints give equal texts."""
    text = console.export_svg(title=title, theme=theme, unique_id="terminal")
    if not text.isascii():
        text = re.sub(r'textLength="([\d.]+)"([^>]*)>([^<]*)<', _with_wide, text)
    return "\n".join(line.rstrip() for line in text.rstrip().splitlines()) + "\n"


def _with_wide(piece: re.Match[str]) -> str:
    """A piece of text with the room that it needs: rich counts a wide character as one column."""
    length, attributes, written = piece.groups()
    shown = unescape(written)
    if shown and cells(shown) != len(shown):
        length = f"{float(length) * cells(shown) / len(shown):g}"
    return f'textLength="{length}"{attributes}>{written}<'


def check_files(path: str, suffixes: tuple[str, ...]) -> None:
    """Raise LimitError in a session without files, ArgumentFault for a name of another ending."""
    limits.check_files("save()")
    if not isinstance(path, str):
        kind = type(path).__name__
        raise ArgumentFault(
            f"save(): argument 'path' must be str, not {kind}", blame={"path": kind}
        )
    if Path(path).suffix.lower() not in suffixes:
        raise ArgumentFault(
            f"{path}: a picture of this kind is saved as {one_of(suffixes)}",
            blame={"path": ""},
        )


def one_of(words: Sequence[str]) -> str:
    """`.svg, .dot or .txt`."""
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def write(path: str, content: bytes) -> None:
    """Write a file as a whole, or leave it as it was. Raises RuntimeFault if that cannot be."""
    try:
        replace.write(path, lambda file: file.write(content))
    except OSError as error:
        raise RuntimeFault(f"cannot write {path}: {error.strerror}") from None


def color_depth() -> Depth:
    """How many colours the terminal has, as far as the environment tells."""
    term = os.environ.get("TERM", "")
    if os.environ.get("COLORTERM") in ("truecolor", "24bit") or term.endswith("direct"):
        return "truecolor"
    if sys.platform == "win32":
        return "truecolor"
    return "256" if "256" in term or "kitty" in term else "standard"
