"""What every data format promises: values come back, and errors name the place."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from reading import array, failure, read_stream

from tcalc import files
from tcalc.core import dtypes
from tcalc.core.tensor import Size, Tensor
from tcalc.errors import TcalcError
from tcalc.files.json import dumps_described
from tcalc.files.namespace import DataNamespace
from tcalc.lang.builtins import DOCS
from tcalc.render.text import text_of


def write(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


@pytest.mark.parametrize("suffix", ["npy", "csv", "tsv", "json", "txt"])
@pytest.mark.parametrize(
    "value",
    [
        np.array([1.5, -2.25, np.nan], np.float32),
        np.arange(6).reshape(2, 3),
        np.array([[0.1], [np.inf]], np.float32).reshape(-1),
    ],
    ids=["floats", "integers", "column"],
)
def test_a_saved_tensor_loads_as_it_was(tmp_path: Path, suffix: str, value: np.ndarray) -> None:
    path = str(tmp_path / f"x.{suffix}")
    files.save(Tensor(value), path)
    loaded = array(files.load(path))
    assert loaded.dtype == value.dtype
    np.testing.assert_array_equal(loaded, value)


@pytest.mark.parametrize("suffix", ["npz", "safetensors"])
def test_named_tensors_load_under_their_names(tmp_path: Path, suffix: str) -> None:
    path = str(tmp_path / f"w.{suffix}")
    weights = {"a": Tensor(np.ones((2, 3), np.float32)), "b": Tensor(np.array(7))}
    files.save(weights, path)
    loaded = files.load(path)
    assert isinstance(loaded, DataNamespace)
    assert list(loaded) == ["a", "b"]
    np.testing.assert_array_equal(array(loaded["a"]), weights["a"].array)
    assert array(loaded["b"]).shape == ()


def test_bfloat16_weights_stay_bfloat16() -> None:
    header = b'{"x": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}'
    data = np.array([0x3F80, 0xC000], "<u2").tobytes()
    loaded = read_stream(len(header).to_bytes(8, "little") + header + data)
    assert isinstance(loaded, DataNamespace)
    assert loaded["x"].dtype is dtypes.bfloat16
    assert array(loaded["x"]).tolist() == [1.0, -2.0]


def test_a_write_to_a_mapped_file_does_not_reach_it(tmp_path: Path) -> None:
    path = str(tmp_path / "x.npy")
    files.save(Tensor(np.zeros(3)), path)
    array(files.load(path))[0] = 5
    assert array(files.load(path))[0] == 0


def test_arrays_that_follow_each_other_in_a_stream_are_a_tuple() -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(2))
    np.save(buffer, np.ones((1, 2)))
    loaded = read_stream(buffer.getvalue())
    assert isinstance(loaded, tuple)
    assert [array(item).shape for item in loaded] == [(2,), (1, 2)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("1\n2\n3\n", [1, 2, 3]),
        ("1 2 3\n", [1, 2, 3]),
        ("1,2\n3,4\n", [[1, 2], [3, 4]]),
        ("1\t2\n3\t4\n", [[1, 2], [3, 4]]),
        ("# made today\n\n1,2\r\n3,4\r\n", [[1, 2], [3, 4]]),
        ('"1","2"\n"3","4"\n', [[1, 2], [3, 4]]),
        ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ("\ufeff1,2\n3,4\n", [[1, 2], [3, 4]]),
    ],
)
def test_whole_numbers_stay_integers_in_any_layout(content: str, expected: list[object]) -> None:
    loaded = array(read_stream(content))
    assert loaded.dtype == np.int64
    assert loaded.tolist() == expected


def test_large_integers_keep_every_digit() -> None:
    assert array(read_stream("9007199254740993\n1\n"))[0] == 9007199254740993


def test_a_header_is_skipped_and_kept() -> None:
    source = files.Input("data", stream=io.BytesIO(b"height,weight\n1,2\n"))
    assert array(files.read(source)).tolist() == [[1, 2]]
    assert source.header == ["height", "weight"]


def test_missing_fields_are_nan() -> None:
    loaded = array(read_stream("1,,3\nNA,5,6\n"))
    assert np.isnan(loaded[0, 1])
    assert np.isnan(loaded[1, 0])
    assert loaded[1, 2] == 6


@pytest.mark.parametrize(
    ("content", "headline"),
    [
        ("1,2\n3,x\n", "standard input:2:3: 'x' is not a number"),
        ("1,x\n3,4\n", "standard input:1:3: 'x' is not a number"),
        ("1,2\n3\n", "standard input:2: 1 field in this row, but 2 in those before"),
        ("1 2\n3 4 5\n", "standard input:2: 3 fields in this row, but 2 in those before"),
        ("[1, 2\n", "standard input:2:1: not JSON: expecting ',' delimiter"),
        ("", "standard input is empty"),
        (" \n\n", "standard input is empty"),
        (b"\xff\xfe\x00\x01", "standard input is in no known format"),
        (b"\x93NUMPY\x01", "standard input: the file ends before its array does"),
        (
            "tensor([1., 2.,  ..., 9.])",
            "standard input: a summarised tensor (...) cannot be read back",
        ),
        ("tensor([1., 2.", "standard input:1:8: the text ends within a tensor"),
        ("tensor([[1., 2.], [3.]])", "standard input:1:8: not the elements of a tensor"),
    ],
)
def test_wrong_data_is_an_error_that_names_the_place(content: str | bytes, headline: str) -> None:
    assert failure(content).headline == headline


def test_a_pickled_array_is_refused() -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.array([{}], dtype=object), allow_pickle=True)
    assert "Python objects" in failure(buffer.getvalue()).headline


def test_a_truncated_file_is_an_error(tmp_path: Path) -> None:
    path = str(tmp_path / "x.npy")
    files.save(Tensor(np.zeros(1000)), path)
    cut = write(tmp_path, "cut.npy", Path(path).read_bytes()[:-8])
    with pytest.raises(TcalcError, match="ends before its array does"):
        files.load(cut)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TcalcError, match="No such file or directory"):
        files.load(str(tmp_path / "none.npy"))


def test_an_unknown_suffix_cannot_be_saved_and_the_known_ones_are_listed(tmp_path: Path) -> None:
    with pytest.raises(TcalcError) as caught:
        files.save(Tensor(np.zeros(2)), str(tmp_path / "x.abc"))
    assert ".safetensors" in caught.value.helps[0]


def test_a_failed_save_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = str(tmp_path / "x.csv")
    files.save(Tensor(np.zeros(2)), path)
    with pytest.raises(TcalcError, match="at most 2 dimensions"):
        files.save(Tensor(np.zeros((2, 2, 2))), path)
    assert [file.name for file in tmp_path.iterdir()] == ["x.csv"]
    assert array(files.load(path)).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("content", "dtype", "expected"),
    [
        (
            "tensor([[1.0000, -2.5000],\n        [nan, inf]])",
            "float32",
            [[1, -2.5], [np.nan, np.inf]],
        ),
        ("tensor([1., 2.], dtype=torch.float64, grad_fn=<MulBackward0>)", "float64", [1, 2]),
        ("tensor([ True, False])", "bool", [True, False]),
        ("tensor([1.0000+2.j, 3.5000-4.j])", "complex64", [1 + 2j, 3.5 - 4j]),
        ("tensor(2.5000, requires_grad=True)", "float32", 2.5),
        ("tensor([], size=(0, 3))", "float32", np.zeros((0, 3))),
        ("tensor([1, 2, 3])", "int64", [1, 2, 3]),
        ("tensor([1., 2.],\n       dtype=torch.float64)", "float64", [1, 2]),
        ("tensor([[[1, 2, 3]],\n\n        [[4, 5, 6]]])", "int64", [[[1, 2, 3]], [[4, 5, 6]]]),
    ],
)
def test_text_output_reads_back(content: str, dtype: str, expected: object) -> None:
    loaded = array(read_stream(content))
    assert loaded.dtype.name == dtype
    np.testing.assert_array_equal(loaded, expected)


def test_several_results_read_back_as_a_tuple() -> None:
    loaded = read_stream("tensor([1., 2.])\n3\n(tensor(1),\n tensor(2))\n")
    assert isinstance(loaded, tuple)
    assert array(loaded[0]).tolist() == [1, 2]
    assert loaded[1] == 3
    assert [array(item).item() for item in loaded[2]] == [1, 2]


@pytest.mark.parametrize(
    "value",
    [
        np.array([[0.1, np.nan], [-np.inf, 3]], np.float32),
        np.array([1 + 2j, 3 - 0.5j], np.complex64),
        np.array([True, False]),
        np.zeros((0, 3), np.float32),
        np.array(7, np.int32),
    ],
    ids=lambda value: f"{value.dtype}",
)
def test_a_described_json_object_reads_back_exactly(value: np.ndarray) -> None:
    loaded = array(read_stream(dumps_described(Tensor(value))))
    assert loaded.dtype == value.dtype
    np.testing.assert_array_equal(loaded, value)


def test_a_stream_is_the_same_however_it_is_cut_into_pieces() -> None:
    class Slow(io.RawIOBase):
        data = io.BytesIO(b"1,2\n" * 40_000)

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            piece = self.data.read(min(7, len(buffer)))
            buffer[: len(piece)] = piece
            return len(piece)

    loaded = files.read(files.Input("pipe", stream=io.BufferedReader(Slow(), 16)))
    assert array(loaded).shape == (40_000, 2)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('["1", "2"]', ["1", "2"]),
        ('{"a": [null, 1], "b": true}', {"a": [None, 1], "b": True}),
        ("3", 3),
        ('"word"', "word"),
    ],
)
def test_json_that_is_no_array_stays_plain(content: str, expected: object) -> None:
    assert read_stream(content, "json") == expected


def test_json_numbers_may_be_spelled() -> None:
    loaded = array(read_stream('[[1, "nan"], ["-inf", 2.5]]'))
    np.testing.assert_array_equal(loaded, np.array([[1, np.nan], [-np.inf, 2.5]], np.float32))


def test_several_json_values_are_a_tuple() -> None:
    loaded = read_stream("[1, 2]\n[3]\n", "json")
    assert isinstance(loaded, tuple)
    assert [array(item).tolist() for item in loaded] == [[1, 2], [3]]


@pytest.mark.parametrize(
    "content", ["1e300,2\n", "[1e300, 2]", "tensor([1e300, 2])", "1 2\n1e300 3"]
)
def test_numbers_beyond_the_dtype_are_infinite_without_a_word(content: str) -> None:
    assert np.isinf(array(read_stream(content))).sum() == 1


def test_a_header_of_python_2_is_understood() -> None:
    buffer = io.BytesIO()
    np.save(buffer, np.arange(3))
    old = buffer.getvalue().replace(b"(3,), } ", b"(3L,), }")
    assert array(read_stream(old)).tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "value",
    [
        {"a": (1, None), 2: [True, "x"], (3,): {1.5, -2}},
        ["it's", 'a "b"', "\n\t\\", "é\x1b\u2028\U0001f600", "", "1"],
        [float("inf"), 1 - 2j, -0.0, 10**30, (), [], {}, (1,)],
        [dtypes.float32, Size((2, 3))],
    ],
)
def test_containers_read_back_as_the_text_format_shows_them(value: object) -> None:
    assert read_stream(text_of(value), "text") == value
    if not any(isinstance(item, str) for item in value):  # which JSON could mean as well
        assert read_stream(text_of(value)) == value


def test_results_with_named_fields_read_back_as_a_tuple() -> None:
    shown = "torch.return_types.max(\nvalues=tensor([3., 2.]),\nindices=tensor([1, 0]))"
    values, indices = read_stream(shown)
    assert (array(values).tolist(), array(indices).tolist()) == ([3, 2], [1, 0])


def test_numpy_arrays_read_back_with_their_own_default() -> None:
    assert array(read_stream("array([1.5, 2. ])")).dtype == np.float64
    assert array(read_stream("array([1., 2.], dtype=float32)")).dtype == np.float32
    assert array(read_stream("array([ True, False])")).tolist() == [True, False]
    assert array(read_stream("array([[1, 2],\n       [3, 4]])")).tolist() == [[1, 2], [3, 4]]


def test_every_format_is_on_the_page_of_data_and_in_the_help_of_load() -> None:
    text = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    for format in files.FORMATS.values():
        assert f"`{format.name}`" in text
        assert [suffix for suffix in format.suffixes if f"`{suffix}`" not in text] == []
        assert format.name in DOCS["load"].split("(", 2)[2]
