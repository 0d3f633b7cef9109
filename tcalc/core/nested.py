"""Values in containers: lists, tuples and dicts as programs nest them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tcalc.core.results import ReturnType


def changed(tree: Any, change: Callable[[Any], Any]) -> Any:
    """A copy of `tree` with `change` made to everything in it that is no container."""
    kind = type(tree)
    if kind is list or kind is tuple:
        return kind([changed(item, change) for item in tree])
    if kind is dict:
        return {key: changed(item, change) for key, item in tree.items()}
    if kind is ReturnType:
        return ReturnType(tree._name, tree._fields, [changed(item, change) for item in tree])
    if kind is slice:
        return slice(*[changed(bound, change) for bound in (tree.start, tree.stop, tree.step)])
    return change(tree)


def items_of(tree: Any) -> list[tuple[Any, Any]] | None:
    """What a container has, each with its index or key; None for anything else."""
    if type(tree) in (list, tuple, ReturnType):
        return list(enumerate(tree))
    return list(tree.items()) if type(tree) is dict else None


def leaves(tree: Any) -> list[Any]:
    """Everything in `tree` that is no container, in order."""
    found: list[Any] = []
    waiting = [tree]
    while waiting:
        each = waiting.pop()
        kind = type(each)
        if kind is list or kind is tuple or kind is ReturnType:
            waiting += each[::-1]
        elif kind is dict:
            waiting += [*each.values()][::-1]
        elif kind is slice:
            waiting += (each.step, each.stop, each.start)
        else:
            found.append(each)
    return found


def alike(template: Any, tree: Any) -> bool:
    """Whether both are the same container with the same keys, or neither is one."""
    if type(template) is not type(tree):
        return items_of(template) is None and items_of(tree) is None
    mine, others = items_of(template), items_of(tree)
    if mine is None or others is None:
        return True
    return [key for key, _ in mine] == [key for key, _ in others]
