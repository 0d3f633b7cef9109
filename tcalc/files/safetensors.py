"""safetensors: a length, a JSON header of names, dtypes, shapes and offsets, then the bytes.

The whole file is mapped: a tensor's memory is read when it is used. What the header says is held
against the file first, so that no tensor lies outside of it or over another. Types of 8 bits that
the language does not have become float32, which holds their values exactly.
"""

from __future__ import annotations

import math
from typing import Any, BinaryIO

import numpy as np

from tcalc import limits
from tcalc.core import dtypes
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault
from tcalc.files import data_format
from tcalc.files.arrays import mapped, piece, tensor
from tcalc.files.namespace import METADATA, DataNamespace, Unread, flattened
from tcalc.files.source import DataFault, Input

_DTYPES = {
    "BOOL": "bool", "U8": "uint8", "I8": "int8", "U16": "uint16", "I16": "int16", "U32": "uint32",
    "I32": "int32", "U64": "uint64", "I64": "int64", "F16": "float16", "BF16": "bfloat16",
    "F32": "float32", "F64": "float64", "C64": "complex64",
}  # fmt: skip
_NAMES = {name: kind for kind, name in _DTYPES.items()}
# Bits of an element, and the type of ml_dtypes that has its values (None: it has none).
_SMALL: dict[str, tuple[int, str | None]] = {
    "F8_E4M3": (8, "float8_e4m3fn"), "F8_E5M2": (8, "float8_e5m2"),
    "F8_E8M0": (8, "float8_e8m0fnu"), "F8_E4M3FNUZ": (8, "float8_e4m3fnuz"),
    "F8_E5M2FNUZ": (8, "float8_e5m2fnuz"), "F6_E2M3": (6, None), "F6_E3M2": (6, None),
    "F4": (4, None),
}  # fmt: skip
LENGTH = 8  # bytes of the header's length
LONGEST_HEADER = 100_000_000
ENTRY = {"dtype", "shape", "data_offsets"}


def _looks(head: bytes) -> bool:
    return (
        head[LENGTH : LENGTH + 1] == b"{"
        and 2 <= int.from_bytes(head[:LENGTH], "little") <= LONGEST_HEADER  # noqa: PLR2004 -- {}
    )


@data_format("safetensors", (".safetensors",), _looks)
def safetensors(source: Input) -> DataNamespace:
    """Tensors by name, and the words that the file keeps about itself."""
    if not _looks(source.head):
        raise DataFault(
            f"{source.name} is not a safetensors file",
            notes=["one begins with the length of its header, in 8 bytes, and a {{"],
        )
    if source.path is not None:
        data = mapped(source.path)
    else:
        data = np.frombuffer(bytearray(source.content()), np.uint8)
    start = LENGTH + int.from_bytes(source.head[:LENGTH], "little")
    if start > len(data):
        raise DataFault(f"{source.name}: the file ends before its header does")
    header = _header(data[LENGTH:start].tobytes(), source)
    metadata = header.pop(METADATA, {})
    if not isinstance(metadata, dict):
        raise DataFault(f"{source.name}: damaged header: {METADATA} is no object")
    entries = [_Entry(name, entry, source.name) for name, entry in header.items()]
    _check_layout(entries, len(data) - start, source.name)
    words = {str(key): str(word) for key, word in metadata.items()}
    return DataNamespace({entry.name: entry.unread(data[start:]) for entry in entries}, words)


