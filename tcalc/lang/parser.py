"""From program text to the syntax tree.

The grammar is in `grammar/`; `lexer` cuts the text into tokens, `lalr` runs the grammar's tables,
`build` makes the nodes, `explain` finds the words for an error.
"""

from __future__ import annotations

import gc

from tcalc.diagnostic import Diagnostic, Label, Span
from tcalc.errors import SyntaxFault
from tcalc.lang import build, lalr, lexer
from tcalc.lang.refusal import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tcalc.diagnostic import Source
    from tcalc.lang.syntax import Expr, Module

_MACHINE = lalr.Machine(lexer.TABLES, build.builder)


def parse(source: Source) -> Module:
    """The syntax tree of a program; raises `SyntaxFault`."""
    tokens = lexer.lex(source.text)
    collecting = gc.isenabled()
    gc.disable()  # nodes hold no cycles, and there are many of them
    try:
        module: Module = _MACHINE.run(tokens, "module")
    except lalr.Stuck as stuck:
        from tcalc.lang.explain import explain

        raise explain(source, tokens, stuck, _MACHINE) from None
    except Refusal as refusal:
        raise _fault(source, refusal) from None
    finally:
        if collecting:
            gc.enable()
    module.start, module.end = 0, len(source.text)
    return module


def parse_field(tokens: lexer.Tokens, shift: int) -> Expr:
    """The expression in an f-string's braces, which begin at offset `shift` of the source."""
    try:
        field: Expr = _MACHINE.run(tokens, "field", shift)
    except lalr.Stuck as stuck:
        text = tokens.texts[stuck.index]
        place = tokens.starts[stuck.index] + shift
        headline = f"unexpected '{text}' in an f-string" if text else "expected an expression"
        raise Refusal(headline, (place, place + len(text))) from None
    return field


def _fault(source: Source, refusal: Refusal) -> SyntaxFault:
    span = Span(source, refusal.start, refusal.end)
    helps = (refusal.help,) if refusal.help else ()
    return SyntaxFault(Diagnostic(refusal.headline, span=span, labels=[Label(span)], helps=helps))
