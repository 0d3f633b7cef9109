"""The modules of the language: what they hold, how they are imported, what help says of them."""

from __future__ import annotations

import math
import random

import pytest

from tcalc.errors import NameFault
from tcalc.lang.namespaces import PYTHON
from tcalc.lang.session import Session

DRAWS = [
    "random()",
    "uniform(-1, 2)",
    "randint(1, 6)",
    "randrange(0, 100, 7)",
    "choice([3, 1, 4, 1, 5])",
    "choices(['a', 'b', 'c'], weights=[5, 2, 1], k=6)",
    "sample(range(1000), 5)",
    "gauss(0, 1)",
    "normalvariate(1, 2)",
    "lognormvariate(0, 0.5)",
    "expovariate(1.5)",
    "betavariate(2, 3)",
    "gammavariate(2, 1)",
    "triangular(0, 1, 0.3)",
    "vonmisesvariate(0, 4)",
    "paretovariate(3)",
    "weibullvariate(1, 1.5)",
    "getrandbits(70)",
]


@pytest.mark.parametrize("seed", [0, 42, "text"])
def test_random_numbers_are_pythons_own_for_a_seed(seed: object) -> None:
    session = Session()
    session.eval(f"import random\nrandom.seed({seed!r})")
    source = random.Random(seed)
    for draw in DRAWS:
        assert session.eval(f"random.{draw}") == eval(f"source.{draw}", {"source": source})


def test_every_function_of_random_is_compared() -> None:
    compared = {draw.partition("(")[0] for draw in DRAWS} | {"seed", "shuffle"}
    assert compared == set(PYTHON["random"].split())


def test_shuffle_gives_pythons_order_for_a_seed() -> None:
    session = Session()
    code = "import random\nrandom.seed(3)\nx = list(range(20))\nrandom.shuffle(x)\nx"
    expected = list(range(20))
    random.Random(3).shuffle(expected)
    assert session.eval(code) == expected


def test_the_seed_of_a_session_starts_pythons_sequence_as_well() -> None:
    assert Session(seed=7).eval("random.random()") == random.Random(7).random()


@pytest.mark.parametrize("name", PYTHON["math"].split())
def test_math_is_pythons(name: str) -> None:
    member = Session().eval(f"math.{name}")
    assert member == getattr(math, name) or callable(member) or math.isnan(member)


@pytest.mark.parametrize(
    ("code", "name", "path"),
    [
        ("import torch", "torch", "torch"),
        ("import torch.nn.functional", "torch", "torch"),
        ("import torch.nn.functional as F", "F", "torch.nn.functional"),
        ("from torch import nn", "nn", "torch.nn"),
        ("from torch.nn import functional as G", "G", "torch.nn.functional"),
        ("import torch, math as m", "m", "math"),
        ("from torch.distributions import normal", "normal", "torch.distributions.normal"),
        ("import numpy as np", "np", "numpy"),
        ("from numpy import linalg as la", "la", "numpy.linalg"),
        ("import random, time", "time", "time"),
        ("from d2l import torch as d2l", "d2l", "d2l.torch"),
        ("import matplotlib.pyplot as plt", "plt", "matplotlib.pyplot"),
    ],
)  # fmt: skip
def test_an_import_binds_a_module_of_the_language(code: str, name: str, path: str) -> None:
    assert Session().eval(f"{code}\n{name}").name == path


def test_a_module_is_one_however_it_is_reached() -> None:
    code = "import torch.nn.functional as F\nfrom torch.nn import functional as G\n"
    assert Session().eval(f"{code}F is G and G is torch.nn.functional")


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("from math import *\nsqrt(factorial(4) + 1)", 5.0),
        ("from random import seed as start, random as draw\nstart(0)\ndraw()", 0.8444218515250481),
        ("from torch import arange as a\na(3).tolist()", [0, 1, 2]),
        ("from torch.nn.functional import relu, softmax\nrelu(tensor(-1.)).item()", 0.0),
        ("from torch.optim import SGD\nSGD([zeros(1)], lr=0.5).param_groups[0]['lr']", 0.5),
        ("from torch.autograd.functional import jacobian\njacobian(exp, zeros(1)).item()", 1.0),
        ("from torch.func import grad as g\ng(lambda x: x * x)(tensor(3.)).item()", 6.0),
        ("from d2l import torch as d2l\nd2l.reduce_sum(d2l.ones(2, 3), 0)[0].item()", 2.0),
        ("from torch.distributions.normal import Normal as N\nN is distributions.Normal", True),
    ],
)  # fmt: skip
def test_an_import_binds_names_of_modules(code: str, value: object) -> None:
    assert Session().eval(code) == value


@pytest.mark.parametrize("code", ["import os", "from torch import nothing", "import torch.utils"])
def test_what_is_not_there_cannot_be_imported(code: str) -> None:
    with pytest.raises(NameFault):
        Session().eval(code)


def test_dir_lists_the_names_of_a_module() -> None:
    names = Session().eval("dir(torch.distributions)")
    assert names == sorted(names)
    assert {"Multinomial", "Normal", "multinomial", "kl_divergence"} <= set(names)


def printed(code: str) -> str:
    written: list[str] = []
    Session(write=written.append).eval(code)
    return "".join(written)


@pytest.mark.parametrize(
    ("code", "begins"),
    [
        ("help(torch.ones)", "ones(*size, dtype=None, requires_grad=False)\n\nOnes of"),
        ("help(ones(2).sum)", "sum(x, dim=None, keepdim=False, *, dtype=None)\n\nSum of"),
        ("help('torch.ones')", "ones(*size, dtype=None, requires_grad=False)\n\nOnes of"),
        ("help('len')", "len(x): "),
        ("help(torch.optim.SGD)", "SGD(params, lr=0.001, "),
        ("help(torch.distributions.Multinomial)", "Multinomial("),
        ("help(random.shuffle)", "shuffle(x)\n\nShuffle list x in place"),
        ("help(math.sqrt)", "sqrt(x)\n\nReturn the square root"),
        ("help(np.exp)", "np.exp: NumPy's function"),
        ("help(torch.distributions)", "module torch.distributions:\n\n    Bernoulli Categorical"),
        ("help(torch)", "module torch: dir(torch) lists its "),
        ("help(3)", "3: int"),
        ("def f(x, k=1):\n    'Doubles.'\nhelp(f)", "f(x, k=1)\n\nDoubles."),
        ("help()", "help(x) describes x"),
    ],
)
def test_help_shows_how_to_write_it_and_what_it_does(code: str, begins: str) -> None:
    assert printed(code).startswith(begins)
