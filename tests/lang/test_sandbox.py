"""No program gets out: not to Python's internals, not to files, not to raw memory."""

from __future__ import annotations

import pytest

from tcalc.errors import TcalcError
from tcalc.lang import attributes
from tcalc.lang.builtins import BUILTINS
from tcalc.lang.session import Session
from tcalc.limits import Limits

ESCAPES = [
    # Dunder names, wherever a name can stand.
    "().__class__",
    "__builtins__",
    "__import__('os')",
    "x.__dict__ = 1",
    "def __f__(): pass",
    "lambda __x__: 1",
    "print(__end__='')",
    "import os as __os",
    "for __i in []: pass",
    "global __name__",
    "f'{().__class__}'",
    # Python's own import system, evaluation and files.
    "import os",
    "import sys",
    "import builtins",
    "from os import path",
    "from torch import os",
    "import torch.os",
    "math.os",
    "random.os",
    "time.sys",
    "eval('1')",
    "exec('1')",
    "compile('1', '', 'eval')",
    "open('/etc/passwd')",
    "input()",
    "globals()",
    "vars()",
    "getattr(1, 'real')",
    "setattr(1, 'real', 2)",
    "object",
    "super()",
    "memoryview",
    "breakpoint()",
    "exit()",
    # Frames, code and globals by way of functions and generators.
    "(lambda: 1).func_globals",
    "(lambda: 1).gi_code",
    "(i for i in []).gi_frame",
    "(i for i in []).gi_frame.f_back",
    "(i for i in []).throw(1)",
    "print.func",
    "[].append.im_self",
    "len.im_func",
    # Formatting that would reach attributes.
    "'{0.real}'.format(1)",
    "'{a.real}'.format_map({'a': 1})",
    "str.format('{0.real}', 1)",
    "str.join",
    # Types lead nowhere.
    "type(1).mro()",
    "type(lambda: 1)(1, 2)",
    "type(print).mro",
    "type(i for i in [])()",
    "type('X', (), {})",
    "int.from_bytes",
    "dict.fromkeys",
    "isinstance(1, object)",
    # Attributes cannot be made or removed.
    "math.pi = 3",
    "print.x = 1",
    "(lambda: 1).x = 1",
    "x = []\nx.y = 1",
    "x = []\ndel x.append",
    "x = []\nx.append += 1",
    "from math import inf as y\ny.real = 1",
]


@pytest.mark.parametrize("code", ESCAPES)
@pytest.mark.parametrize("strict", [False, True])
def test_escapes_are_refused_with_a_diagnostic(code: str, strict: bool) -> None:
    with pytest.raises(TcalcError) as caught:
        Session(limits=Limits(strict=strict)).eval(code)
    diagnostic = caught.value.diagnostic
    assert diagnostic is not None
    assert diagnostic.span is not None
    assert "internal error" not in diagnostic.headline


TENSOR_ESCAPES = [
    "x.array",
    "x._node",
    "x.chain",
    "x.array = 1",
    "x.shape = (1,)",
    "x.foo = 1",
    "x.sum.signature",
    "x.sum.forward",
    "exp.forward",
    "torch.exp.kernel",
    "torch.core",
    "x.numpy().ctypes",
    "x.numpy().data",
    "x.numpy().base",
    "x.numpy().tofile('/tmp/x')",
    "x.numpy().dump('/tmp/x')",
    "x.numpy().setflags(write=True)",
    "x.numpy().view('O')",
    "x.numpy().dtype.type",
    "np.load('/etc/passwd')",
    "np.fromfile('/etc/passwd')",
    "np.loadtxt('/etc/passwd')",
    "np.ctypeslib",
    "np.frombuffer",
    "np.lib",
    "np.vectorize",
    "np.array([print], dtype='O')",
    "np.array([lambda: 1])",
    "type(x)(1, 2).array",
    "x.dtype.numpy",
    "x.grad_fn.rule",
]


@pytest.mark.parametrize("code", TENSOR_ESCAPES)
def test_tensors_and_arrays_give_nothing_away(code: str) -> None:
    session = Session()
    session.eval("x = tensor([1., 2.])")
    with pytest.raises(TcalcError) as caught:
        session.eval(code)
    assert "internal error" not in caught.value.headline


@pytest.mark.parametrize("code", ["load('x.npy')", "save([1], 'x.json')"])
def test_a_strict_session_touches_no_file(code: str) -> None:
    with pytest.raises(TcalcError, match="no access to files"):
        Session(limits=Limits(strict=True)).eval(code)


def test_the_languages_names_cannot_be_spoiled_for_the_next_session() -> None:
    Session().eval("len = 3\nmath = 4")
    assert Session().eval("(len([1]), math.floor(2.5))") == (1, 2)


def test_dir_lists_what_may_be_read_and_nothing_else() -> None:
    names = Session().eval("dir('text')")
    assert "upper" in names
    assert not [name for name in names if "__" in name or name.startswith("format")]


def test_hasattr_knows_what_may_be_read() -> None:
    assert Session().eval("(hasattr('a', 'upper'), hasattr('a', 'format'))") == (True, False)


def test_no_allowed_name_is_private_or_dangerous() -> None:
    dangerous = {"format", "format_map", "ctypes", "data", "base", "tofile", "dump", "setflags"}
    for kind in (int, float, complex, str, list, tuple, dict, set, range, slice):
        names = set(attributes.READABLE[kind])
        assert not names & dangerous
        assert not [name for name in names if name.startswith("_")]


def test_no_builtin_reaches_files_code_or_attributes() -> None:
    forbidden = "open eval exec compile getattr setattr delattr globals locals vars object super"
    assert not BUILTINS.keys() & {*forbidden.split(), "memoryview", "bytearray", "input"}
