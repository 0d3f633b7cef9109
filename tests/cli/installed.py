"""The command as it is installed beside the Python that runs the tests."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
INSTALLED = Path(sys.executable).with_name("tcalc")
# The checkout's own where none is installed.
COMMAND = [str(INSTALLED)] if INSTALLED.exists() else [sys.executable, "-m", "tcalc"]
