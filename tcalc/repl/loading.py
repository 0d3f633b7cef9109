"""Imports that happen behind the first prompt, while the user types."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tcalc.interrupts import Unheard


class Background:
    """Runs `work` once, in a thread; whoever needs what it does waits for it."""

    def __init__(self, work: Callable[[], None]) -> None:
        """Nothing runs yet."""
        self._work = work
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Let the work begin, unless it has."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, daemon=True)
            with Unheard():
                self._thread.start()

    @property
    def done(self) -> bool:
        """Whether the work is over."""
        return self._thread is not None and not self._thread.is_alive()

    def wait(self) -> None:
        """Return when the work is done."""
        self.start()
        assert self._thread is not None
        self._thread.join()


def load() -> None:
    """Import what the first input is likely to need.

    One thread at a time: modules that import each other must not be met half made by a second.
    """
    import tcalc.lang.parser
    import tcalc.ops
    import tcalc.render.view
    import tcalc.repl.complete
    import tcalc.repl.preview  # noqa: F401 -- what the keys after the first one need
    from tcalc.core.registry import complete

    complete()
