"""Writing rows of text: an array of up to 2 dimensions, or named columns below a header."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np

from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault
from tcalc.files.arrays import array_of, digits


def named_columns(value: Any) -> Mapping[str, Any] | None:
    """The columns of a dict, of dicts in a list, or of a table of an upper room; else None."""
    if hasattr(type(value), "columns"):
        value = value.columns()
    if isinstance(value, list | tuple) and value and all(isinstance(x, Mapping) for x in value):
        names = dict.fromkeys(name for row in value for name in row)
        return {name: [row.get(name) for row in value] for name in names}
    return value if isinstance(value, Mapping) else None


def dumps(value: Any, delimiter: str) -> str:
    """`value` as rows: a vector as one column, a number as one line, a dict as named columns.

    Dicts in a list are rows of named columns. Raises ArgumentFault for what has more dimensions,
    and for columns of different lengths.
    """
    columns = named_columns(value)
    if columns is not None:
        return _columns(columns, delimiter)
    array = array_of(value)
    if array.ndim > 2:  # noqa: PLR2004 -- rows and columns
        raise ArgumentFault(
            f"rows of numbers have at most 2 dimensions, not {array.ndim}",
            helps=["reshape it to 2 dimensions, or write npy or json, which keep its shape"],
        )
    table = np.atleast_2d(_written(array))
    if array.ndim == 1:
        table = table.T
    cells = map(str, table.reshape(-1).tolist())
    return "\n".join(map(delimiter.join, zip(*[cells] * table.shape[1], strict=True)))


def _written(array: Array) -> Array:
    return digits(array.astype(np.uint8) if array.dtype == np.bool_ else array)


def _columns(columns: Mapping[Any, Any], delimiter: str) -> str:
    """A header of the names, and the columns below it."""
    import csv

    cells = {str(name): _cells(str(name), column) for name, column in columns.items()}
    lengths = {name: len(column) for name, column in cells.items()}
    if len(set(lengths.values())) > 1:
        raise ArgumentFault(
            "columns of different lengths do not make a table",
            notes=["the lengths are " + ", ".join(f"{n}: {k}" for n, k in lengths.items())],
        )
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(cells)
    writer.writerows(zip(*cells.values(), strict=True))
    return text.getvalue().removesuffix("\n")


def _cells(name: str, column: Any) -> list[Any]:
    """What to write of one column: words as they are, numbers by their digits."""
    if isinstance(column, list | tuple) and not any(isinstance(x, Tensor) for x in column):
        words = ["" if item is None else item for item in column]
        if all(isinstance(item, str | int | float) for item in words):
            return words
    array = array_of(column)
    if array.ndim != 1:
        raise ArgumentFault(
            f"the column {name} has {array.ndim} dimensions, not 1",
            helps=["a dict of vectors makes a table of named columns"],
        )
    written: list[Any] = _written(array).tolist()
    return written
