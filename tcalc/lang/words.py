"""What a session calls things: the names of tensors, the places of what was done to them.

The core shows graphs and knows no source text; it is given these.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tcalc.core.origin import Origin
    from tcalc.core.tensor import Tensor
    from tcalc.lang.session import Session


def leaves(session: Session) -> dict[Any, str]:
    """The names of the session's leaves, by what stands for them in graphs."""
    from tcalc.core.tensor import Tensor

    known = ((name, session[name]) for name in session.names())
    return {x.node: name for name, x in known if isinstance(x, Tensor) and x.is_leaf}


def naming(session: Session, function: Any) -> Callable[[Tensor], str]:
    """What finds the name of a tensor: in the closure of `function`, or among the session's."""
    from tcalc.core.functions import closure

    names = {id(session[name]): name for name in session.names()}
    names |= {id(value): name for name, value in closure(function).items()}
    return lambda x: names.get(id(x), "")


def placing(session: Session) -> Callable[[Origin], str]:
    """What puts an origin into words: `line 3: x.sum() > 0`."""

    def place_of(origin: Origin) -> str:
        span = session.span_of(origin)
        if span is None:
            return ""
        line, _ = span.source.locate(span.start)
        return f"line {line}: {' '.join(span.text.split())}"

    return place_of
