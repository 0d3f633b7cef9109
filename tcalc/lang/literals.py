"""From the text of a literal to its value: numbers, arrays, strings without fields."""

from __future__ import annotations

from tcalc.lang.refusal import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PREFIXES = frozenset({"", "r", "u", "f", "fr", "rf"})
_ESCAPES = {
    "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f",
    "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\n": "",
}  # fmt: skip
_FEW_DIGITS = 1000
_HEX_ESCAPES = {"x": 2, "u": 4, "U": 8}


def number(text: str, start: int) -> complex:
    """Value of a number literal that begins at offset `start`."""
    lowered = text.lower()
    try:
        if (
            lowered.isdecimal()
            or lowered[:2] in {"0x", "0o", "0b"}
            or lowered.strip("0_1234567") == ""
        ):
            return int(text, 0)
        if lowered.endswith("j"):
            return complex(text)
        return float(text) if set(lowered) & set(".e") else int(text, 0)
    except ValueError:
        pass
    if len(text) > _FEW_DIGITS:
        raise Refusal(
            f"an integer literal of {len(text)} digits is too long", (start, start + len(text))
        )
    raise Refusal(
        "a number cannot start with zeros",
        (start, start + len(text)),
        f"write {text.lstrip('0_')}, or 0o{text.lstrip('0_')} for octal",
    )


def array(text: str) -> list[Any]:
    """Value of a long array literal: nested lists of numbers."""
    import json

    try:
        value = json.loads(text)
    except ValueError:
        import re

        # JSON wants a digit after a point and no comma before a bracket.
        plain = re.sub(r"\.(?![0-9])", ".0", re.sub(r",(?=\s*\])", "", text))
        value = json.loads(plain)
    return value  # type: ignore[no-any-return]


class StringLiteral:
    """One string literal taken apart: its prefix in small letters, and where its body stands."""

    __slots__ = ("body_end", "body_start", "formatted", "raw", "start", "text")

    def __init__(self, text: str, start: int) -> None:
        """Take the literal `text` that begins at offset `start`."""
        first = min(i for i in (text.find("'"), text.find('"')) if i >= 0)
        quotes = 3 if text.startswith(('"""', "'''"), first) else 1
        prefix = text[:first].lower()
        self.text = text
        self.start = start
        self.raw = "r" in prefix
        self.formatted = "f" in prefix
        self.body_start = first + quotes
        self.body_end = len(text) - quotes
        if "b" in prefix:
            place = (start, start + len(text))
            raise Refusal("bytes are not in the language", place, "write a string without b")
        if prefix not in _PREFIXES:
            place = (start, start + first)
            raise Refusal(f"'{text[:first]}' is not a prefix of strings", place)

    def value(self) -> str:
        """What the whole body says."""
        return self.decode(self.body_start, self.body_end)

    def decode(self, first: int, last: int) -> str:
        """What `text[first:last]` says: escape sequences are replaced, unless the string is raw."""
        body = self.text[first:last]
        if "\r" in body:
            body = body.replace("\r\n", "\n").replace("\r", "\n")
        return body if self.raw or "\\" not in body else unescape(body, self.start + first)


def unescape(body: str, start: int) -> str:
    """`body`, which begins at offset `start`, with its escape sequences replaced."""
    position = body.find("\\")
    parts = [body[:position]]
    while position < len(body):
        value, position = _escape(body, position, start)
        following = body.find("\\", position)
        following = len(body) if following < 0 else following
        parts += [value, body[position:following]]
        position = following
    return "".join(parts)


def _escape(body: str, at: int, start: int) -> tuple[str, int]:
    """Value of the escape sequence at `body[at]`, and where it ends."""
    letter = body[at + 1 : at + 2]
    if not letter:
        return "\\", at + 1  # before the brace of a field
    if letter in _ESCAPES:
        return _ESCAPES[letter], at + 2
    if letter in "01234567":
        end = at + 2
        while end < at + 4 and body[end : end + 1] in set("01234567"):
            end += 1
        return chr(int(body[at + 1 : end], 8)), end
    if letter in _HEX_ESCAPES:
        end = at + 2 + _HEX_ESCAPES[letter]
        try:
            digits = body[at + 2 : end]
            if len(digits) != end - at - 2 or not digits.isalnum():
                raise ValueError
            return chr(int(digits, 16)), end
        except (ValueError, OverflowError):
            headline = f"'\\{letter}' needs {_HEX_ESCAPES[letter]} hexadecimal digits"
            raise Refusal(headline, (start + at, start + at + 2)) from None
    if letter == "N":
        return _named(body, at, start)
    return "\\" + letter, at + 2


def _named(body: str, at: int, start: int) -> tuple[str, int]:
    """Value of `\\N{name}`."""
    import unicodedata

    end = body.find("}", at) + 1
    if body[at + 2 : at + 3] != "{" or not end:
        raise Refusal("'\\N' needs a character's name in braces", (start + at, start + at + 2))
    try:
        return unicodedata.lookup(body[at + 3 : end - 1]), end
    except KeyError:
        headline = f"no character is called '{body[at + 3 : end - 1]}'"
        raise Refusal(headline, (start + at, start + end)) from None
