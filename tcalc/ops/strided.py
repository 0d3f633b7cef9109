"""Views by strides: any walk through a tensor's memory, and windows that slide over it."""

from __future__ import annotations

import builtins

import numpy as np

from tcalc.core import memory
from tcalc.core.families import composite, shape, view
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, Data, Int, Ints
from tcalc.core.tensor import describe
from tcalc.errors import ArgumentFault, RuntimeFault, ShapeError
from tcalc.ops import gather


@op(
    composite,
    cases=("A(3, 4), (2, 2), (1, 2)", "A(3, 4), (2, 3), (4, 1), 1", "A(6), (4, 3), (1, 1)"),
)
def as_strided(x: Array, size: Ints, stride: Ints, storage_offset: Int | None = None):
    """A view of the memory that x lies in: of any sizes, with any steps, from any element on.

    >>> as_strided(arange(6), (2, 3), (1, 2))
    tensor([[0, 2, 4],
            [1, 3, 5]])
    """
    sizes, steps = (v if isinstance(v, tuple) else (v,) for v in (size, stride))
    array = x.array
    start = memory.offset(array) if storage_offset is None else storage_offset
    if len(sizes) != len(steps):
        raise ArgumentFault(
            "mismatch in length of strides and shape", blame={"size": "", "stride": ""}
        )
    if any(step < 0 for step in steps):
        raise ArgumentFault(
            "as_strided: Negative strides are not supported at the moment, got strides: "
            f"{list(steps)}",
            blame={"stride": ""},
        )
    if start < 0:
        raise ArgumentFault(f"Tensor: invalid storage offset {start}", blame={"storage_offset": ""})
    if any(n < 0 for n in sizes):
        raise ArgumentFault(
            f"Storage size calculation overflowed with sizes={list(sizes)} and "
            f"strides={list(steps)}",
            blame={"size": ""},
        )
    needed = 1 + start + sum((n - 1) * step for n, step in zip(sizes, steps, strict=True))
    held = memory.owner(array).nbytes
    if 0 not in sizes and needed * array.itemsize > held:
        raise RuntimeFault(
            f"setStorage: sizes {list(sizes)}, strides {list(steps)}, storage offset {start}, and "
            f"itemsize {array.itemsize} requiring a storage size of {needed * array.itemsize} are "
            f"out of bounds for storage of size {held}",
            blame={"x": describe(x)},
        )
    return _walk(x, (sizes, steps, start), (memory.strides(array), memory.offset(array)))


@op(view, name="_as_strided", bare=False, method=False, node="AsStridedBackward0")
def _walk(x: Array, walk: Data, lies: Data):
    """The elements at (sizes, strides, offset) `walk` of the memory in which x `lies`.

    An array that lies otherwise, such as a cotangent, is laid out like that first: a copy, which
    nobody may take for a view.
    """
    sizes, steps, start = walk
    if (memory.strides(x), memory.offset(x)) == lies:
        return memory.strided(x, sizes, steps, start)
    own, out = _positions((x.shape, *lies)), _positions(walk)
    line = np.zeros(builtins.max(own.max(initial=0), out.max(initial=0)) + 1, x.dtype)
    line[own] = x
    result = line[out]
    result.flags.writeable = False
    return result


def _positions(walk) -> Array:
    """Where in memory the elements of a walk are."""
    sizes, steps, start = walk
    places = np.full(sizes, start)
    for axis, (n, step) in enumerate(zip(sizes, steps, strict=True)):
        places += (np.arange(n) * step).reshape((n,) + (1,) * (len(sizes) - axis - 1))
    return places


def _walk_back(g, x_shape, walk, lies):
    """Add g up where the walk went, and read what lies where x does."""
    own, out = _positions((x_shape, *lies)), _positions(walk)
    n = builtins.max(own.max(initial=0), out.max(initial=0)) + 1
    shared = np.bincount(own.reshape(-1), minlength=1)[own]  # elements of x in one place
    line = gather._untake(g, out, (n,))
    read = gather.take(line, own)
    return read if (shared == 1).all() else read / shared


_walk.vjp(x=_walk_back)


@op(
    view,
    bare=False,
    cases=("A(5), 0, 3, 1", "A(3, 4), 1, 2, 2", "A(5, 2), 0, 2, 1", "A(), 0, 1, 1"),
)
def unfold(x: Array, dim: Axis, size: Int, step: Int):
    """Windows of `size` along `dim`, one every `step`, in a new last dimension; a view.

    >>> arange(5).unfold(0, 3, 1)
    tensor([[0, 1, 2],
            [1, 2, 3],
            [2, 3, 4]])
    """
    n = x.shape[dim] if x.ndim else 1
    if size < 0:
        raise ArgumentFault(f"size is {size} but must be >= 0", blame={"size": ""})
    if size > n:
        raise ShapeError(
            f"maximum size for tensor at dimension {dim} is {n} but size is {size}",
            blame={"x": describe(x), "size": ""},
        )
    if step <= 0:
        raise ArgumentFault(f"step is {step} but must be > 0", blame={"step": ""})
    if x.ndim == 0:
        return x.reshape(1)[:size]
    sizes, strides = [*x.shape, size], [*x.strides, x.strides[dim]]
    sizes[dim] = (n - size) // step + 1
    strides[dim] *= step
    return memory.spread(x, tuple(sizes), tuple(strides))


@op(shape, name="_fold", bare=False, method=False, node="UnfoldBackwardBackward0")
def _fold(x: Array, shape: Data, dim: Axis, size: Int, step: Int):
    """Zeros of `shape` with each window of x added to where it came from."""
    out = np.zeros(shape, x.dtype)
    if not shape:
        return out + x.sum(dtype=x.dtype)
    n = x.shape[dim]
    for i in range(size):
        out[(*(slice(None),) * dim, slice(i, i + step * (n - 1) + 1, step))] += x[..., i]
    return out


unfold.vjp(x=lambda g, x_shape, dim, size, step: _fold(g, x_shape, dim, size, step))
_fold.vjp(x=lambda g, dim, size, step: unfold(g, dim, size, step))
