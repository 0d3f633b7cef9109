"""Whatever stands in the place of an argument: the op does its work, or says what is wrong."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from samples import Case, all_cases, mapped

from tcalc.core.tensor import Tensor
from tcalc.errors import TcalcError

ODD: dict[str, Any] = {
    "a number": 2,
    "a fraction": 1.5,
    "a negative number": -1,
    "a number beyond 64 bits": 10**30,
    "a complex number": 1j,
    "nan": float("nan"),
    "nothing": None,
    "a string": "a",
    "a bool": True,
    "a list": [1, 2],
    "an empty list": [],
    "a list of lists": [[1.0, 2.0], [3.0, 4.0]],
    "a ragged list": [[1], [2, 3]],
    "a list of strings": ["a"],
    "a dict": {"a": 1},
    "a slice": slice(1),
    "an array": np.array([1.0, 2.0]),
    "a 0-d tensor": Tensor(np.array(1.5, np.float32)),
    "a tensor of bools": Tensor(np.array([True, False])),
    "an empty tensor": Tensor(np.zeros((0, 3), np.float32)),
    "a 3-d tensor": Tensor(np.ones((2, 3, 4), np.float32)),
    "a complex tensor": Tensor(np.ones(2, np.complex64)),
}
# What Python and NumPy say, and no diagnostic of ours does.
THEIRS = re.compile(
    r"ufunc|has no attribute|not subscriptable|unsupported operand|cannot unpack|not iterable"
    r"|(tuple|list) index out of range|unhashable|axis \d"
    r"|could not be broadcast together with shapes \("
    r"|not supported between|positional argument:|has no len|int\(\) argument|invalid literal"
    r"|bad operand|setting an array|truth value of an array"
)
FORMS = list(
    {id(case.form): case for case in all_cases() if not case.op.name.startswith("_")}.values()
)


def called(case: Case, slot: int, value: Any) -> None:
    """Call the op with `value` as the argument of its parameter `slot`."""
    args, kwargs = mapped(case.arguments("float32"), lambda array: Tensor(np.array(array)))
    param = case.form.signature.params[slot]
    if param.variadic:
        args = [*args[:slot], value]
    elif slot < len(args):
        args[slot] = value
    else:
        kwargs = {**kwargs, "h" if param.mapping else param.name: value}
    case.op(*args, **kwargs)


@pytest.mark.parametrize("case", FORMS, ids=lambda case: case.id)
def test_an_argument_of_any_kind_gives_a_result_or_a_diagnostic(case: Case) -> None:
    for slot in range(len(case.form.signature.params)):
        for value in ODD.values():
            try:
                with np.errstate(all="ignore"):
                    called(case, slot, value.copy() if isinstance(value, np.ndarray) else value)
            except TcalcError as error:
                assert not THEIRS.search(error.headline), error.headline
