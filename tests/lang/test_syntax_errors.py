"""What is said about a text that is no program: place, headline and help of each mistake.

The list is a snapshot: a better message changes its line here.
"""

# ruff: noqa: E501, RUF001  (an entry is a line; odd characters are the point)

from __future__ import annotations

import pytest

from tcalc.diagnostic import Source
from tcalc.errors import SyntaxFault
from tcalc.lang import lexer
from tcalc.lang.parser import parse

# text, line:column, headline, help
MISTAKES = [
    ('if x = 1:\n  y', '1:6', "'=' cannot stand here, for it assigns", "write '==' to compare, or ':=' in brackets to name a value on the way"),
    ('if x\n  y', '1:5', "expected ':' after the condition of if", ''),
    ('f(a b)', '1:5', "expected ',' or ')' after 'a'", ''),
    ('f(a, (b, c]', '1:11', "']' does not close '(' at column 6", "write ')'"),
    ('x = ', '1:5', "expected an expression after '='", ''),
    ('1 +', '1:4', "expected an expression after '+'", ''),
    ('1 + * 2 )', '1:5', "expected an expression after '+'", ''),
    ('x y', '1:3', "expected an operator between 'x' and 'y'", ''),
    ('2x', '1:2', "expected an operator between '2' and 'x'", "write '2 * x' to multiply"),
    ('2 x', '1:3', "expected an operator between '2' and 'x'", "write '2 * x' to multiply"),
    ('print x', '1:7', 'print is a function', "write 'print(…)', with brackets"),
    ('x && y', '1:4', "there is no operator '&&'", "write 'and', or '&' for tensors of bool"),
    ('x || y', '1:4', "there is no operator '||'", "write 'or', or '|' for tensors of bool"),
    ('x++', '1:4', "there is no operator '++'", "write 'x += 1'"),
    ('y = x++', '1:8', "there is no operator '++'", "write 'x += 1'"),
    ('f（x）', '1:2', "'（' is not '('", "write '('"),
    ('“a”', '1:1', '\'“\' is not \'"\'', 'write \'"\''),
    ('class A:\n  pass', '1:1', "'class' is not in the language", 'keep state in names, or return a function from a function'),
    ('try:\n  x', '1:1', "'try' is not in the language", "test the condition with 'if' before it can fail"),
    ('async def f(): x', '1:1', "'async' is not in the language", 'run the statements one after the other'),
    ('@dec\ndef f(): x', '1:1', 'decorators are not in the language', "define the function, then write 'g = f(g)'"),
    ('import *', '1:8', "'*' imports the names of one module", "write 'from torch import *'"),
    ('from . import a', '1:6', "an import names one of the language's own modules", "write 'from torch import …'"),
    ("'abc", '1:1', 'unterminated string', "close it with '"),
    ('if x:\n  y\n z', '3:2', 'unindent does not match any outer level', 'align it with a line above'),
    ('  x\n    y', '2:5', 'unexpected indent', 'start the line where the one above starts'),
    ('if x:\ny', '2:1', "expected an indented block after 'if' in line 1", ''),
    ('def f(:\n y', '1:7', "expected ')' to close '(' at column 6", ''),
    ('def f(a, b\n  c', '2:3', "expected ')' to close '(' at line 1, column 6", ''),
    ('def 3():\n x', '1:5', "expected a name after 'def'", ''),
    ('for x of y: z', '1:7', "expected 'in' after the target of for", "write 'for x in xs'"),
    ('for x in y\n z', '1:11', "expected ':' after the iterable of for", ''),
    ('while True x', '1:12', "expected ':' after the condition of while", ''),
    ('else:\n x', '1:1', "'else' has no 'if', 'for' or 'while' that it could belong to", "align it with the 'if', 'for' or 'while' above"),
    ('if x: y\nelse if z: w', '2:6', "'else if' is one word here", "write 'elif'"),
    ('lambda = 3', '1:8', "expected a name after 'lambda'", ''),
    ('x = lambda (a): b', '1:12', 'the parameters of a lambda stand without brackets', "write 'lambda x, y: …'"),
    ('f(x=1, 2)', '1:8', 'a positional argument must come before the keyword arguments', ''),
    ('f(a=1,a=2)', '1:7', "the keyword argument 'a' is given twice", ''),
    ('1 = x', '1:1', 'cannot assign to a literal', "write '==' to compare"),
    ('f() = 3', '1:1', 'cannot assign to a call', "write '==' to compare"),
    ('(a, 1) = 3', '1:5', 'cannot assign to a literal', "write '==' to compare"),
    ('x + 1 += 2', '1:1', "cannot use '+=' on an operation", ''),
    ('del f()', '1:5', 'cannot delete a call', ''),
    ('x[1:2:3:4]', '1:8', "expected ',' or ']' after '3'", ''),
    ('{1: 2, 3}', '1:9', "expected ':' after '3'", ''),
    ('{1: }', '1:5', "expected an expression after ':'", ''),
    ('a if b', '1:7', "a conditional expression needs an 'else'", "write 'a if condition else b'"),
    ('x = 1 if y', '1:11', "a conditional expression needs an 'else'", "write 'a if condition else b'"),
    ('assert', '1:7', "expected an expression after 'assert'", ''),
    ('global 3', '1:8', "expected a name after 'global'", ''),
    ('x = $', '1:5', "'$' is not in the language", ''),
    ('a.3', '1:2', "expected an operator between 'a' and '.3'", ''),
    ('a.', '1:3', "expected a name after '.'", ''),
    ('x = yield = 3', '1:5', 'cannot assign to a yield expression', ''),
    ("b'abc'", '1:1', 'bytes are not in the language', 'write a string without b'),
    ('012', '1:1', 'a number cannot start with zeros', 'write 12, or 0o12 for octal'),
    ('1__0', '1:2', "'__0' has a double underscore, as no name here may have", ''),
    ("'\\x4'", '1:2', "'\\x' needs 2 hexadecimal digits", ''),
    ("f'{x'", '1:3', "expected '}' to close '{' in an f-string", 'use the other kind of quotes inside the braces'),
    ("f'{}'", '1:3', 'an f-string needs an expression between its braces', ''),
    ("f'}'", '1:3', "a single '}' in an f-string", 'write }} for a brace'),
    ("f'{x!z}'", '1:5', "expected 'r', 's' or 'a' after '!' in an f-string", ''),
    ("f'{a b}'", '1:6', "unexpected 'b' in an f-string", ''),
    ('x := 1', '1:3', "':=' stands inside brackets only", "write '=' to assign"),
    ('x |> ', '1:6', "expected an expression after '|>'", ''),
    ('x === 1', '1:5', "there is no operator '==='", "write '=='"),
    ('x <> y', '1:4', "there is no operator '<>'", "write '!='"),
    ('not', '1:4', "expected an expression after 'not'", ''),
    ('0x', '1:1', "'0x' is not a number", ''),
    ('1 = 2 = 3', '1:1', 'cannot assign to a literal', "write '==' to compare"),
    ('for x in 3', '1:11', "expected ':' after the iterable of for", ''),
    ('with a as 3: x', '1:11', 'cannot assign to a literal', "write '==' to compare"),
    ('import 3', '1:8', "expected a name after 'import'", ''),
    ('from x import', '1:14', "expected a name after 'import'", ''),
    ('from x import a,b c', '1:19', "unexpected 'c' after 'b'", ''),
    ('a; ; b', '1:4', "expected an expression after ';'", ''),
    ('x = [1, 2\ny = 3', '2:1', "expected ']' to close '[' at line 1, column 5", ''),
    ('x = f(1, 2\ny = 3', '2:1', "expected ')' to close '(' at line 1, column 6", ''),
    ('\\ x', '1:1', "nothing can follow '\\' in its line", "end the line after the '\\'"),
    ('²', '1:1', "'²' is not '**2'", "write '**2'"),
    ('x² + 1', '1:2', "'²' is not '**2'", "write '**2'"),
    ('def f(a=1, b): x', '1:12', "'b' needs a default value, for the parameter before it has one", ''),
    ('def f(a, a): x', '1:10', "two parameters are called 'a'", ''),
    ('def f(*): x', '1:7', "a parameter must follow '*'", ''),
    ('def f(**k, a): x', '1:12', "nothing can follow '**k'", ''),
    ('lambda *: x', '1:8', "a parameter must follow '*'", ''),
    ("x = '", '1:5', 'unterminated string', "close it with '"),
    ('(1))', '1:4', "unmatched ')'", ''),
    ('[1 2 3]', '1:4', "expected ',' or ']' after '1'", ''),
    ('[1,2 3]', '1:6', "expected ',' or ']' after '2'", ''),
    ('-', '1:2', "expected an expression after '-'", ''),
    ('in x', '1:1', "a statement cannot start with 'in'", ''),
    ('[for x in y]', '1:2', "expected an expression after '[', not the keyword 'for'", ''),
    ('[x, y for x in z]', '1:7', 'the tuple that a comprehension makes needs brackets of its own', "write '[(x, y) for …]'"),
    ('f(x for x in y, 1)', '1:15', 'a generator among other arguments needs brackets of its own', "write 'f((x for x in y), a)'"),
    ('x: int, y = 3', '1:7', "unexpected ',' after 'int'", ''),
    ('nonlocal', '1:9', "expected a name after 'nonlocal'", ''),
    ('x = (y = 1)', '1:8', "'=' cannot stand here, for it assigns", "write '==' to compare, or ':=' in brackets to name a value on the way"),
    ('class', '1:1', "'class' is not in the language", 'keep state in names, or return a function from a function'),
    ('x.__class__', '1:3', "'__class__' has a double underscore, as no name here may have", ''),
    ('__x = 1', '1:1', "'__x' has a double underscore, as no name here may have", ''),
    ('if (x: y', '1:6', "expected ',' or ')' after 'x'", ''),
    ('if x:\n\ty\n        z\n    w', '3:1', 'the indentation mixes tabs and spaces, so that its depth is unclear', 'indent each line with spaces only'),
    ('if x:\n        if y:\n\t z', '3:1', 'the indentation mixes tabs and spaces, so that its depth is unclear', 'indent each line with spaces only'),
    ('if x:\n        y\n    z', '3:5', 'unindent does not match any outer level', 'align it with a line above'),
    ('f(**k, 3 for x in y)', '1:10', 'a generator among other arguments needs brackets of its own', "write 'f((x for x in y), a)'"),
    ('x =< y', '1:4', "there is no operator '=<'", "write '<='"),
    ('a @ ', '1:5', "expected an expression after '@'", ''),
    ('def f:\n    y', '1:6', 'a function needs a parameter list', "write 'def f():'"),
    ('x = [1; 2]', '1:7', "expected ',' or ']' after '1'", ''),
    ('from a import x, *', '1:18', "'*' imports all names, so it stands alone", ''),
    ('x --', '1:5', "there is no operator '--'", "write 'x -= 1'"),
    ("d = {'a' 1}", '1:10', "expected ',' or '}' after 'a'", ''),
    ('f(a.b = 1)', '1:7', "'=' cannot stand here, for it assigns", "write '==' to compare, or ':=' in brackets to name a value on the way"),
    ('"abc', '1:1', 'unterminated string', 'close it with "'),
    ('x = 5 6', '1:7', "expected an operator between '5' and '6'", "write '5 * 6' to multiply"),
    ('if x = 1 and y:\n    z', '1:6', "'=' cannot stand here, for it assigns", "write '==' to compare, or ':=' in brackets to name a value on the way"),
    ('while x: y z', '1:12', "expected an operator between 'y' and 'z'", ''),
    ("print 'a'", '1:7', 'print is a function', "write 'print(…)', with brackets"),
    ('f(1 2)', '1:5', "expected ',' or ')' after '1'", ''),
    ('x，y', '1:2', "'，' is not ','", "write ','"),
    ('x：', '1:2', "'：' is not ':'", "write ':'"),
    ("f'{a'", '1:3', "expected '}' to close '{' in an f-string", 'use the other kind of quotes inside the braces'),
    ("f'{!r}'", '1:3', 'an f-string needs an expression between its braces', ''),
    ("f'{x:{'", '1:6', 'an f-string needs an expression between its braces', ''),
    ('(*x)', '1:4', 'a starred expression needs a list around it', "write '(*x,)'"),
    ('yield = 3', '1:7', "unexpected '=' after 'yield'", ''),
    ('None = 1', '1:1', "cannot assign to 'None'", "write '==' to compare"),
    ('x = 1 +\ny = 2', '1:8', "expected an expression after '+'", ''),
    ('finally:\n    x', '1:1', "'finally' is not in the language", 'write the statements after the others'),
    ('f(a for a in b, c=1)', '1:15', 'a generator among other arguments needs brackets of its own', "write 'f((x for x in y), a)'"),
    ("x['a' 'b' c]", '1:11', "expected ',' or ']' after 'b'", ''),
    ('[x for x y]', '1:10', "expected 'in' after the target of for", "write 'for x in xs'"),
    ('a.1b', '1:2', "expected an operator between 'a' and '.1'", ''),
    ('for x in :\n    y', '1:10', "expected an expression after 'in'", ''),
    ('with open(x) as :\n y', '1:17', "expected an expression after 'as'", ''),
    ('x.__dict__', '1:3', "'__dict__' has a double underscore, as no name here may have", ''),
    ('\tx\n  y', '2:1', 'the indentation mixes tabs and spaces, so that its depth is unclear', 'indent each line with spaces only'),
    ('if a:\n  b\n c\n', '3:2', 'unindent does not match any outer level', 'align it with a line above'),
]  # fmt: skip

