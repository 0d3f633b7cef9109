"""Tensors as text."""

from __future__ import annotations

import numpy as np

from benchmarks.measure import Work, benchmark
from tcalc.core.tensor import Tensor
from tcalc.lang.session import Session
from tcalc.render.tensor_text import set_printoptions
from tcalc.render.text import text_of

ELEMENTS = 1_000_000


@benchmark("print", what=f"text of {ELEMENTS:,} floats", peer="array2string", goal=1 / 30, rounds=3)
def _() -> tuple[Work, Work]:
    array = np.random.default_rng(0).standard_normal((ELEMENTS // 10, 10), np.float32)
    session, tensor = Session(), Tensor(array)
    session.call(lambda: set_printoptions(threshold=ELEMENTS))

    def peer() -> str:
        return np.array2string(array, threshold=ELEMENTS, precision=4)

    return lambda: session.call(text_of, tensor), peer
