"""Operators and methods by which a small program asks for a lot: each asks the limits first.

The compiler calls an operator's guard where it cannot see that the operands are small; a method of
`METHODS` stands for Python's own of that name. To add one: a function of the owner and the method's
arguments, and its line in `METHODS`.
"""

from __future__ import annotations

from tcalc import limits
from tcalc.errors import LimitError
from tcalc.lang.iteration import MemberOf, collected, stoppable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

MAX_WIDTH = 10_000
POINTER = 8
FEW = 16  # pieces of text, which together take little more than they take already

# Operators ------------------------------------------------------------------------------------


def check_power(x: object, y: object) -> None:
    """Raise LimitError if `x ** y` would be an integer too long to compute with."""
    if isinstance(x, int) and isinstance(y, int) and y > 1 and not -2 < x < 2:  # noqa: PLR2004
        limits.check_integer(x.bit_length() * y, f"{_short(x)} ** {_short(y)}")


def check_shift(x: object, y: object) -> None:
    """Raise LimitError if `x << y` would be an integer too long to compute with."""
    if isinstance(x, int) and isinstance(y, int) and x and y > 0:
        limits.check_integer(x.bit_length() + y, f"{_short(x)} << {_short(y)}")


def check_times(x: object, y: object) -> None:
    """Raise LimitError if `x * y` would be too long an integer or sequence."""
    if isinstance(x, int):
        if isinstance(y, int):
            limits.check_integer(x.bit_length() + y.bit_length(), "the product")
        elif isinstance(y, str | list | tuple):
            _check_length(y, len(y) * x)
    elif isinstance(y, int) and isinstance(x, str | list | tuple):
        _check_length(x, len(x) * y)


def check_plus(x: object, y: object) -> None:
    """Raise LimitError if `x + y` would be too long a sequence."""
    if isinstance(x, str | list | tuple):
        if type(y) is range:
            limits.check_listed(y)  # x += y
        elif isinstance(y, str | list | tuple):
            _check_length(x, len(x) + len(y))


def check_remainder(x: object, y: object) -> None:
    """Raise LimitError if `x % y` would fill in a field of excessive width."""
    if not isinstance(x, str):
        return
    values = iter(y if isinstance(y, tuple) else (y,))
    for spec, conversion in _fields(x):
        starred = [next(values, 0) for _ in range(spec.count("*"))]
        widths = [abs(value) for value in starred if isinstance(value, int)]
        if max([widest(spec), *widths]) > MAX_WIDTH:
            raise too_wide(f"%{spec}{conversion}")
        if conversion != "%":
            next(values, 0)


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """The fields of a `%` format: flags, width and precision of each, and its conversion."""
    at = 0
    while at := text.find("%", at) + 1:
        depth = 0
        while text[at : at + 1] == "(" or depth:  # a name, which may have parentheses in it
            depth += (text[at : at + 1] == "(") - (text[at : at + 1] == ")")
            at += 1
            if at > len(text):
                return
        end = at
        while text[end : end + 1] and text[end] in "#0- +*.123456789hlL":
            end += 1
        yield text[at:end], text[end : end + 1]
        at = end + 1


def _check_length(sequence: str | list[Any] | tuple[Any, ...], length: int) -> None:
    each = 1 if isinstance(sequence, str) else POINTER
    limits.check_bytes(length * each, f"a {type(sequence).__name__} that long")


def power(x: Any, y: Any) -> Any:
    """`x ** y` within the limits."""
    check_power(x, y)
    return x**y


def shift(x: Any, y: Any) -> Any:
    """`x << y` within the limits."""
    check_shift(x, y)
    return x << y


def times(x: Any, y: Any) -> Any:
    """`x * y` within the limits."""
    check_times(x, y)
    return x * y


def plus(x: Any, y: Any) -> Any:
    """`x + y` within the limits."""
    check_plus(x, y)
    return x + y


def remainder(x: Any, y: Any) -> Any:
    """`x % y` within the limits."""
    check_remainder(x, y)
    return x % y


_CHECKS = {
    "**": check_power, "<<": check_shift, "*": check_times, "+": check_plus, "%": check_remainder,
}  # fmt: skip


def check(op: str, x: object, y: Any) -> Any:
    """`y`, once `x op y` is known to fit: what stands on the right of a guarded `op=`."""
    _CHECKS[op](x, y)
    return y


def within(container: Any) -> Any:
    """What stands on the right of `in`: a search through a long range can be stopped."""
    return MemberOf(container) if type(container) is range else container


