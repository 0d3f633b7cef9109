"""Runs the translations `as_torch/*.txt` with PyTorch and writes in what they print.

`python tests/repl/record_as_torch.py` with a Python that has PyTorch; it needs nothing of tcalc.
"""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

FOLDER = Path(__file__).with_name("as_torch")
PRINTS = "#=>"  # before each line that PyTorch printed, at the end of a translation


def parts(translation: Path) -> tuple[str, list[str]]:
    """A translation, and what PyTorch prints for it."""
    lines = translation.read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if not line.startswith(PRINTS)]
    return "\n".join(code), [line[len(PRINTS) + 1 :] for line in lines if line.startswith(PRINTS)]


def main() -> None:
    """Record all of them."""
    for path in sorted(FOLDER.glob("*.txt")):
        code, _ = parts(path)
        output = StringIO()
        with redirect_stdout(output):
            exec(compile(code, path.name, "exec"), {})
        printed = [f"{PRINTS} {line}".rstrip() for line in output.getvalue().splitlines()]
        path.write_text("\n".join([code, *printed]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
