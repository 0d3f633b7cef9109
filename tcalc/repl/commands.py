"""What is typed after a colon: commands to the session itself.

To add one: a function under `@command`. Help, completion and did-you-mean follow from the table.
A command that cannot do what it is told raises a TcalcError.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tcalc.errors import ArgumentFault, NameFault, RuntimeFault, closest

if TYPE_CHECKING:
    from tcalc.lang.session import Session
    from tcalc.options import Settings
    from tcalc.repl.undo import Step

MARK = ":"


class Context(Protocol):
    """What a command may use of the session that it runs in."""

    session: Session
    settings: Settings
    programs: list[str]  # the texts that have run without an error
    transcript: list[tuple[str, list[str]]]  # inputs, each with what it showed
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


@command("help", "[TOPIC]", "what can be typed; what a name does (also NAME?); a part of the guide")
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
    context.remember(f"{MARK}clear {names}")
    for name in chosen:
        del context.session[name]


@command("undo", "[N]", "take back the last input, or N: names, and values changed in place")
def _undo(context: Context, number: str) -> None:
    if number and not number.isdecimal():
        raise ArgumentFault(f"{MARK}undo takes a number, not {number!r}")
    for _ in range(int(number or 1)):
        step = context.undo()
        if step is None:
            raise RuntimeFault("nothing is left to undo")
        first, more, _ = step.text.partition("\n")
        context.say(f"undone: {first}{' ...' if more else ''}")
        if step.snapshot.left_out:
            context.say(f"as it is now: {', '.join(step.snapshot.left_out)}")


@command("time", "CODE", "run CODE and tell how long it took")
def _time(context: Context, code: str) -> None:
    start = time.perf_counter()
    context.remember(code)
    if context.run(code):
        context.keep(code)
    seconds = time.perf_counter() - start
    context.say(f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s")


@command("seed", "N", "start the random numbers anew from N")
def _seed(context: Context, number: str) -> None:
    if not number.removeprefix("-").isdecimal():
        raise ArgumentFault(f"a seed is a whole number, not {number!r}")
    program = f"torch.manual_seed({number});"
    context.remember(program)
    context.session.eval(program)
    context.keep(program)


@command("history", "[N]", "the last N programs that ran without an error (all)")
def _history(context: Context, number: str) -> None:
    if number and not number.isdecimal():
        raise ArgumentFault(f"{MARK}history takes a number, not {number!r}")
    programs = context.programs[-int(number) :] if number and int(number) else context.programs
    context.say("\n".join(programs) or "nothing has run yet")


@command("graph", "NAME", "what a tensor was computed from, a line for every op")
def _graph(context: Context, name: str) -> None:
    if name not in context.session:
        raise NameFault(f"name '{name}' is not defined")
    context.run(f"graph({name})")


@command("mem", "", "which names share memory, and how many bytes it has")
def _mem(context: Context, _: str) -> None:
    from tcalc.repl.variables import memory

    names = context.session.names()
    context.say(memory({name: context.session[name] for name in names}) or "no tensors are named")


@command("as", "torch", "the programs that ran without an error, as PyTorch has them")
def _as(context: Context, what: str) -> None:
    if what != "torch":
        raise ArgumentFault(f"{MARK}as knows torch, not {what!r}", helps=[":as torch"])
    from tcalc.repl.as_torch import as_torch

    context.say(as_torch(context.programs) or "nothing has run yet")


@command("quit", "", "leave (also Ctrl-D)")
def _quit(context: Context, _: str) -> None:
    raise EOFError
