"""The lines typed before: kept in a file, one JSON string a line, that only grows.

A program is appended as soon as it has run without an error, so that what is recalled another day
works, whatever becomes of the session; within a session everything typed can be recalled.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from prompt_toolkit.history import History

LIMIT = 10_000  # entries that are read; older ones stay in the file


def default_path() -> Path:
    """Where the system wants such files."""
    import platformdirs  # only a session that keeps history needs it

    return platformdirs.user_state_path("tcalc") / "history"


class ReplHistory(History):
    """History in `path`; None, or a file that cannot be used, keeps it in memory."""

    def __init__(self, path: Path | None) -> None:
        """Nothing is read before the first prompt has been drawn."""
        super().__init__()
        self.path = path

    def load_history_strings(self) -> Iterable[str]:
        """Entries of earlier sessions, the newest first, each text once."""
        if self.path is None:
            return
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except OSError:
            return
        seen = set()
        for line in reversed(lines[-LIMIT:]):
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # half a line, from a session that was killed
            if isinstance(entry, str) and entry not in seen:
                seen.add(entry)
                yield entry

    def append_string(self, string: str) -> None:
        """Remember for this session, unless it is what was typed just before."""
        if string.strip() and string not in self.get_strings()[-1:]:
            super().append_string(string)

    def store_string(self, string: str) -> None:
        """Nothing: whether it is worth keeping is known after it has run."""

    def keep(self, text: str) -> None:
        """Append `text` to the file."""
        if self.path is None:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(text, ensure_ascii=False) + "\n")
        except OSError:
            self.path = None
