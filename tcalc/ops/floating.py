"""Which dtypes an op takes, where PyTorch has a kernel for some only, and which it computes in."""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core import dtypes
from tcalc.core.params import Array
from tcalc.core.tensor import describe
from tcalc.errors import DTypeError


def require(x: Array, kernel: str, kinds: str = "f", name: str = "x") -> None:
    """Raise DTypeError unless x, the argument `name`, is of one of NumPy's `kinds` of dtypes."""
    if dtypes.widen(x).dtype.kind not in kinds:
        raise DTypeError(
            f"\"{kernel}\" not implemented for '{dtypes.of(x).label}'",
            blame={name: describe(x)},
        )


def summing(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype in which many elements are taken together: float32 for float16, as in PyTorch."""
    return np.dtype(np.float32) if dtype == np.float16 else dtype
