"""No library is loaded while an input is rehearsed: it would be felt at the key that was typed."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from typing import Any

LIBRARIES = frozenset(("scipy",))  # which ops load when they are first called
_here: ContextVar[bool] = ContextVar("nothing is loaded", default=False)


class Unloaded(Exception):
    """A library would have to be loaded."""


class _Finder:
    """Asked by Python for every module that is not loaded yet, in whatever thread."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Raise Unloaded for a part of a library; leave all else to who finds modules."""
        if _here.get() and name.partition(".")[0] in LIBRARIES:
            raise Unloaded(name)


class NothingLoaded:
    """A context manager inside of which, in this context, no library is loaded."""

    __slots__ = ("_finder", "_token")

    def __enter__(self) -> None:
        """Stand before all others who find modules."""
        self._token = _here.set(True)
        self._finder: Any = _Finder()
        sys.meta_path.insert(0, self._finder)

    def __exit__(self, *failure: object) -> None:
        """Step aside."""
        sys.meta_path.remove(self._finder)
        _here.reset(self._token)
