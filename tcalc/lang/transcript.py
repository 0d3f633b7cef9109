"""Pasted sessions: takes the prompts and the output away, and moves no character of the program.

Python's prompts (`>>> `, `... `) and IPython's (`In [1]: `, `   ...: `) are known. What is taken
away becomes blanks, so that offsets into the result are offsets into the original.
"""

from __future__ import annotations

_FIRST = (">>>", "In [")


def is_transcript(text: str) -> bool:
    """Whether the first line that is not blank starts with a prompt."""
    if ">>>" not in text and "In [" not in text:
        return False
    line = text.lstrip().partition("\n")[0]
    return line.startswith(_FIRST) and _prompt(line, True) > 0


def strip(text: str) -> str:
    """The program in a transcript, at its original offsets."""
    result: list[str] = []
    inside = False
    for line in text.splitlines(keepends=True):
        length = _prompt(line, inside)
        inside = length > 0
        if not inside:
            result.append(_blank(line))
            continue
        # The line's end moves behind the prompt, which then does not count as indentation; but
        # a backslash must stay at the end of its line.
        before = result.pop() if result else ""
        body = before.rstrip("\r\n")
        end = before[len(body) :] or "\n"
        if body.endswith("\\"):
            result += [before, " " * length]
        else:
            result += [body, " " * (length - (not before)), end]
        result.append(line[length:])
    return "".join(result)


def _prompt(line: str, inside: bool) -> int:
    """Length of the prompt that `line` starts with, 0 without; `inside` allows a continuation."""
    bare = line.rstrip("\r\n")
    if bare == ">>>" or bare.startswith(">>> "):
        return min(4, len(bare))
    if inside and (bare == "..." or bare.startswith("... ")):
        return min(4, len(bare))
    if bare.startswith("In ["):
        number, sign, _ = bare[4:].partition("]:")
        return min(4 + len(number) + 3, len(bare)) if sign and number.isdecimal() else 0
    blanks = len(bare) - len(bare.lstrip())
    if inside and blanks and bare.lstrip().startswith("...:"):
        return min(blanks + 5, len(bare))
    return 0


def _blank(line: str) -> str:
    """The line without its text; an empty comment keeps a line of blanks from being code."""
    body = line.rstrip("\r\n")
    return " " * len(body) + line[len(body) :]
