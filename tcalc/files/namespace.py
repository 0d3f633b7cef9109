"""Values by name, as npz and safetensors files and JSON objects hold them.

What a file says of a tensor (its shape, its dtype) is known at once; the tensor itself is read
when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any

from tcalc.core.dtypes import Array
from tcalc.errors import ArgumentFault, NameFault, closest
from tcalc.files.arrays import array_of
from tcalc.files.source import literal

METADATA = "__metadata__"
FEW = 6  # names that an error lists


class Unread:
    """A tensor that is still in its file: what it will be, and how to read it."""

    __slots__ = ("dtype", "nbytes", "read", "shape")

    def __init__(
        self, shape: tuple[int, ...], dtype: str, nbytes: int, read: Callable[[], object]
    ) -> None:
        """Describe the tensor as the file does; `dtype` and `nbytes` are those in the file."""
        self.shape = shape
        self.dtype = dtype
        self.nbytes = nbytes
        self.read = read


class MemberMissing(NameFault, KeyError):
    """A name that the namespace does not have."""


class DataNamespace(MutableMapping[str, Any]):
    """Values by name: `w["fc1.weight"]`, or `w.fc1.weight`, for dots lead from part to part.

    `metadata` are the words that a file keeps about itself. Changes stay in memory.
    """

    readable = frozenset(("get", "items", "keys", "metadata", "pop", "update", "values"))

    def __init__(
        self,
        members: Mapping[str, object] | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        """Hold `members`, of which some may be `Unread`."""
        self._members: dict[str, object] = dict(members or {})
        self._prefix = ""
        self.metadata = dict(metadata or {})

    def _part(self, name: str) -> DataNamespace:
        """The members below `name`, without copying them."""
        part = DataNamespace(metadata=self.metadata)
        part._members = self._members
        part._prefix = f"{self._prefix}{name}."
        return part

    def __getitem__(self, name: str | int) -> Any:
        """A member, or the part of which several members' names begin with `name` and a dot.

        Raises MemberMissing, with what is near, for a name that is not there.
        """
        full = f"{self._prefix}{name}"
        if full in self._members:
            value = self._members[full]
            if isinstance(value, Unread):
                value = self._members[full] = value.read()
            return value
        if any(each.startswith(f"{full}.") for each in self._members):
            return self._part(str(name))
        raise self._missing(name, blame={"index": "", "x": ""})

    def member(self, name: str) -> Any:
        """What `w.name` means. Raises MemberMissing, with what is near."""
        if name in self:
            return self[name]
        raise self._missing(name, blame={"x": ""})

    def member_names(self) -> Iterable[str]:
        """The names that can stand after the dot."""
        parts = dict.fromkeys(name.partition(".")[0] for name in self)
        return [*(part for part in parts if part.isidentifier()), *self.readable]

    def _missing(self, name: object, blame: Mapping[str, str]) -> MemberMissing:
        names = list(self)
        parts = dict.fromkeys(each.partition(".")[0] for each in names)
        near = closest(str(name), {*names, *parts})[:1] if isinstance(name, str) else []
        shown = ", ".join(map(literal, names[:FEW])) + (", ..." if len(names) > FEW else "")
        return MemberMissing(
            f"the namespace has no member {name!r}",
            blame=blame,
            notes=[f"its members are {shown}"] if names and not near else (),
            helps=[f"did you mean {{x}}{_access(each)}?" for each in near],
        )

    def __setitem__(self, name: str, value: object) -> None:
        """Put a value under a name; the file is not touched."""
        self._members[f"{self._prefix}{name}"] = value

    def __delitem__(self, name: str) -> None:
        """Forget a member. Raises MemberMissing if there is none."""
        if f"{self._prefix}{name}" not in self._members:
            self[name]  # says what is near
            raise MemberMissing(f"{name!r} is a part of the namespace, and no member")
        del self._members[f"{self._prefix}{name}"]

    def __iter__(self) -> Iterator[str]:
        """The members' names, in the file's order."""
        start = self._prefix
        return (name[len(start) :] for name in tuple(self._members) if name.startswith(start))

    def __len__(self) -> int:
        """How many members there are."""
        return sum(name.startswith(self._prefix) for name in self._members)

    def __contains__(self, name: object) -> bool:
        """Whether there is a member or a part of that name."""
        full = f"{self._prefix}{name}"
        return full in self._members or any(each.startswith(f"{full}.") for each in self._members)

    def keys(self) -> list[str]:  # type: ignore[override]
        """The members' names."""
        return list(self)

    def outlines(self) -> Iterator[tuple[str, object]]:
        """Each name with its value, or with an `Unread` if it has not been read."""
        for name in self:
            yield name, self._members[self._prefix + name]

    def present(self, name: str) -> object:
        """The part or the member of that name; None if there is none, or it has not been read."""
        value = self._members.get(f"{self._prefix}{name}")
        if value is None:
            return self._part(name) if name in self else None
        return None if isinstance(value, Unread) else value

    def __repr__(self) -> str:
        """The members with their shapes and dtypes."""
        from tcalc.files.listing import listing

        return listing(self)


def _access(name: str) -> str:
    """What stands after a namespace to mean its member `name`."""
    dotted = all(part.isidentifier() for part in name.split("."))
    return literal(f".{name}" if dotted else f"[{name!r}]")


def flattened(value: object, format: str) -> tuple[dict[str, Array], dict[str, str]]:
    """Arrays by full name, and the words about them, of a dict or a namespace to be saved.

    Parts of parts get names with dots; `__metadata__` may hold the words. Raises ArgumentFault for
    any other value.
    """
    if not isinstance(value, Mapping):
        raise ArgumentFault(
            f"{format} holds tensors by name, not a {type(value).__name__}",
            helps=["save a dict: {{'x': x}}"],
        )
    metadata = dict(value.metadata) if isinstance(value, DataNamespace) else {}
    arrays: dict[str, Array] = {}
    for name, item in value.items():
        if not isinstance(name, str):
            raise ArgumentFault(f"{format} has names that are text, not {name!r}")
        if name == METADATA and isinstance(item, Mapping):
            metadata |= {str(key): str(word) for key, word in item.items()}
            continue
        inner = flattened(item, format)[0] if isinstance(item, Mapping) else None
        named = {name: _array(name, item)} if inner is None else _below(name, inner)
        if twice := arrays.keys() & named.keys():
            raise ArgumentFault(f"two tensors are called {min(twice)}")
        arrays |= named
    return arrays, metadata


def _below(name: str, inner: Mapping[str, Array]) -> dict[str, Array]:
    return {f"{name}.{each}": array for each, array in inner.items()}


def _array(name: str, value: object) -> Array:
    try:
        return array_of(value)
    except ArgumentFault as fault:
        raise ArgumentFault(f"{name}: {fault.headline}", notes=fault.notes) from None
