"""What is said about a text that is no program: place, headline and help of each mistake.

The list is a snapshot: a better message changes its line here.
"""

# ruff: noqa: E501, RUF001  (an entry is a line; odd characters are the point)

from __future__ import annotations

import re

import pytest

from tcalc.diagnostic import Source
from tcalc.errors import SyntaxFault
from tcalc.lang import lexer
from tcalc.lang.parser import parse

ENTRIES = lexer.TABLES.MISTAKES["mistake"]
LONE_SIGNS = {"{found}=", "=", ":", "==", "=<", "**2", "lambda x: x", "&"}
# A whole statement, or a line of a block, of brackets, of a chain of branches, of a comprehension.
CONTEXTS = (
    "_",
    "_\n    x",
    "if x: x\n_\n    x",
    "if x: x\n_",
    "f(_\n)",
    "(_",
    "{_\n}",
    "{_",
    "[x _]",
)
ANYWHERE = [
    ("x && y", "'&&'"), ("x ? y : z", "'?'"), ("x.*y", "'.*'"), ("2x", "operator between"),
    ("x === y", "'==='"), ("1.2.3", "not a number"), ("x × y", "is not '*'"), ("x->y", "'->'"),
]  # fmt: skip

# text, line:column, what is marked, headline, help
MISTAKES = [
    ('if x = 1:\n  y', '1:6', '=', "'=' cannot stand here, for it assigns", "write 'if x == 1:'"),
    ('if x\n  y', '1:5', '', "expected ':' after the condition of if", "write 'if x:'"),
    ('f(a b)', '1:5', 'b', "expected ',' or ')' after 'a'", "write 'f(a, b)'"),
    ('f(a, (b, c]', '1:11', ']', "']' does not close '(' at column 6", "write ')'"),
    ('x = ', '1:5', '', "expected an expression after '='", ''),
    ('1 +', '1:4', '', "expected an expression after '+'", ''),
    ('1 + * 2 )', '1:5', '*', "expected an expression after '+'", ''),
    ('x y', '1:3', 'y', "expected an operator between 'x' and 'y'", "write 'x(y)' to call, or 'x * y' to multiply"),
    ('2x', '1:2', 'x', "expected an operator between '2' and 'x'", "write '2 * x' to multiply"),
    ('2 x', '1:3', 'x', "expected an operator between '2' and 'x'", "write '2 * x' to multiply"),
    ('print x', '1:7', 'x', 'print is a function', "write 'print(x)'"),
    ('x && y', '1:3', '&&', "there is no operator '&&'", "write 'x and y'"),
    ('x || y', '1:3', '||', "there is no operator '||'", "write 'x or y'"),
    ('x++', '1:2', '++', "there is no operator '++'", "write 'x += 1'"),
    ('y = x++', '1:6', '++', "there is no operator '++'", "write 'x += 1'"),
    ('f（x）', '1:2', '（', "'（' is not '('", "write 'f(x)'"),
    ('“a”', '1:1', '“', '\'“\' is not \'"\'', 'write \'"a"\''),
    ('class A:\n  pass', '1:1', 'class', "'class' is not in the language", 'keep state in names, or return a function from a function'),
    ('try:\n  x', '1:1', 'try', "'try' is not in the language", "test the condition with 'if' before it can fail"),
    ('async def f(): x', '1:1', 'async', "'async' is not in the language", 'run the statements one after the other'),
    ('@dec\ndef f(): x', '1:1', '@', 'decorators are not in the language', "define the function, then write 'g = f(g)'"),
    ('import *', '1:8', '*', "'*' imports the names of one module", "write 'from torch import *'"),
    ('from . import a', '1:6', '.', "an import names one of the language's own modules", "write 'from torch import …'"),
    ("'abc", '1:1', "'abc", 'unterminated string', 'write "\'abc\'"'),
    ('if x:\n  y\n z', '3:2', '', 'unindent does not match any outer level', 'align it with a line above'),
    ('  x\n    y', '2:1', '    ', 'unexpected indent', 'start the line where the one above starts'),
    ('if x:\ny', '2:1', 'y', "expected an indented block after 'if' in line 1", 'begin the line with four spaces'),
    ('def f(:\n y', '1:7', ':', "expected ')' to close '(' at column 6", "write 'def f():'"),
    ('def f(a, b\n  c', '2:3', 'c', "expected ',' or ')' after 'b'", ''),
    ('def 3():\n x', '1:5', '3', "expected a name after 'def'", ''),
    ('for x of y: z', '1:7', 'of', "expected 'in' after the target of for", "write 'for x in y: z'"),
    ('for x in y\n z', '1:11', '', "expected ':' after the iterable of for", "write 'for x in y:'"),
    ('while True x', '1:12', 'x', "expected ':' after the condition of while", "write 'while True: x'"),
    ('else:\n x', '1:1', 'else', "'else' has no 'if', 'for' or 'while' that it could belong to", "align it with the 'if', 'for' or 'while' above"),
    ('if x: y\nelse if z: w', '2:1', 'else if', "'else if' is one word here", "write 'elif z: w'"),
    ('lambda = 3', '1:1', 'lambda', "'lambda' is a keyword and cannot be a name", "write 'lambda_ = 3'"),
    ('x = lambda (a): b', '1:12', '(', 'the parameters of a lambda stand without brackets', "write 'x = lambda a: b'"),
    ('f(x=1, 2)', '1:8', '2', 'a positional argument must come before the keyword arguments', "write 'f(2, x=1)'"),
    ('f(a=1,a=2)', '1:7', 'a=2', "the keyword argument 'a' is given twice", ''),
    ('1 = x', '1:1', '1', 'cannot assign to a literal', "write 'x = 1'"),
    ('f() = 3', '1:1', 'f()', 'cannot assign to a call', "write 'f() == 3' to compare"),
    ('(a, 1) = 3', '1:5', '1', 'cannot assign to a literal', ''),
    ('x + 1 += 2', '1:1', 'x + 1', "cannot use '+=' on an operation", ''),
    ('del f()', '1:5', 'f()', 'cannot delete a call', ''),
    ('x[1:2:3:4]', '1:8', ':', "expected ',' or ']' after '3'", ''),
    ('{1: 2, 3}', '1:9', '}', "expected ':' after '3'", ''),
    ('{1: }', '1:5', '}', "expected an expression after ':'", ''),
    ('a if b', '1:7', '', "a conditional expression needs an 'else'", "write 'a if condition else b'"),
    ('x = 1 if y', '1:11', '', "a conditional expression needs an 'else'", "write 'a if condition else b'"),
    ('assert', '1:7', '', "expected an expression after 'assert'", ''),
    ('global 3', '1:8', '3', "expected a name after 'global'", ''),
    ('x = $', '1:5', '$', "'$' is not in the language", ''),
    ('a.3', '1:2', '.3', "expected a name after 'a.'", "write 'a[3]'"),
    ('a.', '1:3', '', "expected a name after '.'", ''),
    ('x = yield = 3', '1:5', 'yield', 'cannot assign to a yield expression', ''),
    ("b'abc'", '1:1', "b'abc'", 'bytes are not in the language', 'write a string without b'),
    ('012', '1:1', '012', 'a number cannot start with zeros', 'write 12, or 0o12 for octal'),
    ('1__0', '1:1', '1__0', "'1__0' is not a number", "write '1_0'"),
    ("'\\x4'", '1:2', '\\x', "'\\x' needs 2 hexadecimal digits", ''),
    ("f'{x'", '1:3', '{', "expected '}' to close '{' in an f-string", 'use the other kind of quotes inside the braces'),
    ("f'{}'", '1:3', '{', 'an f-string needs an expression between its braces', ''),
    ("f'}'", '1:3', '}', "a single '}' in an f-string", 'write }} for a brace'),
    ("f'{x!z}'", '1:5', '!', "expected 'r', 's' or 'a' after '!' in an f-string", ''),
    ("f'{a b}'", '1:6', 'b', "expected an operator between 'a' and 'b'", "write 'a(b)' to call, or 'a * b' to multiply"),
    ('x := 1', '1:3', ':=', "':=' stands inside brackets only", "write 'x = 1'"),
    ('x |> ', '1:6', '', "expected an expression after '|>'", ''),
    ('x === 1', '1:3', '===', "there is no operator '==='", "write 'x == 1'"),
    ('x <> y', '1:3', '<>', "there is no operator '<>'", "write 'x != y'"),
    ('not', '1:4', '', "expected an expression after 'not'", ''),
    ('0x', '1:1', '0x', "'0x' is not a number", "the digits after '0x' are 0 to 9 and a to f"),
    ('1 = 2 = 3', '1:1', '1', 'cannot assign to a literal', ''),
    ('for x in 3', '1:11', '', "expected ':' after the iterable of for", "write 'for x in 3:'"),
    ('with a as 3: x', '1:11', '3', 'cannot assign to a literal', ''),
    ('import 3', '1:8', '3', "expected a name after 'import'", ''),
    ('from x import', '1:14', '', "expected a name after 'import'", ''),
    ('from x import a,b c', '1:19', 'c', "expected ',' after 'b'", "write 'from x import a,b, c'"),
    ('a; ; b', '1:4', ';', "expected an expression after ';'", "write 'a;  b'"),
    ('x = [1, 2\ny = 3', '2:1', 'y', "expected ']' to close '[' at line 1, column 5", "write 'x = [1, 2]'"),
    ('x = f(1, 2\ny = 3', '2:1', 'y', "expected ')' to close '(' at line 1, column 6", "write 'x = f(1, 2)'"),
    ('\\ x', '1:1', '\\', "nothing can follow '\\' in its line", "end the line after the '\\'"),
    ('²', '1:1', '²', "'²' is not '**2'", "write '**2'"),
    ('x² + 1', '1:2', '²', "'²' is not '**2'", "write 'x**2 + 1'"),
    ('def f(a=1, b): x', '1:12', 'b', "'b' needs a default value, for the parameter before it has one", 'put it before those that have one'),
    ('def f(a, a): x', '1:10', 'a', "two parameters are called 'a'", ''),
    ('def f(*): x', '1:7', '*', "a parameter must follow '*'", ''),
    ('def f(**k, a): x', '1:12', 'a', "nothing can follow '**k'", ''),
    ('lambda *: x', '1:8', '*', "a parameter must follow '*'", ''),
    ("x = '", '1:5', "'", 'unterminated string', 'write "x = \'\'"'),
    ('(1))', '1:4', ')', "unmatched ')'", "write '(1)'"),
    ('[1 2 3]', '1:4', '2', "expected ',' or ']' after '1'", "write '[1, 2, 3]'"),
    ('[1,2 3]', '1:6', '3', "expected ',' or ']' after '2'", "write '[1,2, 3]'"),
    ('-', '1:2', '', "expected an expression after '-'", ''),
    ('in x', '1:1', 'in', "a statement cannot start with 'in'", ''),
    ('[for x in y]', '1:2', 'for', 'a comprehension begins with its value', "write '[x for x in xs]'"),
    ('[x, y for x in z]', '1:7', 'for', 'the tuple that a comprehension makes needs brackets of its own', "write '[(x, y) for x in z]'"),
    ('f(x for x in y, 1)', '1:15', ',', 'a generator among other arguments needs brackets of its own', "write 'f((x for x in y), 1)'"),
    ('x: int, y = 3', '1:7', ',', "unexpected ',' after 'int'", ''),
    ('nonlocal', '1:9', '', "expected a name after 'nonlocal'", ''),
    ('x = (y = 1)', '1:8', '=', "'=' cannot stand here, for it assigns", "write 'x = (y == 1)'"),
    ('class', '1:1', 'class', "'class' is not in the language", 'keep state in names, or return a function from a function'),
    ('x.__class__', '1:3', '__class__', "'__class__' has a double underscore, as no name here may have", ''),
    ('__x = 1', '1:1', '__x', "'__x' has a double underscore, as no name here may have", ''),
    ('if (x: y', '1:6', ':', "expected ')' to close '(' at column 4", "write 'if (x): y'"),
    ('if x:\n\ty\n        z\n    w', '3:1', '        ', 'the indentation mixes tabs and spaces, so that its depth is unclear', 'indent each line with spaces only'),
    ('if x:\n        if y:\n\t z', '3:1', '\t ', 'the indentation mixes tabs and spaces, so that its depth is unclear', 'indent each line with spaces only'),
    ('if x:\n        y\n    z', '3:5', '', 'unindent does not match any outer level', 'align it with a line above'),
    ('f(**k, 3 for x in y)', '1:10', 'for', 'a generator among other arguments needs brackets of its own', "write 'f((x for x in y), a)'"),
    ('x =< y', '1:3', '=<', "there is no operator '=<'", "write 'x <= y'"),
    ('a @ ', '1:5', '', "expected an expression after '@'", ''),
    ('def f:\n    y', '1:6', ':', 'a function needs a parameter list', "write 'def f():'"),
    ('x = [1; 2]', '1:7', ';', "expected ',' or ']' after '1'", "write 'x = tensor([[1], [2]])'"),
    ('from a import x, *', '1:18', '*', "'*' imports all names, so it stands alone", ''),
    ('x --', '1:3', '--', "there is no operator '--'", "write 'x -= 1'"),
    ("d = {'a' 1}", '1:10', '1', "expected ':', ',' or '}' after 'a'", 'write "d = {\'a\': 1}"'),
    ('f(a.b = 1)', '1:7', '=', 'the name of an argument is a word without quotes, points or brackets', "write 'f(a.b == 1)'"),
    ('"abc', '1:1', '"abc', 'unterminated string', 'write \'"abc"\''),
    ('x = 5 6', '1:7', '6', "expected an operator between '5' and '6'", "write '5 * 6' to multiply"),
    ('if x = 1 and y:\n    z', '1:6', '=', "'=' cannot stand here, for it assigns", "write 'if x == 1 and y:'"),
    ('while x: y z', '1:12', 'z', "expected an operator between 'y' and 'z'", "write 'y(z)' to call, or 'y * z' to multiply"),
    ("print 'a'", '1:7', "'a'", 'print is a function', 'write "print(\'a\')"'),
    ('f(1 2)', '1:5', '2', "expected ',' or ')' after '1'", "write 'f(1, 2)'"),
    ('x，y', '1:2', '，', "'，' is not ','", "write 'x,y'"),
    ('x：', '1:2', '：', "'：' is not ':'", "write ':'"),
    ("f'{a'", '1:3', '{', "expected '}' to close '{' in an f-string", 'use the other kind of quotes inside the braces'),
    ("f'{!r}'", '1:3', '{', 'an f-string needs an expression between its braces', ''),
    ("f'{x:{'", '1:6', '{', 'an f-string needs an expression between its braces', ''),
    ('(*x)', '1:4', ')', 'a starred expression needs a list around it', "write '([*x])'"),
    ('yield = 3', '1:1', 'yield', "'yield' is a keyword and cannot be a name", "write 'yield_ = 3'"),
    ('None = 1', '1:1', 'None', "cannot assign to 'None'", "write 'None_ = 1'"),
    ('x = 1 +\ny = 2', '1:8', '', "expected an expression after '+'", ''),
    ('finally:\n    x', '1:1', 'finally', "'finally' is not in the language", 'write the statements after the others'),
    ('f(a for a in b, c=1)', '1:15', ',', 'a generator among other arguments needs brackets of its own', "write 'f((a for a in b), c=1)'"),
    ("x['a' 'b' c]", '1:11', 'c', "expected ',' or ']' after 'b'", 'write "x[\'a\' \'b\', c]"'),
    ('[x for x y]', '1:10', 'y', "expected 'in' after the target of for", "write '[x for x in y]'"),
    ('a.1b', '1:2', '.1', "expected a name after 'a.'", ''),
    ('for x in :\n    y', '1:10', ':', "expected an expression after 'in'", ''),
    ('with open(x) as :\n y', '1:17', ':', "expected an expression after 'as'", ''),
    ('x.__dict__', '1:3', '__dict__', "'__dict__' has a double underscore, as no name here may have", ''),
    ('\tx\n  y', '2:1', '  ', 'the indentation mixes tabs and spaces, so that its depth is unclear', 'indent each line with spaces only'),
    ('if a:\n  b\n c\n', '3:2', '', 'unindent does not match any outer level', 'align it with a line above'),
    ('if x = 1:\n    y', '1:6', '=', "'=' cannot stand here, for it assigns", "write 'if x == 1:'"),
    ('while x = f(1):\n    y', '1:9', '=', "'=' cannot stand here, for it assigns", "write 'while x == f(1):'"),
    ('x = [1, 2)', '1:10', ')', "')' does not close '[' at column 5", "write 'x = [1, 2]'"),
    ('f(a, [b, c)', '1:11', ')', "')' does not close '[' at column 6", "write 'f(a, [b, c])'"),
    ('x = {1: 2]', '1:10', ']', "']' does not close '{' at column 5", "write 'x = {1: 2}'"),
    ('x = 1)', '1:6', ')', "unmatched ')'", "write 'x = 1'"),
    ("print('hello", '1:7', "'hello", 'unterminated string', 'write "print(\'hello\')"'),
    ('print("hello)', '1:7', '"hello)', 'unterminated string', 'write \'print("hello")\''),
    ("x = 'don't'", '1:9', "'", 'the string ends at this quote', 'write x = "don\'t"'),
    ('x = "say "hi""', '1:10', '"', 'the string ends at this quote', 'write x = \'say "hi"\''),
    ('if x\n    y', '1:5', '', "expected ':' after the condition of if", "write 'if x:'"),
    ('if x == 1\n    y', '1:10', '', "expected ':' after the condition of if", "write 'if x == 1:'"),
    ('for i in range(3)\n    y', '1:18', '', "expected ':' after the iterable of for", "write 'for i in range(3):'"),
    ('def f(x)\n    return x', '1:9', '', "expected ':' after the parameters of def", "write 'def f(x):'"),
    ('while True\n    y', '1:11', '', "expected ':' after the condition of while", "write 'while True:'"),
    ('else\n    y', '1:1', 'else', "'else' has no 'if', 'for' or 'while' that it could belong to", "align it with the 'if', 'for' or 'while' above"),
    ('if x: y\nelse\n    z', '2:5', '', "expected ':' after 'else'", "write 'else:'"),
    ('x = “a”', '1:5', '“', '\'“\' is not \'"\'', 'write \'x = "a"\''),
    ('x = ‘a’', '1:5', '‘', "'‘' is not '''", 'write "x = \'a\'"'),
    ('print（“你好”）', '1:6', '（', "'（' is not '('", 'write \'print("你好")\''),
    ('x，y = 1，2', '1:2', '，', "'，' is not ','", "write 'x,y = 1,2'"),
    ('if x：\n    y', '1:5', '：', "'：' is not ':'", "write 'if x:'"),
    ('x = ［1，2］', '1:5', '［', "'［' is not '['", "write 'x = [1,2]'"),
    ('x = １２', '1:5', '１', "'１' is not '1'", "write 'x = 12'"),
    ('x ＝ 1', '1:3', '＝', "'＝' is not '='", "write 'x = 1'"),
    ('x = 1；y = 2', '1:6', '；', "'；' is not ';'", "write 'x = 1;y = 2'"),
    ('d = ｛1：2｝', '1:5', '｛', "'｛' is not '{'", "write 'd = {1:2}'"),
    ('x = 1 ＋ 2', '1:7', '＋', "'＋' is not '+'", "write 'x = 1 + 2'"),
    ('if x ＞ 1:\n    y', '1:6', '＞', "'＞' is not '>'", "write 'if x > 1:'"),
    ('x = 3 × 4', '1:7', '×', "'×' is not '*'", "write 'x = 3 * 4'"),
    ('x = 3 ÷ 4', '1:7', '÷', "'÷' is not '/'", "write 'x = 3 / 4'"),
    ('x = 5 − 3', '1:7', '−', "'−' is not '-'", "write 'x = 5 - 3'"),
    ('x ≤ y', '1:3', '≤', "'≤' is not '<='", "write 'x <= y'"),
    ('x ≥ y', '1:3', '≥', "'≥' is not '>='", "write 'x >= y'"),
    ('x ≠ y', '1:3', '≠', "'≠' is not '!='", "write 'x != y'"),
    ('x² + y²', '1:2', '²', "'²' is not '**2'", "write 'x**2 + y**2'"),
    ('x = √2', '1:5', '√', "'√' is not 'sqrt'", "write 'sqrt'"),
    ('x = √(2)', '1:5', '√', "'√' is not 'sqrt'", "write 'x = sqrt(2)'"),
    ('x\u200b = 1', '1:2', '\u200b', 'this character cannot be seen (U+200B)', "write 'x = 1'"),
    ('x = 1\u200b', '1:6', '\u200b', 'this character cannot be seen (U+200B)', "write 'x = 1'"),
    ('  x = 1\n    y = 2', '2:1', '    ', 'unexpected indent', 'start the line where the one above starts'),
    ('x = 1\n  y = 2', '2:1', '  ', 'unexpected indent', 'start the line where the one above starts'),
    ('if x:\ny = 1', '2:1', 'y', "expected an indented block after 'if' in line 1", 'begin the line with four spaces'),
    ('if x:\n    y\n  z', '3:3', '', 'unindent does not match any outer level', 'align it with a line above'),
    ('def f():\nreturn 1', '2:1', 'return', "expected an indented block after 'def' in line 1", 'begin the line with four spaces'),
    ('class A:\n    pass', '1:1', 'class', "'class' is not in the language", 'keep state in names, or return a function from a function'),
    ('try:\n    x\nexcept:\n    y', '1:1', 'try', "'try' is not in the language", "test the condition with 'if' before it can fail"),
    ("raise ValueError('x')", '1:1', 'raise', "'raise' is not in the language", 'write "assert False, \'x\'"'),
    ('raise', '1:1', 'raise', "'raise' is not in the language", "use 'assert condition, message'"),
    ('async def f():\n    x', '1:1', 'async', "'async' is not in the language", 'run the statements one after the other'),
    ('await f()', '1:1', 'await', "'await' is not in the language", 'call the function directly'),
    ('match x:\n    case 1:\n        y', '1:1', 'match', "'match' is not in the language", "write 'if x == 1:', 'elif x == 2:' and so on"),
    ('@f\ndef g():\n    x', '1:1', '@', 'decorators are not in the language', "define the function, then write 'g = f(g)'"),
    ('@torch.no_grad()\ndef g():\n    x', '1:1', '@', 'decorators are not in the language', "begin the function's body with 'with torch.no_grad():'"),
    ('print "hello"', '1:7', '"hello"', 'print is a function', 'write \'print("hello")\''),
    ("print 'a', x", '1:7', "'a'", 'print is a function', 'write "print(\'a\', x)"'),
    ('print x, y', '1:7', 'x', 'print is a function', "write 'print(x, y)'"),
    ('exec "x = 1"', '1:1', 'exec', "'exec' is not in the language", 'write the program itself'),
    ('x--', '1:2', '--', "there is no operator '--'", "write 'x -= 1'"),
    ('i++;', '1:2', '++', "there is no operator '++'", "write 'i += 1;'"),
    ('for (i = 0; i < 10; i++) {\n    x\n}', '1:8', '=', 'a loop goes over values', "write 'for i in range(0, 10):'"),
    ('for (int i = 0; i < n; i++)\n    x', '1:10', 'i', 'a loop goes over values', "write 'for i in range(0, n):'"),
    ('if !x:\n    y', '1:4', '!', "there is no operator '!'", "write 'if not x:'"),
    ('if not(x) && !y:\n    z', '1:11', '&&', "there is no operator '&&'", "write 'if not(x) and not y:'"),
    ('x => y', '1:3', '=>', "there is no operator '=>'", "write 'x >= y'"),
    ('f = x => x + 1', '1:7', '=>', "there is no operator '=>'", "write 'f = lambda x: x + 1'"),
    ('else if x:\n    y', '1:1', 'else', "'else' has no 'if', 'for' or 'while' that it could belong to", "align it with the 'if', 'for' or 'while' above"),
    ('if x:\n    y\nelse if z:\n    w', '3:1', 'else if', "'else if' is one word here", "write 'elif z:'"),
    ('if x:\n    y\nelseif z:\n    w', '3:1', 'elseif', "there is no word 'elseif'", "write 'elif z:'"),
    ('if x:\n    y\nelsif z:\n    w', '3:1', 'elsif', "there is no word 'elsif'", "write 'elif z:'"),
    ('elif x:\n    y', '1:1', 'elif', "'elif' has no 'if', 'for' or 'while' that it could belong to", "align it with the 'if', 'for' or 'while' above"),
    ('else:\n    y', '1:1', 'else', "'else' has no 'if', 'for' or 'while' that it could belong to", "align it with the 'if', 'for' or 'while' above"),
    ('[1, 2 3]', '1:7', '3', "expected ',' or ']' after '2'", "write '[1, 2, 3]'"),
    ('f(1 2, 3)', '1:5', '2', "expected ',' or ')' after '1'", "write 'f(1, 2, 3)'"),
    ('{1 2}', '1:4', '2', "expected ',' or '}' after '1'", "write '{1, 2}'"),
    ("{'a': 1 'b': 2}", '1:9', "'b'", "expected ',' or '}' after '1'", 'write "{\'a\': 1, \'b\': 2}"'),
    ("{'a' 1}", '1:6', '1', "expected ':', ',' or '}' after 'a'", 'write "{\'a\': 1}"'),
    ('[1 2; 3 4]', '1:4', '2', "expected ',' or ']' after '1'", "write 'tensor([[1, 2], [3, 4]])'"),
    ('[1, 2; 3, 4]', '1:6', ';', "expected ',' or ']' after '2'", "write 'tensor([[1, 2], [3, 4]])'"),
    ('[1; 2; 3]', '1:3', ';', "expected ',' or ']' after '1'", "write 'tensor([[1], [2], [3]])'"),
    ('A = [1 2\n3 4]', '1:8', '2', "expected ',' or ']' after '1'", "write 'A = tensor([[1, 2], [3, 4]])'"),
    ('[a b; c d]', '1:4', 'b', "expected ',' or ']' after 'a'", "write 'tensor([[a, b], [c, d]])'"),
    ('(1 2)', '1:4', '2', "expected ',' or ')' after '1'", "write '(1, 2)'"),
    ('x[1 2]', '1:5', '2', "expected ',' or ']' after '1'", "write 'x[1, 2]'"),
    ('x2 = 3x + 1', '1:7', 'x', "expected an operator between '3' and 'x'", "write '3 * x' to multiply"),
    ('2pi', '1:2', 'pi', "expected an operator between '2' and 'pi'", "write '2 * pi' to multiply"),
    ('sqrt 2', '1:6', '2', "expected an operator between 'sqrt' and '2'", "write 'sqrt(2)' to call, or 'sqrt * 2' to multiply"),
    ('sin x', '1:5', 'x', "expected an operator between 'sin' and 'x'", "write 'sin(x)' to call, or 'sin * x' to multiply"),
    ('relu(x) y', '1:9', 'y', "expected an operator between ')' and 'y'", "write 'relu(x) * y'"),
    ('lambda = 1', '1:1', 'lambda', "'lambda' is a keyword and cannot be a name", "write 'lambda_ = 1'"),
    ('f(lambda=1)', '1:3', 'lambda', "'lambda' is a keyword and cannot be a name", ''),
    ('True = 1', '1:1', 'True', "cannot assign to 'True'", "write 'True_ = 1'"),
    ('None = 2', '1:1', 'None', "cannot assign to 'None'", "write 'None_ = 2'"),
    ('if = 3', '1:1', 'if', "'if' is a keyword and cannot be a name", "write 'if_ = 3'"),
    ('in = 3', '1:1', 'in', "'in' is a keyword and cannot be a name", "write 'in_ = 3'"),
    ('class = 3', '1:1', 'class', "'class' is a keyword and cannot be a name", "write 'class_ = 3'"),
    ('def if():\n    x', '1:5', 'if', "'if' is a keyword and cannot be a name", "write 'def if_():'"),
    ('def class(x):\n    y', '1:5', 'class', "'class' is a keyword and cannot be a name", "write 'def class_(x):'"),
    ('x.lambda = 1', '1:3', 'lambda', "'lambda' is a keyword and cannot be a name", "write 'x.lambda_ = 1'"),
    ('x.class', '1:3', 'class', "'class' is a keyword and cannot be a name", "write 'x.class_'"),
    ('import lambda', '1:8', 'lambda', "'lambda' is a keyword and cannot be a name", "write 'import lambda_'"),
    ('for in in x:\n    y', '1:5', 'in', "expected an expression after 'for', not the keyword 'in'", ''),
    ("'a' = 1", '1:1', "'a'", 'cannot assign to a literal', "write 'a = 1'"),
    ('f(x) = x ** 2', '1:1', 'f(x)', 'cannot assign to a call', "write 'def f(x): return x ** 2' to define a function"),
    ('A(1) = 3', '1:1', 'A(1)', 'cannot assign to a call', "write 'A[1] = 3' to set an item"),
    ('A(1, 2) = 3', '1:1', 'A(1, 2)', 'cannot assign to a call', "write 'A[1, 2] = 3' to set an item"),
    ('x + 1 = 2', '1:1', 'x + 1', 'cannot assign to an operation', "write 'x + 1 == 2' to compare"),
    ('a-b = 3', '1:1', 'a-b', 'cannot assign to an operation', "write 'a_b = 3'"),
    ('-x = 1', '1:1', '-x', 'cannot assign to an operation', ''),
    ('[1, 2] = x', '1:2', '1', 'cannot assign to a literal', "write 'x = [1, 2]'"),
    ('(x, 1) = y', '1:5', '1', 'cannot assign to a literal', ''),
    ('x = 1 = y', '1:5', '1', 'cannot assign to a literal', ''),
    ('not x = 1', '1:1', 'not x', 'cannot assign to an operation', ''),
    ('x if y else z = 1', '1:1', 'x if y else z', 'cannot assign to a conditional expression', ''),
    ('x == 1 = y', '1:1', 'x == 1', 'cannot assign to a comparison', ''),
    ('{a} = 1', '1:1', '{a}', 'cannot assign to a set display', ''),
    ("f'{x}' = 1", '1:1', "f'{x}'", 'cannot assign to an f-string', ''),
    ('lambda x: x = 1', '1:1', 'lambda x: x', 'cannot assign to a lambda', ''),
    ('f(**x, 1)', '1:8', '1', 'a positional argument must come before the keyword arguments', "write 'f(1, **x)'"),
    ('f(a=1, a=2)', '1:8', 'a=2', "the keyword argument 'a' is given twice", ''),
    ('f(x=1, y)', '1:8', 'y', 'a positional argument must come before the keyword arguments', "write 'f(y, x=1)'"),
    ('f(1=2)', '1:4', '=', 'the name of an argument is a word without quotes, points or brackets', "write 'f(1 == 2)'"),
    ('f(a.b=1)', '1:6', '=', 'the name of an argument is a word without quotes, points or brackets', "write 'f(a.b == 1)'"),
    ("f('a'=1)", '1:6', '=', 'the name of an argument is a word without quotes, points or brackets', 'write "f(\'a\' == 1)"'),
    ('f(x[0]=1)', '1:7', '=', 'the name of an argument is a word without quotes, points or brackets', "write 'f(x[0] == 1)'"),
    ('f(a=1 b=2)', '1:7', 'b', "expected ',' or ')' after '1'", "write 'f(a=1, b=2)'"),
    ('def f:\n    x', '1:6', ':', 'a function needs a parameter list', "write 'def f():'"),
    ('def f()\n    x', '1:8', '', "expected ':' after the parameters of def", "write 'def f():'"),
    ('def f() return 1', '1:9', 'return', "expected ':' after the parameters of def", "write 'def f(): return 1'"),
    ('def f(x) = x^2', '1:10', '=', "expected ':' after the parameters of def", "write 'def f(x): return x^2'"),
    ('def f(x): = 1', '1:11', '=', "expected an expression after ':'", ''),
    ('def f(x, y: return x', '1:13', 'return', "expected ')' to close '(' at column 6", "write 'def f(x, y): return x'"),
    ('def f(1):\n    x', '1:7', '1', "a parameter is a name, and '1' is none", ''),
    ('def f(x.y):\n    x', '1:8', '.', "expected ',' or ')' after 'x'", ''),
    ('def f((a, b)):\n    x', '1:7', '(', 'a parameter is a name', "unpack it in the function's body"),
    ('def f(x y):\n    z', '1:9', 'y', "expected ',' or ')' after 'x'", "write 'def f(x, y):'"),
    ('def f(x, y)\n    z', '1:12', '', "expected ':' after the parameters of def", "write 'def f(x, y):'"),
    ('def (x):\n    y', '1:5', '(', "expected a name after 'def'", "write 'def f(x):'"),
    ('def 2f(x):\n    y', '1:5', '2', "expected a name after 'def'", ''),
    ('def f x:\n    y', '1:7', 'x', 'a function needs a parameter list', "write 'def f(x):'"),
    ('def f[x]:\n    y', '1:6', '[', 'a function needs a parameter list', "write 'def f(x):'"),
    ('function f(x)\n    x', '1:1', 'function', "a function is defined with 'def'", "write 'def f(x):'"),
    ('function y = f(x)\n    y = x', '1:1', 'function', "a function is defined with 'def'", "write 'def f(x):'"),
    ('func f(x):\n    x', '1:1', 'func', "a function is defined with 'def'", "write 'def f(x):'"),
    ('fn f(x) {\n  x\n}', '1:1', 'fn', "a function is defined with 'def'", "write 'def f(x): return x'"),
    ('let x = 1', '1:1', 'let', 'a name needs no declaration', "write 'x = 1'"),
    ('var x = 1', '1:1', 'var', 'a name needs no declaration', "write 'x = 1'"),
    ('const x = 1', '1:1', 'const', 'a name needs no declaration', "write 'x = 1'"),
    ('int x = 1', '1:1', 'int', 'a name needs no declaration', "write 'x = 1'"),
    ('float x = 1.5;', '1:1', 'float', 'a name needs no declaration', "write 'x = 1.5'"),
    ('1.2.3', '1:1', '1.2.3', "'1.2.3' is not a number", 'write one point'),
    ('0xg', '1:1', '0xg', "'0xg' is not a number", "the digits after '0x' are 0 to 9 and a to f"),
    ('0b12', '1:1', '0b12', "'0b12' is not a number", "the digits after '0b' are 0 and 1"),
    ('0o8', '1:1', '0o8', "'0o8' is not a number", "the digits after '0o' are 0 to 7"),
    ('1_', '1:1', '1_', "'1_' is not a number", "write '1'"),
    ('1e', '1:1', '1e', "'1e' is not a number", "write digits after '1e'"),
    ('1e+', '1:1', '1e+', "'1e+' is not a number", "write digits after '1e+'"),
    ('1.5f', '1:4', 'f', "expected an operator between '1.5' and 'f'", "write '1.5 * f' to multiply"),
    ('10L', '1:3', 'L', "expected an operator between '10' and 'L'", "write '10 * L' to multiply"),
    ('1 000', '1:3', '000', "expected an operator between '1' and '000'", "write '1000'"),
    ('1.5e', '1:1', '1.5e', "'1.5e' is not a number", "write digits after '1.5e'"),
    ('0777', '1:1', '0777', 'a number cannot start with zeros', 'write 777, or 0o777 for octal'),
    ('12abc', '1:3', 'abc', "expected an operator between '12' and 'abc'", "write '12 * abc' to multiply"),
    ('*x', '1:3', '', 'a starred expression needs a list around it', "write '[*x]'"),
    ('x = *y', '1:7', '', 'a starred expression needs a list around it', "write 'x = [*y]'"),
    ('return *x', '1:10', '', 'a starred expression needs a list around it', "write 'return [*x]'"),
    ('lambda x: return x', '1:11', 'return', "the value of a lambda stands by itself, without 'return'", "write 'lambda x: x'"),
    ('lambda (x): x', '1:8', '(', 'the parameters of a lambda stand without brackets', "write 'lambda x: x'"),
    ('lambda x, y: x y', '1:16', 'y', "expected an operator between 'x' and 'y'", "write 'x(y)' to call, or 'x * y' to multiply"),
    ('lambda x -> x', '1:10', '->', "there is no operator '->'", "write 'lambda x: x'"),
    ('lambda x => x', '1:10', '=>', "expected ':' after the parameters of the lambda", "write 'lambda x: x'"),
    ('x => x', '1:3', '=>', "there is no operator '=>'", "write 'x >= x'"),
    ('lambda x', '1:9', '', "expected ':' and a value after the parameters of the lambda", "write 'lambda x: …'"),
    ('lambda: pass', '1:9', 'pass', 'a lambda needs a value', "write 'lambda: None'"),
    ('lambda x: y = 1', '1:1', 'lambda x: y', 'cannot assign to a lambda', ''),
    ('for x = 1:10\n    y', '1:7', '=', 'a loop over numbers goes over a range', "write 'for x in range(1, 10 + 1):'"),
    ('for i = 1:10\n    y\nend', '1:7', '=', 'a loop over numbers goes over a range', "write 'for i in range(1, 10 + 1):'"),
    ('for i in 1:10\n    y', '2:5', '', 'a loop over numbers goes over a range', "write 'for i in range(1, 10 + 1):'"),
    ('for i in 1:10:\n    y', '1:15', '', 'a loop over numbers goes over a range', "write 'for i in range(1, 10 + 1):'"),
    ('for i = 1 to 10:\n    y', '1:7', '=', 'a loop over numbers goes over a range', "write 'for i in range(1, 10 + 1):'"),
    ('for i in range 10:\n    y', '1:16', '10', "'range' is a function", "write 'for i in range(10):'"),
    ('for x of y:\n    z', '1:7', 'of', "expected 'in' after the target of for", "write 'for x in y:'"),
    ('for each x in y:\n    z', '1:5', 'each', "a loop begins with 'for'", "write 'for x in y:'"),
    ('for i, x enumerate(y):\n    z', '1:10', 'enumerate', "expected 'in' after the target of for", "write 'for i, x in enumerate(y):'"),
    ('for in x:\n    y', '1:5', 'in', "expected an expression after 'for', not the keyword 'in'", ''),
    ('foreach x in y:\n    z', '1:1', 'foreach', "a loop begins with 'for'", "write 'for x in y:'"),
    ('for x in y z:\n    w', '1:12', 'z', "expected ':' after the iterable of for", ''),
    ('for (x in y) {\n    z\n}', '1:14', '{', "a block follows ':', without braces", "write ':', and indent the block by four spaces"),
    ('for i in range(3) do\n    x', '1:19', 'do', "a block follows ':', not 'do'", "write 'for i in range(3):'"),
    ('while x do\n    y', '1:9', 'do', "a block follows ':', not 'do'", "write 'while x:'"),
    ('while (x) {\n    y\n}', '1:11', '{', "a block follows ':', without braces", "write 'while (x):'"),
    ('if (x) {\n    y\n}', '1:8', '{', "a block follows ':', without braces", "write 'if (x):'"),
    ('if x then\n    y', '1:6', 'then', "a block follows ':', not 'then'", "write 'if x:'"),
    ('if x then y', '1:6', 'then', "a block follows ':', not 'then'", "write 'if x: y'"),
    ('if x { y }', '1:6', '{', "a block follows ':', without braces", "write 'if x: y'"),
    ('if x:\n    y\n}', '3:1', '}', "unmatched '}'", 'delete it: a block ends where its indentation does'),
    ("x'", '1:2', "'", 'a quote does not transpose', "write 'x.T'"),
    ("A' * B", '1:2', "'", 'a quote does not transpose', "write 'A.T * B'"),
    ("A' * B'", '1:2', "'", 'a quote does not transpose', "write 'A.T * B.T'"),
    ("x.'", '1:3', "'", 'a quote does not transpose', "write 'x.T'"),
    ('x .* y', '1:3', '.*', "there is no operator '.*': '*' is elementwise on tensors", "write 'x * y'"),
    ('x ./ y', '1:3', './', "there is no operator './': '/' is elementwise on tensors", "write 'x / y'"),
    ('x .^ 2', '1:3', '.^', "there is no operator '.^': '^' is elementwise on tensors", "write 'x ** 2'"),
    ('x.^2', '1:2', '.^', "there is no operator '.^': '^' is elementwise on tensors", "write 'x**2'"),
    ('x.*y', '1:2', '.*', "there is no operator '.*': '*' is elementwise on tensors", "write 'x*y'"),
    ('x./y', '1:2', './', "there is no operator './': '/' is elementwise on tensors", "write 'x/y'"),
    ('A \\ b', '1:3', '\\', "there is no operator '\\'", "write 'linalg.solve(A, b)'"),
    ('x = 1 % a comment', '1:11', 'comment', "a comment starts with '#'", "write 'x = 1  # a comment'"),
    ('x = 1; % a comment', '1:8', '%', "a comment starts with '#'", "write 'x = 1;  # a comment'"),
    ('// a comment', '1:1', '//', "a comment starts with '#'", "write '# a comment'"),
    ('x = 1 // the comment here', '1:14', 'comment', "a comment starts with '#'", "write 'x = 1  # the comment here'"),
    ('/* comment */', '1:1', '/', "a comment starts with '#'", "write '# comment'"),
    ('x = 1 /* comment */', '1:7', '/*', "a comment starts with '#'", "write 'x = 1  # comment'"),
    ('-- a comment here', '1:6', 'comment', "a comment starts with '#'", "write '# a comment here'"),
    ('x = a ? b : c', '1:7', '?', "there is no operator '?'", "write 'x = b if a else c'"),
    ('a ?? b', '1:3', '?', "there is no operator '?'", "write 'b if a else c'"),
    ('x = if a then b else c', '1:5', 'if', 'a conditional expression begins with its value', "write 'x = b if a else c'"),
    ('x = if a: b else c', '1:5', 'if', 'a conditional expression begins with its value', "write 'x = b if a else c'"),
    ('a?.b', '1:2', '?', "there is no operator '?'", "write 'b if a else c'"),
    ('$x = 1', '1:1', '$', "'$' is not in the language", "write 'x = 1'"),
    ('x->y', '1:2', '->', "there is no operator '->'", "write 'x.y'"),
    ('torch::ones(2)', '1:7', ':', 'a member follows a point', "write 'torch.ones(2)'"),
    ('1 -> x', '1:3', '->', "there is no operator '->'", "write 'x = 1'"),
    ('x =: 1', '1:4', ':', "expected an expression after '='", ''),
    ('x =! y', '1:4', '!', "there is no operator '!'", "write 'x = not y'"),
    ('x === y', '1:3', '===', "there is no operator '==='", "write 'x == y'"),
    ('x !== y', '1:3', '!==', "there is no operator '!=='", "write 'x != y'"),
    ('x ** = 2', '1:3', '** =', "'**=' is one word", "write 'x **= 2'"),
    ('x + = 1', '1:3', '+ =', "'+=' is one word", "write 'x += 1'"),
    ('x = = 1', '1:3', '= =', "'==' is one word", "write 'x == 1'"),
    ('x == = 1', '1:6', '=', "expected an expression after '=='", ''),
    ('x < = y', '1:3', '< =', "'<=' is one word", "write 'x <= y'"),
    ('x > = y', '1:3', '> =', "'>=' is one word", "write 'x >= y'"),
    ('x ! = y', '1:3', '!', "'!=' is one word", "write 'x != y'"),
    ('x not y', '1:7', 'y', "expected 'in' after 'not'", ''),
    ('x in not y', '1:6', 'not', "expected an expression after 'in', not the keyword 'not'", ''),
    ('x is y is', '1:10', '', "expected an expression after 'is'", ''),
    ('a b c', '1:3', 'b', "expected an operator between 'a' and 'b'", "a comment starts with '#', a text stands in quotes"),
    ('a, b c', '1:6', 'c', "expected an operator between 'b' and 'c'", "write 'b(c)' to call, or 'b * c' to multiply"),
    ('import a from b', '1:10', 'from', 'the module comes first', "write 'from b import a'"),
    ('import a as', '1:12', '', "expected a name after 'as'", ''),
    ('import "x"', '1:8', '"x"', 'a module is named without quotes', "write 'import x'"),
    ('import a.b as c.d', '1:16', '.', "unexpected '.' after 'c'", ''),
    ('from a import', '1:14', '', "expected a name after 'import'", ''),
    ('from a import b,', '1:16', ',', 'a comma at the end needs brackets around the names', "write 'from a import b'"),
    ('from a import b c', '1:17', 'c', "expected ',' after 'b'", "write 'from a import b, c'"),
    ('from import b', '1:6', 'import', "expected a name after 'from'", ''),
    ('import', '1:7', '', "expected a name after 'import'", ''),
    ('from .. import a', '1:6', '.', "an import names one of the language's own modules", "write 'from torch import …'"),
    ('from a import *, b', '1:16', ',', "'*' imports all names, so it stands alone", ''),
    ('using LinearAlgebra', '1:1', 'using', "a module is named after 'import'", "write 'import torch'"),
    ('include <x>', '1:12', '', "expected an expression after '>'", ''),
    ('with a as b\n    c', '1:12', '', "expected ':' after the context of with", "write 'with a as b:'"),
    ('with a as 1:\n    c', '1:11', '1', 'cannot assign to a literal', ''),
    ('with a as:\n    c', '1:10', ':', "expected an expression after 'as'", ''),
    ('with open(f) as f, g\n    h', '1:21', '', "expected ':' after the context of with", "write 'with open(f) as f, g:'"),
    ('del', '1:4', '', "expected an expression after 'del'", ''),
    ('del 1', '1:5', '1', 'cannot delete a literal', ''),
    ('del x + 1', '1:5', 'x + 1', 'cannot delete an operation', ''),
    ('global', '1:7', '', "expected a name after 'global'", ''),
    ('global x = 1', '1:10', '=', "'global' only declares a name", "write 'global x; x = 1'"),
    ('nonlocal x = 1', '1:12', '=', "'nonlocal' only declares a name", "write 'nonlocal x; x = 1'"),
    ('assert x = 1', '1:10', '=', "'=' cannot stand here, for it assigns", "write 'assert x == 1'"),
    ('assert x, ', '1:11', '', "expected an expression after ','", ''),
    ('pass x', '1:6', 'x', "unexpected 'x' after 'pass'", ''),
    ('return x y', '1:10', 'y', "expected an operator between 'x' and 'y'", "write 'x(y)' to call, or 'x * y' to multiply"),
    ('return = 1', '1:1', 'return', "'return' is a keyword and cannot be a name", "write 'return_ = 1'"),
    ('break 1', '1:7', '1', "unexpected '1' after 'break'", ''),
    ('x = 1 y = 2', '1:7', 'y', "expected an operator between '1' and 'y'", "write 'x = 1; y = 2' for two statements"),
    ('x = 1, y = 2', '1:5', '1', 'cannot assign to a literal', "write 'x = 1; y = 2' for two statements"),
    ('if x: y else: z', '1:9', 'else', "'else' begins a line of its own", "write 'y if x else z'"),
    ('if x: if y: z', '1:7', 'if', "'if' begins a line of its own", 'write it in the next line'),
    ('while x: for y in z: w', '1:10', 'for', "'for' begins a line of its own", 'write it in the next line'),
    ('x; if y: z', '1:4', 'if', "'if' begins a line of its own", 'write it in the next line'),
    ('x = y if z', '1:11', '', "a conditional expression needs an 'else'", "write 'a if condition else b'"),
    ('x if y', '1:7', '', "a conditional expression needs an 'else'", "write 'a if condition else b'"),
    ('[x for x in y if z else w]', '1:20', 'else', "a condition with 'else' stands before 'for'", "write '[x if z else w for x in y]'"),
    ('[x for x in y, z]', '1:14', ',', 'a comprehension goes over one value', "write '[x for x in (y, z)]'"),
    ('[x for x]', '1:9', ']', "expected 'in' after the target of for", "write 'for x in xs'"),
    ('[for x in y: x]', '1:2', 'for', 'a comprehension begins with its value', "write '[x for x in y]'"),
    ('(x, y for x in z)', '1:7', 'for', 'the tuple that a comprehension makes needs brackets of its own', "write '((x, y) for x in z)'"),
    ('{x: y, z: w for x in z}', '1:13', 'for', 'a dict comprehension makes one entry each time', "write '{key: value for …}'"),
    ('{x: y for x in z, w: v}', '1:17', ',', 'a comprehension goes over one value', 'put brackets around several'),
    ('{a = 1}', '1:4', '=', "a dict has ':' between a key and its value", "write '{a: 1}'"),
    ('{a: 1, b}', '1:9', '}', "expected ':' after 'b'", ''),
    ('{1, 2: 3}', '1:6', ':', "expected ',' or '}' after '2'", ''),
    ('{a: }', '1:5', '}', "expected an expression after ':'", ''),
    ('{: 1}', '1:2', ':', "expected an expression after '{'", ''),
    ('[, 1]', '1:2', ',', "expected an expression after '['", "write '[1]'"),
    ('[1, , 2]', '1:5', ',', "expected an expression after ','", "write '[1, 2]'"),
    ('f(, 1)', '1:3', ',', "expected an expression after '('", "write 'f(1)'"),
    ('f(1, , 2)', '1:6', ',', "expected an expression after ','", "write 'f(1, 2)'"),
    ('(, )', '1:2', ',', "expected an expression after '('", "write '()'"),
    ('x[]', '1:3', ']', "expected an index after '['", "write 'x[:]' for the whole"),
    ('x[:, , 1]', '1:6', ',', "expected an expression after ','", "write 'x[:, 1]'"),
    ('x..y', '1:3', '.', "expected a name after '.'", ''),
    ('x.', '1:3', '', "expected a name after '.'", ''),
    ('x.1', '1:2', '.1', "expected a name after 'x.'", "write 'x[1]'"),
    ('x.(y)', '1:2', '.(', 'a function is elementwise without a point', "write 'x(y)'"),
    ('x,, y', '1:3', ',', "expected an expression after ','", "write 'x, y'"),
    ('.x', '1:1', '.', "a statement cannot start with '.'", ''),
    ('|> f', '1:1', '|>', "a statement cannot start with '|>'", ''),
    ('x |>', '1:5', '', "expected an expression after '|>'", ''),
    ('x |> |> f', '1:6', '|>', "expected an expression after '|>'", ''),
    ('x |>> f', '1:5', '>', "expected an expression after '|>'", ''),
    ('x > |y|', '1:5', '|', "expected an expression after '>'", ''),
    ('x |', '1:4', '', "expected an expression after '|'", ''),
    ('x +', '1:4', '', "expected an expression after '+'", ''),
    ('x + * y', '1:5', '*', "expected an expression after '+'", ''),
    ('x * / y', '1:5', '/', "expected an expression after '*'", ''),
    ('x =', '1:4', '', "expected an expression after '='", ''),
    ('= 1', '1:1', '=', "a statement cannot start with '='", ''),
    ('== 1', '1:1', '==', "a statement cannot start with '=='", ''),
    ('x ==', '1:5', '', "expected an expression after '=='", ''),
    ('+', '1:2', '', "expected an expression after '+'", ''),
    (')', '1:1', ')', "unmatched ')'", ''),
    (']', '1:1', ']', "unmatched ']'", ''),
    ('}', '1:1', '}', "unmatched '}'", 'delete it: a block ends where its indentation does'),
    (',', '1:1', ',', "a statement cannot start with ','", ''),
    (';', '1:1', ';', "a statement cannot start with ';'", ''),
    (':', '1:1', ':', "a statement cannot start with ':'", ''),
    ('x:', '1:3', '', "a block belongs to an 'if', 'while', 'for', 'with' or 'def'", 'write one of these words before it'),
    ('x: y:', '1:5', ':', "unexpected ':' after 'y'", ''),
    ('?', '1:1', '?', "'?' is not in the language", ''),
    ('x?', '1:2', '?', "there is no operator '?'", "write 'b if a else c'"),
    ('x!', '1:2', '!', "there is no operator '!'", "write 'math.factorial(x)'"),
    ('5!', '1:2', '!', "there is no operator '!'", "write 'math.factorial(5)'"),
    ('x @', '1:4', '', "expected an expression after '@'", ''),
    ('@ x', '1:1', '@', 'decorators are not in the language', "define the function, then write 'g = f(g)'"),
    ('x @@ y', '1:4', '@', "expected an expression after '@'", ''),
    ('`x`', '1:1', '`', "'`' is not in the language", "write 'x'"),
    ('x \\ y', '1:3', '\\', "there is no operator '\\'", "write 'linalg.solve(x, y)'"),
    ('x \\ # c', '1:3', '\\', "nothing can follow '\\' in its line", "end the line after the '\\'"),
    ('f"{x', '1:2', '"{x', 'unterminated string', 'write \'f"{x}"\''),
    ('f"{}"', '1:3', '{', 'an f-string needs an expression between its braces', ''),
    ('f"{x!z}"', '1:5', '!', "expected 'r', 's' or 'a' after '!' in an f-string", ''),
    ('f"{x y}"', '1:6', 'y', "expected an operator between 'x' and 'y'", "write 'x(y)' to call, or 'x * y' to multiply"),
    ('f"}"', '1:3', '}', "a single '}' in an f-string", 'write }} for a brace'),
    ('f"{x:{y}"', '1:3', '{', "expected '}' to close '{' in an f-string", ''),
    ('f"{x = 1}"', '1:3', '{', "expected '}' to close '{' in an f-string", ''),
    ('f"{print x}"', '1:10', 'x', 'print is a function', "write 'print(x)'"),
    ('f"{\'a}"', '1:3', '{', "expected '}' to close '{' in an f-string", 'use the other kind of quotes inside the braces'),
    ("rb'x'", '1:1', "rb'x'", 'bytes are not in the language', 'write a string without b'),
    ("b'x'", '1:1', "b'x'", 'bytes are not in the language', 'write a string without b'),
    ("u8'x'", '1:3', "'x'", "expected an operator between 'u8' and 'x'", 'write "u8(\'x\')" to call'),
    ("'\\N{foo}'", '1:2', '\\N{foo}', "no character is called 'foo'", ''),
    ("'\\u12'", '1:2', '\\u', "'\\u' needs 4 hexadecimal digits", ''),
    ('"a" "b" c', '1:9', 'c', 'expected an operator between "b" and \'c\'', ''),
    ('"a" + "b" c', '1:11', 'c', 'expected an operator between "b" and \'c\'', ''),
    ('x = "a" 5', '1:9', '5', 'expected an operator between "a" and \'5\'', ''),
    ("x = 'a'b", '1:8', 'b', "expected an operator between 'a' and 'b'", ''),
    ('not not', '1:8', '', "expected an expression after 'not'", ''),
    ('is', '1:1', 'is', "a statement cannot start with 'is'", ''),
    ('x is', '1:5', '', "expected an expression after 'is'", ''),
    ('and', '1:1', 'and', "a statement cannot start with 'and'", ''),
    ('x and', '1:6', '', "expected an expression after 'and'", ''),
    ('x or or y', '1:6', 'or', "expected an expression after 'or', not the keyword 'or'", ''),
    ('x and and y', '1:7', 'and', "expected an expression after 'and', not the keyword 'and'", ''),
    ('x not in', '1:9', '', "expected an expression after 'in'", ''),
    ('a < b <', '1:8', '', "expected an expression after '<'", ''),
    ('a <', '1:4', '', "expected an expression after '<'", ''),
    ('lambda', '1:7', '', "expected ':' and a value after 'lambda'", "write 'lambda x: …'"),
    ('lambda x:', '1:10', '', "expected an expression after ':'", ''),
    ('lambda:', '1:8', '', "expected an expression after ':'", ''),
    ('def', '1:4', '', "expected a name after 'def'", ''),
    ('def f', '1:6', '', "expected '(' after 'f'", ''),
    ('def f(x)', '1:9', '', "expected ':' after the parameters of def", "write 'def f(x):'"),
    ('if', '1:3', '', "expected an expression after 'if'", ''),
    ('if x', '1:5', '', "expected ':' after the condition of if", "write 'if x:'"),
    ('for', '1:4', '', "expected an expression after 'for'", ''),
    ('for x', '1:6', '', "expected 'in' after the target of for", "write 'for x in xs'"),
    ('for x in', '1:9', '', "expected an expression after 'in'", ''),
    ('for x in y', '1:11', '', "expected ':' after the iterable of for", "write 'for x in y:'"),
    ('while', '1:6', '', "expected an expression after 'while'", ''),
    ('with', '1:5', '', "expected an expression after 'with'", ''),
    ('with x', '1:7', '', "expected ':' after the context of with", "write 'with x:'"),
    ('x = [1, 2\nprint(x)', '2:1', 'print', "expected ']' to close '[' at line 1, column 5", "write 'x = [1, 2]'"),
    ("x = {\n'a': 1\n'b': 2\n}", '3:1', "'b'", "expected ',' or '}' after '1'", 'write "\'a\': 1,"'),
    ('x = (1 +\n2\ny = 3', '3:1', 'y', "expected ')' to close '(' at line 1, column 5", "write '2)'"),
    ('f(x,\n  y\nz = 1', '3:1', 'z', "expected ')' to close '(' at line 1, column 2", "write 'y)'"),
    ('def f(x:\n    return x', '2:5', 'return', "expected ')' to close '(' at line 1, column 6", "write 'def f(x):'"),
    ('x = foo(1, 2))\ny = 2', '1:14', ')', "unmatched ')'", "write 'x = foo(1, 2)'"),
    ('if (x == 1:\n    y', '1:11', ':', "expected ')' to close '(' at column 4", "write 'if (x == 1):'"),
    ('if x == 1):\n    y', '1:10', ')', "unmatched ')'", "write 'if x == 1:'"),
    ('x = arange(12).reshape(3, 4\nx', '2:1', 'x', "expected ')' to close '(' at line 1, column 23", "write 'x = arange(12).reshape(3, 4)'"),
    ('arange(12)\n  .reshape(3, 4)', '2:1', '  ', 'unexpected indent', "write 'arange(12).reshape(3, 4)'"),
    ('arange(12)\n.reshape(3, 4)', '2:1', '.', "a statement cannot start with '.'", 'put brackets around an expression of several lines'),
    ('x = 1 +\n  2', '1:8', '', "expected an expression after '+'", "write 'x = 1 + 2'"),
    ('x = 1\n  + 2', '2:1', '  ', 'unexpected indent', "write 'x = 1 + 2'"),
    ('arange(12)\n  |> sum', '2:1', '  ', 'unexpected indent', "write 'arange(12) |> sum'"),
    ('arange(12) |>\n  sum', '1:14', '', "expected an expression after '|>'", "write 'arange(12) |> sum'"),
    ('async', '1:1', 'async', "'async' is not in the language", 'run the statements one after the other'),
    ('await', '1:1', 'await', "'await' is not in the language", 'call the function directly'),
    ('async for x in y: z', '1:1', 'async', "'async' is not in the language", 'run the statements one after the other'),
    ('type X = int', '1:6', 'X', "expected an operator between 'type' and 'X'", ''),
    ('def f(x): pass return x', '1:16', 'return', "unexpected 'return' after 'pass'", ''),
    ('x = x if x else', '1:16', '', "expected an expression after 'else'", ''),
    ('print("a" "b)', '1:11', '"b)', 'unterminated string', 'write \'print("a" "b")\''),
    ('x = 3 4 5 6', '1:7', '4', "expected an operator between '3' and '4'", "write 'x = [3, 4, 5, 6]'"),
    ('matrix = [[1 2 3] [4 5 6]]', '1:14', '2', "expected ',' or ']' after '1'", "write 'matrix = [[1, 2, 3], [4, 5, 6]]'"),
    ('tensor([1, 2, 3)', '1:16', ')', "')' does not close '[' at column 8", "write 'tensor([1, 2, 3])'"),
    ('tensor[1, 2, 3])', '1:16', ')', "unmatched ')'", "write 'tensor[1, 2, 3]'"),
    ('tensor(1, 2, 3]]', '1:15', ']', "']' does not close '(' at column 7", "write ')'"),
    ("x.T'", '1:4', "'", 'a quote does not transpose', "write 'x.T.T'"),
    ('x: int 3', '1:8', '3', "expected an operator between 'int' and '3'", "write 'int(3)' to call, or 'int * 3' to multiply"),
    ('def f(x: int y: int):\n    z', '1:14', 'y', "expected ',' or ')' after 'int'", "write 'def f(x: int, y: int):'"),
    ('def f(x) -> :\n    z', '1:13', ':', "expected an expression after '->'", ''),
    ('def f(x) -> int\n    z', '1:16', '', "expected ':' after the parameters of def", "write 'def f(x) -> int:'"),
    ('x = 10 % of y', '1:13', 'y', "a comment starts with '#'", "write 'x = 10  # of y'"),
    ('the quick brown fox', '1:5', 'quick', "expected an operator between 'the' and 'quick'", "a comment starts with '#', a text stands in quotes"),
    ('Hello, world!', '1:13', '!', "there is no operator '!'", "write 'not', or '~' for tensors of bool"),
    ('What is 2 + 2?', '1:14', '?', "'?' is not in the language", ''),
    ('2 + 2 = ?', '1:9', '?', "'?' is not in the language", ''),
    ('x = .', '1:5', '.', "expected an expression after '='", ''),
    ('x = ..', '1:5', '.', "expected an expression after '='", ''),
    ('...x', '1:4', 'x', "expected an operator between '...' and 'x'", "write '... * x' to multiply"),
    ('x...y', '1:2', '...', "unexpected '...' after 'x'", ''),
    ('1..2', '1:1', '1..2', "'1..2' is not a number", 'write one point'),
    ('1:10', '1:1', '1:10', "a range is made by a function; ':' is for slices", "write 'arange(1, 10 + 1)' for a range"),
    ('0:0.1:1', '1:6', ':', "a range is made by a function; ':' is for slices", "write 'arange(0, 1, 0.1)'"),
    ('x = 1:10', '1:6', ':', "a range is made by a function; ':' is for slices", "write 'x = arange(1, 10 + 1)'"),
    ('a.b.c = ', '1:9', '', "expected an expression after '='", ''),
    ('<html>', '1:1', '<', "a statement cannot start with '<'", ''),
    ("{'a': 1,\n 'b' 2}", '2:6', '2', "expected ':' after 'b'", 'write "\'b\': 2}"'),
    ('SELECT * FROM x', '1:15', 'x', "expected an operator between 'FROM' and 'x'", "write 'FROM(x)' to call, or 'FROM * x' to multiply"),
    ('let f(x) = x + 1', '1:1', 'let', "a function is defined with 'def'", "write 'def f(x): return x + 1'"),
    ('f(x) := x^2', '1:6', ':=', "':=' does not define a function", "write 'def f(x): return x^2'"),
    ('f: x -> x^2', '1:6', '->', "there is no operator '->'", "write 'f = lambda x: x^2'"),
    ('sum(i^2 for i = 1:10)', '1:15', '=', 'a loop over numbers goes over a range', "write 'sum(i^2 for i in range(1, 10 + 1))'"),
    ('[i^2 for i = 1:10]', '1:12', '=', 'a loop over numbers goes over a range', "write '[i^2 for i in range(1, 10 + 1)]'"),
    ('[i^2 for i in 1:10]', '1:16', ':', 'a loop over numbers goes over a range', "write '[i^2 for i in range(1, 10 + 1)]'"),
    ('x = y = ', '1:9', '', "expected an expression after '='", ''),
    ('x += ', '1:6', '', "expected an expression after '+='", ''),
    ('x += 1 = 2', '1:8', '=', "unexpected '=' after '1'", ''),
    ('x, y += 1', '1:1', 'x, y', "cannot use '+=' on a tuple", ''),
    ('(x) = 1 = 2', '1:7', '1', 'cannot assign to a literal', ''),
    ('x = 1 2 + 3', '1:7', '2', "expected an operator between '1' and '2'", "write '1 * 2' to multiply"),
    ("x = 'it's'", '1:8', "'", 'the string ends at this quote', 'write x = "it\'s"'),
    ('f(x = 1, y = 2, x = 3)', '1:17', 'x = 3', "the keyword argument 'x' is given twice", ''),
    ('if x = 1 && y:\n    z', '1:6', '=', "'=' cannot stand here, for it assigns", "write 'if x == 1 and y:'"),
    ('if (x && y) || !z:\n    w', '1:7', '&&', "there is no operator '&&'", "write 'if (x and y) or not z:'"),
    ('while i < 10 {\n    i++\n}', '1:14', '{', "a block follows ':', without braces", "write 'while i < 10:'"),
    ('for (int i = 0; i < 10; ++i) {', '1:10', 'i', 'a loop goes over values', "write 'for i in range(0, 10):'"),
    ('for i = 1, 10 do\n    x\nend', '1:7', '=', 'a loop over numbers goes over a range', "write 'for i in range(1, 10 + 1):'"),
    ('for i in 0..10:\n    x', '1:12', '.10', 'a loop over numbers goes over a range', "write 'for i in range(0, 10 + 1):'"),
    ('for i in range(0, 10) {\n    x\n}', '1:23', '{', "a block follows ':', without braces", "write 'for i in range(0, 10):'"),
    ('for item in items do', '1:19', 'do', "a block follows ':', not 'do'", "write 'for item in items:'"),
    ("y = x' * x", '1:6', "'", 'a quote does not transpose', "write 'y = x.T * x'"),
    ("y = (X' * X) \\\\ X'", '1:7', "' * X) \\\\ X'", "expected ',' or ')' after 'X'", ''),
    ('A(1, :) = 0', '1:6', ':', 'an index stands in square brackets', "write 'A[1, :] = 0'"),
    ('A(:, 1)', '1:3', ':', 'an index stands in square brackets', "write 'A[:, 1]'"),
    ('A{1}', '1:2', '{', 'an index stands in square brackets', "write 'A[1]'"),
    ('disp(x);;', '1:9', ';', "expected an expression after ';'", "write 'disp(x);'"),
    ('y = x(2:end)', '1:8', ':', 'an index stands in square brackets', "write 'y = x[2:]'"),
    ('if x == 1 then y = 2 end', '1:11', 'then', "a block follows ':', not 'then'", "write ':'"),
    ('function y = f(x) y = x end', '1:10', 'y', "expected an operator between 'function' and 'y'", ''),
    ('const f = (x) => x * 2', '1:1', 'const', 'a name needs no declaration', "write 'f = lambda x: x * 2'"),
    ('def f(self, x) {\n    return x\n}', '1:16', '{', "a block follows ':', without braces", "write 'def f(self, x):'"),
    ('print(\'a\', \'b" )', '1:12', '\'b" )', 'unterminated string', 'write print(\'a\', \'b"\' )'),
    ('x = [1, 2, 3;', '1:13', ';', "expected ',' or ']' after '3'", ''),
    ('x = [[1, 2], [3, 4)', '1:19', ')', "')' does not close '[' at column 14", "write ']'"),
    ("x = {'a': [1, 2, 'b': 3}", '1:21', ':', "expected ',' or ']' after 'b'", ''),
    ('return x if x else', '1:19', '', "expected an expression after 'else'", ''),
    ("assert x == 1 'message'", '1:15', "'message'", "expected ',' before the message of the assertion", 'write "assert x == 1, \'message\'"'),
    ('def f(x, x):\n    y', '1:10', 'x', "two parameters are called 'x'", ''),
    ('def f(*, x, *):\n    y', '1:13', '*', "a parameter list can have only one '*'", ''),
    ('lambda x, x: y', '1:11', 'x', "two parameters are called 'x'", ''),
    ('f(**a, *b)', '1:8', '*b', 'a positional argument must come before the keyword arguments', "write 'f(*b, **a)'"),
    ('import torch.nn as nn, from x import y', '1:24', 'from', "'from' is a keyword and cannot be a name", ''),
    ('with torch.no_grad()\n    x', '1:21', '', "expected ':' after the context of with", "write 'with torch.no_grad():'"),
    ('with torch.no_grad() as:\n    x', '1:24', ':', "expected an expression after 'as'", ''),
    ('x = 0b2', '1:5', '0b2', "'0b2' is not a number", "the digits after '0b' are 0 and 1"),
    ('x = 0o9', '1:5', '0o9', "'0o9' is not a number", "the digits after '0o' are 0 to 7"),
    ('x = 1.2e', '1:5', '1.2e', "'1.2e' is not a number", "write digits after '1.2e'"),
    ('x = 1.2e+', '1:5', '1.2e+', "'1.2e+' is not a number", "write digits after '1.2e+'"),
    ('x = .5.5', '1:5', '.5.5', "'.5.5' is not a number", 'write one point'),
    ('x = 3.14.15', '1:5', '3.14.15', "'3.14.15' is not a number", 'write one point'),
    ('x = 5 // // 2', '1:10', '//', "expected an expression after '//'", ''),
    ('x = 5 ** ** 2', '1:10', '**', "expected an expression after '**'", ''),
    ('x += = 1', '1:6', '=', "expected an expression after '+='", ''),
    ('x -+= 1', '1:4', '+=', "expected an expression after '-'", ''),
    ('elif x:\n    y\nelse:\n    z', '1:1', 'elif', "'elif' has no 'if', 'for' or 'while' that it could belong to", "align it with the 'if', 'for' or 'while' above"),
    ('else if x {\n    y\n}', '1:1', 'else', "'else' has no 'if', 'for' or 'while' that it could belong to", "align it with the 'if', 'for' or 'while' above"),
    ('x = ｆ（１，２）', '1:6', '（', "'（' is not '('", "write 'x = ｆ(1,2)'"),
    ('print（"a"，b）', '1:6', '（', "'（' is not '('", 'write \'print("a",b)\''),
    ('如果 x：\n    y', '1:4', 'x', "expected an operator between '如果' and 'x'", ''),
    ('x = 3，000', '1:6', '，', "'，' is not ','", "write 'x = 3,000'"),
    ('x = “it’s”', '1:5', '“', '\'“\' is not \'"\'', 'write \'x = "it’s"\''),
    ('x = „a“', '1:5', '„', '\'„\' is not \'"\'', 'write \'x = "a"\''),
    ('x = «a»', '1:5', '«', '\'«\' is not \'"\'', 'write \'x = "a"\''),
    ('x = 2³', '1:6', '³', "'³' is not '**3'", "write 'x = 2**3'"),
    ('x = 2·3', '1:6', '·', "'·' is not '*'", "write 'x = 2*3'"),
    ('x ∈ y', '1:3', '∈', "'∈' is not 'in'", "write 'x in y'"),
    ('a ∧ b', '1:3', '∧', "'∧' is not 'and'", "write 'a and b'"),
    ('x → y', '1:3', '→', "'→' (U+2192) is not in the language", ''),
    ('x… ', '1:2', '…', "'…' is not '...'", "write '...'"),
    ('x = √4', '1:5', '√', "'√' is not 'sqrt'", "write 'sqrt'"),
    ('if x ≥ 1 and y ≤ 2：\n    z', '1:6', '≥', "'≥' is not '>='", "write 'if x >= 1 and y <= 2:'"),
    ('whlie x:\n    y', '1:1', 'whlie', "'whlie' is not a keyword", "did you mean 'while'?"),
    ('fro x in y:\n    z', '1:1', 'fro', "'fro' is not a keyword", "did you mean 'for'?"),
    ('dfe f(x):\n    y', '1:1', 'dfe', "'dfe' is not a keyword", "did you mean 'def'?"),
    ('improt torch', '1:1', 'improt', "'improt' is not a keyword", "did you mean 'import'?"),
    ('retrun x', '1:1', 'retrun', "'retrun' is not a keyword", "did you mean 'return'?"),
    ('form torch import nn', '1:1', 'form', "'form' is not a keyword", "did you mean 'from'?"),
    ('pritn x', '1:7', 'x', "expected an operator between 'pritn' and 'x'", "write 'pritn(x)' to call, or 'pritn * x' to multiply"),
    ('def f(x) return x', '1:10', 'return', "expected ':' after the parameters of def", "write 'def f(x): return x'"),
    ('def f(x): retrun x', '1:18', 'x', "expected an operator between 'retrun' and 'x'", "write 'retrun(x)' to call, or 'retrun * x' to multiply"),
    ('if x: y elif z: w', '1:9', 'elif', "'elif' begins a line of its own", 'write it in the next line'),
    ('try: x', '1:1', 'try', "'try' is not in the language", "test the condition with 'if' before it can fail"),
    ('except: y', '1:1', 'except', "'except' is not in the language", "test the condition with 'if' before it can fail"),
    ('finally: z', '1:1', 'finally', "'finally' is not in the language", 'write the statements after the others'),
    ("with open('f') as f: async x", '1:22', 'async', "'async' is not in the language", 'run the statements one after the other'),
    ('x = await y', '1:5', 'await', "'await' is not in the language", 'call the function directly'),
    ('x.async', '1:3', 'async', "'async' is a keyword and cannot be a name", "write 'x.async_'"),
    ('del x y', '1:7', 'y', "expected ',' after 'x'", "write 'del x, y'"),
    ('global x y', '1:10', 'y', "expected ',' after 'x'", "write 'global x, y'"),
    ('nonlocal x, ', '1:13', '', "expected a name after ','", ''),
    ('import x y', '1:10', 'y', "expected ',' after 'x'", "write 'import x, y'"),
    ('import x, ', '1:11', '', "expected a name after ','", ''),
    ('x = 1, 2)', '1:9', ')', "unmatched ')'", "write 'x = 1, 2'"),
    ("{'a': 1, 'b'}", '1:13', '}', "expected ':' after 'b'", ''),
    ("{'a': 1 'b'}", '1:9', "'b'", "expected ',' or '}' after '1'", ''),
    ("{'a', 'b': 1}", '1:10', ':', "expected ',' or '}' after 'b'", ''),
    ('{x: 1 for x in y, z}', '1:17', ',', 'a comprehension goes over one value', "write '{x: 1 for x in (y, z)}'"),
    ('[x for x in range 10]', '1:19', '10', "'range' is a function", "write '[x for x in range(10)]'"),
    ('[x for x in y if]', '1:17', ']', "expected an expression after 'if'", ''),
    ('[x for x in y for]', '1:18', ']', "expected an expression after 'for'", ''),
    ('[if x: y]', '1:2', 'if', "expected an expression after '[', not the keyword 'if'", ''),
    ('[x if y for x in z]', '1:9', 'for', "a condition without 'else' stands behind the loop", "write '[x for x in z if y]'"),
    ('x = [y for y in range(10) if y > 3 else 0]', '1:36', 'else', "a condition with 'else' stands before 'for'", "write 'x = [y if y > 3 else 0 for y in range(10)]'"),
    ('f(for x in y)', '1:3', 'for', 'a comprehension begins with its value', "write '[x for x in xs]'"),
    ("print(x for x in y, sep='')", '1:19', ',', 'a generator among other arguments needs brackets of its own', 'write "print((x for x in y), sep=\'\')"'),
    ('lambda: x = 1', '1:1', 'lambda: x', 'cannot assign to a lambda', ''),
    ('lambda x: if x: y', '1:11', 'if', "expected an expression after ':', not the keyword 'if'", ''),
    ('lambda x: x if x', '1:17', '', "a conditional expression needs an 'else'", "write 'a if condition else b'"),
    ('x = lambda x, y x + y', '1:17', 'x', "expected ':' after the parameters of the lambda", "write 'x = lambda x, y: x + y'"),
    ('f = def (x): x', '1:5', 'def', 'a function inside an expression is a lambda', "write 'f = lambda x: x'"),
    ('x = def f(): y', '1:5', 'def', 'a function inside an expression is a lambda', "write 'x = lambda : y'"),
    ('(x, y) => x + y', '1:8', '=>', "there is no operator '=>'", "write 'lambda x, y: x + y'"),
    ('map(x => x * 2, y)', '1:7', '=>', "there is no operator '=>'", "write 'map(lambda x: x * 2, y)'"),
    ('filter(x -> x > 1, y)', '1:10', '->', "there is no operator '->'", "write 'filter(lambda x: x > 1, y)'"),
    ('x.map(|y| y + 1)', '1:7', '|', 'bars do not take an absolute value', "write 'abs(x)'"),
    ('@', '1:1', '@', 'decorators are not in the language', "define the function, then write 'g = f(g)'"),
    ('@@', '1:1', '@', 'decorators are not in the language', "define the function, then write 'g = f(g)'"),
    ('x = @y', '1:5', '@', "expected an expression after '='", ''),
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


@pytest.mark.parametrize(("text", "place", "marked", "headline", "help_"), MISTAKES)
def test_a_mistake_is_named_where_it_is(text, place, marked, headline, help_):
    fault = fault_of(text)
    span = fault.diagnostic.span
    line, column = span.source.locate(span.start)
    found = (f"{line}:{column}", span.text, fault.headline, "".join(fault.helps))
    assert found == (place, marked, headline, help_)
    assert not fault.incomplete


HELPS = sorted({help_ for *_, help_ in MISTAKES} | {e.get("help", "") for e in ENTRIES})
WRITTEN = re.compile(r"""write ('([^']+)'|"([^"]+)"|([^'"]*'.*".*|[^'"]*".*'.*)$)""")


@pytest.mark.parametrize("help_", [each for each in HELPS if WRITTEN.search(each)])
def test_what_one_is_told_to_write_is_a_program(help_):
    _, single, double, bare = WRITTEN.search(help_).groups()
    code = (single or double or bare).replace("for …", "for x in y").replace("…", "x")
    if code not in LONE_SIGNS and code not in lexer.TABLES.WORDS:
        assert any(is_program(context.replace("_", code)) for context in CONTEXTS), code


def is_program(text):
    try:
        parse(Source(text))
    except SyntaxFault:
        return False
    return True


def test_no_message_speaks_of_the_parsers_own_names():
    own = [name for name in lexer.KINDS if name.isupper() or name.startswith(("$", "_"))]
    said = " ".join(f"{headline} {help_}" for *_, headline, help_ in MISTAKES)
    assert [
        name for name in own if re.search(rf"(?<![\w'\"]){re.escape(name)}(?![\w'\"])", said)
    ] == []


@pytest.mark.parametrize(("text", "headline"), INCOMPLETE)
def test_a_text_that_only_stops_too_early_is_incomplete(text, headline):
    fault = fault_of(text)
    assert fault.incomplete
    assert fault.headline == headline


KNOWN = [(example, entry["message"]) for entry in ENTRIES for example in entry["examples"]]


@pytest.mark.parametrize(("example", "message"), KNOWN)
def test_each_example_of_a_mistake_gets_its_message(example, message):
    words = re.split(r"\{\w+\}", message)
    assert re.fullmatch(".+".join(map(re.escape, words)), fault_of(example).headline)


def test_the_place_of_a_mistake_can_be_any_expression():
    for context in ("{}", "x = {}", "f({})", "[{}]", "if x:\n    y = {}", "def f(): return {}"):
        for text, said in ANYWHERE:
            assert said in fault_of(context.format(text)).headline, context.format(text)


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


PICTURES = [
    (
        "for x in xs:\n    print(f(x)\n",
        """\
error: expected ')' to close '(' at column 10
 --> <input>:2:15
  |
2 |     print(f(x)
  |          -    ^
  |          |
  |          '(' opened here
  |
  = help: write 'print(f(x))'""",
    ),
    (
        "x = torch.tensor([1, 2, 3)\n",
        """\
error: ')' does not close '[' at column 18
 --> <input>:1:26
  |
1 | x = torch.tensor([1, 2, 3)
  |                  -       ^
  |                  |
  |                  '[' opened here
  |
  = help: write 'x = torch.tensor([1, 2, 3])'""",
    ),
    (
        "def loss(y_hat, y):\n    return ((y_hat - y) ** 2).mean(\n\nw = 1",
        """\
error: expected ')' to close '(' at line 2, column 35
 --> <input>:4:1
  |
2 |     return ((y_hat - y) ** 2).mean(
  |                                   - '(' opened here
3 |
4 | w = 1
  | ^
  |
  = help: write 'return ((y_hat - y) ** 2).mean()'""",
    ),
    (
        "print（“损失：”，loss）",
        """\
error: '（' is not '('
 --> <input>:1:6
  |
1 | print（“损失：”，loss）
  |      ^^
  |
  = help: write 'print("损失：",loss)'""",
    ),
    (
        "if x == 1:\n\ty = 1\n        z = 2\n",
        """\
error: the indentation mixes tabs and spaces, so that its depth is unclear
 --> <input>:3:1
  |
3 |         z = 2
  | ^^^^^^^^
  |
  = help: indent each line with spaces only""",
    ),
    (
        "for epoch in range(3)\n    print(epoch)",
        """\
error: expected ':' after the iterable of for
 --> <input>:1:22
  |
1 | for epoch in range(3)
  |                      ^
  |
  = help: write 'for epoch in range(3):'""",
    ),
    (
        "x = f'{loss:.3f} after {epoch + } epochs'",
        """\
error: expected an expression after '+'
 --> <input>:1:33
  |
1 | x = f'{loss:.3f} after {epoch + } epochs'
  |                                 ^""",
    ),
    (
        "A = [1 2; 3 4]",
        """\
error: expected ',' or ']' after '1'
 --> <input>:1:8
  |
1 | A = [1 2; 3 4]
  |        ^
  |
  = help: write 'A = tensor([[1, 2], [3, 4]])'""",
    ),
    (
        "class Net(nn.Module):\n    pass",
        """\
error: 'class' is not in the language
 --> <input>:1:1
  |
1 | class Net(nn.Module):
  | ^^^^^
  |
  = help: keep state in names, or return a function from a function""",
    ),
]


@pytest.mark.parametrize(("text", "picture"), PICTURES)
def test_a_whole_diagnostic_looks_like_this(text, picture):
    assert fault_of(text).diagnostic.render() == picture


def test_an_unclosed_bracket_is_labelled():
    diagnostic = fault_of("x = f(1,\n2\ny = 3").diagnostic
    assert [(label.span.text, label.text) for label in diagnostic.labels] == [
        ("y", ""),
        ("(", "'(' opened here"),
    ]


@pytest.mark.parametrize("text", ["x.{}", "{} = 1", "f({}=1)", "lambda {}: 1", "f'{{x.{}}}'"])
@pytest.mark.parametrize("name", ["__class__", "\uff3f\uff3fclass\uff3f_", "\ufe33_x"])
def test_no_spelling_of_a_double_underscore_gets_through(text, name):
    reasons = ("double underscore", "is not in the language", "is not '_'")
    assert any(reason in fault_of(text.format(name)).headline for reason in reasons)


def test_an_integer_of_too_many_digits_is_refused():
    assert "5000 digits" in fault_of("9" * 5000).headline


def test_a_place_in_a_pasted_session_is_one_in_its_text():
    fault = fault_of(">>> x = 1\n>>> y = (1 2)\n")
    assert fault.diagnostic.span.source.locate(fault.diagnostic.span.start) == (2, 12)
