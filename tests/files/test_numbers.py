"""Rows of numbers as people have them: headers, gaps, quotes, any width and any number of lines."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import array, failure, read_stream

from tcalc import files
from tcalc.core.tensor import Tensor
from tcalc.files import numbers
from tcalc.files.source import BLOCK, Input


def both_ways(tmp_path: Path, content: str, format: str) -> tuple[np.ndarray, list[str]]:
    """What a file and a stream give, which is the same: the array and the header's words."""
    path = tmp_path / "data"
    path.write_text(content, encoding="utf-8")
    source = Input(str(path))
    value = array(files.read(source, format))
    with path.open("rb") as stream:
        piped = Input("pipe", stream=stream)
        other = array(files.read(piped, format))
    assert (value.dtype, value.shape, source.header) == (other.dtype, other.shape, piped.header)
    np.testing.assert_array_equal(value, other)
    return value, source.header


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("1,2.5\n3,4\n", [[1, 2.5], [3, 4]]),
        ("1,2\n3,4.5\n", [[1, 2], [3, 4.5]]),
        ("1,,3\n,5,\n", [[1, np.nan, 3], [np.nan, 5, np.nan]]),
        ("1,NA,3\nnull,N/A,NaN\n", [[1, np.nan, 3], [np.nan, np.nan, np.nan]]),
        ("1, ,3\n 4 , NA ,6\n", [[1, np.nan, 3], [4, np.nan, 6]]),
        ('"1.5","2"\n"",3\n', [[1.5, 2], [np.nan, 3]]),
        ("1,inf\n-Inf,1e3\n", [[1, np.inf], [-np.inf, 1000]]),
        ("1,2 # two\n# none\n\n3,4\n", [[1, 2], [3, 4]]),
        ("1,2\r\n3,4", [[1, 2], [3, 4]]),
        ("1,2\r3,4\r", [[1, 2], [3, 4]]),
        ("1,+2\n-3,04\n", [[1, 2], [-3, 4]]),
        ("1\n2\n3\n", [1, 2, 3]),
        ("1,2,3\n", [1, 2, 3]),
        ("7\n", [7]),
        ("1,2+3j\n-1j,nan\n", [[1, 2 + 3j], [-1j, np.nan]]),
        ("18446744073709551615,1\n2,3\n", [[18446744073709551615, 1], [2, 3]]),
    ],
)
def test_fields_are_read_as_they_are_meant(tmp_path: Path, content: str, expected: Any) -> None:
    value, header = both_ways(tmp_path, content, "csv")
    plain = np.asarray(expected, dtype=object)
    np.testing.assert_array_equal(value, plain.astype(value.dtype))
    assert header == []
    assert (value.dtype.kind in "iu") == all(isinstance(item, int) for item in plain.flat)


@pytest.mark.parametrize(
    ("content", "format", "words"),
    [
        ("height,weight\n1,2\n", "csv", ["height", "weight"]),
        ('"a, b","c ""d"""\n1,2\n', "csv", ["a, b", 'c "d"']),
        ("# 2024\n\n x , é \n1,2\n", "csv", ["x", "é"]),
        ("a\tb c\n1\t2\n", "tsv", ["a", "b c"]),
        ("a b\n1 2\n", "text", ["a", "b"]),
        ("a;b\n1;2\n", "csv", ["a", "b"]),
        ("a,b\n1,2\n", "text", ["a", "b"]),
    ],
)
def test_the_words_of_a_header_are_kept(
    tmp_path: Path, content: str, format: str, words: list[str]
) -> None:
    value, header = both_ways(tmp_path, content, format)
    assert header == words
    assert value.tolist() == [[1, 2]]


def test_a_header_without_rows_is_a_table_of_no_rows(tmp_path: Path) -> None:
    value, header = both_ways(tmp_path, "a,b,c\n", "csv")
    assert (value.shape, header) == ((0, 3), ["a", "b", "c"])


def test_one_column_is_a_vector_and_so_is_one_line_without_a_header(tmp_path: Path) -> None:
    assert both_ways(tmp_path, "a\n1\n", "csv")[0].shape == (1,)
    assert both_ways(tmp_path, "a,b\n1,2\n", "csv")[0].shape == (1, 2)
    assert both_ways(tmp_path, "1,2\n", "csv")[0].shape == (2,)


