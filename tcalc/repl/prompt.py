"""The line editor: prompt_toolkit, told how this language is parsed, coloured and completed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.cursor_shapes import (
    CursorShapeConfig,
    DynamicCursorShapeConfig,
    ModalCursorShapeConfig,
)
from prompt_toolkit.document import Document
from prompt_toolkit.enums import EditingMode
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History
from prompt_toolkit.layout.processors import HighlightMatchingBracketProcessor
from prompt_toolkit.styles import Style

from tcalc.output import wants_color
from tcalc.render.theme import prompt_styles
from tcalc.repl.blocks import Parse
from tcalc.repl.highlight import TokenLexer
from tcalc.repl.incremental import Tokens
from tcalc.repl.keys import bindings
from tcalc.repl.remark import Remark

if TYPE_CHECKING:
    from tcalc.options import Settings
    from tcalc.repl.below import Below
    from tcalc.repl.candidates import Candidate

PROMPT = "> "
MORE = ". "
COMPLETION_STYLES = {
    "completion-menu": "bg:ansidefault",
    "completion-menu.completion": "bg:ansidefault",
    "completion-menu.completion.current": "reverse",
    "completion-menu.meta.completion": "bg:ansidefault ansibrightblack",
    "completion-menu.meta.completion.current": "reverse",
    "auto-suggestion": "ansibrightblack",
    "matching-bracket.cursor": "noinherit bold underline",
    "matching-bracket.other": "noinherit bold underline",
    "scrollbar.background": "bg:ansidefault",
    "scrollbar.button": "bg:ansibrightblack",
}


class CandidateCompleter(Completer):
    """Candidates as prompt_toolkit wants them."""

    def __init__(self, complete: Callable[[str, int], list[Candidate]]) -> None:
        """Ask `complete(text, cursor)`."""
        self._complete = complete

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterable[Completion]:
        """The candidates at the cursor."""
        cursor = document.cursor_position
        for candidate in self._complete(document.text, cursor):
            yield Completion(
                candidate.text,
                candidate.start - cursor,
                display=[(f"class:{candidate.kind}", candidate.text)],
                display_meta=partial(getattr, candidate, "note"),
            )


@dataclass(frozen=True, slots=True)
class Language:
    """What the editor asks about the text: whether it can be run, its tokens, its completions."""

    parse: Parse
    tokens: Tokens
    complete: Callable[[str, int], list[Candidate]]
    known: Callable[[str], bool]  # whether a name means anything


class Prompt:
    """Reads one input after another at a terminal.

    `when_drawn` is called once, after the first prompt stands on the screen; `below` is the line
    under the input.
    """

    def __init__(
        self,
        language: Language,
        history: History,
        settings: Settings,
        *,
        when_drawn: Callable[[], None],
        below: Below | None = None,
    ) -> None:
        """Set the editor up; nothing is written yet. `settings` are looked at before each input."""
        self._settings = settings
        remark = Remark()
        self._session: PromptSession[str] = PromptSession(
            [("class:prompt", PROMPT)],
            prompt_continuation=_continuation,
            multiline=True,
            lexer=TokenLexer(language.tokens, language.known),
            completer=CandidateCompleter(language.complete),
            complete_while_typing=False,
            enable_history_search=True,
            auto_suggest=AutoSuggestFromHistory(),
            history=history,
            key_bindings=bindings(language.parse, remark),
            input_processors=[HighlightMatchingBracketProcessor(chars="[](){}"), remark],
            enable_suspend=True,
            cursor=DynamicCursorShapeConfig(self._cursor),
            enable_open_in_editor=not settings.sandbox,  # which starts no process
            tempfile_suffix=".tc",
            include_default_pygments_style=False,
        )

        self._below = below
        if below is not None:
            below.stand_under(self._session)

        def drawn(app: Application[str]) -> None:
            app.after_render -= drawn
            when_drawn()

        self._session.app.after_render += drawn

    def _cursor(self) -> CursorShapeConfig | None:
        """A shape of the cursor for each mode of vi; with other keys it stays as it is."""
        return ModalCursorShapeConfig() if self._settings.key_mode == "vi" else None

    def read(self, text: str = "") -> str:
        """The next input, which begins as `text`.

        Raises EOFError at Ctrl-D, and at Ctrl-C KeyboardInterrupt with what was typed so far.
        """
        if self._below is not None:
            self._below.forget()
        colored = wants_color(sys.stdout, self._settings.color)
        styles = prompt_styles() | COMPLETION_STYLES if colored else {}
        self._session.style = Style.from_dict(styles)  # the theme may be another than before
        vi = self._settings.key_mode == "vi"
        self._session.editing_mode = EditingMode.VI if vi else EditingMode.EMACS
        return self._session.prompt(default=text)


def _continuation(width: int, line: int, wrapped: int) -> StyleAndTextTuples:
    return [("class:quiet", MORE if not wrapped else "  ")]
