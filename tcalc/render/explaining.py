"""`explain(expression)`: why a result has its shape, and which elements made which.

The expression is computed under a witness, and the last step that it took is explained: each kind
of op by a function of its own in `_words`. To explain another kind: its case there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Console, ConsoleOptions, RenderableType
from rich.text import Text

from tcalc.core import apply, families, nested
from tcalc.core.outline import SILENT
from tcalc.core.tensor import Tensor
from tcalc.core.witness import Seen, witnessed
from tcalc.errors import ArgumentFault
from tcalc.lang import runtime, words
from tcalc.render import index_maps
from tcalc.render.cells import ElementCells
from tcalc.render.drawing import Picture
from tcalc.render.fit import kept, without_gaps
from tcalc.render.grid import Cell, Grid
from tcalc.render.index_maps import Element, Operand
from tcalc.render.made_of import made_of
from tcalc.render.product_maps import PRODUCTS, product
from tcalc.render.shelf import Shelf
from tcalc.render.tensor_text import print_options

REMEMBERED = 64  # steps; of a longer computation the last ones
MOST = 9  # rows and columns of a matrix that is shown as a whole
EDGE = 2  # of those from each end of a larger one
MOST_MARKED = 2  # of those between the ends
_WALKS = ("backward", "grad")  # steps that differentiate
_HELP = "write the expression itself: explain(a + b)"


def explain(expression: Any, x: Any = None, *index: int) -> Picture:
    """explain(a + b): how the last op of an expression, any op, makes its result by index.

    explain(mm(a, b)[1, 2]) shows what one element is made of, explain(x.grad[0]) the paths by which
    its gradient came; explain(lambda: loss, x, 0) computes the loss for that first.
    """
    compute = expression.value if isinstance(expression, runtime.Expression) else expression
    if x is not None:
        from tcalc.render.gradient_paths import explained

        y = compute() if callable(compute) else compute
        y = y() if callable(y) and not isinstance(y, Tensor) else y
        return explained(y, x, index or None)
    seen: deque[Seen] = deque(maxlen=REMEMBERED)

    def saw(each: Seen) -> None:
        if each.step.name not in SILENT:
            seen.append(each)

    value = witnessed(compute, saw) if callable(compute) else compute
    if not seen and callable(value) and not isinstance(value, Tensor):
        value = witnessed(value, saw)
    if not seen:
        helps = [_HELP]
        if isinstance(value, Tensor) and value.grad_fn is not None:
            helps.append("graph(y) shows what a result was computed from")
        raise ArgumentFault(
            "explain() takes an expression: here there is no op to see", helps=helps
        )
    return _of(list(seen), words.naming(runtime.session(), compute))


explain.looks_at_expressions = True  # type: ignore[attr-defined]


def _of(seen: list[Seen], name_of: Callable[[Tensor], str]) -> Picture:
    """The explanation of the last step, or of the element that it takes of the one before."""
    last = seen[-1]
    made = {id(leaf): each for each in seen for leaf in nested.leaves(each.result)}
    element = _element(last)
    chosen, which = None, 0
    if element is not None and id(last.args[0]) in made:
        taken, last, chosen = last.args[0], made[id(last.args[0])], element
        results = [leaf for leaf in nested.leaves(last.result) if isinstance(leaf, Tensor)]
        which = next(i for i, leaf in enumerate(results) if leaf is taken)
    if last.step.name == "get_grad":
        from tcalc.render.gradient_paths import explained_grad

        return explained_grad(last.args[0], chosen)
    names = iter("abcdefgh")
    operands = []
    for tensor in (leaf for leaf in nested.leaves(last.args) if isinstance(leaf, Tensor)):
        maker = made.get(id(tensor))
        called = name_of(tensor) or (f"{maker.step.title}(...)" if maker else next(names, "_"))
        operands.append(Operand(called, tensor.array))
    return Explanation(last, tuple(operands), chosen, which)


def _element(seen: Seen) -> Element | None:
    """The index, if the step takes one element by numbers."""
    if seen.step.name != "get_item" or not isinstance(seen.args[0], Tensor):
        return None
    index = seen.args[1] if isinstance(seen.args[1], tuple) else (seen.args[1],)
    shape = seen.args[0].array.shape
    if len(index) != len(shape) or not all(type(i) is int for i in index):
        return None
    return tuple(i % size for i, size in zip(index, shape, strict=True))


@dataclass(frozen=True, slots=True, repr=False)
class Explanation(Picture):
    """One step in words, and grids of its operands in which what matters stands out."""

    seen: Seen
    operands: tuple[Operand, ...]
    element: Element | None
    which: int = 0  # the place of the result among several

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """The words first."""
        results = [leaf for leaf in nested.leaves(self.seen.result) if isinstance(leaf, Tensor)]
        out = results[self.which].array if results else np.asarray(self.seen.result)
        head = Text().append(self.seen.step.title, "title")
        shapes = ", ".join(f"{each.name} {list(each.array.shape)}" for each in self.operands)
        arrow = "->" if options.ascii_only else "→"
        yield head.append(f"  {shapes} {arrow} {list(out.shape)}", "quiet")
        told = _words(self, out)
        for line in told.lines:
            yield Text(line, "warning" if line.startswith("careful: ") else "")
        grids = [
            _grid(each, marked)
            for each, marked in zip(self.operands, told.marked, strict=False)
            if each.array.ndim and each.array.size and self.element is not None
        ]
        if grids:
            yield Shelf(tuple(grids))
        for line in told.sums:
            yield Text(line, "title")


def _words(step: Explanation, out: Any) -> index_maps.Told:
    seen, operands, element = step.seen, step.operands, step.element
    family = getattr(seen.step.target, "family", None)
    found = None
    if not any(isinstance(leaf, Tensor) for leaf in nested.leaves(seen.result)):
        return index_maps.Told([f"{seen.step.title}() gives no tensor"])
    if family is families.autograd or seen.step.name in _WALKS:
        return index_maps.Told(["a walk down the graph: explain(y, x) shows the paths from y to x"])
    if seen.step.name in PRODUCTS:
        found = product(seen, operands, out, element)
    elif seen.step.run is apply.call and index_maps.reduces(seen, operands, out):
        found = index_maps.reduction(seen, operands, out, element)
    elif getattr(family, "diagonal", False) or family is families.conversion:
        found = index_maps.broadcast(seen, operands, out, element)
    elif index_maps.moves(seen):
        found = index_maps.movement(seen, operands, out, element)
    if found is None:
        found = made_of(seen, operands, out, step.which, element)
    return found or index_maps.Told([f"{seen.step.title}() computes its result as a whole"])


def _grid(operand: Operand, marked: frozenset[Element]) -> Grid:
    """A matrix of the operand, with the marked elements between angle brackets, or its edges."""
    array = operand.array
    lead = next(iter(marked))[:-2] if marked and array.ndim > 2 else (0,) * (array.ndim - 2)  # noqa: PLR2004
    matrix = array[lead].reshape(-1, array.shape[-1])
    rows, columns = (kept(size, EDGE if size > MOST else None) for size in matrix.shape)
    if marked:
        rows = _with(rows, {at[-2] if array.ndim > 1 else 0 for at in marked})
        columns = _with(columns, {at[-1] for at in marked})
    across, down = without_gaps(columns), without_gaps(rows)
    elements = ElementCells(matrix[np.ix_(down, across)], None, print_options())
    cells = []
    for number, i in enumerate(down):
        row = elements.row((number,), range(len(across)))
        places = [(*lead, i, j)[-array.ndim :] for j in across]
        cells.append([_cell(c, at in marked) for c, at in zip(row, places, strict=True)])
    title = operand.name + (f"[{', '.join(map(str, lead))}, :, :]" if lead else "")
    return Grid(cells, rows, columns, title)


def _cell(cell: Cell, marked: bool) -> Cell:
    return Cell(f"<{cell.text}>", "chosen") if marked else Cell(f"{cell.text} ", "quiet")


def _with(indices: list[int | None], wanted: set[int]) -> list[int | None]:
    """The indices with a few of those that are wanted, and gaps where some are left out."""
    some = sorted(wanted - {i for i in indices if i is not None})[:MOST_MARKED]
    shown = sorted({*without_gaps(indices), *some})
    laid: list[int | None] = []
    for i in shown:
        if laid and laid[-1] is not None and i != laid[-1] + 1:
            laid.append(None)
        laid.append(i)
    return laid
