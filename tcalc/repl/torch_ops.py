"""How an op is called in PyTorch: its path, its form, what stands for which parameter."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from tcalc.lang import syntax
from tcalc.lang.builtins import BUILTINS
from tcalc.lang.namespaces import ops

if TYPE_CHECKING:
    from tcalc.core.op import Op
    from tcalc.core.params import Param
    from tcalc.core.signature import Signature

# What PyTorch has as a method alone, or elsewhere than the name says.
METHODS = frozenset(("expand", "to", "contiguous", "repeat", "type_as"))
ELSEWHERE = {"inv": "torch.linalg.inv", "linalg": "torch.linalg"} | {
    name: f"torch.nn.functional.{name}"
    for name in ("dropout", "alpha_dropout", "feature_alpha_dropout")
}
MODULES = {"F": "torch.nn.functional", "nn": "torch.nn", "linalg": "torch.linalg"}


def items(arg: syntax.Expr) -> list[syntax.Expr]:
    """The items of a list or tuple in sight; anything else is the one item."""
    return arg.items if isinstance(arg, syntax.List | syntax.Tuple) else [arg]


def form(
    op: Op, args: list[syntax.Expr], keywords: list[syntax.Keyword], method: bool
) -> Signature:
    """The signature that such a call has."""
    given = dict.fromkeys(keyword.name or "" for keyword in keywords)
    forms = op.signatures
    return next((form for form in forms if form.takes(len(args) + method, given)), forms[0])


def paired(
    form: Signature, args: list[syntax.Expr], method: bool
) -> Iterator[tuple[syntax.Expr, Param]]:
    """Arguments with their parameters; the rest of them with one that takes many."""
    params = [param for param in form.params if not param.keyword_only][int(method) :]
    for at, arg in enumerate(args):
        many = [param for param in params[:at] if param.variadic]
        if at < len(params) or many:
            yield arg, (many or params[at : at + 1])[0]


def param(op: Op, name: str) -> Param | None:
    """The parameter that a keyword means."""
    for signature in op.signatures:
        for param in signature.params:
            if name == param.name or name in param.aliases:
                return param
    return None


def path_of(op: Op) -> str:
    """The op's path in PyTorch."""
    if op.name in ELSEWHERE:
        return ELSEWHERE[op.name]
    return f"torch.{op.name}" if op.bare else next(iter(op.paths), f"torch.{op.name}")


def is_rewritten(op: Op, func: syntax.Expr) -> bool:
    """Whether a call by a bare name has to be written anew, and not only its parts."""
    return as_method(op) or getattr(func, "id", "") in (*BUILTINS, "trace", "scatter")


def as_method(op: Op) -> bool:
    """Whether PyTorch has the op as a method alone, or has sizes one by one only there."""
    sizes = op.is_method and op.signature.variadic is not None
    return op.name in METHODS or (sizes and op.family.name in ("shape", "view"))


def may_be_tensor(node: syntax.Expr) -> bool:
    """Whether what nothing is known of is more likely a tensor than a sequence of Python's."""
    return not isinstance(node, syntax.Dict | syntax.Set)


def at_path(func: syntax.Attribute) -> Op | None:
    """The op at a path such as `torch.linalg.norm`."""
    names = [func.name]
    node: syntax.Expr = func.value
    while isinstance(node, syntax.Attribute):
        names.insert(0, node.name)
        node = node.value
    first = node.id if isinstance(node, syntax.Name) else ""
    path = ".".join([MODULES.get(first, first), *names])
    if path == f"torch.{func.name}" and func.name in ops():
        return ops()[func.name]  # type: ignore[no-any-return]
    return _by_path().get(path)


@cache
def _by_path() -> dict[str, Op]:
    return {path: op for op in ops().values() for path in op.paths}
