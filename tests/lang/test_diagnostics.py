"""Whole diagnostics of failing programs: each shows what diagnostics/*.txt says.

To add one, or after changing what diagnostics say: `python tests/lang/record_diagnostics.py`.
"""

from __future__ import annotations

import pytest
from record_diagnostics import FOLDER, Case, cases, shown

CASES = {
    f"{path.stem}: {case.title}": case
    for path in sorted(FOLDER.glob("*.txt"))
    for case in cases(path.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_failing_program_shows_the_recorded_diagnostic(case: Case) -> None:
    assert shown(case.program) == case.shown
