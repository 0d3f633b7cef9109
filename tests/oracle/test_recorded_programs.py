"""Whole programs show what they show with PyTorch, to the letter."""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

import pytest
from programs import FAILED, PROGRAMS, is_expectation, lines_of
from transcripts import transcript

# What does not hold yet, by program.
BROKEN = {
    "errors/gradients_that_do_not_fit": "a dtype in the error is spelt another way",
    "errors/leaves": "all three ways to ask for a gradient of integers have one error",
}
# PyTorch names the tensor that was changed by its type and op; tcalc's notes and helps say more.
CHANGED = re.compile(r"(by an inplace operation): .* (is at version \d+; expected version \d+).*")


def agrees(found: str | None, expected: str | None) -> bool:
    """Whether lines are the same; of an error's headline the first sentences are enough."""
    if found is None or expected is None or not found.startswith(FAILED):
        return found == expected
    found, expected = (CHANGED.sub(r"\1 \2", line) for line in (found, expected))
    return found == expected or (found.endswith(".") and expected.startswith(found + " "))


def named(program: Path) -> str:
    return f"{program.parent.name}/{program.stem}"


def marked(program: Path) -> object:
    """A program as a parameter of the test, with what is known to be wrong."""
    name = named(program)
    broken = [pytest.mark.xfail(reason=BROKEN[name])] if name in BROKEN else []
    return pytest.param(program, id=name, marks=broken)


@pytest.mark.parametrize("program", [marked(program) for program in PROGRAMS])
def test_a_program_shows_what_it_shows_with_pytorch(program: Path) -> None:
    expected = [line for line in lines_of(program) if is_expectation(line)]
    found = transcript(program)
    if not all(agrees(*pair) for pair in zip_longest(found, expected)):
        assert found == expected


def test_what_is_known_to_be_wrong_is_about_programs_that_there_are() -> None:
    assert BROKEN.keys() <= {named(program) for program in PROGRAMS}
