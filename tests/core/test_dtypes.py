"""Element types combine by PyTorch's three levels and four categories."""

from __future__ import annotations

from contextvars import copy_context
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tcalc.ops  # noqa: F401 -- it gives Tensor its operators
from tcalc.core import dtypes
from tcalc.core.dtypes import DType
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault, DTypeError

LONE = (dtypes.uint16, dtypes.uint32, dtypes.uint64)
some_dtype = st.sampled_from([dtype for dtype in dtypes.ALL if dtype not in LONE])
number = st.sampled_from([True, 2, 2.5, 1j])


def vector(dtype: DType) -> Tensor:
    return Tensor(np.ones(2, dtype.numpy))


def single(dtype: DType) -> Tensor:
    return Tensor(np.ones((), dtype.numpy))


@given(some_dtype, some_dtype)
def test_promotion_does_not_depend_on_the_order(a: DType, b: DType) -> None:
    assert dtypes.promote(a, b) is dtypes.promote(b, a)
    assert dtypes.promote(a, b).category == max(a.category, b.category)


@given(some_dtype, some_dtype)
def test_promotion_with_itself_or_the_result_changes_nothing(a: DType, b: DType) -> None:
    both = dtypes.promote(a, b)
    assert dtypes.promote(a, a) is a
    assert dtypes.promote(both, a) is both


@given(some_dtype, some_dtype)
def test_a_single_number_changes_a_tensor_only_by_its_category(a: DType, b: DType) -> None:
    result = (vector(a) * single(b)).dtype
    if a.category >= b.category:
        assert result is a
    else:
        assert result.category == b.category


@given(some_dtype, number)
def test_a_plain_number_changes_any_tensor_only_by_its_category(a: DType, value: Any) -> None:
    category = dtypes.of_number(value).category
    for x in (vector(a), single(a)):
        result = (x * value).dtype
        assert result.category == max(a.category, category)
        if a.category >= category:
            assert result is a


@pytest.mark.parametrize(
    ("a", "b", "result"),
    [
        ("float32", "int64", "float32"),
        ("float16", "int64", "float16"),
        ("uint8", "int8", "int16"),
        ("uint8", "int64", "int64"),
        ("bool", "uint8", "uint8"),
        ("float16", "float32", "float32"),
        ("float64", "complex64", "complex128"),
        ("int64", "complex64", "complex64"),
        ("float16", "bfloat16", "float32"),
        ("int64", "bfloat16", "bfloat16"),
        ("bfloat16", "float32", "float32"),
        ("bfloat16", "complex64", "complex64"),
        ("uint16", "float32", "float32"),
    ],
)
def test_the_table_of_promotion(a: str, b: str, result: str) -> None:
    assert (vector(dtypes.named(a)) * vector(dtypes.named(b))).dtype.name == result


def test_a_float64_among_numbers_of_no_dimension_does_not_widen_float32() -> None:
    x = vector(dtypes.float32)
    assert (x + single(dtypes.float64)).dtype is dtypes.float32
    assert (single(dtypes.float32) + single(dtypes.float64)).dtype is dtypes.float64


def test_integers_become_the_default_float_where_floats_are_needed() -> None:
    def halves() -> list[DType]:
        x = Tensor(np.array([1, 2], np.int32))
        return [(x / 2).dtype, x.sqrt().dtype, x.sigmoid().dtype, (x * 1.5).dtype]

    assert halves() == [dtypes.float32] * 4

    def in_double() -> list[DType]:
        dtypes.set_default_float(dtypes.float64)
        return halves()

    assert copy_context().run(in_double) == [dtypes.float64] * 4
    assert dtypes.default_float() is dtypes.float32


def test_integers_wrap_around() -> None:
    assert (Tensor(np.array([250], np.uint8)) + 10).tolist() == [4]
    assert (Tensor(np.array([100], np.int8)) * 2).tolist() == [-56]


def test_a_dtype_is_known_by_its_names() -> None:
    for name in ("float32", "torch.float32", "float"):
        assert dtypes.named(name) is dtypes.float32
    assert dtypes.like(np.float64) is dtypes.float64
    assert dtypes.like(float) is dtypes.float64
    assert repr(dtypes.int64) == "torch.int64"
    with pytest.raises(ArgumentFault) as caught:
        dtypes.named("flaot32")
    assert caught.value.helps == ("did you mean float32?",)


def test_an_array_of_another_kind_is_refused() -> None:
    with pytest.raises(DTypeError, match=r"can't convert np.ndarray of type numpy\.str"):
        dtypes.of(np.array(["a"]))
    with pytest.raises(DTypeError, match="only floating-point types are supported as the default"):
        dtypes.set_default_float(dtypes.int64)


@given(some_dtype, some_dtype)
def test_casting_keeps_values_that_fit(a: DType, b: DType) -> None:
    assert dtypes.cast(np.ones(2, a.numpy), b).dtype == b.numpy
    assert (dtypes.cast(np.ones(2, a.numpy), b) == 1).all()


def test_casting_floats_to_ints_truncates() -> None:
    assert dtypes.cast(np.array([1.9, -1.9]), dtypes.int64).tolist() == [1, -1]


def test_large_unsigned_integers_are_promoted_with_floats_only() -> None:
    x = vector(dtypes.uint32)
    assert (x + x).dtype is (x + 1).dtype is dtypes.uint32
    assert (x + 1.5).dtype is dtypes.float32
    with pytest.raises(DTypeError, match="attempted to promote UInt32 and Long"):
        x + vector(dtypes.int64)


def test_bfloat16_computes_in_float32_and_rounds() -> None:
    x = Tensor(np.array([1.5, 2.25, 3.1])).to(dtypes.bfloat16)
    assert x.tolist() == [1.5, 2.25, 3.09375]
    assert (x * 0.1).tolist() == [0.150390625, 0.224609375, 0.30859375]
    assert x.exp().tolist() == [4.46875, 9.5, 22.0]
    assert x.sum().item() == 6.84375
    assert x.sum().dtype is dtypes.bfloat16
    assert x.sum(dtype=dtypes.float32).dtype is dtypes.float32
    assert (x > 2).tolist() == [False, True, True]


def test_bfloat16_gradients_are_bfloat16() -> None:
    x = vector(dtypes.float32)
    x.requires_grad = True
    (x.to(dtypes.bfloat16) * 1.1).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [1.1015625, 1.1015625]


def test_numpy_has_no_bfloat16() -> None:
    with pytest.raises(DTypeError, match="Got unsupported ScalarType BFloat16"):
        vector(dtypes.bfloat16).numpy()
