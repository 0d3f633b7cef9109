"""The text of a tensor, equal to PyTorch's, and the options that govern it.

The body is laid out as blocks of bytes, level by level: cells become lines, lines rows, rows
matrices, each with its brackets and separators, so that a million numbers cost a few passes over
their characters. NUL bytes stand for nothing and are dropped at the end: they even out blocks of
different length. To add an option: a field of `PrintOptions`.
"""

from __future__ import annotations

from contextvars import ContextVar
from math import inf
from typing import Any, NamedTuple

import numpy as np

from tcalc import limits
from tcalc.core import dtypes
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor, set_printer
from tcalc.errors import ArgumentFault, closest
from tcalc.render import digits
from tcalc.render.number_format import NumberFormat, number_format

_PREFIX = "tensor("
_LEVEL_BYTES = 2  # the brackets around a block
_MAX_PRECISION = 1100  # no double has more digits
_PEAK_BYTES = 60  # memory that an element's text takes while it is made


class PrintOptions(NamedTuple):
    """How tensors print: the fields of `torch.set_printoptions`."""

    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


_PROFILES: dict[str, dict[str, float]] = {
    "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80},
    "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": 80},
    "full": {"precision": 4, "threshold": inf, "edgeitems": 3, "linewidth": 80},
}
_DEFAULT = PrintOptions()
_options: ContextVar[PrintOptions] = ContextVar("print options", default=_DEFAULT)


def print_options() -> PrintOptions:
    """The options in force."""
    return _options.get()


