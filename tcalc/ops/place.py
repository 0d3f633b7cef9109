"""Placing: a tensor with elements replaced that numbers, masks, slices or diagonals pick."""

from __future__ import annotations

import numpy as np

from tcalc.core import apply, dtypes
from tcalc.core.data import array_of
from tcalc.core.families import broadcast_shape, composite, indexing
from tcalc.core.indexing import parse
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, Data, Flag, Int
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, DTypeError, IndexFault, ShapeError
from tcalc.ops import choice, diagonals, gather, layout, scatter, slices
from tcalc.ops import index as brackets


@op(
    indexing,
    in_place=True,
    cases=(
        "A(3, 4), I(1, low=-12, high=11), A(1)",
        "A(3, 4), I(5, low=0, high=11), A(5), True",
        "A(3), I(low=0, high=2), A()",
    ),
)
def put(x: Array, index: Array, source: Array, accumulate: Flag = False):
    """x with elements counted in row order replaced by those of `source`, or added to.

    >>> put([[1, 2], [3, 4]], [0, -1], [7, 8])
    tensor([[7, 2],
            [3, 8]])
    """
    if source.dtype != x.dtype:
        raise DTypeError(
            "put_(): self and source expected to have the same dtype, but got self.dtype = "
            f"{dtypes.of(x).label} and source.dtype = {dtypes.of(source).label}",
            blame={"x": describe(x), "source": describe(source)},
        )
    places = gather.flat_index(index, x.size, "put_").reshape(-1)
    if source.size != places.size:
        raise IndexFault(
            "put_(): Expected source and index to have the same number of elements, but got "
            f"source.numel() = {source.size}, index.numel() = {places.size}",
            blame={"index": describe(index), "source": describe(source)},
        )
    out = np.array(x, order="C")
    if accumulate:
        np.add.at(out.reshape(-1), places, source.reshape(-1))
    else:
        out.reshape(-1)[places] = source.reshape(-1)
    return out


def _cleared(g, index):
    """g with zeros at elements counted in row order."""
    flat = slices.index_fill(layout.reshape(g, -1), 0, layout.reshape(index, -1), 0)
    return layout.reshape(flat, g.shape)


put.vjp(
    x=lambda g, index, accumulate: g if accumulate else _cleared(g, index),
    source=lambda g, index, source_shape: layout.reshape(gather.take(g, index), source_shape),
)


@op(
    indexing,
    name="_index_add",
    bare=False,
    method=False,
    node="IndexPutBackward0",
    write=np.add.at,
)
def _add_elements(x: Array, index: Data, value: Array):
    """x with `value` added at index arrays, repeated places adding up."""
    out = x.copy()
    np.add.at(out, index, value)
    return out


_add_elements.vjp(x=lambda g: g, value=lambda g, index: brackets.take_elements(g, index))


@op(composite, bare=False)
def index_put_(x: Array, indices: Data, values: Array, accumulate: Flag = False):
    """Write `values` at a tuple of index tensors; with `accumulate` add, repeated places too.

    >>> zeros(3).index_put_((tensor([0, 0, 2]),), tensor([1., 2., 3.]), accumulate=True)
    tensor([3., 0., 3.])
    """
    if not isinstance(indices, list | tuple):
        raise ArgumentFault(
            "index_put(): argument 'indices' must be tuple of Tensors, not "
            f"{type(indices).__name__}",
            blame={"indices": ""},
            helps=["({indices},)"],
        )
    value = values if isinstance(values, Tensor) else Tensor(array_of(values, x.dtype))
    if value.dtype is not x.dtype:
        raise DTypeError(
            "Index put requires the source and destination dtypes match, got "
            f"{x.dtype.label} for the destination and {value.dtype.label} for the source.",
            blame={"x": describe(x), "values": describe(value)},
        )
    full = tuple(slice(None) if index is None else index for index in indices)
    basic, places = parse(full, x.array.shape)
    part = brackets.part_of(x, basic)
    if places is None:
        brackets.write_over(part, part + value if accumulate else value)
        return x
    brackets.check_fits(value, part, places)
    apply.write(_add_elements if accumulate else brackets.assign_elements, [part, places, value])
    return x


@op(composite, cases=("A(3, 4), (I(2, low=-3, high=2),), A(4)", "A(3), (B(3),), A()"))
def index_put(x: Array, indices: Data, values: Array, accumulate: Flag = False):
    """A copy of x with `values` at a tuple of index tensors, or with them added there.

    >>> index_put([1, 2, 3], (tensor([0, 2]),), tensor(9))
    tensor([9, 2, 9])
    """
    return index_put_(x.clone(), indices, values, accumulate)


