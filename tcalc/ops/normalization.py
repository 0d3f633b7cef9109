"""Normalisation layers: values moved to mean 0 and scaled to variance 1 over some dimensions.

All are one op, `_standardize`, over dimensions that they choose, with a scale and a shift.
"""

from __future__ import annotations

import builtins

import numpy as np

from tcalc.core import modes
from tcalc.core.families import network, reduction
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Flag, Int, Ints, Scalar
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, RuntimeFault, ShapeError
from tcalc.ops import exponential, layout, reduce
from tcalc.ops.floating import require, summing

_F = "torch.nn.functional."
_SCALED = "A(3, 4), (4,), A(4), A(4)"
_CHANNELS = "A(3, 4, 5), A(4), A(4, low=0.5, high=2)"


@op(
    reduction,
    name="_standardize",
    method=False,
    bare=False,
    node=lambda kind: f"{kind}Backward0",
    cases=(
        "A(3, 4), (1,), 1e-5, 'NativeLayerNorm', A(4), A(4)",
        "A(3, 2, 4), (0, 2), 1e-5, 'NativeBatchNorm', A(2, 1), A(2, 1)",
        "A(3, 4), (1,), 0.1, 'NativeLayerNorm'",
    ),
)
def standardize(
    x: Array,
    dim: Ints,
    eps: Scalar,
    kind: Data,
    weight: Array | None = None,
    bias: Array | None = None,
):
    """(x - mean) / sqrt(variance + eps) over `dim`, times weight, plus bias, which broadcast."""
    wide = x.astype(summing(x.dtype), copy=False)
    centred = wide - np.mean(wide, axis=dim, keepdims=True, dtype=wide.dtype)
    variance = np.mean(np.square(centred), axis=dim, keepdims=True, dtype=wide.dtype)
    out = centred / np.sqrt(variance + eps)
    if weight is not None:
        out = out * weight
    return (out if bias is None else out + bias).astype(x.dtype, copy=False)


def _standard(x, dim, eps):
    """Standardised x, and the factor that scaled it."""
    centred = x - reduce.mean(x, dim, True)
    factor = exponential.rsqrt(reduce.mean(centred * centred, dim, True) + eps)
    return centred * factor, factor


def _standardize_rule(g, x, weight, dim, eps):
    g = g if weight is None else g * weight
    standard, factor = _standard(x, dim, eps)
    along = reduce.mean(g * standard, dim, True)
    return (g - reduce.mean(g, dim, True) - standard * along) * factor


standardize.vjp(
    x=_standardize_rule,
    weight=lambda g, x, dim, eps: g * _standard(x, dim, eps)[0],
    bias=lambda g: g,
)


def _tail(x: Array, shape, name: str) -> tuple[int, ...]:
    """The normalised shape as a tuple. Raises ShapeError unless it is the end of x's."""
    sizes = (shape,) if isinstance(shape, int) else shape
    if not sizes or x.shape[x.ndim - builtins.min(len(sizes), x.ndim) :] != sizes:
        raise ShapeError(
            f"Given normalized_shape={list(sizes)}, expected input with shape "
            f"[*, {', '.join(map(str, sizes))}], but got input of size{list(x.shape)}",
            blame={"x": describe(x)},
            helps=[f"{name}({{x}}, {list(x.shape[-1:])})"],
        )
    return sizes


def _check_sizes(parameter: Array | None, name: str, sizes: tuple[int, ...]) -> None:
    if parameter is not None and parameter.shape != sizes:
        raise ShapeError(
            f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape "
            f"{list(parameter.shape)} and normalized_shape = {list(sizes)}",
            blame={name: describe(parameter)},
        )


