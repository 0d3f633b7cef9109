"""Shapes as values."""

import operator

import pytest

from tcalc.core.tensor import Size

SHAPE = Size((2, 3, 4))


@pytest.mark.parametrize(
    ("made", "sizes"),
    [
        (SHAPE[1:], (3, 4)),
        (SHAPE[::-1], (4, 3, 2)),
        (operator.add(SHAPE, (1,)), (2, 3, 4, 1)),
        (operator.add((1,), SHAPE), (1, 2, 3, 4)),
        (SHAPE * 2, (2, 3, 4, 2, 3, 4)),
        (2 * SHAPE[:1], (2, 2)),
    ],
)
def test_parts_and_sums_of_a_shape_are_shapes(made, sizes):
    assert (type(made), made) == (Size, sizes)
    assert repr(made) == f"torch.Size({list(sizes)})"


def test_a_shape_is_a_tuple_in_all_else():
    assert SHAPE[-1] == 4
    assert hash(SHAPE) == hash((2, 3, 4))
    for combine, other in ((operator.add, [1]), (operator.mul, 1.5)):
        with pytest.raises(TypeError):
            combine(SHAPE, other)
