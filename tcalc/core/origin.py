"""Where in a program something was done, kept so cheaply that recording an op can keep it.

An origin is the code and the instruction of the innermost frame outside of this package: in the
language a compiled statement or function, from Python the caller's line. The core knows no source
text; whoever does turns an origin into a place.
"""

from __future__ import annotations

from sys import _getframe
from types import CodeType

Origin = tuple[CodeType, int]

_PACKAGE = __file__[: -len("core/origin.py")]  # every file of ours starts so


def here(depth: int = 1) -> Origin | None:
    """The origin of what is being done now; the innermost `depth` frames are known to be ours."""
    frame = _getframe(depth)
    while True:
        code = frame.f_code
        if not code.co_filename.startswith(_PACKAGE):
            return code, frame.f_lasti
        if frame.f_back is None:
            return None
        frame = frame.f_back


def line_of(origin: Origin) -> int | None:
    """The line number of an origin's instruction; compiled code numbers its syntax nodes by it."""
    code, instruction = origin
    for start, end, line in code.co_lines():
        if start <= instruction < end:
            return line
    return None
