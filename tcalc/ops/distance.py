"""Distances and angles between vectors, and the losses made of them."""

from __future__ import annotations

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import network
from tcalc.core.op import op
from tcalc.core.params import Array, Axis, Flag, Int, Scalar, Text
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import DTypeError, ShapeError
from tcalc.ops import choice, compare, exponential, gather, norms, reduce
from tcalc.ops.create import room
from tcalc.ops.loss import reduced

_F = "torch.nn.functional."
_SMALLEST_SQUARE = 1e-12


@op(
    network, paths=(_F + "normalize",), method=False, bare=False, cases=("A(3, 4)", "A(3, 4), 1, 0")
)
def normalize(x: Array, p: Scalar = 2.0, dim: Int = 1, eps: Scalar = 1e-12):
    """x divided by its norm along `dim`, or by eps if that is larger.

    >>> F.normalize(tensor([[3., 4.]]))
    tensor([[0.6000, 0.8000]])
    """
    return x / choice.clamp(norms.norm(x, p, dim, True), min=eps)


@op(
    network,
    paths=(_F + "cosine_similarity",),
    method=False,
    cases=("A(3, 4), A(3, 4)", "A(3, 4), A(4), dim=-1", "A(3, 1, 4), A(2, 4), 2", "A(4), A(4), 0"),
)
def cosine_similarity(x1: Array, x2: Array, dim: Axis = 1, eps: Scalar = 1e-8):
    """The cosine of the angle between x1 and x2 along `dim`; lengths below eps count as eps.

    >>> cosine_similarity([[1., 0.]], [[1., 1.]])
    tensor([0.7071])
    """
    dtype = dtypes.promote(x1.dtype, x2.dtype)
    if not dtype.is_floating_point:
        raise DTypeError(
            "expected common dtype to be floating point, yet common dtype is " + dtype.label,
            blame={"x1": describe(x1), "x2": describe(x2)},
        )
    # The broadcast operands, whose dimensions `dim` counts.
    a, b = x1 + x2 * 0, x2 + x1 * 0
    if x1.shape == x2.shape:
        a, b = x1, x2
    a = a / choice.clamp(norms.norm(a, 2, dim, True), min=eps)
    b = b / choice.clamp(norms.norm(b, 2, dim, True), min=eps)
    return reduce.sum(a * b, dim)


@op(
    network,
    paths=(_F + "pairwise_distance",),
    method=False,
    cases=("A(3, 4), A(3, 4)", "A(3, 4), A(4), 1, keepdim=True", "A(4), A(4)"),
)
def pairwise_distance(
    x1: Array, x2: Array, p: Scalar = 2.0, eps: Scalar = 1e-6, keepdim: Flag = False
):
    """The p-norm of x1 - x2 + eps along the last dimension.

    >>> pairwise_distance([[3., 4.]], [[0., 0.]])
    tensor([5.0000])
    """
    return norms.norm(x1 - x2 + eps, p, -1, keepdim)


@op(
    network,
    paths=(_F + "cosine_embedding_loss",),
    method=False,
    bare=False,
    cases=(
        "A(3, 4), A(3, 4), I(3, low=0, high=1) * 2 - 1",
        "A(3, 4), A(3, 4), I(3, low=0, high=1) * 2 - 1, 0.2, reduction='none'",
    ),
)
def cosine_embedding_loss(
    input1: Array, input2: Array, target: Array, margin: Scalar = 0, *, reduction: Text = "mean"
):
    """1 - cosine where the target is 1; where it is -1, how far the cosine exceeds `margin`.

    >>> F.cosine_embedding_loss(tensor([[1., 0.]]), tensor([[0., 1.]]), tensor([1]))
    tensor(1.)
    """
    if target.ndim != input1.ndim - 1:
        raise ShapeError(
            f"{target.ndim}D target tensor expects {target.ndim + 1}D input tensors, but found "
            f"inputs with sizes {list(input1.shape)} and {list(input2.shape)}.",
            blame={"input1": describe(input1), "target": describe(target)},
        )
    squares = [reduce.sum(v * v, -1) + _SMALLEST_SQUARE for v in (input1, input2)]
    cosine = reduce.sum(input1 * input2, -1) / exponential.sqrt(squares[0] * squares[1])
    alike = choice.where(compare.eq(target, 1), 1 - cosine, 0)
    apart = choice.where(compare.eq(target, -1), choice.clamp(cosine - margin, min=0), 0)
    return reduced(alike + apart, reduction)


