"""Activations made of straight pieces: relu and its kin, hard and soft thresholds.

To add one: an elementwise op, and a rule that says on which pieces the cotangent goes through.
"""

from __future__ import annotations

import numpy as np

from tcalc.core import random
from tcalc.core.families import composite, elementwise, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Flag, Scalar
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import DTypeError, RuntimeFault, ShapeError
from tcalc.ops import arithmetic, choice, compare, layout, reduce
from tcalc.ops.floating import require

_F = "torch.nn.functional."


def _check_ordered(x: Array, name: str, refusal: str) -> None:
    """Raise DTypeError for complex numbers, and for bools in the words of `refusal`."""
    compare.refuse_complex(x, name)
    if x.dtype.kind == "b":
        raise DTypeError(refusal, blame={"x": describe(x)})


def _between(g, x, low, high):
    """The cotangent where low < x < high."""
    inside = compare.logical_and(compare.gt(x, low), compare.lt(x, high))
    return choice.where(inside, g, 0)


@op(elementwise, paths=(_F + "relu",))
def relu(x: Array):
    """The positive part max(x, 0), elementwise; its gradient at 0 is 0.

    >>> relu([-1., 0., 2.])
    tensor([0., 0., 2.])
    """
    _check_ordered(x, "relu", "Boolean inputs not supported for relu")
    return np.maximum(x, x.dtype.type(0))


relu.vjp(x=lambda g, out: choice.where(out <= 0, 0, g))


@op(
    elementwise,
    paths=(_F + "leaky_relu",),
    bare=False,
    method=False,
    cases=("A(3, 4)", "A(4), 0.2"),
)
def leaky_relu(x: Array, negative_slope: Scalar = 0.01):
    """x where positive, else negative_slope * x.

    >>> F.leaky_relu(tensor([-1., 2.]))
    tensor([-0.0100,  2.0000])
    """
    require(x, "leaky_relu_cpu")
    return np.where(x > 0, x, x * negative_slope)


leaky_relu.vjp(x=lambda g, x, negative_slope: choice.where(compare.gt(x, 0), g, g * negative_slope))


@op(
    elementwise, paths=(_F + "hardtanh",), bare=False, method=False, cases=("A(3, 4)", "A(4), 0, 2")
)
def hardtanh(x: Array, min_val: Scalar = -1.0, max_val: Scalar = 1.0):
    """x with what lies outside [min_val, max_val] moved to the nearer end; no gradient there.

    >>> F.hardtanh(tensor([-2., 0.5, 2.]))
    tensor([-1.0000,  0.5000,  1.0000])
    """
    _check_ordered(x, "hardtanh", "Bool inputs not supported for hardtanh")
    return np.clip(x, x.dtype.type(min_val), x.dtype.type(max_val))


hardtanh.vjp(x=lambda g, x, min_val, max_val: _between(g, x, min_val, max_val))


@op(elementwise, paths=(_F + "relu6",), bare=False, method=False, node="HardtanhBackward0")
def relu6(x: Array):
    """x with what lies outside [0, 6] moved to the nearer end.

    >>> F.relu6(tensor([-1., 3., 8.]))
    tensor([0., 3., 6.])
    """
    _check_ordered(x, "relu6", "Bool inputs not supported for hardtanh")
    return np.clip(x, x.dtype.type(0), x.dtype.type(6))


relu6.vjp(x=lambda g, x: _between(g, x, 0, 6))


@op(elementwise, paths=(_F + "hardsigmoid",), bare=False, method=False)
def hardsigmoid(x: Array):
    """x / 6 + 1 / 2, held between 0 and 1: a sigmoid of straight pieces.

    >>> F.hardsigmoid(tensor([-4., 0., 1.5]))
    tensor([0.0000, 0.5000, 0.7500])
    """
    require(x, "hardsigmoid_cpu")
    return np.clip(x + 3, 0, 6) / 6


hardsigmoid.vjp(x=lambda g, x: _between(g / 6, x, -3, 3))


@op(elementwise, paths=(_F + "hardswish",), bare=False, method=False)
def hardswish(x: Array):
    """x * hardsigmoid(x).

    >>> F.hardswish(tensor([-1., 1., 4.]))
    tensor([-0.3333,  0.6667,  4.0000])
    """
    require(x, "hardswish_cpu")
    return x * np.clip(x + 3, 0, 6) / 6


def _hardswish_rule(g, x):
    slope = choice.where(compare.lt(x, 3), x / 3 + 0.5, 1)
    return g * choice.where(compare.le(x, -3), 0, slope)


hardswish.vjp(x=_hardswish_rule)


