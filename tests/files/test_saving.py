"""A file is replaced whole or not at all, whatever happens while it is written."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tcalc import files
from tcalc.core.tensor import Tensor
from tcalc.errors import TcalcError

ROOT = Path(__file__).parents[2]
OLD = b"9,9\n"
X = Tensor(np.arange(4).reshape(2, 2))


START = [sys.executable, "-m", "tcalc", "--no-config"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def shell(line: str, folder: Path) -> bytes:
    """What a line of shell, in which `tcalc` is the command, writes to both of its streams."""
    text = f'tcalc() {{ {" ".join(START)} "$@"; }}; {line}'
    return subprocess.run(
        ["sh", "-c", text],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=ENVIRONMENT,
        cwd=folder,
        check=False,
        timeout=60,
    ).stdout


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A file that is there already."""
    path = tmp_path / "x.csv"
    path.write_bytes(OLD)
    return path


def assert_untouched(target: Path) -> None:
    assert target.read_bytes() == OLD
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_permissions_stay_when_a_file_is_replaced(target: Path) -> None:
    target.chmod(0o640)
    files.save(X, str(target))
    assert target.read_bytes() == b"0,1\n2,3\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        files.save(X, str(tmp_path / "new.npy"))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.npy").stat().st_mode) == 0o640


def test_a_link_stays_a_link(target: Path) -> None:
    link = target.with_name("link.csv")
    link.symlink_to(target.name)
    files.save(X, str(link))
    assert link.is_symlink()
    assert target.read_bytes() == b"0,1\n2,3\n"


def test_a_link_to_nothing_makes_the_file_it_names(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to("new.csv")
    files.save(X, str(link))
    assert link.is_symlink()
    assert (tmp_path / "new.csv").read_bytes() == b"0,1\n2,3\n"


@pytest.mark.parametrize("length", [250, 251])
def test_the_longest_names_can_be_saved(tmp_path: Path, length: int) -> None:
    files.save(X, str(tmp_path / ("n" * length + ".npy")))


def test_a_file_may_be_replaced_while_its_data_are_still_unread(tmp_path: Path) -> None:
    for suffix in ("npz", "safetensors"):
        path = str(tmp_path / f"w.{suffix}")
        files.save({"a": X, "b": Tensor(np.ones(3))}, path)
        namespace: Any = files.load(path)
        namespace["a"] = Tensor(np.zeros(1))
        files.save(namespace, path)
        files.save({"b": X}, path)
        assert namespace["b"].array.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (Tensor(np.zeros((2, 2, 2))), "at most 2 dimensions, not 3"),
        ("word", "a str is not an array of numbers"),
        ({"a": Tensor(np.zeros(2)), "b": Tensor(np.zeros(3))}, "columns of different lengths"),
        ({"a": Tensor(np.zeros((2, 2)))}, "the column a has 2 dimensions, not 1"),
    ],
)
def test_a_value_that_does_not_fit_leaves_the_old_file(
    target: Path, value: object, message: str
) -> None:
    with pytest.raises(TcalcError, match=message):
        files.save(value, str(target))
    assert_untouched(target)


@contextmanager
def full_disk() -> Iterator[None]:
    """A limit on the size of files, which is what a full disk looks like to a program.

    It holds for no longer than the saving, for what the tests report may go to a file, too.
    """
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("name", ["x.csv", "x.npy", "x.npz", "x.safetensors", "x.json.gz"])
def test_a_full_disk_leaves_the_old_file(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    target.write_bytes(OLD)
    large = Tensor(np.random.default_rng(0).random(10_000))
    with full_disk(), pytest.raises(TcalcError, match=r"cannot write .*: File too large"):
        files.save(large if name in ("x.csv", "x.npy") else {"x": large}, str(target))
    assert_untouched(target)


def test_a_flush_that_fails_leaves_the_old_file(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TcalcError, match="No space left on device"):
        files.save(X, str(target))
    assert_untouched(target)


def test_an_interrupt_leaves_the_old_file_and_no_litter(target: Path) -> None:
    code = f"x = rand(3_000_000)\nsave(x, {str(target)!r})"
    with subprocess.Popen([*START, "-e", code], env=ENVIRONMENT) as run:
        while run.poll() is None and len(list(target.parent.iterdir())) == 1:
            time.sleep(0.01)
        run.send_signal(signal.SIGINT)
        assert run.wait(60) == 130
    assert_untouched(target)


def test_standard_output_is_written_between_the_results(tmp_path: Path) -> None:
    code = 'print("a")\nsave([1, 2], "/dev/stdout", "csv")\n3'
    line = f"tcalc -e '{code}'"
    assert shell(f"{line} | cat", tmp_path) == b"a\n1\n2\n3\n"
    assert shell(f"{line} > out; cat out", tmp_path) == b"a\n1\n2\n3\n"


@pytest.mark.parametrize("format", ["npy", "safetensors"])
def test_binary_formats_go_down_a_pipe(tmp_path: Path, format: str) -> None:
    first = f'tcalc -e \'save({{"x": arange(3)}}, "/dev/stdout", "{format}")\''
    if format == "npy":
        first = first.replace('{"x": arange(3)}', "arange(3)")
    shown = "x" if format == "npy" else "x.x"
    assert shell(f"{first} | tcalc -d x=- -e '{shown}'", tmp_path) == b"tensor([0, 1, 2])\n"


def test_a_named_pipe_carries_data_from_one_run_to_another(tmp_path: Path) -> None:
    line = "mkfifo p.npy; tcalc -e 'save(arange(3), \"p.npy\")' & tcalc -d x=p.npy -e x; wait"
    assert shell(line, tmp_path) == b"tensor([0, 1, 2])\n"
    assert stat.S_ISFIFO((tmp_path / "p.npy").stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_device_that_is_full_is_an_error() -> None:
    with pytest.raises(TcalcError, match="cannot write /dev/full: No space left on device"):
        files.save(X, "/dev/full", "csv")
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize(
    ("path", "message"),
    [("none/x.npy", "No such file or directory"), ("x.csv/y.npy", "Not a directory")],
)
def test_a_path_that_leads_nowhere_is_an_error(target: Path, path: str, message: str) -> None:
    with pytest.raises(TcalcError, match=message):
        files.save(X, str(target.parent / path))
    assert_untouched(target)


def test_a_file_that_may_not_be_written_is_not_replaced(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # the superuser may do all
    with pytest.raises(TcalcError, match="Permission denied"):
        files.save(X, str(target))
    assert_untouched(target)
