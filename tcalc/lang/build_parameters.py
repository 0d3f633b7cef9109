"""What `build` makes of the parameters of functions and lambdas."""

from __future__ import annotations

from tcalc.lang.refusal import Refusal
from tcalc.lang.syntax import Param

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcalc.lang.lalr import Parts


def param(start: int, end: int, parts: Parts) -> Param:
    """`name: annotation = default`; a lambda's has no annotation."""
    return Param(start, end, parts[0], "plain", parts[-1])


def args_param(start: int, end: int, parts: Parts) -> Param:
    """`*name`."""
    return Param(start, end, parts[0], "args", None)


def kwargs_param(start: int, end: int, parts: Parts) -> Param:
    """`**name`."""
    return Param(start, end, parts[0], "kwargs", None)


def star_mark(start: int, end: int, parts: Parts) -> Param:
    """A bare `*`, until `params` takes it out."""
    return Param(start, end, "*", "*", None)


def slash_mark(start: int, end: int, parts: Parts) -> Param:
    """A bare `/`, until `params` takes it out."""
    return Param(start, end, "/", "/", None)


def params(start: int, end: int, parts: Parts) -> list[Param]:
    """A whole parameter list, checked: what stands after `*` is keyword-only, and so on."""
    result: list[Param] = []
    for item in parts:
        if result and result[-1].kind == "kwargs":
            raise Refusal(f"nothing can follow '**{result[-1].name}'", item)
        if item.kind == "/":
            _mark_positional(result, item)
            continue
        starred = any(other.kind in _STARS for other in result)
        if starred and item.kind in _STARS:
            raise Refusal("a parameter list can have only one '*'", item)
        if any(item.name == other.name for other in result):
            raise Refusal(f"two parameters are called '{item.name}'", item)
        if starred:
            if item.kind == "plain":
                item.kind = "keyword"
        elif item.kind == "plain":
            _check_default(result, item)
        result.append(item)
    _check_marks(result)
    return [item for item in result if item.kind != "*"]


_STARS = ("*", "args")


def _mark_positional(before: list[Param], mark: Param) -> None:
    if not before or any(item.kind != "plain" for item in before):
        raise Refusal("'/' must stand once, after a parameter and before '*'", mark)
    for item in before:
        item.kind = "positional"


def _check_default(before: list[Param], item: Param) -> None:
    if item.default is None and before and before[-1].default is not None:
        headline = f"'{item.name}' needs a default value, for the parameter before it has one"
        raise Refusal(headline, item, "put it before those that have one")


def _check_marks(result: list[Param]) -> None:
    kinds = [item.kind for item in result]
    if "*" in kinds and kinds[kinds.index("*") + 1 :][:1] != ["keyword"]:
        raise Refusal("a parameter must follow '*'", result[kinds.index("*")])
