"""What may stand at the cursor.

`complete` is a pure function of the text, the cursor and the names in scope. It looks values up by
name and asks for their type's attributes; it never runs code of the user's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tcalc.repl.candidates import Candidate, Scope, fits, names, paths, walk
from tcalc.repl.command_line import complete_command
from tcalc.repl.incremental import CLOSING, OPENING, Token, Tokens

if TYPE_CHECKING:
    from tcalc.repl.command import Command

LOOK_BACK = 2000  # tokens; a call that began before is out of sight


def complete(
    text: str,
    cursor: int,
    scope: Scope,
    commands: Mapping[str, Command],
    tokens: Tokens,
) -> list[Candidate]:
    """Candidates for the text before `cursor`, best first."""
    before = text[:cursor]
    if before.startswith(":"):
        return complete_command(
            before, scope, commands, lambda code: complete(code, len(code), scope, {}, tokens)
        )
    if before.startswith("?"):
        return complete_command(before, scope, commands, lambda code: [])
    found = tokens(before)
    last = found[-1] if found else ("", 0, 0)
    if last[0] == "comment":
        return []
    if last[0] in ("string", "error") and before[last[1]] in "'\"":
        return [] if _closed(before[last[1] :]) else _in_string(before, found, scope)
    return _expression(before, found, scope)


def _expression(before: str, found: list[Token], scope: Scope) -> list[Candidate]:
    """The name or the attribute that is being typed."""
    cursor = len(before)
    kind, start, end = found[-1] if found else ("", cursor, cursor)
    if kind == "number" and end == cursor:
        return []
    typing = kind in ("name", "keyword") and end == cursor
    if typing:
        found = found[:-1]
    else:
        start = cursor
    prefix = before[start:]
    statement = _statement(before, found)
    if statement[:1] in (["import"], ["from"]):
        return list(_imported(statement, prefix, start, scope))
    if found and before[found[-1][1] : found[-1][2]] == ".":
        members = sorted(_members(before, found[:-1], scope))
        return [
            Candidate(m, start, "attribute", scope.member_note) for m in members if fits(m, prefix)
        ]
    return [*_arguments(before, found, prefix, start, scope), *names(prefix, start, scope)]


def _statement(before: str, found: Sequence[Token]) -> list[str]:
    """The words from the beginning of the line, or from the last semicolon, on."""
    words: list[str] = []
    end = len(before)
    for _, start, stop in reversed(found):
        if "\n" in before[stop:end] or before[start:stop] == ";":
            break
        words.append(before[start:stop])
        end = start
    return words[::-1]


def _imported(words: list[str], prefix: str, start: int, scope: Scope) -> Iterator[Candidate]:
    """Modules after `import` and `from`, what is in the module behind that."""
    inside = words[0] == "from" and "import" in words
    if words[-1] == "as":
        return
    if words[-1] not in ("import", "from", ",", ".", "("):  # a whole name stands there
        found, kind = ["import" if words[0] == "from" and not inside else "as"], "keyword"
    elif inside:
        path = "".join(words[1 : words.index("import")])
        found, kind = sorted(scope.module_members(path)), "attribute"
    else:
        found, kind = _modules_below(words, scope), "name"
    yield from (
        Candidate(name, start, kind, scope.member_note) for name in found if fits(name, prefix)
    )


def _modules_below(words: list[str], scope: Scope) -> list[str]:
    """The next parts of the modules' names, below the path `a.b.` that `words` end in."""
    first = len(words)
    while first > 1 and words[first - 1] == ".":
        first -= 2
    above = "".join(words[first:])
    below = (path[len(above) :] for path in scope.modules() if path.startswith(above))
    return sorted({path.partition(".")[0] for path in below})


def _members(before: str, found: Sequence[Token], scope: Scope) -> Iterable[str]:
    """Attributes of the simple dotted name that `found` ends in. A call or an index most likely
    gives a tensor, a literal nothing worth completing.
    """
    if found and before[found[-1][1] : found[-1][2]] in (")", "]"):
        return scope.tensor_members()
    path = _path(before, found)
    return scope.members(walk(path, scope)) if path else ()


