"""The language's modules: `torch`, `np`, `math`, `random`, `time` and what is below them.

Those of `torch` are in `torch_names.py`, NumPy's in `numpy_names.py`; here are Python's, and the
rule which name means what. To open a function of Python's own modules: its name in `PYTHON`.
"""

from __future__ import annotations

from tcalc.errors import NameFault
from tcalc.lang.attributes import did_you_mean
from tcalc.lang.iteration import stoppable
from tcalc.lang.runtime import session
from tcalc.limits import check_integer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


class Namespace:
    """A module of the language: a name and members, which are worked out when first needed."""

    __slots__ = ("_load", "_members", "name")

    def __init__(self, name: str, load: Callable[[], dict[str, Any]]) -> None:
        """`load` gives the members."""
        self.name = name
        self._load = load
        self._members: dict[str, Any] | None = None

    def _all(self) -> dict[str, Any]:
        if self._members is None:
            self._members = self._load()
        return self._members

    def member(self, name: str) -> Any:
        """The member called `name`. Raises NameFault, with what is near."""
        members = self._members or self._all()
        if name in members:
            return members[name]
        raise NameFault(
            f"module '{self.name}' has no attribute '{name}'",
            blame={"x": ""},
            helps=did_you_mean(name, members, f"{self.name}.{{}}"),
        )

    def member_names(self) -> Iterable[str]:
        """The names of all members."""
        return self._all().keys()

    def __repr__(self) -> str:
        """As Python prints a module, without its file."""
        return f"<module '{self.name}'>"


CONSTANTS = {
    "pi": 3.141592653589793,
    "e": 2.718281828459045,
    "inf": float("inf"),
    "nan": float("nan"),
    "newaxis": None,
}
ALIASES = {"np": "numpy", "nn": "torch.nn", "F": "torch.nn.functional"}
PYTHON = {
    "math": "acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e"
    " erf erfc exp exp2 expm1 fabs factorial floor fmod frexp fsum gamma gcd hypot inf isclose"
    " isfinite isinf isnan isqrt lcm ldexp lgamma log log10 log1p log2 modf nan nextafter perm pi"
    " pow prod radians remainder sin sinh sqrt tan tanh tau trunc ulp",
    "time": "monotonic perf_counter process_time sleep time",
    "random": "betavariate choice choices expovariate gammavariate gauss getrandbits"
    " lognormvariate normalvariate paretovariate randint random randrange sample seed shuffle"
    " triangular uniform vonmisesvariate weibullvariate",
}

MOMENT = 0.1  # seconds

_found: dict[str, Namespace] = {}


def ops() -> dict[str, Any]:
    """All ops by every bare name, loaded now if they were not."""
    from tcalc.core.registry import complete

    registry = everyday_ops()
    complete()
    return registry


def everyday_ops() -> dict[str, Any]:
    """The ops that are loaded first, and the others once they have been needed."""
    import tcalc.ops  # noqa: F401 -- it fills the registry
    from tcalc.core.registry import REGISTRY

    registry: dict[str, Any] = REGISTRY
    return registry


def module(name: str) -> Namespace:
    """The module called `name`. Raises NameFault with the list of those that exist."""
    found = find(name)
    if found is not None:
        return found
    from tcalc.lang.faults import spellings

    known = paths()
    first = name.partition(".")[0]
    listed = [each for each in known if each.startswith("torch.") == (first == "torch")]
    listed = [each for each in listed if not each.startswith("torch.distributions.")]
    why = spellings.MODULES.get(first)
    raise NameFault(
        f"No module named '{name}'",
        blame={"x": ""},
        notes=[f"the modules are {', '.join(listed)}"],
        helps=[why] if why else did_you_mean(name, known),
    )


def paths() -> list[str]:
    """The modules' full names."""
    from tcalc.lang import numpy_names, torch_names

    return sorted([*PYTHON, *numpy_names.MODULES, *torch_names.tree()])


