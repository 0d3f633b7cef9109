"""Frequencies of Fourier transforms, and the order in which they stand."""

from __future__ import annotations

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import creation, fourier
from tcalc.core.op import op
from tcalc.core.params import Array, DTypeLike, Flag, Int, Ints, Scalar, normalise_axis
from tcalc.core.tensor import Tensor
from tcalc.ops import flips
from tcalc.ops.create import room

_F = "torch.fft."
_OPTIONS = {"bare": False, "method": False}


@op(creation, paths=(_F + "fftfreq",), cases=("4", "5, 0.5"), **_OPTIONS)
def fft_fftfreq(n: Int, d: Scalar = 1.0, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """The frequencies of `fft`'s results, in cycles per unit, for samples d units apart.

    >>> torch.fft.fftfreq(4)
    tensor([ 0.0000,  0.2500, -0.5000, -0.2500])
    """
    room((n,), dtypes.float64)
    return _made(np.fft.ifftshift(np.arange(-(n // 2), (n + 1) // 2)), n * d, dtype, requires_grad)


@op(creation, paths=(_F + "rfftfreq",), cases=("4", "5, 0.5"), **_OPTIONS)
def fft_rfftfreq(n: Int, d: Scalar = 1.0, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """The frequencies of `rfft`'s results, in cycles per unit, for samples d units apart.

    >>> torch.fft.rfftfreq(4)
    tensor([0.0000, 0.2500, 0.5000])
    """
    room((n // 2 + 1,), dtypes.float64)
    return _made(np.arange(n // 2 + 1), n * d, dtype, requires_grad)


def _made(steps: Array, span: float, dtype, requires_grad: bool):
    dtype = dtypes.default_float() if dtype is None else dtype
    out = Tensor(dtypes.cast(steps / span if span else steps * 1.0, dtype))
    out.requires_grad = requires_grad
    return out


@op(fourier, paths=(_F + "fftshift",), cases=("A(5)", "A(3, 4)", "A(3, 4), 0"), **_OPTIONS)
def fft_fftshift(x: Array, dim: Ints = None):
    """The second half of each dimension (or of `dim`) before the first: frequency 0 in the middle.

    >>> torch.fft.fftshift([0, 1, 2, -2, -1])
    tensor([-2, -1,  0,  1,  2])
    """
    return _shifted(x, dim, 0)


@op(fourier, paths=(_F + "ifftshift",), cases=("A(5)", "A(3, 4)", "A(3, 4), 0"), **_OPTIONS)
def fft_ifftshift(x: Array, dim: Ints = None):
    """The inverse of `fftshift`.

    >>> torch.fft.ifftshift([-2, -1, 0, 1, 2])
    tensor([ 0,  1,  2, -2, -1])
    """
    return _shifted(x, dim, 1)


def _shifted(x, dim, more: int):
    axes = tuple(range(x.ndim)) if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
    sizes = [x.shape[normalise_axis(axis, x.ndim)] for axis in axes]
    return flips.roll(x, tuple((n + more) // 2 for n in sizes), axes)
