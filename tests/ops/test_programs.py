"""Every op in a program: traced with some values, run on others, nothing of the first is left.

What an op makes inside of itself without calling ops (masks, places, random numbers) must be made
anew as well, also where a derivative uses it. The other values are the first ones backwards, which
keeps them in the op's domain and matrices positive definite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tcalc.core import nested, random, steps
from tcalc.core.tensor import Tensor
from tcalc.core.trace import record
from tcalc.errors import TcalcError
from tcalc.ops import transforms
from tests.ops.samples import Array, Case, all_cases, called, mapped, tensors_in

Arguments = tuple[list[Any], dict[str, Any]]


def backwards(array: Array) -> Array:
    return np.ascontiguousarray(np.flip(array))


def outcome(function: Callable[..., Any], arguments: Arguments) -> Any:
    """What `function` gives for fresh tensors of the arrays, or the error that it raises."""
    random.manual_seed(3)
    args, kwargs = mapped(arguments, lambda array: Tensor(array.copy()))
    try:
        return function(*args, **kwargs)
    except TcalcError as error:
        return error


def same(found: Any, wanted: Any) -> bool:
    if isinstance(found, TcalcError) or isinstance(wanted, TcalcError):
        return type(found) is type(wanted)
    pairs = zip(nested.leaves(found), nested.leaves(wanted), strict=True)
    return all(
        steps.same(x.array, y.array)
        if isinstance(x, Tensor) and isinstance(y, Tensor)
        else steps.same(x, y)
        for x, y in pairs
    )


def strays(function: Callable[[Case], Callable[..., Any]], cases: Iterator[Case]) -> list[str]:
    """The cases whose program gives something else than the function that was traced."""
    found = []
    for case in cases:
        args, kwargs = case.arguments()
        other = mapped((args, kwargs), backwards)
        traced = function(case)
        program = outcome(lambda *a, f=traced, **k: record(f, a, k), (args, kwargs))
        if isinstance(program, TcalcError):
            continue
        repr(program)
        if not same(outcome(program, other), outcome(traced, other)):
            found.append(case.id)
    return found


def loss(case: Case) -> Callable[..., Any]:
    """The sum of the squares of all that a case computes."""

    def summed(*args: Any, **kwargs: Any) -> Any:
        results = tensors_in(called(case, args, kwargs))
        return sum((y.abs() ** 2).sum() for y in results if y.array.dtype.kind in "fc")

    return summed


def gradient(case: Case) -> Callable[..., Any]:
    floats = [i for i, arg in enumerate(case.arguments()[0]) if _is_float(arg)]
    return transforms.grad(loss(case), tuple(floats))


def _is_float(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def first_cases() -> Iterator[Case]:
    """One case of each form of an op that could be differentiated."""
    met = set()
    for case in all_cases():
        made_of_ops = case.form.named_rules or case.form.family.on_tensors
        if made_of_ops and case.form not in met and any(map(_is_float, case.arguments()[0])):
            met.add(case.form)
            yield case


def test_every_op_computes_anew_in_a_program() -> None:
    def of(case: Case) -> Callable[..., Any]:
        return lambda *args, **kwargs: called(case, args, kwargs)

    assert strays(of, iter(all_cases())) == []


def test_every_derivative_computes_anew_in_a_program() -> None:
    assert strays(gradient, first_cases()) == []
