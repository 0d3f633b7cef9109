"""tcalc's own text output, read back, and numbers between blanks.

Understood are tensors, arrays, numbers, lists and tuples of them, as `print` and the text format
write them. Values of a program with several results become a tuple.
"""

from __future__ import annotations

import re
from typing import BinaryIO

import numpy as np

from tcalc.core import dtypes
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.files import DataFault, Input, data_format
from tcalc.files.numbers import dumps, first_line, rows

_OPEN = re.compile(r"(?:Parameter containing:\s*)?(?:tensor|array|torch\.Size)\(")
_SUFFIXES = re.compile(r"((?:\s*,\s*\w+=(?:<[^>]*>|\([^)]*\)|[\w.]+))*)\s*\)")
_SUFFIX = re.compile(r"(\w+)=(<[^>]*>|\([^)]*\)|[\w.]+)")
_WORD = re.compile(r"[^\s,()\[\]]+")
_BLANK = re.compile(r"[\s,]*")
_FLAT = str.maketrans("[],", "   ")


def _own(head: bytes) -> bool:
    start = head.lstrip()
    return start[:1] in (b"(", b"[") or b"tensor(" in head or start.startswith(b"torch.Size(")


def _looks(head: bytes) -> bool:
    line = first_line(head).strip()
    return _own(head) or not ("," in line or "\t" in line or b"\0" in head)


@data_format("text", (".txt", ".out"), _looks)
def text(source: Input) -> object:
    """The value, or the tuple of values, that the text shows."""
    if not _own(source.head):
        return rows(source, None)
    values = _Scanner(source.text(), source.name).values("")
    return values[0] if len(values) == 1 else tuple(values)


class _Scanner:
    """Reads values from left to right."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.at = 0

    def values(self, closing: str) -> list[object]:
        """Values up to the bracket `closing`, or to the end."""
        values: list[object] = []
        while True:
            self.at = _BLANK.match(self.text, self.at).end()  # type: ignore[union-attr]
            if self.at == len(self.text):
                if closing:
                    raise self.fault(f"the text ends before a '{closing}'")
                return values
            if closing and self.text[self.at] == closing:
                self.at += 1
                return values
            values.append(self.value())

    def value(self) -> object:
        opening = _OPEN.match(self.text, self.at)
        if opening:
            self.at = opening.end()
            return self.tensor()
        char = self.text[self.at]
        if char in "([":
            self.at += 1
            values = self.values(")" if char == "(" else "]")
            return tuple(values) if char == "(" else values
        word = _WORD.match(self.text, self.at)
        try:
            if word is None:
                raise ValueError
            value: object = _elements([word[0]]).item()
        except ValueError:
            raise self.fault(f"{word[0] if word else char!r} is not a number") from None
        self.at = word.end()
        return value

    def tensor(self) -> Tensor:
        """The rest of a tensor after `tensor(`."""
        array = self.elements(self.body())
        suffixes = _SUFFIXES.match(self.text, self.at)
        if suffixes is None:
            raise self.fault("expected ')' at the end of a tensor")
        options = dict(_SUFFIX.findall(suffixes[1]))
        if "size" in options:
            array = array.reshape([int(size) for size in re.findall(r"\d+", options["size"])])
        name = options.get("dtype", "").removeprefix("torch.")
        if name in dtypes.NAMED:
            array = dtypes.cast(array, dtypes.NAMED[name])
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

    def elements(self, body: str) -> Array:
        """The array that `body` shows."""
        if "..." in body:
            raise DataFault(
                f"{self.name}: a summarised tensor (...) cannot be read back",
                helps=["write it in full with --threshold, or exactly with -o npy"],
            )
        try:
            flat = _elements(body.translate(_FLAT).split())
            return flat.reshape(_shape(body, flat.size))
        except ValueError:
            self.at -= len(body)
            raise self.fault("not the elements of a tensor") from None

    def fault(self, what: str) -> DataFault:
        """An error at the present place."""
        line = self.text.count("\n", 0, self.at) + 1
        column = self.at - self.text.rfind("\n", 0, self.at)
        return DataFault(f"{self.name}:{line}:{column}: {what}")


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


def _elements(words: list[str]) -> Array:
    """Words as an array of the dtype that such literals have. Raises ValueError for others."""
    joined = set("".join(words[:1000])) if words else set()
    if "j" in joined:
        return np.array([complex(word) for word in words], dtypes.default_complex().numpy)
    if words and words[0] in ("True", "False"):
        if not set(words) <= {"True", "False"}:
            raise ValueError
        return np.array([word == "True" for word in words])
    if not joined or joined & set(".en"):
        return np.array(words, dtypes.default_float().numpy)
    try:
        return np.array(words, np.int64)
    except ValueError:
        return np.array(words, dtypes.default_float().numpy)


@text.saver
def _save(value: object, file: BinaryIO) -> None:
    file.write(dumps(value, " ").encode() + b"\n")
