"""A listing as SVG text: its rails as lines, an entry on each, in the colours of the page around.

The layout is that of the terminal's drawing, so that both can be read side by side.
"""

from __future__ import annotations

from collections.abc import Iterable

from tcalc.core.listing import Entry, Listing, escaped
from tcalc.core.rails import Row, rows

_STEP = 18  # pixels between two rails
_LINE = 24  # pixels between two entries
_CHARACTER = 7.3  # pixels that one takes in the font below, and some room
_RADIUS = 5
_STYLE = (
    "text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: #24292f }"
    " .quiet { fill: #6e7781 } .grad { fill: #0550ae }"
    " path { fill: none; stroke: #8c959f; stroke-width: 1.5 }"
    " circle { stroke: #0969da; stroke-width: 1.5; fill: #0969da } .source { fill: #ffffff }"
)


def svg(listing: Listing) -> str:
    """The whole of `listing`, whatever its length."""
    laid = rows(listing.entries)
    places = {row.entry.number: _place(row, line) for line, row in enumerate(laid)}
    left = max((row.width for row in laid), default=1) * _STEP + _STEP // 2
    columns = [
        max((len(text) for text in texts), default=0)
        for texts in zip(*map(_texts, listing.entries), strict=True)
    ]
    starts = [round(left + _CHARACTER * sum(columns[:i]) + 16 * i) for i in range(len(columns) + 1)]
    height = len(laid) * _LINE + _LINE // 2
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{starts[-1]}" height="{height}">',
            f"  <style>{_STYLE}</style>",
            '  <rect width="100%" height="100%" fill="#ffffff"/>',
            *_edges(laid, places),
            *(line for row in laid for line in _entry(row, places[row.entry.number], starts)),
            "</svg>",
        ]
    )


def _place(row: Row, line: int) -> tuple[int, int]:
    return _STEP // 2 + 3 + row.column * _STEP, _LINE // 2 + 6 + line * _LINE


def _edges(laid: Iterable[Row], places: dict[int, tuple[int, int]]) -> Iterable[str]:
    """Down the rail of what is used, and round the corner to what uses it.

    What went along it is its title, which a page shows under the pointer.
    """
    for row in laid:
        x, y = places[row.entry.number]
        went: dict[int, list[str]] = {}
        for source, g in row.entry.edges:
            went.setdefault(source, []).append(g)
        for source, parts in went.items():
            from_x, from_y = places[source]
            turn = 0 if from_x == x else (8 if x > from_x else -8)
            corner = f"V{y - 8} Q{from_x},{y} {from_x + turn},{y} H{x}" if turn else f"V{y}"
            title = " + ".join(filter(None, parts))
            end = f"><title>{escaped(title)}</title></path>" if title else "/>"
            yield f'  <path d="M{from_x},{from_y} {corner}"{end}'


def _entry(row: Row, place: tuple[int, int], starts: list[int]) -> Iterable[str]:
    x, y = place
    kind = ' class="source"' if row.entry.source else ""
    yield f'  <circle cx="{x}" cy="{y}" r="{_RADIUS}"{kind}/>'
    for i, (text, start) in enumerate(zip(_texts(row.entry), starts, strict=False)):
        if text:
            quiet = ' class="quiet"' if i else ""
            yield f'  <text x="{start}" y="{y + 4}"{quiet}>{_marked(text)}</text>'


def _marked(text: str) -> str:
    """A text in which the gradients stand out."""
    for word in ("grad ", "gives "):
        before, found, gradients = text.partition(word)
        if found:
            return f'{escaped(before + word)}<tspan class="grad">{escaped(gradients)}</tspan>'
    return escaped(text)


def _texts(entry: Entry) -> tuple[str, str, str]:
    return entry.text, entry.value, entry.remark
