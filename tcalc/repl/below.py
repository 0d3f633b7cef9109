"""The line under the input: made when the keys rest, so that none ever waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from prompt_toolkit import PromptSession
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import is_done, to_filter
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import ConditionalContainer, FormattedTextControl, HSplit, Window

REST = 0.03  # seconds without a key
INDENT = "  "  # as wide as the prompt


class Below:
    """Shows what `line(text, cursor)` gives; `ready` returns once that may be asked."""

    def __init__(
        self, ready: Callable[[], None], line: Callable[[str, int], StyleAndTextTuples]
    ) -> None:
        """Nothing is shown yet."""
        self._ready = ready
        self._line = line
        self._shown: StyleAndTextTuples = []
        self._task: asyncio.Task[None] | None = None

    def stand_under(self, session: PromptSession[str]) -> None:
        """Take the line below the input of `session`."""
        root = session.layout.container
        assert isinstance(root, HSplit)  # prompt_toolkit's own arrangement of a prompt
        for window in session.layout.find_all_windows():
            if window.content is session.layout.current_control:
                window.dont_extend_height = to_filter(True)  # else the line is at the screen's end
        buffer = session.default_buffer
        line = FormattedTextControl(lambda: self._shown if buffer.text else [])
        shown = Window(line, height=1, dont_extend_height=True)
        root.children.insert(1, ConditionalContainer(shown, ~is_done))
        buffer.on_text_changed += lambda _: self._renew(session, buffer)
        buffer.on_cursor_position_changed += lambda _: self._renew(session, buffer)

    def forget(self) -> None:
        """What was shown belongs to an input that is done."""
        if self._task is not None:
            self._shown = self._line("", 0)

    def _renew(self, session: PromptSession[str], buffer: Buffer) -> None:
        """Make the line anew, unless another key comes before."""
        if self._task is not None:
            self._task.cancel()
        if not buffer.text:
            self._shown = []
        if session.app.is_running:
            self._task = session.app.create_background_task(self._make(session, buffer))

    async def _make(self, session: PromptSession[str], buffer: Buffer) -> None:
        await asyncio.sleep(REST)
        await asyncio.get_running_loop().run_in_executor(None, self._ready)
        found = self._line(buffer.text, buffer.cursor_position)
        self._shown = [("", INDENT), *found] if found else []
        session.app.invalidate()
