"""Choosing between values, elementwise: where, maximum, clamp, masks."""

from __future__ import annotations

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import (
    Family,
    as_dtype,
    broadcast_shape,
    check_size,
    composite,
    elementwise,
)
from tcalc.core.op import Op, op
from tcalc.core.params import Array, Scalar
from tcalc.core.tensor import ATTRIBUTES, Tensor, count, describe
from tcalc.errors import ArgumentFault, DTypeError
from tcalc.ops import compare


class _Masked(Family):
    """Elementwise in all operands but a mask, which stays bool."""

    diagonal = True

    def prepare(self, op, values):
        """Promote the operands that are not the mask."""
        values = values[:]
        mask_slot = next(i for i, p in enumerate(op.signature.params) if p.name in _MASKS)
        others = [s for s in op.array_slots if s != mask_slot and values[s] is not None]
        mask = values[mask_slot]
        if isinstance(mask, dtypes.Number):
            mask = as_dtype(mask, dtypes.of_number(mask))
        mask = np.asarray(mask)
        if mask.dtype != np.bool_:
            if mask.dtype != np.uint8:
                raise _no_mask(op.name, op.signature.params[mask_slot].name, mask)
            mask = mask != 0
        values[mask_slot] = mask
        if not others:
            return values
        for slot in others:
            if isinstance(values[slot], np.generic):  # what NumPy makes of 0-d arrays in a rule
                values[slot] = np.asarray(values[slot])
        dtype = dtypes.result_type(*[values[slot] for slot in others])
        if op.name == "masked_fill":
            dtype = dtypes.of(values[0])
        for slot in others:
            values[slot] = dtypes.cast(np.asarray(values[slot]), dtype)
        slots = sorted([mask_slot, *others])
        shape = broadcast_shape([values[slot] for slot in slots], op, slots)
        check_size(count(shape), values[others[0]].itemsize, f"the result of {op.name}")
        return values


def _no_mask(op: str, name: str, mask: Array) -> DTypeError:
    """The error for numbers in the place of a mask."""
    dtype = dtypes.of(mask)
    headline = f"{op} only supports boolean masks, but got mask with dtype {dtype.name}"
    if op == "where":
        headline = (
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{dtype.label}"
        )
    return DTypeError(
        headline,
        blame={name: describe(mask) if mask.ndim else ""},
        notes=["it says of each element yes or no: True or False, as comparisons give"],
    )


_MASKS = frozenset({"condition", "mask"})
masked = _Masked("elementwise")


@op(masked, method=False, cases=("B(3, 4), A(3, 4), A(4)", "B(4), A(3, 4), 0.5", "B(3, 4)"))
def where(condition: Array, x: Array | None = None, y: Array | None = None):
    """x where the condition holds, y elsewhere. With the condition alone: where that is.

    >>> where([True, False], [1, 2], [10, 20])
    tensor([ 1, 20])
    """
    if x is None and y is None:
        return tuple(np.nonzero(np.atleast_1d(condition)))
    if x is None or y is None:
        missing = "x" if x is None else "y"
        raise ArgumentFault(
            f'where() missing required argument: "{missing}"',
            notes=["it takes both of x and y, or neither"],
        )
    if _is_zero(y, like=x) and x.shape == condition.shape:
        return _kept(x, -condition.view(np.int8))
    if _is_zero(x, like=y) and y.shape == condition.shape:
        return _kept(y, condition.view(np.int8) - np.int8(1))
    return np.where(condition, x, y)


def _where_else(x: Array, condition: Array, y: Array):
    """x where the condition holds, y elsewhere: `where` as a method."""
    return where(condition, x, y)


Tensor.where = Op(_where_else, composite, name="where")  # type: ignore[attr-defined]
ATTRIBUTES.add("where")

_BITS = {np.dtype(np.float32): np.int32, np.dtype(np.float64): np.int64}


def _is_zero(number: Array, like: Array) -> bool:
    """Whether `number` is 0.0, and `like` an array in which bits can be masked."""
    bits = _BITS.get(like.dtype)
    return bits is not None and number.ndim == 0 and not number.view(bits)


def _kept(x: Array, keep: Array) -> Array:
    """x where the bits of `keep` are set, 0.0 elsewhere: where() without a branch at each element.

    Every cotangent that a mask stops comes this way, and random masks are slow to branch on.
    """
    bits = _BITS[x.dtype]
    x = np.asarray(x, order="C")
    return np.bitwise_and(x.view(bits), keep, dtype=bits).view(x.dtype)


