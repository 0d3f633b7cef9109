"""The table of commands, which are typed after a colon, and the way from a line to its command.

To add one: a function under `@command`. Help, completion and did-you-mean follow from the table.
A command that cannot do what it is told raises a TcalcError.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tcalc.errors import ArgumentFault, NameFault, closest

if TYPE_CHECKING:
    from tcalc.lang.session import Session
    from tcalc.options import Settings
    from tcalc.repl.screen import Screen
    from tcalc.repl.undo import Step

MARK = ":"


class Context(Protocol):
    """What a command may use of the session that it runs in."""

    session: Session
    settings: Settings
    preamble: list[str]  # programs that the settings at the start amount to
    programs: list[str]  # the texts that have run without an error
    shown: list[dict[int, str]]  # by program: the types of its results, by their places
    screen: Screen
    next_text: str  # what stands in the editor when it opens next

    def run(self, text: str, name: str = "<input>") -> bool:
        """Run a program and show its results; whether it went well."""

    def remember(self, text: str) -> None:
        """Make the input `text`, which is about to be carried out, one that can be undone."""

    def keep(self, text: str) -> None:
        """Count `text` among the programs that have run without an error."""

    def undo(self) -> Step | None:
        """Take back the last input; what was taken back, None if nothing is left."""

    def say(self, text: str) -> None:
        """Write a remark."""

    def browse(self, text: str) -> None:
        """Write a text to be read, page by page if it is long."""

    def help(self, topic: str) -> None:
        """Show the page on `topic`, or the overview for an empty one."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: how it is typed, what it does in a line, and the function that does it.

    `takes` is what completion offers for the argument: the name of a kind (`command_line` has
    them), or the words themselves.
    """

    name: str
    argument: str
    help: str
    run: Callable[[Context, str], None]
    takes: str = ""

    @property
    def doc(self) -> str:
        """What there is to know besides, with examples; "" for nothing."""
        from inspect import cleandoc

        return cleandoc(self.run.__doc__ or "")

    @property
    def usage(self) -> str:
        """`:save FILE`."""
        return f"{MARK}{self.name} {self.argument}".rstrip()


COMMANDS: dict[str, Command] = {}

Handler = Callable[[Context, str], None]


def command(name: str, argument: str, help: str, takes: str = "") -> Callable[[Handler], Handler]:
    """Register the decorated function as `:name`; brackets around `argument` make it optional."""

    def register(run: Handler) -> Handler:
        COMMANDS[name] = Command(name, argument, help, run, takes)
        return run

    return register


def find(name: str) -> Command:
    """The command called `name` or by an unambiguous beginning of its name."""
    if name in COMMANDS:
        return COMMANDS[name]
    starting = [known for known in COMMANDS if name and known.startswith(name)]
    if len(starting) == 1:
        return COMMANDS[starting[0]]
    near = starting or closest(name, COMMANDS)
    raise NameFault(
        f"no command is called {MARK}{name}",
        helps=[
            f"did you mean {' or '.join(MARK + n for n in near)}?"
            if near
            else f"{MARK}help lists the commands"
        ],
    )


def execute(line: str, context: Context) -> None:
    """Carry out `line`, which starts with the mark."""
    name, _, argument = line.removeprefix(MARK).strip().partition(" ")
    found = find(name)
    argument = argument.strip()
    if not argument and found.argument and not found.argument.startswith("["):
        raise ArgumentFault(f"{MARK}{found.name} needs {found.argument}", helps=[found.usage])
    if argument and not found.argument:
        raise ArgumentFault(f"{MARK}{found.name} takes no argument", helps=[found.usage])
    found.run(context, argument)


@command(
    "help",
    "[TOPIC]",
    "what can be typed; what a name does (also NAME?); a part of the guide",
    "topic",
)
def _help(context: Context, topic: str) -> None:
    """A topic is a name of the language or of this session (`softmax`, `x.sum`, `torch.linalg`), a
    keyword, a command, or a part of the guide: `:help guide` lists its parts.

    >>> x = eye(2)
    >>> :help x
    """
    context.help(topic)
