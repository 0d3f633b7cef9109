"""Backward: where gradients accumulate, what is freed, and graphs of any length."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

import tcalc.ops  # noqa: F401 -- it gives Tensor its methods
from tcalc.core import backward, modes
from tcalc.core.tensor import Tensor
from tcalc.errors import AutogradError
from tcalc.lang.session import Session

LONG = 100_000


def leaf(values: Any, dtype: str = "float64") -> Tensor:
    made = Tensor(np.array(values, dtype))
    made.requires_grad = True
    return made


# Buffers --------------------------------------------------------------------------------------


def test_the_second_backward_adds_into_the_same_buffer() -> None:
    x = leaf([1, 2])
    x.sum().backward()
    grad, address = x.grad, x.grad.data_ptr()
    (x * 2).sum().backward()
    assert x.grad is grad
    assert grad.data_ptr() == address
    assert grad.tolist() == [3, 3]
    grad.zero_()
    x.sum().backward()
    assert x.grad is grad
    assert grad.data_ptr() == address
    assert grad.tolist() == [1, 1]


def test_a_buffer_of_the_users_is_accumulated_into() -> None:
    x, buffer = leaf([1, 2]), Tensor(np.array([10.0, 20.0]))
    x.grad = buffer
    x.sum().backward()
    assert x.grad is buffer
    assert buffer.tolist() == [11, 21]


def test_the_first_grad_aliases_neither_the_cotangent_nor_another_grad() -> None:
    x, y, cotangent = leaf([1, 2]), leaf([3, 4]), Tensor(np.array([1.0, 1.0]))
    (x + y).backward(cotangent)
    x.grad += 5
    assert y.grad.tolist() == [1, 1]
    assert cotangent.tolist() == [1, 1]


def test_the_first_grad_is_no_view_of_a_smaller_one() -> None:
    x = leaf(np.ones((2, 3)))
    x.sum().backward()
    x.grad[0, 0] = 7
    assert x.grad.array.sum() == 12


def test_with_create_graph_a_grad_is_replaced_not_written() -> None:
    x = leaf([1, 2])
    x.sum().backward()
    before = x.grad
    (x * x).sum().backward(create_graph=True)
    assert x.grad is not before
    assert before.tolist() == [1, 1]
    assert x.grad.requires_grad


def test_a_gradient_has_the_dtype_and_shape_of_its_leaf() -> None:
    x = leaf([[1], [2]], "float32")
    (x.double() * Tensor(np.ones((2, 3)))).sum().backward()
    assert x.grad.dtype.name == "float32"
    assert x.grad.tolist() == [[3], [3]]


def test_a_tensor_between_keeps_a_grad_only_on_request_and_never_adds_two_up() -> None:
    x = leaf(3.0)
    y = x * 2
    z = y * y
    z.backward(retain_graph=True)
    assert x.grad.item() == 24
    z.backward()
    assert x.grad.item() == 48  # twice 24: what passed through y was not kept
    kept = x * 2
    kept.retain_grad()
    (kept * kept).backward()
    assert kept.grad.item() == 12


# Errors ---------------------------------------------------------------------------------------


def test_a_second_backward_wants_what_the_first_freed() -> None:
    x = leaf([1, 2])
    y = (x * x).sum()
    y.backward()
    with pytest.raises(AutogradError, match="backward through the graph a second time"):
        y.backward()
    z = (x * x).sum()
    z.backward(retain_graph=True)
    z.backward()


def test_a_graph_that_saved_nothing_can_be_walked_again() -> None:
    x = leaf([1, 2])
    y = (x + x - 3).sum()
    y.backward()
    y.backward()
    assert x.grad.tolist() == [4, 4]


def test_backward_wants_a_graph_a_single_number_and_a_fitting_cotangent() -> None:
    x = leaf([1, 2])
    with pytest.raises(AutogradError, match="element 0 of tensors does not require grad"):
        Tensor(np.ones(())).backward()
    with pytest.raises(AutogradError, match="grad can be implicitly created only for scalar"):
        (x * 2).backward()
    with pytest.raises(AutogradError, match=r"grad_output\[0\] has a shape of torch.Size\(\[3\]"):
        (x * 2).backward(Tensor(np.ones(3)))
    assert x.grad is None


def test_only_floats_can_require_gradients() -> None:
    x = Tensor(np.array([1, 2]))
    with pytest.raises(AutogradError, match="Only Tensors of floating point and complex dtype"):
        x.requires_grad = True


# grad() ---------------------------------------------------------------------------------------


def test_grad_leaves_the_leaves_alone() -> None:
    x, y = leaf(2.0), leaf(3.0)
    gx, gy = backward.grad([x * y + x], [x, y])
    assert (gx.item(), gy.item()) == (4, 2)
    assert x.grad is None
    assert y.grad is None


def test_grad_reaches_a_tensor_between() -> None:
    x = leaf(2.0)
    y = x * x
    (slope,) = backward.grad([y * y], [y])
    assert slope.item() == 8


def test_grad_says_that_an_input_was_not_used_or_gives_what_was_asked_for() -> None:
    x, y = leaf(2.0), leaf(3.0)
    with pytest.raises(AutogradError, match="index 1 appears to not have been used in the graph"):
        backward.grad([x * x], [x, y])
    assert backward.grad([x * x], [x, y], allow_unused=True)[1] is None
    zeros = backward.grad([x * x], [x, y], materialize_grads=True)[1]
    assert zeros.item() == 0


def test_derivatives_of_any_order_come_from_grad_of_grad() -> None:
    x = leaf(2.0)
    y = x**4
    for expected in (32, 48, 48, 24):
        (y,) = backward.grad([y], [x], create_graph=True)
        assert y.item() == expected


def test_several_outputs_add_up_with_their_cotangents() -> None:
    x = leaf([1, 2])
    weights = [Tensor(np.array([1.0, 10.0])), None]
    (g,) = backward.grad([x * 2, (x * x).sum()], [x], weights)
    assert g.tolist() == [4, 24]


# Modes and hooks ------------------------------------------------------------------------------


def test_nothing_is_recorded_in_no_grad_but_backward_runs_there() -> None:
    x = leaf([1, 2])
    y = (x * x).sum()
    with modes.no_grad():
        assert not (x * 2).requires_grad
        y.backward()
    assert x.grad.tolist() == [2, 4]


def test_a_hook_changes_the_gradient_until_it_is_removed() -> None:
    x = leaf(3.0)
    handle = x.register_hook(lambda g: g * 10)
    (x * x).backward()
    assert x.grad.item() == 60
    handle.remove()
    (x * x).backward()
    assert x.grad.item() == 66


def test_backward_accumulates_only_into_the_inputs_it_is_given() -> None:
    x, y = leaf(2.0), leaf(3.0)
    (x * y).backward(inputs=[x])
    assert x.grad.item() == 3
    assert y.grad is None


# Long graphs ----------------------------------------------------------------------------------


def test_a_chain_of_many_operations_differentiates_and_is_dropped() -> None:
    x = leaf(1.0)
    y = x
    for _ in range(LONG):
        y = y + 1e-9
    y.backward()
    assert x.grad.item() == 1
    del y
    gc.collect()


def test_a_long_chain_that_was_never_walked_is_dropped() -> None:
    y = leaf(1.0)
    for _ in range(LONG):
        y = y * 1.0
    node = weakref.ref(y)
    del y
    gc.collect()
    assert node() is None


def test_a_long_chain_of_writes_differentiates() -> None:
    x = leaf([1.0, 2.0])
    y = x * 1
    for _ in range(2_000):
        y[0] *= 1.0
    y.sum().backward()
    assert x.grad.tolist() == [1, 1]


def test_a_value_used_on_many_paths_is_visited_once() -> None:
    x = leaf(1.0)
    y = x
    for _ in range(60):  # 2**60 paths
        y = y + y
    y.backward()
    assert x.grad.item() == 2.0**60


def test_anomaly_detection_names_the_op_that_made_nan():
    session = Session()
    program = (
        "with torch.autograd.set_detect_anomaly(True):\n"
        "    x = tensor(0., requires_grad=True)\n"
        "    (x.sqrt() * 0).backward()\n"
    )
    with pytest.raises(AutogradError, match="Function 'SqrtBackward0' returned nan values"):
        session.eval(program)
    session.eval("x = tensor(0., requires_grad=True); (x.sqrt() * 0).backward()")
    assert session.eval("x.grad.isnan()")


# Hooks after accumulation ---------------------------------------------------------------------


def test_a_hook_after_accumulation_can_be_an_optimisers_step() -> None:
    x = leaf([1.0, 2.0])
    seen = []

    def step(parameter: Tensor) -> None:
        seen.append(parameter is x)
        parameter.sub_(parameter.grad, alpha=0.5)
        parameter.grad = None

    handle = x.register_post_accumulate_grad_hook(step)
    (x * x).sum().backward()
    assert seen == [True]
    assert x.tolist() == [0, 0]
    assert x.grad is None
    (x * 3).sum().backward(inputs=[x])
    assert x.tolist() == [-1.5, -1.5]
    handle.remove()
    (x * 3).sum().backward()
    assert x.grad.tolist() == [3, 3]


def test_a_hook_after_accumulation_wants_a_leaf_that_requires_grad() -> None:
    x = leaf([1.0])
    with pytest.raises(AutogradError, match="cannot be registered on non-leaf tensors"):
        (x * 2).register_post_accumulate_grad_hook(print)
    with pytest.raises(AutogradError, match="doesn't require gradient"):
        x.detach().register_post_accumulate_grad_hook(print)


# Places ---------------------------------------------------------------------------------------


def places(code: str) -> list[tuple[str, str, str]]:
    """The texts, the labels and the sources of a failure's labels."""
    session = Session()
    *before, last = code.split("---\n")
    for i, part in enumerate(before, 1):
        session.eval(part, f"In[{i}]")
    with pytest.raises(AutogradError) as caught:
        session.eval(last, "last")
    diagnostic = caught.value.diagnostic
    assert diagnostic is not None
    return [(label.span.text, label.text, label.span.source.name) for label in diagnostic.labels]


