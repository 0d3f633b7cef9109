"""Functions of neural networks: activations, softmax, losses, layers as functions."""

from __future__ import annotations

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import FLOAT, composite, elementwise, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, DTypeLike, Int, Scalar, Text
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, DTypeError, IndexFault, ShapeError
from tcalc.ops import choice, compare, exponential, gather, layout, linalg, reduce

_F = "torch.nn.functional."


@op(elementwise, paths=(_F + "relu",))
def relu(x: Array):
    """The positive part max(x, 0), elementwise; its gradient at 0 is 0.

    >>> relu([-1., 0., 2.])
    tensor([0., 0., 2.])
    """
    compare.refuse_complex(x, "relu")
    return np.maximum(x, x.dtype.type(0))


relu.vjp(x=lambda g, out: g * compare.gt(out, 0))


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
    return np.where(x > 0, x, x * negative_slope)


leaky_relu.vjp(x=lambda g, x, negative_slope: choice.where(compare.gt(x, 0), g, g * negative_slope))


def _logistic(x: Array) -> Array:
    """Never exp of a large positive number, so that nothing overflows."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


@op(elementwise, result=FLOAT, aliases=("expit",), paths=(_F + "sigmoid", "torch.special.expit"))
def sigmoid(x: Array):
    """Logistic function 1 / (1 + exp(-x)), elementwise.

    >>> sigmoid([0., 2.])
    tensor([0.5000, 0.8808])
    """
    return _logistic(x) if x.dtype.kind == "f" else 1 / (1 + np.exp(-x))


sigmoid.vjp(x=lambda g, out: g * (out * (1 - out)).conjugate())


@op(
    elementwise,
    result=FLOAT,
    paths=(_F + "logsigmoid",),
    method=False,
    bare=False,
    node="LogSigmoidBackward0",
)
def logsigmoid(x: Array):
    """log of the logistic function, without overflow.

    >>> F.logsigmoid(tensor([0., 2.]))
    tensor([-0.6931, -0.1269])
    """
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


logsigmoid.vjp(x=lambda g, x: g * sigmoid(-x))


@op(elementwise, result=FLOAT, paths=(_F + "softplus",), method=False, bare=False)
def softplus(x: Array):
    """log(1 + exp(x)): a smooth relu.

    >>> F.softplus(tensor([0., 2.]))
    tensor([0.6931, 2.1269])
    """
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


softplus.vjp(x=lambda g, x: g * sigmoid(x))


@op(composite, paths=(_F + "silu",), method=False, bare=False, cases=("A(3, 4)",))
def silu(x: Array):
    """x * sigmoid(x).

    >>> F.silu(tensor([0., 2.]))
    tensor([0.0000, 1.7616])
    """
    return x * sigmoid(x)


@op(composite, paths=(_F + "tanhshrink",), method=False, bare=False, cases=("A(3, 4)",))
def tanhshrink(x: Array):
    """x - tanh(x).

    >>> F.tanhshrink(tensor([0., 2.]))
    tensor([0.0000, 1.0360])
    """
    return x - x.tanh()


def _shifted(x: Array, dim: int) -> Array:
    return x - np.max(x, axis=dim, keepdims=True) if x.size else x


@op(
    reduction,
    paths=(_F + "softmax", "torch.special.softmax"),
    cases=("A(3, 4), 1", "A(3, 4), 0", "A(), 0"),
)
def softmax(x: Array, dim: Axis, *, dtype: DTypeLike = None):
    """exp(x) divided by its sum along `dim`: positive numbers that add up to 1.

    >>> softmax([1., 2., 3.], dim=0)
    tensor([0.0900, 0.2447, 0.6652])
    """
    x = _floats(x, dtype, "softmax")
    if x.ndim == 0:
        return np.exp(x - x)
    e = np.exp(_shifted(x, dim))
    return e / np.sum(e, axis=dim, keepdims=True)


def _floats(x: Array, dtype, name: str) -> Array:
    if dtype is not None:
        return dtypes.cast(x, dtype)
    if x.dtype.kind in "biu":
        raise DTypeError(
            f"\"{name}_lastdim_kernel_impl\" not implemented for '{dtypes.of(x).label}'",
            blame={"x": describe(x)},
            helps=[f"{name}({{x}}.float(), dim=-1)"],
        )
    return x


softmax.vjp(x=lambda g, out, dim: out * (g - reduce.sum(g * out, dim, True)))


@op(
    reduction,
    paths=(_F + "log_softmax", "torch.special.log_softmax"),
    cases=("A(3, 4), 1", "A(3, 4), 0", "A(), 0"),
)
def log_softmax(x: Array, dim: Axis, *, dtype: DTypeLike = None):
    """log of softmax, without overflow.

    >>> log_softmax([1., 2., 3.], dim=0)
    tensor([-2.4076, -1.4076, -0.4076])
    """
    x = _floats(x, dtype, "log_softmax")
    if x.ndim == 0:
        return x - x
    moved = _shifted(x, dim)
    return moved - np.log(np.sum(np.exp(moved), axis=dim, keepdims=True))


log_softmax.vjp(x=lambda g, out, dim: g - exponential.exp(out) * reduce.sum(g, dim, True))


def _reduced(losses, reduction: str):
    """All losses, their mean, or their sum."""
    if reduction == "mean":
        return losses.mean()
    if reduction == "sum":
        return losses.sum()
    if reduction == "none":
        return losses
    raise ArgumentFault(
        f"{reduction} is not a valid value for reduction",
        blame={"reduction": ""},
        helps=["'mean', 'sum' or 'none'"],
    )


@op(
    composite,
    paths=(_F + "mse_loss",),
    method=False,
    bare=False,
    cases=("A(3, 4), A(3, 4)", "A(3, 4), A(3, 4), reduction='sum'"),
)
def mse_loss(x: Array, target: Array, *, reduction: Text = "mean"):
    """Squared differences; their mean, sum, or all ('none').

    >>> F.mse_loss(tensor([1., 2.]), tensor([1., 4.]))
    tensor(2.)
    """
    return _reduced((x - target).square(), reduction)


@op(composite, paths=(_F + "l1_loss",), method=False, bare=False, cases=("A(3, 4), A(3, 4)",))
def l1_loss(x: Array, target: Array, *, reduction: Text = "mean"):
    """Absolute differences; their mean, sum, or all ('none').

    >>> F.l1_loss(tensor([1., 2.]), tensor([1., 4.]))
    tensor(1.)
    """
    return _reduced((x - target).abs(), reduction)


@op(
    reduction,
    paths=(_F + "nll_loss",),
    method=False,
    bare=False,
    cases=(
        "A(3, 4), I(3, low=0, high=3)",
        "A(3, 4), I(3, low=0, high=3), reduction='none'",
        "A(3, 4), I(3, low=0, high=3), reduction='sum'",
        "A(4), I(low=0, high=3)",
    ),
)
def nll_loss(x: Array, target: Array, *, reduction: Text = "mean"):
    """Negative log likelihood: -x[i, target[i]] for log probabilities x (n, classes).

    >>> F.nll_loss(tensor([[-1., -2.], [-3., -4.]]), tensor([0, 1]))
    tensor(2.5000)
    """
    if x.ndim not in (1, 2) or x.shape[:-1] != target.shape:
        raise ShapeError(
            f"Expected input batch_size ({x.shape[0] if x.ndim else 1}) to match target batch_size "
            f"({target.shape[0] if target.ndim else 1}).",
            blame={"x": describe(x), "target": describe(target)},
            notes=["x is (n, classes), target (n) of class numbers"],
        )
    classes = x.shape[-1]
    if target.size and (target.min() < 0 or target.max() >= classes):
        worst = target.max() if target.max() >= classes else target.min()
        raise IndexFault(
            f"Target {worst} is out of bounds.",
            blame={"target": describe(target)},
            notes=[f"there are {classes} classes, counted from 0"],
        )
    losses = -np.take_along_axis(x, target[..., None], -1)[..., 0]
    return _reduced(losses, reduction)


def _nll_rule(g, x_shape, target, reduction):
    """Each row's cotangent, negated, at the place of its class."""
    share = -g / count(target.shape) if reduction == "mean" else -g
    rows = layout.unsqueeze(layout.expand(share, target.shape), -1)
    return gather._ungather(rows, len(x_shape) - 1, layout.unsqueeze(target, -1), x_shape)


