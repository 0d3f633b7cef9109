"""Differentiation as seen from a tensor: backward, detach, leaves, hooks."""

from __future__ import annotations

import weakref

from tcalc.core import backward as engine
from tcalc.core.families import autograd
from tcalc.core.graph import Leaf
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Flag
from tcalc.core.tensor import Tensor, describe
from tcalc.errors import ArgumentFault, AutogradError

_WANTED = "{x}.requires_grad_() lets gradients reach it"


@op(autograd, bare=False)
def backward(
    x: Array,
    gradient: Array | None = None,
    retain_graph: Flag | None = None,
    create_graph: Flag = False,
    inputs: Data = None,
):
    """Accumulate into the grad of every leaf the gradient of x, a single number.

    For several numbers give `gradient`, a cotangent of x's shape. What the graph saved is freed
    unless `retain_graph` (by default `create_graph`).

    >>> x = tensor(3., requires_grad=True)
    >>> (x * x).backward()
    >>> x.grad
    tensor(6.)
    """
    leaves = None if inputs is None else listed(inputs, "inputs")
    reached = engine.backward(
        [x],
        [gradient],
        retain_graph=create_graph if retain_graph is None else retain_graph,
        create_graph=create_graph,
        inputs=leaves,
    )
    for leaf in leaves or ():
        if isinstance(leaf.node, Leaf) and leaf.node in reached:
            engine.accumulate(leaf.node, reached[leaf.node])


def listed(value, what: str = "", *, gaps: bool = False) -> list[Tensor]:
    """One tensor, or those of a list or tuple, as a list; None may stand among them with `gaps`.

    Raises ArgumentFault that names `what` it is for if anything else is there.
    """
    items = list(value) if isinstance(value, list | tuple) else [value]
    for item in items:
        if not isinstance(item, Tensor) and not (gaps and item is None):
            raise ArgumentFault(
                f"{what or 'the value'} must be a tensor or a tuple of tensors, not "
                f"{describe(item)}",
                blame={what: ""} if what else {},
            )
    return items


@op(autograd, bare=False)
def requires_grad_(x: Array, requires_grad: Flag = True):
    """Make x a leaf that gradients accumulate for, or no longer; x itself.

    >>> tensor([1.]).requires_grad_()
    tensor([1.], requires_grad=True)
    """
    x.requires_grad = requires_grad
    return x


@op(autograd, bare=False)
def detach(x: Array):
    """The same memory as a constant: gradients stop here. Writes are seen by both.

    >>> tensor([1.], requires_grad=True).detach()
    tensor([1.])
    """
    result = Tensor(x.array)
    result._storage = x.storage
    return result


@op(autograd, bare=False)
def detach_(x: Array):
    """Make x itself a constant, without history; x itself.

    >>> y = tensor([1.], requires_grad=True) * 2
    >>> y.detach_()
    tensor([2.])
    """
    if x.chain is not None and x.requires_grad:
        raise AutogradError(
            "Can't detach views in-place. Use detach() instead.",
            blame={"x": describe(x)},
            helps=["{x}.detach()"],
        )
    grad, x.grad = x.grad, None
    x._node = x._leaf = None  # a graph made before goes on to add to the old leaf, unseen
    x.grad = grad
    return x


@op(autograd, bare=False)
def retain_grad(x: Array):
    """Let backward keep the gradient of a tensor that is no leaf in its grad.

    >>> x = tensor(3., requires_grad=True)
    >>> y = x * 2
    >>> y.retain_grad()
    >>> (y * y).backward()
    >>> y.grad
    tensor(12.)
    """
    if not x.requires_grad:
        raise AutogradError(
            "can't retain_grad on Tensor that has requires_grad=False",
            blame={"x": describe(x)},
            helps=[_WANTED],
        )
    if not x.is_leaf and x.retained is None:
        x.retained = _Keeper(x)
        x.node.hooks += (x.retained,)


class _Keeper:
    """The hook of `retain_grad`. It stands behind all others, and sees what they made."""

    __slots__ = ("tensor",)

    def __init__(self, x: Tensor) -> None:
        self.tensor = weakref.ref(x)

    def __call__(self, g: Tensor) -> None:
        x = self.tensor()
        if x is not None:
            x.grad = g.clone() if x.grad is None else x.grad + g


@op(autograd, bare=False, attribute=True)
def retains_grad(x: Array):
    """Whether `retain_grad()` was called for a tensor that is no leaf.

    >>> y = tensor(3., requires_grad=True) * 2
    >>> y.retain_grad()
    >>> y.retains_grad
    True
    """
    return not x.is_leaf and x.retained is not None


