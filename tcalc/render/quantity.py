"""Amounts as people read them."""

from __future__ import annotations

_STEP = 1024
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def byte_text(count: int) -> str:
    """`96 B`, `1.5 KiB`, `3.8 MiB`: binary units, one decimal.

    >>> byte_text(1536)
    '1.5 KiB'
    """
    amount = float(count)
    for unit in _UNITS:
        if round(amount, 1) < _STEP or unit == _UNITS[-1]:
            break
        amount /= _STEP
    return f"{count} B" if unit == "B" else f"{amount:.1f} {unit}"
