"""The config file: long option names and their values, in TOML.

Any option of the table in `options` that is not about one run can stand in it:
`precision = 6`, `output = "text"`, `sci = false`.
"""

from __future__ import annotations

import os
import sys

from tcalc.errors import closest
from tcalc.options import OPTIONS, Option, UsageError, value_of


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


def _value(option: Option, value: object, where: str) -> object:
    if option.read is None:
        if not isinstance(value, bool):
            raise UsageError(f"{where} takes true or false, not {value!r}")
        return value
    return value_of(option, str(value), where)
