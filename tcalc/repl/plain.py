"""Reading lines where there is no terminal to edit on: a dumb one, or none."""

from __future__ import annotations

from collections.abc import Callable

from tcalc.repl.blocks import Parse, wants_more

PROMPT = "> "
MORE = ". "


def read(parse: Parse, read_line: Callable[[str], str], text: str = "", *, prompting: bool) -> str:
    """The next input, with as many lines as it takes; a blank line ends a block.

    A `text` to begin with is the input. `read_line(prompt)` gives one line or raises EOFError.
    """
    if text:
        return text  # there is nothing to edit it with
    text = read_line(PROMPT if prompting else "")
    while wants_more(text, parse):
        text += "\n" + read_line(MORE if prompting else "")
    return text
