"""The commands to the session itself; those for files and settings are in modules of their own."""

from __future__ import annotations

import time

from tcalc.errors import ArgumentFault, NameFault, RuntimeFault
from tcalc.repl import configure, transfer  # noqa: F401 -- they register theirs
from tcalc.repl.command import COMMANDS, MARK, Context, command, execute, find

__all__ = ["COMMANDS", "MARK", "execute", "find"]


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


@command("step", "[NAME]", "the backward pass of a tensor, node by node: Enter shows the next")
def _step(context: Context, name: str) -> None:
    from tcalc.repl.stepping import walk

    walk(context, name)


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
