"""Failed differentiation: what the names of the program tell about it.

The core knows the graph but no names. To teach another failure: a function that completes its
fault, and a piece of its headline in `CASES`.
"""

from __future__ import annotations

from tcalc.errors import AutogradError, TcalcError
from tcalc.lang import syntax
from tcalc.lang.faults.frame import MISSING, Place, escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tcalc.core.tensor import Tensor

MOST_NAMES = 4  # that a note lists
LONGEST = 60  # characters of a statement that a help repeats


def taught(fault: AutogradError, place: Place) -> TcalcError:
    """`fault` with what the source and the values of names say about it."""
    for words, case in CASES:
        if words in fault.headline:
            case(fault, place)
    return fault


def tensors(place: Place) -> Iterator[tuple[str, Tensor]]:
    """The names that are tensors at a place, each with its value."""
    from tcalc.core.tensor import Tensor

    found = {**place.frame.f_globals, **place.frame.f_locals}
    for name, value in found.items():
        if isinstance(value, Tensor) and name != "_" and not name.startswith("@"):
            yield name, value


def _needs_floats(fault: AutogradError, place: Place) -> None:
    """Gradients of integers."""
    fault.notes = ("a derivative is about small changes, and an integer has none",)
    node = place.node
    if isinstance(node, syntax.Assign):
        target = node.targets[0]
        owner = target.value if isinstance(target, syntax.Attribute) else target
        name = escaped(place, owner)
        fault.helps = (f"make floats of it first: {name} = {name}.float()",)
    elif fault.op is not None and fault.op.name == "requires_grad_":
        fault.helps = ("{x}.float().requires_grad_()",)
    elif fault.op is not None and "requires_grad" in fault.op.signature.by_keyword:
        fault.helps = ()  # of what is just made the repairs know how to write it
    elif isinstance(node, syntax.Call) and len(node.args) == 1 and _is_int(place, node.args[0]):
        fault.helps = (f"a float: {escaped(place, node.args[0])}.0",)


def _is_int(place: Place, node: syntax.Node) -> bool:
    return isinstance(node, syntax.Constant) and isinstance(place.value(node), int)


def _leaf_written(fault: AutogradError, place: Place) -> None:
    """A write in place to a tensor that gradients are wanted for."""
    fault.notes = ("its gradient is taken at the value that it has, which a write would replace",)
    node = place.node
    text = escaped(place, node)
    helps = []
    if len(text) <= LONGEST and "\n" not in text:
        helps.append(f"as an update, outside of the graph: with torch.no_grad(): {text}")
    if isinstance(node, syntax.AugAssign) and isinstance(node.target, syntax.Name):
        name, value = node.target.id, escaped(place, node.value)
        helps.append(
            f"as a step of the computation, under a name of its own: y = {name} {node.op} {value}"
        )
    if helps:
        fault.helps = tuple(helps)


def _freed(fault: AutogradError, place: Place) -> None:
    """A second backward through the same graph."""
    node = place.node
    fault.notes = ("backward() frees what the graph has saved, for it is rarely needed again",)
    if isinstance(node, syntax.Call) and isinstance(node.func, syntax.Attribute):
        y = escaped(place, node.func.value)
        fault.helps = (
            f"compute {y} again before each {y}.backward(), as a training loop does",
            f"{y}.backward(retain_graph=True) the first time keeps the graph",
        )


def _no_graph(fault: AutogradError, place: Place) -> None:
    """A backward from a value that depends on nothing that requires grad."""
    wanted = [name for name, x in tensors(place) if x.is_leaf and x.requires_grad]
    if not wanted:
        fault.notes = ("no name here requires grad, so that nothing was recorded",)
        name = _input(place)
        x = dict(tensors(place)).get(name)
        whole = x is not None and x.array.dtype.kind not in "fc"
        made = f"{name} = {name}.float()" if whole else name
        fault.helps = (f"{made}.requires_grad_() before computing with {name}",)
        return
    listed = ", ".join(wanted[:MOST_NAMES]) + (", ..." if len(wanted) > MOST_NAMES else "")
    verb = "requires" if len(wanted) == 1 else "require"
    fault.notes = (
        f"{listed} {verb} grad, but {{x}} was not computed from it, or in a way that leaves the "
        "graph: in no_grad(), or by detach(), item(), numpy() or tensor()",
    )
    fault.helps = ()


def _input(place: Place) -> str:
    """The name that a gradient was asked for, x where none is given."""
    node = place.node
    given = node.args[1] if isinstance(node, syntax.Call) and len(node.args) > 1 else None
    return given.id if isinstance(given, syntax.Name) else "x"


def _overwritten(fault: AutogradError, place: Place) -> None:
    """A value that backward needs and that has been changed since."""
    names = [name for name, x in tensors(place) if x.storage is fault.storage]
    if names:
        name = names[0]
        fault.notes = (*fault.notes, f"the value is that of {name}")
        fault.helps = (
            f"make a new tensor instead of changing {name}: {name} = {name} + 1, not {name} += 1",
        )


def why_no_gradient(place: Place, node: syntax.Attribute) -> list[str]:
    """Notes on why `node`, the grad of a tensor, is None."""
    x, name = place.value(node.value), escaped(place, node.value)
    if x is MISSING or not hasattr(x, "requires_grad"):
        return []
    if not x.requires_grad:
        return [f"{name} does not require grad, so that no gradient is kept for it"]
    if not x.is_leaf:
        return [
            f"{name} was computed ({x.grad_fn.label}), and only what was not keeps its gradient; "
            f"{name}.retain_grad() before backward() asks for it"
        ]
    return [f"{name}.grad is None until backward() has been called on a result of {name}"]


CASES: tuple[tuple[str, Callable[[AutogradError, Place], None]], ...] = (
    ("can require gradients", _needs_floats),
    ("being used in an in-place operation", _leaf_written),
    ("a second time", _freed),
    ("does not have a grad_fn", _no_graph),
    ("modified by an inplace operation", _overwritten),
)
