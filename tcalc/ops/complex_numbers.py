"""Complex numbers: made from parts, taken apart, and looked at as pairs of reals."""

from __future__ import annotations

import numpy as np

from tcalc.core import dtypes
from tcalc.core.families import COMPLEX, FLOAT, conversion, elementwise, inquiry, view
from tcalc.core.op import op
from tcalc.core.params import Array
from tcalc.core.tensor import describe
from tcalc.errors import DTypeError, RuntimeFault
from tcalc.ops import choice, compare


def _check_parts(x: Array, y: Array) -> None:
    """Raise DTypeError unless both are floats of one dtype."""
    a, b = (dtypes.of(v) if isinstance(v, np.ndarray) else dtypes.of_number(v) for v in (x, y))
    if not (a.is_floating_point and b.is_floating_point):
        raise DTypeError(
            "Expected both inputs to be Half, Float or Double tensors but got "
            f"{a.label} and {b.label}",
            notes=["a complex number is made of two floats"],
        )
    if a is not b:
        raise DTypeError(
            f"Expected object of scalar type {a.label} but got scalar type {b.label} for second "
            "argument"
        )


_SIZES = ("A(3, 4, low=0.5, high=2), A(3, 4)", "A(3, 1, low=0.5, high=2), A(4)")
_PARTS = ("A(3, 4), A(3, 4)", "A(3, 1), A(4)", "A(), A()")


@op(
    elementwise,
    result=COMPLEX,
    check=_check_parts,
    bare=False,
    method=False,
    paths=("torch.complex",),
    cases=_PARTS,
)
def complex(real: Array, imag: Array):
    """real + imag * 1j, elementwise.

    >>> torch.complex(tensor([1., 2.]), tensor([3., 4.]))
    tensor([1.+3.j, 2.+4.j])
    """
    return _joined(real, imag)


def _joined(real: Array, imag: Array) -> Array:
    out = np.empty(np.broadcast_shapes(real.shape, imag.shape), np.result_type(real, np.complex64))
    out.real, out.imag = real, imag
    return out


# The cotangent of a real operand is the real part of what a rule gives.
complex.vjp(real=lambda g: g, imag=lambda g: g * -1j)


@op(
    elementwise,
    result=COMPLEX,
    check=_check_parts,
    method=False,
    cases=("A(3, 4, low=0.5, high=2), A(3, 4)", "A(3, 1, low=0.5, high=2), A(4)"),
)
def polar(abs: Array, angle: Array):
    """The complex numbers with these absolute values and angles, elementwise.

    >>> polar(tensor([1., 2.]), tensor([0., pi]))
    tensor([ 1.+0.0000e+00j, -2.-1.7485e-07j])
    """
    return _joined(abs * np.cos(angle), abs * np.sin(angle))


polar.vjp(
    abs=lambda g, angle: g * polar(1 + angle * 0, angle).conjugate(),
    angle=lambda g, out: g * (out * 1j).conjugate(),
)


@op(elementwise, result=FLOAT, cases=("A(3, 4)", "C(3, 4)"))
def angle(x: Array):
    """The angle of a complex number in radians; of a real one 0, or pi if it is negative.

    >>> angle(tensor([1j, -1.]))
    tensor([1.5708, 3.1416])
    """
    if x.dtype.kind == "c":
        return np.angle(x)
    return np.where(np.isnan(x), x, np.where(x < 0, np.pi, 0))


def _angle_rule(g, x):
    if not np.iscomplexobj(getattr(x, "array", x)):
        return choice.stopped(g)
    size = (x * x.conjugate()).real
    return g * (x * 1j) / choice.where(compare.eq(size, 0), 1, size)


angle.vjp(x=_angle_rule)


@op(view, attribute=True, cases=("A(3, 4)", "C(3, 4)", "C()"))
def real(x: Array):
    """The real part: a view that can be written to; all of a real tensor.

    >>> real([1 + 2j, 3 + 4j])
    tensor([1., 3.])
    """
    return x.real if x.dtype.kind == "c" else x[...]


real.vjp(x=lambda g: g)


@op(view, attribute=True, cases=("C(3, 4)", "C()", "C(0, 3)"))
def imag(x: Array):
    """The imaginary part: a view that can be written to.

    >>> imag([1 + 2j, 3 + 4j])
    tensor([2., 4.])
    """
    if x.dtype.kind != "c":
        raise RuntimeFault(
            "imag is not implemented for tensors with non-complex dtypes.",
            blame={"x": describe(x)},
        )
    return x.imag


imag.vjp(x=lambda g: g * 1j)


@op(view, method=False, cases=("C(3, 4)", "C()", "C(0, 3)"))
def view_as_real(x: Array):
    """Complex numbers as pairs of reals in a last dimension; a view.

    >>> view_as_real(tensor([1 + 2j, 3 + 4j]))
    tensor([[1., 2.],
            [3., 4.]])
    """
    if x.dtype.kind != "c":
        raise RuntimeFault(
            "view_as_real is only supported for complex tensors", blame={"x": describe(x)}
        )
    return x[..., None].view(x.real.dtype)


view_as_real.vjp(x=lambda g: complex(g[..., 0], g[..., 1]))


@op(view, method=False, cases=("A(3, 2)", "A(2)", "A(0, 2)"))
def view_as_complex(x: Array):
    """Pairs of reals in the last dimension as complex numbers; a view.

    >>> view_as_complex(tensor([[1., 2.], [3., 4.]]))
    tensor([1.+2.j, 3.+4.j])
    """
    if x.dtype.kind != "f" or x.itemsize < 4:
        raise RuntimeFault(
            "view_as_complex is only supported for half, float and double tensors, but got a "
            f"tensor of scalar type: {dtypes.of(x).label}",
            blame={"x": describe(x)},
        )
    if x.ndim == 0:
        raise RuntimeFault("Input tensor must have one or more dimensions", blame={"x": ""})
    if x.shape[-1] != 2:
        raise RuntimeFault("Tensor must have a last dimension of size 2", blame={"x": describe(x)})
    if x.strides[-1] != x.itemsize:
        raise RuntimeFault(
            "Tensor must have a last dimension with stride 1",
            blame={"x": describe(x)},
            helps=["{x}.contiguous() first"],
        )
    return x.view(np.result_type(x, np.complex64))[..., 0]


view_as_complex.vjp(x=lambda g: view_as_real(g))


@op(conversion, aliases=("resolve_neg",), cases=("A(3, 4)",))
def resolve_conj(x: Array):
    """x itself: conjugates and negatives are never postponed.

    >>> resolve_conj(tensor([1 + 2j]))
    tensor([1.+2.j])
    """
    return x


resolve_conj.vjp(x=lambda g: g)


@op(inquiry, aliases=("is_neg",))
def is_conj(x: Array):
    """Whether a conjugate is postponed: never.

    >>> is_conj(tensor([1 + 2j]).conj())
    False
    """
    return False
