"""Colours of numbers: ramps from low to high, and characters that stand for them without colour.

A ramp is a few colours, interpolated. The diverging one fades towards zero into the terminal's own
background, dark unless the environment says that it is light. To add a ramp: its colours here.
"""

from __future__ import annotations

import os

import numpy as np

from tcalc.core.dtypes import Array
from tcalc.theme import is_light

NAN_COLOR = (208, 92, 214)
SHADES = " ░▒▓█"
ASCII_SHADES = " .:*#@"
ZERO, ASCII_ZERO = "·", "."

_DARK = ["#a6dcff", "#5cb2f7", "#3186d8", "#2561a9", "#20426c", "#1e2025"]
_DARK += ["#59302b", "#99412f", "#d3593a", "#f68659", "#ffc19c"]
_LIGHT = ["#083b7c", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7"]
_LIGHT += ["#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#7f0a1f"]
_SEQUENTIAL = ["#440154", "#482878", "#3e4a89", "#31688e", "#26828e"]
_SEQUENTIAL += ["#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"]


def diverging() -> Array:
    """Colours from the most negative through zero to the most positive: (n, 3)."""
    return _colors(_LIGHT if light_background() else _DARK)


def sequential() -> Array:
    """Colours from low to high, evenly bright steps apart: (n, 3)."""
    return _colors(_SEQUENTIAL)


def interpolated(ramp: Array, places: Array) -> Array:
    """The colour at each place from 0 to 1 along `ramp`: (..., 3) of uint8."""
    at = np.clip(places, 0, 1) * (len(ramp) - 1)
    stops = np.arange(len(ramp))
    channels = [np.interp(at, stops, ramp[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)


def light_background() -> bool:
    """Whether the screen is light, as the settings or the environment tell."""
    return is_light(os.environ.get("COLORFGBG", ""))


def _colors(words: list[str]) -> Array:
    return np.array([list(bytes.fromhex(word.removeprefix("#"))) for word in words], float)
