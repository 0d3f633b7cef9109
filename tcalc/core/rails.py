"""Where the entries of a listing stand when it is drawn: one below the other, joined by rails.

A value has a rail, a column of its own, from the entry that makes it to the last that uses it. So a
shared value stands once, and a chain goes straight down. When no rail is left a value has none, and
is found by its number, which is in the text of every entry that uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tcalc.core.listing import Entry

MOST_RAILS = 12


class Row(NamedTuple):
    """An entry and its column, the rails that go on beyond it, and those that lead into it.

    `joined` says of each column that leads into it whether the rail ends here, `starts` whether
    the entry's own goes on.
    """

    entry: Entry
    column: int
    passing: frozenset[int]
    joined: dict[int, bool]
    starts: bool

    @property
    def width(self) -> int:
        """How many columns the row takes."""
        return 1 + max((self.column, *self.passing, *self.joined))


def rows(entries: Iterable[Entry]) -> list[Row]:
    """A row for each entry; sources stand where they are first used."""
    ordered = _sources_late(list(entries))
    last = {source: i for i, entry in enumerate(ordered) for source in entry.inputs}
    rails: dict[int, int] = {}
    laid: list[Row] = []
    for i, entry in enumerate(ordered):
        joined: dict[int, bool] = {}
        for source in entry.inputs:
            if source in rails:
                joined[rails[source]] = last[source] == i
        for source in entry.inputs:
            if last[source] == i:
                rails.pop(source, None)
        passing = frozenset(rails.values())
        ending = [column for column, ends in joined.items() if ends]
        column = min(ending) if ending else _free(passing)
        starts = entry.number in last and column < MOST_RAILS
        if starts:
            rails[entry.number] = column
        laid.append(Row(entry, column, passing, joined, starts))
    return laid


def _free(taken: frozenset[int]) -> int:
    return next(column for column in range(MOST_RAILS + 1) if column not in taken)


def _sources_late(entries: Sequence[Entry]) -> list[Entry]:
    """Entries in their order, but sources just before what uses them."""
    used = {source for entry in entries for source in entry.inputs}
    late = {e.number: e for e in entries if e.source and not e.inputs and e.number in used}
    waiting = dict(late)
    ordered: list[Entry] = []
    for entry in entries:
        if entry.number not in late:
            ordered += [waiting.pop(source) for source in entry.inputs if source in waiting]
            ordered.append(entry)
    return ordered
