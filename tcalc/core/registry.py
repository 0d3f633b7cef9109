"""The one table of ops, by every bare name that each has. Filled when `tcalc.ops` is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tcalc.core.op import Op

REGISTRY: dict[str, Op] = {}
