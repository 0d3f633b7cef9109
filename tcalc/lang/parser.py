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
    """The syntax tree of a program; raises `SyntaxFault` for the first mistake in it."""
    text = program(source.text)
    return parse_words(source, text, lexer.lex(text))


def parse_words(source: Source, text: str, words: lexer.Tokens) -> Module:
    """The syntax tree of the tokens of `text`, or of a part of it; raises `SyntaxFault`."""
    if text != source.text:
        from tcalc.lang.transcript import without_prompts

        without_prompts(words)
    collecting = gc.isenabled()
    gc.disable()  # nodes hold no cycles, and there are many of them
    try:
        module: Module = _MACHINE.run(words, "module")
        _check_names(words, text)
        _check_depth(module, words)
    except lalr.Stuck as stuck:
        from tcalc.lang.mistakes.explain import explain

        raise explain(source, text, words, stuck, _MACHINE) from None
    except Refusal as refusal:
        raise _fault(source, words, refusal) from None
    finally:
        if collecting:
            gc.enable()
    module.start, module.end = 0, len(text)
    return module


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Class, start and end of every word in `text`, for highlighting; never fails.

    The classes are keyword, name, number, string, comment, operator, bracket and error.
    """
    return list(lexer.classify(program(text)))


def program(text: str) -> str:
    """The text, or the program in it if it is a pasted session; offsets are the same."""
    if ">>>" not in text and "In [" not in text and "In[" not in text:
        return text
    from tcalc.lang import transcript

    return transcript.program(text)


def parse_field(words: lexer.Tokens, shift: int) -> Expr:
    """The expression in an f-string's braces, which begin at offset `shift` of the source."""
    _check_names(words, "".join(words.texts), shift)
    try:
        field: Expr = _MACHINE.run(words, "field", shift)
    except lalr.Stuck as stuck:
        stuck.field = stuck.field or words.shifted(shift)
        raise
    if len(words.kinds) > lalr.MAX_DEPTH:
        _measure(field, field.start, field.end)
    return field


def _check_names(words: lexer.Tokens, text: str, shift: int = 0) -> None:
    """Refuse names with two underscores, by which Python's internals are called."""
    if "__" not in text and text.isascii():  # some characters are underscores in normal form
        return
    number_end = -1
    for kind, name, start, end in words:
        if kind == lexer.NUMBER:
            number_end = end
        elif kind == lexer.NAME and "__" in name and start != number_end:  # 1__0 is no name
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


def _fault(source: Source, words: lexer.Tokens, refusal: Refusal) -> SyntaxFault:
    span = Span(source, refusal.start, refusal.end)
    helps = (refusal.help,) if refusal.help else ()
    diagnostic = Diagnostic(refusal.headline, span=span, labels=[Label(span)], helps=helps)
    return SyntaxFault(diagnostic, statement=words.line_of(refusal.start))