# What more text could make a program: text, headline.
INCOMPLETE = [
    ("x = 'a\\", "unterminated string"),
    ("x = 'a\\\n", "unterminated string"),
    ("def f():\n", "expected an indented block after 'def' in line 1"),
    ("x = f'''a\n", "unterminated triple-quoted string"),
    ('x = (1 + 2', "expected ')' to close '(' at column 5"),
    ('"""abc', 'unterminated triple-quoted string'),
    ('if x:', "expected an indented block after 'if' in line 1"),
    ('if x:\n  if y:', "expected an indented block after 'if' in line 2"),
    ('x[', "expected an expression after '['"),
    ('(\n1\n', "expected ')' to close '(' at line 1, column 1"),
    ('x \\', "nothing can follow '\\' in its line"),
    ('x = \\\n', "expected an expression after '='"),
    ("if x:\n  '''a\n", 'unterminated triple-quoted string'),
    ('()()(', "expected an expression after '('"),
    ('((1)', "expected ')' to close '(' at column 1"),
    ('[1,2', "expected ']' to close '[' at column 1"),
]  # fmt: skip


def fault_of(text):
    with pytest.raises(SyntaxFault) as caught:
        parse(Source(text))
    return caught.value


@pytest.mark.parametrize(("text", "place", "headline", "help_"), MISTAKES)
def test_a_mistake_is_named_where_it_is(text, place, headline, help_):
    fault = fault_of(text)
    line, column = fault.diagnostic.span.source.locate(fault.diagnostic.span.start)
    found = (f"{line}:{column}", fault.headline, "".join(fault.helps))
    assert found == (place, headline, help_)
    assert not fault.incomplete


