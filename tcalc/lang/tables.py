"""The parser's tables: made ahead from `grammar/`, checked against it, remade where they differ.

`_tables.py` holds plain literals, so that a program is parsed without Lark, and even without `re`.
A hash of the grammar says whether they still fit; if not, `tablemaker` remakes them with Lark.
"""

from __future__ import annotations

import _imp
import _sre  # type: ignore[import-not-found]
from io import open_code
from sys import byteorder

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from typing import Any

    Sparse = tuple[bytes, bytes, bytes]

STARTS = ("module", "field")  # the rules that a parse may start from
END, ERROR, GAP, MISFIT, OPERATOR = "$END", "$ERROR", "$GAP", "$MISFIT", "$OPERATOR"
SPECIAL_KINDS = (END, ERROR, GAP, MISFIT, OPERATOR)  # kinds of token that the grammar does not name

_LANG = __file__.rpartition("tables.py")[0] or "./"
_SOURCES = ("tcalc.lark", "lexical.lark", "mistakes.toml")
_HASH_KEY = 1


class Tables:
    """Everything that lexer and parser know about the language.

    A kind of token is a number, the index of its name in KINDS. WORDS gives the kind of a keyword
    or operator. PATTERN finds one token, CODE is its compiled form for `_sre.MAGIC` MAGIC, and
    GROUPS gives the kind for each of its groups. In a state (the row), at a kind of token (the
    column), ACTIONS has n >= 0 for a shift to state n, n < 0 for a reduction by RULES[~n]; GOTOS
    has the state to go to after a reduction, by the head of the rule. `look_up` reads these two;
    `tablemaker._rule` tells what a rule holds. MESSAGES is `mistakes.toml` as JSON, for most
    programs have no use for it.
    """

    HASH: bytes
    KINDS: tuple[str, ...]
    WORDS: dict[str, int]
    PATTERN: str
    GROUPS: tuple[int, ...]
    MAGIC: int
    CODE: bytes
    START_STATES: dict[str, int]
    ACTIONS: Sparse
    GOTOS: Sparse
    RULES: tuple[tuple[int, int, str, tuple[int | None, ...], bool], ...]
    MESSAGES: str

    def __init__(self, content: dict[str, Any]) -> None:
        """Take the tables from `content`, by name."""
        self.__dict__.update(content)

    @property
    def MISTAKES(self) -> dict[str, Any]:
        """What `mistakes.toml` holds."""
        if "read" not in self.__dict__:
            import json

            self.__dict__["read"] = json.loads(self.MESSAGES)
        read: dict[str, Any] = self.__dict__["read"]
        return read

    def pattern(self) -> Any:
        """The regular expression that finds one token, as `re` would compile it."""
        if _sre.MAGIC != self.MAGIC or byteorder != "little":
            import re  # made by another version of Python, or for another machine

            return re.compile(self.PATTERN)
        groups = len(self.GROUPS) - 1
        code = memoryview(self.CODE).cast("I").tolist()
        return _sre.compile(self.PATTERN, 32, code, groups, {}, (None,) * (groups + 1))


def look_up(table: Sparse, row: int, column: int) -> int | None:
    """The entry of a table that `tablemaker._Rows` has packed; None if there is none."""
    starts, columns, values = table
    place = columns.find(column, _number(starts, row), _number(starts, row + 1))
    return _number(values, place) if place >= 0 else None


def _number(packed: bytes, place: int) -> int:
    return int.from_bytes(packed[2 * place : 2 * place + 2], "little", signed=True)


def load() -> Tables:
    """The tables of the grammar as it is now."""
    folder = grammar_folder()
    try:
        from tcalc.lang import _tables
    except ImportError:
        return _remake(folder)
    try:
        if grammar_hash(folder) != _tables.HASH:
            return _remake(folder)
    except OSError:
        pass  # no grammar to compare with, as in a zipped package
    return Tables(vars(_tables))


def grammar_folder() -> str:
    """Where the grammar is: in the package if it was installed, else beside it in a checkout."""
    inside = _LANG + "../grammar/"
    try:
        with open_code(inside + _SOURCES[0]):
            return inside
    except OSError:
        return _LANG + "../../grammar/"


def grammar_hash(folder: str) -> bytes:
    """Tells two states of the grammar, or of what turns it into tables, apart."""
    content = b""
    for path in (*(folder + name for name in _SOURCES), _LANG + "tablemaker.py"):
        with open_code(path) as file:
            content += file.read()
    return _imp.source_hash(_HASH_KEY, content)


def _remake(folder: str) -> Tables:
    """Make the tables anew and keep them, where the folder may be written to."""
    from contextlib import suppress
    from pathlib import Path

    from tcalc.lang import tablemaker

    content = tablemaker.make(Path(folder))
    with suppress(OSError):
        tablemaker.write(content, Path(_LANG + "_tables.py"))
    return Tables(content)
