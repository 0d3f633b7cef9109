"""What may stand at the cursor in a line that is a command, or that asks for help.

What a command's argument is, its registration says (`takes`). To add a kind of argument: a case in
`ARGUMENTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from tcalc.options import OPTIONS, Choice
from tcalc.render.formats import FORMATS
from tcalc.repl import guide
from tcalc.repl.candidates import Candidate, Scope, names, paths

if TYPE_CHECKING:
    from tcalc.repl.command import Command

    Complete = Callable[[str], list[Candidate]]  # a piece of a program
    Argument = Callable[[str, int, Scope, Mapping[str, Command]], Iterable[Candidate]]

MARK, HELP_MARK = ":", "?"
FOR = " --for "
SAVE = "--save"


def complete_command(
    before: str, scope: Scope, commands: Mapping[str, Command], code: Complete
) -> list[Candidate]:
    """Candidates for the end of `before`; `code` completes what is a program."""
    if before.startswith(HELP_MARK):
        return list(_topics(before[1:], 1, scope, commands))
    name, space, argument = before[1:].partition(" ")
    if not space:
        return _commands(name, 1, commands)
    start = len(before) - len(argument)
    known = [each for each in commands if each.startswith(name)]
    found = commands[name if name in commands else known[0]] if known else None
    if found is None:
        return []
    if found.takes == "code":
        return [
            Candidate(each.text, each.start + start, each.kind, each.about)
            for each in code(argument)
        ]
    if found.takes in ARGUMENTS:
        return list(ARGUMENTS[found.takes](argument, start, scope, commands))
    words = found.takes.split()
    return [Candidate(word, start, "option") for word in words if word.startswith(argument)]


def _commands(prefix: str, start: int, commands: Mapping[str, Command]) -> list[Candidate]:
    return [
        Candidate(name, start, "option", command.help)
        for name, command in commands.items()
        if name.startswith(prefix)
    ]


def _topics(
    prefix: str, start: int, scope: Scope, commands: Mapping[str, Command]
) -> Iterator[Candidate]:
    """Parts of the guide, commands with and without their colon, and names."""
    if prefix.startswith(MARK):
        yield from _commands(prefix[1:], start + 1, commands)
        return
    for topic in [*guide.topics(), guide.CONTENTS]:
        if topic.startswith(prefix):
            yield Candidate(topic, start, "title", "guide")
    yield from _commands(prefix, start, commands)
    yield from names(prefix, start, scope)


def _files(prefix: str, start: int, scope: Scope, _: object) -> Iterator[Candidate]:
    """Paths, and behind `--for` names."""
    path, wanted, name = prefix.rpartition(FOR)
    yield from names(name, start + len(path + wanted), scope) if wanted else paths(prefix, start)


def _names(prefix: str, start: int, scope: Scope, _: object) -> Iterator[Candidate]:
    """The last of several names."""
    done, space, last = prefix.rpartition(" ")
    return names(last, start + len(done + space), scope)


def _settings(prefix: str, start: int, scope: Scope, _: object) -> Iterator[Candidate]:
    """A setting's name, its values, and the word that keeps them."""
    done, space, last = prefix.rpartition(" ")
    start += len(done + space)
    words = done.split()
    known = {option.name: option for option in OPTIONS if not option.fixed}
    if not words:
        choices = {name: option.help for name, option in known.items()}
    elif len(words) == 1 and words[0] in known:
        choices = dict.fromkeys(values(words[0]), "")
    else:
        choices = {SAVE: "for all sessions"} if SAVE not in words else {}
    yield from (
        Candidate(word, start, "option", choices[word]) for word in choices if word.startswith(last)
    )


def values(name: str) -> Iterable[str]:
    """The words that a setting takes; none if it takes a number or the like."""
    option = next(option for option in OPTIONS if option.name == name)
    if option.read is None:
        return ("true", "false")
    return option.read.words if isinstance(option.read, Choice) else ()


def _formats(prefix: str, start: int, scope: Scope, _: object) -> Iterator[Candidate]:
    for name in ("auto", *FORMATS):
        if name.startswith(prefix):
            yield Candidate(name, start, "option", FORMATS[name].help if name in FORMATS else "")


ARGUMENTS: dict[str, Argument] = {
    "topic": _topics,
    "file": _files,
    "name": _names,
    "setting": _settings,
    "format": _formats,
}
