"""PNG images as tensors, with Pillow or without."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from reading import array, failure, read_stream

from tcalc import files
from tcalc.core.tensor import Tensor
from tcalc.errors import LimitError, TcalcError
from tcalc.files.png import MAGIC

Image = pytest.importorskip("PIL.Image")
RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    "value",
    [
        RNG.integers(0, 256, (5, 7), np.uint8),
        RNG.integers(0, 256, (5, 7, 2), np.uint8),
        RNG.integers(0, 256, (5, 7, 3), np.uint8),
        RNG.integers(0, 256, (5, 7, 4), np.uint8),
        RNG.integers(0, 2**16, (5, 7), np.uint16),
        RNG.integers(0, 2, (5, 7)).astype(bool),
        RNG.integers(0, 256, (6, 8, 3), np.uint8)[::2, ::-1],
    ],
    ids=["grey", "grey and clear", "colour", "colour and clear", "16 bits", "1 bit", "with steps"],
)
def test_pixels_come_back(tmp_path: Path, value: np.ndarray) -> None:
    path = str(tmp_path / "x.png")
    files.save(Tensor(value), path)
    for loaded in (files.load(path), read_stream(Path(path).read_bytes())):
        assert array(loaded).dtype == value.dtype
        np.testing.assert_array_equal(array(loaded), value)


def test_one_channel_is_a_grey_image(tmp_path: Path) -> None:
    path = str(tmp_path / "x.png")
    files.save(Tensor(np.full((2, 3, 1), 9, np.uint8)), path)
    assert array(files.load(path)).tolist() == [[9, 9, 9], [9, 9, 9]]


def test_a_palette_is_looked_up() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putdata([1, 0])
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    assert array(read_stream(buffer.getvalue())).tolist() == [[[40, 50, 60], [10, 20, 30]]]


@pytest.mark.parametrize(
    ("value", "message", "help_"),
    [
        (np.zeros((2, 3)), "uint8, not float64", "({x} * 255).round().byte() makes them so"),
        (np.zeros((2, 3), int), "uint8, not int64", "{x}.byte() makes them so"),
        (np.zeros(3, np.uint8), "(height, width) or (height, width, channels), not [3]", ""),
        (np.zeros((3, 5, 6), np.uint8), "not [3, 5, 6]", "{x}.permute(1, 2, 0) puts the chan"),
        (np.zeros((0, 3), np.uint8), "has no pixels", ""),
    ],
)
def test_what_is_no_image_is_told_how_to_become_one(
    tmp_path: Path, value: np.ndarray, message: str, help_: str
) -> None:
    with pytest.raises(TcalcError) as caught:
        files.save(Tensor(value), str(tmp_path / "x.png"))
    assert message in caught.value.headline
    assert help_ in "".join(caught.value.helps)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_image_is_an_error() -> None:
    buffer = io.BytesIO()
    Image.fromarray(RNG.integers(0, 256, (50, 50), np.uint8)).save(buffer, "PNG")
    whole = buffer.getvalue()
    assert "damaged image" in failure(whole[:1000]).headline
    assert "damaged image" in failure(whole[:40] + b"\0" * 40 + whole[80:]).headline
    assert failure(MAGIC + b"\0\0").headline == "standard input is not a PNG image"
    assert failure(b"GIF89a\0\0", "png").headline == "standard input is not a PNG image"


def test_an_image_of_a_billion_pixels_is_not_unpacked() -> None:
    header = MAGIC + b"\0\0\0\rIHDR" + (10**6).to_bytes(4, "big") * 2 + b"\x08\0\0\0\0"
    with pytest.raises(LimitError, match="the image in standard input would take 4"):
        read_stream(header)


def test_without_pillow_the_error_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "x.png")
    files.save(Tensor(np.zeros((2, 2), np.uint8)), path)
    monkeypatch.setitem(sys.modules, "PIL", None)
    for use in (lambda: files.load(path), lambda: files.save(Tensor(np.zeros((2, 2))), path)):
        with pytest.raises(TcalcError) as caught:
            use()
        assert caught.value.helps == ("pip install 'tcalc[images]'",)
