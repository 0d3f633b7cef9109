"""What the text of a value does not say, in words."""

from __future__ import annotations

import numpy as np
import pytest

from tcalc.core.tensor import Tensor
from tcalc.render.rounding import remark

THIRDS = Tensor(np.array([0.5, 1 / 3, 2 / 3]))
MANY = Tensor(np.zeros(2000))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (THIRDS, "the text rounds 2 of 3 numbers, by up to 3.3e-05"),
        ([THIRDS, {"a": THIRDS}], "the text rounds 4 of 6 numbers, by up to 3.3e-05"),
        (MANY, "the text shows a summary of 2000 numbers"),
        (
            (THIRDS, MANY),
            "the text rounds 2 of 3 numbers, by up to 3.3e-05; "
            "the text shows a summary of 2000 numbers",
        ),
        (Tensor(np.array([1j / 3])), "the text rounds 1 of 1 numbers, by up to 3.3e-05"),
    ],
)
def test_a_loss_is_counted_and_measured(value: object, words: str) -> None:
    assert remark(value) == words


@pytest.mark.parametrize(
    "value",
    [
        1 / 3,
        "text",
        None,
        Tensor(np.array([0.5, np.nan, np.inf, -0.0])),
        Tensor(np.arange(5)),
        Tensor(np.array(2**62 + 1)),
        Tensor(np.zeros((0, 3))),
        Tensor(np.array([True, False])),
        [1 / 3, Tensor(np.ones(2))],
    ],
)
def test_there_is_nothing_to_say_of_a_text_that_reads_back(value: object) -> None:
    assert remark(value) == ""
