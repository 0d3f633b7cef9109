"""png: an image as a uint8 tensor, (height, width) if it is grey, else (height, width, channels).

Pillow does the work, which `pip install tcalc[images]` brings. Colours of a palette come as RGB, an
image of one bit as bool, and one of 16 grey bits as uint16.
"""

from __future__ import annotations

import io
from typing import Any, BinaryIO

import numpy as np

from tcalc import limits
from tcalc.core.dtypes import Array
from tcalc.core.tensor import Tensor
from tcalc.errors import ArgumentFault
from tcalc.files import data_format
from tcalc.files.arrays import array_of
from tcalc.files.source import DataFault, Input

MAGIC = b"\x89PNG\r\n\x1a\n"
SIZES = slice(16, 24)  # where the width and the height stand in a file
GREY, COLOURED = 2, 3  # dimensions
CHANNELS = (2, 3, 4)  # grey and transparent, coloured, coloured and transparent


def _pillow() -> Any:
    try:
        from PIL import Image, PngImagePlugin
    except ImportError:
        raise DataFault(
            "images need Pillow, which is not installed", helps=["pip install 'tcalc[images]'"]
        ) from None
    return Image, PngImagePlugin


@data_format("png", (".png",), lambda head: head.startswith(MAGIC))
def png(source: Input) -> Tensor:
    """The pixels of the image."""
    if not source.head.startswith(MAGIC) or len(source.head) < SIZES.stop:
        raise DataFault(f"{source.name} is not a PNG image")
    width, height = np.frombuffer(source.head[SIZES], ">u4").tolist()
    limits.check_bytes(4 * width * height, f"the image in {source.name}")
    _, plugin = _pillow()
    try:
        with plugin.PngImageFile(io.BytesIO(source.content())) as image:
            transparent = "transparency" in image.info
            palette = image.mode == "P"
            pixels = np.array(image.convert("RGBA" if transparent else "RGB") if palette else image)
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise DataFault(f"{source.name}: damaged image: {error}") from None
    # An image of 16 bits has come as int32 from some of Pillow's versions.
    return Tensor(pixels.astype(np.uint16) if pixels.dtype.itemsize > 1 else pixels)


@png.saver
def _save(value: object, file: BinaryIO) -> None:
    image, _ = _pillow()
    pixels = _pixels(array_of(value))
    image.fromarray(pixels).save(file, format="PNG")


def _pixels(array: Array) -> Array:
    """`array` as Pillow takes it. Raises ArgumentFault for what is no image."""
    shape = list(array.shape)
    if shape[2:] == [1]:
        array = array[:, :, 0]
    grey = array.ndim == GREY
    if not grey and not (array.ndim == COLOURED and array.shape[2] in CHANNELS):
        first = len(shape) == COLOURED and shape[0] in (1, *CHANNELS)
        raise ArgumentFault(
            f"an image is (height, width) or (height, width, channels), not {shape}",
            helps=["{x}.permute(1, 2, 0) puts the channels last"] if first else (),
        )
    if not array.size:
        raise ArgumentFault(f"an image of shape {shape} has no pixels")
    if array.dtype == np.uint8 or (grey and array.dtype in (np.bool_, np.uint16)):
        return np.ascontiguousarray(array)
    scaled = "({x} * 255).round().byte()" if array.dtype.kind == "f" else "{x}.byte()"
    raise ArgumentFault(
        f"the pixels of an image are uint8, not {array.dtype}",
        helps=[f"{scaled} makes them so"],
    )
