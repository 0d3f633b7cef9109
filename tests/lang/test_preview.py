"""What an input would give, told without running it; and nothing of the session ever changes."""

import subprocess
import sys

import numpy as np
import pytest

from tcalc.core.tensor import Tensor
from tcalc.lang.rehearsal.preview import HINT, NOTHING, PENDING, VALUE, preview
from tcalc.lang.session import Session

PATIENT = 600.0  # seconds: what is tested is told by its steps, not by the clock

SETUP = """
import torch
x = arange(12.).reshape(3, 4)
y = ones(5, 4)
w = ones(4, 2, requires_grad=True)
(w * 2).sum().backward()
v = x[1]
u = w * 3
big = zeros(100000, 300)
n = 7
items = [1, [2, 3], x]
table = {"a": x, "b": {1, 2}}
rng = torch.Generator()
opt = torch.optim.SGD([w], lr=0.1)
def f(a, b=2):
    return a * b + 1
def adds(a):
    items.append(a)
    return a
def loops():
    while True:
        pass
def again(k):
    return again(k + 1)
def count():
    yield 1
def counts():
    global n
    n = n + 1
    return n
stream = count()
deep = [0]
for i in range(60):
    deep = [deep, deep]
ring = []
ring.append(ring)
g = lambda t: t.sum(0)
"""


@pytest.fixture
def session():
    session = Session(seed=0)
    session.eval(SETUP)
    return session


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1 + 1", "2"),
        ("n", "7"),
        ("x", "float32 [3, 4] · 48 bytes"),
        ("x @ y.T", "float32 [3, 5] · 60 bytes"),
        ("z = x @ w", "float32 [3, 2] · 24 bytes · requires_grad"),
        ("x[0, 1:3]", "tensor([1., 2.])"),
        ("x[[0, 2]]", "float32 [2, 4] · 32 bytes"),
        ("big @ big.T", "float32 [100000, 100000] · 40.0 GB"),
        ("big.T.reshape(-1)", "float32 [30000000] · 120.0 MB"),
        ("big[:, 5:10]", "float32 [100000, 5] · 2.0 MB"),
        ("big.max(1)", "values: float32 [100000], indices: int64 [100000]"),
        ("zeros(10**5, 10**5)", "float32 [100000, 100000] · 40.0 GB"),
        ("rand(3)", "float32 [3] · 12 bytes"),
        ("dropout(x)", "float32 [3, 4] · 48 bytes"),
        ("big * w[0, 0]", "float32 [100000, 300] · 120.0 MB · requires_grad"),
        ("bernoulli(big * w[0, 0])", "float32 [100000, 300] · 120.0 MB"),
        ("f(3)", "7"),
        ("f(big)", "float32 [100000, 300] · 120.0 MB"),
        ("g(x)", "tensor([12., 15., 18., 21.])"),
        ("(lambda a, *rest: rest)(1, 2, 3)", "(2, 3)"),
        ("a = 3\na * n", "21"),
        ("def h(k):\n    return k + n\n\nh(1)", "8"),
        ("x.add_(1)", "float32 [3, 4] · 48 bytes"),
        ("a = zeros(3)\na[0] = n\na", "float32 [3] · 12 bytes"),
        ("n += 1", "8"),
        ("[i * 2 for i in range(4) if i]", "[2, 4, 6]"),
        ("{i: n for i in (1, 2)}", "{1: 7, 2: 7}"),
        ("f'{n:>3}'", "'  7'"),
        ("x.mean() |> exp", "tensor(244.6919)"),
        ("math.factorial(5)", "120"),
        ("x.shape", "torch.Size([3, 4])"),
        ("w.detach()", "float32 [4, 2] · 32 bytes"),
        ("u", "float32 [4, 2] · 32 bytes · requires_grad"),
    ],
)
def test_the_value_where_it_is_short_and_the_shape_where_it_is_not(session, text, shown):
    found = preview(text, session, PATIENT)
    assert (found.kind, found.text) == (VALUE, shown)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x @ y", "mat1 and mat2 shapes cannot be multiplied (3x4 and 5x4)"),
        (
            "x + y",
            "The size of tensor a (3) must match the size of tensor b (5) at non-singleton "
            "dimension 0: float32 [3, 4] and float32 [5, 4]",
        ),
        (
            "x[0] = zeros(3)",
            "The expanded size of the tensor (4) must match the existing size (3) at non-singleton "
            "dimension 0.  Target sizes: [4].  Tensor sizes: [3]",
        ),
        ("ones(3) < big", "The size of tensor a (3) must match the size of tensor b (300)"),
        ("x[:, 0] += ones(4)", "The size of tensor a (3) must match the size of tensor b (4)"),
    ],
)
def test_shapes_that_do_not_fit_are_a_hint_that_names_both(session, text, said):
    found = preview(text, session, PATIENT)
    assert found.kind == HINT
    assert found.text.startswith(said)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "3",
        "'abc'",
        "x.tolist()",
        "items",
        "x[0] = 5",
        "x[0, 1:] *= 2",
        "x[[0, 1]] = 5",
        "zip(x, y)",
        "(i for i in range(3))",
        "table.keys()",
        "x.add_(1)\nstr(v)",
    ],
)
def test_what_says_nothing_new_or_too_much_is_not_shown(session, text):
    assert preview(text, session, PATIENT).kind == NOTHING


