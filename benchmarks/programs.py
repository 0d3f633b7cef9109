"""Programs of the language as work, beside the same text run by Python.

The language is a subset of Python with PyTorch's functions in scope, so the peer runs the very same
text: as plain Python, with NumPy's arrays, or with torch's functions in scope.
"""

from __future__ import annotations

from typing import Any

from benchmarks.measure import Work
from tcalc.lang.session import Session


def ours(definitions: str, call: str) -> Work:
    """Evaluating `call` in a session in which `definitions` have run."""
    session = Session(seed=0)
    session.eval(definitions)
    return lambda: session.eval(call)


def python(definitions: str, call: str, scope: dict[str, Any] | None = None) -> Work:
    """The same in Python, with the names of `scope`."""
    names = dict(scope or {})
    exec(definitions, names)
    return lambda: eval(call, names)


def torch_scope(torch: Any) -> dict[str, Any]:
    """What a program of the language finds in scope, as torch has it."""
    torch.manual_seed(0)
    return {**vars(torch), "torch": torch, "F": torch.nn.functional, "range": range}
