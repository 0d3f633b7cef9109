"""Output formats: what one value looks like in each."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from tcalc.core.tensor import Size, Tensor
from tcalc.errors import LimitError, TcalcError
from tcalc.render.formats import FORMATS, Page

MATRIX = Tensor(np.array([[0.1, 2.0], [np.nan, -np.inf]], np.float32))


def render(format: str, value: object) -> str:
    text = FORMATS[format].render(value, Page())
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize(
    ("format", "value", "expected"),
    [
        ("text", 0.5, "0.5"),
        ("text", "word", "'word'"),
        ("text", Tensor(np.array([1.5, 2.0], np.float32)), "tensor([1.5000, 2.0000])"),
        ("json", MATRIX, '[[0.1, 2.0], ["nan", "-inf"]]'),
        ("json", Tensor(np.array(3)), "3"),
        ("json", Tensor(np.array([1 + 2j], np.complex64)), '["1+2j"]'),
        ("json", {"a": (1, None, True), 2: Size((3, 4))}, '{"a": [1, null, true], "2": [3, 4]}'),
        ("json", np.arange(3), "[0, 1, 2]"),
        ("json", "é", '"é"'),
        (
            "jsonl",
            MATRIX,
            '{"shape": [2, 2], "dtype": "float32", "data": [[0.1, 2.0], ["nan", "-inf"]]}',
        ),
        ("jsonl", 3, '{"shape": null, "dtype": "int", "data": 3}'),
        ("csv", MATRIX, "0.1,2.0\nnan,-inf"),
        ("tsv", MATRIX, "0.1\t2.0\nnan\t-inf"),
        ("csv", Tensor(np.array([1, 2, 3])), "1\n2\n3"),
        ("csv", [[1, 2], [3, 4]], "1,2\n3,4"),
        ("csv", 2.5, "2.5"),
        ("csv", Tensor(np.array([True, False])), "1\n0"),
        ("csv", Tensor(np.zeros((0, 3))), ""),
        ("none", MATRIX, ""),
    ],
)
def test_a_value_in_a_format(format: str, value: object, expected: str) -> None:
    assert render(format, value) == expected


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_written_digits_are_the_shortest_that_mean_the_value(dtype: type[np.floating]) -> None:
    values = np.random.default_rng(0).standard_normal(500).astype(dtype)
    text = render("json", Tensor(values))
    assert (np.array(json.loads(text)).astype(dtype) == values).all()
    assert max(map(len, text.strip("[]").split(", "))) <= {2: 10, 4: 14, 8: 24}[values.itemsize]


@pytest.mark.parametrize(
    ("format", "shape"),
    [
        ("json", (100_000,)),
        ("json", (3, 40_000, 2)),
        ("json", (2, 70_000)),
        ("csv", (2, 70_000)),
        ("csv", (70_000, 2)),
    ],
)
def test_a_large_array_is_written_in_pieces_of_the_same_text(
    format: str, shape: tuple[int, ...]
) -> None:
    array = np.arange(np.prod(shape)).reshape(shape)
    pieces = FORMATS[format].render(Tensor(array), Page())
    assert not isinstance(pieces, str | bytes)
    first, *rest = pieces
    assert len(first) < 1_000_000
    text = "".join([first, *rest])
    if format == "json":
        assert text == json.dumps(array.tolist())
    else:
        rows = array.reshape(len(array), -1).tolist()
        assert text == "\n".join(",".join(map(str, row)) for row in rows)


def test_a_vector_is_a_row_where_each_result_belongs_to_a_record() -> None:
    for value in (Tensor(np.array([1, 2])), [1, 2], (1, 2)):
        assert FORMATS["csv"].render(value, Page(rows=True)) == "1,2"
        assert FORMATS["tsv"].render(value, Page(rows=True)) == "1\t2"
        assert FORMATS["csv"].render(value, Page()) == "1\n2"


def test_json_is_json_on_a_stream_that_is_not_utf8_too() -> None:
    for format, text in (("json", '"\\u00e9"'), ("jsonl", '"\\u00e9"}')):
        rendered = FORMATS[format].render("é", Page(encoding="latin-1"))
        assert isinstance(rendered, str)
        assert rendered.endswith(text)


def test_npy_bytes_are_exact() -> None:
    data = FORMATS["npy"].render(MATRIX, Page())
    assert isinstance(data, bytes)
    loaded = np.load(io.BytesIO(data))
    assert loaded.dtype == np.float32
    np.testing.assert_array_equal(loaded, MATRIX.array)


@pytest.mark.parametrize(
    ("format", "value", "headline"),
    [
        ("csv", Tensor(np.zeros((2, 2, 2))), "rows of numbers have at most 2 dimensions, not 3"),
        ("csv", "word", "a str is not an array of numbers"),
        ("csv", [[1], [2, 3]], "lists of different lengths do not make one array"),
        ("npy", {"a": 1}, "a dict is not an array of numbers"),
        ("json", len, "JSON has no form for a builtin_function_or_method"),
    ],
)
def test_a_value_that_does_not_fit_is_an_error(format: str, value: object, headline: str) -> None:
    with pytest.raises(TcalcError) as caught:
        FORMATS[format].render(value, Page())
    assert caught.value.headline == headline


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_what_json_would_never_end_is_not_begun(format: str) -> None:
    doubled: list[object] = [1, 2]
    for _ in range(50):
        doubled = [doubled, doubled]
    for value in (range(10**12), [range(10**12)], doubled):
        with pytest.raises(LimitError, match="would take"):
            FORMATS[format].render(value, Page())


def test_a_number_needs_no_rich_and_is_coloured_only_where_colours_show() -> None:
    rich = FORMATS["rich"]
    assert rich.render(3, Page(color=False)) == "3"
    assert rich.render(3, Page(color=True)) == "\x1b[36m3\x1b[0m"


def test_rich_draws_with_the_characters_that_the_stream_has() -> None:
    FORMATS["rich"].render(MATRIX, Page(encoding="ascii")).encode("ascii")
