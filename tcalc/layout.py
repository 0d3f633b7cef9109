"""A diagnostic on the page: headline, place, excerpt, the calls that led there, notes and helps.

The excerpt itself is drawn in `excerpt`, the colours come from `theme`.
"""

from __future__ import annotations

from tcalc.excerpt import Mark, excerpt
from tcalc.theme import paint

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing and collections.abc would cost start-up time
    from collections.abc import Iterable, Iterator

    from tcalc.diagnostic import Diagnostic, Source, Span
    from tcalc.excerpt import Piece

    Block = tuple[Source, Span, list[Mark]]

MOST_CALLS = 6  # of a deep recursion only the innermost and the outermost calls are shown


def lines(diagnostic: Diagnostic, width: int, color: bool, screen: bool) -> Iterator[str]:
    """The lines of `diagnostic`, painted if `color`, its headline broken for a `screen`."""
    for pieces in _lines(diagnostic, width, screen):
        if color:
            yield "".join(paint(style, text) if style else text for style, text in pieces)
        else:
            yield "".join(text for _, text in pieces).rstrip()


def _lines(diagnostic: Diagnostic, width: int, screen: bool) -> Iterator[list[Piece]]:
    kind, headline = diagnostic.kind, diagnostic.headline
    room = max(20, width - len(f"{kind}: "))
    first, *more = _wrapped(headline, room) if screen else [headline]
    yield [(kind, kind), ("headline", f": {first}")]
    yield from ([("headline", rest)] for rest in more)
    calls = _call_blocks(diagnostic)
    blocks = [*_blocks(diagnostic), *(block for block in calls if not isinstance(block, int))]
    gutter = max((len(str(mark.last)) for _, _, marks in blocks for mark in marks), default=1)
    closing = [("gutter", f"{'':>{gutter}} |")]
    for index, block in enumerate([*_blocks(diagnostic), *calls]):
        if index:
            yield closing
        if isinstance(block, int):
            yield [("place", f"{'':>{gutter}}::: "), ("", f"... {block} more calls ...")]
            continue
        source, span, marks = block
        arrow = ":::" if index else "-->"
        line, column = source.locate(span.start)
        yield [("place", f"{'':>{gutter}}{arrow} "), ("", f"{source.name}:{line}:{column}")]
        yield closing
        yield from excerpt(source, marks, gutter, width)
    if blocks and (diagnostic.notes or diagnostic.helps):
        yield closing
    for title, texts in (("note", diagnostic.notes), ("help", diagnostic.helps)):
        for text in texts:
            yield from _remark(title, text, gutter, width)


def _blocks(diagnostic: Diagnostic) -> list[Block]:
    """What to show of each source: the failure's own first, then those that labels point into."""
    marks: dict[Source, tuple[Span, list[Mark]]] = {}
    span = diagnostic.span
    own = []
    if span is not None:
        own = [label for label in diagnostic.labels if label.span.source is span.source]
        marks[span.source] = (span, [] if own else [Mark(span, "", primary=True)])
    for label in diagnostic.labels:
        at = label.span
        primary = (
            span is not None
            and at.source is span.source
            and (at.start, at.end) == (span.start, span.end)
        )
        marks.setdefault(at.source, (at, []))[1].append(Mark(at, label.text, primary=primary))
    return [(source, span, there) for source, (span, there) in marks.items()]


def _call_blocks(diagnostic: Diagnostic) -> list[Block | int]:
    """One block for calls from one place, innermost first; a number is how many are left out."""
    repeated: list[list[tuple[str, Span]]] = []
    for call in reversed(diagnostic.calls):
        if repeated and _same(repeated[-1][0], call):
            repeated[-1].append(call)
        else:
            repeated.append([call])
    if len(repeated) > MOST_CALLS:
        half = MOST_CALLS // 2
        left_out = sum(len(calls) for calls in repeated[half:-half])
        ends = _drawn(repeated[:half]), _drawn(repeated[-half:])
        return [*ends[0], left_out, *ends[1]]
    return [*_drawn(repeated)]


def _drawn(repeated: Iterable[list[tuple[str, Span]]]) -> Iterator[Block]:
    for calls in repeated:
        name, span = calls[0]
        text = f"calls {name}" + (f", {len(calls)} times" if len(calls) > 1 else "")
        yield span.source, span, [Mark(span, text, primary=False)]


def _same(call: tuple[str, Span], other: tuple[str, Span]) -> bool:
    (name, span), (other_name, there) = call, other
    return (
        name == other_name
        and span.source is there.source
        and (span.start, span.end) == (there.start, there.end)
    )


def _remark(title: str, text: str, gutter: int, width: int) -> Iterator[list[Piece]]:
    """A note or help; its own line breaks are kept, too long lines are broken between words."""
    lead = [("gutter", f"{'':>{gutter}} = "), (title, title), ("", ": ")]
    indent = gutter + len(f" = {title}: ")
    for paragraph in text.split("\n"):
        for line in _wrapped(paragraph, max(20, width - indent)):
            yield [*lead, ("", line.replace("\N{NO-BREAK SPACE}", " "))]
            lead = [("", " " * indent)]


def _wrapped(text: str, width: int) -> Iterator[str]:
    while len(text) > width and " " in text[:width].strip():
        at = text.rindex(" ", 1, width + 1) if " " in text[1 : width + 1] else len(text)
        if not text[:at].strip():
            break
        yield text[:at]
        text = text[at + 1 :]
    yield text
