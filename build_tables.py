"""Makes the parser's tables from `grammar/`: a build hook, and a script (`python build_tables.py`).

A wheel or an editable install brings the tables along; a bare checkout makes them at the first run.
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


def build(root: Path) -> Path:
    """Write the tables into the package under `root`."""
    sys.path.insert(0, str(root))
    from tcalc.lang import tablemaker  # noqa: PLC0415  (now that it can be found)

    path = root / TABLES
    tablemaker.write(tablemaker.make(root / "grammar"), path)
    return path


class TablesHook(BuildHookInterface):  # type: ignore[misc]
    """Adds the tables to a wheel, although version control ignores them."""

    PLUGIN_NAME = "tables"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the tables before anything is packed; a source distribution has no need of them."""
        if self.target_name == "wheel":
            build(Path(self.root))
            build_data["artifacts"].append(TABLES.as_posix())


if __name__ == "__main__":
    sys.stdout.write(f"{build(ROOT)}\n")
