"""Convolutions and transposed convolutions of one, two and three spatial dimensions."""

from __future__ import annotations

from typing import Any

from tcalc.core.families import network
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Int, Ints
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, DTypeError, RuntimeFault, ShapeError
from tcalc.ops import padding as pads
from tcalc.ops.patches import Sizes, Window, whole, with_batch, without_batch
from tcalc.ops.trilinear import convolution, convolution_input

_F = "torch.nn.functional."
_WEIGHT = "weight is (out, in / groups, *size)"


def _check_weight(
    x: Tensor, weight: Tensor, bias: Tensor | None, ndim: int, groups: int, name: str
) -> None:
    """Raise an error unless the weight fits the input, and the bias and dtypes the weight."""
    blame = {"x": describe(x), "weight": describe(weight)}
    transposed = name.startswith("conv_transpose")
    if weight.ndim != ndim + 2:
        raise ShapeError(
            f"{name} wants a weight of {ndim + 2} dimensions, but got one of size: "
            f"{list(weight.shape)}",
            blame={"weight": describe(weight)},
            notes=["weight is (in, out / groups, *size)" if transposed else _WEIGHT],
        )
    if groups < 1 or weight.shape[0] < groups or weight.shape[0] % groups:
        raise ShapeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, "
            f"but got weight of size [{list(weight.shape)}] instead",
            blame={"weight": describe(weight), "groups": ""},
        )
    channels = weight.shape[0] if transposed else weight.shape[1] * groups
    if x.shape[1] != channels:
        given = f"transposed={transposed:d}" if transposed else f"groups={groups}"
        raise ShapeError(
            f"Given {given}, weight of size {list(weight.shape)}, expected input{list(x.shape)} to "
            f"have {channels} channels, but got {x.shape[1]} channels instead",
            blame=blame,
            notes=["x is (n, in, *spatial)"],
        )
    outputs = weight.shape[1] * groups if transposed else weight.shape[0]
    if bias is not None and bias.shape != (outputs,):
        raise ShapeError(
            f"Given weight of size {list(weight.shape)}, expected bias to be 1-dimensional with "
            f"{outputs} elements, but got bias of size {list(bias.shape)} instead",
            blame={"weight": describe(weight), "bias": describe(bias)},
        )
    for other in (weight, bias):
        if other is not None and other.dtype is not x.dtype:
            raise DTypeError(
                f"expected scalar type {x.dtype.label} but found {other.dtype.label}",
                blame=blame if other is weight else {"x": describe(x), "bias": describe(bias)},
            )


def _expected(value: Any, ndim: int, name: str) -> Sizes:
    """A number for all spatial dimensions, or one for each, as a tuple."""
    given = value if isinstance(value, list | tuple) else (value,)
    if len(given) not in (1, ndim):
        raise ArgumentFault(
            f"expected {name} to be a single integer value or a list of {ndim} values to match the "
            f"convolution dimensions, but got {name}={list(given)}",
            blame={name: ""},
        )
    found = tuple(whole(n, name, f"conv{ndim}d") for n in given)
    return found * ndim if len(found) == 1 else found


def _geometry(weight: Tensor, stride: Any, padding: Any, dilation: Any) -> Window:
    ndim = weight.ndim - 2
    made = Window(
        tuple(weight.shape[2:]),
        _expected(stride, ndim, "stride"),
        _expected(padding, ndim, "padding"),
        _expected(dilation, ndim, "dilation"),
    )
    if min(made.stride, default=1) < 1:
        raise RuntimeFault("non-positive stride is not supported", blame={"stride": ""})
    if min(made.padding, default=0) < 0:
        raise RuntimeFault("negative padding is not supported", blame={"padding": ""})
    if min(made.dilation, default=1) < 1:
        raise RuntimeFault("dilation should be greater than zero", blame={"dilation": ""})
    return made


