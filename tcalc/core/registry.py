"""The one table of ops, by every bare name that each has.

The everyday ops are there as soon as `tcalc.ops` is imported; the others are loaded all at once
when a name is asked for that is not among them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tcalc.core.op import Op

_waiting: list[Callable[[], None]] = []


class _Registry(dict[str, "Op"]):
    def __missing__(self, name: str) -> Op:
        if complete():
            return self[name]
        raise KeyError(name)


REGISTRY: dict[str, Op] = _Registry()


def later(load: Callable[[], None]) -> None:
    """Let `load` register the rest of the ops when they are needed."""
    _waiting.append(load)


def complete() -> bool:
    """Register what is left; whether there was anything."""
    loads, _waiting[:] = _waiting[:], []
    for load in loads:
        load()
    return bool(loads)
