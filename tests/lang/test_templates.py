"""`str.format` gives what Python's gives, and reaches no more than a program does."""

from __future__ import annotations

import pytest

from tcalc.errors import RuntimeFault
from tcalc.lang.session import Session

CALLS = [
    "'{} {}'.format(1, 'two')",
    "'{0} {1} {0}'.format('a', 'b')",
    "'{x:.2f} {y!r:>5}'.format(x=3.14159, y='s')",
    "'{:{}}|{:<{w}}|'.format('a', 5, 'b', w=3)",
    "'{0:{1}}'.format('a', 5)",
    "'{{}} {{{}}}'.format(1)",
    "'{0[1]} {1.real} {d[k]}'.format([1, 2], 3, d={'k': 5})",
    "'{:5.1%} {:,} {:#x} {:+d}'.format(0.256, 1234567, 255, 1)",
    "'{!s} {!a}'.format('é', 'é')",
    "'no field'.format(1, 2, x=3)",
    "''.format()",
    "list(map('{}!'.format, [1, 2]))",
    "'{self} {template}'.format(self=1, template=2)",
    "'loss {:f}, 数 {:>4}'.format(0.25, 'π')",
]


@pytest.mark.parametrize("call", CALLS)
def test_a_text_is_filled_in_as_python_does(call: str) -> None:
    assert Session().eval(call) == eval(call)


def test_tensors_stand_in_a_text_as_an_f_string_shows_them() -> None:
    session = Session()
    assert session.eval("'{} {:.3f}'.format(tensor([1., 2.]), tensor(2.))") == (
        "tensor([1., 2.]) 2.000"
    )
    assert session.eval("'{0.shape} {0[1]}'.format(ones(2))") == "torch.Size([2]) 1.0"


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("'{}{}'.format(1)", "Replacement index 1 out of range"),
        ("'{name}'.format(1)", "no argument 'name'"),
        ("'{} {0}'.format(1)", "fields with numbers and without"),
        ("'{0} {}'.format(1)", "fields with numbers and without"),
        ("'{!z}'.format(1)", "Unknown conversion specifier 'z'"),
        ("'{'.format(1)", "Single '{' encountered"),
        ("'{:d}'.format('a')", "Unknown format code 'd'"),
    ],
)
def test_what_cannot_be_filled_in_is_an_error(call: str, said: str) -> None:
    with pytest.raises(RuntimeFault) as fault:
        Session().eval(call)
    assert said in fault.value.headline
