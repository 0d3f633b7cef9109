"""Decompositions put together again give the matrix, and gradients of what they are used for."""

from __future__ import annotations

import pytest

from tcalc.errors import TcalcError
from tcalc.lang.session import Session

START = "x = tensor([[4., 1., 0.], [-2., 3., 1.], [1., 0., 2.]], dtype=float64)\n"


@pytest.fixture
def session() -> Session:
    found = Session(seed=0)
    list(found.run(START))
    return found


@pytest.mark.parametrize(
    "program",
    [
        "L, V = torch.linalg.eig(x); (V @ torch.diag(L) @ torch.linalg.inv(V)).real",
        "P, L, U = torch.linalg.lu(x); P @ L @ U",
        "Q, R = torch.linalg.qr(x); Q @ R",
        "U, S, Vh = torch.linalg.svd(x); U @ torch.diag(S) @ Vh",
        "U, S, V = torch.svd(x); U @ torch.diag(S) @ V.mH",
        "L, V = torch.linalg.eigh(x @ x.T); torch.linalg.inv(x.T) @ (V @ torch.diag(L) @ V.T)",
        "torch.linalg.lu_solve(*torch.linalg.lu_factor(x), x @ x)",
    ],
)
def test_the_parts_of_a_matrix_make_it_again(session: Session, program: str) -> None:
    *parts, whole = program.split("; ")
    list(session.run("\n".join(parts)))
    if "inv(x.T)" in whole:
        assert session.eval(f"allclose({whole}, torch.linalg.inv(x.T) @ (x @ x.T))")
    else:
        assert session.eval(f"allclose({whole}, x)")


def test_the_gradient_through_eigenvalues_is_that_of_the_trace(session: Session) -> None:
    session.eval("x.requires_grad_()")
    list(session.run("(torch.linalg.eigvals(x) ** 3).sum().real.backward()"))
    assert session.eval("allclose(x.grad, 3 * torch.linalg.matrix_power(x.T, 2))")


def test_a_loss_that_depends_on_the_phase_of_eigenvectors_is_refused(session: Session) -> None:
    session.eval("x.requires_grad_()")
    with pytest.raises(TcalcError, match="specified up to multiplication by e"):
        list(session.run("torch.linalg.eig(x).eigenvectors.sum().abs().backward()"))


@pytest.mark.parametrize(
    ("call", "headline"),
    [
        ("einsum('ij,jk->ik', x)", "fewer operands were provided than specified"),
        ("einsum('ij->k', x)", "output subscript k does not appear in the equation"),
        ("einsum('i1', x)", "invalid subscript given at index 1"),
        ("torch.linalg.inv(x * 0)", "The diagonal element 1 is zero, the inversion could not"),
        ("torch.linalg.cholesky(-x)", "leading minor of order 1 is not positive-definite"),
        (
            "torch.linalg.solve(x, ones(2).double())",
            "Incompatible shapes of A and B for the equation AX",
        ),
        ("torch.fft.fft(x, n=0)", r"Invalid number of data points \(0\) specified"),
        ("quantile(x, 2.)", r"q must be in the range \[0, 1\]"),
    ],
)
def test_a_bad_call_fails_in_pytorchs_words(session: Session, call: str, headline: str) -> None:
    with pytest.raises(TcalcError, match=headline):
        session.eval(call)
