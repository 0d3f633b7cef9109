"""Functions of functions: gradients of whole functions, and products with their Jacobians.

They nest in any order. Reverse ones run the function on inputs that gradients reach, forward ones
on inputs that carry tangents. Arguments and results may be containers of tensors.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tcalc.core import forward, modes, nested
from tcalc.core.dtypes import FLOAT
from tcalc.core.tensor import Tensor, describe
from tcalc.core.trace import record
from tcalc.errors import ArgumentFault, AutogradError
from tcalc.ops.calls import Argnums, Call, Function, filled, of, only_tensors, with_aux

# How the headline goes on where a function gives something else.
RESULTS = "expected f(*primals) to return only tensors, got unsupported type"


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

    return of(func, gradient)


def grad_and_value(func: Function, argnums: Argnums = 0, has_aux: bool = False) -> Function:
    """Like `grad`, but the answer is (gradient, value).

    >>> torch.func.grad_and_value(lambda x: x ** 2)(tensor(3.))
    (tensor(6.), tensor(9.))
    """

    def both(*args: Any, **kwargs: Any) -> Any:
        call = Call(func, args, kwargs, argnums)
        y, aux = with_aux(call.out, has_aux, "grad_and_value(f)(*args)")
        _check_number(y)
        found = call.shaped(call.pull([y], [None]))
        value = call.outside(y)
        return found, ((value, nested.changed(aux, call.outside)) if has_aux else value)

    return of(func, both)


def _check_number(y: Any) -> None:
    """Raise AutogradError unless y is a single number in a tensor."""
    start = "grad_and_value(f)(*args): Expected f(*args) to return a"
    if not isinstance(y, Tensor):
        raise AutogradError(
            f"{start} Tensor, got {type(y)}",
            helps=["with has_aux=True the function returns a number and something else"],
        )
    if y.array.ndim:
        raise AutogradError(
            f"{start} scalar Tensor, got tensor with {y.array.ndim} dims. Maybe you wanted to use "
            "the vjp or jacrev APIs instead?",
            notes=[f"the function returned {describe(y)}, and a gradient is that of one number"],
            helps=["a sum() at the end of the function gives one, jacrev takes all numbers"],
        )


def vjp(func: Function, *primals: Any, has_aux: bool = False) -> Any:
    """The value of `func`, and the function from cotangents of it to cotangents of `primals`.

    >>> y, pull = torch.func.vjp(lambda x: x ** 2, tensor([1., 2.]))
    >>> pull(tensor([1., 10.]))
    (tensor([ 2., 40.]),)
    """
    call = Call(func, primals, {}, tuple(range(len(primals))))
    out, aux = with_aux(call.out, has_aux, "vjp(f, *primals)")
    outputs = only_tensors(out, f"vjp(f, *primals): {RESULTS}")

    def pull(*cotangents: Any) -> Any:
        given = cotangents[0] if len(cotangents) == 1 else cotangents
        if not _alike(given, out):
            raise ArgumentFault(
                "Expected pytree structure of cotangents to be the same as pytree structure of "
                "outputs to the function.",
                notes=["the function's result has another number of tensors, or other containers"],
            )
        weights = only_tensors(given, "gradients can be either Tensors or None, but got")
        return call.shaped(call.pull(outputs, weights))

    value = nested.changed(out, call.outside)
    return (value, pull, nested.changed(aux, call.outside)) if has_aux else (value, pull)


def jvp(func: Function, primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """The value of `func` at `primals`, and its derivative in the direction `tangents`.

    >>> torch.func.jvp(lambda x: x ** 2, (tensor([1., 2.]),), (tensor([1., 10.]),))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    points, directions = _check_pairs(primals, tangents)
    if modes.watchers and modes.watching():
        return modes.step(jvp, record(func, primals), primals, tangents, has_aux)
    with modes.Level() as number:
        duals = [forward.dual(x, t, number) for x, t in zip(points, directions, strict=True)]
        result = func(*filled(primals, duals))
        out, aux = with_aux(result, has_aux, "jvp(f, primals, tangents)")
        only_tensors(out, f"jvp(f, primals, tangents): {RESULTS}")

        def plain(y: Any) -> Any:
            return forward.without(y, number) if isinstance(y, Tensor) else y

        answer = nested.changed(out, plain), nested.changed(out, lambda y: _tangent(y, number))
        return (*answer, nested.changed(aux, plain)) if has_aux else answer


def _check_pairs(primals: Any, tangents: Any) -> tuple[list[Tensor], list[Tensor]]:
    """The tensors in primals and tangents. Raises ArgumentFault where they do not pair up."""
    start = "jvp(f, primals, tangents): Expected"
    if not isinstance(primals, tuple | list):
        raise ArgumentFault(
            f"{start} primals to be a tuple. E.g. it should be valid to call f(*primals).",
            helps=["jvp(f, (x,), (t,))"],
        )
    points = only_tensors(primals, f"{start} primals to only contain Tensors, got")
    if not points:
        raise ArgumentFault(f"{start} primals to contain at least one Tensor.")
    if not _alike(primals, tangents):
        raise ArgumentFault(
            f"{start} primals and tangents to have the same python structure. For example, if "
            "primals is a tuple of 3 tensors, tangents also must be.",
            helps=["jvp(f, (x,), (t,))"],
        )
    directions = only_tensors(tangents, f"{start} tangents to only contain Tensors, got")
    for x, t in zip(points, directions, strict=True):
        if x.dtype.category < FLOAT:
            raise ArgumentFault(
                f"Expected primal to be floating point or complex, but got: {x.dtype}",
                helps=["x.float() has a derivative"],
            )
        if x.array.shape != t.array.shape:
            raise ArgumentFault(
                "Trying to set a forward gradient that has a different size than that of the "
                f"original Tensor, this is not supported. Tensor is of size {list(x.shape)} while "
                f"the given forward gradient is of size {list(t.shape)}."
            )
    return points, directions


def _alike(value: Any, other: Any) -> bool:
    """Whether two values are the same containers around as many tensors."""
    parts, others = nested.items_of(value), nested.items_of(other)
    if parts is None or others is None or not nested.alike(value, other):
        return parts is others is None
    return all(_alike(a, b) for (_, a), (_, b) in zip(parts, others, strict=True))


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
