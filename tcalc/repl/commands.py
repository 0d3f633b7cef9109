"""What is typed after a colon: commands to the session itself.

To add one: a function under `@command`. Help, completion and did-you-mean follow from the table.
A command that cannot do what it is told raises a TcalcError.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tcalc.errors import ArgumentFault, NameFault, RuntimeFault, closest

if TYPE_CHECKING:
    from tcalc.lang.session import Session

MARK = ":"


class Context(Protocol):
    """What a command may use of the session that it runs in."""

    session: Session
    programs: list[str]  # the texts that have run without an error

    @property
    def format(self) -> str:
        """The output format in force."""

    @format.setter
    def format(self, name: str) -> None: ...

    def run(self, text: str, name: str = "<input>") -> bool:
        """Run a program and show its results; whether it went well."""

    def say(self, text: str) -> None:
        """Write a remark."""

    def help(self, topic: str) -> None:
        """Show the page on `topic`, or the overview for an empty one."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: how it is typed, what it does in a line, and the function that does it."""

    name: str
    argument: str
    help: str
    run: Callable[[Context, str], None]

    @property
    def usage(self) -> str:
        """`:save FILE`."""
        return f"{MARK}{self.name} {self.argument}".rstrip()


COMMANDS: dict[str, Command] = {}

Handler = Callable[[Context, str], None]


def command(name: str, argument: str, help: str) -> Callable[[Handler], Handler]:
    """Register the decorated function as `:name`; brackets around `argument` make it optional."""

    def register(run: Handler) -> Handler:
        COMMANDS[name] = Command(name, argument, help, run)
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


@command("help", "[NAME]", "what can be typed; or what NAME does (also NAME?)")
def _help(context: Context, topic: str) -> None:
    context.help(topic)


@command("vars", "[PREFIX]", "the names that are defined, with shape, dtype and size")
def _vars(context: Context, prefix: str) -> None:
    from tcalc.repl.variables import table

    names = [name for name in context.session.names() if name.startswith(prefix)]
    context.say(table({name: context.session[name] for name in names}) or "no names are defined")


@command("clear", "[NAME ...]", "forget these names, or all")
def _clear(context: Context, names: str) -> None:
    chosen = names.split() or list(context.session.names())
    for name in chosen:
        if name not in context.session:
            raise NameFault(f"name '{name}' is not defined")
    for name in chosen:
        del context.session[name]


@command("save", "FILE", "write the programs that ran without an error to FILE")
def _save(context: Context, path: str) -> None:
    text = "\n".join(context.programs)
    try:
        Path(path).expanduser().write_text(text + "\n" if text else "", encoding="utf-8")
    except OSError as error:
        raise RuntimeFault(f"cannot write {path}: {error.strerror}") from None
    count = len(context.programs)
    context.say(f"{count} program{'s' if count != 1 else ''} in {path}")


@command("load", "FILE", "run the program in FILE")
def _load(context: Context, path: str) -> None:
    try:
        text = Path(path).expanduser().read_text(encoding="utf-8")
    except OSError as error:
        raise RuntimeFault(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RuntimeFault(f"{path} is not UTF-8 text") from None
    if context.run(text, path):
        context.programs.append(text.rstrip("\n"))


@command("time", "CODE", "run CODE and tell how long it took")
def _time(context: Context, code: str) -> None:
    start = time.perf_counter()
    context.run(code)
    seconds = time.perf_counter() - start
    context.say(f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s")


@command("seed", "N", "start the random numbers anew from N")
def _seed(context: Context, number: str) -> None:
    if not number.removeprefix("-").isdecimal():
        raise ArgumentFault(f"a seed is a whole number, not {number!r}")
    context.session.eval(f"import torch; torch.manual_seed({number});")


@command("display", "[FORMAT]", "how results are written: auto, rich, text, json, ...")
def _display(context: Context, name: str) -> None:
    if name:
        context.format = name
    else:
        context.say(context.format)


@command("history", "[N]", "the last N programs that ran without an error (all)")
def _history(context: Context, number: str) -> None:
    if number and not number.isdecimal():
        raise ArgumentFault(f"{MARK}history takes a number, not {number!r}")
    programs = context.programs[-int(number) :] if number and int(number) else context.programs
    context.say("\n".join(programs) or "nothing has run yet")


@command("quit", "", "leave (also Ctrl-D)")
def _quit(context: Context, _: str) -> None:
    raise EOFError