def set_printoptions(  # noqa: PLR0913, PLR0917 -- PyTorch's signature
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Change how tensors print; what is not given stays, but `sci_mode` goes back to automatic.

    `profile` is default, short or full and is applied before the others. Raises ArgumentFault for
    another profile and for anything that is no count.
    """
    changes: dict[str, Any] = {}
    if profile is not None:
        if profile not in _PROFILES:
            near = closest(str(profile), _PROFILES) or list(_PROFILES)
            raise ArgumentFault(
                f"no print profile is called {profile!r}", helps=[f"try profile={near[0]!r}"]
            )
        changes |= _PROFILES[profile]
    _require("threshold", threshold, int | float)
    counts = {"precision": precision, "edgeitems": edgeitems, "linewidth": linewidth}
    for name, value in counts.items():
        _require(name, value, int)
    if precision is not None and precision > _MAX_PRECISION:
        raise ArgumentFault(f"precision can be {_MAX_PRECISION} at most, but got {precision}")
    given = counts | {"threshold": threshold}
    changes |= {name: value for name, value in given.items() if value is not None}
    _options.set(_options.get()._replace(**changes, sci_mode=sci_mode))


def _require(name: str, value: Any, kind: Any) -> None:
    """Raise ArgumentFault unless `value` is absent or a number of the kind that is not negative."""
    if value is not None and not (isinstance(value, kind) and value >= 0):
        number = "an integer" if kind is int else "a number"
        raise ArgumentFault(f"{name} must be {number} that is not negative, but got {value!r}")


def tensor_text(tensor: Tensor) -> str:
    """What PyTorch's `repr` gives for the same tensor under the options in force."""
    options = _options.get()
    text = _PREFIX + _body(dtypes.widen(tensor.array), options)
    return _with_suffixes(text, _suffixes(tensor, options), options.linewidth)


def _suffixes(tensor: Tensor, options: PrintOptions) -> list[str]:
    """What follows the values: size, dtype, and the place in the graph."""
    array, dtype = tensor.array, tensor.dtype
    default = dtypes.default_float()
    suffixes = []
    if (array.size == 0 and array.ndim != 1) or (array.size and not options.edgeitems):
        suffixes.append(f"size={tuple(array.shape)}")
    evident = {default}
    if array.size:  # an empty tensor has no elements that would tell ints from floats
        evident |= {dtypes.default_complex(), dtypes.int64, dtypes.bool_}
    if dtype not in evident:
        suffixes.append(f"dtype={dtype}")
    if tensor.grad_fn is not None:
        suffixes.append(f"grad_fn=<{tensor.grad_fn.label}>")
    elif tensor.requires_grad:
        suffixes.append("requires_grad=True")
    return suffixes


def _with_suffixes(text: str, suffixes: list[str], linewidth: int) -> str:
    """`text` and its suffixes, each on the last line if it fits there, and the closing bracket."""
    parts = [text]
    # PyTorch counts two characters too many when there is but one line, so shall we.
    length = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        if length + len(suffix) + 2 > linewidth:
            parts.append(",\n" + " " * len(_PREFIX) + suffix)
            length = len(_PREFIX) + len(suffix)
        else:
            parts.append(", " + suffix)
            length += len(suffix) + 2
    return "".join(parts) + ")"


def _body(array: Array, options: PrintOptions) -> str:
    """The bracketed values."""
    if array.size == 0:
        return "[]"
    edge = options.edgeitems if array.ndim and array.size > options.threshold else None
    if edge == 0:
        return "[...]"
    shown = array if edge is None else _edges(array, edge)
    limits.check_bytes(shown.size * _PEAK_BYTES, "the text of the tensor")
    blocks, width = _cells(shown, options)
    blocks = blocks.reshape(*shown.shape, blocks.shape[-1])
    for axis in reversed(range(array.ndim)):
        elided = edge is not None and array.shape[axis] > 2 * edge
        innermost = axis == array.ndim - 1
        if elided:
            assert edge is not None
            blocks = _with_ellipsis(blocks, axis, edge, b" ..." if innermost else b"...")
        indent = len(_PREFIX) + axis
        break_ = b",".ljust(array.ndim - axis, b"\n") + b" " * (indent + 1)
        if innermost:
            blocks = _lines(blocks, max(1, (options.linewidth - indent) // width), indent)
        else:
            blocks = _joined(blocks, break_)
        blocks = _bracketed(blocks)
    text = blocks.tobytes()
    return (text.translate(None, b"\0") if b"\0" in text else text).decode("ascii")


def _edges(array: Array, edge: int) -> Array:
    """The first and last `edge` items of each dimension that has more than twice as many."""
    kept = [
        np.r_[:edge, size - edge : size] if size > 2 * edge else np.arange(size)
        for size in array.shape
    ]
    edges: Array = array[np.ix_(*kept)]
    return edges


def _cells(array: Array, options: PrintOptions) -> tuple[Array, int]:
    """The padded cell matrix of all values, and the columns that a value takes on its line."""
    if array.dtype.kind != "c":
        form = number_format(array, options.precision, options.sci_mode)
        return _padded(form, array), form.width + 2
    parts = array.real, array.imag
    real, imag = (number_format(part, options.precision, options.sci_mode) for part in parts)
    imaginary = imag.cells(parts[1].reshape(-1))
    has_minus = (np.signbit(parts[1]) & ~np.isnan(parts[1])).reshape(-1)
    signs = np.where(has_minus, 0, ord("+")).astype(np.uint8)
    unit = np.full_like(signs, ord("j"))
    columns = _padded(real, parts[0]), signs[:, None], imaginary, unit[:, None]
    return np.concatenate(columns, axis=1), real.width + imag.width + 3


def _padded(form: NumberFormat, array: Array) -> Array:
    """The cell matrix of all values, spaces before those shorter than the format's width."""
    cells = form.cells(array.reshape(-1))
    missing = form.width - cells.shape[1]
    if missing > 0:
        cells = np.pad(cells, ((0, 0), (missing, 0)))
    within = cells[:, cells.shape[1] - form.width :]
    np.maximum(within, ord(" "), out=within)
    return cells


def _with_ellipsis(blocks: Array, axis: int, edge: int, text: bytes) -> Array:
    """`blocks` with one more along `axis`, after the first `edge`, that reads `text`."""
    if blocks.shape[-1] < len(text):
        widths = [(0, 0)] * (blocks.ndim - 1) + [(len(text) - blocks.shape[-1], 0)]
        blocks = np.pad(blocks, widths)
    dots = digits.from_texts([text.decode()], blocks.shape[-1])[0]
    return np.insert(blocks, edge, dots, axis)


def _lines(cells: Array, count: int, indent: int) -> Array:
    """Rows of cells (..., n, width) as text (..., length), `count` of them to a line."""
    size = cells.shape[-2]
    full = size // count * count
    parts = []
    end = b",\n" + b" " * (indent + 1)
    if full:
        lines = cells[..., :full, :].reshape(*cells.shape[:-2], full // count, count, -1)
        parts.append(_joined(_joined(lines, b", "), end))
    if full < size:
        if full:
            parts.append(np.broadcast_to(_bytes(end), (*cells.shape[:-2], len(end))))
        parts.append(_joined(cells[..., full:, :], b", "))
    return np.concatenate(parts, axis=-1)


def _joined(blocks: Array, separator: bytes) -> Array:
    """Blocks (..., n, length) as one text each (..., n * (length + separator) - separator)."""
    *outer, count, length = blocks.shape
    text = np.empty((*outer, count, length + len(separator)), dtype=np.uint8)
    text[..., :length] = blocks
    text[..., length:] = _bytes(separator)
    return text.reshape(*outer, -1)[..., : -len(separator)]


def _bracketed(texts: Array) -> Array:
    """Each text within square brackets."""
    *outer, length = texts.shape
    text = np.empty((*outer, length + _LEVEL_BYTES), dtype=np.uint8)
    text[..., 0] = ord("[")
    text[..., 1:-1] = texts
    text[..., -1] = ord("]")
    return text


def _bytes(text: bytes) -> Array:
    return np.frombuffer(text, dtype=np.uint8)


set_printer(tensor_text)
