"""Searching: places in sorted numbers, membership, runs of equal elements."""

from __future__ import annotations

import builtins
from typing import Literal

import numpy as np

from tcalc.core.families import check_stretched, composite
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, Flag, Ints, Text, normalise_axis
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, ShapeError


def _side(side: str | None, right: bool) -> bool:
    """Whether equal numbers are passed over."""
    if side not in (None, "left", "right"):
        raise ArgumentFault(
            f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}",
            blame={"side": ""},
        )
    if side == "left" and right:
        raise ArgumentFault(
            "torch.searchsorted(): side and right can't be set to opposites, got side of left "
            "while right was True",
            blame={"side": "", "right": ""},
        )
    return right or side == "right"


def _found(rows: Array, values: Array, right: bool, small: bool):
    """Where `values` belong in sorted rows, row by row unless there is one row for all."""
    side: Literal["left", "right"] = "right" if right else "left"
    if rows.ndim == 1:
        places = np.asarray(np.searchsorted(rows, values, side))
    else:
        flat, wanted = rows.reshape(-1, rows.shape[-1]), values.reshape(-1, values.shape[-1])
        places = np.empty(wanted.shape, np.int64)
        for row, value, place in zip(flat, wanted, places, strict=True):
            place[:] = np.searchsorted(row, value, side)
        places = places.reshape(values.shape)
    return Tensor(places.astype(np.int32 if small else np.int64))


@op(composite, method=False, cases=("I(1), I(2, 3)", "A(1), A(4), right=True"))
def searchsorted(
    sorted_sequence: Array,
    x: Array,
    *,
    out_int32: Flag = False,
    right: Flag = False,
    side: Text | None = None,
    sorter: Array | None = None,
):
    """Where each x would go in a sorted sequence so that it stays sorted; rows go with rows.

    Before elements equal to it, or after them with `right` (or side='right').

    >>> searchsorted([1, 3, 5], [3, 6])
    tensor([1, 3])
    """
    right = _side(side, right)
    rows = sorted_sequence.array
    if sorter is not None:
        rows = np.take_along_axis(rows, sorter.array, -1)
    values = np.asarray(x.array if isinstance(x, Tensor) else x)
    check_stretched(values, "the places to find")
    if rows.ndim != 1 and not values.ndim:
        raise ShapeError(
            "torch.searchsorted(): input value can be a scalar only when boundaries tensor "
            f"dimension is 1, but we got boundaries tensor dim({rows.ndim}) and input value's "
            f"dim({values.ndim}) numel({values.size})",
            blame={"sorted_sequence": describe(sorted_sequence), "x": describe(x)},
        )
    if rows.ndim != 1 and rows.shape[:-1] != values.shape[:-1]:
        raise ShapeError(
            "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 "
            "dimensions of boundaries tensor and input value tensor must match, but we got "
            f"boundaries tensor {list(rows.shape)} and input value tensor {list(values.shape)}",
            blame={"sorted_sequence": describe(sorted_sequence), "x": describe(x)},
        )
    return _found(rows, values, right, out_int32)


@op(composite, method=False, cases=("I(2, 3), I(1)", "A(4), A(1), right=True"))
def bucketize(x: Array, boundaries: Array, *, out_int32: Flag = False, right: Flag = False):
    """The number of the interval between sorted boundaries that each x lies in.

    An x on a boundary counts to the left interval, or with `right` to the right one.

    >>> bucketize([0, 3, 9], [1, 3, 5])
    tensor([0, 1, 3])
    """
    if boundaries.ndim != 1:
        raise ShapeError(
            f"boundaries tensor must be 1 dimension, but got dim({boundaries.ndim})",
            blame={"boundaries": describe(boundaries)},
        )
    values = np.asarray(x.array if isinstance(x, Tensor) else x)
    check_stretched(values, "an operand of bucketize")
    return _found(boundaries.array, values, right, out_int32)


@op(composite, method=False, cases=("I(2, 3), I(4)", "A(3), 1.0, invert=True"))
def isin(
    elements: Array, test_elements: Array, *, assume_unique: Flag = False, invert: Flag = False
):
    """Whether each element is among the test elements.

    >>> isin([1, 2, 3], [2, 5])
    tensor([False,  True, False])
    """
    a, b = (np.asarray(v.array if isinstance(v, Tensor) else v) for v in (elements, test_elements))
    for array in (a, b):
        check_stretched(array, "an operand of isin")
    return Tensor(np.isin(a, b, invert=invert))


@op(composite, cases=("I(9, low=0, high=1)", "I(3, 4, low=0, high=1), True, True, 0"))
def unique_consecutive(
    x: Array,
    return_inverse: Flag = False,
    return_counts: Flag = False,
    dim: Axis | None = None,
):
    """The first element of each run of equal ones; on request each one's run, and their lengths.

    >>> unique_consecutive([1, 1, 2, 2, 1])
    tensor([1, 2, 1])
    """
    check_stretched(x.array, "an operand of unique_consecutive")
    rows = x.array.reshape(-1) if dim is None else np.moveaxis(x.array, dim, 0)
    n = rows.shape[0]
    fresh = np.ones(n, np.bool_)
    if n:
        changed = rows[1:] != rows[:-1]
        fresh[1:] = changed.reshape(n - 1, -1).any(-1) if changed.ndim > 1 else changed
    starts = np.flatnonzero(fresh)
    values = rows[starts]
    if dim is not None:
        values = np.moveaxis(values, 0, normalise_axis(dim, x.ndim))
    parts = [Tensor(values)]
    if return_inverse:
        inverse = np.cumsum(fresh) - 1
        parts.append(Tensor(inverse.reshape(x.shape) if dim is None else inverse))
    if return_counts:
        parts.append(Tensor(np.diff(starts, append=n)))
    return parts[0] if len(parts) == 1 else tuple(parts)


@op(
    composite,
    method=False,
    cases=("I(4, low=0, high=5), (2, 3)", "I(2, 2, low=0, high=11), (3, 4)"),
)
def unravel_index(indices: Array, shape: Ints):
    """Places in row order as one tensor of indices for each dimension of `shape`.

    >>> unravel_index(tensor([4]), (2, 3))
    (tensor([1]), tensor([1]))
    """
    if indices.array.dtype.kind not in "iu":
        raise ArgumentFault(
            f"expected 'indices' to be integer dtype, but got {indices.dtype!r}",
            blame={"indices": describe(indices)},
        )
    sizes = shape if isinstance(shape, tuple) else (shape,)
    if any(n < 0 for n in sizes):
        raise ArgumentFault(
            f"'shape' cannot have negative values, but got {tuple(sizes)}", blame={"shape": ""}
        )
    check_stretched(indices.array, "an index")
    found, rest = [], indices.array
    for n in reversed(sizes):
        found.append(Tensor(rest % builtins.max(n, 1)))
        rest = rest // builtins.max(n, 1)
    return tuple(reversed(found))
