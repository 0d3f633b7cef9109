"""Losses of classes: negative log likelihood and cross entropy."""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import indexing, network
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Int, Ints, Scalar, Text
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import DTypeError, IndexFault, RuntimeFault, ShapeError
from tcalc.ops import choice, index, layout, reduce
from tcalc.ops.floating import require
from tcalc.ops.loss import check_reduction, named, reduced, share, total
from tcalc.ops.softmax import log_softmax

_F = "torch.nn.functional."
_PROBABILITIES = "A(3, 4), A(3, 4, low=0, high=1)"
_CLASSES = (
    "A(3, 4), I(3, low=0, high=3)",
    "A(3, 4), I(3, low=0, high=3), reduction='none'",
    "A(3, 4), I(3, low=0, high=3), A(4, low=0.5, high=2), reduction='mean'",
    "A(3, 4), I(3, low=0, high=3), A(4, low=0.5, high=2), ignore_index=2, reduction='none'",
    "A(3, 4), I(3, low=0, high=3), ignore_index=1",
    "A(3, 4), I(3, low=0, high=3), reduction='sum'",
    "A(2, 3, 2, 2), I(2, 2, 2, low=0, high=2)",
    "A(2, 3, 5), I(2, 5, low=0, high=2), reduction='none'",
    "A(4), I(low=0, high=3)",
)


def _class_axis(x: Array) -> int:
    return 0 if x.ndim == 1 else 1


def _check_target(x: Array, target: Array) -> None:
    """Raise ShapeError unless x is (n, classes, ...) or (classes) and target has the rest."""
    if x.ndim == 0:
        raise ShapeError("Expected 1 or more dimensions (got 0)", blame={"x": describe(x)})
    n = x.shape[0] if x.ndim > 1 else 1
    if (x.ndim > 1 or target.ndim > 1) and (target.shape or (1,))[0] != n:
        raise _misfit(
            f"Expected input batch_size ({n}) to match target batch_size "
            f"({(target.shape or (1,))[0]}).",
            x,
            target,
        )
    wanted = ((n, *x.shape[2:]),) if x.ndim > 1 else ((), (1,))
    if target.shape not in wanted:
        wanted_size = [n, *x.shape[2:]]
        raise _misfit(f"Expected target size {wanted_size}, got {list(target.shape)}", x, target)
    if target.dtype.kind not in "iu" or target.dtype.itemsize not in (1, 8):
        raise DTypeError(
            f"expected target dtype to be Long or Byte, but got {dtypes.of(target).label}",
            blame={"target": describe(target)},
        )


def _misfit(headline: str, x: Array, target: Array) -> ShapeError:
    return ShapeError(
        headline,
        blame={"x": describe(x), "target": describe(target)},
        notes=["x is (n, classes, ...), and target (n, ...) of class numbers"],
    )


def _check_classes(x: Array, target: Array, weight: Array | None, ignored: int) -> None:
    """Raise an error for class numbers out of range, or weights that do not fit the classes."""
    classes = x.shape[_class_axis(x)]
    outside = target[((target < 0) | (target >= classes)) & (target != ignored)]
    if outside.size:
        raise IndexFault(
            f"Target {outside[0]} is out of bounds.",
            blame={"target": describe(target)},
            notes=[f"there are {classes} classes, counted from 0"],
        )
    if weight is None:
        return
    if weight.shape != (classes,):
        raise ShapeError(
            f"weight tensor should be defined either for all {classes} classes or no classes but "
            f"got weight tensor of shape: {list(weight.shape)}",
            blame={"weight": describe(weight)},
        )
    if weight.dtype != x.dtype:
        raise DTypeError(
            f"expected scalar type {dtypes.of(x).label} but found {dtypes.of(weight).label}",
            blame={"x": describe(x), "weight": describe(weight)},
        )


def _loss_name(x: Array) -> str:
    return f"NllLoss{'2D' if x.ndim > 2 else ''}Backward0"


@op(indexing, name="_nll_loss", node=_loss_name, method=False, bare=False)
def _losses_at(x: Array, places: Data, reduction: Text):
    """-x at the places of the targets' classes, which are NumPy's index of one element each."""
    return total(-x[places], reduction)


@op(indexing, name="_put_losses", method=False, bare=False)
def _put(x: Array, places: Data, size: Ints):
    """The transpose of that: zeros of a shape, and -x at the places."""
    slopes = np.zeros(size, x.dtype)
    slopes[places] -= x
    return slopes


_losses_at.vjp(
    x=lambda g, places, reduction, x_shape: _put(
        share(g, reduction, np.broadcast(*places).size), places, x_shape
    )
)
_put.vjp(x=lambda g, places: _losses_at(g, places, "none"))


def _places(classes: Array, axis: int) -> tuple[Array, ...]:
    """NumPy's index of the elements at `classes` along `axis`."""
    grid = list(np.indices(classes.shape, sparse=True))
    return (*grid[:axis], classes, *grid[axis:])


