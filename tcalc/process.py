"""Limits of the whole process: the time a program may take and the memory it may have.

The program is told first, by an error at the statement that runs. Some calls of the interpreter
cannot be interrupted, so a small child process watches, and ends a program that does not stop.
"""

from __future__ import annotations

import os
import select
import signal

from tcalc.errors import LimitError

GRACE = 1.0  # seconds between the error and the end
OVERHEAD = 128 << 20  # the interpreter, NumPy and the buffers of its linear algebra,
PER_CORE = 48 << 20  # of which each core has its own


def limit_memory(nbytes: int) -> None:
    """Let allocations of data beyond `nbytes`, and what the interpreter needs, fail."""
    try:
        import resource
    except ImportError:  # no such limits on this system; single results are still checked
        return
    total = nbytes + OVERHEAD + PER_CORE * (os.cpu_count() or 1)
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    if hard != resource.RLIM_INFINITY:
        total = min(total, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (total, hard))


def lift_memory_limit() -> None:
    """Let a program that ran out of memory have some, to say so and to end."""
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


class Deadline:
    """The moment by which the program has to be done; `passed` tells whether it came."""

    def __init__(self, seconds: float) -> None:
        """Start the clock. Raises LimitError where the system has none that can interrupt."""
        if not hasattr(signal, "setitimer"):
            raise LimitError("this system cannot interrupt a program after a time")
        self.passed = False
        self.message = f"the program took longer than its {seconds:g} seconds"
        self._watch(seconds + GRACE)
        signal.signal(signal.SIGALRM, self._expire)
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def cancel(self) -> None:
        """Stop the clock and the watcher."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        os.close(self._alive)
        os.waitpid(self._watcher, 0)

    def _expire(self, number: int, frame: object) -> None:
        self.passed = True
        raise LimitError(self.message)

    def _watch(self, seconds: float) -> None:
        """Start the watcher; the pipe's end that only this process holds tells it we are alive."""
        ended, self._alive = os.pipe()
        program = os.getpid()
        self._watcher = os.fork()
        if self._watcher:
            os.close(ended)
            return
        try:
            os.close(self._alive)
            os.setsid()  # Ctrl-C is the program's business
            if not select.select([ended], [], [], seconds)[0]:
                os.write(2, f"error: {self.message}; it was stopped\n".encode())
                os.kill(program, signal.SIGKILL)
        finally:
            os._exit(0)
