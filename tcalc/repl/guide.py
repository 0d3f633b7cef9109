"""The guide to the language, a section at a time: what `:help TOPIC` shows besides names."""

from __future__ import annotations

from pathlib import Path

import tcalc
from tcalc.theme import paint

# As it is installed, and as it is in a checkout.
_PACKAGE = Path(tcalc.__file__).parent
PLACES = (_PACKAGE / "guide.md", _PACKAGE.parent / "docs" / "language.md")

CONTENTS = "guide"  # the topic that lists the others
FEWEST = 4  # letters by which a word of a heading is known


def sections() -> dict[str, str]:
    """The text of every section by its heading; none where the guide is not installed."""
    path = next((path for path in PLACES if path.exists()), None)
    found: dict[str, list[str]] = {}
    heading, fenced = "", False
    for line in path.read_text(encoding="utf-8").splitlines() if path else ():
        fenced ^= line.startswith("```")
        if line.startswith("#") and not fenced:
            heading = line.lstrip("# ")
        elif heading and not line.startswith("```"):
            found.setdefault(heading, []).append(line)
    return {title: "\n".join(lines).strip() for title, lines in found.items()}


def section(topic: str, color: bool = False) -> str | None:
    """The first section whose heading has the words of `topic`, or words that begin so; None if
    there is none.
    """
    words = topic.lower().split()
    for title, text in sections().items():
        if words and all(_has(title.lower(), word) for word in words):
            head = paint("title", title) if color else title
            return f"{head}\n\n{text}"
    return None


def _has(title: str, word: str) -> bool:
    whole = len(word) < FEWEST
    return any(each == word if whole else each.startswith(word) for each in title.split())


def topics() -> list[str]:
    """What the sections are called."""
    return [title.lower() for title in sections()]
