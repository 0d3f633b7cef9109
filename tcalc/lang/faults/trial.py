"""A repair tried on shapes: the operation with its edits, and what is around it, on ghosts alone.

Names have the values of the frame that failed, each a ghost; no function of the program is called,
no number drawn, nothing written. To let another statement be tried: its line in `STATEMENTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import copy_context
from typing import Any

from tcalc.core.op import Op
from tcalc.core.registry import REGISTRY
from tcalc.lang import syntax
from tcalc.lang.builtins import BUILTINS
from tcalc.lang.faults.frame import MISSING, Place
from tcalc.lang.rehearsal.expressions import Expressions
from tcalc.lang.rehearsal.stand_ins import StandIns, Unknowable, Untold, rehearsing

MOST_OPS = 20_000  # that all the trials of a failure may be made of


def on_ghosts(function: Callable[[StandIns], Any]) -> Any:
    """`function(stand_ins)`, in which every op is answered on ghosts."""
    left = iter(range(MOST_OPS))

    def tick() -> None:
        if next(left, None) is None:
            raise Unknowable

    stand_ins = StandIns(tick, copies=False)
    return copy_context().run(rehearsing, stand_ins, function, stand_ins)


def told(compute: Callable[[], Any]) -> Any:
    """What `compute` gives, MISSING where it works but what it gives cannot be told."""
    try:
        return compute()
    except Untold:
        return MISSING


class Trial(Expressions):
    """What the expressions at a place give; `known` are values by their nodes' ids."""

    def __init__(self, place: Place, stand_ins: StandIns, known: Mapping[int, Any]) -> None:
        """Values of names are those of the frame."""
        super().__init__(stand_ins, {})
        self._place = place
        self._known = known

    def expr(self, node: syntax.Node) -> Any:
        """What `node` gives. Raises Unknowable, or the error that the node's op raises."""
        return self._known[id(node)] if id(node) in self._known else self.computed(node)

    def computed(self, node: Any) -> Any:
        """What the operation of `node` gives, even where its value is known."""
        form = STATEMENTS.get(type(node))
        if form is None:
            return super().expr(node)
        form(self, node)
        return None

    def named(self, node: syntax.Name) -> Any:
        """What a name means in the frame; of a builtin such as `sum`, the op behind it."""
        value = self._place.value(node)
        if value is MISSING:
            raise Unknowable
        return _op_of(value) or self.stand_in(value)


STATEMENTS: dict[type[syntax.Node], Callable[[Trial, Any], None]] = {
    syntax.Assign: Trial.assign,
    syntax.AugAssign: Trial.aug_assign,
}


def _op_of(value: Any) -> Op | None:
    """The op behind a builtin function that has one of its name, such as `sum`."""
    name = getattr(value, "__name__", "")
    return REGISTRY.get(name) if callable(value) and BUILTINS.get(name) is value else None
