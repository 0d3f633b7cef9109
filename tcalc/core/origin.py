"""Where in a program something was done, kept so cheaply that recording an op can keep it.

An origin is the code and the instruction of the innermost frame outside of this package: in the
language a compiled statement or function, from Python the caller's line. The core knows no source
text; whoever does turns an origin into a place.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import CodeType

Origin = tuple[CodeType, int]

_PACKAGE = str(Path(__file__).parents[1])


def here() -> Origin | None:
    """The origin of what is being done now."""
    frame = sys._getframe(1)
    while frame.f_code.co_filename.startswith(_PACKAGE):
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return frame.f_code, frame.f_lasti


def line_of(origin: Origin) -> int | None:
    """The line number of an origin's instruction; compiled code numbers its syntax nodes by it."""
    code, instruction = origin
    for start, end, line in code.co_lines():
        if start <= instruction < end:
            return line
    return None
