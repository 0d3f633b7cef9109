"""NumPy's own formats: npy (one array, mapped from disk) and npz (several, by name)."""

from __future__ import annotations

import io
from typing import Any, BinaryIO
from zipfile import BadZipFile

import numpy as np

from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault
from tcalc.files import DataFault, Input, data_format
from tcalc.files.arrays import array_of, tensor

MAGIC = b"\x93NUMPY"


@data_format("npy", (".npy",), lambda head: head.startswith(MAGIC))
def npy(source: Input) -> object:
    """An array, or a tuple of arrays if one follows another in a stream.

    A file is mapped, so that only what is used is read; writes never reach it.
    """
    if not source.head.startswith(MAGIC):
        raise DataFault(f"{source.name} is not an npy file")
    try:
        if source.path is not None:
            array = np.load(source.path, mmap_mode="c", allow_pickle=False)
            return tensor(array, source.name)
        with source.open() as stream:
            arrays = [_next(stream, source.name)]
            while stream.peek(1):
                arrays.append(_next(stream, source.name))
        return arrays[0] if len(arrays) == 1 else tuple(arrays)
    except (ValueError, EOFError, OSError) as error:
        raise DataFault(f"{source.name}: {_reason(error)}") from None


def _next(stream: BinaryIO, name: str) -> Tensor:
    return tensor(np.lib.format.read_array(stream, allow_pickle=False), name)


def _reason(error: Exception) -> str:
    text = str(error)
    if "pickle" in text:
        return "holds Python objects, which are not read: they could run any code"
    if any(word in text for word in ("reshape", "mmap length", "EOF", "expected", "smaller")):
        return "the file ends before its array does"
    return "damaged npy data"


@npy.saver
def _save_npy(value: object, file: BinaryIO) -> None:
    np.lib.format.write_array(file, array_of(value), allow_pickle=False)


def dumps(value: object) -> bytes:
    """`value` as the bytes of an npy file; a tuple of tensors as one after another."""
    buffer = io.BytesIO()
    several = isinstance(value, tuple) and all(isinstance(item, Tensor) for item in value)
    for item in value if several else (value,):  # type: ignore[attr-defined]
        _save_npy(item, buffer)
    return buffer.getvalue()


@data_format("npz", (".npz",), lambda head: head.startswith(b"PK\x03\x04"))
def npz(source: Input) -> dict[str, object]:
    """A dict of arrays by name."""
    try:
        file: Any = source.path or io.BytesIO(source.content())
        with np.load(file, allow_pickle=False) as archive:
            return {name: tensor(archive[name], f"{source.name}: {name}") for name in archive}
    except (ValueError, EOFError, OSError, BadZipFile) as error:
        text = _reason(error) if "pickle" in str(error) else "damaged npz archive"
        raise DataFault(f"{source.name}: {text}") from None


@npz.saver
def _save_npz(value: object, file: BinaryIO) -> None:
    np.savez(file, **{name: array_of(item) for name, item in named(value, "npz").items()})  # type: ignore[arg-type]


def named(value: object, format: str) -> dict[str, object]:
    """`value` if it is a dict with words for keys. Else ArgumentFault."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise ArgumentFault(
            f"{format} holds tensors by name, not a {type(value).__name__}",
            helps=["save a dict: {'x': x}"],
        )
    return value
