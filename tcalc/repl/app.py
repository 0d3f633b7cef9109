"""The interactive session put together: a reader, a shell, and the loop between them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from tcalc import __version__, interrupts
from tcalc.diagnostic import Source
from tcalc.errors import TcalcError
from tcalc.output import is_terminal
from tcalc.repl import habits, plain
from tcalc.repl.commands import COMMANDS, MARK
from tcalc.repl.loading import Background, load
from tcalc.repl.shell import HELP_MARK, Shell, help_topic, hole
from tcalc.repl.transfer import read as read_program

if TYPE_CHECKING:
    from prompt_toolkit.formatted_text import StyleAndTextTuples
    from prompt_toolkit.history import History

    from tcalc.lang.session import Session
    from tcalc.lang.syntax import Module
    from tcalc.options import Settings
    from tcalc.repl.candidates import Candidate
    from tcalc.repl.incremental import Token, Tokens
    from tcalc.repl.preview import Glance

BANNER = f"tcalc {__version__}   :help for help, Ctrl-D to leave"
INIT = "init.tc"
Reader = Callable[[str], str]


def run(session: Session, settings: Settings) -> int:
    """Read, run and show until the user leaves; the exit status."""
    if interrupts.listening():
        interrupts.leave_in_order()
    autosave = None
    terminal = is_terminal(sys.stdin) and is_terminal(sys.stdout)
    if terminal and os.environ.get("TERM") != "dumb":
        from tcalc.repl.autosave import Autosave
        from tcalc.repl.history import ReplHistory, default_path

        if settings.sandbox:  # which writes no file
            history = ReplHistory(None)
            shell = Shell(session, settings)
        else:
            history = ReplHistory(default_path())
            autosave = Autosave(default_path().parent)
            shell = Shell(session, settings, keep=history.keep, autosave=autosave.keep)
        read, ready = _editor(session, history, settings)
    else:
        shell = Shell(session, settings)
        read, ready = (lambda text: plain.read(parse, input, text, prompting=terminal)), _nothing
    if terminal and not settings.quiet:
        shell.say(BANNER)
    if autosave is not None and (lost := autosave.recover()):
        shell.say(f"a session ended abruptly; what worked in it: {MARK}load {lost}")
    if terminal and not settings.no_config and not settings.sandbox:
        _initialise(shell)
    loop(shell, read, ready)
    if autosave is not None:
        autosave.close()
    return 0


def _nothing() -> None:
    """Nothing has to be waited for."""


def _initialise(shell: Shell) -> None:
    """Run `init.tc` of the config folder, if there is one."""
    from tcalc.config import folder

    path = f"{folder()}/{INIT}"
    if os.access(path, os.R_OK):
        try:
            shell.run(read_program(path), path)
        except TcalcError as error:
            shell.report(error)
        except KeyboardInterrupt:
            shell.say("interrupted")


def loop(shell: Shell, read: Reader, ready: Callable[[], None]) -> None:
    """Handle one input after another; `ready` is called before anything is run."""
    while True:
        try:
            begun, shell.next_text = shell.next_text, ""
            text = read(begun)
            ready()
            shell.handle(text)
        except KeyboardInterrupt as pressed:
            if not "".join(pressed.args):
                shell.say("Ctrl-D leaves")
        except EOFError:
            return


def parse(text: str) -> Module | None:
    """The program that `text` is, None for commands and calls for help.

    Raises SyntaxFault for what is neither.
    """
    line = text.strip()
    if line.startswith(MARK) or help_topic(line) is not None or habits.word(line):
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


class Known:
    """Whether a name means anything in `session`; any name does until the language is loaded."""

    def __init__(self, session: Session, background: Background) -> None:
        """Ask nothing before `background` is done."""
        self._session = session
        self._background = background
        self._language: frozenset[str] = frozenset()

    def __call__(self, name: str) -> bool:
        """Whether the language or a program has bound the name."""
        if not self._background.done:
            return True
        if not self._language:
            self._language = frozenset(self._session.known_names())
        return name in self._language or name in self._session


def _editor(
    session: Session, history: History, settings: Settings
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

    language = Language(parse, incremental, complete, Known(session, background))
    below = Below(background.wait, _glance(session, incremental, settings))
    prompt = Prompt(language, history, settings, when_drawn=background.start, below=below)
    return prompt.read, background.wait


def _glance(
    session: Session, tokens: Tokens, settings: Settings
) -> Callable[[str, int], StyleAndTextTuples]:
    """What is shown below a text, by the text and the cursor; asked once all is loaded."""
    glances: list[Glance] = []

    def line(text: str, cursor: int) -> StyleAndTextTuples:
        if not settings.preview:
            return []
        from tcalc.repl.preview import Glance
        from tcalc.repl.scope import SessionScope

        if not glances:
            glances.append(Glance())
        return [*glances[0].line(text, cursor, session, SessionScope(session), tokens)]

    return line
