"""What is compiled is what Python's own parser makes of the same text, the guards aside."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from programs_strategy import programs

from tcalc.diagnostic import Source
from tcalc.errors import SyntaxFault
from tcalc.lang.compile import STORED, Statements
from tcalc.lang.parser import parse
from tcalc.lang.unparse import unparse

OWN = {"syntax", "fstrings"}  # scripts that Python does not read, in its older versions at least
SCRIPTS = sorted((Path(__file__).parents[1] / "scripts").glob("*/*.tc"))
SCRIPTS = [script for script in SCRIPTS if script.stem not in OWN]
OPERATORS = {
    "+": ast.Add, "-": ast.Sub, "*": ast.Mult, "/": ast.Div, "//": ast.FloorDiv, "%": ast.Mod,
    "**": ast.Pow, "@": ast.MatMult, "<<": ast.LShift,
}  # fmt: skip
# What Python reads and this language does not, or Python refuses later.
REFUSED = {"'*' cannot be imported inside of a function", "a number cannot be called"}
GUARDS = {"@power": "**", "@shift": "<<", "@times": "*", "@plus": "+", "@remainder": "%"}
PASSED = {"@collected", "@printable", "@within"}  # what looks at a value and gives it back


class WithoutGuards(ast.NodeTransformer):
    """Puts Python's own forms where the compiler calls the runtime, and evens out what means the
    same: `a and b and c` in one node or two, `x[None:]`, several imports in a statement.
    """

    def visit(self, node):
        self.generic_visit(node)
        change = getattr(self, f"plain_{type(node).__name__}", None)
        return change(node) if change else node

    def plain_Call(self, node):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        args = node.args
        if name in GUARDS:
            return ast.BinOp(args[0], OPERATORS[GUARDS[name]](), args[1])
        if name == "@attribute":
            return ast.Attribute(args[0], args[1].value, ast.Load())
        if name in PASSED:
            return args[0]
        if name == "@joined":
            return ast.JoinedStr([part for arg in args for part in arg.values])
        if name == "@slice":
            return self.plain_Slice(ast.Slice(*args))
        return {"@target": args[:1], "@check": args[2:]}.get(name, [node])[0]

    def plain_Slice(self, node):
        parts = (node.lower, node.upper, node.step)
        return ast.Slice(*(None if getattr(x, "value", x) is None else x for x in parts))

    def plain_FormattedValue(self, node):
        if not isinstance(node.value, ast.Call) or ast.unparse(node.value.func) != "@format":
            return node
        value, conversion, spec = node.value.args
        code = ord(conversion.value) if conversion.value else -1
        return ast.FormattedValue(value, code, None if isinstance(spec, ast.Constant) else spec)

    def plain_NamedExpr(self, node):
        return node.value if node.target.id.startswith("@") else node

    def plain_BoolOp(self, node):
        flat = []
        for value in node.values:
            same = isinstance(value, ast.BoolOp) and type(value.op) is type(node.op)
            flat += value.values if same else [value]
        return ast.BoolOp(node.op, flat)

    def plain_Expr(self, node):
        call = node.value
        name = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
        if name == "@store":
            operator, x, y, owner, index = call.args
            [sign] = [sign for sign, op in STORED.items() if op == operator.value]
            target = ast.Subscript(owner, index, ast.Store())
            return ast.Assign([target], ast.BinOp(x, OPERATORS[sign](), y))
        if name == "@import_all":
            return ast.ImportFrom(call.args[0].value, [ast.alias("*")], 0)
        return node

    def plain_Assign(self, node):
        call = node.value
        name = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
        if not name.startswith("@import"):
            return node
        module, member = (argument.value for argument in call.args)
        bound = node.targets[0].id
        if name == "@import":
            return ast.Import([ast.alias(module, bound if module == member != bound else None)])
        return ast.ImportFrom(module, [ast.alias(member, None if member == bound else bound)], 0)

    def plain_Import(self, node):
        return [ast.Import([self.alias(each)]) for each in node.names]

    def plain_ImportFrom(self, node):
        return [ast.ImportFrom(node.module, [self.alias(each)], 0) for each in node.names]

    def alias(self, node):
        return ast.alias(node.name, None if node.asname == node.name else node.asname)


def evened(statements):
    return ast.dump(WithoutGuards().visit(ast.Module(statements, [])))


def check(text):
    source = Source(text)
    made = []
    for node in parse(source).body:
        made += Statements(source).stmt(node)
    assert evened(made) == evened(ast.parse(text).body)


@settings(max_examples=200)
@given(programs(shared=True))
def test_any_program_becomes_pythons_own_tree(module):
    try:
        check(unparse(module))
    except SyntaxFault as fault:
        assert fault.headline in REFUSED
        assume(False)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_scripts_become_pythons_own_tree(script):
    lines = script.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("%"))  # of notebooks
    if "|>" not in text:
        check(text)
