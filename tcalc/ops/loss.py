"""Losses of numbers: how far predictions are from the numbers that were wanted.

To add one: compute the loss of every element and hand it to `reduced`. Losses of classes
are in `cross_entropy.py`, of probabilities in `divergence.py`, of vectors in `distance.py`.
"""

from __future__ import annotations

import math

from tcalc.core.families import loss, network
from tcalc.core.graph import Node
from tcalc.core.op import op
from tcalc.core.params import Array, Flag, Scalar, Text
from tcalc.core.remarks import remark
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, RuntimeFault, ShapeError
from tcalc.ops import arithmetic, choice, compare, exponential, reduce, special
from tcalc.ops.floating import require

_F = "torch.nn.functional."
_PAIR = ("A(3, 4), A(3, 4)", "A(3, 4), A(3, 4), reduction='sum'", "A(2, 3), A(3), reduction='none'")
_WEIGHED = (*_PAIR, "A(3), A(3), A(3, low=0.5, high=1)")
_SIGNS = "A(3, 4), I(3, 4, low=0, high=1) * 2 - 1"


def _same_size(x: Tensor, target: Tensor) -> None:
    """Remark on predictions and targets that pair up otherwise than one by one."""
    if x.shape != target.shape:
        alike = count(x.shape) == count(target.shape)
        remark(
            f"Using a target size ({target.shape}) that is different to the input size "
            f"({x.shape}). This will likely lead to incorrect results due to broadcasting. Please "
            "ensure they have the same size.",
            "target.reshape(x.shape) pairs them one by one"
            if alike
            else "as it is, each prediction is paired with several targets, or the other way round",
        )


def check_reduction(reduction: str) -> None:
    """Raise ArgumentFault unless it is a way to make one loss of all, or to leave them."""
    if reduction not in ("mean", "sum", "none"):
        raise ArgumentFault(
            f"{reduction} is not a valid value for reduction",
            blame={"reduction": ""},
            helps=["'mean', 'sum' or 'none'"],
        )


def total(losses: Array, reduction: str) -> Array:
    """What an op that is a whole loss makes of those of its elements."""
    if reduction == "none":
        return losses
    sum_of_all = losses.sum()
    return sum_of_all / losses.dtype.type(losses.size) if reduction == "mean" else sum_of_all


def share(g, reduction: str, n: int):
    """The cotangent of each of the `n` losses that such a total is made of."""
    return g / (n or math.nan) if reduction == "mean" else g


def reduced(losses: Tensor, reduction: str, node: str = "") -> Tensor:
    """All losses, their mean, or their sum; `node` is what PyTorch calls the op as a whole."""
    check_reduction(reduction)
    result: Tensor = losses
    if reduction != "none":
        result = (reduce.mean if reduction == "mean" else reduce.sum)(losses)
    return named(result, node) if node else result


def named(result: Tensor, node: str) -> Tensor:
    """A loss, with `node` as the name of its grad_fn."""
    made = result.grad_fn
    if isinstance(made, Node):
        made._name = node
    return result


def _weighed(losses: Tensor, weight: Tensor | None, reduction: str, node: str) -> Tensor:
    """Reduced losses; with weights the mean is a weighted one."""
    if weight is None:
        return reduced(losses, reduction, node)
    if weight.shape != losses.shape:
        raise ShapeError(
            "Weights and input must have the same size.", blame={"weight": describe(weight)}
        )
    if reduction == "mean":
        mean: Tensor = reduce.sum(losses * weight) / reduce.sum(weight)
        return mean
    return reduced(losses * weight, reduction)


@op(
    loss,
    name="_mse_loss",
    node="MseLossBackward0",
    check=arithmetic.refuse_bools,
    method=False,
    bare=False,
    cases=("A(3, 4), A(4), 'mean'", "A(3, 4), A(3, 4), 'none'"),
)
def _squares(x: Array, target: Array, reduction: Text):
    require(x, "mse_cpu", "fc")
    apart = x - target
    return total(apart * apart, reduction)


def _squares_rule(g, x, target, reduction):
    apart = x - target
    return share(g, reduction, count(apart.shape)) * (apart * 2).conjugate()


_squares.vjp(
    x=_squares_rule, target=lambda g, x, target, reduction: -_squares_rule(g, x, target, reduction)
)


@op(network, paths=(_F + "mse_loss",), method=False, bare=False, cases=_WEIGHED)
def mse_loss(x: Array, target: Array, weight: Array | None = None, *, reduction: Text = "mean"):
    """Squared differences; their mean, sum, or all ('none').

    >>> F.mse_loss(tensor([1., 2.]), tensor([1., 4.]))
    tensor(2.)
    """
    check_reduction(reduction)
    losses = _squares(x, target, reduction if weight is None else "none")
    _same_size(x, target)
    return losses if weight is None else _weighed(losses, weight, reduction, "MseLossBackward0")


@op(network, paths=(_F + "l1_loss",), method=False, bare=False, cases=_WEIGHED)
def l1_loss(x: Array, target: Array, weight: Array | None = None, *, reduction: Text = "mean"):
    """Absolute differences; their mean, sum, or all ('none').

    >>> F.l1_loss(tensor([1., 2.]), tensor([1., 4.]))
    tensor(1.)
    """
    losses = arithmetic.abs(x - target)
    _same_size(x, target)
    return _weighed(losses, weight, reduction, "")


def _rounded(x, target, width):
    """Half the squares of differences up to `width`, and growing evenly from there."""
    far = arithmetic.abs(x - target)
    near = choice.clamp(far, max=width)
    return near * (far - near * 0.5)


