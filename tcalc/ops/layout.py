"""Shapes and views: the same elements under another shape, in the same memory where it can be."""

from __future__ import annotations

import builtins

import numpy as np

from tcalc.core import backward, memory
from tcalc.core.families import check_stretched, join_shapes, shape, view
from tcalc.core.op import op
from tcalc.core.params import (
    Array,
    Axes,
    Axis,
    Data,
    Int,
    NewAxis,
    normalise_axis,
)
from tcalc.core.tensor import count, describe
from tcalc.errors import ArgumentFault, IndexFault, ShapeError


def inferred(sizes: tuple[int, ...], total: int) -> tuple[int, ...]:
    """`sizes` with a -1 replaced by what makes `total` elements. Raises ShapeError if none."""
    if count(sizes) == total and builtins.min(sizes, default=0) >= 0:
        return sizes
    known = count(tuple(n for n in sizes if n != -1))
    if sizes.count(-1) > 1:
        raise ShapeError(
            "only one dimension can be inferred",
            blame={"shape": ""},
            notes=["-1 stands for what the other sizes leave"],
        )
    if any(n < -1 for n in sizes):
        bad = next(n for n in sizes if n < -1)
        raise ShapeError(f"invalid shape dimension {bad}", blame={"shape": ""})
    if -1 in sizes and known == total == 0:
        raise ShapeError(
            f"cannot reshape tensor of 0 elements into shape {list(sizes)} because the unspecified "
            "dimension size -1 can be any value and is ambiguous",
            blame={"shape": ""},
        )
    fits = total == known if -1 not in sizes else known != 0 and total % known == 0
    if not fits:
        raise ShapeError(
            f"shape '{list(sizes)}' is invalid for input of size {total}",
            blame={"x": "", "shape": ""},
            notes=[_why(sizes, total, known)],
        )
    return tuple(total // known if n == -1 else n for n in sizes)


def _why(sizes: tuple[int, ...], total: int, known: int) -> str:
    if -1 in sizes:
        return f"{total} elements cannot be shared out in groups of {known}"
    return f"{list(sizes)} holds {known} elements, the tensor has {total}"


@op(view, node="ViewBackward0", cases=("A(3, 4), 2, 6", "A(3, 4), (-1,)", "A(6), (2, 3)"))
def reshape(x: Array, *shape: Int):
    """The elements in row order under another shape; one size may be -1, to be worked out.

    >>> arange(6).reshape(2, -1)
    tensor([[0, 1, 2],
            [3, 4, 5]])
    """
    sizes = inferred(shape, x.size)
    check_stretched(x, "the copy that reshape makes")
    return x.reshape(sizes)


reshape.vjp(x=lambda g, x_shape: g.reshape(x_shape))


@op(view, name="view", bare=False, cases=("A(3, 4), 2, 6", "A(3, 4), -1"))
def view_as_shape(x: Array, *shape: Int):
    """Like reshape, but never copies: an error where strides forbid.

    >>> arange(4).view(2, 2)
    tensor([[0, 1],
            [2, 3]])
    """
    sizes = inferred(shape, x.size)
    check_stretched(x, "the copy that view must not make")
    result = x.reshape(sizes)
    if x.size and not np.may_share_memory(result, x):
        raise ShapeError(
            "view size is not compatible with input tensor's size and stride (at least one "
            "dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
            blame={"x": describe(x)},
            notes=["a view shares memory; these elements lie in another order in it"],
        )
    return result


view_as_shape.vjp(x=lambda g, x_shape: g.reshape(x_shape))


@op(view, bare=False, cases=("A(6), A(2, 3)",))
def view_as(x: Array, other: Array):
    """x viewed with the shape of `other`.

    >>> arange(4).view_as(zeros(2, 2))
    tensor([[0, 1],
            [2, 3]])
    """
    return x.reshape(inferred(other.shape, x.size))


view_as.vjp(x=lambda g, x_shape: g.reshape(x_shape))


@op(view, node="ViewBackward0", bare=False, cases=("A(6), A(2, 3)",))
def reshape_as(x: Array, other: Array):
    """x with the shape of `other`.

    >>> arange(4).reshape_as(zeros(2, 2))
    tensor([[0, 1],
            [2, 3]])
    """
    return x.reshape(inferred(other.shape, x.size))


reshape_as.vjp(x=lambda g, x_shape: g.reshape(x_shape))


@op(view, node="ViewBackward0", cases=("A(2, 3, 4)", "A(2, 3, 4), 1", "A(2, 3, 4), 0, 1", "A()"))
def flatten(x: Array, start_dim: Axis = 0, end_dim: Axis = -1):
    """Dimensions from `start_dim` to `end_dim` made one.

    >>> flatten([[1, 2], [3, 4]])
    tensor([1, 2, 3, 4])
    """
    if x.ndim == 0:
        return x.reshape(1)
    if start_dim > end_dim:
        raise IndexFault("flatten() has invalid args: start_dim cannot come after end_dim")
    check_stretched(x, "the copy that flatten makes")
    inner = count(x.shape[start_dim : end_dim + 1])
    return x.reshape(*x.shape[:start_dim], inner, *x.shape[end_dim + 1 :])


flatten.vjp(x=lambda g, x_shape: g.reshape(x_shape))


@op(view, node="ViewBackward0", cases=("A(3, 4)", "A(4, 3).T", "A()"))
def ravel(x: Array):
    """All elements in row order as one dimension.

    >>> ravel([[1, 2], [3, 4]])
    tensor([1, 2, 3, 4])
    """
    check_stretched(x, "the copy that ravel makes")
    return x.reshape(-1)


ravel.vjp(x=lambda g, x_shape: g.reshape(x_shape))


def _squeezed(x: Array, dim: tuple[int, ...]) -> Array:
    return x.reshape(tuple(n for i, n in enumerate(x.shape) if n != 1 or i not in dim))


@op(
    view,
    in_place=True,
    node=lambda dim: f"SqueezeBackward{0 if dim is None else 1 + isinstance(dim, tuple)}",
    cases=("A(3, 1, 4)", "A(3, 1, 4), 1", "A(3, 1, 4), 0", "A()"),
)
def squeeze(x: Array, dim: Axes = None):
    """Without the dimensions of size 1, or without those of `dim` that have size 1.

    >>> zeros(3, 1, 4).squeeze().shape
    torch.Size([3, 4])
    """
    return np.squeeze(x[...], tuple(i for i in dim if x.shape[i] == 1))


squeeze.vjp(x=lambda g, x_shape: g.reshape(x_shape))


@op(view, in_place=True, cases=("A(3, 4), 0", "A(3, 4), -1", "A(), 0"))
def unsqueeze(x: Array, dim: NewAxis):
    """With a new dimension of size 1 at `dim`.

    >>> unsqueeze([1, 2], 0)
    tensor([[1, 2]])
    """
    return x[(slice(None),) * dim + (None,)]


unsqueeze.vjp(x=lambda g, x_shape: g.reshape(x_shape))


@op(
    view,
    in_place=True,
    aliases=("swapaxes", "swapdims"),
    cases=("A(2, 3, 4), 0, 2", "A(3, 4), -1, 0", "A(), 0, 0"),
)
def transpose(x: Array, dim0: Axis, dim1: Axis):
    """x with two dimensions exchanged.

    >>> transpose([[1, 2, 3], [4, 5, 6]], 0, 1)
    tensor([[1, 4],
            [2, 5],
            [3, 6]])
    """
    return x.swapaxes(dim0, dim1) if x.ndim else x[...]


transpose.vjp(x=lambda g, dim0, dim1: transpose(g, dim0, dim1))


@op(view, in_place=True, node="TBackward0", cases=("A(3, 4)", "A(3)", "A()"))
def t(x: Array):
    """The transpose of a matrix; a vector or number stays as it is.

    >>> t([[1, 2], [3, 4]])
    tensor([[1, 3],
            [2, 4]])
    """
    if x.ndim > 2:
        raise ShapeError(
            f"t() expects a tensor with <= 2 dimensions, but self is {x.ndim}D",
            blame={"x": describe(x)},
            helps=["{x}.mT transposes the last two dimensions, {x}.permute(...) any"],
        )
    return x.T


t.vjp(x=lambda g: t(g))


@op(view, attribute=True, bare=False, node="PermuteBackward0", cases=("A(3, 4)", "A(2, 3, 4)"))
def T(x: Array):
    """The tensor with its dimensions in reverse order.

    >>> tensor([[1, 2], [3, 4]]).T
    tensor([[1, 3],
            [2, 4]])
    """
    return x.T


T.vjp(x=lambda g: g.T)


def _matrices(x: Array) -> None:
    if x.ndim == 1:
        raise ShapeError(
            "tensor.mT is only supported on matrices or batches of matrices. Got "
            f"{x.ndim}-D tensor.",
            blame={"x": describe(x)},
        )


@op(
    view,
    attribute=True,
    bare=False,
    node="TransposeBackward0",
    cases=("A(3, 4)", "A(2, 3, 4)", "A()"),
)
def mT(x: Array):
    """The last two dimensions exchanged: the transpose of each matrix of a batch.

    >>> zeros(2, 3, 4).mT.shape
    torch.Size([2, 4, 3])
    """
    _matrices(x)
    return np.swapaxes(x, -1, -2) if x.ndim else x[...]


mT.vjp(x=lambda g: mT(g))


@op(view, cases=("A(2, 3, 4), 2, 0, 1", "A(2, 3, 4), (0, -1, 1)"))
def permute(x: Array, *dims: Int):
    """The dimensions in another order.

    >>> zeros(2, 3, 4).permute(2, 0, 1).shape
    torch.Size([4, 2, 3])
    """
    if len(dims) != x.ndim:
        raise ShapeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the "
            f"length of the desired ordering of dimensions i.e. input.dim() = {x.ndim} is not "
            f"equal to len(dims) = {len(dims)}",
            blame={"x": describe(x), "dims": ""},
            notes=["permute names all dimensions, in their new order"],
        )
    order = tuple(normalise_axis(d, x.ndim) for d in dims)
    if len(set(order)) < len(order):
        raise IndexFault("permute(): duplicate dims are not allowed.", blame={"dims": ""})
    return np.transpose(x, order)


