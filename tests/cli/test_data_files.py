"""A data file as the FILE of the command: what is in it is shown, or code goes on with it."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tcalc import files
from tcalc.core.tensor import Tensor
from tcalc.datafile import name_of

Run = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with data files, in which the command runs."""
    weights = np.arange(6, dtype=np.float32).reshape(2, 3)
    bias = np.array([1.5, np.nan, np.inf], np.float32)
    members = {"fc.weight": Tensor(weights), "fc.bias": Tensor(bias), "step": Tensor(np.array(7))}
    files.save({**members, "__metadata__": {"format": "pt"}}, str(tmp_path / "net.safetensors"))
    np.save(tmp_path / "x.npy", np.arange(4.0))
    np.save(tmp_path / "y.npy", np.arange(4.0) + 1)
    (tmp_path / "sizes.csv").write_text("height,weight\n1.5,50\n2.5,\n")
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n3,x\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


TABLE = """\
net = load('net.safetensors'): 3 tensors, 10 parameters, 44 bytes
format: pt
name       dtype    shape      bytes  min  max  mean    std
fc.weight  float32  [2, 3]  24 bytes    0    5   2.5  1.871
fc.bias    float32  [3]     12 bytes  1.5  1.5   1.5         1 nan, 1 inf
step       int64    []       8 bytes    7    7     7
"""


def test_a_checkpoint_is_shown_as_a_table(tcalc: Run, folder: Path) -> None:
    assert tcalc("net.safetensors") == (0, TABLE, "")


def test_a_table_of_numbers_is_shown_by_its_columns(tcalc: Run, folder: Path) -> None:
    assert tcalc("sizes.csv").out == (
        "sizes = load('sizes.csv'): 2 columns, 4 elements, 16 bytes\n"
        "name    dtype    shape    bytes  min  max  mean     std\n"
        "height  float32  [2]    8 bytes  1.5  2.5     2  0.7071\n"
        "weight  float32  [2]    8 bytes   50   50    50          1 nan\n"
    )


def test_several_files_are_shown_one_after_another(tcalc: Run, folder: Path) -> None:
    out = tcalc("x.npy", "y.npy").out
    assert [line.partition(":")[0] for line in out.splitlines() if "load" in line] == [
        "x = load('x.npy')",
        "y = load('y.npy')",
    ]


def test_the_same_comes_as_json_and_as_csv(tcalc: Run, folder: Path) -> None:
    contents = json.loads(tcalc("-o", "json", "net.safetensors").out)
    assert contents["metadata"] == {"format": "pt"}
    assert (contents["elements"], contents["bytes"]) == (10, 44)
    first, second, third = contents["members"]
    assert first == {
        "name": "fc.weight",
        "dtype": "float32",
        "shape": [2, 3],
        "bytes": 24,
        "min": 0.0,
        "max": 5.0,
        "mean": 2.5,
        "std": pytest.approx(1.8708286933869707),
        "nan": 0,
        "inf": 0,
    }
    assert (second["nan"], second["inf"], third["std"]) == (1, 1, None)
    rows = list(csv.DictReader(io.StringIO(tcalc("-o", "csv", "net.safetensors").out)))
    assert [row["shape"] for row in rows] == ["2x3", "3", ""]
    assert [row["name"] for row in rows] == ["fc.weight", "fc.bias", "step"]


def test_a_format_for_arrays_alone_is_for_the_data_themselves(tcalc: Run, folder: Path) -> None:
    status, out, err = tcalc("-o", "npy", "x.npy")
    assert (status, out) == (2, "")
    assert "what is in a file cannot be written as npy" in err
    assert "-e x writes the data themselves" in err
    assert tcalc("-o", "csv", "x.npy", "-e", "x").out == "0.0\n1.0\n2.0\n3.0\n"
    described = json.loads(tcalc("-o", "jsonl", "x.npy").out)
    assert described["data"]["members"][0]["max"] == 3.0


