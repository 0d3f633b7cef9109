"""Whole programs at random, as syntax trees: every class of `syntax.py` wherever it may stand.

`programs()` gives modules of the language, `programs(shared=True)` those that Python reads too, in
each of its versions. `unparse` makes text of them.
"""

from __future__ import annotations

from hypothesis import strategies as st

from tcalc.lang import syntax as s

WORDS = ["x", "y", "f", "a_longer_name", "_", "été", "变量", "print", "match", "type", "inf"]
BINARY = ["+", "-", "*", "/", "//", "%", "@", "**", "<<", ">>", "&", "|", "^", "and", "or"]
AUGMENTED = BINARY[:-2]
COMPARE = ["<", "<=", ">", ">=", "==", "!=", "in", "not in", "is", "is not"]
NUMBERS = [0, 7, 10**30, 0.5, 0.0, 1e300, 1e-9, float("inf"), 2j, complex("infj")]
STRINGS = ["", "a", "it's", '"', "'\"", "\\", "\n\r\t", "{}", "}", "é中", "\0\u2028\ud800", "__#"]
BULKS = [[0] * 99, [[1.5, -2], [3e40, float("-inf")]] * 25, [[[7, -7]]] * 40]
PARAMETERS = ["positional", "plain", "args", "keyword", "kwargs"]


@st.composite
def programs(draw, shared=False):
    """Modules of a few statements."""
    return _Maker(draw, shared).module()


