"""Between arrays as files have them and values as the language has them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core import dtypes
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault, DTypeError


def mapped(path: str) -> Array:
    """The bytes of the file at `path`, which are read as they are used; writes never reach it.

    Where the memory for copies of all its pages is not to be had, they cannot be written at all.
    """
    try:
        return np.asarray(np.memmap(path, np.uint8, mode="c"))
    except OSError:
        return np.asarray(np.memmap(path, np.uint8, mode="r"))


def piece(data: Array, dtype: np.dtype[Any], shape: tuple[int, ...], order: Any = "C") -> Array:
    """The bytes `data` as an array, without copying them if they stand where the type may."""
    aligned = data if data.ctypes.data % dtype.alignment == 0 else data.copy()
    return aligned.view(dtype).reshape(shape, order=order)


def tensor(array: Array, name: str) -> Tensor:
    """`array` as a tensor, in native byte order; `name` is the data's, for errors."""
    array = np.asarray(array)
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    try:
        dtypes.of(array)
    except DTypeError as error:
        raise DTypeError(f"{name}: {error.headline}") from None
    return Tensor(array)


def array_of(value: object) -> Array:
    """The array to write for a tensor, a number or nested lists of them. Else ArgumentFault."""
    try:
        array = np.asarray(plain(value))
    except ValueError:
        raise ArgumentFault("lists of different lengths do not make one array") from None
    try:
        dtypes.of(array)
    except DTypeError:
        what = type(value).__name__
        raise ArgumentFault(f"a {what} is not an array of numbers") from None
    return array


def plain(value: Any) -> Any:
    """`value` with every tensor in it replaced by its array."""
    if isinstance(value, Tensor):
        return value.array
    if isinstance(value, list | tuple):
        if value and all(isinstance(item, Tensor) for item in value):
            return _stacked(value)
        return [plain(item) for item in value]
    return value


def _stacked(tensors: Any) -> Array:
    shapes = {item.array.shape for item in tensors}
    if len(shapes) > 1:
        raise ArgumentFault(
            "tensors of different shapes do not make one array",
            notes=["the shapes are " + ", ".join(str(list(shape)) for shape in sorted(shapes))],
        )
    return np.stack([item.array for item in tensors])


def digits(array: Array) -> Array:
    """`array` so that Python writes its elements in the shortest digits that mean them.

    A float32 0.1 is written `0.1`, not as the float64 nearest to it; a complex number is text.
    """
    if array.dtype.kind == "c":
        parts = np.empty(array.shape, np.complex128)  # by parts, for a sum would lose signs of zero
        parts.real, parts.imag = digits(array.real), digits(array.imag)
        words = [str(item).strip("()") for item in parts.ravel().tolist()]
        return np.array(words, dtype=object).reshape(array.shape)
    array = dtypes.widen(array)
    if array.dtype.kind != "f" or array.dtype == np.float64:
        return array
    exact = array.astype(np.float64)
    short = array.astype("S").astype(np.float64)
    # Read as a double first, a number in the middle between two floats could become the other.
    return np.where(short.astype(array.dtype) == array, short, exact)
