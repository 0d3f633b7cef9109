"""The language gives what Python with PyTorch gives, to the letter."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from expressions import read

from tcalc.errors import TcalcError
from tcalc.lang.session import Session
from tcalc.render import tensor_text  # noqa: F401 -- tensors print as PyTorch prints them

RECORDED = json.loads(Path(__file__).with_name("recorded_expressions.json").read_text("utf-8"))


# Where tcalc says it otherwise on purpose: the value that it gives, or the headline.
DIFFERENT = {
    "tensor([[1, 2], 3])": {
        "error": "expected every item to have the same number of dimensions",
    },
    "tensor(['a'])": {"error": "could not infer dtype of str"},
    "zeros(2, -1)": {"error": "Trying to create tensor with negative dimension -1: [2, -1]"},
    "zeros(-1)": {"error": "Trying to create tensor with negative dimension -1: [-1]"},
    "x = zeros(3); x.copy_(ones(4))": {
        "error": "The expanded size of the tensor (3) must match the existing size (4) at "
        "non-singleton dimension 0.  Target sizes: [3].  Tensor sizes: [4]",
    },
    "tensor(5)[0]": {
        "error": "invalid index of a 0-dim tensor. Use `tensor.item()` to convert a 0-dim tensor "
        "to a number",
    },
    "zeros(3, 4, 5)[..., 0, ...]": {
        "error": "an index can only have a single ellipsis ('...')",
    },
    "zeros(3, 4)['a']": {
        "error": "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables "
        "are valid indices (got str)",
    },
    # A view knows the steps from its base, so it need not become a strided one.
    "x = tensor([1., 2., 3.], requires_grad=True); z = x * 1; v = z[1:]; z *= 2; v": {
        "repr": "tensor([4., 6.], grad_fn=<SliceBackward0>)",
    },
    "x = ones(3, requires_grad=True); y = x * 2; y.unsqueeze_(0); y": {
        "repr": "tensor([[2., 2., 2.]], grad_fn=<UnsqueezeBackward0>)",
    },
    "x = tensor([1., 2.], requires_grad=True); x.flatten()": {
        "repr": "tensor([1., 2.], grad_fn=<ViewBackward0>)",
    },
}
# PyTorch has a node for each of these; here they are made of other ops.
COMPOSED = {
    "x = ones(2, 2, requires_grad=True); x.trace()": "Sum",
    "x = ones(2, 2, requires_grad=True); x.unbind()": "Select",
    "x = ones(2, 2, requires_grad=True); x.split(1)": "Slice",
    "x = tensor([1., 2.], requires_grad=True); y = x * 1; y.zero_(); y": "Copy",
    "x = tensor([1., 2.], requires_grad=True); y = x * 1; y.fill_(3); y": "Copy",
}
# Headlines of which tcalc gives only the beginning: its notes and helps say the rest better.
SHORTENED = (
    "one of the variables needed for gradient computation has been modified by an inplace",
    "you can only change requires_grad flags of leaf variables.",
)


def outcome(program: str) -> dict[str, str]:
    """What the last statement gives: its repr, or the headline of the error."""
    session = Session()
    try:
        value = session.eval(program)
        return {"repr": session.call(repr, value)}
    except TcalcError as failure:
        return {"error": failure.headline}


@pytest.mark.parametrize("program", read())
def test_a_program_gives_what_pytorch_gives(program: str) -> None:
    found, expected = outcome(program), DIFFERENT.get(program, RECORDED[program])
    if program in COMPOSED:
        node = COMPOSED[program] + ("Backwards" if COMPOSED[program] == "Copy" else "Backward0")
        expected = {"repr": re.sub(r"\w+Backward\d", node, expected["repr"])}
    for start in SHORTENED:
        if found.get("error", "").startswith(start) and expected["error"].startswith(start):
            return
    assert found == expected


def test_a_difference_is_one() -> None:
    for program, value in DIFFERENT.items():
        assert RECORDED[program] != value
