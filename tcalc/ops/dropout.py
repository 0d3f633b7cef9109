"""Dropout: zeros at random places, for elements or for whole channels."""

from __future__ import annotations

import math

import numpy as np

from tcalc import limits
from tcalc.core import random
from tcalc.core.families import network
from tcalc.core.op import op
from tcalc.core.params import Array, Flag, Scalar
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, ShapeError

_F = "torch.nn.functional."
_SELU_FLOOR = -1.7580993408473766  # what selu tends to on the left


def _kept(shape: tuple[int, ...], p: float) -> Array:
    """Which of the elements are kept when each is dropped with probability p."""
    if not 0 <= p <= 1:
        raise ArgumentFault(
            f"dropout probability has to be between 0 and 1, but got {p}", blame={"p": ""}
        )
    limits.check_bytes(8 * count(shape), "the mask of dropout")
    return random.default_generator().bernoulli(np.full(shape, 1 - p))


def _dropped(x: Tensor, p: float, training: bool, shape: tuple[int, ...]) -> Tensor:
    """x with elements zeroed by a mask of `shape`, which broadcasts to x's."""
    if not training or p == 0 or not x.array.size:
        _kept((0,), p)
        return x
    kept = _kept(shape, p)
    return x * Tensor((kept * (1 / (1 - p) if p < 1 else 0.0)).astype(x.array.dtype))


def _channels(x: Tensor) -> tuple[int, ...]:
    """The shape of a mask for (n, channels, ...)."""
    if x.ndim < 2:
        raise ShapeError(
            "Feature dropout requires at least 2 dimensions in the input", blame={"x": describe(x)}
        )
    return (*x.shape[:2], *(1,) * (x.ndim - 2))


@op(network, paths=(_F + "dropout",), method=False)
def dropout(x: Array, p: Scalar = 0.5, training: Flag = True):
    """Zero each element with probability p and scale the others by 1 / (1 - p), while training.

    >>> dropout([1., 2.], 0.5, training=False)
    tensor([1., 2.])
    """
    return _dropped(x, p, training, x.shape)


def _without_batch(x: Tensor, p: float, training: bool, ndim: int, name: str) -> Tensor:
    """Drop channels of (n, channels, ...), or of one item without the first dimension."""
    if x.ndim not in (ndim, ndim + 1):
        raise ShapeError(
            f"{name}: Expected {ndim}D or {ndim + 1}D input, but received a {x.ndim}D input.",
            blame={"x": describe(x)},
        )
    if x.ndim > ndim:
        return _dropped(x, p, training, _channels(x))
    return _dropped(x, p, training, (x.shape[0], *(1,) * (ndim - 1)))


@op(network, paths=(_F + "dropout1d",), method=False, bare=False)
def dropout1d(x: Array, p: Scalar = 0.5, training: Flag = True):
    """Dropout of whole channels of (n, channels, length) or (channels, length).

    >>> F.dropout1d(ones(2, 3), 1.)
    tensor([[0., 0., 0.],
            [0., 0., 0.]])
    """
    return _without_batch(x, p, training, 2, "dropout1d")


@op(network, paths=(_F + "dropout2d",), method=False, bare=False)
def dropout2d(x: Array, p: Scalar = 0.5, training: Flag = True):
    """Dropout of whole channels of (n, channels, height, width).

    >>> F.dropout2d(ones(1, 2, 1, 2), 1.).sum()
    tensor(0.)
    """
    return _dropped(x, p, training, _channels(x))


@op(network, paths=(_F + "dropout3d",), method=False, bare=False)
def dropout3d(x: Array, p: Scalar = 0.5, training: Flag = True):
    """Dropout of whole channels of (n, channels, depth, height, width).

    >>> F.dropout3d(ones(1, 2, 1, 1, 2), 1.).sum()
    tensor(0.)
    """
    return _dropped(x, p, training, _channels(x))


def _to_floor(x: Tensor, p: float, training: bool, shape: tuple[int, ...]) -> Tensor:
    """Dropout to the selu's floor instead of 0, moved so that mean and variance stay."""
    if not training or p == 0 or not x.array.size:
        _kept((0,), p)
        return x
    kept = _kept(shape, p)
    if p == 1:
        return x * 0
    scale = 1 / math.sqrt((1 - p) * (1 + p * _SELU_FLOOR**2))
    shift = np.where(kept, 0, _SELU_FLOOR * scale) - _SELU_FLOOR * scale * p
    dtype = x.array.dtype
    return x * Tensor((kept * scale).astype(dtype)) + Tensor(shift.astype(dtype))


@op(network, paths=(_F + "alpha_dropout",), method=False)
def alpha_dropout(x: Array, p: Scalar = 0.5, training: Flag = False):
    """Dropout for selu networks: dropped elements get its floor, and mean and variance stay.

    >>> alpha_dropout([1., 2.])
    tensor([1., 2.])
    """
    return _to_floor(x, p, training, x.shape)


@op(network, paths=(_F + "feature_alpha_dropout",), method=False)
def feature_alpha_dropout(x: Array, p: Scalar = 0.5, training: Flag = False):
    """alpha_dropout of whole channels of (n, channels, ...).

    >>> feature_alpha_dropout([[1., 2.]])
    tensor([[1., 2.]])
    """
    return _to_floor(x, p, training, _channels(x))
