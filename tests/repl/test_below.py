"""The line under the input."""

from prompt_toolkit import PromptSession
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from tcalc.repl.below import Below


def test_each_input_begins_with_nothing_told_of_the_one_before():
    told = []
    with create_pipe_input() as keys:
        session = PromptSession(input=keys, output=DummyOutput())

        def line(text, cursor):
            told.append(text)
            if text:
                keys.send_text("\r")
            return []

        Below(lambda: None, line).stand_under(session)
        for text in ("first", "second"):
            keys.send_text(text)
            assert session.prompt("> ") == text
    assert told == ["", "first", "", "second"]
