"""Joining tensors and taking them apart."""

from __future__ import annotations

import builtins

import numpy as np

from tcalc.core.families import composite, join
from tcalc.core.op import op
from tcalc.core.params import Array, Arrays, Axis, Data, Int, NewAxis, normalise_axis
from tcalc.core.tensor import describe
from tcalc.errors import ArgumentFault, ShapeError
from tcalc.ops import layout


def _check_sizes(arrays: list[Array], dim: int) -> None:
    first = arrays[0]
    for i, other in enumerate(arrays):
        if other.ndim != first.ndim:
            raise ShapeError(
                f"Tensors must have same number of dimensions: got {first.ndim} and {other.ndim}",
                blame={"tensors": ""},
                notes=[f"tensor 0 is {describe(first)}, tensor {i} is {describe(other)}"],
            )
        for axis, (n, m) in enumerate(zip(first.shape, other.shape, strict=True)):
            if n != m and axis != dim:
                raise ShapeError(
                    f"Sizes of tensors must match except in dimension {dim}. Expected size {n} but "
                    f"got size {m} for tensor number {i} in the list.",
                    blame={"tensors": ""},
                    notes=[f"tensor 0 is {describe(first)}, tensor {i} is {describe(other)}"],
                )


@op(
    join,
    aliases=("concat", "concatenate"),
    cases=("[A(2, 3), A(1, 3)], 0", "(A(2, 3), A(2, 1)), -1", "[A(0), A(2)]"),
)
def cat(tensors: Arrays, dim: Axis = 0):
    """The tensors one after another along `dim`; their other sizes must agree.

    >>> cat(([[1, 2]], [[3, 4]]), dim=0)
    tensor([[1, 2],
            [3, 4]])
    """
    if not tensors:
        raise ArgumentFault("torch.cat(): expected a non-empty list of Tensors")
    kept = [a for a in tensors if a.shape != (0,)] or tensors
    if any(a.ndim == 0 for a in kept):
        at = next(i for i, a in enumerate(tensors) if a.ndim == 0)
        raise ShapeError(
            f"zero-dimensional tensor (at position {at}) cannot be concatenated",
            blame={"tensors": ""},
            helps=["stack(...) joins along a new dimension"],
        )
    _check_sizes(kept, dim)
    return np.concatenate(kept, axis=dim)


def _cut(g, tensors_shapes, dim):
    """The pieces of g that belong to each tensor."""
    pieces, start = [], 0
    for shape in tensors_shapes:
        if shape == (0,) and g.ndim != 1:
            pieces.append(np.zeros(0, g.dtype))
            continue
        pieces.append(layout.narrow(g, dim, start, shape[dim]))
        start += shape[dim]
    return pieces


cat.vjp(tensors=lambda g, tensors_shape, dim: _cut(g, tensors_shape, dim))


@op(join, cases=("[A(2, 3), A(2, 3)], 1", "[A(3), A(3)]", "[A(), A()], -1"))
def stack(tensors: Arrays, dim: NewAxis = 0):
    """The tensors, all of one shape, along a new dimension.

    >>> stack([[1, 2], [3, 4]], dim=1)
    tensor([[1, 3],
            [2, 4]])
    """
    if not tensors:
        raise ArgumentFault("stack expects a non-empty TensorList")
    for i, other in enumerate(tensors):
        if other.shape != tensors[0].shape:
            raise ShapeError(
                f"stack expects each tensor to be equal size, but got {list(tensors[0].shape)} at "
                f"entry 0 and {list(other.shape)} at entry {i}",
                blame={"tensors": ""},
            )
    return np.stack(tensors, axis=dim)


stack.vjp(
    tensors=lambda g, tensors_shape, dim: [
        layout.squeeze(layout.narrow(g, dim, i, 1), dim) for i in range(len(tensors_shape))
    ]
)


@op(composite, cases=("[A(3), A(4)]", "[A(2, 3), A(2, 1)]"))
def hstack(tensors: Arrays):
    """The tensors side by side: along dimension 1, or 0 for vectors.

    >>> hstack(([1, 2], [3]))
    tensor([1, 2, 3])
    """
    wide = [t.reshape(1) if t.ndim == 0 else t for t in tensors]
    return cat(wide, 0 if wide and wide[0].ndim == 1 else 1)


@op(composite, aliases=("row_stack",), cases=("[A(3), A(3)]", "[A(2, 3), A(1, 3)]"))
def vstack(tensors: Arrays):
    """The tensors one above another; a vector is a row.

    >>> vstack(([1, 2], [3, 4]))
    tensor([[1, 2],
            [3, 4]])
    """
    return cat([t.reshape(1, -1) if t.ndim < 2 else t for t in tensors], 0)


