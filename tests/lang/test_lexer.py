from __future__ import annotations

import random
from pathlib import Path

import pytest

from tcalc.lang import lexer
from tcalc.lang.parser import tokens

PROGRAMS = sorted(Path(__file__).with_name("programs").glob("*.tc"))


def kinds(text):
    return [lexer.KINDS[kind] for kind in lexer.lex(text).kinds]


def coloured(text):
    return [(kind, text[start:end]) for kind, start, end in tokens(text)]


def test_blocks_open_and_close_by_indentation():
    assert kinds("if a:\n  b\n\n # c\nd") == [
        *("if", "NAME", ":", "_NEWLINE", "_INDENT", "NAME", "_NEWLINE", "_DEDENT"),
        *("NAME", "_NEWLINE", "$END"),
    ]


def test_all_blocks_close_at_the_end():
    assert kinds("if a:\n  if b:\n    c")[-4:] == ["_NEWLINE", "_DEDENT", "_DEDENT", "$END"]


def test_lines_in_brackets_are_one():
    assert kinds("(\n  a\n# b\n)") == ["(", "NAME", ")", "_NEWLINE", "$END"]


def test_a_percent_sign_is_magic_only_where_a_statement_starts():
    assert kinds("%a b\nc % d\n(\n%e)") == [
        *("MAGIC", "_NEWLINE", "NAME", "%", "NAME", "_NEWLINE"),
        *("(", "%", "NAME", ")", "_NEWLINE", "$END"),
    ]


def test_the_longest_operator_wins():
    assert kinds("**= ** *= |> |= || ... .. :=")[:-2] == [
        *("**=", "**", "*=", "|>", "|=", "|", "|", "...", ".", ".", ":="),
    ]


def test_blanks_are_those_of_the_grammar():
    expected = kinds("if a:\n b = 1")
    for blank in lexer.BLANKS.replace(lexer.MARK, "").replace("\f", ""):
        assert kinds(f"if{blank}a:\n{blank}b{blank}={blank}1") == expected
        assert lexer.indentation(f"{blank}b") == blank
    apart = [chr(code) for code in range(0x10000) if kinds(f"a{chr(code)}b") == kinds("a b")]
    assert set(apart) == set(lexer.BLANKS)


def test_marks_take_no_room_in_an_indentation():
    mark = lexer.MARK
    assert kinds(f"{mark}if a:\n{mark}{mark}  b\n  c\n{mark}d") == kinds("if a:\n  b\n  c\nd")


def test_keywords_are_whole_words():
    assert kinds("iffy if classes class None Nonesuch")[:-2] == [
        *("NAME", "if", "NAME", "RESERVED", "None", "NAME"),
    ]


def test_names_are_normalised_as_python_does():
    assert lexer.lex("\ufb01").texts[0] == "fi"


def test_every_token_but_layout_stands_at_its_place():
    for path in PROGRAMS:
        text = path.read_text()
        for kind, piece, start, end in lexer.lex(text):
            if kind not in {lexer.NEWLINE, lexer.INDENT, lexer.DEDENT}:
                assert text[start:end] == piece


def test_words_are_coloured_by_what_they_are():
    assert coloured("if x: # note\n  y = f(1.5, 'a') |> g # more\n%magic") == [
        ("keyword", "if"),
        ("name", "x"),
        ("operator", ":"),
        ("comment", "# note"),
        ("name", "y"),
        ("operator", "="),
        ("name", "f"),
        ("bracket", "("),
        ("number", "1.5"),
        ("operator", ","),
        ("string", "'a'"),
        ("bracket", ")"),
        ("operator", "|>"),
        ("name", "g"),
        ("comment", "# more"),
        ("comment", "%magic"),
    ]


def test_what_is_wrong_is_coloured_too():
    assert coloured("$ class 'open\n'''open\nagain") == [
        ("error", "$"),
        ("error", "class"),
        ("string", "'open"),
        ("string", "'''open\nagain"),
    ]


def test_every_keyword_is_coloured():
    for word in lexer.TABLES.WORDS:
        if word.isalpha():
            expected = "error" if lexer.TABLES.WORDS[word] == lexer.RESERVED else "keyword"
            assert coloured(word) == [(expected, word)]


def test_comments_inside_brackets_are_coloured():
    assert ("comment", "# c") in coloured("[1, # c\n2]")


@pytest.mark.parametrize("seed", range(20))
def test_any_text_is_coloured_without_gaps(seed):
    generator = random.Random(seed)
    alphabet = "ab_1.'\"\\#\n\r\t ()[]{}%!$\u00a0\u3000é²€if=:"
    text = "".join(generator.choices(alphabet, k=200))
    end = 0
    for _, start, stop in tokens(text):
        assert end <= start < stop
        assert not text[end:start].strip(" \t\r\n\f\\\u00a0\u3000\ufeff")
        end = stop
