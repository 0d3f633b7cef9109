"""Reading programs: long ones, and long literals in them."""

from __future__ import annotations

import ast
import json
import random
from collections.abc import Callable

import numpy as np

from benchmarks.measure import Work, benchmark
from tcalc.diagnostic import Source
from tcalc.lang.parser import parse
from tcalc.lang.session import Session

LINES = 10_000
NUMBERS = 1_000_000


def _program() -> str:
    """A program of LINES lines in which the forms of the language take turns."""
    forms = (
        "x{i} = arange({i}).reshape(3, -1).sum(dim=0)",
        "y = (x[{i}:, None] * 2.5 + w @ v) / (1 - z ** 2)",
        "if y > {i} and not done:",
        "    total += f(y, axis=-1, keepdim=True)[0]",
        "def f{i}(a, b=1, *rest, **named):",
        "    return [a + k * b for k in rest if k != {i}]",
        "print(f'{{total:.3f}}', 'text', total == {i})",
        "for i, (a, b) in enumerate(zip(left, right)):",
        "    table['key{i}'] = lambda t: t.exp() if t else -t",
        "    # what follows from the line above, in words",
    )
    return "".join(forms[i % len(forms)].format(i=i) + "\n" for i in range(LINES))


@benchmark("parse", what=f"parsing {LINES:,} lines", peer="ast.parse", goal=2.5, rounds=9)
def _() -> tuple[Work, Work]:
    program = _program()
    return lambda: parse(Source(program)), lambda: ast.parse(program)


@benchmark(
    "literal", what=f"a literal of {NUMBERS:,} numbers", peer="json and NumPy", goal=2.0, rounds=5
)
def _() -> tuple[Work, Work]:
    draw: Callable[[], float] = random.Random(0).random
    text = "[" + ", ".join(f"{draw():.6f}" for _ in range(NUMBERS)) + "]"
    session = Session()
    session.eval("x = tensor([1.])")

    def loaded() -> object:
        return np.array(json.loads(text), dtype=np.float32)

    return lambda: session.eval(f"x = tensor({text})"), loaded
