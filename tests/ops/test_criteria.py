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
