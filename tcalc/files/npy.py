"""npy, NumPy's own format: a header in Python's words, then the elements of one array.

A file is mapped: what is not used is not read. The header is checked before anything is allocated.
bfloat16, which NumPy does not know, stands in a file as `ml_dtypes` writes it: elements `V2`.
"""

from __future__ import annotations

import io
import math
import os
import re
import warnings
from typing import Any, BinaryIO

import numpy as np

from tcalc import limits
from tcalc.core import dtypes
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.diagnostic import Label, Source, Span
from tcalc.files import data_format
from tcalc.files.arrays import array_of, mapped, piece, tensor
from tcalc.files.source import DataFault, Input

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 10_000  # characters; NumPy's own are a tenth of that
_BRAIN = np.dtype("V2")
_LENGTH = {b"\x01\0": 2, b"\x02\0": 4, b"\x03\0": 4}  # bytes of the header's length, by version
_KEYS = {"descr", "fortran_order", "shape"}
_SIMPLE = re.compile(r"[<>|=]?[A-Za-z?]\d*(\[\w+\])?")  # no dtype of several parts
_PYTHON_2 = re.compile(r"(?<=\d)L\b")
_UNUSABLE = {
    "O": "Python objects, which are not read: they could run any code",
    "U": "text, no numbers",
    "S": "text, no numbers",
    "M": "dates, no numbers",
    "m": "durations, no numbers",
}


class Header:
    """What the header of an npy file says. `fault` is why no tensor can have such elements."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        """Read the header at the start of `stream`. Raises DataFault if it is none."""
        self.name = name
        self.fault: DataFault | None = None
        said = _said(_text(stream, name), name)
        self.order = "F" if said["fortran_order"] else "C"
        self.shape = tuple(said["shape"])
        self.dtype = self._dtype(said["descr"])
        self.nbytes = self.dtype.itemsize * math.prod(self.shape)

    def _dtype(self, descr: Any) -> np.dtype[Any]:
        """The dtype that `descr` names; `fault` if no tensor can have it."""
        if not isinstance(descr, str):
            fields = ", ".join(str(field[0]) for field in descr)
            self.fault = DataFault(
                f"{self.name}: holds records of {fields}, no plain numbers",
                helps=["in NumPy, np.savez saves each field as an array of its own"],
            )
            return np.dtype(np.void)
        try:
            dtype = np.dtype(descr if _SIMPLE.fullmatch(descr) else "none")
        except TypeError:
            raise DataFault(f"{self.name}: damaged header: no dtype is called {descr!r}") from None
        native = dtype.newbyteorder("=")
        if native == _BRAIN:
            return dtypes.bfloat16.numpy
        if native not in _NUMBERS:
            what = _UNUSABLE.get(dtype.kind, f"{dtype}, which no tensor can have")
            self.fault = DataFault(f"{self.name}: holds {what}")
        return dtype

    @property
    def dtype_name(self) -> str:
        """The language's name of the elements' type, or NumPy's if it has none."""
        return str(self.dtype) if self.fault else dtypes.of_numpy(self.dtype).name

    def array(self, data: Array) -> Tensor:
        """The tensor in the bytes after the header. Raises DataFault if it is none."""
        if self.fault is not None:
            raise self.fault
        if len(data) < self.nbytes:
            raise DataFault(
                f"{self.name}: the file ends before its array does",
                notes=[
                    f"{self.dtype_name} {list(self.shape)} takes {limits.size(self.nbytes)}, but "
                    f"{limits.size(len(data))} are there"
                ],
            )
        return tensor(piece(data[: self.nbytes], self.dtype, self.shape, self.order), self.name)

    def read(self, stream: BinaryIO) -> Tensor:
        """The tensor from a stream, after the header. Raises DataFault if it is none."""
        if self.fault is not None:
            raise self.fault
        limits.check_bytes(self.nbytes, f"the array in {self.name}")
        data = bytearray()
        while len(data) < self.nbytes:  # no memory is taken before its contents are there
            more = stream.read(min(self.nbytes - len(data), max(len(data), 1 << 20)))
            if not more:
                break
            data += more
        return self.array(np.frombuffer(data, np.uint8))


