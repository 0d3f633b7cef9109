import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prompt_toolkit.document import Document

from tcalc.lang.parser import tokens
from tcalc.repl.highlight import TokenLexer
from tcalc.repl.incremental import IncrementalTokens

TEXTS = [
    "x = tensor([1., 2.]) @ y  # product",
    "def f(a, *b):\n    return 'text' if a else f'{b}'\n",
    "'not closed",
    "1 + ) ] ?? $ é £",
    "   \n\n\t",
    '"""one\ntwo',
    "x = [1,\n2,\n]\ny",
    ":save file.tc",
]


def lines(text):
    get_line = TokenLexer(tokens).lex_document(Document(text))
    return [get_line(number) for number in range(text.count("\n") + 1)]


@pytest.mark.parametrize("text", TEXTS)
def test_highlighting_loses_nothing_whatever_is_typed(text):
    assert "\n".join("".join(piece for _, piece in line) for line in lines(text)) == text


def test_each_kind_of_token_has_its_class():
    (line,) = lines("for x in 'a', 1: # c")
    kinds = {piece: style for style, piece in line if piece.strip()}
    assert kinds["for"] == kinds["in"] == "class:keyword"
    assert kinds["x"] == "class:name"
    assert kinds["'a'"] == "class:string"
    assert kinds["1"] == "class:number"
    assert kinds["# c"] == "class:comment"


def test_a_string_of_several_lines_is_a_string_on_each():
    first, second = lines('"""one\ntwo"""')
    assert ("class:string", '"""one') in first
    assert ("class:string", 'two"""') in second


def test_a_command_is_not_coloured_as_a_program():
    assert lines(":save for") == [[("class:option", ":save"), ("", " for")]]


PIECES = ["x", "y = ", "(", ")", "[", "]", "\n", "    ", "'", '"""', "# c", "1.5", "if ", ":", "%m"]
PIECES += ["\\\n", ">>> ", "f'{a}'", "[1, 2, 3]"]


@settings(deadline=None, derandomize=True, max_examples=400)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 4), st.sampled_from(PIECES))))
def test_reading_only_what_changed_gives_the_same_tokens(edits):
    incremental = IncrementalTokens(tokens)
    text = "a = 1\nb = (2,\n3)\nc = 4\n"
    for position, deleted, inserted in edits:
        text = text[:position] + inserted + text[position + deleted :]
        assert incremental(text) == tokens(text)
