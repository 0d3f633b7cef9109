"""The table of what is defined."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tcalc import limits
from tcalc.core.memory import owner
from tcalc.core.tensor import Tensor, describe
from tcalc.lang.attributes import type_name

LONGEST = 40  # characters of a value that is shown in the table


def table(values: Mapping[str, object]) -> str:
    """A line for each name: what it is, its bytes, its place in differentiation; "" for none."""
    rows = [(name, *_facts(value)) for name, value in sorted(values.items())]
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(3)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, [*widths, 0], strict=True)).rstrip()
        for row in rows
    )


def memory(values: Mapping[str, object]) -> str:
    """A line for each piece of memory: its bytes, and the names whose tensors lie in it."""
    pieces: dict[int, tuple[int, list[str]]] = {}
    for name, value in sorted(values.items()):
        array = value.array if isinstance(value, Tensor) else value
        if isinstance(array, np.ndarray):
            whole = owner(array)
            part = "" if array.nbytes == whole.nbytes else f" ({limits.size(array.nbytes)} of it)"
            pieces.setdefault(id(whole), (whole.nbytes, []))[1].append(f"{name}{part}")
    rows = sorted(pieces.values(), key=lambda piece: -piece[0])
    width = max((len(limits.size(nbytes)) for nbytes, _ in rows), default=0)
    lines = [f"{limits.size(nbytes):>{width}}  {', '.join(names)}" for nbytes, names in rows]
    total = limits.size(sum(nbytes for nbytes, _ in rows))
    return "\n".join([*lines, f"{total} altogether"]) if rows else ""


def _facts(value: object) -> tuple[str, str, str]:
    if isinstance(value, Tensor):
        if value.grad_fn is not None:
            grad = f"grad_fn {value.grad_fn.label}"
        else:
            grad = "requires_grad" if value.requires_grad else ""
        return describe(value), limits.size(value.nbytes), grad
    from tcalc.render.text import text_of

    text = text_of(value).replace("\n", " ")
    short = text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
    return type_name(value), "", short
