"""npz: npy files by name in a zip archive. Each array is read when it is first asked for."""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from tcalc.core.tensor import Tensor
from tcalc.files import data_format, npy, pickled
from tcalc.files.namespace import DataNamespace, Unread, flattened
from tcalc.files.source import DataFault, Input

SUFFIX = ".npy"
_DAMAGE = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


@data_format("npz", (".npz",), lambda head: head.startswith((b"PK\x03\x04", b"PK\x05\x06")))
def npz(source: Input) -> DataNamespace:
    """Arrays by name."""
    try:
        archive = ZipFile(source.path or io.BytesIO(source.content()))
    except BadZipFile:
        raise DataFault(f"{source.name}: damaged npz archive, or not all of it") from None
    entries = archive.infolist()
    if any(entry.filename.endswith("data.pkl") for entry in entries):
        raise pickled(source.name)
    arrays = [entry for entry in entries if entry.filename.endswith(SUFFIX)]
    if entries and not arrays:
        raise DataFault(f"{source.name} is a zip archive without npy files in it")
    return DataNamespace(
        {
            entry.filename.removesuffix(SUFFIX): _unread(archive, entry, source.name)
            for entry in arrays
        }
    )


def _unread(archive: ZipFile, entry: ZipInfo, file: str) -> Unread:
    name = f"{file}: {entry.filename.removesuffix(SUFFIX)}"

    def read() -> Tensor:
        try:
            with archive.open(entry) as stream:
                return npy.Header(stream, name).read(stream)  # type: ignore[arg-type]
        except _DAMAGE as error:
            raise DataFault(f"{name}: damaged data in the archive ({error})") from None

    try:
        with archive.open(entry) as stream:
            header = npy.Header(stream, name)  # type: ignore[arg-type]
    except _DAMAGE as error:
        raise DataFault(f"{name}: damaged data in the archive ({error})") from None
    return Unread(header.shape, header.dtype_name, header.nbytes, read)


@npz.saver
def _save(value: object, file: BinaryIO) -> None:
    arrays, _ = flattened(value, "npz")
    with ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            # Without a date, equal arrays make equal files.
            with archive.open(ZipInfo(name + SUFFIX), "w", force_zip64=True) as member:
                npy.write(array, member)  # type: ignore[arg-type]
