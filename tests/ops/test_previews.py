"""What a rehearsal says of an op's result is what the op gives, for every op."""

from __future__ import annotations

from contextvars import copy_context
from typing import Any

import pytest
from samples import Case, all_cases, mapped, tensors_in

from tcalc.core.shapes import Ghost
from tcalc.core.tensor import Tensor
from tcalc.errors import TcalcError
from tcalc.lang.rehearsal.stand_ins import StandIns, Unknowable, rehearsing

CASES = [case for case in all_cases() if not case.op.name.startswith("_")]


def tracked(array: Any, make: Any = Tensor) -> Tensor:
    tensor: Tensor = make(array)
    if array.dtype.kind in "fc":
        tensor.requires_grad = True
    return tensor


def haunted(array: Any) -> Tensor:
    return tracked(array, lambda x: Ghost(x.shape, Tensor(x).dtype))


def facts(value: Any) -> list[Any]:
    return [(x.array.shape, x.dtype.name, x.requires_grad) for x in tensors_in(value)]


def never() -> None:
    """Any amount of time is left."""


@pytest.mark.parametrize("make", [tracked, haunted], ids=["known", "ghosts"])
def test_a_rehearsed_op_gives_shape_dtype_and_gradient_as_the_op_does(make: Any) -> None:
    wrong = []
    for case in CASES:
        args, kwargs = case.arguments()
        try:
            true = facts(case.op(*mapped(args, tracked), **mapped(kwargs, tracked)))
        except TcalcError:
            continue  # a case for other dtypes
        try:
            told = facts(rehearsed(case, mapped(args, make), mapped(kwargs, make)))
        except Unknowable:
            continue
        if told != true:
            wrong.append((case.id, told, true))
    assert wrong == []


def rehearsed(case: Case, args: Any, kwargs: Any) -> Any:
    stand_ins = StandIns(never)
    return copy_context().run(rehearsing, stand_ins, lambda: case.op(*args, **kwargs))
