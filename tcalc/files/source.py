"""Where data come from: a file or a stream, whose first bytes can be looked at, perhaps compressed.

Whatever is wrong with the data is a `DataFault`; `Input.fault` makes one that shows the line. An
element of a large file is there as soon as Python and NumPy are, so paths are plain text here, and
what unpacks is loaded when something is packed.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from tcalc import limits
from tcalc.diagnostic import Label, Source, Span
from tcalc.errors import RuntimeFault, closest

HEAD = 1 << 16
BLOCK = 1 << 20  # bytes of text that are taken apart at a time
GZIP = b"\x1f\x8b\x08"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # byte order marks, little endian first
TEXT = range(9, 128)
BOM = b"\xef\xbb\xbf"
LONGEST_EXCERPT = 4000  # characters of a line before and after the place that it can be shown with
MANY = 10_000  # files in a folder among which no similar name is looked for


class DataFault(RuntimeFault):
    """Data that cannot be read or written; `labels` stand under the place in the data."""

    def __init__(
        self,
        headline: str,
        *,
        notes: Iterable[str] = (),
        helps: Iterable[str] = (),
        labels: Iterable[Label] = (),
    ) -> None:
        """Say what is wrong in `headline`, which begins with the name of the data."""
        super().__init__(headline, notes=notes, helps=helps)
        self.labels = tuple(labels)


class Input:
    """Data to read: a file's, or a stream's, of which the first bytes can be looked at.

    `name` is what errors call it, `head` the first bytes after decompression. `path` is set if the
    data lie in a plain file as they are, which can be mapped and read again. Reading leaves the
    format's name in `format`, and in `header` the words of a header line that was skipped.
    """

    def __init__(self, name: str, stream: BinaryIO | None = None) -> None:
        """Open the file called `name`, or take `stream`."""
        self.name = name
        self.path: str | None = None
        self.format = ""
        self.header: list[str] = []
        self._file: str | None = None
        self._stream = stream
        self._owned = stream is None
        self._content: bytes | None = None
        if stream is None:
            self._open_file(name)
        else:
            self._raw_head = _first_bytes(stream)
        self.compressed = self._raw_head.startswith(GZIP)
        self.head = self._raw_head
        if self.compressed:
            self.head = self._decompressed()
        else:
            self.path = self._file

    def _open_file(self, path: str) -> None:
        """Look at the file at `path`; a pipe is a stream, which cannot be opened a second time."""
        try:
            file = open(path, "rb")  # noqa: PTH123, SIM115 -- closed by whoever reads it
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                self._file = path
                with file:
                    self._raw_head = file.read(HEAD)
            else:
                self._stream = file
                self._raw_head = _first_bytes(file)
        except OSError as error:
            raise _unreadable(self.name, path, error) from None

    def _decompressed(self) -> bytes:
        import zlib

        unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # gzip's header and no other
        try:
            head = unpacking.decompress(self._raw_head, HEAD)
        except zlib.error:
            raise self.fault("damaged gzip data") from None
        if not (head or unpacking.eof):
            raise self.fault("the compressed data end too early")
        return head

    @contextmanager
    def open(self) -> Iterator[io.BufferedReader]:
        """A binary file at the start of the data; of a stream once, or after `content`."""
        if self._content is not None:
            yield io.BufferedReader(io.BytesIO(self._content))
            return
        with self._raw() as raw:
            if not self.compressed:
                yield raw
                return
            import gzip
            import zlib

            try:
                with gzip.GzipFile(fileobj=raw, mode="rb") as file:
                    yield file  # type: ignore[misc]
            except EOFError:
                raise self.fault("the compressed data end too early") from None
            except (gzip.BadGzipFile, zlib.error):
                raise self.fault("damaged gzip data") from None

    @contextmanager
    def _raw(self) -> Iterator[io.BufferedReader]:
        if self._file is not None:
            with open(self._file, "rb") as file:  # noqa: PTH123
                yield file
            return
        if self._stream is None:
            raise DataFault(f"{self.name} has been read already, and can be read only once")
        stream, self._stream = self._stream, None
        try:
            yield io.BufferedReader(_Joined(self._raw_head, stream))
        finally:
            if self._owned:
                stream.close()

    def content(self) -> bytes:
        """All the data. Raises LimitError if they are more than memory has room for."""
        if self._content is None:
            if self._file is not None:
                limits.check_bytes(os.stat(self._file).st_size, self.name)  # noqa: PTH116
            pieces, length = [], 0
            with self.open() as file:
                while piece := file.read(BLOCK):
                    pieces.append(piece)
                    length += len(piece)
                    limits.check_bytes(length, self.name)
            self._content = b"".join(pieces)
        return self._content

    def text(self) -> str:
        """All the data as text. Raises DataFault if it is not UTF-8."""
        self.check_encoding()
        return self._decoded(self.content().removeprefix(BOM), 1)

    def blocks(self) -> Iterator[tuple[int, list[str]]]:
        """The lines of the text, many at a time, each time with the number of the first one."""
        self.check_encoding()
        number = 1
        for data in self._whole_lines():
            text = self._decoded(data.removeprefix(BOM) if number == 1 else data, number)
            lines = _lines(text)
            yield number, lines
            number += len(lines)

    def _whole_lines(self) -> Iterator[bytes]:
        """The data in pieces that end where lines end."""
        waiting: list[bytes] = []
        length = 0
        with self.open() as file:
            while piece := file.read(BLOCK):
                cut = piece.rfind(b"\n") + 1
                if cut:
                    yield b"".join([*waiting, piece[:cut]])
                    waiting, length = [], 0
                waiting.append(piece[cut:])
                length += len(piece) - cut
                limits.check_bytes(length, f"a line of {self.name}")
        if rest := b"".join(waiting):
            yield rest

    def _decoded(self, data: bytes, number: int) -> str:
        """`data`, which start at line `number`, as text."""
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            number += data.count(b"\n", 0, error.start)
            start = data.rfind(b"\n", 0, error.start) + 1
            line = data[start:].partition(b"\n")[0]
            column = len(data[start : error.start].decode())
            raise self.fault(
                f"byte {data[error.start]:#04x} is not UTF-8 text",
                number,
                column,
                line=line.decode(errors="replace"),
                helps=[f"iconv -f LATIN1 -t UTF-8 {literal(self.name)}, if that is its encoding"],
            ) from None

    def check_encoding(self) -> None:
        """Raise DataFault if the data begin as ASCII characters do in UTF-16."""
        low, high = (2, 3) if self.head.startswith(b"\xff\xfe") else (3, 2)
        marked = self.head[:2] in UTF_16 and len(self.head) > high
        if marked and self.head[high] == 0 and self.head[low] in TEXT:
            raise DataFault(
                f"{self.name} is UTF-16 text, and UTF-8 is read",
                helps=[f"iconv -f UTF-16 -t UTF-8 {literal(self.name)}"],
            )

    def fault(  # noqa: PLR0913 -- a place, and what is there
        self,
        what: str,
        number: int | None = None,
        column: int | None = None,
        *,
        line: str = "",
        length: int = 1,
        helps: Iterable[str] = (),
    ) -> DataFault:
        """An error in these data; at line `number` if given, whose text is `line`.

        `column` counts from 0, and `length` characters from there are marked; without a column the
        whole line is.
        """
        if number is None:
            return DataFault(f"{self.name}: {what}", helps=helps)
        place = f"{self.name}:{number}"
        start, end = 0, len(line.rstrip())
        if column is not None:
            place += f":{column + 1}"
            start, end = column, column + length
        labels = []
        if start < LONGEST_EXCERPT and line:
            source = Source(line[: start + LONGEST_EXCERPT], self.name, number)
            labels = [Label(Span(source, start, end))]
        return DataFault(f"{place}: {what}", helps=helps, labels=labels)


def literal(text: str) -> str:
    """`text` as it stands in a note or a help, where braces are around names."""
    return text.replace("{", "{{").replace("}", "}}")


def _lines(text: str) -> list[str]:
    """The lines of whole lines of text, whichever way they end."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removesuffix("\n").split("\n")


def _first_bytes(stream: BinaryIO) -> bytes:
    """Up to HEAD bytes, however small the pieces are in which a pipe delivers them."""
    pieces, length = [], 0
    while length < HEAD and (piece := stream.read(HEAD - length)):
        pieces.append(piece)
        length += len(piece)
    return b"".join(pieces)


def _unreadable(name: str, path: str, error: OSError) -> DataFault:
    """The error for a file that cannot be opened, with the name that may have been meant."""
    helps = []
    if isinstance(error, FileNotFoundError):
        helps = [f"did you mean {literal(near)}?" for near in _near(path)]
    return DataFault(f"cannot read {name}: {error.strerror}", helps=helps)


def _near(path: str) -> list[str]:
    """The file beside `path` whose name is most like its own, if there is one."""
    folder, name = os.path.split(path)
    try:
        with os.scandir(folder or ".") as entries:
            names = [entry.name for entry, _ in zip(entries, range(MANY), strict=False)]
    except OSError:
        return []
    return [os.path.join(folder, near) for near in closest(name, names)[:1]]  # noqa: PTH118


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
