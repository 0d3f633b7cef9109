"""Seeing what an expression does: every step with its operands and what came of it.

A trace keeps what it takes to repeat a computation; a witness keeps what it takes to explain one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tcalc.core import apply, modes, nested
from tcalc.core.steps import Step
from tcalc.core.tensor import Tensor
from tcalc.core.trace import Recorder


class Seen(NamedTuple):
    """A step, the arguments that it was given, and its result.

    What the step writes to is in `args` as a copy of what it was before.
    """

    step: Step
    args: list[Any]
    result: Any


def witnessed(function: Callable[[], Any], saw: Callable[[Seen], object]) -> Any:
    """What `function()` gives; `saw` is told of each step as soon as it is done."""
    with modes.Watch(_Witness(saw)):
        return function()


class _Witness(Recorder):
    """Tells of steps; what could not be repeated is seen as well."""

    def __init__(self, saw: Callable[[Seen], object]) -> None:
        super().__init__()
        self._saw = saw

    def _is_made(self, held: Any) -> bool:
        return False

    def drew(self) -> None:
        pass

    def _seen(self, step: Step, args: Sequence[Any], run: Callable[[], Any], stays: bool) -> Any:
        outermost = not self.busy
        kept = list(args)
        if outermost and step.run is apply.write:
            kept = nested.changed(kept, _copied)
        out = super()._seen(step, args, run, stays)
        if outermost:
            modes.unseen(self._saw, Seen(step, kept, out))
            self.steps.clear()
        return out


def _copied(leaf: Any) -> Any:
    return Tensor(leaf.array.copy()) if isinstance(leaf, Tensor) else leaf
