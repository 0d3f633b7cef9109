"""One declaration gives all forms of an op: function, method, paths, keywords, in-place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from samples import Case, all_cases, called, mapped, public_ops, tensors_in

from tcalc.core.op import Op
from tcalc.core.params import MISSING
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault, DTypeError, ShapeError, TcalcError
from tcalc.lang.session import Session


def works(case: Case) -> bool:
    """Whether the case runs on doubles; the others want integers."""
    try:
        called(case, *mapped(case.arguments(), Tensor))
    except TcalcError:
        return False
    return True


RANDOM = {"bernoulli", "multinomial", "normal"}
CASES = [
    case
    for case in all_cases()
    if not case.op.name.startswith("_") and case.op.name not in RANDOM and works(case)
]
cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
ops = pytest.mark.parametrize("op", public_ops(), ids=lambda op: op.name)


def tensors(case: Case) -> tuple[list[Any], dict[str, Any]]:
    """Fresh arguments with tensors."""
    args, kwargs = mapped(case.arguments(), Tensor)
    return args, kwargs


def assert_equal(value: Any, expected: Any) -> None:
    """Compare results at any depth."""
    if isinstance(expected, Tensor):
        np.testing.assert_array_equal(value.array, expected.array)
        assert value.dtype is expected.dtype
    elif isinstance(expected, list | tuple):
        assert type(value) is type(expected)
        for part, other in zip(value, expected, strict=True):
            assert_equal(part, other)
    else:
        assert value == expected


@ops
def test_an_op_is_found_under_its_names_and_paths(op: Op) -> None:
    session = Session()
    names = (op.name, *op.aliases) if op.bare else ()
    paths = [*op.paths, *(f"torch.{name}" for name in names)]
    for path in paths:
        assert session.eval(path) is op


@cases
def test_a_method_gives_what_the_function_gives(case: Case) -> None:
    args, kwargs = tensors(case)
    if case.op.is_method and isinstance(args[0], Tensor):
        expected = case.op(*args, **kwargs)
        for name in (case.op.name, *case.op.aliases):
            assert_equal(getattr(args[0], name)(*args[1:], **kwargs), expected)


def keywords(case: Case, place: int) -> dict[str, Any]:
    """The case's arguments all by keyword: by spelling number `place` of each parameter."""
    args, kwargs = tensors(case)
    for param, value in zip(case.form.signature.params, args, strict=False):
        spellings = (param.name, *param.aliases)
        kwargs[spellings[min(place, len(spellings) - 1)]] = value
    return kwargs


@cases
def test_arguments_by_keyword_under_every_spelling_are_the_same(case: Case) -> None:
    if case.form.signature.variadic is None and not case.op.is_attribute:
        args, kwargs = tensors(case)
        expected = case.op(*args, **kwargs)
        for place in range(1 + max(len(param.aliases) for param in case.form.signature.params)):
            assert_equal(case.op(**keywords(case, place)), expected)


@ops
def test_dim_keepdim_and_input_have_their_everyday_spellings(op: Op) -> None:
    everyday = {"dim": {"axis"}, "keepdim": {"keepdims"}, "x": {"input", "self"}}
    for signature in op.signatures:
        for param in signature.params:
            assert everyday.get(param.name, set()) <= signature.by_keyword.keys()


IN_PLACE = [case for case in CASES if case.op.in_place and case.form.is_method]


@pytest.mark.parametrize("case", IN_PLACE, ids=lambda case: case.id)
def test_the_in_place_form_writes_the_result_into_the_first_argument(case: Case) -> None:
    args, kwargs = tensors(case)
    if not isinstance(args[0], Tensor):
        return
    x = args[0]
    expected = case.op(Tensor(x.array.copy()), *args[1:], **kwargs)
    address, version = x.array.__array_interface__["data"], x.storage.version
    write = getattr(x, case.op.name + "_")
    if expected.shape != x.shape and case.op.family.name != "view":
        with pytest.raises(ShapeError):
            write(*args[1:], **kwargs)
        return
    assert write(*args[1:], **kwargs) is x
    np.testing.assert_array_equal(x.array, expected.array.astype(x.array.dtype))
    assert x.array.__array_interface__["data"] == address
    assert x.storage.version == version + (case.op.family.name != "view")


@pytest.mark.parametrize("case", IN_PLACE, ids=lambda case: case.id)
def test_the_in_place_form_differentiates_like_the_pure_one(case: Case) -> None:
    args, kwargs = tensors(case)
    if not isinstance(args[0], Tensor) or args[0].array.dtype.kind != "f":
        return
    pure = slope_of(case, args, kwargs, write=False)
    if pure is not None:
        np.testing.assert_allclose(slope_of(case, args, kwargs, write=True), pure)


