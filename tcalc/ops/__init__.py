"""The ops, one file a family. Importing this room registers them all.

To add an op: a function with `@op(family)` in its family's file; nothing else.
"""

from tcalc.core import operators
from tcalc.ops import (
    arithmetic,
    autodiff,
    choice,
    compare,
    convert,
    create,
    diagonals,
    draw,
    exponential,
    flips,
    gather,
    index,
    join,
    layout,
    linalg,
    neural,
    order,
    reduce,
    rounding,
    scan,
    scatter,
    slices,
    stats,
    trigonometric,
)

__all__ = [
    "arithmetic",
    "autodiff",
    "choice",
    "compare",
    "convert",
    "create",
    "diagonals",
    "draw",
    "exponential",
    "flips",
    "gather",
    "index",
    "join",
    "layout",
    "linalg",
    "neural",
    "order",
    "reduce",
    "rounding",
    "scan",
    "scatter",
    "slices",
    "stats",
    "trigonometric",
]

operators.install(index.get_item, index.set_item)
