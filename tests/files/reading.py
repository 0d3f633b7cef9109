"""What the tests of data need again and again: values, and errors, from given bytes."""

from __future__ import annotations

import io
import json
import struct
from typing import Any

import numpy as np
import pytest

from tcalc import files
from tcalc.core.tensor import Tensor
from tcalc.errors import TcalcError


def read_stream(content: str | bytes, format: str | None = None) -> Any:
    """The value in a stream of these bytes."""
    data = content.encode() if isinstance(content, str) else content
    return files.read(files.Input("standard input", stream=io.BytesIO(data)), format)


def array(value: object) -> np.ndarray:
    """The array of a tensor."""
    assert isinstance(value, Tensor)
    return value.array


def failure(content: str | bytes, format: str | None = None) -> TcalcError:
    """The error that reading these bytes raises."""
    with pytest.raises(TcalcError) as caught:
        read_stream(content, format)
    return caught.value


def excerpt(error: TcalcError) -> tuple[int, str, str]:
    """Line number, line and marked text of the place in the data that an error shows."""
    (label,) = error.labels
    line, _ = label.span.source.locate(label.span.start)
    return line, label.span.source.text, label.span.text


def safetensors(header: object, data: bytes = b"") -> bytes:
    """The bytes of a safetensors file with this header, right or wrong."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def npy(value: np.ndarray, **options: Any) -> bytes:
    """The bytes that NumPy saves an array as."""
    buffer = io.BytesIO()
    np.save(buffer, value, **options)
    return buffer.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    """The bytes that NumPy saves arrays by name as."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()