def _in_string(before: str, found: Sequence[Token], scope: Scope) -> list[Candidate]:
    """Keys of the dict that is indexed by the open string at the end of `found`, else files."""
    opened = found[-1][1] + 1
    prefix = before[opened:]
    keys = _keys(before, found[:-1], scope)
    if keys is None:
        return list(paths(prefix, opened))
    return [Candidate(key, opened, "string") for key in keys if key.startswith(prefix)]


def _keys(before: str, found: Sequence[Token], scope: Scope) -> Iterable[str] | None:
    """The keys of the dict that is being indexed at the end of `found`; None if none is."""
    if not found or before[found[-1][1] : found[-1][2]] != "[":
        return None
    path = _path(before, found[:-1])
    value = walk(path, scope) if path else None
    return [key for key in value if isinstance(key, str)] if isinstance(value, dict) else None


def _path(before: str, found: Sequence[Token]) -> list[str]:
    """The names of `a.b.c` at the end of `found`, [] if it does not end in such."""
    path: list[str] = []
    at = len(found) - 1
    while at >= 0 and found[at][0] == "name":
        path.insert(0, before[found[at][1] : found[at][2]])
        if at == 0 or before[found[at - 1][1] : found[at - 1][2]] != ".":
            return path
        at -= 2
    return []


@dataclass(frozen=True, slots=True)
class Call:
    """The call around the cursor: its function's dotted path, and its arguments so far."""

    path: list[str]
    arguments: list[list[str]]

    @property
    def given(self) -> set[str]:
        """The keywords that have been given."""
        return {words[0] for words in self.arguments if words[1:2] == ["="]}

    @property
    def positional(self) -> int:
        """How many arguments have been given by position; the last is still being typed."""
        return sum(words[1:2] != ["="] for words in self.arguments[:-1])

    @property
    def first(self) -> str:
        """The first argument if it is a mere name, else ""."""
        return self.arguments[0][0] if len(self.arguments[0]) == 1 else ""


def call_at(before: str, found: list[Token]) -> Call | None:
    """The innermost call that is open at the end of `found`."""
    depth = 0
    arguments: list[list[str]] = [[]]
    for at in range(len(found) - 1, max(-1, len(found) - LOOK_BACK), -1):
        word = before[found[at][1] : found[at][2]]
        depth += (word in CLOSING) - (word in OPENING)
        if depth < 0:
            path = _called(before, found[:at]) if word == "(" else []
            return Call(path, [words[::-1] for words in arguments[::-1]]) if path else None
        if depth == 0 and word == ",":
            arguments.append([])
        else:
            arguments[-1].append(word)
    return None


def _called(before: str, found: list[Token]) -> list[str]:
    """The dotted path of what is called; of a method of an expression "" and its name."""
    path = _path(before, found)
    if path or len(found) < len(("receiver", ".", "name")) or found[-1][0] != "name":
        return path
    _, start, end = found[-1]
    return ["", before[start:end]] if before[found[-2][1] : found[-2][2]] == "." else []


def _arguments(
    before: str, found: list[Token], prefix: str, start: int, scope: Scope
) -> Iterator[Candidate]:
    """Keywords of the call around the cursor that are not given yet, or values of one."""
    call = call_at(before, found)
    if call is None:
        return
    last = call.arguments[-1]
    if not last:
        for name, kind in list(scope.parameters(call.path))[call.positional :]:
            if fits(name, prefix) and name not in call.given:
                yield Candidate(f"{name}=", start, "option", kind)
    elif last[1:] == ["="]:
        for choice in scope.choices(call.path, last[0], call.first):
            if choice.startswith(prefix):
                yield Candidate(choice, start, "number")


def _closed(literal: str) -> bool:
    quote = literal[0]
    return len(literal) > 1 and literal.endswith(quote)
