"""Functions of functions: gradients, Jacobians and Hessians of whole functions, and batching.

They nest in any order. Reverse ones run the function on inputs that gradients reach, forward ones
on inputs that carry tangents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tcalc.core import backward, forward, modes
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import Tensor, describe
from tcalc.core.trace import record
from tcalc.errors import ArgumentFault, AutogradError
from tcalc.ops.autodiff import listed

Function = Callable[..., Any]
Argnums = int | tuple[int, ...]


def grad(func: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """The function that gives the gradient of `func`, which returns a single number.

    With several `argnums` it gives a tuple. With `has_aux` func returns (number, more) and the
    answer is (gradient, more). Raises AutogradError where the result is no single number.

    >>> torch.func.grad(lambda x: (x ** 2).sum())(tensor([1., 2.]))
    tensor([2., 4.])
    """
    both = grad_and_value(func, argnums, has_aux)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        found, value = both(*args, **kwargs)
        return (found, value[1]) if has_aux else found

    return _of(func, gradient)


def grad_and_value(func: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """Like `grad`, but the answer is (gradient, value).

    >>> torch.func.grad_and_value(lambda x: x ** 2)(tensor(3.))
    (tensor(6.), tensor(9.))
    """

    def both(*args: Any, **kwargs: Any) -> Any:
        call = _Reverse(func, args, kwargs, argnums)
        out = call.out
        y, aux = (out[0], out[1:]) if has_aux else (out, ())
        if not isinstance(y, Tensor) or y.array.ndim:
            shape = f"tensor with {y.array.ndim} dims" if isinstance(y, Tensor) else describe(y)
            raise AutogradError(
                f"grad_and_value(f)(*args): Expected f(*args) to return a scalar tensor, got "
                f"{shape}. Maybe you wanted to use the vjp or jacrev APIs instead?",
                notes=["a gradient is that of a single number"],
                helps=["a sum() at the end of the function gives one, jacrev takes all numbers"],
            )
        found = call.pull([y], [None])
        value = call.outside(y)
        return call.shaped(found), ((value, *map(call.outside, aux)) if has_aux else value)

    return _of(func, both)


def _of(func: Function, made: Function) -> Function:
    """`made`, which takes the arguments of `func`."""
    made.__wrapped__ = func  # type: ignore[attr-defined]
    return made


def vjp(func: Function, *primals: Any, has_aux: bool = False) -> Any:
    """The value of `func`, and the function from cotangents of it to cotangents of `primals`.

    >>> y, pull = torch.func.vjp(lambda x: x ** 2, tensor([1., 2.]))
    >>> pull(tensor([1., 10.]))
    (tensor([ 2., 40.]),)
    """
    call = _Reverse(func, primals, {}, tuple(range(len(primals))))
    out, aux = call.out if has_aux else (call.out, None)
    outputs = listed(out)

    def pull(*cotangents: Any) -> Any:
        given = cotangents[0] if isinstance(cotangents[0], tuple | list) else cotangents
        return tuple(call.pull(outputs, list(given)))

    value = _alike(out, [call.outside(y) for y in outputs])
    return (value, pull, aux) if has_aux else (value, pull)


def jvp(func: Function, primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """The value of `func` at `primals`, and its derivative in the direction `tangents`.

    >>> torch.func.jvp(lambda x: x ** 2, (tensor([1., 2.]),), (tensor([1., 10.]),))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    if not isinstance(primals, tuple | list) or not isinstance(tangents, tuple | list):
        raise ArgumentFault(
            "jvp(f, primals, tangents): Expected primals and tangents to be tuples",
            helps=["jvp(f, (x,), (t,))"],
        )
    for x, t in zip(primals, tangents, strict=True):
        if x.array.shape != t.array.shape:
            raise ArgumentFault(
                "jvp(f, primals, tangents): Expected each tangent to have the shape of its primal",
                notes=[f"one primal is {describe(x)}, its tangent {describe(t)}"],
            )
    if modes.watchers and modes.watching():
        return modes.step(jvp, record(func, primals), primals, tangents, has_aux)
    with modes.Level() as number:
        duals = [forward.dual(x, t, number) for x, t in zip(primals, tangents, strict=True)]
        out = func(*duals)
        out, aux = out if has_aux else (out, None)
        outputs = listed(out)
        values = [forward.without(y, number) for y in outputs]
        pushed = [_tangent(y, number) for y in outputs]
    answer = _alike(out, values), _alike(out, pushed)
    return (*answer, aux) if has_aux else answer


