"""csv and tsv: rows of numbers between commas or tabs."""

from __future__ import annotations

from typing import BinaryIO

from tcalc.core.tensor import Tensor
from tcalc.files import data_format
from tcalc.files.numbers import first_line, rows
from tcalc.files.source import Input
from tcalc.files.table import dumps


@data_format("csv", (".csv",), lambda head: "," in first_line(head))
def csv(source: Input) -> Tensor:
    """Numbers between commas, or semicolons if there are none; a field may be quoted."""
    line = first_line(source.head)
    return rows(source, ";" if ";" in line and "," not in line else ",")


@csv.saver
def _save_csv(value: object, file: BinaryIO) -> None:
    file.write(dumps(value, ",").encode() + b"\n")


@data_format("tsv", (".tsv", ".tab"), lambda head: "\t" in first_line(head).strip())
def tsv(source: Input) -> Tensor:
    """Numbers between tabs."""
    return rows(source, "\t")


@tsv.saver
def _save_tsv(value: object, file: BinaryIO) -> None:
    file.write(dumps(value, "\t").encode() + b"\n")
