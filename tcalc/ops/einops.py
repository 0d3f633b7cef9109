"""Einops notation: a pattern that names the dimensions says how to reorder, reduce or repeat.

`b c (h k) -> b h (c k)`: names are dimensions, parentheses join several in one, `...` stands for
all that are not named, and `1` or `()` for a dimension of size 1. Source: A. Rogozhnikov, "Einops:
Clear and Reliable Tensor Manipulations with Einstein-like Notation" (2022).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from tcalc.core.data import array_of
from tcalc.core.families import composite
from tcalc.core.op import op
from tcalc.core.params import Array, Data, Int, Text
from tcalc.core.tensor import Tensor, count
from tcalc.errors import ShapeError, closest
from tcalc.ops import join, layout

_REST = "..."
_TOKEN = re.compile(r"\.\.\.|[()]|[^\s()]+?(?=\.\.\.|[\s()]|$)")
_REDUCTIONS = ("min", "max", "sum", "mean", "prod", "any", "all")


class Fault(Exception):
    """What is wrong with a pattern; the op adds the tensor's shape and the lengths given."""


class Side(NamedTuple):
    """One side of a pattern: dimensions, each a group of axes; and the sizes of unnamed axes.

    `spread` are the groups that are an ellipsis outside of parentheses: as many as it stands for.
    """

    groups: tuple[tuple[str, ...], ...]
    spread: tuple[int, ...]
    unnamed: dict[str, int]

    @property
    def axes(self) -> list[str]:
        """All axes in order."""
        return [axis for group in self.groups for axis in group]


@lru_cache(maxsize=256)
def _sides(pattern: str) -> tuple[Side, Side]:
    """Both sides of a pattern. Raises Fault where it is none."""
    parts = pattern.split("->")
    if len(parts) != 2:
        raise Fault("a pattern has two sides, with one '->' between them")
    left, right = _side(parts[0], "in"), _side(parts[1], "out")
    if _REST in right.axes and _REST not in left.axes:
        raise Fault("Ellipsis found in right side, but not left side of a pattern")
    if _REST in left.axes and not left.spread:
        raise Fault("Ellipsis inside parenthesis in the left part is not allowed")
    return left, right


def _side(text: str, side: str) -> Side:
    groups: list[tuple[str, ...]] = []
    opened: list[str] | None = None
    unnamed: dict[str, int] = {}
    spread: list[int] = []
    for token in _TOKEN.findall(text):
        if token == "(":
            if opened is not None:
                raise Fault("Axis composition is one-level (brackets inside brackets not allowed)")
            opened = []
        elif token == ")":
            if opened is None:
                raise Fault("Brackets are not balanced")
            groups.append(tuple(opened))
            opened = None
        else:
            axes = _axes(token, f"{side} {len(unnamed)}", unnamed)
            if opened is None:
                spread += [len(groups)] if token == _REST else []
                groups.append(axes)
            else:
                opened += axes
    if opened is not None:
        raise Fault("Brackets are not balanced")
    names = [axis for group in groups for axis in group]
    for name in names:
        if names.count(name) > 1:
            raise Fault(f'Indexing expression contains duplicate dimension "{name}"')
    return Side(tuple(groups), tuple(spread), unnamed)


def _axes(token: str, unnamed_as: str, unnamed: dict[str, int]) -> tuple[str, ...]:
    """The axes that a word stands for: none for 1, a new unnamed one for another number."""
    if token == "1":
        return ()
    if token.isdecimal():
        if int(token) == 0:
            raise Fault("Anonymous axis should have positive length, not 0")
        unnamed[unnamed_as] = int(token)
        return (unnamed_as,)
    if token != _REST and (not token.isidentifier() or "_" in (token[0], token[-1])):
        raise Fault(f"Invalid axis identifier: {token}")
    return (token,)


def _listed(names: Sequence[str]) -> str:
    return "{" + ", ".join(repr(name) for name in names) + "}"


