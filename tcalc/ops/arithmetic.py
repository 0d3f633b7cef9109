"""Arithmetic, elementwise: sums, products, quotients, powers, and what keeps a number's kind."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from tcalc.core.families import FLOAT, REAL, elementwise
from tcalc.core.op import op
from tcalc.core.params import Array, Scalar, Text
from tcalc.errors import ArgumentFault, DTypeError, RuntimeFault
from tcalc.ops import choice, compare, exponential
from tcalc.ops.floating import require


@op(elementwise, kernel=np.add)
def add(x: Array, y: Array, *, alpha: Scalar = 1):
    """x + alpha * y, elementwise; for bools the logical or.

    >>> add([1, 2], [10, 20])
    tensor([11, 22])
    """
    return np.add(x, y if alpha == 1 else _scaled(y, alpha))


add.vjp(x=lambda g: g, y=lambda g, alpha: g if alpha == 1 else g * alpha)


def refuse_bools(x: Array, y: Array) -> None:
    """Raise DTypeError where a mask is an operand: its difference is hardly what was meant."""
    masks = [name for name, value in (("x", x), ("y", y)) if _is_mask(value)]
    if len(masks) > 1:
        raise DTypeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or "
            "`logical_xor()` operator instead.",
            blame={"x": "", "y": ""},
            helps=["{x} ^ {y}"],
        )
    if masks:
        raise DTypeError(
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying "
            "to invert a mask, use the `~` or `logical_not()` operator instead.",
            blame={masks[0]: ""},
            helps=[f"~{{{masks[0]}}} inverts it, {{{masks[0]}}}.int() has ones and zeros"],
        )


def _is_mask(value: Any) -> bool:
    return isinstance(value, bool) or getattr(value, "dtype", None) == np.bool_


def _refuse_negative_powers(x: Array, y: Array) -> None:
    """Before the exponent is cast to a dtype that may have no negative numbers."""
    whole = isinstance(x, np.ndarray) and x.dtype.kind in "iu"
    if whole and isinstance(y, int) and y < 0:
        _no_negative_power()


def _no_negative_power() -> NoReturn:
    raise RuntimeFault(
        "Integers to negative integer powers are not allowed.",
        blame={"x": "", "y": ""},
        helps=["{x}.float() ** {y}"],
    )


@op(elementwise, kernel=np.subtract, check=refuse_bools, aliases=("subtract",))
def sub(x: Array, y: Array, *, alpha: Scalar = 1):
    """x - alpha * y, elementwise.

    >>> sub([11, 22], [1, 2])
    tensor([10, 20])
    """
    return np.subtract(x, y if alpha == 1 else _scaled(y, alpha))


sub.vjp(x=lambda g: g, y=lambda g, alpha: -g if alpha == 1 else g * -alpha)


def _scaled(y: Array, alpha: Any) -> Array:
    """y * alpha. Raises ArgumentFault for a fraction of whole numbers."""
    if isinstance(alpha, float) and y.dtype.kind not in "fc":
        raise ArgumentFault(
            "For integral input tensors, argument alpha must not be a floating point number.",
            blame={"alpha": "float"},
            helps=["{x} + {y} * {alpha} gives floats"],
        )
    return y * alpha


def _subtract_from(x: Array, y: Array, out: Array = None) -> Array:
    return np.subtract(y, x, out=out)


@op(
    elementwise,
    kernel=_subtract_from,
    check=refuse_bools,
    node="RsubBackward1",
    paths=("torch.rsub",),
)
def rsub(x: Array, y: Array):
    """y - x, elementwise: what `1 - x` runs.

    >>> rsub([1., 2.], 10)
    tensor([9., 8.])
    """
    return np.subtract(y, x)


rsub.vjp(x=lambda g: -g, y=lambda g: g)


@op(elementwise, kernel=np.multiply, aliases=("multiply",))
def mul(x: Array, y: Array):
    """x * y, elementwise.

    >>> mul([1, 2], [10, 20])
    tensor([10, 40])
    """
    return np.multiply(x, y)


mul.vjp(x=lambda g, y: g * y.conjugate(), y=lambda g, x: g * x.conjugate())


@op(
    elementwise,
    kernel=np.true_divide,
    result=FLOAT,
    aliases=("true_divide", "divide"),
    cases=("A(3, 4), A(3, 4, low=0.5, high=2)", "A(3, 1), A(4, low=0.5, high=2)"),
)
def div(x: Array, y: Array):
    """x / y, elementwise, as floats; by zero gives inf or nan. With `rounding_mode` see below.

    >>> div([1, 2], 4)
    tensor([0.2500, 0.5000])
    """
    return np.true_divide(x, y)


div.vjp(
    x=lambda g, y: g / y.conjugate(),
    y=lambda g, x, y: -g * (x / (y * y)).conjugate(),
)


@div.overload(
    elementwise,
    node="DivBackward1",
    cases=(
        "A(3, 4), A(3, 4, low=0.5, high=2), rounding_mode='floor'",
        "A(3, 4), A(4, low=0.5, high=2), rounding_mode='trunc'",
    ),
)
def div_rounded(x: Array, y: Array, *, rounding_mode: Text | None = None):
    """x / y rounded: 'trunc' towards zero, 'floor' down."""
    if rounding_mode == "floor":
        return _floor_divide(x, y)
    if rounding_mode == "trunc":
        if x.dtype.kind in "iu":
            _refuse_zero(y)
            return _truncated(x, y)
        return np.trunc(np.true_divide(x, y))
    if rounding_mode is None:
        return np.true_divide(x, y)
    raise ArgumentFault(
        "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found "
        f"'{rounding_mode}'",
        blame={"rounding_mode": ""},
    )


div_rounded.vjp(x=choice.stopped, y=choice.stopped)


def _truncated(x: Array, y: Array) -> Array:
    quotient = np.floor_divide(x, y)
    return quotient + ((x % y != 0) & ((x < 0) != (y < 0))).astype(quotient.dtype)


def _refuse_zero(y: Array) -> None:
    if y.dtype.kind in "iub" and not y.all():
        raise RuntimeFault(
            "ZeroDivisionError",
            blame={"y": ""},
            notes=["integers have no inf to stand for a division by zero"],
            helps=["{x} / {y} divides as floats"],
        )


def _floor_divide(x: Array, y: Array) -> Array:
    require(x, "div_floor_cpu", "iuf")
    _refuse_zero(y)
    if x.dtype.kind == "f":
        quotient = np.floor_divide(x, y)
        return np.where(y == 0, np.true_divide(x, y), quotient)
    return np.floor_divide(x, y)


@op(elementwise, cases=("A(3, 4), A(3, 4, low=0.5, high=2)",))
def floor_divide(x: Array, y: Array):
    """x // y, elementwise: the quotient rounded down. Integers cannot be divided by zero.

    >>> floor_divide([-7, 7], 2)
    tensor([-4,  3])
    """
    return _floor_divide(x, y)


@op(elementwise, cases=("A(3, 4), A(3, 4, low=0.5, high=2)", "A(3, 1), A(4, low=0.5, high=2)"))
def remainder(x: Array, y: Array):
    """x % y, elementwise: what is left by floor division, with the sign of y.

    >>> remainder([-7, 7], 3)
    tensor([2, 1])
    """
    require(x, "remainder_cpu", "iuf")
    _refuse_zero(y)
    if x.dtype.kind != "f":
        return np.remainder(x, y)
    rest = np.fmod(x, y)  # a rest of zero has the sign of x
    return np.where((rest != 0) & (np.signbit(rest) != np.signbit(y)), rest + y, rest)


remainder.vjp(x=lambda g: g, y=lambda g, x, y: -g * floor_divide(x, y))


@op(elementwise, cases=("A(3, 4), A(3, 4, low=0.5, high=2)",))
def fmod(x: Array, y: Array):
    """What is left by division rounded towards zero, with the sign of x.

    >>> fmod([-7, 7], 3)
    tensor([-1,  1])
    """
    require(x, "fmod_cpu", "iuf")
    _refuse_zero(y)
    return np.fmod(x, y)


fmod.vjp(x=lambda g: g, y=lambda g, x, y: -g * div(x, y, rounding_mode="trunc"))


def _power(x: Array, y: Array) -> Array:
    if x.dtype.kind in "iu" and (y < 0).any():
        _no_negative_power()
    if y.ndim == 0 and x.dtype.kind in "fc":
        exponent = y.item()
        if exponent == 2:
            return np.square(x)
        if exponent == 0.5 and x.dtype.kind == "f":
            return np.sqrt(x)
    if x.dtype == np.bool_:
        return x | ~y
    return np.power(x, y)


def _power_of_floats(x: Array, y: Array, out: Array = None) -> Array:
    """x ** y for floats, y being an array or a plain number; integers need checks."""
    if x.dtype.kind != "f":
        raise TypeError("integers need checks")
    if np.ndim(y) == 0 and y == 2:
        return np.square(x, out=out)
    return np.power(x, y, out=out)


def _pow_name(x: Array, y: Array) -> str:
    if not hasattr(y, "shape"):
        return "PowBackward0"
    return "PowBackward1" if hasattr(x, "shape") else "PowBackward2"


@op(
    elementwise,
    kernel=_power_of_floats,
    check=_refuse_negative_powers,
    node=_pow_name,
    cases=("A(3, 4, low=0.5, high=2), A(3, 4)", "A(3, 4), 2", "A(3, 4), 3", "2.0, A(4)"),
)
def pow(x: Array, y: Array):
    """x to the power y, elementwise. Integers to negative powers are an error.

    >>> pow([1., 2., 3.], 2)
    tensor([1., 4., 9.])
    """
    return _power(x, y)


def _pow_base(g, x, y):
    """y x^(y-1), and exactly 0 where y is 0, whatever x is."""
    if not hasattr(y, "shape"):
        return choice.stopped(g) if y == 0 else g * (y * x ** (y - 1)).conjugate()
    zero = compare.eq(y, 0)
    slope = (y * pow(x, choice.where(zero, 0, y - 1))).conjugate()
    return choice.where(zero, 0, g * slope)


def _pow_exponent(g, x, y, out):
    """x^y log x, and 0 where x is 0 and y is not negative."""
    quiet = compare.eq(x, 0)
    if not np.iscomplexobj(getattr(y, "array", y)):
        quiet = compare.logical_and(quiet, compare.ge(y, 0))
    return g * choice.where(quiet, 0, out * exponential.log(x)).conjugate()


pow.vjp(x=_pow_base, y=_pow_exponent)


@op(elementwise, kernel=np.negative, aliases=("negative",))
def neg(x: Array):
    """-x, elementwise.

    >>> neg([1., -2.])
    tensor([-1.,  2.])
    """
    if x.dtype == np.bool_:
        raise DTypeError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to "
            "invert a mask, use the `~` or `logical_not()` operator instead.",
            blame={"x": ""},
            helps=["~{x}"],
        )
    return np.negative(x)


neg.vjp(x=lambda g: -g)


@op(elementwise, kernel=np.positive)
def positive(x: Array):
    """+x: x itself.

    >>> positive([1., -2.])
    tensor([ 1., -2.])
    """
    return np.positive(x)


positive.vjp(x=lambda g: g)


@op(elementwise, result=REAL, aliases=("absolute",))
def abs(x: Array):
    """Absolute value, elementwise; the modulus of a complex number. Its gradient at 0 is 0.

    >>> abs([-1., 0., 2.])
    tensor([1., 0., 2.])
    """
    require(x, "abs_cpu", "iufc")
    return np.abs(x)


abs.vjp(x=lambda g, x: g * sgn(x))


def _sign(x: Array) -> Array:
    if x.dtype == np.bool_:
        return x.copy()
    return np.where(np.isnan(x), x.dtype.type(0), np.sign(x)) if x.dtype.kind == "f" else np.sign(x)


@op(elementwise)
def sign(x: Array):
    """-1, 0 or 1, elementwise; 0 for nan.

    >>> sign([-2., 0., 3.])
    tensor([-1.,  0.,  1.])
    """
    return _sign(x)


sign.vjp(x=choice.stopped)


@op(elementwise)
def sgn(x: Array):
    """x / |x|, and 0 at 0: the sign of a real, the direction of a complex number.

    >>> sgn([-2., 0., 3.])
    tensor([-1.,  0.,  1.])
    """
    return _sign(x)


def _sgn_rule(g, x, out):
    """0 for reals; turning is all that changes the direction of a complex number."""
    if not np.iscomplexobj(getattr(x, "array", x)):
        return choice.stopped(g)
    along = g * out.conjugate()
    across = g - (along + along.conjugate()) / 2 * out
    return choice.where(compare.eq(x, 0), 0, across / abs(x))


sgn.vjp(x=_sgn_rule)


@op(elementwise, kernel=np.square, node="PowBackward0")
def square(x: Array):
    """x * x, elementwise.

    >>> square([1., 2., 3.])
    tensor([1., 4., 9.])
    """
    return np.square(x)


square.vjp(x=lambda g, x: g * (2 * x).conjugate())


@op(elementwise, result=FLOAT, domain=(0.5, 3))
def reciprocal(x: Array):
    """1 / x, elementwise.

    >>> reciprocal([1., 4.])
    tensor([1.0000, 0.2500])
    """
    return 1 / x


reciprocal.vjp(x=lambda g, out: -g * (out * out).conjugate())


@op(elementwise, aliases=("conjugate",))
def conj(x: Array):
    """The complex conjugate; a real tensor stays as it is.

    >>> conj([1 + 2j])
    tensor([1.-2.j])
    """
    return np.conjugate(x)


conj.vjp(x=lambda g: g.conjugate())
