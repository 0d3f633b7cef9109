"""A view shares memory and history with its base, whichever of them is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tcalc.ops  # noqa: F401 -- it gives Tensor its methods
from tcalc.core import modes
from tcalc.core.tensor import Tensor
from tcalc.errors import AutogradError, RuntimeFault, ShapeError
from tcalc.lang.session import Session


def leaf(values: Any) -> Tensor:
    """A leaf that requires grad."""
    tensor = Tensor(np.array(values, np.float64))
    tensor.requires_grad = True
    return tensor


VIEWS: list[Callable[[Tensor], Tensor]] = [
    lambda x: x[1:],
    lambda x: x[:, 0],
    lambda x: x[None],
    lambda x: x.T,
    lambda x: x.mT,
    lambda x: x.t(),
    lambda x: x.reshape(4, 3),
    lambda x: x.view(-1),
    lambda x: x.flatten(),
    lambda x: x.ravel(),
    lambda x: x.transpose(0, 1),
    lambda x: x.permute(1, 0),
    lambda x: x.movedim(0, 1),
    lambda x: x.unsqueeze(1),
    lambda x: x.unsqueeze(1).squeeze(),
    lambda x: x.squeeze(),
    lambda x: x.diagonal(),
    lambda x: x.narrow(1, 1, 2),
    lambda x: x.chunk(2)[1],
    lambda x: x.split(2, 1)[0],
    lambda x: x.unbind()[2],
    lambda x: x.detach(),
    lambda x: x.data,
]


@pytest.mark.parametrize("take", VIEWS)
def test_a_write_through_a_view_reaches_the_base(take: Callable[[Tensor], Tensor]) -> None:
    x = Tensor(np.zeros((3, 4)))
    view = take(x)
    view += 1
    assert x.array.sum() == view.array.size
    x *= 3
    assert (view.array == 3).all()


@pytest.mark.parametrize("take", VIEWS[:-2])
def test_a_write_through_a_view_reaches_the_gradient_of_the_base(
    take: Callable[[Tensor], Tensor],
) -> None:
    x = leaf(np.ones((3, 4)))
    y = x * 1
    view = take(y)
    view *= 5
    y.sum().backward()
    expected = np.ones((3, 4))
    take(Tensor(expected)).array[...] = 5
    np.testing.assert_array_equal(x.grad.array, expected)


COPIES: list[Callable[[Tensor], Tensor]] = [
    lambda x: x[[0, 1]],
    lambda x: x[x > -1],
    lambda x: x.clone(),
    lambda x: x.flip(0),
    lambda x: x.roll(1),
    lambda x: x.repeat(1, 1),
    lambda x: x.T.reshape(-1),
    lambda x: x.tril(),
    lambda x: x.diag(),
    lambda x: x.float(),
    lambda x: x.gather(0, Tensor(np.zeros((1, 4), np.int64))),
]


@pytest.mark.parametrize("take", COPIES)
def test_a_write_into_a_copy_does_not_reach_the_source(take: Callable[[Tensor], Tensor]) -> None:
    x = Tensor(np.zeros((3, 4)))
    taken = take(x)
    taken += 1
    assert not x.array.any()


def test_what_changes_nothing_is_the_same_tensor() -> None:
    x = Tensor(np.zeros((3, 4)))
    assert x.contiguous() is x
    assert x.double() is x
    assert x.to(x.dtype) is x
    assert x.T.contiguous() is not x


def test_a_view_sees_a_later_write_and_its_gradient() -> None:
    x = leaf([1.0, 2.0, 3.0])
    z = x * 1
    view = z[1:]
    z *= 2
    assert view.tolist() == [4, 6]
    view.sum().backward()
    assert x.grad.tolist() == [0, 2, 2]


def test_a_write_into_one_view_is_in_the_history_of_another() -> None:
    x = leaf([1.0, 2.0, 3.0])
    z = x * 1
    left, right = z[:2], z[1:]
    left *= 10
    right.sum().backward()
    assert x.grad.tolist() == [0, 10, 1]


def test_a_write_into_a_view_of_a_view_reaches_the_base() -> None:
    x = leaf(np.ones((2, 3)))
    z = x * 1
    z.T[1:][0] *= 4
    z.sum().backward()
    assert x.grad.tolist() == [[1, 4, 1], [1, 4, 1]]


def test_a_constant_that_receives_a_gradient_gets_a_history() -> None:
    x = leaf([1.0, 2.0, 3.0])
    z = Tensor(np.zeros(3))
    z[1:] = x[1:] * 2
    assert z.grad_fn.label == "CopySlices"
    z.sum().backward()
    assert x.grad.tolist() == [0, 2, 2]


def test_a_view_of_a_leaf_must_not_be_written() -> None:
    x = leaf([1.0, 2.0])
    view = x[:1]
    with pytest.raises(AutogradError, match="a view of a leaf Variable that requires grad"):
        view += 1
    with modes.no_grad():
        view += 1
    assert x.tolist() == [2, 2]
    assert x.is_leaf


def test_an_expanded_tensor_must_not_be_written() -> None:
    wide = Tensor(np.zeros((3, 1))).expand(3, 4)
    with pytest.raises(RuntimeFault, match="more than one element of the written-to tensor"):
        wide += 1


def test_view_refuses_what_strides_forbid() -> None:
    with pytest.raises(ShapeError, match="view size is not compatible"):
        Tensor(np.zeros((3, 4))).T.view(-1)


def test_a_tensor_turned_in_place_still_writes_through_to_its_base() -> None:
    x = leaf(np.ones((2, 3)))
    z = x * 1
    y = z.view(3, 2)
    y.t_()
    y[0] *= 7
    z.sum().backward()
    assert x.grad.tolist() == [[7, 1, 7], [1, 7, 1]]


# A model: chains of views of one memory, and writes into any of them ----------------------------

STEPS: dict[str, tuple[Callable[[Any], bool], Callable[[Any], Any]]] = {
    "transpose": (lambda a: a.ndim >= 2, lambda a: a.swapaxes(0, -1)),
    "tail": (lambda a: a.ndim >= 1 and a.shape[0] > 1, lambda a: a[1:]),
    "step": (lambda a: a.ndim >= 1, lambda a: a[::2]),
    "row": (lambda a: a.ndim >= 1 and a.shape[0] > 0, lambda a: a[-1, ...]),
    "column": (lambda a: a.ndim >= 2 and a.shape[1] > 0, lambda a: a[:, 0]),
    "new": (lambda a: a.ndim < 4, lambda a: a[None]),
    "last": (lambda a: a.ndim >= 1 and a.shape[-1] > 0, lambda a: a[..., -1]),
}
WRITES: dict[str, Callable[[Any, float], Any]] = {
    "add": lambda a, c: a.__iadd__(c),
    "mul": lambda a, c: a.__imul__(c),
    "fill": lambda a, c: a.__setitem__(..., c),
    "head": lambda a, c: a.__setitem__((slice(0, 1),) if a.ndim else ..., c),
}
programs = st.lists(
    st.tuples(
        st.sampled_from([*STEPS, *WRITES]), st.integers(0, 9), st.sampled_from([-2.0, 0.5, 3.0])
    ),
    max_size=8,
)


def run(base: Any, program: list[tuple[str, int, float]]) -> list[Any]:
    """All values of a program; each step takes a view of one of them, or writes into it."""
    values = [base]
    for name, which, number in program:
        value = values[which % len(values)]
        if name in STEPS:
            fits, step = STEPS[name]
            if fits(value):
                values.append(step(value))
        else:
            WRITES[name](value, number)
    return values


@given(st.sampled_from([(4,), (2, 3), (3, 2, 2)]), programs)
@settings(max_examples=150)
def test_views_and_writes_agree_with_numpy(
    shape: tuple[int, ...], program: list[tuple[str, int, float]]
) -> None:
    start = np.arange(1.0, np.prod(shape) + 1).reshape(shape)
    expected = run(start.copy(), program)
    tensors = run(Tensor(start.copy()), program)
    for tensor, array in zip(tensors, expected, strict=True):
        np.testing.assert_array_equal(tensor.array, array)


@given(st.sampled_from([(4,), (2, 3), (3, 2, 2)]), programs, st.integers(0, 9))
@settings(max_examples=150)
def test_gradients_of_views_and_writes_agree_with_differences(
    shape: tuple[int, ...], program: list[tuple[str, int, float]], which: int
) -> None:
    def loss(start: Any) -> Any:
        values = run(start, program)
        value = values[which % len(values)]
        return value.sum() + values[0].sum() * 10

    x = leaf(np.zeros(shape))
    out = loss(x * 1)
    if out.requires_grad:
        out.backward()
    found = np.zeros(shape) if x.grad is None else x.grad.array
    still = loss(np.zeros(shape))
    for place in np.ndindex(shape):  # every program is an affine function of the start
        moved = np.zeros(shape)
        moved[place] = 1
        assert found[place] == pytest.approx(loss(moved) - still)


# A tensor that is turned in place stays what its views are views of ---------------------------


def test_views_of_a_turned_tensor_see_its_writes_and_it_theirs() -> None:
    x = leaf([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    z = x * 1
    row = z[0]
    z.t_()
    z.mul_(2)
    assert row.tolist() == [2, 4, 6]
    row.mul_(10)
    assert z.tolist() == [[20, 8], [40, 10], [60, 12]]
    (z * Tensor(np.arange(6.0).reshape(3, 2))).sum().backward()
    assert x.grad.tolist() == [[0, 40, 80], [2, 6, 10]]


def test_views_taken_before_between_and_after_turns_stay_together() -> None:
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    z = x * 1
    before = z[0]
    z.t_()
    between = z[0]
    z.unsqueeze_(0)
    z *= 3
    between += 1
    (before * Tensor(np.array([1.0, 10.0]))).sum().backward()
    assert before.tolist() == [4, 6]
    assert between.tolist() == [4, 10]
    assert z.tolist() == [[[4, 10], [6, 12]]]
    assert x.grad.tolist() == [[3, 30], [0, 0]]


# Forward accumulation through views -----------------------------------------------------------


def jvp(code: str) -> Any:
    """The tangent of `f`, defined by `code`, at [1, 2, 3] in the direction [1, 10, 100]."""
    session = Session()
    session.eval(code)
    return session.eval(
        "torch.func.jvp(f, (tensor([1., 2., 3.]),), (tensor([1., 10., 100.]),))[1].tolist()"
    )


@pytest.mark.parametrize(
    ("code", "tangent"),
    [
        ("def f(x):\n  y = x * 1\n  v = y[1:]\n  v *= 3\n  return y", [1, 30, 300]),
        ("def f(x):\n  y = zeros(3)\n  v = y[1:]\n  y.copy_(x)\n  return v * 1", [10, 100]),
        ("def f(x):\n  y = x * 1\n  v = y[1:]\n  y *= 3\n  return v * x[1:]", [120, 1800]),
        ("def f(x):\n  y = x * 1\n  y[0] = 7\n  return y * 2", [0, 20, 200]),
        ("def f(x):\n  y = x * x\n  y[1:][:1].zero_()\n  y[1:] += x[:2]\n  return y", [2, 1, 610]),
        ("def f(x):\n  y = x * x\n  y *= y\n  return y", [4, 320, 10800]),
    ],
)
def test_tangents_travel_through_views_and_writes(code: str, tangent: list[float]) -> None:
    assert jvp(code) == tangent
