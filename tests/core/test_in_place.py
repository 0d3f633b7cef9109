"""In-place operations keep the object and its memory, and move its version on."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tcalc.ops  # noqa: F401 -- it gives Tensor its methods
from tcalc.core import modes
from tcalc.core.tensor import Tensor
from tcalc.errors import AutogradError, DTypeError, ShapeError


def tensor(values: Any, dtype: str = "float64", requires_grad: bool = False) -> Tensor:
    made = Tensor(np.array(values, dtype))
    made.requires_grad = requires_grad
    return made


OPERATORS = [
    operator.iadd,
    operator.isub,
    operator.imul,
    operator.itruediv,
    operator.ifloordiv,
    operator.imod,
    operator.ipow,
]


@pytest.mark.parametrize("write", OPERATORS)
@pytest.mark.parametrize("other", [2.0, "tensor", "row", "number"])
def test_an_augmented_assignment_is_in_place(write: Callable[..., Any], other: Any) -> None:
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    others = {"tensor": values * 2, "row": np.array([2.0, 3.0]), "number": np.array(3.0)}
    other = others.get(other, other)
    x = Tensor(values.copy())
    address, version = x.data_ptr(), x.storage.version
    same = write(x, Tensor(other) if isinstance(other, np.ndarray) else other)
    assert same is x
    assert x.data_ptr() == address
    assert x.storage.version == version + 1
    np.testing.assert_allclose(x.array, write(values.copy(), other))


def test_a_pure_operator_makes_a_new_tensor() -> None:
    x = y = tensor([1, 2])
    x = x + y
    assert x is not y
    assert y.tolist() == [1, 2]


def test_an_overlapping_source_is_read_before_it_is_written() -> None:
    x = tensor([1, 2, 3, 4])
    x[1:] += x[:-1]
    assert x.tolist() == [1, 3, 5, 7]
    y = tensor([[1, 2], [3, 4]])
    y += y.T
    assert y.tolist() == [[2, 5], [5, 8]]
    z = tensor([1, 2, 3])
    z[1:] = z[:-1]
    assert z.tolist() == [1, 1, 2]


def test_the_dtype_of_the_target_stays() -> None:
    x = tensor([1, 2], "float16")
    x += tensor([0.5, 0.5], "float32")
    assert x.dtype.name == "float16"
    y = tensor([1, 2], "int64")
    y *= 3
    assert y.dtype.name == "int64"
    y[0] = 1.7
    assert y.tolist() == [1, 6]


@pytest.mark.parametrize(
    "write",
    [lambda x: operator.iadd(x, 1.5), lambda x: operator.itruediv(x, 2), lambda x: x.exp_()],
)
def test_floats_do_not_fit_into_ints(write: Callable[[Tensor], Any]) -> None:
    x = tensor([1, 2], "int64")
    with pytest.raises(DTypeError, match="result type Float can't be cast to the desired output"):
        write(x)
    assert x.tolist() == [1, 2]


def test_the_target_never_grows() -> None:
    x = tensor([1, 2, 3])
    with pytest.raises(ShapeError, match=r"output with shape \[3\] doesn't match the broadcast"):
        x += tensor([[1, 2, 3]])


def test_repeated_places_are_written_once_but_added_up_by_index_add() -> None:
    x = tensor([0, 0, 0])
    x[[0, 0, 1]] += 1
    assert x.tolist() == [1, 1, 0]
    x.index_add_(0, Tensor(np.array([0, 0, 2])), tensor([1, 1, 1]))
    assert x.tolist() == [3, 1, 1]


# Leaves ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "write",
    [
        lambda x: operator.iadd(x, 1),
        lambda x: x.mul_(2),
        lambda x: x.zero_(),
        lambda x: x.fill_(1),
        lambda x: x.copy_(tensor([0, 0])),
        lambda x: operator.setitem(x, 0, 1),
        lambda x: operator.setitem(x, [0], 1),
        lambda x: x.unsqueeze_(0),
    ],
)
def test_a_leaf_that_requires_grad_is_not_written(write: Callable[[Tensor], Any]) -> None:
    x = tensor([1, 2], requires_grad=True)
    with pytest.raises(AutogradError, match="leaf Variable that requires grad is being used"):
        write(x)
    assert x.tolist() == [1, 2]


def test_a_leaf_is_written_in_no_grad_and_stays_a_leaf() -> None:
    x = tensor([1, 2], requires_grad=True)
    (x * x).sum().backward()
    with modes.no_grad():
        x -= 0.5 * x.grad
        x.grad.zero_()
    assert x.is_leaf
    assert x.requires_grad
    assert x.tolist() == [0, 0]


# Versions -------------------------------------------------------------------------------------


def test_views_and_detached_tensors_share_a_version_but_data_does_not() -> None:
    x = tensor([1, 2, 3])
    view, detached, data = x[1:], x.detach(), x.data
    view += 1
    assert x.storage.version == view.storage.version == detached.storage.version == 1
    data += 1
    assert x.storage.version == 1
    assert x.tolist() == [2, 4, 5]


def changed(how: Callable[[Tensor], Any]) -> None:
    """Square something, change it, and differentiate."""
    x = tensor([1, 2], requires_grad=True)
    y = x * 1
    z = y * y
    how(y)
    z.sum().backward()


@pytest.mark.parametrize(
    "how",
    [
        lambda y: y.add_(1),
        lambda y: y[:1].add_(1),
        lambda y: operator.setitem(y, 0, 1),
        lambda y: y.detach().add_(1),
        lambda y: y.zero_(),
    ],
)
def test_what_backward_needs_must_not_change(how: Callable[[Tensor], Any]) -> None:
    with pytest.raises(AutogradError, match="modified by an inplace operation") as caught:
        changed(how)
    assert "at version 1; expected version 0" in caught.value.headline
    assert "MulBackward0" in caught.value.notes[0]


def test_data_is_written_behind_autograds_back() -> None:
    changed(lambda y: y.data.add_(1))


def test_a_saved_result_must_not_change_either() -> None:
    x = tensor([1, 2], requires_grad=True)
    y = x.exp()
    y += 1
    with pytest.raises(AutogradError, match="modified by an inplace operation"):
        y.sum().backward()


def test_what_backward_does_not_need_may_change() -> None:
    x = tensor([1, 2], requires_grad=True)
    y = x * 1
    z = y + y
    y += 1
    z.sum().backward()
    assert x.grad.tolist() == [2, 2]


def test_a_write_over_an_operand_differentiates_at_its_old_value() -> None:
    x = tensor([1, 2], requires_grad=True)
    y = x * 1
    y *= y
    y.exp_()
    y.sum().backward()
    np.testing.assert_allclose(x.grad.array, 2 * x.array * np.exp(x.array**2))