def _same(x: Tensor, w: Window) -> tuple[Tensor, Window]:
    """Padding that keeps the size; of an odd number the larger half goes to the end."""
    if any(s != 1 for s in w.stride):
        raise RuntimeFault(
            "padding='same' is not supported for strided convolutions", blame={"padding": ""}
        )
    total = [reach - 1 for reach in w.reach()]
    if any(n % 2 for n in total):
        ends = [part for n in reversed(total) for part in (0, n % 2)]
        x = pads.constant_pad(x, tuple(ends), 0)
    return x, w._replace(padding=tuple(n // 2 for n in total))


def _convolved(x, weight, bias, stride, padding, dilation, groups: int, ndim: int):
    name = f"conv{ndim}d"
    x, lone = with_batch(x, ndim, name)
    _check_weight(x, weight, bias, ndim, groups, name)
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise ArgumentFault(f"Invalid padding string: {padding!r}", blame={"padding": ""})
        w = _geometry(weight, stride, 0, dilation)
        if padding == "same":
            x, w = _same(x, w)
    else:
        w = _geometry(weight, stride, padding, dilation)
    if min(w.places(x.shape[2:])) < 1:
        padded = [n + 2 * p for n, p in zip(x.shape[2:], w.padding, strict=True)]
        raise ShapeError(
            f"Calculated padded input size per channel: ({_times(padded)}). Kernel size: "
            f"({_times(w.reach())}). Kernel size can't be greater than actual input size",
            blame={"x": describe(x), "weight": describe(weight)},
        )
    return without_batch(convolution(x, weight, w, groups, bias), lone)


def _times(numbers) -> str:
    return " x ".join(map(str, numbers))


def _transposed(x, weight, bias, stride, padding, output_padding, groups, dilation, ndim: int):
    name = f"conv_transpose{ndim}d"
    x, lone = with_batch(x, ndim, name)
    _check_weight(x, weight, bias, ndim, groups, name)
    w = _geometry(weight, stride, padding, dilation)
    more = _expected(output_padding, ndim, "output_padding")
    if any(m >= max(s, d) for m, s, d in zip(more, w.stride, w.dilation, strict=True)):
        raise RuntimeFault(
            "output padding must be smaller than either stride or dilation",
            blame={"output_padding": ""},
        )
    parts = zip(x.shape[2:], w.stride, w.padding, w.reach(), more, strict=True)
    spatial = tuple((n - 1) * s - 2 * p + reach + m for n, s, p, reach, m in parts)
    if min(spatial) < 1:
        raise ShapeError(
            f"Given input size per channel: ({_times(x.shape[2:])}). Calculated output size per "
            f"channel: ({_times(spatial)}). Output size is too small",
            blame={"x": describe(x)},
        )
    return without_batch(convolution_input(x, weight, w, groups, spatial, bias), lone)


@op(
    network,
    paths=(_F + "conv1d",),
    method=False,
    cases=(
        "A(2, 3, 6), A(4, 3, 2)",
        "A(3, 6), A(4, 3, 2), A(4), 2, 1, 2",
        "A(2, 4, 5), A(4, 1, 3), groups=4",
    ),
)
def conv1d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Data = 0,
    dilation: Ints = 1,
    groups: Int = 1,
):
    """Sums of products of weight (out, in / groups, size) with every window of x (n, in, length).

    x may lack the n. `padding` is a number of zeros at both ends, 'valid' (none) or 'same'.

    >>> conv1d(tensor([[1., 2., 4., 8.]]), tensor([[[-1., 1.]]]))
    tensor([[1., 2., 4.]])
    """
    return _convolved(x, weight, bias, stride, padding, dilation, groups, 1)


@op(
    network,
    paths=(_F + "conv2d",),
    method=False,
    cases=(
        "A(2, 3, 5, 5), A(4, 3, 3, 3)",
        "A(2, 3, 5, 6), A(4, 3, 2, 3), A(4), 2, (1, 2)",
        "A(2, 4, 5, 5), A(6, 2, 2, 2), A(6), padding='same', dilation=(1, 2), groups=2",
        "A(1, 3, 3), A(2, 1, 2, 2)",
    ),
)
def conv2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Data = 0,
    dilation: Ints = 1,
    groups: Int = 1,
):
    """Sums of products of weight (out, in / groups, *size) with all windows of x (n, in, h, w).

    x may lack the n. `padding` is a number of zeros at each edge, 'valid' (none) or 'same'.

    >>> conv2d(ones(1, 1, 3, 3), ones(1, 1, 2, 2))
    tensor([[[[4., 4.],
              [4., 4.]]]])
    """
    return _convolved(x, weight, bias, stride, padding, dilation, groups, 2)


