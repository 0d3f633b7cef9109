"""Every run draws the same hypothesis examples, so that a suite that passed passes again."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
