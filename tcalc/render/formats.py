"""Output formats: how the command and the REPL write one result.

To add a format: one function under `@output_format`. It takes the value and the page it is written
on and gives text (without the last newline; "" writes nothing) or bytes. Heavy libraries are
imported inside the function, for the table itself is read at every start.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Callable

    Renderer = Callable[[object, "Page"], str | bytes]


class Page:
    """What a result is written on: width in columns, whether colours show, which characters do."""

    __slots__ = ("color", "encoding", "width")

    def __init__(self, width: int = 80, color: bool = False, encoding: str = "utf-8") -> None:
        """Describe a terminal, or a plain stream by the defaults."""
        self.width = width
        self.color = color
        self.encoding = encoding


class Format:
    """One way to write values."""

    __slots__ = ("help", "name", "render")

    def __init__(self, name: str, help: str, render: Renderer) -> None:
        """`help` is its line in `--help`."""
        self.name = name
        self.help = help
        self.render = render


FORMATS: dict[str, Format] = {}


def output_format(name: str, help: str) -> Callable[[Renderer], Renderer]:
    """Register the decorated function as the output format `name`."""

    def register(render: Renderer) -> Renderer:
        FORMATS[name] = Format(name, help, render)
        return render

    return register


@output_format("rich", "for eyes: shapes, aligned grids, colours")
def _rich(value: object, page: Page) -> str:
    if value is None or type(value) in (bool, int, float, complex, str):
        from tcalc.theme import paint  # a number needs no rich

        style = "string" if isinstance(value, str) else "number"
        text = _text_of(value)
        return paint(style, text) if page.color else text
    from io import StringIO

    from rich.console import Console

    from tcalc.render.theme import rich_theme
    from tcalc.render.view import view

    class Sheet(StringIO):
        encoding = page.encoding  # rich draws with what the stream can show

    console = Console(
        file=Sheet(),
        width=page.width,
        force_terminal=page.color,
        no_color=not page.color,
        color_system="auto" if page.color else None,
        theme=rich_theme(),
        highlight=False,
    )
    with console.capture() as capture:
        console.print(view(value, width=page.width))
    return capture.get().rstrip("\n")


@output_format("text", "PyTorch's own text; reads back")
def _text(value: object, page: Page) -> str:
    return _text_of(value)


def _text_of(value: object) -> str:
    from tcalc.render.text import text_of

    return text_of(value)


@output_format("json", "the plain value; nan, inf and complex as strings")
def _json(value: object, page: Page) -> str:
    from tcalc.files.json import dumps

    return dumps(value)


@output_format("jsonl", "one object a result: shape, dtype, data")
def _jsonl(value: object, page: Page) -> str:
    from tcalc.files.json import dumps_described

    return dumps_described(value)


@output_format("csv", "rows of numbers between commas; up to 2 dimensions")
def _csv(value: object, page: Page) -> str:
    from tcalc.files.table import dumps

    return dumps(value, ",")


@output_format("tsv", "rows of numbers between tabs; up to 2 dimensions")
def _tsv(value: object, page: Page) -> str:
    from tcalc.files.table import dumps

    return dumps(value, "\t")


@output_format("npy", "NumPy's binary file; exact")
def _npy(value: object, page: Page) -> bytes:
    from tcalc.files.npy import dumps

    return dumps(value)


@output_format("none", "nothing, errors apart")
def _none(value: object, page: Page) -> str:
    return ""
