"""Resizing of images: each new element is a weighted sum of a few old ones, dimension by dimension.

To add a mode: a function from sizes to the places and weights of those old elements, in `_MODES`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from tcalc import limits
from tcalc.core import dtypes
from tcalc.core.families import network, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Flag, Ints, Text
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, ShapeError
from tcalc.ops import mean_pooling
from tcalc.ops.create import room
from tcalc.ops.floating import require

_F = "torch.nn.functional."
_CUBIC = -0.75  # the coefficient of the cubic convolution
_TAPS = 16  # numbers that are worked out for each new place of a dimension, at most
Sizes = tuple[int, ...]


class Taps(NamedTuple):
    """For each new element the places of some old ones, and their weights: (new, taps) both."""

    places: Array
    weights: Array


class Scale(NamedTuple):
    """How a dimension changes: `ratio` is old elements per new one."""

    old: int
    new: int
    ratio: float
    corners: bool

    def sources(self) -> Array:
        """Where each new element lies among the old ones: ends on ends, or as middles of cells."""
        new = np.arange(self.new, dtype=np.float64)
        if self.corners:
            return new * ((self.old - 1) / (self.new - 1) if self.new > 1 else 0)
        return (new + 0.5) * self.ratio - 0.5


def _nearest(scale: Scale) -> Taps:
    ratio = np.float32(scale.ratio)
    places = np.floor(np.arange(scale.new, dtype=np.float32) * ratio).astype(np.int64)
    return _alone(np.minimum(places, scale.old - 1))


def _nearest_exact(scale: Scale) -> Taps:
    places = np.floor((np.arange(scale.new) + 0.5) * scale.ratio).astype(np.int64)
    return _alone(np.minimum(places, scale.old - 1))


def _alone(places: Array) -> Taps:
    return Taps(places[:, None], np.ones((len(places), 1)))


def _linear(scale: Scale) -> Taps:
    sources = np.maximum(scale.sources(), 0)
    first = np.minimum(np.floor(sources).astype(np.int64), scale.old - 1)
    second = np.minimum(first + 1, scale.old - 1)
    share = np.clip(sources - first, 0, 1)
    return Taps(np.stack([first, second], 1), np.stack([1 - share, share], 1))


def _cubic(scale: Scale) -> Taps:
    sources = scale.sources()
    first = np.floor(sources)
    away = np.abs((sources - first)[:, None] - np.arange(-1, 3))
    near = ((_CUBIC + 2) * away - (_CUBIC + 3)) * away * away + 1
    far = ((_CUBIC * away - 5 * _CUBIC) * away + 8 * _CUBIC) * away - 4 * _CUBIC
    places = first.astype(np.int64)[:, None] + np.arange(-1, 3)
    return Taps(np.clip(places, 0, scale.old - 1), np.where(away <= 1, near, far))


class _Mode(NamedTuple):
    """A mode's taps, the ndims of its inputs, and how PyTorch calls it in grad_fn."""

    taps: Callable[[Scale], Taps]
    ndims: tuple[int, ...]
    label: str


_MODES = {
    "nearest": _Mode(_nearest, (3, 4, 5), "Nearest"),
    "nearest-exact": _Mode(_nearest_exact, (3, 4, 5), "NearestExact"),
    "linear": _Mode(_linear, (3,), "Linear"),
    "bilinear": _Mode(_linear, (4,), "Bilinear"),
    "trilinear": _Mode(_linear, (5,), "Trilinear"),
    "bicubic": _Mode(_cubic, (4,), "Bicubic"),
}
_WITH_CORNERS = ("linear", "bilinear", "bicubic", "trilinear")
_CASE_TAPS = "[([[0, 1], [1, 2], [0, 2]], [[0.5, 0.5], [1.0, 2.0], [-1.0, 0.25]])]"


@op(
    reduction,
    name="_resample",
    method=False,
    bare=False,
    node=lambda kind: f"{kind}Backward0",
    cases=(f"A(2, 3), {_CASE_TAPS}, 'UpsampleLinear1D'",),
)
def resample(x: Array, taps: Data, kind: Data):
    """Weighted sums of x's elements at the taps of each of the last dimensions."""
    for axis, (places, weights) in enumerate(taps, x.ndim - len(taps)):
        columns = zip(np.transpose(places), np.transpose(weights), strict=True)
        shape = (-1, *(1,) * (x.ndim - axis - 1))
        room((*x.shape[:axis], len(places), *x.shape[axis + 1 :]), dtypes.of(x))
        x = sum(np.take(x, at, axis) * w.astype(x.dtype).reshape(shape) for at, w in columns)
    return x


@op(
    reduction,
    name="_resample_back",
    method=False,
    bare=False,
    node=lambda kind: f"{kind}Backward0",
    cases=(f"A(2, 3), {_CASE_TAPS}, (4,), 'UpsampleLinear1D'",),
)
def spread_back(x: Array, taps: Data, spatial: Data, kind: Data):
    """Each element of x weighted and added at its taps, in `spatial` sizes."""
    for axis, (size, (places, weights)) in enumerate(
        zip(spatial, taps, strict=True), x.ndim - len(taps)
    ):
        matrix = np.zeros((x.shape[axis], size), x.dtype)
        np.add.at(matrix, (np.arange(len(matrix))[:, None], np.asarray(places)), weights)
        x = np.moveaxis(np.moveaxis(x, axis, -1) @ matrix, -1, axis)
    return np.ascontiguousarray(x)


