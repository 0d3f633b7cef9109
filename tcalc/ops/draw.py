"""Random tensors; after `manual_seed(s)` the numbers that PyTorch draws on a CPU."""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core import dtypes, random
from tcalc.core.dtypes import DType
from tcalc.core.families import random as drawing
from tcalc.core.op import op
from tcalc.core.params import Array, Data, DTypeLike, Flag, Int, Scalar
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError
from tcalc.ops.create import made, room
from tcalc.ops.index import write_over


def _stream(generator: Any) -> random.Generator:
    if generator is None:
        return random.default_generator()
    if isinstance(generator, random.Generator):
        return generator
    raise ArgumentFault("generator must be a torch.Generator", blame={"generator": ""})


def _floating(dtype: DType | None, name: str) -> DType:
    dtype = dtype or dtypes.default_float()
    if dtype.category < dtypes.FLOAT:
        raise DTypeError(f"\"{name}\" not implemented for '{dtype.label}'", blame={"dtype": ""})
    return dtype


@op(drawing)
def rand(*size: Int, generator: Data = None, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Numbers drawn uniformly from [0, 1).

    >>> s = torch.manual_seed(0)
    >>> rand(3)
    tensor([0.4963, 0.7682, 0.0885])
    """
    dtype = _floating(dtype, "check_uniform_bounds")
    return made(_stream(generator).uniform(room(size, dtype), dtype.numpy), requires_grad)


@op(drawing)
def randn(*size: Int, generator: Data = None, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Numbers drawn from the normal distribution with mean 0 and standard deviation 1.

    >>> s = torch.manual_seed(0)
    >>> randn(3)
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    dtype = _floating(dtype, "normal_kernel_cpu")
    return made(_stream(generator).normal(room(size, dtype), dtype.numpy), requires_grad)


@op(drawing, method=False)
def rand_like(x: Array, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Uniform numbers from [0, 1) with the shape and dtype of x.

    >>> rand_like(zeros(2, 3)).shape
    torch.Size([2, 3])
    """
    return rand(*x.shape, dtype=dtype or x.dtype, requires_grad=requires_grad)


@op(drawing, method=False)
def randn_like(x: Array, *, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Normal numbers with the shape and dtype of x.

    >>> randn_like(zeros(2, 3)).shape
    torch.Size([2, 3])
    """
    return randn(*x.shape, dtype=dtype or x.dtype, requires_grad=requires_grad)


@op(drawing)
def randint(
    low: Int,
    high: Data = None,
    size: Data = None,
    *,
    generator: Data = None,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """Integers from `low` (0 if only one bound is given) to `high`, which is not included.

    >>> s = torch.manual_seed(0)
    >>> randint(0, 10, (4,))
    tensor([4, 9, 3, 0])
    """
    if size is None:
        low, high, size = 0, low, high
    if high is None:
        low, high = 0, low
    if size is None:
        raise ArgumentFault(
            'randint() missing required argument: "size"', helps=["randint(0, 10, (3, 4))"]
        )
    shape = tuple(map(int, size)) if isinstance(size, list | tuple) else (int(size),)
    dtype = dtype or dtypes.int64
    values = _stream(generator).integers(low, int(high), room(shape, dtype))
    return made(values.astype(dtype.numpy, copy=False), requires_grad)


@op(drawing)
def randperm(n: Int, *, generator: Data = None, dtype: DTypeLike = None):
    """The numbers below n in random order.

    >>> s = torch.manual_seed(0)
    >>> randperm(5)
    tensor([4, 0, 1, 3, 2])
    """
    order = _stream(generator).permutation(n)
    return Tensor(order if dtype is None else order.astype(dtype.numpy))


@op(drawing, method=False, cases=("0.0, 1.0, (3, 4)",))
def normal(mean: Data, std: Data = 1.0, size: Data = None, *, generator: Data = None):
    """Normal numbers with the given mean and standard deviation, numbers or tensors.

    >>> normal(0, 1, (2, 3)).shape
    torch.Size([2, 3])
    """
    stream = _stream(generator)
    if size is not None:
        shape = room(tuple(map(int, size)), dtypes.default_float())
        kind = dtypes.default_float().numpy
        return Tensor(stream.normal(shape, kind, float(mean), float(std)))
    known = [v for v in (mean, std) if isinstance(v, Tensor)]
    if not known:
        raise ArgumentFault(
            'normal() missing required argument: "size"', helps=["normal({mean}, {std}, (3, 4))"]
        )
    shape = np.broadcast_shapes(*[v.shape for v in known])
    return Tensor(stream.normal(shape, known[0].array.dtype)) * std + mean


@op(drawing, method=True)
def bernoulli(x: Array, *, generator: Data = None):
    """1 with probability x and else 0, elementwise.

    >>> bernoulli([0., 1.])
    tensor([0., 1.])
    """
    p = x.array
    if p.dtype.kind != "f":
        raise DTypeError(
            f"bernoulli only supports floating-point dtypes, got {dtypes.of(p).label}",
            blame={"x": describe(x)},
        )
    if p.size and (p.min() < 0 or p.max() > 1):
        raise ArgumentFault(
            "Expected p_in >= 0 && p_in <= 1 to be true, but got false.", blame={"x": ""}
        )
    return Tensor(_stream(generator).bernoulli(p).astype(p.dtype))


@op(drawing)
def multinomial(x: Array, num_samples: Int, replacement: Flag = False, *, generator: Data = None):
    """Indices drawn in proportion to the weights in each row of x.

    >>> multinomial([0., 1.], 1)
    tensor([1])
    """
    weights = x.array
    if not replacement and weights.ndim and num_samples > weights.shape[-1]:
        raise ArgumentFault(
            "cannot sample n_sample > prob_dist.size(-1) samples without replacement",
            blame={"num_samples": ""},
            helps=["replacement=True"],
        )
    return Tensor(_stream(generator).multinomial(weights, num_samples, replacement))


@op(drawing, bare=False)
def uniform_(x: Array, low: Scalar = 0.0, high: Scalar = 1.0, *, generator: Data = None):
    """Overwrite x with uniform numbers from [low, high); x itself.

    >>> zeros(2).uniform_(1, 1)
    tensor([1., 1.])
    """
    array = x.array
    values = _stream(generator).uniform(array.shape, array.dtype, float(low), float(high))
    return write_over(x, Tensor(values))


@op(drawing, bare=False)
def normal_(x: Array, mean: Scalar = 0.0, std: Scalar = 1.0, *, generator: Data = None):
    """Overwrite x with normal numbers; x itself.

    >>> zeros(2).normal_(5, 0)
    tensor([5., 5.])
    """
    array = x.array
    values = _stream(generator).normal(array.shape, array.dtype, float(mean), float(std))
    return write_over(x, Tensor(values))


@op(drawing, bare=False)
def bernoulli_(x: Array, p: Scalar = 0.5, *, generator: Data = None):
    """Overwrite x with 1 with probability p and else 0; x itself.

    >>> zeros(2).bernoulli_(1)
    tensor([1., 1.])
    """
    came = _stream(generator).bernoulli(np.full(x.array.shape, p))
    return write_over(x, Tensor(came.astype(x.array.dtype)))
