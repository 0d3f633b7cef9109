"""The commands to the session itself; those for files and settings are in modules of their own."""

from __future__ import annotations

import time

from tcalc.errors import ArgumentFault, NameFault, RuntimeFault
from tcalc.repl import configure, transfer  # noqa: F401 -- they register theirs
from tcalc.repl.command import COMMANDS, MARK, Context, command, execute, find

__all__ = ["COMMANDS", "MARK", "execute", "find"]


@command("vars", "[PREFIX]", "the names that are defined, with shape, dtype and size", "name")
def _vars(context: Context, prefix: str) -> None:
    """Tensors tell their bytes and their place in differentiation, other values their text.

    >>> x = zeros(2, 3, requires_grad=True); y = x * 2; n = 3
    >>> :vars
    """
    from tcalc.repl.variables import table

    names = [name for name in context.session.names() if name.startswith(prefix)]
    text = table({name: context.session[name] for name in names})
    context.browse(text or "no names are defined")


@command("show", "[NAME]", "all of the last result, or of NAME, page by page", "name")
def _show(context: Context, name: str) -> None:
    """Nothing is left out, as it may be where a result is shown first.

    >>> x = arange(12).reshape(3, 4)
    >>> :show x
    """
    name = name or "_"
    if name not in context.session:
        raise NameFault(f"name '{name}' is not defined" if name != "_" else "nothing was shown yet")
    from tcalc.repl.values import whole

    context.browse(whole(context.session[name], context))


@command("clear", "[NAME ...]", "forget these names, or all", "name")
def _clear(context: Context, names: str) -> None:
    """What the names stood for is let go, and `:undo` brings it back.

    >>> a = 1; b = 2
    >>> :clear a
    >>> dir()
    """
    chosen = names.split() or list(context.session.names())
    for name in chosen:
        if name not in context.session:
            raise NameFault(f"name '{name}' is not defined")
    context.remember(f"{MARK}clear {names}")
    for name in chosen:
        del context.session[name]


@command("undo", "[N]", "take back the last input, or N: names, and values changed in place")
def _undo(context: Context, number: str) -> None:
    """Tensors that were written in place, lists that grew, gradients and random numbers go back as
    well.

    >>> x = zeros(2)
    >>> x += 1; x
    >>> :undo
    >>> x
    """
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


@command("time", "CODE", "run CODE and tell how long it took", "code")
def _time(context: Context, code: str) -> None:
    """Once, results included; `time_it(f)` repeats what is short.

    >>> :time sum(range(10000))
    """
    start = time.perf_counter()
    context.remember(code)
    if context.run(code):
        context.keep(code)
    seconds = time.perf_counter() - start
    context.say(f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s")


@command("seed", "N", "start the random numbers anew from N")
def _seed(context: Context, number: str) -> None:
    """As `torch.manual_seed(N)`: what is drawn after it repeats.

    >>> :seed 7
    >>> rand(2)
    >>> :seed 7
    >>> rand(2)
    """
    if not number.removeprefix("-").isdecimal():
        raise ArgumentFault(f"a seed is a whole number, not {number!r}")
    configure.carry_out(context, configure.PROGRAMS["seed"].format(number))


@command("history", "[N|-N|N-M|TEXT]", "the programs that ran without an error, numbered")
def _history(context: Context, which: str) -> None:
    """All of them, number N, the last N, those from N to M, or those that hold TEXT; `:edit N`
    opens one of them.

    >>> a = 1
    >>> b = a + 1
    >>> :history
    >>> :history b
    """
    programs = dict(enumerate(context.programs, 1))
    chosen = [number for number in programs if number in _range(which, len(programs))]
    if which.strip("0123456789-"):
        chosen = [number for number, text in programs.items() if which in text]
    if not chosen:
        raise ArgumentFault(f"no program is {which}" if programs else "nothing has run yet")
    width = len(str(chosen[-1]))
    margin = "\n" + " " * (width + 2)
    lines = (f"{number:>{width}}  " + programs[number].replace("\n", margin) for number in chosen)
    context.browse("\n".join(lines))


def _range(which: str, count: int) -> range:
    """The numbers that `N`, `-N`, `N-M` or "" mean."""
    first, dash, last = which.partition("-")
    if not dash:
        return range(int(which), int(which) + 1) if which.isdecimal() else range(1, count + 1)
    if not first:
        return range(max(count - int(last or count), 0) + 1, count + 1)
    return range(int(first), int(last or count) + 1) if (first + last).isdecimal() else range(0)


@command("graph", "[NAME]", "what a tensor was computed from, a line for every op", "name")
def _graph(context: Context, name: str) -> None:
    """As `graph(NAME)` does.

    >>> w = ones(2, requires_grad=True); y = (w * 2).sum()
    >>> :graph y
    """
    from tcalc.repl.stepping import latest

    name = name or latest(context.session)
    if name not in context.session:
        raise NameFault(f"name '{name}' is not defined")
    context.run(f"graph({name})")


@command(
    "step", "[NAME]", "the backward pass of a tensor, node by node: Enter shows the next", "name"
)
def _step(context: Context, name: str) -> None:
    """Of the last result that has a graph, unless it is told a name.

    >>> w = ones(2, requires_grad=True); y = (w * 2).sum(); y.backward()
    >>> :step
    """
    from tcalc.repl.stepping import walk

    walk(context, name)


@command("mem", "", "which names share memory, and how many bytes it has")
def _mem(context: Context, _: str) -> None:
    """A view lies in the memory of what it is a view of, and changes with it.

    >>> x = zeros(4); row = x[:2]; y = ones(1)
    >>> :mem
    """
    from tcalc.repl.variables import memory

    names = context.session.names()
    context.say(memory({name: context.session[name] for name in names}) or "no tensors are named")


@command("as", "torch", "the programs that ran without an error, as PyTorch has them", "torch")
def _as(context: Context, what: str) -> None:
    if what != "torch":
        raise ArgumentFault(f"{MARK}as knows torch, not {what!r}", helps=[":as torch"])
    from tcalc.reference import highlighted
    from tcalc.repl.as_torch import as_torch

    if not context.programs:
        context.say("nothing has run yet")
        return
    options = configure.print_options(context.settings)
    before = [*context.preamble, *([options] if options else [])]
    shown: list[dict[int, str]] = [{} for _ in before]
    text = as_torch(before + context.programs, shown + context.shown, context.session.values())
    color = context.screen.output().page.color
    context.browse(highlighted(text) if color else text)


@command("quit", "", "leave (also Ctrl-D)")
def _quit(context: Context, _: str) -> None:
    raise EOFError
