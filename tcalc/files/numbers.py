"""Rows of numbers as text, whatever stands between them: commas, tabs or blanks.

A first line without any number is a header: it is skipped and kept. An empty field, `NA` and
`null` are nan. Whole numbers stay int64, others have the default float dtype. One column, or one
line without a header, is a vector; anything else has 2 dimensions.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import numpy as np

from tcalc.core import dtypes
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault
from tcalc.files import HEAD, DataFault, Input
from tcalc.files.arrays import array_of, digits

MISSING = frozenset({"", "na", "n/a", "null"})
COMMENT = "#"


def first_line(head: bytes) -> str:
    """The first line that is neither blank nor a comment."""
    for line in head.decode("utf-8-sig", errors="replace").splitlines():
        if line.strip() and not line.lstrip().startswith(COMMENT):
            return line
    return ""


def rows(source: Input, delimiter: str | None) -> Tensor:
    """The numbers of `source`; a delimiter of None is any run of blanks."""
    skip = _header(source, delimiter)
    table = _fast(source, delimiter, skip)
    if table is None:
        table = _careful(source, delimiter, skip)
    if table.shape[1] == 1 or (len(table) == 1 and not source.header):
        table = table.reshape(-1)
    return Tensor(table)


def _header(source: Input, delimiter: str | None) -> int:
    """How many lines to skip: those up to a header, whose words `source` keeps."""
    line = first_line(source.head)
    words = [word.strip() for word in _fields(line, delimiter)]
    if not any(words) or any(_number(word) is not None for word in words):
        return 0
    source.header = words
    return source.head.decode("utf-8-sig", errors="replace").splitlines().index(line) + 1


def _fast(source: Input, delimiter: str | None, skip: int) -> Array | None:
    """The table as NumPy reads it; None where there is something that NumPy does not know."""
    if source.path is None:
        source.content()  # a second look may be needed, and a stream gives only one
    first = first_line(source.head.split(b"\n", skip)[-1])
    if len(source.head) < HEAD and not first:
        return None
    kinds = [] if set(".eEnN") & set(first) else [np.dtype(np.int64)]
    for dtype in (*kinds, dtypes.default_float().numpy):
        with source.open() as raw:
            text = io.TextIOWrapper(raw, encoding="utf-8-sig")
            try:
                table = np.loadtxt(
                    text, dtype, delimiter=delimiter, skiprows=skip, comments=COMMENT, ndmin=2
                )
            except (ValueError, OverflowError):
                continue
            finally:
                text.detach()
        return table if table.size else None
    return None


def _careful(source: Input, delimiter: str | None, skip: int) -> Array:
    """The table read field by field. Raises DataFault at the first field that is wrong."""
    table: list[list[float]] = []
    width = len(source.header)
    for number, line in enumerate(source.text().splitlines(), 1):
        bare = line.partition(COMMENT)[0]
        if number <= skip or not bare.strip():
            continue
        fields = _fields(bare, delimiter)
        width = width or len(fields)
        where = f"{source.name}:{number}"
        if len(fields) != width:
            raise DataFault(f"{where}: {_count(fields)} in this row, but {width} in those before")
        table.append(list(_values(fields, bare, where)))
    if not table and not source.header:
        raise DataFault(f"{source.name} is empty")
    if all(isinstance(item, int) for row in table for item in row):
        try:
            return np.array(table, np.int64).reshape(len(table), width)
        except OverflowError:
            pass
    return np.array(table, dtypes.default_float().numpy).reshape(len(table), width)


def _values(fields: list[str], line: str, where: str) -> Iterator[float]:
    """The numbers of one row; `where` is the place of its line."""
    at = 0
    for field in fields:
        at = max(line.find(field, at), at)
        value = _number(field)
        if value is None and field.strip().lower() not in MISSING:
            raise DataFault(f"{where}:{at + 1}: {field.strip()!r} is not a number")
        yield float("nan") if value is None else value
        at += len(field)


def _count(fields: list[str]) -> str:
    return "1 field" if len(fields) == 1 else f"{len(fields)} fields"


def _fields(line: str, delimiter: str | None) -> list[str]:
    if delimiter is None:
        return line.split()
    return next(csv.reader([line], delimiter=delimiter), [])


def _number(word: str) -> float | None:
    for read in (int, float):
        try:
            return read(word)
        except ValueError:
            continue
    return None


def dumps(value: object, delimiter: str) -> str:
    """`value` as rows of numbers: a vector as one column, a number as one line."""
    array = array_of(value)
    if array.ndim > 2:  # noqa: PLR2004 -- rows and columns
        raise ArgumentFault(
            f"rows of numbers have at most 2 dimensions, not {array.ndim}",
            helps=["reshape the value to 2 dimensions, or use -o json or npy"],
        )
    if array.dtype == np.bool_:
        array = array.astype(np.uint8)
    table = np.atleast_2d(digits(array))
    if array.ndim == 1:
        table = table.T
    return "\n".join(delimiter.join(map(str, row)) for row in table.tolist())
