"""Batching: a function of one sample as a function of many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tcalc.core import modes, nested
from tcalc.core.functions import called
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault
from tcalc.ops.calls import filled, of

Function = Callable[..., Any]


def vmap(func: Function, in_dims: Any = 0, out_dims: Any = 0) -> Function:
    """The function that applies `func` to every slice of its arguments and stacks the results.

    `in_dims` says along which dimension each argument is sliced, None for one that is not, and
    `out_dims` where the new dimension of each result is. Arguments and results may be containers of
    tensors; keyword arguments are not sliced. Raises ArgumentFault where these do not fit.

    >>> torch.func.vmap(dot)(tensor([[1., 2.], [3., 4.]]), tensor([[1., 1.], [1., 1.]]))
    tensor([3., 7.])
    """
    if not isinstance(in_dims, int | tuple):
        raise ArgumentFault(
            f"vmap({called(func)}, in_dims={in_dims!r}, ...)(<inputs>): expected `in_dims` to be "
            "int or a (potentially nested) tuple matching the structure of inputs, got: "
            f"{type(in_dims)}.",
            blame={"in_dims": ""},
        )

    def batched(*args: Any, **kwargs: Any) -> Any:
        given = nested.leaves(args)
        dims = _dims_of(func, in_dims, args, given)
        count = _count(given, dims)

        def result(i: int) -> Any:
            parts = [
                x if d is None else REGISTRY["select"](x, d, i)
                for x, d in zip(given, dims, strict=True)
            ]
            return func(*filled(args, parts), **kwargs)

        if count:
            return _gathered(func, [result(i) for i in range(count)], out_dims)
        return _gathered(func, [_of_nothing(func, args, kwargs, given, dims)], out_dims, count=0)

    return of(func, batched)


def _dims_of(func: Function, in_dims: Any, args: Any, given: list[Any]) -> list[int | None]:
    """The dimension along which each of the tensors `given` is sliced, counted from 0."""
    where = f"vmap({called(func)}, in_dims={in_dims!r}, ...)(<inputs>)"
    if not given:
        raise ArgumentFault(
            f"vmap({called(func)})(<inputs>): got no inputs. Maybe you forgot to add inputs, or "
            "you are trying to vmap over a function with no inputs. The latter is unsupported."
        )
    found = _spread(in_dims, args)
    if found is None:
        raise ArgumentFault(
            f"{where}: in_dims is not compatible with the structure of `inputs`.",
            notes=["it is one number, or has one for each argument, None for one that stays whole"],
        )
    for i, (x, d) in enumerate(zip(given, found, strict=True)):
        if d is None:
            continue
        if not isinstance(x, Tensor):
            raise ArgumentFault(
                f"{where}: Got in_dim={d} for an input but the input is of type {type(x)}. We "
                "cannot vmap over non-Tensor arguments, please use None as the respective in_dim"
            )
        if not -x.ndim <= d < x.ndim:
            raise ArgumentFault(
                f"{where}: Got in_dim={d} for some input, but that input is a Tensor of "
                f"dimensionality {x.ndim} so expected in_dim to satisfy -{x.ndim} <= in_dim < "
                f"{x.ndim}."
            )
        found[i] = d % x.ndim
    return found


def _count(given: list[Any], dims: Sequence[int | None]) -> int:
    """How many slices there are."""
    sizes = [x.shape[d] for x, d in zip(given, dims, strict=True) if d is not None]
    if not sizes:
        raise ArgumentFault(
            "vmap: in_dims is None for every input, so there is nothing to map over",
            helps=["in_dims=0 maps over the first dimension of each"],
        )
    if len(set(sizes)) > 1:
        raise ArgumentFault(
            "vmap: Expected all tensors to have the same size in the mapped dimension, got sizes "
            f"{sizes} for the mapped dimension",
            helps=["in_dims says which dimension of each argument is mapped, None for none"],
        )
    return sizes[0]


def _of_nothing(
    func: Function, args: Any, kwargs: Any, given: list[Any], dims: Sequence[int | None]
) -> Any:
    """What results look like where there is no slice: those of a slice of zeros."""
    parts = [
        x if d is None else Tensor(np.zeros(np.delete(x.shape, d), x.array.dtype))
        for x, d in zip(given, dims, strict=True)
    ]
    with modes.no_grad():
        return func(*filled(args, parts), **kwargs)


def _gathered(func: Function, results: list[Any], out_dims: Any, count: int | None = None) -> Any:
    """The results of the slices stacked item by item; the first `count` of them, if it is given."""
    dims = _spread(out_dims, results[0])
    if dims is None:
        raise ArgumentFault(
            f"vmap({called(func)}, ..., out_dims={out_dims!r})(<inputs>): out_dims is not "
            "compatible with the structure of `outputs`.",
            notes=["it is one number, or has one for each result"],
        )
    columns = zip(*[nested.leaves(result) for result in results], strict=True)
    stacked = []
    for column, d in zip(columns, dims, strict=True):
        if not all(isinstance(part, Tensor | int | float | complex) for part in column):
            raise ArgumentFault(
                f"vmap({called(func)}, ...): `{called(func)}` must only return Tensors, got type "
                f"{type(column[0])}. Did you mean to set out_dims= to None for output?"
            )
        stacked.append(_joined(func, column, d, count))
    return filled(results[0], stacked)


def _joined(func: Function, column: Sequence[Any], d: int | None, count: int | None) -> Any:
    """One result of every slice, in one tensor; with None for d, the one that they all are."""
    if d is None:
        if any(part is not column[0] for part in column[1:]):
            raise ArgumentFault(
                f"vmap({called(func)}, ...): `{called(func)}` can not return a BatchedTensor when "
                "out_dim is None",
                notes=["it gave another result for each slice"],
            )
        return column[0]
    whole = REGISTRY["stack"]([_tensor(part) for part in column], d)
    return whole if count is None else REGISTRY["narrow"](whole, d, 0, count)


def _tensor(part: Any) -> Any:
    return part if isinstance(part, Tensor) else REGISTRY["tensor"](part)


def _spread(setting: Any, value: Any) -> list[Any] | None:
    """`setting` for each tensor in `value`: one for a whole container, or for each of its parts.

    None if the settings are not laid out as `value` is.
    """
    settings, parts = nested.items_of(setting), nested.items_of(value)
    if settings is None:
        return [setting] * len(nested.leaves(value))
    if parts is None or [key for key, _ in settings] != [key for key, _ in parts]:
        return None
    found: list[Any] = []
    for (_, one), (_, part) in zip(settings, parts, strict=True):
        below = _spread(one, part)
        if below is None:
            return None
        found += below
    return found
