"""Everything under `torch`, made from the registries: ops by their paths, dtypes, modes, types.

To add a function that is no op: a line in `MEMBERS`; one of an upper room: in `offers.py`.
"""

from __future__ import annotations

from tcalc.lang.offers import TORCH, load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# What is no op, by path below torch: the module and the name that it comes from.
MEMBERS: dict[str, tuple[str, str]] = {
    "no_grad": ("tcalc.core.modes", "no_grad"),
    "enable_grad": ("tcalc.core.modes", "enable_grad"),
    "inference_mode": ("tcalc.core.modes", "inference_mode"),
    "set_grad_enabled": ("tcalc.core.modes", "set_grad_enabled"),
    "is_grad_enabled": ("tcalc.core.modes", "is_grad_enabled"),
    "autograd.no_grad": ("tcalc.core.modes", "no_grad"),
    "autograd.set_detect_anomaly": ("tcalc.core.modes", "set_detect_anomaly"),
    "autograd.enable_grad": ("tcalc.core.modes", "enable_grad"),
    "manual_seed": ("tcalc.core.random", "manual_seed"),
    "seed": ("tcalc.core.random", "seed"),
    "initial_seed": ("tcalc.core.random", "initial_seed"),
    "distributions.kl_divergence": ("tcalc.ops.distributions", "kl_divergence"),
    "cuda.is_available": ("tcalc.core.device", "cuda_is_available"),
    "get_rng_state": ("tcalc.core.random", "get_rng_state"),
    "set_rng_state": ("tcalc.core.random", "set_rng_state"),
    "get_default_dtype": ("tcalc.core.dtypes", "default_float"),
    "set_default_dtype": ("tcalc.core.dtypes", "set_default_float"),
    "func.grad": ("tcalc.ops.transforms", "grad"),
    "func.grad_and_value": ("tcalc.ops.transforms", "grad_and_value"),
    "func.vjp": ("tcalc.ops.transforms", "vjp"),
    "func.jvp": ("tcalc.ops.transforms", "jvp"),
    "func.jacrev": ("tcalc.ops.jacobians", "jacrev"),
    "func.jacfwd": ("tcalc.ops.jacobians", "jacfwd"),
    "func.hessian": ("tcalc.ops.jacobians", "hessian"),
    "func.vmap": ("tcalc.ops.batching", "vmap"),
    "func.linearize": ("tcalc.ops.transforms", "linearize"),
    "vmap": ("tcalc.ops.batching", "vmap"),
    "autograd.functional.jacobian": ("tcalc.ops.functional", "jacobian"),
    "autograd.functional.hessian": ("tcalc.ops.functional", "hessian"),
    "autograd.functional.vjp": ("tcalc.ops.functional", "vjp"),
    "autograd.functional.jvp": ("tcalc.ops.functional", "jvp"),
    "autograd.functional.hvp": ("tcalc.ops.functional", "hvp"),
    "autograd.gradcheck": ("tcalc.ops.check", "gradcheck"),
    "autograd.gradgradcheck": ("tcalc.ops.check", "gradgradcheck"),
    "nn.Parameter": ("tcalc.ops.optim", "Parameter"),
    "optim.SGD": ("tcalc.ops.optim", "SGD"),
    "optim.Adam": ("tcalc.ops.optim", "Adam"),
}
# Types, by path: what `type(x)` gives, so that isinstance can be asked.
TYPES: dict[str, tuple[str, str]] = {
    "Size": ("tcalc.core.tensor", "Size"),
    "Tensor": ("tcalc.core.tensor", "Tensor"),
    "Generator": ("tcalc.core.random", "Generator"),
    "distributions.Distribution": ("tcalc.ops.distributions", "Distribution"),
    "nn.Module": ("tcalc.ops.criteria", "Module"),
    "optim.Optimizer": ("tcalc.ops.optim", "Optimizer"),
    "dtype": ("tcalc.core.dtypes", "DType"),
    "device": ("tcalc.core.device", "Device"),
}
# What calling a type runs, by path.
CALLS: dict[str, tuple[str, str]] = {
    "Generator": ("tcalc.core.random", "generator"),
    "Size": ("tcalc.core.tensor", "Size"),
    "device": ("tcalc.core.device", "device"),
}
# Distributions, each of which PyTorch has in a module of its own, too.
DISTRIBUTIONS = (
    "Bernoulli", "Categorical", "Exponential", "Laplace", "Multinomial", "Normal", "Poisson",
    "Uniform",
)  # fmt: skip
# PyTorch's old constructors: the name, and the dtype of what it makes.
MAKERS = {
    "FloatTensor": "float32", "DoubleTensor": "float64", "HalfTensor": "float16",
    "LongTensor": "int64", "IntTensor": "int32", "ShortTensor": "int16", "ByteTensor": "uint8",
    "CharTensor": "int8", "BoolTensor": "bool",
}  # fmt: skip
# Modules that are in scope under their last name, too.
SHORT = ("autograd", "distributions", "fft", "func", "linalg", "optim", "special")
# Not in scope by themselves, for they mean something else or nothing without `torch.`.
ONLY_QUALIFIED = frozenset(("seed", "initial_seed", "device", "dtype"))