@pytest.mark.parametrize(("text", "headline"), INCOMPLETE)
def test_a_text_that_only_stops_too_early_is_incomplete(text, headline):
    fault = fault_of(text)
    assert fault.incomplete
    assert fault.headline == headline


KNOWN = [
    (example, entry) for entry in lexer.TABLES.MISTAKES["mistake"] for example in entry["examples"]
]


@pytest.mark.parametrize(("example", "entry"), KNOWN)
def test_each_example_of_a_mistake_gets_its_message(example, entry):
    fault = fault_of(example)
    found = fault.diagnostic.span.text
    assert fault.headline == entry["message"].replace("{found}", found)


@pytest.mark.parametrize(("character", "meant"), lexer.TABLES.MISTAKES["characters"].items())
def test_a_character_from_an_input_method_gets_its_ascii_twin(character, meant):
    fault = fault_of(f"x = {character}")
    assert fault.headline == f"'{character}' is not '{meant}'"
    assert fault.diagnostic.span.text == character


@pytest.mark.parametrize("word", lexer.TABLES.MISTAKES["words"])
def test_a_word_of_python_that_is_left_out_is_named(word):
    fault = fault_of(f"{word} x:\n    y")
    assert fault.headline == f"'{word}' is not in the language"
    assert fault.helps


