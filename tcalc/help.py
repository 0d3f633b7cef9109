"""What `--help` says, as tables that the manual page is made from as well, and its text."""

from __future__ import annotations

from collections.abc import Iterator

from tcalc.options import OPTIONS, Option
from tcalc.render.formats import FORMATS

SUMMARY = "a tensor calculator; PyTorch's language on the command line"

SYNOPSIS = (
    ("[options]", "a REPL, or run the program piped in"),
    ("[options] FILE [ARG ...]", "run a script; the list argv has the ARGs"),
    ("DATA ... [options]", "look into data files, or run -e on them"),
    ("[options] -e CODE ...", "run CODE; stdin is the tensor piped in"),
    ("[options] --each -e CODE ...", "run CODE on each line; x is its tensor"),
)

EXAMPLES = (
    "tcalc -e 'arange(12).reshape(3, 4).sum(axis=0)'",
    "seq 10 | tcalc -e 'stdin.float().mean()'",
    "tcalc -d t=table.csv -e 't.double().mean(dim=0)'",
    "tcalc -e 'randn(3, 4)' -o npy | tcalc -d x=- -e 'x @ x.T' -o csv",
    "seq 6 | paste - - | tcalc --each -e 'x.norm()'",
    "seq 6 | tcalc -e 's = 0' --each -e 's += x' --end -e 's'",
)

STATUSES = (
    (0, "all went well"),
    (1, "the program failed"),
    (2, "the command line or the config file makes no sense"),
    (70, "a mistake in tcalc itself: please report it"),
    (130, "interrupted"),
    (141, "the reader of standard output has gone away"),
)

ENVIRONMENT = (
    ("NO_COLOR", "if not empty, no colours; an explicit --color wins over it"),
    ("CLICOLOR_FORCE", "if neither empty nor 0, colours where there is no terminal as well"),
    ("TERM", "dumb means no colours and no line editor"),
    ("COLUMNS", "the width that errors and rich output are laid out for"),
    ("TCALC_DEBUG", "if not empty, errors are followed by the place in tcalc itself"),
)

_COLUMN = 28


def lines() -> Iterator[str]:
    """The lines of `--help`, none longer than 80 columns."""
    yield f"tcalc: {SUMMARY}"
    yield ""
    for words, meaning in SYNOPSIS:
        yield f"  {'tcalc ' + words:<35}{meaning}"
    for group, options in groups():
        yield f"\n{group}:"
        for option in options:
            yield from _entry(option)
    yield "\nOutput formats:"
    for name, meaning in formats():
        yield f"  {name:<{_COLUMN - 2}}{meaning}"
    yield "\nExamples:"
    for example in EXAMPLES:
        yield f"  {example}"
    yield "\nExit status:"
    for status, meaning in STATUSES:
        yield f"  {status:<{_COLUMN - 2}}{meaning}"


def groups() -> Iterator[tuple[str, list[Option]]]:
    """The options by the group that they are shown in."""
    for group in dict.fromkeys(option.group for option in OPTIONS):
        yield group, [option for option in OPTIONS if option.group == group]


def formats() -> Iterator[tuple[str, str]]:
    """The output formats and what they are."""
    yield "auto", "rich on a terminal, else text"
    for output in FORMATS.values():
        yield output.name, output.help


def _entry(option: Option) -> Iterator[str]:
    short = f"-{option.short}, " if option.short else "    "
    long = f"--{option.name}" + (f", --no-{option.name}" if option.no else "")
    left = f"  {short}{long} {option.metavar}".rstrip()
    if len(left) > _COLUMN - 2:
        yield left
        left = ""
    yield f"{left:<{_COLUMN}}{option.help}"
