"""Limits of the whole process: the time a program may take and the memory it may have.

The program is told first, by an error at the statement that runs. Some calls of the interpreter
cannot be interrupted, and some programs bring it down; so a limited program runs in a child
process, while the command itself waits: it ends a child that does not stop, and says what became of
one that broke.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # the module signal would load enum
import os

from tcalc.errors import LimitError
from tcalc.interrupts import SIGNALLED, in_program, may_stop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    Tell = Callable[[str], object]

FOREVER = 86400.0  # seconds, after which one looks again
GRACE = 1.0  # seconds between the error and the end
AGAIN = 0.25  # seconds after which the error comes again, should something have swallowed it
FAILED = 1
OVERHEAD = 128 << 20  # the interpreter, NumPy and the buffers of its linear algebra,
PER_CORE = 48 << 20  # of which each core has its own
STATUS, DATA = "/proc/self/statm", 5  # the pages of a Linux process, and which number is its data's
LOOK = 0.01  # seconds of work between two looks at it
SPARE = 24 << 20  # more than a program can fill with small things in that time
NOT_ENOUGH = "the program needs more memory than it may have"


def limit_memory(nbytes: int) -> None:
    """Let allocations of data beyond `nbytes`, and what the interpreter needs, fail.

    A program that fills the memory with small things is stopped a little before: where there is no
    room for a single number, Python 3.11 cannot even handle the error, and tries for ever.
    """
    try:
        import resource
    except ImportError:  # no such limits on this system; single results are still checked
        return
    total = nbytes + OVERHEAD + PER_CORE * (os.cpu_count() or 1)
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    if hard != resource.RLIM_INFINITY:
        total = min(total, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (total, hard))
    if os.access(STATUS, os.R_OK):
        Gauge(total - SPARE, resource.getpagesize())


class Gauge:
    """Looks from time to time at how much memory the process has, and stops a program in time."""

    def __init__(self, most: int, page: int) -> None:
        """Start to look whether it has more than `most` bytes, counted in pages."""
        self._most = most // page
        self._status = os.open(STATUS, os.O_RDONLY)
        _signal.signal(_signal.SIGPROF, self._look)
        _signal.setitimer(_signal.ITIMER_PROF, LOOK, LOOK)

    def _look(self, number: int, frame: FrameType | None) -> None:
        if int(os.pread(self._status, 128, 0).split()[DATA]) > self._most and in_program(frame):
            raise LimitError(NOT_ENOUGH)


def lift_memory_limit() -> None:
    """Let a program that ran out of memory have some, to say so and to end."""
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def deepen_stack() -> None:
    """Let the stack grow as far as the system allows.

    Python counts the calls of functions, but not what an iterator does that takes its items from
    another: a chain of them goes as deep as it is long, and takes a call in C for each.
    """
    try:
        import resource

        hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
        resource.setrlimit(resource.RLIMIT_STACK, (hard, hard))
    except (ImportError, ValueError, OSError):
        return


def _too_long(seconds: float) -> str:
    return f"the program took longer than its {seconds:g} second{'s' * (seconds != 1)}"


class Deadline:
    """The moment by which the program has to be done; `passed` tells whether it came."""

    def __init__(self, seconds: float) -> None:
        """Start the clock. Raises LimitError where the system has none that can interrupt."""
        if not hasattr(_signal, "setitimer"):
            raise LimitError("this system cannot interrupt a program after a time")
        self.passed = False
        self.message = _too_long(seconds)
        _signal.signal(_signal.SIGALRM, self._expire)
        _signal.setitimer(_signal.ITIMER_REAL, seconds, AGAIN)

    def cancel(self) -> None:
        """Stop the clock."""
        _signal.setitimer(_signal.ITIMER_REAL, 0)

    def _expire(self, number: int, frame: FrameType | None) -> None:
        self.passed = True
        if may_stop(frame):
            raise LimitError(self.message)


class Supervised:
    """The child's side: tells the supervisor when the programs are done."""

    def done(self) -> None:
        """What follows has all the time it wants."""
        import resource

        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
        os.kill(os.getppid(), _signal.SIGUSR1)


def supervise(seconds: float | None, tell: Tell) -> Supervised | None:
    """Go on in a child process, while this one waits for it and exits as it does.

    After `seconds`, and a little, the child is ended; None lets it have its time. `tell` writes an
    error's message. Does nothing, and returns None, where a system cannot wait for signals.
    """
    if not hasattr(_signal, "sigtimedwait"):
        return None
    ends = {_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP}
    awaited = {_signal.SIGCHLD, _signal.SIGUSR1} | ends
    _signal.pthread_sigmask(_signal.SIG_BLOCK, awaited)
    child = os.fork()
    if child:
        os._exit(_wait(child, awaited, seconds, tell))
    _signal.pthread_sigmask(_signal.SIG_UNBLOCK, awaited)
    _spare_the_system(seconds)
    return Supervised()


def _wait(child: int, awaited: set[int], seconds: float | None, tell: Tell) -> int:
    """The exit status, once the child has ended or was ended."""
    from time import monotonic

    end = None if seconds is None else monotonic() + seconds + GRACE
    while end is None or monotonic() < end:
        left = FOREVER if end is None else max(0.0, end - monotonic())
        received = _signal.sigtimedwait(awaited, left)
        if received is None:
            continue
        number, sender = received.si_signo, received.si_pid
        if number == _signal.SIGCHLD:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return _status(status, tell)
        elif number == _signal.SIGUSR1:
            if sender == child:
                end = None
        elif number != _signal.SIGINT or sender:  # the child has a terminal's Ctrl-C by itself
            os.kill(child, number)
    os.kill(child, _signal.SIGKILL)
    os.waitpid(child, 0)
    tell(f"{_too_long(seconds or 0)}; it was stopped")
    return FAILED


def _status(status: int, tell: Tell) -> int:
    """The exit status for what `waitpid` tells of a child, which breaks seldom and not quietly."""
    if os.WIFEXITED(status):
        return os.WEXITSTATUS(status)
    number = os.WTERMSIG(status)
    if number in (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP):
        return SIGNALLED + number
    reason = "killed, perhaps for want of memory"
    if number != _signal.SIGKILL:
        reason = (_signal.strsignal(number) or f"signal {number}").lower()
    tell(f"the program broke the process that it ran in ({reason})")
    return FAILED


def _spare_the_system(seconds: float | None) -> None:
    """No file with the memory of a child that breaks, and an end even without a supervisor."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if seconds is not None:
        most = int(seconds + 2 * GRACE) * (os.cpu_count() or 1) + 1
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(resource.RLIMIT_CPU, (most, hard))