class _Maker:
    """Draws nodes. Only so many have room; when it is used up, those without children follow."""

    def __init__(self, draw, shared):
        self.draw = draw
        self.shared = shared
        self.room = draw(st.integers(5, 40))
        self.in_field = False

    # Draws

    def one_of(self, choices):
        return choices[self.draw(st.integers(0, len(choices) - 1))]

    def chance(self):
        return self.draw(st.booleans())

    def some(self, make, least=0, most=2):
        count = self.draw(st.integers(least, most))
        return [make() for _ in range(count)]

    def maybe(self, make):
        return make() if self.chance() else None

    def word(self):
        return self.one_of(WORDS)

    def dotted(self):
        return ".".join(self.some(self.word, 1, 3))

    # Expressions

    def expression(self):
        self.room -= 1
        if self.room < 0 or self.draw(st.integers(0, 3)) == 0:
            return self.name() if self.chance() else self.constant()
        forms = self.EXPRESSIONS if self.shared else self.EXPRESSIONS + self.OWN_EXPRESSIONS
        return self.one_of(forms)(self)

    def item(self):
        return self.starred() if self.draw(st.integers(0, 4)) == 0 else self.expression()

    def row(self):
        """One expression, or several without brackets around them."""
        return self.expression() if self.chance() else s.Tuple(0, 0, self.some(self.item, 1, 3))

    def name(self):
        return s.Name(0, 0, self.word())

    def constant(self):
        values = [None, True, False, ...]
        kinds = [NUMBERS, values] if self.in_field and self.shared else [NUMBERS, STRINGS, values]
        return s.Constant(0, 0, self.one_of(self.one_of(kinds)))

    def bulk(self):
        return s.Bulk(0, 0, self.one_of(BULKS))

    def starred(self):
        return s.Starred(0, 0, self.expression())

    def tuple(self):
        return s.Tuple(0, 0, self.some(self.item, 0, 3))

    def list(self):
        return s.List(0, 0, self.some(self.item, 0, 3))

    def set(self):
        return s.Set(0, 0, self.some(self.item, 1, 3))

    def dict(self):
        values = self.some(self.expression)
        return s.Dict(0, 0, [self.maybe(self.expression) for _ in values], values)

    def unary(self):
        return s.Unary(0, 0, self.one_of(["-", "+", "~", "not"]), self.expression())

    def binary(self):
        return s.Binary(0, 0, self.expression(), self.one_of(BINARY), self.expression())

    def compare(self):
        ops = self.some(lambda: self.one_of(COMPARE), 1)
        return s.Compare(0, 0, [self.expression() for _ in range(len(ops) + 1)], ops)

    def conditional(self):
        return s.Conditional(0, 0, self.expression(), self.expression(), self.expression())

    def walrus(self):
        return s.Walrus(0, 0, self.name(), self.expression())

    def pipe(self):
        return s.Pipe(0, 0, self.expression(), self.expression())

    def attribute(self):
        return s.Attribute(0, 0, self.expression(), self.word())

    def slice(self):
        return s.Slice(0, 0, *(self.maybe(self.expression) for _ in range(3)))

    def part(self):
        return self.slice() if self.chance() else self.item()

    def subscript(self):
        value = self.expression()
        parts = s.Tuple(0, 0, self.some(self.part, 1))
        index = self.one_of([self.expression, self.slice, lambda: parts])()
        return s.Subscript(0, 0, value, index)

    def call(self):
        function, args = self.expression(), self.some(self.item)
        names = self.draw(st.lists(st.sampled_from([*WORDS, None]), max_size=2, unique=True))
        keywords = [s.Keyword(0, 0, name, self.expression()) for name in names]
        return s.Call(0, 0, function, args, keywords)

    def clause(self):
        return s.Clause(0, 0, self.target(), self.expression(), self.some(self.expression))

    def comprehension(self):
        kind = self.one_of(["list", "set", "dict", "generator"])
        element = self.expression()
        value = self.expression() if kind == "dict" else None
        return s.Comprehension(0, 0, kind, element, value, self.some(self.clause, 1))

    def lambda_(self):
        return s.Lambda(0, 0, self.parameters(), self.expression())

    def yield_(self):
        delegate = self.chance()
        value = self.expression() if delegate else self.maybe(self.row)
        return s.Yield(0, 0, value, delegate)

    def fstring(self):
        if self.in_field and self.shared:
            return self.name()  # Python 3.11 has no quotes in the fields of a string
        return s.FString(0, 0, self.pieces(in_spec=False))

    def pieces(self, in_spec):
        """Literal pieces, of which no two touch, and fields; a format spec has none with a spec."""
        parts = []
        for _ in range(self.draw(st.integers(0, 3))):
            if self.chance() and not (parts and isinstance(parts[-1], s.Constant)):
                parts.append(s.Constant(0, 0, self.one_of(STRINGS[1:])))
            else:
                parts.append(self.field(in_spec))
        return parts

    def field(self, in_spec):
        outer, self.in_field = self.in_field, True
        value = self.expression()
        self.in_field = outer
        conversion = self.one_of(["", "r", "s", "a"])
        spec = None
        if not in_spec and self.chance():
            spec = s.FString(0, 0, self.pieces(in_spec=True))
        return s.Field(0, 0, value, conversion, spec)

    def parameters(self):
        """A list in which kinds and defaults come in the order that they must have."""
        names = self.draw(st.lists(st.sampled_from(WORDS), max_size=5, unique=True))
        kinds = sorted(self.one_of(PARAMETERS) for _ in names)
        kinds.sort(key=PARAMETERS.index)
        params, defaults = [], False
        for name, kind in zip(names, kinds, strict=True):
            default = None
            if params and kind in {"args", "kwargs"} and params[-1].kind == kind:
                continue
            if kind == "keyword" or (kind in {"positional", "plain"} and not defaults):
                default = self.maybe(self.expression)
            elif kind in {"positional", "plain"}:
                default = self.expression()
            defaults = default is not None
            params.append(s.Param(0, 0, name, kind, default))
        return params

    # Targets

    def place(self):
        """What one value is assigned to."""
        if self.chance():
            return self.name()
        return self.attribute() if self.chance() else self.subscript()

    def target(self, starred=True):
        if self.room < 0 or self.chance():
            return self.place()
        self.room -= 1
        make = self.starred_place if starred and self.chance() else lambda: self.target(starred)
        form = self.one_of([s.Tuple, s.List])
        return form(0, 0, self.some(make, 0, 3))

    def starred_place(self):
        return s.Starred(0, 0, self.place())

    # Statements

    def module(self):
        return s.Module(0, 0, self.some(self.statement, 1, 4))

    def statement(self):
        self.room -= 1
        if self.room < 0:
            return s.Pass(0, 0)
        forms = self.STATEMENTS if self.shared else [*self.STATEMENTS, _Maker.magic]
        return self.one_of(forms)(self)

    def body(self):
        return self.some(self.statement, 1)

    def orelse(self):
        return self.some(self.statement)

    def expression_statement(self):
        value = self.row()
        return s.Expression(0, 0, value, not self.shared and self.chance())

    def assign(self):
        return s.Assign(0, 0, self.some(self.target, 1), self.row())

    def aug_assign(self):
        return s.AugAssign(0, 0, self.place(), self.one_of(AUGMENTED), self.row())

    def delete(self):
        return s.Delete(0, 0, self.some(lambda: self.target(starred=False), 1))

    def return_(self):
        return s.Return(0, 0, self.maybe(self.row))

    def assert_(self):
        return s.Assert(0, 0, self.expression(), self.maybe(self.expression))

    def scope(self):
        return self.one_of([s.Global, s.Nonlocal])(0, 0, self.some(self.word, 1))

    def jump(self):
        return self.one_of([s.Pass, s.Break, s.Continue])(0, 0)

    def import_(self):
        names = self.some(lambda: s.Alias(0, 0, self.dotted(), self.maybe(self.word)), 1)
        return s.Import(0, 0, names)

    def import_from(self):
        names = self.some(lambda: s.Alias(0, 0, self.word(), self.maybe(self.word)))
        return s.ImportFrom(0, 0, self.dotted(), names or [s.Alias(0, 0, "*", None)])

    def magic(self):
        return s.Magic(0, 0, self.one_of(["%time f(", "!ls 'a", "%"]))

    def if_(self):
        return s.If(0, 0, self.expression(), self.body(), self.orelse())

    def while_(self):
        return s.While(0, 0, self.expression(), self.body(), self.orelse())

    def for_(self):
        return s.For(0, 0, self.target(), self.row(), self.body(), self.orelse())

    def with_(self):
        items = self.some(lambda: s.WithItem(0, 0, self.expression(), self.maybe(self.target)), 1)
        if len(items) == 1 and not items[0].target and isinstance(items[0].context, s.Tuple):
            items *= 2  # `with (a, b):` has two items: nothing says that it is one
        return s.With(0, 0, items, self.body())

    def function(self):
        doc = [s.Expression(0, 0, self.constant(), False)] if self.chance() else []
        return s.FunctionDef(0, 0, self.word(), self.parameters(), doc + self.body())

    EXPRESSIONS = (
        tuple, list, set, dict, unary, binary, compare, conditional, walrus, attribute, subscript,
        call, comprehension, lambda_, yield_, fstring,
    )  # fmt: skip
    OWN_EXPRESSIONS = (pipe, bulk)
    STATEMENTS = (
        expression_statement, assign, aug_assign, delete, return_, assert_, scope, jump, import_,
        import_from, if_, while_, for_, with_, function,
    )  # fmt: skip
