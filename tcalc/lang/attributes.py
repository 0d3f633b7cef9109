"""What the language may see of each type of value: the allow-lists behind every `x.name`.

Nothing that is not listed can be read, called or set, whatever Python would do. Types of our own
say themselves what they offer: a class attribute `readable` (and `settable`), names.
Plain types, and those of the core and of NumPy, are listed here. To open an attribute: its name in
its type's line, after making sure that it leads to no module, frame, file or raw memory; a method
that can make a lot out of a little goes into `guards.METHODS`.
"""

from __future__ import annotations

import sys

from tcalc.errors import NameFault, closest
from tcalc.lang.guards import METHODS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import Any

NOTHING: frozenset[str] = frozenset()

# str.format_map is missing on purpose, as its fields reach attributes; `guards` has str.format.
_PLAIN: dict[type, str] = {
    int: "bit_count bit_length conjugate denominator imag numerator real",
    float: "as_integer_ratio conjugate hex imag is_integer real",
    complex: "conjugate imag real",
    str: "capitalize casefold count endswith find index isalnum isalpha isascii isdecimal isdigit"
    " islower isnumeric isspace istitle isupper lower lstrip partition removeprefix removesuffix"
    " rfind rindex rpartition rsplit rstrip split splitlines startswith strip swapcase title upper",
    list: "append clear copy count index insert pop remove reverse sort",
    tuple: "count index",
    dict: "clear copy get items keys pop popitem setdefault update values",
    set: "add clear copy discard pop remove",
    range: "start step stop",
    slice: "start step stop",
    type(_ for _ in ()): "close send",
}

# Types of rooms that may not be loaded, by module and name.
_LAZY: dict[tuple[str, str], str] = {
    ("tcalc.core.tensor", "Size"): "count index numel",
    ("tcalc.core.device", "Device"): "index type",
    ("tcalc.core.dtypes", "DType"): "is_complex is_floating_point is_signed itemsize",
    ("tcalc.core.random", "Generator"): "device get_state initial_seed manual_seed seed set_state",
    ("tcalc.core.graph", "Node"): "name next_functions",
    ("tcalc.core.graph", "Leaf"): "name next_functions",
    ("numpy", "ndarray"): "T dtype imag itemsize nbytes ndim real shape size strides",
    ("numpy", "generic"): "T dtype imag itemsize nbytes ndim real shape size strides",
    ("numpy", "dtype"): "itemsize kind name",
}
_OF_ARRAYS = (
    "all any argmax argmin argsort astype clip conj copy cumprod cumsum diagonal dot fill flatten"
    " item max mean min nonzero prod ravel repeat reshape round sort squeeze std sum swapaxes take"
    " tolist trace transpose var"
)
_NUMPY_METHODS = frozenset(_OF_ARRAYS.split())


class _Readable(dict[type, "Collection[str]"]):
    """Names readable on each type, worked out when the type is first met."""

    def __missing__(self, kind: type) -> Collection[str]:
        names: Collection[str] = NOTHING
        for base in kind.__mro__:
            found = _declared(base, "readable")
            if found is None and base in _PLAIN:
                found = frozenset(_PLAIN[base].split())
            if found is None and (base.__module__, base.__name__) in _LAZY:
                found = frozenset(_LAZY[base.__module__, base.__name__].split())
            if found is not None:
                names = found
                break
        self[kind] = names
        return names


def _declared(kind: type, what: str) -> Collection[str] | None:
    """The names that a class of ours offers by itself."""
    if not _is_ours(kind):
        return None
    if kind.__name__ == "Tensor" and kind.__module__ == "tcalc.core.tensor":
        core: Any = sys.modules[kind.__module__]
        names: Collection[str] = core.ATTRIBUTES if what == "readable" else core.SETTABLE
        return names
    return vars(kind).get(what)


def _is_ours(kind: type) -> bool:
    """Whether a class of tcalc's, and not of its host's, says what it offers."""
    return kind.__module__.startswith("tcalc.")


READABLE = _Readable()


class _Guarded(dict[type, "Collection[str]"]):
    """Names of each type's methods for which a function of ours stands."""

    def __missing__(self, kind: type) -> Collection[str]:
        places = {(base.__module__, base.__name__) for base in kind.__mro__}
        of_numpy = places & {("numpy", "ndarray"), ("numpy", "generic")}
        self[kind] = METHODS.get(kind, _NUMPY_METHODS if of_numpy else NOTHING)
        return self[kind]


GUARDED = _Guarded()


def _guarded(value: Any, name: str) -> Any:
    """Method `name` of `value`, by way of the function that stands for it."""
    methods = METHODS.get(type(value))
    if methods is not None:
        return methods[name].__get__(value)
    from tcalc.lang.numpy_gate import method

    return method(value, name)


