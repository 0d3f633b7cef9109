"""A diagnostic as one line of JSON, for programs: the same parts that `layout` draws for people.

Lines and columns count from 1, columns in characters; a span is its start and its end, the end not
included.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing would cost start-up time
    from typing import Any

    from tcalc.diagnostic import Diagnostic, Span


def dumps(diagnostic: Diagnostic) -> str:
    """The line, without a newline at its end."""
    described = {
        "kind": diagnostic.kind,
        "headline": diagnostic.headline,
        **_place(diagnostic.span),
        "labels": [{"text": label.text, **_place(label.span)} for label in diagnostic.labels],
        "notes": diagnostic.notes,
        "helps": diagnostic.helps,
        "calls": [{"function": name, **_place(span)} for name, span in diagnostic.calls],
    }
    return json.dumps(described)


def _place(span: Span | None) -> dict[str, Any]:
    if span is None:
        return {"file": None, "line": None, "column": None, "span": None}
    start, end = span.source.locate(span.start), span.source.locate(span.end)
    return {"file": span.source.name, "line": start[0], "column": start[1], "span": [start, end]}
