"""Record what PyTorch's CPU generator draws in recorded_random.json.

Run with an interpreter that has torch: `python tests/core/record_random.py`. The file maps each
seed to draws made one after the other, for every draw must leave the generator where PyTorch's is:
the method of `tcalc.core.random.Generator`, its arguments and the values.
"""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch

SEEDS = (0, 42, 12345, -1, 2**40 + 5)
DRAWS = 120
SIZES = (0, 1, 2, 3, 5, 7, 15, 16, 17, 20, 31, 32, 33, 50)
Draw = tuple[str, list[Any], torch.Tensor]


def encoded(array: np.ndarray) -> dict[str, Any]:
    """An array as JSON."""
    data = b64encode(array.tobytes()).decode()
    return {"dtype": array.dtype.name, "shape": array.shape, "data": data}


def draw(choose: Random, generator: torch.Generator) -> Draw:
    """One draw: the method's name, its arguments, what PyTorch gave."""
    n = choose.choice(SIZES)
    name = choose.choice(["float32", "float32", "float64", "float16", "complex64", "complex128"])
    real = choose.choice(["float32", "float64"])
    probabilities = np.random.default_rng(n).random(n + 1).astype(real)
    weights = torch.from_numpy(probabilities)
    low = choose.choice([0, -5, -(2**40), -(2**63)])
    high = low + choose.choice([2, 10, 2**20 + 3, 2**28 - 1, 2**28, 2**32, 2**40, 2**62])
    whole = choose.choice(["int64", "int32", "int16", "uint8", "int8", "bool", "float32"])
    count = choose.randint(1, n + 1)
    like = torch.empty(n, dtype=getattr(torch, real))
    options: dict[str, Any] = {"generator": generator}
    draws: list[Any] = [
        lambda: ("uniform", [[n], name], torch.rand(n, dtype=getattr(torch, name), **options)),
        lambda: ("normal", [[n], name], torch.randn(n, dtype=getattr(torch, name), **options)),
        lambda: ("normal", [[n], real, 2.0, 3.0], like.normal_(2.0, 3.0, **options)),
        lambda: ("integers", [low, high, [n]], torch.randint(low, high, (n,), **options)),
        lambda: ("permutation", [n], torch.randperm(n, **options)),
        lambda: ("bernoulli", [encoded(probabilities)], torch.bernoulli(weights, **options).bool()),
        lambda: (
            "poisson",
            [encoded(20 * probabilities)],
            torch.poisson(20 * weights, **options),
        ),
        lambda: ("exponential", [[n], real, 2.0], like.exponential_(2.0, **options)),
        lambda: (
            "multinomial",
            [encoded(probabilities), count, False],
            torch.multinomial(weights, count, False, **options),
        ),
        lambda: (
            "multinomial",
            [encoded(probabilities), 2 * count, True],
            torch.multinomial(weights, 2 * count, True, **options),
        ),
        lambda: (
            "whole",
            [[n], whole],
            torch.empty(n, dtype=getattr(torch, whole)).random_(**options),
        ),
    ]
    drawn: Draw = choose.choice(draws)()
    return drawn


def main() -> None:
    """Write the file beside this one."""
    recorded = {}
    for seed in SEEDS:
        choose, generator = Random(seed), torch.Generator().manual_seed(seed)
        draws = [draw(choose, generator) for _ in range(DRAWS)]
        recorded[seed] = [
            {"method": method, "arguments": arguments, "values": encoded(values.numpy())}
            for method, arguments, values in draws
        ]
    target = Path(__file__).with_name("recorded_random.json")
    target.write_text(json.dumps(recorded, separators=(",", ":")).replace('{"m', '\n{"m') + "\n")


if __name__ == "__main__":
    main()
