"""Smooth activations: the sigmoid, the exponential units, gelu and its kin.

To add one: an elementwise op with a rule written in ops, so that it has every order of derivative.
"""

from __future__ import annotations

import math

import numpy as np

from tcalc.core.families import FLOAT, composite, elementwise
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, Scalar, Text, normalise_axis
from tcalc.core.tensor import describe
from tcalc.errors import RuntimeFault, ShapeError
from tcalc.ops import arithmetic, choice, compare, exponential, trigonometric
from tcalc.ops.floating import require

_F = "torch.nn.functional."
_SELU_ALPHA = 1.6732632423543772
_SELU_SCALE = 1.0507009873554805
_GELU_CUBE = 0.044715
_SQRT_HALF = math.sqrt(0.5)
_SQRT_2_OVER_PI = math.sqrt(2 / math.pi)
_SQRT_2_PI = math.sqrt(2 * math.pi)


def logistic(x: Array) -> Array:
    """Never exp of a large positive number, so that nothing overflows."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


def log_logistic(x: Array) -> Array:
    """log of the logistic function, without overflow."""
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def _log_one_plus_exp(x: Array) -> Array:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


@op(elementwise, result=FLOAT, aliases=("expit",), paths=(_F + "sigmoid", "torch.special.expit"))
def sigmoid(x: Array):
    """Logistic function 1 / (1 + exp(-x)), elementwise.

    >>> sigmoid([0., 2.])
    tensor([0.5000, 0.8808])
    """
    return logistic(x) if x.dtype.kind == "f" else 1 / (1 + np.exp(-x))


sigmoid.vjp(x=lambda g, out: g * (out * (1 - out)).conjugate())


@op(elementwise, paths=(_F + "logsigmoid",), method=False, bare=False, node="LogSigmoidBackward0")
def logsigmoid(x: Array):
    """log of the logistic function, without overflow.

    >>> F.logsigmoid(tensor([0., 2.]))
    tensor([-0.6931, -0.1269])
    """
    require(x, "log_sigmoid_cpu")
    return log_logistic(x)


logsigmoid.vjp(x=lambda g, x: g * sigmoid(-x))


@op(
    elementwise,
    paths=(_F + "softplus",),
    method=False,
    bare=False,
    cases=("A(3, 4)", "A()", "A(0, 3)", "A(4), 2", "A(4), 3, 1"),
)
def softplus(x: Array, beta: Scalar = 1.0, threshold: Scalar = 20.0):
    """log(1 + exp(beta * x)) / beta: a smooth relu; x itself where beta * x > threshold.

    >>> F.softplus(tensor([0., 2.]))
    tensor([0.6931, 2.1269])
    """
    require(x, "softplus_cpu")
    return np.where(x * beta > threshold, x, _log_one_plus_exp(x * beta) / beta)


softplus.vjp(
    x=lambda g, x, beta, threshold: choice.where(
        compare.gt(x * beta, threshold), g, g * sigmoid(x * beta)
    )
)


@op(elementwise, paths=(_F + "silu",), method=False, bare=False)
def silu(x: Array):
    """x * sigmoid(x), also called swish.

    >>> F.silu(tensor([0., 2.]))
    tensor([0.0000, 1.7616])
    """
    require(x, "silu_cpu", "fc")
    return x * (logistic(x) if x.dtype.kind == "f" else 1 / (1 + np.exp(-x)))


def _silu_rule(g, x):
    s = sigmoid(x)
    return g * (s * (1 + x * (1 - s))).conjugate()


silu.vjp(x=_silu_rule)


@op(elementwise, paths=(_F + "mish",), method=False, bare=False)
def mish(x: Array):
    """x * tanh(softplus(x)).

    >>> F.mish(tensor([0., 2.]))
    tensor([0.0000, 1.9440])
    """
    require(x, "mish_cpu")
    return x * np.tanh(_log_one_plus_exp(x))


def _mish_rule(g, x):
    t = trigonometric.tanh(softplus(x))
    return g * (t + x * sigmoid(x) * (1 - t * t))


mish.vjp(x=_mish_rule)


@op(
    elementwise,
    paths=(_F + "gelu",),
    method=False,
    bare=False,
    cases=("A(3, 4)", "A(3, 4), approximate='tanh'"),
)
def gelu(x: Array, *, approximate: Text = "none"):
    """x times the normal distribution function of x; 'tanh' names a quicker approximation.

    >>> F.gelu(tensor([0., 2.]))
    tensor([0.0000, 1.9545])
    """
    require(x, "GeluKernelImpl")
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(_SQRT_2_OVER_PI * (x + _GELU_CUBE * x * x * x)))
    if approximate != "none":
        raise RuntimeFault(
            "approximate argument must be either none or tanh.",
            blame={"approximate": ""},
            helps=["approximate='tanh'"],
        )
    from scipy.special import erf

    return 0.5 * x * (1 + erf(x * _SQRT_HALF))


def _gelu_rule(g, x, approximate):
    if approximate == "tanh":
        t = trigonometric.tanh(_SQRT_2_OVER_PI * (x + _GELU_CUBE * x * x * x))
        inner = _SQRT_2_OVER_PI * (1 + 3 * _GELU_CUBE * x * x)
        return g * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner)
    density = exponential.exp(x * x * -0.5) / _SQRT_2_PI
    return g * (_normal_cdf(x) + x * density)


gelu.vjp(x=_gelu_rule)


@op(elementwise, name="_normal_cdf", method=False, bare=False)
def _normal_cdf(x: Array):
    """The normal distribution function."""
    from scipy.special import ndtr

    return ndtr(x)


_normal_cdf.vjp(x=lambda g, x: g * exponential.exp(x * x * -0.5) / _SQRT_2_PI)


def _exponential_unit(x: Array, alpha: float, scale: float, rate: float) -> Array:
    return np.where(x > 0, x * scale, np.expm1(np.minimum(x, 0) * rate) * (alpha * scale))


def _exponential_unit_rule(g, x, alpha, scale, rate):
    below = exponential.exp(choice.clamp(x, max=0) * rate) * (alpha * scale * rate)
    return g * choice.where(compare.le(x, 0), below, scale)


@op(elementwise, paths=(_F + "elu",), method=False, bare=False, cases=("A(3, 4)", "A(4), 0.5"))
def elu(x: Array, alpha: Scalar = 1.0):
    """x where positive, else alpha * (exp(x) - 1).

    >>> F.elu(tensor([-1., 2.]))
    tensor([-0.6321,  2.0000])
    """
    require(x, "elu_cpu")
    return _exponential_unit(x, alpha, 1, 1)


elu.vjp(x=lambda g, x, alpha: _exponential_unit_rule(g, x, alpha, 1, 1))


@op(elementwise, paths=(_F + "celu",), method=False, cases=("A(3, 4)", "A(4), 0.5"))
def celu(x: Array, alpha: Scalar = 1.0):
    """x where positive, else alpha * (exp(x / alpha) - 1), whose slope at 0 is 1 for every alpha.

    >>> celu([-1., 2.])
    tensor([-0.6321,  2.0000])
    """
    require(x, "elu_cpu")
    if alpha == 0:
        raise RuntimeFault("ZeroDivisionError: alpha cannot be 0 for CELU", blame={"alpha": ""})
    return _exponential_unit(x, alpha, 1, 1 / alpha)


celu.vjp(x=lambda g, x, alpha: _exponential_unit_rule(g, x, alpha, 1, 1 / alpha))


@op(elementwise, paths=(_F + "selu",), method=False, node="EluBackward0")
def selu(x: Array):
    """The elu that keeps mean 0 and variance 1 from layer to layer.

    >>> selu([-1., 2.])
    tensor([-1.1113,  2.1014])
    """
    require(x, "elu_cpu")
    return _exponential_unit(x, _SELU_ALPHA, _SELU_SCALE, 1)


selu.vjp(x=lambda g, x: _exponential_unit_rule(g, x, _SELU_ALPHA, _SELU_SCALE, 1))


@op(composite, paths=(_F + "softsign",), method=False, bare=False, cases=("A(3, 4)",))
def softsign(x: Array):
    """x / (1 + |x|).

    >>> F.softsign(tensor([-1., 3.]))
    tensor([-0.5000,  0.7500])
    """
    return x / (arithmetic.abs(x) + 1)


@op(composite, paths=(_F + "tanhshrink",), method=False, bare=False, cases=("A(3, 4)",))
def tanhshrink(x: Array):
    """x - tanh(x).

    >>> F.tanhshrink(tensor([0., 2.]))
    tensor([0.0000, 1.0360])
    """
    return x - trigonometric.tanh(x)


@op(composite, paths=(_F + "glu",), method=False, bare=False, cases=("A(3, 4)", "A(4, 3), 0"))
def glu(x: Array, dim: Axis = -1):
    """The first half of x along `dim` times the sigmoid of the second.

    >>> F.glu(tensor([1., 2., 0., 0.]))
    tensor([0.5000, 1.0000])
    """
    if x.ndim == 0:
        raise ShapeError("glu does not support 0-dimensional tensors", blame={"x": describe(x)})
    dim = normalise_axis(dim, x.ndim)
    if x.shape[dim] % 2:
        raise ShapeError(
            f"Halving dimension must be even, but dimension {dim} is size {x.shape[dim]}",
            blame={"x": describe(x)},
        )
    require(x.array, "glu_cpu")
    half = x.shape[dim] // 2
    return x.narrow(dim, 0, half) * sigmoid(x.narrow(dim, half, half))
