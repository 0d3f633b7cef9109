"""Whether ops record what they do: the modes of the running program.

`GRAD` records nodes, `NO_GRAD` does not, and `RAW` is backward's own mode: ops take plain arrays
and give plain arrays, so that one derivative rule serves both the quick first order (on arrays) and
any higher order (on tensors).
"""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar, Token

NO_GRAD, GRAD, RAW = range(3)

_mode: ContextVar[int] = ContextVar("mode", default=GRAD)
current = _mode.get

# Whether backward looks for nan in what its rules give.
_anomaly: ContextVar[bool] = ContextVar("detect anomalies", default=False)
detects_anomaly = _anomaly.get

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
            with suppress(ValueError):
                _mode.reset(self._tokens.pop())

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
