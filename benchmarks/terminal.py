"""The interactive session: how long until the first prompt stands on the screen."""

from __future__ import annotations

import os
import pty
import subprocess

from benchmarks.measure import Work, benchmark
from benchmarks.processes import command, environment, python

PROMPT = b"> "


@benchmark("prompt", what="tcalc on a terminal, to its prompt", peer="prompt_toolkit", goal=1.3)
def _() -> tuple[Work, Work]:
    words = command("--no-config", "--quiet")
    variables = {**environment(), "TERM": "xterm"}

    def prompt() -> None:
        screen, terminal = pty.openpty()
        with subprocess.Popen(
            words, stdin=terminal, stdout=terminal, stderr=terminal, env=variables
        ) as child:
            shown = b""
            while PROMPT not in shown:
                shown += os.read(screen, 4096)
            child.kill()
        os.close(terminal)
        os.close(screen)

    return prompt, python("-c", "import prompt_toolkit")
