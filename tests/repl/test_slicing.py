import pytest

from tcalc.lang.session import Session
from tcalc.repl.slicing import slice_for

CASES = [
    # (programs that ran, name, statements that are kept)
    (["a = 1", "b = 2", "c = a + 1"], "c", "a = 1\nc = a + 1"),
    (["a = 1", "a = 5", "c = a"], "c", "a = 5\nc = a"),
    (["a = 1; b = 2; c = a"], "c", "a = 1\nc = a"),
    (["x = zeros(3)", "y = ones(3)", "x[0] = 1", "y[0] = 2"], "x", "x = zeros(3)\nx[0] = 1"),
    (
        ["x = zeros(4)", "v = x.view(2, 2)", "v[0, 0] = 7", "z = x + 1", "z.add_(1);"],
        "x",
        "x = zeros(4)\nv = x.view(2, 2)\nv[0, 0] = 7",
    ),
    (
        ["w = ones(2, requires_grad=True)", "loss = (w * w).sum()", "loss.backward()", "n = 3"],
        "w",
        "w = ones(2, requires_grad=True)\nloss = (w * w).sum()\nloss.backward()",
    ),
    (["def f(): return w", "w = 3", "u = 4", "y = f()"], "y", "def f(): return w\nw = 3\ny = f()"),
    (
        ["x = zeros(2)", "def area(r):\n    return pi * r ** 2", "a = area(x)"],
        "x",
        "x = zeros(2)",
    ),
    (
        ["x = zeros(2)", "def fill(t):\n    t[0] = 9", "fill(x)", "a = 1"],
        "x",
        "x = zeros(2)\ndef fill(t):\n    t[0] = 9\nfill(x)",
    ),
    (
        ["n = 0", "def more():\n    global n\n    n += 1", "more()", "m = 2"],
        "n",
        "n = 0\ndef more():\n    global n\n    n += 1\nmore()",
    ),
    (["xs = []", "ys = xs", "ys.append(1)", "zs = [2]"], "xs", "xs = []\nys = xs\nys.append(1)"),
    (["x = 1", "if x > 0:\n    x = 2"], "x", "x = 1\nif x > 0:\n    x = 2"),
    (["s = 0", "for i in range(3):\n    s += i"], "s", "s = 0\nfor i in range(3):\n    s += i"),
    (
        ["import torch", "torch.manual_seed(0)", "a = torch.randn(2)", "b = torch.randn(2)"],
        "b",
        "import torch\ntorch.manual_seed(0)\na = torch.randn(2)\nb = torch.randn(2)",
    ),
    (
        [
            "w = zeros(1, requires_grad=True)",
            "opt = torch.optim.SGD([w], lr=0.1)",
            "(w + 1).sum().backward()",
            "opt.step()",
        ],
        "w",
        "w = zeros(1, requires_grad=True)\nopt = torch.optim.SGD([w], lr=0.1)\n"
        "(w + 1).sum().backward()\nopt.step()",
    ),
    (["a = randn(2)", "b = randn(2)"], "b", "b = randn(2)"),
    ([">>> a = 1\n>>> b = a + 1\n>>> c = 3"], "b", "a = 1\nb = a + 1"),
    (["%matplotlib inline", "a = 1"], "a", "a = 1"),
    (["squares = [i * k for i in range(3)]", "k = 2"], "k", "k = 2"),
]


@pytest.mark.parametrize(("programs", "name", "kept"), CASES)
def test_a_slice_keeps_what_the_name_depends_on(programs, name, kept):
    assert "\n".join(slice_for(name, programs)) == kept


@pytest.mark.parametrize(("programs", "name", "kept"), CASES[:-4])
def test_a_slice_gives_the_name_its_value(programs, name, kept):
    whole, part = Session(), Session()
    for text in programs:
        whole.eval(text)
    part.eval(kept)
    assert str(part[name]) == str(whole[name])
    assert str(getattr(part[name], "grad", None)) == str(getattr(whole[name], "grad", None))