def settable(value: object) -> Collection[str]:
    """Names that `value.name = ...` may set."""
    for base in type(value).__mro__:
        found = _declared(base, "settable")
        if found is not None:
            return found
    return NOTHING


def names_of(value: Any) -> list[str]:
    """What `dir(value)` shows: the readable names, sorted."""
    _completed(value)
    if hasattr(type(value), "member_names") and _is_ours(type(value)):
        return sorted(value.member_names())
    return sorted({*READABLE[type(value)], *GUARDED[type(value)], *_fields(value)})


def _fields(value: Any) -> tuple[str, ...]:
    """Names of the items of a result that has several."""
    fields: tuple[str, ...] = getattr(value, "_fields", ())
    return fields


def attribute(value: Any, name: str) -> Any:
    """`value.name` where it is allowed. Raises NameFault, with what is near, where it is not."""
    kind = type(value)
    if name in READABLE[kind]:
        return getattr(value, name)
    if name in GUARDED[kind]:
        return _guarded(value, name)
    if _completed(value) and name in READABLE[kind]:
        return getattr(value, name)
    return member(value, name)


def _completed(value: object) -> bool:
    """Whether a tensor has just got the methods of ops that were not loaded yet."""
    core: Any = sys.modules.get("tcalc.core.tensor")
    return core is not None and isinstance(value, core.Tensor) and core.complete()


def member(value: Any, name: str) -> Any:
    """`value.name` for values with members of their own: namespaces, results with named fields."""
    find = getattr(type(value), "member", None)
    if find is not None and _is_ours(type(value)):
        return find(value, name)
    if name in _fields(value):
        return getattr(value, name)
    raise missing(value, name)


def missing(value: object, name: str) -> NameFault:
    """The error for an attribute that `value` does not have."""
    kind = type_name(value)
    return NameFault(
        f"'{kind}' object has no attribute '{name}'",
        blame={"x": ""},
        helps=did_you_mean(name, names_of(value)),
    )


def did_you_mean(name: str, known: Iterable[str], form: str = "{}") -> list[str]:
    """The help that offers the nearest of `known`, if one is near; short names are near to all."""
    near = closest(name, known)[:1] if len(name) > 2 else []  # noqa: PLR2004
    return [f"did you mean {form.format(each)}?" for each in near]


def has_attribute(value: object, name: str) -> bool:
    """Whether `value.name` would succeed."""
    if not isinstance(name, str):
        raise TypeError("hasattr(): attribute name must be string")
    try:
        attribute(value, name)
    except (NameFault, AttributeError):
        return False
    return True


# What the language calls the types whose Python names say something else.
_TYPE_NAMES = {
    "Op": "function",
    "InPlace": "function",
    "Builtin": "function",
    "builtin_function_or_method": "function",
    "method": "function",
    "method_descriptor": "function",
    "Namespace": "module",
    "DataNamespace": "namespace",
    "Kind": "type",
    "DType": "torch.dtype",
    "Size": "torch.Size",
    "Device": "torch.device",
}


def type_name(value: object) -> str:
    """What messages call the type of `value`."""
    name = type(value).__name__
    return _TYPE_NAMES.get(name, name)


def public_types(text: str) -> str:
    """`text` of a Python message with the names of types as the language calls them."""
    for inner, public in _TYPE_NAMES.items():
        text = text.replace(f"'{inner}'", f"'{public}'")
    return text


class Target:
    """Stands for a value while one of its attributes is set: `@target(x).grad = v`."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        """Guard `value`."""
        object.__setattr__(self, "_value", value)

    def __getattribute__(self, name: str) -> Any:
        """Read the attribute, as an augmented assignment does first."""
        return attribute(object.__getattribute__(self, "_value"), name)

    def __setattr__(self, name: str, new: object) -> None:
        """Set the attribute if the allow-list has it. Raises NameFault where it has not."""
        value = object.__getattribute__(self, "_value")
        if name not in settable(value):
            if has_attribute(value, name):
                raise NameFault(
                    f"attribute '{name}' of '{type_name(value)}' objects is not writable",
                    blame={"x": ""},
                )
            raise missing(value, name)
        setattr(value, name, new)

    def __delattr__(self, name: str) -> None:
        """Attributes cannot be deleted. Raises NameFault."""
        raise NameFault(f"attribute '{name}' cannot be deleted", blame={"x": ""})


def is_module(value: object) -> bool:
    """Whether a value is a namespace of the language."""
    return type(value).__name__ == "Namespace" and type(value).__module__.startswith("tcalc.")
