"""The interactive session: how long until the first prompt is there, and what a key costs."""

from __future__ import annotations

import os
import pty
import subprocess
from contextlib import suppress
from time import sleep

from prompt_toolkit.document import Document

from benchmarks.measure import Work, benchmark
from benchmarks.processes import command, environment, python
from tcalc.diagnostic import Source
from tcalc.errors import SyntaxFault
from tcalc.lang.parser import parse, tokens
from tcalc.lang.rehearsal.preview import preview
from tcalc.lang.session import Session
from tcalc.repl.commands import COMMANDS
from tcalc.repl.complete import complete
from tcalc.repl.highlight import TokenLexer
from tcalc.repl.incremental import IncrementalTokens
from tcalc.repl.preview import Glance
from tcalc.repl.scope import SessionScope

PROMPT = b"> "
NAMES = "\n".join(f"name_{i} = ones({i % 7 + 1}, 3)" for i in range(1000))
LINE = "y = softmax(x @ name_5.T[:3].T, dim=0).sum(dim=1) + name_3 * relu(na"
UNNOTICED = 0.01  # seconds that nobody notices after a key
SETUP = """
x, y = arange(12.0).reshape(3, 4), ones(5, 4)
big = zeros(1000, 300)
def f(a, b=2):
    return a * b + 1
"""
LINES = """
x @ y.T
x[0, 1:3]
f(big).softmax(-1)
(big - big.mean(0)) / big.std(0)
torch.where(big > 0, big, -big).sum()
einsum('ij,kj->ik', big, big)
conv2d(zeros(8, 3, 64, 64), ones(16, 3, 3, 3), padding=1)
[i * 2 for i in range(40) if i % 3]
x + y
""".strip().splitlines()


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


@benchmark(
    "keys",
    what=f"{len(LINE)} keys with 1,000 names defined",
    peer="10 ms a key",
    goal=1.0,
    rounds=5,
)
def _() -> tuple[Work, Work]:
    session = Session(seed=0)
    session.eval(NAMES)
    session.eval("x = randn(100, 100)")
    incremental, glance = IncrementalTokens(tokens), Glance()
    lexer = TokenLexer(incremental, session.__contains__)

    def keys() -> None:
        for cursor in range(1, len(LINE) + 1):
            text = LINE[:cursor]
            lexer.lex_document(Document(text, cursor))(0)
            complete(text, cursor, SessionScope(session), COMMANDS, incremental)
            glance.line(text, cursor, session, SessionScope(session), incremental)

    return keys, lambda: sleep(UNNOTICED * len(LINE))


@benchmark("preview", what="the preview of a line, at every key", peer="parsing it", goal=4)
def _() -> tuple[Work, Work]:
    session = Session(seed=0)
    session.eval(SETUP)
    texts = [line[:end] for line in LINES for end in range(1, len(line) + 1)]

    def previews() -> None:
        for text in texts:
            preview(text, session)

    def parses() -> None:
        for text in texts:
            with suppress(SyntaxFault):
                parse(Source(text))

    return previews, parses
