"""A snapshot of a session: what the names stand for, and what is inside of those values.

Names alone are not enough, for programs change values in place: memory is copied, and containers,
tensors and nodes of the graph are put back as they were, each the same object as before. What lies
in memory that has not changed since the snapshot before shares that one's copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import CellType, FunctionType, GeneratorType, MethodType
from typing import TYPE_CHECKING, Any

import numpy as np

from tcalc.core.dtypes import default_float, set_default_float
from tcalc.core.graph import Leaf, Node, Pick, Storage
from tcalc.core.memory import owner
from tcalc.core.random import Generator
from tcalc.core.tensor import Tensor

if TYPE_CHECKING:
    from tcalc.lang.session import Session

    Array = np.ndarray[Any, Any]

MOST_BYTES = 256 << 20  # of memory that one snapshot copies
CACHED = 1 << 15  # elements that are compared at a time
MOST_OBJECTS = 200_000  # that one snapshot looks into
_PLAIN = (int, float, complex, str, bytes, bool, type(None), type, range, slice)


class Snapshot:
    """What `session` holds at this moment; `restore` brings it back.

    `left_out` says in words what was too large, or is of a kind that cannot be put back.
    """

    def __init__(
        self, session: Session, before: Snapshot | None = None, *, deep: bool = True
    ) -> None:
        """Look at everything that the names lead to, or, if not `deep`, at the names alone.

        `before` may lend its copies of memory.
        """
        self._session = session
        session.set_up_core()  # its seed counts from the first input on
        self._names = session.values()
        self._streams = session.call(_streams, session)
        self.deep = deep
        self._states: list[tuple[Any, Any]] = []
        self._memory: dict[int, tuple[Array, Array]] = {}  # by id: memory, and its copy
        self.left_out: list[str] = []
        self._lent = {} if before is None else before._memory
        self._seen: dict[int, Any] = {}
        self._bytes = 0
        if deep:
            for name, value in self._names.items():
                self._look(name, value)
        self._lent = {}
        self._seen = {}

    def restore(self) -> None:
        """Let the names and the values be what they were."""
        for value, state in self._states:
            _put_back(value, state)
        for memory, copy in self._memory.values():
            np.copyto(memory, copy)
        self._session.call(_set_streams, self._session, self._streams)
        self._session.replace(self._names)

    @property
    def copies(self) -> dict[int, int]:
        """Bytes of the copies of memory that this snapshot holds, by the copy's id."""
        return {id(copy): copy.nbytes for _, copy in self._memory.values()}

    def _look(self, name: str, root: Any) -> None:
        """Note the state of what `name` stands for, and of all that can be reached from there."""
        waiting = [root]
        while waiting:
            value = waiting.pop()
            if isinstance(value, _PLAIN) or id(value) in self._seen:
                continue
            if len(self._seen) >= MOST_OBJECTS:
                self.left_out.append(f"{name} (too many values)")
                return
            self._seen[id(value)] = value
            if isinstance(value, np.ndarray):
                self._copy(name, value)
            if isinstance(value, GeneratorType):
                self.left_out.append(f"{name} (a generator cannot be turned back)")
            state = _state(value)
            if state is not None:
                self._states.append((value, state))
                # What a node saved is changed through the tensor that it belongs to.
                waiting.extend(_parts(state["edges"] if isinstance(value, Node) else state))
            elif isinstance(value, tuple | frozenset):
                waiting.extend(value)

    def _copy(self, name: str, array: Array) -> None:
        memory = owner(array)
        key = id(memory)
        if key in self._memory or not memory.flags.writeable:
            return
        if self._bytes + memory.nbytes > MOST_BYTES:
            self.left_out.append(f"{name} (too large)")
            return
        self._bytes += memory.nbytes
        lent = self._lent.get(key)
        if lent is not None and lent[0] is memory and _same(memory, lent[1]):
            self._memory[key] = lent
        else:
            self._memory[key] = (memory, memory.copy())


def _same(memory: Array, copy: Array) -> bool:
    """Whether the bytes are equal; NaN is nothing special."""
    if memory.shape != copy.shape or not memory.flags.c_contiguous:
        return False
    a, b = _raw(memory), _raw(copy)
    return all(
        np.array_equal(a[i : i + CACHED], b[i : i + CACHED]) for i in range(0, len(a), CACHED)
    )


def _raw(array: Array) -> Array:
    """The bytes of an array, by eights where that comes out even."""
    return array.reshape(-1).view(np.uint8 if array.nbytes % 8 else np.uint64)


def _state(value: Any) -> Any:  # noqa: PLR0911 -- a table
    """What can change about `value` itself, None if nothing can."""
    match value:
        case list() | dict() | set():
            return value.copy()
        case FunctionType():
            return tuple(value.__closure__ or ()) or None
        case MethodType():
            return (value.__self__,)
        case CellType():
            return _cell(value)
        case Generator():
            return value.get_state()
        case Tensor() | Node() | Storage():
            return dict(value.__dict__)
        case Leaf():
            return {name: getattr(value, name) for name in Leaf.__slots__}
        case Pick():
            return {"node": value.node, "hooks": value.hooks}
    if type(value).__module__.startswith(("tcalc.ops", "tcalc.core")):
        return dict(value.__dict__) if _is_open(value) else None
    return None


def _is_open(value: Any) -> bool:
    """Whether a value of ours is one that a program made, and no op of the language."""
    from tcalc.core.op import Op

    return hasattr(value, "__dict__") and not isinstance(value, Op)


def _cell(cell: CellType) -> tuple[Any, ...]:
    try:
        return (cell.cell_contents,)
    except ValueError:  # a name without a value yet
        return ()


def _parts(state: Any) -> Iterator[Any]:
    """The values that a state leads to."""
    if isinstance(state, Mapping):
        for key, value in state.items():
            yield from (key, value)
    elif isinstance(state, list | tuple | set):
        yield from state


def _put_back(value: Any, state: Any) -> None:
    match value:
        case list():
            value[:] = state
        case dict() | set():
            value.clear()
            value.update(state)
        case CellType():
            if state:
                value.cell_contents = state[0]
        case Generator():
            value.set_state(state)
        case Leaf() | Pick():
            for name, each in state.items():
                setattr(value, name, each)
        case FunctionType() | MethodType():
            pass  # their cells and their owners have states of their own
        case _:
            value.__dict__.clear()
            value.__dict__.update(state)


def _streams(session: Session) -> tuple[Any, Any, Any]:
    """Where the streams of random numbers are, and the dtype that floats have by default."""
    from tcalc.core.random import get_rng_state

    return get_rng_state(), session.random.getstate(), default_float()


def _set_streams(session: Session, streams: tuple[Any, Any, Any]) -> None:
    from tcalc.core.random import set_rng_state

    set_rng_state(streams[0])
    session.random.setstate(streams[1])
    set_default_float(streams[2])
