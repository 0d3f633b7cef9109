"""Layers as functions: linear maps, embeddings, attention."""

from __future__ import annotations

import math

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import indexing, network
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Flag, Int, Scalar
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError, IndexFault, ShapeError
from tcalc.ops import choice, index, layout, linalg, reduce
from tcalc.ops.create import room
from tcalc.ops.dropout import dropout
from tcalc.ops.softmax import softmax

_F = "torch.nn.functional."


@op(
    network,
    paths=(_F + "linear",),
    method=False,
    bare=False,
    cases=("A(5, 3), A(4, 3)", "A(5, 3), A(4, 3), A(4)", "A(2, 5, 3), A(4, 3), A(4)", "A(3), A(3)"),
)
def linear(x: Array, weight: Array, bias: Array | None = None):
    """x @ weight.T + bias, with weight (out, in) or (in).

    >>> F.linear(tensor([[1., 2.]]), tensor([[1., 1.]]), tensor([10.]))
    tensor([[13.]])
    """
    if bias is not None and x.ndim == 2 and weight.ndim == 2:
        return linalg.addmm(bias, x, layout.t(weight))
    product = linalg.matmul(x, layout.t(weight))
    return product if bias is None else product + bias


@op(
    network,
    paths=(_F + "bilinear",),
    method=False,
    cases=("A(5, 3), A(5, 2), A(4, 3, 2)", "A(5, 3), A(5, 2), A(4, 3, 2), A(4)"),
)
def bilinear(input1: Array, input2: Array, weight: Array, bias: Array | None = None):
    """input1 @ weight[k] @ input2 for each k, plus bias; weight is (out, in1, in2).

    >>> bilinear([[1., 2.]], [[3.]], [[[1.], [1.]]])
    tensor([[9.]])
    """
    n, m = input1.shape[-1:], input2.shape[-1:]
    if weight.ndim != 3 or n != weight.shape[1:2] or m != weight.shape[2:]:
        raise ShapeError(
            f"bilinear(): weight of shape {list(weight.shape)} does not map inputs of sizes "
            f"{list(n)} and {list(m)}",
            blame={name: "" for name in ("input1", "input2", "weight")},
            notes=["weight is (out, in1, in2)"],
        )
    # (..., 1, 1, in1) @ (out, in1, in2) is (..., out, 1, in2)
    rows = linalg.matmul(layout.unsqueeze(layout.unsqueeze(input1, -2), -2), weight)
    product = reduce.sum(layout.squeeze(rows, -2) * layout.unsqueeze(input2, -2), -1)
    return product if bias is None else product + bias


@op(
    indexing,
    paths=(_F + "embedding",),
    method=False,
    bare=False,
    cases=("I(2, 3, low=0, high=4), A(5, 2)", "I(6, low=0, high=4), A(5, 2)"),
)
def embedding(
    x: Array,
    weight: Array,
    padding_idx: Int | None = None,
    max_norm: Scalar | None = None,
    norm_type: Scalar = 2.0,
    scale_grad_by_freq: Flag = False,
):
    """The rows of `weight` (n, size) that x names; the row `padding_idx` gets no gradient.

    >>> F.embedding(tensor([1, 0]), tensor([[1., 2.], [3., 4.]]))
    tensor([[3., 4.],
            [1., 2.]])
    """
    if x.dtype not in (np.int64, np.int32):
        raise DTypeError(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: "
            f"Long, Int; but got {describe(x)} instead (while checking arguments for embedding)",
            blame={"x": describe(x)},
        )
    if weight.ndim != 2:
        raise ShapeError("'weight' must be 2-D", blame={"weight": describe(weight)})
    n = len(weight)
    if x.size and (x.min() < 0 or x.max() >= n):
        raise IndexFault(
            "index out of range in self",
            blame={"x": describe(x)},
            notes=[f"there are {n} rows, counted from 0"],
        )
    _row(padding_idx, n)
    if max_norm is not None:
        _shorten(weight, np.unique(x), max_norm, norm_type)
    room((*x.shape, weight.shape[1]), dtypes.of(weight))
    return weight[x]


def _row(padding_idx, n: int):
    """The row that gets no gradient, counted from 0, or None."""
    if padding_idx is None:
        return None
    if not -n <= padding_idx < n:
        raise ArgumentFault("Padding_idx must be within num_embeddings", blame={"padding_idx": ""})
    return padding_idx % n


