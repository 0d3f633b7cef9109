"""What the keys do: Enter, Alt-Enter, Tab, Backspace, Ctrl-C. The rest is prompt_toolkit's."""

from __future__ import annotations

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import has_focus
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from tcalc.repl.blocks import INDENT, Parse, fault_in, is_open_block, next_indent
from tcalc.repl.remark import Remark


def bindings(parse: Parse, remark: Remark) -> KeyBindings:
    """The key bindings; `parse` says what can be run, `remark` shows what cannot."""
    keys = KeyBindings()
    enter = Enter(parse, remark)
    editing = has_focus(DEFAULT_BUFFER)  # and not the search line

    @keys.add("enter", filter=editing)
    def _(event: KeyPressEvent) -> None:
        enter.press(event.current_buffer)

    @keys.add("escape", "enter", filter=editing)
    def _(event: KeyPressEvent) -> None:
        new_line(event.current_buffer)

    @keys.add("tab", filter=editing)
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.document.current_line_before_cursor.strip():
            complete(buffer)
        else:
            buffer.insert_text(INDENT)

    @keys.add("backspace", filter=editing)
    def _(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        before = buffer.document.current_line_before_cursor
        whole_indent = before and not before.strip(" ") and len(before) % len(INDENT) == 0
        buffer.delete_before_cursor(len(INDENT) if whole_indent else 1)

    @keys.add("c-c", filter=editing)
    def _(event: KeyPressEvent) -> None:
        text = event.current_buffer.text
        event.app.exit(exception=KeyboardInterrupt(text), style="class:aborting")

    return keys


class Enter:
    """Enter: takes the chosen completion, runs what is complete, or starts another line."""

    def __init__(self, parse: Parse, remark: Remark) -> None:
        """Judge the text by `parse`; what is wrong goes to `remark`."""
        self._parse = parse
        self._remark = remark

    def press(self, buffer: Buffer) -> None:
        """Do what Enter does at this point."""
        if buffer.complete_state and buffer.complete_state.current_completion:
            buffer.complete_state = None
        elif not buffer.document.on_last_line and not self._remark.pending:
            new_line(buffer)
        else:
            self._judge(buffer)

    def _judge(self, buffer: Buffer) -> None:
        document = buffer.document
        fault = fault_in(document.text, self._parse)
        if fault is None:
            if document.is_cursor_at_the_end and is_open_block(document.text, self._parse):
                new_line(buffer)
            else:
                self._remark.clear()
                buffer.validate_and_handle()
        elif fault.incomplete:
            new_line(buffer)
        else:
            self._remark.set(fault, document.text)
            buffer.cursor_position = self._remark.position


def new_line(buffer: Buffer) -> None:
    """Break the line at the cursor and indent the next."""
    indent = next_indent(buffer.document.text_before_cursor)
    buffer.insert_text("\n" + indent)


def complete(buffer: Buffer) -> None:
    """Insert what all candidates share, then go through them."""
    if buffer.complete_state:
        buffer.complete_next()
    else:
        buffer.start_completion(insert_common_part=True)
