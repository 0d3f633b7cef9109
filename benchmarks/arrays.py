"""Large arrays, where memory is the limit: chains of operations, row-wise ops, masks, files."""

from __future__ import annotations

from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.measure import Work, benchmark, library
from benchmarks.processes import python as python_process
from benchmarks.processes import tcalc
from benchmarks.programs import ours, python, torch_scope
from tcalc.files import Input, load, read

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


@benchmark("csv", what="reading 1,000,000 rows of 5 numbers", peer="np.loadtxt", goal=1.1, rounds=5)
def _() -> tuple[Work, Work]:
    path, folder = _table()

    def peer(kept: TemporaryDirectory[str] = folder) -> object:
        return np.loadtxt(path, delimiter=",", dtype=np.float32)

    return lambda: load(path), peer


@benchmark("csv-pipe", what="the same from a stream", peer="np.loadtxt", goal=1.2, rounds=5)
def _() -> tuple[Work, Work]:
    path, folder = _table()

    def ours(kept: TemporaryDirectory[str] = folder) -> object:
        with Path(path).open("rb") as stream:
            return read(Input("pipe", stream), "csv")

    def peer() -> object:
        with Path(path).open("rb") as stream:
            return np.loadtxt(TextIOWrapper(stream), delimiter=",", dtype=np.float32)

    return ours, peer


def _table() -> tuple[str, TemporaryDirectory[str]]:
    """A csv file, and the folder that it is in as long as something holds on to that."""
    folder = TemporaryDirectory()
    path = str(Path(folder.name, "table.csv"))
    np.savetxt(path, np.random.default_rng(0).random((1_000_000, 5)), delimiter=",", fmt="%.6f")
    return path, folder


@benchmark("npy", what="one element of a 4 GB file", peer="import numpy", goal=1.1, rounds=40)
def _() -> tuple[Work, Work]:
    folder = TemporaryDirectory()
    path = Path(folder.name, "large.npy")
    with path.open("wb") as file:
        header: Any = {"descr": "<f4", "fortran_order": False, "shape": (1 << 20, 1 << 10)}
        np.lib.format.write_array_header_1_0(file, header)
        file.truncate(file.tell() + (1 << 32))  # a hole, which takes no room on the disk
    one = tcalc("-d", f"x={path}", "-e", "x[-1, -1]")

    def ours(kept: TemporaryDirectory[str] = folder) -> object:
        return one()

    return ours, python_process("-c", "import numpy")
