"""Iteration that Ctrl-C and the time limit can stop.

Python looks for signals between steps of a program, not inside of its own loops in C: a `sum` over
a long range could not be stopped. What a range gives is handed to such loops by pieces, with a step
of Python's between two of them. Other iterables are short, for they lie in memory, or take steps of
the program for every item.
"""

from __future__ import annotations

from tcalc import limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

PIECE = 1 << 18  # numbers: some milliseconds


def stoppable(items: Any) -> Any:
    """`items` for a loop in C: as they are unless they are a long range."""
    if type(items) is range and limits.length(items) > PIECE:
        from itertools import chain

        return chain.from_iterable(_pieces(items))
    return items


def _pieces(numbers: range) -> Iterator[range]:
    for start in range(0, limits.length(numbers), PIECE):
        yield numbers[start : start + PIECE]


def collected(items: Any) -> Any:
    """`items` for a loop in C that keeps them all. Raises LimitError if there is no room."""
    if type(items) is not range:
        return items
    limits.check_listed(items)
    return stoppable(items)


class MemberOf:
    """A range on the right of `in`; for all but integers Python looks at every number."""

    __slots__ = ("_numbers",)

    def __init__(self, numbers: range) -> None:
        """Look in `numbers`."""
        self._numbers = numbers

    def __contains__(self, value: object) -> bool:
        """Whether a number is equal to `value`."""
        if isinstance(value, int):
            return value in self._numbers
        return value in stoppable(self._numbers)


# Python's own iterators, made of what can be stopped ----------------------------------------------


def map_(function: Any, *items: Any) -> Any:
    """As Python's own."""
    return map(function, *[stoppable(each) for each in items])


def filter_(function: Any, items: Any) -> Any:
    """As Python's own."""
    return filter(function, stoppable(items))


def zip_(*items: Any, strict: bool = False) -> Any:
    """As Python's own."""
    return zip(*[stoppable(each) for each in items], strict=strict)


def enumerate_(iterable: Any, start: Any = 0) -> Any:
    """As Python's own."""
    return enumerate(stoppable(iterable), start)


def reversed_(items: Any) -> Any:
    """As Python's own."""
    return iter_(items[::-1]) if type(items) is range else reversed(items)


def iter_(items: Any, *sentinel: Any) -> Any:
    """As Python's own, also with a function and the value at which its calls end."""
    if sentinel:
        values = iter(items, *sentinel)
        return (value for value in values)  # a step of Python's for each
    return iter(stoppable(items))


def sorted_(items: Any, *, key: Any = None, reverse: Any = False) -> Any:
    """As Python's own."""
    return sorted(collected(items), key=key, reverse=reverse)


for _function in (enumerate_, filter_, iter_, map_, reversed_, sorted_, zip_):
    _function.__name__ = _function.__qualname__ = _function.__name__.rstrip("_")
