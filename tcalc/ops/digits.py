"""Signs, digits and divisors of numbers, and products added up, elementwise."""

from __future__ import annotations

import math

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import BOOL, FLOAT, composite, elementwise, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Scalar
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import DTypeError
from tcalc.ops import arithmetic, choice, compare, floating


@op(elementwise, cases=("A(3, 4), A(3, 4)",))
def hypot(x: Array, y: Array):
    """sqrt(x^2 + y^2), without overflow.

    >>> hypot([3.], [4.])
    tensor([5.])
    """
    floating.require(x, "hypot_cpu")
    return np.hypot(x, y)


hypot.vjp(x=lambda g, x, out: g * (x / out), y=lambda g, y, out: g * (y / out))


@op(elementwise, result=FLOAT, cases=("A(3, 4), A(3, 4)",))
def copysign(x: Array, y: Array):
    """The size of x with the sign of y.

    >>> copysign([1., 2.], [-1., 1.])
    tensor([-1.,  2.])
    """
    return np.copysign(x, y)


copysign.vjp(
    x=lambda g, x, out: choice.where(
        compare.eq(x, 0), 0, g * out / choice.where(compare.eq(x, 0), 1, x)
    ),
    y=choice.stopped,
)


@op(elementwise, result=FLOAT)
def deg2rad(x: Array):
    """Degrees as radians.

    >>> deg2rad([180.])
    tensor([3.1416])
    """
    return x * (math.pi / 180)


deg2rad.vjp(x=lambda g: g * (math.pi / 180))


@op(elementwise, result=FLOAT)
def rad2deg(x: Array):
    """Radians as degrees.

    >>> rad2deg([pi])
    tensor([180.])
    """
    return x * (180 / math.pi)


rad2deg.vjp(x=lambda g: g * (180 / math.pi))


@op(elementwise, cases=("A(3, 4), A(3, 4)",))
def heaviside(x: Array, values: Array):
    """0 below zero, 1 above, and `values` at zero.

    >>> heaviside([-1., 0., 2.], tensor(0.5))
    tensor([0.0000, 0.5000, 1.0000])
    """
    compare.refuse_complex(x, "heaviside")
    steps = np.where(np.isnan(x), 0, x > 0) if x.dtype.kind == "f" else x > 0
    return np.where(x == 0, values, steps.astype(x.dtype))


@op(elementwise, cases=("I(3, 4), I(3, 4)",))
def gcd(x: Array, y: Array):
    """The greatest common divisor of integers.

    >>> gcd([12, 18], 8)
    tensor([4, 2])
    """
    floating.require(x, "gcd_cpu", "iu")
    return np.gcd(x, y)


@op(elementwise, cases=("I(3, 4), I(3, 4)",))
def lcm(x: Array, y: Array):
    """The least common multiple of integers.

    >>> lcm([4, 6], 10)
    tensor([20, 30])
    """
    floating.require(x, "lcm_cpu", "iu")
    return np.lcm(x, y)


@op(elementwise, cases=("A(3, 4), A(3, 4)",))
def nextafter(x: Array, y: Array):
    """The next float after x on the way to y.

    >>> nextafter([1.], [2.]) > 1
    tensor([True])
    """
    floating.require(x, "nextafter_cpu")
    return np.nextafter(x, y)


nextafter.vjp(
    x=lambda g, x, y: choice.where(compare.eq(x, y), 0, g),
    y=choice.stopped,
)


@op(elementwise, result=BOOL, in_place=False)
def signbit(x: Array):
    """Whether x is negative, elementwise; of floats whether they have a minus sign: -0.0 does.

    >>> signbit([1., -1., -0.0])
    tensor([False,  True,  True])
    """
    if x.dtype.kind == "c":
        raise DTypeError(
            "signbit is not implemented for complex tensors.", blame={"x": describe(x)}
        )
    return np.signbit(x) if x.dtype.kind == "f" else x < 0


@op(elementwise, result=BOOL, in_place=False)
def isreal(x: Array):
    """Whether x has no imaginary part, elementwise.

    >>> isreal([1 + 0j, 1j])
    tensor([ True, False])
    """
    return np.isreal(x)


@op(reduction, outputs=("mantissa", "exponent"), cases=("A(3, 4)",))
def frexp(x: Array):
    """Each x as mantissa * 2 ** exponent, with a mantissa from 0.5 up to 1.

    >>> frexp([8., 0.75]).exponent
    tensor([4, 0], dtype=torch.int32)
    """
    if x.dtype.kind != "f":
        raise DTypeError(
            "torch.frexp() only supports floating-point dtypes", blame={"x": describe(x)}
        )
    return tuple(np.frexp(x))


# The exponent is a constant, and no tensor, so that it has no part in higher derivatives.
frexp.vjp(x=lambda g, exponent: g / np.exp2(np.asarray(getattr(exponent, "array", exponent))))


@op(composite, in_place=True, cases=("A(3, 4), I(3, 4, low=0, high=5)",))
def ldexp(x: Array, other: Array):
    """x times 2 to the power `other`.

    >>> ldexp([1., 3.], [1, 2])
    tensor([ 2., 12.])
    """
    return arithmetic.mul(x, arithmetic.pow(Tensor(np.asarray(2.0, np.float32)), other))


@op(composite, cases=("A(3, low=0.3, high=2), 2", "A(3, low=0.3, high=2), A(3)"))
def float_power(x: Array, exponent: Array):
    """x to the power `exponent`, computed in double precision.

    >>> float_power([2, 3], 2)
    tensor([4., 9.], dtype=torch.float64)
    """
    operands = [x, exponent]
    dtypes_in = [v.dtype if isinstance(v, Tensor) else dtypes.of_number(v) for v in operands]
    wide = dtypes.complex128 if any(d.is_complex for d in dtypes_in) else dtypes.float64
    return arithmetic.pow(*[v.to(wide) if isinstance(v, Tensor) else v for v in operands])


@op(composite, in_place=True, cases=("A(3, 4), A(3, 4), A(3, 4), value=0.5",))
def addcmul(x: Array, tensor1: Array, tensor2: Array, *, value: Scalar = 1):
    """x + value * tensor1 * tensor2.

    >>> addcmul([1.], [2.], [3.])
    tensor([7.])
    """
    product = tensor1 * tensor2
    if (
        isinstance(value, float)
        and dtypes.result_type(x.array, product.array).category < dtypes.FLOAT
    ):
        value = int(value)
    return x + (product if value == 1 else product * value)


@op(composite, in_place=True, cases=("A(3, 4), A(3, 4), A(3, 4, low=0.5, high=2), value=0.5",))
def addcdiv(x: Array, tensor1: Array, tensor2: Array, *, value: Scalar = 1):
    """x + value * tensor1 / tensor2.

    >>> addcdiv([1.], [6.], [3.])
    tensor([3.])
    """
    if max(tensor1.dtype.category, tensor2.dtype.category) < dtypes.FLOAT:
        raise DTypeError(
            "Integer division with addcdiv is no longer supported, and in a future  release "
            "addcdiv will perform a true division of tensor1 and tensor2. The historic addcdiv "
            "behavior can be implemented as (input + value * torch.trunc(tensor1 / tensor2)).to"
            "(input.dtype) for integer inputs and as (input + value * tensor1 / tensor2) for "
            "float inputs. The future addcdiv behavior is just the latter implementation: (input "
            "+ value * tensor1 / tensor2), for all dtypes.",
            blame={"tensor1": describe(tensor1), "tensor2": describe(tensor2)},
        )
    quotient = tensor1 / tensor2
    return x + (quotient if value == 1 else quotient * value)
