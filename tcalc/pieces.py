"""Standard input in pieces, each as soon as it is complete: records, and programs between NULs."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Callable, Iterator

SIZE = 1 << 16


def pieces(separator: bytes, before_waiting: Callable[[], object]) -> Iterator[bytes]:
    """What stands between separators on standard input, and what follows the last one.

    Only the present piece is kept. `before_waiting` is called before there is a wait for more.
    """
    if sys.stdin is None:
        return
    begun: list[bytes] = []
    while True:
        before_waiting()
        arrived = sys.stdin.buffer.read1(SIZE)  # type: ignore[union-attr]
        if not arrived:
            break
        *whole, rest = arrived.split(separator)
        if whole:
            yield b"".join([*begun, whole[0]])
            yield from whole[1:]
            begun.clear()
        begun.append(rest)
    last = b"".join(begun)
    if last:
        yield last