def find(name: str) -> Namespace | None:
    """The module called `name`, or None."""
    path = ALIASES.get(name, name)
    if path not in _found:
        load = _loader(path)
        return None if load is None else shared(path, load)
    return _found[path]


def shared(path: str, load: Callable[[], dict[str, Any]]) -> Namespace:
    """The one namespace of a path, made if it is not there yet."""
    return _found.setdefault(path, Namespace(path, load))


def _loader(path: str) -> Callable[[], dict[str, Any]] | None:
    if path in PYTHON:
        return _random if path == "random" else lambda: _python(path)
    first = path.partition(".")[0]
    if first == "numpy":
        from tcalc.lang import numpy_names

        return numpy_names.MODULES.get(path)
    if first == "torch":
        from tcalc.lang import torch_names

        return (lambda: torch_names.tree()[path]) if path in torch_names.tree() else None
    from tcalc.lang import book_names

    return book_names.MODULES.get(path)


def bare(name: str) -> Any:
    """The value of a name that is in scope by itself. Raises KeyError for any other."""
    if name in CONSTANTS:
        return CONSTANTS[name]
    if name in PYTHON or name in ALIASES or name in ("torch", "numpy"):
        return module(name)
    op = everyday_ops().get(name)
    if op is not None and op.bare:
        return op  # by far the most common, and needs no tree of all names
    from tcalc.lang import torch_names

    return torch_names.bare()[name]


def bare_names() -> set[str]:
    """All names that `bare` knows, for completion and did-you-mean. Loads the ops."""
    from tcalc.lang import torch_names

    return {*CONSTANTS, *PYTHON, *ALIASES, "torch", "numpy", *torch_names.bare()}


# Python's modules -----------------------------------------------------------------------------


def _python(name: str) -> dict[str, Any]:
    python = __import__(name)
    members = {each: getattr(python, each) for each in PYTHON[name].split()}
    if name == "math":
        members |= {each: _counted(members[each]) for each in ("comb", "factorial", "perm")}
        members |= {each: _over_items(members[each]) for each in ("fsum", "prod")}
    if name == "time":
        members["sleep"] = _sleep
    return members


def _sleep(seconds: float) -> None:
    """Let some seconds pass, a moment at a time: a signal just before a sleep does not end it."""
    from time import monotonic, sleep

    if not isinstance(seconds, int | float) or seconds < MOMENT:
        sleep(seconds)
        return
    end = monotonic() + seconds
    while (left := end - monotonic()) > 0:
        sleep(min(left, MOMENT))


_sleep.__name__ = _sleep.__qualname__ = "sleep"


def _over_items(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that goes through items, of which a long range can be stopped."""

    def over(items: Any, **start: Any) -> Any:
        return function(stoppable(items), **start)

    over.__name__ = over.__qualname__ = function.__name__
    over.__doc__ = function.__doc__
    return over


def _counted(function: Callable[..., int]) -> Callable[..., int]:
    """A function of counting, unless its result would be too long: n! has about n log2(n) bits."""

    def checked(n: int, *k: int) -> int:
        if isinstance(n, int):
            picked = min([n, *(each for each in k if isinstance(each, int))])
            check_integer(picked * n.bit_length(), f"{function.__name__} of such numbers")
        return function(n, *k)

    checked.__name__ = function.__name__
    checked.__doc__ = function.__doc__
    return checked


def _random() -> dict[str, Any]:
    """Functions that draw from the running session's own generator."""

    from random import Random

    def drawing(name: str) -> Callable[..., Any]:
        def draw(*args: Any, **kwargs: Any) -> Any:
            return getattr(session().random, name)(*args, **kwargs)

        draw.__name__ = draw.__qualname__ = name
        draw.__doc__ = getattr(Random, name).__doc__
        vars(draw)["__wrapped__"] = getattr(Random, name)  # for its signature
        return draw

    return {name: drawing(name) for name in PYTHON["random"].split()}
