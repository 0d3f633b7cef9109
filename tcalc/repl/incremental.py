"""Tokens of a text that changes key by key: only what follows the change is read again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable

Token = tuple[str, int, int]  # kind, start, end
Tokens = Callable[[str], list[Token]]

OPENING, CLOSING = ("(", "[", "{"), (")", "]", "}")


class IncrementalTokens:
    """`tokens`, remembering the last text.

    Reading starts again at the last token before the change that begins a line outside brackets: no
    string or bracket reaches from before it to behind it.
    """

    def __init__(self, tokens: Tokens) -> None:
        """Nothing is remembered yet."""
        self._tokens = tokens
        self._text = ""
        self._found: list[Token] = []
        self._starts: list[tuple[int, int]] = []  # of such tokens: offset, index in _found

    def __call__(self, text: str) -> list[Token]:
        """All tokens of `text`."""
        if text != self._text:
            self._read(text)
        return self._found

    def _read(self, text: str) -> None:
        same = _common_prefix(text, self._text)
        kept = bisect_right(self._starts, (same, len(self._found))) - 1
        # A pasted session is read as a whole, for its beginning tells what it is.
        offset, index = self._starts[kept] if kept > 0 and text[:1].isalpha() else (0, 0)
        tail = [(k, offset + a, offset + b) for k, a, b in self._tokens(text[offset:])]
        self._starts = self._starts[: max(kept, 0)] if index else []
        self._starts += _line_starts(text, tail, index)
        self._found = self._found[:index] + tail
        self._text = text


def _line_starts(text: str, found: Iterable[Token], index: int) -> list[tuple[int, int]]:
    """Offset and index of the tokens that begin a line outside brackets; `index` is the first's."""
    starts = []
    depth = 0
    for at, (_, start, end) in enumerate(found, index):
        if depth == 0 and (start == 0 or text[start - 1] == "\n"):
            starts.append((start, at))
        word = text[start:end]
        depth = max(0, depth + (word in OPENING) - (word in CLOSING))
    return starts


def _common_prefix(a: str, b: str) -> int:
    """Length of what both texts begin with, found by halving."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