resample.vjp(
    x=lambda g, taps, kind, x_shape: spread_back(
        g, taps, x_shape[len(x_shape) - len(taps) :], kind + "Backward"
    )
)
spread_back.vjp(x=lambda g, taps, kind: resample(g, taps, kind))


def _new_sizes(x: Tensor, size: Any, factors: list[float] | None) -> Sizes:
    """The wanted spatial sizes, one for each dimension."""
    ndim = x.ndim - 2
    if factors is not None:
        return tuple(math.floor(n * f) for n, f in zip(x.shape[2:], factors, strict=True))
    given = size if isinstance(size, list | tuple) else (size,) * ndim
    if len(given) != ndim:
        raise ShapeError(
            "Input and output must have the same number of spatial dimensions, but got input with "
            f"spatial dimensions of {list(x.shape[2:])} and output size of {size}. Please provide "
            "input tensor in (N, C, d1, d2, ...,dK) format and output size in (o1, o2, ...,oK) "
            "format.",
            blame={"x": describe(x), "size": ""},
        )
    return tuple(given)


def _factors(x: Tensor, scale_factor: Any) -> list[float]:
    ndim = x.ndim - 2
    given = scale_factor if isinstance(scale_factor, list | tuple) else (scale_factor,) * ndim
    if len(given) != ndim:
        raise ShapeError(
            "Input and scale_factor must have the same number of spatial dimensions, but got "
            f"input with spatial dimensions of {list(x.shape[2:])} and scale_factor of shape "
            f"{scale_factor}.",
            blame={"x": describe(x), "scale_factor": ""},
        )
    return [float(f) for f in given]


def _check_mode(x: Tensor, mode: str, align_corners: bool | None) -> None:
    if x.ndim not in (3, 4, 5) or (mode not in _MODES and mode != "area"):
        raise ArgumentFault(
            "Input Error: Only 3D, 4D and 5D input Tensors supported (got "
            f"{x.ndim}D) for the modes: {' | '.join(_MODES)} | area (got {mode})",
            blame={"x": describe(x), "mode": ""},
        )
    if align_corners is not None and mode not in _WITH_CORNERS:
        raise ArgumentFault(
            "align_corners option can only be set with the interpolating modes: linear | bilinear "
            "| bicubic | trilinear",
            blame={"align_corners": ""},
        )
    if mode in _MODES and x.ndim not in _MODES[mode].ndims:
        raise ArgumentFault(
            f"Got {x.ndim}D input, but {mode} mode needs {_MODES[mode].ndims[0]}D input",
            blame={"x": describe(x), "mode": ""},
        )


@op(
    network,
    paths=(_F + "interpolate",),
    method=False,
    bare=False,
    cases=(
        "A(2, 3, 4), 7",
        "A(1, 2, 3, 4), scale_factor=2",
        "A(1, 2, 3, 4), scale_factor=(1.5, 0.7), mode='nearest-exact'",
        "A(1, 2, 3, 4), (5, 3), mode='bilinear'",
        "A(1, 2, 3, 4), (5, 3), mode='bilinear', align_corners=True",
        "A(1, 2, 3, 4), scale_factor=1.7, mode='bilinear'",
        "A(1, 2, 3, 4), scale_factor=1.7, mode='bilinear', recompute_scale_factor=True",
        "A(1, 2, 3, 4), (5, 3), mode='bicubic'",
        "A(1, 2, 3, 4), 6, mode='bicubic', align_corners=True",
        "A(1, 2, 4), 3, mode='linear'",
        "A(1, 1, 2, 3, 2), 3, mode='trilinear'",
        "A(1, 2, 3, 4), (2, 3), mode='area'",
    ),
)
def interpolate(
    x: Array,
    size: Ints | None = None,
    scale_factor: Data = None,
    mode: Text = "nearest",
    align_corners: Flag | None = None,
    recompute_scale_factor: Flag | None = None,
):
    """(n, channels, *spatial) resized to spatial sizes `size`, or by factors `scale_factor`.

    Modes are 'nearest', 'nearest-exact', 'linear', 'bilinear', 'trilinear', 'bicubic' and 'area'.
    With `align_corners` the first and last elements stay first and last.

    >>> F.interpolate(tensor([[[1., 2.]]]), scale_factor=2)
    tensor([[[1., 1., 2., 2.]]])
    """
    _check_mode(x, mode, align_corners)
    if (size is None) == (scale_factor is None):
        few = "either size or scale_factor should be defined"
        many = "only one of size or scale_factor should be defined"
        raise ArgumentFault(few if size is None else many, helps=["F.interpolate({x}, size=8)"])
    factors = None if scale_factor is None else _factors(x, scale_factor)
    new = _new_sizes(x, size, factors)
    if min(new) < 1 or x.array.size == 0:
        raise ShapeError(
            "Input and output sizes should be greater than 0, but got input "
            f"({', '.join(f'{n}' for n in x.shape[2:])}) output ({', '.join(map(str, new))})",
            blame={"x": describe(x)},
        )
    require(x.array, "interpolate")
    made = count((*x.shape[:2], *new)) + sum(new) * _TAPS
    limits.check_bytes(made * x.array.itemsize, "the result of interpolate")
    if mode == "area":
        return mean_pooling.adaptive_mean(x, new)
    if factors is None or recompute_scale_factor:
        ratios = [old / n for old, n in zip(x.shape[2:], new, strict=True)]
    else:
        ratios = [1 / f for f in factors]
    found = _MODES[mode]
    scales = zip(x.shape[2:], new, ratios, strict=True)
    taps = [found.taps(Scale(*scale, bool(align_corners))) for scale in scales]
    return resample(x, taps, f"Upsample{found.label}{len(new)}D")
