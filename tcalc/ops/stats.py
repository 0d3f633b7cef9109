"""Statistics: variance, standard deviation, covariance."""

from __future__ import annotations

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import composite, reduction
from tcalc.core.op import Op, op
from tcalc.core.params import Array, Axes, Axis, DTypeLike, Flag, Scalar
from tcalc.core.results import ReturnType
from tcalc.core.tensor import Tensor, count, describe
from tcalc.errors import ArgumentFault, DTypeError, IndexFault, ShapeError
from tcalc.ops import choice, compare, diagonals, exponential, layout, linalg, reduce
from tcalc.ops.floating import summing

_CASES = ("A(3, 4)", "A(3, 4), 1", "A(2, 3, 4), (0, 2), keepdim=True", "A(5), 0, correction=0")
_FLAG = ("A(3, 4), False",)
_DIM = ("A(3, 4), 1, True", "A(2, 3, 4), (0, 2), False, True")


def _freedom(x_shape, dim, correction) -> float:
    """What the sum of squares is divided by."""
    correction = 1 if correction is None else correction
    n = count(tuple(x_shape[i] for i in dim))
    return n - correction if n > correction else 0.0


def _variance(x: Array, dim, correction, keepdim, name: str) -> Array:
    if x.dtype.kind in "biu":
        raise DTypeError(
            "std and var only support floating point and complex dtypes",
            blame={"x": describe(x)},
        )
    n = count(tuple(x.shape[i] for i in dim))
    wide = x.astype(summing(x.dtype), copy=False)
    total = np.sum(wide, axis=dim, keepdims=True, dtype=wide.dtype)
    centred = wide - total / wide.dtype.type(n or np.nan)
    squares = np.sum(np.square(np.abs(centred)), axis=dim, keepdims=keepdim)
    variance = squares / squares.dtype.type(_freedom(x.shape, dim, correction))
    return variance.astype(x.real.dtype, copy=False)


@op(reduction, cases=_CASES)
def var(x: Array, dim: Axes = None, *, correction: Scalar = 1, keepdim: Flag = False):
    """Variance: squared distances from the mean, summed and divided by n - correction.

    >>> var([1., 2., 3., 4.])
    tensor(1.6667)
    """
    return _variance(x, dim, correction, keepdim, "var")


def _var_rule(g, x, dim, correction):
    freedom = _freedom(x.shape, dim, correction) or np.nan
    centred = x - reduce.spread(reduce.mean(x, dim), x.shape, dim)
    return reduce.spread(g, x.shape, dim) * centred * (2 / freedom)


var.vjp(x=_var_rule)


@op(reduction, cases=_CASES)
def std(x: Array, dim: Axes = None, *, correction: Scalar = 1, keepdim: Flag = False):
    """Standard deviation: the square root of the variance. Its gradient is 0 where all are equal.

    >>> std([1., 2., 3., 4.])
    tensor(1.2910)
    """
    return np.sqrt(_variance(x, dim, correction, keepdim, "std"))


def _std_rule(g, x, out, dim, correction):
    still = compare.eq(out, 0)
    half = choice.where(still, 0, g / (2 * choice.where(still, 1, out)))
    return _var_rule(half, x, dim, correction)


std.vjp(x=_std_rule)


@op(composite, cases=("A(3, 4), 1", "A(3, 4), keepdim=True"))
def std_mean(x: Array, dim: Axes = None, *, correction: Scalar = 1, keepdim: Flag = False):
    """Standard deviation and mean.

    >>> std_mean([1., 2., 3.])
    (tensor(1.), tensor(2.))
    """
    return std(x, dim, correction=correction, keepdim=keepdim), reduce.mean(x, dim, keepdim)


@op(composite, cases=("A(3, 4), 1", "A(3, 4), keepdim=True"))
def var_mean(x: Array, dim: Axes = None, *, correction: Scalar = 1, keepdim: Flag = False):
    """Variance and mean.

    >>> var_mean([1., 2., 3.])
    (tensor(1.), tensor(2.))
    """
    return var(x, dim, correction=correction, keepdim=keepdim), reduce.mean(x, dim, keepdim)


def _old_forms(measure: Op) -> None:
    """The forms of `measure` with the flag `unbiased`, which says whether to divide by n - 1."""

    @measure.overload(composite, cases=_DIM)
    def along(x: Array, dim: Axes, unbiased: Flag = True, keepdim: Flag = False):
        """Along `dim`."""
        return measure(x, dim, correction=int(unbiased), keepdim=keepdim)

    @measure.overload(composite, cases=_FLAG)
    def over_all(x: Array, unbiased: Flag = True):
        """Over all dimensions."""
        return measure(x, correction=int(unbiased))


