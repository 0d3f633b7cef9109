"""The tensor: an array, the storage it shares, and its place in the graph.

Methods are not written here: registering an op attaches it (see `op.py`), and the operators are
made by `operators.py`. What stays is the data model itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tcalc.core import dtypes, modes
from tcalc.core.device import CPU, Device
from tcalc.core.dtypes import Array, DType
from tcalc.core.graph import Leaf, Storage
from tcalc.core.registry import complete
from tcalc.errors import AutogradError, DTypeError, IndexFault, RuntimeFault

if TYPE_CHECKING:
    from tcalc.core.graph import Edge, Hook
    from tcalc.core.views import ViewChain


class Size(tuple[int, ...]):
    """A shape; prints like PyTorch's `torch.Size([3, 4])`. A part of one, and sums, are shapes."""

    __slots__ = ()

    def __getitem__(self, index: Any) -> Any:
        """A size, or the shape of a slice."""
        found = tuple.__getitem__(self, index)
        return Size(found) if isinstance(index, slice) else found

    def __add__(self, other: Any) -> Any:
        """The sizes of both."""
        return Size(tuple.__add__(self, other)) if isinstance(other, tuple) else NotImplemented

    def __radd__(self, other: Any) -> Any:
        """The sizes of both."""
        return Size(tuple.__add__(other, self)) if isinstance(other, tuple) else NotImplemented

    def __mul__(self, times: Any) -> Any:
        """The sizes, several times."""
        return Size(tuple.__mul__(self, times)) if isinstance(times, int) else NotImplemented

    __rmul__ = __mul__

    def __repr__(self) -> str:
        """PyTorch's spelling."""
        return f"torch.Size({list(self)})"

    def numel(self) -> int:
        """Number of elements of a tensor of this shape."""
        return count(self)


def count(shape: tuple[int, ...]) -> int:
    """Product of the sizes; 1 for a 0-d shape."""
    return math.prod(shape)


# What errors say of a 0-d tensor where several elements are wanted.
_SINGLE: dict[str, Any] = {
    "notes": ["a 0-d tensor is a single number, which has no items"],
    "helps": ["{x}.item() is the number, {x}.reshape(1) a tensor of one item"],
}
# What the language may read on a tensor, and what it may set. Registering an op adds to it.
ATTRIBUTES: set[str] = {
    "data", "device", "dtype", "grad", "grad_fn", "is_leaf", "itemsize", "layout", "names",
    "nbytes", "ndim", "requires_grad", "shape", "_version",
}  # fmt: skip
SETTABLE = frozenset({"data", "grad", "imag", "real", "requires_grad"})


