"""What the language adds to each operation, where operations are small and many."""

from __future__ import annotations

import numpy as np

from benchmarks.measure import Work, benchmark, library
from benchmarks.programs import ours, python, torch_scope

SCALARS = """
def loop(n):
    total = 0
    for i in range(n):
        if i % 3:
            total = total + i * 2 - 1
        else:
            total -= 1
    return total
"""
SCALAR_CALL = "loop(200_000)"

TENSORS = """
def loop(x, y, n):
    for i in range(n):
        z = x * y + x
        z = z - y
    return z
"""
TENSOR_CALL = "loop(x, y, 10_000)"
PLAIN = "x = ones(3, 4)\ny = ones(3, 4) * 2\n"
WITH_GRAD = "x = ones(3, 4, requires_grad=True)\ny = ones(3, 4) * 2\n"

CHAIN = """
def chain(n):
    x = tensor(1.0, requires_grad=True)
    y = x
    for i in range(n // 2):
        y = y * 1.001 + 0.001
    y.backward()
    return x.grad
"""
CHAIN_CALL = "chain(1_000)"


@benchmark("loop-scalar", what="loop of scalar operations", peer="Python", goal=1.3)
def _() -> tuple[Work, Work]:
    return ours(SCALARS, SCALAR_CALL), python(SCALARS, SCALAR_CALL)


@benchmark("loop-3x4", what="loop of 3x4 operations, no grad", peer="NumPy", goal=2.0)
def _() -> tuple[Work, Work]:
    scope = {"ones": lambda *shape: np.ones(shape, np.float32)}
    return ours(PLAIN + TENSORS, TENSOR_CALL), python(PLAIN + TENSORS, TENSOR_CALL, scope)


@benchmark("loop-3x4-torch", what="loop of 3x4 operations, no grad", peer="torch", goal=0.7)
def _() -> tuple[Work, Work]:
    scope = torch_scope(library("torch"))
    return ours(PLAIN + TENSORS, TENSOR_CALL), python(PLAIN + TENSORS, TENSOR_CALL, scope)


@benchmark("loop-3x4-grad", what="loop of 3x4 operations, with grad", peer="torch", goal=0.9)
def _() -> tuple[Work, Work]:
    scope = torch_scope(library("torch"))
    definitions = WITH_GRAD + TENSORS
    return ours(definitions, TENSOR_CALL), python(definitions, TENSOR_CALL, scope)


@benchmark("loop-3x4-mygrad", what="loop of 3x4 operations, with grad", peer="mygrad", goal=0.15)
def _() -> tuple[Work, Work]:
    mygrad = library("mygrad")
    scope = {
        "ones": lambda *shape, requires_grad=False: mygrad.ones(
            shape, dtype="float32", constant=not requires_grad
        )
    }
    definitions = WITH_GRAD + TENSORS
    return ours(definitions, TENSOR_CALL), python(definitions, TENSOR_CALL, scope)


@benchmark("chain", what="1,000 operations, forward and backward", peer="torch", goal=0.35)
def _() -> tuple[Work, Work]:
    return ours(CHAIN, CHAIN_CALL), python(CHAIN, CHAIN_CALL, torch_scope(library("torch")))
