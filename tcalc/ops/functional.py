"""PyTorch's older functional interface: Jacobians and products with them, at given inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault
from tcalc.ops import transforms

Function = Callable[..., Any]


def _inputs(inputs: Any) -> tuple[tuple[Tensor, ...], bool]:
    single = not isinstance(inputs, tuple | list)
    return (inputs,) if single else tuple(inputs), single


def _numbers(inputs: tuple[Tensor, ...], single: bool) -> Any:
    return 0 if single else tuple(range(len(inputs)))


def jacobian(func: Function, inputs: Any, strategy: str = "reverse-mode") -> Any:
    """The Jacobian of `func` at `inputs`, of the value's shape followed by the input's.

    `strategy` is "reverse-mode" or "forward-mode".

    >>> torch.autograd.functional.jacobian(lambda x: x ** 2, tensor([1., 2.]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    given, single = _inputs(inputs)
    by = {"reverse-mode": transforms.jacrev, "forward-mode": transforms.jacfwd}
    if strategy not in by:
        raise ArgumentFault(
            f'Expected strategy to be either "forward-mode" or "reverse-mode", got {strategy!r}'
        )
    return by[strategy](func, _numbers(given, single))(*given)


def hessian(func: Function, inputs: Any) -> Any:
    """The matrix of second derivatives of `func`, a single number, at `inputs`.

    >>> torch.autograd.functional.hessian(lambda x: (x ** 3).sum(), tensor([1., 2.]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    given, single = _inputs(inputs)
    return transforms.hessian(func, _numbers(given, single))(*given)


def vjp(func: Function, inputs: Any, v: Any = None) -> Any:
    """The value of `func`, and the product of the cotangent `v` with its Jacobian.

    >>> torch.autograd.functional.vjp(lambda x: x ** 2, tensor([1., 2.]), tensor([1., 10.]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    given, single = _inputs(inputs)
    value, pull = transforms.vjp(func, *given)
    found = pull(value.new_ones(value.shape) if v is None else v)
    return value, found[0] if single else found


def jvp(func: Function, inputs: Any, v: Any = None) -> Any:
    """The value of `func`, and the product of its Jacobian with the tangent `v`.

    >>> torch.autograd.functional.jvp(lambda x: x ** 2, tensor([1., 2.]), tensor([1., 10.]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    given, single = _inputs(inputs)
    if v is None:
        tangents = tuple(x.new_ones(x.shape) for x in given)
    else:
        tangents = (v,) if single else tuple(v)
    return transforms.jvp(func, given, tangents)


def hvp(func: Function, inputs: Any, v: Any) -> Any:
    """The value of `func`, a single number, and the product of its Hessian with `v`.

    >>> torch.autograd.functional.hvp(lambda x: (x ** 3).sum(), tensor([1., 2.]), tensor([1., 1.]))
    (tensor(9.), tensor([ 6., 12.]))
    """
    given, single = _inputs(inputs)
    numbers = tuple(range(len(given)))
    tangents = (v,) if single else tuple(v)
    _, found = transforms.jvp(transforms.grad(func, numbers), given, tangents)
    return func(*given), found[0] if single else found
