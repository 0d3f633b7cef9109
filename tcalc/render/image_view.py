"""Tensors as pictures in the everyday sense: grey, RGB or RGBA, channels first or last, or batches.

Integers count from 0 to 255, floats from 0 to 1. Every pixel is half a character; where colours
fail it is a shade of two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment, Segments
from rich.style import Style
from rich.text import Text

from tcalc.core.dtypes import Array
from tcalc.errors import ShapeError
from tcalc.render.canvas import SPACE, Canvas, brightness, pixels, shelves, width_of
from tcalc.render.drawing import UNLIMITED, Picture
from tcalc.render.heading import Subject
from tcalc.render.heat_map import HIGHEST, TAKEN
from tcalc.render.palette import ASCII_SHADES, NAN_COLOR, SHADES, light_background
from tcalc.render.scale import cells_of
from tcalc.theme import STYLES

CHANNELS, USUAL = (1, 3, 4), (1, 3)
ALPHA = 4
RANKS = (2, 3, 4)
ENLARGED = 48  # pixels that a small picture is enlarged to, at most
BYTE = 255


@dataclass(frozen=True, slots=True, repr=False)
class ImageView(Picture):
    """`frames` are (height, width, channels) each; `subject` is what they came from."""

    subject: Subject
    frames: tuple[Array, ...]

    @classmethod
    def of(cls, subject: Subject) -> ImageView:
        """The picture or the batch of pictures in an array. Raises ShapeError for other shapes."""
        array = subject.array
        if array.ndim in RANKS and array.dtype.kind in "biuf":
            frames = array if array.ndim == max(RANKS) else array[None]
            if array.ndim == min(RANKS):
                return cls(subject, (array[..., None],))
            *_, first, _, last = frames.shape
            if first in USUAL or (first in CHANNELS and last not in CHANNELS):
                frames, last = np.moveaxis(frames, 1, -1), first
            if last in CHANNELS:
                return cls(subject, tuple(frames))
        raise ShapeError(
            f"a picture cannot have the shape {list(array.shape)} and dtype {subject.dtype}",
            blame={"x": ""},
            notes=["pictures are [H, W], [3, H, W] or [H, W, 3], with 1 or 4 channels too, or "
                   "batches of those"],
            helps=["heat({x}) shows any tensor as colours"],
        )  # fmt: skip

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """The header alone if there are no pixels."""
        yield self.subject.header(options)
        if not self.subject.array.size:
            return
        height = options.size.height
        height = HIGHEST if height >= UNLIMITED else max(height - TAKEN, 1)
        many = console.color_system in ("256", "truecolor", "windows") and not options.ascii_only
        pixel = 1 if many else 2  # columns
        side = min(options.max_width, ENLARGED // min(len(self.frames), 2)) // pixel
        canvases: list[Canvas] = []
        for number, frame in enumerate(self.frames):
            colors = _fitted(frame, options.max_width // pixel, height * 2 // pixel, side)
            canvas = pixels(colors) if many else _shaded(colors, options.ascii_only)
            if len(self.frames) > 1:
                canvas.insert(0, [Segment(f"[{number}]", Style.parse(STYLES["quiet"]))])
            across = (options.max_width + SPACE) // (width_of(canvas) + SPACE)
            canvases.append(canvas)
            if len(canvases) >= max(1, across) * max(1, height // len(canvas)):
                break
        for line in shelves(canvases, options.max_width):
            yield Segments([*line, Segment.line()])
        yield from self._remarks(len(canvases))

    def _remarks(self, shown: int) -> Iterator[Text]:
        array = self.subject.array
        outside = int(np.count_nonzero((array < 0) | (array > _top(array))))
        if shown < len(self.frames):
            yield Text(f"{shown:,} of {len(self.frames):,} images", "quiet")
        if outside:
            yield Text(f"{outside:,} values outside 0 to {_top(array)}", "quiet")


def _top(array: Array) -> int:
    return BYTE if array.dtype.kind in "iu" else 1


def _fitted(frame: Array, width: int, height: int, side: int) -> Array:
    """The colours (rows, columns, 3) of a frame made to fit `width` and `height` pixels.

    A small one is enlarged to up to `side` pixels.
    """
    rows, columns, channels = frame.shape
    block = max(-(-rows // height), -(-columns // width), 1)
    rows, columns = -(-rows // block), -(-columns // block)
    parts = [cells_of(frame[..., i], rows, columns).values for i in range(channels)]
    light = np.stack(parts, axis=-1) / _top(frame)
    bad = np.isnan(light).any(axis=-1)
    light = np.clip(np.nan_to_num(light), 0, 1)
    if channels == ALPHA:
        alpha = light[..., 3:]
        light = light[..., :3] * alpha + (1.0 if light_background() else 0.0) * (1 - alpha)
    colors = np.broadcast_to(light * BYTE, (*light.shape[:2], 3)).round().astype(np.uint8)
    colors[bad] = NAN_COLOR
    larger = max(1, min(side, height) // max(rows, columns))
    return colors.repeat(larger, axis=0).repeat(larger, axis=1)


def _shaded(colors: Array, ascii_only: bool) -> Canvas:
    """Shades by brightness, the brightest the fullest."""
    shades = ASCII_SHADES if ascii_only else SHADES
    last = len(shades) - 1
    return [
        [Segment("".join(2 * shades[round(brightness(pixel) / BYTE * last)] for pixel in row))]
        for row in colors.tolist()
    ]
