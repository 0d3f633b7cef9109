"""What functions say about themselves: their names, their parameters, what they hold."""

from __future__ import annotations

from contextlib import suppress
from typing import Any


def called(function: Any) -> str:
    """The name of a function, op or program."""
    return str(getattr(function, "__name__", None) or getattr(function, "name", "f"))


def parameters(function: Any, count: int) -> list[str]:
    """The names of the first `count` parameters of a function, op or program."""
    function = _unwrapped(function)
    bound = hasattr(function, "__func__")  # a method, which has its first argument
    function = getattr(function, "__func__", function)
    if hasattr(function, "inputs"):  # a program
        names = list(function.names)
    elif hasattr(function, "signature"):
        names = [param.name for param in function.signature.params if not param.variadic]
    else:
        code = getattr(function, "__code__", None)
        names = [] if code is None else list(code.co_varnames[: code.co_argcount])
        if code is not None and code.co_flags & 0x04:  # *args
            rest = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]
            names += [f"{rest}[{i}]" for i in range(count - len(names))]
    names = names[bound:]
    return [*names, *(f"x{i}" for i in range(len(names), count))][:count]


def closure(function: Any) -> dict[str, Any]:
    """What a function of Python uses of the functions around it, by name."""
    function = _unwrapped(function)
    names = getattr(getattr(function, "__code__", None), "co_freevars", ())
    held: dict[str, Any] = {}
    for name, cell in zip(names, getattr(function, "__closure__", None) or (), strict=True):
        with suppress(ValueError):  # for a name without a value yet
            held[name] = cell.cell_contents
    return held


def _unwrapped(function: Any) -> Any:
    """The function that a transform was made of."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function
