"""Every `tests/scripts/<feature>/*.tc` does what its own comments say, however it is run.

The comments are those of `transcripts.py`. To add a test: a script in the folder of its feature.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from transcripts import FAILED, SHOWN, shown, transcript

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "tests" / "scripts").glob("*/*.tc"))

pytestmark = pytest.mark.parametrize(
    "script", SCRIPTS, ids=[f"{script.parent.name}/{script.stem}" for script in SCRIPTS]
)


def expectations(script: Path) -> list[str]:
    """The expectation comments of a script, in order."""
    lines = (line.strip() for line in script.read_text(encoding="utf-8").splitlines())
    shebang = "#!/"
    return [
        line for line in lines if line.startswith((SHOWN, FAILED)) and not line.startswith(shebang)
    ]


def failed(text: str) -> list[str]:
    """The headlines of the diagnostics in `text` as expectation comments."""
    mark = "error: "
    lines = [line for line in text.splitlines() if line.startswith(mark)]
    return [f"{FAILED} {line.removeprefix(mark)}" for line in lines]


def check_command(script: Path, *words: str, stdin: str = "") -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tcalc", "--no-config", "--color=never", "-k", *words],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    expected = expectations(script)
    assert shown(done.stdout) == [line for line in expected if line.startswith(SHOWN)], done.stderr
    assert failed(done.stderr) == [line for line in expected if line.startswith(FAILED)]
    assert done.returncode == any(line.startswith(FAILED) for line in expected)


def test_run_as_a_script(script: Path) -> None:
    check_command(script, str(script))


def test_run_through_a_pipe(script: Path) -> None:
    check_command(script, stdin=script.read_text(encoding="utf-8"))


def test_run_in_a_session(script: Path) -> None:
    assert transcript(script) == expectations(script)