def _tangent(y: Tensor, number: int) -> Tensor:
    found = forward.tangent_of(y, number)
    return Tensor(np.zeros_like(y.array)) if found is None else found


def linearize(func: Function, *primals: Any) -> Any:
    """The value of `func`, and its derivative there as a function of the direction.

    >>> y, push = torch.func.linearize(lambda x: x ** 2, tensor([1., 2.]))
    >>> push(tensor([1., 10.]))
    tensor([ 2., 40.])
    """

    def push(*tangents: Any) -> Any:
        return jvp(func, primals, tangents)[1]

    return func(*primals), push


def jacrev(func: Function, argnums: Argnums = 0) -> Function:
    """The function that gives the Jacobian of `func`, a row at a time in reverse.

    Its shape is that of the value followed by that of the argument.

    >>> torch.func.jacrev(lambda x: x ** 2)(tensor([1., 2.]))
    tensor([[2., 0.],
            [0., 4.]])
    """

    def jacobian(*args: Any, **kwargs: Any) -> Any:
        call = _Reverse(func, args, kwargs, argnums)
        blocks = []
        for y in listed(call.out):
            rows = [call.pull([y], [unit]) for unit in _units(y)]
            columns = [
                _stacked([row[i] for row in rows], (*y.array.shape, *x.array.shape), x)
                for i, x in enumerate(call.inputs)
            ]
            blocks.append(call.shaped(columns))
        return _alike(call.out, blocks)

    return _of(func, jacobian)


