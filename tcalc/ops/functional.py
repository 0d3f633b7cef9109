"""PyTorch's older functional interface: Jacobians and products with them, at given inputs.

What comes back is constant unless `create_graph` says that somebody differentiates it in turn.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from tcalc.core import modes
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault
from tcalc.ops import jacobians, transforms
from tcalc.ops.autodiff import listed

Function = Callable[..., Any]


def _inputs(inputs: Any) -> tuple[tuple[Tensor, ...], bool]:
    single = not isinstance(inputs, tuple | list)
    return (inputs,) if single else tuple(inputs), single


def _numbers(inputs: tuple[Tensor, ...], single: bool) -> Any:
    return 0 if single else tuple(range(len(inputs)))


def _mode(create_graph: bool) -> AbstractContextManager[Any]:
    return modes.enable_grad() if create_graph else modes.no_grad()


def _vectors(v: Any, beside: list[Tensor], what: str) -> list[Tensor]:
    """What is multiplied with, one tensor for each of `beside`; 1 if that is a single number."""
    if v is None:
        if len(beside) != 1 or beside[0].array.size != 1:
            raise ArgumentFault(
                f"The vector v can only be None if {what} a single Tensor with a single element.",
                blame={"v": ""},
                helps=["give v, of the shape of what it is multiplied with"],
            )
        return [beside[0].new_ones(beside[0].shape)]
    given = listed(v)
    if len(given) != len(beside):
        raise ArgumentFault(
            f"v is a tuple of invalid length: should be {len(beside)} but got {len(given)}.",
            blame={"v": ""},
        )
    for i, (part, x) in enumerate(zip(given, beside, strict=True)):
        if part.array.shape != x.array.shape:
            which = f"Entry {i} in v" if len(beside) > 1 else "v"
            raise ArgumentFault(
                f"{which} has invalid size: should be {x.shape} but got {part.shape}.",
                blame={"v": ""},
            )
    return given


def jacobian(
    func: Function, inputs: Any, create_graph: bool = False, *, strategy: str = "reverse-mode"
) -> Any:
    """The Jacobian of `func` at `inputs`, of the value's shape followed by the input's.

    `strategy` is "reverse-mode" or "forward-mode".

    >>> torch.autograd.functional.jacobian(lambda x: x ** 2, tensor([1., 2.]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    given, single = _inputs(inputs)
    by: dict[str, Function] = {
        "reverse-mode": jacobians.jacrev,
        "forward-mode": jacobians.jacfwd,
    }
    if strategy not in by:
        raise ArgumentFault(
            f'Expected strategy to be either "forward-mode" or "reverse-mode", got {strategy!r}'
        )
    with _mode(create_graph):
        return by[strategy](func, _numbers(given, single))(*given)


def hessian(func: Function, inputs: Any, create_graph: bool = False) -> Any:
    """The matrix of second derivatives of `func`, a single number, at `inputs`.

    >>> torch.autograd.functional.hessian(lambda x: (x ** 3).sum(), tensor([1., 2.]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    given, single = _inputs(inputs)
    with _mode(create_graph):
        return jacobians.hessian(_number(func, "hessian"), _numbers(given, single))(*given)


def vjp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False) -> Any:
    """The value of `func`, and the product of the cotangent `v` with its Jacobian.

    `v` has the shape of the value; for a single number it may be left out.

    >>> torch.autograd.functional.vjp(lambda x: x ** 2, tensor([1., 2.]), tensor([1., 10.]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    given, single = _inputs(inputs)
    with _mode(create_graph):
        value, pull = transforms.vjp(func, *given)
        vectors = _vectors(v, listed(value), "the user-provided function returns")
        found = pull(tuple(vectors) if isinstance(value, tuple | list) else vectors[0])
    return value, found[0] if single else found


def jvp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False) -> Any:
    """The value of `func`, and the product of its Jacobian with the tangent `v`.

    `v` has the shape of the inputs; for a single number it may be left out.

    >>> torch.autograd.functional.jvp(lambda x: x ** 2, tensor([1., 2.]), tensor([1., 10.]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    given, _ = _inputs(inputs)
    vectors = _vectors(v, list(given), "the input to the user-provided function is")
    with _mode(create_graph):
        return transforms.jvp(func, given, tuple(vectors))


def hvp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False) -> Any:
    """The value of `func`, a single number, and the product of its Hessian with `v`.

    >>> torch.autograd.functional.hvp(lambda x: (x ** 3).sum(), tensor([1., 2.]), tensor([1., 1.]))
    (tensor(9.), tensor([ 6., 12.]))
    """
    given, single = _inputs(inputs)
    numbers = tuple(range(len(given)))
    vectors = _vectors(v, list(given), "the input to the user-provided function is")
    gradient = transforms.grad_and_value(_number(func, "hvp"), numbers)
    with _mode(create_graph):
        (_, value), (found, _) = transforms.jvp(gradient, given, tuple(vectors))
    return value, found[0] if single else found


def _number(func: Function, name: str) -> Function:
    """`func`, which has to give a single number, as a tensor without dimensions."""

    def checked(*args: Any) -> Any:
        y = func(*args)
        if isinstance(y, tuple | list):
            raise ArgumentFault(f"The function given to {name} should return a single Tensor")
        if y.array.size != 1:
            raise ArgumentFault(
                f"The Tensor returned by the function given to {name} should contain a single "
                "element"
            )
        return y.reshape(())

    return checked
