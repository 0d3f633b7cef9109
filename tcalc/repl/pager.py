"""Long texts, read page by page in the user's pager; and how many rows of a screen a text takes."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from tcalc.excerpt import cells

if TYPE_CHECKING:
    from tcalc.render.formats import Page

PROMPT_ROWS = 2  # of the screen that the input before a text and the prompt after it take
NONE = ("", "cat")  # as PAGER: the user wants none
USUAL = ("less", "more")
LESS = "-FRX"  # less ends at once if all fits, keeps colours, and leaves the text on the screen


def show(text: str, page: Page) -> bool:
    """Let the user read a text that is longer than the screen; whether that was done."""
    if page.height is None or rows(text, page.width) <= page.height - PROMPT_ROWS:
        return False
    words = command() if os.environ.get("TERM") != "dumb" else []
    return bool(words) and sys.stdin.isatty() and _run(words, text)


def command() -> list[str]:
    """The words that start the pager: $PAGER, else what the system has; [] for none."""
    wanted = os.environ.get("PAGER")
    if wanted is None:
        return [name for name in USUAL if shutil.which(name)][:1]
    import shlex

    try:
        words = shlex.split(wanted)
    except ValueError:  # a quote that is not closed
        return []
    return words if wanted.strip() not in NONE else []


def _run(words: list[str], text: str) -> bool:
    """Run the pager until the user has left it; whether it could be started."""
    import signal
    import subprocess

    variables = {"LESS": LESS, **os.environ}
    # Ctrl-C is the pager's own; a handler, unlike SIG_IGN, does not pass on to the new process.
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        pager = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            env=variables,
            text=True,
            encoding="utf-8",
            errors="backslashreplace",
        )
        pager.communicate(text + "\n")
    except OSError:
        return False
    finally:
        signal.signal(signal.SIGINT, before)
    return True


def rows(text: str, width: int) -> int:
    """How many rows `text` takes on a screen of `width` columns, its colours apart."""
    return sum(max(1, -(-columns(line) // width)) for line in text.split("\n"))


def columns(line: str) -> int:
    """How many columns a line takes, however long it is."""
    return cells(plain(line))


def plain(text: str) -> str:
    """`text` without the codes of its colours."""
    if "\x1b" not in text:
        return text
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", text)
