"""The programs of a running session on disk, in case that it ends without saying goodbye."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

RECOVERED = "recovered.tc"


class Autosave:
    """A file of this process in `folder`; a folder that cannot be written does not matter."""

    def __init__(self, folder: Path) -> None:
        """Nothing is written before a program has run."""
        self._folder = folder
        self._path = folder / f"session-{os.getpid()}.tc"
        self._saved: list[str] = []

    def keep(self, programs: Sequence[str]) -> None:
        """Let the file hold these programs; one more than before is appended."""
        more = self._saved == list(programs[:-1])
        self._saved = list(programs)
        with suppress(OSError, UnicodeError):
            self._folder.mkdir(parents=True, exist_ok=True)
            mode, new = ("a", programs[-1:]) if more else ("w", programs)
            with self._path.open(mode, encoding="utf-8") as file:
                file.writelines(f"{program}\n" for program in new)

    def close(self) -> None:
        """The session ends as it should: there is nothing to recover."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def recover(self) -> Path | None:
        """Where the programs of a session that crashed are now, None if none did."""
        found = None
        with suppress(OSError):
            lost = [path for path in self._folder.glob("session-*.tc") if not _is_alive(path)]
            for path in sorted(lost, key=lambda path: path.stat().st_mtime):
                found = path.replace(self._folder / RECOVERED)
        return found


def _is_alive(path: Path) -> bool:
    """Whether the process whose file this is still runs."""
    number = path.stem.rpartition("-")[2]
    if not number.isdecimal():
        return True
    if int(number) == os.getpid():
        return False  # of an earlier process of the same number
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
