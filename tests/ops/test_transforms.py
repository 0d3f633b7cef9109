"""Functions of functions nest in any order, and leave no trace on what they were given."""

import numpy as np
import pytest

import tcalc
from tcalc import Tensor
from tcalc.core import modes
from tcalc.errors import ArgumentFault, AutogradError
from tcalc.ops import functional
from tcalc.ops.batching import vmap
from tcalc.ops.jacobians import hessian, jacfwd, jacrev
from tcalc.ops.transforms import grad, grad_and_value, jvp, linearize, vjp


def vector(*values):
    return Tensor(np.array(values))


def cubes(x):
    return (x**3).sum() * x[0]


def close(x, expected):
    np.testing.assert_allclose(x.array, np.array(expected), rtol=1e-12, atol=1e-12)


def test_gradients_of_gradients_to_the_fourth_order():
    function, expected = lambda x: x**4, [32.0, 48.0, 48.0, 24.0]
    for value in expected:
        function = grad(function)
        close(function(Tensor(np.array(2.0))), value)


@pytest.mark.parametrize("outer", [jacfwd, jacrev])
@pytest.mark.parametrize("inner", [jacfwd, jacrev])
def test_second_derivatives_by_any_two_modes(outer, inner):
    x = vector(1.0, 2.0, 3.0)
    close(outer(inner(cubes))(x), [[12, 12, 27], [12, 12, 0], [27, 0, 18]])
    close(hessian(cubes)(x), [[12, 12, 27], [12, 12, 0], [27, 0, 18]])


def test_perturbations_of_nested_levels_are_not_confused():
    one = Tensor(np.array(1.0))

    def outer(x):
        return x * jvp(lambda y: x + y, (one,), (one,))[1]

    close(jvp(outer, (one,), (one,))[1], 1.0)


def test_gradients_flow_out_of_a_transform_to_a_leaf():
    x = vector(1.0, 2.0)
    x.requires_grad = True
    grad(lambda x: (x**3).sum())(x).sum().backward()
    close(x.grad, [6, 12])


def test_a_constant_input_gives_a_constant_gradient():
    x = vector(1.0, 2.0)
    found, value = grad_and_value(lambda x: (x**2).sum())(x)
    assert not found.requires_grad
    assert not value.requires_grad
    assert not x.requires_grad
    assert x.grad is None


def test_a_gradient_at_a_leaf_is_the_same_under_no_grad():
    x = vector(1.0, 2.0)
    x.requires_grad = True
    with modes.no_grad():
        found = grad(lambda x: (x * x).sum())(x)
    close(found, [2, 4])
    assert not found.requires_grad


def test_several_arguments_and_auxiliary_results():
    x, y = vector(1.0, 2.0), vector(3.0, 4.0)
    first, second = grad(lambda x, y: (x * y).sum(), argnums=(0, 1))(x, y)
    close(first, [3, 4])
    close(second, [1, 2])
    found, extra = grad(lambda x: ((x * x).sum(), "more"), has_aux=True)(x)
    close(found, [2, 4])
    assert extra == "more"


def test_jacobians_of_several_results_by_several_arguments():
    x = vector(1.0, 2.0)
    (a, b), (c, d) = jacfwd(lambda x, y: (x * y.sum(), y), argnums=(0, 1))(x, x)
    close(a, [[3, 0], [0, 3]])
    close(b, [[1, 1], [2, 2]])
    close(c, [[0, 0], [0, 0]])
    close(d, [[1, 0], [0, 1]])


def test_products_with_jacobians():
    x = vector(1.0, 2.0)
    value, pull = vjp(lambda x: x**2, x)
    close(value, [1, 4])
    close(pull(vector(1.0, 10.0))[0], [2, 40])
    value, pushed = jvp(lambda x: x**2, (x,), (vector(1.0, 10.0),))
    close(pushed, [2, 40])
    close(linearize(lambda x: x**2, x)[1](vector(1.0, 10.0)), [2, 40])
    close(functional.hvp(lambda x: (x**3).sum(), x, vector(1.0, 1.0))[1], [6, 12])


def test_batching_over_gradients_and_gradients_over_batching():
    x = Tensor(np.arange(6.0).reshape(2, 3))
    close(vmap(grad(lambda r: (r * r).sum()))(x), 2 * x.array)
    close(
        grad(lambda x: vmap(lambda r: r.sum() ** 2)(x).sum())(x),
        [[6, 6, 6], [24, 24, 24]],
    )
    close(vmap(lambda a, b: a * b, in_dims=(1, None), out_dims=1)(x, vector(1.0, 10.0)).T,
          (x.array * np.array([[1.0], [10.0]])).T)  # fmt: skip


def test_writes_in_place_carry_tangents_through_views():
    def function(x):
        out = Tensor(np.zeros(4))
        out[1:] = x * 2
        out *= 3
        return out.sum()

    close(jvp(function, (vector(1.0, 2.0, 3.0),), (vector(1.0, 0.0, 1.0),))[1], 12)


def test_a_gradient_of_several_numbers_is_refused():
    with pytest.raises(AutogradError, match="Expected f\\(\\*args\\) to return a scalar Tensor"):
        grad(lambda x: x)(vector(1.0, 2.0))
    with pytest.raises(ArgumentFault, match="only 1 positional inputs"):
        grad(lambda x: x, argnums=1)(vector(1.0))


def test_the_language_has_them():
    session = tcalc.Session()
    assert session.eval("grad(lambda x: (x ** 3).sum())(tensor([1., 2.]))").tolist() == [3, 12]
    assert session.eval("torch.func.hessian(lambda x: x ** 3)(tensor(2.))").item() == 12


def test_tangents_of_a_view_reach_a_gradient_of_it():
    x, along = vector(1.0, 2.0, 3.0), vector(1.0, 10.0, 100.0)
    close(jvp(lambda x: grad(lambda y: (y**3).sum())(x[1:]), (x,), (along,))[1], [120, 1800])


AROUND = [
    "grad(lambda k: torch.func.grad_and_value(lambda x: x * x * k)(two)[1])",
    "grad(lambda k: torch.func.vjp(lambda x: x * x, two)[1](k)[0])",
    "torch.func.jacfwd(lambda k: torch.func.jacrev(lambda x: x * x * k)(ones(2)))",
    "lambda k: grad(lambda p: (p['a'] * p['b'][0]).sum())({'a': k, 'b': [k * 2]})",
    "lambda k: grad(lambda x: x ** 2 * k)(two)",
]


@pytest.mark.parametrize("function", AROUND)
def test_what_is_around_a_function_is_followed_in_its_program_as_well(function):
    session = tcalc.Session()
    session.eval(f"two = tensor(2.)\nf = {function}\ng = trace(f, tensor(3.))")
    for k in ("tensor(5.)", "tensor(5., requires_grad=True)"):
        assert repr(session.eval(f"g({k})")) == repr(session.eval(f"f({k})"))
