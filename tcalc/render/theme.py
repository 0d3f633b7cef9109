"""The colours of `tcalc.theme` as rich and prompt_toolkit want them."""

from __future__ import annotations

from tcalc.theme import looks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rich.theme import Theme


def rich_theme() -> Theme:
    """A rich theme in which every meaning is a style of its own name."""
    from rich.theme import Theme

    return Theme({name: look or "none" for name, look in looks().items()})


def prompt_styles() -> dict[str, str]:
    """prompt_toolkit's style of every meaning, for `Style.from_dict`."""
    return {
        name: " ".join(_prompt_word(word) for word in look.split())
        for name, look in looks().items()
    }


def _prompt_word(word: str) -> str:
    if word in ("bold", "italic", "underline", "reverse", "dim"):
        return word
    colour = word.removeprefix("bright_")
    bright = word != colour
    if colour == "black":
        return "ansibrightblack" if bright else "ansiblack"
    if colour == "white":
        return "ansiwhite" if bright else "ansigray"
    return f"ansi{'bright' if bright else ''}{colour}"