def _check_names(kind: str, left: Side, right: Side, sizes: dict[str, int]) -> None:
    """Raise Fault unless the axes on both sides are what this kind of pattern may have."""
    gone = [axis for axis in left.axes if axis not in right.axes]
    new = [axis for axis in right.axes if axis not in left.axes]
    if kind == "rearrange":
        if left.unnamed or right.unnamed:
            raise Fault(
                "Non-unitary anonymous axes are not supported in rearrange (exception is length 1)"
            )
        if gone or new:
            raise Fault(
                "Identifiers only on one side of expression (should be on both): "
                + _listed([*gone, *new])
            )
    elif kind == "repeat":
        if gone:
            raise Fault(f"Unexpected identifiers on the left side of repeat: {_listed(gone)}")
        unsized = [axis for axis in new if axis not in sizes and axis not in right.unnamed]
        if unsized:
            raise Fault(f"Specify sizes for new axes in repeat: {_listed(unsized)}")
    elif new:
        raise Fault(f"Unexpected identifiers on the right side of reduce: {_listed(new)}")
    for name in sizes:
        if name not in left.axes and name not in right.axes:
            raise Fault(f"Axis {name} is not used in transform")


def _with_rest(side: Side, rest: list[str]) -> list[list[str]]:
    """The groups with the names `rest` in place of the ellipsis: dimensions, or part of one."""
    groups: list[list[str]] = []
    for i, group in enumerate(side.groups):
        if i in side.spread:
            groups += [[name] for name in rest]
        else:
            groups.append([n for axis in group for n in (rest if axis == _REST else [axis])])
    return groups


