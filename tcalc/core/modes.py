"""Whether ops record what they do: the modes of the running program.

`GRAD` records nodes, `NO_GRAD` does not, and `RAW` is backward's own mode: ops take plain arrays
and give plain arrays, so that one derivative rule serves both the quick first order (on arrays) and
any higher order (on tensors).
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar, Token
from typing import Any, Protocol

NO_GRAD, GRAD, RAW = range(3)

_mode: ContextVar[int] = ContextVar("mode", default=GRAD)
current = _mode.get

# Whether backward looks for nan in what its rules give.
_anomaly: ContextVar[bool] = ContextVar("detect anomalies", default=False)
detects_anomaly = _anomaly.get

# Whether backward lets nodes keep what is small of the cotangents, for their graph to be shown.
_flows: ContextVar[bool] = ContextVar("keep flows", default=False)
keeps_flows = _flows.get

# How many levels of forward accumulation are open: tangents are filed under their number.
_depth: ContextVar[int] = ContextVar("levels of tangents", default=0)
depth = _depth.get


class GradMode:
    """A context manager that sets the mode; usable again and again, also nested."""

    __slots__ = ("_name", "_tokens", "_wanted")

    def __init__(self, wanted: int, name: str) -> None:
        """`name` is how the value prints."""
        self._wanted = wanted
        self._name = name
        self._tokens: list[Token[int]] = []

    def __enter__(self) -> GradMode:
        """Set the mode."""
        self._tokens.append(_mode.set(self._wanted))
        return self

    def __exit__(self, *failure: object) -> None:
        """Put the mode back that was there before.

        Where a generator ends outside of the context that it ran in, there is nothing to put back.
        """
        if self._tokens:
            try:  # noqa: SIM105 -- suppress() takes longer than all the rest
                _mode.reset(self._tokens.pop())
            except ValueError:
                pass

    def __repr__(self) -> str:
        """The call that made it."""
        return f"<{self._name}>"


class _SetGradEnabled(GradMode):
    """`set_grad_enabled(flag)` acts at once, and undoes itself when used in a `with`."""

    __slots__ = ()

    def __init__(self, wanted: int, name: str) -> None:
        super().__init__(wanted, name)
        self._tokens.append(_mode.set(wanted))

    def __enter__(self) -> GradMode:
        return self


def no_grad() -> GradMode:
    """A context in which no op records a graph, and leaves may be changed in place."""
    return GradMode(NO_GRAD, "no_grad()")


def enable_grad() -> GradMode:
    """A context in which ops record their graph again."""
    return GradMode(GRAD, "enable_grad()")


def inference_mode(mode: bool = True) -> GradMode:
    """Like `no_grad()`, in PyTorch's stricter spelling."""
    return GradMode(NO_GRAD if mode else GRAD, "inference_mode()")


def set_grad_enabled(mode: bool) -> GradMode:
    """Switch recording on or off, for good or for the `with` block it stands in."""
    return _SetGradEnabled(GRAD if mode else NO_GRAD, f"set_grad_enabled({bool(mode)})")


def keep_flows() -> None:
    """Let backward keep small cotangents at the nodes from now on."""
    _flows.set(True)


class _Anomaly:
    """`set_detect_anomaly(flag)` acts at once, and undoes itself when used in a `with`."""

    __slots__ = ("_token", "_wanted")

    def __init__(self, wanted: bool) -> None:
        self._wanted = wanted
        self._token = _anomaly.set(wanted)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *failure: object) -> None:
        _anomaly.reset(self._token)

    def __repr__(self) -> str:
        return f"<set_detect_anomaly({self._wanted})>"


def set_detect_anomaly(mode: bool = True) -> _Anomaly:
    """Let backward fail where a rule gives nan, naming the op, for good or for a `with` block."""
    return _Anomaly(bool(mode))


def is_grad_enabled() -> bool:
    """Whether ops record a graph now."""
    return current() == GRAD


