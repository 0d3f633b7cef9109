"""Earlier results by their numbers: `_1`, `_2`, and the text of the last error, `_error`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tcalc.lang.session import Session

MOST = 1000  # results that are kept
MOST_BYTES = 256 << 20  # of tensors that they hold


class Results:
    """Numbers what is shown, and forgets the oldest results when they are too many or too large."""

    def __init__(self, session: Session) -> None:
        """Nothing has been shown yet."""
        self._session = session
        self._kept: dict[str, int] = {}  # bytes of each result that is kept
        self._count = 0

    def add(self, value: Any) -> str:
        """Keep a result; the name that it goes by."""
        self._count += 1
        name = f"_{self._count}"
        self._kept[name] = getattr(value, "nbytes", 0)
        values = self._session.values() | {name: value}
        while len(self._kept) > MOST or sum(self._kept.values()) > MOST_BYTES:
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            values.pop(oldest, None)
        self._session.replace(values)
        return name

    def failed(self, text: str) -> None:
        """Keep the text of an error."""
        self._session.replace(self._session.values() | {"_error": text})