def test_a_spoiled_value_shows_who_saved_it_and_who_changed_it() -> None:
    assert places("x = ones(2, requires_grad=True)\ny = x.exp()\ny += 1\ny.sum().backward()") == [
        ("y.sum()", "float32 []", "last"),
        ("x.exp()", "ExpBackward0 saved its result here", "last"),
        ("y += 1", "changed in place here", "last"),
    ]


def test_places_in_functions_and_in_earlier_programs_are_found() -> None:
    program = (
        "def spoil(t):\n    with no_grad():\n        t[0] = 5\n"
        "---\nx = ones(2, requires_grad=True)\ny = x * 2\nz = [y * y for i in range(1)][0]\n"
        "---\nspoil(y)\n---\nz.sum().backward()"
    )
    assert places(program) == [
        ("z.sum()", "float32 []", "last"),
        ("y * y", "MulBackward0 saved an operand here", "In[2]"),
        ("t[0]", "changed in place here", "In[1]"),
    ]


def test_a_graph_gone_through_twice_shows_where_it_was_recorded() -> None:
    found = places("x = ones(2, requires_grad=True)\ny = (x * x).sum()\ny.backward(); y.backward()")
    assert ("(x * x)", "MulBackward0 was recorded here", "last") in found


def test_a_spoiled_value_is_described_in_pytorchs_words() -> None:
    x = leaf([1.0, 2.0])
    y = x * 2
    z = y * y
    y[0] = 1
    with pytest.raises(AutogradError) as caught:
        z.sum().backward()
    assert caught.value.headline.endswith(
        "[torch.DoubleTensor [2]], which is output 0 of MulBackward0, is at version 1; "
        "expected version 0 instead."
    )


def test_a_text_is_forgotten_once_no_graph_and_no_function_holds_its_code() -> None:
    session = Session()
    session.eval("x = ones(2, requires_grad=True)\ny = x.exp()")
    assert len(session._units) == 1
    session.eval("y = 0")
    assert not session._units


# Buffers with create_graph --------------------------------------------------------------------


def test_recorded_gradients_share_nothing_with_each_other_or_the_cotangent() -> None:
    x, y, c = leaf([1.0, 2.0]), leaf([3.0, 4.0]), Tensor(np.ones(2))
    (x + y).backward(c, create_graph=True)
    x.grad += 1
    assert x.grad.tolist() == [2, 2]
    assert y.grad.tolist() == c.tolist() == [1, 1]


def test_a_kept_gradient_is_that_of_what_the_tensor_is_after_writes() -> None:
    x = leaf([1.0, 2.0])
    y = x * 1
    y.retain_grad()
    y.mul_(3)
    (y * 10).sum().backward()
    assert y.grad.tolist() == [10, 10]
    z = x * 1
    v = z[:1]
    v.retain_grad()
    z.mul_(3)
    v.add_(1)
    (z * v).sum().backward()
    assert v.grad.tolist() == [10]
