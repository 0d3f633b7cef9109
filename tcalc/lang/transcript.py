"""Pasted sessions: takes the prompts and the output away, and moves no character of the program.

Known are Python's prompts (`>>> `, `... `), IPython's (`In [1]: `, `   ...: `), and a notebook's
`In [1]:` above the lines of a cell. Output becomes blanks, and prompts become marks that take no
room in an indentation, so that offsets into the result are offsets into the original.
"""

from __future__ import annotations

from tcalc.lang import lexer

_PYTHON = ">>>"
_IPYTHON = ("In [", "In[")
_OUT = ("Out[", "Out [")
_BLANKS = " \t\ufeff"


def program(text: str) -> str:
    """The program in `text`: all of it, unless its first line of code begins with a prompt."""
    return strip(text) if is_transcript(text) else text


def is_transcript(text: str) -> bool:
    """Whether the first line that is neither blank nor a comment begins with a prompt."""
    if _PYTHON not in text and not any(sign in text for sign in _IPYTHON):
        return False
    position = 0
    while position < len(text):
        end = text.find("\n", position)
        line = text[position : end if end >= 0 else len(text)].strip()
        if line and not line.startswith("#"):
            return _first_prompt(line) > 0
        position = end + 1 if end >= 0 else len(text)
    return False


def strip(text: str) -> str:
    """The program in a transcript, at its original offsets."""
    result: list[str] = []
    inside = in_cell = False
    *lines, last = text.split("\n")
    for line in [*(f"{line}\n" for line in lines), last]:
        length = _prompt(line, inside)
        inside = length > 0
        in_cell = (in_cell and not inside and not _is_output(line)) or _opens_cell(line)
        if inside:
            result.append(lexer.MARK * length + line[length:])
        else:
            result.append(line if in_cell else _blank(line))
    return "".join(result)


def without_prompts(words: lexer.Tokens) -> None:
    """Take what stands for prompts out of strings of several lines."""
    for index, kind in enumerate(words.kinds):
        if kind == lexer.STRING and lexer.MARK in words.texts[index]:
            lines = words.texts[index].split("\n")
            words.texts[index] = "\n".join(line.lstrip(lexer.MARK) for line in lines)


def _prompt(line: str, inside: bool) -> int:
    """Length of the prompt, with the blanks before it, that `line` begins with, 0 without one.

    `inside` says that the line above has a prompt, so that this one may go on with its statement.
    """
    margin = len(line) - len(line.lstrip(_BLANKS))
    rest = line[margin:].rstrip("\r\n")
    length = _first_prompt(rest)
    if not length and inside:
        length = _continuation(rest)
    return margin + length if length else 0


def _first_prompt(line: str) -> int:
    """Length of the prompt of a statement, or of several, one pasted behind the other."""
    length = 0
    while line.startswith(_PYTHON, length):
        length += len(_PYTHON)
        length += line[length : length + 1] == " "
    if length or not line.startswith(_IPYTHON):
        return length
    number, sign, rest = line.partition("]:")
    if not sign or number.partition("[")[2].strip("0123456789 *"):
        return 0
    return len(number) + len(sign) + rest.startswith(" ")


def _continuation(line: str) -> int:
    """Length of the prompt of a line that goes on with a statement."""
    dots = len(line) - len(line.lstrip("."))
    if dots < len("..."):
        return 0
    if line.startswith(":", dots):
        return dots + 1 + line.startswith(" ", dots + 1)
    follows = line[dots : dots + 1]
    return dots + (follows == " ") if dots == len("...") and follows not in {",", ")", "]"} else 0


def _opens_cell(line: str) -> bool:
    """Whether the line is a notebook's label of a cell, whose lines have no prompts."""
    bare = line.strip()
    return bare.startswith(_IPYTHON) and _first_prompt(bare) == len(bare)


def _is_output(line: str) -> bool:
    return line.lstrip().startswith(_OUT)


def _blank(line: str) -> str:
    """The line without its text; its end stays."""
    body = line.rstrip("\r\n")
    return " " * len(body) + line[len(body) :]
