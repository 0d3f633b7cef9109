"""The expected texts were run by PyTorch 2.13, which takes them as they stand."""

import re

import pytest
from as_torch_programs import PROGRAMS, translated
from record_as_torch import parts

from tcalc.lang.session import Session
from tcalc.repl.as_torch import as_torch
from tcalc.repl.shell import Shell

T = "import torch\n\n"
F = "import torch\nfrom torch.nn import functional as F\n\n"

CASES = [
    ("arange(6) |> reshape(2, 3) |> sum(axis=0)",
     T + "torch.sum(torch.arange(6).reshape(2, 3), dim=0)"),
    ("x = randn(2, 3, dtype='float64')", T + "x = torch.randn(2, 3, dtype=torch.float64)"),
    ("sum(x, axis=1, keepdims=True)", T + "torch.sum(x, dim=1, keepdim=True)"),
    ("x.mean(axis=(0, 1))", "x.mean(dim=(0, 1))"),
    ("sum([1, 2]), max(3, 4), abs(-3)", "sum([1, 2]), max(3, 4), abs(-3)"),
    ("softmax([1., 2.], dim=0)", T + "torch.softmax(torch.tensor([1., 2.]), dim=0)"),
    ("F.relu(x) @ inv(eye(3))", F + "F.relu(x) @ torch.linalg.inv(torch.eye(3))"),
    ("def f(relu): return relu(pi)", T + "def f(relu): return relu(torch.pi)"),
    ("expand(x, 2, 3)", "x.expand(2, 3)"),
    ("with no_grad(): w -= 0.1 * w.grad", T + "with torch.no_grad(): w -= 0.1 * w.grad"),
    ("math.sqrt(2) + e", "import math\n\nmath.sqrt(2) + math.e"),
    ("x |> (lambda t: t + 1)", "(lambda t: t + 1)(x)"),
    ("exp(x);", T + "torch.exp(x);"),
    ("concatenate([x, x], axis=1)", T + "torch.cat([x, x], dim=1)"),
    ("grad(f)(x)", T + "torch.func.grad(f)(x)"),
    ("show(x)", "# show(x)  # show: tcalc's own"),
    ("import torch\ntorch.manual_seed(0);", "import torch\ntorch.manual_seed(0);"),
    (">>> y = ones(2)\n>>> y", T + "y = torch.ones(2)\ny"),
    ("sqrt(n) + len(n)", T + "torch.sqrt(n) + len(n)"),
    ("f'{sum(x, axis=0)} {max(x)=}'",
     T + "f'{torch.sum(x, dim=0)} max(x)={torch.max(x)!r}'"),
    ("np.arange(3), np.exp(tensor([1.]))",
     "import numpy as np\nimport torch\n\nnp.arange(3), torch.exp(torch.tensor([1.]))"),
    ("sum = sum(ones(2)); sum", T + "sum = torch.sum(torch.ones(2))\nsum"),
    ("[relu(relu) for relu in x], relu(x)",
     T + "[relu(relu) for relu in x], torch.relu(x)"),
    ("y = load('a.csv')\nz = y + 1\n2", "# y = load('a.csv')  # load: tcalc's own\n"
     "# z = y + 1  # for want of y\n2"),
    ("x.copy(), x.inv()", T + "x.clone(), torch.linalg.inv(x)"),
    ("x.to('float64')", T + "x.to(torch.float64)"),
    ("_ + 1", "# _ + 1  # _: tcalc's own"),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("program", "code"), CASES)
def test_a_program_is_written_as_pytorch_has_it(program, code):
    assert as_torch([program] if program else []) == code


def test_names_that_a_program_bound_are_left_alone():
    assert as_torch(["sum = 3", "relu = 4", "sum + relu"]) == "sum = 3\nrelu = 4\nsum + relu"


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_the_translation_of_a_session_prints_in_pytorch_what_the_session_showed(program, capsys):
    code, printed = parts(program.with_suffix(".txt"))
    translation, shown = translated(program)
    assert capsys.readouterr().err == ""
    assert translation == code, "as_torch_programs.py writes it anew"
    own = re.findall("^# ", code, re.MULTILINE)
    assert bool(own) or plain(shown) == plain("\n".join(printed))


def plain(text):
    """Without the places where lines end, which containers have elsewhere, and the last digits."""
    return re.sub(r"\s+", "", re.sub(r"(\.\d{12})\d+", r"\1", text))


def test_what_was_undone_is_not_in_the_translation(plain_shell):
    for text in ("x = ones(2); x", "x += 1; x", ":undo", "x.sum()"):
        plain_shell.handle(text)
    code = as_torch(plain_shell.programs, plain_shell.shown)
    assert code == "import torch\n\nx = torch.ones(2)\nprint(x)\nprint(x.sum())"


@pytest.fixture
def plain_shell(plain):
    return Shell(Session(), plain())