def test_code_goes_on_with_the_data_bound(tcalc: Run, folder: Path) -> None:
    assert tcalc("-e", "net.fc.weight.sum()", "net.safetensors").out == "tensor(15.)\n"
    assert tcalc("x.npy", "y.npy", "-e", "(y - x).max()").out == (
        "tensor(1., dtype=torch.float64)\n"
    )
    assert tcalc("sizes.csv", "-o", "json", "-e", "sizes_header, sizes[0]").out == (
        '[["height", "weight"], [1.5, 50.0]]\n'
    )
    assert tcalc("-d", "z=x.npy", "x.npy", "-e", "(x == z).all()").out == "tensor(True)\n"


def test_a_script_after_the_data_works_on_them(tcalc: Run, folder: Path) -> None:
    (folder / "sum.tc").write_text("x.sum().item()\nargv\n")
    assert tcalc("x.npy", "sum.tc", "-e", "y.npy").out == "6.0\n['-e', 'y.npy']\n"


def test_data_on_standard_input_can_be_used_beside_a_file(tcalc: Run, folder: Path) -> None:
    assert tcalc("x.npy", "-e", "x + stdin", stdin="1\n1\n1\n1\n").out == (
        "tensor([1., 2., 3., 4.], dtype=torch.float64)\n"
    )


def test_the_session_goes_on_with_the_data_bound(tcalc: Run, folder: Path) -> None:
    out = tcalc("-i", "net.safetensors", stdin="net.fc.bias.shape\n").out
    assert out.startswith(TABLE)
    assert "torch.Size([3])" in out


def test_a_piped_session_takes_commands_from_its_first_line(tcalc: Run) -> None:
    status, out, err = tcalc("-i", "-q", stdin=":vars\nx = 2\n:vars\n1 / 0\nx\n")
    assert (status, out) == (0, "no names are defined\nx  int    2\n2\n")
    assert err.startswith("error: division by zero\n")


def test_a_format_can_be_named_before_the_path(tcalc: Run, folder: Path) -> None:
    (folder / "table.dat").write_text("1;2\n3;4\n")
    out = tcalc("csv:table.dat").out
    assert out.startswith("table_dat = load('table.dat', 'csv'): 2 columns, 4 elements")
    assert tcalc("csv:table.dat", "-e", "table_dat.sum()").out == "tensor(10)\n"


def test_binary_data_are_known_without_a_suffix(tcalc: Run, folder: Path) -> None:
    (folder / "x.npy").rename(folder / "array")
    (folder / "net.safetensors").rename(folder / "net.bin")
    assert tcalc("array").out.startswith("array = load('array', 'npy'): 1 tensor, 4 elements")
    assert tcalc("net.bin").out.startswith("net_bin = load('net.bin', 'safetensors'): 3 tensors")


def test_a_program_stays_a_program_whatever_it_is_called(tcalc: Run, folder: Path) -> None:
    (folder / "prog.txt").write_text("#!/usr/bin/env tcalc\n1 + 1\n")
    (folder / "prog").write_text("2 + 2\n")
    (folder / "prog.x.y").write_text("3 + 3\n")
    assert [tcalc(name).out for name in ("prog.txt", "prog", "prog.x.y")] == ["2\n", "4\n", "6\n"]


@pytest.mark.parametrize("words", [(), ("-e", "bad")])
def test_wrong_data_show_nothing_but_the_error(
    tcalc: Run, folder: Path, words: tuple[str, ...]
) -> None:
    status, out, err = tcalc("bad.csv", *words)
    assert (status, out) == (1, "")
    assert err.startswith("error: bad.csv:3:3: 'x' is not a number\n")
    assert "3 | 3,x\n  |   " in err


def test_a_file_that_is_missing_is_told_with_the_name_that_was_meant(
    tcalc: Run, folder: Path
) -> None:
    status, out, err = tcalc("ent.safetensors")
    assert (status, out) == (1, "")
    assert err == (
        "error: cannot read ent.safetensors: No such file or directory\n"
        "  = help: did you mean net.safetensors?\n"
    )


