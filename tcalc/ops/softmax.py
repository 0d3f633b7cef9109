"""Softmax and what is made of it: positive numbers that add up to 1 along a dimension."""

from __future__ import annotations

import numpy as np

from tcalc.core import dtypes, random
from tcalc.core.families import network, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, DTypeLike, Flag, Scalar, normalise_axis
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError
from tcalc.ops import exponential, order, reduce, scatter

_F = "torch.nn.functional."
_CASES = ("A(3, 4), 1", "A(3, 4), 0", "A(), 0", "A(3, 4), -1, dtype='float64'")


_BLOCK = 1 << 15  # elements that stay in a cache while they are gone over several times


def _shifted(x: Array, dim: int, out: Array) -> Array:
    return np.subtract(x, np.max(x, axis=dim, keepdims=True), out=out)


def _by_blocks(rows, x: Array, dim: int) -> Array:
    """The result of `rows(block, dim, out)` on blocks of x that do not cut through `dim`."""
    out = np.empty_like(x)
    if x.size <= _BLOCK or not dim % x.ndim:
        if x.size:
            rows(x, dim, out)
        return out
    step = max(1, _BLOCK * len(x) // x.size)
    for start in range(0, len(x), step):
        block = slice(start, start + step)
        rows(x[block], dim, out[block])
    return out


def _floats(x: Array, dtype, name: str) -> Array:
    if dtype is not None:
        return dtypes.cast(x, dtype)
    if x.dtype.kind in "biu":
        raise DTypeError(
            f"\"{name}_lastdim_kernel_impl\" not implemented for '{dtypes.of(x).label}'",
            blame={"x": describe(x)},
        )
    return x


@op(reduction, paths=(_F + "softmax", "torch.special.softmax"), cases=_CASES)
def softmax(x: Array, dim: Axis, *, dtype: DTypeLike = None):
    """exp(x) divided by its sum along `dim`: positive numbers that add up to 1.

    >>> softmax([1., 2., 3.], dim=0)
    tensor([0.0900, 0.2447, 0.6652])
    """
    x = _floats(x, dtype, "softmax")
    return np.exp(x - x) if x.ndim == 0 else _by_blocks(_softmax, x, dim)


def _softmax(x: Array, dim: int, out: Array) -> None:
    np.exp(_shifted(x, dim, out), out=out)
    out /= np.sum(out, axis=dim, keepdims=True)


softmax.vjp(x=lambda g, out, dim: out * (g - reduce.sum(g * out, dim, True)))


@op(reduction, paths=(_F + "log_softmax", "torch.special.log_softmax"), cases=_CASES)
def log_softmax(x: Array, dim: Axis, *, dtype: DTypeLike = None):
    """log of softmax, without overflow.

    >>> log_softmax([1., 2., 3.], dim=0)
    tensor([-2.4076, -1.4076, -0.4076])
    """
    x = _floats(x, dtype, "log_softmax")
    return x - x if x.ndim == 0 else _by_blocks(_log_softmax, x, dim)


def _log_softmax(x: Array, dim: int, out: Array) -> None:
    moved = _shifted(x, dim, out)
    moved -= np.log(np.sum(np.exp(moved), axis=dim, keepdims=True))


log_softmax.vjp(x=lambda g, out, dim: g - exponential.exp(out) * reduce.sum(g, dim, True))


@op(network, paths=(_F + "softmin",), method=False, bare=False, cases=_CASES)
def softmin(x: Array, dim: Axis, *, dtype: DTypeLike = None):
    """softmax of -x: the smallest element weighs most.

    >>> F.softmin(tensor([1., 2., 3.]), dim=0)
    tensor([0.6652, 0.2447, 0.0900])
    """
    return softmax(-x, dim, dtype=dtype)


@op(network, paths=(_F + "gumbel_softmax",), method=False, bare=False)
def gumbel_softmax(
    logits: Array, tau: Scalar = 1, hard: Flag = False, eps: Scalar = 1e-10, dim: Axis = -1
):
    """A random softmax of `logits` at temperature `tau`; `hard` ones are 0 and 1, and draw a class.

    The gradient of a hard draw is that of the soft one. `eps` has no effect.

    >>> F.gumbel_softmax(tensor([0., inf, 0.]).nan_to_num(), hard=True)
    tensor([0., 1., 0.])
    """
    if tau <= 0:
        raise ArgumentFault(f"Temperature must be positive, but got {tau}", blame={"tau": ""})
    array = logits.array
    drawn = random.default_generator().exponential(array.shape, array.dtype)
    soft = softmax((logits - Tensor(np.log(drawn))) / tau, dim)
    if not hard:
        return soft
    dim = normalise_axis(dim, logits.ndim)
    places = order.argmax(soft, dim, True)
    chosen = scatter.scatter(Tensor(np.zeros_like(soft.array)), dim, places, 1.0)
    return chosen - soft.detach() + soft
