"""Data that are wrong: the error names the file and the place, and shows the line."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from reading import excerpt, failure, npy, npz, safetensors

from tcalc import Session, files
from tcalc.errors import LimitError, TcalcError
from tcalc.limits import Limits

HALF = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    ("content", "headline", "place"),
    [
        (
            "a,b\n1,2\n3,4 5\n",
            "standard input:3:3: '4 5' is not a number",
            (3, "3,4 5", "4 5"),
        ),
        (
            "1,2,3\n4,5\n",
            "standard input:2: 2 fields in this row, but 3 in those before",
            (2, "4,5", "4,5"),
        ),
        (
            "a,b\n1,2,3\n",
            "standard input:2: 3 fields in this row, but 2 in those before",
            (2, "1,2,3", "1,2,3"),
        ),
        ("1,2\n3,1_000\n", "standard input:2:3: '1_000' is not a number", (2, "3,1_000", "1_000")),
        ("1 2\n3 ٣\n", "standard input:2:3: '٣' is not a number", (2, "3 ٣", "٣")),
        ('1,2\n3,"4,5"\n', "standard input:2:4: '4,5' is not a number", (2, '3,"4,5"', "4,5")),
        (
            "1,2\n" * 40_000 + "x,2\n",
            "standard input:40001:1: 'x' is not a number",
            (40001, "x,2", "x"),
        ),
        (
            '{"a": [1 2]}',
            "standard input:1:10: not JSON: expecting ',' delimiter",
            (1, '{"a": [1 2]}', "2"),
        ),
        (
            "tensor([1., 2.])\ntensor([1., x])\n",
            "standard input:2:8: not the elements of a tensor",
            (2, "tensor([1., x])", "[1., x]"),
        ),
        ("(1, what)", "standard input:1:5: 'what' is not a number", (1, "(1, what)", "what")),
        (
            b"1,2\n3,\xe9\n",
            "standard input:2:3: byte 0xe9 is not UTF-8 text",
            (2, "3,\ufffd", "\ufffd"),
        ),
        (
            b"x,\xe9t\xe9\n1,2\n",
            "standard input:1:3: byte 0xe9 is not UTF-8 text",
            (1, "x,\ufffdt\ufffd", "\ufffd"),
        ),
        (
            b'["\xe9"]',
            "standard input:1:3: byte 0xe9 is not UTF-8 text",
            (1, '["\ufffd"]', "\ufffd"),
        ),
        (
            safetensors(b'{"a": {"dtype": F32}}'),
            "standard input:1:17: damaged header: expecting value",
            (1, '{"a": {"dtype": F32}}', "F"),
        ),
    ],
)
def test_the_line_is_shown_and_the_place_in_it_is_marked(
    content: str | bytes, headline: str, place: tuple[int, str, str]
) -> None:
    error = failure(content)
    assert error.headline == headline
    assert excerpt(error) == place


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (npy(np.zeros(3))[:-5], "the file ends before its array does"),
        (npy(np.zeros(3))[:50], "the file ends before its array does"),
        (npy(np.zeros(3)).replace(b"descr", b"dascr"), "damaged header"),
        (npy(np.zeros(3)).replace(b"(3,)", b"-3, "), "damaged header: it does not say what"),
        (npy(np.zeros(3)).replace(b"(3,)", b"-3,)"), "damaged header: it does not say what"),
        (npy(np.zeros(3)).replace(b"'<f8'", b"'wat'"), "no dtype is called 'wat'"),
        (npy(np.zeros(3)).replace(b"'<f8'", b"'f,('"), "no dtype is called 'f,('"),
        (npy(np.zeros(3)).replace(b"\x01\0", b"\x09\0", 1), "no known version of npy"),
        (npy(np.zeros(3)).replace(b"\x01\0v\0", b"\x01\0\0\xff", 1), "it has 65,280 characters"),
        (npy(np.array([{}]), allow_pickle=True), "holds Python objects, which are not read"),
        (npy(np.zeros(2, [("a", "f4"), ("b", "i4")])), "holds records of a, b, no plain numbers"),
        (npy(np.array(["a"])), "holds text, no numbers"),
        (npy(np.array(["2020-01-01"], "M8[D]")), "holds dates, no numbers"),
        (npz(a=np.zeros(100))[:200], "damaged npz archive, or not all of it"),
        (safetensors({"a": HALF}, b"\0" * 4), "the file ends before its data do"),
        (safetensors({"a": HALF}, b"\0" * 11), "3 bytes at the end belong to no tensor"),
        (
            safetensors({"a": HALF, "b": HALF | {"data_offsets": [4, 12]}}, b"\0" * 12),
            "b: damaged header: it lies over the data of a",
        ),
        (
            safetensors({"a": HALF | {"data_offsets": [4, 12]}}, b"\0" * 12),
            "a: damaged header: 4 bytes before it belong to no tensor",
        ),
        (
            safetensors({"a": HALF | {"shape": [3]}}, b"\0" * 8),
            "a: damaged header: float32 [3] takes 12 bytes, not the 8 from 0 to 8",
        ),
        (
            safetensors({"a": HALF | {"shape": [-2]}}, b"\0" * 8),
            "a: damaged header: sizes and offsets are counts, not [-2] and [0, 8]",
        ),
        (
            safetensors({"a": HALF | {"shape": [True, 2]}}, b"\0" * 8),
            "a: damaged header: sizes and offsets are counts",
        ),
        (safetensors({"a": 3}), "a: damaged header: no dtype, shape and data_offsets"),
        (safetensors(b'{"a": 1, "a": 2}'), "damaged header: 'a' stands in it twice"),
        (safetensors({"a": HALF})[:20], "the file ends before its header does"),
        (
            safetensors(
                {"a": {"dtype": "F32", "shape": [10**18], "data_offsets": [0, 4 * 10**18]}}
            ),
            "the file ends before its data do",
        ),
        ("1,2\n".encode("utf-16"), "standard input is UTF-16 text, and UTF-8 is read"),
        ("1,2\n".encode("utf-16-be").join([b"\xfe\xff", b""]), "standard input is UTF-16 text"),
        (gzip.compress(b"1,2\n" * 1000)[:-20], "the compressed data end too early"),
        (gzip.compress(b"1,2\n" * 9999)[:-8] + b"\0" * 8, "damaged gzip data"),
        (
            npz(a=np.zeros(2)).replace(b"PK\x01\x02\x2d\x03\x2d", b"PK\x01\x02\xff\x03\xff"),
            "damaged npz",
        ),
        (b"[1, " + b"9" * 5000 + b"]", "an integer has too many digits to be read"),
        ("torch.Size()", "1:12: not the sizes of a tensor"),
        ("{[1]: 2}", "1:2: a container cannot be a key"),
        (b"\x80\x04K\x01.", "holds Python objects, which are not read"),
        (b"[" * 100_000, "JSON nested too deeply"),
        (b"\x01\x02\x03\0", "standard input is in no known format"),
        ("namespace of 2 members\n  a  float32  [2]  8 bytes\n", "is the listing of a namespace"),
    ],
)
def test_damaged_data_are_told_from_other_damage(content: bytes, message: str) -> None:
    assert message in failure(content).headline


def test_a_claim_of_a_huge_array_costs_nothing(tmp_path: Path) -> None:
    header = io.BytesIO()
    description = {"descr": "<f4", "fortran_order": False, "shape": (10**9, 10**9)}
    np.lib.format.write_array_header_1_0(header, description)  # type: ignore[arg-type]
    path = tmp_path / "x.npy"
    path.write_bytes(header.getvalue() + b"\0" * 100)
    with pytest.raises(TcalcError, match="ends before its array does"):
        files.load(str(path))
    with pytest.raises(LimitError, match="would take 4 EB"):
        files.read(files.Input("pipe", stream=io.BytesIO(path.read_bytes())))


def test_a_pytorch_checkpoint_is_refused_and_told_apart() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("model/data.pkl", "x")
    error = failure(buffer.getvalue())
    assert "holds Python objects" in error.headline
    assert "safetensors" in error.helps[0]


def test_one_array_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    path = str(tmp_path / "x.npz")
    np.savez(path, a=np.ones(2), b=np.array([{}]))
    loaded = files.load(path)
    assert isinstance(loaded, files.namespace.DataNamespace)
    assert loaded["a"].array.tolist() == [1, 1]
    with pytest.raises(TcalcError, match="b: holds Python objects"):
        loaded["b"]


@pytest.mark.parametrize(
    "bomb",
    [gzip.compress(b"[" + b"0," * (1 << 24) + b"0]"), gzip.compress(b"1" * (1 << 25) + b"\n2\n")],
    ids=["json", "csv"],
)
def test_what_unpacks_to_more_than_memory_may_hold_is_stopped(tmp_path: Path, bomb: bytes) -> None:
    (tmp_path / "bomb.gz").write_bytes(bomb)
    session = Session(limits=Limits(memory=4 << 20))
    with pytest.raises(TcalcError, match=r"more than the limit of 4\.2 MB"):
        session.eval(f"load({str(tmp_path / 'bomb.gz')!r})")


def test_an_array_in_an_archive_that_memory_cannot_hold_is_not_unpacked(tmp_path: Path) -> None:
    path = str(tmp_path / "x.npz")
    np.savez_compressed(path, a=np.zeros(1 << 20), b=np.ones(2))
    session = Session(limits=Limits(memory=1 << 20))
    assert session.eval(f"w = load({path!r})\nw.b.sum()").item() == 2
    with pytest.raises(TcalcError, match="more than the limit"):
        session.eval("w.a")


def test_a_missing_file_is_told_with_the_name_that_was_meant(tmp_path: Path) -> None:
    (tmp_path / "weights{1}.npy").write_bytes(b"")
    with pytest.raises(TcalcError) as caught:
        files.load(str(tmp_path / "wieghts{1}.npy"))
    assert caught.value.headline.endswith("wieghts{1}.npy: No such file or directory")
    assert caught.value.helps == (f"did you mean {tmp_path}/weights{{{{1}}}}.npy?",)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(TcalcError, match="Is a directory"):
        files.load(str(tmp_path))


def test_a_file_that_may_not_be_read_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("1\n")
    path.chmod(0)
    user = os.geteuid()
    if user == 0:  # nothing is closed to the superuser
        os.seteuid(65534)
    try:
        with pytest.raises(TcalcError, match="Permission denied"):
            files.load(str(path))
    finally:
        os.seteuid(user)


def test_a_byte_order_mark_is_no_part_of_the_data(tmp_path: Path) -> None:
    for name, content in (("a.csv", "a,b\r\n1,2\r\n"), ("b.json", "[[1, 2]]"), ("c.txt", "1 2\n")):
        path = tmp_path / name
        path.write_bytes(b"\xef\xbb\xbf" + content.encode())
        loaded = files.load(str(path))
        assert isinstance(loaded, files.arrays.Tensor)
        assert loaded.array.reshape(-1).tolist() == [1, 2]


def test_a_long_line_is_no_long_error() -> None:
    error = failure("1," * 100_000 + "x\n")
    assert error.headline == "standard input:1:200001: 'x' is not a number"
    assert error.labels == ()


def test_decimal_commas_are_pointed_out() -> None:
    assert failure("1,5;2,0\n").helps == ("if the commas are decimal points: tr ',;' '.,'",)
