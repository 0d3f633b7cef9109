"""Makes what a checkout has no need to keep: a build hook, and a script (`python build_hook.py`).

The parser's tables are made from `grammar/`; a wheel or an editable install brings them along, and
a bare checkout makes them at the first run. The manual page and the shells' completions are made
from the command's tables, and are installed where `man` and the shells look for them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script, where hatchling is not needed
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent
TABLES = Path("tcalc", "lang", "_tables.py")
SHARE = Path("build", "share")  # what goes into share/ of wherever the package is installed


def make_tables(root: Path) -> Path:
    """Write the tables into the package under `root`."""
    _find_package(root)
    from tcalc.lang import tablemaker  # noqa: PLC0415  (now that it can be found)

    path = root / TABLES
    tablemaker.write(tablemaker.make(root / "grammar"), path)
    return path


def make_share(root: Path) -> dict[Path, str]:
    """Write the manual page and the completions below `root`; each one's place in share/."""
    _find_package(root)
    from tcalc import completions, manual  # noqa: PLC0415

    texts = {manual.PATH: manual.page()}
    texts |= {shell.path: completions.script(name) for name, shell in completions.SHELLS.items()}
    made = {}
    for place, text in texts.items():
        path = root / SHARE / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        made[path] = f"share/{place}"
    return made


def _find_package(root: Path) -> None:
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))


class PackageHook(BuildHookInterface):  # type: ignore[misc]
    """Adds to a wheel what is made, although version control ignores it."""

    PLUGIN_NAME = "package"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make all of it before anything is packed; a source distribution has no need of it."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        make_tables(root)
        build_data["artifacts"].append(TABLES.as_posix())
        for path, place in make_share(root).items():
            build_data["shared_data"][str(path)] = place


if __name__ == "__main__":
    for made in (make_tables(ROOT), *make_share(ROOT)):
        sys.stdout.write(f"{made}\n")
