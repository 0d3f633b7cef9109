"""The error tree: what can go wrong, and what to say about it.

The core raises a `TcalcError` that blames parameters by name; the session, which knows the source
text, attaches a `Diagnostic` with labelled spans. Add a kind of failure as a subclass here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Iterable, Mapping
    from typing import Any

    from tcalc.diagnostic import Diagnostic, Label


class TcalcError(Exception):
    """A failure that the user caused or can mend.

    `blame` maps a parameter's name to what to write under its argument (`{"x": "float32 [2, 3]"}`);
    an empty text asks for the usual shape-and-dtype label. `notes` say why, `helps` what to type;
    in both `{name}` stands for the source text of that parameter's argument. `places` are other
    places of the program that matter, as (origin, what was done there), `labels` point at places
    outside of it, in data. `op` and `operands` are set when an op failed, `diagnostic` when the
    failure's place in the source is known.
    """

    labels: tuple[Label, ...] = ()

    def __init__(
        self,
        headline: str,
        *,
        blame: Mapping[str, str] | None = None,
        notes: Iterable[str] = (),
        helps: Iterable[str] = (),
        places: Iterable[tuple[Any, str]] = (),
    ) -> None:
        """Say what happened in `headline`, in PyTorch's words where it has some."""
        super().__init__(headline)
        self.headline = headline
        self.blame = dict(blame or {})
        self.notes = tuple(notes)
        self.helps = tuple(helps)
        self.places = tuple(places)
        self.diagnostic: Diagnostic | None = None
        self.op: Any = None
        self.operands: dict[str, Any] = {}

    def came_from(self, op: Any, values: Iterable[Any]) -> None:
        """Note the op that failed, and its arguments by parameter; the innermost op is kept."""
        if self.op is None:
            self.op = op
            names = (param.name for param in op.signature.params)
            self.operands = dict(zip(names, values, strict=False))


class SyntaxFault(TcalcError):
    """The text is not a program; `incomplete` says that more text could make it one.

    `statement` says from where to where the statement reaches that is wrong, `more` are the other
    mistakes in the same program.
    """

    def __init__(
        self,
        diagnostic: Diagnostic,
        *,
        incomplete: bool = False,
        statement: tuple[int, int] = (0, 0),
    ) -> None:
        """Carry the finished diagnostic, for the parser knows the place."""
        super().__init__(diagnostic.headline, notes=diagnostic.notes, helps=diagnostic.helps)
        self.diagnostic = diagnostic
        self.incomplete = incomplete
        self.statement = statement
        self.more: tuple[SyntaxFault, ...] = ()


class NameFault(TcalcError):
    """A name, attribute or module that does not exist."""


class ArgumentFault(TcalcError):
    """A call whose arguments do not fit the signature, or a value out of range."""


class ShapeError(TcalcError):
    """Sizes that do not fit together."""


class DTypeError(TcalcError):
    """Element types that do not fit together or do not support the op."""


class IndexFault(TcalcError):
    """An index that the tensor does not have."""


class AutogradError(TcalcError):
    """Differentiation that was asked for but cannot be done.

    `storage` is the memory that was overwritten, where that is the reason.
    """

    storage: Any = None


class LimitError(TcalcError):
    """A program that asks for more memory, depth or time than it may have."""


class RuntimeFault(TcalcError):
    """Any other failure of a running program, such as a division of plain numbers by zero."""


def closest(name: str, candidates: Iterable[str]) -> list[str]:
    """Up to three `candidates` that `name` may have been meant to be, best first.

    Case is ignored; the edit distance (insert, delete, replace, swap neighbours) may be a third of
    the name's length, at least 1. Ties are settled by how long the beginnings agree, then by
    alphabet, so that the answer never varies.
    """
    wanted = name.lower()
    allowed = max(1, min(3, len(wanted) // 3))
    scored = []
    for candidate in candidates:
        other = candidate.lower()
        if abs(len(other) - len(wanted)) <= allowed:
            distance = _distance(wanted, other)
            if distance <= allowed:
                scored.append((distance, -_agreement(wanted, other), candidate))
    return [candidate for _, _, candidate in sorted(scored)[:3]]


def _agreement(a: str, b: str) -> int:
    """How many characters `a` and `b` begin with alike."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))


def _distance(a: str, b: str) -> int:
    """Optimal string alignment distance between `a` and `b`."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
