"""Repairs of a failed operation that were tried before they are offered.

A candidate is a few edits of the operation's source (see `candidates.py`). It is worked out on
ghosts, and offered only if the operation, and as much around it as can be told, then works.
"""

from __future__ import annotations

from tcalc.core import dtypes
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import (
    ArgumentFault,
    AutogradError,
    DTypeError,
    IndexFault,
    ShapeError,
    TcalcError,
)
from tcalc.lang import syntax
from tcalc.lang.faults.candidates import (
    flattened,
    kept,
    multiplied,
    narrowed,
    reshaped,
    squeezed,
    swapped,
    transposed,
    unsqueezed,
    widened,
)
from tcalc.lang.faults.failure import Edit, Failure
from tcalc.lang.faults.frame import in_parentheses
from tcalc.lang.faults.rewrites import anew, copied, gathered, other_dim, resized, stacked, typed
from tcalc.lang.faults.trial import Trial, told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from tcalc.lang.faults.failure import Candidate

    Kind = Callable[[Failure], Iterator[Candidate]]

UNBROKEN = "\N{NO-BREAK SPACE}"
MOST_OFFERED = 2
MOST_TRIED = 60
LONGEST = 100  # characters of a repaired operation that is shown whole

# By the kind of failure, the simplest first; those in one group are offered together.
KINDS: dict[type[TcalcError], tuple[tuple[Kind, ...], ...]] = {
    ShapeError: (
        (kept,), (anew,), (copied,), (resized,), (stacked,), (multiplied,),
        (transposed, swapped, other_dim), (squeezed,), (flattened,), (unsqueezed,),
        (reshaped,),
    ),
    DTypeError: ((anew,), (widened,), (narrowed,)),
    IndexFault: ((other_dim,),),
    ArgumentFault: ((gathered,), (other_dim,)),
    AutogradError: ((typed,),),
}  # fmt: skip


def repairs(failure: Failure) -> list[str]:
    """What to type instead: at most two texts, of the simplest group of which any works."""
    tried = 0
    for group in KINDS.get(type(failure.fault), ()):
        found: list[str] = []
        for candidate in (candidate for kind in group for candidate in kind(failure)):
            tried += 1
            text = _tried(failure, candidate)
            if text is not None and text not in found:
                found.append(text)
            if len(found) == MOST_OFFERED or tried == MOST_TRIED:
                return found
        if found:
            return found
    return []


def _tried(failure: Failure, candidate: Candidate) -> str | None:
    """The text that offers `candidate`, None if it does not work."""
    try:
        candidate, known, result = _outcome(failure, candidate)
    except Exception:  # a trial's failure is never the user's
        return None
    around = _around(failure, known, result)
    if around is None or not _is_plausible(failure, result, known):
        return None
    node = _covering(failure, candidate)
    text = _written(failure, node, candidate)
    result = around.get(id(node))
    if not isinstance(result, Tensor):
        return text
    same_dtype = not isinstance(failure.fault, DTypeError | AutogradError)
    gives = str(list(result.shape) if same_dtype else describe(result))
    return f"{text} gives {gives.replace(' ', UNBROKEN)}"


def _outcome(failure: Failure, candidate: Candidate) -> tuple[Candidate, dict[int, Any], Any]:
    """The edits, what is known with them, and what the operation then gives.

    Where new shapes fit but dtypes do not, casts are added. Raises what the operation raises.
    """
    known = _made(failure, candidate)
    try:
        return candidate, known, _worked_out(failure, known)
    except DTypeError:
        if not isinstance(failure.fault, ShapeError):
            raise
    candidate = _alike(failure, candidate)
    known = _made(failure, candidate)
    return candidate, known, _worked_out(failure, known)


def _made(failure: Failure, candidate: Candidate) -> dict[int, Any]:
    """What is known with the edits, by nodes' ids; of an operand with an edit inside nothing is."""
    nodes = [edit.node for edit in candidate]
    known = dict(failure.known)
    for operand, _ in failure.tensors:
        if any(operand.start <= each.start and each.end <= operand.end for each in nodes):
            known.pop(id(operand), None)
    return known | {id(edit.node): told(edit.make) for edit in candidate}


