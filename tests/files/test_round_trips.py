"""What is saved comes back: bit for bit where a format has the dtype, else value for value."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import array, read_stream

from tcalc import files
from tcalc.core import dtypes
from tcalc.core.tensor import Tensor
from tcalc.files import npy
from tcalc.files.json import dumps_described
from tcalc.render import tensor_text
from tcalc.render.text import text_of

SHAPES = [(), (1,), (7,), (0,), (0, 3), (3, 0, 2), (2, 3), (1, 2, 3, 2)]
repeated = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def special(dtype: dtypes.DType) -> list[Any]:
    """The elements of a type that a careless way would lose."""
    kind = dtype.numpy
    if dtype.category == dtypes.BOOL:
        return [True, False]
    if dtype.category == dtypes.INT:
        bounds = np.iinfo(kind)
        return [bounds.min, bounds.max, bounds.max - 1, 0, 1]
    parts = [0.0, -0.0, np.nan, np.inf, -np.inf, 0.1, 1 / 3, -2.5, 1e-7, 65504.0]
    limits = ml_dtypes.finfo(kind if dtype.is_floating_point else np.float32)
    parts += [float(limits.max), float(limits.tiny), float(limits.smallest_subnormal)]
    if dtype.category == dtypes.FLOAT:
        return parts
    return [complex(re, im) for re in parts[:6] for im in parts[:6]]


@st.composite
def tensors(draw: st.DrawFn, allowed: tuple[dtypes.DType, ...] = dtypes.ALL) -> np.ndarray:
    """An array of any shape and dtype, of elements that are hard to keep."""
    dtype = draw(st.sampled_from(allowed))
    shape = draw(st.sampled_from(SHAPES))
    count = int(np.prod(shape))
    elements = draw(st.lists(st.sampled_from(special(dtype)), min_size=count, max_size=count))
    with np.errstate(all="ignore"):
        return np.array(elements, dtype.numpy).reshape(shape)


def assert_same(loaded: object, value: np.ndarray) -> None:
    """The same dtype, shape and bits; nan is any nan."""
    found = array(loaded)
    assert (found.dtype, found.shape) == (value.dtype, value.shape)
    if value.dtype.kind == "c":
        assert_same(Tensor(found.real), value.real)
        assert_same(Tensor(found.imag), value.imag)
        return
    if value.dtype.kind == "f" or value.dtype in dtypes.WIDER:
        nan = np.isnan(value)
        assert (np.isnan(found) == nan).all()
        found, value = np.where(nan, 0, found), np.where(nan, 0, value)
    assert found.tobytes() == value.tobytes()


@repeated
@given(tensors())
def test_npy_keeps_every_bit(tmp_path: Path, value: np.ndarray) -> None:
    path = str(tmp_path / "x.npy")
    files.save(Tensor(value), path)
    assert_same(files.load(path), value)
    assert_same(read_stream(npy.dumps(Tensor(value))), value)


@repeated
@given(tensors(), tensors())
def test_npz_keeps_every_bit(tmp_path: Path, a: np.ndarray, b: np.ndarray) -> None:
    path = str(tmp_path / "x.npz")
    files.save({"file": Tensor(a), "b.c": Tensor(b)}, path)
    loaded: Any = files.load(path)
    assert list(loaded) == ["file", "b.c"]
    assert_same(loaded["file"], a)
    assert_same(loaded.member("b").member("c"), b)


HELD = tuple(dtype for dtype in dtypes.ALL if dtype is not dtypes.complex128)


@repeated
@given(st.dictionaries(st.text(min_size=1, max_size=5), tensors(HELD), max_size=4))
def test_safetensors_keeps_every_bit(tmp_path: Path, weights: dict[str, np.ndarray]) -> None:
    weights.pop("__metadata__", None)
    path = str(tmp_path / "x.safetensors")
    files.save({name: Tensor(value) for name, value in weights.items()}, path)
    for loaded in (files.load(path), read_stream(Path(path).read_bytes(), "safetensors")):
        assert isinstance(loaded, files.namespace.DataNamespace)
        assert list(loaded) == list(weights)
        for name, value in weights.items():
            assert_same(loaded[name], value)


@repeated
@given(tensors())
def test_a_described_json_object_keeps_every_bit(value: np.ndarray) -> None:
    assert_same(read_stream(dumps_described(Tensor(value)), "json"), value)


@repeated
@given(tensors(), tensors())
def test_described_containers_keep_their_tensors_and_their_kind(
    a: np.ndarray, b: np.ndarray
) -> None:
    value = (Tensor(a), [Tensor(b), 1.5], {"x": Tensor(b), "y": float("nan")})
    first, second, third = read_stream(dumps_described(value), "json")
    assert_same(first, a)
    assert_same(second[0], b)
    assert_same(third["x"], b)
    assert (type(second), second[1]) == (list, 1.5)


@pytest.mark.parametrize(
    "value", [3, -1.5, float("inf"), 1 - 2j, "word", True, None, [1, "a"], (), (1, None)]
)
def test_described_plain_values_come_back(value: object) -> None:
    loaded = read_stream(dumps_described(value), "json")
    assert (type(loaded), loaded) == (type(value), value)


@repeated
@given(tensors())
def test_text_of_enough_digits_reads_back_to_every_bit(value: np.ndarray) -> None:
    before = tensor_text.print_options()
    tensor_text.set_printoptions(precision=17, sci_mode=True, threshold=10**9)
    try:
        shown = text_of(Tensor(value))
    finally:
        tensor_text._options.set(before)
    assert_same(read_stream(shown, "text"), value)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "txt", "json", "csv.gz", "txt.gz", "json.gz"])
@repeated
@given(st.data())
def test_rows_and_json_keep_the_numbers(tmp_path: Path, suffix: str, data: st.DataObject) -> None:
    """These formats have no dtypes; what a literal would be made of is what comes back."""
    value = data.draw(tensors((dtypes.int64, dtypes.float32, dtypes.complex64)))
    value = value.reshape(-1)
    if not value.size:
        return
    path = str(tmp_path / f"x.{suffix}")
    files.save(Tensor(value), path)
    assert_same(files.load(path), value)


@pytest.mark.parametrize("suffix", ["npy", "safetensors", "csv"])
def test_large_arrays_come_back(tmp_path: Path, suffix: str) -> None:
    rows = 20_000 if suffix == "csv" else 200_000
    value = np.random.default_rng(0).standard_normal((rows, 5)).astype(np.float32)
    path = str(tmp_path / f"x.{suffix}")
    files.save({"x": Tensor(value)} if suffix == "safetensors" else Tensor(value), path)
    loaded: Any = files.load(path)
    assert_same(loaded["x"] if suffix == "safetensors" else loaded, value)


@pytest.mark.parametrize(
    "value",
    [
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(6, dtype=">i4").reshape(2, 3),
        np.arange(12.0).reshape(3, 4)[::2, ::-1],
        np.asfortranarray(np.arange(24, dtype=">f8").reshape(2, 3, 4)),
    ],
    ids=["columns first", "big-endian", "with steps", "both"],
)
def test_the_order_of_bytes_and_axes_is_no_matter(tmp_path: Path, value: np.ndarray) -> None:
    native = value.astype(value.dtype.newbyteorder("="))
    path = tmp_path / "numpy.npy"
    np.save(path, value)
    np.testing.assert_array_equal(array(files.load(str(path))), native)
    assert_same(read_stream(path.read_bytes()), native)
    for name in ("x.npy", "x.npz", "x.safetensors", "x.json"):
        files.save(
            {"x": Tensor(native)} if name[2:] != "npy" else Tensor(native), str(tmp_path / name)
        )
        loaded: Any = files.load(str(tmp_path / name))
        np.testing.assert_array_equal(array(loaded if name == "x.npy" else loaded["x"]), native)
    np.testing.assert_array_equal(np.load(tmp_path / "x.npy"), native)


def test_bfloat16_in_npy_is_what_ml_dtypes_writes() -> None:
    value = np.array([1.5, -0.0, 3e38], ml_dtypes.bfloat16)
    buffer = io.BytesIO()
    np.save(buffer, value)
    assert npy.dumps(Tensor(value)) == buffer.getvalue()
    assert_same(read_stream(buffer.getvalue()), value)


def test_equal_data_make_equal_files_whenever_they_are_written(tmp_path: Path) -> None:
    value = {"x": Tensor(np.arange(3))}
    for name in ("a.npz", "b.npz", "a.json.gz", "b.json.gz"):
        files.save(value, str(tmp_path / name))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert (tmp_path / "a.json.gz").read_bytes() == (tmp_path / "b.json.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.json.gz").read_bytes()) == b'{"x": [0, 1, 2]}\n'