def slope_of(case: Case, args: list[Any], kwargs: dict[str, Any], *, write: bool) -> Any:
    """The gradient of the sum with respect to the first argument, None if it does not fit."""
    leaf = Tensor(args[0].array.copy())
    leaf.requires_grad = True
    x = leaf * 1
    if not write:
        out = case.op(x, *args[1:], **kwargs)
        fits = out.shape == x.shape or case.op.family.name == "view"
        if not fits or out.dtype is not x.dtype or not out.requires_grad:
            return None
    else:
        out = getattr(x, case.op.name + "_")(*args[1:], **kwargs)
        assert out is x
    (out * Tensor(np.arange(out.array.size).reshape(out.shape) + 1.0)).sum().backward()
    return leaf.grad.array


def test_what_the_result_does_not_fit_into_is_left_alone() -> None:
    x = Tensor(np.array([1, 2]))
    with pytest.raises(DTypeError, match="can't be cast to the desired output type Long"):
        x.sqrt_()
    assert x.array.tolist() == [1, 2]


@ops
def test_a_misspelt_keyword_gets_a_suggestion(op: Op) -> None:
    for param in op.signature.params:
        free = param.variadic or op.overloads or op.signature.mapping is not None
        if len(param.name) > 3 and not free:
            with pytest.raises(ArgumentFault) as caught:
                op.signature.bind((), {param.name + "z": 1})
            assert caught.value.helps == (f"did you mean {param.name}=?",)


@ops
def test_a_wrong_number_of_arguments_is_an_argument_fault(op: Op) -> None:
    if all(signature.variadic is None for signature in op.signatures):
        with pytest.raises(ArgumentFault, match=r"positional arguments? but 20 were"):
            op(*[Tensor(np.ones(2))] * 20)
    if all(signature.required for signature in op.signatures):
        with pytest.raises(ArgumentFault, match="missing required argument"):
            op()


@cases
def test_a_pure_op_changes_no_argument(case: Case) -> None:
    args, kwargs = tensors(case)
    called(case, args, kwargs)
    expected = tensors_in(list(tensors(case)))
    for x, before in zip(tensors_in([args, kwargs]), expected, strict=True):
        np.testing.assert_array_equal(x.array, before.array)
        assert x._storage is None or x.storage.version == 0


# What shows how the elements lie in memory, or needs them to lie in a certain way.
ABOUT_MEMORY = {
    "as_strided", "data_ptr", "is_contiguous", "storage_offset", "stride", "view", "view_as",
    "view_as_complex",
}  # fmt: skip


def scattered(array: Any) -> Tensor:
    """The same elements with gaps between them in memory."""
    if not array.ndim:
        return Tensor(array)
    roomy = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    roomy[..., ::2] = array
    return Tensor(roomy[..., ::2])


@cases
def test_elements_that_do_not_lie_together_give_the_same(case: Case) -> None:
    if case.op.name in ABOUT_MEMORY:
        return
    args, kwargs = mapped(case.arguments(), scattered)
    found = tensors_in([called(case, args, kwargs)])
    expected = tensors_in([called(case, *tensors(case))])
    for value, other in zip(found, expected, strict=True):
        assert value.dtype is other.dtype
        np.testing.assert_allclose(value.array, other.array, rtol=1e-12, atol=1e-12)


@ops
def test_plain_numbers_give_plain_numbers(op: Op) -> None:
    params = op.signature.params
    required = [param for param in params if param.default is MISSING]
    if op.family.keeps_numbers and all(param.kind == "Array" for param in required):
        number = 1 if op.name.startswith(("bitwise", "gcd", "lcm")) else 0.75
        required += params[2:] if op.name == "clamp" else []  # which wants a bound
        with np.errstate(all="ignore"):
            value = op(*[number] * len(required))
        assert type(value) in (bool, int, float, complex)


def test_no_op_meets_a_plain_value_that_it_did_not_expect() -> None:
    firsts = [3, 2.5, True, [1.0, 2.0], Tensor(np.array(2.0)), Tensor(np.zeros(0)), None, "a"]
    rests = [0, 1.0, Tensor(np.array([1.0, 2.0])), (1,)]
    for op in public_ops():
        for first in firsts:
            for rest in rests:
                args = [first] + [rest] * (op.signature.required - 1)
                try:
                    op(*args)
                except (AttributeError, AssertionError, NameError) as failure:
                    pytest.fail(f"{op.name}{tuple(args)}: {failure}")
                except Exception:  # a Python error that the language puts into words
                    continue
