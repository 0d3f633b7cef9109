"""safetensors: a length, a JSON header of names, dtypes, shapes and offsets, then the bytes.

The whole file is mapped: a tensor's memory is read when it is used.
"""

from __future__ import annotations

import json
from typing import Any, BinaryIO

import numpy as np

from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.files import DataFault, Input, data_format
from tcalc.files.arrays import array_of
from tcalc.files.npy import named

_NUMPY = {
    "BOOL": "?", "U8": "u1", "I8": "<i1", "I16": "<i2", "I32": "<i4", "I64": "<i8",
    "F16": "<f2", "F32": "<f4", "F64": "<f8", "C64": "<c8",
}  # fmt: skip
_NAMES = {np.dtype(code): name for name, code in _NUMPY.items()}
LENGTH = 8  # bytes of the header's length
LONGEST_HEADER = 100_000_000


def _looks(head: bytes) -> bool:
    return (
        head[LENGTH : LENGTH + 1] == b"{"
        and 2 <= int.from_bytes(head[:LENGTH], "little") <= LONGEST_HEADER  # noqa: PLR2004 -- {}
    )


@data_format("safetensors", (".safetensors",), _looks)
def safetensors(source: Input) -> dict[str, object]:
    """A dict of tensors by name; bfloat16 becomes float32, which holds its values exactly."""
    if not _looks(source.head):
        raise DataFault(f"{source.name} is not a safetensors file")
    data: Array
    if source.path is not None:
        data = np.asarray(np.memmap(source.path, dtype=np.uint8, mode="c"))
    else:
        data = np.frombuffer(bytearray(source.content()), np.uint8)
    start = LENGTH + int.from_bytes(data[:LENGTH].tobytes(), "little")
    try:
        header: dict[str, Any] = json.loads(data[LENGTH:start].tobytes())
        header.pop("__metadata__", None)
        return {
            name: Tensor(_tensor(data[start:], entry, f"{source.name}: {name}"))
            for name, entry in header.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DataFault(f"{source.name}: damaged safetensors header") from None


def _tensor(data: Array, entry: dict[str, Any], name: str) -> Array:
    begin, end = entry["data_offsets"]
    shape, kind = entry["shape"], entry["dtype"]
    if not 0 <= begin <= end <= len(data):
        raise DataFault(f"{name}: the file ends before its data does")
    piece = data[begin:end]
    if kind == "BF16":
        wide = piece.view("<u2").astype(np.uint32) << 16
        return wide.view(np.float32).reshape(shape)
    if kind not in _NUMPY:
        raise DataFault(f"{name}: elements of type {kind} are not supported")
    dtype = np.dtype(_NUMPY[kind])
    # The format does not promise that a tensor starts where its type may.
    aligned = piece if piece.ctypes.data % dtype.itemsize == 0 else piece.copy()
    return aligned.view(dtype).reshape(shape)


@safetensors.saver
def _save(value: object, file: BinaryIO) -> None:
    header: dict[str, Any] = {}
    arrays, offset = [], 0
    for name, item in named(value, "safetensors").items():
        array = np.ascontiguousarray(array_of(item)).reshape(array_of(item).shape)
        if array.dtype not in _NAMES:
            raise DataFault(f"safetensors has no element type {array.dtype}")
        end = offset + array.nbytes
        header[name] = {
            "dtype": _NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [offset, end],
        }
        arrays.append(array)
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % LENGTH)
    file.write(len(text).to_bytes(LENGTH, "little") + text)
    for array in arrays:
        file.write(array.tobytes())