@op(
    network,
    paths=(_F + "conv3d",),
    method=False,
    cases=(
        "A(2, 2, 3, 3, 3), A(3, 2, 2, 2, 2), A(3)",
        "A(1, 3, 3, 3), A(2, 1, 2, 2, 2), padding=1, stride=2",
    ),
)
def conv3d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Data = 0,
    dilation: Ints = 1,
    groups: Int = 1,
):
    """Sums of products of weight (out, in / groups, *size) with all windows of (n, in, d, h, w).

    x may lack the n. `padding` is a number of zeros at each side, 'valid' (none) or 'same'.

    >>> conv3d(ones(1, 2, 2, 2), ones(1, 1, 2, 2, 2))
    tensor([[[[8.]]]])
    """
    return _convolved(x, weight, bias, stride, padding, dilation, groups, 3)


@op(
    network,
    paths=(_F + "conv_transpose1d",),
    method=False,
    cases=("A(2, 3, 4), A(3, 2, 3)", "A(3, 4), A(3, 2, 3), A(2), 2, 1, 1"),
)
def conv_transpose1d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Data = 0,
    output_padding: Ints = 0,
    groups: Int = 1,
    dilation: Ints = 1,
):
    """Each element of x (n, in, length) spread over a window with weight (in, out / groups, size).

    Windows that overlap add up: the derivative of conv1d by its input.

    >>> conv_transpose1d(tensor([[1., 10.]]), tensor([[[1., 2.]]]))
    tensor([[ 1., 12., 20.]])
    """
    return _transposed(x, weight, bias, stride, padding, output_padding, groups, dilation, 1)


@op(
    network,
    paths=(_F + "conv_transpose2d",),
    method=False,
    cases=(
        "A(2, 3, 3, 3), A(3, 2, 2, 2)",
        "A(2, 4, 3, 3), A(4, 2, 3, 2), A(4), 2, (1, 0), 1, 2",
        "A(3, 3, 3), A(3, 2, 2, 2), dilation=2",
    ),
)
def conv_transpose2d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Data = 0,
    output_padding: Ints = 0,
    groups: Int = 1,
    dilation: Ints = 1,
):
    """Each element of x (n, in, h, w) spread over a window with weight (in, out / groups, *size).

    Windows that overlap add up: the derivative of conv2d by its input.

    >>> conv_transpose2d(ones(1, 1, 2), ones(1, 1, 2, 2))
    tensor([[[1., 2., 1.],
             [1., 2., 1.]]])
    """
    return _transposed(x, weight, bias, stride, padding, output_padding, groups, dilation, 2)


@op(
    network,
    paths=(_F + "conv_transpose3d",),
    method=False,
    cases=("A(1, 2, 2, 2, 2), A(2, 3, 2, 2, 2), A(3), stride=2",),
)
def conv_transpose3d(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    stride: Ints = 1,
    padding: Data = 0,
    output_padding: Ints = 0,
    groups: Int = 1,
    dilation: Ints = 1,
):
    """Each element of (n, in, d, h, w) spread over a window with weight (in, out / groups, *size).

    Windows that overlap add up: the derivative of conv3d by its input.

    >>> conv_transpose3d(ones(1, 1, 1, 1), ones(1, 1, 1, 1, 2))
    tensor([[[[1., 1.]]]])
    """
    return _transposed(x, weight, bias, stride, padding, output_padding, groups, dilation, 3)