nll_loss.vjp(x=_nll_rule)


@op(
    composite,
    paths=(_F + "cross_entropy",),
    method=False,
    bare=False,
    cases=("A(3, 4), I(3, low=0, high=3)", "A(3, 4), A(3, 4)"),
)
def cross_entropy(x: Array, target: Array, *, reduction: Text = "mean"):
    """Cross entropy of softmax(x) with class numbers (n), or with class probabilities of x's shape.

    >>> F.cross_entropy(tensor([[2., 0.], [0., 2.]]), tensor([0, 1]))
    tensor(0.1269)
    """
    if target.dtype.is_floating_point:
        losses = -reduce.sum(log_softmax(x, -1) * target, -1)
        return _reduced(losses, reduction)
    return nll_loss(log_softmax(x, x.ndim - 1), target, reduction=reduction)


@op(
    composite,
    paths=(_F + "binary_cross_entropy_with_logits",),
    method=False,
    bare=False,
    cases=("A(3, 4), A(3, 4, low=0, high=1)",),
)
def binary_cross_entropy_with_logits(x: Array, target: Array, *, reduction: Text = "mean"):
    """Cross entropy of sigmoid(x) with probabilities, without overflow.

    >>> F.binary_cross_entropy_with_logits(tensor([0., 2.]), tensor([1., 1.]))
    tensor(0.4100)
    """
    return _reduced((1 - target) * x - logsigmoid(x), reduction)