def jacfwd(func: Function, argnums: Argnums = 0) -> Function:
    """The function that gives the Jacobian of `func`, a column at a time by forward accumulation.

    >>> torch.func.jacfwd(lambda x: x ** 2)(tensor([1., 2.]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    numbers = argnums if isinstance(argnums, tuple) else (argnums,)

    def jacobian(*args: Any, **kwargs: Any) -> Any:
        per_input = [_columns(func, args, kwargs, number) for number in numbers]
        out = per_input[0][0]
        blocks = [
            columns[0] if not isinstance(argnums, tuple) else tuple(columns)
            for columns in zip(*(found for _, found in per_input), strict=True)
        ]
        return _alike(out, blocks)

    return _of(func, jacobian)


def _columns(func: Function, args: Any, kwargs: Any, number: int) -> tuple[Any, list[Tensor]]:
    """The value, and for each of its tensors the Jacobian by argument `number`."""
    x = args[number]

    def of_one(part: Tensor) -> Any:
        return func(*args[:number], part, *args[number + 1 :], **kwargs)

    out: Any = None
    pushed: list[list[Tensor]] = []
    for unit in _units(x):
        out, tangents = jvp(of_one, (x,), (unit,))
        pushed.append(listed(tangents))
    if out is None:
        out = of_one(x)
    jacobians = []
    for i, y in enumerate(listed(out)):
        shape = (*y.array.shape, *x.array.shape)
        if not pushed:
            jacobians.append(Tensor(np.zeros(shape, y.array.dtype)))
            continue
        stacked = REGISTRY["stack"]([column[i] for column in pushed], -1)
        jacobians.append(REGISTRY["reshape"](stacked, shape))
    return out, jacobians


def hessian(func: Function, argnums: Argnums = 0) -> Function:
    """The function that gives the matrix of second derivatives, forward over reverse.

    >>> torch.func.hessian(lambda x: (x ** 3).sum())(tensor([1., 2.]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return jacfwd(jacrev(func, argnums), argnums)


def vmap(func: Function, in_dims: Any = 0, out_dims: Any = 0) -> Function:
    """The function that applies `func` to every slice of its arguments and stacks the results.

    `in_dims` says along which dimension each argument is sliced, None for one that is not.

    >>> torch.func.vmap(dot)(tensor([[1., 2.], [3., 4.]]), tensor([[1., 1.], [1., 1.]]))
    tensor([3., 7.])
    """

    def batched(*args: Any, **kwargs: Any) -> Any:
        dims = list(in_dims) if isinstance(in_dims, tuple | list) else [in_dims] * len(args)
        sizes = {x.shape[d] for x, d in zip(args, dims, strict=True) if d is not None}
        if len(sizes) != 1:
            raise ArgumentFault(
                "vmap: Expected all tensors to have the same size in the mapped dimension, got "
                f"sizes {sorted(sizes)} for the mapped dimension",
                helps=["in_dims says which dimension of each argument is mapped, None for none"],
            )
        results = []
        for i in range(sizes.pop()):
            slices = [
                x if d is None else REGISTRY["movedim"](x, d, 0)[i]
                for x, d in zip(args, dims, strict=True)
            ]
            results.append(func(*slices, **kwargs))
        return _gathered(results, out_dims)

    return _of(func, batched)


def _gathered(results: list[Any], out_dims: Any) -> Any:
    parts = [listed(result) for result in results]
    count = len(parts[0])
    dims = out_dims if isinstance(out_dims, tuple) else (out_dims,) * count
    stacked = [REGISTRY["stack"]([part[i] for part in parts], dims[i]) for i in range(count)]
    return _alike(results[0], stacked)


class _Reverse:
    """One call of a function on inputs that gradients reach."""

    def __init__(self, func: Function, args: Any, kwargs: Any, argnums: Argnums) -> None:
        self.single = not isinstance(argnums, tuple)
        numbers = argnums if isinstance(argnums, tuple) else (argnums,)
        given = list(args)
        for number in numbers:
            if not -len(given) <= number < len(given):
                raise ArgumentFault(f"Got argnum={number}, but only {len(given)} positional inputs")
            if not isinstance(given[number], Tensor):
                given[number] = REGISTRY["tensor"](given[number])
        self.originals = [given[number] for number in numbers]
        with modes.enable_grad():
            for number in numbers:
                given[number] = modes.step(followed, given[number])
            self.inputs = [given[number] for number in numbers]
            self.out = func(*given, **kwargs)

    def pull(self, outputs: Sequence[Tensor], cotangents: Sequence[Any]) -> list[Tensor]:
        """Cotangents of the inputs from those of `outputs`; zeros where nothing depends."""
        found: list[Tensor] = modes.step(
            pulled, list(outputs), list(cotangents), self.inputs, self.originals
        )
        return found

    def outside(self, y: Any) -> Any:
        """A value as the caller sees it: a constant unless he differentiates, too."""
        return modes.step(outside, y, self.originals)

    def shaped(self, found: Sequence[Tensor]) -> Any:
        """One answer, or a tuple of them, as argnums was given."""
        return found[0] if self.single else tuple(found)


def followed(x: Tensor) -> Tensor:
    """x as an input of its own, whose cotangent can be asked for."""
    if x.node is not None:
        alias: Tensor = REGISTRY["_take_view"](x, (Ellipsis,))
        return alias
    result = Tensor(x.array)
    result._storage = x.storage
    result.tangents = x.tangents
    result.requires_grad = True
    return result


def differentiated(originals: Sequence[Tensor]) -> bool:
    """Whether somebody outside differentiates in turn the call that was given `originals`."""
    return modes.is_grad_enabled() and any(x.node is not None for x in originals)


def pulled(
    outputs: Sequence[Tensor],
    cotangents: Sequence[Any],
    inputs: Sequence[Tensor],
    originals: Sequence[Tensor],
) -> list[Tensor]:
    """Cotangents of `inputs`, which follow `originals`, from those of `outputs`."""
    reached = [(y, g) for y, g in zip(outputs, cotangents, strict=True) if y.node is not None]
    if not reached:
        return [Tensor(np.zeros_like(x.array)) for x in inputs]
    found = backward.grad(
        [y for y, _ in reached],
        inputs,
        [g for _, g in reached],
        retain_graph=True,
        create_graph=differentiated(originals),
        materialize_grads=True,
    )
    return [g for g in found if g is not None]


pulled.__name__ = "backward"  # so it stands in programs


def outside(y: Any, originals: Sequence[Tensor]) -> Any:
    """y as a constant, unless somebody outside differentiates."""
    if not isinstance(y, Tensor) or differentiated(originals):
        return y
    result = Tensor(y.array)
    result.tangents = y.tangents
    return result


def _units(x: Tensor) -> list[Tensor]:
    """Tensors of x's shape with a single 1 in each place in turn."""
    units = []
    for i in range(x.array.size):
        unit = np.zeros(x.array.size, x.array.dtype)
        unit[i] = 1
        units.append(Tensor(unit.reshape(x.array.shape)))
    return units


def _stacked(rows: list[Tensor], shape: tuple[int, ...], x: Tensor) -> Tensor:
    if not rows:
        return Tensor(np.zeros(shape, x.array.dtype))
    stacked: Tensor = REGISTRY["reshape"](REGISTRY["stack"](rows), shape)
    return stacked


def _alike(out: Any, parts: Sequence[Any]) -> Any:
    """`parts` as `out` came: alone, or as a tuple."""
    return tuple(parts) if isinstance(out, tuple | list) else parts[0]
