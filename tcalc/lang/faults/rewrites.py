"""More of what may have been meant where an operation failed: other arguments, another op.

Each is a generator of candidates like those in `candidates.py`.
"""

from __future__ import annotations

from types import MethodType

from tcalc.core import dtypes
from tcalc.core.op import Op
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import count
from tcalc.errors import ShapeError
from tcalc.lang import syntax
from tcalc.lang.faults.failure import Edit, Failure, extended
from tcalc.lang.rehearsal.pure import BINARY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tcalc.lang.faults.failure import Candidate

PAIR = 2
REACH = 1000  # from a size that does not fit to one that may have been meant
MOST_SIZES = 32  # of a reshape of which another is looked for


def stacked(failure: Failure) -> Iterator[Candidate]:
    """`stack`, which makes the dimension to join along, for numbers that `cat` was given."""
    node, stack = failure.node, REGISTRY["stack"]
    if failure.op is REGISTRY["cat"] and all(x.ndim == 0 for _, x in failure.tensors):
        func = getattr(node, "func", None)
        if isinstance(func, syntax.Attribute):
            yield (Edit(func, f"{failure.text(func.value)}.stack", lambda: stack),)
        elif isinstance(func, syntax.Name):
            yield (Edit(func, "stack", lambda: stack),)


def gathered(failure: Failure) -> Iterator[Candidate]:
    """Arguments that were given one by one, in the one tuple or list that is wanted."""
    op, node = failure.function, failure.node
    if not isinstance(op, Op) or not isinstance(node, syntax.Call):
        return
    first, given, rest = op.signature.params[0], node.args, []
    if first.kind == "Arrays" and not first.variadic:
        tensors = {id(each) for each, _ in failure.tensors}
        count_ = next((i for i, arg in enumerate(given) if id(arg) not in tensors), len(given))
        given, rest, brackets = given[:count_], given[count_:], "()"
    elif first.kind == "Data":
        brackets = "[]"
    else:
        return
    if len(given) < PAIR:
        return
    inside = ", ".join(failure.text(arg) for arg in given)
    more = [failure.text(arg) for arg in rest]
    more += [f"{each.name}={failure.text(each.value)}" for each in node.keywords]
    arguments = ", ".join([f"{brackets[0]}{inside}{brackets[1]}", *more])

    def make() -> Any:
        value = failure.trial.expr
        named = {str(each.name): value(each.value) for each in node.keywords}
        return op([value(arg) for arg in given], *map(value, rest), **named)

    yield (Edit(node, f"{failure.text(node.func)}({arguments})", make),)


def other_dim(failure: Failure) -> Iterator[Candidate]:
    """Another dimension to join along, the nearest one that there is, or the one left out."""
    node, fault = failure.node, failure.fault
    if not isinstance(failure.op, Op) or not isinstance(node, syntax.Call) or not failure.tensors:
        return
    ndim = failure.tensors[0][1].ndim
    joins = isinstance(fault, ShapeError) and failure.op.family.name == "join"
    missing = fault.headline.endswith('missing required argument: "dim"')
    beyond = fault.headline.startswith("Dimension out of range")
    given = failure.operands.get(next(iter(fault.blame), "") if beyond else "dim")
    used = [arg.value for arg in node.args if isinstance(arg, syntax.Constant) and arg is not given]
    for dim in range(ndim) if joins else [max(set(range(ndim)).difference(used), default=0)]:
        if given is None and (joins or missing):
            yield (extended(failure, node, "dim", dim),)
        elif isinstance(given, syntax.Constant) and (joins or beyond):
            yield (failure.constant(given, dim),)


def copied(failure: Failure) -> Iterator[Candidate]:
    """`reshape`, which copies, for a `view` that would have to."""
    func = getattr(failure.node, "func", None)
    if failure.fault.headline.startswith("view size") and isinstance(func, syntax.Attribute):
        (_, x), *_ = failure.tensors
        text = f"{failure.text(func.value, atom=True)}.reshape"
        yield (Edit(func, text, lambda: MethodType(REGISTRY["reshape"], x)),)


def resized(failure: Failure) -> Iterator[Candidate]:
    """Other sizes for a reshape: one of them changed so that they hold as many elements."""
    if getattr(failure.op, "name", "") not in ("reshape", "view") or not failure.tensors:
        return
    sizes: tuple[int, ...] = failure.fault.operands.get("shape", ())
    if len(sizes) > MOST_SIZES:
        return
    total = failure.tensors[0][1].shape.numel()
    for i in reversed(range(len(sizes))):
        node = failure.operands.get(f"shape[{i}]")
        rest = count(tuple(n for at, n in enumerate(sizes) if at != i and n != -1))
        if node is None or not isinstance(failure.place.value(node), int):
            continue  # the size is worked out elsewhere
        if sizes[i] == -1 or rest < 1 or total % rest:
            continue
        for n in _divisors_near(sizes[i], total // rest) if -1 in sizes else [total // rest]:
            yield (failure.constant(node, n),)


def _divisors_near(wanted: int, total: int) -> list[int]:
    """The numbers next to `wanted`, below and above it, in which `total` can be shared out."""
    low, high = min(wanted, total), max(wanted, 1)
    below = next((n for n in range(low, max(low - REACH, 1), -1) if total % n == 0), 0)
    above = next((n for n in range(high, min(high + REACH, total)) if total % n == 0), 0)
    return [n for n in (below, above) if n]


def anew(failure: Failure) -> Iterator[Candidate]:
    """A new tensor instead of a write in place."""
    node = failure.node
    if isinstance(node, syntax.AugAssign) and isinstance(node.target, syntax.Name):
        name, op = node.target.id, node.op
        value = failure.text(node.value, atom=not isinstance(node.value, syntax.Constant))
        sides = (node.target, node.value)

        def make() -> Any:
            return BINARY[op](*map(failure.trial.expr, sides))

        yield (Edit(node, f"{name} = {name} {op} {value}", make),)
    elif failure.writes and isinstance(node, syntax.Call) and failure.tensors:
        func, method = node.func, MethodType(failure.function, failure.tensors[0][1])
        if isinstance(func, syntax.Attribute):
            text = f"{failure.text(func.value, atom=True)}.{func.name[:-1]}"
            yield (Edit(func, text, lambda: method),)


def typed(failure: Failure) -> Iterator[Candidate]:
    """Floats from the start, where a tensor is made for which gradients are wanted."""
    node, op = failure.node, failure.function
    if not isinstance(op, Op) or not isinstance(node, syntax.Call):
        return
    if "requires_grad" not in op.signature.by_keyword:
        return
    dtype = dtypes.default_float()
    torch = "torch." if failure.text(node.func).startswith("torch.") else ""
    given = next((each.value for each in node.keywords if each.name == "dtype"), None)
    if given is not None:
        yield (Edit(given, f"{torch}{dtype.name}", lambda: dtype),)
    else:
        yield (extended(failure, node, "dtype", dtype, f"{torch}{dtype.name}"),)
