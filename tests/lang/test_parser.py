from __future__ import annotations

import ast
import gc
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from programs_strategy import programs

from tcalc.diagnostic import Source
from tcalc.errors import SyntaxFault
from tcalc.lang import syntax as s
from tcalc.lang.lalr import MAX_DEPTH
from tcalc.lang.parser import parse
from tcalc.lang.unparse import unparse

PROGRAMS = sorted(Path(__file__).with_name("programs").glob("*.tc"))


def body(text):
    return parse(Source(text)).body


def walk(node):
    yield node
    for child in node.children():
        yield from walk(child)


def value(text):
    [statement] = body(text)
    assert type(statement) is s.Expression
    return statement.value


# Python's own parser is the reference for what the two languages share ---------------------------

OPERATORS = {
    "Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**",
    "MatMult": "@", "LShift": "<<", "RShift": ">>", "BitAnd": "&", "BitOr": "|", "BitXor": "^",
    "USub": "-", "UAdd": "+", "Invert": "~", "Not": "not", "And": "and", "Or": "or",
    "Lt": "<", "Gt": ">", "LtE": "<=", "GtE": ">=", "Eq": "==", "NotEq": "!=", "In": "in",
    "NotIn": "not in", "Is": "is", "IsNot": "is not",
}  # fmt: skip


class Translator:
    """Turns Python's tree into ours."""

    def __call__(self, node):
        if isinstance(node, list):
            return [self(item) for item in node]
        if node is None or isinstance(node, str):
            return node
        name = type(node).__name__
        if name in OPERATORS:
            return OPERATORS[name]
        special = getattr(self, name, None)
        if special:
            return special(node)
        return self.node(name, *(getattr(node, field) for field in node._fields if field != "ctx"))

    def node(self, name, *values):
        return getattr(s, name)(0, 0, *map(self, values))

    def plain(self, name, *values):
        return getattr(s, name)(0, 0, *values)

    def Constant(self, node):
        return self.plain("Constant", node.value)

    def Module(self, node):
        return self(node.body)

    def Expr(self, node):
        return self.plain("Expression", self(node.value), False)

    def Assign(self, node):
        return self.node("Assign", node.targets, node.value)

    def AugAssign(self, node):
        return self.node("AugAssign", node.target, node.op, node.value)

    def AnnAssign(self, node):
        if node.value is None:
            return s.Pass(0, 0)
        return self.plain("Assign", [self(node.target)], self(node.value))

    def BoolOp(self, node):
        first, *rest = self(node.values)
        for right in rest:
            first = self.plain("Binary", first, self(node.op), right)
        return first

    def BinOp(self, node):
        return self.node("Binary", node.left, node.op, node.right)

    def UnaryOp(self, node):
        return self.node("Unary", node.op, node.operand)

    def Compare(self, node):
        return self.node("Compare", [node.left, *node.comparators], node.ops)

    def IfExp(self, node):
        return self.node("Conditional", node.body, node.test, node.orelse)

    def NamedExpr(self, node):
        return self.node("Walrus", node.target, node.value)

    def comprehension(self, node):
        return self.node("Clause", node.target, node.iter, node.ifs)

    def comprehended(self, kind, element, second, clauses):
        return self.plain("Comprehension", kind, self(element), self(second), self(clauses))

    def ListComp(self, node):
        return self.comprehended("list", node.elt, None, node.generators)

    def SetComp(self, node):
        return self.comprehended("set", node.elt, None, node.generators)

    def GeneratorExp(self, node):
        return self.comprehended("generator", node.elt, None, node.generators)

    def DictComp(self, node):
        return self.comprehended("dict", node.key, node.value, node.generators)

    def keyword(self, node):
        return self.node("Keyword", node.arg, node.value)

    def Yield(self, node):
        return self.plain("Yield", self(node.value), False)

    def YieldFrom(self, node):
        return self.plain("Yield", self(node.value), True)

    def arguments(self, node):
        def param(arg, kind, default=None):
            return self.plain("Param", arg.arg, kind, self(default))

        positional = [(a, "positional") for a in node.posonlyargs]
        positional += [(a, "plain") for a in node.args]
        defaults = [None] * (len(positional) - len(node.defaults)) + node.defaults
        params = [param(a, kind, d) for (a, kind), d in zip(positional, defaults, strict=True)]
        params += [param(node.vararg, "args")] if node.vararg else []
        pairs = zip(node.kwonlyargs, node.kw_defaults, strict=True)
        params += [param(a, "keyword", d) for a, d in pairs]
        return params + ([param(node.kwarg, "kwargs")] if node.kwarg else [])

    def Lambda(self, node):
        return self.plain("Lambda", self(node.args), self(node.body))

    def FunctionDef(self, node):
        return self.plain("FunctionDef", node.name, self(node.args), self(node.body))

    def Assert(self, node):
        return self.node("Assert", node.test, node.msg)

    def For(self, node):
        return self.node("For", node.target, node.iter, node.body, node.orelse)

    def With(self, node):
        return self.node("With", node.items, node.body)

    def withitem(self, node):
        return self.node("WithItem", node.context_expr, node.optional_vars)

    def alias(self, node):
        return self.node("Alias", node.name, node.asname)

    def ImportFrom(self, node):
        return self.node("ImportFrom", node.module, node.names)

    def JoinedStr(self, node):
        return self.node("FString", node.values)

    def FormattedValue(self, node):
        conversion = "" if node.conversion < 0 else chr(node.conversion)
        return self.plain("Field", self(node.value), conversion, self(node.format_spec))


