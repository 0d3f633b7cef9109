"""Windows for signals: weights that fall to both ends.

Source of the formulas: F. J. Harris, "On the use of windows for harmonic analysis with the
discrete Fourier transform" (1978).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import creation
from tcalc.core.op import op
from tcalc.core.params import DTypeLike, Flag, Int, Scalar
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault, DTypeError
from tcalc.ops.create import made, room

Shape = Callable[[Any], Any]  # weights at places from 0 to 1


def _window(name: str, n: int, periodic: bool, dtype, requires_grad: bool, shape: Shape) -> Tensor:
    """The weights `shape` at n places; a periodic window leaves out the last of n + 1."""
    dtype = dtype or dtypes.default_float()
    if dtype.category != dtypes.FLOAT:
        raise DTypeError(
            f"{name} expects floating point dtypes, got: {dtype.name}", blame={"dtype": ""}
        )
    if n < 0:
        raise ArgumentFault(
            f"{name} requires non-negative window_length, got window_length={n}",
            blame={"window_length": ""},
        )
    room((n,), dtype)
    if n <= 1:
        return made(np.ones(n, dtype.numpy), requires_grad)
    places = np.arange(n) / (n if periodic else n - 1)
    return made(shape(places).astype(dtype.numpy), requires_grad)


@op(creation)
def hann_window(
    window_length: Int,
    periodic: Flag = True,
    *,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """One arch of a cosine, raised to begin at 0.

    >>> hann_window(4)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    return _window(
        "hann_window", window_length, periodic, dtype, requires_grad,
        lambda at: 0.5 - 0.5 * np.cos(2 * np.pi * at),
    )  # fmt: skip


@op(creation)
def hamming_window(
    window_length: Int,
    periodic: Flag = True,
    alpha: Scalar = 0.54,
    beta: Scalar = 0.46,
    *,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """alpha - beta times a cosine, which begins above 0.

    >>> hamming_window(4)
    tensor([0.0800, 0.5400, 1.0000, 0.5400])
    """
    return _window(
        "hamming_window", window_length, periodic, dtype, requires_grad,
        lambda at: alpha - beta * np.cos(2 * np.pi * at),
    )  # fmt: skip


@op(creation)
def blackman_window(
    window_length: Int,
    periodic: Flag = True,
    *,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """Two cosines, narrower than a Hann window.

    >>> blackman_window(4)[1:]
    tensor([0.3400, 1.0000, 0.3400])
    """
    return _window(
        "blackman_window", window_length, periodic, dtype, requires_grad,
        lambda at: 0.42 - 0.5 * np.cos(2 * np.pi * at) + 0.08 * np.cos(4 * np.pi * at),
    )  # fmt: skip


@op(creation)
def bartlett_window(
    window_length: Int,
    periodic: Flag = True,
    *,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """A triangle from 0 to 1 and back.

    >>> bartlett_window(4)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    return _window(
        "bartlett_window", window_length, periodic, dtype, requires_grad,
        lambda at: 1 - np.abs(2 * at - 1),
    )  # fmt: skip


@op(creation)
def kaiser_window(
    window_length: Int,
    periodic: Flag = True,
    beta: Scalar = 12.0,
    *,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """Bessel's function I0 over a half circle; `beta` says how narrow.

    >>> kaiser_window(4, beta=2.)
    tensor([0.4387, 0.8348, 1.0000, 0.8348])
    """
    return _window(
        "kaiser_window", window_length, periodic, dtype, requires_grad,
        lambda at: np.i0(beta * np.sqrt(1 - (2 * at - 1) ** 2)) / np.i0(beta),
    )  # fmt: skip
