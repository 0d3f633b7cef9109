"""The terminal's look at a value: tensors as pictures, all else as the text format shows it.

`picture` picks the picture by the value's type and by the look that is asked for. To add a look:
its case there, and its output format.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core.tensor import Tensor
from tcalc.lang.parser import tokens
from tcalc.render.contents import Contents
from tcalc.render.drawing import Picture, drawn
from tcalc.render.formats import Page
from tcalc.render.heading import Subject
from tcalc.render.tensor_text import print_options
from tcalc.render.text import text_of
from tcalc.theme import paint

COLOURED = frozenset({"string", "keyword", "comment"})
LONGEST_COLOURED = 20_000  # characters; a longer text costs more to colour than it is worth
LARGEST_GRID = 10_000  # elements; more, if asked for in full, are shown as text


def shown(value: object, page: Page, look: str = "grid") -> str:
    """What `page` takes of `value`, in the look of that name: grid, heat or stats."""
    if isinstance(value, tuple) and any(isinstance(v, Picture) or _is_array(v) for v in value):
        return _items(value, page, look)
    found = picture(value, page.name, look)
    return _coloured(text_of(value), page) if found is None else drawn(found, page)


def picture(
    value: object, name: str | None = None, look: str = "grid"
) -> Picture | Contents | None:
    """The picture of `value`, called `name`; None if its text is all there is to see."""
    if isinstance(value, Picture | Contents):
        return value
    if not _is_array(value):
        return None
    subject = Subject.of(value, name)
    if look == "heat" and subject.array.size:
        from tcalc.render.heat_map import HeatMap

        return HeatMap(subject)
    if look == "stats":
        from tcalc.render.stats_view import StatsView

        return StatsView(subject)
    from tcalc.render.tensor_view import TensorView

    return TensorView(subject) if _readable(subject.array) else None


def _is_array(value: object) -> bool:
    return isinstance(value, Tensor) or (
        isinstance(value, np.ndarray) and value.dtype.kind in "biufc"
    )


def _readable(array: Any) -> bool:
    """Whether so few elements are to be shown that laying each out costs nothing to speak of."""
    return bool(array.size <= LARGEST_GRID or array.size > print_options().threshold)


def _items(value: tuple[object, ...], page: Page, look: str) -> str:
    """The items one after another, called by the tuple's field names or by their index."""
    name, fields = page.name or "", getattr(value, "_fields", None)
    parts = []
    for i, item in enumerate(value):
        called = f"{name}[{i}]" if fields is None else f"{name}.{fields[i]}".lstrip(".")
        found = picture(item, called, look)
        text = _coloured(f"{called} = {text_of(item)}", page)
        parts.append(text if found is None else drawn(found, page))
    return "\n".join(parts)


def _coloured(text: str, page: Page) -> str:
    """A text, its strings and keywords in colours; long ones never, for no one reads them."""
    if not page.color or len(text) > LONGEST_COLOURED:
        return text
    pieces = []
    end = 0
    for kind, first, last in tokens(text):
        if kind in COLOURED:
            pieces += [text[end:first], paint(kind, text[first:last])]
            end = last
    return "".join([*pieces, text[end:]])
