"""Ops in a rehearsal: which take next to no time, and what is known of those that are not run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from tcalc.core import families, modes, nested
from tcalc.core.shapes import Ghost
from tcalc.core.tensor import Tensor

if TYPE_CHECKING:
    from tcalc.core.op import Op

KNOWN = 4096  # elements that all operands of an op may have for it to be computed
SOLVED = 400  # those of an op that decomposes a matrix
PAIRS = 1 << 20  # of elements of several operands, each of which may meet each
CELLS = 1024  # of a window, or of windows
PATCH = 16  # from here on a number may make much of a few elements, in up to three dimensions

# What makes many cells of a few elements, or windows of many; sizes say how many there are.
_OF_CELLS = ("_adaptive_max", "_max_pool")
# Kinds of parameters whose whole numbers may be sizes, or say how often something is done.
_COUNTS = ("Int", "Ints", "Data", "Axes", "Scalar")


def is_small(op: Op, values: list[Any]) -> bool:
    """Whether the op takes next to no time on these values, all of which are known."""
    elements, pairs, times = 0, 1, 1
    if enlarges(op, values, int) or enlarges(op, values, float):
        return False
    for param, value in zip(op.signature.params, values, strict=True):
        for leaf in nested.leaves(value):
            if isinstance(leaf, Ghost):
                return False
            if isinstance(leaf, Tensor):
                elements += leaf.array.size
                pairs *= max(leaf.array.size, 1)
            elif isinstance(leaf, int) and param.kind in _COUNTS and not isinstance(value, list):
                times *= max(abs(leaf), 1)
    solves = op.family is families.matrices
    modest = op.family.diagonal or pairs <= PAIRS
    return elements <= (SOLVED if solves else KNOWN) and times <= KNOWN and modest


def enlarges(op: Op, values: list[Any], kind: type[int] | type[float]) -> bool:
    """Whether a layer's result may have many more elements than it is given, by a number."""
    return op.family is families.network and any(
        type(leaf) is kind and not -PATCH <= leaf <= PATCH for leaf in nested.leaves(values)
    )


def has_many_cells(op: Op, values: list[Any]) -> bool:
    """Whether the op takes a while whatever the number of elements."""
    if op.name not in _OF_CELLS:
        return False
    sizes = values[1]  # of all windows, or first of them the sizes of each
    return math.prod(sizes[0] if isinstance(sizes[0], tuple) else sizes) > CELLS


def blank(op: Op, values: list[Any]) -> Tensor | None:
    """A tensor such as an elementwise op gives for real numbers, None for any other.

    Raises what the op raises for shapes and dtypes that do not fit.
    """
    if op.family is not families.elementwise or op.result in (families.BOOL, families.COMPLEX):
        return None
    arrays = [value.array if isinstance(value, Tensor) else value for value in values]
    operands = op.operands(op.family.prepare(op, arrays))
    if not any(isinstance(value, Tensor) for value in values) or operands[0].dtype.kind == "c":
        return None
    shape = np.broadcast_shapes(*(operand.shape for operand in operands))
    found = Tensor(np.zeros(shape, operands[0].dtype))
    if modes.current() == modes.GRAD and op.rules:
        found.requires_grad = any(isinstance(x, Tensor) and x.requires_grad for x in values)
    return found
