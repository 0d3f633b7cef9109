"""What rooms above this one add to the language, each by the place it comes from.

The language never imports those rooms; it loads a place by its name when a program first needs it.
To offer one more function: a line in `BUILTINS` (always in scope) or in `TORCH` (below torch).
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tcalc.core.tensor import Tensor

Place = tuple[str, str]  # a module and a name in it

TEXT_OF: Place = ("tcalc.render.text", "text_of")
SAVE_GRAPH: Place = ("tcalc.render.graph_view", "save")
TENSOR_TEXT: Place = ("tcalc.render.tensor_text", "tensor_text")

BUILTINS: dict[str, Place] = {
    "grad": ("tcalc.ops.transforms", "grad"),
    "jacobian": ("tcalc.ops.functional", "jacobian"),
    "hessian": ("tcalc.ops.jacobians", "hessian"),
    "gradcheck": ("tcalc.ops.check", "gradcheck"),
    "gradgradcheck": ("tcalc.ops.check", "gradgradcheck"),
    "show": ("tcalc.render.looks", "show"),
    "stats": ("tcalc.render.looks", "stats"),
    "heat": ("tcalc.render.looks", "heat"),
    "image": ("tcalc.render.looks", "image"),
    "explain": ("tcalc.render.explaining", "explain"),
    "progress": ("tcalc.render.progress", "progress"),
    "why_nan": ("tcalc.render.nan_source", "why_nan"),
    "plot": ("tcalc.render.plotting", "plot"),
    "hist": ("tcalc.render.plotting", "hist"),
    "scatter": ("tcalc.render.plotting", "scatter"),
}
TORCH: dict[str, Place] = {
    "set_printoptions": ("tcalc.render.tensor_text", "set_printoptions"),
}


def load(place: Place) -> Any:
    """The value at `place`."""
    module, name = place
    __import__(module)
    return getattr(sys.modules[module], name)


def tensor_text(tensor: Tensor) -> str:
    """The text of a tensor, for the core to print with."""
    text: str = load(TENSOR_TEXT)(tensor)
    return text
