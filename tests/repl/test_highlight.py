import pytest

from tcalc.lang.parser import tokens
from tcalc.repl.highlight import fragments, lines_of

TEXTS = [
    "x = tensor([1., 2.]) @ y  # product",
    "def f(a, *b):\n    return 'text' if a else f'{b}'\n",
    "'not closed",
    "1 + ) ] ?? $ é £",
    "   \n\n\t",
    '"""one\ntwo',
    ":save file.tc",
]


@pytest.mark.parametrize("text", TEXTS)
def test_highlighting_loses_nothing_whatever_is_typed(text):
    pieces = fragments(text, tokens)
    assert "".join(piece for _, piece in pieces) == text
    lines = lines_of(pieces)
    assert "\n".join("".join(piece for _, piece in line) for line in lines) == text


def test_each_kind_of_token_has_its_class():
    kinds = {
        piece: style for style, piece in fragments("for x in 'a', 1: # c", tokens) if piece.strip()
    }
    assert kinds["for"] == kinds["in"] == "class:keyword"
    assert kinds["x"] == "class:name"
    assert kinds["'a'"] == "class:string"
    assert kinds["1"] == "class:number"
    assert kinds["# c"] == "class:comment"


def test_a_command_is_not_coloured_as_a_program():
    assert fragments(":save for", tokens) == [("class:option", ":save"), ("", " for")]
