"""One step of training, as a program of the language and as the same text for torch."""

from __future__ import annotations

from benchmarks.measure import Work, benchmark, library
from benchmarks.programs import ours, python, torch_scope

NETWORK = """
X = randn(128, 784)
y = randint(0, 10, (128,))
params = [randn(784, 256) * 0.01, zeros(256), randn(256, 10) * 0.01, zeros(10)]
for p in params:
    p.requires_grad_()
def steps(n):
    for i in range(n):
        hidden = relu(X @ params[0] + params[1])
        loss = F.cross_entropy(hidden @ params[2] + params[3], y)
        loss.backward()
        with no_grad():
            for p in params:
                p -= 0.1 * p.grad
                p.grad.zero_()
    return loss
"""

LOGISTIC = """
X = randn(1000, 20)
y = (X[:, 0] > 0).float()
w = zeros(20, requires_grad=True)
b = zeros(1, requires_grad=True)
def steps(n):
    for i in range(n):
        loss = F.binary_cross_entropy_with_logits(X @ w + b, y)
        loss.backward()
        with no_grad():
            w.sub_(w.grad, alpha=0.1)
            b.sub_(b.grad, alpha=0.1)
            w.grad.zero_()
            b.grad.zero_()
    return loss
"""


@benchmark("train-mlp", what="20 steps, 784-256-10 network, batch 128", peer="torch", goal=1.05)
def _() -> tuple[Work, Work]:
    scope = torch_scope(library("torch"))
    return ours(NETWORK, "steps(20)"), python(NETWORK, "steps(20)", scope)


@benchmark("train-logistic", what="200 steps, 1000x20 logistic regression", peer="torch", goal=0.6)
def _() -> tuple[Work, Work]:
    scope = torch_scope(library("torch"))
    return ours(LOGISTIC, "steps(200)"), python(LOGISTIC, "steps(200)", scope)