def _shorten(weight: Array, rows: Array, longest: float, p: float) -> None:
    """Scale the named rows that are longer than `longest` down to it, in place."""
    lengths = np.linalg.norm(weight[rows], p, axis=1, keepdims=True)
    weight[rows] *= np.where(lengths > longest, longest / (lengths + 1e-7), 1)


def _embedding_rule(g, x, weight_shape, padding_idx, scale_grad_by_freq):
    places = np.asarray(getattr(x, "array", x))
    factor = np.ones(places.shape, getattr(g, "array", g).dtype)
    if padding_idx is not None:
        factor[places == _row(padding_idx, weight_shape[0])] = 0
    if scale_grad_by_freq:
        factor /= np.bincount(places.ravel(), minlength=1)[places]
    return index.put_elements(g * factor[..., None], (places,), weight_shape)


embedding.vjp(weight=_embedding_rule)


@op(
    network,
    paths=(_F + "one_hot",),
    method=False,
    bare=False,
    cases=("I(4, low=0, high=3), 5", "I(2, 3, low=0, high=3)"),
)
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
        )
    if array.size == 0 and num_classes <= 0:
        raise ArgumentFault(
            "Can not infer total number of classes from empty tensor.",
            blame={"x": describe(x)},
            helps=["F.one_hot({x}, num_classes=3)"],
        )
    if array.size and array.min() < 0:
        raise ArgumentFault("Class values must be non-negative.", blame={"x": ""})
    n = int(array.max()) + 1 if num_classes == -1 else num_classes
    if array.size and array.max() >= n:
        raise ArgumentFault(
            "Class values must be smaller than num_classes.", blame={"x": "", "num_classes": ""}
        )
    room((*array.shape, n), dtypes.int64)
    return Tensor((array[..., None] == np.arange(n)).astype(np.int64))


@op(
    network,
    paths=(_F + "scaled_dot_product_attention",),
    method=False,
    bare=False,
    cases=(
        "A(2, 3, 4), A(2, 5, 4), A(2, 5, 6)",
        "A(2, 3, 4), A(2, 5, 4), A(2, 5, 6), attn_mask=B(3, 5), scale=0.3",
        "A(2, 3, 4), A(2, 5, 4), A(2, 5, 6), A(3, 5)",
        "A(3, 4), A(3, 4), A(3, 2), is_causal=True",
        "A(4, 3, 2), A(2, 3, 2), A(2, 3, 2), enable_gqa=True",
    ),
)
def scaled_dot_product_attention(
    query: Array,
    key: Array,
    value: Array,
    attn_mask: Array | None = None,
    dropout_p: Scalar = 0.0,
    is_causal: Flag = False,
    *,
    scale: Data = None,
    enable_gqa: Flag = False,
):
    """softmax(query @ key.mT * scale) @ value; the scale is 1 / sqrt(size) unless given.

    A bool mask (queries, keys) says which keys count, another one is added before the softmax;
    `is_causal` lets query i see keys up to i only. `enable_gqa` lets several heads of queries
    (dimension -3) share one of keys.

    >>> F.scaled_dot_product_attention(zeros(1, 2), zeros(2, 2), tensor([[1.], [3.]]))
    tensor([[2.]])
    """
    if enable_gqa:
        share = query.shape[-3] // key.shape[-3]
        key = key.repeat_interleave(share, -3)
        value = value.repeat_interleave(share, -3)
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = linalg.matmul(query * factor, layout.transpose(key, -2, -1))
    if is_causal:
        if attn_mask is not None:
            raise ArgumentFault(
                "_scaled_dot_product_attention: Explicit attn_mask should not be set when "
                "is_causal=True",
                blame={"attn_mask": "", "is_causal": ""},
            )
        attn_mask = Tensor(np.tri(*scores.shape[-2:], dtype=np.bool_))
    if attn_mask is None:
        weights = softmax(scores, -1)
    elif attn_mask.array.dtype != np.bool_:
        weights = softmax(scores + attn_mask, -1)
    else:
        weights = softmax(choice.where(attn_mask, scores, -math.inf), -1)
        # A query that may see no key at all has no nan, but zeros.
        sees = attn_mask.array.any(-1, keepdims=True)
        weights = choice.where(sees, weights, 0)
    return linalg.matmul(dropout(weights, dropout_p), value)