def _inverse(dims: tuple[int, ...]) -> tuple[int, ...]:
    """The order that undoes `dims`."""
    order = [d % len(dims) for d in dims]
    return tuple(order.index(i) for i in range(len(dims)))


permute.vjp(x=lambda g, dims: permute(g, _inverse(dims)) if dims else g)


@op(view, aliases=("moveaxis",), cases=("A(2, 3, 4), 0, 2", "A(2, 3, 4), (0, 1), (1, 2)"))
def movedim(x: Array, source: Axes, destination: Axes):
    """Dimensions `source` moved to the places `destination`; the others keep their order.

    >>> zeros(2, 3, 4).movedim(0, 2).shape
    torch.Size([3, 4, 2])
    """
    if len(source) != len(destination):
        raise ArgumentFault(
            f"movedim: Invalid source or destination dims: source ({list(source)} dims) should "
            f"contain the same number of dims as destination ({list(destination)} dims)",
            blame={"source": "", "destination": ""},
        )
    return np.moveaxis(x, source, destination)


movedim.vjp(x=lambda g, source, destination: movedim(g, destination, source))


def expanded_shape(x: Array, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """`sizes` with each -1 replaced by the size of x. Raises ShapeError if x does not fit."""
    lead = len(sizes) - x.ndim
    if lead < 0:
        raise ShapeError(
            f"expand(torch.FloatTensor{{{list(x.shape)}}}, size={list(sizes)}): the number of "
            f"sizes provided ({len(sizes)}) must be greater or equal to the number of dimensions "
            f"in the tensor ({x.ndim})",
            blame={"x": describe(x)},
        )
    target = []
    for i, wanted in enumerate(sizes):
        old = x.shape[i - lead] if i >= lead else None
        n = old if wanted == -1 and old is not None else wanted
        if wanted == -1 and old is None:
            raise ShapeError(
                "The expanded size of the tensor (-1) isn't allowed in a leading, non-existing "
                f"dimension {i}",
                blame={"x": describe(x), "size": ""},
            )
        if old not in (None, 1, n) or n < 0:
            raise ShapeError(
                f"The expanded size of the tensor ({n}) must match the existing size ({old}) at "
                f"non-singleton dimension {i}.  Target sizes: {list(sizes)}.  Tensor sizes: "
                f"{list(x.shape)}",
                blame={"x": describe(x)},
                notes=["only dimensions of size 1 can be expanded"],
            )
        target.append(n)
    return tuple(target)


@op(
    view,
    aliases=("broadcast_to",),
    node="ExpandBackward0",
    cases=("A(3, 1), 3, 4", "A(4), (3, 4)", "A(3, 1), (-1, 2)"),
)
def expand(x: Array, *size: Int):
    """Dimensions of size 1 stretched, without copying; -1 keeps a size.

    >>> expand([[1], [2]], 2, 3)
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    target = expanded_shape(x, size)
    steps = (0,) * (len(target) - x.ndim) + tuple(
        0 if old == 1 and new != 1 else step
        for old, new, step in zip(x.shape, target[len(target) - x.ndim :], x.strides, strict=True)
    )
    return memory.spread(x, target, steps)


expand.vjp(x=lambda g, x_shape: sum_to_size(g, x_shape))


@op(view, bare=False, node="ExpandBackward0", cases=("A(3, 1), A(3, 4)",))
def expand_as(x: Array, other: Array):
    """x stretched to the shape of `other`, without copying.

    >>> tensor([1, 2]).expand_as(zeros(2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    return expand.forward(x, *other.shape)


expand_as.vjp(x=lambda g, x_shape: sum_to_size(g, x_shape))


@op(shape, bare=False, node="SumBackward1", cases=("A(3, 4), 1, 4", "A(3, 4), (3, 1)"))
def sum_to_size(x: Array, *size: Int):
    """The sum over dimensions, so that `size` is left: what undoes broadcasting.

    >>> ones(3, 4).sum_to_size(1, 4)
    tensor([[3., 3., 3., 3.]])
    """
    if join_shapes(size, x.shape) != x.shape:
        raise ShapeError(
            f"size {{{list(size)}}} is not expandable to size {{{list(x.shape)}}}.",
            blame={"x": describe(x)},
        )
    return np.array(backward.sum_to(x, size))


sum_to_size.vjp(x=lambda g, x_shape: expand(g, x_shape))


@op(view, cases=("A(3, 4), 0, 1", "A(3, 4), -1, -2", "A(3), 0, 0"))
def select(x: Array, dim: Axis, index: Int):
    """One slice along `dim`, a view without that dimension.

    >>> select([[1, 2], [3, 4]], 1, 0)
    tensor([1, 3])
    """
    if x.ndim == 0:
        raise IndexFault("select() cannot be applied to a 0-dim tensor.", blame={"x": ""})
    n = x.shape[dim]
    if not -n <= index < n:
        raise IndexFault(
            f"select(): index {index} out of range for tensor of size {list(x.shape)} at dimension "
            f"{dim}",
            blame={"index": ""},
        )
    return x[(*(builtins.slice(None),) * dim, index, ...)]


select.vjp(x=lambda g, x_shape, dim, index: _unselect(g, x_shape, dim, index))


@op(shape, bare=False, method=False, name="_unselect", node="SelectBackward0")
def _unselect(x: Array, shape: Data, dim: Int, index: Int):
    """Zeros of `shape` with x as one slice along `dim`: the cotangent of select."""
    out = np.zeros(shape, x.dtype)
    out[(*(builtins.slice(None),) * dim, index)] = x
    return out


_unselect.vjp(x=lambda g, dim, index: select(g, dim, index))


@op(view, node="SliceBackward0", cases=("A(5), 0, 1, 3", "A(3, 4), 1, 0, 2"))
def narrow(x: Array, dim: Axis, start: Int, length: Int):
    """`length` elements along `dim` from `start`; a view.

    >>> narrow([1, 2, 3, 4], 0, 1, 2)
    tensor([2, 3])
    """
    if x.ndim == 0:
        raise IndexFault("narrow() cannot be applied to a 0-dim tensor.", blame={"x": ""})
    if length < 0:
        raise ArgumentFault("narrow(): length must be non-negative.", blame={"length": ""})
    n = x.shape[dim]
    if not -n <= start <= n:
        raise IndexFault(
            f"start out of range (expected to be in range of [{-n}, {n}], but got {start})",
            blame={"start": ""},
        )
    begin = start + n if start < 0 else start
    if begin + length > n:
        raise IndexFault(
            f"start ({start}) + length ({length}) exceeds dimension size ({n}).",
            blame={"start": "", "length": ""},
        )
    return x[(builtins.slice(None),) * dim + (builtins.slice(begin, begin + length),)]


narrow.vjp(x=lambda g, x_shape, dim, start, length: _unnarrow(g, x_shape, dim, start))


@op(shape, bare=False, method=False, name="_unnarrow", node="SliceBackward0")
def _unnarrow(x: Array, shape: Data, dim: Int, start: Int):
    """Zeros of `shape` with x along `dim` from `start`: the cotangent of narrow."""
    out = np.zeros(shape, x.dtype)
    out[(builtins.slice(None),) * dim + (builtins.slice(start, start + x.shape[dim]),)] = x
    return out


_unnarrow.vjp(x=lambda g, x_shape, dim, start: narrow(g, dim, start, x_shape[dim]))
