"""Output formats: how the command and the REPL write one result.

To add a format: one function under `@output_format`. It takes the value and the page it is written
on and gives text (without the last newline; "" writes nothing), its pieces, or bytes. Heavy
libraries are imported inside the function, for the table itself is read at every start.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Callable, Iterator
    from typing import Any

    Rendered = str | bytes | Iterator[str]
    Renderer = Callable[[object, "Page"], Rendered]

BLOCK = 1 << 16  # elements that are turned into text at a time


class Page:
    """What a result is written on: width in columns, whether colours show, which characters do.

    `rows` is set where each result belongs to one record, so that a vector is a row of a table.
    `height` is that of the screen in lines, None for what does not scroll away. `name` is what the
    program calls the value, if it is a name that was asked for.
    """

    __slots__ = ("color", "encoding", "height", "name", "rows", "width")

    def __init__(
        self,
        width: int = 80,
        color: bool = False,
        encoding: str = "utf-8",
        rows: bool = False,
        height: int | None = None,
    ) -> None:
        """Describe a terminal, or a plain stream by the defaults."""
        self.width = width
        self.color = color
        self.encoding = encoding
        self.rows = rows
        self.height = height
        self.name: str | None = None

    def headed(self, name: str | None) -> Page:
        """This page, the next value on which is called `name`."""
        self.name = name
        return self


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
    from tcalc.render.view import shown

    return shown(value, page)


@output_format("heat", "tensors as heat maps, all else as rich")
def _heat(value: object, page: Page) -> str:
    from tcalc.render.view import shown

    return shown(value, page, "heat")


@output_format("stats", "tensors as statistics, all else as rich")
def _stats(value: object, page: Page) -> str:
    from tcalc.render.view import shown

    return shown(value, page, "stats")


@output_format("text", "PyTorch's own text; reads back")
def _text(value: object, page: Page) -> str:
    drawing = sys.modules.get("tcalc.render.drawing")
    if drawing is not None and isinstance(value, drawing.Picture):
        plain: str = drawing.drawn(value, Page(page.width, encoding=page.encoding))
        return plain
    return _text_of(value)


def _text_of(value: object) -> str:
    if type(value) in (bool, int, float, complex):
        return repr(value)
    from tcalc.render.text import text_of

    return text_of(value)


@output_format("json", "the plain value; nan, inf and complex as strings")
def _json(value: object, page: Page) -> Rendered:
    from tcalc.files.json import dumps

    array = getattr(value, "array", value)
    if getattr(array, "size", 0) > BLOCK:
        return _nested(array, dumps)
    return _encodable(dumps(value), page)


def _nested(array: Any, dumps: Callable[[object], str]) -> Iterator[str]:
    """A large array as JSON, a block at a time."""
    if array.size <= BLOCK:
        yield dumps(array)
        return
    step = BLOCK // (array.size // len(array))
    yield "["
    for start in range(0, len(array), max(step, 1)):
        if start:
            yield ", "
        if step:
            yield dumps(array[start : start + step])[1:-1]
        else:
            yield from _nested(array[start], dumps)
    yield "]"


@output_format("jsonl", "one object a result: shape, dtype, data")
def _jsonl(value: object, page: Page) -> str:
    from tcalc.files.json import dumps_described

    return _encodable(dumps_described(value), page)


def _encodable(text: str, page: Page) -> str:
    """JSON of ASCII characters alone where the stream is not UTF-8, as JSON has to be."""
    if text.isascii() or page.encoding.lower() in ("utf-8", "utf8"):
        return text
    import json

    return json.dumps(json.loads(text))


@output_format("csv", "rows of numbers between commas; up to 2 dimensions")
def _csv(value: object, page: Page) -> Rendered:
    return _table(value, ",", page)


@output_format("tsv", "rows of numbers between tabs; up to 2 dimensions")
def _tsv(value: object, page: Page) -> Rendered:
    return _table(value, "\t", page)


def _table(value: object, delimiter: str, page: Page) -> Rendered:
    from tcalc.files.arrays import array_of
    from tcalc.files.table import dumps, named_columns

    if named_columns(value) is not None:
        return dumps(value, delimiter)
    array = array_of(value)
    if page.rows and array.ndim == 1:
        array = array.reshape(1, -1)
    if array.size <= BLOCK or array.ndim > 2:  # noqa: PLR2004 -- rows and columns
        return dumps(array, delimiter)
    step = max(BLOCK // (array.size // len(array)), 1)
    blocks = (array[start : start + step] for start in range(0, len(array), step))
    return (("\n" if index else "") + dumps(block, delimiter) for index, block in enumerate(blocks))


@output_format("npy", "NumPy's binary file; exact")
def _npy(value: object, page: Page) -> bytes:
    from tcalc.files.npy import dumps

    return dumps(value)


@output_format("none", "nothing, errors apart")
def _none(value: object, page: Page) -> str:
    return ""
