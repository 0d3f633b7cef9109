"""Comparisons, logic and bits, elementwise; none has a gradient."""

from __future__ import annotations

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import BOOL, elementwise, inquiry
from tcalc.core.op import op
from tcalc.core.params import Array, Flag, Scalar
from tcalc.core.tensor import describe
from tcalc.errors import DTypeError, RuntimeFault
from tcalc.ops.floating import require


@op(elementwise, kernel=np.equal, result=BOOL)
def eq(x: Array, y: Array):
    """Whether x == y, elementwise; nan equals nothing.

    >>> eq([1, 2], [1, 3])
    tensor([ True, False])
    """
    return np.equal(x, y)


@op(elementwise, kernel=np.not_equal, result=BOOL, aliases=("not_equal",))
def ne(x: Array, y: Array):
    """Whether x != y, elementwise.

    >>> ne([1, 2], [1, 3])
    tensor([False,  True])
    """
    return np.not_equal(x, y)


def refuse_complex(x: Array, name: str) -> None:
    """Raise DTypeError if x is complex: such numbers are not larger or smaller than others."""
    if x.dtype.kind == "c":
        raise DTypeError(
            f"{name} not implemented for complex tensors.",
            blame={"x": describe(x)},
            notes=["complex numbers have no order"],
            helps=["{x}.abs() and {x}.real have one"],
        )


@op(elementwise, kernel=np.less, result=BOOL, aliases=("less",))
def lt(x: Array, y: Array):
    """Whether x < y, elementwise.

    >>> lt([1, 2, 3], 2)
    tensor([ True, False, False])
    """
    refuse_complex(x, "lt")
    return np.less(x, y)


@op(elementwise, kernel=np.less_equal, result=BOOL, aliases=("less_equal",))
def le(x: Array, y: Array):
    """Whether x <= y, elementwise.

    >>> le([1, 2, 3], 2)
    tensor([ True,  True, False])
    """
    refuse_complex(x, "le")
    return np.less_equal(x, y)


@op(elementwise, kernel=np.greater, result=BOOL, aliases=("greater",))
def gt(x: Array, y: Array):
    """Whether x > y, elementwise.

    >>> gt([1, 2, 3], 2)
    tensor([False, False,  True])
    """
    refuse_complex(x, "gt")
    return np.greater(x, y)


@op(elementwise, kernel=np.greater_equal, result=BOOL, aliases=("greater_equal",))
def ge(x: Array, y: Array):
    """Whether x >= y, elementwise.

    >>> ge([1, 2, 3], 2)
    tensor([False,  True,  True])
    """
    refuse_complex(x, "ge")
    return np.greater_equal(x, y)


@op(elementwise, result=BOOL, in_place=True)
def logical_not(x: Array):
    """Whether x is zero, elementwise.

    >>> logical_not([0., 2.])
    tensor([ True, False])
    """
    return np.logical_not(x)


@op(elementwise, result=BOOL)
def logical_and(x: Array, y: Array):
    """Whether both are nonzero, elementwise.

    >>> logical_and([0, 1], [1, 2])
    tensor([False,  True])
    """
    return np.logical_and(x, y)


@op(elementwise, result=BOOL)
def logical_or(x: Array, y: Array):
    """Whether one or both are nonzero, elementwise.

    >>> logical_or([0, 0], [0, 2])
    tensor([False,  True])
    """
    return np.logical_or(x, y)


@op(elementwise, result=BOOL)
def logical_xor(x: Array, y: Array):
    """Whether just one is nonzero, elementwise.

    >>> logical_xor([0, 1], [1, 2])
    tensor([ True, False])
    """
    return np.logical_xor(x, y)


@op(elementwise, result=BOOL, in_place=False)
def isnan(x: Array):
    """Whether x is not a number, elementwise.

    >>> isnan([1., nan, inf])
    tensor([False,  True, False])
    """
    return np.isnan(x)


@op(elementwise, result=BOOL, in_place=False)
def isinf(x: Array):
    """Whether x is infinite, elementwise.

    >>> isinf([1., nan, inf])
    tensor([False, False,  True])
    """
    return np.isinf(x)


@op(elementwise, result=BOOL, in_place=False)
def isfinite(x: Array):
    """Whether x is neither infinite nor nan, elementwise.

    >>> isfinite([1., nan, inf])
    tensor([ True, False, False])
    """
    return np.isfinite(x)