_NUMBERS = {dtype.numpy for dtype in dtypes.ALL if dtype is not dtypes.bfloat16}


def _text(stream: BinaryIO, name: str) -> str:
    """The header's text. Raises DataFault where there is none."""
    start = stream.read(len(MAGIC) + 2)
    version = start[len(MAGIC) :]
    if len(start) == len(MAGIC) + 2 and not (start.startswith(MAGIC) and version in _LENGTH):
        raise DataFault(f"{name}: damaged header: no known version of npy")
    length = int.from_bytes(stream.read(_LENGTH.get(version, 0)), "little")
    if length > LONGEST_HEADER:
        raise DataFault(f"{name}: damaged header: it has {length:,} characters")
    text = stream.read(length)
    if len(text) < length or not text:
        raise DataFault(f"{name}: the file ends before its array does")
    return text.decode("utf-8" if version == b"\x03\0" else "latin-1", errors="replace")


def _said(text: str, name: str) -> dict[str, Any]:
    """What a header's text says. Raises DataFault, which shows the text, if it makes no sense."""
    from ast import literal_eval

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd strings
            said = literal_eval(_PYTHON_2.sub("", text).strip())
        sizes = isinstance(said["shape"], tuple) and all(
            type(size) is int and size >= 0 for size in said["shape"]
        )
        kinds = isinstance(said["fortran_order"], bool) and isinstance(said["descr"], str | list)
        if said.keys() == _KEYS and sizes and kinds:
            return dict(said)
    except (ValueError, TypeError, SyntaxError, KeyError, RecursionError, MemoryError):
        pass
    line = " ".join(text.split())
    source = Source(line, f"{name} (header)")
    raise DataFault(
        f"{name}: damaged header: it does not say what the array is",
        labels=[Label(Span(source, 0, len(line)))],
    )


@data_format("npy", (".npy",), lambda head: head.startswith(MAGIC))
def npy(source: Input) -> object:
    """An array, or a tuple of arrays if one follows another in a stream."""
    if not source.head.startswith(MAGIC):
        raise DataFault(f"{source.name} is not an npy file")
    arrays = _mapped(source) if source.path is not None else _streamed(source)
    return arrays[0] if len(arrays) == 1 else tuple(arrays)


def _mapped(source: Input) -> list[Tensor]:
    assert source.path is not None
    data = mapped(source.path)
    arrays: list[Tensor] = []
    with source.open() as stream:
        while not arrays or stream.read(len(MAGIC)) == MAGIC:
            stream.seek(-len(MAGIC) if arrays else 0, os.SEEK_CUR)
            header = Header(stream, source.name)
            start = stream.tell()
            arrays.append(header.array(data[start:]))
            stream.seek(header.nbytes, os.SEEK_CUR)
    return arrays


def _streamed(source: Input) -> list[Tensor]:
    arrays: list[Tensor] = []
    with source.open() as stream:
        while not arrays or stream.peek(1):
            arrays.append(Header(stream, source.name).read(stream))
    return arrays


@npy.saver
def _save(value: object, file: BinaryIO) -> None:
    write(array_of(value), file)


def write(array: Array, file: BinaryIO) -> None:
    """Write `array` with its header; NumPy's own function needs a file that can be sought in."""
    header = np.lib.format.header_data_from_array_1_0(array)
    if array.dtype in dtypes.WIDER:
        header["descr"] = "<V2"
    np.lib.format.write_array_header_1_0(file, header)
    rows = array.T if header["fortran_order"] else array
    file.write(np.ascontiguousarray(rows).reshape(-1).view(np.uint8).data)


def dumps(value: object) -> bytes:
    """`value` as the bytes of an npy file; a tuple of tensors as one after another."""
    buffer = io.BytesIO()
    several = isinstance(value, tuple) and all(isinstance(item, Tensor) for item in value)
    for item in value if several else (value,):  # type: ignore[attr-defined]
        _save(item, buffer)
    return buffer.getvalue()
