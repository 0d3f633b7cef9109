"""Lines as values: what --each runs its code on.

A record is a line: numbers between commas, tabs or blanks, JSON, or tcalc's own text. Plain numbers
are read here, fast; whatever else a line may be is read as `tcalc.files` reads a file of one line.
"""

from __future__ import annotations

import csv
from io import BytesIO

import numpy as np

from tcalc import files
from tcalc.core import dtypes
from tcalc.core.tensor import Tensor
from tcalc.diagnostic import Diagnostic, Label, Source, Span
from tcalc.errors import RuntimeFault, TcalcError
from tcalc.files.source import Input

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from tcalc.lang.session import Result, Session

NAME = "standard input"
NO_RECORD = object()
DELIMITERS = {"csv": ",", "tsv": "\t", "text": None}  # None: any run of blanks
COMMENT = "#"
OWN_TEXT = ("tensor(", "torch.Size(", "(")
LONGEST = 60  # characters of a record that a note shows


class Records:
    """Runs programs on lines, one after another; `header` are the words of a header line."""

    def __init__(
        self, session: Session, record: tuple[str, str | None], codes: Sequence[tuple[str, str]]
    ) -> None:
        """Prepare `codes`, texts with their names, to run with each record bound to a name.

        The `record` is that name and the format, None for whatever a line looks like. Raises
        TcalcError for code that does not compile.
        """
        session.set_up_core()  # numbers are read in the session's default dtype
        self.session = session
        self.name, self.format = record
        self.programs = [session.prepare(text, name) for text, name in codes]
        self.count = 0
        self._running = False
        self._line = 0
        self._text = ""
        self._keep_header([])

    def results(self, line: bytes) -> Iterator[Result]:
        """Run the programs on the next line, unless it has no record: blank, a comment, a header.

        Raises TcalcError, with its diagnostic, for a line or a program that fails.
        """
        self._line += 1
        self._running = False
        self._text = self._decoded(line)
        value = self.session.call(self._value)
        if value is NO_RECORD:
            return
        self._running = True
        self.count += 1
        self.session.bind({self.name: value, "NR": self.count})
        for run in self.programs:
            yield from run()

    def blame(self, error: TcalcError) -> None:
        """Note in the diagnostic of a failed program which record it ran on."""
        if self._running and error.diagnostic is not None:
            text = self._text
            text = text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
            note = f"{self.name} is line {self._line} of {NAME}: {text}"
            error.diagnostic.notes = (*error.diagnostic.notes, note)

    def _decoded(self, line: bytes) -> str:
        if self._line == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        try:
            return line.decode().rstrip("\r")
        except UnicodeDecodeError as error:
            self._text = line.decode(errors="replace")
            column = len(line[: error.start].decode()) + 1
            raise self._fault("this is not UTF-8 text", column) from None

    def _value(self) -> object:
        """The record in the line.

        Numbers get the default float dtype, whole or not, so that records do not differ by their
        digits.
        """
        bare = self._text.lstrip()
        if not bare or bare[0] == COMMENT:
            return NO_RECORD
        format = self.format or _look(bare)
        if format not in DELIMITERS or bare.startswith(OWN_TEXT):
            return self._read(format)
        try:
            numbers = [float(word) for word in self._text.split(DELIMITERS[format])]
        except ValueError:
            return self._table(format)
        self._check_width(len(numbers))
        return Tensor(np.array(numbers, dtypes.default_float().numpy))

    def _table(self, format: str) -> object:
        """Numbers with something among them: missing ones, quotes, a comment; or a header."""
        words = [word.strip() for word in self._words(format)]
        if any(map(_is_number, words)):
            read: Any = self._read(format)
            self._check_width(read.array.size)
            return Tensor(read.array.reshape(-1).astype(dtypes.default_float().numpy))
        if self.count or self._header:
            column = self._text.find(words[0]) + 1
            raise self._fault(f"{words[0]!r} is not a number", column, len(words[0]))
        self._keep_header(words)
        return NO_RECORD

    def _keep_header(self, words: list[str]) -> None:
        self._header = words
        self.session.bind({"stdin_header": words, f"{self.name}_header": words})

    def _words(self, format: str) -> list[str]:
        delimiter = DELIMITERS[format]
        if delimiter is None or '"' not in self._text:
            return self._text.split(delimiter)
        return next(csv.reader([self._text], delimiter=delimiter), [])

    def _check_width(self, width: int) -> None:
        if self._header and width != len(self._header):
            fields = "1 field" if width == 1 else f"{width} fields"
            raise self._fault(f"{fields} in this record, but {len(self._header)} in the header")

    def _read(self, format: str) -> object:
        """The value of the line as a file of its own."""
        try:
            return files.read(Input(NAME, stream=BytesIO(self._text.encode())), format)
        except TcalcError as error:
            column, headline = _place(error.headline)
            raise self._fault(headline, column, helps=error.helps) from None

    def _fault(
        self, headline: str, column: int | None = None, length: int = 1, helps: Iterable[str] = ()
    ) -> RuntimeFault:
        """An error at `column` (from 1; None: all) of the present line."""
        start, end = (0, len(self._text)) if column is None else (column - 1, column - 1 + length)
        span = Span(Source(self._text, NAME, self._line), start, end)
        error = RuntimeFault(headline)
        error.diagnostic = Diagnostic(headline, span=span, labels=[Label(span)], helps=helps)
        return error


def _look(bare: str) -> str:
    """The format of a line."""
    if bare[0] in "[{":
        return "json"
    if "," in bare and not bare.startswith(OWN_TEXT):
        return "csv"
    return "tsv" if "\t" in bare.rstrip() else "text"


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _place(headline: str) -> tuple[int | None, str]:
    """Column and message of an error that names a place in the one line that was read."""
    rest = headline.removeprefix(NAME).removeprefix(":1").removeprefix(":")
    column, _, message = rest.partition(": ")
    return (int(column), message) if column.isdecimal() else (None, rest.strip())
