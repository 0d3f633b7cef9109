"""Rows of numbers as text, whatever stands between them: commas, tabs or blanks.

A first line without any number is a header: it is skipped and kept. An empty field, `NA` and
`null` are nan. Whole numbers stay integers, others have the default float dtype. One column, or one
line without a header, is a vector; anything else has 2 dimensions.

NumPy reads what is regular. Lines that it refuses are mended if that is simple, else taken apart
field by field, which finds out what is wrong and where.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from tcalc.core import dtypes
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.files.source import DataFault, Input

MISSING = frozenset({"", "na", "n/a", "null", "none"})  # but for "", each has an n
COMMENT = "#"
QUOTE = '"'
# Files that NumPy would take for compressed by their names alone.
_PACKED = (".gz", ".bz2", ".xz", ".lzma")
_WHOLE = (np.dtype(np.int64), np.dtype(np.uint64))


def first_line(head: bytes) -> str:
    """The first line that is neither blank nor a comment."""
    for line in head.decode("utf-8-sig", errors="replace").splitlines():
        if line.strip() and not line.lstrip().startswith(COMMENT):
            return line
    return ""


def rows(source: Input, delimiter: str | None) -> Tensor:
    """The numbers of `source`; a delimiter of None is any run of blanks."""
    reader = _Rows(source, delimiter)
    table = reader.at_once()
    if table is None:
        table = reader.by_blocks()
    if table.shape[1] == 1 or (len(table) == 1 and not source.header):
        table = table.reshape(-1)
    return Tensor(table)


class _Rows:
    """Reads the rows of one source."""

    def __init__(self, source: Input, delimiter: str | None) -> None:
        self.source = source
        self.delimiter = delimiter
        self.float = dtypes.default_float().numpy
        self.width = 0

    def at_once(self) -> Array | None:
        """The table as NumPy reads a whole file; None for a stream, and where NumPy fails."""
        path = self.source.path
        head = self.source.head.decode("utf-8-sig", errors="replace").splitlines()
        if path is None or path.lower().endswith(_PACKED) or len(head) <= 1:
            return None
        skip = self.header(head[:-1])  # of a long file, the last line is not whole
        sample = "".join(line.partition(COMMENT)[0] for line in head[skip:])
        whole = not set(".eEnNjJ") & set(sample)
        try:
            return self.parsed(path, _WHOLE[0] if whole else self.float, skip)
        except (ValueError, OverflowError, OSError, EOFError, Warning):
            return None

    def header(self, lines: list[str]) -> int:
        """How many of the first lines to skip; the words of a header become the source's."""
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.lstrip().startswith(COMMENT):
                continue
            words = [word.strip() for word in self.fields(line)]
            if not any(words) or any(number_of(word) is not None for word in words):
                return 0
            self.source.header = words
            self.width = len(words)
            return number
        return 0

    def parsed(self, lines: str | list[str], dtype: np.dtype[Any], skip: int = 0) -> Array:
        """The lines, or those of the file called so, as NumPy reads them."""
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # an integer cut from a float; no data at all
            return np.loadtxt(
                lines,
                dtype,
                comments=COMMENT,
                delimiter=self.delimiter,
                skiprows=skip,
                quotechar=QUOTE,
                ndmin=2,
                encoding="utf-8-sig",
            )

    def by_blocks(self) -> Array:
        """The table, read in one pass. Raises DataFault at the first field that is wrong."""
        tables: list[Array] = []
        self.source.header = []
        for number, lines in self.source.blocks():
            skip = self.header(lines) if number == 1 else 0
            table = self.block(lines[skip:], number + skip, whole=all(map(_is_whole, tables)))
            if table is not None:
                tables.append(table)
                self.width = table.shape[1]
        if not tables and not self.width:
            raise DataFault(f"{self.source.name} is empty")
        return _joined(tables, self.width)

    def block(self, lines: list[str], number: int, *, whole: bool) -> Array | None:
        """A table of some lines, of which the first one has that number; None if all are blank.

        `whole` says that all numbers were integers so far.
        """
        for attempt in (*_WHOLE, self.float) if whole else (self.float,):
            try:
                table = self.parsed(lines, attempt)
            except (ValueError, OverflowError, Warning):
                continue
            if table.shape[1] == (self.width or table.shape[1]):
                return table
        mended = self.mended(lines)
        return self.careful(lines, number) if mended is None else mended

    def careful(self, lines: list[str], number: int) -> Array | None:
        """The block read field by field. Raises DataFault at the first one that is wrong."""
        table: list[list[Any]] = []
        for at, line in enumerate(lines, number):
            bare = line.partition(COMMENT)[0]
            if not bare.strip():
                continue
            fields = self.fields(bare)
            self.width = self.width or len(fields)
            if len(fields) != self.width:
                raise self.source.fault(
                    f"{_count(fields)} in this row, but {self.width} in those before", at, line=line
                )
            table.append(list(self.values(fields, line, at)))
        return _array(table, self.float) if table else None

    def fields(self, line: str) -> list[str]:
        """The fields of one line."""
        if self.delimiter is None:
            return line.split()
        import csv

        try:
            return next(csv.reader([line], delimiter=self.delimiter), [])
        except csv.Error:
            longest = csv.field_size_limit()
            raise DataFault(
                f"{self.source.name}: a field has more than {longest:,} characters"
            ) from None

    def values(self, fields: list[str], line: str, number: int) -> Iterator[Any]:
        """The numbers of one row."""
        at = 0
        for field in fields:
            word = field.strip()
            at = max(line.find(word, at), at)
            value = number_of(word)
            if value is None and word.lower() not in MISSING:
                raise self.source.fault(
                    f"{word!r} is not a number",
                    number,
                    at,
                    line=line,
                    length=len(word),
                    helps=_advice(word),
                )
            yield float("nan") if value is None else value
            at += len(word)

    def mended(self, lines: list[str]) -> Array | None:
        """The block with `nan` in its empty fields; None if NumPy refuses it still."""
        mark = self.delimiter
        if mark is None:
            return None
        gap = mark * 2
        mended = [
            _mended(line, mark)
            if gap in line or "n" in line or "N" in line or line[:1] == mark or line[-1:] == mark
            else line
            for line in lines
        ]
        try:
            table = self.parsed(mended, self.float)
        except (ValueError, OverflowError, Warning):
            return None
        return table if table.shape[1] == (self.width or table.shape[1]) else None


