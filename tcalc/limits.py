"""How much a program may use: the limits of the running session, and the checks that ask them.

Ask *before* the work is done: an op knows its result's size before NumPy allocates it. To add a
limit: a field of `Limits` and a `check_...` function that raises `LimitError` in words and numbers.
"""

from __future__ import annotations

import os
from _contextvars import ContextVar

from tcalc.errors import LimitError

# Below this no system is in trouble, so that small results never read the amount of free memory.
SMALL = 64 << 20
# About 2.5 million digits: a product of that length takes half a second.
MAX_INTEGER_BITS = 1 << 23
# Part of the free memory that one result may take: its inputs and a temporary need room as well.
SHARE = 0.8


class Limits:
    """What one session may use.

    `memory` is the most bytes that one result may take; None leaves it to the machine. `strict`
    is for programs of strangers: no file is read or written, and operators that are left alone
    elsewhere for speed, such as every `*`, are guarded.
    """

    __slots__ = ("memory", "strict")

    def __init__(self, *, memory: int | None = None, strict: bool = False) -> None:
        """No limits but the machine's own unless told."""
        self.memory = memory
        self.strict = strict


_current: ContextVar[Limits] = ContextVar("limits", default=Limits())


def current() -> Limits:
    """The limits that hold in this context."""
    return _current.get()


def use(limits: Limits) -> None:
    """Let `limits` hold in this context from now on."""
    _current.set(limits)


def check_bytes(nbytes: int, what: str) -> None:
    """Raise LimitError if `what`, which would take `nbytes`, is more than one result may take."""
    allowed = _current.get().memory
    if allowed is not None:
        if nbytes > allowed:
            raise LimitError(
                f"{what} would take {size(nbytes)}, more than the limit of {size(allowed)}",
                helps=["--max-memory sets the limit"],
            )
    elif nbytes > SMALL:
        free = available_memory()
        if free is not None and nbytes > SHARE * free:
            raise LimitError(
                f"{what} would take {size(nbytes)}, but {size(free)} of memory is free"
            )


def check_integer(bits: int, what: str) -> None:
    """Raise LimitError if `what` would be an integer too long to compute with."""
    if bits > MAX_INTEGER_BITS:
        raise LimitError(
            f"{what} would have about {bits * 30103 // 100000:,} digits",
            notes=[f"integers may have up to {MAX_INTEGER_BITS * 30103 // 100000:,} digits"],
            helps=["a float operand gives an approximation: 2.0 instead of 2"],
        )


def available_memory() -> int | None:
    """Bytes that can be had without swapping, as the system tells; None where it does not."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:  # noqa: PTH123 -- pathlib is slow
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def size(nbytes: float) -> str:
    """`nbytes` in words: `640 bytes`, `1.5 GB`."""
    if nbytes < 1000:  # noqa: PLR2004
        return f"{nbytes:.0f} bytes"
    for unit in ("kB", "MB", "GB", "TB", "PB"):
        nbytes /= 1000
        if nbytes < 1000:  # noqa: PLR2004
            return f"{nbytes:.1f} {unit}"
    return f"{nbytes / 1000:,.0f} EB"
