"""Data formats: reading values from files and streams, and saving them.

A format is one `@data_format` function that reads an `Input`, in a module of this folder that is
imported at the end of this file; `.saver` adds the way back. A format is told from a path's suffix
or from the first bytes of the data. Whatever is wrong with the data is a `DataFault` that names the
place.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO

import numpy as np

import tcalc.ops  # noqa: F401 -- what is read comes with its methods
from tcalc.errors import ArgumentFault, closest
from tcalc.files.source import HEAD, DataFault, Input

Reader = Callable[[Input], object]
Saver = Callable[[object, BinaryIO], None]
COMPRESSED = ".gz"
PICKLE = b"\x80"  # and the version, below 10


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
    """The value in the file at `path`: a Tensor, a plain value, a namespace, or a tuple of those.

    The format is the one named, else told from the suffix, else from the first bytes. Raises
    DataFault for what cannot be read, LimitError for what would take too much memory.
    """
    return read(Input(path), format or of_suffix(path))


def read(source: Input, format: str | None = None) -> object:
    """The value in `source`, in the format named or in the one it looks like."""
    if len(source.head) < HEAD and not source.head.strip():
        raise DataFault(f"{source.name} is empty")
    chosen = _named(format) if format else _sniffed(source)
    source.format = chosen.name
    with np.errstate(all="ignore"):  # what is too large for the dtype is inf
        return chosen.read(source)


def _sniffed(source: Input) -> DataFormat:
    """The format that the first bytes of `source` look like. Raises DataFault if there is none."""
    source.check_encoding()
    if source.head.startswith(PICKLE):
        raise pickled(source.name)
    for candidate in FORMATS.values():
        if candidate.looks(source.head):
            return candidate
    raise DataFault(
        f"{source.name} is in no known format", notes=["known are " + ", ".join(FORMATS)]
    )


def pickled(name: str) -> DataFault:
    """The error for a file of Python objects, such as PyTorch's own."""
    return DataFault(
        f"{name} holds Python objects, which are not read: they could run any code",
        helps=["in PyTorch: safetensors.torch.save_file(model.state_dict(), 'm.safetensors')"],
    )


def save(value: object, path: str, format: str | None = None) -> None:
    """Write `value` to the file at `path`, whole or not at all.

    The format is the one named or told from the suffix; what ends in .gz is compressed. Raises
    ArgumentFault for a value that the format cannot hold, DataFault where nothing can be written.
    """
    name = format or of_suffix(path)
    if name is None:
        suffixes = sorted({suffix for f in FORMATS.values() if f.save for suffix in f.suffixes})
        raise ArgumentFault(
            f"{path}: the format cannot be told from the name",
            helps=["end the name in " + ", ".join(suffixes)],
        )
    write = _named(name).save
    if write is None:
        raise ArgumentFault(f"data cannot be saved as {name}")

    def fill(file: BinaryIO) -> None:
        if not path.lower().endswith(COMPRESSED):
            write(value, file)
            return
        import gzip

        # Without a name and a date, equal data make equal files.
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as compressed:
            write(value, compressed)  # type: ignore[arg-type]

    from tcalc.files import replace

    try:
        replace.write(path, fill)
    except OSError as error:
        raise DataFault(f"cannot write {path}: {error.strerror or error}") from None


def of_suffix(path: str) -> str | None:
    """The format that a file's name tells, whether it is compressed or not."""
    name = path.lower().removesuffix(COMPRESSED)
    suffix = os.path.splitext(os.path.basename(name))[1]  # noqa: PTH119, PTH122 -- start-up
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


__all__ = ["DataFault", "Input"]

from tcalc.files import npy, npz, safetensors, png, json, text, csv  # noqa: E402, F401, I001 -- registers
