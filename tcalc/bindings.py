"""Names bound to data: `stdin`, its header, and what -d asks for, each loaded when first used."""

from __future__ import annotations

import sys

from tcalc.options import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Callable, Mapping, Sequence

    from tcalc.datafile import DataFile
    from tcalc.files.source import Input

    Loader = Callable[[], object]


def bindings(
    data: Sequence[tuple[str, str]], files: Mapping[str, DataFile], *, program_on_stdin: bool
) -> dict[str, Loader]:
    """Loaders by name for `files`, the `data` of -d and, unless it is the program, standard input.

    The words of a header line that was skipped are in a name of their own: `x_header`.
    """
    piped = StandardInput()
    loaders: dict[str, Loader] = {}
    if not program_on_stdin and sys.stdin is not None and not sys.stdin.isatty():
        loaders["stdin"] = piped.value
        loaders["stdin_header"] = piped.header
    for name, file in files.items():
        loaders |= {name: file.value, f"{name}_header": file.header}
    for name, place in data:
        format, _, path = place.rpartition(":")
        if path == "-":
            if program_on_stdin:
                raise UsageError(
                    f"standard input is the program, so {name} cannot be read from it",
                    helps=["give the program by -e or as a FILE"],
                )
            load = piped.loader(format or None)
            loaders |= {name: load, f"{name}_header": piped.header_loader(load)}
        else:
            from tcalc.datafile import DataFile

            file = DataFile(place)
            loaders |= {name: file.value, f"{name}_header": file.header}
    return loaders


class StandardInput:
    """The data on standard input, read once however many names stand for it."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._input: Input | None = None
        self._values: dict[str | None, object] = {}

    def loader(self, format: str | None) -> Loader:
        """A loader of the data in `format` (None: told from what it looks like)."""

        def load() -> object:
            from tcalc import files
            from tcalc.files.source import Input

            if self._input is None:
                self._input = Input("standard input", stream=sys.stdin.buffer)
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
