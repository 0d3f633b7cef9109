"""Grids and lists of places: meshgrid, products, combinations, triangles, powers."""

from __future__ import annotations

import builtins
from itertools import combinations as chosen
from itertools import combinations_with_replacement as chosen_again
from math import comb

import numpy as np

from tcalc import limits
from tcalc.core import dtypes
from tcalc.core.families import composite, creation
from tcalc.core.op import op
from tcalc.core.params import Array, Arrays, DTypeLike, Flag, Int, Text
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, DTypeError, ShapeError
from tcalc.ops import gather, join, layout


@op(composite, method=False, cases=("A(2), A(3)", "A(2), A(), A(3), indexing='xy'"))
def meshgrid(*tensors: Arrays, indexing: Text = "ij"):
    """For each vector a grid in which it varies along a dimension of its own: coordinates.

    With `indexing="xy"` the first two vectors vary along dimensions 1 and 0, as x and y of a plot.

    >>> meshgrid(tensor([1, 2]), tensor([3, 4]))
    (tensor([[1, 1],
             [2, 2]]),
     tensor([[3, 4],
             [3, 4]]))
    """
    if not tensors:
        raise ArgumentFault("meshgrid expects a non-empty TensorList")
    if len({x.dtype for x in tensors}) > 1:
        raise DTypeError(
            "meshgrid expects all tensors to have the same dtype", blame={"tensors": ""}
        )
    if indexing not in ("ij", "xy"):
        raise ArgumentFault(
            f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}',
            blame={"indexing": ""},
        )
    for x in tensors:
        if x.ndim > 1:
            raise ShapeError(
                "torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: "
                f"{describe(x)}",
                blame={"tensors": ""},
            )
    swap = indexing == "xy" and len(tensors) > 1
    order = [1, 0, *range(2, len(tensors))] if swap else list(range(len(tensors)))
    lines = [tensors[i] for i in order]
    shape = tuple(x.array.size for x in lines)
    grids = []
    for i, x in enumerate(lines):
        ones = tuple(-1 if i == k else 1 for k in range(len(lines)))
        grids.append(layout.expand(layout.reshape(x, ones), shape))
    return tuple(grids[i] for i in order)


def _vector(x: Tensor) -> None:
    if x.ndim != 1:
        raise ShapeError(f"Expect a 1D vector, but got shape {list(x.shape)}", blame={"x": ""})


@op(composite, method=False, cases=("A(2), A(3)", "A(2)", "A(2), A(1), A(2)"))
def cartesian_prod(*tensors: Arrays):
    """All ways to take one element of each vector, one a row.

    >>> cartesian_prod(tensor([1, 2]), tensor([5, 6]))
    tensor([[1, 5],
            [1, 6],
            [2, 5],
            [2, 6]])
    """
    for x in tensors:
        _vector(x)
    if len(tensors) == 1:
        return tensors[0]
    return join.stack([layout.reshape(grid, -1) for grid in meshgrid(*tensors)], 1)


@op(composite, cases=("A(4)", "A(4), 3", "A(3), 2, True", "A(3), 0"))
def combinations(x: Array, r: Int = 2, with_replacement: Flag = False):
    """All ways to take r elements of a vector, order aside, one a row.

    >>> combinations(tensor([1, 2, 3]))
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
    _vector(x)
    if r < 0:
        raise ArgumentFault(f"Expect a non-negative number, but got {r}", blame={"r": ""})
    if r == 0:
        return Tensor(np.zeros(0, x.array.dtype))
    n = x.shape[0]
    rows = comb(n + r - 1, r) if with_replacement and n else comb(n, r)
    limits.check_bytes(builtins.max(rows, 1) * r * 8, "the result of combinations")
    picks = (chosen_again if with_replacement else chosen)(range(n), r)
    places = np.fromiter((i for pick in picks for i in pick), np.int64, rows * r)
    return layout.reshape(gather.index_select(x, 0, places), (rows, r))


def _triangle(row: int, col: int, dtype, lower: bool, offset: int) -> Tensor:
    """The places of a triangle in a matrix of `row` by `col`, in row order."""
    for name, n in (("row", row), ("col", col)):
        if n < 0:
            raise ArgumentFault(f"{name} must be non-negative, got{n}", blame={name: ""})
    if dtype.category != dtypes.INT:
        name = "tril_indices" if lower else "triu_indices"
        raise DTypeError(f"\"{name}\" not implemented for '{dtype.label}'", blame={"dtype": ""})
    limits.check_bytes(row * col, "the triangle")
    mask = np.tri(row, col, offset if lower else offset - 1, dtype=bool)
    return Tensor(np.stack(np.nonzero(mask if lower else ~mask)).astype(dtype.numpy))


@op(creation, method=False)
def tril_indices(row: Int, col: Int, offset: Int = 0, *, dtype: DTypeLike = dtypes.int64):
    """Rows and columns of the elements of a matrix's lower triangle.

    >>> tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    return _triangle(row, col, dtype or dtypes.int64, True, offset)


@op(creation, method=False)
def triu_indices(row: Int, col: Int, offset: Int = 0, *, dtype: DTypeLike = dtypes.int64):
    """Rows and columns of the elements of a matrix's upper triangle.

    >>> triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    return _triangle(row, col, dtype or dtypes.int64, False, offset)


@op(composite, method=False, cases=("A(3)", "A(3), 2", "A(3), 4, True", "A(3), 0"))
def vander(x: Array, N: Int | None = None, increasing: Flag = False):
    """The powers of a vector's elements as columns, from N - 1 down to 0 or up from 0.

    >>> vander(tensor([1, 2, 3]))
    tensor([[1, 1, 1],
            [4, 2, 1],
            [9, 3, 1]])
    """
    if x.ndim != 1:
        raise ShapeError("x must be a one-dimensional tensor.", blame={"x": describe(x)})
    if x.dtype.category <= dtypes.INT:
        x = x.long()
    n = x.shape[0] if N is None else N
    if n < 0:
        raise ArgumentFault("N must be non-negative.", blame={"N": ""})
    limits.check_bytes(count((x.shape[0], n)) * 8, "the result of vander")
    powers = range(n) if increasing else range(n - 1, -1, -1)
    columns = [x**power for power in powers]
    return join.stack(columns, 1) if columns else Tensor(np.zeros((x.shape[0], 0), x.array.dtype))
