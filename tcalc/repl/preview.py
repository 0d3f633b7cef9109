"""The quiet line under the input: what it would give, or the signature of the call being typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tcalc.errors import SyntaxFault
from tcalc.lang.rehearsal import preview as told
from tcalc.repl import holes
from tcalc.repl.signature import QUIET, Fragments, signature

if TYPE_CHECKING:
    from tcalc.lang.session import Session
    from tcalc.repl.candidates import Scope
    from tcalc.repl.incremental import Tokens

HINT = "class:operator"
STALE = "class:quiet italic"
HOLE_SECONDS = 0.05
FIRST_SECONDS = 0.5  # what the first preview needs is loaded by it


class Glance:
    """Makes the line anew for every text, and remembers the last good one.

    A preview that holds goes before a signature; while the input cannot be told, a signature goes
    before the last preview.
    """

    def __init__(self) -> None:
        """Nothing has been shown."""
        self._last = ""
        self._seconds = FIRST_SECONDS

    def line(
        self, text: str, cursor: int, session: Session, scope: Scope, tokens: Tokens
    ) -> Fragments:
        """What to show of `text`."""
        if text.startswith((":", "?")) or not text.strip():
            self._last = ""
            return []
        place = holes.place_of(text)
        if place is not None:
            return _hole(text, place, session)
        shown = told.preview(text, session, self._seconds)
        self._seconds = told.SECONDS
        if shown.kind == told.HINT:
            return [(HINT, shown.text)]
        if shown.kind != told.PENDING:
            self._last = shown.text
        if shown.kind == told.VALUE:
            return [(QUIET, shown.text)]
        return signature(text, cursor, scope, tokens) or [(STALE, self._last)]


def _hole(text: str, place: int, session: Session) -> Fragments:
    """What fits in the hole, if that is found at once."""
    try:
        found = holes.answer(text, place, session, HOLE_SECONDS)
    except SyntaxFault:
        return []  # the input is not finished
    return [(QUIET, found.line)] if found.kinds else []
