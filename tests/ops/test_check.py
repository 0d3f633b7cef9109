"""gradcheck accepts right rules, and says what is wrong with others."""

import numpy as np
import pytest

from tcalc import Tensor
from tcalc.core.families import elementwise
from tcalc.core.op import Op
from tcalc.errors import ArgumentFault, AutogradError
from tcalc.ops.check import gradcheck, gradgradcheck


def leaf(*values, dtype=np.float64):
    x = Tensor(np.array(values, dtype))
    x.requires_grad = True
    return x


def doubled(x: "Array"):  # noqa: F821 -- a parameter kind
    return 2 * x


def verdict(function, x):
    with pytest.raises(AutogradError) as caught:
        gradcheck(function, x)
    return caught.value.notes[1]


def test_right_rules_pass_to_second_order():
    assert gradcheck(lambda x, y: (x * y).sin(), (leaf(1.0, 2.0), leaf(3.0, 4.0)))
    assert gradgradcheck(lambda x: x.exp() * x, leaf(1.0, 2.0))


def test_a_wrong_rule_is_called_one():
    wrong = Op(doubled, elementwise)
    wrong.vjp(x=lambda g: g * 3)
    assert "a wrong rule" in verdict(wrong, leaf(1.0, 2.0))


def test_a_kink_is_called_one():
    assert "a kink" in verdict(lambda x: x.clamp(min=0.0), leaf(0.0, 2.0))


def test_too_little_precision_is_called_so():
    assert "too little precision" in verdict(lambda x: x.sin(), leaf(1.0, 2.0, dtype=np.float32))


def test_without_exception_it_answers():
    wrong = Op(doubled, elementwise)
    wrong.vjp(x=lambda g: g * 3)
    assert gradcheck(wrong, leaf(1.0), raise_exception=False) is False


def test_inputs_that_nothing_follows_are_refused():
    with pytest.raises(ArgumentFault, match="none of them have requires_grad"):
        gradcheck(lambda x: x, Tensor(np.ones(2)))
