"""Sample arguments for every op, made from the cases that the ops declare.

A case is the text of an argument list: `A(3, 4)` stands for random floats of that shape in the
op's domain (or in `low=`..`high=`), `C(...)` for complex numbers, `I(...)` for ints, `B(...)` for
bools, `P(n)` for a positive definite, symmetric matrix. An elementwise op that declares none gets
cases by its number of operands. The numbers depend on nothing but the case, so what was recorded
for it stays true.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np

import tcalc.ops  # noqa: F401 -- it fills the registry
from tcalc.core import registry
from tcalc.core.op import Op
from tcalc.core.params import MISSING
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor

registry.complete()
Array = np.ndarray[Any, Any]
ELEMENTWISE = {
    1: ["A(3, 4)", "A()", "A(0, 3)"],
    2: ["A(3, 4), A(3, 4)", "A(3, 1), A(4)", "A(), A(3)", "A(), A()", "A(0, 3), A(3)", "A(3), 2"],
    3: ["A(3, 4), A(3, 4), A(3, 4)", "A(3, 1), A(4), A()", "A(0, 3), A(3), A(3)"],
}
# Where functions have kinks, poles and ends; the dtype "edges" is made of these.
EDGES = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0, np.inf, -np.inf, np.nan])
FINEST = 1024  # samples are multiples of 1/1024, the same number in every float dtype


class Case(NamedTuple):
    """Arguments for one form of an op."""

    op: Op  # what is called
    form: Op  # it, or the overload that the arguments fit
    text: str

    @property
    def id(self) -> str:
        """The call, as it would be typed."""
        return f"{self.op.name}({self.text})"

    def arguments(self, dtype: str = "float64") -> tuple[list[Any], dict[str, Any]]:
        """Fresh positional and keyword arguments, with arrays of `dtype` for each `A`."""
        rng = np.random.default_rng(crc32(self.id.encode()))
        domain = self.form.domain

        def floats(*shape: int, low: float = domain[0], high: float = domain[1]) -> Array:
            return as_dtype(low + (high - low) * rng.random(shape), dtype)

        def ints(*shape: int, low: int = -5, high: int = 6) -> Array:
            return np.asarray(rng.integers(low, high, shape, endpoint=True))

        def bools(*shape: int) -> Array:
            return np.asarray(rng.random(shape) < 0.5)

        def positive(n: int) -> Array:
            half = floats(n, n, low=-1, high=1)
            return np.asarray(half @ half.conj().T + np.eye(n, dtype=half.dtype))

        def complexes(*shape: int) -> Array:
            return as_dtype(floats(*shape), "complex64" if dtype == "float32" else "complex128")

        letters = {"A": floats, "B": bools, "C": complexes, "I": ints, "P": positive}
        names = {**letters, "inf": math.inf, "call": _arguments}
        args, kwargs = eval(f"call({self.text})", names)
        return list(args), kwargs


def _arguments(*args: Any, **kwargs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return args, kwargs


def as_dtype(values: Any, dtype: str) -> Array:
    """Random doubles as another dtype; a complex number's other half is made from the first."""
    values = np.round(np.asarray(values) * FINEST) / FINEST
    if dtype == "edges":
        places = np.floor(values * FINEST).astype(int) % len(EDGES)
        return np.asarray(EDGES[places], np.float64)
    if dtype == "bool":
        return np.asarray(values > values.mean()) if values.size else values.astype(bool)
    if dtype.startswith("complex"):
        return np.asarray(values + 1j * (np.floor(values * 3) / 4 - values / 2), dtype)
    return np.asarray(np.round(values) if "int" in dtype else values).astype(dtype)


def all_ops() -> list[Op]:
    """Every op once, in the order of registration."""
    return list(dict.fromkeys(REGISTRY.values()))


def public_ops() -> list[Op]:
    """The ops that a program can name."""
    return [op for op in all_ops() if not op.name.startswith("_")]


def cases_of(op: Op) -> Iterator[Case]:
    """The cases of an op and of its overloads."""
    for form in (op, *op.overloads):
        texts = list(form.cases)
        if form.family.name == "elementwise":
            operands = sum(form.signature.params[i].default is MISSING for i in form.array_slots)
            if texts:
                texts += [resized(texts[0], ""), resized(texts[0], "0, 3,")]
            elif form is op:
                texts = ELEMENTWISE[operands]
        yield from (Case(op, form, text) for text in dict.fromkeys(texts))


def resized(text: str, shape: str) -> str:
    """A case with arrays of another shape."""
    return re.sub(r"([ABCI])\([\d, ]*", rf"\1({shape}", text)


def all_cases() -> list[Case]:
    """Every case of every op."""
    return [case for op in all_ops() for case in cases_of(op)]


def mapped(value: Any, change: Callable[[Array], Any]) -> Any:
    """`value` with each array in it, at any depth, replaced by `change(array)`."""
    if isinstance(value, np.ndarray):
        return change(value)
    if isinstance(value, list | tuple):
        return type(value)(mapped(item, change) for item in value)
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    return value


def tensors_in(value: Any) -> list[Tensor]:
    """The tensors in `value` at any depth, in order."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, list | tuple):
        return [tensor for item in value for tensor in tensors_in(item)]
    if isinstance(value, dict):
        return tensors_in(list(value.values()))
    return []


def called(case: Case, args: Any, kwargs: Any) -> Any:
    """Call the op, or read the attribute."""
    if case.op.is_attribute:
        return getattr(args[0], case.op.name)
    return case.op(*args, **kwargs)


def cotangent(case: Case, place: int, shape: tuple[int, ...], dtype: Any) -> Array:
    """The fixed random cotangent of result number `place`."""
    rng = np.random.default_rng([crc32(case.id.encode()), place])
    return as_dtype(4 * rng.random(shape) - 2, np.dtype(dtype).name)
