"""Turns the grammar in `grammar/` into the parser's tables, with Lark; not needed to parse.

`make` gives the tables as plain literals and `write` puts them into a module of their own. What
each table holds is told in `tables.py`, which loads them.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]
import json
import keyword
import re
import tomllib
from pathlib import Path
from re import _compiler, _parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

from lark import Lark
from lark.lexer import PatternStr
from lark.parsers.lalr_analysis import Reduce

from tcalc.lang import tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lark.grammar import Rule
    from lark.lexer import TerminalDef, Token
    from lark.parsers.lalr_analysis import IntParseTable

CONTEXTUAL = frozenset({"MAGIC"})  # found by the lexer's own means, where a statement starts
IGNORED = ("BLANK", "CONTINUATION")


class Verbatim:
    """Lark's hook between lexer and parser: adds nothing, keeps the words that no rule uses."""

    always_accept = ("_NEWLINE", "RESERVED")

    def process(self, stream: Iterable[Token]) -> Iterable[Token]:
        """Hand the tokens on."""
        return stream


def read_grammar(folder: Path, postlex: object = None, **options: Any) -> Lark:
    """Lark's parser of the grammar in `folder`."""
    return Lark.open(
        str(folder / "tcalc.lark"),
        parser="lalr",
        lexer="contextual",
        start=list(tables.STARTS),
        postlex=postlex or Verbatim(),
        **options,
    )


def make(folder: Path) -> dict[str, Any]:
    """All tables of the grammar in `folder`, as literals by name."""
    lark = read_grammar(folder)
    kinds = _Kinds(lark)
    mistakes = tomllib.loads((folder / "mistakes.toml").read_text("utf-8"))
    return {
        "HASH": tables.grammar_hash(f"{folder}/"),
        **_lexer_tables(lark.terminals, kinds),
        **_parser_tables(lark, kinds),
        "MESSAGES": json.dumps(mistakes, ensure_ascii=False),
    }


def write(content: dict[str, Any], path: Path) -> None:
    """Write the tables as a Python module, all at once, so that no reader meets half a file."""
    lines = ['"""Parse tables, made from grammar/ by build_hook.py; not for editing."""', ""]
    lines += [f"{name} = {value!r}" for name, value in content.items()]
    part = path.with_suffix(f".{id(lines)}.part")
    part.write_text("\n".join(lines) + "\n", "utf-8")
    part.replace(path)


class _Kinds:
    """Numbers for the terminals: a literal one is called by its text, any other by its name."""

    def __init__(self, lark: Lark) -> None:
        self.texts = {t.name: t.pattern.value for t in lark.terminals if _is_literal(t)}
        defined = [t.name for t in lark.terminals if t.name not in IGNORED]
        used = (symbol.name for rule in lark.rules for symbol in rule.expansion if symbol.is_term)
        names = dict.fromkeys([*defined, *sorted(used)])  # declared ones are only used
        self.names = [*tables.SPECIAL_KINDS, *(self.texts.get(n, str(n)) for n in names)]
        self._numbers = {name: number for number, name in enumerate(self.names)}

    def __getitem__(self, name: str) -> int:
        return self._numbers[self.texts.get(name, name)]


def _is_literal(terminal: TerminalDef) -> bool:
    return isinstance(terminal.pattern, PatternStr)


def _lexer_tables(terminals: Collection[TerminalDef], kinds: _Kinds) -> dict[str, Any]:
    """One regular expression for all terminals: a group a kind, one for all operators."""
    patterns = {t.name: t.pattern.to_regexp() for t in terminals if not _is_literal(t)}
    words = {text: kinds[name] for name, text in kinds.texts.items()}
    name_pattern = re.compile(patterns["NAME"])
    operators = [text for text in words if not name_pattern.fullmatch(text)]
    blank = "|".join(patterns.pop(name) for name in IGNORED)
    reserved = patterns.pop("RESERVED")
    words |= {w: kinds["RESERVED"] for w in _words_matching(reserved)}
    order = sorted(
        (t for t in terminals if t.name in patterns and t.name not in CONTEXTUAL),
        key=lambda t: (-t.priority, -t.pattern.max_width, -len(t.pattern.value)),
    )
    groups = [kinds[t.name] for t in order]
    branches = [f"({patterns[t.name]})" for t in order]
    branches += [f"({_any_of(operators)})", r"([\s\S])"]
    groups += [kinds[tables.OPERATOR], kinds[tables.ERROR]]
    pattern = f"(?:{blank})*+(?:{'|'.join(branches)})"
    return {
        "KINDS": tuple(kinds.names),
        "WORDS": words,
        "PATTERN": pattern,
        "GROUPS": (0, *groups),
        "MAGIC": _sre.MAGIC,
        "CODE": b"".join(word.to_bytes(4, "little") for word in _code_of(pattern)),
    }


