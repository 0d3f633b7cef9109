"""Windows that slide over the last dimensions of a tensor: what convolution and pooling share.

A window has, for each spatial dimension, a size, a stride, a padding on both sides and a dilation:
tuples, in a `Window`. The arrays here are (n, channels, *spatial).
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from tcalc import limits
from tcalc.core import dtypes, memory
from tcalc.core.families import network, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Ints
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, RuntimeFault, ShapeError
from tcalc.ops import layout
from tcalc.ops.create import room

_F = "torch.nn.functional."
Sizes = tuple[int, ...]


class Window(NamedTuple):
    """The geometry of sliding windows."""

    size: Sizes
    stride: Sizes
    padding: Sizes
    dilation: Sizes

    def reach(self) -> Sizes:
        """Elements from a window's first to its last."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.size, self.dilation, strict=True))

    def places(self, spatial: Sizes, ceil: bool = False) -> Sizes:
        """How many windows fit; with `ceil` also those that begin inside but end outside."""
        return tuple(
            _places(n + 2 * p, reach, s, n + p, ceil)
            for n, p, reach, s in zip(spatial, self.padding, self.reach(), self.stride, strict=True)
        )

    def offsets(self) -> Iterator[Sizes]:
        """Where each element of a window lies, from its first."""
        steps = zip(self.size, self.dilation, strict=True)
        return product(*[range(0, k * d, d) for k, d in steps])


def _places(padded: int, reach: int, stride: int, end: int, ceil: bool) -> int:
    room = padded - reach
    found = room // stride + 1
    if ceil and room % stride and found * stride < end:
        found += 1
    return found


def whole(n: Any, name: str, op_name: str) -> int:
    """n, one of the numbers of the argument `name`. Raises ArgumentFault unless it is an int."""
    if isinstance(n, bool) or not isinstance(n, int):
        raise ArgumentFault(
            f"{op_name}(): argument '{name}' must be tuple of ints, not {describe(n)}",
            blame={name: describe(n)},
        )
    return n


def sizes(value: Any, ndim: int, name: str, op_name: str) -> Sizes:
    """A number for all spatial dimensions, or one for each, as a tuple."""
    given = value if isinstance(value, list | tuple) else (value,)
    found = tuple(whole(n, name, op_name) for n in given)
    found = found * ndim if len(found) == 1 else found
    if len(found) != ndim:
        raise ArgumentFault(
            f"{op_name}: {name} must either be a single int, or a tuple of {ndim} ints",
            blame={name: ""},
        )
    return found


def window(size: Any, stride: Any, padding: Any, dilation: Any, ndim: int, name: str) -> Window:
    """A checked window from arguments as users give them; without a stride windows adjoin."""
    made = Window(
        sizes(size, ndim, "kernel_size", name),
        sizes(size if stride in (None, (), []) else stride, ndim, "stride", name),
        sizes(padding, ndim, "padding", name),
        sizes(dilation, ndim, "dilation", name),
    )
    for label, values, least, headline in (
        ("stride", made.stride, 1, "stride should not be zero"),
        ("padding", made.padding, 0, "negative padding is not supported"),
        ("kernel_size", made.size, 1, "kernel size should be greater than zero"),
        ("dilation", made.dilation, 1, "dilation should be greater than zero"),
    ):
        if builtins.min(values, default=1) < least:
            raise RuntimeFault(headline, blame={label: ""})
    return made


def pad_spatial(x: Array, padding: Sizes, fill: float = 0, more: Sizes = ()) -> Array:
    """x with `fill` around its spatial dimensions, and `more` at their ends; x itself if none."""
    more = more or (0,) * len(padding)
    if not any(padding) and not any(more):
        return x
    lead = x.ndim - len(padding)
    inner = zip(x.shape[lead:], padding, more, strict=True)
    shape = (*x.shape[:lead], *(n + 2 * p + m for n, p, m in inner))
    out = np.full(room(shape, dtypes.of(x)), fill, x.dtype)
    out[inside(x.shape[lead:], padding)] = x
    return out


def pad_one(x: Array, axis: int, padding: int, fill: float = 0, more: int = 0) -> Array:
    """x with `fill` around one dimension, and `more` at its end."""
    rest = (0,) * (x.ndim - axis - 1)
    return pad_spatial(x, (padding, *rest), fill, (more, *rest))


def inside(spatial: Sizes, padding: Sizes) -> tuple[Any, ...]:
    """The index of what is not padding."""
    return (..., *(slice(p, p + n) for n, p in zip(spatial, padding, strict=True)))


def strided(offset: Sizes, places: Sizes, stride: Sizes) -> tuple[Any, ...]:
    """The index of one element of every window."""
    parts = zip(offset, places, stride, strict=True)
    return (..., *(slice(o, o + (n - 1) * s + 1, s) for o, n, s in parts))


def windows(x: Array, w: Window, places: Sizes) -> Array:
    """A view (n, channels, *size, *places) of padded x: each window's elements."""
    steps = x.strides[2:]
    within = tuple(d * s for d, s in zip(w.dilation, steps, strict=True))
    across = tuple(n * s for n, s in zip(w.stride, steps, strict=True))
    return memory.spread(
        x, (*x.shape[:2], *w.size, *places), (*x.strides[:2], *within, *across), writeable=False
    )


def columns(x: Array, w: Window) -> Array:
    """The windows of x as columns: (n, channels * elements, places)."""
    places = w.places(x.shape[2:])
    rows = x.shape[1] * count(w.size)
    limits.check_bytes(x.shape[0] * rows * count(places) * x.itemsize, "the windows' elements")
    view = windows(pad_spatial(x, w.padding), w, places)
    return view.reshape(x.shape[0], rows, count(places))


