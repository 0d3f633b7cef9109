"""The ops, one file a family. Importing this room registers the everyday ones.

To add an op: a function with `@op(family)` in its family's file; nothing else. The files that are
not imported here are loaded when a name is asked for that those here do not have.
"""

from __future__ import annotations

from tcalc.core import operators, registry
from tcalc.core.tensor import Tensor
from tcalc.ops import (  # noqa: F401 -- importing a file registers its ops
    arithmetic,
    autodiff,
    choice,
    compare,
    convert,
    create,
    draw,
    exponential,
    index,
    join,
    layout,
    linalg,
    norms,
    order,
    reduce,
    rounding,
    scan,
    sequence,
    trigonometric,
)


def _load_all() -> None:
    from importlib import import_module
    from pathlib import Path

    for file in sorted(Path(__file__).parent.glob("*.py")):
        import_module(f"{__name__}.{file.stem}" if file.stem != "__init__" else __name__)
    del Tensor.__getattr__  # no method is missing any more, and Python reads attributes faster


operators.install(index.get_item, index.set_item)
registry.later(_load_all)