def _short(number: int) -> str:
    return str(number) if number.bit_length() < 64 else "a long integer"  # noqa: PLR2004


# Texts ----------------------------------------------------------------------------------------


def widest(spec: str) -> int:
    """The largest number in a format spec."""
    digits = "".join(char if char.isdecimal() else " " for char in spec)
    return max((int(run[:9]) for run in digits.split()), default=0)


def too_wide(spec: str) -> LimitError:
    """The error for a format whose width or precision is excessive."""
    return LimitError(f"the format '{spec}' is wider than {MAX_WIDTH:,} characters")


def joined(*pieces: str) -> str:
    """The pieces of an f-string as one text, within the limits."""
    limits.check_bytes(_length(pieces), "a str that long")
    return "".join(pieces)


def _join(text: str, items: Iterable[Any]) -> str:
    pieces = items if isinstance(items, list | tuple) else list(collected(items))
    if len(pieces) > FEW or len(text) > FEW:
        limits.check_bytes(_length(pieces) + len(text) * len(pieces), "a str that long")
    return text.join(pieces)


def _length(pieces: Iterable[Any]) -> int:
    try:
        return sum(map(str.__len__, pieces))
    except TypeError:
        return 0  # join itself says what is wrong


def _replace(text: str, old: Any, new: Any, *count: Any) -> str:
    if isinstance(old, str) and isinstance(new, str) and len(new) > len(old):
        found = text.count(old)
        if count and isinstance(count[0], int) and count[0] >= 0:
            found = min(found, count[0])
        limits.check_bytes(len(text) + found * (len(new) - len(old)), "a str that long")
    return text.replace(old, new, *count)


def _expand_tabs(text: str, tabsize: Any = 8) -> str:
    if isinstance(tabsize, int):
        limits.check_bytes(text.count("\t") * tabsize, "a str that long")
    return text.expandtabs(tabsize)


def _format(text: str, *args: Any, **named: Any) -> str:
    from tcalc.lang.templates import filled

    return filled(text, *args, **named)


def _padding(method: Callable[..., str]) -> Callable[..., str]:
    """A method whose first argument is the width of the result."""

    def padded(text: str, width: Any, *fill: Any) -> str:
        if isinstance(width, int):
            limits.check_bytes(width, "a str that long")
        return method(text, width, *fill)

    return padded


# Containers -----------------------------------------------------------------------------------


def total(items: Any, start: Any = 0) -> Any:
    """Python's sum; sequences are added one by one, each sum within the limits."""
    if not isinstance(start, list | tuple):
        return sum(items, start)
    for item in items:
        start = plus(start, item)
    return start


def _extend(items: list[Any], more: Any) -> None:
    if isinstance(more, list | tuple):
        check_plus(items, more)
    items.extend(collected(more))


def _gathering(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of a set that keeps what it is given."""
    return lambda owner, *others: method(owner, *map(collected, others))


def _scanning(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of a set that looks through what it is given."""
    return lambda owner, *others: method(owner, *map(stoppable, others))


def _index(numbers: range, value: Any) -> int:
    """For all but integers Python looks at every number."""
    if isinstance(value, int):
        return numbers.index(value)
    for place, number in enumerate(stoppable(numbers)):
        if number == value:
            return place
    raise ValueError(f"{value!r} is not in range")


def _count(numbers: range, value: Any) -> int:
    if isinstance(value, int):
        return numbers.count(value)
    return sum(number == value for number in stoppable(numbers))


METHODS: dict[type, dict[str, Callable[..., Any]]] = {
    str: {
        "center": _padding(str.center),
        "expandtabs": _expand_tabs,
        "format": _format,
        "join": _join,
        "ljust": _padding(str.ljust),
        "replace": _replace,
        "rjust": _padding(str.rjust),
        "zfill": _padding(str.zfill),
    },
    list: {"extend": _extend},
    set: {
        "difference": _scanning(set.difference),
        "difference_update": _scanning(set.difference_update),
        "intersection": _scanning(set.intersection),
        "intersection_update": _scanning(set.intersection_update),
        "isdisjoint": _scanning(set.isdisjoint),
        "issubset": _scanning(set.issubset),
        "issuperset": _scanning(set.issuperset),
        "symmetric_difference": _gathering(set.symmetric_difference),
        "symmetric_difference_update": _gathering(set.symmetric_difference_update),
        "union": _gathering(set.union),
        "update": _gathering(set.update),
    },
    range: {"count": _count, "index": _index},
}
for _methods in METHODS.values():
    for _name, _method in _methods.items():
        _method.__name__ = _method.__qualname__ = _name