def overlaid(cols: Array, w: Window, spatial: Sizes) -> Array:
    """The columns of windows added up where they lie: what `columns` sent apart."""
    n = cols.shape[0]
    places = w.places(spatial)
    channels = cols.shape[1] // builtins.max(count(w.size), 1)
    parts = cols.reshape(n, channels, count(w.size), *places)
    padded = tuple(m + 2 * p for m, p in zip(spatial, w.padding, strict=True))
    out = np.zeros(room((n, channels, *padded), dtypes.of(cols)), cols.dtype)
    for i, offset in enumerate(w.offsets()):
        out[strided(offset, places, w.stride)] += parts[:, :, i]
    return out[inside(spatial, w.padding)]


@op(
    reduction,
    name="_im2col",
    method=False,
    bare=False,
    node="Im2ColBackward0",
    cases=("A(2, 3, 4, 4), ((2, 2), (1, 2), (1, 0), (1, 2))",),
)
def spread_windows(x: Array, w: Data):
    """The windows of x as columns."""
    return columns(x, Window(*w))


@op(
    reduction,
    name="_col2im",
    method=False,
    bare=False,
    node="Col2ImBackward0",
    cases=("A(2, 12, 15), ((2, 2), (1, 1), (0, 0), (1, 1)), (4, 6)",),
)
def join_windows(x: Array, w: Data, spatial: Data):
    """Columns of windows added up where they lie."""
    return np.ascontiguousarray(overlaid(x, Window(*w), spatial))


spread_windows.vjp(x=lambda g, w, x_shape: join_windows(g, w, x_shape[2:]))
join_windows.vjp(x=lambda g, w: spread_windows(g, w))


def with_batch(x: Tensor, ndim: int, name: str) -> tuple[Tensor, bool]:
    """x as (n, channels, *spatial), and whether the n was missing. Raises ShapeError."""
    if x.ndim not in (ndim + 1, ndim + 2):
        raise ShapeError(
            f"Expected {ndim + 1}D (unbatched) or {ndim + 2}D (batched) input to {name}, but got "
            f"input of size: {list(x.shape)}",
            blame={"x": describe(x)},
        )
    lone = x.ndim == ndim + 1
    return (layout.unsqueeze(x, 0) if lone else x), lone


def without_batch(x: Tensor, lone: bool) -> Tensor:
    """The result for a lone item without its first dimension."""
    return layout.squeeze(x, 0) if lone else x


@op(
    network,
    name="im2col",
    paths=(_F + "unfold",),
    method=False,
    bare=False,
    cases=("A(2, 3, 4, 5), 2", "A(3, 4, 5), (2, 3), 1, (1, 0), 2", "A(1, 2, 5, 5), 2, dilation=2"),
)
def im2col(x: Array, kernel_size: Ints, dilation: Ints = 1, padding: Ints = 0, stride: Ints = 1):
    """Each window of images (n, channels, height, width) as a column: (n, elements, windows).

    >>> F.unfold(arange(9.).reshape(1, 1, 3, 3), 2)
    tensor([[[0., 1., 3., 4.],
             [1., 2., 4., 5.],
             [3., 4., 6., 7.],
             [4., 5., 7., 8.]]])
    """
    x, lone = with_batch(x, 2, "unfold")
    w = window(kernel_size, stride, padding, dilation, 2, "unfold")
    if builtins.min(w.places(x.shape[2:])) < 1:
        raise ShapeError(
            f"Given input with spatial size {tuple(x.shape[2:])}, kernel_size={w.size}, "
            f"dilation={w.dilation}, padding={w.padding}, no window fits",
            blame={"x": describe(x), "kernel_size": ""},
        )
    return without_batch(spread_windows(x, w), lone)


@op(
    network,
    paths=(_F + "fold",),
    method=False,
    bare=False,
    cases=("A(2, 12, 12), (4, 5), 2", "A(4, 9), 4, 2, stride=2, padding=1"),
)
def fold(
    x: Array,
    output_size: Ints,
    kernel_size: Ints,
    dilation: Ints = 1,
    padding: Ints = 0,
    stride: Ints = 1,
):
    """Columns of windows (n, elements, windows) added up to images of `output_size`.

    >>> F.fold(ones(1, 4, 4), (3, 3), 2)
    tensor([[[[1., 2., 1.],
              [2., 4., 2.],
              [1., 2., 1.]]]])
    """
    x, lone = with_batch(x, 1, "fold")
    w = window(kernel_size, stride, padding, dilation, 2, "fold")
    spatial = sizes(output_size, 2, "output_size", "fold")
    if x.shape[1] % count(w.size):
        raise ShapeError(
            "Expected size of input's dimension 1 to be divisible by the product of kernel_size, "
            f"but got input.size(1)={x.shape[1]} and kernel_size={w.size}.",
            blame={"x": describe(x), "kernel_size": ""},
        )
    if x.shape[2] != count(w.places(spatial)):
        raise ShapeError(
            f"Given output_size={spatial}, kernel_size={w.size}, dilation={w.dilation}, "
            f"padding={w.padding}, stride={w.stride}, expected size of input's dimension 2 to "
            f"match the calculated number of sliding blocks "
            f"{' * '.join(map(str, w.places(spatial)))} = {count(w.places(spatial))}, but got "
            f"input.size(2)={x.shape[2]}.",
            blame={"x": describe(x)},
        )
    return without_batch(join_windows(x, w, spatial), lone)
