"""`x @ ?`: what would fit in the place of the question mark, found by trying on shapes.

Each candidate stands in for the mark while the whole input is rehearsed, so what is offered makes
all of it work. A mark is a hole where it stands in for an operand; `name?` asks for help instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from tcalc.core import dtypes
from tcalc.core.shapes import Ghost
from tcalc.core.tensor import Tensor
from tcalc.diagnostic import Source
from tcalc.lang.parser import parse, tokens
from tcalc.lang.rehearsal.preview import described, rehearse, walk
from tcalc.lang.rehearsal.stand_ins import Unknowable, deadline

if TYPE_CHECKING:
    from tcalc.lang.session import Session

MARK = "?"
NAME = "hole_"  # what the mark is read as
SECONDS = 0.5  # for an answer to Enter
ONE = 0.05  # for one candidate
FREE = {"n": 9973, "m": 9949, "k": 9941}  # sizes that nothing else has
MOST_RANKS, MOST_SIZES, MOST_VARIABLES, MOST_INTS = 3, 4, 60, 40
SHOWN = 4

Shape = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What fits: `kinds` in words, and session variables each with what they give."""

    kinds: list[str]
    variables: list[tuple[str, str]]

    @property
    def line(self) -> str:
        """All on one line."""
        fits = f"{MARK} is {' or '.join(self.kinds)}" if self.kinds else f"nothing fits {MARK}"
        return " · ".join([fits, *(f"{name} fits" for name, _ in self.variables[:2])])

    @property
    def text(self) -> str:
        """A line for what fits, and one for each variable."""
        lines = [f"{MARK} is {' or '.join(self.kinds)}" if self.kinds else f"nothing fits {MARK}"]
        lines += [f"  {name} fits: gives {gives}" for name, gives in self.variables]
        return "\n".join(lines)


def place_of(text: str) -> int | None:
    """Where the one hole of `text` is, None for a text with none or several."""
    if MARK not in text:
        return None
    marks = [start for _, start, end in tokens(text) if text[start:end] == MARK]
    return marks[0] if len(marks) == 1 and text.strip() != MARK else None


def answer(text: str, place: int, session: Session, seconds: float = SECONDS) -> Answer:
    """What fits in the hole at `place`, as far as is found in time.

    Raises SyntaxFault if the input is no program whatever stands in the hole.
    """
    search = _Search(text, place, session, seconds)
    kinds, variables = [], []
    with suppress(Unknowable):  # when time is up, what has been found is the answer
        for kind in search.kinds():
            kinds.append(kind)
    if kinds and not search.whole_numbers:
        with suppress(Unknowable):
            for found in search.variables():
                variables.append(found)
    return Answer(kinds, variables)


class _Search:
    def __init__(self, text: str, place: int, session: Session, seconds: float) -> None:
        self._before, self._after = text[:place], text[place + len(MARK) :]
        self._session = session
        self._check = deadline(seconds)
        self._program = parse(Source(self._text(NAME)))
        self.whole_numbers = False
        names = {text[a:b] for kind, a, b in tokens(text) if kind == "name"}
        bound = [name for name in session.names() if name in names]
        values = [session[name] for name in bound]
        self._operands = [value for value in values if isinstance(value, Tensor)]

    def _text(self, inserted: str) -> str:
        return self._before + inserted + self._after

    def _gives(self, inserted: str, value: Any = None) -> str | None:
        """What the input gives with `inserted` in the hole, None if it fails."""
        self._check()
        try:
            if inserted == NAME:
                found, _ = walk(self._program, self._session, {NAME: value}, ONE)
            else:
                found, _ = rehearse(self._text(inserted), self._session, {}, ONE)
        except Exception:
            return None
        return described(found, trusted=False) or type(found).__name__

    def kinds(self) -> Iterator[str]:
        """What kinds of values fit."""
        dtype = self._operands[0].dtype if self._operands else dtypes.float32
        fits = _general(list(self._shapes(dtype)))
        rank = self._operands[0].array.ndim if self._operands else 0
        fits.sort(key=lambda shape: (abs(len(shape) - rank), shape.count(1)))
        for i, shape in enumerate([shape for shape in fits if shape][:SHOWN]):
            sizes = f"[{', '.join(map(str, shape))}]"
            yield sizes if i else f"{dtype.name} {sizes}"
        if () in fits:
            yield "a number"
        if not fits:
            self.whole_numbers = True
            yield from self._numbers()

    def _shapes(self, dtype: Any) -> Iterator[Shape]:
        sizes = {n for x in self._operands for n in x.array.shape} | {1}
        choices = [*sorted(sizes)[:MOST_SIZES], None]
        most = max([2, *(x.array.ndim for x in self._operands)])
        for rank in range(min(most, MOST_RANKS) + 1):
            for sketch in product(choices, repeat=rank):
                letters = iter(FREE)
                shape: Shape = tuple(next(letters) if n is None else n for n in sketch)
                ghost = Ghost(tuple(FREE[n] if isinstance(n, str) else n for n in shape), dtype)
                if self._gives(NAME, ghost) is not None:
                    yield shape

    def _numbers(self) -> Iterator[str]:
        """Whole numbers that fit, and pairs of them."""
        total = max((x.array.size for x in self._operands), default=0)
        divisors = [n for n in range(1, min(total, 10**4) + 1) if total % n == 0][:MOST_INTS]
        small = range(-MOST_SIZES, len(FREE) * MOST_SIZES)
        ints = [n for n in sorted({*small, *divisors, total}) if self._gives(NAME, n) is not None]
        counted = [n for n in ints if n >= 0] or ints
        if len(counted) > 2 and counted == [*range(counted[0], counted[-1] + 1)]:  # noqa: PLR2004
            yield f"{counted[0]} to {counted[-1]}"
        else:
            yield from map(str, counted[:SHOWN])
        pairs = [(n, total // n) for n in divisors if n not in (1, total)]
        fitting = [str(pair) for pair in pairs if self._gives(NAME, pair) is not None]
        yield from fitting[:SHOWN]

    def variables(self) -> Iterator[tuple[str, str]]:
        """Tensors of the session that fit as they are, transposed, or with one dimension more."""
        names = [name for name in self._session.names()[::-1] if name.isidentifier()]
        tensors = [name for name in names if isinstance(self._session[name], Tensor)]
        for name in tensors[:MOST_VARIABLES]:
            forms = [name, f"{name}.T"] if self._session[name].array.ndim == 2 else [name]  # noqa: PLR2004
            for form in [*forms, f"{name}.unsqueeze(0)", f"{name}.unsqueeze(-1)"]:
                gives = self._gives(form)
                if gives is not None:
                    yield form, gives.partition(" · ")[0]
                    break


def _general(fits: list[Shape]) -> list[Shape]:
    """The shapes without those that are cases of a more general one."""
    return [shape for shape in fits if not any(_covers(other, shape) for other in fits)]


def _covers(general: Shape, shape: Shape) -> bool:
    """Whether `general` leaves more sizes free, and has all others as `shape` does."""
    if len(general) != len(shape):
        return False
    pairs = list(zip(general, shape, strict=True))
    free = [(isinstance(n, str), isinstance(m, str)) for n, m in pairs]
    freer = sum(n for n, _ in free) > sum(m for _, m in free)
    return freer and all(isinstance(n, str) or n == m for n, m in pairs)