@op(autograd, bare=False)
def register_hook(x: Array, hook: Data):
    """Call `hook` with the gradient of x in every backward; what it returns replaces the gradient.

    >>> x = tensor(3., requires_grad=True)
    >>> handle = x.register_hook(lambda g: g * 10)
    >>> (x * x).backward()
    >>> x.grad
    tensor(60.)
    """
    _check_hook(x, hook)
    return Handle(x.node, "hooks", hook)


@op(autograd, bare=False)
def register_post_accumulate_grad_hook(x: Array, hook: Data):
    """Call `hook` with x, a leaf, each time that a backward has added to its grad.

    An optimiser's step can be done there, while the backward goes on.

    >>> x = tensor(3., requires_grad=True)
    >>> handle = x.register_post_accumulate_grad_hook(lambda x: x.sub_(x.grad, alpha=0.5))
    >>> (x * x).backward()
    >>> x
    tensor(0., requires_grad=True)
    """
    _check_hook(x, hook)
    if not x.is_leaf:
        raise AutogradError(
            "post accumulate grad hooks cannot be registered on non-leaf tensors",
            blame={"x": describe(x)},
            helps=["{x}.register_hook(...) sees the gradient of a tensor that an op made"],
        )
    held = weakref.ref(x)

    def call() -> None:
        leaf = held()
        if leaf is not None:
            hook(leaf)

    return Handle(x.node, "after", call)


def _check_hook(x: Tensor, hook: object) -> None:
    """Raise AutogradError if no gradient reaches x, ArgumentFault if `hook` is no function."""
    if not x.requires_grad:
        raise AutogradError(
            "cannot register a hook on a tensor that doesn't require gradient",
            blame={"x": describe(x)},
            helps=[_WANTED],
        )
    if not callable(hook):
        raise ArgumentFault("a hook is a function of the gradient", blame={"hook": ""})


class Handle:
    """What registering a hook returns: `remove()` takes the hook away."""

    __slots__ = ("_edge", "_hook", "_where")
    readable = frozenset({"remove"})

    def __init__(self, edge, where: str, hook) -> None:
        """Hang `hook` up at `edge`, among those in its field `where`."""
        self._edge = edge
        self._where = where
        self._hook = hook
        hooks = getattr(edge, where)
        end = next((i for i, other in enumerate(hooks) if isinstance(other, _Keeper)), len(hooks))
        setattr(edge, where, (*hooks[:end], hook, *hooks[end:]))

    def remove(self) -> None:
        """Take the hook away, once if it was registered twice; again is no error."""
        if self._edge is None:
            return
        hooks = getattr(self._edge, self._where)
        place = next(i for i, hook in enumerate(hooks) if hook is self._hook)
        setattr(self._edge, self._where, hooks[:place] + hooks[place + 1 :])
        self._edge = None

    def __repr__(self) -> str:
        """What it is."""
        return "<hook handle>"


@op(autograd, bare=False, method=False, name="grad", paths=("torch.autograd.grad",))
def grad(
    outputs: Data,
    inputs: Data,
    grad_outputs: Data = None,
    retain_graph: Flag | None = None,
    create_graph: Flag = False,
    allow_unused: Flag | None = None,
    materialize_grads: Flag = False,
):
    """Gradients of the sum of `outputs` with respect to each of `inputs`, as a tuple.

    An input that was not used is an error, or None with `allow_unused`, or zeros with
    `materialize_grads`.

    >>> x = tensor(3., requires_grad=True)
    >>> torch.autograd.grad(x * x, x)
    (tensor(6.),)
    """
    if materialize_grads and allow_unused is False:
        raise ArgumentFault(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: "
            "allow_unused=False.",
            helps=["materialize_grads=True alone gives zeros for what was not used"],
        )
    return engine.grad(
        listed(outputs, "outputs"),
        listed(inputs, "inputs"),
        None if grad_outputs is None else listed(grad_outputs, "grad_outputs", gaps=True),
        retain_graph=retain_graph,
        create_graph=create_graph,
        allow_unused=bool(allow_unused),
        materialize_grads=materialize_grads,
    )


@op(
    autograd,
    bare=False,
    method=False,
    name="_autograd_backward",
    paths=("torch.autograd.backward",),
)
def backward_of(
    tensors: Data,
    grad_tensors: Data = None,
    retain_graph: Flag | None = None,
    create_graph: Flag = False,
):
    """Accumulate the gradients of several tensors at once."""
    outputs = listed(tensors, "tensors")
    engine.backward(
        outputs,
        [None] * len(outputs)
        if grad_tensors is None
        else listed(grad_tensors, "grad_tensors", gaps=True),
        retain_graph=create_graph if retain_graph is None else retain_graph,
        create_graph=create_graph,
    )
