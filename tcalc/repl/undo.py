"""The way back: what the session held before each of the last inputs."""

from __future__ import annotations

from dataclasses import dataclass
from types import FunctionType
from typing import TYPE_CHECKING, Any

from tcalc.diagnostic import Source
from tcalc.errors import SyntaxFault
from tcalc.lang import parser
from tcalc.lang.attributes import type_name
from tcalc.repl.effects import effects
from tcalc.repl.snapshot import Snapshot

if TYPE_CHECKING:
    from tcalc.lang.session import Session

MOST_STEPS = 100
MOST_BYTES = 512 << 20  # of copied memory that all steps hold together


@dataclass(frozen=True, slots=True)
class Step:
    """One input, and what there was before it: the session, and how many programs had run."""

    text: str
    snapshot: Snapshot
    programs: int


class Undo:
    """The steps that can be taken back, the last one first; the oldest are forgotten."""

    def __init__(self, session: Session) -> None:
        """Nothing has been done yet."""
        self._session = session
        self._steps: list[Step] = []

    def before(self, text: str, programs: int) -> None:
        """Remember the session as it is before the input `text`, unless that is no program."""
        try:
            deep = self._changes_values(text)
        except SyntaxFault:
            return
        lender = next((s.snapshot for s in reversed(self._steps) if s.snapshot.deep), None)
        snapshot = Snapshot(self._session, lender, deep=deep)
        self._steps.append(Step(text.strip(), snapshot, programs))
        self._steps = self._steps[-MOST_STEPS:]
        while len(self._steps) > 1 and self._nbytes() > MOST_BYTES:
            del self._steps[0]

    def back(self) -> Step | None:
        """Go back by one input; the step taken, None if there is none left."""
        if not self._steps:
            return None
        step = self._steps.pop()
        step.snapshot.restore()
        return step

    def _nbytes(self) -> int:
        copies: dict[int, int] = {}
        for step in self._steps:
            copies |= step.snapshot.copies
        return sum(copies.values())

    def _changes_values(self, text: str) -> bool:
        """Whether a program may change values in place, and not only what names stand for.

        What the session's own functions and objects do when they are used is not looked into.
        """
        if text.startswith(":"):
            return False
        values = self._session.values()
        for statement in parser.parse(Source(text)).body:
            found = effects(statement)
            if found.changes or found.deep or found.acts:
                return True
            if any(_may_act(values[name]) for name in found.reads if name in values):
                return True
        return False


def _may_act(value: Any) -> bool:
    """Whether using `value`, without naming a method that changes it, can change anything."""
    return isinstance(value, FunctionType) or type_name(value) in ("function", "generator")