@op(
    network,
    paths=(_F + "huber_loss",),
    method=False,
    bare=False,
    cases=(*_WEIGHED, "A(3, 4), A(3, 4), delta=0.5"),
)
def huber_loss(
    x: Array,
    target: Array,
    weight: Array | None = None,
    *,
    reduction: Text = "mean",
    delta: Scalar = 1.0,
):
    """Half the squared differences up to `delta`, and beyond delta * (|difference| - delta / 2).

    >>> F.huber_loss(tensor([1., 2.]), tensor([1., 5.]))
    tensor(1.2500)
    """
    if delta <= 0:
        raise RuntimeFault(
            "huber_loss does not support non-positive values for delta.", blame={"delta": ""}
        )
    losses = _rounded(x, target, delta)
    _same_size(x, target)
    require(losses.array, "huber_cpu")
    return _weighed(losses, weight, reduction, "HuberLossBackward0")


@op(
    network,
    paths=(_F + "smooth_l1_loss",),
    method=False,
    bare=False,
    cases=(*_PAIR, "A(3, 4), A(3, 4), beta=0.5", "A(3, 4), A(3, 4), beta=0"),
)
def smooth_l1_loss(x: Array, target: Array, *, reduction: Text = "mean", beta: Scalar = 1.0):
    """Absolute differences less beta / 2, rounded off to a parabola where they are below `beta`.

    >>> F.smooth_l1_loss(tensor([1., 2.]), tensor([1., 5.]))
    tensor(1.2500)
    """
    if beta < 0:
        raise RuntimeFault(
            "smooth_l1_loss does not support negative values for beta.", blame={"beta": ""}
        )
    if beta == 0:
        return l1_loss(x, target, reduction=reduction)
    losses = _rounded(x, target, beta) / beta
    _same_size(x, target)
    require(losses.array, "smooth_l1_cpu")
    return reduced(losses, reduction, "SmoothL1LossBackward0")


@op(
    network,
    paths=(_F + "hinge_embedding_loss",),
    method=False,
    bare=False,
    cases=(_SIGNS, _SIGNS + ", 0.5, reduction='none'"),
)
def hinge_embedding_loss(
    x: Array, target: Array, margin: Scalar = 1.0, *, reduction: Text = "mean"
):
    """Distances x where the target is 1; where it is -1, what they lack to `margin`.

    >>> F.hinge_embedding_loss(tensor([2., 0.25]), tensor([1, -1]))
    tensor(1.3750)
    """
    lacking = choice.where(compare.ne(target, 1), choice.clamp(float(margin) - x, min=0), 0)
    return reduced(lacking + choice.where(compare.ne(target, -1), x, 0), reduction)


@op(network, paths=(_F + "soft_margin_loss",), method=False, bare=False, cases=(_SIGNS,))
def soft_margin_loss(x: Array, target: Array, *, reduction: Text = "mean"):
    """log(1 + exp(-target * x)), for targets 1 and -1.

    >>> F.soft_margin_loss(tensor([0., 2.]), tensor([1, 1]))
    tensor(0.4100)
    """
    losses = exponential.log1p(exponential.exp(-(target * x)))
    return reduced(losses, reduction, "SoftMarginLossBackward0")


@op(
    network,
    paths=(_F + "poisson_nll_loss",),
    method=False,
    bare=False,
    cases=(
        "A(3, 4), A(3, 4, low=0, high=3)",
        "A(3, 4), A(3, 4, low=0, high=3), full=True",
        "A(3, 4, low=0, high=3), A(3, 4, low=0, high=3), False, reduction='sum'",
    ),
)
def poisson_nll_loss(
    x: Array,
    target: Array,
    log_input: Flag = True,
    full: Flag = False,
    *,
    eps: Scalar = 1e-8,
    reduction: Text = "mean",
):
    """Negative log likelihood of counts `target` under Poisson rates exp(x), or x itself.

    `full` adds Stirling's term, which does not depend on x.

    >>> F.poisson_nll_loss(tensor([0., 1.]), tensor([1., 2.]))
    tensor(0.8591)
    """
    log = x if log_input else exponential.log(x + eps)
    losses = (exponential.exp(x) if log_input else x) - target * log
    if full:
        stirling = special.xlogy(target, target) - target
        stirling = stirling + exponential.log(target * (2 * math.pi)) * 0.5
        losses = losses + choice.where(compare.gt(target, 1), stirling, 0)
    return reduced(losses, reduction)


@op(
    network,
    paths=(_F + "gaussian_nll_loss",),
    method=False,
    bare=False,
    cases=("A(3, 4), A(3, 4), A(3, 4, low=0.5, high=2)", "A(3, 4), A(3, 4), A(3, 1) ** 2, True"),
)
def gaussian_nll_loss(
    x: Array,
    target: Array,
    var: Array,
    full: Flag = False,
    *,
    eps: Scalar = 1e-6,
    reduction: Text = "mean",
):
    """Negative log likelihood of `target` under normal distributions with means x, variances var.

    Variances below `eps` count as eps. `full` adds the constant log(2 pi) / 2.

    >>> F.gaussian_nll_loss(tensor([0., 0.]), tensor([1., 2.]), tensor([1., 1.]))
    tensor(1.2500)
    """
    if (var.array < 0).any():
        raise ArgumentFault("var has negative entry/entries", blame={"var": describe(var)})
    # A variance held at eps still has the gradient that it would have above.
    held = var + Tensor((var.array.clip(min=eps) - var.array).astype(var.array.dtype))
    apart = x - target
    losses = (exponential.log(held) + apart * apart / held) * 0.5
    return reduced(losses + math.log(2 * math.pi) / 2 if full else losses, reduction)
