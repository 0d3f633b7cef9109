"""Data files among the words of the command line: which words are some, and what they are called.

A script is told from data without loading anything, as long as it ends in .tc or .py.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Iterable, Sequence

    from tcalc.options import Option
    from tcalc.render.contents import Contents

    Given = tuple[Option, object]

SCRIPTS = (".tc", ".py")
SHEBANG = b"#!"
RESERVED = ("argv", "stdin", "stdin_header")
HEAD = 512  # bytes that are looked at
BINARY = (b"\x93", b"\x1f", b"\x89", b"\x80")  # how npy, gzip, png and pickles begin


class DataFile:
    """The data in a file, read when they are first asked for."""

    def __init__(self, place: str) -> None:
        """`place` is a path, perhaps with a format before it: `csv:table.dat`."""
        self.path = place
        self.format = ""
        self._header: list[str] = []
        self._values: list[object] = []

    def value(self) -> object:
        """The data. Raises DataFault for what cannot be read."""
        if not self._values:
            from tcalc import files
            from tcalc.files.source import Input

            format, _, path = self.path.partition(":")
            if format in files.FORMATS and path:
                self.format, self.path = format, path
            source = Input(self.path)
            self._values.append(files.read(source, self.format or files.of_suffix(self.path)))
            self.format, self._header = source.format, source.header
        return self._values[0]

    def header(self) -> list[str]:
        """The words of the header line that was skipped; an empty list if there was none."""
        self.value()
        return self._header

    def contents(self, name: str) -> Contents:
        """What is in the file, which is called `name`."""
        from tcalc import files
        from tcalc.render.contents import LARGEST, Origin, contents

        value = self.value()
        told = files.of_suffix(self.path) == self.format
        words = [self.path] if told else [self.path, self.format]
        program = f"load({', '.join(map(repr, words))})"
        return contents(value, Origin(name, program, self.format, self.header()), LARGEST)


def split(
    given: Sequence[Given], words: Sequence[str]
) -> tuple[list[Given], list[str], list[tuple[str, str]]]:
    """Take the data files from the front of `words`, and the options between and after them.

    Gives all options, the words that are left (a script and its own), and the names and places of
    the data.
    """
    from tcalc.options import parse

    options, rest = list(given), list(words)
    files: list[tuple[str, str]] = []
    while rest and is_data(rest[0]):
        place = rest.pop(0)
        files.append((name_of(place, [name for name, _ in files]), place))
        more, rest = parse(rest)
        options += more
    return options, rest, files


def is_data(word: str) -> bool:
    """Whether a word of the command line names a data file, and not a script."""
    if word in ("", "-") or word.endswith(SCRIPTS) or os.path.isdir(word):  # noqa: PTH112 -- start-up
        return False
    head = _head(word)
    if head.startswith(SHEBANG):
        return False
    if b"\0" in head or head[:1] in BINARY:
        return True
    if not {".", ":"} & set(os.path.basename(word)):  # noqa: PTH119
        return False
    from tcalc import files

    format, _, path = word.partition(":")
    return files.of_suffix(word) is not None or (format in files.FORMATS and path != "")


def _head(path: str) -> bytes:
    """The first bytes of a regular file; nothing of a pipe, for they could be taken only once."""
    if not os.path.isfile(path):  # noqa: PTH113
        return b""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read(HEAD)
    except OSError:
        return b""


def name_of(place: str, taken: Iterable[str]) -> str:
    """The name for the data in `place`: the file's, without its suffixes, made an identifier."""
    from keyword import iskeyword

    from tcalc import files
    from tcalc.lang import namespaces

    format, _, path = place.partition(":")
    stem = os.path.basename(path if format in files.FORMATS else place)  # noqa: PTH119
    if stem.lower().endswith(files.COMPRESSED):
        stem = stem[: -len(files.COMPRESSED)]
    if files.of_suffix(stem):
        stem = stem.rpartition(".")[0]
    letters = "".join(char if char.isidentifier() or char.isdecimal() else "_" for char in stem)
    name = "_".join(part for part in letters.split("_") if part) or "data"
    if not name.isidentifier():  # it begins with a digit
        name = f"_{name}"
    if iskeyword(name) or name in RESERVED or name in namespaces.CONSTANTS or namespaces.find(name):
        name += "_"
    number = 1
    names = set(taken)
    while (name if number == 1 else f"{name}_{number}") in names:
        number += 1
    return name if number == 1 else f"{name}_{number}"
