"""Pictures at fixed widths: without colour, in few and many colours, dark, light, in ASCII."""

from __future__ import annotations

import pytest
from record_pictures import FOLDER, LOOKS, PROGRAMS, drawn, recorded

RECORD = "python tests/render/record_pictures.py records it"


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_picture_looks_as_it_was_recorded(name: str) -> None:
    kept = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert recorded(PROGRAMS[name]).split("\n") == kept.split("\n"), RECORD


def test_every_recorded_picture_has_its_program() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(PROGRAMS)


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_picture_is_wider_than_its_page_nor_says_anything_by_colour_alone(name: str) -> None:
    shown = {look.name: drawn(PROGRAMS[name], look) for look in LOOKS}
    for look in LOOKS:
        if not look.term:
            assert max(map(len, shown[look.name].split("\n"))) <= look.page.width
            assert "\x1b" not in shown[look.name]
    assert shown["ASCII"].isascii()