@op(network, paths=(_F + "nll_loss",), method=False, bare=False, cases=_CLASSES)
def nll_loss(
    x: Array,
    target: Array,
    weight: Array | None = None,
    *,
    ignore_index: Int = -100,
    reduction: Text = "mean",
):
    """Negative log likelihood: -x[i, target[i]] for log probabilities x (n, classes, ...).

    `weight` has a factor for each class; the mean is then a weighted one.

    >>> F.nll_loss(tensor([[-1., -2.], [-3., -4.]]), tensor([0, 1]))
    tensor(2.5000)
    """
    _check_target(x.array, target.array)
    require(x.array, "nll_loss_out_frame")
    _check_classes(x.array, target.array, None if weight is None else weight.array, ignore_index)
    classes, counted = _counted(x, target, ignore_index)
    check_reduction(reduction)
    places = _places(classes, _class_axis(x))
    if weight is None and counted.all():
        return _losses_at(x, places, reduction)
    losses = _losses_at(x, places, "none")
    factors = None if weight is None else index.take_elements(weight, (classes,))
    if factors is not None:
        losses = losses * factors
    losses = choice.where(counted, losses, 0)
    if reduction == "mean":
        loss = reduce.sum(losses) / _total(counted, factors, x.array.dtype)
    else:
        loss = reduced(losses, reduction)
    return named(loss, _loss_name(x))


def _counted(x: Tensor, target: Tensor, ignored: int) -> tuple[Array, Array]:
    """The class number of each target, 0 for ignored ones, and which are not ignored."""
    numbers = target.array if x.ndim > 1 else target.array.reshape(())
    counted = np.asarray(numbers != ignored)
    return np.where(counted, numbers, 0).astype(np.int64), counted


def _total(counted: Array, factors: Tensor | None, dtype: np.dtype[Any]) -> Tensor:
    """The weight of all targets, which the mean is divided by."""
    if factors is None:
        return Tensor(np.asarray(np.count_nonzero(counted), dtype))
    total: Tensor = reduce.sum(choice.where(counted, factors, 0))
    return total


@op(
    network,
    paths=(_F + "cross_entropy",),
    method=False,
    bare=False,
    cases=(
        *_CLASSES,
        "A(3, 4), I(3, low=0, high=3), label_smoothing=0.1",
        "A(3, 4), I(3, low=0, high=3), A(4, low=0.5, high=2), label_smoothing=0.1",
        "A(3, 4), I(3, low=0, high=3), ignore_index=1, label_smoothing=0.1, reduction='sum'",
        "A(3, 4), A(3, 4)",
        _PROBABILITIES,
        _PROBABILITIES + ", A(4, low=0.5, high=2), label_smoothing=0.1",
        "A(2, 3, 4), A(2, 3, 4, low=0, high=1), reduction='none'",
        "A(4), A(4, low=0, high=1)",
    ),
)
def cross_entropy(
    x: Array,
    target: Array,
    weight: Array | None = None,
    *,
    ignore_index: Int = -100,
    reduction: Text = "mean",
    label_smoothing: Scalar = 0.0,
):
    """Cross entropy of softmax(x) with class numbers, or with probabilities of x's shape.

    x is (n, classes, ...) or (classes). `label_smoothing` moves a share of the target's
    probability to all classes evenly.

    >>> F.cross_entropy(tensor([[2., 0.], [0., 2.]]), tensor([0, 1]))
    tensor(0.1269)
    """
    if not 0 <= label_smoothing <= 1:
        raise RuntimeFault(
            f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing:g}",
            blame={"label_smoothing": ""},
        )
    if target.shape == x.shape and x.ndim:
        return _of_probabilities(x, target, weight, reduction, label_smoothing)
    _check_target(x.array, target.array)
    dim = _class_axis(x)
    logs = log_softmax(x, dim)
    loss = nll_loss(logs, target, weight, ignore_index=ignore_index, reduction=reduction)
    if not label_smoothing:
        return loss
    per_class = logs if weight is None else logs * _over_classes(weight, x)
    classes, counted = _counted(x, target, ignore_index)
    smooth = choice.where(counted, -reduce.sum(per_class, dim), 0)
    if reduction == "mean":
        factors = None if weight is None else index.take_elements(weight, (classes,))
        smooth = reduce.sum(smooth) / _total(counted, factors, x.array.dtype)
    else:
        smooth = reduced(smooth, reduction)
    return loss * (1 - label_smoothing) + smooth * (label_smoothing / x.shape[dim])


def _over_classes(weight, x):
    """Weights of classes, in a shape that broadcasts with x."""
    return layout.reshape(weight, (-1, *(1,) * (x.ndim - 2)))


def _of_probabilities(x, target, weight, reduction: str, smoothing: float):
    if not target.dtype.is_floating_point:
        raise DTypeError(
            "Expected floating point type for target with class probabilities, got "
            f"{target.dtype.label}",
            blame={"target": describe(target)},
        )
    dim = _class_axis(x)
    classes = x.shape[dim]
    if smoothing:
        target = target * (1 - smoothing) + smoothing / classes
    terms = log_softmax(x, dim) * target
    if weight is not None:
        terms = terms * _over_classes(weight, x)
    losses = -reduce.sum(terms, dim)
    if reduction == "mean":
        return reduce.sum(losses) / max(losses.array.size, 1)
    return reduced(losses, reduction)
