"""The commands `:config` and `:display`: settings shown, and changed while the session runs.

A setting that can change has its line in `APPLY`, or is looked at anew wherever it is needed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import tcalc.theme
from tcalc import limits
from tcalc.config import default_path, toml, write
from tcalc.errors import ArgumentFault, RuntimeFault, closest
from tcalc.options import OPTIONS, Choice, Option, Settings, UsageError, value_of
from tcalc.repl.command import MARK, Context, command
from tcalc.repl.command_line import values

if TYPE_CHECKING:
    from tcalc.lang.session import Session

SWITCHES = {"true": True, "on": True, "false": False, "off": False}
PRINTING = {"precision", "linewidth", "threshold", "edgeitems", "sci"}
# What is said in a program, which then is among those that ran.
PROGRAMS = {
    "dtype": "torch.set_default_dtype(torch.{});",
    "seed": "torch.manual_seed({});",
}
# Looked at before each input or result.
LIVE = {"output", "color", "key-mode", "preview", "number-results"}
SAVE = "--save"
USAGE = "[NAME [VALUE] [--save]]"


@command("config", USAGE, "the settings, or one, or its new value; kept by --save", "setting")
def _config(context: Context, argument: str) -> None:
    """A new value holds from now on; `--save` writes it into the config file as well, whose other
    lines stay as they are. `:config precision --save` writes the value that there is.

    >>> :config precision 2
    >>> tensor([1., 2.]) / 3
    """
    kept = argument == SAVE or argument.endswith(f" {SAVE}")
    name, _, value = argument.removesuffix(SAVE).strip().replace("=", " ", 1).partition(" ")
    value = value.strip().strip("\"'")
    known = {option.name: option for option in OPTIONS if not option.fixed}
    if name and name not in known:
        near = closest(name, known)
        raise ArgumentFault(
            f"no setting is called {name}", helps=[f"did you mean {near[0]}?"] if near else ()
        )
    if kept and not name:
        raise ArgumentFault(f"{SAVE} needs the NAME of a setting", helps=[f":config {USAGE[1:-1]}"])
    if value:
        _set(context, known[name], value)
    if kept:
        _save(context, known[name])
    elif not value:
        context.browse(_described(known[name], context) if name else _table(context))


def _described(option: Option, context: Context) -> str:
    """One setting: its value, its default, what it does and takes."""
    value, default = getattr(context.settings, option.key), default_of(option)
    head = f"{option.name} = {toml(value)}" if value is not None else f"{option.name} is not set"
    if default is not None:
        head += f"   (default: {toml(default)})"
    takes = " or ".join(values(option.name)) or option.metavar
    return f"{head}\n  {option.help}; takes {takes}"


def _table(context: Context) -> str:
    """A line for each setting: name, value, the default where that is another, and what it does."""
    rows = [
        (
            option.name,
            _toml(getattr(context.settings, option.key)),
            _toml(default_of(option)),
            option.help,
        )
        for option in OPTIONS
        if not option.fixed
    ]
    rows = [
        (name, value, "" if value == default else f"({default})", help)
        for name, value, default, help in rows
    ]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, [*widths, 0], strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([*lines, f"the file for all sessions is {_path(context)}"])


def default_of(option: Option) -> object:
    """A setting's value where nobody has set it."""
    return getattr(Settings, option.key)


def _toml(value: object) -> str:
    """A value as the file has it; a dash where none is set."""
    return "-" if value is None else toml(value)


def _path(context: Context) -> str:
    return context.settings.config or default_path()


def _save(context: Context, option: Option) -> None:
    """Write the setting's value into the config file."""
    path = _path(context)
    context.session.call(limits.check_files, f"{MARK}config {SAVE}")
    value = getattr(context.settings, option.key)
    if value is None:
        raise ArgumentFault(
            f"{option.name} has no value", helps=[f":config {option.name} {option.metavar} {SAVE}"]
        )
    try:
        write(path, option, value)
    except OSError as error:
        raise RuntimeFault(f"cannot write {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RuntimeFault(f"{path} is not UTF-8 text") from None
    context.say(f"{option.name} = {toml(value)} in {path}")


def _set(context: Context, option: Option, text: str) -> None:
    name = option.name
    if name not in {*APPLY, *PROGRAMS, *LIVE}:
        raise ArgumentFault(
            f"{name} is settled when the session starts",
            helps=[f"tcalc --{name} {option.metavar}".rstrip()],
        )
    try:
        value = value_of(option, text, name) if option.read else SWITCHES[text.lower()]
    except KeyError:
        raise ArgumentFault(f"{name} takes true or false, not {text!r}") from None
    except UsageError as error:
        near = closest(text, option.read.words) if isinstance(option.read, Choice) else ()
        helps = [f"did you mean {near[0]}?"] if near else ()
        raise ArgumentFault(error.headline, helps=helps) from None
    setattr(context.settings, option.key, value)
    if name in APPLY:
        APPLY[name](context.session, option.key, value)
    elif name in PROGRAMS:
        carry_out(context, PROGRAMS[name].format(value))


def _print(session: Session, key: str, value: Any) -> None:
    from tcalc.render.tensor_text import set_printoptions

    session.call(lambda: set_printoptions(**{"sci_mode" if key == "sci" else key: value}))


def _theme(session: Session, key: str, value: object) -> None:
    """Here, where errors and prompts are drawn, and in the session, where results are."""
    chosen = str(value), os.environ.get("COLORFGBG", "")
    tcalc.theme.use(*chosen)
    session.call(tcalc.theme.use, *chosen)


def carry_out(context: Context, program: str) -> None:
    """Run a program of ours as if it had been typed."""
    context.remember(program)
    context.session.eval(program)
    context.keep(program)


def preamble(settings: Settings) -> list[str]:
    """The programs that the settings at a session's start amount to."""
    given = [(text, getattr(settings, name)) for name, text in PROGRAMS.items()]
    return [text.format(value) for text, value in given if value is not None]


def print_options(settings: Settings) -> str:
    """A call of `set_printoptions` that the settings amount to, "" for none."""
    given = [(name, getattr(settings, name)) for name in sorted(PRINTING)]
    words = ("sci_mode" if name == "sci" else name for name, value in given if value is not None)
    values = (value for _, value in given if value is not None)
    text = ", ".join(f"{word}={value}" for word, value in zip(words, values, strict=True))
    return f"torch.set_printoptions({text});" if text else ""


APPLY: dict[str, Callable[[Session, str, object], None]] = {
    **dict.fromkeys(PRINTING, _print),
    "theme": _theme,
}


@command("display", "[FORMAT]", "how results are written: auto, rich, text, json, ...", "format")
def _display(context: Context, name: str) -> None:
    """As `:config output FORMAT`; `tcalc --help` lists the formats.

    >>> :display json
    >>> tensor([1, 2])
    """
    if name:
        _set(context, next(option for option in OPTIONS if option.name == "output"), name)
    else:
        context.say(context.settings.output)
