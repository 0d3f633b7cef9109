"""Random tensors; after `manual_seed(s)` the numbers that PyTorch draws on a CPU.

What overwrites a tensor with random numbers is in `draw_over.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core import dtypes, random
from tcalc.core.dtypes import DType
from tcalc.core.families import join_shapes, mismatch
from tcalc.core.families import random as drawing
from tcalc.core.op import op
from tcalc.core.params import Array, Data, DTypeLike, Flag, Int, Ints, Scalar
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError, ShapeError
from tcalc.ops.create import made, room


def stream(generator: Any) -> random.Generator:
    """The generator to draw from: the one given, else the default one."""
    if generator is None:
        return random.default_generator()
    if isinstance(generator, random.Generator):
        return generator
    raise ArgumentFault(
        f"argument 'generator' must be torch.Generator, not {type(generator).__name__}",
        blame={"generator": ""},
        helps=["generator=torch.Generator().manual_seed(0)"],
    )


def floating(dtype: DType | None, name: str) -> DType:
    """`dtype`, or the default one. Raises DTypeError in the name of a kernel for integers."""
    dtype = dtype or dtypes.default_float()
    if dtype.category < dtypes.FLOAT:
        raise DTypeError(
            f"\"{name}\" not implemented for '{dtype.label}'",
            blame={"dtype": ""},
            helps=["randint(low, high, size) draws whole numbers"],
        )
    return dtype


@op(drawing)
def rand(*size: Int, generator: Data = None, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Numbers drawn uniformly from [0, 1).

    >>> s = torch.manual_seed(0)
    >>> rand(3)
    tensor([0.4963, 0.7682, 0.0885])
    """
    dtype = floating(dtype, "check_uniform_bounds")
    return made(stream(generator).uniform(room(size, dtype), dtype.numpy), requires_grad)


@op(drawing)
def randn(*size: Int, generator: Data = None, dtype: DTypeLike = None, requires_grad: Flag = False):
    """Numbers drawn from the normal distribution with mean 0 and standard deviation 1.

    >>> s = torch.manual_seed(0)
    >>> randn(3)
    tensor([ 1.5410, -0.2934, -2.1788])
    """
    dtype = floating(dtype, "normal_kernel_cpu")
    return made(stream(generator).normal(room(size, dtype), dtype.numpy), requires_grad)


@op(drawing, method=False)
def rand_like(
    x: Array, *, generator: Data = None, dtype: DTypeLike = None, requires_grad: Flag = False
):
    """Uniform numbers from [0, 1) with the shape and dtype of x.

    >>> rand_like(zeros(2, 3)).shape
    torch.Size([2, 3])
    """
    dtype = dtype or x.dtype
    return rand(*x.shape, generator=generator, dtype=dtype, requires_grad=requires_grad)


@op(drawing, method=False)
def randn_like(
    x: Array, *, generator: Data = None, dtype: DTypeLike = None, requires_grad: Flag = False
):
    """Normal numbers with the shape and dtype of x.

    >>> randn_like(zeros(2, 3)).shape
    torch.Size([2, 3])
    """
    dtype = dtype or x.dtype
    return randn(*x.shape, generator=generator, dtype=dtype, requires_grad=requires_grad)


def check_bounds(low: int, high: int, dtype: DType) -> None:
    """Raise ArgumentFault unless a dtype holds the whole numbers from `low` to `high` - 1."""
    if dtype.category == dtypes.INT:
        least, greatest = np.iinfo(dtype.numpy).min, np.iinfo(dtype.numpy).max
    elif dtype is dtypes.bool_:
        least, greatest = 0, 1
    else:
        return
    for name, value in (("from", low), ("to - 1", high - 1)):
        if not least <= value <= greatest:
            raise ArgumentFault(
                f"{name} is out of bounds for {dtype.c_name}",
                blame={"high" if value == high - 1 else "low": ""},
                notes=[f"{dtype.name} holds {least} to {greatest}"],
            )


