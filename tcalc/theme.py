"""The one table of colours: what a piece of output means, and how it looks.

A look is written in words that rich understands as they stand (`bold red`); `paint` turns them into
terminal codes without rich. To add a meaning: one line in `STYLES`.
"""

from __future__ import annotations

from _contextvars import ContextVar

STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold blue",
    "help": "bold green",
    "headline": "bold",
    "gutter": "bright_blue",
    "place": "bright_blue",
    "primary": "bold red",
    "secondary": "bold cyan",
    "quiet": "dim",
    "keyword": "magenta",
    "name": "",
    "number": "cyan",
    "string": "green",
    "comment": "dim",
    "operator": "yellow",
    "bracket": "",
    "function": "blue",
    "attribute": "blue",
    "option": "green",
    "title": "bold",
    "chosen": "bold green",
    "negative": "red",
    "zero": "dim",
    "nan": "bold magenta",
    "inf": "bold blue",
    "true": "green",
    "false": "dim",
    "mark": "dim",
    "histogram": "cyan",
    "series_1": "blue",
    "series_2": "magenta",
    "series_3": "green",
    "series_4": "red",
    "series_5": "cyan",
    "series_6": "yellow",
    "hot": "red",
    "cold": "blue",
    "prompt": "bold blue",
    "unknown": "underline",
}
# What looks otherwise on a light screen, where bright and yellow letters are hard to read.
LIGHT = {
    "warning": "bold magenta",
    "gutter": "blue",
    "place": "blue",
    "operator": "red",
    "number": "blue",
    "series_6": "black",
}
LIGHT_COLOURS = (7, *range(9, 16))  # by number, of a terminal's background
_light: ContextVar[bool | None] = ContextVar("light", default=None)


def use(theme: str, terminal: str = "") -> None:
    """Paint for a "dark" or "light" screen from now on; "auto": for what `terminal` tells.

    That is COLORFGBG, in which some terminals tell the numbers of their colours: "0;15".
    """
    _light.set(_tells_light(terminal) if theme == "auto" else theme == "light")


def looks() -> dict[str, str]:
    """The look of every meaning on the screen in use."""
    return STYLES | LIGHT if _light.get() else STYLES


def is_light(terminal: str) -> bool:
    """Whether the screen is light: as `use` was told, else as COLORFGBG, `terminal`, tells."""
    told = _light.get()
    return _tells_light(terminal) if told is None else told


def _tells_light(terminal: str) -> bool:
    number = terminal.rpartition(";")[2]
    return number.isdecimal() and int(number) in LIGHT_COLOURS


SERIES = tuple(name for name in STYLES if name.startswith("series_"))

_COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_CODES = {"bold": 1, "dim": 2, "italic": 3, "underline": 4, "reverse": 7}


def paint(style: str, text: str) -> str:
    """`text` in the look of the meaning `style`, as terminal codes; plain if it has none."""
    look = looks()[style]
    if not look or not text:
        return text
    return f"\x1b[{';'.join(str(_code(word)) for word in look.split())}m{text}\x1b[0m"


def _code(word: str) -> int:
    if word in _CODES:
        return _CODES[word]
    if word.startswith("bright_"):
        return 90 + _COLOURS.index(word.removeprefix("bright_"))
    return 30 + _COLOURS.index(word)