for _name in ("Tuple", "List", "Set"):
    setattr(Translator, _name, lambda self, node, _name=_name: self.node(_name, node.elts))

SHARED = [
    "a = b, *c = d[0] = 1, 2\n",
    "x: int = 3\ny: str\nx += 1\nx[0] @= y.z\ndel x, y[1], z.w",
    "if a:\n  b\nelif c:\n  d\nelif e:\n  f\nelse:\n  g\n",
    "while a:\n  break\nelse:\n  continue\n",
    "for i, (j, *k) in x, y:\n  pass\nelse:\n  z\n",
    "with a() as b, c as (d, e), f: g\n",
    "with (a as b, c, d as (e, f),): g\nwith (a, b,): c\nwith (a): b\nwith (a).b, (c, d) as e: f\n",
    "del (a, b), c\ndel ()\ndel d,\nx = y[*a] + y[*a, b]\ndef f(*a: *b): c\n",
    "def f(a, b: int = 2, /, c=3, *args: t, d, e=5, **kw) -> u:\n  'doc'\n  return\n",
    "def f(*, a):\n  x = yield\n  y = yield 1, 2\n  yield from z\n  return a, *b\n",
    "assert a, b\nassert c\nglobal a, b\nimport a.b as c, d\nfrom a.b import c as d, e\n",
    "from a import *\nfrom a import (b, c,)\n",
    "a or b or c and not d and e",
    "a < b <= c != d in e not in f is g is not h",
    "-a ** -b ** ~c + d * e @ f // g % h - i / j << k >> l & m ^ n | o",
    "a if b else c if d else e",
    "lambda: 0, lambda a, b=1, *c, d, **e: a if b else c, lambda *, a: (yield)",
    "f(a, *b, c, d=1, *e, **g)(x for x in y)[1:2, ::3, ..., None, :, 4].h[i:j][k, l,]",
    "[(), (a,), (a, b), (a), [], [a, *b], {}, {a}, {a: b, **c}]",
    "[a for b in c if d if e for f, g in h], {a for b in c}, {a: b for c in d}, (a for b in c)",
    "(a := 1), [b := 2, c], f(d := 3), x[e := 4]",
    "0, 00, 1_000, 0xff, 0o17, 0B1, 1.5, .5, 1., 1e3, 1.e-3, 2j, 1_0.0_1e1_0J, 09.5",
    r"""'a\n\t\\\'\x41\u00e9\101\
b', "\N{BULLET}", r'\d', R"\'", u'x', '''a
'b' ''c''', 'a' "b" '' """,
    "f'{a}{{}}{b!r:>{c}.{d}f} {e=} {f = !s} {g=:x}' 'h' f'i{j:%Y-%m}'",
    "f'''{\na + 1\n}''', f'{x[\"a\"]}', f'{ {1: 2}[1] }', f'{(lambda x: 1)(2)}', f'{a != b}'",
    "rf'\\d{a:\\d}', f'\\x41{a:\\x41}', f'\\N{BULLET}{a}', f''",
    "x = (1 + # comment\n 2)\ny = \\\n  3\nif x:\n\n  # c\n    # d\n  y\n\n\nz",
    "if a: b; c\nd; e",
    "\u03b1\u0302 = \ufb01 + \u00b5 + x\uff3f + \U0001d431 + \u2118",
    "\u0939\u093f\u0928\u094d\u0926\u0940, \u0e17\u0e35\u0e48, \u0639\u064e\u0631",  # vowel signs
    "f'{a!s}' f'{a!r:\\x7b}'",
]  # fmt: skip