class Tensor:
    """An n-dimensional array that can take part in differentiation.

    `array` is the NumPy array (0-d results too are arrays); `_node` is where the value stands in
    the graph: None for a constant, a Leaf for a tensor that gradients accumulate in, else the Node
    of the op that made it. Read it through `node`, which follows in-place writes to a view's base.
    """

    __array_ufunc__ = None  # ndarray + Tensor is our operator, not NumPy's

    array: Array
    # What most tensors do not have stands on the class: making one sets its array and no more.
    _node: Edge | None = None
    _leaf: Leaf | None = None
    _storage: Storage | None = None
    chain: ViewChain | None = None
    generation = 0
    tangents: dict[int, Tensor] | None = None
    retained: Hook | None = None  # what keeps the gradient, of a tensor that is no leaf

    def __init__(self, array: Array) -> None:
        """Wrap `array` without copying it."""
        self.array = array

    if TYPE_CHECKING:  # methods and operators are attached by `op.py` and `operators.py`

        def __getitem__(self, index: Any) -> Any: ...  # noqa: D105
        def __setitem__(self, index: Any, value: Any) -> None: ...  # noqa: D105
        def __add__(self, other: Any) -> Tensor: ...  # noqa: D105
        def __radd__(self, other: Any) -> Tensor: ...  # noqa: D105
        def __sub__(self, other: Any) -> Tensor: ...  # noqa: D105
        def __rsub__(self, other: Any) -> Tensor: ...  # noqa: D105
        def __mul__(self, other: Any) -> Tensor: ...  # noqa: D105
        def __rmul__(self, other: Any) -> Tensor: ...  # noqa: D105
        def __truediv__(self, other: Any) -> Tensor: ...  # noqa: D105
        def __rtruediv__(self, other: Any) -> Tensor: ...  # noqa: D105
        def __matmul__(self, other: Any) -> Tensor: ...  # noqa: D105
        def __pow__(self, other: Any) -> Tensor: ...  # noqa: D105
        def __neg__(self) -> Tensor: ...  # noqa: D105

    def __getattr__(self, name: str) -> Any:
        """A method of an op that is not loaded yet: the others are found before this is asked."""
        if not name.startswith("_") and complete():
            return getattr(self, name)
        raise AttributeError(f"'Tensor' object has no attribute {name!r}")

    # Graph ------------------------------------------------------------------------------------

    @property
    def node(self) -> Edge | None:
        """The graph node that stands for this value now, or None for a constant."""
        chain = self.chain
        if chain is not None and chain.generation != chain.base.generation:
            chain.replay(self)
        return self._node

    @property
    def storage(self) -> Storage:
        """The storage, made when first asked for."""
        storage = self._storage
        if storage is None:
            storage = self._storage = Storage()
        return storage

    @property
    def requires_grad(self) -> bool:
        """Whether differentiation reaches this tensor."""
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if modes.watchers and (seeing := modes.watching()) is not None and seeing.knows(self):
            modes.step(set_requires_grad, self, value, effect=True)
            return
        if not value:
            if not self.is_leaf:
                raise AutogradError(
                    "you can only change requires_grad flags of leaf variables.",
                    blame={"x": describe(self)},
                    helps=["{x}.detach() gives the value without its history"],
                )
            grad, self.grad = self.grad, None
            self._node = self._leaf = None  # what was made before adds to the old leaf, unseen
            self.grad = grad
        elif self.node is None:
            if dtypes.of(self.array).category < dtypes.FLOAT:
                raise AutogradError(
                    "Only Tensors of floating point and complex dtype can require gradients",
                    blame={"x": describe(self)},
                    helps=["{x}.float()"],
                )
            if self._leaf is None:
                self._leaf = Leaf(self.array)
            self._node = self._leaf

    @property
    def is_leaf(self) -> bool:
        """Whether no op that differentiation sees made this tensor."""
        node = self.node
        return node is None or node is self._leaf

    @property
    def grad_fn(self) -> Edge | None:
        """The node of the op that made this tensor, None for a leaf."""
        return None if self.is_leaf else self._node

    @property
    def grad(self) -> Tensor | None:
        """The accumulated gradient, one buffer for ever; None before the first backward."""
        if modes.watchers and modes.watching():
            return modes.step(get_grad, self)  # type: ignore[no-any-return]
        return None if self._leaf is None else self._leaf.grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if modes.watchers and modes.watching():
            modes.step(set_grad, self, value, effect=True)
            return
        if value is not None and not isinstance(value, Tensor):
            raise AutogradError(
                f"assigned grad expected to be a Tensor or None but got {describe(value)}",
                blame={"x": describe(self), "value": describe(value)},
            )
        if value is not None and (value.shape != self.shape or value.dtype is not self.dtype):
            raise AutogradError(
                f"attempting to assign a gradient of size '{list(value.shape)}' to a tensor of "
                f"size '{list(self.shape)}'. Please ensure that the gradient and the tensor are "
                "the same size"
                if value.shape != self.shape
                else f"attempting to assign a gradient with dtype '{value.dtype.c_name}' to a "
                f"tensor with grad_dtype '{self.dtype.c_name}'.",
                blame={"x": describe(self), "value": describe(value)},
            )
        if self._leaf is None:
            if value is None:
                return
            self._leaf = Leaf(self.array)
        self._leaf.grad = value

    @property
    def data(self) -> Tensor:
        """The same memory as a constant, with a version of its own: writes are not noticed."""
        if modes.watchers and modes.watching():
            return modes.step(get_data, self)  # type: ignore[no-any-return]
        return Tensor(self.array)

    @data.setter
    def data(self, value: Tensor) -> None:
        if modes.watchers and modes.watching():
            modes.step(set_data, self, value, effect=True)
            return
        if not isinstance(value, Tensor):
            raise DTypeError(
                f"Variable data has to be a tensor, but got {describe(value)}",
                blame={"x": describe(self), "value": describe(value)},
            )
        self.array = value.array
        self._storage = None
        if self._leaf is not None:
            self._leaf.describe(value.array)

    def move_to(self, node: Edge | None) -> None:
        """Let `node` stand for the value from now on; what keeps the gradient moves with it."""
        before, self._node = self._node, node
        if self.retained is not None and before is not None and node is not None:
            before.hooks = tuple(hook for hook in before.hooks if hook is not self.retained)
            node.hooks = (*node.hooks, self.retained)

    # Description ------------------------------------------------------------------------------

    @property
    def shape(self) -> Size:
        """The sizes."""
        found = Size(self.array.shape)
        return modes.read("shape", found, self) if modes.watchers else found

    @property
    def dtype(self) -> DType:
        """The element type."""
        found = dtypes.of(self.array)
        return modes.read("dtype", found, self) if modes.watchers else found

    @property
    def ndim(self) -> int:
        """Number of dimensions."""
        found = self.array.ndim
        return modes.read("ndim", found, self) if modes.watchers else found

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return self.array.itemsize

    @property
    def nbytes(self) -> int:
        """Bytes of all elements."""
        return self.array.nbytes

    @property
    def device(self) -> Device:
        """Always the CPU."""
        return CPU

    @property
    def names(self) -> tuple[None, ...]:
        """No dimension has a name."""
        return (None,) * self.array.ndim

    @property
    def _version(self) -> int:
        """How often the memory was written in place; views of one another count together."""
        return self.storage.version

    @property
    def layout(self) -> str:
        """Always strided."""
        return "torch.strided"

    # Python protocols -------------------------------------------------------------------------

    def __repr__(self) -> str:
        """PyTorch's text."""
        return modes.unseen(_printer, self) if modes.watchers else _printer(self)

    def __format__(self, spec: str) -> str:
        """A 0-d tensor formats like its number; a larger one only without a spec."""
        if self.array.ndim == 0 and not self.requires_grad:
            return format(self.array.item(), spec)
        if spec:
            if self.array.ndim == 0:
                return format(self.array.item(), spec)
            raise RuntimeFault(
                "unsupported format string passed to Tensor.__format__",
                blame={"x": describe(self)},
                notes=[f"'{spec}' formats a single number"],
                helps=["set_printoptions(precision=2) is for the digits of all tensors"],
            )
        return repr(self)

    def __bool__(self) -> bool:
        """Truth of a tensor with one element."""
        if self.array.size != 1:
            what = "no values" if self.array.size == 0 else "more than one value"
            raise RuntimeFault(
                f"Boolean value of Tensor with {what} is ambiguous",
                blame={"x": describe(self)},
                helps=["reduce it first: {x}.all() or {x}.any()"],
            )
        found = bool(self.array.reshape(()).item())
        return modes.read("bool", found, self) if modes.watchers else found

    def __len__(self) -> int:
        """Size of the first dimension."""
        if self.array.ndim == 0:
            raise RuntimeFault("len() of a 0-d tensor", blame={"x": describe(self)}, **_SINGLE)
        found = len(self.array)
        return modes.read("len", found, self) if modes.watchers else found

    def __iter__(self) -> Iterator[Tensor]:
        """The slices along the first dimension, each a differentiable view."""
        if self.array.ndim == 0:
            raise RuntimeFault(
                "iteration over a 0-d tensor", blame={"x": describe(self)}, **_SINGLE
            )
        return (self[i] for i in range(len(self)))

    def __contains__(self, value: object) -> bool:
        """Whether any element equals `value`."""
        other = value.array if isinstance(value, Tensor) else value
        found = bool((self.array == other).any())
        return modes.read("contains", found, self, value) if modes.watchers else found

    def __float__(self) -> float:
        """The one element as a float."""
        found = float(number(self))
        return modes.read("float", found, self) if modes.watchers else found

    def __int__(self) -> int:
        """The one element as an int, truncated."""
        found = int(number(self))
        return modes.read("int", found, self) if modes.watchers else found

    def __complex__(self) -> complex:
        """The one element as a complex number."""
        found = complex(number(self))
        return modes.read("complex", found, self) if modes.watchers else found

    def __index__(self) -> int:
        """The one element of an integer tensor, for indices and ranges."""
        if self.array.size != 1 or self.array.dtype.kind not in "iub":
            raise IndexFault(
                "only integer tensors of a single element can be converted to an index",
                blame={"x": describe(self)},
                helps=["int({x})"] if self.array.size == 1 else (),
            )
        found = int(self.array.reshape(()).item())
        return modes.read("index", found, self) if modes.watchers else found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """The memory itself, for NumPy. Raises AutogradError where gradients would be lost."""
        found = np.array(to_numpy(self), dtype=dtype, copy=copy)
        return modes.read("array", found, self) if modes.watchers else found

    __hash__ = object.__hash__