def test_thousands_of_columns_have_their_names(tmp_path: Path) -> None:
    """A header that is longer than what is looked at first."""
    names = [f"a rather long name of column {i}" for i in range(4000)]
    content = ",".join(names) + "\n" + "\n".join(",".join(["1.5"] * 4000) for _ in range(3))
    value, header = both_ways(tmp_path, content, "csv")
    assert value.shape == (3, 4000)
    assert header == names


ROW = "123456,0.25\n"


@pytest.mark.parametrize("late", ["7,1\n", ",2\n", "NA,nan\n", '"3",4\n', "\n# note\n1,2\n"])
def test_what_comes_late_in_a_long_file_is_read_too(tmp_path: Path, late: str) -> None:
    """Files of several blocks, of which a later one needs more care than those before."""
    count = 2 * BLOCK // len(ROW)
    value, _ = both_ways(tmp_path, ROW * count + late + ROW, "csv")
    assert value.shape == (count + 2, 2)
    assert value[-1].tolist() == [123456, 0.25]
    assert value[0].tolist() == value[-1].tolist()


def test_whole_numbers_are_kept_whole_over_all_blocks(tmp_path: Path) -> None:
    count = BLOCK // 10
    value, _ = both_ways(tmp_path, "1234567,-1\n" * count + "9007199254740993,2\n", "csv")
    assert value.dtype == np.int64
    assert value[-1, 0] == 9007199254740993
    value, _ = both_ways(tmp_path, "1234567,1\n" * count + "18446744073709551615,2\n", "csv")
    assert value.dtype == np.uint64
    assert value[-1, 0] == 18446744073709551615


def test_an_error_in_a_long_file_has_its_line() -> None:
    count = 2 * BLOCK // len(ROW)
    error = failure(ROW * count + "1,2,3\n")
    assert error.headline == (
        f"standard input:{count + 1}: 3 fields in this row, but 2 in those before"
    )


def test_a_line_of_any_length_is_read_in_one_pass() -> None:
    content = "1," * (3 * BLOCK) + "1"
    assert array(read_stream(content, "csv")).shape == (3 * BLOCK + 1,)


def test_a_name_like_that_of_a_compressed_file_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(b"1,2\n3,4\n")
    (tmp_path / "b.csv").write_bytes(gzip.compress(b"1,2\n3,4\n"))
    (tmp_path / "c.bz2").write_bytes(b"1,2\n3,4\n")
    for name in ("a.csv.gz", "b.csv", "c.bz2"):
        assert array(files.load(str(tmp_path / name))).tolist() == [[1, 2], [3, 4]]


cells = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.floats(width=32).map(str),
    st.sampled_from(["", "NA", "null", " ", "1e5", "+3", '"2"', "'", "x", "1_0", "0x1"]),
)


@given(st.lists(st.lists(cells, min_size=2, max_size=2), min_size=1, max_size=6))
def test_the_fast_way_and_the_careful_way_agree(table: list[list[str]]) -> None:
    content = "0,0\n" + "\n".join(",".join(row) for row in table)
    source = Input("data", stream=io.BytesIO(content.encode()))
    reader = numbers._Rows(source, ",")
    try:
        careful = reader.careful(content.split("\n"), 1)
    except files.DataFault as fault:
        assert (
            failure(content, "csv").headline.partition(":")[2] == fault.headline.partition(":")[2]
        )
        return
    assert careful is not None
    quick = array(read_stream(content, "csv"))
    np.testing.assert_array_equal(quick.reshape(careful.shape), careful)
    assert quick.dtype == careful.dtype


def test_named_columns_are_saved_below_a_header(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    columns = {"a": Tensor(np.arange(2)), "b, c": [0.5, None], 'd"': ["x", "y,z"]}
    files.save(columns, str(path))
    assert path.read_text() == 'a,"b, c","d"""\n0,0.5,x\n1,,"y,z"\n'
    columns.pop('d"')
    files.save(columns, str(path))
    source = Input(str(path))
    value = array(files.read(source))
    assert source.header == ["a", "b, c"]
    np.testing.assert_array_equal(value, np.array([[0, 0.5], [1, np.nan]], np.float32))


def test_objects_in_a_list_are_saved_as_rows_below_a_header(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    files.save(read_stream('{"step": 1, "loss": 0.5}\n{"step": 2, "tag": "x"}\n'), str(path))
    assert path.read_text() == "step,loss,tag\n1,0.5,\n2,,x\n"
