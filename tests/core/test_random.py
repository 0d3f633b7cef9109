"""After the same seed the numbers are PyTorch's."""

import json
import subprocess
import sys
from base64 import b64decode
from contextvars import copy_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tcalc.core import random
from tcalc.core.random import Generator
from tcalc.errors import ArgumentFault

RECORDED = json.loads(Path(__file__).with_name("recorded_random.json").read_text())
FLOAT32 = np.dtype("float32")


def decoded(value: Any) -> Any:
    """An argument or result as it was before it was recorded."""
    if isinstance(value, dict):
        raw = b64decode(value["data"])
        return np.frombuffer(raw, value["dtype"]).reshape(value["shape"])
    if isinstance(value, list):
        return tuple(value)
    return np.dtype(value) if isinstance(value, str) else value


@pytest.mark.parametrize("seed", RECORDED)
def test_mixed_draws_follow_pytorch_one_after_the_other(seed: str) -> None:
    generator = Generator(int(seed))
    for draw in RECORDED[seed]:
        values = getattr(generator, draw["method"])(*map(decoded, draw["arguments"]))
        expected = decoded(draw["values"])
        assert values.dtype == expected.dtype
        if draw["method"] in {"normal", "exponential"}:  # logarithms and cosines may differ
            np.testing.assert_allclose(values, expected, rtol=2e-6, atol=1e-6)
        else:
            np.testing.assert_array_equal(values, expected, strict=True)


def test_the_first_numbers_after_seed_zero_are_the_well_known_ones() -> None:
    generator = Generator(0)
    np.testing.assert_allclose(
        generator.normal((3,), FLOAT32), [1.5410, -0.2934, -2.1788], atol=5e-5
    )
    np.testing.assert_allclose(
        Generator(42).uniform((2,), FLOAT32), [0.8822692633, 0.9150039554], rtol=1e-7
    )


def test_an_odd_count_of_normals_leaves_one_for_the_next_draw() -> None:
    pieces, together = Generator(7), Generator(7)
    drawn = [pieces.normal((n,), FLOAT32) for n in (3, 1, 4)]
    np.testing.assert_array_equal(np.concatenate(drawn), together.normal((8,), FLOAT32))


def test_seeding_again_forgets_the_spare_normal() -> None:
    generator = Generator(7)
    first = generator.normal((3,), FLOAT32)
    np.testing.assert_array_equal(generator.manual_seed(7).normal((3,), FLOAT32), first)


def test_many_normals_have_mean_zero_and_variance_one() -> None:
    values = Generator(1).normal((1000, 1000), FLOAT32)
    assert abs(values.mean()) < 0.005
    assert abs(values.var() - 1) < 0.005
    assert values.dtype == FLOAT32


def test_a_permutation_has_every_number_once() -> None:
    assert sorted(Generator(3).permutation(1000).tolist()) == list(range(1000))


def test_uniform_numbers_stay_below_the_end_of_the_range_after_rounding() -> None:
    assert Generator(0).uniform((100_000,), np.dtype("float16")).max() < 1


def test_an_empty_range_of_integers_is_refused() -> None:
    with pytest.raises(ArgumentFault, match="to be less than 'to', but got from=5 >= to=5"):
        Generator(0).integers(5, 5, (1,))


def test_a_negative_seed_is_kept_as_64_bits_and_a_longer_one_refused() -> None:
    assert Generator(-1).initial_seed() == 2**64 - 1
    with pytest.raises(ArgumentFault, match="Overflow when unpacking"):
        Generator(2**64)


def test_unseeded_contexts_differ_and_seeded_ones_repeat() -> None:
    def draw(seed: int | None) -> list[float]:
        if seed is not None:
            random.manual_seed(seed)
        return random.default_generator().uniform((4,), FLOAT32).tolist()

    assert copy_context().run(draw, None) != copy_context().run(draw, None)
    assert copy_context().run(draw, 5) == copy_context().run(draw, 5)


def test_a_generator_without_a_seed_starts_where_pytorchs_does() -> None:
    assert Generator().initial_seed() == 67280421310721


def test_reseeding_from_the_system_gives_the_seed_it_chose() -> None:
    def reseed() -> bool:
        chosen = random.seed()
        first = random.default_generator().integers(0, 1000, (5,)).tolist()
        again = random.manual_seed(chosen).integers(0, 1000, (5,)).tolist()
        return chosen == random.initial_seed() and first == again

    assert copy_context().run(reseed)


def test_numpys_random_module_is_not_loaded_before_the_first_draw() -> None:
    code = "import sys, tcalc.core.random; sys.exit('numpy.random' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