for _measure in (var, std, var_mean, std_mean):
    _old_forms(_measure)


@op(composite, cases=("A(3, 4)", "A(3, 4), 1, True"))
def nanmean(x: Array, dim: Axes = None, keepdim: Flag = False, *, dtype: DTypeLike = None):
    """Mean of the elements that are not nan.

    >>> nanmean([1., nan, 3.])
    tensor(2.)
    """
    if x.dtype.category < dtypes.FLOAT:
        raise DTypeError(
            "nanmean(): expected input to have floating point or complex dtype but got "
            f"{x.dtype.label}",
            blame={"x": describe(x)},
        )
    known = compare.logical_not(compare.isnan(x))
    total = reduce.nansum(x, dim, keepdim, dtype=dtype)
    return total / reduce.sum(known, dim, keepdim)


@op(composite, cases=("A(3, 4)", "A(3, 4), dim=1, keepdim=True"))
def aminmax(x: Array, *, dim: Axis | None = None, keepdim: Flag = False):
    """The smallest and the largest element.

    >>> aminmax([3., 1., 2.])
    torch.return_types.aminmax(
    min=tensor(1.),
    max=tensor(3.))
    """
    if x.array.size == 0 and (dim is None or x.shape[dim] == 0):
        raise IndexFault(
            "aminmax(): cannot compute aminmax over an empty dimension as the operation has no "
            "identity.",
            blame={"x": describe(x)},
        )
    results = reduce.amin(x, dim, keepdim), reduce.amax(x, dim, keepdim)
    return ReturnType("aminmax", ("min", "max"), results)


def _check_rows(x, name: str) -> None:
    if x.ndim > 2:
        raise ShapeError(
            f"{name}(): expected input to have two or fewer dimensions but got an input with "
            f"{x.ndim} dimensions",
            blame={"x": describe(x)},
        )


@op(
    composite,
    cases=("A(3, 4)", "A(5)", "A(3, 4), correction=0, aweights=A(4, low=0.5, high=2)"),
)
def cov(
    x: Array,
    *,
    correction: Scalar = 1,
    fweights: Array | None = None,
    aweights: Array | None = None,
):
    """Covariances of the rows of x, one variable each: (n, observations) give (n, n).

    fweights says how often each observation counts, aweights how much.

    >>> cov([[1., 2., 3.], [3., 2., 1.]])
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    _check_rows(x, "cov")
    rows = layout.reshape(x, (1, -1)) if x.ndim < 2 else x
    if rows.dtype.category < dtypes.FLOAT:
        rows = rows.to(dtypes.default_float())
    weights = _weights(rows, fweights, aweights)
    total = rows.shape[1] if weights is None else reduce.sum(weights)
    mean = reduce.sum(rows if weights is None else rows * weights, 1, True) / total
    freedom = total - correction
    if aweights is not None:
        freedom = total - correction * reduce.sum(weights * aweights) / total
    centred = rows - mean
    weighted = centred if weights is None else centred * weights
    product = linalg.mm(weighted, layout.t(centred).conj())
    divisor = choice.clamp(freedom, min=0) if isinstance(freedom, Tensor) else max(freedom, 0)
    return layout.squeeze(product / divisor)


def _weights(rows, fweights, aweights):
    """Both weights of the observations multiplied, None if there are none."""
    found = None
    for name, weights in (("fweights", fweights), ("aweights", aweights)):
        if weights is None:
            continue
        whole = weights.dtype.category < dtypes.FLOAT
        if whole != (name == "fweights"):
            kind = "integral" if name == "fweights" else "floating point"
            raise ArgumentFault(
                f"cov(): expected {name} to have {kind} dtype but got {name} with "
                f"{weights.dtype.label} dtype",
                blame={name: describe(weights)},
            )
        if weights.shape != rows.shape[1:]:
            raise ShapeError(
                f"cov(): expected {name} to have the same numel as there are observations in the "
                f"input but got {weights.numel()} != {rows.shape[1]}",
                blame={name: describe(weights)},
            )
        found = weights if found is None else found * weights
    return found


@op(composite, cases=("A(3, 4)",))
def corrcoef(x: Array):
    """Correlations of the rows of x: covariances divided by both standard deviations.

    >>> corrcoef([[1., 2., 3.], [3., 2., 1.]])
    tensor([[ 1., -1.],
            [-1.,  1.]])
    """
    _check_rows(x, "corrcoef")
    c = cov(x)
    if c.ndim == 0:
        return c / c
    deviation = exponential.sqrt(diagonals.diagonal(c))
    scaled = c / layout.unsqueeze(deviation, -1) / layout.unsqueeze(deviation, -2)
    return scaled if scaled.dtype.is_complex else choice.clamp(scaled, -1, 1)
