"""Losses as objects give what their functions give."""

from __future__ import annotations

import pytest

from tcalc.errors import TcalcError
from tcalc.lang.session import Session
from tcalc.ops.criteria import LOSSES

TARGETS = {
    "CrossEntropyLoss": "tensor([0, 2])",
    "NLLLoss": "tensor([0, 2])",
    "CosineEmbeddingLoss": "x * 0.5, tensor([1, -1])",
    "MarginRankingLoss": "x * 0.5, x.sign()",
    "TripletMarginLoss": "x * 0.5, x + 1",
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_object_is_its_function_with_settings(name: str) -> None:
    session = Session()
    session.eval("x = tensor([[0.1, 0.3, 0.6], [0.3, 0.2, 0.5]])\ny = tensor([[1., 0., 1.]] * 2)")
    rest = TARGETS.get(name, "y")
    settings = "reduction='none'"
    made = session.eval(f"torch.nn.{name}({settings})(x, {rest})")
    plain = session.eval(f"F.{LOSSES[name]}(x, {rest}, {settings})")
    assert made.array.tolist() == plain.array.tolist()
    assert session.eval(f"str(nn.{name}())") == f"{name}()"
    assert session.eval(f"isinstance(nn.{name}(), torch.nn.Module)")


def test_an_unknown_setting_names_those_that_exist() -> None:
    with pytest.raises(TcalcError) as caught:
        Session().eval("nn.MSELoss(reductio='sum')")
    assert caught.value.diagnostic is not None
    assert caught.value.diagnostic.helps == ("did you mean reduction=?",)


def test_weights_of_classes_are_taken_by_function_and_object() -> None:
    session = Session()
    session.eval("x = tensor([[1., 2.], [3., 1.]])\ny = tensor([1, 0])\nw = tensor([1., 3.])")
    assert session.eval("F.cross_entropy(x, y, w).item()") == pytest.approx(0.266678, abs=1e-5)
    assert session.eval("nn.CrossEntropyLoss(weight=w)(x, y) == F.cross_entropy(x, y, w)")


@pytest.mark.parametrize(
    ("loss", "made", "below"),
    [
        ("F.cross_entropy(x, classes)", "NllLossBackward0", ["LogSoftmaxBackward0"]),
        ("F.nll_loss(x.exp(), classes)", "NllLossBackward0", ["ExpBackward0"]),
        ("F.mse_loss(x.exp(), y)", "MseLossBackward0", ["ExpBackward0", None]),
        (
            "F.binary_cross_entropy_with_logits(x.exp(), y)",
            "BinaryCrossEntropyWithLogitsBackward0",
            ["ExpBackward0", None],
        ),
    ],
)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_a_loss_is_one_node_above_what_it_is_of(
    loss: str, made: str, below: list[str | None], reduction: str
) -> None:
    session = Session(seed=0)
    session.eval("x = randn(3, 4, requires_grad=True)\ny = rand(3, 4)\nclasses = tensor([0, 3, 1])")
    session.eval(f"loss = {loss[:-1]}, reduction='{reduction}')")
    assert session.eval("loss.grad_fn.name()") == made
    nodes = session.eval("[node for node, _ in loss.grad_fn.next_functions]")
    assert [node and node.name() for node in nodes] == below


@pytest.mark.parametrize("call", ["nll_loss(x, classes", "mse_loss(x, y", "l1_loss(x, y"])
def test_a_reduction_that_does_not_exist_is_refused(call: str) -> None:
    session = Session()
    session.eval("x = ones(2, 2)\ny = ones(2, 2)\nclasses = tensor([0, 1])")
    with pytest.raises(TcalcError, match="max is not a valid value for reduction"):
        session.eval(f"F.{call}, reduction='max')")


def test_what_is_ignored_has_no_share_in_the_mean() -> None:
    session = Session()
    session.eval("x = tensor([[1., 2.], [3., 1.]], requires_grad=True)")
    session.eval("loss = F.cross_entropy(x, tensor([1, -100]))\nloss.backward()")
    assert session.eval("loss.item() == F.cross_entropy(x[:1], tensor([1])).item()")
    assert session.eval("str(x.grad[1])") == "tensor([0., 0.])"
