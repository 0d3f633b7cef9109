"""README and the pages of docs/: examples print what is shown, links lead somewhere."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILL = runpy.run_path(str(ROOT / "docs" / "fill.py"))
PAGES = [*FILL["PAGES"], ROOT / "CONTRIBUTING.md"]
PICTURE = runpy.run_path(str(ROOT / "docs" / "make_picture.py"))
COMMAND = re.compile(r"^```sh\n(.+)\n```$", re.MULTILINE)

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@each_page
def test_examples_print_what_the_page_shows(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if "$ curl " in text and shutil.which("curl") is None:
        pytest.skip("needs curl")
    assert FILL["filled"](text) == text, "python docs/fill.py writes what they print"


@each_page
def test_links_to_files_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_the_readme_has_two_commands_that_install_and_test() -> None:
    install, tests = COMMAND.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert install.startswith("python3 -m venv .venv && .venv/bin/pip install ")
    assert shlex.split(tests)[:3] == [".venv/bin/python", "-m", "pytest"]


def test_the_picture_shows_what_the_programs_print() -> None:
    def words(svg: str) -> list[str]:
        return re.findall(r"<text[^>]*>(.*?)</text>", svg)

    kept = PICTURE["PICTURE"].read_text(encoding="utf-8")
    assert words(PICTURE["picture"]()) == words(kept), "python docs/make_picture.py draws it"