def test_a_sandbox_shows_the_files_of_the_command_line_and_no_others(
    tcalc: Run, folder: Path
) -> None:
    assert tcalc("--sandbox", "net.safetensors").out == TABLE
    assert tcalc("--sandbox", "x.npy", "-e", "x.sum().item()").out == "6.0\n"
    for code in ("load('y.npy')", "save(x, 'z.npy')", "save(x, '/dev/stdout', 'npy')"):
        status, out, err = tcalc("--sandbox", "x.npy", "-e", code)
        assert (status, out) == (1, "")
        assert "no access to files" in err
    assert not (folder / "z.npy").exists()


def test_statistics_of_many_bytes_are_left_to_be_asked_for(
    tcalc: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tcalc.render.contents.LARGEST", 40)
    assert tcalc("net.safetensors").out == (
        "net = load('net.safetensors'): 3 tensors, 10 parameters, 44 bytes\n"
        "format: pt\n"
        "statistics of more than 40 bytes are left out; stats(net) works them out\n"
        "name       dtype    shape      bytes\n"
        "fc.weight  float32  [2, 3]  24 bytes\n"
        "fc.bias    float32  [3]     12 bytes\n"
        "step       int64    []       8 bytes\n"
    )
    assert tcalc("net.safetensors", "-e", "stats(net)").out == TABLE.replace(
        "net = load('net.safetensors'): ", ""
    ).replace("parameters", "elements")


def test_data_that_memory_cannot_hold_are_an_error(
    tcalc: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise MemoryError

    monkeypatch.setattr("tcalc.files.npy.mapped", full)
    status, out, err = tcalc("x.npy")
    assert (status, out) == (1, "")
    assert err == "error: the program needs more memory than it may have\n"


@pytest.mark.skipif(sys.platform != "linux", reason="needs files with holes")
def test_one_element_of_a_file_larger_than_memory_may_be_costs_nothing(
    process: Run, folder: Path
) -> None:
    with (folder / "big.npy").open("wb") as file:
        header = {"descr": "<f4", "fortran_order": False, "shape": (1 << 20, 1024)}
        np.lib.format.write_array_header_1_0(file, header)  # type: ignore[arg-type]
        file.truncate(file.tell() + (1 << 32))
    status, out, err = process("--max-memory", "10M", "big.npy", "-e", "big[-1, 5] + 1")
    assert (status, out, err) == (0, "tensor(1.)\n", "")
    assert process("big.npy").out.splitlines()[0] == (
        "big = load('big.npy'): 1 tensor, 1,073,741,824 elements, 4.3 GB"
    )


def test_a_terminal_that_is_narrow_gets_the_statistics_below_the_names(
    environment: dict[str, str], folder: Path
) -> None:
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "tcalc", "--no-config", "--color=never", "net.safetensors"],
        stdout=follower,
        env=environment | {"COLUMNS": "50"},
    ) as run:
        assert run.wait(60) == 0
    os.close(follower)
    shown = os.read(leader, 1 << 16).decode().replace("\r", "")
    os.close(leader)
    assert (
        "fc.bias\n  float32 · [3] · 12 bytes\n  min 1.5 · max 1.5 · mean 1.5 · 1 nan, 1 inf"
        in shown
    )


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("model.safetensors", "model"),
        ("a/b/my-data.v2.csv.gz", "my_data_v2"),
        ("2024.csv", "_2024"),
        ("class.npy", "class_"),
        ("np.npy", "np_"),
        ("e.npy", "e_"),
        ("stdin.csv", "stdin_"),
        ("a__b.csv", "a_b"),
        ("größe.csv", "größe"),
        ("---.csv", "data"),
        ("csv:x.dat", "x_dat"),
        (".npy", "npy"),
        ("x.npy", "x_2"),
    ],
)
def test_the_name_is_the_files_made_an_identifier(place: str, name: str) -> None:
    assert name_of(place, ["x"]) == name
