"""What an op with several named results returns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


class ReturnType(tuple[Any, ...]):
    """A tuple whose items have names too: `max(x, 0).indices`.

    A slice or a sum of it is a plain tuple.
    """

    _name: str
    _fields: tuple[str, ...]

    def __new__(cls, name: str, fields: Sequence[str], values: Iterable[Any]) -> ReturnType:
        """Make the result of the op called `name`; each value belongs to the field at its place."""
        result = super().__new__(cls, values)
        result._name = name
        result._fields = tuple(fields)
        return result

    def __getattr__(self, name: str) -> Any:
        """The item that is called `name`."""
        if name in self._fields:
            return self[self._fields.index(name)]
        raise AttributeError(f"torch.return_types.{self._name} has no field {name!r}")

    def __repr__(self) -> str:
        """PyTorch's text: each field on a line of its own."""
        items = zip(self._fields, self, strict=True)
        body = ",\n".join(f"{field}={value!r}" for field, value in items)
        return f"torch.return_types.{self._name}(\n{body})"

    def __dir__(self) -> list[str]:
        """The fields, besides what a tuple has."""
        return [*super().__dir__(), *self._fields]

    def __getnewargs__(self) -> tuple[Any, ...]:
        """What a copy is made from."""
        return self._name, self._fields, tuple(self)
