"""The functions that are always in scope, each with a line of help.

Those that also exist as ops work on plain values as Python's do, without loading NumPy, and hand
tensors to the op. To add one: a function decorated with `@builtin` (a trailing underscore keeps
Python's own name free here), or a line in `PYTHON` for one of Python's own. Functions of upper
rooms are in `offers.py`.
"""

from __future__ import annotations

from tcalc import limits
from tcalc.errors import ArgumentFault
from tcalc.lang import attributes, guards, iteration, kinds, offers, runtime, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    F = TypeVar("F", bound=Callable[..., Any])

BUILTINS: dict[str, Any] = {}
DOCS: dict[str, str] = {}

PYTHON: dict[Any, str] = {
    len: "len(x): the number of items, or the size of a tensor's first dimension.",
    range: "range(stop), range(start, stop, step=1): integers from start to before stop.",
    int: "int(x): x as an integer, cut towards zero; int('ff', 16) reads another base.",
    float: "float(x): x as a floating-point number.",
    complex: "complex(re, im=0): a complex number.",
    bool: "bool(x): whether x is true.",
    str: "str(x): x as text.",
    list: "list(items): a list of the items.",
    tuple: "tuple(items): a tuple of the items.",
    dict: "dict(pairs, **named): a dictionary.",
    set: "set(items): the different items.",
    iteration.sorted_: "sorted(items, key=None, reverse=False): a sorted list.",
    iteration.reversed_: "reversed(items): the items from last to first.",
    iteration.enumerate_: "enumerate(items, start=0): pairs of number and item.",
    iteration.zip_: "zip(a, b, ...): tuples of items that stand at the same place.",
    iteration.map_: "map(f, items): f of each item.",
    iteration.filter_: "filter(f, items): the items for which f is true.",
    next: "next(iterator, default): the next item.",
    iteration.iter_: "iter(items): an iterator over the items.",
    id: "id(x): a number that no other living value has.",
    callable: "callable(x): whether x can be called.",
    slice: "slice(start, stop, step): what start:stop:step is in an index.",
    chr: "chr(code): the character with that code point.",
    ord: "ord(char): the code point of a character.",
    bin: "bin(n): n in binary, as text.",
    oct: "oct(n): n in octal, as text.",
    hex: "hex(n): n in hexadecimal, as text.",
}


def builtin(function: F) -> F:
    """Put `function` in scope of every program; the first line of its docstring is its help."""
    name = function.__name__.rstrip("_")
    function.__name__ = function.__qualname__ = name
    BUILTINS[name] = function
    DOCS[name] = (function.__doc__ or "").strip()
    return function


for _function, _doc in PYTHON.items():
    BUILTINS[_function.__name__] = _function
    DOCS[_function.__name__] = _doc


def _op(name: str) -> Any:
    from tcalc.lang import namespaces

    return namespaces.everyday_ops()[name]


def _over_items(plain: Callable[..., Any], *keywords: str) -> Callable[[F], F]:
    """Python's function for plain items, the op of that name for tensors and for op keywords."""
    allowed = frozenset(keywords)

    def choose(documented: F) -> F:
        name = documented.__name__.rstrip("_")

        def function(*args: Any, **kwargs: Any) -> Any:
            for value in args:
                if type(value) not in kinds.PLAIN and runtime.is_array(value):
                    return _op(name)(*args, **kwargs)
            if args and kwargs.keys() <= allowed:
                return plain(iteration.stoppable(args[0]), *args[1:], **kwargs)
            return _op(name)(*args, **kwargs)

        return _documented(function, documented)

    return choose


def _over_numbers(plain: Callable[..., Any]) -> Callable[[F], F]:
    """Python's function for plain numbers, the op of that name for all else."""
    numbers = frozenset((int, float, complex, bool))

    def choose(documented: F) -> F:
        name = documented.__name__.rstrip("_")

        def function(*args: Any, **kwargs: Any) -> Any:
            for value in args:
                if type(value) not in numbers:
                    return _op(name)(*args, **kwargs)
            return plain(*args) if args and not kwargs else _op(name)(*args, **kwargs)

        return _documented(function, documented)

    return choose


def _documented(function: Any, documented: F) -> F:
    function.__name__, function.__doc__ = documented.__name__, documented.__doc__
    made: F = function
    return made


@builtin
@_over_items(guards.total, "start")
def sum_(items: Any, start: Any = 0) -> Any:
    """sum(items, start=0), sum(x, dim=None, keepdim=False): the sum."""


@builtin
@_over_items(min, "key", "default")
def min_(*items: Any) -> Any:
    """min(items), min(a, b, ...), min(x, dim): the smallest."""


@builtin
@_over_items(max, "key", "default")
def max_(*items: Any) -> Any:
    """max(items), max(a, b, ...), max(x, dim): the largest."""


@builtin
@_over_items(any)
def any_(items: Any) -> Any:
    """any(items), any(x, dim=None): whether one of them is true."""


@builtin
@_over_items(all)
def all_(items: Any) -> Any:
    """all(items), all(x, dim=None): whether all of them are true."""