@op(elementwise, result=BOOL, in_place=False)
def isposinf(x: Array):
    """Whether x is +inf, elementwise.

    >>> isposinf([1., inf])
    tensor([False,  True])
    """
    return np.isposinf(x)


@op(elementwise, result=BOOL, in_place=False)
def isneginf(x: Array):
    """Whether x is -inf, elementwise.

    >>> isneginf([1., -inf])
    tensor([False,  True])
    """
    return np.isneginf(x)


@op(elementwise, result=BOOL, in_place=False)
def isclose(x: Array, y: Array, rtol: Scalar = 1e-5, atol: Scalar = 1e-8, equal_nan: Flag = False):
    """Whether |x - y| <= atol + rtol * |y|, elementwise.

    >>> isclose([1., 2.], [1.000001, 2.1])
    tensor([ True, False])
    """
    return np.isclose(x, y, rtol=rtol, atol=atol, equal_nan=equal_nan)


@op(inquiry)
def allclose(x: Array, y: Array, rtol: Scalar = 1e-5, atol: Scalar = 1e-8, equal_nan: Flag = False):
    """Whether every pair is close; a plain bool.

    >>> allclose([1., 2.], [1.000001, 2.])
    True
    """
    return bool(np.allclose(x, y, rtol=rtol, atol=atol, equal_nan=equal_nan))


@op(inquiry)
def equal(x: Array, y: Array):
    """Whether shapes and all elements are equal; a plain bool.

    >>> equal([1, 2], [1, 2])
    True
    """
    return x.shape == y.shape and bool((x == y).all())


def _refuse_floats(x: Array, sign: str, name: str) -> None:
    if x.dtype.kind in "fc":
        helps = ["power is **: {x} ** {y}"] if sign == "^" else []
        raise DTypeError(
            f"\"{name}\" not implemented for '{dtypes.of(x).label}'",
            blame={"x": "", "y": ""},
            notes=[f"{sign} works on the bits of integers and bools"],
            helps=helps,
        )


@op(elementwise)
def bitwise_and(x: Array, y: Array):
    """Bits that both have; of bools the logical and.

    >>> bitwise_and([12, 10], 6)
    tensor([4, 2])
    """
    _refuse_floats(x, "&", "bitwise_and_cpu")
    return np.bitwise_and(x, y)


@op(elementwise)
def bitwise_or(x: Array, y: Array):
    """Bits that either has; of bools the logical or.

    >>> bitwise_or([12, 10], 1)
    tensor([13, 11])
    """
    _refuse_floats(x, "|", "bitwise_or_cpu")
    return np.bitwise_or(x, y)


@op(elementwise)
def bitwise_xor(x: Array, y: Array):
    """Bits that just one has; of bools the exclusive or.

    >>> bitwise_xor([12, 10], 6)
    tensor([10, 12])
    """
    _refuse_floats(x, "^", "bitwise_xor_cpu")
    return np.bitwise_xor(x, y)


@op(elementwise)
def bitwise_not(x: Array):
    """Every bit turned over; of bools the logical not.

    >>> bitwise_not([0, 5])
    tensor([-1, -6])
    """
    _refuse_floats(x, "~", "bitwise_not_cpu")
    return np.invert(x)


def _refuse_negative_shift(x: Array, y: Array, name: str) -> None:
    kernel = "lshift_cpu" if "left" in name else "rshift_cpu"
    _refuse_floats(x, "<<" if "left" in name else ">>", kernel)
    require(x, kernel, "iu")
    if (y < 0).any():
        raise RuntimeFault("negative shift count", blame={"y": ""})


@op(elementwise, cases=("I(3, 4), I(3, 4, low=0, high=5)",))
def bitwise_left_shift(x: Array, y: Array):
    """Bits moved left by y places.

    >>> bitwise_left_shift([1, 2], 3)
    tensor([ 8, 16])
    """
    _refuse_negative_shift(x, y, "bitwise_left_shift")
    return np.left_shift(x, y)


@op(elementwise, cases=("I(3, 4), I(3, 4, low=0, high=5)",))
def bitwise_right_shift(x: Array, y: Array):
    """Bits moved right by y places; the sign is kept.

    >>> bitwise_right_shift([16, -8], 2)
    tensor([ 4, -2])
    """
    _refuse_negative_shift(x, y, "bitwise_right_shift")
    return np.right_shift(x, y)
