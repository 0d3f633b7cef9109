"""Programs that nobody wrote: whatever they do, they end in a diagnostic or in harmless values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from random import Random

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st
from test_sandbox import DANGEROUS

from tcalc.errors import TcalcError
from tcalc.lang import attributes, namespaces
from tcalc.lang.builtins import BUILTINS
from tcalc.lang.session import Session
from tcalc.limits import Limits

MAKER = Session(seed=0)
MAKER.eval("""
def make():
    x = tensor([[1., 2.], [3., 4.]], requires_grad=True)
    y = (x * x).sum()
    return {
        "x": x, "y": y, "a": ones(3).numpy(), "f": lambda *v, **w: v, "g": (i for i in [1, 2]),
        "opt": torch.optim.SGD([x], lr=0.1), "h": y.register_hook(lambda g: g), "v": [1, [2]],
        "w": {"a": 1}, "n": torch.distributions.Normal(0., 1.), "s": x.shape, "m": max(x, 0),
        "r": graph(y), "t": tensor([1, 2]), "gen": torch.Generator(), "ng": no_grad(),
    }
""")

# What takes its time, or never ends for some arguments.
SLOW = {"gradcheck", "gradgradcheck", "iter", "sleep", "time_it"}
VALUES = sorted(MAKER.call(MAKER["make"]))
MODULES = ["torch", "np", "math", "random", "nn", "F", "linalg", "optim", "distributions", "func"]
IMPORTED = ["torch", "numpy", "math", "random", "torch.nn", "torch.linalg", "torch.optim"]
INNER = [
    *sorted(DANGEROUS),
    "__class__", "__dict__", "__globals__", "__builtins__", "__self__", "__code__", "__init__",
    "__import__", "_node", "_storage", "_leaf", "_fields", "_engine", "_load", "_members", "array",
    "node", "plan", "saved", "edges", "hooks", "chain", "forward", "kernel", "numpy", "op", "owner",
    "make", "mro", "gi_frame", "gi_code", "f_back", "tb_frame", "func_globals", "os", "sys", "load",
]  # fmt: skip
PLAIN_VALUES = [
    "0", "1", "2", "-1", "3.5", "1j", "True", "None", "...", "1000", "torch.int64", "''", "'abc'",
    "'{0.real}'", "'%s'", "'%(a)s'", "'float32'", "'O'", "[]", "[1, 2]", "(x, a)", "{'a': x}",
    "{1, 2}", "range(3)", "[[1.]]", "print", "int", "list", "torch", "exp", "type(x)", "math",
]  # fmt: skip
OPERATORS = [
    "+", "-", "*", "/", "//", "%", "**", "@", "|", "&", "<<", "==", "<", "in", "is", "and", "|>",
]  # fmt: skip
TARGETS = ["v", "w", "v, w", "v, *w", "x[0]", "a[:1]", "x.grad", "w['b']"]


def _members() -> list[str]:
    """Names that some value has after its dot."""
    values = MAKER.call(MAKER["make"]).values()
    found = {name for value in (*values, "", 1, 1.5) for name in attributes.names_of(value)}
    return sorted(found - SLOW)


def _functions() -> list[str]:
    """Names of functions, with the module that they are in."""
    modules = {name: namespaces.bare(name).member_names() for name in MODULES}
    inside = [f"{name}.{each}" for name, names in modules.items() for each in names]
    named = [*BUILTINS, *namespaces.bare_names() - {*MODULES}, *inside]
    return sorted(name for name in named if name.rpartition(".")[2] not in SLOW)


MEMBERS, FUNCTIONS = _members(), _functions()


class Writer:
    """Writes programs by chance: chains of attributes and calls, above all."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.pick = chance.choice

    def program(self) -> str:
        return "\n".join(self.statement() for _ in range(self.chance.randint(1, 3)))

    def statement(self) -> str:
        value = self.value(3)
        forms = [
            f"{self.pick(TARGETS)} = {value}",
            f"{value}.{self.member()} = {self.value(1)}",
            f"del {value}.{self.member()}",
            f"{self.pick('vtax')} {self.pick('+*%@|')}= {value}",
            f"with {self.pick(['ng', value])} as v: {self.value(2)}",
            f"from {self.pick(IMPORTED)} import {self.member()} as v",
        ]
        return self.pick([value] * 12 + forms)

    def value(self, depth: int) -> str:
        """An expression that can stand before a dot."""
        if depth == 0 or self.often(15):
            return self.pick(VALUES) if self.often(60) else f"({self.pick(PLAIN_VALUES)})"
        forms = [self.access, self.access, self.call, self.call, self.method, self.other]
        return self.pick(forms)(depth - 1)

    def often(self, percent: int) -> bool:
        return self.chance.randrange(100) < percent

    def member(self) -> str:
        return self.pick(MEMBERS if self.often(80) else INNER)

    def access(self, depth: int) -> str:
        return f"{self.value(depth)}.{self.member()}"

    def call(self, depth: int) -> str:
        words = [self.value(depth) for _ in range(self.chance.randint(0, 2))]
        if words and self.often(20):
            words[0] = "*" + words[0]
        if self.often(10):
            words.append(f"{self.member()}={self.value(0)}")
        return f"{self.pick(FUNCTIONS)}({', '.join(words)})"

    def method(self, depth: int) -> str:
        arguments = self.pick(["", self.value(0), f"{self.value(0)}, {self.value(0)}"])
        return f"{self.value(depth)}.{self.member()}({arguments})"

    def other(self, depth: int) -> str:
        x, y = self.value(depth), self.value(0)
        field = self.pick(["", "!r", "=", ":>9", ":.3f", ":%s"])
        return self.pick([
            f"{x}[{y}]",
            f"{x}[{y}:]",
            f"({x} {self.pick(OPERATORS)} {y})",
            'f"""{' + x + field + '}"""',
            f"[{x}, {y}]",
            "{" + f"{y}: {x}" + "}",
            f"[{x} for v in {y}]",
            f"({x} for v in {y})",
            f"(lambda *v, **w: {x})",
            f"(v := {x})",
        ])  # fmt: skip