@op(
    indexing,
    in_place=True,
    cases=("A(3, 4), B(3, 4), A(12)", "A(3, 4), B(4), A(3, 5)", "A(4), B(3, 1), A(3, 4)"),
)
def masked_scatter(x: Array, mask: Array, source: Array):
    """x with the places where the mask holds taken, in row order, from the elements of `source`.

    >>> masked_scatter([0, 0, 0], [True, False, True], [1, 2, 3])
    tensor([1, 0, 2])
    """
    if mask.dtype != np.bool_:
        raise DTypeError(
            "masked_scatter_ only supports boolean masks, but got mask with dtype "
            f"{dtypes.of(mask).label}",
            blame={"mask": describe(mask)},
            helps=["{mask} != 0"],
        )
    if x.dtype != source.dtype:
        raise DTypeError(
            "masked_scatter: expected self and source to have same dtypes but got"
            f"{dtypes.of(x).label} and {dtypes.of(source).label}",
            blame={"x": describe(x), "source": describe(source)},
        )
    shape = broadcast_shape([mask, x], masked_scatter, (1, 0))
    mask, out = np.broadcast_to(mask, shape), np.array(np.broadcast_to(x, shape))
    n = np.count_nonzero(mask)
    if n > source.size:
        raise ShapeError(
            "Number of elements of source < number of ones in mask",
            blame={"mask": f"{n} are True", "source": describe(source)},
        )
    out[mask] = source.reshape(-1)[:n]
    return out


def _masked_source(g, mask, source_shape):
    """g where the mask holds, at the beginning of zeros of the source's shape."""
    mask = np.broadcast_to(scatter.array_in(mask), g.shape)
    taken = brackets.take_elements(g, (mask,))
    flat = brackets.put_view(taken, (slice(taken.shape[0]),), (count(source_shape),))
    return layout.reshape(flat, source_shape)


masked_scatter.vjp(
    x=lambda g, mask: choice.masked_fill(g, mask, 0),
    source=_masked_source,
)


def _check_slice(src: Array, part: Array) -> None:
    """Raise ShapeError unless `src` has the shape of the part it replaces."""
    if src.shape != part.shape:
        raise ShapeError(
            "expected src to have a size equal to the slice of self. src size = "
            f"{list(src.shape)}, slice size = {list(part.shape)}",
            blame={"src": describe(src)},
        )


def _replaced(x: Array, src: Array, part_of) -> Array:
    """A copy of x in which the view that `part_of` takes is `src`."""
    out = x.copy()
    part = part_of(out)
    _check_slice(src, part)
    part[...] = dtypes.cast(src, dtypes.of(x))
    return out


def _nothing(shape) -> Array:
    """Zeros of a shape that fit into any float dtype."""
    return np.zeros(shape, np.float16)


@op(indexing, cases=("A(3, 4), A(4), 0, 1", "A(3, 4), A(3), -1, -2", "A(3), A(), 0, 0"))
def select_scatter(x: Array, src: Array, dim: Axis, index: Int):
    """A copy of x in which one slice along `dim` is `src`.

    >>> select_scatter([[1, 2], [3, 4]], [8, 9], 0, 1)
    tensor([[1, 2],
            [8, 9]])
    """
    return _replaced(x, src, lambda out: layout.select.forward(out, dim, index))


select_scatter.vjp(
    x=lambda g, src_shape, dim, index: select_scatter(g, _nothing(src_shape), dim, index),
    src=lambda g, dim, index: layout.select(g, dim, index),
)


@op(
    indexing,
    cases=("A(3, 4), A(2, 4), 0, 1", "A(3, 4), A(3, 2), 1, 0, 4, 2", "A(3, 4), A(3, 1), -1, -1"),
)
def slice_scatter(
    x: Array,
    src: Array,
    dim: Axis = 0,
    start: Int | None = None,
    end: Int | None = None,
    step: Int = 1,
):
    """A copy of x in which x[start:end:step] along `dim` is `src`.

    >>> slice_scatter([1, 2, 3, 4], [8, 9], 0, 1, 3)
    tensor([1, 8, 9, 4])
    """
    if step <= 0:
        raise IndexFault("slice step must be positive", blame={"step": ""})
    return _replaced(x, src, lambda out: out[_span(dim, start, end, step)])


def _span(dim: int, start, end, step: int):
    return (*(slice(None),) * dim, slice(start, end, step))


slice_scatter.vjp(
    x=lambda g, src_shape, dim, start, end, step: slice_scatter(
        g, _nothing(src_shape), dim, start, end, step
    ),
    src=lambda g, dim, start, end, step: brackets.take_view(g, _span(dim, start, end, step)),
)


@op(indexing, cases=("A(3, 4), A(3)", "A(3, 4), A(3), 1", "A(2, 3, 4), A(3, 2), 0, 0, 2"))
def diagonal_scatter(x: Array, src: Array, offset: Int = 0, dim1: Axis = 0, dim2: Axis = 1):
    """A copy of x in which a diagonal is `src`.

    >>> diagonal_scatter([[1, 2], [3, 4]], [8, 9])
    tensor([[8, 2],
            [3, 9]])
    """
    return _replaced(x, src, lambda out: diagonals.diagonal.forward(out, offset, dim1, dim2))


diagonal_scatter.vjp(
    x=lambda g, src_shape, offset, dim1, dim2: diagonal_scatter(
        g, _nothing(src_shape), offset, dim1, dim2
    ),
    src=lambda g, offset, dim1, dim2: diagonals.diagonal(g, offset, dim1, dim2),
)
