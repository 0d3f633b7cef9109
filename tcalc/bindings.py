"""Names bound to data: `stdin`, its header, and what -d asks for, each loaded when first used."""

from __future__ import annotations

import sys

from tcalc.errors import NameFault
from tcalc.options import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Callable, Mapping, Sequence

    from tcalc.datafile import DataFile
    from tcalc.files.source import Input

    Loader = Callable[[], object]

PROGRAM, RECORDS, TERMINAL = "the program", "read record by record", "the terminal"
LINES = ("csv", "tsv", "text", "json")  # formats in which a line is a record


def bindings(
    data: Sequence[tuple[str, str]], files: Mapping[str, DataFile], taken: str = ""
) -> dict[str, Loader]:
    """Loaders by name for `files`, the `data` of -d, and standard input.

    `taken` says what standard input is if it is no data: `the program`, say. The words of a header
    line that was skipped are in a name of their own: `x_header`.
    """
    piped = StandardInput()
    taken = taken or _nothing()
    loaders: dict[str, Loader] = {"stdin": _missing(taken) if taken else piped.value}
    if not taken:
        loaders["stdin_header"] = piped.header
    for name, file in files.items():
        loaders |= {name: file.value, f"{name}_header": file.header}
    for name, place in data:
        format, path = split(place)
        if path != "-":
            from tcalc.datafile import DataFile

            file = DataFile(place)
            loaders |= {name: file.value, f"{name}_header": file.header}
        elif taken and taken != TERMINAL:
            raise UsageError(
                f"standard input is {taken}, so {name} cannot be read from it",
                helps=["give the program by -e or as a FILE"] if taken == PROGRAM else (),
            )
        else:
            load = piped.loader(format)
            loaders |= {name: load, f"{name}_header": piped.header_loader(load)}
    return loaders


def record(data: Sequence[tuple[str, str]]) -> tuple[tuple[str, str | None], list[tuple[str, str]]]:
    """What --each binds of the `data` of -d: a record's name and format; and the others."""
    mine = [(name, split(place)[0]) for name, place in data if split(place)[1] == "-"]
    if len(mine) > 1:
        raise UsageError(f"--each reads one record at a time, as {mine[0][0]} or {mine[1][0]}")
    name, format = mine[0] if mine else ("x", None)
    if format not in (None, *LINES):
        raise UsageError(f"--each reads lines of {', '.join(LINES)}, not {format}")
    return (name, format), [(name, place) for name, place in data if split(place)[1] != "-"]


def split(place: str) -> tuple[str | None, str]:
    """What a format in front of a path would be, and the path."""
    format, _, path = place.rpartition(":")
    return format or None, path


def _nothing() -> str:
    if sys.stdin is None:
        return "closed"
    return TERMINAL if sys.stdin.isatty() else ""


def _missing(taken: str) -> Loader:
    def load() -> object:
        raise NameFault(
            f"there are no data on standard input: it is {taken}",
            helps=["seq 10 | tcalc -e 'stdin.sum()' pipes some in"],
        )

    return load


class StandardInput:
    """The data on standard input, read once however many names stand for it."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._stream = sys.stdin
        self._input: Input | None = None
        self._values: dict[str | None, object] = {}

    def loader(self, format: str | None) -> Loader:
        """A loader of the data in `format` (None: told from what it looks like)."""

        def load() -> object:
            from tcalc import files
            from tcalc.files.source import Input

            if self._input is None:
                self._input = Input("standard input", stream=self._stream.buffer)
            if format not in self._values:
                self._values[format] = files.read(self._input, format)
            return self._values[format]

        return load

    def value(self) -> object:
        """The data in the format it looks like."""
        return self.loader(None)()

    def header(self) -> object:
        """The words of the header line that was skipped; an empty list if there was none."""
        return self.header_loader(self.value)()

    def header_loader(self, load: Loader) -> Loader:
        """A loader of the header's words, once `load` has read the data."""

        def header() -> object:
            load()
            assert self._input is not None
            return self._input.header

        return header
