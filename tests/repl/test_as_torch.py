"""The expected texts were run by PyTorch 2.13, which takes them as they stand."""

import pytest

from tcalc.repl.as_torch import as_torch

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
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("program", "code"), CASES)
def test_a_program_is_written_as_pytorch_has_it(program, code):
    assert as_torch([program] if program else []) == code


def test_names_that_a_program_bound_are_left_alone():
    assert as_torch(["sum = 3", "relu = 4", "sum + relu"]) == "sum = 3\nrelu = 4\nsum + relu"