def _header(text: bytes, source: Input) -> dict[str, Any]:
    import json

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise DataFault(f"{source.name}: damaged header: {twice!r} stands in it twice")
        return found

    try:
        decoded = text.decode()
        header = json.loads(decoded, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        fault = source.fault(
            f"damaged header: {error.msg.lower()}", 1, error.pos, line=decoded.replace("\n", " ")
        )
        raise fault from None
    except (UnicodeDecodeError, RecursionError):
        raise DataFault(f"{source.name}: damaged header: it is not JSON") from None
    if not isinstance(header, dict):
        raise DataFault(f"{source.name}: damaged header: it is not a JSON object")
    return header


class _Entry:
    """What the header says of one tensor, as far as it makes sense by itself."""

    def __init__(self, name: str, entry: Any, file: str) -> None:
        """Raises DataFault for an entry that does not describe a tensor."""
        self.name = name
        self.place = f"{file}: {name}"
        if not isinstance(entry, dict) or not entry.keys() >= ENTRY:
            raise DataFault(f"{self.place}: damaged header: no dtype, shape and data_offsets")
        self.kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
        if not (_are_sizes(shape) and _are_sizes(offsets) and len(offsets) == 2):  # noqa: PLR2004
            raise DataFault(
                f"{self.place}: damaged header: sizes and offsets are counts, not "
                f"{str(shape)[:40]} and {str(offsets)[:40]}"
            )
        self.shape = tuple(shape)
        self.begin, self.end = offsets
        self._check_size()

    @property
    def dtype(self) -> str:
        """The language's name of the elements' type, or the file's if it has none."""
        return _DTYPES.get(self.kind) or str(self.kind)

    def _check_size(self) -> None:
        if self.kind in _SMALL:
            bits = _SMALL[self.kind][0]
        elif self.kind in _DTYPES:
            bits = 8 * dtypes.NAMED[self.dtype].itemsize
        else:
            return  # an error when it is read
        nbytes = -(-math.prod(self.shape) * bits // 8)
        if nbytes != self.end - self.begin:
            raise DataFault(
                f"{self.place}: damaged header: {self.dtype} {list(self.shape)} takes "
                f"{nbytes:,} bytes, not the {self.end - self.begin:,} from {self.begin:,} to "
                f"{self.end:,}"
            )

    def unread(self, data: Array) -> Unread:
        """The tensor in the bytes after the header, which are read when it is used."""

        def read() -> Tensor:
            own = data[self.begin : self.end]
            if self.kind in _DTYPES:
                dtype = dtypes.NAMED[self.dtype].numpy.newbyteorder("<")
                return tensor(piece(own, dtype, self.shape), self.place)
            return Tensor(self._widened(own))

        return Unread(self.shape, self.dtype, self.end - self.begin, read)

    def _widened(self, data: Array) -> Array:
        name = _SMALL.get(self.kind, (0, None))[1]
        if name is None:
            raise DataFault(
                f"{self.place}: no tensor can have elements of type {self.kind}",
                helps=["in PyTorch, {{name: x.float()}} can be saved in its place"],
            )
        import ml_dtypes

        limits.check_bytes(4 * len(data), f"{self.place} as float32")
        wide: Array = data.view(getattr(ml_dtypes, name)).astype(np.float32)
        return wide.reshape(self.shape)


def _are_sizes(value: Any) -> bool:
    return isinstance(value, list) and all(type(size) is int and size >= 0 for size in value)


def _check_layout(entries: list[_Entry], length: int, file: str) -> None:
    """Raise DataFault unless the tensors lie one behind the other and fill the file's data."""
    at, before = 0, ""
    for entry in sorted(entries, key=lambda entry: (entry.begin, entry.end)):
        if entry.begin < at:
            raise DataFault(f"{entry.place}: damaged header: it lies over the data of {before}")
        if entry.begin > at:
            raise DataFault(
                f"{entry.place}: damaged header: {entry.begin - at:,} bytes before it belong to "
                "no tensor"
            )
        at, before = entry.end, entry.name
    if at > length:
        raise DataFault(
            f"{file}: the file ends before its data do",
            notes=[f"the header tells of {limits.size(at)}, but {limits.size(length)} are there"],
        )
    if at < length:
        raise DataFault(f"{file}: {length - at:,} bytes at the end belong to no tensor")


@safetensors.saver
def _save(value: object, file: BinaryIO) -> None:
    import json

    arrays, metadata = flattened(value, "safetensors")
    for name, array in arrays.items():
        if array.dtype.name not in _NAMES:
            raise ArgumentFault(
                f"{name}: safetensors has no element type {array.dtype}",
                helps=["save it as npz, or its real and imaginary parts"],
            )
    # The largest elements come first, so that each tensor starts where its type may.
    order = sorted(arrays, key=lambda name: -arrays[name].itemsize)
    offsets, at = {}, 0
    for name in order:
        offsets[name] = [at, at + arrays[name].nbytes]
        at += arrays[name].nbytes
    header: dict[str, Any] = {METADATA: metadata} if metadata else {}
    for name, array in arrays.items():
        kind, shape = _NAMES[array.dtype.name], list(array.shape)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": offsets[name]}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % LENGTH)
    file.write(len(text).to_bytes(LENGTH, "little") + text)
    for name in order:
        array = arrays[name]
        plain = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        file.write(plain.reshape(-1).view(np.uint8).data)