@op(
    composite,
    paths=(_F + "binary_cross_entropy",),
    method=False,
    bare=False,
    cases=("A(3, 4, low=0.1, high=0.9), A(3, 4, low=0, high=1)",),
)
def binary_cross_entropy(x: Array, target: Array, *, reduction: Text = "mean"):
    """Cross entropy of probabilities x with probabilities `target`; logs are held above -100.

    >>> F.binary_cross_entropy(tensor([0.5, 0.5]), tensor([1., 0.]))
    tensor(0.6931)
    """
    yes = x.log().clamp(min=-100)
    no = (1 - x).log().clamp(min=-100)
    return _reduced(-(target * yes + (1 - target) * no), reduction)


@op(
    composite,
    paths=(_F + "linear",),
    method=False,
    bare=False,
    cases=("A(5, 3), A(4, 3)", "A(5, 3), A(4, 3), A(4)"),
)
def linear(x: Array, weight: Array, bias: Array | None = None):
    """x @ weight.T + bias, with weight (out, in).

    >>> F.linear(tensor([[1., 2.]]), tensor([[1., 1.]]), tensor([10.]))
    tensor([[13.]])
    """
    if bias is not None and x.ndim == 2:
        return linalg.addmm(bias, x, layout.t(weight))
    product = linalg.matmul(x, weight.T)
    return product if bias is None else product + bias


@op(composite, paths=(_F + "normalize",), method=False, bare=False, cases=("A(3, 4)",))
def normalize(x: Array, p: Scalar = 2.0, dim: Int = 1, eps: Scalar = 1e-12):
    """x divided by its norm along `dim`, or by eps if that is larger.

    >>> F.normalize(tensor([[3., 4.]]))
    tensor([[0.6000, 0.8000]])
    """
    length = reduce.norm(x, p, dim, True)
    return x / length.clamp(min=eps)


@op(composite, paths=(_F + "one_hot",), method=False, bare=False, cases=("I(4, low=0, high=3), 5",))
def one_hot(x: Array, num_classes: Int = -1):
    """Rows with a 1 at the class number and 0 elsewhere.

    >>> F.one_hot(tensor([0, 2]))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    array = x.array
    if array.dtype != np.int64:
        raise DTypeError(
            "one_hot is only applicable to index tensor of type LongTensor.",
            blame={"x": describe(x)},
            helps=["{x}.long()"],
        )
    if array.size and array.min() < 0:
        raise ArgumentFault("Class values must be non-negative.", blame={"x": ""})
    n = int(array.max()) + 1 if num_classes < 0 else num_classes
    if array.size and array.max() >= n:
        raise ArgumentFault(
            "Class values must be smaller than num_classes.", blame={"x": "", "num_classes": ""}
        )
    return Tensor((array[..., None] == np.arange(n)).astype(np.int64))
