"""The command as a process: `tcalc`, and `python -m tcalc`."""

from __future__ import annotations

from _signal import (  # type: ignore[import-not-found]  # the module signal loads enum
    SIG_DFL,
    SIGINT,
    default_int_handler,
    getsignal,
    signal,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def entry() -> NoReturn:
    """Run the command. Until it can serve Ctrl-C, Ctrl-C just ends it, without a traceback."""
    if getsignal(SIGINT) is default_int_handler:
        signal(SIGINT, SIG_DFL)
    from tcalc import cli

    cli.entry()


if __name__ == "__main__":
    entry()
