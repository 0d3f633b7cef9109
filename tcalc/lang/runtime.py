"""What compiled code may touch besides the session's names: access, guards, formatting, stores.

Each function is reached under its `@` name in `FUNCTIONS`, which no program can type. To add one:
its line in `FUNCTIONS`, and the compiler's case that calls it.
"""

from __future__ import annotations

import sys
from _contextvars import ContextVar

from tcalc import limits
from tcalc.lang import guards
from tcalc.lang.attributes import Target, attribute
from tcalc.lang.iteration import collected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tcalc.lang.session import Session

PRINTED = 3  # characters of an item, at least
_session: ContextVar[Session] = ContextVar("session")


def enter(session: Session) -> None:
    """Make `session` the one whose code runs in this context."""
    _session.set(session)


def session() -> Session:
    """The session whose code is running."""
    return _session.get()


def is_array(value: object) -> bool:
    """Whether `value` is a Tensor or a NumPy array, without loading either room."""
    core: Any = sys.modules.get("tcalc.core.tensor")
    return core is not None and isinstance(value, (core.Tensor, core.np.ndarray, core.np.generic))


# Values ---------------------------------------------------------------------------------------


def fresh(literal: Any) -> Any:
    """A copy of a long literal, for a list is a new list each time."""
    return [fresh(item) if isinstance(item, list) else item for item in literal]


def formatted(value: Any, conversion: str, spec: str) -> str:
    """A replacement field of an f-string."""
    if conversion:
        value = text(value) if conversion == "s" else representation(value)
        if conversion == "a":
            value = value.encode("ascii", "backslashreplace").decode()
    elif not spec:
        return text(value) if not is_array(value) else format(value)
    if guards.widest(spec) > guards.MAX_WIDTH:
        raise guards.too_wide(spec)
    return format(value, spec)


def text(value: object) -> str:
    """`str(value)`, without the addresses that Python shows of functions."""
    if isinstance(value, str):
        return value
    return representation(value) if _nameless(value) else str(printable(value))


def representation(value: Any) -> str:
    """`repr(value)`, without the addresses that Python shows of functions."""
    if _nameless(value):
        kind = "function" if callable(value) else type(value).__name__
        return f"<{kind} {getattr(value, '__name__', '')}>".replace(" >", ">")
    return repr(printable(value))


def printable(value: Any) -> Any:
    """`value` itself. Raises LimitError for nested containers of which the text would be vast."""
    if isinstance(value, limits.CONTAINERS):
        limits.check_spread(value, PRINTED, "its text")
    return value


def _nameless(value: object) -> bool:
    return type(value).__name__ in ("function", "generator", "method", "map", "zip", "filter")


def store(name: str, x: Any, y: Any, target: Any, index: Any) -> None:
    """`target[index] = x op y`, straight into the memory of a tensor."""
    core: Any = sys.modules.get("tcalc.core.tensor")
    if core is not None and isinstance(target, core.Tensor):
        from tcalc.core import operators

        operators.store(name, x, y, target, index)
    else:
        target[index] = _plain(name, x, y)


def _plain(name: str, x: Any, y: Any) -> Any:
    import operator

    guarded = {
        "add": guards.plus, "mul": guards.times, "pow": guards.power, "remainder": guards.remainder
    }  # fmt: skip
    if name in guarded:
        return guarded[name](x, y)
    renamed = {"div": "truediv", "floor_divide": "floordiv"}
    return getattr(operator, renamed.get(name, name))(x, y)


# Expressions that are looked at ---------------------------------------------------------------


class Expression:
    """An expression as an argument that has not been computed yet."""

    __slots__ = ("value",)

    def __init__(self, value: Callable[[], Any]) -> None:
        """Compute it by `value`, a function without parameters."""
        self.value = value


def looking(function: Any, value: Callable[[], Any], *args: Any, **kwargs: Any) -> Any:
    """`function(value(), ...)`; a function that explains expressions gets this one as it is.

    A name such as `explain` may have been given to something else, so this is decided here.
    """
    if getattr(function, "looks_at_expressions", False):
        return function(Expression(value), *args, **kwargs)
    return function(value(), *args, **kwargs)


# Imports --------------------------------------------------------------------------------------


def import_module(name: str, bound: str) -> Any:
    """The namespace `bound`, once the namespace `name` is known to exist."""
    from tcalc.lang import namespaces

    found = namespaces.module(name)
    return found if name == bound else namespaces.module(bound)


def import_from(module: str, name: str) -> Any:
    """Member `name` of namespace `module`."""
    from tcalc.lang import namespaces

    return namespaces.module(module).member(name)


def import_all(module: str) -> None:
    """Bind every member of namespace `module` in the session."""
    from tcalc.lang import namespaces

    namespace = namespaces.module(module)
    session().bind({name: namespace.member(name) for name in namespace.member_names()})


def import_for_numpy(name: str, *_: object) -> None:
    """What NumPy's C code calls, in the frame that it finds, to load a part of itself.

    It takes the module from Python's table afterwards, so nothing is given out here; and no program
    can write the name under which this is found.
    """
    __import__(name)


FUNCTIONS: dict[str, Any] = {
    "__import__": import_for_numpy,
    "@attribute": attribute,
    "@target": Target,
    "@power": guards.power,
    "@shift": guards.shift,
    "@times": guards.times,
    "@plus": guards.plus,
    "@remainder": guards.remainder,
    "@check": guards.check,
    "@joined": guards.joined,
    "@collected": collected,
    "@within": guards.within,
    "@printable": printable,
    "@fresh": fresh,
    "@format": formatted,
    "@slice": slice,
    "@store": store,
    "@looking": looking,
    "@import": import_module,
    "@import_from": import_from,
    "@import_all": import_all,
}
