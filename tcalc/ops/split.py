"""Taking tensors apart: into pieces of a dimension, all of them views."""

from __future__ import annotations

import builtins
from itertools import accumulate

from tcalc import limits
from tcalc.core import dtypes
from tcalc.core.families import composite
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, Data, Int, normalise_axis
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError, ShapeError
from tcalc.ops import layout


@op(
    composite,
    aliases=("split_with_sizes", "unsafe_split"),
    cases=("A(7, 2), 3", "A(6, 2), [1, 2, 3]", "A(2, 5), 2, 1"),
)
def split(x: Array, split_size_or_sections: Data, dim: Axis = 0):
    """Pieces along `dim`, views: of one size (the last may be smaller), or of the sizes in a list.

    >>> split(arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    dim, n = _length(x, dim, "split")
    wanted = split_size_or_sections
    if isinstance(wanted, int):
        sizes = _equal_sizes(n, wanted)
    else:
        sizes = [int(size) for size in wanted]
        if any(size < 0 for size in sizes):
            raise ArgumentFault(
                "split_with_sizes expects split_sizes have only non-negative entries, but got "
                f"split_sizes={sizes}",
                blame={"split_size_or_sections": ""},
            )
        if builtins.sum(sizes) != n:
            raise ArgumentFault(
                "split_with_sizes expects split_sizes to sum exactly to "
                f"{n} (input tensor's size at dimension {dim}), but got split_sizes={sizes}",
                blame={"split_size_or_sections": ""},
            )
    starts = accumulate(sizes, initial=0)
    _few_enough(len(sizes))
    return tuple(layout.narrow(x, dim, at, size) for at, size in zip(starts, sizes, strict=False))


def _length(x: Tensor, dim: int, name: str) -> tuple[int, int]:
    """`dim` counted from 0 and the size there. Raises ShapeError for a 0-d tensor."""
    if x.ndim == 0:
        raise ShapeError(f"{name} expects at least a 1-dimensional tensor", blame={"x": ""})
    dim = normalise_axis(dim, x.ndim)
    return dim, x.shape[dim]


def _equal_sizes(n: int, size: int) -> list[int]:
    """n shared out in pieces of `size`, the last of which may be smaller."""
    if size < 0:
        raise ArgumentFault(
            f"split expects split_size be non-negative, but got split_size={size}",
            blame={"split_size_or_sections": ""},
        )
    if size == 0 < n:
        raise ArgumentFault(
            f"split_size can only be 0 if dimension size is 0, but got dimension size of {n}",
            blame={"split_size_or_sections": ""},
        )
    _few_enough(n // max(size, 1))
    return [min(size, n - at) for at in range(0, n, max(size, 1))] or [0]


@op(composite, aliases=("unsafe_chunk",), cases=("A(7, 2), 3", "A(2, 4), 2, 1"))
def chunk(x: Array, chunks: Int, dim: Axis = 0):
    """At most `chunks` pieces of equal size along `dim`, views; the last may be smaller.

    >>> chunk(arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    if chunks <= 0:
        raise ArgumentFault(
            f"chunk expects `chunks` to be greater than 0, got: {chunks}", blame={"chunks": ""}
        )
    dim, n = _length(x, dim, "chunk")
    if n == 0:
        _few_enough(chunks)
        return tuple(layout.narrow(x, dim, 0, 0) for _ in range(chunks))
    return split(x, -(-n // chunks), dim)


@op(composite, cases=("A(3, 2)", "A(2, 3), 1"))
def unbind(x: Array, dim: Axis = 0):
    """The slices along `dim`, views without that dimension.

    >>> unbind([[1, 2], [3, 4]])
    (tensor([1, 2]), tensor([3, 4]))
    """
    dim = normalise_axis(dim, x.ndim)
    if x.ndim == 0:
        raise ShapeError("Dimension specified as 0 but tensor has no dimensions")
    _few_enough(x.shape[dim])
    return tuple(layout.select(x, dim, i) for i in range(x.shape[dim]))


@op(
    composite,
    cases=("A(7, 2), 3", "A(4, 6), (1, 3), 1", "A(5), [2, 9]", "A(6, 2), indices=(1,)"),
)
def tensor_split(
    x: Array,
    indices_or_sections: Data = None,
    dim: Axis = 0,
    *,
    indices: Data = None,
    sections: Data = None,
):
    """Pieces along `dim`, views: a number of them as equal as can be, or cut at the given places.

    >>> tensor_split(arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    wanted = next((v for v in (indices_or_sections, indices, sections) if v is not None), None)
    dim, n = _length_of_split(x, dim)
    if isinstance(wanted, Tensor):
        if wanted.dtype is not dtypes.int64:
            raise DTypeError(
                "tensor_split expected tensor_indices_or_sections to have dtype of long, but got "
                f"{wanted.dtype.label}",
                blame={"indices_or_sections": describe(wanted)},
            )
        wanted = wanted.tolist()
    if not isinstance(wanted, int | list | tuple):
        raise ArgumentFault(
            "tensor_split(): indices_or_sections must be an int or a list of ints",
            blame={} if wanted is None else {"indices_or_sections": type(wanted).__name__},
        )
    cuts = list(map(int, wanted)) if isinstance(wanted, list | tuple) else _even(n, int(wanted))
    ends = [builtins.min(cut + n if cut < 0 else cut, n) for cut in cuts]
    spans = zip([0, *ends], [*ends, n], strict=True)
    return tuple(
        layout.narrow(x, dim, builtins.max(start, 0), builtins.max(end - builtins.max(start, 0), 0))
        for start, end in spans
    )


def _length_of_split(x: Tensor, dim: int) -> tuple[int, int]:
    if x.ndim == 0:
        raise ShapeError(
            "tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims",
            blame={"x": ""},
        )
    return _length(x, dim, "tensor_split")


_PIECE = 500  # bytes that a tensor takes beside its elements


def _few_enough(pieces: int) -> None:
    """Raise LimitError if there is no room for so many views."""
    limits.check_bytes(pieces * _PIECE, f"a tuple of {pieces} pieces")


def _even(n: int, sections: int) -> list[int]:
    """Where to cut n elements into `sections` pieces, the first of which have one more."""
    if sections <= 0:
        raise ArgumentFault(
            f"number of sections must be larger than 0, got {sections}",
            blame={"indices_or_sections": ""},
        )
    _few_enough(sections)
    size, longer = divmod(n, sections)
    return [size * i + builtins.min(i, longer) for i in range(1, sections)]


def _along(x: Tensor, wanted, dim: int, name: str, least: int):
    """tensor_split along a fixed dimension; a number of sections must divide its size."""
    if x.ndim < least:
        raise ShapeError(
            f"torch.{name} requires a tensor with at least {least} dimension, but got a tensor "
            f"with {x.ndim} dimensions!",
            blame={"x": describe(x)},
        )
    if isinstance(wanted, int) and (wanted == 0 or x.shape[dim] % wanted):
        raise ShapeError(
            f"torch.{name} attempted to split along dimension {dim}, but the size of the dimension "
            f"{x.shape[dim]} is not divisible by the split_size {wanted}!",
            blame={"x": describe(x), "indices_or_sections": ""},
        )
    return tensor_split(x, wanted, dim)


@op(composite, cases=("A(3, 4), 2", "A(6), (1, 4)"))
def hsplit(x: Array, indices_or_sections: Data):
    """Pieces side by side: along dimension 1, or 0 of a vector.

    >>> hsplit(arange(4), 2)
    (tensor([0, 1]), tensor([2, 3]))
    """
    return _along(x, indices_or_sections, 0 if x.ndim == 1 else 1, "hsplit", 1)


@op(composite, cases=("A(4, 2), 2", "A(3, 2), (1,)"))
def vsplit(x: Array, indices_or_sections: Data):
    """Pieces one above another: along dimension 0.

    >>> vsplit(tensor([[1, 2], [3, 4]]), 2)
    (tensor([[1, 2]]), tensor([[3, 4]]))
    """
    return _along(x, indices_or_sections, 0, "vsplit", 2)


@op(composite, cases=("A(2, 3, 4), 2", "A(2, 2, 3), (1,)"))
def dsplit(x: Array, indices_or_sections: Data):
    """Pieces one behind another: along dimension 2.

    >>> dsplit(zeros(2, 2, 4), 2)[0].shape
    torch.Size([2, 2, 2])
    """
    return _along(x, indices_or_sections, 2, "dsplit", 3)
