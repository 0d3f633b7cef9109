"""How much a program may use: the limits of the running session, and the checks that ask them.

Ask *before* the work is done: an op knows its result's size before NumPy allocates it. To add a
limit: a field of `Limits` and a `check_...` function that raises `LimitError` in words and numbers.
"""

from __future__ import annotations

import os
from _contextvars import ContextVar

from tcalc.errors import LimitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CONTAINERS = (list, tuple, dict, set)
# Below this no system is in trouble, so that small results never read the amount of free memory.
SMALL = 64 << 20
# About 2.5 million digits: a product of that length takes half a second.
MAX_INTEGER_BITS = 1 << 23
# Of a list, for each integer in it: the pointer, and the integer itself.
LISTED = 40
INCONCEIVABLE = 10**24  # from here on an amount is no longer written in digits
# Part of the free memory that one result may take: its inputs and a temporary need room as well.
SHARE = 0.8


class Limits:
    """What one session may use.

    `memory` is the most bytes that one result may take; None leaves it to the machine. `strict`
    is for programs of strangers: no file is read or written, and operators that are left alone
    elsewhere for speed, such as every `*`, are guarded. `enforced` tells that the process itself
    has no more memory than that either.
    """

    __slots__ = ("enforced", "memory", "strict")

    def __init__(
        self, *, memory: int | None = None, strict: bool = False, enforced: bool = False
    ) -> None:
        """No limits but the machine's own unless told."""
        self.memory = memory
        self.strict = strict
        self.enforced = enforced


_current: ContextVar[Limits] = ContextVar("limits", default=Limits())


def current() -> Limits:
    """The limits that hold in this context."""
    return _current.get()


def use(limits: Limits) -> None:
    """Let `limits` hold in this context from now on."""
    _current.set(limits)


def check_files(what: str) -> None:
    """Raise LimitError, in the name of `what`, if no file may be read or written here."""
    if _current.get().strict:
        raise LimitError(f"{what} is not available: this session has no access to files")


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


def check_listed(numbers: range) -> None:
    """Raise LimitError if `numbers`, one by one in a list, are more than one result may take."""
    check_bytes(length(numbers) * LISTED, f"a list of {numbers!r}")


def check_spread(value: object, each: int, what: str) -> None:
    """Raise LimitError if `value` has more items, of `each` bytes, than one result may take.

    In `y = [x, x]` stand twice as many as in x, though hardly more memory is taken: what goes
    through all of them, to write or to copy them, needs the room and the time for each.
    """
    if isinstance(value, CONTAINERS) and not _flat(value):
        check_bytes(_spread(value) * each, what)


def _flat(value: Any) -> bool:
    """Whether a container holds no other one."""
    if isinstance(value, dict):
        return _flat(value.values()) and _flat(list(value))
    return not any(issubclass(kind, CONTAINERS) for kind in set(map(type, value)))


def _spread(value: Any) -> int:
    """How many items there are within `value`, those of a container wherever it stands.

    A container counts when all those in it are counted; one that stands within itself, nothing.
    """
    counts: dict[int, int] = {}
    waiting = [(value, False)]
    while waiting:
        container, counted = waiting.pop()
        if id(container) in counts and not counted:
            continue
        items = [*container, *container.values()] if isinstance(container, dict) else container
        inner = [] if _flat(items) else [item for item in items if isinstance(item, CONTAINERS)]
        if counted:
            count = len(container) + sum(counts[id(item)] for item in inner)
            counts[id(container)] = min(count, INCONCEIVABLE)
        else:
            counts[id(container)] = 0
            waiting.append((container, True))
            waiting += [(item, False) for item in inner]
    return counts[id(value)]


def length(numbers: range) -> int:
    """How many `numbers` are; `len` fails where that is more than an index can be."""
    return max(0, -((numbers.start - numbers.stop) // numbers.step))


def check_integer(bits: int, what: str) -> None:
    """Raise LimitError if `what` would be an integer too long to compute with."""
    if bits > MAX_INTEGER_BITS:
        raise LimitError(
            f"{what} would have {_digits(bits)} digits",
            notes=[f"integers may have up to {MAX_INTEGER_BITS * 30103 // 100000:,} digits"],
            helps=["a float operand gives an approximation: 2.0 instead of 2"],
        )


def _digits(bits: int) -> str:
    digits = bits * 30103 // 100000
    return f"about {digits:,}" if digits < INCONCEIVABLE else "inconceivably many"


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
    if nbytes >= INCONCEIVABLE * 1000:
        return "inconceivably much"
    for unit in ("kB", "MB", "GB", "TB", "PB"):
        nbytes /= 1000
        if nbytes < 1000:  # noqa: PLR2004
            return f"{nbytes:.1f} {unit}"
    return f"{nbytes / 1000:,.0f} EB"
