"""tcalc's own text output, read back, and numbers between blanks.

Understood is whatever the text format shows of tensors, arrays, numbers, strings and containers of
them. Values of a program with several results become a tuple.
"""

from __future__ import annotations

import re
from typing import Any, BinaryIO

import numpy as np

from tcalc.core import dtypes
from tcalc.core.dtypes import Array, DType
from tcalc.core.tensor import Size, Tensor
from tcalc.files import data_format
from tcalc.files.numbers import first_line, number_of, rows
from tcalc.files.source import DataFault, Input
from tcalc.files.table import dumps

_OPEN = re.compile(r"(?:Parameter containing:\s*)?(tensor|array|torch\.Size)\(")
_FIELDS = re.compile(r"torch\.return_types\.\w+\(")
_FIELD = re.compile(r"[A-Za-z_]\w*=")
_SUFFIXES = re.compile(r"((?:\s*,\s*\w+=(?:<[^>]*>|\([^)]*\)|[\w.]+))*)\s*\)")
_SUFFIX = re.compile(r"(\w+)=(<[^>]*>|\([^)]*\)|[\w.]+)")
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_ESCAPE = re.compile(r"\\(x[\da-f]{2}|u[\da-f]{4}|U00(?:0[\da-f]|10)[\da-f]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", '"': '"'}
_WORD = re.compile(r"[^\s,()\[\]{}:]+")
_BLANK = re.compile(r"[\s,]*")
_COLON = re.compile(r"\s*:\s*")
_FLAT = str.maketrans("[],", "   ")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_WORDS = {"None": None, "True": True, "False": False}
LISTING = b"namespace of "


def _own(head: bytes) -> bool:
    start = head.lstrip()
    return start[:1] in (b"(", b"[", b"{", b"'") or bool(_OPEN.search(head.decode("latin-1")))


def _looks(head: bytes) -> bool:
    line = first_line(head).strip()
    return _own(head) or not ("," in line or "\t" in line or b"\0" in head)


@data_format("text", (".txt", ".out"), _looks)
def text(source: Input) -> object:
    """The value, or the tuple of values, that the text shows."""
    if source.head.lstrip().startswith(LISTING):
        raise DataFault(
            f"{source.name} is the listing of a namespace, without its values",
            helps=["-o jsonl writes a namespace that reads back; save() writes any format"],
        )
    if not _own(source.head):
        line = first_line(source.head)
        return rows(source, next((mark for mark in ",;\t" if mark in line.strip()), None))
    values = _Scanner(source).values("")
    return values[0] if len(values) == 1 else tuple(values)


