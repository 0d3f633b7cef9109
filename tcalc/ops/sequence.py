"""Numbers in a row: counted, or spread between two ends."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tcalc.core import dtypes
from tcalc.core.dtypes import DType
from tcalc.core.families import creation
from tcalc.core.op import op
from tcalc.core.params import DTypeLike, Flag, Int, Scalar
from tcalc.errors import ArgumentFault, DTypeError
from tcalc.ops.create import held, made, room


def _range(start: Any, end: Any, step: Any) -> int:
    """Number of values from `start` in steps of `step` before `end`."""
    if step == 0:
        raise ArgumentFault("step must be nonzero", blame={"step": ""})
    if (end - start) * step < 0:
        raise ArgumentFault(
            "upper bound and lower bound inconsistent with step sign",
            blame={"start": "", "end": "", "step": ""},
        )
    if not all(map(math.isfinite, (start, end, step))):
        raise ArgumentFault(f"unsupported range: {start} -> {end}", blame={"start": "", "end": ""})
    length: int = math.ceil((end - start) / step)
    return length


@op(creation)
def arange(
    start: Scalar = None,
    end: Scalar = None,
    step: Scalar = 1,
    *,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """Numbers from `start` (0 if only the end is given) in steps of `step` before `end`.

    >>> arange(1, 10, 3)
    tensor([1, 4, 7])
    """
    if end is None:
        start, end = 0, start
    if end is None:
        raise ArgumentFault('arange() missing required argument: "end"')
    start = 0 if start is None else start
    if dtype is None:
        whole = not any(isinstance(v, float) for v in (start, end, step))
        dtype = dtypes.int64 if whole else dtypes.default_float()
    _refuse(dtype, "arange", (dtypes.BOOL, dtypes.COMPLEX))
    ends = start, end, step
    if dtype.category == dtypes.INT:
        start, end, step = (held(v, dtypes.int64, "end") for v in ends)
    n = _range(start, end, step) if dtype is dtypes.int64 else _range(*ends)
    room((n,), dtype)
    if dtype.category >= dtypes.FLOAT:
        values = _counted(start, step, n, dtype)
    else:
        values = (start + step * np.arange(n, dtype=np.int64)).astype(dtype.numpy)
    return made(values, requires_grad)


_EXACT = np.longdouble  # products in it lose nothing that rounding to a double would keep


def _counted(start: Any, step: Any, n: int, dtype: DType) -> Any:
    """start + step * i, to the last digit as PyTorch: it counts on within blocks of 32 bytes.

    A block's first number is rounded to the dtype before its others are counted from it; numbers
    that do not fill two blocks are counted one by one, from the start.
    """
    block = 32 // dtype.itemsize
    i = np.arange(n)
    within = np.where(i < n - n % (2 * block), i % block, 0)
    first = (start + _EXACT(step) * (i - within)).astype(np.float64).astype(dtype.numpy)
    return (first + _EXACT(step) * within).astype(np.float64).astype(dtype.numpy)


def _refuse(dtype: DType, name: str, categories: tuple[int, ...]) -> None:
    if dtype.category in categories:
        raise DTypeError(f"\"{name}_cpu\" not implemented for '{dtype.label}'", blame={"dtype": ""})


@op(creation)
def linspace(
    start: Scalar,
    end: Scalar,
    steps: Int,
    *,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """`steps` numbers from `start` to `end`, both included, equally far apart.

    >>> linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    dtype = _line_dtype(start, end, steps, dtype, "linspace")
    return made(_line(start, end, steps, dtype), requires_grad)


def _line_dtype(start: Any, end: Any, steps: int, dtype: DType | None, name: str) -> DType:
    """The dtype of a line of `steps` numbers, which must fit in memory."""
    if steps < 0:
        raise ArgumentFault("number of steps must be non-negative", blame={"steps": ""})
    if dtype is None:
        curved = isinstance(start, complex) or isinstance(end, complex)
        dtype = dtypes.default_complex() if curved else dtypes.default_float()
    _refuse(dtype, name, (dtypes.BOOL,))
    room((steps,), dtype)
    return dtype


def _line(start: Any, end: Any, steps: int, dtype: DType) -> Any:
    """Both halves counted from their own end, in the dtype itself, as PyTorch does."""
    kind = dtype.numpy.type
    if dtype.category < dtypes.FLOAT:
        return np.linspace(start, end, steps).astype(dtype.numpy)
    if steps < 2:
        return np.full(steps, start, dtype.numpy)
    step = (kind(end) - kind(start)) / kind(steps - 1)
    i = np.arange(steps)
    if dtype.itemsize < 4 or dtype.category == dtypes.COMPLEX:
        low = kind(start) + step * i.astype(dtype.numpy)
        high = kind(end) - step * (steps - 1 - i).astype(dtype.numpy)
    else:  # a product and its sum are rounded once, together
        low = kind(start) + _EXACT(step) * i
        high = kind(end) - _EXACT(step) * (steps - 1 - i)
    return np.where(i < steps // 2, low, high).astype(dtype.numpy)


@op(creation)
def logspace(
    start: Scalar,
    end: Scalar,
    steps: Int,
    base: Scalar = 10.0,
    *,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """`base` to the powers that linspace gives.

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    dtype = _line_dtype(start, end, steps, dtype, "logspace")
    if dtype.category == dtypes.FLOAT:
        start, end = (dtype.numpy.type(number).item() for number in (start, end))
    step = (end - start) / (steps - 1) if steps > 1 else 0
    powers = start + step * np.arange(steps)
    return made((float(base) ** powers).astype(dtype.numpy), requires_grad)
