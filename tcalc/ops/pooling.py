"""What all pooling shares: how many windows fit, and what is wrong with those that do not."""

from __future__ import annotations

import numpy as np

from tcalc import limits
from tcalc.core.params import Array
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, RuntimeFault, ShapeError
from tcalc.limits import LISTED
from tcalc.ops.patches import Sizes, Window, sizes, with_batch


def node_name(prefix: str, suffix: str = ""):
    """grad_fn's name, which counts the spatial dimensions; PyTorch has none of its own for one."""

    def name(x):
        spatial = x.ndim - 2
        return f"{prefix}{spatial}D{suffix}Backward0" if spatial > 1 else "SqueezeBackward1"

    return name


def overhang(x: Array, w: Window, places: Sizes) -> Sizes:
    """Elements by which the last windows stand out beyond the padding."""
    parts = zip(x.shape[2:], w.padding, w.stride, w.reach(), places, strict=True)
    return tuple(max(0, (m - 1) * s + r - n - 2 * p) for n, p, s, r, m in parts)


def evenly(size: int, places: int) -> tuple[Array, Array]:
    """Where `places` windows that cover `size` elements evenly begin and end."""
    at = np.arange(places) * size
    return at // places, -(-(at + size) // places)


def fitted(x: Tensor, w: Window, ceil_mode: bool) -> Sizes:
    """How many windows there are. Raises an error for too much padding, or for none at all."""
    for size, reach, pad in zip(w.size, w.reach(), w.padding, strict=True):
        if pad > reach // 2:
            raise RuntimeFault(
                "pad should be at most half of effective kernel size, but got "
                f"pad={pad}, kernel_size={size} and dilation={w.dilation[0]}",
                blame={"padding": ""},
            )
    places = w.places(x.shape[2:], ceil_mode)
    if min(places) < 1:
        raise ShapeError(
            f"Given input size: ({_times(x.shape[1:])}). Calculated output size: "
            f"({_times((x.shape[1], *(max(n, 0) for n in places)))}). Output size is too small",
            blame={"x": describe(x), "kernel_size": ""},
        )
    return places


def _times(numbers) -> str:
    return "x".join(map(str, numbers))


def adapted(x, output_size, ndim: int, name: str):
    """x with a batch, whether it lacked one, and how many windows are wanted."""
    if x.ndim not in (ndim + 1, ndim + 2):
        raise ShapeError(
            f"{name}(): Expected {ndim + 1}D or {ndim + 2}D tensor, but got {list(x.shape)}",
            blame={"x": describe(x)},
        )
    x, lone = with_batch(x, ndim, name)
    given = output_size if isinstance(output_size, list | tuple) else (output_size,) * ndim
    kept = [x.shape[2 + i] if n is None else n for i, n in enumerate(given)]
    places = sizes(kept, ndim, "output_size", name)
    if min(places) < 0:
        raise ArgumentFault(
            f"{name}: elements of output_size must be greater than or equal to 0 but received "
            f"{{{', '.join(map(str, places))}}}",
            blame={"output_size": ""},
        )
    made = count((*x.shape[:2], *places))
    limits.check_bytes(made * (LISTED + x.array.itemsize), f"the result of {name}")
    return x, lone, places
