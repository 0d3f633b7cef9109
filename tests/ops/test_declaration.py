"""Declaring an op in one place is all it takes: every form, the gradient and the help follow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tcalc import reference
from tcalc.core.families import elementwise
from tcalc.core.op import op
from tcalc.core.params import Array, Scalar
from tcalc.core.registry import REGISTRY
from tcalc.core.tensor import ATTRIBUTES, Tensor
from tcalc.errors import ArgumentFault
from tcalc.lang import namespaces, torch_names
from tcalc.lang.session import Session


@pytest.fixture
def _fresh_registry() -> Iterator[None]:
    """Ops that a test declares are forgotten after it."""

    ops_before, names_before, methods = dict(REGISTRY), set(ATTRIBUTES), set(vars(Tensor))
    for cache in (torch_names._tree, torch_names._bare, namespaces._found):
        cache.clear()
    yield
    REGISTRY.clear()
    REGISTRY.update(ops_before)
    ATTRIBUTES.intersection_update(names_before)
    for name in set(vars(Tensor)) - methods:
        delattr(Tensor, name)
    for cache in (torch_names._tree, torch_names._bare, namespaces._found):
        cache.clear()


@pytest.mark.usefixtures("_fresh_registry")
def test_one_declaration_is_all_that_a_new_op_needs() -> None:

    @op(elementwise, aliases=("cubed",), paths=("torch.special.cube",))
    def cube(x: Array, factor: Scalar = 1) -> Array:
        """factor * x³, elementwise.

        >>> cube(2.)
        8.0
        """
        return x * x * x * factor

    cube.vjp(x=lambda g, x, factor: g * (3 * factor * x * x))

    session = Session()
    assert session.eval("cube(2)") == 8
    assert session.eval("torch.special.cube([1, 2], factor=10).tolist()") == [10, 80]
    assert session.eval("tensor([1, 2]).cubed().tolist()") == [1, 8]
    assert session.eval("x = tensor([1., 2.]); x.cube_(); x.tolist()") == [1, 8]
    assert session.eval("x = tensor(2., requires_grad=True); cube(x).backward(); x.grad.item()")
    assert session.eval("x.grad.item()") == 12
    assert session.eval("cube(x).grad_fn.name()") == "CubeBackward0"
    assert "factor * x³" in reference.page("cube").text()
    with pytest.raises(ArgumentFault, match="unexpected keyword argument 'factr'"):
        session.eval("cube(2, factr=3)")


def test_a_declared_op_is_gone_after_its_test() -> None:
    assert "cube" not in dir(Tensor)