@pytest.mark.parametrize("text", [*SHARED, PROGRAMS[-1].read_text().replace("%matplotlib", "#")])
def test_what_python_parses_is_parsed_alike(text):
    module = parse(Source(text))
    for node in walk(module):
        if isinstance(node, s.Expression):
            node.silent = False
    assert module.body == Translator()(ast.parse(text))


@settings(max_examples=200)
@given(programs(shared=True))
def test_any_program_that_python_parses_is_parsed_alike(module):
    text = unparse(module)
    assert parse(Source(text)).body == Translator()(ast.parse(text))


def test_spans_cover_what_pythons_do():
    text = PROGRAMS[-1].read_text().replace("%matplotlib", "#").replace("(y_hat - y", "(y_hat + y")
    lines = [0]
    for line in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    pythons = {
        (lines[n.lineno - 1] + n.col_offset, lines[n.end_lineno - 1] + n.end_col_offset)
        for n in ast.walk(ast.parse(text))
        if isinstance(n, ast.Attribute | ast.Call | ast.Subscript | ast.stmt)
    }
    kinds = s.Attribute | s.Call | s.Subscript | s.Stmt
    ours = {(n.start, n.end) for n in walk(parse(Source(text))) if isinstance(n, kinds)}
    assert {text[start:end] for start, end in pythons ^ ours} <= {text}  # the module's own


# What the language has of its own -----------------------------------------------------------------


def test_a_pipe_binds_loosest_and_to_the_left():
    assert value("a if b else c |> f |> g(1)") == s.Pipe(
        0, 0, s.Pipe(0, 0, value("a if b else c"), value("f")), value("g(1)")
    )
    assert value("lambda x: x |> f").body == value("x |> f")
    assert value("(y := x |> f)").value == value("x |> f")
    assert value("a |> f, b").items == [value("a |> f"), value("b")]


def test_a_semicolon_silences_the_expression_before_it():
    assert [st.silent for st in body("a; b;\nc\nd; e")] == [True, True, False, True, False]


def test_magic_lines_are_kept_where_a_statement_can_start():
    assert body("%time x\nif a:\n  !ls 'y\n  b\nc % d") == [
        s.Magic(0, 0, "%time x"),
        s.If(0, 0, value("a"), [s.Magic(0, 0, "!ls 'y"), *body("b")], []),
        *body("c % d"),
    ]


@pytest.mark.parametrize(
    ("nested", "plain"),
    [
        ("f'{x['a']}'", "f'{x[\"a\"]}'"),
        ('f"{x["a"]!r:>{y["b"]}} z"', "f\"{x['a']!r:>{y['b']}} z\""),
        ("f'{'{'}{'}'}' 'c' f'{'a' 'b'}'", "f\"{'{'}{'}'}c{'ab'}\""),
        ("f'{f'{f'{x}'}'}'", "f'{f\"{(f'''{x}''')}\"}'"),
        ("f'''{x['''a''']}\n'''", "f'''{x['a']}\n'''"),
        ("rf'\\d{x['a']:\\d}'", "rf'\\d{x[\"a\"]:\\d}'"),
        ("f'{'b'.join(x)}' + 'y'", "f\"{'b'.join(x)}\" + 'y'"),
    ],
)
def test_a_field_may_hold_the_quotes_of_its_f_string(nested, plain):
    assert value(nested) == value(plain)


def test_a_field_may_hold_escapes_in_its_strings():
    [field] = value("f'{'\\n'.join(x)}'").parts
    assert field.value.func.value == value("'\\n'")


def test_a_backslash_before_a_field_stands_for_itself():
    assert value("f'\\{x}'").parts == [s.Constant(0, 0, "\\"), *value("f'{x}'").parts]


def test_f_strings_inside_each_other_come_to_an_end():
    depth = 40
    inner = value("f'{" * depth + "x" + "}'" * depth)
    for _ in range(depth):
        [field] = inner.parts
        inner = field.value
    assert inner == value("x")
    with pytest.raises(SyntaxFault):
        parse(Source("f'{" * 2_000))


def test_brackets_belong_to_what_they_hold():
    text = "(a + b) * (c)"
    product = value(text)
    assert text[product.left.start : product.left.end] == "(a + b)"
    assert text[product.right.start : product.right.end] == "c"


def test_nodes_in_f_strings_have_places_in_the_source():
    text = "x = 'a' f'{b:>{c + 1}}'"
    names = [n for n in walk(parse(Source(text))) if isinstance(n, s.Name)]
    assert [text[n.start : n.end] for n in names] == ["x", "b", "c"]


