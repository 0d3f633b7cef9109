"""tcalc: a tensor calculator for the command line, and a small autograd library for Python.

>>> import tcalc
>>> session = tcalc.Session(seed=0)
>>> session.eval("arange(12).reshape(3, 4).sum(axis=0)")
tensor([12, 15, 18, 21])
"""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["Session", "TcalcError", "Tensor", "__version__"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcalc.core.tensor import Tensor
    from tcalc.errors import TcalcError
    from tcalc.lang.session import Session


# Where each public name is, after the rooms that make it whole: its methods, its text.
_HOMES = {
    "Session": ("tcalc.lang.session",),
    "TcalcError": ("tcalc.errors",),
    "Tensor": ("tcalc.ops", "tcalc.render.tensor_text", "tcalc.core.tensor"),
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used, for start-up is a feature."""
    if name not in _HOMES:
        raise AttributeError(f"module 'tcalc' has no attribute {name!r}")
    room: object = None
    for home in _HOMES[name]:
        room = __import__(home, fromlist=[name])
    found: object = getattr(room, name)
    globals()[name] = found
    return found