def raw() -> GradMode:
    """Backward's own mode, in which ops are plain functions of arrays."""
    return GradMode(RAW, "raw()")


class Level:
    """A context manager that opens one more level of forward accumulation; gives its number."""

    __slots__ = ("_token",)

    def __enter__(self) -> int:
        """Open the level."""
        number = depth() + 1
        self._token = _depth.set(number)
        return number

    def __exit__(self, *failure: object) -> None:
        """Close it."""
        _depth.reset(self._token)


class Watcher(Protocol):
    """What sees everything that is done with tensors in a context: a trace that records it."""

    passing: Any

    @property
    def busy(self) -> bool:
        """Whether a step is being made, so that what is done now is a part of it."""

    def call(self, run: Callable[[Any, list[Any]], Any], op: Any, values: list[Any]) -> Any:
        """What `run(op, values)` gives; while it runs, `passing` is these values."""

    def step(self, function: Callable[..., Any], args: tuple[Any, ...], effect: bool) -> Any:
        """What `function(*args)` gives, which is one step as a whole."""

    def knows(self, tensor: Any) -> bool:
        """Whether `tensor` has been seen before."""

    def made(self, result: Any, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        """Note that `function(*args)`, which is no op, has made the tensor `result`."""

    def read(self, what: str, args: tuple[Any, ...], found: Any) -> None:
        """Note what a program has read off a tensor as a plain value."""

    def drew(self) -> None:
        """Note that random numbers are drawn."""


_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)
watcher = _watcher.get

# The watchers that are open anywhere in the process. Nearly always there is none, and the truth of
# a list is all that this costs the operators' short ways, which never look at a context variable.
watchers: list[Watcher] = []


class Watch:
    """A context manager under which `watcher` sees what is done in this context.

    It is a level of accumulation, too: so backward does what it does in ops, which can be seen.
    """

    __slots__ = ("_tokens", "_watcher")

    def __init__(self, watcher: Watcher) -> None:
        """Let `watcher` see it."""
        self._watcher = watcher

    def __enter__(self) -> None:
        """Open the eyes."""
        watchers.append(self._watcher)
        self._tokens = (
            _depth.set(depth() + 1),
            _watcher.set(self._watcher),
            _mode.set(Inherited(current())),
        )

    def __exit__(self, *failure: object) -> None:
        """Close them, and see what was watched before."""
        of_depth, of_watcher, of_mode = self._tokens
        _mode.reset(of_mode)
        _watcher.reset(of_watcher)
        _depth.reset(of_depth)
        watchers.remove(self._watcher)


class Inherited(int):
    """The mode in which a watch began, told apart from the same one set since."""


def watching() -> Watcher | None:
    """The watcher for which what is done now would be a step, None if it is part of one."""
    found = watcher()
    return None if found is None or found.busy else found


def step(function: Callable[..., Any], *args: Any, effect: bool = False) -> Any:
    """`function(*args)`: a step of its own for who watches; one with an `effect` always counts."""
    found = watching() if watchers else None
    return function(*args) if found is None else found.step(function, args, effect)


def made(result: Any, function: Callable[..., Any], *args: Any) -> None:
    """Tell who watches that `function(*args)`, which is no op, has made `result`."""
    found = watching() if watchers else None
    if found is not None:
        found.made(result, function, args)


def read(what: str, found: Any, *args: Any) -> Any:
    """`found`, once who watches knows that the program has it: `what` of the first of `args`."""
    seeing = watching()
    if seeing is not None:
        seeing.read(what, args, found)
    return found


def unseen(function: Callable[..., Any], *args: Any) -> Any:
    """`function(*args)`, of which who watches takes no note: it only shows something."""
    token = _watcher.set(None)
    try:
        return function(*args)
    finally:
        _watcher.reset(token)


def drew() -> None:
    """Tell who watches that random numbers are drawn."""
    found = watcher()
    if found is not None:
        found.drew()
