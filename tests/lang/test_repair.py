"""Repairs are tried before they are offered, on shapes alone and without any effect."""

from __future__ import annotations

import re

import pytest
from record_diagnostics import FOLDER, Case, cases

from tcalc.core.tensor import Tensor, describe
from tcalc.errors import TcalcError
from tcalc.lang.session import Session

OFFER = re.compile(r"= help: (.+) gives ((?:[a-z0-9]+ )?\[[\d, ]*\])$")


def helps(code: str) -> tuple[str, ...]:
    with pytest.raises(TcalcError) as caught:
        Session(seed=0).eval(code)
    assert caught.value.diagnostic is not None
    return caught.value.diagnostic.helps


def unwrapped(shown: str) -> list[str]:
    """The lines of a diagnostic with those that were broken put together."""
    return re.sub(r"\n {10,}(?=\S)", " ", shown).split("\n")


def offers() -> list[tuple[str, Case, str, str]]:
    """The repairs in the recorded diagnostics of top-level statements, and what they promise."""
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        for case in cases(path.read_text(encoding="utf-8")):
            if " ::: " in case.shown:
                continue  # names of a function are out of reach
            for line in unwrapped(case.shown):
                match = OFFER.search(line)
                if match is not None and " in the place of " not in line:
                    found.append((case.title, case, match[1], match[2]))
    return found


OFFERS = offers()


def test_many_repairs_are_recorded() -> None:
    assert len(OFFERS) > 60


@pytest.mark.parametrize(
    ("title", "case", "text", "gives"), OFFERS, ids=[f"{offer[0]}: {offer[2]}" for offer in OFFERS]
)
def test_an_offered_repair_gives_the_shape_it_promises(
    title: str, case: Case, text: str, gives: str
) -> None:
    session = Session(seed=0)
    failures: list[TcalcError] = []
    for _ in session.run(case.program, on_error=failures.append):
        pass
    name, is_assignment, _ = text.partition(" = ")
    value = session.eval(text)
    result = session[name] if is_assignment else value
    assert isinstance(result, Tensor)
    assert gives in (describe(result), str(list(result.shape)))


def test_no_function_of_the_program_is_called() -> None:
    called = """
calls = []
def f(x):
    calls.append(1)
    return x
X = ones(2, 3)
X * f(ones(2))
"""
    session = Session()
    with pytest.raises(TcalcError):
        session.eval(called)
    assert session["calls"] == [1]


def test_no_random_number_is_drawn() -> None:
    session, other = Session(seed=0), Session(seed=0)
    other.eval("ones(2, 3) * ones(3)")
    with pytest.raises(TcalcError) as caught:
        session.eval("bernoulli(ones(2, 3) * ones(2)) + dropout(rand(2, 3), 0.5)")
    assert caught.value.helps == ()
    assert session.eval("rand(3).tolist()") == other.eval("rand(3).tolist()")


def test_tensors_are_left_as_they_are() -> None:
    session = Session()
    code = "x = zeros(2, 3)\ny = x.add_(1).mul_(ones(2))"
    with pytest.raises(TcalcError):
        session.eval(code)
    assert session.eval("x.sum().item()") == 6


@pytest.mark.parametrize(
    "code",
    [
        "X = ones(1).expand(100_000, 100_000)\nX / X.sum(1)",
        "A = ones(1).expand(100_000, 50_000)\nB = ones(1).expand(70_000, 50_000)\nmm(A, B)",
        "a = ones(1).expand(10**9)\nb = ones(1).expand(10**9)\nouter(a, b) + dot(a, ones(3))",
        "X = ones(1).expand(10**6, 10**6)\ncat((X, ones(1).expand(10**6, 3)))",
    ],
)
def test_tensors_that_fit_in_no_memory_are_repaired_on_their_shapes(code: str) -> None:
    with pytest.raises(TcalcError) as caught:
        Session().eval(code)
    assert caught.value.diagnostic is not None


def test_huge_operands_get_the_same_repairs_as_small_ones() -> None:
    huge = "A = ones(1).expand(60_000, 784)\nB = ones(1).expand(50_000, 784)\nmm(A, B)"
    assert helps(huge) == ("mm(A, B.T) gives [60000,\xa050000]",)


def test_a_repair_that_fails_further_out_is_not_offered() -> None:
    alone = "X = ones(2, 3)\ns = ones(2)\nX * s"
    assert helps(alone) == ("X * s.unsqueeze(1) gives [2,\xa03]",)
    assert helps(f"{alone} + ones(3, 2) @ ones(2, 7)") == ()


def test_indices_and_masks_further_out_leave_a_repair_as_it_is() -> None:
    code = "X = ones(2, 3)\ns = ones(2)\n(X * s)[X > 0]"
    assert helps(code) == ("X * s.unsqueeze(1) gives [2,\xa03]",)


@pytest.mark.parametrize(
    ("code", "help_"),
    [
        ("x = ones(2, 3)\nmm(x + x, x)", "mm(x + x, x.T) gives [2,\xa02]"),
        ("x = ones(2, 3)\nx.mm(x)", "x.mm(x.T) gives [2,\xa02]"),
        ("x = ones(2, 3)\n(x + x).mm(x * 2)", "(x + x).mm((x * 2).T) gives [2,\xa02]"),
        ("x = ones(2, 3)\nx |> mm(x)", "x |> mm(x.T) gives [2,\xa02]"),
        ("x = ones(2, 3)\nmm(y=x, x=x)", "mm(y=x.T, x=x) gives [2,\xa02]"),
        ("xs = [ones(2, 3)]\nmm(xs[0], xs[0])", "mm(xs[0], xs[0].T) gives [2,\xa02]"),
        (
            "x = ones(2, 3)\nx - x.max(1).values",
            "x - x.max(1, keepdim=True).values gives [2,\xa03]",
        ),
        ("m = arange(6).reshape(2, 3)\nsum(m.mean())", "m.float().mean() gives float32\xa0[]"),
        ("x = ones(3)\nx /= ones(2, 3)", "x = x / ones(2, 3) gives [2,\xa03]"),
    ],
)
def test_a_repair_is_spelt_as_the_failed_expression_was(code: str, help_: str) -> None:
    assert help_ in helps(code)


def test_a_repair_works_with_the_default_dtype_of_the_session() -> None:
    session = Session(dtype="float64")
    with pytest.raises(TcalcError) as caught:
        session.eval("arange(3).mean()")
    assert caught.value.diagnostic is not None
    assert caught.value.diagnostic.helps == ("arange(3).double().mean() gives float64\xa0[]",)


@pytest.mark.parametrize(
    "code",
    [
        "torch.ones(1).expand(1_000_000_007).view(-1, 500_000_000)",
        "torch.ones(6).reshape(list(range(50_000)))",
    ],
)
def test_other_sizes_are_looked_for_nearby_only(code: str) -> None:
    assert helps(code) == ()
