"""Finds the words for a syntax error: what was expected, where, and what to type."""

from __future__ import annotations

from tcalc.diagnostic import Diagnostic, Label, Span
from tcalc.errors import SyntaxFault
from tcalc.lang import lexer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcalc.diagnostic import Source
    from tcalc.lang.lalr import Machine, Stuck


def explain(source: Source, tokens: lexer.Tokens, stuck: Stuck, machine: Machine) -> SyntaxFault:
    """The fault for a parse that got stuck."""
    index = stuck.index
    start = tokens.starts[index]
    span = Span(source, start, start + len(tokens.texts[index].strip()))
    incomplete = tokens.kinds[index] == lexer.END
    return SyntaxFault(
        Diagnostic("invalid syntax", span=span, labels=[Label(span)]), incomplete=incomplete
    )
