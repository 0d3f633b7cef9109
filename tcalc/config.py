"""What a run is asked to do: the command line, and below it the config file.

The file is TOML. Any option of the table in `options` that is not about one run can stand in it
under its long name: `precision = 6`, `output = "text"`, `sci = false`.
"""

from __future__ import annotations

import os
import sys

from tcalc.errors import closest
from tcalc.options import OPTIONS, Option, Settings, UsageError, assign, parse, value_of

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Sequence


def command_line(argv: Sequence[str]) -> tuple[Settings, list[str]]:
    """The settings of the config file, overridden by those of the words `argv`, and warnings.

    Raises UsageError for words or a file that make no sense.
    """
    given, words = parse(argv)
    files: list[tuple[str, str]] = []
    if words:
        from tcalc import datafile

        given, words, files = datafile.split(given, words)
    settings = Settings()
    assign(settings, given)
    warnings: list[str] = []
    if not settings.no_config:
        path = settings.config or default_path()
        if settings.config or os.access(path, os.R_OK):
            configured, warnings = read(path)
            settings = Settings()
            assign(settings, [*configured, *given])
    if words:
        settings.file, *settings.arguments = words
    settings.files = files
    _check(settings)
    return settings, warnings


def _check(settings: Settings) -> None:
    """Raise UsageError for settings that make no sense together."""
    if settings.file is not None and settings.eval:
        raise UsageError(
            f"code by -e and a script ({settings.file}) exclude each other",
            helps=["-d NAME=PATH binds a name to a file's data"],
        )
    if settings.each == len(settings.eval) and settings.file in (None, "-"):
        raise UsageError(
            "--each needs the code to run on each record",
            helps=["--each -e CODE, or --each FILE"],
        )
    if settings.end is not None and (settings.each is None or settings.end <= settings.each):
        raise UsageError(
            "--end comes after --each and its code",
            helps=["tcalc -e 's = 0' --each -e 's += x' --end -e 's'"],
        )
    if settings.null and not settings.reads_program:
        raise UsageError("-0 is for programs on standard input, and here there are none")
    if settings.null and settings.output == "npy":
        raise UsageError("NULs cannot end results in npy, which has NULs within")


def default_path() -> str:
    """Where the file belongs on this system."""
    if sys.platform.startswith("linux"):  # the rule is too simple to import platformdirs for
        folder = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111
        return f"{folder}/tcalc/config.toml"
    from platformdirs import user_config_dir

    return f"{user_config_dir('tcalc', appauthor=False)}/config.toml"


def read(path: str | None) -> tuple[list[tuple[Option, object]], list[str]]:
    """The settings in the file at `path` (None: the default one, if any), and warnings.

    Raises UsageError for a file that cannot be read or holds a value of the wrong kind; an unknown
    key is only a warning, for a newer version may know it.
    """
    wanted = path is not None
    path = path or default_path()
    try:
        with open(path, "rb") as file:  # noqa: PTH123 -- pathlib would cost start-up time
            content = file.read()
    except OSError as error:
        if wanted:
            raise UsageError(f"cannot read {path}: {error.strerror}") from None
        return [], []
    import tomllib

    try:
        table = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}") from None
    known = {option.name: option for option in OPTIONS if not option.fixed}
    given, warnings = [], []
    for name, value in table.items():
        if name in known:
            given.append((known[name], _value(known[name], value, f"{path}: {name}")))
        else:
            near = closest(name, known)
            warnings.append(
                f"{path}: no setting is called {name}"
                + (f"; did you mean {near[0]}?" if near else "")
            )
    return given, warnings


def folder() -> str:
    """The folder of the config file, in which `init.tc` is, too."""
    return default_path().rpartition("/")[0]


def template() -> str:
    """A config file in which every setting stands with its default, as a comment."""
    lines = ["# Settings of tcalc: take the # away from what you change.", f"# {default_path()}"]
    group = ""
    for option in OPTIONS:
        if option.fixed:
            continue
        if option.group != group:
            group = option.group
            lines += ["", f"# {group}"]
        lines += ["", f"# {option.help}", f"# {option.name} = {example(option)}"]
    return "\n".join(lines)


def example(option: Option) -> str:
    """A setting's default as TOML has it; where there is none, a value that would do."""
    default = getattr(Settings, option.key)
    if default is None:
        default = _EXAMPLES[option.name]
    return toml(default)


def toml(value: object) -> str:
    """A setting's value as TOML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def write(path: str, option: Option, value: object) -> None:
    """Let the file at `path` set `option` to `value`, and keep all else that is in it.

    A file that is not there becomes one with every setting as a comment. Raises OSError.
    """
    try:
        with open(path, encoding="utf-8", newline="") as file:  # noqa: PTH123 -- as in `read`
            text = file.read()
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)  # noqa: PTH103, PTH120
        text = template()
    new = changed(text, option.name, f"{option.name} = {toml(value)}")
    with open(path, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123
        file.write(new)


def changed(text: str, name: str, line: str) -> str:
    """A file's text, in which `line` is what sets `name`.

    It takes the place of the line that does so now, or of a comment that could; a comment at the
    end of that line stays. Otherwise it is the last line before the first table.
    """
    lines = text.rstrip("\n").split("\n") if text.strip() else []
    tables = [at for at, each in enumerate(lines) if each.lstrip().startswith("[")]
    end = tables[0] if tables else len(lines)
    for marks in ("", "#"):
        for at in range(end):
            stripped = lines[at].strip()
            if stripped.startswith(marks) and _sets(stripped.removeprefix(marks), name):
                _, hash_, comment = lines[at].partition("=")[2].partition("#")
                lines[at] = f"{line}  #{comment}" if hash_ else line
                return "\n".join(lines) + "\n"
    lines.insert(end, line)
    return "\n".join(lines) + "\n"


def _sets(line: str, name: str) -> bool:
    """Whether a line of TOML gives `name` its value."""
    key, equals, _ = line.partition("=")
    return bool(equals) and key.strip().strip("\"'") == name


# Values of settings that have no default of their own.
_EXAMPLES: dict[str, object] = {
    "precision": 4, "linewidth": 80, "threshold": 1000, "edgeitems": 3, "sci": False, "seed": 0,
    "dtype": "float32", "max-memory": "2G", "timeout": 60,
}  # fmt: skip


def _value(option: Option, value: object, where: str) -> object:
    if option.read is None:
        if not isinstance(value, bool):
            raise UsageError(f"{where} takes true or false, not {value!r}")
        return value
    return value_of(option, str(value), where)
