"""`str.format`: the fields of a text filled in as those of an f-string are.

Python's own method reads every attribute that a field names; here a field reads what a program may.
"""

from __future__ import annotations

from _string import formatter_field_name_split, formatter_parser  # type: ignore[import-not-found]

from tcalc import limits
from tcalc.errors import RuntimeFault
from tcalc.lang import guards, runtime
from tcalc.lang.attributes import attribute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CONVERSIONS = ("s", "r", "a")
DEPTH = 2  # a format may have fields itself: '{:{width}}'


class Filling:
    """The values for one text, and which of them the next `{}` takes."""

    def __init__(self, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        """Begin with the first."""
        self._args = args
        self._named = named
        self._numbered: bool | None = None  # whether fields say their numbers, once one was met
        self._count = 0

    def text(self, template: str, depth: int = DEPTH) -> str:
        """`template` with its fields filled in. Raises RuntimeFault for one without a value."""
        pieces = []
        length = 0
        for literal, field, spec, conversion in formatter_parser(template):
            pieces.append(literal)
            if field is not None:
                if not depth:
                    raise RuntimeFault("a field of a field's format has no fields itself")
                if conversion not in (None, *CONVERSIONS):
                    raise RuntimeFault(f"Unknown conversion specifier '{conversion}'")
                value = self._value(field)
                wanted = self.text(spec, depth - 1)
                pieces.append(runtime.formatted(value, conversion or "", wanted))
                length += len(pieces[-1])
                limits.check_bytes(length, "a str that long")
        return guards.joined(*pieces)

    def _value(self, field: str) -> Any:
        first, rest = formatter_field_name_split(field)
        value = self._named_value(first) if isinstance(first, str) and first else self._at(first)
        for is_attribute, name in rest:
            value = attribute(value, name) if is_attribute else value[name]
        return value

    def _named_value(self, name: str) -> Any:
        if name in self._named:
            return self._named[name]
        raise RuntimeFault(
            f"format() got no argument '{name}' for the field of that name",
            blame={"x": ""},
            notes=["only an f-string finds the variables of the program by itself"],
            helps=[f".format({name}={name})"],
        )

    def _at(self, place: int | str) -> Any:
        numbered = place != ""
        if self._numbered not in (None, numbered):
            raise RuntimeFault("fields with numbers and without, in one text", blame={"x": ""})
        self._numbered = numbered
        if not numbered:
            place = self._count
            self._count += 1
        index = int(place)
        if index < len(self._args):
            return self._args[index]
        raise RuntimeFault(
            f"Replacement index {index} out of range for positional args tuple",
            blame={"x": ""},
            notes=["a brace that is not to be filled in is written twice"],
        )


def filled(template: str, /, *args: Any, **named: Any) -> str:
    """`template.format(*args, **named)`."""
    return Filling(args, named).text(template)