where.vjp(
    x=lambda g, condition: where(condition, g, 0),
    y=lambda g, condition: where(condition, 0, g),
)


def stopped(g):
    """Zeros in the place of a cotangent that goes no further; 0 * g would be nan where g is inf."""
    return where(False, g, 0)


@op(masked, in_place=True, cases=("A(3, 4), B(3, 4), 7.0", "A(3, 4), B(4), A()"))
def masked_fill(x: Array, mask: Array, value: Array):
    """x with `value` where the mask holds.

    >>> masked_fill([1., 2., 3.], [True, False, True], 0)
    tensor([0., 2., 0.])
    """
    if value.ndim:
        raise ArgumentFault(
            "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value.ndim} dimension(s).",
            blame={"value": ""},
            helps=["where({mask}, {value}, {x})"],
        )
    return np.where(mask, value, x)


masked_fill.vjp(
    x=lambda g, mask: masked_fill(g, mask, 0),
    value=lambda g, mask: where(mask, g, 0),
)


def _share(g, x, y, wins):
    """g where x wins, half of it at a tie; where one is nan, neither loses."""
    return where(compare.eq(x, y), g * 0.5, where(wins, g, 0))


@op(elementwise, kernel=np.maximum, in_place=False)
def maximum(x: Array, y: Array):
    """The larger of x and y, elementwise; nan wins. A tie shares its gradient in halves.

    >>> maximum([1, 5], [3, 2])
    tensor([3, 5])
    """
    compare.refuse_complex(x, "maximum")
    return np.maximum(x, y)


maximum.vjp(
    x=lambda g, x, y: _share(g, x, y, compare.logical_not(compare.lt(x, y))),
    y=lambda g, x, y: _share(g, x, y, compare.logical_not(compare.gt(x, y))),
)


@op(elementwise, kernel=np.minimum, in_place=False)
def minimum(x: Array, y: Array):
    """The smaller of x and y, elementwise; nan wins. A tie shares its gradient in halves.

    >>> minimum([1, 5], [3, 2])
    tensor([1, 2])
    """
    compare.refuse_complex(x, "minimum")
    return np.minimum(x, y)


minimum.vjp(
    x=lambda g, x, y: _share(g, x, y, compare.logical_not(compare.gt(x, y))),
    y=lambda g, x, y: _share(g, x, y, compare.logical_not(compare.lt(x, y))),
)


@op(elementwise, in_place=False)
def fmax(x: Array, y: Array):
    """The larger of x and y, elementwise; a number wins over nan.

    >>> fmax([1., nan], [3., 2.])
    tensor([3., 2.])
    """
    compare.refuse_complex(x, "fmax")
    return np.fmax(x, y)


fmax.vjp(
    x=lambda g, x, y: where(compare.logical_or(compare.ge(x, y), compare.isnan(y)), g, 0),
    y=lambda g, x, y: where(compare.logical_or(compare.ge(x, y), compare.isnan(y)), 0, g),
)


@op(elementwise, in_place=False)
def fmin(x: Array, y: Array):
    """The smaller of x and y, elementwise; a number wins over nan.

    >>> fmin([1., nan], [3., 2.])
    tensor([1., 2.])
    """
    compare.refuse_complex(x, "fmin")
    return np.fmin(x, y)


fmin.vjp(
    x=lambda g, x, y: where(compare.logical_or(compare.le(x, y), compare.isnan(y)), g, 0),
    y=lambda g, x, y: where(compare.logical_or(compare.le(x, y), compare.isnan(y)), 0, g),
)


