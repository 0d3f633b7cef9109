"""Data apart from code: standard input, -d, and pipes between two runs of the command."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("data", "result"),
    [
        ("1\n2\n3\n4\n", "tensor(10)\n"),
        ("1 2\n3 4\n", "tensor(10)\n"),
        ("a,b\n1,2\n3,4\n", "tensor(10)\n"),
        ("[[1, 2], [3, 4]]", "tensor(10)\n"),
        ("tensor([[1., 2.],\n        [3., 4.]])\n", "tensor(10.)\n"),
    ],
)
def test_piped_input_is_a_tensor_in_whatever_form_it_comes(
    tcalc: Run, data: str, result: str
) -> None:
    assert tcalc("-e", "stdin.sum()", stdin=data) == (0, result, "")


def test_a_script_reads_piped_data_too(tcalc: Run, tmp_path: Path) -> None:
    script = tmp_path / "script.tc"
    script.write_text("stdin.sum()\nstdin_header\n")
    assert tcalc(str(script), stdin="a,b\n1,2\n").out == "tensor(3)\n['a', 'b']\n"


def test_input_that_is_not_used_is_not_read(tcalc: Run) -> None:
    assert tcalc("-e", "1", stdin="not a number") == (0, "1\n", "")


def test_wrong_input_is_an_error_where_it_is_used(tcalc: Run) -> None:
    status, out, err = tcalc("-e", "x = 1", "-e", "stdin + x", stdin="1,2\n3,x\n")
    assert (status, out) == (1, "")
    assert err.startswith("error: standard input:2:3: 'x' is not a number\n --> -e (2):1:1\n")


def test_text_output_is_the_next_runs_input(tcalc: Run) -> None:
    first = tcalc("-e", "arange(6.).reshape(2, 3) / 4").out
    assert tcalc("-e", "stdin", stdin=first).out == first


def test_npy_output_is_exact(process: Run) -> None:
    data = np.random.default_rng(0).standard_normal((3, 4))
    buffer = io.BytesIO()
    np.save(buffer, data)
    out = process("-d", "x=-", "-o", "json", "-e", "x", stdin=buffer.getvalue()).out
    assert json.loads(out) == data.tolist()


def test_named_data_comes_from_files(tcalc: Run, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.arange(3))
    (tmp_path / "y.data").write_text("4\t5\t6\n")
    outcome = tcalc(
        "-d", f"x={tmp_path}/x.npy", "--data", f"y=tsv:{tmp_path}/y.data", "-e", "x + y"
    )
    assert outcome == (0, "tensor([4, 6, 8])\n", "")


def test_a_file_of_several_tensors_is_a_namespace(tcalc: Run, tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", fc1=np.ones(2), fc2=np.zeros(3))
    assert tcalc("-d", f"w={tmp_path}/w.npz", "-e", "w.fc1.shape").out == "torch.Size([2])\n"
    status, _, err = tcalc("-d", f"w={tmp_path}/w.npz", "-e", "w.fc3")
    assert status == 1
    assert "did you mean w.fc1?" in err


def test_a_missing_file_is_an_error_where_it_is_used(tcalc: Run) -> None:
    status, out, err = tcalc("-d", "x=none.npy", "-e", "1", "-e", "x")
    assert (status, out) == (1, "1\n")
    assert err.startswith("error: cannot read none.npy: No such file or directory\n")


def test_a_saved_file_loads_again(tcalc: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    outcome = tcalc("-e", f"save(arange(4).reshape(2, 2), '{path}')\nload('{path}')")
    assert outcome.out == "tensor([[0, 1],\n        [2, 3]])\n"
    assert path.read_text() == "0,1\n2,3\n"


@pytest.mark.parametrize(
    "code", ["load(0)", "load(None)", "save([1], 1)", "save(heat(ones(2)), 1)", "load('x.npy', 5)"]
)
def test_a_file_is_named_by_a_text_not_by_a_number_of_an_open_one(tcalc: Run, code: str) -> None:
    status, out, err = tcalc("-e", code, stdin="1\n")
    assert (status, out) == (1, "")
    assert " must be str, not " in err.partition("\n")[0]


def test_data_that_cannot_be_read_take_nothing_else_with_them(tcalc: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("1,2\n")
    words = (
        "-k",
        "--dtype",
        "float64",
        "-d",
        f"x={tmp_path}/x.csv",
        "-d",
        f"y={tmp_path}/none.csv",
    )
    status, out, err = tcalc(*words, "-e", "x + y", "-e", "x", "-e", "ones(1).dtype")
    assert (status, out) == (1, "tensor([1, 2])\ntorch.float64\n")
    assert err.startswith("error: cannot read ")


@pytest.mark.parametrize("code", ["load('{}')", "save([1], '{}')"])
def test_a_sandbox_has_no_files(tcalc: Run, tmp_path: Path, code: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("1\n")
    status, _, err = tcalc("--sandbox", "-e", code.format(path))
    assert status == 1
    assert "no access to files" in err
    assert path.read_text() == "1\n"


def test_printing_options_hold_for_the_whole_run(tcalc: Run) -> None:
    out = tcalc("--precision", "2", "--no-sci", "-e", "arange(3) / 7", "-e", "tensor(1e-5)").out
    assert out == "tensor([0.00, 0.14, 0.29])\ntensor(0.00)\n"
    assert tcalc("-e", "arange(3) / 7").out == "tensor([0.0000, 0.1429, 0.2857])\n"


def test_the_seed_and_the_dtype_come_from_the_command_line(tcalc: Run) -> None:
    words = ("--seed", "7", "--dtype", "float64", "-e", "rand(2)")
    assert tcalc(*words).out == tcalc(*words).out
    assert "dtype" not in tcalc(*words).out
    assert tcalc("--dtype", "float64", "-e", "tensor(1.5).dtype").out == "torch.float64\n"
