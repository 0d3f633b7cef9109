"""tcalc as the co-process of another program: statements, programs between NULs, errors as JSON."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from installed import ROOT

Run = Callable[..., Any]


def test_programs_between_nuls_are_answered_one_by_one(tcalc: Run) -> None:
    programs = ["x = 3", "x\nx + 1", "def f(y):\n    return y * x", "print(f(2))", "f(3);", "f(4)"]
    out = tcalc("-0", stdin="\0".join(programs)).out
    assert out.split("\0") == ["", "3\n4\n", "", "6\n", "", "12\n", ""]


def test_a_program_that_fails_or_is_not_complete_is_answered_at_once(tcalc: Run) -> None:
    status, out, err = tcalc("-0", stdin="x = 1\0(x +\x001 / 0\n5\0x\0")
    assert (status, out) == (1, "\0\0\x001\n\0")
    assert err.count("error:") == 2
    assert " --> <stdin>:1:5\n" in err  # lines count from the beginning of the program


def test_keep_going_goes_on_within_a_program(tcalc: Run) -> None:
    assert tcalc("-0k", stdin="1 / 0\n5\0").out == "5\n\0"


def test_an_answer_comes_before_the_next_program(talk: Run) -> None:
    with talk("-0", "-o", "json") as (stdin, stdout):
        for program, answer in (("2 + 3", b"5\n\0"), ("y = 1", b"\0"), ("[y]", b"[1]\n\0")):
            stdin.write(program.encode() + b"\0")
            got = b""
            while not got.endswith(b"\0"):
                got += stdout.read(1)
            assert got == answer


@pytest.mark.parametrize("words", [("-0", "-e", "1"), ("-0", "script.tc"), ("-0", "-o", "npy")])
def test_nuls_are_for_text_from_standard_input(tcalc: Run, words: tuple[str, ...]) -> None:
    assert tcalc(*words).status == 2


def test_an_error_in_json_has_all_that_the_text_shows(tcalc: Run) -> None:
    code = "def f(a):\n    return a + ones(3)\nx = ones(2)\nf(x)"
    status, out, err = tcalc("--errors", "json", "-e", code)
    assert (status, out) == (1, "")
    error = json.loads(err)
    assert err.count("\n") == 1
    assert error.pop("notes") == [
        "sizes pair up from the right; a pair must be equal or have a 1\n2\n3\n^"
    ]
    assert error == {
        "kind": "error",
        "headline": "The size of tensor a (2) must match the size of tensor b (3) at"
        " non-singleton dimension 0",
        "file": "-e",
        "line": 2,
        "column": 12,
        "span": [[2, 12], [2, 23]],
        "labels": [
            {
                "text": "a: float32 [2]",
                "file": "-e",
                "line": 2,
                "column": 12,
                "span": [[2, 12], [2, 13]],
            },
            {
                "text": "float32 [3]",
                "file": "-e",
                "line": 2,
                "column": 16,
                "span": [[2, 16], [2, 23]],
            },
        ],
        "helps": [],
        "calls": [
            {
                "function": "f",
                "file": "-e",
                "line": 4,
                "column": 1,
                "span": [[4, 1], [4, 5]],
            }
        ],
    }


def test_every_error_is_a_line_of_its_own(tcalc: Run) -> None:
    err = tcalc("--errors=json", "-k", stdin="1 / 0\n1 +\n'é' + 1\n2\n").err
    errors = [json.loads(line) for line in err.splitlines()]
    assert [(error["file"], error["line"]) for error in errors] == [
        ("<stdin>", 1),
        ("<stdin>", 2),
        ("<stdin>", 3),
    ]


def test_an_error_without_a_place_has_none_in_json_either(tcalc: Run) -> None:
    error = json.loads(tcalc("--errors=json", "none.tc").err)
    assert error["headline"].startswith("cannot read the script none.tc")
    assert (error["file"], error["line"], error["column"], error["span"]) == (None,) * 4


def test_bad_data_are_an_error_at_their_own_place(tcalc: Run) -> None:
    error = json.loads(tcalc("--errors=json", "--each", "-e", "x", stdin="1 2\n1 x\n").err)
    assert (error["file"], error["line"], error["column"]) == ("standard input", 2, 3)


@pytest.mark.parametrize(
    ("program", "needs"), [("coprocess.sh", "bash"), ("coprocess.mjs", "node")]
)
def test_the_examples_of_other_programs_run(
    environment: dict[str, str], program: str, needs: str
) -> None:
    if shutil.which(needs) is None:
        pytest.skip(f"needs {needs}")
    done = subprocess.run(
        [needs, str(ROOT / "examples" / program)],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    shown = (ROOT / "examples" / program).read_text(encoding="utf-8")
    assert done.stdout.splitlines() == re.findall(r"(?:#|//) => (.*)", shown)
