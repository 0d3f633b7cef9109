"""What the grammar allows but the language does not, on its way to become a `SyntaxFault`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcalc.lang.syntax import Node


class Refusal(Exception):
    """Says what is wrong with `node`, or with the text from `place[0]` to `place[1]`."""

    def __init__(self, headline: str, place: Node | tuple[int, int], help_: str = "") -> None:
        """`help_` is what to type instead."""
        super().__init__(headline)
        self.headline = headline
        self.start, self.end = place if isinstance(place, tuple) else (place.start, place.end)
        self.help = help_
