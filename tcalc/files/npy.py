"""npy, NumPy's own format: a header in Python's words, then the elements of one array.

A file is mapped: what is not used is not read. The header is checked before anything is allocated.
bfloat16, which NumPy does not know, stands in a file as `ml_dtypes` writes it: elements `V2`.
"""

from __future__ import annotations

import io
import math
import os
from typing import Any, BinaryIO

import numpy as np

from tcalc import limits
from tcalc.core import dtypes
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.files import data_format
from tcalc.files.arrays import array_of, mapped, piece, tensor
from tcalc.files.source import DataFault, Input

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 10_000  # characters; NumPy's own are a tenth of that
_BRAIN = np.dtype("V2")
_READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
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
        try:
            version = np.lib.format.read_magic(stream)
            if version not in _READERS:
                raise ValueError("only records with names in other alphabets need version 3")
            read: Any = _READERS[version]
            self.shape, fortran, self.dtype = read(stream, max_header_size=LONGEST_HEADER)
        except (ValueError, EOFError) as error:
            raise DataFault(f"{name}: {_reason(error)}") from None
        if any(size < 0 for size in self.shape):
            raise DataFault(f"{name}: damaged header: a size is below 0")
        self.order = "F" if fortran else "C"
        self.nbytes = self.dtype.itemsize * math.prod(self.shape)
        self.fault = self._judge()

    def _judge(self) -> DataFault | None:
        """Take bfloat16 for what it is, and find out whether a tensor can have the elements."""
        native = self.dtype.newbyteorder("=")
        if native == _BRAIN:
            self.dtype = dtypes.bfloat16.numpy
        elif self.dtype.names is not None:
            return DataFault(
                f"{self.name}: holds records of {', '.join(self.dtype.names)}, no plain numbers",
                helps=["in NumPy, np.savez saves each field as an array of its own"],
            )
        elif native not in _NUMBERS:
            what = _UNUSABLE.get(self.dtype.kind, f"{self.dtype}, which no tensor can have")
            return DataFault(f"{self.name}: holds {what}")
        return None

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


def _reason(error: Exception) -> str:
    text = str(error)
    if "EOF" in text or "expected" in text:
        return "the file ends before its array does"
    if "Header info length" in text:
        return f"damaged header: it is longer than {LONGEST_HEADER:,} characters"
    return "damaged header: it does not say what the array is"


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
