"""The commands `:config` and `:display`: settings shown, and changed while the session runs.

A setting that can change has its line in `APPLY`, or is looked at anew wherever it is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tcalc.config import example
from tcalc.errors import ArgumentFault, closest
from tcalc.options import OPTIONS, Choice, Option, Settings, UsageError, value_of
from tcalc.repl.command import Context, command

if TYPE_CHECKING:
    from tcalc.lang.session import Session

SWITCHES = {"true": True, "on": True, "false": False, "off": False}
PRINTING = {"precision", "linewidth", "threshold", "edgeitems", "sci"}
# Looked at before each input or result.
LIVE = {"output", "color", "key-mode", "preview", "number-results"}


@command("config", "[NAME [VALUE]]", "the settings, or one of them, or its new value for now")
def _config(context: Context, argument: str) -> None:
    name, _, value = argument.replace("=", " ", 1).partition(" ")
    value = value.strip().strip("\"'")
    known = {option.name: option for option in OPTIONS if not option.fixed}
    if name and name not in known:
        near = closest(name, known)
        raise ArgumentFault(
            f"no setting is called {name}", helps=[f"did you mean {near[0]}?"] if near else ()
        )
    if value:
        _set(context, known[name], value)
        return
    for option in [known[name]] if name else known.values():
        context.say(f"{_line(option, context.settings):32}# {option.help}")
    if not name:
        from tcalc.config import default_path

        context.say(f"the file for all sessions is {default_path()}")


def _line(option: Option, settings: Settings) -> str:
    value = getattr(settings, option.key)
    if value is None:
        return f"# {option.name} = {example(option)}"
    text = str(value).lower() if isinstance(value, bool) else repr(value).replace("'", '"')
    return f"{option.name} = {text}"


def _set(context: Context, option: Option, text: str) -> None:
    name = option.name
    if name not in APPLY and name not in LIVE:
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
        context.session.call(APPLY[name], context.session, option.key, value)


def _print(session: Session, key: str, value: Any) -> None:
    from tcalc.render.tensor_text import set_printoptions

    set_printoptions(**{"sci_mode" if key == "sci" else key: value})


def _dtype(session: Session, key: str, value: object) -> None:
    session.eval(f"torch.set_default_dtype(torch.{value});")


def _seed(session: Session, key: str, value: object) -> None:
    session.eval(f"torch.manual_seed({value});")


APPLY: dict[str, Callable[[Session, str, object], None]] = {
    **dict.fromkeys(PRINTING, _print),
    "dtype": _dtype,
    "seed": _seed,
}


@command("display", "[FORMAT]", "how results are written: auto, rich, text, json, ...")
def _display(context: Context, name: str) -> None:
    if name:
        _set(context, next(option for option in OPTIONS if option.name == "output"), name)
    else:
        context.say(context.settings.output)