# Whatever a program can get hold of is of one of these. What can be called among them offers no
# attribute: `test_what_can_be_called_gives_nothing_away`.
PLAIN = (bool, int, float, complex, str, type(None), type(...), range, slice)
OPAQUE = {
    "builtin_function_or_method", "chain", "dict_itemiterator", "dict_items", "dict_keyiterator",
    "dict_keys", "dict_valueiterator", "dict_values", "enumerate", "filter", "function",
    "generator", "list_iterator", "list_reverseiterator", "map", "method", "range_iterator",
    "reversed", "set_iterator", "str_ascii_iterator", "str_iterator", "tuple_iterator", "type",
    "GenericAlias", "UnionType", "callable_iterator", "zip", "ufunc",
}  # fmt: skip
OURS = {
    "Adam", "Bernoulli", "Categorical", "Criterion", "Device", "DType", "Entry", "Exponential",
    "finfo",
    "Generator", "GradMode", "Graph", "Handle", "iinfo", "InPlace", "Kind", "Laplace", "Leaf",
    "Multinomial", "Namespace", "Node", "Normal", "Op", "Parameter", "Pick", "Poisson",
    "ReturnType", "SGD", "Size", "Tensor", "Uniform", "_Anomaly", "_SetGradEnabled",
}  # fmt: skip


def is_harmless(value: object) -> bool:
    kind = type(value)
    if isinstance(value, PLAIN) or kind in (list, tuple, dict, set):
        return True
    if kind.__module__.startswith("tcalc."):
        return kind.__name__ in OURS
    if kind.__module__.partition(".")[0] == "numpy":
        return getattr(value, "dtype", value).kind in "biufc"  # type: ignore[attr-defined]
    return kind.__name__ in OPAQUE and attributes.names_of(value) in ([], ["close", "send"])


def reachable(value: object, depth: int = 2) -> Iterator[object]:
    """`value`, and what attributes, indices and iteration lead to."""
    yield value
    if depth == 0:
        return
    for name in attributes.names_of(value)[:60]:
        try:
            yield from reachable(attributes.attribute(value, name), depth - 1)
        except (TcalcError, AttributeError):
            continue
    inner: Iterable[object] = ()
    if isinstance(value, dict):
        inner = (*value, *value.values())
    elif isinstance(value, (list, tuple, set)):
        inner = value
    for item in islice(inner, 5):
        yield from reachable(item, depth - 1)


@settings(max_examples=1500)
@given(st.integers(0, 2**32 - 1))
def test_a_program_ends_in_a_diagnostic_or_in_harmless_values(number: int) -> None:
    program = Writer(Random(number)).program()
    note(program)
    session = Session(limits=Limits(strict=True, memory=1 << 20), seed=0, write=lambda text: None)
    session.bind(MAKER.call(MAKER["make"]))
    failures: list[TcalcError] = []
    results = [result.value for result in session.run(program, on_error=failures.append)]
    assert not [fault.headline for fault in failures if "internal error" in fault.headline]
    assert all(fault.diagnostic is not None for fault in failures)
    held = [session[name] for name in ("v", "w") if name in session]
    for value in (*results, *held):
        for each in session.call(list, reachable(value)):
            assert is_harmless(each), type(each)


@pytest.mark.parametrize("name", sorted(OPAQUE))
def test_what_can_be_called_gives_nothing_away(name: str) -> None:
    values = [print, len, [].append, lambda: 1, int, map(str, []), list[int], int | str, iter([])]
    for value in values:
        if type(value).__name__ == name:
            assert attributes.names_of(value) == []
