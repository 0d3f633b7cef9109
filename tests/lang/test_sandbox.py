"""No program gets out: not to Python's internals, not to files, not to raw memory."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from tcalc.errors import TcalcError
from tcalc.lang import attributes, guards
from tcalc.lang.builtins import BUILTINS
from tcalc.lang.session import Session
from tcalc.limits import Limits

PRELUDE = """
import torch
x = tensor([[1., 2.], [3., 4.]], requires_grad=True)
y = (x * x).sum()
a = ones(3).numpy()
f = lambda: 1
g = (i for i in [1, 2])
opt = torch.optim.SGD([x], lr=0.1)
h = y.register_hook(lambda g: g)
"""


class Attempt(NamedTuple):
    """A program that tries to get out, and a part of what it is told."""

    code: str
    answer: str


def attempts() -> list[Attempt]:
    lines = (Path(__file__).parent / "escapes.txt").read_text(encoding="utf-8").splitlines()
    found = [line.partition("  #! ") for line in lines if line and not line.startswith("#")]
    assert all(answer for _, _, answer in found)
    return [Attempt(code.replace("↵", "\n"), answer) for code, _, answer in found]


ATTEMPTS = attempts()


def test_there_are_hundreds_of_attempts_and_none_is_there_twice() -> None:
    assert len({attempt.code for attempt in ATTEMPTS}) == len(ATTEMPTS) > 400


@cache
def prepared(strict: bool) -> Session:
    session = Session(limits=Limits(strict=strict), write=lambda text: None)
    session.eval(PRELUDE)
    return session


@pytest.mark.parametrize("strict", [False, True], ids=["open", "strict"])
@pytest.mark.parametrize(("code", "answer"), ATTEMPTS, ids=[each.code for each in ATTEMPTS])
def test_an_attempt_to_get_out_is_answered_with_a_diagnostic(
    code: str, answer: str, strict: bool
) -> None:
    if re.search("[;\n]", code):
        prepared.cache_clear()  # the statements before the last one may change what there is
    session = prepared(strict)
    before = session.names()
    with pytest.raises(TcalcError) as caught:
        session.eval(code)
    diagnostic = caught.value.diagnostic
    assert diagnostic is not None
    assert diagnostic.span is not None
    assert answer in diagnostic.headline
    assert "internal error" not in diagnostic.headline
    assert session.names()[: len(before)] == before


@pytest.mark.parametrize(
    "code", ["load('x.npy')", "save([1], 'x.json')", "plot([1, 2]).save('x.svg')"]
)
def test_a_strict_session_touches_no_file(code: str) -> None:
    with pytest.raises(TcalcError, match="no access to files"):
        Session(limits=Limits(strict=True)).eval(code)


def test_a_notebooks_commands_run_nothing(tmp_path: Path) -> None:
    remarks: list[object] = []
    session = Session(notice=remarks.append)
    session.eval(f"!touch {tmp_path}/made\n%cd {tmp_path}\n")
    assert len(remarks) == 2
    assert list(tmp_path.iterdir()) == []


# What one session does, no other sees -----------------------------------------------------------


def test_the_languages_names_cannot_be_spoiled_for_the_next_session() -> None:
    Session().eval("len = 3\nmath = 4\ndef print(x): pass\ndel math\nargv.append(1)")
    assert Session().eval("(len([1]), math.floor(2.5), argv)") == (1, 2, [])


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("torch.set_grad_enabled(False)", "torch.is_grad_enabled()"),
        ("torch.set_default_dtype(torch.float64)", "str(torch.get_default_dtype())"),
        ("torch.set_printoptions(precision=1)", "str(tensor(1.2345))"),
        ("torch.manual_seed(7); random.seed(7)", "torch.initial_seed()"),
        ("for name in dir(torch.optim): name = 1", "dir(torch.optim)"),
        ("dir(torch).clear(); dir('').clear()", "(len(dir(torch)), dir(''))"),
        ("torch.Size([1, 2]).count(1); torch.finfo(torch.float32)", "torch.finfo(torch.float32)"),
        ("from torch import *\npi = 3\nfrom math import *\ne = 3", "(pi, e, math.e, torch.pi)"),
    ],
)
def test_modes_and_modules_are_a_sessions_own(code: str, asked: str) -> None:
    first, second = Session(seed=0), Session(seed=0)
    before = str(second.eval(asked))
    first.eval(code)
    assert str(second.eval(asked)) == before
    assert str(Session(seed=0).eval(asked)) == before


def test_constants_that_ops_hand_out_are_not_shared() -> None:
    for code in ("zeros(3)", "tensor(1.)", "hann_window(4)", "eye(2)", "tensor([1.]).grad"):
        first = Session().eval(f"x = {code}\nif x is not None: x.fill_(7)\n{code}")
        assert str(first) == str(Session().eval(code))


# The host's own values ---------------------------------------------------------------------------


class Account:
    """A host's object, which offers nothing to programs."""

    readable = frozenset({"secret"})
    settable = frozenset({"secret"})
    secret = "1234"

    def member(self, name: str) -> str:
        return self.secret

    def member_names(self) -> list[str]:
        return ["secret"]


