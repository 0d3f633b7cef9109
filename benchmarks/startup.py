"""From the shell and back: what a one-line program costs as a whole process."""

from __future__ import annotations

from benchmarks.measure import Work, benchmark, library
from benchmarks.processes import program, python, tcalc

SCALAR = "1+1"
TENSOR = "arange(12).reshape(3, 4).sum(axis=0)"


@benchmark(
    "start-scalar", what=f"tcalc -e '{SCALAR}'", peer="python -I -c pass", goal=1.5, rounds=60
)
def _() -> tuple[Work, Work]:
    return tcalc("-e", SCALAR), python("-I", "-c", "pass")


@benchmark("start-tensor", what=f"tcalc -e '{TENSOR}'", peer="import numpy", goal=1.0, rounds=40)
def _() -> tuple[Work, Work]:
    return tcalc("-e", TENSOR), python("-c", "import numpy")


@benchmark("start-torch", what=f"tcalc -e '{TENSOR}'", peer="torch", goal=1 / 12, rounds=5)
def _() -> tuple[Work, Work]:
    library("torch")
    return tcalc("-e", TENSOR), python("-c", f"import torch; print(torch.{TENSOR})")


@benchmark("start-octave", what=f"tcalc -e '{TENSOR}'", peer="octave", goal=1.2, rounds=20)
def _() -> tuple[Work, Work]:
    code = "disp(sum(reshape(0:11, 4, 3)', 1))"
    return tcalc("-e", TENSOR), program("octave-cli", "--norc", "--eval", code)
