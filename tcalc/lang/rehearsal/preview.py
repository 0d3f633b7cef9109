"""The line that is shown under an input while it is typed: what it would give.

`preview` is a function of a text and a session, and changes nothing of the session. The value
itself is shown where it is known and short, else shape, dtype and size; shapes that do not fit are
a hint. All that is not worth a look, or cannot be told, is silence.
"""

from __future__ import annotations

from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tcalc import limits
from tcalc.core import nested
from tcalc.core.tensor import Tensor, describe
from tcalc.diagnostic import Source
from tcalc.errors import ShapeError
from tcalc.lang import offers
from tcalc.lang.parser import parse
from tcalc.lang.rehearsal.program import Rehearsal
from tcalc.lang.rehearsal.stand_ins import (
    ATOMS,
    StandIns,
    Unknowable,
    deadline,
    is_ghostly,
    rehearsing,
)

if TYPE_CHECKING:
    from tcalc.lang.session import Session
    from tcalc.lang.syntax import Module

SECONDS = 0.01
LONGEST = 50  # characters of a value
WIDEST = 80  # characters of the shapes of several tensors
MOST_TEXT = 1000  # characters of an input

# VALUE and HINT are shown, NOTHING ends what was shown before, PENDING lets it stay.
VALUE, HINT, NOTHING, PENDING = "value", "hint", "nothing", "pending"


@dataclass(frozen=True, slots=True)
class Preview:
    """What to show of an input: a kind, and the text of a VALUE or a HINT."""

    kind: str
    text: str = ""


def preview(text: str, session: Session, seconds: float = SECONDS) -> Preview:
    """What `text` would give if it were run now, as far as that can be told in time."""
    if not text.strip():
        return Preview(NOTHING)
    try:
        value, trusted = rehearse(text, session, {}, seconds)
        shown = session.call(copy_context).run(described, value, trusted)
    except Unknowable:
        return Preview(NOTHING)
    except Exception as failure:
        return Preview(HINT, hint(failure)) if isinstance(failure, ShapeError) else Preview(PENDING)
    new = shown != text.strip().removesuffix(";").rstrip()
    return Preview(VALUE, shown) if shown and new else Preview(NOTHING)


def rehearse(
    text: str, session: Session, given: dict[str, Any], seconds: float
) -> tuple[Any, bool]:
    """What the last statement of `text` gives, and whether its values are known.

    `given` are names in addition to the session's. Raises Unknowable, or what running `text` would
    raise, but also any other exception where it has no meaning.
    """
    if len(text) > MOST_TEXT:
        raise Unknowable
    return walk(parse(Source(text)), session, given, seconds)


def walk(
    program: Module, session: Session, given: dict[str, Any], seconds: float
) -> tuple[Any, bool]:
    """`rehearse`, for a program that has been parsed."""
    session.set_up_core()
    stand_ins = StandIns(deadline(seconds))
    rehearsal = Rehearsal(session, stand_ins, given)
    value = session.call(copy_context).run(rehearsing, stand_ins, rehearsal.result, program)
    return value, not stand_ins.written


def described(value: Any, trusted: bool) -> str:
    """The value if it is short and known, else its shape; "" if neither says anything."""
    leaves = nested.leaves(value)
    if value is None or not all(isinstance(x, Tensor) or type(x) in ATOMS for x in leaves):
        return ""
    tensors = any(isinstance(x, Tensor) for x in leaves)
    if not is_ghostly(value) and (trusted or not tensors):
        text = _text(value, leaves)
        if text:
            return text
    if isinstance(value, Tensor):
        return shape_of(value)
    if not tensors or not all(isinstance(x, Tensor) for x in leaves):
        return ""
    fields = getattr(value, "_fields", None)
    parts = [describe(x) for x in leaves]
    if fields is not None and len(fields) == len(parts):
        parts = [f"{field}: {part}" for field, part in zip(fields, parts, strict=True)]
    text = ", ".join(parts)
    return text if len(text) <= WIDEST else f"{len(parts)} tensors"


def shape_of(x: Tensor) -> str:
    """`float32 [3, 4] · 48 bytes`."""
    grad = " · requires_grad" if x.requires_grad else ""
    return f"{describe(x)} · {limits.size(x.nbytes)}{grad}"


def _text(value: Any, leaves: list[Any]) -> str:
    """The value on one line, "" if that is too long."""
    amount = sum(x.array.size if isinstance(x, Tensor) else 1 for x in leaves)
    if amount > LONGEST or any(isinstance(x, str) and len(x) > LONGEST for x in leaves):
        return ""
    text: str = offers.load(offers.TEXT_OF)(value)
    return text if len(text) <= LONGEST and "\n" not in text else ""


def hint(fault: ShapeError) -> str:
    """What does not fit, with the shapes in question."""
    shapes = [text for text in fault.blame.values() if text.endswith("]")]
    if not shapes or all(_sizes(shape) in fault.headline for shape in shapes):
        return fault.headline
    return f"{fault.headline}: {' and '.join(shapes)}"


def _sizes(shape: str) -> str:
    """The sizes of a label as PyTorch's messages for matrices write them: `2x3`."""
    return shape.partition("[")[2].rstrip("]").replace(", ", "x")