@op(composite, cases=("[A(3), A(3)]", "[A(3), A(3, 2)]"))
def column_stack(tensors: Arrays):
    """The tensors side by side; a vector is a column.

    >>> column_stack(([1, 2], [3, 4]))
    tensor([[1, 3],
            [2, 4]])
    """
    return hstack([t.reshape(-1, 1) if t.ndim < 2 else t for t in tensors])


@op(composite, cases=("A(7, 2), 3", "A(6, 2), [1, 2, 3]", "A(2, 5), 2, 1"))
def split(x: Array, split_size_or_sections: Data, dim: Axis = 0):
    """Pieces along `dim`, views: of one size (the last may be smaller), or of the sizes in a list.

    >>> split(arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    dim = normalise_axis(dim, x.ndim)
    n = x.shape[dim]
    wanted = split_size_or_sections
    if isinstance(wanted, int):
        if wanted <= 0:
            raise ArgumentFault(
                f"split expects split_size be positive, but got split_size={wanted}",
                blame={"split_size_or_sections": ""},
            )
        sizes = [min(wanted, n - at) for at in range(0, n, wanted)] or [0]
    else:
        sizes = [int(size) for size in wanted]
        if builtins.sum(sizes) != n:
            raise ArgumentFault(
                "split_with_sizes expects split_sizes to sum exactly to "
                f"{n} (input tensor's size at dimension {dim}), but got split_sizes={sizes}",
                blame={"split_size_or_sections": ""},
            )
    starts = [builtins.sum(sizes[:i]) for i in range(len(sizes))]
    return tuple(layout.narrow(x, dim, at, size) for at, size in zip(starts, sizes, strict=True))


@op(composite, cases=("A(7, 2), 3", "A(2, 4), 2, 1"))
def chunk(x: Array, chunks: Int, dim: Axis = 0):
    """At most `chunks` pieces of equal size along `dim`, views; the last may be smaller.

    >>> chunk(arange(5), 2)
    (tensor([0, 1, 2]), tensor([3, 4]))
    """
    if chunks <= 0:
        raise ArgumentFault(
            f"chunk expects `chunks` to be greater than 0, got: {chunks}", blame={"chunks": ""}
        )
    n = x.shape[normalise_axis(dim, x.ndim)]
    return split(x, max(1, -(-n // chunks)), dim)


@op(composite, cases=("A(3, 2)", "A(2, 3), 1"))
def unbind(x: Array, dim: Axis = 0):
    """The slices along `dim`, views without that dimension.

    >>> unbind([[1, 2], [3, 4]])
    (tensor([1, 2]), tensor([3, 4]))
    """
    dim = normalise_axis(dim, x.ndim)
    if x.ndim == 0:
        raise ShapeError("Dimension specified as 0 but tensor has no dimensions")
    before = (builtins.slice(None),) * dim
    return tuple(x[(*before, i)] for i in range(x.shape[dim]))


@op(join, node="RepeatBackward0", bare=False, name="_tile")
def _tile(tensors: Arrays, repeats: Data):
    """One tensor, padded with leading dimensions of size 1, repeated along each dimension."""
    return np.tile(tensors[0], repeats)


def _untile(g, tensors_shape, repeats):
    (shape,) = tensors_shape
    shape = (1,) * (len(repeats) - len(shape)) + shape
    pairs = [n for pair in zip(repeats, shape, strict=True) for n in pair]
    folded = layout.sum_to_size(
        layout.reshape(g, tuple(pairs)), tuple(n if i % 2 else 1 for i, n in enumerate(pairs))
    )
    return [layout.reshape(folded, tensors_shape[0])]


_tile.vjp(tensors=_untile)


@op(composite, bare=False, cases=("A(3), 2", "A(2, 3), 2, 1", "A(3), (2, 2)"))
def repeat(x: Array, *repeats: Int):
    """x repeated along each dimension, like tiles; a copy.

    >>> tensor([1, 2]).repeat(2, 2)
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    if len(repeats) < x.ndim:
        raise ShapeError(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of "
            "tensor",
            blame={"x": describe(x), "repeats": ""},
        )
    return _tile([x], repeats)


@op(composite, cases=("A(3), 2", "A(2, 3), 2", "A(2, 3), (2, 1, 1)"))
def tile(x: Array, *dims: Int):
    """x repeated like tiles; missing counts are 1.

    >>> tile([1, 2], 2)
    tensor([1, 2, 1, 2])
    """
    return _tile([x], (1,) * (x.ndim - len(dims)) + dims)