def _words_matching(pattern: str) -> list[str]:
    return [word for word in keyword.kwlist if re.fullmatch(pattern, word)]


def _any_of(operators: list[str]) -> str:
    """Longer operators first; those of one character as a set, which is quicker."""
    long = sorted((o for o in operators if len(o) > 1), key=len, reverse=True)
    short = "".join(re.escape(o) for o in operators if len(o) == 1)
    return "|".join([*map(re.escape, long), f"[{short}]"])


def _code_of(pattern: str) -> list[int]:
    """The compiled form that `_sre.compile` takes; `re` keeps it to itself otherwise."""
    parsed = _parser.parse(pattern, 0)
    code: list[int] = _compiler._code(parsed, re.UNICODE.value)
    return code


def _parser_tables(lark: Lark, kinds: _Kinds) -> dict[str, Any]:
    """Lark's tables in numbers; an action n >= 0 is a shift to state n, n < 0 reduces rule ~n."""
    table = lark.parser.parser._parse_table
    rules: dict[Rule, int] = {}
    symbols: dict[str, int] = {}
    actions, gotos = _Rows(), _Rows()
    numbers = _numbered(table)
    for state in numbers:
        terminal, nonterminal = [], []
        for name, (action, target) in sorted(table.states[state].items()):
            if action is Reduce:
                terminal.append((kinds[name], ~rules.setdefault(target, len(rules))))
            elif name in kinds.texts or name in kinds.names:
                terminal.append((kinds[name], numbers[target]))
            else:
                nonterminal.append((symbols.setdefault(name, len(symbols)), numbers[target]))
        if state in table.end_states.values():
            terminal.append((kinds[tables.END], numbers[state]))  # Lark stops here without a shift
        actions.add(terminal)
        gotos.add(nonterminal)
    return {
        "START_STATES": {start: numbers[state] for start, state in table.start_states.items()},
        "ACTIONS": actions.packed(),
        "GOTOS": gotos.packed(),
        "RULES": tuple(_rule(rule, symbols) for rule in rules),
    }


def _numbered(table: IntParseTable) -> dict[int, int]:
    """New numbers for Lark's states, in the order one meets them; Lark's differ from run to run."""
    order = [table.start_states[start] for start in tables.STARTS]
    seen = set(order)
    for state in order:  # which grows meanwhile
        for _, (action, target) in sorted(table.states[state].items()):
            if action is not Reduce and target not in seen:
                seen.add(target)
                order.append(target)
    return {state: number for number, state in enumerate(order)}


class _Rows:
    """A sparse table, packed: where each row starts, then the columns and their values."""

    def __init__(self) -> None:
        self._starts = [0]
        self._columns = bytearray()
        self._values: list[int] = []

    def add(self, row: list[tuple[int, int]]) -> None:
        """Append a row of (column, value)."""
        self._columns.extend(column for column, _ in row)
        self._values.extend(value for _, value in row)
        self._starts.append(len(self._values))

    def packed(self) -> tuple[bytes, bytes, bytes]:
        """Starts (two bytes each), columns (one) and values (two)."""
        return _packed(self._starts), bytes(self._columns), _packed(self._values)


def _packed(numbers: Iterable[int]) -> bytes:
    return b"".join(number.to_bytes(2, "little", signed=True) for number in numbers)


def _rule(
    rule: Rule, symbols: dict[str, int]
) -> tuple[int, int, str, tuple[int | None, ...], bool]:
    """Head, length, name of what it builds, parts, and whether a single part stands for the rule.

    A rule without a name gives its parts to the rule above it. Parts are numbered from the left;
    ~n stands for the parts of part n, None for a missing option.
    """
    head = rule.origin.name
    inline = head.startswith("_")
    gaps = rule.options.empty_indices or [False] * len(rule.expansion)
    missing = "".join(str(int(gap)) for gap in gaps).split("0") if any(gaps) else []
    parts: list[int | None] = []
    for index, symbol in enumerate(rule.expansion):
        if missing:
            parts += [None] * len(missing[index])
        if not symbol.is_term:
            parts.append(~index if symbol.name.startswith("_") else index)
        elif rule.options.keep_all_tokens or not getattr(symbol, "filter_out", False):
            parts.append(index)
    if missing:
        parts += [None] * len(missing[len(rule.expansion)])
    name = "" if inline else str(rule.alias or head)
    alone = bool(rule.options.expand1) and not rule.alias
    return symbols.get(head, 0), len(rule.expansion), name, tuple(parts), alone
