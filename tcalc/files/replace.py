"""Writing files so that nobody ever finds half of one."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

Writer = Callable[[BinaryIO], object]
_STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_DESCRIPTORS = ("/dev/fd/", "/proc/self/fd/")


def write(path: str, fill: Writer) -> None:
    """Let `fill` write the file at `path`: it is replaced in one step, or left as it was.

    A link stays a link, and permissions stay. A pipe, a device or an open stream such as
    /dev/stdout has nothing to keep whole and is written as it is. Raises OSError.
    """
    descriptor = _descriptor(path)
    if descriptor is not None:
        sys.stdout.flush()  # what the program printed before stays before
        with os.fdopen(os.dup(descriptor), "wb") as file:
            fill(file)
        return
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 -- a path may name a link
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        with Path(path).open("wb") as file:
            fill(file)
        return
    _replace(Path(path).resolve(), mode, fill)


def _descriptor(path: str) -> int | None:
    """The open stream that `path` stands for, if it does."""
    if path in _STREAMS:
        return _STREAMS[path]
    for start in _DESCRIPTORS:
        if path.startswith(start) and path.removeprefix(start).isdecimal():
            return int(path.removeprefix(start))
    return None


def _replace(path: Path, mode: int | None, fill: Writer) -> None:
    if mode is not None and not os.access(path, os.W_OK):
        raise PermissionError(13, os.strerror(13))  # a folder would let us replace it all the same
    fresh = path.with_name(f".tcalc-{os.urandom(6).hex()}.tmp")
    try:
        with fresh.open("xb") as file:
            if mode is not None:
                fresh.chmod(stat.S_IMODE(mode))
            fill(file)
            file.flush()
            os.fsync(file.fileno())  # a crash of the system must not leave an empty file either
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
