"""What `?name` tells of a value of the session: what it is, its text, and where it comes from."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

import numpy as np

from tcalc import limits
from tcalc.core.memory import owner
from tcalc.core.tensor import Tensor
from tcalc.core.tensor import describe as described
from tcalc.diagnostic import Span
from tcalc.errors import LimitError
from tcalc.lang.attributes import is_module, type_name
from tcalc.lang.descriptions import describe
from tcalc.lang.signatures import code_of
from tcalc.reference import highlighted
from tcalc.render.drawing import Picture, drawn
from tcalc.render.formats import FORMATS
from tcalc.render.looks import show
from tcalc.render.tensor_text import set_printoptions
from tcalc.render.text import text_of
from tcalc.render.view import LARGEST_GRID
from tcalc.repl.command import MARK
from tcalc.repl.slicing import maker
from tcalc.theme import paint

if TYPE_CHECKING:
    from tcalc.lang.session import Session
    from tcalc.render.formats import Page
    from tcalc.repl.command import Context

MOST_ELEMENTS = 1_000_000  # of a tensor whose text is made
EACH = 1000  # bytes that the text of an item takes while it is made
MOST_ROWS = 12  # of a value or a program, unless all of it is asked for


def about_value(name: str, value: Any, context: Context, page: Page, *, whole: bool = False) -> str:
    """What `name`, which stands for `value`, is; `whole` leaves nothing out."""
    session = context.session
    if callable(value) and not isinstance(value, Tensor):
        parts = [_of_function(name, value, session, page, whole)]
    elif is_module(value):
        parts = [session.call(describe, value)]
    else:
        head = _filled(f"{name}: {_kind(value)}", page)
        parts = [paint("title", head) if page.color else head]
        parts += [_text(name, value, context, page, whole)]
        parts += [_filled(text, page) for text in _relations(name, value, session)]
    made = maker(name, context.programs)
    if made is not None:
        number, text = made
        first, more, _ = text.partition("\n")
        parts.append(_filled(f"from program {number}: {first}{' ...' if more else ''}", page))
    return "\n".join(part for part in parts if part)


def _filled(text: str, page: Page) -> str:
    return textwrap.fill(text, page.width, subsequent_indent="  ")


def _kind(value: Any) -> str:
    """`tensor float32 [3, 4] · 48 bytes · cpu · requires_grad`, `list of 3`."""
    if isinstance(value, Tensor):
        facts = [f"tensor {described(value)}", limits.size(value.nbytes), str(value.device)]
        if value.grad_fn is not None:
            facts.append(f"requires_grad, by {value.grad_fn.label}")
        elif value.requires_grad:
            facts.append("requires_grad, a leaf")
        return " · ".join(facts)
    if isinstance(value, np.ndarray):
        return f"NumPy array {value.dtype} {list(value.shape)} · {limits.size(value.nbytes)}"
    if isinstance(value, list | tuple | dict | set | str):
        return f"{type_name(value)} of {len(value)}"
    return type_name(value)


def _text(name: str, value: Any, context: Context, page: Page, whole: bool) -> str:
    """The value as the session shows it, as far as a few rows go."""
    render = context.session.call
    if isinstance(value, Tensor):
        shown = render(context.screen.output().render, value, page.headed(name))
        text = shown if isinstance(shown, str) else ""
    else:
        text = str(render(FORMATS["text"].render, value, page))
    most = sys.maxsize if whole or isinstance(value, Tensor) else MOST_ROWS * page.width
    lines = text[:most].split("\n") if text else []
    if len(text) > most or (len(lines) > MOST_ROWS and not whole):
        lines = [*lines[:MOST_ROWS], f"... {MARK}show {name} has all of it"]
    return "\n".join(f"  {line}" for line in lines)


def _relations(name: str, value: Any, session: Session) -> Iterator[str]:
    """A tensor's gradient, and the names that share its memory."""
    if isinstance(value, Tensor) and value.is_leaf and value.requires_grad:
        yield f"gradient: {'none yet' if value.grad is None else described(value.grad)}"
    array = _array(value)
    if array is not None:
        memory = owner(array)
        arrays = ((other, _array(session[other])) for other in session.names() if other != name)
        sharing = [other for other, each in arrays if each is not None and owner(each) is memory]
        if sharing:
            yield f"shares memory with {', '.join(sharing)}"


def _array(value: Any) -> Any:
    array = value.array if isinstance(value, Tensor) else value
    return array if isinstance(array, np.ndarray) else None


def _of_function(name: str, value: Any, session: Session, page: Page, whole: bool) -> str:
    """A function's signature and docstring, and its text if a program defined it."""
    head, _, doc = session.call(describe, value).partition("\n")
    parts = [paint("title", head) if page.color else head, doc.strip("\n")]
    code = code_of(value)
    node = session.node_of(code) if code is not None else None
    if node is not None:
        span = session.source_of(code, node)
        parts += [_program(span, page, whole), _place(span)]
    return "\n\n".join(part for part in parts if part)


def _program(span: Span, page: Page, whole: bool) -> str:
    """The text of a function, its tokens in colours."""
    text = highlighted(span.text) if page.color else span.text
    lines = text.split("\n")
    if len(lines) > MOST_ROWS and not whole:
        lines = [*lines[:MOST_ROWS], "... two question marks show all of it"]
    return "\n".join(f"  {line}" for line in lines)


def _place(span: Span) -> str:
    """Where a function was defined, if that was in a file."""
    source = span.source
    if source.name.startswith("<"):
        return ""
    return f"defined in {source.name}, line {source.locate(span.start)[0]}"


def whole(value: Any, context: Context) -> str:
    """All of a value, with nothing left out. Raises LimitError for more than anyone can read."""
    page = context.screen.output().page
    if isinstance(value, Picture):
        return drawn(value, page)
    array = _array(value)
    if array is None:
        if isinstance(value, list | tuple | dict | set):
            limits.check_spread(value, EACH, "the text of all its items")
        text = value if isinstance(value, str) else context.session.call(_every_item, value)
        return str(text)
    if array.size > MOST_ELEMENTS:
        raise LimitError(
            f"{array.size:,} elements are too many to read",
            helps=["x[:10] is a part of x; save(x, 'x.csv') writes all of it to a file"],
        )
    return str(context.session.call(lambda: copy_context().run(_unabridged, value, page)))


def _every_item(value: Any) -> str:
    return text_of(value, whole=True)


def _unabridged(value: Any, page: Page) -> str:
    set_printoptions(threshold=sys.maxsize)
    if _array(value).size <= LARGEST_GRID:
        return drawn(show(value, full=True), page)
    return text_of(value)