@op(
    network,
    paths=(_F + "margin_ranking_loss",),
    method=False,
    bare=False,
    cases=(
        "A(3), A(3), I(3, low=0, high=1) * 2 - 1",
        "A(3, 2), A(3, 2), I(3, 2, low=0, high=1) * 2 - 1, 0.5, reduction='sum'",
    ),
)
def margin_ranking_loss(
    input1: Array, input2: Array, target: Array, margin: Scalar = 0, *, reduction: Text = "mean"
):
    """How far input1 fails to exceed input2 by `margin`, or the reverse where the target is -1.

    >>> F.margin_ranking_loss(tensor([1.]), tensor([3.]), tensor([1]))
    tensor(2.)
    """
    if not input1.ndim == input2.ndim == target.ndim:
        raise ShapeError(
            "margin_ranking_loss : All input tensors should have same dimension but got sizes: "
            f"input1: {input1.shape}, input2: {input2.shape}, target: {target.shape} ",
            blame={"input1": describe(input1), "target": describe(target)},
        )
    return reduced(choice.clamp(-target * (input1 - input2) + float(margin), min=0), reduction)


@op(
    network,
    paths=(_F + "triplet_margin_loss",),
    method=False,
    bare=False,
    cases=(
        "A(3, 4), A(3, 4), A(3, 4)",
        "A(3, 4), A(3, 4), A(3, 4), 2, swap=True, reduction='none'",
    ),
)
def triplet_margin_loss(
    anchor: Array,
    positive: Array,
    negative: Array,
    margin: Scalar = 1.0,
    p: Scalar = 2.0,
    eps: Scalar = 1e-6,
    swap: Flag = False,
    *,
    reduction: Text = "mean",
):
    """How far the anchor fails to be nearer to the positive than to the negative, by `margin`.

    With `swap` the negative's distance is the smaller of those from anchor and positive.

    >>> F.triplet_margin_loss(tensor([[0., 0.]]), tensor([[3., 4.]]), tensor([[2., 0.]]))
    tensor(4.0000)
    """
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise ShapeError(
            "The anchor, positive, and negative tensors are expected to have the same number of "
            f"dimensions, but got: anchor {anchor.ndim}D, positive {positive.ndim}D, and negative "
            f"{negative.ndim}D inputs",
            blame={name: "" for name in ("anchor", "positive", "negative")},
        )
    near = pairwise_distance(anchor, positive, p, eps)
    far = pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = choice.minimum(far, pairwise_distance(positive, negative, p, eps))
    return reduced(choice.clamp(near - far + margin, min=0), reduction)


@op(network, paths=(_F + "pdist",), method=False, cases=("A(4, 3)", "A(3, 2), 1"))
def pdist(x: Array, p: Scalar = 2):
    """The distances of order p of all pairs of rows, the first with each later one, and so on.

    >>> pdist(tensor([[0., 0.], [3., 4.], [0., 8.]]))
    tensor([5., 8., 5.])
    """
    if x.ndim != 2:
        raise ShapeError(
            f"pdist only supports 2D tensors, got: {x.ndim}D", blame={"x": describe(x)}
        )
    n, size = x.shape
    room((n * (n - 1) // 2, size), x.dtype)
    first, second = (Tensor(places) for places in np.triu_indices(n, 1))
    apart = gather.index_select(x, 0, first) - gather.index_select(x, 0, second)
    return norms.linalg_vector_norm(apart, p, -1)
