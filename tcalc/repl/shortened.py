"""A long result, without its middle."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from tcalc.repl.pager import plain, rows

if TYPE_CHECKING:
    from tcalc.render.formats import Page

MOST_SCREENS = 3  # that a text may fill before its middle is left out
FEWEST = 3  # rows that are left at each end


def shortened(text: str, page: Page, command: str) -> str:
    """A text that fits the screen, with a hint that `command` shows all of it.

    Pictures have seen to that themselves; what is longer has many lines by its nature, or one that
    does not end.
    """
    if page.height is None or not _is_long(text, page.width, MOST_SCREENS * page.height):
        return text
    text = plain(text)  # a cut would leave a colour without its end
    kept = max(page.height // 2 - 2, FEWEST)
    most = 2 * kept * page.width  # characters that can be on the screen at all
    head, tail = _cut(text[:most], page.width), _cut(text[-most:], page.width)
    first, last = head[:kept], tail[-kept:]
    shown = sum(map(len, first)) + sum(map(len, last))
    whole = text.count("\n") + 1
    if whole > len(first) + len(last):
        left = f"{whole - len(first) - len(last)} lines"
    else:
        left = f"{len(text) - shown} characters"
    return "\n".join([*first, f"... {left} are left out; {command} shows all of it ...", *last])


def _is_long(text: str, width: int, most: int) -> bool:
    """Whether a text takes `most` rows of a screen or more."""
    if text.count("\n") >= most or len(text) > 10 * most * width:
        return True
    return len(text) > most and rows(text, width) > most


def _cut(text: str, width: int) -> list[str]:
    """The rows that a text takes."""
    found = []
    for line in text.split("\n"):
        ends = [*range(width, len(line), width), len(line)]
        found += [line[start:end] for start, end in pairwise([0, *ends])]
    return found
