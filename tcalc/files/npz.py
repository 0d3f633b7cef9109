"""npz: npy files by name in a zip archive. Each array is read when it is first asked for."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from tcalc.core.tensor import Tensor
from tcalc.files import data_format, npy, pickled
from tcalc.files.namespace import DataNamespace, Unread, flattened
from tcalc.files.source import DataFault, Input

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

SUFFIX = ".npy"


@data_format("npz", (".npz",), lambda head: head.startswith((b"PK\x03\x04", b"PK\x05\x06")))
def npz(source: Input) -> DataNamespace:
    """Arrays by name."""
    from zipfile import BadZipFile, ZipFile

    try:
        archive = ZipFile(source.path or io.BytesIO(source.content()))
    except (BadZipFile, NotImplementedError, ValueError, OSError):
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
        with _opened(archive, entry, name) as stream:
            return npy.Header(stream, name).read(stream)

    with _opened(archive, entry, name) as stream:
        header = npy.Header(stream, name)
    return Unread(header.shape, header.dtype_name, header.nbytes, read)


@contextmanager
def _opened(archive: ZipFile, entry: ZipInfo, name: str) -> Iterator[BinaryIO]:
    """One file of the archive. Raises DataFault for whatever is wrong with it."""
    import zlib
    from zipfile import BadZipFile

    try:
        with archive.open(entry) as stream:
            yield stream  # type: ignore[misc]
    except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise DataFault(f"{name}: damaged data in the archive ({error})") from None


@npz.saver
def _save(value: object, file: BinaryIO) -> None:
    from zipfile import ZipFile, ZipInfo

    arrays, _ = flattened(value, "npz")
    with ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            # Without a date, equal arrays make equal files.
            with archive.open(ZipInfo(name + SUFFIX), "w", force_zip64=True) as member:
                npy.write(array, member)  # type: ignore[arg-type]