@pytest.mark.parametrize("code", ["account.secret", "account.member", "account.secret = 1"])
def test_a_hosts_object_cannot_open_itself_by_the_names_that_ours_use(code: str) -> None:
    session = Session()
    session["account"] = Account()
    with pytest.raises(TcalcError):
        session.eval(code)
    assert session.eval("dir(account)") == []


def test_a_function_that_a_host_binds_is_called_and_no_more() -> None:
    session = Session()
    session["double"] = lambda x: 2 * x
    assert session.eval("double(21)") == 42
    for name in ("func_globals", "secret", "x"):
        with pytest.raises(TcalcError, match="no attribute"):
            session.eval(f"double.{name}")


# The lists ----------------------------------------------------------------------------------------


def test_dir_lists_what_may_be_read_and_nothing_else() -> None:
    names = Session().eval("dir('text')")
    assert {"upper", "join"} <= set(names)
    assert not [name for name in names if "__" in name or name.startswith("format_")]


def test_hasattr_knows_what_may_be_read() -> None:
    code = "(hasattr('a', 'upper'), hasattr('a', 'join'), hasattr('a', 'format_map'))"
    assert Session().eval(code) == (True, True, False)


DANGEROUS = {
    "base", "choose", "ctypes", "data", "dump", "dumps", "encode", "flags", "flat", "format_map",
    "getfield", "maketrans", "newbyteorder", "resize", "setfield", "setflags",
    "throw", "to_bytes", "tobytes", "tofile", "translate", "view",
}  # fmt: skip
LISTED = (
    int, float, complex, str, list, tuple, dict, set, range, slice, type(_ for _ in ()),
    np.ndarray, np.float32, np.dtype,
)  # fmt: skip


@pytest.mark.parametrize("kind", LISTED)
def test_no_allowed_name_is_private_or_dangerous(kind: type) -> None:
    names = {*attributes.READABLE[kind], *attributes.GUARDED[kind]}
    assert not names & DANGEROUS
    assert not [name for name in names if name.startswith("_")]


def test_a_guarded_method_is_read_by_no_other_way() -> None:
    for kind, methods in guards.METHODS.items():
        assert not methods.keys() & attributes.READABLE[kind]
        assert methods.keys() <= set(dir(kind))


def test_no_builtin_reaches_files_code_or_attributes() -> None:
    forbidden = "open eval exec compile getattr setattr delattr globals locals vars object super"
    assert not BUILTINS.keys() & {*forbidden.split(), "memoryview", "bytearray", "input"}


def test_no_program_can_write_a_hidden_name() -> None:
    session = Session()
    session.eval("x = [1]\nx[0] **= 2\ndef f(): return x\n[*f(), f'{x}']")
    hidden = session._builtins.keys() - BUILTINS.keys() - {"argv"}
    assert all(re.match("@|__", name) for name in hidden)
    assert not [name for name in session.names() if not name.isidentifier()]
