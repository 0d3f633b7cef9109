"""The interactive session put together: a reader, a shell, and the loop between them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from tcalc import __version__
from tcalc.diagnostic import Source
from tcalc.output import wants_color
from tcalc.repl import plain
from tcalc.repl.commands import COMMANDS, MARK
from tcalc.repl.loading import Background, load
from tcalc.repl.shell import HELP_MARK, Shell, help_topic, hole

if TYPE_CHECKING:
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.history import History

    from tcalc.lang.session import Session
    from tcalc.lang.syntax import Module
    from tcalc.repl.complete import Candidate
    from tcalc.repl.incremental import Token, Tokens
    from tcalc.repl.preview import Glance

BANNER = f"tcalc {__version__}   :help for help, Ctrl-D to leave"
Reader = Callable[[], str]


def run(
    session: Session,
    *,
    output: str = "auto",
    color: str = "auto",
    quiet: bool = False,
    preview: bool = True,
) -> int:
    """Read, run and show until the user leaves; the exit status.

    `preview` shows, while an input is typed, what it would give.
    """
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if terminal and os.environ.get("TERM") != "dumb":
        from tcalc.repl.history import ReplHistory, default_path

        history = ReplHistory(default_path())
        shell = Shell(session, format=output, color=color, keep=history.keep)
        read, ready = _editor(session, history, wants_color(sys.stdout, color), preview)
    else:
        shell = Shell(session, format=output, color=color)
        read, ready = (lambda: plain.read(parse, input, prompting=terminal)), lambda: None
    if terminal and not quiet:
        shell.say(BANNER)
    loop(shell, read, ready)
    return 0


def loop(shell: Shell, read: Reader, ready: Callable[[], None]) -> None:
    """Handle one input after another; `ready` is called before anything is run."""
    while True:
        try:
            text = read()
            ready()
            shell.handle(text)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def parse(text: str) -> Module | None:
    """The program that `text` is, None for commands and calls for help.

    Raises SyntaxFault for what is neither.
    """
    line = text.strip()
    if line.startswith(MARK) or help_topic(line) is not None:
        return None
    from tcalc.lang import parser  # its tables are loaded behind the first prompt

    place = hole(text) if HELP_MARK in text else None
    if place is not None:
        parser.parse(Source(text[:place] + "_" + text[place + 1 :]))
        return None
    return parser.parse(Source(text))


def tokens(text: str) -> list[Token]:
    """The parser's tokens; none, and no parser, for the empty text of the first prompt."""
    if not text:
        return []
    from tcalc.lang import parser

    found = parser.tokens(text)
    if help_topic(text) is not None:
        return [("operator" if text[a:b] == HELP_MARK else kind, a, b) for kind, a, b in found]
    return found


def _editor(
    session: Session, history: History, color: bool, preview: bool
) -> tuple[Reader, Callable[[], None]]:
    """A line editor, and what waits until everything that running needs is loaded.

    The prompt comes first; the parser, NumPy and the ops are loaded behind it.
    """
    from tcalc.repl.below import Below
    from tcalc.repl.incremental import IncrementalTokens
    from tcalc.repl.prompt import Language, Prompt

    background = Background(load)
    incremental = IncrementalTokens(tokens)

    def complete(text: str, cursor: int) -> list[Candidate]:
        background.wait()
        from tcalc.repl.complete import complete as candidates
        from tcalc.repl.scope import SessionScope

        return candidates(text, cursor, SessionScope(session), COMMANDS, incremental)

    language = Language(parse, incremental, complete)
    below = Below(background.wait, _glance(session, incremental)) if preview else None
    prompt = Prompt(language, history, color=color, when_drawn=background.start, below=below)
    return prompt.read, background.wait


def _glance(session: Session, tokens: Tokens) -> Callable[[str, int], StyleAndTextTuples]:
    """What is shown below a text, by the text and the cursor; asked once all is loaded."""
    glances: list[Glance] = []

    def line(text: str, cursor: int) -> StyleAndTextTuples:
        from tcalc.repl.preview import Glance
        from tcalc.repl.scope import SessionScope

        if not glances:
            glances.append(Glance())
        return [*glances[0].line(text, cursor, session, SessionScope(session), tokens)]

    return line