@op(drawing)
def randint(
    low: Int,
    high: Data = None,
    size: Ints = None,
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
    dtype = dtype or dtypes.int64
    shape = room(size if isinstance(size, tuple) else (size,), dtype)
    check_bounds(low, int(high), dtype)
    values = stream(generator).integers(low, int(high), shape)
    return made(values.astype(dtype.numpy, copy=False), requires_grad)


@op(drawing, method=False)
def randint_like(
    x: Array,
    low: Int,
    high: Int | None = None,
    *,
    generator: Data = None,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """Integers from `low` (0 if only one bound is given) to `high`, with the shape of x.

    >>> s = torch.manual_seed(0)
    >>> randint_like(zeros(4), 10)
    tensor([4., 9., 3., 0.])
    """
    if high is None:
        low, high = 0, low
    options = {"generator": generator, "requires_grad": requires_grad}
    return randint(low, high, tuple(x.shape), dtype=dtype or x.dtype, **options)


@op(drawing)
def randperm(
    n: Int, *, generator: Data = None, dtype: DTypeLike = None, requires_grad: Flag = False
):
    """The numbers below n in random order.

    >>> s = torch.manual_seed(0)
    >>> randperm(5)
    tensor([4, 0, 1, 3, 2])
    """
    dtype = dtype or dtypes.int64
    room((n,), dtype)
    order = stream(generator).permutation(n)
    return made(order.astype(dtype.numpy, copy=False), requires_grad)


def _not_negative(std: Any, name: str) -> None:
    if not std >= 0:
        raise ArgumentFault(f"normal expects std >= 0.0, but found std {std:g}", blame={name: ""})


@op(drawing, method=False, cases=("0.0, 1.0, (3, 4)",))
def normal(
    mean: Data,
    std: Data = 1.0,
    size: Ints = None,
    *,
    generator: Data = None,
    dtype: DTypeLike = None,
    requires_grad: Flag = False,
):
    """Normal numbers with the given mean and standard deviation, numbers or tensors.

    >>> normal(0, 1, (2, 3)).shape
    torch.Size([2, 3])
    """
    source = stream(generator)
    for name, value in (("mean", mean), ("std", std)):
        if not isinstance(value, Tensor | int | float):
            raise ArgumentFault(
                f"normal(): argument '{name}' must be Tensor or float, not {describe(value)}",
                blame={name: describe(value)},
            )
    known = [v.array for v in (mean, std) if isinstance(v, Tensor)]
    if size is not None:
        _not_negative(float(std), "std")
        dtype = floating(dtype, "normal_kernel_cpu")
        sizes = room(size if isinstance(size, tuple) else (size,), dtype)
        values = source.normal(sizes, dtype.numpy, float(mean), float(std))
        return made(values, requires_grad)
    if not known:
        raise ArgumentFault(
            'normal() missing required argument: "size"', helps=["normal({mean}, {std}, (3, 4))"]
        )
    if isinstance(std, Tensor):
        if std.array.size and std.array.min() < 0:
            raise ArgumentFault("normal expects all elements of std >= 0.0", blame={"std": ""})
    else:
        _not_negative(std, "std")
    floating(dtypes.of(known[0]), "normal_kernel_cpu")
    shape = known[0].shape
    if len(known) > 1:
        shape = join_shapes(shape, known[1].shape)
        if shape is None:
            names = {"mean": describe(mean), "std": describe(std)}
            raise mismatch(known[0].shape, known[1].shape, names)
    room(shape, dtypes.of(known[0]))
    base = Tensor(source.normal(shape, known[0].dtype))
    return made((base * std + mean).array, requires_grad)


@op(drawing)
def bernoulli(x: Array, p: Scalar = None, *, generator: Data = None):
    """1 with probability x (or with one probability p for all) and else 0, elementwise.

    >>> bernoulli([0., 1.])
    tensor([0., 1.])
    """
    if p is not None:
        return x.clone().detach().bernoulli_(p, generator=generator)
    chances = x.array
    floating(x.dtype, "bernoulli_tensor_cpu_p_")
    if chances.size and not (chances.min() >= 0 and chances.max() <= 1):
        raise ArgumentFault(
            "Expected p_in >= 0 && p_in <= 1 to be true, but got false.",
            blame={"x": describe(x)},
            notes=["each element is the probability of a 1"],
        )
    room(chances.shape, dtypes.float64)
    return Tensor(stream(generator).bernoulli(chances).astype(chances.dtype))


@op(drawing, method=False)
def poisson(x: Array, generator: Data = None):
    """Poisson distributed counts with the means x, elementwise.

    >>> s = torch.manual_seed(0)
    >>> poisson(tensor([0., 4., 50.]))
    tensor([ 0.,  7., 52.])
    """
    floating(x.dtype, "poisson_cpu")
    if x.array.size and x.array.min() < 0:
        raise ArgumentFault(
            "invalid Poisson rate, expected rate to be non-negative", blame={"x": describe(x)}
        )
    room(x.shape, dtypes.float64)
    return Tensor(stream(generator).poisson(x.array))


@op(drawing)
def multinomial(x: Array, num_samples: Int, replacement: Flag = False, *, generator: Data = None):
    """Indices drawn in proportion to the weights in each row of x.

    >>> multinomial([0., 1.], 1)
    tensor([1])
    """
    weights = x.array
    _check_weights(x, num_samples)
    if not replacement and num_samples > weights.shape[-1]:
        raise ArgumentFault(
            "cannot sample n_sample > prob_dist.size(-1) samples without replacement",
            blame={"num_samples": ""},
            helps=["replacement=True"],
        )
    room((*weights.shape[:-1], num_samples), dtypes.int64)
    return Tensor(stream(generator).multinomial(weights, num_samples, replacement))


def _check_weights(x: Tensor, num_samples: int) -> None:
    """Raise an error unless each row of x is a distribution, up to a factor."""
    weights = x.array
    blame = {"x": describe(x)}
    if weights.ndim not in (1, 2):
        raise ShapeError("prob_dist must be 1 or 2 dim", blame=blame)
    if not x.dtype.is_floating_point:
        raise DTypeError(
            "multinomial only supports floating-point dtypes for input, got: " + x.dtype.label,
            blame=blame,
            helps=["{x}.float()"],
        )
    if num_samples <= 0:
        raise ArgumentFault("cannot sample n_sample <= 0 samples", blame={"num_samples": ""})
    if weights.size and not (weights.min() >= 0 and np.isfinite(weights).all()):
        raise ArgumentFault(
            "probability tensor contains either `inf`, `nan` or element < 0", blame=blame
        )
    if not (weights.sum(-1) > 0).all():
        raise ArgumentFault(
            "invalid multinomial distribution (sum of probabilities <= 0)", blame=blame
        )
