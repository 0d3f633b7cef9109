"""Record PyTorch's text of random tensors in recorded_text.json.

Run with an interpreter that has torch: `python tests/render/record_text.py`. Each line of the file
is one case: the array (base64 of its zlib-compressed bytes), the print options, the default dtype,
its place in the graph, and the text.
"""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from random import Random
from typing import Any
from zlib import compress

import numpy as np
import torch

CASES = 2000
MANY = 4  # dimensions, which are then short
SUMMARISED = 0.03  # the share of large arrays
DTYPES = [
    *["bool", "uint8", "int8", "int16", "int32", "int64", "complex64", "complex128"],
    *["float16", "float32", "float32", "float64", "float64"],
]
OPTIONS: list[dict[str, Any]] = [
    {"precision": 0},
    {"precision": 2},
    {"precision": 8},
    {"precision": 17},
    {"linewidth": 40},
    {"linewidth": 5},
    {"linewidth": 120},
    {"edgeitems": 1, "threshold": 10},
    {"edgeitems": 0, "threshold": 5},
    {"threshold": 0},
    {"sci_mode": True},
    {"sci_mode": False},
    {"sci_mode": True, "precision": 0},
    {"sci_mode": True, "precision": 10},
    {"sci_mode": False, "precision": 12},
    {"profile": "short"},
    {"profile": "full"},
]


def floats(choose: Random, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Doubles of a kind that is hard in one way or another."""
    normal = rng.standard_normal(shape)
    special = rng.choice([np.nan, np.inf, -np.inf, 0.0, -0.0], shape)
    kinds = (
        normal,
        np.round(normal * choose.choice([1, 10, 1000, 1e5])),
        normal * 10.0 ** rng.integers(-8, 9, shape),
        normal * 10.0 ** choose.randint(-6, 10),
        rng.integers(-200, 200, shape) / 32,  # half of them tie at four digits
        np.where(rng.random(shape) < 0.3, special, normal * choose.choice([1, 1e3, 1e-5])),
        np.where(rng.random(shape) < 0.6, special, np.round(normal * 3)),
        rng.integers(-(10**6), 10**6, shape) * 10.0 ** choose.randint(-3, 3),
        normal * 10.0 ** rng.integers(-200, 200, shape),
    )
    return np.asarray(choose.choice(kinds))


def array(choose: Random, rng: np.random.Generator) -> np.ndarray:
    """A random array of any dtype, from 0 to 5 dimensions."""
    ndim = choose.choice([0, 1, 1, 2, 2, 2, 3, 3, 4, 5])
    sizes = [0, 1, 1, 2, 3, 3, 4, 5, 7, 8] if ndim < MANY else [0, 1, 1, 2, 2, 3]
    if choose.random() < SUMMARISED:
        sizes = [1001, 1100] if ndim == 1 else [2, 7, 9, 12, 40]
        ndim = min(ndim, 3)
    shape = tuple(choose.choice(sizes) for _ in range(ndim))
    dtype = np.dtype(choose.choice(DTYPES))
    if dtype.kind == "b":
        return np.asarray(rng.random(shape) < choose.random())
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        low, high = choose.choice([(info.min, info.max), (max(info.min, -10), 10), (0, 1)])
        return np.asarray(rng.integers(low, high, shape, np.int64, endpoint=True)).astype(dtype)
    values = floats(choose, rng, shape)
    if dtype.kind == "c":
        parts = np.stack([values, floats(choose, rng, shape)], axis=-1)
        values = parts.view(np.complex128).reshape(shape)
    with np.errstate(over="ignore"):
        return np.asarray(values.astype(dtype))


def record(choose: Random, rng: np.random.Generator) -> dict[str, Any]:
    """One case: an array, how it is printed, and what PyTorch prints."""
    values = array(choose, rng)
    options = choose.choice(OPTIONS) if choose.random() < 0.25 else {}
    default = choose.choice(["float32", "float32", "float32", "float64"])
    tensor = torch.from_numpy(values.copy())
    grad = None
    if tensor.is_floating_point() or tensor.is_complex():
        grad = choose.choice([None, None, "leaf", "CloneBackward0"])
    if grad:
        tensor.requires_grad_()
    if grad == "CloneBackward0":
        tensor = tensor.clone()
    torch.set_printoptions(profile="default")
    torch.set_printoptions(**options)
    torch.set_default_dtype(getattr(torch, default))
    return {
        "dtype": values.dtype.name,
        "shape": values.shape,
        "data": b64encode(compress(values.tobytes(), 9)).decode(),
        "options": options,
        "default": default,
        "grad": grad,
        "text": repr(tensor),
    }


def main() -> None:
    """Write the file beside this one."""
    choose, rng = Random(0), np.random.default_rng(0)
    lines = [json.dumps(record(choose, rng), separators=(",", ":")) for _ in range(CASES)]
    target = Path(__file__).with_name("recorded_text.json")
    target.write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