def _measured(
    groups: list[list[str]], shape: tuple[int, ...], sizes: dict[str, int]
) -> Iterator[tuple[str, int]]:
    """Each axis on the left with its size. Raises Fault where they do not fit the shape."""
    for group, n in zip(groups, shape, strict=True):
        unknown = [axis for axis in group if axis not in sizes]
        known = count(tuple(sizes[axis] for axis in group if axis in sizes))
        if len(unknown) > 1:
            raise Fault(f"Could not infer sizes for {_listed(unknown)}")
        if not unknown and known != n:
            raise Fault(f"Shape mismatch, {n} != {known}")
        if unknown and (known == 0 or n % known):
            raise Fault(f"Shape mismatch, can't divide axis of length {n} in chunks of {known}")
        yield from ((axis, sizes[axis] if axis in sizes else n // known) for axis in group)


def _transformed(kind: str, x: Tensor, pattern: str, sizes: dict[str, int], reduction=None):
    """What a pattern makes of x."""
    left, right = _sides(pattern)
    _check_names(kind, left, right, sizes)
    named = len(left.groups) - (_REST in left.axes)
    if x.ndim < named or (x.ndim > named and _REST not in left.axes):
        at_least = ">=" if _REST in left.axes else ""
        raise Fault(f"Wrong shape: expected {at_least}{named} dims. Received {x.ndim}-dim tensor.")
    rest = [f"... {i}" for i in range(x.ndim - named)]
    begin, end = _with_rest(left, rest), _with_rest(right, rest)
    given = sizes | left.unnamed | right.unnamed
    found = dict(_measured(begin, tuple(x.shape), given))
    wanted = [axis for group in end for axis in group]
    x = layout.reshape(x, tuple(found.values()))
    gone = tuple(i for i, axis in enumerate(found) if axis not in wanted)
    if gone:
        x = _reduced(x, reduction, gone)
    kept = [axis for axis in found if axis in wanted]
    old = [axis for axis in wanted if axis in found]
    x = layout.permute(x, tuple(kept.index(axis) for axis in old)) if old else x
    for i, axis in enumerate(wanted):
        if axis not in found:
            x = layout.unsqueeze(x, i)
    found = given | found
    if len(wanted) > len(old):
        x = layout.expand(x, tuple(found[axis] for axis in wanted))
    return layout.reshape(x, tuple(count(tuple(found[axis] for axis in group)) for group in end))


def _reduced(x: Tensor, reduction, dims: tuple[int, ...]):
    """x reduced over `dims` by a reduction's name, or by a function of x and dims."""
    if callable(reduction):
        return reduction(x, dims)
    if reduction == "mean" and not (x.is_floating_point() or x.is_complex()):
        raise Fault("reduce_mean is not available for non-floating tensors")
    if reduction in ("sum", "mean"):
        return getattr(x, reduction)(dims)
    if reduction in ("min", "max"):
        return getattr(x, "a" + reduction)(dims)
    for dim in dims[::-1]:
        x = getattr(x, reduction)(dim)
    return x


def _run(kind: str, x, pattern: str, sizes: dict[str, int], reduction=None):
    if isinstance(x, list | tuple) and x and all(isinstance(item, Tensor) for item in x):
        x = join.stack(list(x))
    elif not isinstance(x, Tensor):
        x = Tensor(array_of(x))
    try:
        return _transformed(kind, x, pattern, sizes, reduction)
    except Fault as fault:
        lengths = ", ".join(f"{name}={size}" for name, size in sizes.items())
        raise ShapeError(
            f'Error while processing {kind}-reduction pattern "{pattern}": {fault}',
            blame={"x": "", "pattern": ""},
            notes=[
                f"Input tensor shape: {list(x.shape)}",
                *([f"axis lengths given: {lengths}"] if lengths else []),
            ],
        ) from None


@op(
    composite,
    method=False,
    cases=(
        "A(2, 3, 4), 'a b c -> c (a b)'",
        "A(6, 2), '(p q) r -> q p r 1', p=2",
        "A(2, 3, 4), 'a ... -> ... a'",
        "A(2, 3, 4), '... c -> (...) c'",
        "A(3, 1), 'a 1 -> a'",
    ),
)
def rearrange(x: Data, pattern: Text, **axes_lengths: Int):
    """Dimensions reordered, split and joined, as a pattern of names says.

    >>> rearrange(arange(6), "(h w) -> w h", h=2)
    tensor([[0, 3],
            [1, 4],
            [2, 5]])
    """
    return _run("rearrange", x, pattern, axes_lengths)


@op(
    composite,
    method=False,
    cases=(
        "A(2, 3, 4), 'a b c -> c a', 'sum'",
        "A(4, 6), '(a 2) (b 3) -> a b', 'max'",
        "A(2, 3, 4), 'a ... -> a', 'mean'",
        "A(2, 3), 'a b -> ', 'prod'",
        "A(2, 3), 'a b -> 1 b', 'min'",
    ),
)
def reduce(x: Data, pattern: Text, reduction: Data, **axes_lengths: Int):
    """The dimensions that the right side of a pattern leaves out reduced, the others rearranged.

    The reduction is min, max, sum, mean, prod, any, all, or a function of a tensor and dims.

    >>> reduce(arange(6.), "(h w) -> h", "mean", h=2)
    tensor([1., 4.])
    """
    if not callable(reduction) and reduction not in _REDUCTIONS:
        raise ShapeError(
            f"Unknown reduction {reduction}. Expect one of {_REDUCTIONS}.",
            blame={"x": "", "reduction": ""},
            helps=[f"did you mean '{near}'?" for near in closest(str(reduction), _REDUCTIONS)[:1]],
        )
    return _run("reduce", x, pattern, axes_lengths, reduction)


@join.repeat.overload(
    composite,
    cases=(
        "A(2, 3), 'a b -> b c a', c=2",
        "A(2, 3), 'a b -> (a 2) (b c)', c=2",
        "A(3), '... -> k ...', k=2",
    ),
)
def repeat_pattern(x: Array, pattern: Text, **axes_lengths: Int):
    """x repeated along the new axes on the right side of a pattern, the others rearranged."""
    return _run("repeat", x, pattern, axes_lengths)