@op(
    network,
    paths=(_F + "layer_norm",),
    method=False,
    cases=("A(3, 4), (4,)", _SCALED, "A(2, 3, 4), (3, 4), A(3, 4)", "A(2, 3, 4), (4,), eps=0.1"),
)
def layer_norm(
    x: Array,
    normalized_shape: Ints,
    weight: Array | None = None,
    bias: Array | None = None,
    eps: Scalar = 1e-5,
):
    """x standardised over its last dimensions, `normalized_shape`, times weight, plus bias.

    >>> layer_norm([[1., 2., 3.]], (3,))
    tensor([[-1.2247,  0.0000,  1.2247]])
    """
    sizes = _tail(x, normalized_shape, "layer_norm")
    _check_sizes(weight, "weight", sizes)
    _check_sizes(bias, "bias", sizes)
    require(x.array, "LayerNormKernelImpl")
    dim = tuple(range(x.ndim - len(sizes), x.ndim))
    return standardize(x, dim, eps, "NativeLayerNorm", weight, bias)


@op(
    network,
    paths=(_F + "rms_norm",),
    method=False,
    cases=("A(3, 4), (4,)", "A(2, 3, 4), (3, 4), A(3, 4)", "A(2, 3, 4), (4,), eps=0.1"),
)
def rms_norm(
    x: Array, normalized_shape: Ints, weight: Array | None = None, eps: Scalar | None = None
):
    """x divided by the root of its mean square over the last dimensions, times weight.

    >>> rms_norm([[3., 4.]], (2,))
    tensor([[0.8485, 1.1314]])
    """
    sizes = _tail(x, normalized_shape, "rms_norm")
    _check_sizes(weight, "weight", sizes)
    require(x.array, "rms_norm", "fc")
    dim = tuple(range(x.ndim - len(sizes), x.ndim))
    wide = x.float() if x.dtype.itemsize == 2 else x  # PyTorch takes halves together in float32
    eps = float(np.finfo(wide.array.dtype).eps) if eps is None else eps
    out = wide * exponential.rsqrt(reduce.mean(wide * wide, dim, True) + eps)
    return (out if weight is None else out * weight).to(x.dtype)


