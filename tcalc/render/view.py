"""The terminal's default look at a value.

`view` picks the renderable by the value's type: tensors and arrays as grids, tuples of them item
by item, everything else as the text format shows it, lightly coloured. Each picture is a
renderable in a file of its own; to add one, add its case here.
"""

from __future__ import annotations

import numpy as np
from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.text import Text

from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.lang.parser import tokens
from tcalc.render.contents import Contents
from tcalc.render.tensor_text import print_options
from tcalc.render.tensor_view import TensorView
from tcalc.render.text import text_of

COLOURED = frozenset({"string", "keyword", "comment"})
LONGEST_COLOURED = 20_000  # characters; a longer text costs more to colour than it is worth
LARGEST_GRID = 10_000  # elements; more, if asked for in full, are shown as text


def view(value: object, name: str | None = None, width: int | None = None) -> RenderableType:
    """A rich renderable of `value`, called `name`, at most `width` columns wide."""
    renderable = _view(value, name)
    return renderable if width is None else Constrain(renderable, width)


def _view(value: object, name: str | None) -> RenderableType:
    if isinstance(value, Contents):
        return value
    if isinstance(value, Tensor) and _readable(value.array):
        return TensorView(value.array, value.dtype.name, name, _facts(value))
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc" and _readable(value):
        return TensorView(value, str(value.dtype), name, ("numpy",))
    if isinstance(value, tuple) and any(isinstance(v, Tensor | np.ndarray) for v in value):
        return _items(value, name)
    return _text(text_of(value), name)


def _readable(array: Array) -> bool:
    """Whether so few elements are to be shown that laying each out costs nothing to speak of."""
    return array.size <= LARGEST_GRID or array.size > print_options().threshold


def _facts(tensor: Tensor) -> tuple[str, ...]:
    facts = [] if type(tensor) is Tensor else [type(tensor).__name__]
    grad_fn = tensor.grad_fn
    if grad_fn is not None:
        facts.append(f"grad_fn {grad_fn.name}")
    elif tensor.requires_grad:
        facts.append("requires_grad")
    return tuple(facts)


def _items(value: tuple[object, ...], name: str | None) -> Group:
    """The items one after another, called by the tuple's field names or by their index."""
    fields = getattr(value, "_fields", None) or [f"[{i}]" for i in range(len(value))]
    prefix = f"{name}." if name and hasattr(value, "_fields") else name or ""
    return Group(*(_view(item, prefix + key) for key, item in zip(fields, value, strict=True)))


def _text(text: str, name: str | None) -> Text:
    shown = Text().append(f"{name} = " if name else "", "quiet")
    start = len(shown)
    shown.append(text)
    if len(text) <= LONGEST_COLOURED:
        for kind, first, end in tokens(text):
            if kind in COLOURED:
                shown.stylize(kind, start + first, start + end)
    return shown
