"""Small programs that ask for a lot are refused before the work is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tcalc.errors import LimitError, TcalcError
from tcalc.lang.iteration import PIECE, stoppable
from tcalc.lang.session import Session
from tcalc.limits import Limits

MEMORY = 64 * 10**6


def bombs() -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / "bombs.txt").read_text(encoding="utf-8").splitlines()
    found = [line.partition("  #! ") for line in lines if line and not line.startswith("#")]
    return [(code.replace("↵", "\n"), answer) for code, _, answer in found]


@pytest.mark.parametrize(("code", "answer"), bombs())
def test_a_program_that_asks_for_too_much_is_told_so(code: str, answer: str) -> None:
    session = Session(limits=Limits(strict=True, memory=MEMORY), write=lambda text: None)
    with pytest.raises(TcalcError) as caught:
        session.eval(code)
    assert answer in caught.value.headline
    assert caught.value.diagnostic is not None
    assert caught.value.diagnostic.span is not None
    assert session.eval("6 * 7") == 42


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("'a'.center(5, '*') + '7'.zfill(3) + 'b'.ljust(2) + 'c'.rjust(2)", "**a**007b  c"),
        ("'a\\tb'.expandtabs(4) + 'a\\tb'.expandtabs()", "a   ba       b"),
        ("'aXbX'.replace('X', 'YY') + 'aXbX'.replace('X', 'YY', 1)", "aYYbYYaYYbX"),
        ("'-'.join('abc') + ''.join(str(i) for i in range(3))", "a-b-c012"),
        ("'%5.1f|%-4d|%s|%%|%(x)s' % {'x': 1} if 0 else '%5.1f|%*d' % (1.5, 4, 7)", "  1.5|   7"),
        ("'100%% 99999999 %d' % 1", "100% 99999999 1"),
        ("'%*d' % (5, 10**9)", "1000000000"),
        ("f'{1.5:>8.2f}|{[1, [2]]}|{\"a\"!r:>5}'", "    1.50|[1, [2]]|  'a'"),
        ("x = [1]; x += [2]; x.extend(range(3)); x", [1, 2, 0, 1, 2]),
        ("x = {1}; x.update([2], (3,)); x - {1} | {5}.union([6])", {2, 3, 5, 6}),
        ("({1, 2}.isdisjoint(range(3)), {1}.issubset([1, 2]), {1} < {1, 2})", (False, True, True)),
        ("sum([[1], [2]], []) + [sum((1, 2), 3)]", [1, 2, 6]),
        ("sum([(1,), (2,)], ())", (1, 2)),
        ("(list(range(3)), tuple(range(2)), set(range(2)))", ([0, 1, 2], (0, 1), {0, 1})),
        ("sorted(range(3), key=lambda v: -v, reverse=True)", [0, 1, 2]),
        ("list(map(max, [1, 5], range(3))) + list(filter(None, range(3)))", [1, 5, 1, 2]),
        ("list(zip('ab', range(2))) + list(enumerate('c', 1))", [("a", 0), ("b", 1), (1, "c")]),
        ("list(reversed(range(3))) + list(reversed('ab'))", [2, 1, 0, "b", "a"]),
        ("i = iter([1, 2, 3]); list(iter(lambda: next(i), 3))", [1, 2]),
        ("(range(9).index(2), range(9).index(2.0), range(9).count(2.5), range(9).count(1))",
         (2, 2, 0, 1)),
        ("(1.0 in range(3), 1.5 in range(3), 2 in range(2), 3 not in range(2))",
         (True, False, False, True)),
        ("(max(range(3)), min(4, 2), any(range(1)), all([]), min([], default=7))",
         (2, 2, False, True, 7)),
        ("(math.prod(range(1, 5), start=2), math.fsum([.1, .2, .7]))", (48, 1.0)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("strict", [False, True])
def test_what_is_guarded_means_what_it_means_in_python(
    code: str, value: object, strict: bool
) -> None:
    assert Session(limits=Limits(strict=strict)).eval(code) == value


@pytest.mark.parametrize("code", ["'-'.join([1])", "zip([1], [1, 2], strict=True)", "iter(1, 2)"])
def test_a_wrong_call_of_what_is_guarded_fails_as_in_python(code: str) -> None:
    with pytest.raises(TcalcError) as ours:
        Session().eval(f"list({code})")
    with pytest.raises((TypeError, ValueError)) as pythons:
        list(eval(code))
    assert str(pythons.value).removeprefix("str.") in ours.value.headline


@pytest.mark.parametrize(
    "numbers",
    [
        range(PIECE + 1),
        range(3 * PIECE),
        range(5, -2 * PIECE, -1),
        range(10**30, 10**30 + 7 * PIECE, 5),
    ],
    ids=repr,
)
def test_a_long_range_goes_by_pieces_and_gives_the_same_numbers(numbers: range) -> None:
    assert stoppable(numbers) is not numbers
    count = 0
    for number, piece in zip(numbers, stoppable(numbers), strict=True):
        assert number == piece
        count += 1
    assert count == len(numbers)


def test_a_session_without_a_limit_of_its_own_asks_for_the_machines_memory() -> None:
    with pytest.raises(LimitError, match="of memory is free"):
        Session().eval("list(range(10**15))")


def test_a_chain_of_iterators_is_followed_to_its_end() -> None:
    code = "x = [1, 2]\nfor _ in range(500): x = map(lambda v: v + 1, x)\nlist(x)"
    assert Session().eval(code) == [501, 502]
