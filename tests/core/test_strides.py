"""Views by strides never leave their memory, whatever numbers they are asked for with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcalc.core import memory

PACKAGE = Path(__file__).parents[2] / "tcalc"
# By which code in Python reads or writes memory that NumPy does not check.
RAW = ("stride_tricks", "np.ndarray(", "import ctypes", "from ctypes", "import cffi", "__dlpack__")


def test_memory_is_walked_by_strides_in_one_place() -> None:
    found = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in RAW)
    ]
    assert found == ["core/memory.py"]


# NumPy itself multiplies and adds these up in 64 bits, where the sum comes to nothing.
WRAPS = [
    ((2**60 + 1,), (16,)),
    ((2**32 + 1,), (2**32,)),
    ((2**31 + 1, 2**31 + 1), (2**32, 2**32)),
    ((2,), (2**63,)),
    ((2**63,), (2,)),
]


@pytest.mark.parametrize(("shape", "steps"), WRAPS)
def test_strides_that_overflow_reach_outside(
    shape: tuple[int, ...], steps: tuple[int, ...]
) -> None:
    array = np.zeros(16, np.uint8)
    with pytest.raises(ValueError, match="outside"):
        memory.strided(array, shape, steps, 0)
    with pytest.raises(ValueError, match="outside"):
        memory.spread(array, shape, steps)


sizes = st.lists(st.integers(0, 5), min_size=1, max_size=3)


@given(sizes, st.data())
def test_a_view_is_made_exactly_where_all_its_elements_are_inside(
    shape: list[int], data: st.DataObject
) -> None:
    array = np.arange(24)
    steps = data.draw(st.lists(st.integers(-9, 9), min_size=len(shape), max_size=len(shape)))
    start = data.draw(st.integers(0, 23))
    indices = np.indices(shape).reshape(len(shape), -1).T
    places = [start + int(index @ np.array(steps, dtype=int)) for index in indices]
    inside = all(0 <= place < 24 for place in places)
    try:
        view = memory.strided(array, tuple(shape), tuple(steps), start)
    except ValueError:
        assert not inside
    else:
        assert view.reshape(-1).tolist() == places
        assert inside
    part = array[start:]
    inside = all(start <= place < 24 for place in places)
    try:
        view = memory.spread(part, tuple(shape), tuple(8 * step for step in steps))
    except ValueError:
        assert not inside
    else:
        assert view.reshape(-1).tolist() == places
        assert inside


def test_an_empty_array_has_no_element_to_show() -> None:
    with pytest.raises(ValueError, match="outside"):
        memory.spread(np.zeros(0), (1,), (0,))
    assert memory.spread(np.zeros(0), (0, 3), (8, 8)).shape == (0, 3)


def test_a_reversed_array_is_walked_backwards() -> None:
    assert memory.spread(np.arange(4)[::-1], (2, 2), (-8, -8)).tolist() == [[3, 2], [2, 1]]
    with pytest.raises(ValueError, match="outside"):
        memory.spread(np.arange(4)[::-1], (2,), (8,))