@pytest.mark.parametrize(
    "text",
    ["x @", "f(x", "[1, 2", "nowhere", "x.sum(7)", "1 / 0", "a, b = x", "x[5] = 1", "w[0] = 1"],
)
def test_unfinished_and_failing_input_leaves_what_was_shown(session, text):
    assert preview(text, session, PATIENT).kind == PENDING


NASTY = (
    r"""
x.add_(1)|x.zero_()|v.mul_(2)|(x.add_(1), v)|x.t_()|w.requires_grad_(False)|x.requires_grad_()
x[0] = 5|x[:, 0] += 1|v += 1|x -= x|x *= 2|n += 1|del x|x = 3|x, y = y, x|(n := 3)|u.retain_grad()
w.grad = None|w.data = x|x.requires_grad = True|w.grad.zero_()|w.grad.add_(w)|w.data.fill_(0)
w.sum().backward()|u.sum().backward()|u.register_hook(print)|x.copy_(v)|x.fill_(nan)|x.T.add_(1)
rand(3)|randn(3).sum().item()|x.normal_()|x.uniform_()|randperm(5)|dropout(x)|bernoulli(x / 12)
torch.manual_seed(3)|manual_seed(3)|torch.seed()|rng.manual_seed(4)|rand(3, generator=rng)
rng.get_state()|torch.set_rng_state(torch.get_rng_state())|torch.initial_seed()|random.random()
random.seed(1)|random.shuffle(items)|torch.set_default_dtype(float64)|torch.set_grad_enabled(False)
torch.set_printoptions(precision=1)|torch.autograd.set_detect_anomaly(True)
with no_grad():\n    x.add_(1)|with torch.no_grad():\n    w -= 1|opt.step()|opt.zero_grad()
items.append(3)|items.pop()|items.clear()|items[1].append(9)|items.sort()|items[0] = 2|items += [1]
items.extend(items)|items[2].add_(1)|table.update(c=1)|table['a'].add_(1)|table.pop('a')
table['b'].add(3)|table['c'] = 4|table.clear()|del table['a']|adds(3)|[adds(i) for i in range(3)]
list(map(adds, [1, 2]))|sorted([1], key=adds)|max([1, 2], key=adds)|counts()|next(stream)
list(stream)|stream.close()|iter(items)|for i in stream:\n    pass|print(x)|help(x)|dir()|id(x)
save(x, 'preview-wrote-this.npy')|load('nowhere.npy')|show(x)|plot(x)|time_it(g, x)|graph(u)
gradcheck(g, x)|grad(g)(x)|trace(g, x)|time.sleep(100)|torch.vmap(g)(x)|zeros(10**9).sum()
zeros(10**5, 10**5).exp()|ones(16, 16, 16, 16, 16, 16, 16)|arange(10**12)|full((10**6,), 1.)
'a' * 10**9|[0] * 10**9|10**10**10|1 << 10**9|9**9**9|(1, 2) * 10**8|'a'.ljust(10**9)
'%9999999d' % 1
'a'.replace('a', 'b' * 1000).replace('b', 'c' * 1000).replace('c', 'd' * 1000)|f'{1:>99999}'
math.factorial(10**6)|math.comb(10**6, 10**5)|sum(range(10**9))|max(range(10**9))|list(range(10**8))
[i for i in range(10**9)]|[[0] * 1000 for i in range(1000)]|while True:\n    pass|loops()|again(0)
(lambda f: f(f))(lambda f: f(f))|big.tolist()|big.item()|float(big)|5 in big|list(big)|str(big)
f'{big}'|repr(big)|big == big.T|sorted(big)|all(big)|int(big[0, 0])|if big:\n    pass|big.numpy()
x.numpy().fill(3)|v.numpy()|einsum('ab,cd,ef->', big, big, big)|big.repeat(10**6, 10**6)
kron(big, big)|cdist(big, big)|big.unfold(0, 2, 1)|outer(big[:, 0], big[:, 0])
matrix_power(x, 10**9)|F.adaptive_max_pool3d(ones(1, 1, 2, 2, 2), 100)
x.resize_(10**6)|x.set_(y)|x.detach_()|w.detach_()|x.squeeze_()|x.swapaxes_(0, 1)|x.share_memory_()
import torch as n|import math as x|from math import pi as x|def f():\n    return 1|x.__class__
f.__code__
global n|nonlocal n|yield 1|assert n == 8|%time x|x?|?x|lambda: x.add_(1)
i = 0\nwhile i < 10**9:\n    i += 1\ni|s = 'a'\nfor i in range(99):\n    s += s\ns
s = [1]\nfor i in range(99):\n    s = s + s\ns|s = 2\nfor i in range(99):\n    s = s * s\ns
t = x\nt.add_(1)\nt|t = items\nt.append(1)\nt|t = [x]\nt[0].add_(1)\nx|y.copy_(x[:, 0])
t = [0]\nfor i in range(60):\n    t = [t, t]\nt|t = ()\nfor i in range(60):\n    t = (t, t)\n{t}
t = [0]\nfor i in range(60):\n    t = [t] + [t]\nt == t|deep|deep == deep|str(deep)
ring|ring == [ring]|0.5 in range(10**12)|{2} in range(10**12)|abs(x).neg_()|(lambda: x.add_(1))()
""".strip()
    .replace("\n", "|")
    .replace("\\n", "\n")
    .split("|")
)