@op(
    elementwise,
    aliases=("clip",),
    node="ClampBackward1",
    cases=("A(3, 4), -1, 1", "A(3, 4), min=0.5", "A(3, 4), max=A(4)"),
)
def clamp(x: Array, min: Array | None = None, max: Array | None = None):
    """x with what lies outside [min, max] moved to the nearer end; either end may be missing.

    >>> clamp([-2., 0.5, 3.], 0, 1)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if min is None and max is None:
        raise ArgumentFault("torch.clamp: At least one of 'min' or 'max' must not be None")
    compare.refuse_complex(x, "clamp")
    if min is not None:
        x = np.maximum(x, min)
    return x if max is None else np.minimum(x, max)


@op(elementwise, cases=("A(3, 4), 0.5", "A(3, 4), A(4)"))
def clamp_min(x: Array, min: Array):
    """x, but `min` where it is below.

    >>> clamp_min([-2., 0.5], 0)
    tensor([0.0000, 0.5000])
    """
    compare.refuse_complex(x, "clamp_min")
    return np.maximum(x, min)


clamp_min.vjp(
    x=lambda g, x, min: where(compare.ge(x, min), g, 0),
    min=lambda g, x, min: where(compare.lt(x, min), g, 0),
)


@op(elementwise, cases=("A(3, 4), 0.5", "A(3, 4), A(4)"))
def clamp_max(x: Array, max: Array):
    """x, but `max` where it is above.

    >>> clamp_max([-2., 0.5], 0)
    tensor([-2.,  0.])
    """
    compare.refuse_complex(x, "clamp_max")
    return np.minimum(x, max)


clamp_max.vjp(
    x=lambda g, x, max: where(compare.le(x, max), g, 0),
    max=lambda g, x, max: where(compare.gt(x, max), g, 0),
)


def _inside(x, min, max):
    """Where x lies in the closed interval."""
    if min is None:
        return compare.le(x, max)
    if max is None:
        return compare.ge(x, min)
    return compare.logical_and(compare.ge(x, min), compare.le(x, max))


def _clamp_min(g, x, min, max):
    below = compare.lt(x, min)
    if max is not None:
        below = compare.logical_and(below, compare.lt(min, max))
    return where(below, g, 0)


def _clamp_max(g, x, min, max):
    above = compare.gt(x, max)
    if min is not None:
        above = compare.logical_or(above, compare.ge(min, max))
    return where(above, g, 0)


clamp.vjp(
    x=lambda g, x, min, max: where(_inside(x, min, max), g, 0),
    min=_clamp_min,
    max=_clamp_max,
)


@op(elementwise)
def nan_to_num(x: Array, nan: Scalar = 0.0, posinf: Scalar = None, neginf: Scalar = None):
    """x with nan and the infinities replaced; by default by 0 and the largest finite numbers.

    >>> nan_to_num([1., nan])
    tensor([1., 0.])
    """
    return np.nan_to_num(x, nan=nan or 0.0, posinf=posinf, neginf=neginf)


nan_to_num.vjp(x=lambda g, x: where(compare.isfinite(x), g, 0))


def _check_way(*operands):
    """Raise DTypeError unless x, y and the weights between them are floats of one dtype."""
    arrays = [
        (name, x) for name, x in zip(_WAY, operands, strict=True) if isinstance(x, np.ndarray)
    ]
    if not arrays:
        return
    (first, x), *others = arrays
    dtype = dtypes.of(x)
    for name, other in others:
        found = dtypes.of(other)
        if found is not dtype and not (name == "weight" and other.ndim == 0):
            raise DTypeError(
                f"expected dtype {_spelled(dtype)} for `{_WAY[name]}` but got dtype "
                f"{_spelled(found)}",
                blame={first: describe(x), name: describe(other)},
                notes=["lerp mixes no dtypes"],
            )
    if dtype.category < dtypes.FLOAT:
        kernel = "tensor" if isinstance(operands[2], np.ndarray) and operands[2].ndim else "scalar"
        raise DTypeError(
            f"\"lerp_kernel_{kernel}\" not implemented for '{dtype.label}'",
            blame={first: describe(x)},
            notes=["the way between whole numbers leads over fractions"],
            helps=[f"{{{first}}}.float()"],
        )


_WAY = {"x": "input", "y": "end", "weight": "weight"}


def _spelled(dtype):
    return "long int" if dtype is dtypes.int64 else dtype.c_name


@op(
    elementwise,
    check=_check_way,
    cases=("A(3, 4), A(3, 4), 0.3", "A(3, 4), A(4), A(3, 1)"),
)
def lerp(x: Array, y: Array, weight: Array):
    """x + weight * (y - x): the way from x to y.

    >>> lerp([0., 10.], [10., 20.], 0.5)
    tensor([ 5., 15.])
    """
    way = y - x  # from the nearer end, so that the ends themselves are exact
    return np.where(np.abs(weight) < 0.5, x + weight * way, y - (1 - weight) * way)


lerp.vjp(
    x=lambda g, weight: g * (1 - weight).conjugate(),
    y=lambda g, weight: g * weight.conjugate(),
    weight=lambda g, x, y: g * (y - x).conjugate(),
)
