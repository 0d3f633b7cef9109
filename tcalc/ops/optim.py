"""Parameters and what updates them: stochastic gradient descent and Adam."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from tcalc import interrupts
from tcalc.core import modes
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, RuntimeFault
from tcalc.ops.index import write_over


class Parameter(Tensor):
    """A leaf that an optimiser updates; prints with a heading of its own."""

    __slots__ = ()

    def __init__(self, data: Tensor, requires_grad: bool = True) -> None:
        """Share the memory of `data`. Raises ArgumentFault for anything but a tensor."""
        if not isinstance(data, Tensor):
            raise ArgumentFault(
                f"Parameter(): argument 'data' must be Tensor, not {describe(data)}",
                blame={"data": ""},
                helps=["a tensor of floats: nn.Parameter(tensor({data}).float())"],
            )
        super().__init__(data.array)
        self._storage = data.storage
        self.requires_grad = requires_grad
        modes.made(self, Parameter, data, requires_grad)

    def __repr__(self) -> str:
        """As PyTorch prints parameters."""
        return "Parameter containing:\n" + super().__repr__()


class Optimizer:
    """What all optimisers share: the parameters, and zeroing their gradients."""

    readable = frozenset({"param_groups", "step", "zero_grad"})

    def __init__(self, params: Iterable[Any], **defaults: Any) -> None:
        """Take tensors, or groups of them as dicts with "params" and settings of their own."""
        if modes.watchers and modes.watching():
            raise RuntimeFault(
                "an optimizer that is made anew in each call cannot be recorded",
                helps=["make it outside of the traced function, which may call its step()"],
            )
        if isinstance(params, Tensor) or not hasattr(type(params), "__iter__"):
            raise ArgumentFault(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, "
                f"but got {describe(params)}",
                blame={"params": ""},
                helps=["[{params}] is a list of one"] if isinstance(params, Tensor) else (),
            )
        given = list(params)
        if not given:
            raise ArgumentFault("optimizer got an empty parameter list", blame={"params": ""})
        groups = given if isinstance(given[0], dict) else [{"params": given}]
        self.param_groups: list[dict[str, Any]] = []
        for group in groups:
            members = group["params"]
            members = [members] if isinstance(members, Tensor) else list(members)
            self.param_groups.append({**defaults, **group, "params": members})
        for x, _ in self._parameters():
            if not x.is_leaf:
                raise ArgumentFault(
                    "can't optimize a non-leaf Tensor",
                    blame={"params": ""},
                    notes=["an optimiser changes what was not computed from anything else"],
                )
        for group in self.param_groups:
            if not isinstance(group["lr"], int | float) or not group["lr"] >= 0:
                raise ArgumentFault(f"Invalid learning rate: {group['lr']}", blame={"lr": ""})
        self.state: dict[int, dict[str, Any]] = {}

    def _parameters(self) -> Iterator[tuple[Tensor, dict[str, Any]]]:
        """Each parameter with its group's settings, which a program may have changed."""
        for group in self.param_groups:
            for x in group["params"]:
                if not isinstance(x, Tensor):
                    raise ArgumentFault(
                        f"optimizer can only optimize Tensors, but one of the params is "
                        f"{type(x).__name__}",
                        blame={"params": ""},
                    )
                yield x, group

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or set them to zero in the memory they have."""
        if modes.watchers and modes.watching():
            modes.step(Optimizer.zero_grad, self, set_to_none, effect=True)
            return
        for x, _ in self._parameters():
            if x.grad is None:
                continue
            if set_to_none:
                x.grad = None
            else:
                write_over(x.grad, Tensor(np.zeros((), x.array.dtype)))

    @interrupts.whole
    def step(self) -> None:
        """Update every parameter that has a gradient, in place."""
        if modes.watchers and modes.watching():
            modes.step(Optimizer.step, self, effect=True)
            return
        with modes.no_grad():
            for x, group in self._parameters():
                if x.grad is not None:
                    self._update(x, group)
                    x.storage.touch()

    def _update(self, x: Tensor, group: dict[str, Any]) -> None:
        raise NotImplementedError

    def __repr__(self) -> str:
        """The name and the settings of each group."""
        lines = []
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {key}: {group[key]}" for key in sorted(group) if key != "params"]
        return f"{type(self).__name__} (\n" + "\n".join(lines) + "\n)"


class SGD(Optimizer):
    """Gradient descent, with momentum (also Nesterov's) and weight decay.

    >>> w = tensor([1., 2.], requires_grad=True)
    >>> step = torch.optim.SGD([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> step.step()
    >>> w
    tensor([0.8000, 1.6000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        """Take the settings of every group that does not have its own."""
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ArgumentFault("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(
            params,
            lr=lr,
            momentum=momentum,
            dampening=dampening,
            weight_decay=weight_decay,
            nesterov=nesterov,
        )

    def _update(self, x: Tensor, group: dict[str, Any]) -> None:
        assert x.grad is not None
        kind = x.array.dtype.type
        g = x.grad.array
        if group["weight_decay"]:
            g = g + kind(group["weight_decay"]) * x.array
        if group["momentum"]:
            state = self.state.setdefault(id(x), {})
            buffer = state.get("momentum")
            if buffer is None:
                buffer = state["momentum"] = g.copy()
            else:
                buffer *= kind(group["momentum"])
                buffer += kind(1 - group["dampening"]) * g
            g = g + kind(group["momentum"]) * buffer if group["nesterov"] else buffer
        x.array -= kind(group["lr"]) * g


class Adam(Optimizer):
    """Steps scaled by running means of gradients and their squares.

    Source: D. Kingma, J. Ba, "Adam: a method for stochastic optimization" (2015).

    >>> w = tensor([1., 2.], requires_grad=True)
    >>> step = torch.optim.Adam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> step.step()
    >>> w
    tensor([0.9000, 1.9000], requires_grad=True)
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        """Take the settings of every group that does not have its own."""
        super().__init__(params, lr=lr, betas=tuple(betas), eps=eps, weight_decay=weight_decay)

    def _update(self, x: Tensor, group: dict[str, Any]) -> None:
        assert x.grad is not None
        kind = x.array.dtype.type
        g = x.grad.array
        if group["weight_decay"]:
            g = g + kind(group["weight_decay"]) * x.array
        state = self.state.setdefault(id(x), {})
        if not state:
            state |= {"step": 0, "mean": np.zeros_like(g), "square": np.zeros_like(g)}
        state["step"] += 1
        first, second = group["betas"]
        mean, square = state["mean"], state["square"]
        mean += kind(1 - first) * (g - mean)
        square *= kind(second)
        square += kind(1 - second) * g * g
        size = group["lr"] / (1 - first ** state["step"])
        root = np.sqrt(square) / kind((1 - second ** state["step"]) ** 0.5) + kind(group["eps"])
        x.array -= kind(size) * (mean / root)
