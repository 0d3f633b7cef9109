"""Joining tensors and repeating them. What takes them apart is in split.py."""

from __future__ import annotations

import numpy as np

from tcalc import limits
from tcalc.core.families import composite, join
from tcalc.core.op import op
from tcalc.core.params import Array, Arrays, Axis, Data, Int, NewAxis
from tcalc.core.tensor import count, describe
from tcalc.errors import ArgumentFault, ShapeError
from tcalc.ops import layout, shapes


def _check_sizes(arrays: list[Array], dim: int) -> None:
    first = arrays[0]
    for i, other in enumerate(arrays):
        if other.ndim != first.ndim:
            raise ShapeError(
                f"Tensors must have same number of dimensions: got {first.ndim} and {other.ndim}",
                blame={"tensors[0]": describe(first), f"tensors[{i}]": describe(other)},
            )
        for axis, (n, m) in enumerate(zip(first.shape, other.shape, strict=True)):
            if n != m and axis != dim:
                raise ShapeError(
                    f"Sizes of tensors must match except in dimension {dim}. Expected size {n} but "
                    f"got size {m} for tensor number {i} in the list.",
                    blame={"tensors[0]": describe(first), f"tensors[{i}]": describe(other)},
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
            blame={f"tensors[{at}]": describe(tensors[at])},
            notes=["there is no dimension to join single numbers along; stack makes one"],
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
                blame={"tensors[0]": describe(tensors[0]), f"tensors[{i}]": describe(other)},
                notes=[
                    "stack adds a dimension to tensors of one shape; cat joins along one of theirs"
                ],
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
    _refuse_none(tensors, "hstack")
    wide = [shapes.atleast_1d(x) for x in tensors]
    return cat(wide, 0 if wide[0].ndim == 1 else 1)


def _refuse_none(tensors: Arrays, name: str) -> None:
    if not tensors:
        raise ArgumentFault(f"{name} expects a non-empty TensorList")


@op(composite, aliases=("row_stack",), cases=("[A(3), A(3)]", "[A(2, 3), A(1, 3)]"))
def vstack(tensors: Arrays):
    """The tensors one above another; a vector is a row.

    >>> vstack(([1, 2], [3, 4]))
    tensor([[1, 2],
            [3, 4]])
    """
    _refuse_none(tensors, "vstack")
    return cat([shapes.atleast_2d(x) for x in tensors], 0)


@op(composite, cases=("[A(3), A(3)]", "[A(3), A(3, 2)]"))
def column_stack(tensors: Arrays):
    """The tensors side by side; a vector is a column.

    >>> column_stack(([1, 2], [3, 4]))
    tensor([[1, 3],
            [2, 4]])
    """
    _refuse_none(tensors, "column_stack")
    return hstack([x.reshape(-1, 1) if x.ndim < 2 else x for x in tensors])


@op(composite, cases=("[A(3), A(3)]", "[A(2, 3), A(2, 3)]", "[A(), A()]"))
def dstack(tensors: Arrays):
    """The tensors one behind another: along dimension 2; a vector or matrix gets what it lacks.

    >>> dstack(([1, 2], [3, 4])).shape
    torch.Size([1, 2, 2])
    """
    _refuse_none(tensors, "dstack")
    return cat([shapes.atleast_3d(x) for x in tensors], 2)


@op(join, node="RepeatBackward0", bare=False, name="_tile")
def _tile(tensors: Arrays, repeats: Data):
    """One tensor, padded with leading dimensions of size 1, repeated along each dimension."""
    sizes = (1,) * (len(repeats) - tensors[0].ndim) + tensors[0].shape
    wide = tuple(n * m for n, m in zip(repeats, sizes, strict=True))
    if any(n < 0 for n in wide):
        bad = next(n for n in wide if n < 0)
        raise ArgumentFault(
            f"Trying to create tensor with negative dimension {bad}: {list(wide)}",
            blame={"repeats": ""},
        )
    limits.check_bytes(count(wide) * tensors[0].itemsize, "the result of repeat")
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


@op(composite, cases=("A(3), 2", "A(2, 3), 2, 1", "A(3), (2, 2)"))
def repeat(x: Array, *repeats: Int):
    """x repeated along each dimension, like tiles; or along new axes, as an einops pattern says.

    >>> tensor([1, 2]).repeat(2, 2)
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    >>> repeat(tensor([1, 2]), "a -> a k", k=3)
    tensor([[1, 1, 1],
            [2, 2, 2]])
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