def _mended(line: str, mark: str) -> str:
    fields = line.split(mark)
    return mark.join(["nan" if field.strip().lower() in MISSING else field for field in fields])


def _count(fields: list[str]) -> str:
    return "1 field" if len(fields) == 1 else f"{len(fields)} fields"


def _advice(word: str) -> list[str]:
    parts = word.split(";")
    if len(parts) == 2 and all(number_of(part) is not None for part in parts):  # noqa: PLR2004
        return ["if the commas are decimal points: tr ',;' '.,'"]
    return []


def number_of(word: str) -> Any:
    """The number that `word` is, or None. Python's digits of other alphabets and `_` are none."""
    if not word.isascii() or "_" in word:
        return None
    for read in (int, float, complex):
        try:
            return read(word)
        except ValueError:
            continue
    return None


def _is_whole(table: Array) -> bool:
    return table.dtype.kind in "iu"


def _array(table: list[list[Any]], float_: np.dtype[Any]) -> Array:
    """Rows of numbers as an array of the least dtype that a literal of them would have."""
    kinds = {type(item) for row in table for item in row}
    if complex in kinds:
        return np.array(table, dtypes.default_complex().numpy)
    if kinds == {int}:
        for dtype in _WHOLE:
            try:
                return np.array(table, dtype)
            except OverflowError:
                continue
    return np.array(table, np.float64).astype(float_)


def _joined(tables: list[Array], width: int) -> Array:
    """The blocks as one table; each is let go as soon as it is copied."""
    if len(tables) == 1:
        return tables[0]
    kinds = {table.dtype for table in tables}
    if not tables or len(kinds) == 1:
        dtype = kinds.pop() if kinds else dtypes.default_float().numpy
    elif any(kind.kind == "c" for kind in kinds):
        dtype = dtypes.default_complex().numpy
    elif all(_is_whole(table) for table in tables) and all((table >= 0).all() for table in tables):
        dtype = np.dtype(np.uint64)
    else:
        dtype = dtypes.default_float().numpy
    joined = np.empty((sum(map(len, tables)), width), dtype)
    at = 0
    tables.reverse()
    while tables:
        table = tables.pop()
        joined[at : at + len(table)] = table
        at += len(table)
    return joined