@op(elementwise, paths=(_F + "threshold",), method=False, cases=("A(3, 4), 0.5, -7",))
def threshold(x: Array, threshold: Scalar, value: Scalar):
    """x where it is greater than `threshold`, else `value`.

    >>> F.threshold(tensor([0.5, 2.]), 1, 20)
    tensor([20.,  2.])
    """
    require(x, "threshold_cpu", "iuf")
    return np.where(x <= threshold, x.dtype.type(value), x)


threshold.vjp(x=lambda g, x, threshold: choice.where(compare.le(x, threshold), 0, g))


@op(elementwise, paths=(_F + "hardshrink",), in_place=False, cases=("A(3, 4)", "A(4), 1"))
def hardshrink(x: Array, lambd: Scalar = 0.5):
    """x where it lies outside [-lambd, lambd], else 0.

    >>> hardshrink([-1., 0.25, 2.])
    tensor([-1.,  0.,  2.])
    """
    require(x, "hardshrink_cpu")
    return np.where(np.abs(x) <= lambd, x.dtype.type(0), x)


hardshrink.vjp(
    x=lambda g, x, lambd: choice.where(compare.le(arithmetic.abs(x), lambd), 0, g),
)


@op(elementwise, paths=(_F + "softshrink",), bare=False, method=False, cases=("A(3, 4)", "A(4), 1"))
def softshrink(x: Array, lambd: Scalar = 0.5):
    """x moved towards 0 by `lambd`, and 0 where it would pass it.

    >>> F.softshrink(tensor([-1., 0.25, 2.]))
    tensor([-0.5000,  0.0000,  1.5000])
    """
    require(x, "softshrink_check")
    if lambd < 0:
        raise RuntimeFault(
            f"lambda must be greater or equal to 0, but found to be {lambd:g}.",
            blame={"lambd": ""},
        )
    return np.where(np.abs(x) <= lambd, x * 0, x - np.sign(x) * lambd)


softshrink.vjp(
    x=lambda g, x, lambd: choice.where(compare.le(arithmetic.abs(x), lambd), 0, g),
)


@op(reduction, paths=(_F + "prelu",), cases=("A(3, 4), A(4)", "A(2, 3, 2), A(1)", "A(3), A(1)"))
def prelu(x: Array, weight: Array):
    """x where positive, else weight * x: a slope for each channel (dimension 1), or one for all.

    >>> prelu([-1., 2.], [0.25])
    tensor([-0.2500,  2.0000])
    """
    channels = x.shape[1] if x.ndim > 1 else 1
    if weight.ndim > 1 or weight.size not in (1, channels):
        raise ShapeError(
            f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight.ndim}"
            if weight.ndim > 1
            else "Mismatch of parameter numbers and input channel size. Found parameter numbers = "
            f"{weight.size} and channel size = {channels}.",
            blame={"x": describe(x), "weight": describe(weight)},
        )
    require(x, "prelu_cpu")
    if x.dtype != weight.dtype:
        raise DTypeError(
            "prelu: Type promoting not supported.",
            blame={"x": describe(x), "weight": describe(weight)},
        )
    return np.where(x > 0, x, x * _along_channels(weight, x.ndim))


def _along_channels(weight, ndim):
    if ndim < 2:
        return weight
    return layout.reshape(weight, (-1, *(1,) * (ndim - 2)))


def _prelu_weight(g, x, weight_shape):
    slope = choice.where(compare.gt(x, 0), 0, g * x)
    if x.ndim > 1 and weight_shape not in ((), (1,)):
        slope = reduce.sum(slope, tuple(i for i in range(x.ndim) if i != 1))
    return slope


prelu.vjp(
    x=lambda g, x, weight: choice.where(compare.gt(x, 0), g, g * _along_channels(weight, x.ndim)),
    weight=_prelu_weight,
)


@op(composite, paths=(_F + "rrelu",), method=False, cases=("A(3, 4)",))
def rrelu(x: Array, lower: Scalar = 1 / 8, upper: Scalar = 1 / 3, training: Flag = False):
    """x where positive; elsewhere x times a slope, drawn from [lower, upper) for each in training.

    >>> rrelu(tensor([-24., 2.]))
    tensor([-5.5000,  2.0000])
    """
    if not training:
        return leaky_relu(x, (lower + upper) / 2)
    array = x.array
    require(array, "rrelu_with_noise_out_cpu")
    slopes = np.ones(array.shape, array.dtype)
    below = array <= 0
    drawn = random.default_generator().uniform((int(below.sum()),), np.dtype(np.float64))
    slopes[below] = drawn * (upper - lower) + lower
    return x * Tensor(slopes)
