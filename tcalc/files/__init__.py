"""Data formats: reading values from files and streams, and saving them.

A format is one `@data_format` function that reads an `Input`, in a module of this folder that
`_register` imports; `.saver` adds the way back. A format is told from a path's suffix or from the
first bytes of the data. Whatever is wrong with the data is a `TcalcError` that names the place.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import tcalc.ops  # noqa: F401 -- what is read comes with its methods
from tcalc.errors import ArgumentFault, RuntimeFault, closest

HEAD = 1 << 16
Reader = Callable[["Input"], object]
Saver = Callable[[object, BinaryIO], None]


class DataFault(RuntimeFault):
    """Data that cannot be read or written."""


class Input:
    """Data to read: a file's, or a stream's, of which the first bytes can be looked at.

    `name` is what errors call it. A reader that skips a header line leaves its words in `header`.
    """

    def __init__(self, name: str, stream: BinaryIO | None = None) -> None:
        """Open the file called `name`, or take `stream`."""
        self.name = name
        self.path = None if stream else Path(name)
        self.header: list[str] = []
        self._content: bytes | None = None
        if stream is not None:
            self._stream = stream
            self.head = _first_bytes(stream)
        else:
            with self._opened() as file:
                self.head = file.read(HEAD)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """A binary file at the start of the data; of a stream once, or after `content`."""
        if self._content is not None:
            yield io.BytesIO(self._content)
        elif self.path is None:
            yield io.BufferedReader(_Joined(self.head, self._stream))
        else:
            with self._opened() as file:
                yield file

    def content(self) -> bytes:
        """All the data."""
        if self._content is None:
            with self.open() as file:
                self._content = file.read()
        return self._content

    def text(self) -> str:
        """All the data as text. Raises DataFault if it is not UTF-8."""
        try:
            return self.content().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.content().count(b"\n", 0, error.start) + 1
            raise DataFault(
                f"{self.name}:{line} is neither UTF-8 text nor a known format"
            ) from None

    def _opened(self) -> io.BufferedReader:
        assert self.path is not None
        try:
            return self.path.open("rb")
        except OSError as error:
            raise DataFault(f"cannot read {self.name}: {error.strerror}") from None


def _first_bytes(stream: BinaryIO) -> bytes:
    """Up to HEAD bytes, however small the pieces are in which a pipe delivers them."""
    pieces, length = [], 0
    while length < HEAD and (piece := stream.read(HEAD - length)):
        pieces.append(piece)
        length += len(piece)
    return b"".join(pieces)


class _Joined(io.RawIOBase):
    """The bytes already taken from a stream, then the rest of it."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self.head = memoryview(head)
        self.rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        target = memoryview(buffer)
        if self.head:
            size = min(len(self.head), len(target))
            target[:size] = self.head[:size]
            self.head = self.head[size:]
            return size
        data = self.rest.read(len(target))
        target[: len(data)] = data
        return len(data)


class DataFormat:
    """One format: its name, its files' suffixes, how it looks, and how to read and save it."""

    def __init__(
        self, name: str, suffixes: tuple[str, ...], looks: Callable[[bytes], bool], read: Reader
    ) -> None:
        """`looks` tells from the first bytes of data whether they may be of this format."""
        self.name = name
        self.suffixes = suffixes
        self.looks = looks
        self.read = read
        self.save: Saver | None = None

    def saver(self, save: Saver) -> Saver:
        """Register the decorated function as the way to write this format."""
        self.save = save
        return save


FORMATS: dict[str, DataFormat] = {}


def data_format(
    name: str, suffixes: tuple[str, ...], looks: Callable[[bytes], bool]
) -> Callable[[Reader], DataFormat]:
    """Register the decorated reader as the format `name`; formats are sniffed in this order."""

    def register(read: Reader) -> DataFormat:
        FORMATS[name] = DataFormat(name, suffixes, looks, read)
        return FORMATS[name]

    return register


def load(path: str, format: str | None = None) -> object:
    """The value in the file at `path`: a Tensor, a plain value, or a dict or tuple of those.

    The format is the one named, else told from the suffix, else from the first bytes.
    """
    by_suffix = None if format else _of_suffix(path)
    return read(Input(path), format or by_suffix)


def read(source: Input, format: str | None = None) -> object:
    """The value in `source`, in the format named or in the one it looks like."""
    if format is not None:
        return _named(format).read(source)
    if not source.head.strip():
        raise DataFault(f"{source.name} is empty")
    for candidate in FORMATS.values():
        if candidate.looks(source.head):
            return candidate.read(source)
    raise DataFault(
        f"{source.name} is in no known format", notes=["known are " + ", ".join(FORMATS)]
    )


def save(value: object, path: str, format: str | None = None) -> None:
    """Write `value` to the file at `path`, whole or not at all.

    The format is the one named or told from the suffix. An existing file is replaced in one step.
    """
    name = format or _of_suffix(path)
    if name is None:
        suffixes = sorted({suffix for f in FORMATS.values() if f.save for suffix in f.suffixes})
        raise ArgumentFault(
            f"{path}: the format cannot be told from the name",
            helps=["end the name in " + ", ".join(suffixes)],
        )
    write = _named(name).save
    if write is None:
        raise ArgumentFault(f"data cannot be saved as {name}")
    try:
        _replace(Path(path), lambda file: write(value, file))
    except OSError as error:
        raise DataFault(f"cannot write {path}: {error.strerror}") from None


def _replace(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Write a new file beside `path` and move it there, so that no reader sees half of it."""
    path = path.resolve()  # a link stays a link, and what it points to is replaced
    if path.exists() and not path.is_file():
        with path.open("wb") as file:  # a pipe or a device has nothing to keep whole
            write(file)
        return
    fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with fresh.open("xb") as file:
            if path.exists():
                fresh.chmod(path.stat().st_mode)
            write(file)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _of_suffix(path: str) -> str | None:
    suffix = Path(path).suffix.lower()
    return next((f.name for f in FORMATS.values() if suffix in f.suffixes), None)


def _named(name: str) -> DataFormat:
    if name not in FORMATS:
        near = closest(name, FORMATS)
        raise ArgumentFault(
            f"no data format is called {name}",
            notes=["known are " + ", ".join(FORMATS)],
            helps=[f"did you mean {near[0]}?"] if near else (),
        )
    return FORMATS[name]


from tcalc.files import npy, safetensors, json, text, csv  # noqa: E402, F401, I001 -- registers
