"""Compiled statements mean what they mean in Python, and a little more."""

from __future__ import annotations

import contextlib

import pytest

from tcalc.errors import LimitError, SyntaxFault, TcalcError
from tcalc.lang.session import Session
from tcalc.limits import Limits

# Each program is run by Python as well; the names it leaves must be the same.
PROGRAMS = {
    "arithmetic": "a = 7 // 2 + 7 % 2 - -3 ** 2 / 4; b = 5 & 3 | 8 ^ 1; c = 1 << 4 >> 2; d = ~6",
    "augmented assignment": """
x = 10
x += 1; x -= 2; x *= 3; x //= 2; x **= 2; x %= 100; x <<= 3; x >>= 1; x |= 1; x &= 255; x ^= 5
x /= 4
items = [1, 2, 3]
items[0] += 5
items[-1] **= items[1]
items += [4]
""",
    "augmented assignment evaluates its target once": """
count = [0]
def at():
    count[0] += 1
    return 0
items = [2]
n = 3
items[at()] **= n
items[at()] <<= n
del at
""",
    "comparisons": "a = 1 < 2 <= 2 != 3; b = 1 in [1]; c = 'x' not in 'abc'; d = None is None",
    "logic": "a = 0 or [] or 'x'; b = 1 and 2; c = not a; d = 1 if a else 2",
    "unpacking": "a, (b, *c), d = 1, (2, 3, 4), 5; [e, f] = 'xy'; g = h = 3; *i, j = range(3)",
    "displays": "a = [1, *range(2)]; b = {1, *[2]}; c = {'k': 1, **{'l': 2}}; d = (*a, 9); e = ()",
    "slices": "a = list(range(9)); b = a[2:5], a[::-2], a[-3:]; a[1:3] = [0]; a[:] = a; del a[0]",
    "comprehensions": """
a = [x * y for x in range(4) if x for y in 'ab' if y != 'b']
b = {x: x ** 2 for x in range(3)}
c = {x % 2 for x in range(5)}
d = sum(x for x in range(5))
e = [[i * j for j in range(2)] for i in range(2)]
f = [last := i for i in range(3)]
""",
    "loops": """
log = []
for i in range(5):
    if i == 1:
        continue
    if i == 3:
        break
    log.append(i)
else:
    log.append('never')
n = 3
while n:
    n -= 1
else:
    log.append('else')
for i, (a, b) in enumerate([(1, 2), (3, 4)]):
    log.append(i * a * b)
""",
    "functions": """
def f(a, b=2, *rest, key=3, **more):
    'the docstring'
    return a, b, rest, key, sorted(more.items())
r = f(1), f(1, 5, 6, 7, key=8, z=9, y=0), f(*[1, 2], **{'key': 4})
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
s = fib(12)
g = lambda x, *y, k=1, **z: (x, y, k, z)
t = g(1, 2, k=3, w=4)
def only(a, /, b, *, c): return a + b + c
u = only(1, b=2, c=3)
del f, fib, g, only
""",
    "closures": """
def counter():
    n = 0
    def step(by=1):
        nonlocal n
        n += by
        return n
    return step
c = counter()
values = [c(), c(2), c()]
total = 0
def add(x):
    global total
    total += x
add(4); add(5)
adders = [lambda x, k=k: x + k for k in range(3)]
sums = [f(10) for f in adders]
del counter, c, add, adders
""",
    "generators": """
def walk(tree):
    if isinstance(tree, list):
        for each in tree:
            yield from walk(each)
    else:
        got = yield tree
flat = list(walk([1, [2, [3]], 4]))
g = (i for i in range(3))
first = next(g), next(g, None)
del walk, g
""",
    "text": """
x, name = 3.14159, 'abc'
a = f'{x:.2f} {name!r:>8} {x:{5 + 2}.{1}f} {{}} {name=} {1 + 1 = }'
b = 'a' 'b' + name * 2
c = 'x,y'.split(','), ' '.join(['p', 'q']), '%d%%' % 5
""",
    "scopes of comprehensions": "x = 1; a = [x for x in range(3)]; b = x",
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("strict", [False, True])
def test_programs_leave_the_names_that_python_leaves(name: str, strict: bool) -> None:
    session = Session(limits=Limits(strict=strict))
    session.eval(PROGRAMS[name])
    expected: dict[str, object] = {}
    exec(PROGRAMS[name], expected)
    del expected["__builtins__"]
    assert {each: session[each] for each in session.names()} == expected


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("3 |> pow(2)", 9),
        ("[3, 1, 2] |> sorted |> list", [1, 2, 3]),
        ("[3, 1, 2] |> sorted(reverse=True)", [3, 2, 1]),
        ("4 |> (lambda x: x + 1)", 5),
        ("16 |> math.sqrt() |> int", 4),
    ],
)
def test_a_pipe_passes_its_value_as_the_first_argument(code: str, value: object) -> None:
    assert Session().eval(code) == value


