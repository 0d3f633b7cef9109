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
    from tcalc.lang.syntax import Expr, Module, Node

_MACHINE = lalr.Machine(lexer.TABLES, build.builder)


def parse(source: Source) -> Module:
    """The syntax tree of a program; raises `SyntaxFault`."""
    text = source.text
    words = lexer.lex(_program(text))
    collecting = gc.isenabled()
    gc.disable()  # nodes hold no cycles, and there are many of them
    try:
        _check_names(words, text)
        module: Module = _MACHINE.run(words, "module")
        _check_depth(module, words)
    except lalr.Stuck as stuck:
        from tcalc.lang.explain import explain

        raise explain(source, words, stuck, _MACHINE) from None
    except Refusal as refusal:
        raise _fault(source, refusal) from None
    finally:
        if collecting:
            gc.enable()
    module.start, module.end = 0, len(source.text)
    return module


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Class, start and end of every word in `text`, for highlighting; never fails.

    The classes are keyword, name, number, string, comment, operator, bracket and error.
    """
    return list(lexer.classify(_program(text)))


def _program(text: str) -> str:
    """The text, or the program in it if it is a pasted session; offsets are the same."""
    if not text.lstrip().startswith((">>>", "In [")):
        return text
    from tcalc.lang import transcript

    return transcript.strip(text) if transcript.is_transcript(text) else text


def parse_field(words: lexer.Tokens, shift: int) -> Expr:
    """The expression in an f-string's braces, which begin at offset `shift` of the source."""
    _check_names(words, "".join(words.texts), shift)
    try:
        field: Expr = _MACHINE.run(words, "field", shift)
        if len(words.kinds) > lalr.MAX_DEPTH:
            _measure(field, field.start, field.end)
    except lalr.Stuck as stuck:
        text = words.texts[stuck.index]
        place = words.starts[stuck.index] + shift
        headline = f"unexpected '{text}' in an f-string" if text else "expected an expression"
        raise Refusal(headline, (place, place + len(text))) from None
    return field


def _check_names(words: lexer.Tokens, text: str, shift: int = 0) -> None:
    """Refuse names with two underscores, by which Python's internals are called."""
    if "__" not in text and text.isascii():  # some characters are underscores in normal form
        return
    for kind, name, start in zip(words.kinds, words.texts, words.starts, strict=True):
        if kind == lexer.NAME and "__" in name:
            place = (start + shift, start + shift + len(name))
            raise Refusal(f"'{name}' has a double underscore, as no name here may have", place)


def _check_depth(module: Module, words: lexer.Tokens) -> None:
    """Refuse chains such as `1 + 1 + …` that no later step could walk down."""
    first = 0
    for last in [i for i, kind in enumerate(words.kinds) if kind == lexer.NEWLINE]:
        if last - first > lalr.MAX_DEPTH:
            _measure(module, words.starts[first], words.ends[last])
        first = last + 1


def _measure(root: Node, start: int, end: int) -> None:
    """Refuse a node between `start` and `end` that is more than MAX_DEPTH levels below `root`."""
    level = [root]
    for _ in range(lalr.MAX_DEPTH):
        level = [
            child
            for node in level
            for child in node.children()
            if child.start < end and child.end > start
        ]
        if not level:
            return
    raise Refusal("nested too deeply", level[0], "give the inner parts names of their own")


def _fault(source: Source, refusal: Refusal) -> SyntaxFault:
    span = Span(source, refusal.start, refusal.end)
    helps = (refusal.help,) if refusal.help else ()
    return SyntaxFault(Diagnostic(refusal.headline, span=span, labels=[Label(span)], helps=helps))
