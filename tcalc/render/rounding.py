"""What the text format does not say of a value: digits that it rounded, elements it left out.

The text is read back and compared, so that the answer holds however it was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np

from tcalc import files
from tcalc.core.tensor import Tensor
from tcalc.files.source import Input
from tcalc.render.text import text_of

SUMMARY = "..."


def remark(value: object) -> str:
    """What the text of `value` lost, in words; "" if it reads back exactly."""
    left_out = rounded = count = 0
    largest = 0.0
    for tensor in _tensors(value):
        text = text_of(tensor)
        if SUMMARY in text:
            left_out += tensor.array.size
            continue
        exact, shown = tensor.array, _array_in(text)
        with np.errstate(all="ignore"):
            differs = (exact != shown) & ~(np.isnan(exact) & np.isnan(shown))
            error = np.abs(exact[differs].astype(complex) - shown[differs])
        rounded += int(differs.sum())
        count += exact.size
        largest = max(largest, float(error.max(initial=0)))
    remarks = []
    if rounded:
        remarks.append(f"the text rounds {rounded} of {count} numbers, by up to {largest:.2g}")
    if left_out:
        remarks.append(f"the text shows a summary of {left_out} numbers")
    return "; ".join(remarks)


def _tensors(value: Any) -> Iterator[Tensor]:
    """The tensors in `value`; other numbers are shown with all their digits."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        yield from _tensors(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item)


def _array_in(text: str) -> Any:
    source = Input("text", stream=BytesIO(text.encode()))
    read: Any = files.read(source, "text")
    return read.array
