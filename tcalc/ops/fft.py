"""Discrete Fourier transforms, of one dimension or of several.

All are made of one linear map, `_fft`, whose adjoint is itself with the other sign; a transform of
real numbers is the half of a complex one that says everything.
"""

from __future__ import annotations

import math

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import fourier, linear_algebra
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Flag, Int, Ints, Scalar, Text, normalise_axis
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError, IndexFault
from tcalc.ops import complex_numbers, flips, join, layout
from tcalc.ops.create import room

_F = "torch.fft."
_OPTIONS = {"bare": False, "method": False}


@op(linear_algebra, name="_fft", node="FftC2CBackward0", **_OPTIONS)
def transform(x: Array, dims: Data, forward: Flag, scale: Scalar):
    """The sums of x times exp(-2 pi i j k / n) (or its conjugate) along `dims`, scaled."""
    if forward:
        out = np.fft.fftn(x, axes=dims, norm="backward")
    else:
        out = np.fft.ifftn(x, axes=dims, norm="forward")
    return out if scale == 1 else out * x.dtype.type(scale)


transform.vjp(x=lambda g, dims, forward, scale: transform(g, dims, not forward, scale))


def _plan(x, s, dim) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The dimensions to transform, and the sizes to which they are cut or padded first."""
    if isinstance(s, int):
        _check_sizes((s,))
        s = (s,)
    if dim is None:
        if s is not None and len(s) > x.ndim:
            raise ArgumentFault(
                f"Got shape with {len(s)} values but input tensor only has {x.ndim} dimensions.",
                blame={"s": "", "x": describe(x)},
            )
        dim = tuple(range(0 if s is None else x.ndim - len(s), x.ndim))
    elif isinstance(dim, int):
        dim = (dim,)
    if not x.ndim and dim:
        raise IndexFault(
            f"Dimension specified as {dim[0]} but tensor has no dimensions",
            blame={"x": describe(x)},
        )
    dims = tuple(normalise_axis(axis, x.ndim) for axis in dim)
    if len(set(dims)) < len(dims):
        raise ArgumentFault("FFT dims must be unique", blame={"dim": ""})
    if s is not None and len(s) != len(dims):
        raise ArgumentFault(
            "When given, dim and shape arguments must have the same length",
            blame={"s": "", "dim": ""},
        )
    sizes = [x.shape[axis] if n in (None, -1) else n for axis, n in _each(dims, s)]
    return dims, tuple(sizes)


def _each(dims, s):
    return zip(dims, (None,) * len(dims) if s is None else s, strict=True)


def _check_sizes(sizes) -> None:
    for n in sizes:
        if n < 1:
            raise ArgumentFault(f"Invalid number of data points ({n}) specified", blame={"n": ""})


def _scale(sizes, norm: str | None, forward: bool) -> float:
    """What the sums are multiplied by: 1/n in one of the directions, or 1/sqrt(n) in both."""
    if norm not in (None, "backward", "ortho", "forward"):
        raise ArgumentFault(
            f'Invalid normalization mode: "{norm}"',
            blame={"norm": ""},
            helps=["'backward', 'ortho' and 'forward' are"],
        )
    n = math.prod(sizes)
    if norm == "ortho":
        return 1 / math.sqrt(n)
    return 1 / n if forward == (norm == "forward") else 1


def _resized(x, dims, sizes):
    """x with zeros after its elements, or without the last ones, so that it has the sizes."""
    for axis, n in zip(dims, sizes, strict=True):
        have = x.shape[axis]
        if n < have:
            x = layout.narrow(x, axis, 0, n)
        elif n > have:
            shape = (*x.shape[:axis], n - have, *x.shape[axis + 1 :])
            room((*x.shape[:axis], n, *x.shape[axis + 1 :]), x.dtype)
            x = join.cat([x, Tensor(np.zeros(shape, x.array.dtype))], axis)
    return x


def _complex(x):
    if x.dtype.name in ("float16", "bfloat16"):
        raise DTypeError(f"Unsupported dtype {x.dtype.label}", blame={"x": describe(x)})
    return x.to(dtypes.promote(dtypes.to_float(x.dtype), dtypes.complex64))


def _c2c(x, s, dim, norm, forward: bool):
    dims, sizes = _plan(x, s, dim)
    _check_sizes(sizes)
    x = _resized(_complex(x), dims, sizes)
    return transform(x, dims, forward, _scale(sizes, norm, forward))


def _r2c(x, s, dim, norm, forward: bool, wants: str):
    """The first half of the transform of real numbers; the last of `dim` is halved."""
    if x.dtype.is_complex:
        raise DTypeError(f"{wants} input tensor, but got {x.dtype.label}", blame={"x": describe(x)})
    dims, sizes = _plan(x, s, dim)
    whole = _c2c(x, sizes, dims, norm, forward)
    return layout.narrow(whole, dims[-1], 0, sizes[-1] // 2 + 1)


def _c2r(x, s, dim, norm, forward: bool):
    """The transform of numbers whose second half is the conjugate of the first: a real one."""
    dims, sizes = _plan(x, s, dim)
    last = dims[-1]
    given = s if s is None or isinstance(s, int) else s[-1]
    n = 2 * (x.shape[last] - 1) if given in (None, -1) else sizes[-1]
    sizes = (*sizes[:-1], n)
    _check_sizes(sizes)
    x = _resized(_complex(x), dims, (*sizes[:-1], n // 2 + 1))
    scale = _scale(sizes, norm, forward)
    if len(dims) > 1:
        x = transform(x, dims[:-1], forward, 1)
    rest = layout.narrow(x, last, 1, n - n // 2 - 1)
    whole = join.cat([x, flips.flip(rest, last).conj()], last)
    return complex_numbers.real(transform(whole, (last,), forward, scale))


@op(fourier, paths=(_F + "fft",), cases=("A(5)", "A(3, 4), 6, 0, 'ortho'"), **_OPTIONS)
def fft_fft(x: Array, n: Int | None = None, dim: Int = -1, norm: Text | None = None):
    """The Fourier transform along `dim`, cut or padded to n elements first.

    >>> torch.fft.fft([1., 2., 3., 4.])
    tensor([10.+0.j, -2.+2.j, -2.+0.j, -2.-2.j])
    """
    return _c2c(x, n, dim, norm, True)


@op(fourier, paths=(_F + "ifft",), cases=("A(5)", "A(3, 4), 3, 1, 'forward'"), **_OPTIONS)
def fft_ifft(x: Array, n: Int | None = None, dim: Int = -1, norm: Text | None = None):
    """The inverse of `fft`.

    >>> torch.fft.ifft([4., 0., 0., 0.])
    tensor([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j])
    """
    return _c2c(x, n, dim, norm, False)


@op(fourier, paths=(_F + "rfft",), cases=("A(5)", "A(3, 4), 6, 0, 'ortho'"), **_OPTIONS)
def fft_rfft(x: Array, n: Int | None = None, dim: Int = -1, norm: Text | None = None):
    """The first half of the Fourier transform of real numbers: the other half mirrors it.

    >>> torch.fft.rfft([1., 2., 3., 4.])
    tensor([10.+0.j, -2.+2.j, -2.+0.j])
    """
    return _r2c(x, n, dim, norm, True, "rfft expects a real")


@op(fourier, paths=(_F + "irfft",), cases=("A(3)", "A(3, 4), 5, 0, 'ortho'"), **_OPTIONS)
def fft_irfft(x: Array, n: Int | None = None, dim: Int = -1, norm: Text | None = None):
    """The inverse of `rfft`: n real numbers, an even number of them unless told otherwise.

    >>> torch.fft.irfft([10 + 0j, -2 + 2j, -2 + 0j])
    tensor([1., 2., 3., 4.])
    """
    return _c2r(x, n, dim, norm, False)


@op(fourier, paths=(_F + "hfft",), cases=("A(3)", "A(3, 4), 5, 0, 'ortho'"), **_OPTIONS)
def fft_hfft(x: Array, n: Int | None = None, dim: Int = -1, norm: Text | None = None):
    """The Fourier transform, real, of numbers that mirror themselves; x is their first half.

    >>> torch.fft.hfft([1., 1.])
    tensor([2., 0.])
    """
    return _c2r(x, n, dim, norm, True)


@op(fourier, paths=(_F + "ihfft",), cases=("A(5)", "A(3, 4), 5, 0, 'ortho'"), **_OPTIONS)
def fft_ihfft(x: Array, n: Int | None = None, dim: Int = -1, norm: Text | None = None):
    """The inverse of `hfft`.

    >>> torch.fft.ihfft([2., 0.])
    tensor([1.+0.j, 1.+0.j])
    """
    return _r2c(x, n, dim, norm, False, "ihfft expects a real")


@op(fourier, paths=(_F + "fft2",), cases=("A(3, 4)", "A(2, 3, 4), (4, 2), (0, 2)"), **_OPTIONS)
def fft_fft2(x: Array, s: Ints = None, dim: Ints = (-2, -1), norm: Text | None = None):
    """The Fourier transform of two dimensions, cut or padded to the sizes `s` first.

    >>> torch.fft.fft2([[1., 2.], [3., 4.]])
    tensor([[10.+0.j, -2.+0.j],
            [-4.+0.j,  0.+0.j]])
    """
    return _c2c(x, s, dim, norm, True)


@op(fourier, paths=(_F + "ifft2",), cases=("A(3, 4)",), **_OPTIONS)
def fft_ifft2(x: Array, s: Ints = None, dim: Ints = (-2, -1), norm: Text | None = None):
    """The inverse of `fft2`.

    >>> torch.fft.ifft2([[4., 0.], [0., 0.]])
    tensor([[1.+0.j, 1.+0.j],
            [1.+0.j, 1.+0.j]])
    """
    return _c2c(x, s, dim, norm, False)


@op(fourier, paths=(_F + "rfft2",), cases=("A(3, 4)",), **_OPTIONS)
def fft_rfft2(x: Array, s: Ints = None, dim: Ints = (-2, -1), norm: Text | None = None):
    """The half of `fft2` of real numbers that the other half mirrors.

    >>> torch.fft.rfft2([[1., 2., 3., 4.]])
    tensor([[10.+0.j, -2.+2.j, -2.+0.j]])
    """
    return _r2c(x, s, dim, norm, True, "rfftn expects a real-valued")


@op(fourier, paths=(_F + "irfft2",), cases=("A(3, 4)", "A(3, 4), (4, 5)"), **_OPTIONS)
def fft_irfft2(x: Array, s: Ints = None, dim: Ints = (-2, -1), norm: Text | None = None):
    """The inverse of `rfft2`: real numbers.

    >>> torch.fft.irfft2([[10 + 0j, -2 + 2j, -2 + 0j]])
    tensor([[1., 2., 3., 4.]])
    """
    return _c2r(x, s, dim, norm, False)


@op(fourier, paths=(_F + "hfftn",), cases=("C(2, 3)", "C(2, 3), (2, 5)"), **_OPTIONS)
def fft_hfftn(x: Array, s: Ints = None, dim: Ints = None, norm: Text | None = None):
    """The real transform of numbers that mirror each other, of which x is the first half.

    >>> torch.fft.hfftn([[1 + 0j, 2 + 0j, 3 + 0j]])
    tensor([[ 8., -2.,  0., -2.]])
    """
    return _c2r(x, s, dim, norm, True)


@op(fourier, paths=(_F + "hfft2",), cases=("C(2, 3)",), **_OPTIONS)
def fft_hfft2(x: Array, s: Ints = None, dim: Ints = (-2, -1), norm: Text | None = None):
    """`hfftn` of the last two dimensions.

    >>> torch.fft.hfft2([[1 + 0j, 2 + 0j]])
    tensor([[ 3., -1.]])
    """
    return _c2r(x, s, dim, norm, True)


@op(fourier, paths=(_F + "ihfftn",), cases=("A(2, 3)", "A(2, 3), (2, 5)"), **_OPTIONS)
def fft_ihfftn(x: Array, s: Ints = None, dim: Ints = None, norm: Text | None = None):
    """The inverse of `hfftn`: half of the numbers, of which the other half is the mirror.

    >>> torch.fft.ihfftn([[5., -3.]])
    tensor([[1.+0.j, 4.+0.j]])
    """
    return _r2c(x, s, dim, norm, False, "ihfftn expects a real-valued")


@op(fourier, paths=(_F + "ihfft2",), cases=("A(2, 3)",), **_OPTIONS)
def fft_ihfft2(x: Array, s: Ints = None, dim: Ints = (-2, -1), norm: Text | None = None):
    """`ihfftn` of the last two dimensions.

    >>> torch.fft.ihfft2([[5., -3.]])
    tensor([[1.+0.j, 4.+0.j]])
    """
    return _r2c(x, s, dim, norm, False, "ihfft2 expects a real-valued")


@op(fourier, paths=(_F + "fftn",), cases=("A(2, 3)", "A(2, 3, 4), (3, 3)"), **_OPTIONS)
def fft_fftn(x: Array, s: Ints = None, dim: Ints = None, norm: Text | None = None):
    """The Fourier transform of all dimensions, or of those in `dim`.

    >>> torch.fft.fftn([[1., 2.], [3., 4.]])
    tensor([[10.+0.j, -2.+0.j],
            [-4.+0.j,  0.+0.j]])
    """
    return _c2c(x, s, dim, norm, True)


@op(fourier, paths=(_F + "ifftn",), cases=("A(2, 3)",), **_OPTIONS)
def fft_ifftn(x: Array, s: Ints = None, dim: Ints = None, norm: Text | None = None):
    """The inverse of `fftn`.

    >>> torch.fft.ifftn([[2., 0.]])
    tensor([[1.+0.j, 1.+0.j]])
    """
    return _c2c(x, s, dim, norm, False)


@op(fourier, paths=(_F + "rfftn",), cases=("A(2, 3)",), **_OPTIONS)
def fft_rfftn(x: Array, s: Ints = None, dim: Ints = None, norm: Text | None = None):
    """The half of `fftn` of real numbers that the other half mirrors.

    >>> torch.fft.rfftn([[1., 2., 3., 4.]])
    tensor([[10.+0.j, -2.+2.j, -2.+0.j]])
    """
    return _r2c(x, s, dim, norm, True, "rfftn expects a real-valued")


@op(fourier, paths=(_F + "irfftn",), cases=("A(2, 3)", "A(2, 3), (2, 5)"), **_OPTIONS)
def fft_irfftn(x: Array, s: Ints = None, dim: Ints = None, norm: Text | None = None):
    """The inverse of `rfftn`: real numbers.

    >>> torch.fft.irfftn([[10 + 0j, -2 + 2j, -2 + 0j]])
    tensor([[1., 2., 3., 4.]])
    """
    return _c2r(x, s, dim, norm, False)
