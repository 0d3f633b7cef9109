"""Types as values of the language: what `type(x)` gives and `isinstance` takes.

Plain types are Python's own. For all others a `Kind` stands in, which prints and compares like the
type but leads nowhere. To name a type: its line in `NAMES`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

PLAIN = frozenset((int, float, complex, bool, str, list, tuple, dict, set, range))
NAMES = {
    ("tcalc.core.tensor", "Tensor"): "torch.Tensor",
    ("tcalc.core.tensor", "Size"): "torch.Size",
    ("tcalc.core.device", "Device"): "torch.device",
    ("tcalc.core.dtypes", "DType"): "torch.dtype",
    ("tcalc.core.random", "Generator"): "torch.Generator",
    ("tcalc.core.op", "Op"): "function",
    ("tcalc.core.op", "InPlace"): "function",
    ("tcalc.lang.namespaces", "Namespace"): "module",
    ("tcalc.files.namespace", "DataNamespace"): "namespace",
    ("builtins", "builtin_function_or_method"): "function",
    ("builtins", "method"): "function",
    ("builtins", "ellipsis"): "ellipsis",
}


class Kind:
    """A type that the language can name: print, compare, test with isinstance, perhaps call."""

    __slots__ = ("make", "name", "type")

    def __init__(self, type_: type, name: str) -> None:
        """Stand for `type_`, printed as `name`."""
        self.type = type_
        self.name = name
        self.make: Callable[..., Any] | None = None

    def __repr__(self) -> str:
        """As Python prints a type."""
        return f"<class '{self.name}'>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """A value of this type, where the language has a way to make one."""
        if self.make is None:
            raise TypeError(f"cannot create '{self.name}' instances")
        return self.make(*args, **kwargs)


_kinds: dict[type, Kind] = {}


def kind_of(type_: type) -> Any:
    """The value that stands for `type_`: itself if plain, else its one Kind."""
    if type_ in PLAIN:
        return type_
    found = _kinds.get(type_)
    if found is None:
        place = (type_.__module__, type_.__name__)
        name = NAMES.get(place)
        if name is None:
            outside = place[0] in ("builtins", "") or place[0].startswith("tcalc.")
            name = place[1] if outside else ".".join(place)
        found = _kinds[type_] = Kind(type_, name)
    return found


def is_instance(value: object, kinds: object) -> bool:
    """`isinstance` on the language's types. Raises TypeError for what is no type."""
    if isinstance(kinds, tuple):
        return any(is_instance(value, kind) for kind in kinds)
    if isinstance(kinds, Kind):
        return isinstance(value, kinds.type)
    if isinstance(kinds, type) and kinds in PLAIN:
        return isinstance(value, kinds)
    raise TypeError("isinstance() takes a type or a tuple of types as its second argument")
