"""The shape and dtype of what an op would give, without computing it.

A ghost stands for a tensor of which only shape and dtype are known: one zero, expanded. Views of
ghosts are taken for real. Any other op is asked how it treats sizes by running it on small tensors
in which every large size, also one among the arguments, has a small stand-in: where each size of
the result is an affine function of the stand-ins, the same function of the sizes holds. So no op
says anything about its shapes in particular, and nothing is as large as it looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from tcalc.core import apply, families, modes, nested
from tcalc.core.dtypes import DType
from tcalc.core.results import ReturnType
from tcalc.core.tensor import Tensor, count
from tcalc.errors import TcalcError

if TYPE_CHECKING:
    from tcalc.core.op import Op

SMALL = 16  # sizes up to this are their own stand-ins
STEP = 6  # stand-ins are multiples, so that halves and thirds of them are whole
MOST = 1 << 16  # elements of all stand-ins together
# How far stand-ins move for the last check, with the most elements that all may have then: as far
# as takes no time, for a slope of 1/5 looks like one of 1/6 from nearby, and a quotient of two
# sizes like a constant.
FAR = ((14 * STEP, MOST >> 2), (7 * STEP, MOST >> 2), (2 * STEP, MOST), (STEP, MOST))
# What the results of these have a size of is found among the elements, whatever fills them.
BY_VALUE = frozenset(("linalg_lstsq", "unique", "unique_consecutive"))
NUMBER = re.compile(r"\d+")
Sizes = Mapping[int, int]
T = TypeVar("T", bound=Tensor)


class UnknownShape(Exception):
    """The result depends on values, or on sizes in a way that stand-ins do not show."""


class Ghost(Tensor):
    """A tensor that takes no memory; its values mean nothing."""

    def __init__(self, shape: tuple[int, ...], dtype: DType) -> None:
        """Look like a tensor of `shape` and `dtype`."""
        super().__init__(np.broadcast_to(np.zeros((), dtype.numpy), shape))


def ghost_of(x: Tensor, shape: tuple[int, ...]) -> Ghost:
    """A ghost of `shape` that has all else of x."""
    return _tracked(Ghost(shape, x.dtype), x)


def _tracked(new: T, x: Tensor) -> T:
    """`new`, which requires grad if x does."""
    if x.requires_grad:
        new.requires_grad = True
    return new


def outcome(op: Op, values: list[Any], small: int = SMALL) -> Any:
    """What `op` gives for bound `values`, as ghosts; a plain value where it gives one.

    Ghosts require grad where the tensors would. Small tensors that are no ghosts keep their values,
    and the result of such alone is computed. Raises UnknownShape, or what the op raises for shapes
    and dtypes that do not fit.
    """
    with np.errstate(all="ignore"):
        if op.family.views:
            return _haunted(apply.call(op, list(values)))
        sizes = sorted(_sizes(values, small))
        if not sizes and not any(isinstance(x, Ghost) for x in op.operands(values)):
            return apply.call(op, list(values))
        return _extrapolated(op, values, sizes, small - small % STEP + STEP)


def _extrapolated(op: Op, values: list[Any], sizes: Sequence[int], first: int) -> Any:
    """The result as ghosts, from runs on stand-ins from `first` on."""
    base = {n: first + 2 * STEP * i for i, n in enumerate(sizes)}
    try:
        found = _run(op, values, base)
    except TcalcError as failure:
        _say_true_sizes(failure, op, values, base)
        raise
    with modes.no_grad():
        slopes = _affine(op, values, base, found)
    return _grown(found, [n - base[n] for n in sizes], slopes)


def _affine(op: Op, values: list[Any], base: Sizes, found: Any) -> list[Any]:
    """By how much the sizes in `found` grow with each stand-in. Raises UnknownShape if not so."""
    shapes = _shapes(found)
    try:
        varied = _shapes(_run(op, values, base, fill=1))
    except TcalcError:
        raise UnknownShape from None
    if varied != shapes or op.name in BY_VALUE:
        raise UnknownShape  # it depends on the values
    slopes = [_slopes(shapes, _shapes(_run(op, values, moved))) for moved in _moved(base)]
    for i in range(len(base)):
        far, there = _far(op, values, base, i)
        if _shapes(_run(op, values, there)) != _shapes(_grown(found, far, slopes)):
            raise UnknownShape  # no affine function: a product of two sizes, or one rounded
    return slopes


def _moved(base: Sizes) -> Iterator[Sizes]:
    """The stand-ins with each of them moved by STEP in turn."""
    return ({**base, n: base[n] + STEP} for n in base)


def _far(op: Op, values: list[Any], base: Sizes, first: int) -> tuple[list[int], Sizes]:
    """By how much the stand-ins from the `first` on move, so that none overtakes another; those."""
    for far, most in FAR:
        steps = [far * (i >= first) for i in range(len(base))]
        moved = {n: small + step for (n, small), step in zip(base.items(), steps, strict=True)}
        if _amount(op, values, moved) <= most:
            return steps, moved
    raise UnknownShape


def _haunted(found: Any) -> Any:
    """A result with its tensors as ghosts."""
    if isinstance(found, Tensor):
        return ghost_of(found, found.array.shape)
    return _alike(found, map(_haunted, found)) if isinstance(found, list | tuple) else found


def _sizes(value: Any, small: int) -> set[int]:
    """The large sizes of the tensors in `value`, and the large ints among arguments."""
    if isinstance(value, Tensor):
        return {n for n in value.array.shape if n > small}
    if isinstance(value, list | tuple):
        return set().union(*(_sizes(item, small) for item in value))
    return {value} if type(value) is int and value > small else set()


def _run(op: Op, values: list[Any], sizes: Sizes, fill: int = 0) -> Any:
    """`op` on stand-ins. Raises UnknownShape where these are too large, or fail by their values."""
    if _amount(op, values, sizes) > MOST:
        raise UnknownShape
    return apply.call(op, [_stand_in(value, sizes, fill) for value in values])


def _amount(op: Op, values: list[Any], sizes: Sizes) -> int:
    """How many elements an op has to do with, of which the sizes are replaced."""
    leaves = nested.leaves(values)
    shapes = [leaf.array.shape for leaf in leaves if isinstance(leaf, Tensor)]
    if op.family is families.network:  # a number may be the size of up to three dimensions
        shapes += [(n,) * 3 for n in leaves if type(n) is int and n in sizes]
    return sum(count(tuple(sizes.get(n, n) for n in shape)) for shape in shapes)


def _stand_in(value: Any, sizes: Sizes, fill: int) -> Any:
    """`value` with its sizes replaced."""
    if isinstance(value, Tensor):
        shape = tuple(sizes.get(n, n) for n in value.array.shape)
        if shape == value.array.shape and not isinstance(value, Ghost):
            return value
        return _tracked(Tensor(_filled(shape, value.array.dtype, fill)), value)
    if isinstance(value, list | tuple):
        return _alike(value, (_stand_in(item, sizes, fill) for item in value))
    return sizes.get(value, value) if type(value) is int else value


def _filled(shape: tuple[int, ...], dtype: np.dtype[Any], fill: int) -> Any:
    """An array of no particular values: valid indices and quantiles, matrices with an inverse."""
    numbers = np.arange(count(shape))
    if dtype.kind in "iub":
        return ((1 - numbers % 2) * fill).reshape(shape).astype(dtype)
    values = np.cos(numbers + fill) * 0.4 + 0.5
    values[:fill] = 0
    return values.reshape(shape).astype(dtype)


def _shapes(found: Any) -> Any:
    """The shapes of the tensors in a result; None for anything else."""
    if isinstance(found, Tensor):
        return found.array.shape
    return tuple(map(_shapes, found)) if isinstance(found, list | tuple) else None


def _slopes(before: Any, after: Any) -> Any:
    """By how much each size of a result grows with a stand-in that has moved by STEP."""
    if before is None and after is None:
        return None
    if before is None or after is None or len(before) != len(after):
        raise UnknownShape
    pairs = zip(before, after, strict=True)
    if all(isinstance(n, int) for n in before):
        return tuple(m - n for n, m in pairs)
    return tuple(_slopes(n, m) for n, m in pairs)


def _grown(found: Any, steps: Sequence[int], slopes: Sequence[Any]) -> Any:
    """The result with the sizes that it has where each stand-in has moved by its step."""
    if isinstance(found, Tensor):
        return ghost_of(found, _extended(found.array.shape, steps, slopes))
    if isinstance(found, list | tuple):
        return _alike(
            found, (_grown(x, steps, [s[i] for s in slopes]) for i, x in enumerate(found))
        )
    return found


def _extended(
    numbers: tuple[int, ...], steps: Sequence[int], slopes: Sequence[tuple[int, ...]]
) -> tuple[int, ...]:
    """The numbers, each of which grows by its slope in every STEP. They are whole or unknown."""
    found = []
    for i, n in enumerate(numbers):
        growth = sum(slope[i] * step for slope, step in zip(slopes, steps, strict=True))
        if growth % STEP:
            raise UnknownShape
        found.append(n + growth // STEP)
    return tuple(found)


def _say_true_sizes(failure: TcalcError, op: Op, values: list[Any], base: Sizes) -> None:
    """Let a message name the true sizes, and products of them, where it names those of stand-ins.

    Raises UnknownShape where others of their sizes fail in another way.
    """
    numbers = _numbers(failure)
    slopes = []
    for moved in _moved(base):
        try:
            _run(op, values, moved)
        except TcalcError as other:
            slopes.append(_slopes(numbers, _numbers(other)))
        else:
            raise UnknownShape from None
    true = map(str, _extended(numbers, [n - small for n, small in base.items()], slopes))

    def named(text: str) -> str:
        return NUMBER.sub(lambda _: next(true), text)

    failure.headline = named(failure.headline)
    failure.args = (failure.headline,)
    failure.notes = tuple(map(named, failure.notes))
    failure.helps = tuple(map(named, failure.helps))
    failure.blame = {name: named(text) for name, text in failure.blame.items()}


def _numbers(failure: TcalcError) -> tuple[int, ...]:
    """All whole numbers in the texts of an error."""
    texts = (failure.headline, *failure.notes, *failure.helps, *failure.blame.values())
    return tuple(int(number) for text in texts for number in NUMBER.findall(text))


def _alike(sequence: Any, parts: Iterable[Any]) -> Any:
    """A list, tuple or result with named fields such as `sequence`, of other parts."""
    if isinstance(sequence, ReturnType):
        return ReturnType(sequence._name, sequence._fields, parts)
    return type(sequence)(parts)