@pytest.mark.parametrize(
    "numbers",
    [
        list(range(200)),
        [[0.5, -1e-9], [3, -4]] * 30,
        [[[1, 2], [3, 4]], [[5, 6], [7, 8]]] * 20,
    ],
)
def test_a_long_array_literal_is_one_node(numbers):
    assert value(repr(numbers)) == s.Bulk(0, 0, numbers)
    assert value(f"f({numbers!r})").args == [s.Bulk(0, 0, numbers)]
    shorter = value(repr(numbers).replace("0.", ".").replace("]", "\n,]"))
    assert type(shorter) in {s.Bulk, s.List}


def test_a_printed_array_with_bare_points_is_one_node():
    text = "[" + ",\n ".join(["1., -2.5, 3.e4"] * 30) + ",]"
    assert value(text) == s.Bulk(0, 0, [1.0, -2.5, 3e4] * 30)


def test_a_long_index_or_mixed_list_is_no_array():
    ones = ", ".join(["1"] * 100)
    assert len(value(f"x[{ones}]").index.items) == 100
    assert len(value(f"[{ones}, a]").items) == 101
    assert value(f"[{ones}, a]").items[0] == s.Constant(0, 0, 1)


@pytest.mark.parametrize(
    "text",
    [
        ">>> x = [1,\n... 2]\n>>> if x:\n...     f(x)\n... \ntensor([1,\n  2])\n>>> y\n",
        "In [1]: x = [1,\n   ...: 2]\n\nIn [2]: if x:\n   ...:     f(x)\nOut[2]: 3\n\nIn [3]: y\n",
        "\n>>> x = [1, \\\n... 2]\n>>> if x:\n...     f(x)\n>>> y\n".replace("\n", "\r\n"),
    ],
)
def test_a_pasted_session_is_read_without_prompts_and_output(text):
    module = parse(Source(text))
    assert module.body == body("x = [1, 2]\nif x:\n    f(x)\ny\n")
    last = module.body[-1]
    assert text[last.start : last.end] == "y"


@pytest.mark.parametrize(
    "text", ["", "\n", "# c", "\ufeff", "\r\n \r\n", "\\\n", "\f", "\n\n   # c\n"]
)
def test_an_empty_program_has_no_statements(text):
    assert body(text) == []


def test_line_ends_marks_and_blanks_of_all_kinds_are_understood():
    expected = body("if a:\n  b\nc")
    for text in ("if a:\r\n  b\r\nc\r\n", "if a:\r  b\rc", "\ufeffif a:\n\tb\n\fc\n"):
        assert body(text) == expected
    assert body("  if a:\n    b\n  c") == expected
    assert body("#!/usr/bin/env tcalc\nif\u00a0a:\n\u3000b\nc") == expected


# Limits -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "-" * 20_000 + "1",
        "(" * 1_000 + ")" * 1_000,
        "[" * 5_000,
        "f(" * 1_000 + ")" * 1_000,
        "not " * 2_000 + "x",
        "2 ** " * 2_000 + "2",
        " + ".join(["1"] * 5_000),
        "x" + ".a" * 5_000,
        "f'{x" + ".a" * 5_000 + "}'",
        "x" + "()" * 5_000,
        "\n".join("  " * i + "if x:" for i in range(1_000)),
    ],
)
def test_what_is_nested_too_deeply_is_refused(text):
    with pytest.raises(SyntaxFault, match="nested too deeply"):
        parse(Source(text))


def test_long_chains_and_lists_are_not_deep():
    assert len(value(f"f({', '.join(['a + 1'] * 5_000)})").args) == 5_000
    parse(Source(" + ".join(["1"] * (MAX_DEPTH - 10))))
    assert len(body("x = 1\n" * 5_000)) == 5_000


def test_the_collector_is_left_as_it_was():
    assert gc.isenabled()
    with pytest.raises(SyntaxFault):
        parse(Source("x ="))
    assert gc.isenabled()


def test_garbage_is_a_syntax_fault_and_nothing_else():
    pieces = ["x", "1", "(", ")", "[", "]", "{", "}", "\n", "\n  ", "if", "else", ":", "=",
              ",", "'", '"""', "f'{", "}'", "\\", "*", "**", "lambda", "for", "in", "def", " ", "%",
              "|>", ";", "\t", "é", "#", "0x", "1e", "yield", "not", ".", ":=", "@",
              "!"]  # fmt: skip
    generator = random.Random(0)
    for _ in range(3_000):
        text = " ".join(generator.choices(pieces, k=generator.randrange(1, 12)))
        try:
            parse(Source(text))
        except SyntaxFault as fault:
            span = fault.diagnostic.span
            assert 0 <= span.start <= span.end <= len(text), text
