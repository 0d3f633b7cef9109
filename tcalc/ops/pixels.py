"""Channels traded for picture elements, and channels dealt out anew."""

from __future__ import annotations

from tcalc.core.families import network
from tcalc.core.op import op
from tcalc.core.params import Array, Int
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import RuntimeFault, ShapeError
from tcalc.ops import layout

_F = "torch.nn.functional."


def _sides(x: Tensor, factor: int, name: str) -> tuple[tuple[int, ...], int, int, int]:
    """The leading sizes, channels, height and width of a picture. Raises an error without them."""
    if x.ndim < 3:
        raise ShapeError(
            f"{name} expects input to have at least 3 dimensions, but got input with {x.ndim} "
            "dimension(s)",
            blame={"x": describe(x)},
        )
    if factor <= 0:
        wanted = "a downscale_factor" if "un" in name else "an upscale_factor"
        label = wanted.rpartition(" ")[2]
        raise RuntimeFault(
            f"{name} expects a positive {label}, but got {factor}", blame={label: ""}
        )
    *lead, channels, height, width = x.shape
    return tuple(lead), channels, height, width


@op(
    network,
    paths=(_F + "pixel_shuffle",),
    method=False,
    cases=("A(1, 8, 2, 3), 2", "A(9, 2, 2), 3", "A(2, 3, 4, 1, 2), 2"),
)
def pixel_shuffle(x: Array, upscale_factor: Int):
    """(..., c * r * r, h, w) as (..., c, h * r, w * r): r * r channels become a square each.

    >>> pixel_shuffle(arange(4.).reshape(4, 1, 1), 2)
    tensor([[[0., 1.],
             [2., 3.]]])
    """
    r = upscale_factor
    lead, channels, height, width = _sides(x, r, "pixel_shuffle")
    if channels % (r * r):
        raise ShapeError(
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square "
            f"of upscale_factor, but input.size(-3)={channels} is not divisible by {r * r}",
            blame={"x": describe(x), "upscale_factor": ""},
        )
    n, c = len(lead), channels // (r * r)
    parts = layout.reshape(x, (*lead, c, r, r, height, width))
    order = (*range(n), n, n + 3, n + 1, n + 4, n + 2)
    return layout.reshape(layout.permute(parts, order), (*lead, c, height * r, width * r))


@op(
    network,
    paths=(_F + "pixel_unshuffle",),
    method=False,
    cases=("A(1, 2, 4, 6), 2", "A(1, 3, 3), 3"),
)
def pixel_unshuffle(x: Array, downscale_factor: Int):
    """The inverse of `pixel_shuffle`: squares of r * r elements become channels.

    >>> pixel_unshuffle(arange(4.).reshape(1, 2, 2), 2).flatten()
    tensor([0., 1., 2., 3.])
    """
    r = downscale_factor
    lead, channels, height, width = _sides(x, r, "pixel_unshuffle")
    for name, size, axis in (("height", height, -2), ("width", width, -1)):
        if size % r:
            raise ShapeError(
                f"pixel_unshuffle expects {name} to be divisible by downscale_factor, but "
                f"input.size({axis})={size} is not divisible by {r}",
                blame={"x": describe(x), "downscale_factor": ""},
            )
    n = len(lead)
    parts = layout.reshape(x, (*lead, channels, height // r, r, width // r, r))
    order = (*range(n), n, n + 2, n + 4, n + 1, n + 3)
    made = (*lead, channels * r * r, height // r, width // r)
    return layout.reshape(layout.permute(parts, order), made)


@op(
    network,
    paths=(_F + "channel_shuffle",),
    method=False,
    cases=("A(1, 4, 2, 2), 2", "A(2, 6, 3), 3"),
)
def channel_shuffle(x: Array, groups: Int):
    """Channels of (n, channels, ...) dealt out in turn: the first of each group comes first.

    >>> channel_shuffle(arange(4.).reshape(1, 4, 1), 2).flatten()
    tensor([0., 2., 1., 3.])
    """
    if x.ndim < 3:
        raise ShapeError(
            f"channel_shuffle expects input with > 2 dims, but got input with sizes "
            f"{list(x.shape)}",
            blame={"x": describe(x)},
        )
    if groups <= 0:
        raise RuntimeFault(
            f"Number of groups to divide channels in must be positive. Value of groups:{groups}",
            blame={"groups": ""},
        )
    n, channels, *rest = x.shape
    if channels % groups:
        raise ShapeError(
            f"Number of channels must be divisible by groups. Got {channels} channels and "
            f"{groups} groups.",
            blame={"x": describe(x), "groups": ""},
        )
    dealt = layout.transpose(layout.reshape(x, (n, groups, channels // groups, *rest)), 1, 2)
    return layout.reshape(dealt, (n, channels, *rest))