@builtin
@_over_numbers(abs)
def abs_(x: Any) -> Any:
    """abs(x): the absolute value."""


@builtin
@_over_numbers(round)
def round_(x: Any, decimals: int = 0) -> Any:
    """round(x, decimals=0): x to that many decimals; halves go to the even neighbour."""


def _power(x: Any, y: Any, modulus: Any = None) -> Any:
    return guards.power(x, y) if modulus is None else pow(x, y, modulus)


@builtin
@_over_numbers(_power)
def pow_(x: Any, y: Any) -> Any:
    """pow(x, y): x to the power y; pow(x, y, m): modulo m, for integers."""


@builtin
def divmod_(x: Any, y: Any) -> Any:
    """divmod(x, y): the pair x // y, x % y."""
    return (x // y, x % y)


@builtin
def print_(*values: Any, sep: str = " ", end: str = "\n") -> None:
    """print(a, b, ..., sep=' ', end='\\n'): write the values as text."""
    if not (isinstance(sep, str) and isinstance(end, str)):
        raise TypeError("sep and end of print() must be text")
    session = runtime.session()
    for bar in reversed(session.bars):
        bar.wipe()
    session.write(sep.join([runtime.text(value) for value in values]) + end)


@builtin
def repr_(x: Any) -> str:
    """repr(x): x as text that shows what it is."""
    return runtime.representation(x)


@builtin
def type_(x: Any) -> Any:
    """type(x): the type of x."""
    return kinds.kind_of(type(x))


@builtin
def isinstance_(x: Any, kind: Any) -> bool:
    """isinstance(x, T), isinstance(x, (T, U)): whether x is of the type."""
    return kinds.is_instance(x, kind)


@builtin
def hasattr_(x: Any, name: str) -> bool:
    """hasattr(x, name): whether x.name exists."""
    return attributes.has_attribute(x, name)


@builtin
def dir_(x: Any = None) -> list[str]:
    """dir(x): the names after the dot of x; dir(): the names of the session."""
    return runtime.session().names() if x is None else attributes.names_of(x)


@builtin
def help_(x: Any = None) -> None:
    """help(x): what x is and how to use it."""
    from tcalc.lang.descriptions import describe

    runtime.session().write(describe(x) + "\n")


@builtin
def load(path: str, format: str | None = None) -> Any:
    """load(path, format=None): the data in a file (npy npz csv tsv json text safetensors png)."""
    limits.check_files("load()")
    _check_texts("load", path=path, format=format or "")
    from tcalc import files

    return files.load(path, format=format)


@builtin
def save(x: Any, path: str, format: str | None = None) -> None:
    """save(x, path, format=None): write x to a file, by default in the format of its suffix."""
    limits.check_files("save()")
    _check_texts("save", path=path, format=format or "")
    if hasattr(type(x), "save"):  # a picture, which has formats of its own
        x.save(path)
        return
    if hasattr(type(x), "mermaid"):  # a graph, too
        offers.load(offers.SAVE_GRAPH)(x, path)
        return
    from tcalc import files

    files.save(x, path, format=format)


def _check_texts(function: str, **arguments: Any) -> None:
    """Raise ArgumentFault for an argument that is no text: a number would name an open file."""
    for name, value in arguments.items():
        if not isinstance(value, str):
            kind = attributes.type_name(value)
            raise ArgumentFault(
                f"{function}(): argument '{name}' must be str, not {kind}", blame={name: kind}
            )


@builtin
def time_it(f: Any, *args: Any) -> float:
    """time_it(f, *args): seconds that one call of f takes, the best of several runs."""
    from time import perf_counter

    if not callable(f):
        raise ArgumentFault(
            "time_it() takes a function",
            blame={"args[0]": attributes.type_name(f)},
            helps=["put `lambda:` before the expression"],
        )
    best, number, spent = float("inf"), 1, 0.0
    while spent < 0.2:  # noqa: PLR2004 -- seconds in all
        start = perf_counter()
        for _ in range(number):
            f(*args)
        taken = perf_counter() - start
        spent += taken
        best = min(best, taken / number)
        if taken < 0.01:  # noqa: PLR2004 -- too short for the clock: more calls per run
            number *= 4
    return best


@builtin
def graph(y: Any) -> Any:
    """graph(y): what y was computed from, with gradients; .backward_steps(); save(g, "g.svg")."""
    from tcalc.core.listing import Graph
    from tcalc.core.tensor import Tensor

    if not isinstance(y, Tensor):
        raise ArgumentFault("graph() takes a tensor", blame={"y": attributes.type_name(y)})
    return Graph(y, words.leaves(runtime.session()))


@builtin
def trace(*args: Any, **kwargs: Any) -> Any:
    """trace(f, *inputs): the program of what f(*inputs) does; trace(x): the sum of a diagonal."""
    if not args or not callable(args[0]):
        return _op("trace")(*args, **kwargs)
    import tcalc.ops  # noqa: F401 -- what the traced function calls
    from tcalc.core.trace import record

    function, *inputs = args
    name_of = words.naming(runtime.session(), function)
    place_of = words.placing(runtime.session())
    return record(function, inputs, kwargs, name_of=name_of, place_of=place_of)
