"""Everything under `np`: NumPy's own functions where they are asked for, with NumPy's defaults.

Arrays and plain values go to NumPy and give arrays; a call with a Tensor goes to the op of that
name, so that gradients flow. To open a function: its name in `FUNCTIONS`, if it takes no files,
types or functions and hands out no memory.
"""

from __future__ import annotations

from tcalc.errors import ArgumentFault
from tcalc.lang import numpy_gate as gate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

FUNCTIONS = (
    "abs absolute add all allclose amax amin angle any arange arccos arccosh arcsin arcsinh arctan"
    " arctan2 arctanh argmax argmin argsort argwhere around array array_equal asarray atleast_1d"
    " atleast_2d average bincount broadcast_to cbrt ceil clip column_stack concatenate conj"
    " convolve copy corrcoef cos cosh count_nonzero cov cross cumprod cumsum deg2rad diag diff"
    " digitize divide dot dstack einsum empty equal exp exp2 expand_dims expm1 eye flip fliplr"
    " flipud floor floor_divide full full_like gradient greater histogram hstack hypot identity"
    " imag inner interp isclose isfinite isinf isnan kron less linspace log log10 log1p log2"
    " logaddexp logical_and logical_not logical_or logspace matmul max maximum mean median meshgrid"
    " min minimum mod moveaxis multiply nan_to_num nanmax nanmean nanmin nansum negative nonzero"
    " not_equal ones ones_like outer percentile polyfit polyval power prod quantile rad2deg ravel"
    " real reciprocal remainder repeat reshape roll rot90 round searchsorted sign sin sinh sort"
    " split sqrt square squeeze stack std subtract sum swapaxes take tan tanh tensordot tile"
    " trace"
    " transpose trapezoid tril triu true_divide unique vander var vdot vstack where zeros"
    " zeros_like"
)
LINALG = (
    "cholesky cond det eig eigh eigvals eigvalsh inv lstsq matrix_power matrix_rank norm pinv"
    " qr slogdet solve svd"
)


def _wrap(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        from tcalc.core.tensor import Tensor

        if any(isinstance(value, Tensor) for value in _flat(args)):
            from tcalc.lang.namespaces import ops

            if name in ops():
                return ops()[name](*args, **kwargs)
        gate.check_count(name, args, kwargs)
        if "where" in kwargs and "out" not in kwargs and hasattr(function, "nin"):
            raise ArgumentFault(
                f"np.{name}: where= needs out=, which keeps its elements elsewhere",
                blame={"where": ""},
                helps=["np.where(condition, x, y)"],
            )
        return gate.checked(
            function(*map(gate.plain, args), **{k: gate.plain(v) for k, v in kwargs.items()})
        )

    call.__name__ = call.__qualname__ = name
    call.__doc__ = f"np.{name}: NumPy's function; on tensors the op of that name."
    return call


def _flat(args: tuple[Any, ...]) -> list[Any]:
    """The arguments and the items of those that are lists or tuples."""
    return [item for arg in args for item in (arg if isinstance(arg, list | tuple) else (arg,))]


def _members() -> dict[str, Any]:
    import numpy as np

    from tcalc.core.dtypes import NAMED
    from tcalc.lang.kinds import kind_of
    from tcalc.lang.namespaces import CONSTANTS, module

    members: dict[str, Any] = {name: _wrap(getattr(np, name), name) for name in FUNCTIONS.split()}
    members["empty"] = _wrap(np.zeros, "empty")  # fresh memory holds what was there before
    members |= {name: dtype for name, dtype in NAMED.items() if dtype.name == name}
    return members | CONSTANTS | {"ndarray": kind_of(np.ndarray), "linalg": module("numpy.linalg")}


def _linalg() -> dict[str, Any]:
    import numpy as np

    return {name: _wrap(getattr(np.linalg, name), name) for name in LINALG.split()}


MODULES: dict[str, Callable[[], dict[str, Any]]] = {"numpy": _members, "numpy.linalg": _linalg}
