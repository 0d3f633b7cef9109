"""bfloat16 is computed in float32, and what comes out is rounded.

NumPy has no arithmetic of its own for the dtypes in `dtypes.WIDER`; the ops and the derivative
rules meet only what they are widened to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tcalc.core import dtypes

if TYPE_CHECKING:
    from tcalc.core.op import Op


def evaluate(op: Op, values: list[Any]) -> Any:
    """`op.compute` in float32 for bfloat16, to which a result is rounded at the end."""
    operands = op.operands(values)
    narrow = any(getattr(v, "dtype", None) in dtypes.WIDER for v in operands)
    if not narrow:
        return op.compute(values)
    if not (op.family.same_dtype and len({v.dtype for v in operands}) > 1):
        values = [widened(v) for v in values]
    out = op.compute(values)
    asked = any(isinstance(v, dtypes.DType) for v in values)
    if asked or _float_type(operands) is not dtypes.bfloat16:
        return out
    return _each(out, _rounded)


def widened(value: Any) -> Any:
    """`value` with the bfloat16 arrays in it as float32."""
    return _each(value, dtypes.widen)


def _float_type(operands: list[Any]) -> dtypes.DType:
    """The dtype that operands promote to, one of which is a float."""
    floats = [
        v
        for v in operands
        if isinstance(v, float | complex)
        or (isinstance(v, np.ndarray) and dtypes.of(v).category >= dtypes.FLOAT)
    ]
    return dtypes.result_type(*floats)


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    """`value` with each array in it, itself or an item of a list or tuple, changed."""
    if isinstance(value, np.ndarray):
        return change(value)
    if type(value) in (list, tuple):
        return type(value)(_each(item, change) for item in value)
    return value


def _rounded(array: Any) -> Any:
    """float32 as bfloat16; indices, counts and truths as they are."""
    if array.dtype != np.float32:
        return array
    return dtypes.cast(array, dtypes.bfloat16)
