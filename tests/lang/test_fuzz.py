"""Programs that are spoiled at random get an answer in the language's words, and nothing else."""

from __future__ import annotations

import random
import re
import sys
from pathlib import Path

import pytest

from tcalc.diagnostic import Source
from tcalc.errors import SyntaxFault, TcalcError
from tcalc.lang import lexer
from tcalc.lang.chunks import chunks
from tcalc.lang.mistakes.recover import statements
from tcalc.lang.parser import parse, tokens
from tcalc.lang.session import Session
from tcalc.limits import Limits

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests/scripts/*", "tests/lang/programs", "examples")
FENCED = re.compile(r"^```(?:tcalc|python)\n(.*?)^```", re.DOTALL | re.MULTILINE)
PIECES = [
    "(", ")", "[", "]", "{", "}", ":", ",", ";", "=", ":=", "**", "//", "%", "@", "-", "~", "!",
    "?", "$", "'", '"', '"""', "f'{", "}'", "\\", "\n", "\n    ", "\n\t", " ", "#", "if ", "else",
    "elif", "for ", "in ", "while ", "def ", "return ", "yield ", "lambda ", "not ", "with ", "as ",
    "import ", "from ", "del ", "global ", "class ", "try:", "None", "0x", "1e", "2.5", "x", "__",
    "\u201c", "\uff08", "\uff0c", "\u200b", "\ufeff", "\u3000", "\0", "\ud800", "\r", "\r\n", "\f",
    "\u2028", ">>> ", "... ", "In [1]: ", "|>", "->", "...", "\ue000",
]  # fmt: skip


def corpus():
    """Whole programs, and mistakes."""
    scripts = [path for folder in FOLDERS for path in sorted(ROOT.glob(f"{folder}/*.tc"))]
    whole = [path.read_text(encoding="utf-8") for path in scripts]
    for page in sorted(ROOT.glob("docs/*.md")):
        whole += FENCED.findall(page.read_text(encoding="utf-8"))
    entries = lexer.TABLES.MISTAKES["mistake"]
    return whole, [example for entry in entries for example in entry["examples"]]


def spoiled(text, generator):
    """The text with some of its characters, words or lines lost, doubled, moved or strange."""
    for _ in range(generator.choice([1, 1, 1, 2, 3, 6])):
        change = generator.choice([characters, words, lines])
        text = change(text, generator)
    return text


def characters(text, generator):
    at = generator.randint(0, len(text))
    odd = chr(generator.choice([generator.randrange(128), generator.randrange(0x11000)]))
    new = generator.choice(["", odd, *PIECES])
    return text[:at] + new + text[at + (new == "") :]


def words(text, generator):
    found = [(start, end) for _, _, start, end in lexer.lex(text) if end > start]
    if not found:
        return text
    start, end = generator.choice(found)
    other = generator.choice([(0, 0), generator.choice(found)])
    return text[:start] + text[slice(*other)] + text[end:]


def lines(text, generator):
    rows = text.split("\n")
    at, other = generator.randrange(len(rows)), generator.randrange(len(rows))
    changes = [
        [*rows[:at], *rows[at + 1 :]],
        [*rows[:other], rows[at], *rows[other:]],
        [*rows[:at], generator.choice(["  ", "\t", ""]) + rows[at].lstrip(), *rows[at + 1 :]],
        [*rows[:at], rows[at][: generator.randint(0, len(rows[at]))]],
    ]
    return "\n".join(generator.choice(changes))


def programs(seed, count):
    generator = random.Random(seed)
    texts = corpus()
    return [spoiled(generator.choice(generator.choice(texts)), generator) for _ in range(count)]


@pytest.mark.parametrize("seed", range(4))
def test_a_spoiled_program_is_read_or_its_mistakes_are_told(seed):
    for text in programs(seed, 300):
        list(chunks(text.splitlines(keepends=True)))
        tokens(text)
        source = Source(text)
        faults = []
        try:
            parse(source)
        except SyntaxFault as whole:
            faults = [e for e in statements(source, whole) if isinstance(e, SyntaxFault)]
            assert faults, text
            faults.append(whole)
        for fault in faults:
            span = fault.diagnostic.span
            assert 0 <= span.start <= span.end <= len(text), text
            assert fault.diagnostic.render()


class Enough(BaseException):
    """Ends a program that runs for long."""


@pytest.mark.parametrize("seed", range(4, 7))
def test_a_spoiled_program_runs_or_says_what_is_wrong(seed):
    for text in programs(seed, 80):
        session = Session(limits=Limits(strict=True, memory=1 << 28), write=lambda text: None)
        steps = iter(range(2_000))

        def step(frame, event, argument, steps=steps):
            if not frame.f_code.co_filename.startswith("<tcalc"):
                return None
            if next(steps, None) is None:
                raise Enough
            return step

        def check(error, text=text):
            assert "internal error" not in error.headline, text
            assert error.diagnostic.render()

        sys.settrace(step)
        try:
            for result in session.run(text, on_error=check):
                assert isinstance(text_of(result), str)
        except Enough:
            pass
        finally:
            sys.settrace(None)


def text_of(result):
    try:
        return result.text
    except TcalcError as error:
        return error.headline
