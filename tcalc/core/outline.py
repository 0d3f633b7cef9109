"""A program as entries: its values in the order of the steps, each with what makes it.

A step that only looks at values or writes them has no number. Of a step that is made of other steps
those are shown in its place where they matter: where it differentiates, or where a later step uses
something from inside of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tcalc.core import families, modes, steps
from tcalc.core.listing import Entry
from tcalc.core.notation import FORMS, Notation
from tcalc.core.steps import Step, Value

if TYPE_CHECKING:
    from tcalc.core.program import Program

# Steps that pass on what they are given, for differentiation to follow it or not.
SILENT = ("followed", "outside")
_LONGEST = 64  # characters of a line's text
_MOST = 4  # results whose types are shown


def entries(program: Program) -> list[Entry]:
    """The entries of a program."""
    return _Writer(program).written


def line_of(program: Program, step: Step) -> tuple[str, dict[Value, str]]:
    """The text of one of the program's steps, and the names of the values that it needs."""
    writer = _Writer(program)
    needs = {value: writer.notation.name(value) for value in step.needs}
    return writer.texts.get(step) or writer.notation.call(step), needs


class _Chooser:
    """Which steps are shown, each with a remark what it is in: what the results are made of."""

    def __init__(self, program: Program) -> None:
        self._wanted = set(steps.values_in(program.result))
        self._memories = {value.memory for value in self._wanted}
        found = [line for step in reversed(program.steps) for line in self._lines(step, "")]
        self.lines = found[::-1]

    def _lines(self, step: Step, within: str) -> list[tuple[Step, str]]:
        """What is shown of a step, the last line first."""
        if step.body and (_is_made_of_steps(step) or self._shows_inside(step)):
            inside = within or f"in {step.title}"
            found = []
            for part in reversed(step.body):
                if self._matters(part):
                    found += self._lines(part, inside)
            if found:
                return found
        self._wanted.update(step.needs)
        self._memories.update(value.memory for value in step.needs)
        return [(step, within)]

    def _matters(self, part: Step) -> bool:
        """Whether a part of a step makes or writes something that is used."""
        written = any(value.memory in self._memories for value in part.writes)
        used = any(value in self._wanted for value in part.makes)
        return used or written or self._shows_inside(part)

    def _shows_inside(self, step: Step) -> bool:
        """Whether a value from inside of a step is used outside."""
        own = {*step.makes, *step.needs}
        return any(
            (value in self._wanted and value not in own) or self._shows_inside(part)
            for part in step.body
            for value in part.makes
        )


def _is_made_of_steps(step: Step) -> bool:
    """Whether a step differentiates, so that what it does is to be seen."""
    if step.run in (steps.perform, steps.act):
        return step.name not in FORMS
    return getattr(step.target, "family", None) is families.autograd


def _is_silent(step: Step) -> bool:
    """Whether a step is not worth a line; `conj` of real numbers passes them on, too."""
    if not step.needs:
        return False
    if step.name == "conj":
        return not step.needs[0].text.startswith("complex")
    return step.name in SILENT and step.run is steps.perform


class _Writer:
    """Numbers the values of a program and writes its entries.

    An entry's number is its place; values are numbered apart, for not every entry makes one.
    """

    def __init__(self, program: Program) -> None:
        self.notation = Notation()
        self.written: list[Entry] = []
        self.texts: dict[Step, str] = {}
        self._program = program
        self._count = 0
        self._makers: dict[Value, int] = {}
        self._writers: dict[object, int] = {}
        for value in steps.values_in(list(program.inputs.values())):
            self._source(value)
        for value in program.captured:
            self._source(value)
        for step, within in _Chooser(program).lines:
            self._write(step, within)
        results = steps.values_in(program.result)
        for value in results:
            self._source(value)
        self._add(f"return {self.notation.argument(program.result)}", results)

    def _add(self, text: str, needs: Iterable[Value], value: str = "", remark: str = "") -> None:
        number = len(self.written) + 1
        text = text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
        sources = dict.fromkeys(self._entry_of(each) for each in needs)
        name = "return" if text.startswith("return ") else text
        self.written.append(Entry(number, text, name, tuple(sources), value, remark))

    def _entry_of(self, value: Value) -> int:
        """The entry that wrote the value's memory last, or made it."""
        return max(self._makers[value], self._writers.get(value.memory, 0))

    def _number(self, value: Value) -> None:
        """Give a value its number, and note that the next entry makes it."""
        self._count += 1
        self.notation.numbers[value] = self._count
        self._makers[value] = len(self.written) + 1

    def _source(self, value: Value) -> None:
        """An entry for a value without one that no step makes."""
        if value in self.notation.numbers:
            return
        self._number(value)
        name = value.name or "_"
        text = f"{self.notation.name(value)} = {name}"
        number = len(self.written) + 1
        self.written.append(Entry(number, text, name, (), value.text, value.origin, source=True))

    def _write(self, step: Step, within: str) -> None:
        """The entry of a step, if it has one, after those of values that come from nowhere."""
        numbers = self.notation.numbers
        for value in step.needs:
            self._source(value)
        if _is_silent(step):
            for value in step.makes:
                numbers.setdefault(value, numbers[step.needs[0]])
                self._makers.setdefault(value, self._makers[step.needs[0]])
            return
        text = self.notation.call(step)
        made = list(dict.fromkeys(value for value in step.makes if value not in numbers))
        if step.reads and not made:
            place = "" if step.origin is None else self._program.place_of(step.origin)
            self._add(text, step.needs, f"is {self.notation.argument(step.results)}", place)
            return
        for value in made:
            self._number(value)
        names = ", ".join(self.notation.name(value) for value in made)
        self.texts[step] = text = f"{names} = {text}" if made else text
        types = [value.text for value in made or step.writes]
        shown = ", ".join(types[:_MOST]) + (", ..." if len(types) > _MOST else "")
        self._add(text, step.needs, shown, _remark(step, within, made))
        for value in step.writes:
            self._writers[value.memory] = len(self.written)


def _remark(step: Step, within: str, made: list[Value]) -> str:
    words = [within] if within else []
    if step.draws:
        words.append("random")
    if step.writes and not made:
        words.append("in place")
    if step.grad == modes.NO_GRAD and not within:
        words.append("no grad")
    return ", ".join(words)
