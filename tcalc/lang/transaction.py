"""What makes a statement a transaction: names and modes as they were before one that failed.

All of it runs in the session's context, for what is let go of may end a generator, and that a mode.
"""

from __future__ import annotations

from _contextvars import Context, copy_context

from tcalc import interrupts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _contextvars import ContextVar
    from typing import Any


@interrupts.whole
def undo(names: dict[str, Any], before: dict[str, Any], modes: Context) -> None:
    """Put names and modes back as they were.

    The same dict must stay, for functions hold on to it. A mode is any context variable, so that
    none is left from a `with` that an interrupt cut short. A generator of random numbers that has
    been made since stays.
    """
    names.clear()
    names.update(before)
    for variable, value in copy_context().items():
        old = modes[variable] if variable in modes else _initial(variable)
        if old is not None and old is not value:
            variable.set(old)


def _initial(variable: ContextVar[Any]) -> Any:
    try:
        return Context().run(variable.get)
    except LookupError:
        return None


@interrupts.whole
def settle(names: dict[str, Any], before: dict[str, Any]) -> None:
    """Drop what was kept for the statement."""
    names.pop("@owner", None)
    names.pop("@index", None)
    before.clear()


def let_go(error: BaseException) -> None:
    """Drop the values that the frames of a failed program hold."""
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename.startswith(interrupts.PROGRAM):
            traceback.tb_frame.clear()
        traceback = traceback.tb_next
