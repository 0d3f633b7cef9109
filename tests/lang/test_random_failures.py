"""Whatever goes wrong in expressions put together by chance, the answer is a clean diagnostic."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

import pytest

from tcalc.core.tensor import Tensor, describe
from tcalc.errors import TcalcError
from tcalc.lang.faults import exceptions
from tcalc.lang.session import Session

SETUP = """
A = ones(2, 3)
B = arange(12.).reshape(3, 4)
C = ones(2, 3, 4)
v = ones(3)
w = arange(2)
m = tensor([True, False, True])
s = tensor(2.5)
d = ones(3, dtype=float64)
g = ones(3, requires_grad=True)
e = zeros(0, 3)
L, LT, t, n, f, st, N = [1, 2, 3], [ones(2), ones(3)], (1, 2), 3, 2.5, 'abc', None
D = {'a': 1, 'b': ones(2)}
def fn(x, y=1): return x @ x
"""


def words(text: str) -> list[str]:
    return text.split()


ATOMS = words(
    "A B C v w m s d g e L LT t n f st N D fn 0 -1 2 1.5 True None ... A.T v[0] B[1] A.sum(1)"
    " C.sum(1) (A*2) torch np 'ij,jk->ik'"
)
TENSORS = words(
    "A B C v w d A.T B.T B[1] A.sum(1) B.sum(0) C.sum(1) (A*2) v.reshape(3,1) C.mean(2)"
)
OPERATORS = words("+ - * / // % ** @ & | ^ << == != < >= and or in")
PAIRED = words("mm mv dot matmul bmm maximum F.linear torch.add torch.sub torch.where")
FUNCTIONS = words(
    "add mul mm mv dot matmul bmm cat stack sum mean max softmax reshape view transpose permute"
    " unsqueeze squeeze expand gather where exp log norm std cumsum sort topk split chunk einsum"
    " tensor zeros ones arange eye F.linear F.cross_entropy F.one_hot torch.linalg.solve np.exp"
    " math.sqrt len range int float sorted list zip random.choice"
)
METHODS = words(
    "T mm sum mean item numpy tolist backward reshape view add_ mul_ zero_ float long grad shape"
    " size requires_grad_ detach foo append keys upper"
)
OFFER = re.compile(r"^(.+) gives ((?:[a-z0-9]+ )?\[[\d, ]*\])$")


def expression(choose: random.Random, depth: int) -> str:
    """A random expression, most of which fail."""

    def part() -> str:
        return expression(choose, depth - 1)

    def arguments() -> str:
        return ", ".join(part() for _ in range(choose.randint(0, 3)))

    forms = {
        "atom": lambda: choose.choice(ATOMS),
        "operator": lambda: f"{part()} {choose.choice(OPERATORS)} {part()}",
        "call": lambda: f"{choose.choice(FUNCTIONS)}({arguments()})",
        "method": lambda: f"({part()}).{choose.choice(METHODS)}",
        "called": lambda: f"({part()}).{choose.choice(METHODS)}({part()})",
        "item": lambda: f"({part()})[{part()}]",
        "field": lambda: f"f'{{{choose.choice(ATOMS[:18])}:.2f}}'",
        "loop": lambda: f"[q for q in {part()}]",
    }
    return forms[choose.choice([*forms] if depth > 0 else ["atom"])]()


def statement(choose: random.Random) -> str:
    value = expression(choose, 2)
    forms = [value, value, value, f"A += {value}", f"B[{choose.choice(ATOMS)}] = {value}"]
    forms += [f"a, b = {value}", f"for q, r in {value}: pass", f"assert {value}"]
    forms += [f"g.grad = {value}"]
    return choose.choice(forms)


def pair(choose: random.Random) -> str:
    """An operation on two tensors, which often do not fit."""
    x, y = choose.choices(TENSORS, k=2)
    if choose.random() < 0.5:
        return f"{x} {choose.choice('+-*/@')} {y}"
    return f"{choose.choice(PAIRED)}({x}, {y})"


def failures(
    program: Callable[[random.Random], str], seed: int, count: int
) -> Iterator[tuple[Session, str, TcalcError]]:
    choose = random.Random(seed)
    for _ in range(count):
        session = Session(seed=0, write=lambda text: None)
        session.eval(SETUP)
        code = program(choose)
        try:
            session.eval(code)
        except TcalcError as error:
            yield session, code, error


def test_every_failure_is_explained_without_a_word_of_our_own_inside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unexplained(error: Exception) -> TcalcError:
        raise AssertionError(f"the explanation failed of {error!r}")

    monkeypatch.setattr(exceptions, "plain", unexplained)
    met = 0
    for _, code, error in failures(statement, seed=1, count=300):
        assert error.diagnostic is not None, code
        shown = error.diagnostic.render()
        for word in ("internal error", "Traceback", "tcalc.", " object at 0x", "<class"):
            assert word not in shown, code
        met += 1
    assert met > 200


def test_every_repair_that_is_offered_gives_what_it_promises() -> None:
    kept = 0
    for session, code, error in failures(pair, seed=2, count=300):
        assert error.diagnostic is not None
        for help_ in error.diagnostic.helps if not error.diagnostic.calls else ():
            match = OFFER.match(help_.replace("\xa0", " "))
            if match and " = " not in match[1] and " in the place of " not in match[1]:
                value = session.eval(match[1])
                assert isinstance(value, Tensor), code
                assert match[2] in (describe(value), str(list(value.shape))), code
                kept += 1
    assert kept > 60