def _worked_out(failure: Failure, known: Mapping[int, Any]) -> Any:
    """What the operation gives with the edits. Raises what it raises, or Unknowable."""
    if id(failure.node) in known:
        return known[id(failure.node)]
    trial = Trial(failure.place, failure.stand_ins, known)
    return told(lambda: trial.computed(failure.node))


def _alike(failure: Failure, candidate: Candidate) -> Candidate:
    """The same edits and, for operands that differ in dtype, casts to the widest."""
    wide = dtypes.result_type(*(x.array for _, x in failure.tensors))
    edits = {id(edit.node): edit for edit in candidate}
    for node, x in failure.editable:
        if x.dtype is wide:
            continue
        edit, cast = edits.get(id(node)), failure.cast(node, x, wide)
        if edit is None:
            edits[id(node)] = cast
        else:
            text = edit.text + cast.text.removeprefix(failure.text(node, atom=True))
            edits[id(node)] = Edit(node, text, _cast(edit, wide))
    return tuple(edits.values())


def _cast(edit: Edit, dtype: dtypes.DType) -> Callable[[], Any]:
    return lambda: REGISTRY["to"](edit.make(), dtype)


def _is_plausible(failure: Failure, result: Any, known: Mapping[int, Any]) -> bool:
    """Whether one side alone is broadcast to the other's shape; all pairs are rarely meant."""
    if not failure.broadcasts or not isinstance(result, Tensor):
        return True
    edited = [x for x in known.values() if isinstance(x, Tensor) and x is not result]
    return any(x.shape == result.shape for x in edited + [x for _, x in failure.tensors])


def _around(failure: Failure, known: Mapping[int, Any], result: Any) -> dict[int, Any] | None:
    """What the operation and the expressions around it give; None if one of those fails.

    It goes up as far as can be told.
    """
    parents = failure.place.parents()
    known, node = dict(known), failure.node
    while result is not None:
        known[id(node)] = result
        node = parents.get(id(node), node)
        outside = not isinstance(node, syntax.Expr | syntax.Assign | syntax.AugAssign)
        if id(node) in known or outside:
            break
        try:
            result = Trial(failure.place, failure.stand_ins, known).computed(node)
        except (ShapeError, DTypeError, IndexFault):
            return None
        except Exception:  # nothing is known against it
            break
    return known


def _covering(failure: Failure, candidate: Candidate) -> syntax.Node:
    """The smallest expression around the operation that holds all edits."""
    parents, node = failure.place.parents(), failure.node
    while any(each.node.start < node.start or each.node.end > node.end for each in candidate):
        node = parents[id(node)]
    return node


def _written(failure: Failure, node: syntax.Node, candidate: Candidate) -> str:
    """The source of `node` with the edits in it; the edits alone if that is long."""
    span = failure.place.span(node)
    text = span.text
    for edit in sorted(candidate, key=lambda edit: -edit.node.start):
        start, end = edit.node.start - span.start, edit.node.end - span.start
        text = text[:start] + edit.text + text[end:]
    text = _on_one_line(text)
    text = text[1:-1] if in_parentheses(text) else text
    if len(text) <= LONGEST or any(edit.node is failure.node for edit in candidate):
        return text
    return " and ".join(
        f"{edit.text} in the place of {failure.text(edit.node)}"
        for edit in sorted(candidate, key=lambda edit: edit.node.start)
    )


def _on_one_line(text: str) -> str:
    """A source of several lines as one."""
    first, *more = (line.strip() for line in text.split("\n"))
    for line in more:
        closes = line.startswith((")", "]", "}"))
        first = first.removesuffix(",") if closes else first
        first += line if closes or first.endswith(("(", "[", "{")) else f" {line}"
    return first
