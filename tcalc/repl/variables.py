"""The table of what is defined."""

from __future__ import annotations

from collections.abc import Mapping

from tcalc import limits
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
