"""Large arrays, where memory is the limit: chains of operations, row-wise ops, masks, files."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.measure import Work, benchmark, library
from benchmarks.programs import ours, python, torch_scope
from tcalc.files import load

ELEMENTS = 10_000_000
CHAIN = "sin(x) ** 2 + cos(x) ** 2 * 2 - 1"
LARGE = f"x = rand({ELEMENTS})"
ROWS = "x = randn(10_000, 100)"


@benchmark("sines", what=f"{CHAIN}, 1e7 elements", peer="NumPy", goal=0.7, rounds=5)
def _() -> tuple[Work, Work]:
    x = np.random.default_rng(0).random(ELEMENTS, np.float32)
    scope = {"x": x, "sin": np.sin, "cos": np.cos}
    return ours(LARGE, CHAIN), python("", CHAIN, scope)


@benchmark("sines-torch", what=f"{CHAIN}, 1e7 elements", peer="torch", goal=0.5, rounds=5)
def _() -> tuple[Work, Work]:
    return ours(LARGE, CHAIN), python(LARGE, CHAIN, torch_scope(library("torch")))


@benchmark("softmax", what="softmax of 10,000 rows of 100", peer="torch", goal=2.0)
def _() -> tuple[Work, Work]:
    call = "softmax(x, dim=1)"
    return ours(ROWS, call), python(ROWS, call, torch_scope(library("torch")))


@benchmark("std", what="std of 10,000 rows of 100", peer="torch", goal=2.0)
def _() -> tuple[Work, Work]:
    call = "x.std(dim=1)"
    return ours(ROWS, call), python(ROWS, call, torch_scope(library("torch")))


@benchmark("mask", what="the positive of 1e6 elements", peer="torch", goal=2.0)
def _() -> tuple[Work, Work]:
    call = "x[x > 0]"
    return ours(ROWS, call), python(ROWS, call, torch_scope(library("torch")))


@benchmark("csv", what="reading 100,000 rows of 5 numbers", peer="np.loadtxt", goal=1.1, rounds=7)
def _() -> tuple[Work, Work]:
    folder = TemporaryDirectory()
    path = str(Path(folder.name, "table.csv"))
    np.savetxt(path, np.random.default_rng(0).random((100_000, 5)), delimiter=",", fmt="%.6f")

    def peer(kept: TemporaryDirectory[str] = folder) -> object:
        return np.loadtxt(path, delimiter=",", dtype=np.float32)

    return lambda: load(path), peer
