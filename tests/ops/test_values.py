"""Every op, on every case, gives the dtype, shape, values and gradients that PyTorch gave.

What PyTorch gave is in tests/oracle, with the script that recorded it.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples import Case, all_cases, called, cotangent, mapped, public_ops, tensors_in

from tcalc.core import backward
from tcalc.core.dtypes import DType
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor
from tcalc.errors import DTypeError

ORACLE = Path(__file__).parents[1] / "oracle"
RECORDED = json.loads(gzip.decompress((ORACLE / "recorded_ops.json.gz").read_bytes()))
CASES = {case.id: case for case in all_cases()}
RTOL = {"float32": 2e-5, "float16": 2e-3, "complex64": 2e-5}


# Where tcalc differs on purpose.
DIFFERENT = {
    "pow(A(3, 4, low=0.5, high=2), A(3, 4)) int64": "a negative power of an integer is refused",
    "pow(A(low=0.5, high=2), A()) int64": "the same",
    "square(A(3, 4)) bool": "elementwise ops that are no sums keep bools",
    "square(A()) bool": "the same",
    "square(A(0, 3)) bool": "the same",
    "sum_to_size(A(3, 4), 1, 4) bool": "it undoes broadcasting, which keeps the dtype",
    "sum_to_size(A(3, 4), (3, 1)) bool": "the same",
    "topk(A(5), 3, 0, False) int64": "of equal elements the first ones are taken",
    "topk(A(5), 3, 0, False) edges": "the same",
    "cholesky_inverse(A(3, 3, low=0.5, high=2)) complex128": "a diagonal need not be real",
    "cholesky_inverse(A(3, 3, low=1, high=2), True) complex128": "the same",
    "trapezoid(A(3, 4)) edges": "areas are added up, infinite ones too",
    "trapezoid(A(3, 4), dx=0.5, dim=0) edges": "the same",
    "kthvalue(A(5), 2) edges": "of equal elements the first ones are taken",
    "mode(A(3, 4), 1) edges": "nan is as often as it is there, and comes last",
    "addr(A(4), A(3), A(4), beta=2, alpha=3) bool": "numbers times bools are integers",
    "bincount(I(5, low=0, high=4), A(5), 7) complex128": "weights are real",
    "polygamma(1, A(3, low=0.5, high=3)) edges": "poles are infinite",
    "zeta(I(3, 4, low=2, high=4), A(3, 4, low=1, high=3)) edges": "the same",
    "linalg_solve(A(3, 3), A(3)) float32": "the matrix is nearly singular",
    "std_mean(A(3, 4), 1, True) edges": "the mean of -inf and numbers is -inf, not nan",
    "std_mean(A(2, 3, 4), (0, 2), False, True) edges": "the same",
    "var_mean(A(3, 4), 1) edges": "the mean of -inf and numbers is -inf, not nan",
    "hinge_embedding_loss(A(3, 4), I(3, 4, low=0, high=1) * 2 - 1, 0.5, reduction='none') int64": (
        "a margin of 0.5 is not cut down to an integer"
    ),
    "interpolate(A(1, 1, 2, 3, 2), 3, mode='trilinear') edges": "0 * inf is nan wherever it stands",
}
# Where gradients differ on purpose, if there are infinities or nan among the numbers.
OTHER_GRADIENTS_AT_EDGES = {
    "polar": "that of a size that is negative or nan, which no size is",
    "index_reduce": "as prod and amax",
    "i1": "it is nan at nan, as its value is; PyTorch's is that at 0",
    "i1e": "the same",
    "digamma": "it is infinite at the poles",
    "polygamma": "the same",
    "mvlgamma": "the same",
    "zeta": "the same",
    "logaddexp": "it is nan where the difference of infinities is",
    "logit": "at an end of (0, 1) the sign of a zero does not matter",
    "aminmax": "as amax",
    "std_mean": "as var_mean",
    "hardtanh": "it is 0 at nan; PyTorch's depends on the place among the elements",
    "relu6": "the same",
    "scaled_dot_product_attention": "where a key is masked, its gradient is 0 and not nan",
    "amax": "elements that are nan share the gradient of a result that is nan, as in max()",
    "amin": "the same",
    "prod": "0 * inf is nan wherever it stands",
    "cumprod": "the same",
}
# Where they differ on purpose, whatever the numbers.
OTHER_GRADIENTS = {
    "cholesky_solve": "it is 0 in the triangle that is not looked at",
    "cholesky_inverse": "the same",
}


def recorded() -> list[tuple[Case, str]]:
    keys = [key.rsplit(" ", 1) for key in RECORDED if key not in DIFFERENT]
    return [(CASES[id_], dtype) for id_, dtype in keys]


def assert_same(value: Any, expected: Any) -> None:
    """Compare a value with a recorded one, at any depth."""
    if isinstance(expected, dict):
        assert isinstance(value, Tensor)
        assert value.dtype.name == expected["dtype"]
        assert list(value.shape) == expected["shape"]
        assert_close(value.array, expected)
    elif isinstance(expected, list):
        assert isinstance(value, list | tuple)
        for part, other in zip(value, expected, strict=True):
            assert_same(part, other)
    elif isinstance(value, DType):
        assert repr(value) == expected
    else:
        assert type(value) is type(expected)
        assert value == expected


def assert_close(array: Any, expected: dict[str, Any]) -> None:
    dtype = expected["dtype"]
    listed = np.array(expected["values"], np.float64 if dtype[0] in "fc" else dtype)
    if dtype.startswith("complex"):
        listed = listed.view(np.complex128)
    listed = listed.reshape(expected["shape"])
    if dtype[0] in "fc":
        rtol = RTOL.get(dtype, 1e-6)
        np.testing.assert_allclose(array, listed, rtol=rtol, atol=rtol / 10)
    else:
        np.testing.assert_array_equal(array, listed)


@pytest.mark.parametrize(("case", "dtype"), recorded(), ids=lambda part: getattr(part, "id", part))
def test_an_op_gives_what_pytorch_gives(case: Case, dtype: str) -> None:
    entry = RECORDED[f"{case.id} {dtype}"]
    args, kwargs = mapped(case.arguments(dtype), Tensor)
    with np.errstate(all="ignore"):
        assert_same(called(case, args, kwargs), entry["result"])
        known = dtype == "edges" and case.op.name in OTHER_GRADIENTS_AT_EDGES
        if "gradients" in entry and not known and case.op.name not in OTHER_GRADIENTS:
            assert_same_gradients(case, dtype, entry["gradients"])


def assert_same_gradients(case: Case, dtype: str, expected: list[Any]) -> None:
    args, kwargs = mapped(case.arguments(dtype), Tensor)
    leaves = [x for x in tensors_in([args, kwargs]) if x.array.dtype.kind in "fc"]
    for x in leaves:
        x.requires_grad = True
    results = list(enumerate(tensors_in(called(case, args, kwargs))))
    outs = [(i, out) for i, out in results if out.requires_grad]
    weights = [Tensor(cotangent(case, i, out.shape, out.array.dtype)) for i, out in outs]
    slopes = backward.grad([out for _, out in outs], leaves, weights, allow_unused=True)
    for slope, other in zip(slopes, expected, strict=True):
        if other is None or slope is None:  # a gradient that is zero for sure may be left out
            present = other if slope is None else {"values": slope.array.tolist()}
            assert present is None or not np.any(present["values"])
        else:
            assert_same(slope, other)


# Ops that have no result to record: random ones, those that show memory as they found it, and those
# that are not PyTorch's.
UNRECORDED = {
    "bernoulli", "data_ptr", "empty", "empty_like", "multinomial", "normal", "rearrange", "reduce",
    "linalg_eig", "linalg_eigh", "linalg_lu_solve", "linalg_svd", "svd",
}  # fmt: skip


@pytest.mark.parametrize("op", public_ops(), ids=lambda op: op.name)
def test_every_op_has_cases_or_an_example(op: Any) -> None:
    cases = [case for case in CASES.values() if case.op is op]
    assert cases or ">>>" in op.doc


@pytest.mark.parametrize("op", public_ops(), ids=lambda op: op.name)
def test_every_op_with_cases_was_recorded(op: Any) -> None:
    ids = {case.id for case in CASES.values() if case.op is op}
    if ids and op.name not in UNRECORDED:
        assert ids & {key.rsplit(" ", 1)[0] for key in RECORDED}


@pytest.mark.parametrize("name", ["maximum", "fmin", "lt", "ge"])
def test_complex_numbers_have_no_order(name: str) -> None:
    x = Tensor(np.array([1j, 2]))
    with pytest.raises(DTypeError, match=f"{name} not implemented for complex tensors"):
        REGISTRY[name](x, x)


@pytest.mark.parametrize(
    "name", ["amax", "max", "argmin", "median", "sort", "argsort", "relu", "floor", "round"]
)
def test_complex_numbers_are_not_sorted_or_rounded(name: str) -> None:
    with pytest.raises(DTypeError, match="not implemented for complex tensors"):
        REGISTRY[name](Tensor(np.array([1j, 2])))
