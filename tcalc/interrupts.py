"""Ctrl-C: stops the program at once, but never in the middle of what has to be whole.

A KeyboardInterrupt can come between any two steps. One that comes while a module is loading leaves
half a module behind, and one in the middle of a write tensors that contradict their history. So
while such a thing runs, in the frame that the signal meets or around it, the interrupt waits: a
thread asks again until it is done. To protect a function: decorate it with `whole`.
"""

from __future__ import annotations

# The module signal would load enum for its own constants, which takes longer than all of this.
import _signal  # type: ignore[import-not-found]
import _thread
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType
    from typing import Any, NoReturn, TypeVar

    F = TypeVar("F", bound=Callable[..., Any])

PROGRAM = "<tcalc "  # how the file names of compiled programs begin
LOADING = "<frozen importlib"
WHOLE = "whole"
AGAIN = 0.002  # seconds until the signal comes again
SIGNALLED = 128  # added to a signal's number for an exit status, as shells do

_whole: set[CodeType] = set()


def whole(function: F) -> F:
    """Let `function` come to its end before an interrupt; programs that it calls can be stopped."""
    _whole.add(function.__code__)
    return function


def may_stop(frame: FrameType | None) -> bool:
    """Whether what runs in `frame` may be left by an exception now."""
    return _around(frame) != WHOLE


def in_program(frame: FrameType | None) -> bool:
    """Whether what runs in `frame` is a program's doing, and may be left by an exception now."""
    return _around(frame) == PROGRAM


def _around(frame: FrameType | None) -> str:
    """What `frame` is in: a program, something that has to be whole, or neither."""
    while frame is not None:
        code = frame.f_code
        if code in _whole or code.co_filename.startswith(LOADING):
            return WHOLE
        if code.co_filename.startswith(PROGRAM):
            return PROGRAM
        frame = frame.f_back
    return ""


class Handler:
    """What SIGINT runs: raises KeyboardInterrupt as soon as that may be; `waits` until then."""

    def __init__(self) -> None:
        """Wait for the first one."""
        self.waits = False
        self._main = _thread.get_ident()

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Stop the program, or look again a little later."""
        self.waits = not may_stop(frame) and self._later()
        if not self.waits:
            raise KeyboardInterrupt

    def _later(self) -> bool:
        """Let the handler be called again in a moment; whether that can be had.

        A timer would do without a thread, but not while the program sleeps, or the other way round
        would take the one clock that there is for time limits.
        """
        if not hasattr(_signal, "pthread_kill"):
            return False
        try:
            _thread.start_new_thread(self._nudge, ())
        except RuntimeError:  # no room for one
            return False
        return True

    def _nudge(self) -> None:
        from time import sleep

        with Unheard():
            sleep(AGAIN)
        _signal.pthread_kill(self._main, _signal.SIGVTALRM)

    def unraisable(self, failure: Any) -> None:
        """Raise an interrupt anew that came where Python drops exceptions; drop all others."""
        if failure.exc_type is KeyboardInterrupt:
            self.waits = self._later()


class Unheard:
    """A context in which signals do not reach this thread, nor the threads that start in it.

    A signal that meets another thread than the main one does not wake the program where it sleeps,
    and libraries that start threads of their own leave them open to it.
    """

    def __enter__(self) -> None:
        """Shut the ears."""
        self._before: set[int] = set()
        if hasattr(_signal, "pthread_sigmask"):
            self._before = _signal.pthread_sigmask(_signal.SIG_BLOCK, _signal.valid_signals())

    def __exit__(self, *failure: object) -> None:
        """Open them again; what has come meanwhile comes now."""
        if hasattr(_signal, "pthread_sigmask"):
            _signal.pthread_sigmask(_signal.SIG_SETMASK, self._before)


def listen() -> None:
    """Serve Ctrl-C in this process from now on, unless whoever started it has it ignored."""
    if listening() or _signal.getsignal(_signal.SIGINT) == _signal.SIG_IGN:
        return
    handler = Handler()
    if hasattr(_signal, "SIGVTALRM"):
        _signal.signal(_signal.SIGVTALRM, handler)
    _signal.signal(_signal.SIGINT, handler)
    sys.unraisablehook = handler.unraisable


def listening() -> bool:
    """Whether this process serves Ctrl-C by itself, and so is the command's own."""
    return isinstance(_signal.getsignal(_signal.SIGINT), Handler)


def waiting() -> bool:
    """Whether an interrupt has not been served yet: it came in the last moments."""
    handler = _signal.getsignal(_signal.SIGINT)
    return isinstance(handler, Handler) and handler.waits


def leave_in_order() -> None:
    """Let SIGTERM and SIGHUP unwind the program, so that the terminal is left as it was found."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(_signal, name, None)
        if number is not None and _signal.getsignal(number) == _signal.SIG_DFL:
            _signal.signal(number, _leave)


def _leave(number: int, frame: object) -> NoReturn:
    _signal.signal(number, _signal.SIG_DFL)  # for who has no patience
    raise SystemExit(SIGNALLED + number)
