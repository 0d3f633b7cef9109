"""A candidate of completion, and what all places of a text share: names, and the paths of files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Candidate:
    """`text` may replace what is between `start` and the cursor; `kind` names its style.

    `about` is a few words on it, or what gives them by the text: of a thousand candidates the menu
    shows a few.
    """

    text: str
    start: int
    kind: str
    about: str | Callable[[str], str] = ""

    @property
    def note(self) -> str:
        """A few words on it."""
        return self.about if isinstance(self.about, str) else self.about(self.text)


class Scope(Protocol):
    """The names that can be completed to."""

    def names(self) -> Mapping[str, str]:
        """Every bare name in scope and its kind."""

    def value(self, name: str) -> object:
        """What a bare name stands for, None if nothing."""

    def members(self, value: object) -> Iterable[str]:
        """The attributes that the language lets a program read on `value`."""

    def member(self, value: object, name: str) -> object:
        """A namespace's member; None where reading it might run code."""

    def parameters(self, path: list[str]) -> Iterable[tuple[str, str]]:
        """Keywords that the function at the dotted `path` takes, each with its kind."""

    def tensor_members(self) -> Iterable[str]:
        """The attributes of a tensor."""

    def choices(self, path: list[str], parameter: str, first: str) -> Iterable[str]:
        """Values that `parameter` of that function can take; `first` is the first argument."""

    def modules(self) -> Iterable[str]:
        """The full names of what can be imported."""

    def module_members(self, path: str) -> Iterable[str]:
        """What can be imported from the module of that full name."""

    def member_note(self, name: str) -> str:
        """A few words on an attribute."""

    def note(self, name: str) -> str:
        """A few words on a bare name."""


def fits(name: str, prefix: str) -> bool:
    """Private names are offered to those only who type the underscore."""
    return name.startswith(prefix) and (prefix.startswith("_") or not name.startswith("_"))


def names(prefix: str, start: int, scope: Scope) -> Iterator[Candidate]:
    """The bare names, or the members of a namespace, that begin as `prefix` does."""
    head, dot, last = prefix.rpartition(".")
    if dot:
        members = scope.members(walk(head.split("."), scope))
        offset = start + len(head) + 1
        yield from (Candidate(m, offset, "attribute") for m in sorted(members) if fits(m, last))
        return
    if prefix:
        for name, kind in sorted(scope.names().items()):
            if fits(name, prefix):
                yield Candidate(name, start, kind, scope.note)


def walk(path: list[str], scope: Scope) -> object:
    """The value of a dotted name, through namespaces only."""
    value = scope.value(path[0])
    for name in path[1:]:
        value = scope.member(value, name)
    return value


def paths(prefix: str, start: int) -> Iterator[Candidate]:
    """Files and folders whose path starts with `prefix`."""
    folder, slash, name = prefix.rpartition("/")
    try:
        entries = sorted(Path(folder + slash).expanduser().iterdir())
    except (OSError, RuntimeError):
        return
    for entry in entries:
        if fits(entry.name, name) and (name.startswith(".") or not entry.name.startswith(".")):
            text = entry.name + ("/" if entry.is_dir() else "")
            yield Candidate(text, start + len(folder + slash), "file")
