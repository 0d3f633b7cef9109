"""What an op remarks on a call that it can run, and that is hardly what was meant.

Whoever runs programs listens, and knows where the call stands; without a listener nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

Listener = Callable[[str, str], object]

_listener: ContextVar[Listener | None] = ContextVar("listener to remarks", default=None)


def listen(listener: Listener | None) -> None:
    """Hand remarks to `listener`, in this context."""
    _listener.set(listener)


def remark(headline: str, help_: str) -> None:
    """Say what is doubtful, and what to write instead."""
    listener = _listener.get()
    if listener is not None:
        listener(headline, help_)