class _Scanner:
    """Reads values from left to right."""

    def __init__(self, source: Input) -> None:
        self.source = source
        self.text = source.text()
        self.at = 0

    def values(self, closing: str) -> list[Any]:
        """Values up to the bracket `closing`, or to the end."""
        values: list[Any] = []
        while not self.closed(closing):
            field = _FIELD.match(self.text, self.at)
            self.at = field.end() if field else self.at
            values.append(self.value())
        return values

    def closed(self, closing: str) -> bool:
        """Whether the next thing is the bracket `closing`, which is taken, or the end."""
        self.skip(_BLANK)
        if self.at == len(self.text):
            if closing:
                raise self.fault(f"the text ends before a '{closing}'")
            return True
        found = closing != "" and self.text[self.at] == closing
        self.at += found
        return found

    def skip(self, pattern: re.Pattern[str]) -> str:
        """Go past what `pattern` matches here, which is given back."""
        match = pattern.match(self.text, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match[0]

    def value(self) -> Any:
        opening = _OPEN.match(self.text, self.at)
        if opening:
            self.at = opening.end()
            return self.size() if "Size" in opening[1] else self.tensor(opening[1])
        char = self.text[self.at]
        if char in _CLOSING or self.skip(_FIELDS):
            return self.container(char if char in _CLOSING else "(")
        string = self.skip(_STRING)
        return _unquoted(string) if string else self.word()

    def container(self, opening: str) -> Any:
        """The list, tuple, dict or set that begins here; its fields have begun if they have names.

        Parentheses around one value, as around a complex number, are no tuple.
        """
        self.at += self.text[self.at] == opening
        if opening == "{":
            return self.dict_or_set()
        values = self.values(_CLOSING[opening])
        if opening == "[":
            return values
        comma = self.text[: self.at - 1].rstrip()[-1:] == ","
        return values[0] if len(values) == 1 and not comma else tuple(values)

    def size(self) -> Size:
        """The rest of a shape after `torch.Size(`."""
        start = self.at
        values = self.values(")")
        sizes = values[0] if len(values) == 1 else None
        if isinstance(sizes, list) and all(type(size) is int for size in sizes):
            return Size(sizes)
        self.at = start
        raise self.fault("not the sizes of a tensor")

    def dict_or_set(self) -> Any:
        """The rest of a dict, or of a set, after its brace."""
        pairs: dict[Any, Any] = {}
        items: set[Any] = set()
        while not self.closed("}"):
            start = self.at
            key = self.value()
            if isinstance(key, list | dict | set):
                self.at = start
                raise self.fault("a container cannot be a key")
            if self.skip(_COLON):
                pairs[key] = self.value()
            else:
                items.add(key)
        return items or pairs

    def word(self) -> Any:
        """A number, or another word that the language prints."""
        match = _WORD.match(self.text, self.at)
        word = match[0] if match else self.text[self.at]
        value = number_of(word)
        name = word.removeprefix("torch.")
        if value is None and name != word and name in dtypes.NAMED:
            value = dtypes.NAMED[name]
        if value is None and word not in _WORDS:
            raise self.fault(f"{word!r} is not a number", len(word))
        self.at += len(word)
        return _WORDS[word] if value is None else value

    def tensor(self, kind: str) -> Tensor:
        """The rest of a tensor after `tensor(`, or of a NumPy array after `array(`."""
        start = self.at
        body = self.body()
        suffixes = _SUFFIXES.match(self.text, self.at)
        if suffixes is None:
            raise self.fault("expected ')' at the end of a tensor")
        options = dict(_SUFFIX.findall(suffixes[1]))
        name = options.get("dtype", "").removeprefix("torch.")
        dtype = dtypes.NAMED.get(name)
        if dtype is None and kind == "array":
            dtype = dtypes.float64 if set(".en") & set(body) - set("rueals") else None
        array = self.elements(body, dtype, start)
        if "size" in options:
            array = array.reshape([int(size) for size in re.findall(r"\d+", options["size"])])
        self.at = suffixes.end()
        return Tensor(array)

    def body(self) -> str:
        """The elements' text: a number, or everything up to where all brackets close at once."""
        start = self.at
        end = start
        while self.text[end : end + 1] == "[":
            end += 1
        depth = end - start
        if depth:
            end = self.text.find("]" * depth, start) + depth
            if end < depth:
                raise self.fault("the text ends within a tensor")
        else:
            word = _WORD.match(self.text, start)
            end = word.end() if word else start
        self.at = end
        return self.text[start:end]

    def elements(self, body: str, dtype: DType | None, start: int) -> Array:
        """The array that `body` shows, which begins at `start`."""
        if "..." in body:
            raise DataFault(
                f"{self.source.name}: a summarised tensor (...) cannot be read back",
                helps=["write it in full with --threshold, or exactly with -o npy"],
            )
        try:
            flat = _elements(body.translate(_FLAT).split(), dtype)
            return flat.reshape(_shape(body, flat.size))
        except (ValueError, OverflowError):
            self.at = start
            raise self.fault("not the elements of a tensor", len(body)) from None

    def fault(self, what: str, length: int = 1) -> DataFault:
        """An error at the present place."""
        number = self.text.count("\n", 0, self.at) + 1
        start = self.text.rfind("\n", 0, self.at) + 1
        line = self.text[start:].partition("\n")[0]
        column = self.at - start
        length = max(1, min(length, len(line) - column))
        return self.source.fault(what, number, column, line=line, length=length)


def _unquoted(string: str) -> str:
    return _ESCAPE.sub(_unescaped, string[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPED.get(code, match[0])


def _shape(body: str, count: int) -> list[int]:
    """The sizes of nested brackets. Raises ValueError if they are not regular."""
    depth = len(body) - len(body.lstrip("["))
    shape: list[int] = []
    inner = 1
    for level in range(1, depth + 1):  # commas stand between elements, at whatever depth
        elements = body.count(",", 0, body.find("]" * level)) + 1 if count else 0
        shape.insert(0, elements // inner if inner else 0)
        inner = elements
    lists, opened = 1, 0
    for size in shape:
        opened += lists
        lists *= size
    if lists != count or (count and opened != body.count("[")):
        raise ValueError("irregular brackets")
    return shape


def _elements(words: list[str], dtype: DType | None) -> Array:
    """Words as an array of `dtype`, or of the one that such literals have.

    Raises ValueError for other words, OverflowError for integers that do not fit.
    """
    joined = set("".join(words[:1000])) if words else set()
    if words and words[0] in _WORDS:
        if not set(words) <= {"True", "False"}:
            raise ValueError
        return np.array([word == "True" for word in words])
    if "j" in joined:
        exact = np.array([complex(word) for word in words], np.complex128)
        return dtypes.cast(exact, dtype or dtypes.default_complex())
    if dtype is None and words and not joined & set(".en"):
        try:
            return np.array(words, np.int64)
        except (ValueError, OverflowError):
            pass
    if dtype is not None and dtype.category == dtypes.INT:
        return np.array(words, dtype.numpy)
    return dtypes.cast(np.array(words, np.float64), dtype or dtypes.default_float())


@text.saver
def _save(value: object, file: BinaryIO) -> None:
    file.write(dumps(value, " ").encode() + b"\n")
