"""Every op's docstring has examples, and each prints what the docstring shows."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc

import pytest
from samples import public_ops

from tcalc.core.op import Op
from tcalc.lang.session import Session
from tcalc.render.text import text_of

PROMPT, MORE = ">>> ", "... "


def examples(doc: str) -> Iterator[tuple[str, str]]:
    """The statements of a docstring, each with the text under it."""
    code: list[str] = []
    shown: list[str] = []
    for line in [*cleandoc(doc).splitlines(), PROMPT]:
        if line.startswith(PROMPT):
            if code:
                yield "\n".join(code), "\n".join(shown).rstrip()
            code, shown = [line.removeprefix(PROMPT)], []
        elif line.startswith(MORE):
            code.append(line.removeprefix(MORE))
        elif code:
            shown.append(line)


@pytest.mark.parametrize("op", public_ops(), ids=lambda op: op.name)
def test_the_examples_of_an_op_print_what_its_docstring_shows(op: Op) -> None:
    found = list(examples(op.doc))
    assert found
    session = Session(seed=0)
    for code, shown in found:
        texts = [session.call(text_of, result.value) for result in session.run(code)]
        assert "\n".join(texts) == shown, code


@pytest.mark.parametrize("op", public_ops(), ids=lambda op: op.name)
def test_a_docstring_begins_with_a_sentence_that_fits_a_line(op: Op) -> None:
    first = op.doc.splitlines()[0]
    assert len(first) <= 100
    assert not first.startswith(" ")
    assert op.doc.split("\n\n")[0].rstrip().endswith((".", ":"))
