"""Which dtypes an op takes, where PyTorch has a kernel for some only; its words for the others."""

from __future__ import annotations

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
