"""What `build` makes of operators, calls, displays and literals."""

from __future__ import annotations

from tcalc.lang import literals
from tcalc.lang.refusal import Refusal
from tcalc.lang.syntax import (
    Bulk,
    Call,
    Clause,
    Compare,
    Comprehension,
    Constant,
    Dict,
    Expr,
    Field,
    FString,
    Keyword,
    List,
    Name,
    Set,
    Slice,
    Starred,
    Subscript,
    Tuple,
    Yield,
)
from tcalc.lang.targets import check_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcalc.lang.lalr import Parts


def compare(start: int, end: int, parts: Parts) -> Compare:
    """Operands and operators in turn; `not in` and `is not` come as two words."""
    operands: list[Expr] = []
    ops: list[str] = []
    for part in parts:
        if not isinstance(part, str):
            operands.append(part)
        elif len(ops) == len(operands):
            ops[-1] += " " + part
        else:
            ops.append(part)
    return Compare(start, end, operands, ops)


def yield_(start: int, end: int, parts: Parts) -> Yield:
    """`yield value`."""
    return Yield(start, end, parts[0], False)


def yield_from(start: int, end: int, parts: Parts) -> Yield:
    """`yield from value`."""
    return Yield(start, end, parts[0], True)


def call(start: int, end: int, parts: Parts) -> Call:
    """`func(arguments)`."""
    func, *arguments = parts
    args: list[Expr] = []
    keywords: list[Keyword] = []
    for argument in arguments:
        if type(argument) is Keyword:
            keywords.append(argument)
        elif not keywords or (
            isinstance(argument, Starred) and all(k.name is not None for k in keywords)
        ):
            args.append(argument)
        else:
            from tcalc.lang.mistakes.meant import arguments as in_order

            headline = "a positional argument must come before the keyword arguments"
            raise Refusal(headline, argument, in_order(func, arguments))
    if len(keywords) > 1:
        _check_unique(keywords)
    return Call(start, end, func, args, keywords)


def _check_unique(keywords: list[Keyword]) -> None:
    seen = set()
    for keyword_ in keywords:
        if keyword_.name in seen:
            raise Refusal(f"the keyword argument '{keyword_.name}' is given twice", keyword_)
        if keyword_.name is not None:
            seen.add(keyword_.name)


def keyword_unpacking(start: int, end: int, parts: Parts) -> Keyword:
    """`**value` in a call."""
    return Keyword(start, end, None, parts[0])


def subscript(start: int, end: int, parts: Parts) -> Subscript:
    """`value[index]`; a starred index alone makes a tuple all the same."""
    value, index = parts
    if isinstance(index, Starred):
        index = Tuple(index.start, index.end, [index])
    return Subscript(start, end, value, index)


def slice_(start: int, end: int, parts: Parts) -> Slice:
    """`lower:upper:step`."""
    lower, upper, *step = parts
    return Slice(start, end, lower, upper, step[0] if step else None)


def tuple_(start: int, end: int, parts: Parts) -> Tuple:
    """`a, b`, with or without brackets."""
    return Tuple(start, end, parts)


def list_(start: int, end: int, parts: Parts) -> List:
    """`[a, b]`."""
    return List(start, end, parts)


def set_(start: int, end: int, parts: Parts) -> Set:
    """`{a, b}`."""
    return Set(start, end, parts)


def dict_(start: int, end: int, parts: Parts) -> Dict:
    """`{k: v, **more}`."""
    return Dict(start, end, [key for key, _ in parts], [value for _, value in parts])


def pair(start: int, end: int, parts: Parts) -> Parts:
    """`k: v`."""
    return parts


def pair_unpacking(start: int, end: int, parts: Parts) -> Parts:
    """`**more` in a dict."""
    return [None, parts[0]]


def group(start: int, end: int, parts: Parts) -> Expr:
    """`(a)`: the brackets belong to what they hold, so that its text stays whole when quoted."""
    node: Expr = parts[0]
    if not isinstance(node, Name):
        node.start, node.end = start, end
    return node


def clause(start: int, end: int, parts: Parts) -> Clause:
    """`for target in iterable if test`."""
    target, iterable, *tests = parts
    check_target(target, "assign to")
    return Clause(start, end, target, iterable, tests)


def generator(start: int, end: int, parts: Parts) -> Comprehension:
    """`(element for …)`."""
    return Comprehension(start, end, "generator", parts[0], None, parts[1:])


def list_comprehension(start: int, end: int, parts: Parts) -> Comprehension:
    """`[element for …]`."""
    return Comprehension(start, end, "list", parts[0], None, parts[1:])


def set_comprehension(start: int, end: int, parts: Parts) -> Comprehension:
    """`{element for …}`."""
    return Comprehension(start, end, "set", parts[0], None, parts[1:])


def dict_comprehension(start: int, end: int, parts: Parts) -> Comprehension:
    """`{key: value for …}`."""
    return Comprehension(start, end, "dict", parts[0], parts[1], parts[2:])


def none(start: int, end: int, parts: Parts) -> Constant:
    """`None`."""
    return Constant(start, end, None)


def true(start: int, end: int, parts: Parts) -> Constant:
    """`True`."""
    return Constant(start, end, True)


def false(start: int, end: int, parts: Parts) -> Constant:
    """`False`."""
    return Constant(start, end, False)


def ellipsis(start: int, end: int, parts: Parts) -> Constant:
    """`...`."""
    return Constant(start, end, ...)


def number(start: int, end: int, parts: Parts) -> Constant:
    """A number of any form."""
    return Constant(start, end, literals.number(parts[0], start))


def bulk(start: int, end: int, parts: Parts) -> Bulk:
    """A long array literal."""
    return Bulk(start, end, literals.array(parts[0]))


def piece(start: int, end: int, parts: Parts) -> Constant | FString:
    """One string literal."""
    literal = literals.StringLiteral(parts[0], start)
    if not literal.formatted:
        return Constant(start, end, literal.value())
    from tcalc.lang.fstring import read

    return read(literal)


def string(start: int, end: int, parts: Parts) -> Constant | FString:
    """String literals side by side are one."""
    if len(parts) == 1:
        return parts[0]  # type: ignore[no-any-return]
    if all(isinstance(part, Constant) for part in parts):
        return Constant(start, end, "".join(part.value for part in parts))
    merged: list[Constant | Field] = []
    for item in [p for part in parts for p in getattr(part, "parts", [part])]:
        if isinstance(item, Constant) and merged and isinstance(before := merged[-1], Constant):
            merged[-1] = Constant(before.start, item.end, str(before.value) + str(item.value))
        else:
            merged.append(item)
    return FString(start, end, merged)