def test_every_reserved_word_has_its_help():
    words = lexer.TABLES.WORDS
    reserved = {word for word in words if words[word] == lexer.RESERVED}
    assert reserved == set(lexer.TABLES.MISTAKES["words"])


def test_an_unclosed_bracket_is_labelled():
    diagnostic = fault_of("x = f(1,\n2\ny = 3").diagnostic
    assert [(label.span.text, label.text) for label in diagnostic.labels] == [
        ("y", ""),
        ("(", "'(' opened here"),
    ]


@pytest.mark.parametrize("text", ["x.{}", "{} = 1", "f({}=1)", "lambda {}: 1", "f'{{x.{}}}'"])
@pytest.mark.parametrize("name", ["__class__", "\uff3f\uff3fclass\uff3f_", "\ufe33_x"])
def test_no_spelling_of_a_double_underscore_gets_through(text, name):
    reasons = ("double underscore", "is not in the language", "unexpected")
    assert any(reason in fault_of(text.format(name)).headline for reason in reasons)


def test_an_integer_of_too_many_digits_is_refused():
    assert "5000 digits" in fault_of("9" * 5000).headline


def test_a_place_in_a_pasted_session_is_one_in_its_text():
    fault = fault_of(">>> x = 1\n>>> y = (1 2)\n")
    assert fault.diagnostic.span.source.locate(fault.diagnostic.span.start) == (2, 12)
