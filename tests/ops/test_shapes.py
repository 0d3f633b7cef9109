"""Shapes of results, found without computing them, are those that the ops themselves give."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from samples import all_cases, mapped

from tcalc.core import apply, dtypes, modes
from tcalc.core.op import Op
from tcalc.core.registry import REGISTRY
from tcalc.core.shapes import SMALL, Ghost, UnknownShape, outcome
from tcalc.core.tensor import Tensor
from tcalc.errors import LimitError, ShapeError, TcalcError


def found(name: str, *args: Any, **kwargs: Any) -> Any:
    op, values = REGISTRY[name].choose(args, kwargs)
    return facts(outcome(op, values))


def facts(value: Any) -> Any:
    """The shape and dtype of each tensor in `value`."""
    if isinstance(value, Tensor):
        return value.shape, value.dtype.name
    return tuple(map(facts, value)) if isinstance(value, list | tuple) else None


def haunted(value: Any) -> Any:
    if type(value) is Tensor:
        return Ghost(value.shape, value.dtype)
    return [haunted(item) for item in value] if isinstance(value, list) else value


def ghost(*shape: int, dtype: str = "float32") -> Ghost:
    return Ghost(shape, dtypes.named(dtype))


def bound(case: Any) -> tuple[Op, list[Any]] | None:
    args, kwargs = case.arguments("float32")
    kwargs = mapped(kwargs, Tensor)
    try:
        op, values = case.op.choose(tuple(mapped(args, Tensor)), kwargs)
    except TcalcError:
        return None
    return op, values


@pytest.mark.parametrize("small", [SMALL, 2])
def test_every_op_has_the_shape_that_stand_ins_show(small: int) -> None:
    counts: Counter[str] = Counter()
    for case in all_cases():
        call = bound(case)
        if call is None or case.op.name.startswith("_"):
            continue
        op, values = call
        try:
            with modes.no_grad():
                real = facts(apply.call(op, list(values)))
        except TcalcError:
            continue
        try:
            shown = facts(outcome(op, [haunted(value) for value in values], small))
        except (UnknownShape, TcalcError):
            counts["unknown"] += 1
            continue
        assert shown == real, case.id
        counts["known"] += 1
    assert counts["known"] > 10 * counts["unknown"]


def test_results_may_be_larger_than_any_memory() -> None:
    a, b = ghost(100_000, 784), ghost(784, 256)
    assert found("mm", a, b) == ((100_000, 256), "float32")
    assert found("cat", [a, a, a], 1) == ((100_000, 2352), "float32")
    assert found("outer", ghost(10**6), ghost(10**7)) == ((10**6, 10**7), "float32")
    assert found("zeros", 10**6, 10**6) == ((10**6, 10**6), "float32")
    assert found("arange", 10**12) == ((10**12,), "int64")
    assert found("topk", a, 100) == (((100_000, 100), "float32"), ((100_000, 100), "int64"))
    assert found("reshape", a, (-1,)) == ((78_400_000,), "float32")
    assert found("gt", a, 0) == ((100_000, 784), "bool")


def test_what_does_not_fit_is_said_in_the_sizes_themselves() -> None:
    a, b = ghost(100_000, 784), ghost(784, 256)
    with pytest.raises(ShapeError, match=r"cannot be multiplied \(784x256 and 100000x784\)"):
        found("mm", b, a)
    with pytest.raises(ShapeError, match=r"tensor a \(784\) must match the size of tensor b \(256"):
        found("add", a, b)
    with pytest.raises(ShapeError, match=r"cannot be multiplied \(9000x900 and 3x4\)"):
        found("matmul", ghost(10, 900, 900), ghost(3, 4))


def test_what_hangs_on_values_or_on_products_of_sizes_is_unknown() -> None:
    for call in (
        ("nonzero", ghost(1000)),
        ("unique", ghost(1000, dtype="int64")),
        ("unique", ghost(1000, 1000)),
        ("repeat_interleave", ghost(1000), ghost(1, dtype="int64")),
        ("kron", ghost(100, 100), ghost(200, 50)),
    ):
        with pytest.raises(UnknownShape):
            found(*call)


def test_quotients_of_sizes_are_not_mistaken_for_what_they_look_like_nearby() -> None:
    for call in (
        ("split", ghost(1000, 300), 300),
        ("chunk", ghost(6000), 7),
        ("conv1d", ghost(1, 1, 6002), ghost(1, 1, 3), None, 5),
    ):
        with pytest.raises(UnknownShape):
            found(*call)


def test_what_would_need_large_stand_ins_is_unknown() -> None:
    with pytest.raises(UnknownShape):
        found("exp", ghost(*[20] * 12))


def test_small_tensors_that_are_there_are_computed_with() -> None:
    op, values = REGISTRY["add"].choose((REGISTRY["ones"](2), 1), {})
    result = outcome(op, values)
    assert not isinstance(result, Ghost)
    assert result.tolist() == [2, 2]


def test_a_ghost_takes_no_memory_and_nothing_is_made_of_it() -> None:
    huge = ghost(10**6, 10**6)
    assert huge.array.base is not None
    with pytest.raises(LimitError):
        huge.array_copy = REGISTRY["exp"](huge)