def set_requires_grad(x: Tensor, value: bool) -> None:
    """`x.requires_grad = value`, as one step."""
    x.requires_grad = value


def get_grad(x: Tensor) -> Tensor | None:
    """`x.grad`, as one step."""
    return x.grad


def set_grad(x: Tensor, value: Tensor | None) -> None:
    """`x.grad = value`, as one step."""
    x.grad = value


def get_data(x: Tensor) -> Tensor:
    """`x.data`, as one step."""
    return x.data


def set_data(x: Tensor, value: Tensor) -> Tensor:
    """`x.data = value`, as one step; x, which lies elsewhere now."""
    x.data = value
    return x


def describe(value: object) -> str:
    """`float32 [2, 3]` for a tensor, the type's name for anything else: the text of a label."""
    if isinstance(value, Tensor):
        value = value.array
    if isinstance(value, np.ndarray):
        return f"{dtypes.of(value).name} {list(value.shape)}"
    kinds = {DType: "torch.dtype", Size: "torch.Size"}
    return kinds.get(type(value), type(value).__name__)


def number(x: Tensor) -> Any:
    """The only element as a plain number. Raises RuntimeFault unless there is exactly one."""
    if x.array.size != 1:
        raise RuntimeFault(
            f"a Tensor with {x.array.size} elements cannot be converted to Scalar",
            blame={"x": describe(x)},
            notes=["it takes a tensor of one element; an index or a reduction makes one"],
            helps=["{x}.tolist() takes all elements, {x}.sum().item() their sum"],
        )
    return x.array.reshape(()).item()


def to_numpy(x: Tensor) -> Array:
    """The tensor's own memory as a NumPy array. Raises AutogradError if x requires grad."""
    if x.requires_grad:
        raise AutogradError(
            "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
            blame={"x": describe(x)},
            helps=["{x}.detach().numpy()"],
        )
    if x.dtype is dtypes.bfloat16:
        raise DTypeError(
            "Got unsupported ScalarType BFloat16",
            blame={"x": describe(x)},
            helps=["{x}.float().numpy()"],
        )
    return x.array


def _plain(x: Tensor) -> str:
    """The text of a tensor while no rendering room is loaded."""
    return f"tensor({x.array!r})"


_printer: Callable[[Tensor], str] = _plain


def set_printer(printer: Callable[[Tensor], str]) -> None:
    """Let `printer` make the text of every tensor; the rendering rooms call this when they load."""
    global _printer  # noqa: PLW0603 -- the one hook by which an upper room serves a lower one
    _printer = printer
