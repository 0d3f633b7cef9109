"""Losses of probabilities: cross entropies of two classes, divergence of distributions."""

from __future__ import annotations

import numpy as np

from tcalc.core.families import elementwise, loss, network
from tcalc.core.op import op
from tcalc.core.params import Array, Flag, Text
from tcalc.core.tensor import count, describe
from tcalc.errors import ArgumentFault, DTypeError, RuntimeFault, ShapeError
from tcalc.ops import arithmetic, choice, exponential, reduce, special
from tcalc.ops.activation import log_logistic, logsigmoid, sigmoid
from tcalc.ops.floating import require
from tcalc.ops.loss import check_reduction, reduced, share, total

_F = "torch.nn.functional."
_PROBABILITIES = "A(3, 4), A(3, 4, low=0, high=1)"
_SMALLEST_LOG = -100.0
_SMALLEST_SLOPE = 1e-12


def _check_logits(x: Array, target: Array) -> None:
    require(x, "log_sigmoid_cpu")
    arithmetic.refuse_bools(x, target)


@op(
    loss,
    name="_binary_cross_entropy_with_logits",
    check=_check_logits,
    method=False,
    bare=False,
    cases=(_PROBABILITIES + ", 'mean'", _PROBABILITIES + ", 'none'"),
)
def _logit_losses(x: Array, target: Array, reduction: Text):
    return total((1 - target) * x - log_logistic(x), reduction)


_logit_losses.vjp(
    x=lambda g, x, target, reduction, x_shape: (
        share(g, reduction, count(x_shape)) * (sigmoid(x) - target)
    ),
    target=lambda g, x, reduction, x_shape: share(g, reduction, count(x_shape)) * -x,
)


@op(
    network,
    paths=(_F + "binary_cross_entropy_with_logits",),
    method=False,
    bare=False,
    cases=(
        _PROBABILITIES,
        _PROBABILITIES + ", A(4), reduction='sum', pos_weight=A(4, low=0.5, high=2)",
    ),
)
def binary_cross_entropy_with_logits(
    x: Array,
    target: Array,
    weight: Array | None = None,
    *,
    reduction: Text = "mean",
    pos_weight: Array | None = None,
):
    """Cross entropy of sigmoid(x) with probabilities, without overflow.

    `pos_weight` is a factor for the positive part, `weight` one for the whole.

    >>> F.binary_cross_entropy_with_logits(tensor([0., 2.]), tensor([1., 1.]))
    tensor(0.4100)
    """
    if target.shape != x.shape:
        raise ShapeError(
            f"Target size ({target.shape}) must be the same as input size ({x.shape})",
            blame={"x": describe(x), "target": describe(target)},
        )
    check_reduction(reduction)
    if weight is None and pos_weight is None:
        return _logit_losses(x, target, reduction)
    if pos_weight is None:
        losses = _logit_losses(x, target, "none")
    else:
        losses = (1 - target) * x - logsigmoid(x) * (target * (pos_weight - 1) + 1)
    losses = losses if weight is None else losses * weight
    return reduced(losses, reduction, "BinaryCrossEntropyWithLogitsBackward0")


@op(elementwise, name="_binary_cross_entropy", method=False, bare=False, domain=(0.1, 0.9))
def _binary_losses(x: Array, target: Array):
    """Cross entropies of two classes; logs are held above -100."""
    with np.errstate(divide="ignore"):
        yes = np.maximum(np.log(x), _SMALLEST_LOG)
        no = np.maximum(np.log1p(-x), _SMALLEST_LOG)
    return (target - 1) * no - target * yes


_binary_losses.vjp(
    x=lambda g, x, target: g * (x - target) / choice.clamp((1 - x) * x, min=_SMALLEST_SLOPE),
    target=lambda g, x: (
        g
        * (
            choice.clamp(exponential.log1p(-x), min=_SMALLEST_LOG)
            - choice.clamp(exponential.log(x), min=_SMALLEST_LOG)
        )
    ),
)


@op(
    network,
    paths=(_F + "binary_cross_entropy",),
    method=False,
    bare=False,
    cases=(
        "A(3, 4, low=0.1, high=0.9), A(3, 4, low=0, high=1)",
        "A(3, 4, low=0.1, high=0.9), A(3, 4, low=0, high=1), A(4), reduction='none'",
    ),
)
def binary_cross_entropy(
    x: Array, target: Array, weight: Array | None = None, *, reduction: Text = "mean"
):
    """Cross entropy of probabilities x with probabilities `target`; logs are held above -100.

    >>> F.binary_cross_entropy(tensor([0.5, 0.5]), tensor([1., 0.]))
    tensor(0.6931)
    """
    if target.shape != x.shape:
        raise ShapeError(
            f"Using a target size ({target.shape}) that is different to the input size "
            f"({x.shape}) is deprecated. Please ensure they have the same size.",
            blame={"x": describe(x), "target": describe(target)},
        )
    require(x.array, "binary_cross_entropy")
    for name, given in (("input", x), ("target", target)):
        if not ((given.array >= 0) & (given.array <= 1)).all():
            raise RuntimeFault(
                f"all elements of {name} should be between 0 and 1",
                blame={"x" if given is x else "target": describe(given)},
                helps=["F.binary_cross_entropy_with_logits({x}, {target})"] if given is x else (),
            )
    losses = _binary_losses(x, target)
    losses = losses if weight is None else losses * weight
    return reduced(losses, reduction, "BinaryCrossEntropyBackward0")


@op(
    network,
    paths=(_F + "kl_div",),
    method=False,
    bare=False,
    cases=(
        _PROBABILITIES,
        _PROBABILITIES + ", reduction='batchmean'",
        "A(3, 4), A(3, 4), log_target=True, reduction='none'",
    ),
)
def kl_div(x: Array, target: Array, *, reduction: Text = "mean", log_target: Flag = False):
    """target * (log(target) - x): divergence of log probabilities x from probabilities.

    'batchmean' divides the sum by the size of the first dimension. With `log_target` the target is
    log probabilities too.

    >>> F.kl_div(tensor([[-1., -1.]]), tensor([[0.5, 0.5]]), reduction='batchmean')
    tensor(0.3069)
    """
    if x.array.dtype.kind in "biu" or target.array.dtype.kind in "biu":
        raise DTypeError(
            "kl_div: Integral inputs not supported.",
            blame={"x": describe(x), "target": describe(target)},
        )
    if log_target:
        losses = exponential.exp(target) * (target - x)
    else:
        losses = special.xlogy(target, target) - target * x
    if reduction == "batchmean":
        if x.ndim == 0:
            raise ArgumentFault("batchmean wants a first dimension", blame={"x": describe(x)})
        return reduce.sum(losses) / x.shape[0]
    return reduced(losses, reduction)
