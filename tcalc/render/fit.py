"""Which elements of a tensor are shown, so that its picture fits the screen.

A tensor that is summarised shows its edges. Any other shows all its elements unless the lines that
they take are more than the screen has: then the middle is left out, as far as need be.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import NamedTuple

from tcalc.render.grid import EDGE_LINES, GAP, UNICODE, Indices, columns_within, grid_width

GAP_WIDTH = len(UNICODE.across)
FEWEST_LINES = 6  # there is room for a matrix at least this high


class Room(NamedTuple):
    """What a picture may take: columns, and lines if there is an end to them."""

    width: int
    height: int | None = None


class Plan(NamedTuple):
    """The indices to show: of the matrices in a stack, and of the rows and columns of each."""

    panels: Indices
    rows: Indices
    columns: Indices

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return not any(GAP in indices for indices in self)


def kept(size: int, edges: int | None) -> Indices:
    """Indices to show along an axis: all of them, or `edges` from each end around a GAP."""
    if edges is None or size <= 2 * edges:
        return list(range(size))
    return [*range(edges), GAP, *range(size - edges, size)]


def without_gaps(indices: Iterable[int | None]) -> list[int]:
    """The indices that are none of them a GAP."""
    return [index for index in indices if index is not GAP]


def plan(shape: tuple[int, ...], edges: int | None, cell_width: int, room: Room) -> Plan:
    """What to show of a tensor of two dimensions at least; `edges` if it is summarised."""
    *leads, rows, columns = shape
    stack = prod(leads)
    title = int(bool(leads))
    if edges is None:
        whole = Plan(kept(stack, None), kept(rows, None), kept(columns, None))
        if room.height is None or _lines(whole, cell_width, room, title) <= room.height:
            return whole
    shown_columns = _in_one_block(rows, columns, edges, cell_width, room.width)
    if room.height is None:
        return Plan(kept(stack, 1), kept(rows, edges), shown_columns)
    across = _across(rows, shown_columns, cell_width, room.width)
    # Of a stack that takes several shelves two at least are to be seen.
    lines = max(room.height if stack <= across else room.height // 2, FEWEST_LINES)
    most = max(1, (lines - EDGE_LINES - title - 1) // 2)
    shown_rows = kept(rows, most if edges is None else min(edges, most))
    if edges is None and rows + EDGE_LINES + title <= lines:
        shown_rows = kept(rows, None)
    panels = across * max(1, room.height // (len(shown_rows) + EDGE_LINES + title))
    if edges is None and stack <= panels:
        return Plan(kept(stack, None), shown_rows, shown_columns)
    return Plan(
        kept(stack, max(1, (panels - 1) // 2) if edges is None else 1), shown_rows, shown_columns
    )


def _lines(plan: Plan, cell_width: int, room: Room, title: int) -> int:
    """How many lines the whole of a tensor takes."""
    rows, columns = len(plan.rows), len(plan.columns)
    per_block = columns_within(room.width, _mark_width(rows), cell_width)
    blocks = -(-columns // per_block)
    shelves = -(-len(plan.panels) // _across(rows, plan.columns, cell_width, room.width))
    return shelves * (blocks * (rows + EDGE_LINES) + title)


def _in_one_block(
    rows: int, columns: int, edges: int | None, cell_width: int, width: int
) -> Indices:
    """As many columns as are to be shown and stand side by side in `width`."""
    fitting = columns_within(width, _mark_width(rows), cell_width)
    if edges is None and columns <= fitting:
        return kept(columns, None)
    with_gap = columns_within(width - GAP_WIDTH - 2, _mark_width(rows), cell_width)
    most = max(1, with_gap // 2)
    return kept(columns, most if edges is None else min(edges, most))


def _across(rows: int, columns: Indices, cell_width: int, width: int) -> int:
    """How many matrices stand side by side."""
    each = grid_width(_mark_width(rows), cell_width, columns)
    return max(1, (width + 2) // (each + 2))


def _mark_width(rows: int) -> int:
    return len(str(max(rows - 1, 0)))
