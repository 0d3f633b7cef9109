"""Tokens of a text that changes key by key: only what follows the change is read again."""

from __future__ import annotations

from bisect import bisect_left
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
        kept = bisect_left(self._starts, (same, 0)) - 1
        offset, index = self._starts[kept] if kept > 0 and _is_plain(text) else (0, 0)
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
        word = text[start:end]
        before = text[max(0, start - 2) : start]
        # A line's end behind a backslash may be part of a string that is still to be closed.
        if depth == 0 and before[-1:] in ("", "\n") and before[:1] != "\\" and _is_plain(word):
            starts.append((start, at))
        depth = max(0, depth + (word in OPENING) - (word in CLOSING))
    return starts


def _is_plain(text: str) -> bool:
    """Whether `text` cannot be, or grow to be, a pasted session, which is read as a whole."""
    return text[:1].isalpha() and not text.startswith("I")  # as in `In [1]:`


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
