"""The modules besides PyTorch that cells of *Dive into Deep Learning* import, so that they run.

`d2l.torch` has the short names that the book gives to PyTorch's functions, and its plot. What loads
data or sets up figures is not there, and its use is an error; the imports alone are none.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# Names that are the same below torch.
SAME = (
    "abs arange concat cos cosh exp eye float32 int32 int64 linspace log matmul meshgrid normal"
    " ones ones_like rand randn sigmoid sin sinh stack tanh tensor zeros zeros_like"
)
# Names of methods, which take the tensor first.
METHODS = {
    "argmax": "argmax", "astype": "type", "batch_matmul": "bmm", "expand_dims": "unsqueeze",
    "reduce_mean": "mean", "reduce_sum": "sum", "repeat": "repeat", "reshape": "reshape",
    "size": "numel", "swapaxes": "swapaxes", "to": "to", "transpose": "t",
}  # fmt: skip


def _d2l() -> dict[str, Any]:
    from tcalc.lang import offers
    from tcalc.lang.namespaces import ops
    from tcalc.lang.torch_names import tree

    members = {name: tree()["torch"][name] for name in SAME.split()}
    members["plot"] = offers.load(offers.BUILTINS["plot"])
    return members | {name: ops()[op] for name, op in METHODS.items()}


def _package(path: str) -> Callable[[], dict[str, Any]]:
    """The members of a package that are modules."""

    def load() -> dict[str, Any]:
        from tcalc.lang.namespaces import module

        below = [each for each in MODULES if each.rpartition(".")[0] == path]
        return {each.rpartition(".")[2]: module(each) for each in below}

    return load


MODULES: dict[str, Callable[[], dict[str, Any]]] = {
    "d2l.torch": _d2l,
    **{
        path: _package(path)
        for path in (
            "d2l", "IPython", "IPython.display", "matplotlib", "matplotlib.pyplot",
            "matplotlib_inline", "matplotlib_inline.backend_inline",
        )
    },
}  # fmt: skip
