"""The manual page tcalc(1), from the tables of options and of `help`, in roff's macros for man."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tcalc import __version__
from tcalc.help import ENVIRONMENT, EXAMPLES, STATUSES, SUMMARY, SYNOPSIS, formats, groups
from tcalc.options import Option

PATH = "man/man1/tcalc.1"  # below a prefix such as /usr/share

_DESCRIPTION = """\
tcalc runs programs of a small language, a subset of Python with PyTorch's functions in scope,
and writes the value of every expression statement to standard output. Errors go to standard error.

Data and code are apart: with -e or a script, piped standard input is data, and the name stdin is
the tensor in it. -d binds other names. Without either, standard input is the program, and each
statement runs as soon as it is complete.

With --each, code runs once for each line of standard input. Its numbers, or the JSON value in it,
are bound to x (or to NAME by -d NAME=-), and NR counts the records. Code given before --each runs
once before them, code after --end once after them.

With -0, standard input is a series of programs, each ended by a NUL byte, and so is what each of
them writes: another program can keep one tcalc open and knows where an answer ends.
"""
_FILES = (
    ("~/.config/tcalc/config.toml", "settings: long names of options and their values, in TOML"),
)


def page() -> str:
    """The page's source."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield '.\\" Made from the tables of options and formats.'
    yield f'.TH TCALC 1 "" "tcalc {__version__}" "User Commands"'
    yield ".SH NAME"
    yield f"tcalc \\- {_text(SUMMARY)}"
    yield ".SH SYNOPSIS"
    yield ".nf"
    yield from (f"\\fBtcalc\\fR {_text(words)}" for words, _ in SYNOPSIS)
    yield ".fi"
    yield ".SH DESCRIPTION"
    for line in _DESCRIPTION.splitlines():
        yield _text(line) or ".PP"
    yield ".SH OPTIONS"
    for group, options in groups():
        yield f".SS {group}"
        for option in options:
            yield from _entry(_spelled(option), option.help)
    yield ".SH OUTPUT FORMATS"
    yield from _entries(formats())
    yield ".SH EXIT STATUS"
    yield from _entries((str(status), meaning) for status, meaning in STATUSES)
    yield ".SH ENVIRONMENT"
    yield from _entries(ENVIRONMENT)
    yield ".SH FILES"
    yield from _entries(_FILES)
    yield ".SH EXAMPLES"
    yield ".nf"
    yield from (_text(example) for example in EXAMPLES)
    yield ".fi"


def _spelled(option: Option) -> str:
    names = [f"-{option.short}"] if option.short else []
    names += [f"--{option.name}"] + ([f"--no-{option.name}"] if option.no else [])
    value = f" \\fI{_text(option.metavar)}\\fR" if option.metavar else ""
    return ", ".join(f"\\fB{_text(name)}\\fR" for name in names) + value


def _entries(rows: Iterator[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Iterator[str]:
    for name, meaning in rows:
        yield from _entry(f"\\fB{_text(name)}\\fR", meaning)


def _entry(head: str, meaning: str) -> Iterator[str]:
    yield ".TP"
    yield head
    yield _text(meaning)


def _text(text: str) -> str:
    """Plain text, of which roff would take some for its own."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return f"\\&{escaped}" if escaped.startswith(".") else escaped.replace("~", "\\(ti")


if __name__ == "__main__":
    sys.stdout.write(page())