_tree: dict[str, dict[str, Any]] = {}
_bare: dict[str, Any] = {}


def tree() -> dict[str, dict[str, Any]]:
    """The members of `torch` and of every module below it, by the module's path."""
    if not _tree:
        leaves = _leaves()
        branches: dict[str, dict[str, Any]] = {"torch": {}}
        for path in sorted(leaves):
            owner = path.rpartition(".")[0]
            branches.setdefault(owner, {})[path.rpartition(".")[2]] = leaves[path]
            while owner != "torch":
                inner, (owner, _, name) = owner, owner.rpartition(".")
                branches.setdefault(owner, {})[name] = _module(inner)
        _tree.update(branches)
    return _tree


def _module(path: str) -> Any:
    from tcalc.lang.namespaces import shared

    return shared(path, lambda: tree()[path])


def _leaves() -> dict[str, Any]:
    from tcalc.core.dtypes import NAMED
    from tcalc.lang.kinds import kind_of
    from tcalc.lang.namespaces import CONSTANTS, ops
    from tcalc.ops.criteria import LOSSES, criterion

    leaves: dict[str, Any] = {}
    for name, op in ops().items():
        if op.bare:
            leaves[f"torch.{name}"] = op
        leaves |= dict.fromkeys(op.paths, op)
    leaves |= {f"torch.{name}": dtype for name, dtype in NAMED.items()}
    leaves |= {f"torch.{name}": value for name, value in CONSTANTS.items()}
    leaves |= {f"torch.{path}": load(place) for path, place in (MEMBERS | TORCH).items()}
    leaves |= {f"torch.{path}": kind_of(load(place)) for path, place in TYPES.items()}
    leaves |= {f"torch.{name}": _maker(dtype) for name, dtype in MAKERS.items()}
    leaves |= {f"torch.nn.{name}": criterion(name) for name in LOSSES}
    leaves["torch.Tensor"].make = leaves["torch.FloatTensor"]
    for path, place in CALLS.items():
        leaves[f"torch.{path}"].make = load(place)
    for name in DISTRIBUTIONS:
        kind = kind_of(load(("tcalc.ops.distributions", name)))
        kind.make = kind.type
        kind.name = f"torch.distributions.{name.lower()}.{name}"
        leaves[f"torch.distributions.{name}"] = kind
        leaves[f"torch.distributions.{name.lower()}.{name}"] = kind
    return leaves


def _maker(dtype: str) -> Callable[..., Any]:
    """A constructor: data gives its copy, sizes give an empty tensor."""

    def make(*data: Any) -> Any:
        from tcalc.lang.namespaces import everyday_ops

        sizes = all(isinstance(size, int) for size in data)
        op = everyday_ops()["empty" if sizes and data else "tensor"]
        return op(*(data or ([],)), dtype=dtype)

    make.__name__ = make.__qualname__ = next(n for n, kind in MAKERS.items() if kind == dtype)
    make.__doc__ = f"{make.__name__}(data), {make.__name__}(*size): a tensor of {dtype}."
    return make


def bare() -> dict[str, Any]:
    """What of all this is in scope without `torch.`; an op goes before a module of its name."""
    if not _bare:
        from tcalc.lang.namespaces import ALIASES, ops

        branches = tree()
        for name in SHORT:
            if f"torch.{name}" in branches:
                _bare[name] = branches["torch"][name]
        modules = {path.rpartition(".")[2] for path in branches} | ALIASES.keys()
        for name, value in branches["torch"].items():
            if name not in ONLY_QUALIFIED and name not in modules:
                _bare[name] = value
        _bare.update({name: op for name, op in ops().items() if op.bare})
    return _bare
