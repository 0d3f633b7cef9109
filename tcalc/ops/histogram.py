"""Counting: how many elements there are of each number, or in each interval."""

from __future__ import annotations

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import composite
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Flag, Int, Scalar
from tcalc.core.results import ReturnType
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError, ShapeError
from tcalc.ops import floating
from tcalc.ops.create import room


@op(composite, cases=("I(8, low=0, high=4)", "I(5, low=0, high=4), A(5), 7"))
def bincount(x: Array, weights: Array | None = None, minlength: Int = 0):
    """How often each of 0, 1, 2, ... occurs in a vector of integers, or the sums of the weights.

    >>> bincount([1, 1, 3])
    tensor([0, 2, 0, 1])
    """
    if minlength < 0:
        raise ArgumentFault("minlength should be >= 0", blame={"minlength": ""})
    floating.require(x.array, "bincount_cpu", "iu")
    if x.ndim != 1 or (x.array < 0).any():
        raise ArgumentFault(
            "bincount only supports 1-d non-negative integral inputs.", blame={"x": describe(x)}
        )
    room((max(minlength, int(x.array.max(initial=0)) + 1),), dtypes.int64)
    if weights is None:
        return Tensor(np.bincount(x.array, minlength=minlength).astype(np.int64))
    if weights.shape != x.shape:
        raise ShapeError(
            "weights should be 1-d and have the same length as input",
            blame={"weights": describe(weights), "x": describe(x)},
        )
    kind = np.float32 if weights.array.dtype == np.float32 else np.float64
    return Tensor(np.bincount(x.array, weights.array, minlength).astype(kind))


def _span(x: Array, low: float, high: float, name: str) -> tuple[float, float]:
    """The interval to divide: that of the elements if none is given, never an empty one."""
    if low == high and x.size:
        low, high = float(x.min()), float(x.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ArgumentFault(
            f"{name}: range of [{low}, {high}] is not finite", blame={"x": describe(x)}
        )
    if low > high:
        raise ArgumentFault(f"{name}: max must be larger than min", blame={"max": "", "min": ""})
    return (low - 1, high + 1) if low == high else (low, high)


def _check_bins(bins: int) -> None:
    if bins <= 0:
        raise ArgumentFault(
            f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0",
            blame={"bins": ""},
        )


@op(composite, cases=("A(9), 4", "A(3, 4), 5, -1, 2"))
def histc(x: Array, bins: Int = 100, min: Scalar = 0, max: Scalar = 0):
    """Numbers of the elements in equal intervals from min to max; those outside do not count.

    >>> histc([1., 2., 1.], bins=4, min=0, max=3)
    tensor([0., 2., 1., 0.])
    """
    floating.require(x.array, "histogram_cpu")
    _check_bins(bins)
    room((bins,), dtypes.int64)
    low, high = _span(x.array, min, max, "torch.histc")
    inside = x.array[(x.array >= low) & (x.array <= high)]
    places = ((inside - low) * (bins / (high - low))).astype(np.int64)
    counts = np.bincount(np.minimum(places, bins - 1), minlength=bins)
    return Tensor(counts.astype(x.array.dtype))


@op(composite, cases=("A(9), 4", "A(3, 4), 5, range=(-1.0, 2.0), density=True"))
def histogram(
    x: Array,
    bins: Data,
    *,
    range: Data = None,
    weight: Array | None = None,
    density: Flag = False,
):
    """Numbers (or weights) of the elements in intervals, and the ends of these.

    bins is how many there are, or a tensor of their ends; the last interval has both of its ends.

    >>> histogram([1., 2., 1.], 2).hist
    tensor([2., 1.])
    """
    floating.require(x.array, "histogramdd")
    kind = x.array.dtype
    if isinstance(bins, int):
        _check_bins(bins)
        room((bins,), dtypes.float64)
        low, high = range or (0.0, 0.0)
        low, high = _span(x.array, low, high, "torch.histogram()")
        edges = np.linspace(low, high, bins + 1, dtype=kind)
    else:
        if isinstance(bins, Tensor) and bins.array.dtype != kind:
            raise DTypeError(
                "torch.histogramdd(): input tensor and bins tensors should have the same dtype, "
                f"but got input with dtype {x.dtype.c_name} and bins for dimension 0 with dtype "
                f"{bins.dtype.c_name}",
                blame={"x": describe(x), "bins": describe(bins)},
            )
        edges = np.asarray(bins.array if isinstance(bins, Tensor) else bins, kind)
    flat = x.array.reshape(-1)
    weights = np.ones_like(flat) if weight is None else weight.array.reshape(-1)
    places = np.searchsorted(edges, flat, "right") - 1
    places[flat == edges[-1]] = len(edges) - 2
    inside = (places >= 0) & (places < len(edges) - 1)
    counts = np.bincount(places[inside], weights[inside], len(edges) - 1).astype(kind)
    if density:
        counts = counts / (counts.sum() * np.diff(edges))
    results = Tensor(counts.astype(kind)), Tensor(edges)
    return ReturnType("histogram", ("hist", "bin_edges"), results)
