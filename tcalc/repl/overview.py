"""What `:help` shows alone: what can be typed, in a screenful or two."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from tcalc.repl.command import COMMANDS
from tcalc.theme import paint

TOPICS = ("statements", "pipelines", "tensors")  # of the guide, as examples
KEYS = (
    ("Tab", "completes; again, goes through the candidates"),
    ("Alt-Enter", "a new line; a blank line ends a block"),
    ("Up, Ctrl-R", "earlier inputs: those that begin so, those that contain it"),
    ("Right", "at the end of the line: takes the suggestion"),
    ("Ctrl-C, Ctrl-D", "clears the line or interrupts; leaves"),
)
HELP = (
    ("softmax?", "a function, with an example; also ?x, x.sum?, ?torch.linalg, ?for"),
    ("f??", "with nothing left out"),
    ("?*norm*", "the names that fit a pattern"),
    ("x @ ?", "what would fit there"),
    (":help TOPIC", f"a part of the guide, such as {', '.join(TOPICS)}; :help guide lists all"),
)
WIDEST = 26  # columns that the left side of a table may take


def overview(width: int = 80, color: bool = False) -> str:
    """The overview, in lines of up to `width` columns."""
    commands = [(command.usage, command.help) for command in COMMANDS.values()]
    title = (lambda text: paint("title", text)) if color else str
    lines = [
        *map(title, _filled("Type an expression or a program in PyTorch's words", width, 0)),
        "  arange(12).reshape(3, 4) @ ones(4)",
        "  x = randn(3, requires_grad=True)",
        *_filled("A final ; hides a result; _ is the last one, _1, _2, ... are all.", width, 2),
    ]
    for heading, rows in (("Help", HELP), ("Keys", KEYS), ("Commands", commands)):
        lines += [title(heading), *_table(rows, width)]
    return "\n".join(lines)


def _table(rows: tuple[tuple[str, str], ...] | list[tuple[str, str]], width: int) -> Iterator[str]:
    """What is typed, and beside it what that does; below it on a narrow screen."""
    left = min(max(len(typed) for typed, _ in rows) + 4, WIDEST)
    narrow = left > width // 2
    for typed, meaning in rows:
        lines = _filled(meaning, width, 6 if narrow else left)
        if narrow or len(typed) > left - 4:
            yield "  " + typed
        else:
            lines[0] = f"  {typed}".ljust(left) + lines[0][left:]
        yield from lines


def _filled(text: str, width: int, indent: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=" " * indent, subsequent_indent=" " * indent)
