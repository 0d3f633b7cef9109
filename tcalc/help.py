"""The text of `--help`, from the tables of options and of output formats."""

from __future__ import annotations

from collections.abc import Iterator

from tcalc.options import OPTIONS, Option
from tcalc.render.formats import FORMATS


def lines() -> Iterator[str]:
    """The lines of the text, none longer than 80 columns."""
    yield from _HEAD.splitlines()
    for group in dict.fromkeys(option.group for option in OPTIONS):
        yield f"\n{group}:"
        for option in OPTIONS:
            if option.group == group:
                yield from _entry(option)
    yield "\nOutput formats:"
    yield f"  {'auto':<12} rich on a terminal, else text"
    for output in FORMATS.values():
        yield f"  {output.name:<12} {output.help}"
    yield from _TAIL.splitlines()


def _entry(option: Option) -> Iterator[str]:
    short = f"-{option.short}, " if option.short else "    "
    long = f"--{option.name}" + (f", --no-{option.name}" if option.no else "")
    left = f"  {short}{long} {option.metavar}".rstrip()
    if len(left) > _COLUMN - 2:
        yield left
        left = ""
    yield f"{left:<{_COLUMN}}{option.help}"


_COLUMN = 28

_HEAD = """\
tcalc: a tensor calculator; PyTorch's language on the command line

  tcalc [options]                  a REPL on a terminal, else run standard input
  tcalc [options] FILE [ARG ...]   run a script (-: standard input); argv: ARGs
  tcalc DATA ... [options]         show what is in data files, or run -e on them
  tcalc [options] -e CODE ...      run CODE; stdin is the tensor piped in
"""

_TAIL = """
Examples:
  tcalc -e 'arange(12).reshape(3, 4).sum(axis=0)'
  seq 10 | tcalc -e 'stdin.float().mean()'
  tcalc -e 'randn(3, 4)' -o npy | tcalc -d x=- -e 'x @ x.T' -o csv
  tcalc -i -d w=model.safetensors

Exit status: 0; 1 the program failed; 2 wrong usage; 130 interrupted.
"""
