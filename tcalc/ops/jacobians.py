"""Jacobians and Hessians of whole functions, row by row in reverse or column by column forward.

The shape of each is that of the value followed by that of the argument. Where the function gives a
container of tensors, or takes one, there is a block for each pair, in such containers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core import nested
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor
from tcalc.ops.calls import (
    Argnums,
    Call,
    Function,
    chosen,
    filled,
    of,
    only_tensors,
    replaced,
    with_aux,
)
from tcalc.ops.transforms import RESULTS, jvp


def jacrev(func: Function, argnums: Argnums = 0, *, has_aux: bool = False) -> Function:
    """The function that gives the Jacobian of `func`, a row at a time in reverse.

    With `has_aux` func returns (value, more) and the answer is (Jacobian, more).

    >>> torch.func.jacrev(lambda x: x ** 2)(tensor([1., 2.]))
    tensor([[2., 0.],
            [0., 4.]])
    """

    def jacobian(*args: Any, **kwargs: Any) -> Any:
        call = Call(func, args, kwargs, argnums)
        out, aux = with_aux(call.out, has_aux, "jacrev(f)(*args)")
        blocks = []
        for y in only_tensors(out, f"vjp(f, *primals): {RESULTS}"):
            rows = [call.pull([y], [unit]) for unit in _units(y)]
            columns = [
                _stacked([row[i] for row in rows], y, x, x, 0) for i, x in enumerate(call.inputs)
            ]
            blocks.append(call.shaped(columns))
        found = filled(out, blocks)
        return (found, nested.changed(aux, call.outside)) if has_aux else found

    return of(func, jacobian)


def jacfwd(func: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """The function that gives the Jacobian of `func`, a column at a time by forward accumulation.

    With `has_aux` func returns (value, more) and the answer is (Jacobian, more).

    >>> torch.func.jacfwd(lambda x: x ** 2)(tensor([1., 2.]))
    tensor([[2., 0.],
            [0., 4.]])
    """

    def jacobian(*args: Any, **kwargs: Any) -> Any:
        wanted = chosen(args, argnums)
        inputs = nested.leaves(wanted)

        def of_inputs(*parts: Tensor) -> Any:
            out = func(*replaced(args, argnums, filled(wanted, parts)), **kwargs)
            return with_aux(out, has_aux, "jacfwd(f)(*args)")

        zeros = [Tensor(np.zeros_like(x.array)) for x in inputs]
        pushes = [
            [[*zeros[:i], unit, *zeros[i + 1 :]] for unit in _units(x)]
            for i, x in enumerate(inputs)
        ]
        # Without any element to push along, the value has to come from somewhere, too.
        answers = [[jvp(of_inputs, inputs, push, True) for push in each] for each in pushes]
        first = next((each[0] for each in answers if each), None)
        out, _, aux = first or jvp(of_inputs, inputs, zeros, True)
        columns = [[nested.leaves(tangents) for _, tangents, _ in each] for each in answers]
        blocks = []
        for n, y in enumerate(nested.leaves(out)):
            row = [
                _stacked([found[n] for found in each], y, x, y, -1)
                for x, each in zip(inputs, columns, strict=True)
            ]
            blocks.append(filled(wanted, row))
        jacobians = filled(out, blocks)
        return (jacobians, aux) if has_aux else jacobians

    return of(func, jacobian)


def hessian(func: Function, argnums: Argnums = 0) -> Function:
    """The function that gives the matrix of second derivatives, forward over reverse.

    >>> torch.func.hessian(lambda x: (x ** 3).sum())(tensor([1., 2.]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return jacfwd(jacrev(func, argnums), argnums)


def _units(x: Tensor) -> list[Tensor]:
    """Tensors of x's shape with a single 1 in each place in turn."""
    units = []
    for i in range(x.array.size):
        unit = np.zeros(x.array.size, x.array.dtype)
        unit[i] = 1
        units.append(Tensor(unit.reshape(x.array.shape)))
    return units


def _stacked(slices: list[Tensor], y: Tensor, x: Tensor, kind: Tensor, dim: int) -> Tensor:
    """The block of y by x, from its slices along y's elements (dim 0) or x's (dim -1)."""
    shape = (*y.array.shape, *x.array.shape)
    if not slices:
        return Tensor(np.zeros(shape, kind.array.dtype))
    stacked: Tensor = REGISTRY["reshape"](REGISTRY["stack"](slices, dim), shape)
    return stacked
