"""What the text format shows for one value: tensors as PyTorch, containers as IPython.

A container stays on one line if it fits and no item spans lines; otherwise each item has a line of
its own, indented by the opening bracket. A value becomes a document first (a text, or a group of
them that may break), which is then laid out. To add a container: a case in `_document`.
"""

from __future__ import annotations

import sys
from itertools import islice

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Iterable
    from typing import TypeAlias

    Document: TypeAlias = "str | _Group | _Row"

_WIDTH = 79
_LONGEST = 1000  # items of one container that are shown
_DEEPEST = 100  # containers within each other that are shown
_MOST = 2_000_000  # items of all containers that are shown, where one counts as _EACH
_EACH = 20
_PLAIN = {bool, int, float, complex, str, type(None)}  # types whose `repr` is what is shown


class _Group:
    """Items between brackets; each item is a row of documents (a dict's: key, colon, value).

    `width` is the length on one line, None if an item spans lines.
    """

    __slots__ = ("close", "items", "open", "width")

    def __init__(self, open_: str, items: list[list[Document]], close: str) -> None:
        self.open = open_
        self.items = items
        self.close = close
        widths = [_width(part) for item in items for part in item]
        known = [width for width in widths if width is not None]
        commas = 2 * max(len(items) - 1, 0)
        fits = len(known) == len(widths)
        self.width = len(open_) + sum(known) + commas + len(close) if fits else None


class _Row:
    """Texts between brackets, as `_Group`, but all of them plain: many are laid out at once."""

    __slots__ = ("close", "open", "texts", "width")

    def __init__(self, open_: str, texts: list[str], close: str) -> None:
        self.open = open_
        self.texts = texts
        self.close = close
        inside = sum(map(len, texts)) + 2 * max(len(texts) - 1, 0)
        self.width = len(open_) + inside + len(close)


class _Around(set[int]):
    """The ids of the containers that a value stands in; `left` counts what may still be shown,
    `longest` are the items of one container that may.
    """

    left = _MOST
    longest = _LONGEST


def text_of(value: object, *, whole: bool = False) -> str:
    """The text of `value`, without a newline at its end; a `whole` one has all items."""
    if "tcalc.core.tensor" in sys.modules:
        import tcalc.render.tensor_text  # noqa: F401 -- it makes the text of tensors
    out: list[str] = []
    around = _Around()
    if whole:
        around.left = around.longest = sys.maxsize
    _lay_out(_document(value, around), 0, 0, 0, out)
    return "".join(out)


def _document(value: object, around: _Around) -> Document:
    """The document of `value`, which stands in the containers `around`."""
    if not isinstance(value, list | tuple | dict | set | frozenset) or not _plain(value):
        return _leaf(value)
    if id(value) in around or len(around) >= _DEEPEST or around.left <= 0:
        return {list: "[...]", tuple: "(...)", dict: "{...}"}.get(type(value), "{...}")
    around.add(id(value))
    longest = around.longest
    around.left -= _EACH + min(len(value), longest)
    if isinstance(value, list | tuple) and _PLAIN.issuperset(map(type, value[:longest])):
        around.remove(id(value))
        texts = [repr(item) for item in value[:longest]]
        if len(value) > longest:
            texts.append("...")
        start, _, end = _brackets(value, [[]] * len(texts))
        return _Row(start, texts, end)
    items: list[list[Document]]
    if isinstance(value, dict):
        pairs = islice(value.items(), longest)
        items = [[_document(k, around), ": ", _document(v, around)] for k, v in pairs]
    else:
        ordered = _sorted(value) if isinstance(value, set | frozenset) else value
        items = [[_document(item, around)] for item in islice(ordered, longest)]
    around.remove(id(value))
    if len(value) > longest:
        items.append(["..."])
    return _Group(*_brackets(value, items))


def _plain(value: object) -> bool:
    """Whether a container is shown by its items, and not, as torch.Size is, in a way of its own."""
    return type(value).__repr__ in {kind.__repr__ for kind in (list, tuple, dict, set, frozenset)}


def _brackets(value: object, items: list[list[Document]]) -> tuple[str, list[list[Document]], str]:
    """Opening bracket, items and closing bracket of a container."""
    if isinstance(value, list):
        return "[", items, "]"
    if isinstance(value, tuple):
        return "(", items, ",)" if len(items) == 1 else ")"
    if isinstance(value, dict):
        return "{", items, "}"
    if isinstance(value, set):
        return ("{", items, "}") if items else ("set()", items, "")
    return ("frozenset({", items, "})") if items else ("frozenset()", items, "")


def _sorted(items: Iterable[object]) -> list[object]:
    """A set's items in order, if they have one."""
    items = list(items)
    try:
        return sorted(items)  # type: ignore[type-var]
    except Exception:  # whatever their comparison raises, they have no order
        return items


def _leaf(value: object) -> str:
    """The text of anything but a container."""
    if isinstance(value, type):
        module = value.__module__
        if module == "builtins":
            return value.__qualname__
        return f"{'torch' if module.startswith('tcalc.') else module}.{value.__qualname__}"
    if isinstance(value, str | int | float | complex | None):
        return repr(value)
    name = getattr(value, "__name__", None)
    if callable(value) and isinstance(name, str):
        return f"<function {name}>"
    if type(value).__repr__ is object.__repr__:
        return f"<{type(value).__name__}>"
    return _without_addresses(repr(value))


def _without_addresses(text: str) -> str:
    """`<generator object f at 0x7f12>` as `<generator object f>`."""
    parts = text.split(" at 0x")
    return parts[0] + "".join(part.lstrip("0123456789abcdefABCDEF") for part in parts[1:])


def _width(document: Document) -> int | None:
    if isinstance(document, str):
        return None if "\n" in document else len(document)
    return document.width


def _lay_out(document: Document, column: int, indent: int, after: int, out: list[str]) -> None:
    """Append the text of a document that starts at `column`, with lines after its first one
    indented by `indent`, and `after` characters to follow it on its last line.
    """
    if isinstance(document, str):
        out.append(document.replace("\n", "\n" + " " * indent))
        return
    breaks = document.width is None or column + document.width + after > _WIDTH
    indent += len(document.open)
    column += len(document.open)
    out.append(document.open)
    if isinstance(document, _Row):
        out += [(",\n" + " " * indent if breaks else ", ").join(document.texts), document.close]
        return
    for number, item in enumerate(document.items, 1):
        last = number == len(document.items)
        end = len(document.close) + after if last else 1
        for place, part in enumerate(item, 1):
            _lay_out(part, column, indent, end if place == len(item) else 0, out)
            column += _width(part) or 0
        if not last:
            out.append(",\n" + " " * indent if breaks else ", ")
            column = indent if breaks else column + 2
    out.append(document.close)