def state(session):
    """All that a program could find out about the session, bit by bit."""
    generator = session.eval("torch.get_rng_state().tolist()")
    modes = session.eval(
        "(torch.is_grad_enabled(), torch.get_default_dtype(), repr(tensor(1 / 3)),"
        "rng.get_state().tolist())"
    )
    values = {name: seen(session[name]) for name in session.names() if name != "stream"}
    return session.names(), values, generator, modes, session.random.getstate()


def seen(value):
    if isinstance(value, Tensor):
        grad = None if value._leaf is None or value._leaf.grad is None else value._leaf.grad
        node = value.node
        return (
            id(value), id(value.array), value.array.tobytes(), value.array.shape,
            value.array.strides, value._version, value.requires_grad, id(node),
            None if node is None else tuple(map(id, node.hooks)),
            None if grad is None else (id(grad), grad.array.tobytes(), grad._version),
        )  # fmt: skip
    if isinstance(value, list | tuple) and len(value) > 2:  # `deep` has no end
        return id(value), [seen(item) for item in value]
    if isinstance(value, dict):
        return id(value), {key: seen(item) for key, item in value.items()}
    return value if isinstance(value, int | set) else id(value)


@pytest.fixture(scope="module")
def watched():
    session = Session(seed=0)
    session.eval(SETUP.replace("100000", "1000"))
    session.random.seed(5)
    return session, state(session)


@pytest.mark.parametrize("text", NASTY)
def test_no_preview_changes_anything_of_the_session(watched, text, tmp_path, monkeypatch, capsys):
    session, before = watched
    monkeypatch.chdir(tmp_path)
    preview(text, session, PATIENT)
    assert state(session) == before
    assert not list(tmp_path.iterdir())
    assert capsys.readouterr() == ("", "")


def test_a_generator_is_not_moved_on(watched):
    session, _ = watched
    for text in ("next(stream)", "list(stream)", "for i in stream:\n    pass"):
        preview(text, session, PATIENT)
    assert session.eval("next(stream)") == 1


def test_data_that_wait_to_be_read_are_left_in_peace():
    session = Session(data={"stdin": lambda: pytest.fail("read")})
    assert preview("stdin + 1", session, PATIENT).kind == NOTHING


def test_the_last_value_can_be_previewed():
    session = Session()
    list(session.run("6 * 7"))
    assert preview("_ + 1", session, PATIENT).text == "43"


def test_no_time_means_no_preview():
    session = Session()
    session["x"] = np.zeros((3, 4))
    assert preview("x.sum()", session, -1.0).kind == NOTHING


WITHOUT_SCIPY = """
import sys
from tcalc.lang import namespaces
from tcalc.lang.rehearsal.preview import preview
from tcalc.lang.session import Session
session = Session(seed=0)
session.eval("x = ones(3, 4, requires_grad=True)")
for op in set(namespaces.ops().values()):
    for line in (op.forward.__doc__ or "").splitlines():
        if line.strip().startswith(">>> "):
            preview(line.strip()[4:], session)
print(preview("erf(x)", session, 600.0).text)
print(preview("F.gelu(x.double()) * 2", session, 600.0).text)
print(preview("x.lgamma() + ones(5)", session, 600.0).kind)
print(preview("torch.linalg.lu(x)", session, 600.0).kind)
print("scipy" in sys.modules)
session.eval("erf(x)")
print(preview("erf(x[0, :2])", session, 600.0).text)
"""


def test_scipy_is_never_loaded_for_a_preview_and_used_once_it_is_there():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_SCIPY], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "float32 [3, 4] · 48 bytes · requires_grad",
        "float64 [3, 4] · 96 bytes · requires_grad",
        HINT,
        NOTHING,
        "False",
        "tensor([0.8427, 0.8427], grad_fn=<ErfBackward0>)",
    ]