@op(
    network,
    paths=(_F + "group_norm",),
    method=False,
    cases=("A(2, 4), 2", "A(2, 4, 3), 2, A(4), A(4)", "A(2, 4, 3, 2), 4, A(4), eps=0.1"),
)
def group_norm(
    x: Array,
    num_groups: Int,
    weight: Array | None = None,
    bias: Array | None = None,
    eps: Scalar = 1e-5,
):
    """(n, channels, ...) standardised over each of `num_groups` groups of channels, then scaled.

    >>> group_norm([[1., 3., 10., 30.]], 2)
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """
    if x.ndim < 2:
        raise ShapeError(
            f"Expected at least 2 dimensions for input tensor but received {x.ndim}",
            blame={"x": describe(x)},
        )
    n, channels = x.shape[:2]
    if num_groups <= 0 or channels % num_groups:
        raise ShapeError(
            "Expected number of channels in input to be divisible by num_groups, but got input of "
            f"shape {list(x.shape)} and num_groups={num_groups}",
            blame={"x": describe(x), "num_groups": ""},
        )
    require(x.array, "GroupNormKernelImpl")
    grouped = layout.reshape(x, (n, num_groups, channels // num_groups, *x.shape[2:]))
    spread = (num_groups, channels // num_groups, *(1,) * (x.ndim - 2))
    weight, bias = (None if p is None else layout.reshape(p, spread) for p in (weight, bias))
    dim = tuple(range(2, grouped.ndim))
    out = standardize(grouped, dim, eps, "NativeGroupNorm", weight, bias)
    return layout.reshape(out, x.shape)


def _over_channels(parameter, ndim: int):
    """A vector of one number a channel, in a shape that broadcasts with (n, channels, ...)."""
    return None if parameter is None else layout.reshape(parameter, (-1, *(1,) * (ndim - 2)))


def _check_channels(x: Array, parameters) -> None:
    for name, parameter in parameters.items():
        if parameter is not None and parameter.shape != x.shape[1:2]:
            raise ShapeError(
                f"{name} should contain {x.shape[1]} elements not {parameter.array.size}",
                blame={"x": describe(x), name: describe(parameter)},
            )


def _track(x: Array, running_mean, running_var, dim, momentum: float) -> None:
    """Move the running statistics towards those of x, in place."""
    n = count(tuple(x.shape[d] for d in dim))
    with modes.no_grad():
        keep = 1 - momentum
        others = tuple(d for d in range(x.ndim) if d not in dim and d != 1)
        if running_mean is not None:
            mean = np.mean(x.array, dim, keepdims=True).mean(others)
            running_mean.mul_(keep).add_(Tensor(np.ravel(mean * momentum)))
        if running_var is not None:
            variance = np.var(x.array, dim, keepdims=True).mean(others)
            unbiased = variance * n / builtins.max(n - 1, 1)
            running_var.mul_(keep).add_(Tensor(np.ravel(unbiased * momentum)))


def _fixed(x, mean, var, weight, bias, eps: float):
    """x standardised by given statistics."""
    mean, var = _over_channels(mean, x.ndim), _over_channels(var, x.ndim)
    out = (x - mean) * exponential.rsqrt(var + eps)
    out = out if weight is None else out * weight
    return out if bias is None else out + bias


@op(
    network,
    paths=(_F + "batch_norm",),
    method=False,
    bare=False,
    cases=(
        _CHANNELS,
        _CHANNELS + ", A(4), A(4)",
        "A(3, 4), None, None, A(4), A(4), training=True",
        "A(3, 4, 2, 2), None, None, training=True, eps=0.1",
    ),
)
def batch_norm(
    x: Array,
    running_mean: Array | None = None,
    running_var: Array | None = None,
    weight: Array | None = None,
    bias: Array | None = None,
    training: Flag = False,
    momentum: Scalar = 0.1,
    eps: Scalar = 1e-5,
):
    """(n, channels, ...) standardised for each channel, times weight, plus bias.

    In training by the statistics of x, towards which the running ones move, in place, by a share
    of `momentum`; else by the running ones.

    >>> F.batch_norm(tensor([[1.], [3.]]), None, None, training=True)
    tensor([[-1.0000],
            [ 1.0000]])
    """
    parameters = {"running_mean": running_mean, "running_var": running_var}
    parameters |= {"weight": weight, "bias": bias}
    _check_channels(x, parameters)
    require(x.array, "batch_norm")
    weight, bias = _over_channels(weight, x.ndim), _over_channels(bias, x.ndim)
    if not training:
        if running_mean is None or running_var is None:
            raise RuntimeFault(
                "running_mean must be defined in evaluation mode",
                helps=["training=True"],
            )
        return _fixed(x, running_mean, running_var, weight, bias, eps)
    if x.shape[1:2] and count(x.shape) == x.shape[1]:
        raise ArgumentFault(
            f"Expected more than 1 value per channel when training, got input size {x.shape}",
            blame={"x": describe(x)},
        )
    if not x.array.size:
        return x.clone()
    dim = (0, *range(2, x.ndim))
    _track(x, running_mean, running_var, dim, momentum)
    return standardize(x, dim, eps, "NativeBatchNorm", weight, bias)


@op(
    network,
    paths=(_F + "instance_norm",),
    method=False,
    bare=False,
    cases=("A(2, 3, 4)", "A(2, 3, 4, 2), None, None, A(3), A(3)"),
)
def instance_norm(
    x: Array,
    running_mean: Array | None = None,
    running_var: Array | None = None,
    weight: Array | None = None,
    bias: Array | None = None,
    use_input_stats: Flag = True,
    momentum: Scalar = 0.1,
    eps: Scalar = 1e-5,
):
    """(n, channels, ...) standardised for each channel of each item, times weight, plus bias.

    >>> F.instance_norm(tensor([[[1., 3.]]]))
    tensor([[[-1.0000,  1.0000]]])
    """
    require(x.array, "batch_norm")
    if use_input_stats and count(x.shape[2:]) == 1:
        raise ArgumentFault(
            f"Expected more than 1 spatial element when training, got input size {x.shape}",
            blame={"x": describe(x)},
        )
    weight, bias = _over_channels(weight, x.ndim), _over_channels(bias, x.ndim)
    if not use_input_stats:
        return _fixed(x, running_mean, running_var, weight, bias, eps)
    dim = tuple(range(2, x.ndim))
    _track(x, running_mean, running_var, dim, momentum)
    return standardize(x, dim, eps, "NativeBatchNorm", weight, bias)
