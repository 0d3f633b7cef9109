"""Writes a statement with the language's own signs: what was typed as in another language, with an
input method, or pasted from a document.
"""

from __future__ import annotations

from tcalc.lang import lexer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Change = tuple[int, int, str]  # start, end, and what was meant

_LONGEST = 3  # characters of a foreign operator
_QUOTES = ("'", '"')


def respelled(statement: str) -> str:
    """The statement in the language's own signs."""
    mended = statement
    for first, last, meant in reversed(list(_foreign(statement))):
        mended = _put(mended, first, last, meant)
    return mended


def _foreign(text: str) -> Iterator[Change]:
    """The foreign signs in a statement; those in quotes are left alone, but for the quotes."""
    signs = {**lexer.TABLES.MISTAKES["characters"], **lexer.TABLES.MISTAKES["operators"]}
    done, quote = 0, ""
    for kind, piece, start, end in lexer.lex(text):
        if start < done or end <= start or kind == lexer.STRING:
            continue
        if kind == lexer.ERROR and (len(piece) > 1 or piece in _QUOTES):
            yield from _in_word(piece, start, signs)
            continue
        sign = _sign_at(text[start:], end - start, kind == lexer.ERROR, signs)
        meant = signs.get(sign, "")
        done = start + len(sign)
        if meant in _QUOTES and quote in {"", meant}:
            quote = "" if quote else meant
            yield start, done, meant
        elif sign and not quote:
            yield start, done, meant


def _sign_at(text: str, length: int, is_error: bool, signs: dict[str, str]) -> str:
    """The longest foreign sign that `text` begins with, no part of its first token of `length`."""
    for size in range(_LONGEST, 0, -1):
        if text[:size] in signs and (is_error or size >= length):
            return text[:size]
    return ""


def _in_word(text: str, start: int, signs: dict[str, str]) -> Iterator[Change]:
    """Foreign signs in a word, or in a string that is closed by one."""
    quote = text[0] if text[0] in _QUOTES else ""
    for at, char in enumerate(text):
        if char in signs and quote in {"", signs[char]}:
            quote = ""
            yield start + at, start + at + 1, signs[char]


def _put(text: str, start: int, end: int, meant: str) -> str:
    """`meant` in place of `text[start:end]`, apart from words to its sides if it is a word."""
    left, right = text[:start], text[end:]
    if meant[:1].isalpha() and left[-1:] not in {"", " ", "(", "[", "{"}:
        left += " "
    if meant[-1:].isalpha() and right[:1].isalnum():
        right = f" {right}"
    return left + meant + right