def test_slice_assignment_of_arithmetic_works_on_lists_too() -> None:
    assert Session().eval("q = [1, 2]\nq[1:] = q + [3]\nq[:1] = q[:1] * 2\nq") == [1, 1, 1, 2, 3]


def test_a_long_literal_is_a_new_list_each_time() -> None:
    numbers = ", ".join(map(str, range(200)))
    code = f"def f():\n    x = [{numbers}]\n    x[0] += 1\n    return x[0]\n(f(), f())"
    assert Session().eval(code) == (1, 1)


def test_a_with_block_enters_and_leaves_its_context() -> None:
    class Context:
        log: list[str] = []  # noqa: RUF012

        def __enter__(self) -> str:
            self.log.append("in")
            return "value"

        def __exit__(self, *failure: object) -> None:
            self.log.append("out")

    session = Session()
    session["context"] = Context()
    assert session.eval("with context as c, context:\n    x = c\nx") == "value"
    assert Context.log == ["in", "in", "out", "out"]


@pytest.mark.parametrize(
    ("code", "headline"),
    [
        ("return 1", "'return' outside function"),
        ("break", "'break' outside loop"),
        ("yield 1", "'yield' outside function"),
        ("nonlocal x", "nonlocal declaration not allowed at module level"),
        ("def f():\n    x = 1\n    global x", "name 'x' is assigned to before global declaration"),
        ("*a, *b = 1, 2", "multiple starred expressions in assignment"),
        ("f() = 3", None),
        ("2(3 + 1)", "a number cannot be called"),
        ("def f(x): return 2.5(x)", "a number cannot be called"),
        ("del f()", None),
    ],
)
def test_what_python_refuses_is_a_syntax_error_with_a_place(
    code: str, headline: str | None
) -> None:
    with pytest.raises(SyntaxFault) as caught:
        Session().eval(code)
    assert caught.value.diagnostic is not None
    assert caught.value.diagnostic.span is not None
    if headline:
        assert caught.value.headline == headline


@pytest.mark.parametrize("code", ["1 is 1", "'a'['b':]", "assert (1, 'always true')", "[](2)"])
def test_python_never_warns_about_a_program(code: str, recwarn: pytest.WarningsRecorder) -> None:
    with contextlib.suppress(TcalcError):
        Session().eval(code)
    assert len(recwarn) == 0


def test_long_chains_of_operators_work_and_endless_ones_are_refused() -> None:
    assert Session().eval("+".join(["1"] * 800)) == 800
    with pytest.raises(TcalcError):
        Session().eval("+".join(["1"] * 200_000))


@pytest.mark.parametrize(
    "code",
    [
        "10 ** 10 ** 9", "1 << 10 ** 12", "n = 10 ** 9\n3 ** n", "x = 2\nx <<= 10 ** 12",
        "x = [2]\nx[0] **= 10 ** 9", "[0] * 10 ** 14", "'a' * 10 ** 15", "10 ** 15 * (1, 2)",
        "f'{1:99999999}'", "f'{1:{10 ** 9}}'", "math.factorial(10 ** 9)", "pow(7, 10 ** 9)",
        "math.comb(10 ** 9, 5 * 10 ** 8)",
    ],
)  # fmt: skip
def test_numbers_and_sequences_that_would_not_fit_are_refused(code: str) -> None:
    with pytest.raises(LimitError):
        Session().eval(code)


@pytest.mark.parametrize(
    "code",
    [
        "x = [0]\nx * 10 ** 14",
        "x = 'ab'\nx *= 10 ** 15",
        "x = [[1]]\nx[0] *= 10 ** 14",
        "x = 3\nwhile True: x *= x",
        "x = 3\nwhile True: x = x ** 2",
    ],
)
def test_strict_sessions_guard_every_operator(code: str) -> None:
    with pytest.raises(LimitError):
        Session(limits=Limits(strict=True, memory=1 << 30)).eval(code)


def test_ordinary_powers_are_exact() -> None:
    assert Session().eval("n = 1000\n(2 ** n, 3 ** -2, 2.5 ** 9, (-1) ** 10 ** 9)") == (
        2**1000, 3**-2, 2.5**9, 1,
    )  # fmt: skip
